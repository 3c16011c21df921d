"""Interests read off recorded states are those of the world that was played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.claims.measure import recording
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.results.series import series
from sim.scenario.phrases import COMPONENTS
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.statistics.interest import Welfare, with_interests
from sim.studies.discovery.study import discover
from tests.fixtures.proposition_files import Document, claim, loaded
from tests.fixtures.world_file import WORLD, load

RUNS = 12
SHIFT: Document = {
    "events": {
        "turn": {
            "name": "South turns",
            "on": "2017-02-01",
            "changes": {
                "weight of south on standing": {"to": 0.6},
                "salience of south on border": {"to": 0.1},
                "position of south on border": {"to": 40},
                "power of east": {"by": 0.2},
            },
        }
    },
    "coefficients": {"concentration": {"value": 0.5, "spread": {"uniform": [0.2, 0.8]}}},
    "relations": {"south to north": {"ties": 0.4}, "south to east": {"ties": 0.1}},
}
"""What moves all that interests are made of, by an event and by what is uncertain."""


def scenario(folder: Path) -> Scenario:
    return loaded(folder, claim(SHIFT)).changed


@pytest.mark.parametrize("component", [*COMPONENTS, "all"])
def test_they_are_those_that_the_engine_values(component: str, tmp_path: Path) -> None:
    one = {"interest": component, "of": "south", "at": "mean", "at_least": -1000}
    (target,) = loaded(tmp_path, claim(one=one)).targets
    watching = recording(scenario(tmp_path), [target])
    data = with_interests(run(watching, RUNS, 5), watching, [target])
    compiled = CompiledScenario(watching)
    world = World(compiled, 5, 0, RUNS)
    welfare = Welfare(world)
    mine, expected = compiled.layout.actors.index("south"), []
    for _ in range(watching.description.calendar.rounds):
        world.step()
        now = welfare(world.x)
        expected.append(
            now.own[mine]
            if component == "all"
            else now.components[mine, COMPONENTS.index(component)]
        )
    found = data["interest"].sel(looked_at="T1 one").values
    np.testing.assert_allclose(found[:, 1:].T, expected, rtol=1e-5, atol=2e-5)
    assert np.ptp(found) > 0
    np.testing.assert_allclose(series(data, target).values, np.mean(expected, axis=0), atol=2e-5)


def test_standing_is_the_warmth_of_the_others_by_their_power(tmp_path: Path) -> None:
    one = {"interest": "standing", "of": "north", "at_least": -1}
    (target,) = loaded(tmp_path, claim(one=one)).targets
    watching = recording(load(tmp_path, WORLD), [target])
    data = with_interests(run(watching, RUNS), watching, [target])
    others = ("south", "east")
    power = np.stack([data["power"].sel(actor=name).values for name in others])
    warm = np.stack([data["affinity"].sel(pair=f"north and {name}").values for name in others])
    found = data["interest"].sel(looked_at="T1 one").values
    np.testing.assert_allclose(found, (warm * power).sum(axis=0) / power.sum(axis=0), atol=1e-6)


def test_nothing_is_added_where_no_interest_is_looked_at(tmp_path: Path) -> None:
    claimed = loaded(tmp_path, claim(threats={"acts": "threat", "at_least": 1}))
    watching = recording(claimed.reference, claimed.targets)
    data = run(watching, 2)
    assert with_interests(data, watching, claimed.targets) is data


def test_runs_may_be_told_apart_by_an_interest(tmp_path: Path) -> None:
    found = discover(
        load(tmp_path, WORLD), {"interest": "standing", "of": "north", "at_least": -0.05}, runs=200
    )
    assert 0 < found.found.cases.mean() < 1
