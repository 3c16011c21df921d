"""How many runs are played together is a matter of speed, and of nothing else."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from sim.arrays import Floats
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.scenarios import DUEL, QUARTET


def crowd(actors: int) -> dict[str, Any]:
    """A document of many actors and few levers."""
    names = [f"state_{number:02}" for number in range(actors)]
    chance = np.random.default_rng(actors)

    def spread(value: float) -> dict[str, Any]:
        return {"value": value, "spread": {"pert": [value / 2, 2 * value]}}

    return {
        "title": "A crowd",
        "calendar": {"start": "2000-01-01", "round": "month", "rounds": 3},
        "actors": {name: {"name": name, "power": spread(chance.uniform(0.1, 1))} for name in names},
        "relations": {
            f"{a} and {b}": {"affinity": chance.uniform(-0.5, 0.5), "tension": chance.random()}
            for a, b in combinations(names, 2)
        },
        "levers": {
            f"lever_{number}": {
                "name": f"lever {number}",
                "usual": spread(0.02),
                "cameo": "051",
                "goldstein": 3,
                "effects": {
                    "affinity of actor and target": spread(0.05),
                    "commitment of actor to target": 0.02,
                },
            }
            for number in range(9)
        },
        "outcomes": {"backing": {"name": "Backing", "of": f"support of {names[0]}"}},
    }


def played(scenario: Scenario, runs: int, block: int) -> dict[str, Floats]:
    """Where runs from the first on end, and what they chose, played in blocks of a size."""
    compiled, worlds = CompiledScenario(scenario), []
    for first in range(0, runs, block):
        world = World(compiled, 5, first, min(block, runs - first))
        for _ in range(scenario.description.calendar.rounds):
            world.step()
        worlds.append(world)
    return {
        "state": np.concatenate([world.x for world in worlds], axis=-1),
        "score": np.concatenate([world.read("score") for world in worlds], axis=-1),
        "worth": np.concatenate([world.read("expected") for world in worlds], axis=-1),
        "choice": np.concatenate([world.records.choice for world in worlds], axis=-1),
        "agreed": np.concatenate([world.records.accepted for world in worlds], axis=-1),
    }


@pytest.mark.parametrize(
    ("scenario", "runs"),
    [
        (build(QUARTET), 40),
        (build(crowd(11)), 9),  # enough to tell the order in which terms are added
        (load_scenario(SCENARIOS / "northeast-asia-2016.yaml"), 40),
    ],
    ids=["quartet", "crowd", "shipped"],
)
def test_a_run_is_the_same_to_the_last_bit_in_a_block_of_any_size(
    scenario: Scenario, runs: int
) -> None:
    whole = played(scenario, runs, runs)
    for size in (1, 4, 7):
        parts = played(scenario, runs, size)
        for name, values in whole.items():
            np.testing.assert_array_equal(parts[name], values, err_msg=f"{name}, {size}")


def test_the_larger_a_scenario_is_the_fewer_of_its_runs_stand_together() -> None:
    sizes = [CompiledScenario(build(document)).block for document in (DUEL, crowd(11), crowd(20))]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert all(4 <= size <= 4096 and size & (size - 1) == 0 for size in sizes)


def test_a_block_belongs_to_the_scenario_not_to_what_is_asked_of_it() -> None:
    compiled = CompiledScenario(build(QUARTET))
    before = compiled.block
    World(compiled, 1, 0, 3).step()
    assert CompiledScenario(build(QUARTET)).block == compiled.block == before
