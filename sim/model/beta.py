"""Quantiles of beta distributions as a few polynomials in the normal score.

Over the score, the standard normal number at the same share, such a quantile is smooth. The
polynomials are made from the incomplete beta function by arithmetic in a fixed order and by the
functions of :mod:`sim.model.elementary`, so that they have the same bits on every processor.

PERT distributions, one family in their mode, share a table of coefficients, which is made when
it is first wanted. Of other shapes, pieces are halved until each meets the quantile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.elementary import exp, log, logistic

TERMS = 28
"""Most coefficients of a piece."""
REACH = 3.0
"""The score up to which, on both sides, the middle piece goes: all but 1 draw in 370."""
END = 8.3
"""Beyond the scores of all draws."""
CLOSE = 2e-13
"""Largest error of a series, and of what is left off it, as shares of the range."""
ROUNDED = 1e-9
"""An error below this is left as it is where halving does not help: it is one of rounding."""
MOST_PIECES = 64
"""If halving needs more, a distribution has these, whatever their error."""

_SPANS = np.array([(-REACH, REACH), (-END, -REACH), (REACH, END)])


@dataclass(frozen=True, eq=False)
class Pieces:
    """Polynomials over spans of the score, each taken as -1 to 1.

    Attributes
    ----------
    spans : shape (pieces, 2)
        Lowest and highest score of each.
    terms : shape (pieces, TERMS)
        Coefficients, the constant first.
    wanted : shape (pieces,)
        How many of them matter; the others are 0.
    """

    spans: Floats
    terms: Floats
    wanted: Ints


def together(pieces: Sequence[Pieces]) -> Pieces:
    """Several as one table."""
    return Pieces(
        np.array([span for one in pieces for span in one.spans]).reshape(-1, 2),
        np.array([terms for one in pieces for terms in one.terms]).reshape(-1, TERMS),
        np.array([wanted for one in pieces for wanted in one.wanted], dtype=np.int64),
    )


def pert_pieces(modes: Sequence[float]) -> list[Pieces]:
    """Pieces of PERT distributions over 0 to 1 with these modes: three each, the middle first."""
    if not modes:
        return []
    table = _pert_table()
    series = np.zeros((len(modes), *table.shape[1:]))
    for terms, basis in zip(table, _chebyshev(2 * np.array(modes) - 1), strict=True):
        series = series + terms * basis[:, None, None]
    terms, wanted = _polynomials(series.reshape(-1, TERMS))
    each = zip(np.split(terms, len(modes)), np.split(wanted, len(modes)), strict=True)
    return [Pieces(_SPANS, *one) for one in each]


@lru_cache(maxsize=1024)
def beta_pieces(a: float, b: float) -> Pieces:
    """Pieces of a beta distribution over 0 to 1, the one about its median first."""
    done: list[Pieces] = []
    spans, before = _SPANS, np.full(len(_SPANS), np.inf)
    count = 0
    while len(spans):
        series = _to_series(_quantile(a, b, _spread(spans, _NODES)))
        missed = np.abs(_summed(series, _BETWEEN) - _quantile(a, b, _spread(spans, _BETWEEN)))
        error = missed.max(axis=1)
        # What rounding leaves does not become less by halving.
        good = (error <= CLOSE) | ((error < ROUNDED) & (error > before / 2))
        if count + 2 * len(spans) > MOST_PIECES:
            good[:] = True
        done.append(Pieces(spans[good], *_polynomials(series[good])))
        count += good.sum()
        low, high = spans[~good].T
        middle = (low + high) / 2
        spans = np.concatenate([np.stack([low, middle], 1), np.stack([middle, high], 1)])
        before = np.concatenate([error[~good], error[~good]])
    found = together(done)
    low, high = found.spans.T
    order = np.lexsort((low, (low > 0) | (high <= 0)))
    return Pieces(found.spans[order], found.terms[order], found.wanted[order])


@lru_cache(maxsize=1)
def _pert_table() -> Floats:
    """Coefficients by degree in the mode, piece, and degree in the score."""
    a = (3 + 2 * _NODES)[:, None, None]
    series = _to_series(_quantile(a, 6 - a, _spread(_SPANS, _NODES)))
    return np.moveaxis(_to_series(np.moveaxis(series, 0, -1)), -1, 0)


# Chebyshev series: TERMS of them, through as many nodes.


def _spread(spans: Floats, places: Floats) -> Floats:
    """Scores of each span at places from -1 to 1."""
    low, high = spans.T[..., None]
    return (low + high) / 2 + (high - low) / 2 * places


def _chebyshev(at: Floats) -> list[Floats]:
    """Chebyshev's polynomials at some places."""
    found = [np.ones_like(at), at]
    while len(found) < TERMS:
        found.append(2 * at * found[-1] - found[-2])
    return found


def _nodes() -> Floats:
    """Where the series meet what they stand for: cosines of odd multiples of pi / 56."""
    cosine, sine = 0.9984268150178166, 0.05607044723719179  # of pi / 56
    twice = cosine * cosine - sine * sine, 2 * sine * cosine
    half = []
    for _ in range(TERMS // 2):
        half.append(cosine)
        cosine, sine = cosine * twice[0] - sine * twice[1], sine * twice[0] + cosine * twice[1]
    return np.array(half + [-node for node in reversed(half)])


_NODES = _nodes()
_BETWEEN = np.concatenate([[1.0], (_NODES[1:] + _NODES[:-1]) / 2, [-1.0]])
_AT_NODES = np.array(_chebyshev(_NODES))


def _to_series(values: Floats) -> Floats:
    """Series that have these values at the nodes, along the last axis."""
    found = np.zeros_like(values)
    for node in range(TERMS):
        found = found + values[..., node : node + 1] * _AT_NODES[:, node]
    found = found * (2 / TERMS)
    found[..., 0] /= 2
    return found


def _summed(series: Floats, at: Floats) -> Floats:
    """Sums of some series, shape ``(series, places)``."""
    found = np.zeros((len(series), len(at)))
    for terms, basis in zip(series.T, _chebyshev(at), strict=True):
        found = found + terms[:, None] * basis
    return found


def _powers() -> Floats:
    """The coefficients of Chebyshev's polynomials, whole numbers."""
    found = np.zeros((TERMS, TERMS))
    found[0, 0] = found[1, 1] = 1
    for degree in range(2, TERMS):
        found[degree, 1:] = 2 * found[degree - 1, :-1]
        found[degree] -= found[degree - 2]
    return found


_POWERS = _powers()


def _polynomials(series: Floats) -> tuple[Floats, Ints]:
    """Some series as polynomials, and how many terms they have without those too small."""
    left = np.zeros(len(series))
    found = np.zeros_like(series)
    wanted = np.ones(len(series), dtype=np.int64)
    for degree in range(TERMS - 1, -1, -1):
        terms = series[:, degree]
        left = left + np.abs(terms)
        used = left > CLOSE
        wanted = np.maximum(wanted, np.where(used, degree + 1, 1))
        found = found + np.where(used, terms, 0)[:, None] * _POWERS[degree]
    return found, wanted


# The quantile itself.

_MOST_ROUNDS = 100
_MOST_FRACTIONS = 5000
_LOG_ROOT_2_PI = 0.9189385332046727
_ROOT_HALF_PI = 1.2533141373155003


def _quantile(a: Floats | float, b: Floats | float, score: Floats) -> Floats:
    """Beta quantiles at normal scores, reckoned from the end that is nearer."""
    upper = score > 0
    chance = _log_normal(-np.abs(score))
    first, second, chance = np.broadcast_arrays(
        np.where(upper, b, a), np.where(upper, a, b), chance
    )
    found = _lower_half(first.ravel(), second.ravel(), chance.ravel()).reshape(first.shape)
    return np.where(upper, 1 - found, found)


def _log_normal(score: Floats) -> Floats:
    """The logarithm of the chance of a standard normal number below one of 0 or less."""
    # By Laplace's continued fraction for the ratio of Mills, and near 0 by its power series.
    far = np.maximum(-score, 1.5)
    ratio = far
    for number in range(120, 0, -1):
        ratio = far + number / ratio
    near = np.minimum(-score, 1.5)
    term = summed = near
    for odd in range(3, 80, 2):
        term = term * near * near / odd
        summed = summed + term
    within = _ROOT_HALF_PI * exp(near * near / 2) - summed
    return log(np.where(score < -1.5, 1 / ratio, within)) - score * score / 2 - _LOG_ROOT_2_PI


def _lower_half(a: Floats, b: Floats, chance: Floats) -> Floats:
    """Where beta distributions reach chances of a half or less, given by their logarithms.

    By Newton's method on the logarithm of the distribution function over the logit. It is
    concave, so that after the first step all go up to where they belong.
    """
    mean = log(a) - log(b)
    level = _level(a, b, mean)
    whole = log(_below(a, b, mean) + _below(b, a, -mean))
    logit = np.minimum((chance + log(a) + whole + level) / a, mean)
    found = logistic(logit)
    left = np.arange(len(a))
    for _ in range(_MOST_ROUNDS):
        p, q, here = a[left], b[left], logit[left]
        lower = logistic(here) * (p + q + 2) < p + 1
        density = _level(p, q, here) - level[left] - whole[left]
        part = _below(np.where(lower, p, q), np.where(lower, q, p), np.where(lower, here, -here))
        rest = np.maximum(1 - part * exp(np.where(lower, -1, density)), 1e-30)
        reached = np.where(lower, log(part) + density, log(rest))
        step = (chance[left] - reached) * np.where(
            lower, part, rest / exp(np.maximum(density, -700))
        )
        logit[left] = here + step
        found[left] = logistic(logit[left])
        # The next step would be in proportion to the square of this one.
        step = np.minimum(np.abs(step), 1) * np.abs(step)
        left = left[step * found[left] * (1 - found[left]) > 1e-17]
        if not len(left):
            break
    return found


def _level(a: Floats, b: Floats, logit: Floats) -> Floats:
    """The logarithm of x^a (1 - x)^b."""
    fall = log(1 + exp(-np.abs(logit)))
    return a * (np.minimum(logit, 0) - fall) - b * (np.maximum(logit, 0) + fall)


def _below(a: Floats, b: Floats, logit: Floats) -> Floats:
    """The incomplete beta function over x^a (1 - x)^b, for an x about its mean or below.

    By its continued fraction, two steps in one, from above (Lentz).
    """
    x = logistic(logit)
    above = 1 - (a + b) / (a + 1) * x
    found = above
    below = np.zeros_like(x)
    for n in range(1, _MOST_FRACTIONS):
        odd = (a + n - 1) / (a + 2 * n - 2) * ((a + b + n - 1) / (a + 2 * n - 1)) * x
        even = n / (a + 2 * n - 1) * ((b - n) / (a + 2 * n)) * x
        after = (a + n) / (a + 2 * n) * ((a + b + n) / (a + 2 * n + 1)) * x
        whole = 1 + even - after
        below = 1 / (whole + odd * even * below)
        above = whole + odd * even / above
        change = above * below
        found = found * change
        if np.abs(change - 1).max() < 3e-16:
            break
    return 1 / (a * found)
