"""What a proposal's worth is made of adds up to it, here and in ordinary times."""

from __future__ import annotations

import copy

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.compiled import CompiledScenario
from sim.model.ordinary import find_usual
from sim.model.parts import PARTS, parts_of
from sim.model.snapshot import Snapshot
from sim.model.world import World
from sim.scenario.scenario import Scenario
from tests.fixtures.scenarios import QUARTET, scenario
from tests.fixtures.strategies import scenarios

few = settings(max_examples=25)


@few
@given(world_of=scenarios(), seed=st.integers(0, 2**32))
def test_parts_add_up_to_the_worth(world_of: Scenario, seed: int) -> None:
    compiled = CompiledScenario(world_of)
    world = World(compiled, seed, 0, 5, parts=True)
    world.step()
    shape = (2, len(parts_of(world_of.description)), len(compiled.table), 5)
    found, usual = (world.read(f"{kind}_parts").reshape(shape) for kind in ("worth", "usual"))
    here = (world.read("expected"), world.read("worth")[len(compiled.table) :])
    reference = (world.read("usual_proposal"), world.read("usual_answer"))
    for side in range(2):
        scale = 100 * np.abs(np.stack([*here, *reference])).max(initial=1)
        np.testing.assert_allclose(found[side].sum(0), 100 * here[side], atol=1e-12 * scale)
        np.testing.assert_allclose(usual[side].sum(0), 100 * reference[side], atol=1e-12 * scale)
    # Whoever answers reckons with no refusal and bears no cost of proposing.
    assert not found[1, -2:].any()


def test_a_lever_that_the_base_does_not_know_is_held_against_its_own_start() -> None:
    base = copy.deepcopy(QUARTET)
    for part in ("events", "watch", "stop"):
        base.pop(part)
    del base["levers"]["aid"]
    base["relations"]["west and ally"]["affinity"] = -0.5
    base["actors"]["west"]["support"] = 0.9
    compiled = CompiledScenario(scenario(QUARTET, base))
    world = World(compiled, 1, 0, 4, parts=True)
    world.open_round()
    # Support counts as in the base's ordinary times; all else is the scenario's own start.
    start = Snapshot(compiled, world.drawn, 4)
    for name in ("usual_support", "usual_prosperity"):
        start.read(name)[:] = world.read(name)
    find_usual(start.record, 1)
    here, usual = start.read("usual_proposal"), world.read("usual_proposal")
    new = compiled.keys["aid", "west", "isle"]
    np.testing.assert_array_equal(usual[new], here[new])
    np.testing.assert_allclose(here[new], world.read("expected")[new], atol=1e-12)
    assert here[new].any()
    parts = world.read("usual_parts").reshape(2, len(PARTS), len(compiled.table), 4)
    np.testing.assert_allclose(parts[0, :, new].sum(axis=0), 100 * here[new], atol=1e-12)
    known = compiled.keys["summit", "west", "ally"]
    assert (usual[known] != here[known]).any()
