"""What the backtest came to: a small YAML file, from which ``docs/backtest.md`` is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.backtest.fit import Fit
from sim.backtest.history import KINDS
from sim.backtest.plan import AT_REST, MODEL, WITHOUT_THEORY, BacktestPlan, Kind
from sim.backtest.rivals import RIVALS
from sim.backtest.run import Period, periods, without
from sim.backtest.scores import LEVELS, Scored, Skill, of, skill

POINT, SPREAD = "last value", "last value with spread"
_BAND = (0.05, 0.5, 0.95)
_DIGITS = 3
Forecasts = Mapping[str, list[Scored]]


def backtest_record(
    plan: BacktestPlan,
    forecasts: Forecasts,
    fits: Mapping[str, Fit],
    settings: Mapping[str, int],
) -> dict[str, Any]:
    """Everything worth keeping of a backtest, as plain values."""
    return {
        "made": {**settings, "draws": len(fits[MODEL].values)},
        "fitted": {name: _fitted(plan.forms[name], one) for name, one in fits.items()},
        "periods": {
            period.name: {
                "starts": [period.first, period.last],
                "kinds": {
                    kind: _kind(plan, forecasts, kind, period, settings["seed"])
                    for kind in KINDS
                    if of(forecasts[MODEL], kind, _starts(period))
                },
            }
            for period in periods(plan)
        },
    }


def _starts(period: Period) -> range:
    return range(period.first, period.last + 1)


def _fitted(plan: BacktestPlan, fit: Fit) -> dict[str, Any]:
    """Relative scores on what was fitted, and range of 90 % with the median of each number."""
    relative = {
        kind: _short(1 - float(fit.losses[:, place].mean()) / fit.counts[kind])
        for place, kind in enumerate(KINDS)
        if fit.counts[kind]
    }
    found = np.quantile(fit.values, _BAND, axis=0)
    ranges = {
        name: [_short(value) for value in found[:, place]] for place, name in enumerate(plan.fitted)
    }
    return {"skill": relative, "ranges": ranges}


def _kind(
    plan: BacktestPlan, forecasts: Forecasts, kind: Kind, period: Period, seed: int
) -> dict[str, Any]:
    """Scores of a kind of quantity in a period, and skill."""
    left_out = plan.left_out
    told = (MODEL, AT_REST, WITHOUT_THEORY, *RIVALS)
    chosen = {name: of(every, kind, _starts(period)) for name, every in forecasts.items()}
    return {
        "forecasts": len(chosen[MODEL]),
        "series": len({one.series for one in chosen[MODEL]}),
        "scores": {name: _scores(chosen[name]) for name in told},
        "skill": {
            name: {
                rival: _skill(skill(chosen[name], chosen[rival], seed)) for rival in (SPREAD, POINT)
            }
            for name in told
            if name != POINT
        },
        "left_out": {
            name: _skill(skill(chosen[without(name)], chosen[SPREAD], seed))["mean"]
            for name in left_out
        },
        "theory": {
            name: _skill(skill(chosen[name], chosen[WITHOUT_THEORY], seed))
            for name in (MODEL, AT_REST)
        },
        "by_series": {
            " to ".join(series.states) if kind != "affinity" else " and ".join(series.states): [
                _short(_series_skill(chosen[name], chosen[SPREAD], series))
                for name in (MODEL, AT_REST, WITHOUT_THEORY)
            ]
            for series in sorted({one.series for one in chosen[MODEL]})
        },
    }


def _series_skill(own: list[Scored], other: list[Scored], series: object) -> float:
    sums = [sum(one.crps for one in every if one.series == series) for every in (own, other)]
    return 1 - sums[0] / sums[1] if sums[1] else float("nan")


def _scores(forecasts: list[Scored]) -> dict[str, float]:
    found = {"crps": _short(float(np.mean([one.crps for one in forecasts])))}
    for level in LEVELS:
        inside = float(np.mean([one.inside(level) for one in forecasts]))
        found[f"inside_{round(100 * level)}"] = round(inside, 2)
    return found


def _skill(found: Skill) -> dict[str, list[float]]:
    """Mean of the series and all pooled, each with its interval."""
    return {
        "mean": [_short(found.mean), _short(found.low), _short(found.high)],
        "pooled": [_short(found.pooled), _short(found.pooled_low), _short(found.pooled_high)],
    }


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
