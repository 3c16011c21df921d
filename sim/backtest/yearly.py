"""A scenario that starts at the end of a year, from what the record says up to that year.

Ordinary times are the mean of the record so far: usual frequencies, tension, ties. In them all
pairs stand alike (``alike`` of the plan), so that how two really stand is a departure, to which
the theory answers. Laid over them is the state of the last year. Affinity and ties start there,
and return there after a shock. Tension starts at its usual level, and a dated event of the first
round moves it to that of the last year: so a quarrel above its usual level carries on by
sentiment and heat, and fades, while without theory conduct is usual at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
from scipy.special import expit, logit

from sim.arrays import Floats
from sim.backtest.history import History, Series
from sim.backtest.plan import AHEAD, BacktestPlan
from sim.country_data.recipes import QUADS
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario

ROUNDS_PER_YEAR = 4
_TREND_YEARS = 10
_LEAST = 1e-5
"""Least usual frequency: an act that the record does not know may happen."""
_NO_PLEDGE = 0.02
_UNKNOWN_SUPPORT = 0.55
"""Support of a leadership of which there is no series: it is not forecast."""


@dataclass(frozen=True)
class YearlyStart:
    """A scenario from the record up to a year, and what of it is scaled by what is fitted.

    Attributes
    ----------
    year : int
        The last year that it knows; its first round begins on 1 January of the next.
    scenario : Scenario
        Its reference has the ordinary times.
    scaled : mapping of prior to mapping of path to float
        Parameters that are a stated number times a draw of that prior.
    known : History
        The record up to the year.
    plan : BacktestPlan
    """

    year: int
    scenario: Scenario
    scaled: Mapping[str, Mapping[str, float]]
    known: History
    plan: BacktestPlan

    def given(self, draws: Mapping[str, Floats]) -> dict[str, Floats]:
        """Parameters of each run for draws of the priors, shape ``(runs,)`` each."""
        found: dict[str, Floats] = {}
        for prior, values in draws.items():
            if prior == "start.pooled":
                found |= usual_frequencies(self.known, self.plan, np.asarray(values))
            elif prior in self.scaled:
                found |= {path: size * values for path, size in self.scaled[prior].items()}
            elif not prior.startswith("swings."):
                found[f"coefficients.{prior}"] = values
        return found


def yearly_start(history: History, year: int, plan: BacktestPlan) -> YearlyStart:
    """The scenario that starts at the end of a year. Whatever is later is not looked at."""
    known = history.until(year)
    usual, changed = _ordinary(known, year, plan), _Changes()
    for two in combinations(sorted(plan.states), 2):
        _lay_pair(changed, known, two, year)
    for way in permutations(plan.states, 2):
        series = known.years[Series("ties", way)]
        changed.relation(way, "to", "ties", _last(series))
        changed.trend("ties", f"relations.{_to(way)}.ties_trend", slope(series, year))
    for state in known.quarters:
        if quarters := known.quarters[state]:
            changed.actors[state.lower()] = {"support": quarters[max(quarters)]}
            path = f"actors.{state.lower()}.support_trend"
            changed.trend("support", path, slope(quarters, 4 * year + 3, 4))
    now = _merged(usual, changed)
    name = f"from-{year}"
    base, scenario = build(usual, name), build(now, name)
    return YearlyStart(
        year, replace(scenario, reference=base.description), changed.scaled, known, plan
    )


def slope(values: Mapping[int, float], until: int, per_year: int = 1) -> float:
    """Slope of the least-squares line through the last ten years, per round of a quarter.

    0 where fewer than three values are known.
    """
    times = [time for time in values if time > until - _TREND_YEARS * per_year]
    if len(times) < 3:
        return 0.0
    line = np.polyfit(times, [values[time] for time in times], 1)
    return float(line[0]) * per_year / ROUNDS_PER_YEAR


def _mean(values: Mapping[int, float]) -> float:
    return float(np.mean(list(values.values())))


def _last(values: Mapping[int, float]) -> float:
    return values[max(values)]


def _and(two: tuple[str, ...]) -> str:
    return f"{two[0].lower()} and {two[1].lower()}"


def _to(way: tuple[str, ...]) -> str:
    return f"{way[0].lower()} to {way[1].lower()}"


class _Changes:
    """What the last year lays over ordinary times."""

    def __init__(self) -> None:
        self.relations: dict[str, dict[str, float]] = {}
        self.actors: dict[str, dict[str, float]] = {}
        self.events: dict[str, Any] = {}
        self.scaled: dict[str, dict[str, float]] = {}

    def relation(self, two: tuple[str, ...], how: str, name: str, value: float) -> None:
        """State a number of a pair."""
        key = _and(two) if how == "and" else _to(two)
        self.relations.setdefault(key, {})[name] = value

    def trend(self, of: str, path: str, size: float) -> None:
        """State a trend, of which a draw says what share is believed."""
        section, key, name = path.split(".")
        table = self.relations if section == "relations" else self.actors
        table.setdefault(key, {})[name] = size
        self.scaled.setdefault(f"start.{of}_trend", {})[path] = size


def _lay_pair(changed: _Changes, known: History, two: tuple[str, ...], year: int) -> None:
    """Affinity of the last year with its trend, and the quarrel of that year as an event."""
    series = known.years[Series("affinity", two)]
    changed.relation(two, "and", "affinity", _last(series))
    changed.trend("affinity", f"relations.{_and(two)}.affinity_trend", slope(series, year))
    tension = f"tension of {_and(two)}"
    before, after = usual_tension(known, two), usual_tension(known, two, last=True)
    name = f"quarrel_of_{two[0].lower()}_and_{two[1].lower()}"
    changed.events[name] = {
        "name": f"The quarrels of {two[0]} and {two[1]} in {year} go on",
        "on": f"{year + 1}-01-01",
        "changes": {tension: {"by": after - before}},
    }
    changed.scaled.setdefault("start.tension", {}).update(
        {
            f"relations.{_and(two)}.tension": before,
            f"events.{name}.changes.{tension}.by": after - before,
        }
    )


def usual_tension(known: History, two: tuple[str, ...], *, last: bool = False) -> float:
    """Root of the conflict share of a pair: usual, or that of the last year.

    Both directions count alike, and so do the years, on the scale of log-odds.
    """
    shares = []
    for way in (two, two[::-1]):
        years = known.years[Series("conflict", way)]
        shares += [_last(years)] if last else list(years.values())
    return float(np.sqrt(expit(np.mean(logit(shares)))))


def usual_share(known: History, way: tuple[str, ...]) -> float:
    """The conflict share of a direction in ordinary times: the mean of its years in log-odds."""
    return float(expit(np.mean(logit(list(known.years[Series("conflict", way)].values())))))


def _ordinary(known: History, year: int, plan: BacktestPlan) -> dict[str, Any]:
    """A document of ordinary times: means of the record so far."""
    relations: dict[str, dict[str, float]] = {}
    every = np.mean([_mean(known.years[one]) for one in known.of_kind("affinity")])
    for two in combinations(sorted(plan.states), 2):
        own = _mean(known.years[Series("affinity", two)])
        relations[_and(two)] = {
            "affinity": float(own + plan.alike.value * (every - own)),
            "tension": usual_tension(known, two),
        }
    for way in permutations(plan.states, 2):
        pact = year in known.pacts[way]
        relations[_to(way)] = {
            "ties": _mean(known.years[Series("ties", way)]),
            "commitment": plan.pledge.value if pact else _NO_PLEDGE,
        }
    actors = {}
    for state in plan.states:
        quarters = known.quarters.get(state, {})
        actors[state.lower()] = {
            "name": state,
            "power": _last(known.power[state]),
            "support": _mean(quarters) if quarters else _UNKNOWN_SUPPORT,
            "patience": plan.patience.value,
            "audience_cost": plan.audience_cost.value,
        }
    return {
        "title": f"Four quarters a year from the end of {year}",
        "calendar": {
            "start": f"{year + 1}-01-01",
            "round": "quarter",
            "rounds": ROUNDS_PER_YEAR * AHEAD[-1],
        },
        "coefficients": dict(plan.coefficients),
        "actors": actors,
        "relations": relations,
        "levers": _levers(known, plan),
        "outcomes": {"first": {"name": "Support", "of": f"support of {min(actors)}"}},
    }


def usual_frequencies(known: History, plan: BacktestPlan, pooled: Floats) -> dict[str, Floats]:
    """Usual frequencies by the path of each, in the shape of ``pooled``.

    They are shares of the acts that the record has counted, by direction, where the log-odds of
    conflict are drawn by ``pooled``, from 0 to 1, to their mean over all directions.
    """
    own = {way: logit(usual_share(known, way)) for way in known.acts}
    everybody = float(np.mean(list(own.values())))
    found = {}
    for way, years in known.acts.items():
        counts = np.sum(list(years.values()), axis=0)
        within = np.concatenate([counts[:2] / counts[:2].sum(), counts[2:] / counts[2:].sum()])
        conflict = expit(own[way] + pooled * (everybody - own[way]))
        for name, lever in plan.levers.items():
            place = QUADS.index(lever.counted)
            share = within[place] * (1 - conflict if place < 2 else conflict)
            path = f"levers.{name}.usual.{_to(way)}"
            found[path] = np.maximum(share * plan.active.value, _LEAST)
    return found


def _levers(known: History, plan: BacktestPlan) -> dict[str, Any]:
    """The levers of the plan, as often used as the record has it."""
    usual = usual_frequencies(known, plan, np.zeros(()))
    return {
        name: {
            "name": lever.name,
            "usual": {
                _to(way): float(usual[f"levers.{name}.usual.{_to(way)}"]) for way in known.acts
            },
            "cameo": lever.cameo,
            "effects": lever.effects,
        }
        for name, lever in plan.levers.items()
    }


def _merged(usual: Mapping[str, Any], changed: _Changes) -> dict[str, Any]:
    """Ordinary times with the state of the last year laid over them."""
    found = dict(usual)
    for section, over in (("actors", changed.actors), ("relations", changed.relations)):
        found[section] = {key: {**own, **over.get(key, {})} for key, own in usual[section].items()}
    return {**found, "events": changed.events}
