"""What a sweep comes to: levels with their bands, changes, thresholds, single runs.

Runs that failed at any value are left out at all of them, so that every value
is judged by the same runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.arrays import Floats
from sim.reporting.story import Stories, stories
from sim.scenario.scenario import Scenario
from sim.statistics.measures import Mark, Measure, mark_of, measures
from sim.statistics.paired_difference import Estimate, paired
from sim.statistics.summary import BAND_LEVELS, outcome_quantiles, summarise, wilson
from sim.studies.sweep.design import SweepPlan
from sim.text import enough, number, percent, percents

# Where a level crosses the mark of its scale as a parameter moves, and how sure that is.

EVEN = 0.5
"""An event that is as likely as not."""
DRAWS = 400
"""Resamples of the runs behind the interval of a threshold."""


@dataclass(frozen=True, eq=False)
class Item:
    """An outcome, or a watched event.

    Attributes
    ----------
    id, name : str
    measure : Measure or None
        ``None`` of an event.
    mark : Mark or None
        The mark on its scale.
    """

    id: str
    name: str
    measure: Measure | None = None
    mark: Mark | None = None

    @property
    def event(self) -> bool:
        """Whether it is a watched event."""
        return self.measure is None

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers: of an event, 0 and 1."""
        return self.measure is None or self.measure.whole

    @property
    def at(self) -> float | None:
        """Where its level flips: one half of an event, the mark of an outcome."""
        return EVEN if self.event else self.mark.at if self.mark else None

    def show(self, level: float) -> str:
        """Write a level: a probability, or a value of the outcome."""
        return percent(level) if self.measure is None else self.measure.show(level)

    def finer(self, *levels: float) -> tuple[str, ...]:
        """Write means, finer than what the runs can take, so that they can be told apart."""
        if self.measure is None:
            return percents(levels)
        digits = max(self.measure.digits, 1) + (self.measure.digits > 1)
        digits = enough(levels, digits, 0.5 * 10.0**-digits)
        return tuple(number(level, digits) for level in levels)

    def shown(self, *levels: float) -> tuple[str, ...]:
        """Write levels side by side, as :meth:`show`, but so that they can be told apart."""
        if self.measure is None:
            return percents(levels)
        item = self.measure.telling(levels)
        return tuple(item.show(level) for level in levels)

    def moves(self, first: float, last: float) -> bool:
        """Whether two levels differ as far as is shown."""
        return self.measure is None or abs(last - first) >= self.measure.grain

    def sides(self, sample: Floats) -> NDArray[np.int64]:
        """Where the level surely lies: 1 above the mark, -1 below it, 0 where these runs can't say.

        A median stands above the mark where more than half of the runs do, so that one
        test of a share serves outcomes and events: Wilson's interval, wide enough to hold
        at all values at once (Bonferroni).

        Parameters
        ----------
        sample : shape (runs, ...)
        """
        at = 0.5 if self.event else self.at
        if at is None:
            return np.zeros(sample.shape[1:], dtype=np.int64)
        runs, places = len(sample), max(int(np.prod(sample.shape[1:])), 1)
        limit = float(ndtri(1 - 0.025 / places))
        above, below = (sample > at).mean(axis=0), (sample < at).mean(axis=0)
        sides = (_wilson_low(above, runs, limit) > EVEN).astype(np.int64)
        sides -= _wilson_low(below, runs, limit) > EVEN
        if not self.event:  # what is the same in all runs is no matter of chance
            still = np.ptp(sample, axis=0) == 0
            sides = np.where(still, np.sign(sample[0] - at).astype(np.int64), sides)
        return sides

    def level(self, sample: Floats) -> Floats:
        """Median, or probability, over the runs: the first axis."""
        if self.measure is None:
            return np.asarray(sample.mean(axis=0), dtype=np.float64)
        return outcome_quantiles(sample, (0.5,), self.measure)[0]


@dataclass(frozen=True)
class Threshold:
    """Where a level crosses its mark.

    Attributes
    ----------
    id : str
        The outcome or watched event.
    parameter : str
        Path of the parameter that moves.
    value : float
        Where it crosses, by linear interpolation between two values that were run.
    low, high : float
        Those two values.
    rising : bool
        Whether the level goes above its mark as the parameter rises.
    mark : float
    interval : (float, float) or None
        95 % interval by resampling the runs, the same at every value; an end is
        infinite where it may lie outside the values that were run.
    at : tuple of (path, value)
        Value of the other parameter of a grid.
    held : bool
        Whether the level surely lies on one side of the mark at some value before it, and
        on the other at some value behind; of several crossings between these, one holds.
    """

    id: str
    parameter: str
    value: float
    low: float
    high: float
    rising: bool
    mark: float
    interval: tuple[float, float] | None = None
    at: tuple[tuple[str, float], ...] = ()
    held: bool = True

    @property
    def settled(self) -> bool:
        """Whether the runs tell that the level crosses there, and on which side of it."""
        return self.held and (self.interval is None or any(np.isfinite(self.interval)))


def _wilson_low(share: Floats, runs: int, limit: float) -> Floats:
    scale = 1 + limit**2 / runs
    middle = share + limit**2 / (2 * runs)
    half = limit * np.sqrt(share * (1 - share) / runs + limit**2 / (4 * runs**2))
    return np.asarray((middle - half) / scale)


def crossings(
    item: Item,
    path: str,
    values: Floats,
    level: Floats,
    at: tuple[tuple[str, float], ...] = (),
) -> tuple[Threshold, ...]:
    """Find where a level crosses its mark, by linear interpolation between neighbours.

    A stretch that lies on the mark itself is crossed in its middle.

    Parameters
    ----------
    item : Item
        Gives the mark; without one there is no threshold.
    path : str
    values, level : shape (values,)
    at : tuple of (path, value)
        Of the other parameter of a grid.
    """
    if item.at is None:
        return ()
    off = level - item.at
    sides = np.flatnonzero(off)
    found = []
    for here, there in pairwise(sides):
        if (off[here] > 0) == (off[there] > 0):
            continue
        if there == here + 1:
            share = off[here] / (off[here] - off[there])
            value = values[here] + share * (values[there] - values[here])
        else:
            value = (values[here + 1] + values[there - 1]) / 2
        place = (float(value), float(values[here]), float(values[there]))
        rising = bool(off[there] > 0)
        found.append(Threshold(item.id, path, *place, rising=rising, mark=item.at, at=at))
    return tuple(found)


def mark_held(
    thresholds: tuple[Threshold, ...], values: Floats, sides: NDArray[np.int64]
) -> tuple[Threshold, ...]:
    """Say of each crossing along a line whether it holds; ``sides`` as of :meth:`Item.sides`.

    Between two values at which the level surely lies on either side of its mark, it
    passes it once, as far as the runs tell: of several crossings that way, the middle one.
    """
    sure = np.flatnonzero(sides)
    holding = set()
    for here, there in pairwise(sure):
        if sides[here] != sides[there]:
            between = [
                nth
                for nth, one in enumerate(thresholds)
                if values[here] <= one.low
                and one.high <= values[there]
                and one.rising == (sides[there] > 0)
            ]
            holding.update(between[len(between) // 2 :][:1])
    return tuple(replace(one, held=nth in holding) for nth, one in enumerate(thresholds))


def with_intervals(
    thresholds: tuple[Threshold, ...], item: Item, values: Floats, sample: Floats, seed: int
) -> tuple[Threshold, ...]:
    """Resample the runs, the same at every value, and see where the crossing falls.

    Of several crossings in a resample the one nearest to the threshold counts. A
    resample without any has its crossing beyond the end that its side points to.
    """
    rng = np.random.default_rng([seed, len(sample)])
    drawn: list[list[float]] = [[] for _ in thresholds]
    for _ in range(DRAWS):
        level = item.level(sample[rng.integers(len(sample), size=len(sample))])
        met = crossings(item, "", values, level)
        for one, places in zip(thresholds, drawn, strict=True):
            same = [other.value for other in met if other.rising == one.rising]
            if same:
                places.append(min(same, key=lambda value: abs(value - one.value)))
            else:
                above = bool(level.mean() > one.mark)
                places.append(-np.inf if above == one.rising else np.inf)
    return tuple(
        replace(one, interval=_interval(places))
        for one, places in zip(thresholds, drawn, strict=True)
    )


def _interval(places: list[float]) -> tuple[float, float]:
    low, high = np.quantile(places, (0.025, 0.975), method="inverted_cdf")
    return float(low), float(high)


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
    plan : SweepPlan
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
        turn = _turn(values, sample, whole=item.whole)
        found.append(Course(item, values, level, mean, outer, inner, change, thresholds, turn))
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
