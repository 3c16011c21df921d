"""What the page of a comparison shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.contrast import Contrast, Contrasts
from sim.analysis.contributions import Between
from sim.analysis.parting import partings
from sim.analysis.words import listing, number
from sim.report.arms import differences
from sim.report.chart import Table
from sim.report.comparison_charts import course_chart
from sim.report.comparison_forest import Line, forest
from sim.report.comparison_grid import Cell, Group, View, agreed, cell, grid_table, views
from sim.report.comparison_words import (
    disagreement,
    effect,
    finding,
    gap,
    interval,
    parts,
    runs_part,
    when,
)
from sim.report.contents import Plot
from sim.report.stories import Stories, Story, stories, story
from sim.report.studied import StudyPage, files

SAVED = 1.5
"""From how many times the runs on pairing is said to have saved much."""
HEADLINE = 8
"""Most differences of one scenario that the first table holds."""


@dataclass(frozen=True, eq=False)
class Part:
    """One measure: its charts, a finding for each scenario, where the paths part."""

    id: str
    name: str
    plots: tuple[Plot, ...]
    findings: tuple[str, ...]
    parts: tuple[str, ...]
    note: str


@dataclass(frozen=True, eq=False)
class Other:
    """One scenario beside the reference: what is written otherwise, what was left out."""

    name: str
    changes: tuple[str, ...]
    left_out: tuple[str, ...]
    parted: str


@dataclass(frozen=True, eq=False)
class Told:
    """The runs of one scenario in words; ``same`` is the reference's typical run in it."""

    name: str
    stories: Stories
    same: Story | None


@dataclass(frozen=True, eq=False, kw_only=True)
class ComparisonPage(StudyPage):
    """All that the template shows."""

    reference: str
    disagreements: tuple[str, ...]
    agreed: str
    grid: tuple[tuple[str, tuple[Cell, ...]], ...]
    lenses: tuple[str, ...]
    forests: tuple[Plot, ...]
    others: tuple[Other, ...]
    outcomes: tuple[Part, ...]
    events: tuple[Part, ...]
    told: tuple[Told, ...]
    sureness: str
    printed: tuple[Table, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """One table for each scenario, or one with a column for each lens."""
        return self.printed


def contents(groups: Sequence[Group], runs: int, seed: int) -> ComparisonPage:
    """Gather what the page shows."""
    first = groups[0]
    lenses = tuple(group.lens for group in groups if group.lens)
    found = dict(views(groups))
    forests = tuple(_forests(groups))
    outcomes, events = (tuple(_parts_of(groups, event)) for event in (False, True))
    names = [side.name for side in first.sides]
    printed = (grid_table(found, groups),) if lenses else _headlines(first.contrasts)
    return ComparisonPage(
        kind="Scenarios compared",
        title=f"{listing(names[1:])} against {names[0]}",
        lead=_lead(groups, runs, found),
        headline=printed[0],
        printed=printed,
        plots=(*forests, *(plot for part in (*outcomes, *events) for plot in part.plots)),
        reproduction=(("Pairs of runs", f"{runs:,}"), ("Seed", str(seed))),
        files=files(side.scenario for side in first.sides),
        reference=names[0],
        disagreements=tuple(
            disagreement(name, view) for name, view, _ in found.values() if view.kind == "opposite"
        )
        + tuple(
            disagreement(name, view) for name, view, _ in found.values() if view.kind == "some"
        ),
        agreed=agreed([view for _, view, _ in found.values()]) if lenses else "",
        grid=tuple(
            (name, tuple(cell(one) for one in by_lens.values()))
            for name, _, by_lens in found.values()
        ),
        lenses=lenses,
        forests=forests,
        others=tuple(_others(groups)),
        outcomes=outcomes,
        events=events,
        told=tuple(_told(groups)),
        sureness=_sureness(groups),
    )


def _lead(groups: Sequence[Group], runs: int, found: dict[tuple[int, str], View]) -> str:
    reference = groups[0].sides[0].name
    if found:
        kinds = [view.kind for _, view, _ in found.values()]
        disagree = (
            f"Through {len(groups)} theories, {runs:,} pairs of runs each. They disagree on "
            f"{kinds.count('opposite') + kinds.count('some')} of {len(kinds)} differences"
        )
        opposite = kinds.count("opposite")
        return disagree + (f", on {opposite} of them in direction." if opposite else ".")
    said = [f"{runs:,} pairs of runs on the same draws of chance, against “{reference}”."]
    for pair in groups[0].contrasts:
        if pair.same:
            said.append(f"“{pair.other.name}” is the same scenario: nothing differs.")
            continue
        largest = [one for one in pair.sorted() if one.told][:2]
        if not largest:
            small = [f"{one.name} ({_size(one)})" for one in _small(pair)[:1]]
            rest = f", though {small[0]} is clear" if small else ""
            said.append(f"“{pair.other.name}”: no difference large enough to see{rest}.")
            continue
        told = [f"{one.name} ({_size(one)})" for one in largest]
        said.append(f"“{pair.other.name}” differs most in {listing(told)}.")
    return " ".join(said)


def _size(one: Contrast) -> str:
    return gap(one, one.difference) + (f", {effect(one)}" if effect(one) else "")


def _headlines(found: Sequence[Contrasts]) -> tuple[Table, ...]:
    """The largest differences of each scenario."""
    header = ("Measure", "Difference", "95 %, among all", "Effect", "Parts by")
    return tuple(
        Table(f"{pair.other.name}, against {pair.reference.name}", header, _largest(pair))
        for pair in found
    )


def _largest(pair: Contrasts) -> tuple[tuple[str, ...], ...]:
    told = [one for one in pair.sorted() if one.told] or _small(pair)
    rows = [
        (
            one.name,
            gap(one, one.difference),
            interval(one, one.among_all),
            _effect(one),
            when(one),
        )
        for one in told[:HEADLINE]
    ]
    more = len(told) - len(rows)
    if more:
        rows.append((f"and {more} more", "", "", "", ""))
    return tuple(rows) or (("nothing that is clear", "–", "–", "–", "–"),)


def _effect(one: Contrast) -> str:
    """The effect for a table; a clear difference that is too small to see is called small."""
    if one.told:
        return effect(one) or "–"
    return f"small ({effect(one)})" if effect(one) else "small"


def _small(pair: Contrasts) -> list[Contrast]:
    """Differences that are clear, though too small to be seen; the largest first."""
    return [one for one in pair.sorted() if one.clear and not one.told]


def _forests(groups: Sequence[Group]) -> Iterator[Plot]:
    for nth, group in enumerate(groups):
        lines = [
            Line(place, one)
            for place, pair in enumerate(group.contrasts)
            if not pair.same
            for one in pair.found
        ]
        names = [pair.other.name for pair in group.contrasts]
        for events in (False, True):
            if chart := forest(lines, names, events=events):
                heading = f"{chart.name}: {group.lens}" if group.lens else chart.name
                kind = "events" if events else "outcomes"
                yield Plot(f"plot-forest-{kind}-{nth}", chart, heading=heading)


def _parts_of(groups: Sequence[Group], event: bool) -> Iterator[Part]:
    ids = dict.fromkeys(
        one.id for pair in groups[0].contrasts for one in pair.found if one.event == event
    )
    kind = "event" if event else "outcome"
    for id in ids:
        plots, findings, apart = [], [], []
        for nth, group in enumerate(groups):
            others = [
                (place, pair, one, group.summaries[place + 1])
                for place, pair in enumerate(group.contrasts)
                for one in pair.found
                if (one.id, one.event) == (id, event)
            ]
            chart = course_chart((group.sides[0].name, group.summaries[0]), others)
            plots.append(Plot(f"plot-{kind}-{id}-{nth}", chart, (680, 480), group.lens))
            lens = f"{group.lens}: " if group.lens else ""
            findings += [f"{lens}{finding(pair, one)}" for _, pair, one, _ in others]
            apart += [f"{lens}{said}" for _, pair, one, _ in others if (said := parts(pair, one))]
        one = others[0][2]
        note = one.measure.ends if one.measure else ""
        yield Part(f"{kind}-{id}", one.name, tuple(plots), tuple(findings), tuple(apart), note)


def _others(groups: Sequence[Group]) -> Iterator[Other]:
    for group in groups:
        lens = f" ({group.lens})" if group.lens else ""
        for pair in group.contrasts:
            reference, other = pair.reference.scenario, pair.other.scenario
            yield Other(
                name=f"{pair.other.name}{lens}",
                changes=differences(Between(reference, other)) if not pair.same else (),
                left_out=pair.shared.left_out,
                parted=runs_part(pair, partings(pair.reference, pair.other, pair.shared)),
            )


def _told(groups: Sequence[Group]) -> Iterator[Told]:
    for group in groups:
        lens = f" ({group.lens})" if group.lens else ""
        typical = group.summaries[0].representative
        for nth, (side, summary) in enumerate(zip(group.sides, group.summaries, strict=True)):
            same = None
            if nth and typical is not None:
                same = story(side.data, side.scenario, typical)
            yield Told(f"{side.name}{lens}", stories(side.data, side.scenario, summary), same)


def _sureness(groups: Sequence[Group]) -> str:
    found = [one for group in groups for pair in group.contrasts if not pair.same
             for one in pair.found]  # fmt: skip
    if not found:
        return ""
    saved = [one.saved for one in found if np.isfinite(one.saved)]
    limit = found[0].limit
    said = (
        f"Every measure, date and scenario is looked at, so that some differences would seem clear "
        f"by chance. The intervals “among all” allow for it: {number(limit, 2)} standard errors to "
        f"either side instead of 1.96, so that in 95 of 100 such comparisons all of them hold at "
        "once (the largest standardised difference, by a multiplier bootstrap of the runs)."
    )
    if not saved:
        return said
    low, middle, high = np.quantile(saved, [0.0, 0.5, 1.0])
    much = "much" if middle >= SAVED else "little"
    return (
        f"{said} Pairing the runs saved {much}: without it, {number(middle, 1)} times as many runs "
        f"would be needed for the same intervals at the end, in the median over the measures "
        f"(from {number(low, 1)} to {number(high, 1)} times)."
    )
