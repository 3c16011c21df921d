"""The document on theories has the figures that the theories come to."""

from __future__ import annotations

from tests.docs import theories
from tests.theories.published import needs_tables


@needs_tables
def test_the_tables_are_those_of_the_theories() -> None:
    text = theories.DOCUMENT.read_text("utf-8")
    assert text == theories.rewritten(text), "write: python -m tests.docs.theories"


def test_the_page_says_which_sources_were_not_read() -> None:
    text = theories.DOCUMENT.read_text("utf-8").split("## Sources")[1]
    sources = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(sources) == 9
    assert all("checked" in line for line in sources)
