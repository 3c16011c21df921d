"""Paired differences with their intervals, alone and for many, and how they are written.

The two arms of a comparison play the same draws of chance, so that run r of
one is compared with run r of the other (common random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.arrays import Floats, Ints
from sim.text import enough, interval_digits, outward, signed, span_digits

# Means and variances of paired columns, without the pairs; those of different pairs add up.

REFERENCE, CHANGED, DIFFERENCE = range(3)
"""Rows of what is kept of both arms and of their difference."""


@dataclass(frozen=True, eq=False)
class Moments:
    """What the pairs of two arms come to, column by column.

    Attributes
    ----------
    pairs : shape (columns,)
        Pairs of which neither failed; nothing else counts.
    mean : shape (3, columns)
        Of the reference, the changed arm, and the difference; 0 where there is no pair.
    centred : shape (3, columns)
        Sums of squares about these means.
    total, squares : shape (columns,)
        Sums of the differences and of their squares as they are: of whole numbers, exact.
    above, below : shape (columns,)
        Pairs in which the changed arm stands above the reference, and below it.
    """

    pairs: Ints
    mean: Floats
    centred: Floats
    total: Floats
    squares: Floats
    above: Ints
    below: Ints

    @property
    def variance(self) -> Floats:
        """Of each row, shape ``(3, columns)``; nan with fewer than two pairs."""
        found: Floats = self.centred / np.maximum(self.pairs - 1, 1)
        return np.where(self.pairs > 1, found, np.nan)

    @property
    def size(self) -> Floats:
        """Mean square of both arms together, shape ``(columns,)``."""
        arms = slice(REFERENCE, DIFFERENCE)
        spread = self.centred[arms] / np.maximum(self.pairs, 1)
        return np.asarray((spread + self.mean[arms] ** 2).sum(axis=0))

    def merged(self, other: Moments) -> Moments:
        """The moments of the pairs of both.

        Counts, and sums of whole numbers, do not depend on the order in which moments
        are merged; all else does, in its last digits.
        """
        pairs = self.pairs + other.pairs
        share = other.pairs / np.maximum(pairs, 1)
        apart = other.mean - self.mean
        return Moments(
            pairs,
            np.where(self.pairs > 0, self.mean + share * apart, other.mean),
            self.centred + other.centred + apart**2 * (self.pairs * share),
            self.total + other.total,
            self.squares + other.squares,
            self.above + other.above,
            self.below + other.below,
        )


def moments(reference: Floats, changed: Floats) -> Moments:
    """Of arrays of the same runs, shape ``(runs, columns)``; nan where one failed."""
    gap = changed - reference
    there = np.isfinite(gap)
    pairs = there.sum(axis=0)
    number = np.maximum(pairs, 1).astype(np.float64)
    means, centred = [], []
    every = bool(there.all())
    for values in (reference, changed, gap):
        kept = values if every else np.where(there, values, 0.0)
        means.append(kept.sum(axis=0) / number)
        apart = kept - means[-1]
        if not every:
            apart[~there] = 0.0
        apart *= apart
        centred.append(apart.sum(axis=0))
    return Moments(
        pairs=pairs.astype(np.int64),
        mean=np.stack(means),
        centred=np.stack(centred),
        total=kept.sum(axis=0),
        squares=(kept**2).sum(axis=0),
        above=(kept > 0).sum(axis=0),
        below=(kept < 0).sum(axis=0),
    )


def merged(parts: Iterable[Moments]) -> Moments:
    """Moments of many pieces, one at least, taken in their order."""
    return reduce(Moments.merged, parts)


# Relative effects: the ratio of two means of paired runs, with its interval.

VISIBLE_RATIO = 1.5
"""Least ratio that counts as visible where something is rare; as large the other way round.
About what a shift of 0.2 standard deviations (Cohen 1988) makes of a probability of 5 %."""
RARE = 0.1
"""Share of the reference runs with any of it, or share agreed to, under which it is rare."""


@dataclass(frozen=True)
class Ratio:
    """A mean of the changed arm over that of the reference.

    Attributes
    ----------
    value : float
        Infinite where the reference has none, nan where neither has.
    low, high : float
        Its 95 % interval; nan where it has none.
    """

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 1."""
        return self.low > 1 or self.high < 1

    @property
    def visible(self) -> bool:
        """Whether it is large enough to be seen where something is rare."""
        return self.value >= VISIBLE_RATIO or self.value <= 1 / VISIBLE_RATIO

    @property
    def log(self) -> float:
        """Logarithm of the middle of its interval: finite wherever that is."""
        return math.log(self.low * self.high) / 2 if self.low * self.high > 0 else math.nan

    def within(self, limit: float) -> bool:
        """Whether the interval lies within ``1 / limit`` and ``limit``."""
        return 1 / limit < self.low and self.high < limit


def ratio(reference: Floats, changed: Floats, *, whole: bool) -> Ratio:
    """Divide the mean of one arm by that of the other, over two or more of the same runs.

    The interval is normal on the logarithm of the ratio; its variance is that of the
    two means and of their covariance over the pairs (delta method). Of whole numbers
    (events, 0 or 1, and counts) half a pair is added in which only the one arm has
    one, and half a pair in which only the other has, so that what happens in few runs
    or none still has an interval (Haldane 1956 and Anscombe 1956, for pairs).
    """
    more = float(whole) / 2
    sums = np.array([reference.sum(), changed.sum()])
    value = math.inf if sums[1] > 0 else math.nan
    if sums[0] > 0:
        value = float(sums[1] / sums[0])
    sums = sums + more
    if (sums <= 0).any():
        return Ratio(value, math.nan, math.nan)
    square = np.array([(reference**2).sum(), (changed**2).sum()]) + more
    variance = (square / sums**2).sum() - 2 * (reference * changed).sum() / sums.prod()
    centre, half = math.log(sums[1] / sums[0]), Z95 * math.sqrt(max(variance, 0.0))
    return Ratio(value, math.exp(centre - half), math.exp(min(centre + half, 700.0)))


Z95 = 1.959963984540054
DRAWS = 2000
"""Draws of the multiplier bootstrap: its own error on the limit stays about 0.03."""
_STRIPE = 4096
"""Columns that the bootstrap takes at a time."""


@dataclass(frozen=True, eq=False)
class Paired:
    """Differences of two arms, one for each column.

    Attributes
    ----------
    difference : shape (columns,)
        Mean of the changed arm less that of the reference.
    centre, unit : shape (columns,)
        Middle of the interval, and its half-width for each standard error it is wide;
        with few pairs a little more than the standard error (Student's t).
    bound : float
        What no difference can pass: 1 for probabilities.
    spread : shape (columns,)
        Standard deviation of the reference over the runs.
    saved : shape (columns,)
        How many times more runs would be needed unpaired, for the same interval; nan
        where the difference is the same in all pairs.
    pairs : shape (columns,)
        Pairs that each rests on; those that failed are left out.
    """

    difference: Floats
    centre: Floats
    unit: Floats
    spread: Floats
    saved: Floats
    pairs: NDArray[np.int64]
    bound: float = math.inf

    def interval(self, limit: float = Z95) -> tuple[Floats, Floats]:
        """Lower and upper ends; ``limit`` is the half-width in standard errors."""
        low, high = self.centre - limit * self.unit, self.centre + limit * self.unit
        return np.maximum(low, -self.bound), np.minimum(high, self.bound)


def paired(
    reference: Floats, changed: Floats, *, whole: bool = False, events: bool = False
) -> Paired:
    """Compare two arms of the same runs column by column; nan where a run failed."""
    return intervals(moments(reference, changed), whole=whole, events=events)


def intervals(found: Moments, *, whole: bool = False, events: bool = False) -> Paired:
    """Differences with their intervals, from the moments of the pairs.

    The interval is Student's, by the central limit theorem. Of whole numbers (events,
    0 or 1, and counts) it is that of Agresti and Min (2005): two pairs are added,
    half a pair one more, half a pair one less, and one without a difference, so
    that what differs in few pairs or none still has an interval of some width.
    ``whole`` says that the values are whole numbers; ``events``, that they are 0 or 1,
    and the differences those of probabilities.
    """
    enough = found.pairs > 1
    number = np.where(enough, found.pairs, 2).astype(np.float64)
    difference = np.where(enough, found.mean[DIFFERENCE], np.nan)
    variance = found.variance
    own = variance[DIFFERENCE]
    error = np.sqrt(own / number)
    unpaired = (variance[REFERENCE] + variance[CHANGED]) / number
    # Where all pairs differ alike, rounding leaves a sliver of variance that means nothing.
    error = np.where(own <= 1e-24 * found.size, 0.0, error)
    saved = np.divide(unpaired, error**2, out=np.full(error.shape, np.nan), where=error > 0)
    student = np.asarray(stdtrit(np.maximum(number - 1, 1), 0.975), dtype=np.float64)
    centre, unit = difference, error * student / Z95
    if whole or events:
        # The sums as they are: they stay whole numbers however many are merged.
        difference = np.where(enough, found.total / number, np.nan)
        more, squares = number + 2, found.squares + 1
        centre = np.where(enough, found.total / more, np.nan)
        unit = np.where(enough, np.sqrt(squares - found.total**2 / more) / more, np.nan)
    bound = 1.0 if events else math.inf
    spread = np.sqrt(variance[REFERENCE])
    return Paired(difference, centre, unit, spread, saved, found.pairs, bound)


def identical(found: Moments) -> Paired:
    """An arm compared with itself: no difference at all, and nothing uncertain about it."""
    nothing = np.zeros(len(found.pairs))
    spread = np.sqrt(found.variance[REFERENCE])
    return Paired(nothing, nothing, nothing, spread, np.full_like(nothing, np.nan), found.pairs)


def joint_limit(gaps: Sequence[NDArray[np.floating]], seed: int, draws: int = DRAWS) -> float:
    """Half-width, in standard errors, at which all intervals hold at once in 95 of 100 cases.

    The 95 % point of the largest of all standardised differences, by the
    multiplier bootstrap (Chernozhukov, Chetverikov and Kato 2013): differences
    that rise and fall together count as few, not as many, as they would by
    Bonferroni's rule. ``gaps`` are differences of shape ``(runs, columns)``, of the same
    runs in all arrays, nan where one failed. It is at least 1.96, that of a single interval.
    """
    rng = np.random.default_rng([seed, len(gaps)])
    largest = np.zeros(draws)
    signs: NDArray[np.float32] | None = None
    for gap in gaps:
        if signs is None:
            signs = rng.standard_normal((draws, len(gap)), dtype=np.float32)
        for start in range(0, gap.shape[1], _STRIPE):
            standard = _standardised(gap[:, start : start + _STRIPE])
            if standard.shape[1]:
                np.maximum(largest, np.abs(signs @ standard).max(axis=1), out=largest)
    return max(Z95, float(np.quantile(largest, 0.95)))


def _standardised(gap: NDArray[np.floating]) -> NDArray[np.float32]:
    """Deviations over (standard deviation x root of the pairs); columns that vary only."""
    gap = gap.astype(np.float64)
    whole = np.isfinite(gap)
    pairs = np.maximum(whole.sum(axis=0), 2)
    centred = np.where(whole, gap - np.where(whole, gap, 0.0).sum(axis=0) / pairs, 0.0)
    size = np.sqrt((centred**2).sum(axis=0))
    varies = size > 1e-12 * math.sqrt(len(gap))
    return (centred[:, varies] / size[varies]).astype(np.float32)


# A difference with its interval: whether it is clear, whether a reader sees it, how it is written.

VISIBLE_SD, VISIBLE_SHARE = 0.2, 0.05
"""Least difference that a reader sees: in standard deviations of the measure (a small
effect after Cohen 1988), or, for a probability, five percentage points."""


@dataclass(frozen=True)
class Estimate:
    """A difference of two means over pairs of runs.

    Attributes
    ----------
    difference, low, high : float
        The difference and its 95 % interval, taken by itself.
    effect : float
        The difference in standard deviations (Glass 1976); nan where nothing varies.
    joint : (float, float) or None
        The interval that holds at once with all others of a study; None where it stands alone.
    share : bool
        Whether it is one of probabilities, judged in percentage points and not by its effect.
    """

    difference: float
    low: float
    high: float
    effect: float = math.nan
    joint: tuple[float, float] | None = field(default=None, kw_only=True)
    share: bool = field(default=False, kw_only=True)

    @property
    def alone(self) -> tuple[float, float]:
        """Its 95 % interval, taken by itself."""
        return self.low, self.high

    @property
    def among_all(self) -> tuple[float, float]:
        """The interval that allows for all others, where there are any."""
        return self.alone if self.joint is None else self.joint

    @property
    def clear(self) -> bool:
        """Whether the interval that allows for all others leaves out zero."""
        low, high = self.among_all
        return low > 0 or high < 0

    @property
    def size(self) -> float:
        """How large it is beside what a reader sees as one: 1 is just visible."""
        if self.share:
            return self.difference / VISIBLE_SHARE
        return 0.0 if self.difference == 0 else self.effect / VISIBLE_SD

    @property
    def visible(self) -> bool:
        """Whether a reader would see it on a chart; where nothing varies, any difference."""
        if self.share:
            return abs(self.difference) >= VISIBLE_SHARE
        return bool(self.difference) if math.isnan(self.effect) else abs(self.effect) >= VISIBLE_SD

    @property
    def notable(self) -> bool:
        """Whether it is clear, and large enough to be seen."""
        return self.clear and self.visible

    @property
    def rank(self) -> tuple[bool, float]:
        """What is clear comes before what is not, and then what is larger."""
        return self.clear, abs(self.effect)

    @property
    def negligible(self) -> bool:
        """Whether the whole interval that allows for all others is too small to be seen."""
        low, high = self.among_all
        if self.share:
            return low > -VISIBLE_SHARE and high < VISIBLE_SHARE
        if self.difference == 0:
            return low == high == 0
        # The interval on the scale of the effect: standard deviations.
        scale = self.effect / self.difference
        return bool(low * scale > -VISIBLE_SD and high * scale < VISIBLE_SD)

    @property
    def effect_text(self) -> str:
        """The effect with its sign: two decimals, more where a clear one would read as none."""
        return signed(self.effect, enough((0.0, self.effect), 2) if self.clear else 2)

    def text(self, least: int, scale: int = 1, *, joint: bool = False) -> EstimateText:
        """How it is written: with ``least`` decimals, more only where an interval leaves out 0.

        Intervals are its own, and, where ``joint``, the one that allows for all others.
        """
        ends = [(scale * low, scale * high) for low, high in (self.alone, self.among_all)]
        digits = interval_digits(scale * self.difference, ends if joint else ends[:1], least)
        return EstimateText(digits, scale)

    def full_text(self, least: int, scale: int = 1, *beside: float) -> EstimateText:
        """The same with decimals that show all ends, and values ``beside`` them, apart from 0."""
        ends = [scale * end for end in (*self.alone, *beside)]
        return EstimateText(span_digits(scale * self.difference, ends, least), scale)


def widened(low: float, high: float, limit: float) -> tuple[float, float]:
    """A 95 % interval made as wide as ``limit`` standard errors to either side."""
    middle, half = (low + high) / 2, (high - low) / 2 * limit / Z95
    return middle - half, middle + half


@dataclass(frozen=True)
class EstimateText:
    """Decimals of a difference and its interval; ``scale`` is 100 for percentage points."""

    digits: int
    scale: int = 1

    def at(self, difference: float) -> str:
        """Write a difference with its sign: ``+0.12``."""
        return signed(self.scale * difference, self.digits)

    def interval(self, low: float, high: float) -> str:
        """Write an interval: ``+0.10 to +0.14``; one that holds zero is no narrower for it."""
        ends = outward(self.scale * low, self.scale * high, self.digits)
        return " to ".join(signed(end, self.digits) for end in ends)
