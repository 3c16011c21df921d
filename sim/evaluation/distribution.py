"""What a forecast says of a number: a sample of equally likely values, or a t distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from sim.arrays import Floats
from sim.evaluation.rules import crps_of_mixture, crps_of_sample, crps_of_student

KEPT = 200
"""Values that a sample keeps: enough for scores to three places, few enough to write down."""
_WIDEST = 9.0
"""Standard deviations of a measurement beyond the outermost value within which quantiles lie."""


class Distribution(Protocol):
    """What a forecast says of a number."""

    def below(self, value: float) -> float:
        """Probability of this value or a lower one."""

    def quantile(self, level: float) -> float:
        """The least value that is not exceeded with at least this probability."""

    def crps(self, value: float) -> float:
        """The continuous ranked probability score where this value came, in its unit."""

    def plain(self) -> dict[str, Any]:
        """The distribution as a file holds it."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Equally likely values, seen with a normal error of measurement.

    Attributes
    ----------
    values : array of float, (values,)
        In ascending order.
    error : float
        Standard deviation of the measurement; 0 where it is exact.
    """

    values: Floats
    error: float = 0.0

    @classmethod
    def of(cls, values: Floats) -> Sample:
        """The sample of what runs came to; of many runs :data:`KEPT` evenly spaced quantiles."""
        known = np.sort(values[np.isfinite(values)])
        if len(known) > KEPT:
            known = known[((np.arange(KEPT) + 0.5) / KEPT * len(known)).astype(np.int64)]
        return cls(known)

    def measured(self, error: float) -> Sample:
        """The same, seen with an error of measurement."""
        return Sample(self.values, error)

    def below(self, value: float) -> float:
        """As :meth:`Distribution.below`."""
        if not self.error:
            return float((self.values <= value).mean())
        return float(special.ndtr((value - self.values) / self.error).mean())

    def quantile(self, level: float) -> float:
        """As :meth:`Distribution.quantile`."""
        if not self.error:
            place = max(math.ceil(round(level * len(self.values), 9)) - 1, 0)
            return float(self.values[place])
        room = _WIDEST * self.error
        ends = float(self.values[0]) - room, float(self.values[-1]) + room
        return float(optimize.brentq(lambda value: self.below(value) - level, *ends))

    def crps(self, value: float) -> float:
        """As :meth:`Distribution.crps`: of the sample itself, or of a mixture of normals."""
        if not self.error:
            return crps_of_sample(value, self.values)
        return crps_of_mixture(value, self.values, self.error)

    def plain(self) -> dict[str, Any]:
        """As :meth:`Distribution.plain`: numbers in a row, those that come often once."""
        known, times = np.unique(self.values, return_counts=True)
        if len(known) < len(self.values) / 2:
            found: dict[str, Any] = {"values": _row(known), "times": _row(times)}
        else:
            found = {"values": _row(self.values)}
        return found | ({"error": self.error} if self.error else {})


def _row(numbers: NDArray[Any]) -> str:
    """Numbers as text, to seven digits: no measurement of states has more."""
    return " ".join(f"{number:.7g}" for number in numbers.tolist())


@dataclass(frozen=True)
class Student:
    """Student's t distribution: what a straight line through past values predicts.

    Attributes
    ----------
    freedom : float
        Degrees of freedom.
    middle, scale : float
    """

    freedom: float
    middle: float
    scale: float

    def below(self, value: float) -> float:
        """As :meth:`Distribution.below`."""
        return float(stats.t.cdf(value, self.freedom, self.middle, self.scale))

    def quantile(self, level: float) -> float:
        """As :meth:`Distribution.quantile`."""
        return float(stats.t.ppf(level, self.freedom, self.middle, self.scale))

    def crps(self, value: float) -> float:
        """As :meth:`Distribution.crps`."""
        return crps_of_student(value, self.freedom, self.middle, self.scale)

    def plain(self) -> dict[str, Any]:
        """As :meth:`Distribution.plain`."""
        return {"freedom": self.freedom, "middle": self.middle, "scale": self.scale}


def trend(years: ArrayLike, values: ArrayLike, year: float) -> Student | None:
    """What the straight line through past values predicts, with its prediction interval.

    Least squares; the prediction for one new value is a t distribution with n - 2 degrees of
    freedom, centre a + b x and scale s sqrt(1 + 1/n + (x - mean)^2 / sum (x_i - mean)^2), s^2 the
    mean squared residual over n - 2.

    Parameters
    ----------
    years, values : array_like of float, of one length
    year : float
        That is predicted.

    Returns
    -------
    Student or None
        ``None`` for fewer than four values, or where they lie on a line, so that no error can be
        told.
    """
    x, y = np.asarray(years, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if len(x) < 4:
        return None
    gaps = x - x.mean()
    square = float(gaps @ gaps)
    slope = float(gaps @ y) / square
    residuals = y - y.mean() - slope * gaps
    spread = math.sqrt(float(residuals @ residuals) / (len(x) - 2))
    if spread <= 1e-12 * max(float(np.abs(y).max()), 1.0):
        return None
    away = year - float(x.mean())
    scale = spread * math.sqrt(1 + 1 / len(x) + away * away / square)
    return Student(len(x) - 2.0, float(y.mean()) + slope * away, scale)


def read(plain: Mapping[str, Any]) -> Distribution:
    """The distribution that a file holds (:meth:`Distribution.plain`)."""
    if "freedom" in plain:
        return Student(float(plain["freedom"]), float(plain["middle"]), float(plain["scale"]))
    values = np.array(plain["values"].split(), dtype=np.float64)
    if "times" in plain:
        values = np.repeat(values, np.array(plain["times"].split(), dtype=np.int64))
    return Sample(np.sort(values), float(plain.get("error", 0.0)))
