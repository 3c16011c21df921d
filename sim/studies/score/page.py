"""The page of a scored record."""

from __future__ import annotations

import math

from sim.evaluation.rivals import FORECASTERS, RIVALS, SCENARIO
from sim.reporting import document as page
from sim.reporting.chart_kit import Table
from sim.reporting.document import Document, Section
from sim.scenario.scenario import changes
from sim.studies.score.result import Held
from sim.studies.score.text import SCORES, lead
from sim.text import number

_NAMES = {SCENARIO: "the scenario", **RIVALS}


def score_page(found: Held) -> Document:
    """Put the scores on their page."""
    headline = _headline(found)
    made = found.made
    return Document(
        kind="Held against the record",
        title=found.record.stated.title,
        lead=lead(found),
        headline=headline,
        changes=changes(found.scenario) if found.scenario else (),
        reproduction=(
            ("Scenario", made.title),
            ("Seed", str(made.seed)),
            ("Runs, with the theory and without", f"{made.runs:,}"),
        ),
        files=found.files,
        summary=(page.cards(headline, numbers=True),),
        sections=(Section("missing", "What the scenario cannot speak to", _missing(found)),),
    )


def _headline(found: Held) -> Table:
    scores, rows = found.scores, []
    for name in FORECASTERS:
        own = scores.sel(forecaster=name)
        cells = [float(own[score].mean()) for score in SCORES]
        if any(not math.isnan(cell) for cell in cells):
            rows.append((_NAMES[name], *(number(cell, 3) for cell in cells)))
    return Table("Mean scores: lower is better", ("Forecaster", *SCORES.values()), tuple(rows))


def _missing(found: Held) -> tuple[page.Block, ...]:
    if not found.missing:
        return ()
    return (page.Facts(tuple((found.names[key], why) for key, why in found.missing.items())),)
