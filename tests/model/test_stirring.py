"""What makes conduct part from ordinary times: spite within bounds, answers, sentiment, heat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from tests.fixtures.scenarios import DUEL, Document, changed
from tests.fixtures.strategies import scenarios

few = settings(max_examples=25)
seeds = st.integers(0, 2**32)
STILL = dict.fromkeys(("affinity", "tension", "commitment", "ties", "support"), 0)
BLIND = {"rationality": 0, "sentiment": 0, "heat": 0}


def world_of(document: Document, runs: int = 1, seed: int = 3) -> World:
    return World(CompiledScenario(build(document)), seed, 0, runs)


@few
@given(scenario=scenarios(), seed=seeds)
def test_a_rivals_loss_is_welcome_by_no_more_than_ones_own_gain(
    scenario: Scenario, seed: int
) -> None:
    world = World(CompiledScenario(scenario), seed, 0, 4)
    world.open_round()
    layout, table = world.compiled.layout, world.compiled.table
    worth = world.read("value").reshape(len(table), len(layout.actors), 4)
    care = world.read("care").reshape(2, len(table), 4)
    regard = world.drawn["coefficients.regard"]
    for k in range(len(table)):
        for side, x in enumerate((table.actor[k], table.target[k])):
            other = sum(
                np.where((r < 0) & (value < 0), 0, r * value)
                for y in range(len(layout.actors))
                if y != x
                for r in [regard * _warmth(world, int(x), y)]
                for value in [worth[k, y]]
            )
            own = worth[k, x]
            spite = care[side, k] - own - other
            assert (spite > -1e-12).all()
            assert (spite <= np.maximum(own, 0) + 1e-12).all()


def _warmth(world: World, x: int, y: int) -> np.ndarray:
    names = sorted((world.compiled.layout.actors[x], world.compiled.layout.actors[y]))
    rows = (world.compiled.layout.at(kind, *names) for kind in ("affinity", "tension"))
    affinity, tension = (world.x[row] for row in rows)
    return affinity - tension


def test_nobody_signs_what_hurts_both_because_it_hurts_the_other_more() -> None:
    ruin = {"support of actor": -0.02, "support of target": -0.3}
    document = changed(DUEL, levers__rebuke__effects=ruin, coefficients__regard=1)
    document["relations"]["north and south"] = {"affinity": -0.9, "tension": 0.9}
    world = world_of(document)
    world.open_round()
    k = world.compiled.keys["rebuke", "north", "south"]
    mine, theirs = world.read("value")[2 * k : 2 * k + 2, 0]
    assert theirs < mine < 0
    assert world.read("care")[k, 0] == pytest.approx(mine)


def test_the_target_warms_to_a_gift_and_cools_to_a_sanction_without_stated_effects() -> None:
    document = changed(
        DUEL,
        coefficients={**BLIND, "noise": STILL},
        levers={
            "gift": {"name": "give", "usual": 0.3, "effects": {"ties of target to actor": 0.05},
                     "cameo": "070"},
            "sanction": {"name": "sanction", "usual": 0.3,
                         "effects": {"ties of target to actor": -0.05}, "cameo": "163"},
        },
    )  # fmt: skip
    world = world_of(document, 400)
    world.step()
    rows, (north,) = world.records.choice[1, :, 1], [0]
    levers = sorted(world.compiled.description.levers)
    affinity = world.x[world.compiled.layout.at("affinity", "north", "south")]
    passed = (rows == -1).all(axis=0)
    alone = rows[1] == -1
    gift, sanction = (alone & (rows[north] == levers.index(name)) for name in levers)
    assert passed.any()
    assert affinity[gift].min() > affinity[passed][0] + 0.001
    assert affinity[sanction].max() < affinity[passed][0] - 0.001


@few
@given(scenario=scenarios(), seed=seeds, change=st.floats(-0.5, 0.5))
def test_sentiment_moves_the_odds_by_friendliness_times_the_change_and_nothing_else(
    scenario: Scenario, seed: int, change: float
) -> None:
    compiled = CompiledScenario(scenario)
    table, layout = compiled.table, compiled.layout
    rows, size = layout.rows("affinity"), compiled.description.coefficients.sentiment.value
    given = {"coefficients.rationality": np.zeros(2), "coefficients.sentiment": np.full(2, size)}
    world = World(compiled, seed, 0, 2, given=given)
    world.x[rows] = np.clip(world.x[rows], -0.4, 0.4)
    before = _odds(world)
    world.x[rows] += change
    after = _odds(world)
    moved = size * change * (table.friendliness + np.zeros((1, 2)))
    np.testing.assert_allclose(after[0] - before[0], moved, atol=1e-9)
    # A friend agrees more readily to whatever is asked, be it a demand.
    asked, kindness = np.flatnonzero(table.asks), np.abs(moved) * np.sign(change)
    np.testing.assert_allclose((after[1] - before[1])[asked], kindness[asked], atol=1e-7)


def _odds(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of proposing each candidate against passing, and of agreeing to it."""
    world.evaluate_options()
    agree = np.clip(world.read("agree"), 1e-12, 1 - 1e-12)
    return world.read("score").copy(), logit(agree)


@few
@given(scenario=scenarios(), seed=seeds)
def test_heat_is_bounded_and_moves_what_is_hostile_alone(scenario: Scenario, seed: int) -> None:
    world = World(CompiledScenario(scenario), seed, 0, 6)
    table, kept = world.compiled.table, world.drawn["coefficients.heat_persistence"]
    most = np.maximum(world.read("heat"), 4 / (1 - kept))  # two acts of each, of 1 at the most
    for _ in range(scenario.description.calendar.rounds):
        tension = world.x[world.compiled.layout.rows("tension")].copy()
        world.open_round()
        risen = np.maximum(world.x[world.compiled.layout.rows("tension")] - tension, 0)
        most = most + world.drawn["coefficients.incident_heat"] * risen
        assert (world.read("heat") >= 0).all()
        assert (world.read("heat") <= most + 1e-9).all()
        assert not world.read("heat_felt")[~table.conflictual].any()
        world.propose()
        world.conclude()


def test_heat_fades_by_its_persistence_where_nobody_quarrels() -> None:
    document = changed(DUEL, coefficients__heat_persistence=0.6)
    document["levers"].pop("rebuke")
    world = world_of(document)
    world.read("heat")[:] = 2.0
    for nth in range(1, 5):
        world.step()
        assert world.read("heat") == pytest.approx(2 * 0.6**nth)


def test_an_incident_heats_the_quarrel_at_once_and_what_lowers_tension_does_not() -> None:
    def told(by: float) -> World:
        event = {"name": "It", "on": "2016-10-05", "changes": {
            "tension of north and south": {"by": by}}}  # fmt: skip
        hot = {"incident_heat": 5, "heat": 10}
        world = world_of(changed(DUEL, events={"it": event}, coefficients=hot))
        world.open_round()
        return world

    usual, clash, calm = told(0.0), told(0.2), told(-0.2)
    hot, cool = clash.read("heat"), usual.read("heat")
    assert hot == pytest.approx(cool + 5 * 0.2)
    assert calm.read("heat") == pytest.approx(cool)
    hostile = usual.compiled.table.conflictual
    assert not usual.read("heat_felt").any()
    quick = 10 * (0.3 * 0.5) ** 2  # by what both would lose by backing down
    expected = np.log((1 + quick * hot) / (1 + quick * cool))
    assert clash.read("heat_felt")[hostile] == pytest.approx(expected[0, 0])
    assert expected[0, 0] > 0.1


def test_audience_costs_that_a_scenario_raises_make_a_quarrel_quicker() -> None:
    found = []
    for cost in (0.5, 1.0):
        world = world_of(changed(DUEL, actors__north__audience_cost=cost))
        world.read("heat")[:] += 1
        world.evaluate_options()
        found.append(world.read("heat_felt").max())
    assert found[1] > 1.2 * found[0] > 0
