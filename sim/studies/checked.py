"""What a caller of Python may get wrong before anything is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sim.errors import Fault, Place, ScenarioError
from sim.model.decide import Decision
from sim.runs.workers import Workers
from sim.scenario.arguments import MOST_RUNS, MOST_SEED, whole
from sim.scenario.quantity import shown
from sim.scenario.scenario import Scenario
from sim.scenario.wording import did_you_mean


def runs_of(scenario: Scenario, runs: int | None, least: int = 1) -> int:
    """The number of runs, the scenario's own where none is given."""
    return whole("runs", scenario.description.runs if runs is None else runs, least, MOST_RUNS)


def seed_of(scenario: Scenario, seed: int | None) -> int:
    """The seed, the scenario's own where none is given."""
    return whole("seed", scenario.description.seed if seed is None else seed, 0, MOST_SEED)


def crew(workers: Any) -> Workers:
    """Those who are to play the runs.

    Raises
    ------
    ScenarioError
        Where they are a mere number, or were not hired.
    """
    if callable(getattr(workers, "map", None)):
        return cast(Workers, workers)
    remedy = "write: with sim.workers(4) as crew: ... workers=crew"
    raise ScenarioError([Fault(Place("workers"), f"{shown(workers)} cannot play runs", remedy)])


def rules_of(decisions: Mapping[str, Decision] | None, scenario: Scenario) -> dict[str, Decision]:
    """Decision rules by actor.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have, and a rule that cannot be called.
    """
    if decisions is None:
        return {}
    if not isinstance(decisions, Mapping):
        remedy = 'give a dict of rules by actor: {"north": rule}'
        problem = f"{shown(decisions)} is no mapping"
        raise ScenarioError([Fault(Place("decisions"), problem, remedy)])
    faults = []
    for actor, rule in decisions.items():
        place = Place("decisions", path=str(actor))
        if actor not in scenario.description.actors:
            remedy = did_you_mean(str(actor), scenario.description.actors, "actors")
            faults.append(Fault(place, f"there is no actor '{actor}'", remedy))
        if not callable(rule):
            remedy = "give a function that takes a View and returns numbers of levers"
            faults.append(Fault(place, f"{shown(rule)} is no rule", remedy))
    if faults:
        raise ScenarioError(faults)
    return dict(decisions)
