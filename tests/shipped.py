"""The scenarios that come with the program, each read once."""

from __future__ import annotations

from functools import cache

from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from tests.paths import SCENARIOS, SHIPPED

NAMES = [path.stem for path in SHIPPED]


@cache
def loaded(name: str) -> Scenario:
    """A shipped scenario by its id."""
    return load_scenario(SCENARIOS / f"{name}.yaml")
