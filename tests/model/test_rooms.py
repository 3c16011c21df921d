"""Runs that are played by rules in rooms of their own are those that are played step by step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import Bools, Ints
from sim.model import look, native, rooms
from sim.model.compiled import CompiledScenario
from sim.model.ledger import Ledger
from sim.model.rooms import Rooms
from sim.model.vectors import Record
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from sim.theories.protocol import PASS, Proposal, View
from tests.fixtures.doubting import doubting
from tests.fixtures.shipped import loaded
from tests.fixtures.strategies import scenarios
from tests.model.test_moment import RECORDED

RUNS, FIRST = 41, 5
"""Three groups of lanes, the first and the last of them in part."""
compiles = pytest.mark.skipif(
    native.sections(wait=True) is None, reason="rooms are for the compiled model, which is not here"
)


def eager(view: View) -> Ints:
    """Whatever is open, by a draw, an eye on the state and on what was done."""
    options = view.open.sum(axis=0)
    nth = np.floor(view.draw * (options + 1)).astype(int)
    met = view.around.acts(view.target, view.actor, view.track).accepted
    alike = view.state[f"affinity of {view.actor} and {view.target}"] > 0.1
    rank = view.open.cumsum(axis=0)
    picked = ((rank == nth) & view.open).argmax(axis=0)
    return np.where((nth > 0) & (met | alike | (view.draw > 0.4)), picked, PASS)


def agrees(proposal: Proposal) -> Bools:
    return proposal.draw < 0.7


def spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put nonsense where groups share room, before each part of a round."""
    usual = Rooms.__iter__

    def parts(self: Rooms) -> Iterator[tuple[int, Record]]:
        for group, own in usual(self):
            self.shared[:] = -1234.5
            yield group, own

    monkeypatch.setattr(Rooms, "__iter__", parts)


def same(scenario: Scenario, seed: int, *, answers: bool, only: bool = False) -> None:
    compiled = CompiledScenario(scenario)
    actors = compiled.layout.actors
    decisions = dict.fromkeys(actors[:1] if only else actors, eager)
    consents = dict.fromkeys(actors, agrees) if answers else {}
    stepped = World(compiled, seed, FIRST, RUNS, decisions, answers=consents)
    for _ in range(compiled.rounds):
        stepped.step()
    at_once = World(compiled, seed, FIRST, RUNS, decisions, answers=consents)
    at_once.play()
    for name in RECORDED:
        np.testing.assert_array_equal(
            getattr(at_once.records, name), getattr(stepped.records, name), err_msg=name
        )


@compiles
@settings(max_examples=25, deadline=None)
@given(
    scenario=scenarios() | scenarios(lasting=True),
    seed=st.integers(0, 2**32),
    answers=st.booleans(),
    only=st.booleans(),
)
def test_runs_in_rooms_are_those_of_single_steps(
    scenario: Scenario, seed: int, answers: bool, only: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        spoiled(patch)
        same(scenario, seed, answers=answers, only=only)


@compiles
@pytest.mark.parametrize("name", ["northeast-asia-2016", "yamaguchi-2016", "crimea-2014"])
@pytest.mark.parametrize("answers", [False, True])
def test_shipped_scenarios_are_the_same_in_rooms(
    name: str, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled(monkeypatch)
    same(loaded(name), 7, answers=answers)


@compiles
def test_candidates_of_several_strips_are_the_same_in_rooms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoiled(monkeypatch)
    monkeypatch.setattr(look, "_STRIP", 256)
    same(loaded("crimea-2014"), 7, answers=False)


@compiles
def test_all_that_is_carried_has_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled(monkeypatch)
    carried = rooms.CARRIED
    spared = []
    # What a rule is shown cannot be left out at all.
    shown = {"agree", "agreed", "believed", "expected", "open", "pick", "score"}
    for name in sorted({*carried} - shown):
        monkeypatch.setattr(rooms, "CARRIED", tuple(one for one in carried if one != name))
        played = build(doubting()) if name.startswith("supposed") else loaded("crimea-2014")
        try:
            same(played, 7, answers=False)
        except AssertionError:
            continue
        spared.append(name)
    assert not spared


@compiles
def test_an_account_of_the_runs_is_the_same_in_rooms() -> None:
    compiled = CompiledScenario(loaded("two-neighbours"))
    decisions = dict.fromkeys(compiled.layout.actors, eager)
    quick, slow = Ledger(compiled), Ledger(compiled)
    simulate(compiled, 3, FIRST, RUNS, decisions, ledger=quick)
    world = World(compiled, 3, FIRST, RUNS, decisions, ledger=True)
    for _ in range(compiled.rounds):
        world.step()
    slow.enter(world)
    assert slow._sums.any()
    np.testing.assert_array_equal(quick._sums, slow._sums)


@compiles
def test_nothing_else_can_be_asked_of_runs_in_rooms() -> None:
    compiled = CompiledScenario(loaded("two-neighbours"))
    world: World

    def nosy(view: View) -> Ints:
        world.moment()
        return np.full(RUNS, PASS)

    world = World(compiled, 3, 0, RUNS, {"north": nosy})
    with pytest.raises(Exception, match="only their records are kept"):
        world.play()
