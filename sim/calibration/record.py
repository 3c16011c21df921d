"""What a calibration came to: a small YAML file beside the targets, and what scenarios state.

The record is what scenarios, tests and documents quote; the draws themselves
are not kept, since the same command gives them again.
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from sim.arrays import Floats
from sim.calibration.plan import CalibrationPlan, Years
from sim.calibration.posterior import Population, weighted_quantiles

BAND = (0.05, 0.5, 0.95)
"""Median and range of nine in ten, as records state them."""
_CORRELATED = 0.35
"""Least correlation of two coefficients that is worth keeping."""


def spreads(plan: CalibrationPlan, posterior: Population) -> dict[str, dict[str, Any]]:
    """Each coefficient's posterior as a scenario states it.

    A PERT distribution over the middle 95 % with the posterior's mean, for
    PERT's own is (low + 4 mode + high) / 6.
    """
    low, high = weighted_quantiles(posterior, posterior.values, (0.025, 0.975))
    mean = posterior.weights @ posterior.values
    found = {}
    for place, name in enumerate(plan.priors):
        ends = [_short(low[place]), _short(high[place])]
        mode = _short((6 * mean[place] - low[place] - high[place]) / 4)
        found[name] = {"value": min(max(mode, ends[0]), ends[1]), "spread": {"pert": ends}}
    return found


def calibration_record(
    plan: CalibrationPlan,
    populations: list[Population],
    shipped: Floats,
    settings: dict[str, Any],
) -> dict[str, Any]:
    """Everything worth keeping of a calibration.

    The first population is from the prior, the last the posterior; ``shipped`` are figures, shape
    ``(draws, targets)``, under draws from :func:`spreads`, each coefficient by itself.
    """
    prior, posterior = populations[0], populations[-1]
    found = weighted_quantiles(posterior, posterior.values, BAND)
    away = posterior.unit - posterior.weights @ posterior.unit
    learnt = 1 - np.sqrt(12) * np.sqrt(posterior.weights @ away**2)
    stages = {
        "prior": np.quantile(prior.figures, BAND, axis=0),
        "posterior": weighted_quantiles(posterior, posterior.figures, BAND),
        "shipped": np.quantile(shipped, BAND, axis=0),
    }
    return {
        "made": {
            **settings,
            "sharpness": round(posterior.sharpness, 3),
            "effective": round(posterior.effective),
        },
        "coefficients": {
            name: {
                **quantity,
                "posterior": [_short(x, 3) for x in found[:, place]],
                "learnt": round(float(max(learnt[place], 0.0)), 2),
            }
            for place, (name, quantity) in enumerate(spreads(plan, posterior).items())
        },
        "correlations": _correlations(plan, posterior),
        "figures": {
            name: {stage: [_short(x, 3) for x in band[:, place]] for stage, band in stages.items()}
            for place, name in enumerate(plan.targets)
        },
    }


def distances(plan: CalibrationPlan, found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How far the medians of a record lie from the figures before and after a split.

    Mean squared distance in tolerances, over the targets that have both; by stage of the record
    and years.
    """
    result: dict[str, dict[str, float]] = {}
    for stage in ("prior", "posterior", "shipped"):
        medians = np.array([[found["figures"][name][stage][1] for name in plan.targets]])
        result[stage] = {
            years: _short(float(np.mean(plan.of_years(years).away(medians) ** 2)), 3)
            for years in get_args(Years)
        }
    return result


def as_scenario(found: dict[str, Any]) -> str:
    """The section ``coefficients`` of a scenario that rests on a record."""
    lines = ["coefficients:", "  source: calibration-2016"]
    group = ""
    for name, quantity in sorted(
        found["coefficients"].items(), key=lambda item: ("." in item[0], item[0].rpartition(".")[0])
    ):
        head, _, tail = name.rpartition(".")
        if head != group:
            lines.append(f"  {head}:")
            group = head
        low, high = quantity["spread"]["pert"]
        indent = "    " if head else "  "
        lines.append(
            f"{indent}{tail}: {{value: {quantity['value']}, spread: {{pert: [{low}, {high}]}}}}"
        )
    return "\n".join(lines) + "\n"


def _correlations(plan: CalibrationPlan, posterior: Population) -> list[list[Any]]:
    names = list(plan.priors)
    covariance = np.cov(posterior.unit.T, aweights=posterior.weights)
    scale = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(scale, scale)
    found = [
        [names[j], names[i], round(float(matrix[i, j]), 2)]
        for i in range(len(names))
        for j in range(i)
        if abs(matrix[i, j]) >= _CORRELATED
    ]
    return sorted(found, key=lambda one: -abs(one[2]))


def _short(value: float, digits: int = 2) -> float:
    return float(f"{value:.{digits}g}")
