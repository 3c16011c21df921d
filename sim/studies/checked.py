"""What a caller of Python may get wrong before anything is run."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, cast

from sim.errors import Fault, Place, ScenarioError
from sim.runs.workers import Workers
from sim.scenario.quantity import shown
from sim.scenario.scenario import Scenario

MOST_RUNS, MOST_SEED = 1_000_000_000, 2**63 - 1


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number within its range.

    Raises
    ------
    ScenarioError
        Where it is none, or lies outside.
    """
    number = integer(name, value)
    if not least <= number <= most:
        remedy = f"write a whole number from {least:,} to {most:,}"
        raise ScenarioError([Fault(Place(name), f"{number:,} is out of range", remedy)])
    return number


def integer(name: str, value: Any) -> int:
    """A whole number, of whatever type.

    Raises
    ------
    ScenarioError
        Where it is none.
    """
    try:
        return operator.index(value)
    except TypeError:
        problem = f"{shown(value)} is no whole number"
        raise ScenarioError([Fault(Place(name), problem, "write one, without a point")]) from None


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


def listed(value: str | Iterable[str]) -> tuple[str, ...]:
    """Names in a row; a single one may stand by itself. One that comes twice counts once."""
    return tuple(dict.fromkeys([value] if isinstance(value, str) else value))
