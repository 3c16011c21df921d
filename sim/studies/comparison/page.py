"""What the page of a comparison shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.reporting.chart import Table
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.lasting_charts import LastingArm, lasting_exhibits, promises_apart
from sim.reporting.scenario_diff import differences
from sim.reporting.story import Stories, Story, stories, story
from sim.reporting.study_page import StudyPage, files
from sim.statistics.contributions import Between
from sim.statistics.paired_difference import Z95
from sim.studies.comparison.charts import differences_chart, measure_chart
from sim.studies.comparison.contrasts import Contrast
from sim.studies.comparison.divergence import partings
from sim.studies.comparison.lens_grid import Group, View, agreed, views
from sim.studies.comparison.text import (
    disagreement,
    finding,
    gap,
    headlines,
    lead,
    levels,
    partial,
    parts,
    runs_part,
    sureness,
    title,
)
from sim.text import listing


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
    lasting: tuple[Exhibit, ...]
    told: tuple[Told, ...]
    sureness: str
    partial: str
    levels: Table | None = None
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
    arms = [arm for group in groups for arm in _arms(group)]
    stays = lasting_exhibits(arms)
    broken = promises_apart(arms) if stays else ""
    names, kept = [side.name for side in first.sides], first.sides[0].kept
    printed = (grid_table(found, groups),) if lenses else headlines(first.contrasts)
    return ComparisonPage(
        kind="Scenarios compared",
        title=title(first),
        lead=" ".join(filter(None, (lead(groups, runs, found), broken))),
        headline=printed[0],
        printed=printed,
        plots=(
            *forests,
            *(plot for part in (*outcomes, *events) for plot in part.plots),
            *(plot for one in stays for plot in one.plots),
        ),
        reproduction=(
            ("Pairs of runs", f"{runs:,}"),
            *((("Of these, kept whole", f"{kept:,}"),) if kept < runs else ()),
            ("Seed", str(seed)),
        ),
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
        lasting=stays,
        told=tuple(_told(groups)),
        sureness=sureness(groups),
        partial=partial(groups),
        levels=None if lenses else levels(first),
    )


def _arms(group: Group) -> list[LastingArm]:
    """The scenarios of one theory, the reference first; each is held against it."""
    limit = max((one.limit for pair in group.contrasts for one in pair.found), default=Z95)
    names = [f"{side.name} ({group.lens})" if group.lens else side.name for side in group.sides]
    first, *others = zip(names, group.sides, strict=True)
    mine = LastingArm(first[0], first[1].data, first[1].scenario)
    return [
        mine,
        *(LastingArm(name, side.data, side.scenario, mine, limit) for name, side in others),
    ]


def _forests(groups: Sequence[Group]) -> Iterator[Plot]:
    for nth, group in enumerate(groups):
        lines = [
            (place, one)
            for place, pair in enumerate(group.contrasts)
            if not pair.same
            for one in pair.found
        ]
        names = [pair.other.name for pair in group.contrasts]
        for events in (False, True):
            if chart := differences_chart(lines, names, events=events):
                heading = f"{chart.name}: {group.lens}" if group.lens else chart.name
                kind = "events" if events else "outcomes"
                yield Plot(f"plot-forest-{kind}-{nth}", chart, heading=heading)


def _parts_of(groups: Sequence[Group], event: bool) -> Iterator[Part]:
    ids = dict.fromkeys(
        one.id for pair in groups[0].contrasts for one in pair.found if one.event == event
    )
    kind = "event" if event else "outcome"
    if len(groups) > 1:
        # Four lenses make four charts of each measure: only those that differ are drawn.
        seen = {
            one.id
            for group in groups
            for pair in group.contrasts
            for one in pair.found
            if one.event == event and one.notable
        }
        ids = dict.fromkeys(id for id in ids if id in seen)
    for id in ids:
        plots, findings, apart = [], [], []
        for nth, group in enumerate(groups):
            others = [
                (place, pair, one, group.summaries[place + 1])
                for place, pair in enumerate(group.contrasts)
                for one in pair.found
                if (one.id, one.event) == (id, event)
            ]
            chart = measure_chart((group.sides[0].name, group.summaries[0]), others)
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


@dataclass(frozen=True, eq=False)
class Cell:
    """One lens's view of a difference: shown, and which way it goes."""

    shown: str
    side: str


def cell(one: Contrast) -> Cell:
    """How one lens sees a difference."""
    side = "still" if not one.notable else "rises" if one.difference > 0 else "falls"
    return Cell(gap(one, one.difference), side)


def grid_table(found: dict[tuple[int, str], View], groups: Sequence[Group]) -> Table:
    """The differences that any lens sees, a column for each; what is disputed comes first."""
    marks = {"rises": "▲ ", "falls": "▼ ", "still": ""}
    seen = [view for view in found.values() if view[1].kind != "none"]
    order = {"opposite": 0, "some": 1, "all": 2, "unclear": 3}
    seen = [view for view in seen if view[1].rises or view[1].falls]
    rows = tuple(
        (name, *(marks[cell.side] + (cell.shown if cell.side != "still" else "·")
                 for cell in map(cell, by_lens.values())))
        for name, view, by_lens in sorted(seen, key=lambda one: order[one[1].kind])
    )  # fmt: skip
    lenses = [group.lens for group in groups]
    others = listing([pair.other.name for pair in groups[0].contrasts])
    caption = f"{others}, against {groups[0].sides[0].name}: differences through each theory"
    return Table(caption, ("Measure", *lenses), rows)
