"""What must hold of the engine whatever the scenario: ``docs/model.md``."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.cameo import Track
from sim.scenario.loading import build
from sim.scenario.phrases import BOUNDS
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from tests.fixtures.scenarios import QUARTET, QUIET
from tests.fixtures.strategies import documents, scenarios

Document = dict[str, Any]
Slot = tuple[tuple[str, str], Track]
UNMOVED = ("rationality", "sentiment", "heat")
"""What makes conduct differ from ordinary times: without them all chances are usual."""

few = settings(max_examples=30)
seeds = st.integers(0, 2**32)


def advanced(scenario: Scenario, seed: int, first: int = 0, runs: int = 8) -> World:
    """A world at the end of its calendar."""
    world = World(CompiledScenario(scenario), seed, first, runs)
    for _ in range(scenario.description.calendar.rounds):
        world.step()
    return world


@few
@given(scenario=scenarios(), seed=seeds)
def test_every_quantity_stays_in_its_bounds_and_is_finite(scenario: Scenario, seed: int) -> None:
    world = advanced(scenario, seed)
    assert np.isfinite(world.x).all()
    for row, phrase in enumerate(world.compiled.layout.phrases):
        low, high = BOUNDS[phrase.kind]
        assert world.x[row].min() >= low, str(phrase)
        assert world.x[row].max() <= high, str(phrase)
    assert (world.records.failed < 0).all()


def test_without_levers_noise_and_drift_nothing_changes() -> None:
    world = advanced(build(QUIET), seed=3)
    assert (world.records.state == world.records.state[0]).all()


@few
@given(document=documents(), seed=seeds, rng=st.randoms(use_true_random=False))
def test_the_order_of_names_in_the_file_does_not_matter(
    document: Document, seed: int, rng: Any
) -> None:
    shuffled = _shuffled(document, rng)
    here, there = advanced(build(document), seed), advanced(build(shuffled), seed)
    np.testing.assert_array_equal(here.records.state, there.records.state)
    np.testing.assert_array_equal(here.records.choice, there.records.choice)


def _shuffled(document: Any, rng: Any) -> Any:
    if not isinstance(document, dict):
        return copy.deepcopy(document)
    names = list(document)
    rng.shuffle(names)
    return {name: _shuffled(document[name], rng) for name in names}


@few
@given(scenario=scenarios(), seed=seeds, run=st.integers(0, 40), runs=st.integers(1, 9))
def test_a_run_is_the_same_whatever_runs_stand_beside_it(
    scenario: Scenario, seed: int, run: int, runs: int
) -> None:
    compiled = CompiledScenario(scenario)
    alone = simulate(compiled, seed, run, 1)
    among = simulate(compiled, seed, max(run - 3, 0), runs + 3)
    place = run - max(run - 3, 0)
    np.testing.assert_array_equal(alone.state[..., 0], among.state[..., place])
    np.testing.assert_array_equal(alone.choice[..., 0], among.choice[..., place])
    np.testing.assert_array_equal(alone.accepted[..., 0], among.accepted[..., place])


@pytest.mark.parametrize("first_change", [2, 4])
def test_scenarios_that_differ_from_a_round_on_are_identical_before_it(first_change: int) -> None:
    document = copy.deepcopy(QUARTET)
    document.pop("events", None)
    document["watch"] = {
        name: watch for name, watch in document["watch"].items() if "event" not in watch
    }
    document["stop"] = [name for name in document.get("stop", []) if name in document["watch"]]
    plain = build(document)
    calendar = plain.description.calendar
    from sim.scenario.calendar import date_after

    actor = sorted(plain.description.actors)[0]
    shock = {
        "name": "a shock",
        "on": str(date_after(calendar, first_change - 1)),
        "changes": {f"support of {actor}": {"by": -0.3}},
    }
    shocked = build({**document, "events": {"shock": shock}})
    here, there = advanced(plain, 5, runs=200), advanced(shocked, 5, runs=200)
    before = slice(0, first_change)
    np.testing.assert_array_equal(here.records.state[before], there.records.state[before])
    np.testing.assert_array_equal(here.records.choice[before], there.records.choice[before])
    assert (here.records.state[first_change] != there.records.state[first_change]).any()


def _probabilities(world: World) -> dict[Slot, np.ndarray[Any, Any]]:
    """Chance of passing and of each lever, by actor, target and track, in the first round."""
    world.now = 1
    world.evaluate_options()
    world.read("open")[:] = 1
    found = {}
    for slot, block in world.compiled.table.blocks:
        weight = world.view(slot, block).weight
        found[world.compiled.slots[slot]] = weight / weight.sum(axis=0)
    return found


def _usual(world: World) -> dict[Slot, np.ndarray[Any, Any]]:
    """The frequencies that the scenario states, which add up to 1 on each track by itself."""
    found = {}
    for slot, block in world.compiled.table.blocks:
        levers = [float(world.drawn[c.usual][0]) for c in world.compiled.table.rows[block]]
        found[world.compiled.slots[slot]] = np.array([1 - sum(levers), *levers])
    return found


def _certain(document: Any) -> Any:
    """The same document with every spread taken out."""
    if isinstance(document, dict):
        return {k: _certain(v) for k, v in document.items() if k != "spread"}
    return document


@few
@given(document=documents())
def test_at_the_reference_state_each_lever_has_its_usual_frequency(document: Document) -> None:
    usually = _certain(document)
    for related in usually["relations"].values():
        related.pop("trust", None)  # one that is stated is a change
    world = World(CompiledScenario(build(usually)), seed=1)
    usual = _usual(world)
    for way, chances in _probabilities(world).items():
        np.testing.assert_allclose(chances[:, 0], usual[way], atol=1e-9)


@few
@given(document=documents(), seed=seeds)
def test_without_interests_sentiment_and_heat_frequencies_stay_usual_whatever_the_state(
    document: Document, seed: int
) -> None:
    blind = _certain(document)
    blind.setdefault("coefficients", {}).update(dict.fromkeys(UNMOVED, 0))
    world = World(CompiledScenario(build(blind)), seed, runs=5)
    noise = np.random.default_rng(seed)
    moving = world.compiled.layout.moving
    low, high = world.compiled.layout.low[moving], world.compiled.layout.high[moving]
    world.x[moving] = low + (np.minimum(high, 100) - low) * noise.random(world.x[moving].shape)
    world.read("heat")[:] += noise.random(world.read("heat").shape)
    usual = _usual(world)
    for way, chances in _probabilities(world).items():
        np.testing.assert_allclose(chances, np.repeat(usual[way][:, None], 5, axis=1), atol=1e-9)


@few
@given(document=documents(), seed=seeds)
def test_boundless_rationality_picks_what_gained_most(document: Document, seed: int) -> None:
    keen = _certain(document)
    keen.setdefault("coefficients", {}).update({**dict.fromkeys(UNMOVED, 0), "rationality": 1e6})
    scenario = build(keen)
    world = World(CompiledScenario(scenario), seed)
    rows = world.compiled.layout.rows("affinity")
    world.x[rows] = np.random.default_rng(seed).uniform(-0.9, 0.9, world.x[rows].shape)
    chances = _probabilities(world)
    gained = world.read("expected") - world.read("usual_proposal")
    for slot, block in world.compiled.table.blocks:
        options = np.concatenate([[0.0], gained[block, 0]])
        ranked = np.sort(options)
        if len(ranked) > 1 and ranked[-1] - ranked[-2] > 1e-4:
            found = chances[world.compiled.slots[slot]][:, 0]
            assert found.argmax() == options.argmax()
            assert found.max() == pytest.approx(1)
