"""Relative effects: the ratio of two means of paired runs, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.analysis.moments import Floats
from sim.analysis.paired import Z95

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
    """Divide the mean of one arm by that of the other.

    The interval is normal on the logarithm of the ratio; its variance is that of the
    two means and of their covariance over the pairs (delta method). Of whole numbers
    (events, 0 or 1, and counts) half a pair is added in which only the one arm has
    one, and half a pair in which only the other has, so that what happens in few runs
    or none still has an interval (Haldane 1956 and Anscombe 1956, for pairs).

    Parameters
    ----------
    reference, changed : shape (runs,)
        Of the same runs, two or more, without any that failed.
    whole : bool
        Whether the values are whole numbers.
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
