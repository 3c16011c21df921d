"""From draws and figures to a posterior: population Monte Carlo, likelihood-free.

Approximate Bayesian computation with a Gaussian kernel of the targets'
tolerances: exact inference for a model whose figures may be off by that much
(Wilkinson 2013). Draws come from the prior first and then from what the round
before has learnt, weighed by the importance of each (Beaumont et al. 2009).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp
from scipy.stats import multivariate_t, qmc

from sim.calibration.plan import Floats, Plan
from sim.calibration.sampler import TOGETHER

KEPT = 0.03
"""Effective share of a population that shapes the next: the kernel is widened to it."""
EDGE = 1e-6
"""How near a draw may come to the end of its prior."""
TAIL = 8
"""Degrees of freedom of the proposals: tails heavier than the normal's."""

Simulate = Callable[[Floats, int], Floats]
"""Figures of the model for coefficients ``(draws, coefficients)``, with a seed."""


@dataclass(frozen=True)
class Population:
    """Weighted draws.

    Attributes
    ----------
    unit : shape (draws, coefficients)
        Place of each coefficient in its prior, 0 to 1.
    values : shape (draws, coefficients)
    figures : shape (draws, targets)
    weights : shape (draws,)
        Importance, summing to 1.
    sharpness : float
        Power of the kernel, 0 to 1; the posterior has 1.
    """

    unit: Floats
    values: Floats
    figures: Floats
    weights: Floats
    sharpness: float

    @property
    def effective(self) -> float:
        """How many independent draws the weighted ones are worth."""
        return float(1 / (self.weights**2).sum())


def fit(plan: Plan, simulate: Simulate, draws: int, rounds: int, seed: int) -> list[Population]:
    """Learn the posterior.

    Parameters
    ----------
    simulate : callable
        Figures of the model.
    draws : int
        Draws in each round, rounded up to a multiple of a block's.
    rounds : int
        Populations; the first is from the prior.
    seed : int

    Returns
    -------
    list of Population
        In order; the last is the posterior, if its sharpness is 1.
    """
    draws += -draws % TOGETHER
    found: list[Population] = []
    for number in range(rounds):
        if found:
            place, density = _proposed(found[-1], draws, seed + number)
        else:
            even = qmc.Sobol(len(plan.priors), rng=seed).random(draws)
            place = logit(np.clip(even, EDGE, 1 - EDGE))
            density = _prior(place)
        unit = expit(place)
        values = values_of(plan, unit)
        figures = simulate(values, seed + number)
        importance = _prior(place) - density
        fits = log_kernel(plan, figures)
        sharpness = _sharpness(importance, fits)
        weights = _weights(importance + sharpness * fits)
        found.append(Population(unit, values, figures, weights, sharpness))
    return found


def values_of(plan: Plan, unit: Floats) -> Floats:
    """Coefficients at places in their priors."""
    columns = [prior.quantile(unit[:, i]) for i, prior in enumerate(plan.priors.values())]
    return np.stack(columns, axis=1)


def log_kernel(plan: Plan, figures: Floats) -> Floats:
    """Logarithm of the kernel: how well figures meet the targets that are fitted."""
    away = (figures - plan.wanted) / plan.tolerance
    found: Floats = -0.5 * (away[:, plan.fitted] ** 2).sum(axis=1)
    return found


def quantiles(population: Population, values: Floats, levels: tuple[float, ...]) -> Floats:
    """Weighted quantiles of each column of ``values``: shape ``(levels, columns)``."""
    found = np.empty((len(levels), values.shape[1]))
    for column in range(values.shape[1]):
        order = np.argsort(values[:, column])
        reached = np.cumsum(population.weights[order])
        reached /= reached[-1]
        found[:, column] = np.interp(levels, reached, values[order, column])
    return found


def _prior(place: Floats) -> Floats:
    """Log density of the uniform prior on the logistic scale."""
    found: Floats = (-place - 2 * np.log1p(np.exp(-place))).sum(axis=1)
    return found


def _proposed(population: Population, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Draw around what a population has learnt, with the log density of each."""
    place = logit(np.clip(population.unit, EDGE, 1 - EDGE))
    mean = population.weights @ place
    spread = np.cov(place.T, aweights=population.weights)
    # Little weight on few draws makes a covariance too sure of itself.
    spread = 0.9 * spread + 0.1 * np.diag(np.diag(spread)) + 0.05 * np.eye(len(mean))
    proposal = multivariate_t(mean, 1.2 * spread, df=TAIL, seed=seed)
    drawn = np.asarray(proposal.rvs(draws))
    return drawn, np.asarray(proposal.logpdf(drawn))


def _sharpness(importance: Floats, fits: Floats) -> float:
    """The largest power of the kernel, at most 1, that leaves enough effective draws."""
    enough = KEPT * len(fits)

    def effective(power: float) -> float:
        weights = _weights(importance + power * fits)
        return float(1 / (weights**2).sum())

    if effective(1.0) >= enough:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle) >= enough else (low, middle)
    return low


def _weights(log_weights: Floats) -> Floats:
    found: Floats = np.exp(log_weights - logsumexp(log_weights))
    return found
