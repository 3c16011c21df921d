"""What really happened to an outcome, as far as a calendar goes, and where the runs had it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.scenario.calendar import Dates
from sim.scenario.field_types import History
from sim.scenario.scenario import Scenario
from sim.statistics.summary import Summary, Trajectory

if TYPE_CHECKING:
    import pandas as pd

_QUANTILES = {"q05": "low90", "q25": "low50", "q50": "median", "q75": "high50", "q95": "high90"}
"""Columns of the table of all histories, and the quantiles that they hold."""
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class ActualPoints:
    """A course that is known at some dates, cut to a calendar.

    Attributes
    ----------
    dates : array of datetime64[D], (point,)
        The known dates within the calendar, and those of its ends that lie between two known
        dates.
    values : array of float, (point,)
        In the outcome's unit; at such an end what the straight line between the two gives.
    known : array of bool, (point,)
        False at such an end.
    outside : array of datetime64[D], (date,)
        Known dates before or after the calendar.
    """

    dates: Dates
    values: Floats
    known: NDArray[np.bool_]
    outside: Dates


def known_course(history: History) -> tuple[Dates, Floats]:
    """All dates of a history, in their order, and its values at them."""
    dates = np.array(list(history.values), dtype="datetime64[D]")
    return dates, np.array(list(history.values.values()), dtype=np.float64)


def points_within(history: History, begin: np.datetime64, end: np.datetime64) -> ActualPoints:
    """Cut a history to a calendar: no points where all its dates lie before it, or all after."""
    known, values = known_course(history)
    first, last = (day.astype("datetime64[D]") for day in (begin, end))
    inside = (known >= first) & (known <= last)
    edges = [day for day in (first, last) if known[0] < day < known[-1] and day not in known]
    dates = np.sort(np.append(known[inside], np.array(edges, dtype="datetime64[D]")))
    drawn = np.interp(dates.astype(float), known.astype(float), values)
    return ActualPoints(dates, drawn, np.isin(dates, known), known[~inside])


@dataclass(frozen=True, eq=False)
class Actual:
    """What really happened to an outcome, beside some runs.

    Attributes
    ----------
    history : History
        As the scenario states it.
    course : ActualPoints
        The same within the calendar of the runs.
    runs : Trajectory
        The runs at the known dates that are judged: those after the calendar's start, where
        the runs have not yet had time to differ, and up to its end.
    values : array of float, (date,)
        What happened at these dates, in the outcome's unit.
    """

    history: History
    course: ActualPoints
    runs: Trajectory
    values: Floats

    @property
    def above(self) -> NDArray[np.bool_]:
        """At which of these dates it lay above the 90 % band of the runs."""
        return np.asarray(self.values > self.runs.high90 + self._least)

    @property
    def below(self) -> NDArray[np.bool_]:
        """At which of these dates it lay below that band."""
        return np.asarray(self.values < self.runs.low90 - self._least)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """At which of these dates it lay in that band, ends included."""
        return ~(self.above | self.below)

    @property
    def _least(self) -> Floats:
        return _ROUNDING * np.maximum(np.abs(self.values), 1.0)


def actual(history: History, runs: Trajectory) -> Actual:
    """Hold the runs of an outcome beside what really happened to it."""
    dates, values = known_course(history)
    first, last = (day.astype("datetime64[D]") for day in (runs.dates[0], runs.dates[-1]))
    judged = (dates > first) & (dates <= last)
    course = points_within(history, first, last)
    return Actual(history, course, runs.at(dates[judged]), values[judged])


def actuals(summary: Summary, scenario: Scenario) -> Iterator[Actual]:
    """Each outcome of which the scenario tells what happened, beside its runs."""
    histories = scenario.description.history
    for one in summary.trajectories:
        if one.measure.id in histories:
            yield actual(histories[one.measure.id], one)


def history_table(found: Sequence[Actual]) -> pd.DataFrame:
    """A row for each outcome and known date, with the quantiles of the runs then.

    ``value`` is what happened. ``inside`` says whether it lay in the 90 % band, from ``q05`` to
    ``q95``; it is missing, as the quantiles are, at dates that are not judged: up to the start
    of the calendar, and after its end. Of what is or is not in force the quantiles are the share
    of the runs in which it is and its 95 % interval, and ``inside`` is missing everywhere.
    """
    import pandas as pd

    columns = ["outcome", "date", "value", *_QUANTILES, "inside", "name"]
    frames = []
    for one in found:
        dates, values = known_course(one.history)
        rows = pd.DataFrame({"date": dates, "value": values}).set_index("date")
        judged = {column: getattr(one.runs, name) for column, name in _QUANTILES.items()}
        if not one.runs.measure.share:
            judged["inside"] = pd.array(one.inside, dtype="boolean")
        rows = rows.join(pd.DataFrame(judged, index=one.runs.dates.astype("datetime64[s]")))
        rows["outcome"], rows["name"] = one.runs.measure.id, one.runs.measure.name
        frames.append(rows.reset_index())
    if not frames:
        return pd.DataFrame(columns=columns)
    table = pd.concat(frames, ignore_index=True).reindex(columns=columns)
    return table.astype({"inside": "boolean"})
