"""The glossary, from the words that every page explains: ``python -m tests.docs.glossary``."""

from __future__ import annotations

from sim.reporting.document import glossary
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "glossary.md"
_OPENING = (
    "# Glossary",
    "The words of reports, pages and documents, each in a sentence or two. Every report has this "
    "list under its “How to read”. [The model](model.md) has the equations, "
    "[scenario files](scenario-format.md) the keys.",
)


def written() -> str:
    """The whole document."""
    terms = (f"**{term}.** {meaning}" for term, meaning in glossary())
    return "\n\n".join((*_OPENING, *terms)) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), encoding="utf-8")
