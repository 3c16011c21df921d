"""The scenarios that come with the program, each read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(
    path.stem for path in SCENARIOS.glob("*.yaml") if path.stem not in ("sources", "shocks")
)


@cache
def loaded(name: str) -> Scenario:
    """A shipped scenario by its id."""
    return load_scenario(SCENARIOS / f"{name}.yaml")
