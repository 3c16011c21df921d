"""The tables of ``docs/backtest.md``, made from the backtest's record.

``python -m tests.docs.backtest`` writes them anew between their markers; a test compares what
stands there with what would be written.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from sim.backtest.history import KINDS
from sim.backtest.plan import AT_REST, MODEL, WITHOUT_THEORY, BacktestPlan, load_plan
from sim.backtest.record import POINT, SPREAD
from sim.text import TextTable
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "backtest.md"
FOLDER = ROOT / "scenarios" / "calibration"
NAMES = {
    "conflict": "conflict share",
    "affinity": "affinity",
    "ties": "ties",
    "support": "support",
}
FORMS = (MODEL, AT_REST, WITHOUT_THEORY)
_MARKED = re.compile(r"(<!-- backtest: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SKILLED, _WORSE = 0.05, -0.02
"""Skill to reach in two of four kinds, and to stay above in all."""
_COVERED = (0.85, 0.95)

Record = dict[str, Any]


def record() -> Record:
    """What the backtest came to."""
    found: Record = yaml.safe_load((FOLDER / "backtest.yaml").read_text("utf-8"))
    return found


def verdict(found: Record) -> str:
    """Whether the theory forecast better than usual frequencies alone, in the test period."""
    better, worse = _clear(found, 1), _clear(found, -1)
    told = f"(share of the CRPS saved: {_told(found)})"
    if better:
        return (
            f"With its theory the model forecast {' and '.join(better)} of the test years better "
            f"than without, and the interval leaves out zero {told}."
        )
    lost = (
        f"; it forecast {' and '.join(worse)} worse, and the interval leaves out zero"
        if worse
        else ""
    )
    return (
        "With its theory the model did not forecast the test years better than without it, in "
        f"either of its two forms{lost} {told}."
    )


def _clear(found: Record, sign: int) -> list[str]:
    """What theory forecast better (1) or worse (-1) in the test period, beyond its interval."""
    kinds = found["periods"]["test"]["kinds"]
    limit = 1 if sign > 0 else 2
    return [
        f"{NAMES[kind]} ({form})"
        for form in (MODEL, AT_REST)
        for kind in ("conflict", "affinity")
        if sign * kinds[kind]["theory"][form]["mean"][limit] > 0
    ]


def _told(found: Record) -> str:
    kinds = found["periods"]["test"]["kinds"]
    return "; ".join(
        f"{form}: "
        + " and ".join(
            f"{NAMES[kind]} {_interval(kinds[kind]['theory'][form]['mean'])}"
            for kind in ("conflict", "affinity")
        )
        for form in (MODEL, AT_REST)
    )


def aims(found: Record) -> str:
    """What was to be reached, and what was."""
    test = found["periods"]["test"]["kinds"]
    skill = {kind: one["skill"][MODEL][SPREAD]["mean"][0] for kind, one in test.items()}
    above = [kind for kind, value in skill.items() if value > _SKILLED]
    below = [kind for kind, value in skill.items() if value < _WORSE]
    shares = {kind: one["scores"][MODEL]["inside_90"] for kind, one in test.items()}
    outside = [kind for kind, one in shares.items() if not _COVERED[0] <= one <= _COVERED[1]]
    rows = [
        (
            "skill above 0.05 in two of four",
            _met(len(above) >= 2),
            ", ".join(f"{NAMES[kind]} {value:+.2f}" for kind, value in skill.items()),
        ),
        (
            "skill below -0.02 in none",
            _met(not below),
            "below it: " + (", ".join(NAMES[kind] for kind in below) or "none"),
        ),
        (
            "theory better on conflict share or affinity, interval clear of zero",
            _met(bool(_clear(found, 1))),
            _told(found),
        ),
        (
            "85 to 95 % of outcomes inside the 90 % bands",
            _met(not outside),
            ", ".join(f"{NAMES[kind]} {100 * one:.0f} %" for kind, one in shares.items()),
        ),
    ]
    return TextTable("Aims", ("to reach, starts 2010 to 2013", "", "reached"), rows).markdown


def skill_table(found: Record) -> str:
    """Skill of each forecaster over the last value with its spread, by kind and period."""
    columns = (MODEL, AT_REST, WITHOUT_THEORY, "mean so far", "trend")
    rows = []
    for period, name, one in _parts(found):
        values = (_interval(one["skill"][who][SPREAD]["mean"]) for who in columns)
        rows.append((_years(period), name, str(one["forecasts"]), *values))
    return TextTable("Skill", ("starts", "of", "forecasts", *columns), rows).markdown


def point_table(found: Record) -> str:
    """CRPS of the model and of both forms of persistence, and skill over both."""
    rows = []
    for period, name, one in _parts(found):
        skill, scores = one["skill"][MODEL], one["scores"]
        rows.append(
            (
                _years(period),
                name,
                *(f"{scores[who]['crps']:.3g}" for who in (MODEL, SPREAD, POINT)),
                _interval(skill[SPREAD]["pooled"]),
                _interval(skill[POINT]["mean"]),
            )
        )
    heads = ("CRPS, model", "last value with spread", "as a point")
    columns = ("starts", "of", *heads, "skill, all pooled", "skill over the point")
    return TextTable("CRPS", columns, rows).markdown


def theory_table(found: Record) -> str:
    """Share of the CRPS that theory saves, mean of the series and pooled."""
    rows = [
        (
            _years(period),
            name,
            form,
            *(_interval(one["theory"][form][how]) for how in ("mean", "pooled")),
        )
        for period, name, one in _parts(found)
        for form in (MODEL, AT_REST)
    ]
    return TextTable(
        "Theory", ("starts", "of", "form", "mean of the series", "pooled"), rows
    ).markdown


def left_out_table(found: Record) -> str:
    """Skill of the model with something left out after the fit, by kind, in the test period."""
    test = found["periods"]["test"]["kinds"]
    names = ["nothing", *next(iter(test.values()))["left_out"]]
    rows = [
        (
            name,
            *(
                f"{(one['left_out'].get(name) or one['skill'][MODEL][SPREAD]['mean'])[0]:+.2f}"
                for one in test.values()
            ),
        )
        for name in names
    ]
    return TextTable("Left out", ("left out", *(NAMES[kind] for kind in test)), rows).markdown


def coverage_table(found: Record) -> str:
    """How many outcomes lie inside the bands."""
    who = (MODEL, AT_REST, WITHOUT_THEORY, SPREAD, "mean so far")
    rows = [
        (
            _years(period),
            name,
            *(_covered(one["scores"][forecaster]) for forecaster in who),
        )
        for period, name, one in _parts(found)
    ]
    return TextTable("Coverage", ("starts", "of", *who), rows).markdown


def series_table(found: Record) -> str:
    """Skill of the model by series, in both periods."""
    rows = []
    early, late = (found["periods"][name]["kinds"] for name in ("fitted", "test"))
    for kind in KINDS:
        for states in late[kind]["by_series"]:
            before = early.get(kind, {}).get("by_series", {}).get(states)
            values = (before, late[kind]["by_series"][states])
            told = (" / ".join(f"{x:+.2f}" for x in one) if one else "" for one in values)
            rows.append((NAMES[kind], states, *told))
    return TextTable("Series", ("of", "states", "starts to 2009", "2010 to 2013"), rows).markdown


def fit_table(plan: BacktestPlan, found: Record) -> str:
    """What was fitted: prior, and median with the range of 90 %, with theory and without."""
    rows = []
    for name, prior in plan.fitted.items():
        low, high = prior.ends
        fits = (found["fitted"][who]["ranges"].get(name) for who in FORMS)
        told = (f"{x[1]:g} ({x[0]:g} to {x[2]:g})" if x else "0" for x in fits)
        shape = "log-uniform" if prior.log_uniform else "uniform"
        rows.append((f"`{name}`", f"{shape} {low:g} to {high:g}", *told, prior.why))
    columns = ("number", "prior", *FORMS, "why this prior")
    return TextTable("Fit", columns, rows).markdown


def how_made(found: Record) -> str:
    """How the fit was made, in a sentence."""
    made, fits = found["made"], found["fitted"]
    told = "; ".join(
        f"{form} "
        + ", ".join(f"{NAMES[kind]} {value:+.2f}" for kind, value in fits[form]["skill"].items())
        for form in FORMS
    )
    return (
        f"{made['draws']} chains of twice {made['steps']} steps, seed {made['seed']}. "
        f"On the outcomes that were fitted their mean skill is: {told}."
    )


def _parts(found: Record) -> list[tuple[Record, str, Record]]:
    return [
        (period, NAMES[kind], period["kinds"][kind])
        for period in found["periods"].values()
        for kind in KINDS
        if kind in period["kinds"]
    ]


def _covered(scores: Record) -> str:
    return f"{100 * scores['inside_50']:.0f}, {100 * scores['inside_90']:.0f}"


def _years(period: Record) -> str:
    first, last = period["starts"]
    return f"{first} to {last}"


def _interval(three: list[float]) -> str:
    return f"{three[0]:+.2f} ({three[1]:+.2f} to {three[2]:+.2f})"


def _met(reached: bool) -> str:
    return "reached" if reached else "**missed**"


def rewritten(text: str) -> str:
    """The document with its tables as the record has them."""
    found, plan = record(), load_plan(FOLDER / "backtest-plan.yaml")
    parts = {
        "verdict": verdict(found),
        "aims": aims(found),
        "skill": skill_table(found),
        "crps": point_table(found),
        "theory": theory_table(found),
        "left_out": left_out_table(found),
        "coverage": coverage_table(found),
        "series": series_table(found),
        "fit": fit_table(plan, found),
        "made": how_made(found),
    }
    return _MARKED.sub(lambda match: f"{match[1]}{parts[match[2]]}\n{match[3]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
