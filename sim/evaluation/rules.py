"""Scoring rules, by the library scoringrules, with its traps stepped around.

Brier (1950); the logarithmic score, or ignorance (Good 1952; Roulston and Smith 2002); the ranked
probability score (Epstein 1969); the continuous ranked probability score (Matheson and Winkler
1976; Hersbach 2000); the interval score (Gneiting and Raftery 2007). Lower is better in all.

The library is imported where a score is first asked for: it takes some seconds. It is handed
floats only, since some of its compiled variants cut whole numbers, and its plain NumPy variant is
always taken, so that a score does not depend on whether Numba is there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from sim.arrays import Floats

_PLAIN = {"backend": "numpy"}


@cache
def _library() -> Any:
    import scoringrules

    return scoringrules


def brier(probability: float, happened: bool) -> float:
    """The Brier score of a probability: (p - o)^2, with o 1 where it came true and 0 where not."""
    return float(_library().brier_score(float(happened), float(probability), **_PLAIN))


def log_score(probability: float, happened: bool) -> float:
    """The logarithmic score in nats: -ln of what was given to what came; infinite where that is 0.

    Reckoned here: the library's own, -ln |p + o - 1|, loses the digits of small probabilities.
    """
    given = probability if happened else 1.0 - probability
    return math.inf if given <= 0.0 else 0.0 - math.log(given)


def ranked(chances: Sequence[float], category: int) -> float:
    """The ranked probability score over categories less one: of two it is the Brier score.

    Parameters
    ----------
    chances : sequence of float
        A probability for each category, from the lowest to the highest.
    category : int
        The one that came, counted from 0; the library counts from 1.
    """
    score = _library().rps_score(float(category + 1), np.array(chances, dtype=float), **_PLAIN)
    return float(score) / (len(chances) - 1)


def crps_of_sample(value: float, values: Floats) -> float:
    """The CRPS of equally likely values: mean |x - y| - mean |x - x'| / 2, over all pairs."""
    numbers = np.asarray(values, dtype=float)
    score = _library().crps_ensemble(float(value), numbers, estimator="nrg", **_PLAIN)
    return float(score)


def crps_of_samples(values: Floats, samples: Floats) -> Floats:
    """:func:`crps_of_sample` of many at once.

    Parameters
    ----------
    values : array of float, shape (...)
    samples : array of float, shape (..., members)

    Returns
    -------
    array of float, shape (...)
        The distance from the value where there is one member.
    """
    outcomes, members = (np.asarray(one, dtype=float) for one in (values, samples))
    # Sorted first (quantile decomposition), which is the same number, sooner.
    score = _library().crps_ensemble(outcomes, members, estimator="qd", **_PLAIN)
    return np.asarray(score)


def crps_of_mixture(value: float, values: Floats, error: float) -> float:
    """The CRPS of equally likely values that are seen with a normal error (Grimit et al. 2006)."""
    numbers = np.asarray(values, dtype=float)
    errors = np.full(len(numbers), float(error))
    return float(_library().crps_mixnorm(float(value), numbers, errors, **_PLAIN))


def crps_of_student(value: float, freedom: float, middle: float, scale: float) -> float:
    """The CRPS of a t distribution with more than one degree of freedom (Jordan et al. 2019)."""
    score = _library().crps_t(float(value), float(freedom), float(middle), float(scale), **_PLAIN)
    return float(score)


def interval_score(value: float, low: float, high: float, level: float) -> float:
    """The interval score of a central interval of a level: its width, and what it misses by.

    With alpha = 1 - level: (high - low) + (2 / alpha) (low - y) below it, the like above it.
    """
    miss = 1.0 - level
    score = _library().interval_score(float(value), float(low), float(high), float(miss), **_PLAIN)
    return float(score)
