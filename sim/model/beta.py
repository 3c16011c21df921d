"""Quantiles of beta distributions, many at once and quickly.

Every run draws a value for every uncertain number, and the inverse of the
incomplete beta function takes a thousand times as long as an addition. Over
normal scores instead of shares a quantile is a smooth curve, and a short
Chebyshev series stands for it to rounding (Trefethen 2013, *Approximation Theory
and Approximation Practice*).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr

from sim.model.streams import Floats, standard_normal

REACH = 3.5
"""Normal scores beyond this, one draw of two thousand, are left to the function itself."""
TERMS = 34
"""Coefficients of a series: what the peaks of a PERT spread want at most."""
CLOSE = 2e-13
"""Largest error of a series that is used, as a share of the range."""

_ANGLES = np.pi * (np.arange(TERMS) + 0.5) / TERMS
_TO_SERIES = 2 / TERMS * np.cos(np.arange(TERMS)[:, None] * _ANGLES)
_TO_SERIES[0] /= 2


def beta_quantiles(a: npt.ArrayLike, b: npt.ArrayLike, u: Floats) -> Floats:
    """Quantiles of beta distributions, within 1e-12 of the inverse incomplete beta function.

    Parameters
    ----------
    a, b : shape (distributions,)
        Shape parameters, above 0.
    u : shape (distributions, runs)
        Shares of each distribution, 0 to 1.

    Returns
    -------
    array, shape (distributions, runs)
        From 0 to 1. Each depends on its own ``a``, ``b`` and ``u`` alone.
    """
    shapes = list(zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True))
    series = [_series(*shape) for shape in shapes]
    score = standard_normal(u)
    place = np.clip(score / REACH, -1, 1)
    found = _summed(np.array([np.zeros(TERMS) if s is None else s for s in series]), place)
    left = np.abs(score) > REACH
    left[[number for number, s in enumerate(series) if s is None]] = True
    which, run = np.nonzero(left)
    ends = np.array(shapes).reshape(-1, 2)[which]
    found[which, run] = betaincinv(ends[:, 0], ends[:, 1], u[which, run])
    return found


@lru_cache(maxsize=4096)
def _series(a: float, b: float) -> Floats | None:
    """Chebyshev coefficients of a quantile over the score; ``None`` where they do not do."""
    series = _TO_SERIES @ betaincinv(a, b, ndtr(REACH * np.cos(_ANGLES)))
    between = np.cos(np.linspace(0, np.pi, TERMS))
    error = _summed(series[None], between[None])[0] - betaincinv(a, b, ndtr(REACH * between))
    return series if np.abs(error).max() <= CLOSE else None


def _summed(series: Floats, at: Floats) -> Floats:
    """Sums of Chebyshev series, shape ``(series, runs)``, by Clenshaw's recurrence."""
    twice = 2 * at
    last, here = np.zeros_like(at), np.zeros_like(at)
    for term in series.T[:0:-1]:
        # The older of the two makes room for the next.
        last, here = here, np.subtract(twice * here, last, out=last)
        here += term[:, None]
    summed: Floats = at * here - last + series[:, :1]
    return summed
