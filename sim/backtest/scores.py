"""Scores of forecasts: CRPS, coverage, and skill beside a rival with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.backtest.history import Series
from sim.backtest.plan import Kind
from sim.evaluation.rules import crps_of_samples

_RESAMPLED = 4000


@dataclass(frozen=True)
class Scored:
    """One forecast of one forecaster, beside what came.

    Attributes
    ----------
    series : Series
    start, ahead : int
        The last year that was known, and years ahead of it.
    outcome : float
    crps : float
        In the unit of the series: shares and ties from 0 to 1, affinity from -1 to 1.
    bands : mapping of level to (low, high)
        Central bands: 0.5 and 0.9.
    """

    series: Series
    start: int
    ahead: int
    outcome: float
    crps: float
    bands: Mapping[float, tuple[float, float]]

    def inside(self, level: float) -> bool:
        """Whether the outcome lies within the central band of a level."""
        low, high = self.bands[level]
        return bool(low <= self.outcome <= high)


LEVELS = (0.5, 0.9)


def score(series: Series, start: int, ahead: int, outcome: float, members: Floats) -> Scored:
    """Score an ensemble, shape ``(members,)``."""
    bands = {}
    for level in LEVELS:
        low, high = np.quantile(members, [(1 - level) / 2, (1 + level) / 2])
        bands[level] = (float(low), float(high))
    crps = float(crps_of_samples(np.array(outcome), members))
    return Scored(series, start, ahead, outcome, crps, bands)


@dataclass(frozen=True)
class Skill:
    """How much smaller a forecaster's CRPS is than a rival's, 1 where it is none.

    Attributes
    ----------
    mean : float
        1 - CRPS over the rival's for each series, mean of the series.
    pooled : float
        The same of all forecasts together, so that series with a large spread weigh most.
    low, high : float
        95 % interval of ``mean``, pairs of states and start years resampled.
    pooled_low, pooled_high : float
        The same of ``pooled``.
    """

    mean: float
    low: float
    high: float
    pooled: float
    pooled_low: float
    pooled_high: float


def skill(own: Sequence[Scored], other: Sequence[Scored], seed: int) -> Skill:
    """Skill over a rival on the same questions, in the same order.

    Intervals are of a bootstrap over pairs of states, both directions together, and start years,
    each drawn anew with replacement; so they allow for what the years have in common.
    """
    table = _Sums(own), _Sums(other)
    rng = np.random.default_rng(seed)
    whole = _skills(table, np.ones((1, table[0].starts)), np.ones((1, table[0].pairs)))
    by_start = rng.multinomial(
        table[0].starts, np.full(table[0].starts, 1 / table[0].starts), _RESAMPLED
    )
    by_pair = rng.multinomial(
        table[0].pairs, np.full(table[0].pairs, 1 / table[0].pairs), _RESAMPLED
    )
    drawn = _skills(table, by_start.astype(np.float64), by_pair.astype(np.float64))
    (low, high), (least, most) = (np.nanquantile(one, (0.025, 0.975)) for one in drawn)
    mean, pooled = whole[0][0], whole[1][0]
    return Skill(*(float(one) for one in (mean, low, high, pooled, least, most)))


class _Sums:
    """CRPS summed over years ahead: by series and start year."""

    def __init__(self, forecasts: Sequence[Scored]) -> None:
        series = sorted({one.series for one in forecasts})
        years = sorted({one.start for one in forecasts})
        pairs = sorted({one.pair for one in series})
        self.pairs, self.starts = len(pairs), len(years)
        self.pair_of = np.array([pairs.index(one.pair) for one in series])
        self.crps = np.zeros((len(series), len(years)))
        for one in forecasts:
            self.crps[series.index(one.series), years.index(one.start)] += one.crps


def _skills(table: tuple[_Sums, _Sums], by_start: Floats, by_pair: Floats) -> list[Floats]:
    """Mean and pooled skill for weights of start years and pairs, shape ``(resamples,)`` each."""
    own, other = (one.crps @ by_start.T for one in table)
    weight = by_pair[:, table[0].pair_of].T
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(other > 0, 1 - own / other, np.nan)
        known = np.isfinite(each)
        mean = np.where(known, each * weight, 0).sum(axis=0) / (known * weight).sum(axis=0)
        pooled = 1 - (own * weight).sum(axis=0) / (other * weight).sum(axis=0)
    return [mean, pooled]


def of(
    forecasts: Collection[Scored], kind: Kind, starts: Collection[int], until: int | None = None
) -> list[Scored]:
    """Forecasts of a kind from some starts, of outcomes up to a year, in a fixed order."""
    found = [
        one
        for one in forecasts
        if one.series.kind == kind
        and one.start in starts
        and (until is None or one.start + one.ahead <= until)
    ]
    return sorted(found, key=lambda one: (one.series, one.start, one.ahead))
