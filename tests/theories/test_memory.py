"""What a theory keeps of a run goes with the run, also back to a moment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim
from sim.arrays import Bools, Ints
from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.theories.protocol import PASS, Proposal, View
from tests.fixtures.shipped import loaded
from tests.theories.test_protocol import VALLEY


class Grudge:
    """Does nothing until it was crossed three times, counts it by itself, and then goes on."""

    def choose(self, view: View) -> Ints:
        memory = view.around.memory
        count = memory.get("crossed", np.zeros(len(view.draw)))
        acts = view.around.acts(view.target, view.actor, view.track)
        memory["crossed"] = count + acts.accepted
        ready = view.open.any(axis=0) & (count >= 3)
        return np.where(ready, view.open.argmax(axis=0), PASS)

    def answer(self, proposal: Proposal) -> Bools:
        return proposal.around.memory["crossed"] < 5


def by_acts(view: View) -> Ints:
    """The same choice, its count made anew from all that was done."""
    shape = len(view.draw)
    count = np.zeros(shape)
    for ago in range(1, view.round + 1):
        for track in ("words", "deeds"):
            if ago > 1 or (track == "words" and view.track == "deeds"):
                count += view.around.acts(view.target, view.actor, track, ago).accepted
    ready = view.open.any(axis=0) & (count >= 3)
    return np.where(ready, view.open.argmax(axis=0), PASS)


class Chooses:
    """The grudge without its answers."""

    choose = Grudge.choose


def test_what_is_kept_is_what_was_put_there() -> None:
    kept = sim.run(VALLEY, runs=80, seed=6, theories={"north": Chooses()}).data
    told = sim.run(VALLEY, runs=80, seed=6, theories={"north": by_acts}).data
    assert (kept["choice"].sel(direction="north to south") >= 0).any()
    assert np.array_equal(kept["choice"], told["choice"])


def test_whatif_goes_back_to_what_was_kept() -> None:
    theories: Any = {"north": Grudge()}
    alone = sim.run(VALLEY, runs=40, seed=6, theories=theories)
    asked = sim.whatif(VALLEY, 5, "south", "march", runs=40, seed=6, theories=theories)
    assert np.array_equal(asked.own["choice"], alone["choice"])
    one = sim.run(VALLEY, runs=1, first=7, seed=6, theories=theories)
    past = sim.whatif(VALLEY, 5, "south", "march", runs=20, run=7, seed=6, theories=theories)
    upto = slice(0, 6)
    assert (past.own["choice"].isel(round=upto) == one["choice"].isel(run=0, round=upto)).all()


def test_a_moment_has_a_memory_of_its_own() -> None:
    compiled = CompiledScenario(loaded(VALLEY))
    theory = Grudge()
    world = World(compiled, 6, 0, 20, {"north": theory.choose}, answers={"north": theory.answer})
    for _ in range(4):
        world.step()
    moment = world.moment()
    before = world.memories["north"]["crossed"].copy()
    ends = []
    for _ in range(2):
        world.resume(moment)
        assert np.array_equal(world.memories["north"]["crossed"], before)
        for _ in range(4):
            world.step()
        ends.append(world.memories["north"]["crossed"].copy())
    assert np.array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], before)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (3, "is no array"),
        (np.float64(1), "is no array"),
        (np.zeros((8, 2)), r"is of shape \(8, 2\)"),
    ],
)
def test_what_is_not_of_each_run_is_refused(kept: Any, words: str) -> None:
    def rule(view: View) -> Ints:
        view.around.memory["count"] = kept
        return np.full(len(view.draw), PASS)

    with pytest.raises(ScenarioError, match=f"keeps as 'count' {words}"):
        sim.run(VALLEY, runs=8, theories={"north": rule})
