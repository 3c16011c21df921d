"""From draws and figures to a posterior: likelihood-free, with an emulator's help.

Approximate Bayesian computation with a Gaussian kernel of the targets'
tolerances: exact inference for a model whose figures may be off by that much
(Wilkinson 2013). The first draws come from the prior. From all draws so far a
quadratic emulator learns the figures (Kennedy and O'Hagan 2001); the next draws
are a sample of the posterior that it implies, simulated in their turn and weighed
by the kernel of what came out over that of what the emulator had expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp
from scipy.stats import qmc

from sim.arrays import Floats
from sim.calibration.plan import CalibrationPlan, Prior
from sim.calibration.statistics import DRAWS_IN_BLOCK

EFFECTIVE_SHARE = 0.03
"""Effective share of a population that shapes the next: the kernel is widened to it."""
_EDGE = 1e-6
"""How near a draw may come to the end of its prior."""
_STEPS = 400
"""Steps of each chain that samples what the emulator implies."""
_FIRM = 1e-3
"""Ridge of the emulator's regression, as a share of the draws."""

Simulator = Callable[[Floats, int], Floats]
"""Figures of the model for coefficients ``(draws, coefficients)``, with a seed."""


@dataclass(frozen=True)
class Population:
    """Weighted draws: places in the priors from 0 to 1, values, and the model's figures.

    ``weights`` sum to 1; ``sharpness`` is the power of the kernel, 0 to 1; the posterior has 1.
    """

    unit: Floats
    values: Floats
    figures: Floats
    weights: Floats
    sharpness: float

    @property
    def effective(self) -> float:
        """How many independent draws the weighted ones are worth."""
        return _effective(self.weights)


def fit(
    plan: CalibrationPlan, simulate: Simulator, draws: int, rounds: int, seed: int
) -> list[Population]:
    """Learn the posterior in rounds: populations in order, of which the first is from the prior.

    Each has ``draws``, rounded up to a multiple of a block's; the last is the posterior, if its
    sharpness is 1.
    """
    draws += -draws % DRAWS_IN_BLOCK
    found: list[Population] = []
    for number in range(rounds):
        if found:
            emulator = Emulator(plan, found)
            place = _sampled(emulator, found[-1], draws, seed + number)
            expected = emulator.log_kernel(place)
        else:
            even = qmc.Sobol(len(plan.priors), rng=seed).random(draws)
            place = logit(np.clip(even, _EDGE, 1 - _EDGE))
            expected = np.zeros(draws)
        unit = expit(place)
        values = values_of(plan.priors, unit)
        figures = simulate(values, seed + number)
        # How well figures meet the targets that are fitted.
        fits: Floats = -0.5 * (plan.away(figures) ** 2).sum(axis=1)
        sharpness = _sharpness(-expected, fits)
        weights = _weights(-expected + sharpness * fits)
        found.append(Population(unit, values, figures, weights, sharpness))
    return found


class Emulator:
    """Expects figures by a quadratic in the coefficients' places in their priors.

    It learns from populations; draws near the targets count most.
    """

    def __init__(self, plan: CalibrationPlan, populations: list[Population]) -> None:
        terms = _quadratic(np.concatenate([one.unit for one in populations]))
        away = plan.away(np.concatenate([one.figures for one in populations]))
        near = 1 / (1 + away**2) ** 2  # a quadratic holds near the targets, not far off
        self._slopes = np.empty((terms.shape[1], away.shape[1]))
        for target, (weights, figures) in enumerate(zip(near.T, away.T, strict=True)):
            weighed = terms * weights[:, None]
            gram = terms.T @ weighed + _FIRM * weights.sum() * np.eye(terms.shape[1])
            self._slopes[:, target] = np.linalg.solve(gram, weighed.T @ figures)
        missed = terms @ self._slopes - away
        self._doubt = (near * missed**2).sum(axis=0) / near.sum(axis=0)

    def log_kernel(self, place: Floats) -> Floats:
        """Logarithm of the kernel at what it expects, widened by its own error."""
        away = _quadratic(expit(place)) @ self._slopes
        found: Floats = -0.5 * (away**2 / (1 + self._doubt)).sum(axis=1)
        return found


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
    here = logit(np.clip(before.unit[chosen], _EDGE, 1 - _EDGE))
    here += 0.1 * rng.standard_normal(here.shape)
    stride = 2.38 / np.sqrt(2 * here.shape[1])
    density = log_uniform(here) + emulator.log_kernel(here)
    for step in range(_STEPS):
        one, other = rng.integers(draws, size=(2, draws))
        scale = 1.0 if step % 10 == 0 else stride
        there = here + scale * (here[one] - here[other]) + 1e-3 * rng.standard_normal(here.shape)
        found = log_uniform(there) + emulator.log_kernel(there)
        taken = np.log(rng.random(draws)) < found - density
        here[taken], density[taken] = there[taken], found[taken]
    return here


def values_of(priors: Mapping[str, Prior], unit: Floats) -> Floats:
    """Coefficients at places in their priors."""
    columns = [prior.quantile(unit[:, i]) for i, prior in enumerate(priors.values())]
    return np.stack(columns, axis=1)


def weighted_quantiles(population: Population, values: Floats, levels: tuple[float, ...]) -> Floats:
    """Weighted quantiles of each column of ``values``: shape ``(levels, columns)``."""
    found = np.empty((len(levels), values.shape[1]))
    for column in range(values.shape[1]):
        order = np.argsort(values[:, column])
        reached = np.cumsum(population.weights[order])
        reached /= reached[-1]
        found[:, column] = np.interp(levels, reached, values[order, column])
    return found


def log_uniform(place: Floats) -> Floats:
    """Log density of a uniform distribution on the scale of log-odds, summed over columns."""
    found: Floats = (-place - 2 * np.log1p(np.exp(-place))).sum(axis=1)
    return found


def _sharpness(importance: Floats, fits: Floats) -> float:
    """The largest power of the kernel, at most 1, that leaves enough effective draws."""
    enough = EFFECTIVE_SHARE * len(fits)

    def enough_at(power: float) -> bool:
        return _effective(_weights(importance + power * fits)) >= enough

    if enough_at(1.0):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if enough_at(middle) else (low, middle)
    return low


def _weights(log_weights: Floats) -> Floats:
    found: Floats = np.exp(log_weights - logsumexp(log_weights))
    return found


def _effective(weights: Floats) -> float:
    return float(1 / (weights**2).sum())
