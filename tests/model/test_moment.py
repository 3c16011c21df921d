"""A moment that is kept: runs go on from it as if nothing had been kept."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.compiled import CompiledScenario
from sim.model.draws import Past
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from tests.fixtures.scenarios import QUARTET
from tests.fixtures.strategies import scenarios

RECORDED = (
    "state", "choice", "accepted", "happened", "status", "promised", "watched", "stopped", "failed",
    "belief",
)  # fmt: skip
LASTING = (
    "x", "worn", "last", "status", "begun", "due", "promise_status", "changed", "patience",
)  # fmt: skip
few = settings(max_examples=25)


def same(one: World, other: World) -> None:
    for name in RECORDED:
        np.testing.assert_array_equal(
            getattr(one.records, name), getattr(other.records, name), err_msg=name
        )
    for name in LASTING:
        np.testing.assert_array_equal(one.read(name), other.read(name), err_msg=name)


@few
@given(
    scenario=scenarios() | scenarios(lasting=True),
    seed=st.integers(0, 2**32),
    share=st.floats(0, 1),
    mid=st.booleans(),
)
def test_a_run_goes_on_from_a_moment_as_it_would_have(
    scenario: Scenario, seed: int, share: float, mid: bool
) -> None:
    compiled, rounds = CompiledScenario(scenario), scenario.description.calendar.rounds
    straight = World(compiled, seed, 3, 6)
    for _ in range(rounds):
        straight.step()

    world = World(compiled, seed, 3, 6)
    until = round(share * (rounds - 1))
    for _ in range(until):
        world.step()
    if mid:
        world.deliberate()
    moment = world.moment()
    for _ in range(2):  # a moment can be resumed again
        world.resume(moment)
        if mid:
            world.conclude()
        while world.now < rounds:
            world.step()
        same(world, straight)


def test_what_is_done_after_a_moment_leaves_it_as_it_was() -> None:
    world = World(CompiledScenario(build(QUARTET)), 1, 0, 20)
    world.step()
    moment = world.moment()
    x, worn, state = world.x.copy(), world.read("worn").copy(), moment.records["state"].copy()
    for _ in range(4):
        world.step()
    np.testing.assert_array_equal(moment.records["state"], state)
    assert moment.now == 1
    world.resume(moment)
    np.testing.assert_array_equal(world.x, x)
    np.testing.assert_array_equal(world.read("worn"), worn)


def test_any_runs_go_on_from_where_one_stands() -> None:
    compiled = CompiledScenario(build(QUARTET))
    world = World(compiled, 1, 3, 6, interests=True)
    for _ in range(3):
        world.step()
    moment = world.moment(4)
    many = World(compiled, 1, 10, 20, past=Past(7, 4), interests=True)
    many.resume(moment)
    np.testing.assert_array_equal(many.x, np.repeat(world.x[:, 4:5], 20, axis=1))
    assert many.now == 3
    by_itself = World(compiled, 1, 10, 20, past=Past(7, 4), interests=True)
    for _ in range(3):
        by_itself.step()
    for one in (many, by_itself):
        one.play()
    for name in (*RECORDED, "interest"):
        np.testing.assert_array_equal(
            getattr(many.records, name), getattr(by_itself.records, name), err_msg=name
        )
    assert np.ptp(many.records.state[-1], axis=1).any()


def test_a_glance_finds_the_chances_that_a_look_finds_and_leaves_what_was_picked() -> None:
    compiled = CompiledScenario(build(QUARTET))
    world, other = World(compiled, 1, 0, 20), World(compiled, 1, 0, 20)
    for one in (world, other):
        one.step()
        one.deliberate()
        one.x[0] += 0.1
    picked = world.pick
    world.glance()
    other.evaluate_options()
    for name in ("agree", "score", "open"):
        np.testing.assert_array_equal(world.read(name), other.read(name))
    np.testing.assert_array_equal(world.pick, picked)


def test_there_is_no_round_beyond_the_last() -> None:
    world = World(CompiledScenario(build(QUARTET)), 1, 0, 3)
    for _ in range(world.compiled.rounds):
        world.step()
    state = world.records.state.copy()
    for begin in (world.step, world.deliberate, world.open_round):
        with pytest.raises(IndexError, match="the calendar ends"):
            begin()
    world.play()
    world.play(until=world.compiled.rounds + 1)
    assert world.now == world.compiled.rounds
    np.testing.assert_array_equal(world.records.state, state)


def test_of_runs_that_were_played_at_once_only_records_are_left() -> None:
    world = World(CompiledScenario(build(QUARTET)), 1, 0, 3)
    world.play()
    assert np.isfinite(world.records.state).any()
    with pytest.raises(RuntimeError, match="only their records"):
        _ = world.x
    copied = copy.copy(world.records)
    assert not hasattr(copied, "nothing")
    np.testing.assert_array_equal(copied.state, world.records.state)


def test_events_that_are_forced_meanwhile_happen() -> None:
    compiled = CompiledScenario(build(QUARTET))
    name = compiled.events.names[0]
    wanted: dict[int, tuple[str, ...]] = {}
    world = World(compiled, 1, 0, 9, forced=wanted)
    world.step()
    wanted[2] = (name,)
    world.step()
    assert world.happens[0].all()
