"""The calibration as tables, for ``docs/calibration.md``."""

from __future__ import annotations

from typing import Any

from sim.calibration.plan import Plan, Target


def fit_table(plan: Plan, found: dict[str, Any]) -> str:
    """Each target beside the model: before, after, and with the spreads of the scenarios."""
    rows = [
        "| target | figure | tolerance | prior | posterior | as shipped | off | source |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, target in plan.targets.items():
        figures = found["figures"][name]
        bands = " | ".join(_band(figures[stage]) for stage in ("prior", "posterior", "shipped"))
        source = ", ".join(f"`{one}`" for one in target.source)
        rows.append(
            f"| {in_words(name, target)} | {target.value:g} | {target.tolerance:g} "
            f"| {bands} | {_away(figures['shipped'], target):+.1f} | {source} |".replace(
                "-0.0 ", "+0.0 "
            )
        )
    return "\n".join(rows)


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


def in_words(name: str, target: Target) -> str:
    """A target as a reader would call it."""
    text = name.replace("_", " ").replace("america", "the United States")
    for actor in ("china", "japan", "russia"):
        text = text.replace(actor, actor.title())
    return text if target.fitted else f"{text} (not fitted: {target.why})"


def _away(band: list[float], target: Target) -> float:
    return (band[1] - target.value) / target.tolerance


def _band(three: list[float]) -> str:
    return f"{three[1]:g} ({three[0]:g} to {three[2]:g})"
