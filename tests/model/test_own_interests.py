"""Interests that a scenario file defines: what candidates are worth by them."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from sim.arrays import Floats
from sim.model import native
from sim.model.compiled import CompiledScenario
from sim.model.parts import parts_of
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.statistics.interest import Welfare
from tests.fixtures.scenarios import DUEL, QUARTET, changed

NOTHING = dict.fromkeys(("security", "prosperity", "issues", "standing", "support"), 0)


def duel(interests: dict[str, Any], north: dict[str, float], **more: Any) -> Scenario:
    """The duel, with interests of its own; north weighs these and nothing else."""
    weights = {**NOTHING, **north}
    return build(changed({**DUEL, "interests": interests}, actors__north__weights=weights, **more))


def quartet(**weights: float) -> Scenario:
    """Four actors, two of whom care for interests of the file's own."""
    interests = {
        "unity": {"name": "Unity", "of": {"mean": ["affinity of west and ally",
                                                   "commitment of ally to west"]}},
        "calm": {"name": "Calm", "of": {"most": ["tension of west and east",
                                                 "tension of isle and east"]}, "wants": "less"},
    }  # fmt: skip
    document = copy.deepcopy({**QUARTET, "interests": interests})
    for actor in ("east", "west"):
        wanted = document["actors"][actor].setdefault("weights", {})
        wanted |= weights or {"unity": 0.4, "calm": 0.3}
    return build(document)


def values(scenario: Scenario, seed: int = 1, runs: int = 4) -> Floats:
    """What each candidate is worth to north, in the first round of some runs."""
    world = World(CompiledScenario(scenario), seed, 0, runs)
    world.step()
    layout, table = world.compiled.layout, world.compiled.table
    found = world.read("worth").reshape(2, len(table), runs)
    mine = table.actor == layout.actors.index("north")
    return np.where(mine[:, None], found[0], found[1]).copy()


def test_one_that_is_an_affinity_counts_as_standing_does_between_two() -> None:
    # Between two, standing is the affinity with the other: so are its worth and its price.
    own = {"friend": {"name": "Friend", "of": "affinity of north and south"}}
    here = duel(own, {"friend": 1})
    plain = duel(own, {"standing": 1})
    np.testing.assert_allclose(values(here), values(plain), rtol=1e-9, atol=1e-15)
    assert (run(here, runs=30).choice.values == run(plain, runs=30).choice.values).all()


def test_one_that_is_the_distance_of_an_issue_counts_as_the_issue_does() -> None:
    own = {"line": {"name": "Line", "of": {"distance": ["issue border", 80]}, "wants": "less"}}
    caring = {"issues__border__stances__north": {"position": 80, "salience": 1}}
    here, plain = duel(own, {"line": 1}, **caring), duel(own, {"issues": 1}, **caring)
    np.testing.assert_allclose(values(here), values(plain), rtol=1e-9, atol=1e-15)


def test_less_of_it_is_the_opposite_and_a_scale_of_it_is_no_matter_beside_nothing() -> None:
    of = {"sum": ["tension of north and south", "ties of south to north"]}
    no_aversion = {"coefficients": {"loss_aversion": 1}}
    more, less = (
        World(CompiledScenario(duel({"it": {"name": "It", "of": of, "wants": way}}, {"it": 0.5},
                                    **no_aversion)), 1)
        for way in ("more", "less")
    )  # fmt: skip
    for world in (more, less):
        world.step()
    north = slice(0, None, len(more.compiled.layout.actors))
    np.testing.assert_allclose(more.read("value")[north], -less.read("value")[north], atol=1e-15)
    assert more.read("value")[north].any()


def test_what_nobody_weighs_changes_no_run() -> None:
    plain = run(build(QUARTET), runs=20, seed=3)
    for weights in ({"unity": 0.0}, {"calm": 0.0, "unity": 0.0}):
        beside = run(quartet(**weights), runs=20, seed=3)
        for name in ("affinity", "support", "choice", "accepted"):
            assert beside[name].values.tobytes() == plain[name].values.tobytes(), name
    assert (run(quartet(), runs=20, seed=3).choice.values != plain.choice.values).any()


def test_parts_of_worth_name_them_and_add_up() -> None:
    scenario = quartet()
    world = World(CompiledScenario(scenario), 1, 0, 3, parts=True)
    world.step()
    parts = parts_of(scenario.description)
    assert parts[5:7] == ("calm", "unity")
    table = len(world.compiled.table)
    found = world.read("worth_parts").reshape(2, len(parts), table, 3)
    worth = 100 * world.read("worth").reshape(2, table, 3)
    np.testing.assert_allclose(found[1].sum(axis=0), worth[1], atol=1e-12)
    np.testing.assert_allclose(found[0].sum(axis=0), 100 * world.read("expected"), atol=1e-12)
    assert found[:, 5:7].any()


def test_how_well_off_an_actor_is_counts_them_as_they_stand() -> None:
    world = World(CompiledScenario(quartet()), 1)
    layout, x = world.compiled.layout, world.x[:, 0]
    found = Welfare(world)(world.x)
    west = layout.actors.index("west")
    tensions = [x[layout.at("tension", one, "east")] for one in ("west", "isle")]
    unity = x[layout.at("affinity", "ally", "west")] + x[layout.at("commitment", "ally", "west")]
    assert found.components[west, 5:7, 0] == pytest.approx([-max(tensions), unity / 2])


def test_an_event_may_change_how_much_one_weighs() -> None:
    document: dict[str, Any] = {
        **DUEL,
        "interests": {"friend": {"name": "Friend", "of": "affinity of north and south"}},
        "events": {"turn": {"name": "A turn", "on": "2016-11-15",
                            "changes": {"weight of north on friend": {"to": 0.7}}}},
    }  # fmt: skip
    world = World(CompiledScenario(build(document)), 1)
    row = world.compiled.layout.at("weight", "north", "friend")
    told = []
    for _ in range(2):
        world.step()
        told.append(float(world.x[row, 0]))
    assert told == [0, 0.7]


def test_compiled_or_not_the_bits_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    if native.sections(wait=True) is None:
        pytest.skip("the model is not compiled here")
    compiled, told = CompiledScenario(quartet()), []
    for sections in (native.sections, lambda wait=False: None):
        monkeypatch.setattr(native, "sections", sections)
        world = World(compiled, 3, 5, 9, interests=True)
        world.play()
        told.append(world.records)
    for name in ("state", "choice", "accepted", "interest"):
        here, there = (np.ascontiguousarray(getattr(each, name)) for each in told)
        assert here.tobytes() == there.tobytes(), name
