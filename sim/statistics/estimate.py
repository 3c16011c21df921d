"""A difference with its interval: whether it is clear, whether a reader sees it, how it is written.

Comparison, propositions, sweeps, forced choices and debriefs all tell differences as this has it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.statistics.paired_difference import Z95
from sim.text import enough, interval_digits, outward, signed, span_digits

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
