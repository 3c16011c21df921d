"""The tables of ``docs/calibration.md``, made from the calibration's records.

``python -m tests.docs.calibration`` writes them anew between their markers; a
test compares what stands there with what would be written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sim.calibration.plan import CalibrationPlan, FitTarget, load_plan
from sim.scenario.recorded import counts
from sim.scenario.scenario import Scenario
from sim.text import TextTable
from tests.fixtures.paths import ROOT
from tests.fixtures.shipped import NAMES, loaded

DOCUMENT = ROOT / "docs" / "calibration.md"
FOLDER = ROOT / "scenarios" / "calibration"
_MARKED = re.compile(r"(<!-- calibration: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def record(name: str = "posterior") -> dict[str, Any]:
    """What the calibration came to, or another record beside it by its name."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found


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


def split_table(plan: CalibrationPlan, found: dict[str, Any], names: Mapping[str, str]) -> str:
    """Each target of a fit up to 2009: its figure, the model's, and what came from 2010 on."""
    rows = []
    for name, target in plan.of_years("until_2009").targets.items():
        if not target.fitted:
            continue
        figures, later = found["figures"][name], plan.of_years("from_2010").targets[name]
        rows.append(
            (
                target_in_words(name, target, names),
                f"{target.value:g}",
                *(_band(figures[stage]) for stage in ("prior", "posterior")),
                f"{_away(figures['posterior'], target):+.1f}",
                f"{later.value:g}",
                f"{_away(figures['posterior'], later):+.1f}",
            )
        )
    columns = ("target", "until 2009", "prior", "posterior", "off", "from 2010", "off")
    return TextTable("Split", columns, rows).markdown


def split_told(found: dict[str, Any]) -> str:
    """How far the medians lie from both spans, in a sentence."""
    far = found["distances"]
    told = {
        years: " and ".join(f"{far[stage][years]:g}" for stage in ("prior", "posterior"))
        for years in ("until_2009", "from_2010")
    }
    return (
        "Mean squared distance in tolerances, of the prior's medians and the posterior's: "
        f"{told['until_2009']} to the figures up to 2009 that it was fitted to, "
        f"{told['from_2010']} to those of 2010 to 2016 that it had not seen."
    )


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


def deeds_table(scenario: Scenario, found: dict[str, Any]) -> str:
    """How often each lever with a record is used a year, in the record and in the runs.

    ``found`` is what :mod:`sim.calibration.deeds` has kept.
    """
    names = {key: actor.name for key, actor in scenario.description.actors.items()}
    rows = []
    for one in counts(scenario.description):
        known = found["deeds"][scenario.id][one.lever][one.between]
        why = f": {one.record.why}" if one.record.why else ""
        counted = f"{one.times} in {one.since:%Y-%m} to {one.until:%Y-%m}{why}"
        inside = "yes" if known["inside"] else "**no**"
        record, runs = f"{known['record']:g}", _band(known["runs"])
        who, source = _named(one.between, names), _sources(one.record.source)
        rows.append((f"`{one.lever}`", who, record, runs, inside, counted, source))
    columns = ("lever", "who", "record, a year", "runs, a year", "inside", "counted", "source")
    return TextTable("Deeds", columns, rows).markdown


def deeds_met(found: dict[str, Any], titles: Mapping[str, str]) -> str:
    """How many of the counts are met, by scenario, in sentences."""
    runs = found["made"]["runs"]
    said = []
    for name, levers in found["deeds"].items():
        every = [one for pairs in levers.values() for one in pairs.values()]
        some = [one for one in every if one["record"] > 0]
        met, done = (sum(one["inside"] for one in ones) for ones in (every, some))
        said.append(
            f"*{titles[name]}*: {met} of {len(every)} records lie within the range of {runs} runs; "
            f"of those with at least one act {done} of {len(some)}."
        )
    shared = ", ".join(f"*{titles[name]}*" for name in found["as_base"])
    said.append(f"With the records and the start of the base: {shared}.")
    if found["supposed"]:
        otherwise = "; ".join(
            f"*{titles[name]}*: {', '.join(f'`{one}`' for one in ones)}"
            for name, ones in found["supposed"].items()
        )
        said.append(f"Supposed otherwise than on record, on purpose: {otherwise}.")
    return "\n\n".join(said)


def without_record(scenario: Scenario) -> str:
    """The levers whose frequency rests on event data or judgement, in a sentence."""
    known = {name for one in counts(scenario.description) for name in one.levers}
    rest = [name for name in scenario.description.levers if name not in known]
    total = len(scenario.description.levers)
    return (
        f"{total - len(rest)} of {total} levers have a record. The rest follow the shares of event "
        f"data or are judgement, as their `why` says: {', '.join(f'`{name}`' for name in rest)}."
    )


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


def rewritten(text: str) -> str:
    """The document with its tables as the record has them."""
    plan, found, deeds = load_plan(FOLDER / "targets.yaml"), record(), record("deeds")
    earlier = record("posterior-0.5")
    base = loaded(Path(plan.base).stem)
    names = {key: actor.name for key, actor in base.description.actors.items()}
    titles = {name: loaded(name).description.title for name in NAMES}
    parts = {
        "made": how_made(found),
        "coefficients": coefficient_table(plan, found),
        "correlations": correlation_list(found),
        "fit": fit_table(plan, found, earlier, names),
        "misfit": misfits(plan, found, earlier),
        "split": split_table(plan, record("posterior-2009"), names),
        "tested": split_told(record("posterior-2009")),
        "deeds": deeds_table(base, deeds),
        "before": deeds_table(loaded("crimea-2014"), deeds),
        "met": deeds_met(deeds, titles),
        "judged": without_record(base),
    }
    return _MARKED.sub(lambda match: f"{match[1]}{parts[match[2]]}\n{match[3]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
