"""The seam by which people take part: choices, answers, and events that a teacher lets happen."""

from __future__ import annotations

import numpy as np
import pytest

from sim.arrays import Bools
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.loading import build
from sim.theories.protocol import Proposal
from tests.fixtures.scenarios import QUARTET, changed

RUNS = 40


@pytest.fixture(scope="module")
def compiled() -> CompiledScenario:
    return CompiledScenario(build(QUARTET))


def played(world: World) -> World:
    for _ in range(world.compiled.description.calendar.rounds):
        world.step()
    return world


def test_answers_by_the_models_own_chance_are_the_models_own_answers(
    compiled: CompiledScenario,
) -> None:
    def own(proposal: Proposal) -> Bools:
        return proposal.draw < proposal.chance

    free = played(World(compiled, 1, 0, RUNS))
    told = played(World(compiled, 1, 0, RUNS, answers=dict.fromkeys(compiled.layout.actors, own)))
    np.testing.assert_array_equal(free.records.accepted, told.records.accepted)
    np.testing.assert_array_equal(free.x, told.x)


@pytest.mark.parametrize("said", [True, False])
def test_an_answer_decides_what_needs_consent_and_nothing_else(said: bool) -> None:
    # What can be done once only, and is agreed to on both sides, is in test_once.py.
    compiled = CompiledScenario(build(changed(QUARTET, levers__treaty__once=False)))

    def rule(proposal: Proposal) -> Bools:
        return np.full(proposal.draw.shape, said)

    world = World(compiled, 1, 0, RUNS, answers=dict.fromkeys(compiled.layout.actors, rule))
    asked = 0
    for _ in range(compiled.description.calendar.rounds):
        world.deliberate()
        pick, asking = world.pick, np.append(compiled.table.asks[:, 0], False)
        asks, picked = asking[pick] & world.going, (pick >= 0) & world.going
        world.conclude()
        asked += asks.sum()
        assert (world.agreed[asks] == said).all()
        assert world.agreed[picked & ~asks].all()
        assert not world.agreed[~picked].any()
    assert asked


def test_a_forced_event_happens_in_its_round_whatever_its_chance(
    compiled: CompiledScenario,
) -> None:
    name = compiled.events.names[0]
    at = compiled.events.names.index(name)
    world = World(compiled, 1, 0, RUNS, forced={3: (name,)})
    free = World(compiled, 1, 0, RUNS)
    for now in range(1, 4):
        world.step()
        free.step()
        if now < 3:
            np.testing.assert_array_equal(world.x, free.x)
    assert world.records.happened[3, at].all()
    assert not free.records.happened[3, at].all()
    assert world.marked("ever_happened")[at].all()
