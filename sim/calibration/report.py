"""The calibration as tables, for ``docs/calibration.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.calibration.plan import Plan, Target


def fit_table(
    plan: Plan, found: dict[str, Any], earlier: dict[str, Any], names: Mapping[str, str]
) -> str:
    """Each target beside the model: before, after, and with the spreads of the scenarios.

    ``earlier`` is the record of the version before; ``names`` gives the name of each
    actor by its id.
    """
    rows = [
        "| target | figure | tolerance | prior | posterior | as shipped | off | 0.5 | off "
        "| source |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, target in plan.targets.items():
        figures = found["figures"][name]
        bands = " | ".join(_band(figures[stage]) for stage in ("prior", "posterior", "shipped"))
        before = earlier["figures"][name]["shipped"]
        source = ", ".join(f"`{one}`" for one in target.source)
        rows.append(
            f"| {in_words(name, target, names)} | {target.value:g} | {target.tolerance:g} "
            f"| {bands} | {_away(figures['shipped'], target):+.1f} "
            f"| {before[1]:g} | {_away(before, target):+.1f} | {source} |"
        )
    return "\n".join(rows)


def misfit(plan: Plan, found: dict[str, Any], stage: str = "shipped") -> float:
    """Sum of the squared distances of the medians from the targets fitted, in tolerances."""
    return sum(
        ((found["figures"][name][stage][1] - float(target.value)) / float(target.tolerance)) ** 2
        for name, target in plan.targets.items()
        if target.fitted
    )


def misfits(plan: Plan, found: dict[str, Any], earlier: dict[str, Any]) -> str:
    """The misfit of this version and of the one before, in a sentence."""
    return (
        f"The squared distances of the medians as shipped, in tolerances, add up to "
        f"{misfit(plan, found):.1f} over the targets fitted; in 0.5 to "
        f"{misfit(plan, earlier):.1f}."
    )


def deeds_table(plan: Plan, found: dict[str, Any], names: Mapping[str, str]) -> str:
    """How often each deed is done a year, in the record and in the runs.

    ``found`` is what :mod:`sim.calibration.deeds` has kept.
    """
    rows = [
        "| deed | who | record, a year | runs, a year | inside | counted | source |",
        "|---|---|--:|---|---|---|---|",
    ]
    for name, deed in plan.deeds.items():
        known = found["deeds"][name]
        counted = f"{deed.count} in {deed.years:g} years" + (f": {deed.why}" if deed.why else "")
        source = ", ".join(f"`{one}`" for one in deed.source)
        rows.append(
            f"| {name.replace('_', ' ')} | {_named(deed.between, names)} | {known['record']:g} "
            f"| {_band(known['runs'])} | {'yes' if known['inside'] else '**no**'} "
            f"| {counted} | {source} |"
        )
    return "\n".join(rows)


def deeds_met(found: dict[str, Any]) -> str:
    """How many of the counts are met, in a sentence."""
    met = sum(one["inside"] for one in found["deeds"].values())
    runs = found["made"]["runs"]
    return f"{met} of {len(found['deeds'])} records lie within the range of {runs:,} runs."


def coefficient_table(plan: Plan, found: dict[str, Any]) -> str:
    """Each coefficient: prior, posterior, and how much narrower it became."""
    rows = [
        "| coefficient | prior | posterior | learnt | in the scenarios | why this prior |",
        "|---|---|---|---|---|---|",
    ]
    for name, prior in plan.priors.items():
        low, high = prior.ends
        shape = "log-uniform" if prior.log_uniform else "uniform"
        if prior.triangular:
            shape = f"triangular, mode {prior.triangular[1]:g},"
        known = found["coefficients"][name]
        ends = known["spread"]["pert"]
        rows.append(
            f"| `{name}` | {shape} {low:g} to {high:g} | {_band(known['posterior'])} "
            f"| {100 * known['learnt']:.0f} % "
            f"| {known['value']:g}, PERT {ends[0]:g} to {ends[1]:g} | {prior.why} |"
        )
    return "\n".join(rows)


def correlation_list(found: dict[str, Any]) -> str:
    """The pairs of coefficients that the targets tie together, in a sentence."""
    pairs = found["correlations"]
    if not pairs:
        return "No two coefficients are tied closely."
    return "; ".join(f"`{one}` and `{other}` {value:+.2f}" for one, other, value in pairs) + "."


def made(found: dict[str, Any]) -> str:
    """How the calibration was made, in a sentence."""
    how = found["made"]
    return (
        f"{how['rounds']} populations of {how['draws']:,} draws, {how['each']} runs for each, "
        f"seed {how['seed']}; the last is worth {how['effective']:,} independent draws"
        + ("." if how["sharpness"] == 1 else ", with a kernel widened for want of draws near.")
    )


def in_words(key: str, target: Target, names: Mapping[str, str]) -> str:
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


def _away(band: list[float], target: Target) -> float:
    return round((band[1] - target.value) / target.tolerance, 1) + 0.0  # no -0.0


def _band(three: list[float]) -> str:
    return f"{three[1]:g} ({three[0]:g} to {three[2]:g})"
