"""Where a level crosses the mark of its scale as a parameter moves, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.arrays import Floats
from sim.statistics.measures import Mark, Measure
from sim.statistics.summary import outcome_quantiles
from sim.text import enough, number, percent, percents

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
