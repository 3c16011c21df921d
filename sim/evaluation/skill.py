"""Skill beside rivals with bootstrap intervals, and whether probabilities are reliable."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.evaluation.rivals import RIVALS, SCENARIO

RESAMPLED = 4000
"""Times that questions are drawn anew."""
FEW = 10
"""Fewer independent questions are too few for an interval."""
SKILLS = ("brier", "log_score_smoothed", "crps_of_range")
"""Scores of which the skill is told."""
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Edges of the bins of a reliability diagram; the last bin has both its ends."""


@dataclass(frozen=True)
class Skill:
    """How much less a forecaster loses than a rival, on the questions that both answer.

    Attributes
    ----------
    score, rival : str
    questions, groups : int
        Questions that it rests on, and the groups in which these are drawn.
    own, other : float
        Mean score of the two.
    value, low, high : float
        1 - own / other, with its 95 % interval; 1 where the rival loses without end; nan where it
        loses nothing, and the interval where there are fewer than :data:`FEW` groups.
    """

    score: str
    rival: str
    questions: int
    groups: int
    own: float
    other: float
    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether its interval leaves out zero."""
        return self.low > 0 or self.high < 0


def skills(scores: xr.Dataset, seed: int, *, of: str = SCENARIO) -> tuple[Skill, ...]:
    """Skill of a forecaster beside every rival, for each of :data:`SKILLS`.

    Parameters
    ----------
    scores : Dataset
        Of :func:`sim.evaluation.scores.scored`.
    seed : int
        Of the draws of the bootstrap: groups of questions are drawn with replacement
        (Efron 1979), percentile intervals.
    of : str
        The forecaster.
    """
    return tuple(_skills(scores, seed, of))


def _skills(scores: xr.Dataset, seed: int, of: str) -> Iterator[Skill]:
    groups = scores["group"].values
    for score in SKILLS:
        own = scores[score].sel(forecaster=of).values
        for rival in (one for one in (SCENARIO, *RIVALS) if one != of):
            other = scores[score].sel(forecaster=rival).values
            both = ~np.isnan(own) & ~np.isnan(other)
            if both.any():
                yield skill(score, rival, own[both], other[both], groups[both], seed)


def skill(
    score: str, rival: str, own: Floats, other: Floats, groups: NDArray[np.str_], seed: int
) -> Skill:
    """Skill on questions that both answer.

    Parameters
    ----------
    score, rival : str
    own, other : array of float, (questions,)
        Losses, lower is better.
    groups : array, (questions,)
        Questions of one group are drawn together.
    seed : int
    """
    names, places = np.unique(groups, return_inverse=True)
    sums = [np.bincount(places, weights=losses) for losses in (own, other)]
    mine, theirs = float(own.mean()), float(other.mean())
    value = 1 - mine / theirs if theirs > 0 else math.nan
    low = high = math.nan
    if len(names) >= FEW and 0 < theirs < math.inf:
        generator = np.random.Generator(np.random.Philox(seed))
        drawn = generator.integers(0, len(names), size=(RESAMPLED, len(names)))
        ours, others = (part[drawn].sum(axis=1) for part in sums)
        ratios = 1 - np.divide(ours, others, out=np.ones_like(ours), where=others > 0)
        low, high = (float(end) for end in np.quantile(ratios, (0.025, 0.975)))
    return Skill(score, rival, len(own), len(names), mine, theirs, value, low, high)


@dataclass(frozen=True)
class Bin:
    """Forecasts of about the same probability, and how often they came true.

    Attributes
    ----------
    low, high : float
        Its ends.
    forecasts, came : int
    mean : float
        Mean probability.
    least, most : float
        Between which the share that came true lies with 90 % if the probabilities are right
        (consistency bars, Broecker and Smith 2007).
    """

    low: float
    high: float
    forecasts: int
    came: int
    mean: float
    least: float
    most: float

    @property
    def share(self) -> float:
        """Share that came true."""
        return self.came / self.forecasts


def reliability(scores: xr.Dataset, forecaster: str, seed: int) -> tuple[Bin, ...]:
    """Put probabilities into bins and count how often they came true; empty bins are left out.

    A direction stands for the question whether it rises.
    """
    given = scores["probability"].sel(forecaster=forecaster).values
    happened = scores["happened"].values
    known = np.isfinite(given) & np.isfinite(happened)
    chances, came = given[known], happened[known]
    generator = np.random.Generator(np.random.Philox(seed))
    found = []
    for low, high in pairwise(BINS):
        inside = (chances >= low) & ((chances < high) | (high == BINS[-1]))
        count = int(inside.sum())
        if not count:
            continue
        draws = generator.random((RESAMPLED, count)) < chances[inside]
        least, most = np.quantile(draws.mean(axis=1), (0.05, 0.95))
        mean = float(chances[inside].mean())
        own = int(came[inside].sum())
        found.append(Bin(low, high, count, own, mean, float(least), float(most)))
    return tuple(found)
