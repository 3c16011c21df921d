"""What really happened to an outcome, beside the runs of each scenario that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.reporting.chart_kit import ActualCourse, Table
from sim.reporting.history import NAME, about, beside_bands, happened, standing
from sim.scenario.field_types import History
from sim.statistics.history import Actual, actual, history_table, points_within
from sim.statistics.summary import Trajectory
from sim.studies.comparison.common_ground import Side
from sim.studies.comparison.result import Group

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class BesideRuns:
    """What really happened to an outcome, and where the runs of each scenario had it.

    Attributes
    ----------
    over : tuple of ActualCourse
        To draw over the courses: one, or as many as there are different histories.
    standings : tuple of str
        A sentence for each scenario.
    notes : tuple of str
        On each history: its values and where they are from.
    table : Table
        By date, with the band of each scenario.
    """

    over: tuple[ActualCourse, ...]
    standings: tuple[str, ...]
    notes: tuple[str, ...]
    table: Table


def beside_runs(group: Group, outcome: str) -> BesideRuns | None:
    """Hold the runs of an outcome in each scenario of a group beside what really happened to it.

    A scenario that does not tell it is held beside what the first does that tells it: the
    outcome means the same in all. ``None`` where none tells it.
    """
    arms = _arms(group, outcome)
    told = _told(arms, outcome)
    if not told:
        return None
    begin, end = min(runs.dates[0] for _, runs in arms), max(runs.dates[-1] for _, runs in arms)
    over: list[ActualCourse] = []
    notes = []
    for side, history in told:
        points, name = points_within(history, begin, end), f"{NAME} ({side.name})"
        over += happened(points, name if len(told) > 1 else NAME)
        notes.append(about(history, points, side.scenario))
    found = _held(arms, outcome)
    lines = [(name, standing(one)) for name, one in found]
    said = tuple(f"“{name}”: {line[:1].lower()}{line[1:]}" for name, line in lines)
    return BesideRuns(tuple(over), said, tuple(notes), beside_bands(found))


def beside_table(groups: Sequence[Group]) -> pd.DataFrame:
    """What really happened beside the runs: a row for each lens, scenario, outcome and known date.

    The other columns are those of :func:`sim.statistics.history.history_table`.
    """
    import pandas as pd

    frames = [history_table([]).assign(lens=[], scenario=[])]
    for group in groups:
        every = [one.id for pair in group.contrasts for one in pair.found if not one.event]
        for outcome in dict.fromkeys(every):
            for name, one in _held(_arms(group, outcome), outcome):
                table = history_table([one])
                frames.append(table.assign(lens=group.lens_id, scenario=name))
    first = ["lens", "scenario"]
    columns = [*first, *frames[0].columns.drop(first)]
    return pd.concat(frames[1:] or frames, ignore_index=True)[columns]


_Arms = list[tuple[Side, Trajectory]]


def _arms(group: Group, outcome: str) -> _Arms:
    """The scenarios that share an outcome, the reference first, each with its runs."""
    shared = [
        nth
        for nth, pair in enumerate(group.contrasts, 1)
        if any(one.id == outcome and not one.event for one in pair.found)
    ]
    return [
        (group.sides[nth], one)
        for nth in (0, *shared)
        for one in group.summaries[nth].trajectories
        if one.measure.id == outcome
    ]


def _told(arms: _Arms, outcome: str) -> list[tuple[Side, History]]:
    """The different histories of an outcome, each with the first scenario that tells it."""
    told: list[tuple[Side, History]] = []
    for side, _ in arms:
        history = side.scenario.description.history.get(outcome)
        if history is not None and all(history.values != one.values for _, one in told):
            told.append((side, history))
    return told


def _held(arms: _Arms, outcome: str) -> list[tuple[str, Actual]]:
    """Each scenario's name, and its runs beside what it tells; else beside the first that tells."""
    told = _told(arms, outcome)
    return [
        (side.name, actual(side.scenario.description.history.get(outcome, told[0][1]), runs))
        for side, runs in arms
        if told
    ]
