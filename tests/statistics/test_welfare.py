"""How well off actors are: the levels that an independent oracle finds, too."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sim.model.compiled import CompiledScenario
from sim.model.draws import central
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.phrases import COMPONENTS
from sim.scenario.scenario import Scenario
from sim.statistics.interest import Welfare
from tests.fixtures.scenarios import DUEL, QUARTET, Document, changed
from tests.fixtures.strategies import documents, scenarios
from tests.model.test_value import levels, meant, without_shadow
from tests.oracle.rules import Rules

slow = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=25, suppress_health_check=slow)
@given(scenario=scenarios(most_actors=4))
def test_components_are_those_that_a_plain_oracle_finds(scenario: Scenario) -> None:
    world = World(CompiledScenario(scenario), seed=3)
    numbers = {**central(scenario.description), **world.drawn}
    rules = Rules(scenario.description, {p: float(v[0]) for p, v in numbers.items()})
    for _ in range(3):
        found = Welfare(world)(world.x).components
        for number, actor in enumerate(world.compiled.layout.actors):
            plain = levels(world, rules, world.x[:, 0], actor)
            for place, name in enumerate(world.compiled.layout.components):
                assert found[number, place, 0] == pytest.approx(plain[name], abs=1e-12), name
        if world.now < scenario.description.calendar.rounds:
            world.step()


def test_the_standing_of_a_giant_keeps_every_digit() -> None:
    world = World(CompiledScenario(build(changed(QUARTET, actors__east__power=1e6))), seed=1)
    rules = Rules(world.compiled.description, {p: v[0] for p, v in world.drawn.items()})
    giant = world.compiled.layout.actors.index("east")
    found = Welfare(world)(world.x).components[giant, COMPONENTS.index("standing"), 0]
    plain = levels(world, rules, world.x[:, 0], "east")["standing"]
    assert found == pytest.approx(plain, rel=1e-14, abs=0)


@settings(max_examples=20, suppress_health_check=slow)
@given(document=documents(most_actors=4))
def test_without_patience_and_loss_aversion_a_value_is_the_change_of_own_interest(
    document: Document,
) -> None:
    world = World(CompiledScenario(build(without_shadow(document))), seed=1)
    world.now = 1
    world.evaluate_options()
    welfare = Welfare(world)
    before = welfare(world.x).own
    for k in range(len(world.compiled.table)):
        # What an act is worth counts the warmth that it means, though some of it will fade.
        after = meant(world, k)[:, None]
        change = welfare(after).own - before
        value = world.read("value").reshape(len(world.compiled.table), -1, 1)
        np.testing.assert_allclose(change, 100 * value[k], atol=1e-9)


def test_a_run_has_the_same_own_interest_alone_and_beside_others() -> None:
    compiled = CompiledScenario(build(QUARTET))
    many, one = World(compiled, 5, 0, 6), World(compiled, 5, 4, 1)
    for world in (many, one):
        for _ in range(4):
            world.step()
    found = [Welfare(world)(world.x).own for world in (many, one)]
    assert (found[0][:, 4] == found[1][:, 0]).all()


def test_own_interest_follows_weights_and_has_no_value_in_what_nobody_cares_for() -> None:
    weights = dict.fromkeys(COMPONENTS, 0) | {"support": 1}
    world = World(CompiledScenario(build(changed(DUEL, actors__north__weights=weights))), seed=1)
    welfare, layout = Welfare(world), world.compiled.layout
    found = []
    for support in (0.6, 0.7, 0.3):  # north's own at the start is 0.6
        world.x[layout.at("support", "north")] = support
        world.x[layout.rows("ties")] = support  # which it does not care for
        found.append(welfare(world.x).own[0, 0])
    more, less = (100 * 0.7 * math.log((support + 0.1) / 0.7) for support in (0.7, 0.3))
    assert found == pytest.approx([0, more, less])
    assert -less > 3 * more  # of the same size each, a loss from below weighs more


def test_without_issues_nobody_has_a_stake_in_them() -> None:
    document = changed(DUEL, outcomes={"backing": {"name": "Backing", "of": "support of north"}})
    document["issues"] = {}
    world = World(CompiledScenario(build(document)), seed=1)
    found = Welfare(world)(world.x).components
    assert (found[:, COMPONENTS.index("issues")] == 0).all()


def test_own_interest_is_recorded_where_it_is_asked_for() -> None:
    compiled = CompiledScenario(build(QUARTET))
    world = World(compiled, 5, 4, 3, interests=True)
    welfare = Welfare(world)
    for now in range(4):
        expected = welfare(world.x).own
        np.testing.assert_allclose(world.records.interest[now], expected, rtol=1e-12)
        world.step()
    played = World(compiled, 5, 4, 3, interests=True)
    played.play()
    np.testing.assert_array_equal(played.records.interest[:4], world.records.interest[:4])
    assert World(compiled, 5, 4, 3).records.interest.size == 0
