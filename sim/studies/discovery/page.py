"""The page of a study of discovery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.reporting.chart import Table
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.sources import explained
from sim.reporting.story import Stories, Story, stories, story
from sim.reporting.study_page import StudyPage, files
from sim.scenario.scenario import changes
from sim.statistics.summary import representative_run, summarise
from sim.studies.discovery.charts import limits_chart, tradeoff_chart
from sim.studies.discovery.result import Discovered
from sim.studies.discovery.text import box_in_words, condition_in_words, density, lead
from sim.text import count, percent, sentence

KEY = "Grey: the whole range of the number. Blue: what the box asks for."


@dataclass(frozen=True, eq=False, kw_only=True)
class DiscoveryPage(StudyPage):
    """What the template shows beside what every study has.

    Attributes
    ----------
    tradeoff : Exhibit or None
        ``None`` where no search was possible.
    boxes : tuple of Exhibit
    refused : str
        The box that did not hold up, in words; empty where there is none, or others did.
    found : str
        What was counted.
    typical : Story
        The most typical of the runs in which it came about.
    theory : tuple of (str, str)
        Each of the theory's numbers that a box limits, and what it means.
    stories : Stories
    """

    tradeoff: Exhibit | None
    boxes: tuple[Exhibit, ...]
    refused: str
    found: str
    typical: Story
    theory: tuple[tuple[str, str], ...]
    stories: Stories


def discovery_page(found: Discovered) -> DiscoveryPage:
    """Gather what the page shows."""
    scenario, boxes, dataset = found.scenario, found.boxes, found.dataset
    described = scenario.description
    exhibits = []
    for nth, box in enumerate(boxes.boxes, 1):
        chart = limits_chart(box, nth, described)
        exhibits.append(
            Exhibit(
                f"box-{nth}", chart.name, chart.finding, (Plot(f"plot-box-{nth}", chart),), (KEY,)
            )
        )
    tradeoff = None
    if boxes.boxes:
        chart = tradeoff_chart(boxes)
        tradeoff = Exhibit(
            "tradeoff", chart.name, chart.finding, (Plot("plot-tradeoff", chart),),
            ("Each point is a box. Dotted line: the share of cases in all runs not searched.",),
        )  # fmt: skip
    shown = (*((tradeoff,) if tradeoff else ()), *exhibits)
    refused = ""
    if boxes.refused is not None and not boxes.boxes:
        held, made = boxes.refused.held, boxes.refused.made
        refused = (
            f"{sentence(box_in_words(boxes.refused, described))}: {percent(made.density)} on the "
            f"runs that it was made from, {density(held)} on the others, of which "
            f"{percent(boxes.share)} are cases."
        )
    typical = representative_run(dataset["reported"].isel(run=np.flatnonzero(found.cases)))
    failed = f"; {count(found.failed, 'run')} failed and were left out" if found.failed else ""
    return DiscoveryPage(
        kind="Under which conditions?",
        title=condition_in_words(found.target, described),
        lead=lead(found),
        headline=_headline(found),
        plots=tuple(plot for exhibit in shown for plot in exhibit.plots),
        changes=changes(scenario),
        reproduction=(
            ("Scenario", described.title),
            ("Seed", str(found.seed)),
            ("Runs", f"{boxes.runs + found.failed:,}"),
        ),
        files=files([scenario]),
        tradeoff=tradeoff,
        boxes=tuple(exhibits),
        refused=refused,
        found=(
            f"{described.title}: {boxes.cases:,} cases in {count(boxes.runs, 'run')}{failed}. "
            "Boxes were made from every second run and counted on the others."
        ),
        typical=story(dataset, scenario, typical),
        theory=explained(
            [
                limit.path
                for box in boxes.boxes or ((boxes.refused,) if boxes.refused else ())
                for limit in box.limits
            ],
            described,
        ),
        stories=stories(dataset, scenario, summarise(dataset, scenario)),
    )


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
            f"Box {nth}: {box_in_words(box, described)}",
            density(box.held),
            percent(box.held.coverage),
            percent(box.held.mass),
        )
        for nth, box in enumerate(boxes.boxes, 1)
    ]
    header = ("Where", "Density", "Coverage", "Share of runs")
    return Table("On the runs that had no part in the search", header, tuple(rows))
