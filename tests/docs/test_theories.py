"""The document on theories has the figures that the theories come to."""

from __future__ import annotations

from sim.model.compiled import CompiledScenario
from sim.theories.registry import OWN
from tests.docs import conduct, theories, theories_played
from tests.fixtures.shipped import loaded
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


def test_what_theories_bring_is_what_the_page_says() -> None:
    text = theories.DOCUMENT.read_text("utf-8").split("<!-- conduct -->")[1]
    valley = CompiledScenario(loaded("two-neighbours"))
    for theory in ("look_ahead", "reaction"):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{theory}`"))
        assert row.split(" | ")[1] == conduct.gain(valley, theory, "north")


def test_the_tables_of_theories_that_play_are_those_that_were_recorded() -> None:
    text = theories.DOCUMENT.read_text("utf-8")
    assert text == theories.filled(text, theories.PLAYED), "write: python -m tests.docs.theories"
    for table in theories.PLAYED:
        assert f"<!-- theories: {table} -->" in text


def test_theories_play_as_they_did_when_the_tables_were_written() -> None:
    recorded = theories_played.recorded()
    assert list(recorded["base"]) == list(OWN)
    assert theories_played.few() == recorded["few"], "write: python -m tests.docs.theories --play"
