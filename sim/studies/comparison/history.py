"""What really happened to an outcome, beside the runs of each scenario that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.reporting.chart_kit import ActualCourse, Table
from sim.reporting.history import NAME, about, beside_bands, happened, standing
from sim.scenario.field_types import History
from sim.statistics.history import actual, points_within
from sim.statistics.summary import Trajectory
from sim.studies.comparison.common_ground import Side


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


def beside_runs(arms: Sequence[tuple[Side, Trajectory]]) -> BesideRuns | None:
    """Hold the runs of an outcome in each scenario beside what really happened to it.

    A scenario that does not tell it is held beside what the first does that tells it: the
    outcome means the same in all. ``None`` where none tells it.
    """
    outcome = arms[0][1].measure.id
    told: list[tuple[Side, History]] = []
    for side, _ in arms:
        history = side.scenario.description.history.get(outcome)
        if history is not None and all(history.values != one.values for _, one in told):
            told.append((side, history))
    if not told:
        return None
    begin, end = min(runs.dates[0] for _, runs in arms), max(runs.dates[-1] for _, runs in arms)
    over: list[ActualCourse] = []
    notes = []
    for side, history in told:
        points, name = points_within(history, begin, end), f"{NAME} ({side.name})"
        over += happened(points, name if len(told) > 1 else NAME)
        notes.append(about(history, points, side.scenario))
    found = [
        (side.name, actual(side.scenario.description.history.get(outcome, told[0][1]), runs))
        for side, runs in arms
    ]
    lines = [(name, standing(one)) for name, one in found]
    said = tuple(f"“{name}”: {line[:1].lower()}{line[1:]}" for name, line in lines)
    return BesideRuns(tuple(over), said, tuple(notes), beside_bands(found))
