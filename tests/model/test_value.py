"""What a candidate is worth: the plain one-step difference where theory says so."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from sim.model.changes import find_room, saturated
from sim.model.compiled import CompiledDescription, CompiledScenario
from sim.model.snapshot import Snapshot
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.phrases import COMPONENTS
from tests.fixtures.scenarios import DUEL, QUARTET
from tests.fixtures.strategies import documents
from tests.oracle import own_interests
from tests.oracle.look import prosperity, security, standing
from tests.oracle.rules import Rules, central, clipped, counted
from tests.oracle.rules import saturated as oracle_saturated

Document = dict[str, Any]


def without_shadow(document: Document) -> Document:
    """No spreads, no loss aversion, no shadow of the future."""

    def strip(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: strip(value) for key, value in node.items() if key != "spread"}
        return node

    plain = strip(copy.deepcopy(document))
    plain.setdefault("coefficients", {})["loss_aversion"] = 1
    for actor in plain["actors"].values():
        actor["patience"] = 0
    return plain


def levels(world: World, rules: Rules, x: np.ndarray[Any, Any], actor: str) -> dict[str, float]:
    """Each component of an actor's interest in a state, by the oracle's plain functions."""
    state = {
        (phrase.kind, *phrase.names): float(x[row])
        for row, phrase in enumerate(world.compiled.layout.phrases)
    }
    distance = sum(
        state["salience", actor, issue]
        * abs(state["issue", issue] - state["position", actor, issue])
        / 100
        for issue in rules.issues
    )
    return {
        "security": security(rules, state, actor),
        "prosperity": prosperity(rules, state, actor),
        "issues": -distance,
        "standing": standing(rules, state, actor),
        "support": state["support", actor],
        **{name: own_interests.level(rules, state, name) for name in rules.description.interests},
    }


def meant(world: World, k: int) -> np.ndarray[Any, Any]:
    """The state of the one run as a candidate is meant to make it, once and in times to come."""
    table, layout = world.compiled.table, world.compiled.layout
    push = world.read("push")[:, 0].copy()
    push[world.compiled.lasting.lasting_effect] += world.read("lasting")[:, 0]
    after = world.x[:, 0].copy()
    for effect in np.flatnonzero(table.effect_candidate == k):
        row = table.effect_row[effect]
        quantity = (layout.phrases[row].kind, *layout.phrases[row].names)
        if quantity[0] in ("affinity", "tension"):
            # What it means does not fade.
            after[row] = clipped(quantity, after[row] + push[effect])
        else:
            after[row] += oracle_saturated(quantity, after[row], push[effect])
    return after


@settings(max_examples=40)
@given(document=documents(most_actors=4))
def test_without_patience_and_loss_aversion_value_is_the_one_step_difference(
    document: Document,
) -> None:
    scenario = build(without_shadow(document))
    world = World(CompiledScenario(scenario), seed=1)
    world.now = 1
    world.evaluate_options()
    rules = Rules(scenario.description, central(scenario.description))
    table, layout = world.compiled.table, world.compiled.layout
    actors, offset = len(layout.actors), rules.coefficient("diminishing")
    weights = world.read("weight").reshape(actors, len(layout.components))
    for k in range(len(table)):
        after = meant(world, k)
        for number, actor in enumerate(layout.actors):
            now, then = (levels(world, rules, x, actor) for x in (world.x[:, 0], after))
            for name in ("prosperity", "support"):
                then[name] = counted(then[name], now[name], offset)
                now[name] = 0.0
            difference = sum(
                weights[number, place] * (then[name] - now[name])
                for place, name in enumerate(layout.components)
            )
            assert world.read("value")[k * actors + number, 0] == pytest.approx(
                difference, abs=1e-12
            )


def test_parts_of_a_value_add_up_to_it() -> None:
    world = World(CompiledScenario(build(QUARTET)), seed=1, runs=3, parts=True)
    world.evaluate_options()
    value = world.read("value")
    parts = world.read("parts").reshape(len(COMPONENTS), *value.shape)
    np.testing.assert_allclose(parts.sum(axis=0), value, atol=1e-15)
    assert parts.any(axis=(1, 2)).all()


@pytest.mark.parametrize(
    ("x", "push", "change"),
    [(-0.4, -0.1, -0.06), (-0.4, 0.1, 0.1), (1.0, 0.5, 0.0), (0.9, 5.0, 0.1), (0.3, 0.0, 0.0)],
)
def test_effects_fade_past_the_middle_of_the_range(x: float, push: float, change: float) -> None:
    seen = Snapshot(CompiledDescription(build(DUEL).description))
    row = seen.record.row_affinity
    seen.read("x")[row] = x
    find_room(seen.record)
    assert saturated(seen.record, row, np.array([push]))[0] == pytest.approx(change)


def test_support_that_is_nearly_gone_falls_no_further_than_to_nothing() -> None:
    document = copy.deepcopy(DUEL)
    document["actors"]["north"]["support"] = 0.02
    document["levers"]["rebuke"]["effects"]["support of actor"] = -0.1
    world = World(CompiledScenario(build(document)), seed=1)
    world.open_round()
    number = world.compiled.keys["rebuke", "north", "south"]
    row = world.compiled.layout.at("support", "north")
    table = world.compiled.table
    mine = (table.effect_candidate == number) & (table.effect_row == row)
    assert world.read("change")[mine, 0] == pytest.approx([-0.02])
    assert np.isfinite(world.read("worth")).all()
