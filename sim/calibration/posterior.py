"""From draws and figures to a posterior: likelihood-free, with an emulator's help.

Approximate Bayesian computation with a Gaussian kernel of the targets'
tolerances: exact inference for a model whose figures may be off by that much
(Wilkinson 2013). The first draws come from the prior. From all draws so far a
quadratic emulator learns the figures (Kennedy and O'Hagan 2001); the next draws
are a sample of the posterior that it implies, simulated in their turn and weighed
by the kernel of what came out over that of what the emulator had expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp
from scipy.stats import qmc

from sim.arrays import Floats
from sim.calibration.plan import Plan
from sim.calibration.sampler import TOGETHER

KEPT = 0.03
"""Effective share of a population that shapes the next: the kernel is widened to it."""
EDGE = 1e-6
"""How near a draw may come to the end of its prior."""
STEPS = 400
"""Steps of each chain that samples what the emulator implies."""
FIRM = 1e-3
"""Ridge of the emulator's regression, as a share of the draws."""

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
            emulator = Emulator(plan, found)
            place = _sampled(emulator, found[-1], draws, seed + number)
            expected = emulator.log_kernel(place)
        else:
            even = qmc.Sobol(len(plan.priors), rng=seed).random(draws)
            place = logit(np.clip(even, EDGE, 1 - EDGE))
            expected = np.zeros(draws)
        unit = expit(place)
        values = values_of(plan, unit)
        figures = simulate(values, seed + number)
        fits = log_kernel(plan, figures)
        sharpness = _sharpness(-expected, fits)
        weights = _weights(-expected + sharpness * fits)
        found.append(Population(unit, values, figures, weights, sharpness))
    return found


class Emulator:
    """Expects figures by a quadratic in the coefficients' places in their priors.

    Parameters
    ----------
    populations : list of Population
        What it learns from; draws near the targets count most.
    """

    def __init__(self, plan: Plan, populations: list[Population]) -> None:
        self._plan = plan
        terms = _quadratic(np.concatenate([one.unit for one in populations]))
        away = self._away(np.concatenate([one.figures for one in populations]))
        near = 1 / (1 + away**2) ** 2  # a quadratic holds near the targets, not far off
        self._slopes = np.empty((terms.shape[1], away.shape[1]))
        for target, (weights, figures) in enumerate(zip(near.T, away.T, strict=True)):
            weighed = terms * weights[:, None]
            gram = terms.T @ weighed + FIRM * weights.sum() * np.eye(terms.shape[1])
            self._slopes[:, target] = np.linalg.solve(gram, weighed.T @ figures)
        missed = terms @ self._slopes - away
        self._doubt = (near * missed**2).sum(axis=0) / near.sum(axis=0)

    def log_kernel(self, place: Floats) -> Floats:
        """Logarithm of the kernel at what it expects, widened by its own error."""
        away = _quadratic(expit(place)) @ self._slopes
        found: Floats = -0.5 * (away**2 / (1 + self._doubt)).sum(axis=1)
        return found

    def _away(self, figures: Floats) -> Floats:
        """Distance of the figures from the targets that are fitted, in tolerances."""
        plan = self._plan
        away: Floats = ((figures - plan.wanted) / plan.tolerance)[:, plan.fitted]
        return away


def _quadratic(unit: Floats) -> Floats:
    """A constant, the places, and their products two by two."""
    centred = 2 * unit - 1
    one, other = np.triu_indices(centred.shape[1])
    return np.concatenate(
        [np.ones((len(unit), 1)), centred, centred[:, one] * centred[:, other]], axis=1
    )


def _sampled(emulator: Emulator, before: Population, draws: int, seed: int) -> Floats:
    """A sample of what the emulator implies, by chains that learn steps from one another.

    Differential evolution (ter Braak 2006): a step is the difference of two other chains.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(before.weights), draws, p=before.weights)
    here = logit(np.clip(before.unit[chosen], EDGE, 1 - EDGE))
    here += 0.1 * rng.standard_normal(here.shape)
    stride = 2.38 / np.sqrt(2 * here.shape[1])
    density = _prior(here) + emulator.log_kernel(here)
    for step in range(STEPS):
        one, other = rng.integers(draws, size=(2, draws))
        scale = 1.0 if step % 10 == 0 else stride
        there = here + scale * (here[one] - here[other]) + 1e-3 * rng.standard_normal(here.shape)
        found = _prior(there) + emulator.log_kernel(there)
        taken = np.log(rng.random(draws)) < found - density
        here[taken], density[taken] = there[taken], found[taken]
    return here


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
