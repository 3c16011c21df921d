"""Why actors chose: the chances are those of the choice rule, and the choice is the run's own."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from sim.model.candidates import friendliness
from sim.model.compiled import CompiledScenario
from sim.model.reasons import Decided
from sim.model.world import World
from sim.scenario.cameo import TRACKS
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from sim.simulation.ensemble import run
from sim.studies.explanation.result import stop_run
from sim.theories.protocol import PASS
from tests.fixtures.scenarios import LASTING, QUARTET, changed
from tests.fixtures.strategies import scenarios

LONG = build(changed(QUARTET, stop=[]))
few = settings(max_examples=20)


def chosen(one: Decided) -> str | None:
    return one.chosen.lever if one.chosen else None


@few
@given(scenario=scenarios(), seed=st.integers(0, 2**32), nth=st.integers(0, 30), data=st.data())
def test_what_is_explained_is_what_the_run_among_others_did(
    scenario: Scenario, seed: int, nth: int, data: st.DataObject
) -> None:
    now = data.draw(st.integers(1, scenario.description.calendar.rounds))
    among = simulate(CompiledScenario(scenario), seed, max(nth - 2, 0), 5)
    place = nth - max(nth - 2, 0)
    if 0 <= among.stopped[place] < now:
        return
    found = stop_run(scenario, nth, now, seed)
    levers = [*among.levers, None]  # PASS is -1
    for one in found.choices:
        way = list(among.directions).index((one.actor, one.target)), TRACKS.index(one.track)
        assert chosen(one) == levers[among.choice[now, *way, place]]
        assert one.accepted == bool(among.accepted[now, *way, place])


def test_chances_are_the_weights_of_the_choice_rule() -> None:
    world = World(CompiledScenario(LONG), 5, 7, 1)
    for _ in range(4):
        world.step()
    told = 0
    found = {(one.actor, one.target, one.track): one for one in stop_run(LONG, 7, 4, 5).choices}
    for slot, block in world.compiled.table.blocks:
        view = world.view(slot, block)
        weight = view.weight[:, 0] / view.weight[:, 0].sum()
        (actor, target), track = world.compiled.slots[slot]
        one = found[actor, target, track]
        assert one.idle == pytest.approx(weight[0], abs=1e-15)
        resting = 1 - sum(option.usual for option in one.options)
        np.testing.assert_allclose([option.chance for option in one.options], weight[1:])
        assert one.draw == view.draw[0]
        for option, k in zip(one.options, range(block.start, block.stop), strict=True):
            assert option.worth[0] == pytest.approx(100 * world.read("expected")[k, 0], abs=1e-12)
            assert option.ordinary[0] == pytest.approx(
                100 * world.read("usual_proposal")[k, 0], abs=1e-12
            )
            assert option.worth[1] == pytest.approx(
                100 * world.read("worth")[len(world.compiled.table) + k, 0], abs=1e-12
            )
            if option.open:
                # What interests, sentiment and heat add is all that parts it from the usual.
                ordinary, here = option.usual / resting, option.chance / one.idle
                assert math.log(here / ordinary) == pytest.approx(option.odds, abs=1e-9)
                told += 1
    assert told


def test_a_closed_lever_has_no_chance_and_says_what_closes_it() -> None:
    spent = required = forbidden = 0
    for nth in range(12):
        for now in (2, 4, 6):
            for one in stop_run(LONG, nth, now, 7).choices:
                for option in one.options:
                    if option.open:
                        assert (option.broken, option.spent) == ((), False)
                        continue
                    assert option.chance == 0
                    assert option is not one.chosen
                    spent += option.spent
                    required += bool(option.broken)
                    forbidden += not option.spent and not option.broken
    assert spent
    assert required
    assert forbidden


def test_a_summit_twice_in_a_row_is_closed_by_the_rounds_since() -> None:
    for nth in range(40):
        data = run(LONG, 1, 7, first=nth)
        words = data.sel(direction="west to ally", track="words")
        met = words["choice"] == list(data["lever"].values).index("summit")
        done = (met & words["accepted"])[0]
        if done[1]:
            break
    ally = next(
        one
        for one in stop_run(LONG, nth, 2, 7).choices
        if (one.actor, one.target, one.track) == ("west", "ally", "words")
    )
    summit = next(option for option in ally.options if option.lever == "summit")
    (broken,) = summit.broken
    assert (str(broken.phrase), broken.value, broken.at_least) == ("rounds since summit", 1, 2)


def test_a_move_that_attention_drops_is_told_from_letting_the_round_pass() -> None:
    compiled = CompiledScenario(LONG)
    dropped = passed = 0
    for nth in range(20):
        for one in stop_run(LONG, nth, 3, 7).choices:
            if one.chosen is None:
                assert one.dropped == (one.draw >= one.idle)
                dropped, passed = dropped + one.dropped, passed + (not one.dropped)
                assert not one.dropped or compiled.description.actors[one.actor].attention
    assert dropped
    assert passed
    assert PASS == -1


def test_what_lasts_trust_and_review_are_part_of_what_is_explained() -> None:
    made = build(changed(LASTING, stop=[]))
    compiled = CompiledScenario(made)
    seen: Counter[Any] = Counter()
    for now in range(2, 9):
        world = World(compiled, 3, 1, 1)
        for _ in range(now - 1):
            world.step()
        world.deliberate()
        for one in stop_run(made, 1, now, 3).choices:
            resting = 1 - sum(option.usual for option in one.options)
            for option in one.options:
                if option.open:
                    here = option.chance / one.idle / (option.usual / resting)
                    assert math.log(here) == pytest.approx(option.odds, abs=1e-9)
                else:
                    seen["nothing to end"] += not option.held
                if math.isfinite(option.consent):
                    friendly = friendliness(made.description.levers[option.lever])
                    kindness = option.sentiment * math.copysign(1, friendly)
                    told = option.felt[1] + kindness + option.trust
                    gap = logit(option.consent) - logit(option.usual_consent)
                    assert gap == pytest.approx(told, abs=1e-9)
                way = option.lever, one.actor, one.target
                k = compiled.keys[way]
                assert option.trust == world.read("trust_felt")[k, 0]
                assert option.review == world.read("review_felt")[k, 0]
                seen[option.lever, "lasting"] += option.lasting[0] != 0
                seen[option.lever, "breach"] += option.breach[0] < 0
                seen["trust"] += option.trust != 0
                seen["review"] += option.review > 0
    assert all(seen[name] for name in ("trust", "review", "nothing to end"))
    # What begins, ends and promises has a later part; only who breaks off pays for it.
    assert {lever for lever, kind in (key for key in seen if isinstance(key, tuple))
            if seen[lever, "breach"] and kind == "breach"} == {"leave"}  # fmt: skip
    assert all(seen[lever, "lasting"] for lever in ("sign", "leave", "plan"))
    assert not seen["aid", "lasting"]
