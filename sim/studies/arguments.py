"""What a caller of Python may get wrong before anything is run."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, cast

from sim.errors import Fault, Place, ScenarioError, SimError, option, with_extra
from sim.scenario.arguments import MOST_RUNS, MOST_SEED, whole_number
from sim.scenario.field_types import shown
from sim.scenario.lookup import theories_of
from sim.scenario.scenario import Scenario
from sim.simulation.executors.base import Workers
from sim.theories.protocol import Theories
from sim.theories.quantal import quantal
from sim.theories.registry import QUANTAL
from sim.theories.seating import ALL, Seats, seated

# What some studies need before they begin: a library of an extra, something uncertain.

PACKAGES = {"SALib": "SALib", "ema_workbench": "ema-workbench"}
"""By the name under which it is imported."""


def needed(module: str) -> None:
    """Refuse at once what a missing library would stop in the end.

    Raises
    ------
    SimError
        When it is not installed.
    """
    if find_spec(module) is None:
        raise SimError(
            f"this study needs the package {PACKAGES[module]}, which is not installed; "
            f"install it with: {with_extra('analysis')}"
        )


def nothing_uncertain(scenario: Scenario) -> Fault:
    """The fault of a scenario whose parameters have no spread."""
    actor = next(iter(scenario.description.actors))
    return Fault(
        Place(scenario.files[0].name if scenario.files else scenario.id),
        "no parameter has a spread, so nothing is uncertain but chance",
        f"give one a spread, e.g. {option('--set')} 'actors.{actor}.support="
        "{value: 0.5, spread: {uniform: [0.3, 0.7]}}'",
    )


def runs_of(scenario: Scenario, runs: int | None, least: int = 1) -> int:
    """The number of runs, the scenario's own where none is given."""
    return whole_number(
        "runs", scenario.description.runs if runs is None else runs, least, MOST_RUNS
    )


def seed_of(scenario: Scenario, seed: int | None) -> int:
    """The seed, the scenario's own where none is given."""
    return whole_number("seed", scenario.description.seed if seed is None else seed, 0, MOST_SEED)


def workers_of(workers: Any) -> Workers:
    """The executor that is to play the runs.

    Raises
    ------
    ScenarioError
        Where they are a mere number, or were not hired.
    """
    if callable(getattr(workers, "map", None)):
        return cast(Workers, workers)
    remedy = "write: with sim.workers(4) as crew: ... workers=crew"
    raise ScenarioError([Fault(Place("workers"), f"{shown(workers)} cannot play runs", remedy)])


def seats_of(theories: Theories | None, scenario: Scenario) -> Seats:
    """The rules of theories that a caller hands in: see :func:`sim.theories.seating.seated`.

    They take the place of those that the scenario's file gives to the same actors.
    """
    seats = seated(theories, scenario.description.actors)
    if theories is not None:
        named = theories if isinstance(theories, Mapping) else {ALL: theories}
        for actor in theories_of(scenario.description):
            if actor in named or ALL in named:
                seats.decisions.setdefault(actor, quantal)
                seats.answers.setdefault(actor, None)
    return seats


def theories_played(seats: Seats, scenario: Scenario) -> dict[str, str]:
    """By actor, as pages call it, the theory by which it decides; empty where all is built in."""
    described = scenario.description
    named = theories_of(described)
    for actor in seats.decisions.keys() | seats.answers.keys():
        named.pop(actor, None)
    named |= {actor: used.name for actor, used in seats.used.items()}
    if not set(named.values()) - {QUANTAL}:
        return {}
    return {actor.name: named.get(id, QUANTAL) for id, actor in described.actors.items()}
