"""What a calibration came to: a small YAML file beside the targets, and tables of it.

The record is what scenarios, tests and documents quote; the draws themselves
are not kept, since the same command gives them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.calibration.plan import CalibrationPlan, FitTarget
from sim.calibration.posterior import Population, weighted_quantiles
from sim.text import TextTable

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


# The record as tables and sentences, for ``docs/calibration.md``.


def fit_table(
    plan: CalibrationPlan,
    found: dict[str, Any],
    earlier: dict[str, Any],
    names: Mapping[str, str],
) -> str:
    """Each target beside the model: before, after, and with the spreads of the scenarios.

    ``earlier`` is the record of the version before; ``names`` gives the name of each
    actor by its id.
    """
    rows = []
    for name, target in plan.targets.items():
        figures, before = found["figures"][name], earlier["figures"][name]["shipped"]
        rows.append(
            (
                target_in_words(name, target, names),
                f"{target.value:g}",
                f"{target.tolerance:g}",
                *(_band(figures[stage]) for stage in ("prior", "posterior", "shipped")),
                f"{_away(figures['shipped'], target):+.1f}",
                f"{before[1]:g}",
                f"{_away(before, target):+.1f}",
                _sources(target.source),
            )
        )
    stated = ("target", "figure", "tolerance", "prior", "posterior", "as shipped")
    return TextTable("Fit", (*stated, "off", "0.5", "off", "source"), rows).markdown


def misfit(plan: CalibrationPlan, found: dict[str, Any], stage: str = "shipped") -> float:
    """Sum of the squared distances of the medians from the targets fitted, in tolerances."""
    return sum(
        ((found["figures"][name][stage][1] - float(target.value)) / float(target.tolerance)) ** 2
        for name, target in plan.targets.items()
        if target.fitted
    )


def misfits(plan: CalibrationPlan, found: dict[str, Any], earlier: dict[str, Any]) -> str:
    """The misfit of this version and of the one before, in a sentence."""
    return (
        f"The squared distances of the medians as shipped, in tolerances, add up to "
        f"{misfit(plan, found):.1f} over the targets fitted; in 0.5 to "
        f"{misfit(plan, earlier):.1f}."
    )


def deeds_table(plan: CalibrationPlan, found: dict[str, Any], names: Mapping[str, str]) -> str:
    """How often each deed is done a year, in the record and in the runs.

    ``found`` is what :mod:`sim.calibration.deeds` has kept.
    """
    rows = []
    for name, deed in plan.deeds.items():
        known = found["deeds"][name]
        counted = f"{deed.count} in {deed.years:g} years" + (f": {deed.why}" if deed.why else "")
        inside = "yes" if known["inside"] else "**no**"
        record, runs = f"{known['record']:g}", _band(known["runs"])
        who, source = _named(deed.between, names), _sources(deed.source)
        rows.append((name.replace("_", " "), who, record, runs, inside, counted, source))
    columns = ("deed", "who", "record, a year", "runs, a year", "inside", "counted", "source")
    return TextTable("Deeds", columns, rows).markdown


def deeds_met(found: dict[str, Any]) -> str:
    """How many of the counts are met, in a sentence."""
    met = sum(one["inside"] for one in found["deeds"].values())
    runs = found["made"]["runs"]
    return f"{met} of {len(found['deeds'])} records lie within the range of {runs:,} runs."


def coefficient_table(plan: CalibrationPlan, found: dict[str, Any]) -> str:
    """Each coefficient: prior, posterior, and how much narrower it became."""
    rows = []
    for name, prior in plan.priors.items():
        low, high = prior.ends
        shape = "log-uniform" if prior.log_uniform else "uniform"
        if prior.triangular:
            shape = f"triangular, mode {prior.triangular[1]:g},"
        known = found["coefficients"][name]
        least, most = known["spread"]["pert"]
        learnt, stated = f"{100 * known['learnt']:.0f} %", f"{known['value']:g}, PERT"
        rows.append(
            (
                f"`{name}`",
                f"{shape} {low:g} to {high:g}",
                _band(known["posterior"]),
                learnt,
                f"{stated} {least:g} to {most:g}",
                prior.why,
            )
        )
    told = ("prior", "posterior", "learnt", "in the scenarios", "why this prior")
    return TextTable("Coefficients", ("coefficient", *told), rows).markdown


def correlation_list(found: dict[str, Any]) -> str:
    """The pairs of coefficients that the targets tie together, in a sentence."""
    pairs = found["correlations"]
    if not pairs:
        return "No two coefficients are tied closely."
    return "; ".join(f"`{one}` and `{other}` {value:+.2f}" for one, other, value in pairs) + "."


def how_made(found: dict[str, Any]) -> str:
    """How the calibration was made, in a sentence."""
    how = found["made"]
    return (
        f"{how['rounds']} populations of {how['draws']:,} draws, {how['each']} runs for each, "
        f"seed {how['seed']}; the last is worth {how['effective']:,} independent draws"
        + ("." if how["sharpness"] == 1 else ", with a kernel widened for want of draws near.")
    )


def target_in_words(key: str, target: FitTarget, names: Mapping[str, str]) -> str:
    """A target as a reader would call it, with the actors' names instead of their ids."""
    text = key.replace("_", " ")
    if target.share:
        text = f"conflict, {_named(target.share, names)}"
    elif target.swing:
        one, other = (_named(pair, names) for pair in target.swing)
        text = f"swing, {one}" if one == other else f"spread, {one} with {other}"
    return text if target.fitted else f"{text} (not fitted: {target.why})"


def _named(ends: str, names: Mapping[str, str]) -> str:
    return " ".join(names.get(word, word) for word in ends.split())


def _sources(ids: tuple[str, ...]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def _away(band: list[float], target: FitTarget) -> float:
    return round((band[1] - target.value) / target.tolerance, 1) + 0.0  # no -0.0


def _band(three: list[float]) -> str:
    return f"{three[1]:g} ({three[0]:g} to {three[2]:g})"
