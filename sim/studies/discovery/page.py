"""The page of a study of discovery."""

from __future__ import annotations

import numpy as np

from sim.reporting import document as page
from sim.reporting.chart_kit import Table
from sim.reporting.document import Document, Exhibit, Note, Section
from sim.reporting.sources import changes_in_words
from sim.reporting.story import stories, story
from sim.statistics.summary import representative_run, summarise
from sim.studies.discovery import text
from sim.studies.discovery.charts import limits_chart, tradeoff_chart
from sim.studies.discovery.result import Boxes, Discovered
from sim.text import percent

KEY = "Grey: the whole range of the number. Blue: what the box asks for."


def discovery_page(found: Discovered) -> Document:
    """Put the study on its page."""
    scenario, boxes, dataset = found.scenario, found.boxes, found.dataset
    described, headline = scenario.description, _headline(found)
    looked_at = boxes.boxes or ((boxes.refused,) if boxes.refused else ())
    limited = [limit.path for box in looked_at for limit in box.limits]
    typical = representative_run(dataset["reported"].isel(run=np.flatnonzero(found.cases)))
    return Document(
        kind="Under which conditions?",
        title=text.condition_in_words(found.target, described),
        lead=text.lead(found),
        headline=headline,
        changes=changes_in_words(scenario),
        reproduction=(
            ("Scenario", described.title),
            ("Seed", str(found.seed)),
            ("Runs", f"{boxes.runs + found.failed:,}"),
        ),
        files=page.files([scenario]),
        summary=(
            page.cards(headline, look="responses"),
            Note(text.counted(found, headline.caption)),
            *text.refused(found),
            page.how_to_read("sim.studies.discovery/how_to_read.html.j2"),
            *page.theory(limited, described),
        ),
        sections=(
            Section("boxes", "The boxes", _boxes(found)),
            Section("search", "The search", (_tradeoff(boxes),) if boxes.boxes else ()),
            Section(
                "case",
                "A run in which it came about",
                (
                    f"Of the runs in which it came about, run {typical} stays closest to their "
                    "medians.",
                    story(dataset, scenario, typical),
                ),
            ),
            Section(
                "stories",
                "Single runs",
                (stories(dataset, scenario, summarise(dataset, scenario)),),
            ),
        ),
    )


def _boxes(found: Discovered) -> tuple[Exhibit, ...]:
    exhibits = []
    for nth, box in enumerate(found.boxes.boxes, 1):
        chart = limits_chart(box, nth, found.scenario.description)
        exhibits.append(page.exhibit_of(f"box-{nth}", chart, KEY))
    return tuple(exhibits)


def _tradeoff(boxes: Boxes) -> Exhibit:
    chart = tradeoff_chart(boxes)
    note = "Each point is a box. Dotted line: the share of cases in all runs not searched."
    return page.exhibit_of("tradeoff", chart, note)


def _headline(found: Discovered) -> Table:
    boxes, described = found.boxes, found.scenario.description
    rows = [
        (
            f"All {boxes.runs // 2:,} runs not searched",
            percent(boxes.share),
            percent(1.0),
            percent(1.0),
        )
    ]
    rows += [
        (
            f"Box {nth}: {text.box_in_words(box, described)}",
            text.density(box.held),
            percent(box.held.coverage),
            percent(box.held.mass),
        )
        for nth, box in enumerate(boxes.boxes, 1)
    ]
    header = ("Where", "Density", "Coverage", "Share of runs")
    return Table("On the runs that had no part in the search", header, tuple(rows))
