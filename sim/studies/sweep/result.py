"""What a sweep comes to: levels with their bands, changes, thresholds, single runs.

Runs that failed at any value are left out at all of them, so that every value
is judged by the same runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.reporting.story import Stories, stories
from sim.scenario.scenario import Scenario
from sim.statistics.estimate import Estimate
from sim.statistics.measures import mark_of, measures
from sim.statistics.paired_difference import paired
from sim.statistics.summary import BAND_LEVELS, outcome_quantiles, summarise, wilson
from sim.studies.sweep.design import SweepPlan
from sim.studies.sweep.thresholds import Item, Threshold, crossings, mark_held, with_intervals

SEEN = 3.5
"""Standard errors from which a turn between the ends is told: the farthest of many is picked."""


@dataclass(frozen=True, eq=False)
class Course:
    """One outcome or event along one parameter.

    Attributes
    ----------
    item : Item
    values : shape (values,)
        Of the parameter, rising.
    level : shape (values,)
        Median at the end, or probability.
    mean : shape (values,)
        Mean at the end; of an event, its probability.
    outer : shape (2, values)
        90 % of the runs, or the 95 % interval of the probability (Wilson 1927).
    inner : shape (2, values) or None
        Half of the runs; ``None`` of an event.
    change : Estimate
    thresholds : tuple of Threshold
    steepest : (float, float) or None
        The two neighbouring values between which the mean moves fastest; ``None``
        where it does not visibly move from end to end.
    turn : float or None
        The value between the ends at which the mean stands farthest beyond both
        of them; ``None`` where it never visibly does.
    """

    item: Item
    values: Floats
    level: Floats
    mean: Floats
    outer: Floats
    inner: Floats | None
    change: Estimate
    thresholds: tuple[Threshold, ...]
    steepest: tuple[float, float] | None
    turn: float | None

    @property
    def largest(self) -> Estimate:
        """Its change from end to end."""
        return self.change


@dataclass(frozen=True, eq=False)
class Grid:
    """One outcome or event over two parameters.

    Attributes
    ----------
    item : Item
    level : shape (values of the first, values of the second)
    changes : (Estimate, Estimate)
        From end to end of each parameter, as the mean over the other's values.
    thresholds : tuple of Threshold
        Along the first parameter, for each value of the second, then along the second,
        for each value of the first.
    """

    item: Item
    level: Floats
    changes: tuple[Estimate, Estimate]
    thresholds: tuple[Threshold, ...]

    @property
    def largest(self) -> Estimate:
        """The larger of its changes from end to end."""
        return max(self.changes, key=lambda change: change.rank)


@dataclass(frozen=True, eq=False)
class Swept:
    """What a sweep comes to.

    Attributes
    ----------
    plan : Plan
    parts : tuple of Course, or of Grid
        By the number of parameters.
    stories : Stories
        Of the runs at the values nearest to the scenario's own.
    runs, failed, seed : int
    """

    plan: SweepPlan
    parts: tuple[Course, ...] | tuple[Grid, ...]
    stories: Stories
    runs: int
    failed: int
    seed: int

    @property
    def ranked(self) -> list[Course | Grid]:
        """What moves most comes first."""
        return sorted(self.parts, key=lambda part: part.largest.rank, reverse=True)


def result(plan: SweepPlan, data: xr.Dataset, typical: xr.Dataset) -> Swept:
    """Read what the runs of a plan came to; ``typical`` has those nearest to the scenario's own."""
    kept, scenario = complete(data), plan.scenario
    paths = tuple(plan.axes)
    parts: tuple[Course, ...] | tuple[Grid, ...]
    if len(paths) == 1:
        parts = courses(kept, scenario, paths[0])
    else:
        parts = grids(kept, scenario, (paths[0], paths[1]))
    told = stories(typical, scenario, summarise(typical, scenario))
    runs = data.sizes["run"]
    return Swept(plan, parts, told, runs, runs - kept.sizes["run"], int(data.attrs["seed"]))


def complete(data: xr.Dataset) -> xr.Dataset:
    """Leave out the runs that failed at any value."""
    failed = (data["failed_round"].values >= 0).reshape(-1, data.sizes["run"]).any(axis=0)
    return data.isel(run=np.flatnonzero(~failed)) if failed.any() else data


def courses(data: xr.Dataset, scenario: Scenario, path: str) -> tuple[Course, ...]:
    """Follow every outcome and event of a sweep over one parameter.

    Parameters
    ----------
    data : Dataset
        As of :func:`sim.studies.sweep.design.swept`, with a run at least that did not fail.
    scenario : Scenario
        Gives names and units.
    path : str
        The parameter.
    """
    values = np.asarray(data[path].values, dtype=np.float64)
    seed = int(data.attrs["seed"])
    found = []
    for item, cells in samples(data, scenario):
        sample = cells.T
        mean = sample.mean(axis=0)
        spread = float(sample[:, 0].var() + sample[:, -1].var())
        ends = sample[:, :1], sample[:, -1:]
        change = _change(*ends, spread, whole=item.whole, events=item.event)
        if item.measure is None:
            outer = np.stack(wilson(sample.sum(axis=0), len(sample)))
            inner, level = None, item.level(sample)
        else:
            low90, low50, level, high50, high90 = outcome_quantiles(
                sample, BAND_LEVELS, item.measure
            )
            outer, inner = np.stack([low90, high90]), np.stack([low50, high50])
        thresholds = crossings(item, path, values, level)
        if thresholds:
            thresholds = with_intervals(thresholds, item, values, sample, seed)
            thresholds = mark_held(thresholds, values, item.sides(sample))
        slopes = np.abs(np.diff(mean) / np.diff(values))
        nth = int(slopes.argmax())
        steepest = (float(values[nth]), float(values[nth + 1])) if change.clear else None
        turn = _turn(values, sample, whole=item.whole)
        found.append(
            Course(item, values, level, mean, outer, inner, change, thresholds, steepest, turn)
        )
    return tuple(found)


def grids(data: xr.Dataset, scenario: Scenario, paths: tuple[str, str]) -> tuple[Grid, ...]:
    """Lay out every outcome and event of a sweep over two parameters.

    Parameters
    ----------
    data, scenario
        As for :func:`courses`.
    paths : (str, str)
        The parameters, in the order of the data's dimensions.
    """
    first, second = (np.asarray(data[path].values, dtype=np.float64) for path in paths)
    found = []
    for item, cells in samples(data, scenario):
        sample = np.moveaxis(cells, -1, 0)
        level, sides = item.level(sample), item.sides(sample)
        over = [cells.mean(axis=1 - axis) for axis in (0, 1)]
        spreads = [cells.var(axis=-1).mean(axis=1 - axis) for axis in (0, 1)]
        # Averaged over the other parameter, a count is no whole number any more.
        one, two = (
            _change(
                ends[0][:, None],
                ends[-1][:, None],
                spread[0] + spread[-1],
                whole=False,
                events=item.event,
            )
            for ends, spread in zip(over, spreads, strict=True)
        )
        across, along = (first, second), ((level.T, sides.T), (level, sides))
        thresholds = tuple(
            threshold
            for mine, other in ((0, 1), (1, 0))
            for value, line, sure in zip(across[other], *along[mine], strict=True)
            for threshold in mark_held(
                crossings(item, paths[mine], across[mine], line, ((paths[other], float(value)),)),
                across[mine],
                sure,
            )
        )
        found.append(Grid(item, level, (one, two), thresholds))
    return tuple(found)


def samples(data: xr.Dataset, scenario: Scenario) -> list[tuple[Item, Floats]]:
    """Each outcome and event with its values: shape ``(parameters..., runs)``.

    An outcome's is its value at the end; an event's is 1 where it came, 0 where not, as
    what is in force at the end.
    """
    known = measures(scenario.description)
    described: Mapping[str, Any] = scenario.description.outcomes
    outcomes = []
    for key in map(str, data["outcome"].values):
        cells = np.asarray(data["ended"].sel(outcome=key).values, dtype=np.float64)
        measure = known[key].fitted(cells)
        if measure.share:  # as likely or not as an event
            outcomes.append((Item(key, f"{measure.name}: in force at the end"), cells))
            continue
        outcomes.append((Item(key, measure.name, measure, mark_of(described[key])), cells))
    events = [
        (
            Item(str(key), str(name)),
            (data["watched"].sel(watch=key).values >= 0).astype(np.float64),
        )
        for key, name in zip(data["watch"].values, data["watch_name"].values, strict=True)
    ]
    return [*outcomes, *events]


def _turn(values: Floats, sample: Floats, *, whole: bool) -> float | None:
    means = sample.mean(axis=0)
    ends = np.sort(means[[0, -1]])
    beyond = np.maximum(means - ends[1], ends[0] - means)
    nth = int(beyond.argmax())
    if beyond[nth] <= 0:
        return None
    end = 0 if abs(means[nth] - means[0]) < abs(means[nth] - means[-1]) else -1
    low, high = paired(sample[:, [end]], sample[:, [nth]], whole=whole).interval(SEEN)
    return float(values[nth]) if low[0] > 0 or high[0] < 0 else None


def _change(
    first: Floats, last: Floats, variances: float, *, whole: bool, events: bool
) -> Estimate:
    """Compare both ends; ``variances`` is the sum of their variances over the runs."""
    found = paired(first, last, whole=whole, events=events)
    low, high = (float(end[0]) for end in found.interval())
    difference = float(found.difference[0])
    if not difference:
        return Estimate(difference, low, high, 0.0, share=events)
    # Where the runs do not differ at all, any change is beyond all measure.
    spread = np.sqrt(variances / 2)
    effect = difference / spread if spread > 0 else np.copysign(np.inf, difference)
    return Estimate(difference, low, high, float(effect), share=events)
