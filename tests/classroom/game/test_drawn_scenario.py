"""A description as a game has it: what seats are told is true of the game they play."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.classroom.briefs.levers import Deck
from sim.classroom.briefs.role import roles
from sim.classroom.game.course import as_it_stands, drawn
from sim.model.compiled import CompiledScenario
from sim.model.draws import central
from sim.model.snapshot import Snapshot, begins_at
from sim.model.world import World
from sim.scenario.scenario import Scenario
from tests.fixtures.shipped import loaded
from tests.fixtures.strategies import scenarios

few = settings(max_examples=20)


@few
@given(scenario=scenarios(), seed=st.integers(0, 2**32), rounds=st.integers(0, 3))
def test_it_begins_where_the_game_stands_with_the_games_numbers(
    scenario: Scenario, seed: int, rounds: int
) -> None:
    compiled = CompiledScenario(scenario)
    world = World(compiled, seed)
    for _ in range(min(rounds, scenario.description.calendar.rounds)):
        world.step()
    if not np.isfinite(world.x).all():
        return
    found = as_it_stands(compiled, world)
    start = [begins_at(phrase, found) for phrase in compiled.layout.phrases]
    np.testing.assert_allclose(start, world.x[:, 0], atol=1e-12)
    sizes = Snapshot(compiled, central(found)).read("size")
    np.testing.assert_allclose(sizes, world.read("size"), atol=1e-12)


def test_a_brief_has_the_numbers_of_the_class() -> None:
    scenario = loaded("yamaguchi-2016")
    game = roles(drawn(scenario))["japan"]
    world = World(CompiledScenario(scenario), scenario.description.seed)
    layout = world.compiled.layout
    support = world.x[layout.at("support", "japan"), 0]
    islands = next(one for one in game.issues if one.issue == "islands")
    assert f"{support:.2f} of 1" in game.support
    assert islands.wanted == pytest.approx(world.x[layout.at("position", "japan", "islands"), 0])
    assert islands.wanted != scenario.description.issues["islands"].stances["japan"].position.value


def test_a_card_tells_what_an_actor_wants_after_an_event_has_changed_it() -> None:
    """In the first round of Yamaguchi the election changes what Washington wants."""
    compiled = CompiledScenario(loaded("yamaguchi-2016"))
    world = World(compiled, compiled.description.seed)
    world.open_round()
    told = {}
    for when, described in (("file", compiled.source), ("game", _of(compiled, world))):
        cards = Deck(described).cards("united_states", "russia")
        told[when] = " ".join(next(c for c in cards if c.id == "impose_sanctions").does)
    assert "as you wish" in told["file"]
    assert "against your wish" in told["game"]


def _of(compiled: CompiledScenario, world: World) -> CompiledScenario:
    from dataclasses import replace

    return CompiledScenario(replace(compiled.source, description=as_it_stands(compiled, world)))
