"""With the theory off every open lever has its usual chance, whatever the state."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evaluation.theory import OFF, without_theory
from sim.scenario.loading import load_scenario
from sim.simulation.block import chances
from sim.simulation.ensemble import run
from sim.soundness.engine import played

RUNS = 20


@pytest.mark.parametrize("name", ["two-neighbours", "crimea-2014"])
def test_every_open_lever_is_proposed_and_agreed_to_as_often_as_usual(name: str) -> None:
    scenario = load_scenario(name)
    moved = 0.0
    for _, world in played(without_theory(scenario), RUNS):
        usual, consent = world.read("usual"), world.read("consent")
        open_ = world.read("open") != 0
        found = chances(world)
        for _, block in world.compiled.table.blocks:
            idle = np.maximum(1e-3, 1 - usual[block].sum(axis=0))
            odds = np.where(open_[block], usual[block] / idle, 0)
            expected = odds / (1 + odds.sum(axis=0))
            np.testing.assert_allclose(found.proposed[block], expected, atol=1e-12)
        np.testing.assert_allclose(found.agreed, consent, atol=1e-12)
        moved = max(moved, float(np.abs(world.x.std(axis=1)).max()))
    assert moved > 0  # the states do differ


@pytest.mark.parametrize("path", ["theory", "actors.south.theory"])
def test_a_theory_that_the_file_names_is_off_as_well(path: str) -> None:
    usual = run(without_theory(load_scenario("two-neighbours")), runs=20)
    named = load_scenario("two-neighbours", {path: "median"})
    assert not (run(named, runs=20)["choice"] == usual["choice"]).all()
    assert (run(without_theory(named), runs=20)["choice"] == usual["choice"]).all()


def test_with_the_theory_on_they_depend_on_the_state() -> None:
    apart = 0.0
    for _, world in played(load_scenario("crimea-2014"), RUNS):
        apart = max(apart, float(np.abs(chances(world).agreed - world.read("consent")).max()))
    assert apart > 0.05


def test_what_is_uncertain_in_a_coefficient_goes_with_it() -> None:
    off = without_theory(load_scenario("crimea-2014"))
    for path, value in OFF.items():
        assert off.parameters[path].value == value
        assert off.parameters[path].quantity.spread is None
