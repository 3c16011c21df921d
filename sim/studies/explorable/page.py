"""The page on which numbers can be turned: the knobs, the fans, a table, how to read it."""

from __future__ import annotations

from sim.reporting import document as page
from sim.reporting.document import Cards, Document, Note, Passage, Section
from sim.reporting.html import safe_json
from sim.reporting.sources import changes_in_words
from sim.studies.explorable import text
from sim.studies.explorable.result import Explored
from sim.text import count, listing, titled

HERE = "sim.studies.explorable"
_USUAL = 2000
"""Runs of a report of one scenario."""


def explorable_page(found: Explored) -> Document:
    """Put what was played on its page."""
    scenario, knobs = found.plan.scenario, found.plan.knobs
    described, table = scenario.description, text.headline(found)
    failed = (
        (Note(f"{count(found.failed, 'run')} as handed on failed and are left out."),)
        if found.failed
        else ()
    )
    return Document(
        kind="Turn it yourself",
        title=titled(described.title, listing([knob.title for knob in knobs])),
        heading=described.title,
        lead=text.lead(found),
        headline=table,
        changes=changes_in_words(scenario),
        changed="page",
        reproduction=(
            ("Values", listing([count(size, "value") for size in found.plan.sizes])),
            ("Runs at each place", f"{found.runs:,}"),
            ("Seed", str(found.seed)),
        ),
        files=page.files([scenario]),
        styles=("sim.reporting/static/fans.css", f"{HERE}/explorable.css"),
        scripts=("sim.reporting/static/fans.js", f"{HERE}/explorable.js"),
        summary=(
            Passage(
                f"{HERE}/explorer.html.j2",
                {"knobs": knobs, "own": text.OWN, "data": safe_json(text.data(found))},
            ),
            *failed,
        ),
        sections=(
            Section(
                "ends",
                "Each number by itself",
                (Note(f"{table.caption}."), Cards(table.header, table.rows, numbers=True)),
            ),
            Section(
                "reading",
                "How to read it",
                (
                    Passage(
                        f"{HERE}/how_to_read.html.j2",
                        {
                            "several": len(knobs) > 1,
                            "runs": count(found.runs, "run"),
                            "few": found.runs < _USUAL,
                        },
                    ),
                    *page.theory([knob.path for knob in knobs], described),
                    page.terms(),
                ),
            ),
        ),
    )
