"""All forecasts of the backtest, scored: the model with and without theory, and the rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.backtest.fit import Fit
from sim.backtest.history import History, Series
from sim.backtest.model_forecasts import ModelForecasts
from sim.backtest.plan import AHEAD, MODEL, BacktestPlan
from sim.backtest.rivals import RIVALS
from sim.backtest.scores import Scored, score

_EACH = 16
"""Runs for each draw of a fit."""
_KEPT = 200
"""Evenly spaced quantiles of an ensemble that are scored."""


@dataclass(frozen=True)
class Period:
    """Starts that are reported together.

    Attributes
    ----------
    name : str
    first, last : int
        First and last start.
    """

    name: str
    first: int
    last: int


def periods(plan: BacktestPlan) -> tuple[Period, Period]:
    """The starts whose early outcomes were fitted, and those that are a test."""
    return (
        Period("fitted", plan.first_start, plan.fitted_until),
        Period("test", plan.fitted_until + 1, plan.last_start),
    )


def forecast_all(
    history: History, plan: BacktestPlan, fits: Mapping[str, Fit], seed: int
) -> dict[str, list[Scored]]:
    """Score every forecaster on every question, in the same order.

    Parameters
    ----------
    history : History
        The whole record; each forecast is given what it has up to its start.
    plan : BacktestPlan
    fits : mapping of str to Fit
        What was fitted, for each form of the model (``plan.forms``).
    seed : int

    Returns
    -------
    dict of str to list of Scored
        By forecaster, sorted by series, start and years ahead: those of ``fits``, the rivals,
        and the model with numbers left out (:func:`without`).
    """
    plans = plan.forms
    drawn = {
        name: {prior: one.values[:, place] for place, prior in enumerate(plans[name].fitted)}
        for name, one in fits.items()
    }
    for name, left_out in plan.left_out.items():
        zeros = {prior: np.zeros_like(drawn[MODEL][prior]) for prior in left_out}
        drawn[without(name)] = drawn[MODEL] | zeros
        plans[without(name)] = plan
    found: dict[str, list[Scored]] = {name: [] for name in (*drawn, *RIVALS)}
    for start in plan.starts:
        known = history.until(start)
        models = {
            alike: ModelForecasts(history, start, one)
            for alike, one in {one.alike.value: one for one in plans.values()}.items()
        }
        ensembles = {
            name: models[plans[name].alike.value].members(draws, _EACH, seed)
            for name, draws in drawn.items()
        }
        for series, ahead, came in _questions(history, known, start):
            for name, members in ensembles.items():
                kept = even_quantiles(members[series, ahead])
                found[name].append(score(series, start, ahead, came, kept))
            for name, rival in RIVALS.items():
                members_ = rival(known, series, start, ahead)
                found[name].append(score(series, start, ahead, came, members_))
    for forecasts in found.values():
        forecasts.sort(key=lambda one: (one.series, one.start, one.ahead))
    return found


def without(name: str) -> str:
    """The name of the model, fitted as a whole, with something left out."""
    return f"model without {name}"


def _questions(history: History, known: History, start: int) -> Iterator[tuple[Series, int, float]]:
    """What can be forecast from a start, and came: series, years ahead, value."""
    for series, years in history.years.items():
        for ahead in AHEAD:
            if start in known.years[series] and start + ahead in years:
                yield series, ahead, years[start + ahead]


def even_quantiles(members: Floats) -> Floats:
    """An ensemble of any shape as evenly spaced quantiles, shape ``(members,)``."""
    ordered = np.sort(members, axis=None)
    if len(ordered) <= _KEPT:
        return ordered
    places = ((np.arange(_KEPT) + 0.5) / _KEPT * len(ordered)).astype(np.int64)
    return ordered[places]
