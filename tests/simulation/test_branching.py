"""Branching: one choice differs, and what follows from it; nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.arrays import Ints
from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from sim.simulation.branching import LET_PASS, Branches, Fork, asked, branch
from sim.simulation.ensemble import labelled, run
from sim.theories.protocol import PASS, View
from sim.theories.quantal import quantal
from sim.theories.seating import Seats
from tests.fixtures.scenarios import DUEL, QUARTET, changed
from tests.fixtures.strategies import scenarios

LONG = changed(QUARTET, stop=[])
few = settings(max_examples=20, suppress_health_check=list(HealthCheck))


def branched(scenario: Scenario, fork: Fork, runs: int = 60, seed: int = 5) -> Branches:
    known = asked(scenario, fork.round, fork.actor, None, fork.target, track=fork.track)
    names = known.alternatives
    return branch(scenario, fork, names, runs, seed, full=names)


def test_up_to_the_decision_all_arms_are_one() -> None:
    found = branched(build(LONG), Fork(3, "west", "east", "words"))
    own = found.full[""]
    assert len(found.arms) > 3
    apart = False
    for name in found.arms:
        one = found.full[name]
        for variable in ("affinity", "tension", "support", "issue_outcome", "choice", "happened"):
            np.testing.assert_array_equal(
                own[variable].isel(round=slice(0, 3)), one[variable].isel(round=slice(0, 3))
            )
        # In the round itself only this one choice differs: not events, not others' choices,
        # not the actor's own deeds toward the same target.
        differs = (own["choice"] != one["choice"]).isel(round=3).any("run")
        apart |= bool(differs.sel(direction="west to east", track="words"))
        assert int(differs.sum()) == int(differs.sel(direction="west to east", track="words"))
    assert apart


def test_the_forced_choice_is_the_one_on_record_where_it_is_open() -> None:
    found = branched(build(LONG), Fork(2, "west", "ally", "words"))
    closed = 0
    for name, arm in found.arms.items():
        one = found.full[name]
        levers = [*one["lever"].values, LET_PASS]  # PASS is -1
        choice = one["choice"].sel(direction="west to ally", track="words").isel(round=2)
        chosen = np.array(levers)[choice]
        assert (chosen[arm.open] == name).all(), name
        np.testing.assert_array_equal(chosen[~arm.open], found.chosen[~arm.open])
        closed += int((~arm.open).sum())
    assert closed


@few
@given(scenario=scenarios(most_actors=3), seed=st.integers(0, 2**32), data=st.data())
def test_forcing_what_the_model_chose_changes_nothing(
    scenario: Scenario, seed: int, data: st.DataObject
) -> None:
    compiled = CompiledScenario(scenario)
    slots = [compiled.slots[slot] for slot, _ in compiled.table.blocks]
    if not slots:
        return
    (actor, target), track = data.draw(st.sampled_from(slots))
    now = data.draw(st.integers(1, scenario.description.calendar.rounds))
    found = branched(scenario, Fork(now, actor, target, track), 12, seed)
    for name, arm in found.arms.items():
        same = found.chosen == name
        np.testing.assert_array_equal(arm.reported[same], found.own.reported[same])
        np.testing.assert_array_equal(arm.watched[same], found.own.watched[same])
        np.testing.assert_array_equal(
            found.full[name]["choice"].values[same], found.full[""]["choice"].values[same]
        )


def test_the_own_choice_is_the_ordinary_ensemble() -> None:
    scenario = build(LONG)
    found = branched(scenario, Fork(4, "east", "west", "deeds"), 40)
    plain = run(scenario, 40, 5)
    for name in ("reported", "choice", "accepted", "watched", "drawn"):
        np.testing.assert_array_equal(found.full[""][name], plain[name])


def test_branching_is_playing_from_the_start_with_the_same_choice_forced() -> None:
    scenario = build(LONG)
    compiled = CompiledScenario(scenario)
    way = compiled.layout.direction("isle", "west")  # an actor that attends to all

    def forced(lever: str) -> object:
        def rule(view: View) -> Ints:
            own = quantal(view)
            if (view.round, view.direction, view.track) != (3, way, "words"):
                return own
            if lever == LET_PASS:
                return np.full_like(own, PASS)
            number = view.levers.index(lever)
            return np.where(view.open[number], number, own)

        return rule

    found = branched(scenario, Fork(3, "isle", "west", "words"), 300)  # more than one block
    for name in found.arms:
        block = simulate(CompiledScenario(scenario), 5, 0, 300, {"isle": forced(name)})  # type: ignore[dict-item]
        straight = labelled(scenario, [block], 5)
        for variable in ("affinity", "reported", "choice", "accepted", "watched"):
            np.testing.assert_array_equal(found.full[name][variable], straight[variable])


def test_an_actor_of_little_attention_does_not_drop_the_forced_choice() -> None:
    scenario = build(LONG)
    assert scenario.description.actors["east"].attention == 1
    found = branched(scenario, Fork(2, "east", "isle", "deeds"), 80)
    choice = found.full["patrol"]["choice"].isel(round=2)
    moves = (choice >= 0).sel(direction=["east to west", "east to ally", "east to isle"])
    free = found.full[""]["choice"].isel(round=2) >= 0
    assert int(free.sel(direction=moves["direction"]).sum(["direction", "track"]).max()) == 1
    assert int(moves.sum(["direction", "track"]).max()) == 2


def test_the_order_of_alternatives_changes_nothing() -> None:
    scenario, fork = build(LONG), Fork(2, "west", "east", "deeds")
    names = asked(scenario, 2, "west", None, "east", track="deeds").alternatives
    one = branch(scenario, fork, names, 20, 1)
    other = branch(scenario, fork, names[::-1], 20, 1)
    for name in names:
        np.testing.assert_array_equal(one.arms[name].reported, other.arms[name].reported)
        np.testing.assert_array_equal(one.arms[name].open, other.arms[name].open)


def test_all_futures_share_the_past_of_one_run_and_the_run_is_one_of_them() -> None:
    scenario = build(LONG)
    found = branched(scenario, Fork(4, "west", "east", "words", run=7), 40)
    plain = run(scenario, 40, 5).sel(run=7)
    own = found.full[""]
    for name in ("affinity", "choice", "happened"):
        past = own[name].isel(round=slice(0, 5))
        np.testing.assert_array_equal(past, np.broadcast_to(plain[name][:5], past.shape))
    # The round of the decision is the run's too; later each future has its own draws.
    np.testing.assert_array_equal(own["accepted"].isel(round=4).std("run"), 0)
    assert len(set(found.chosen)) == 1
    assert (own["choice"].isel(round=5).std("run") > 0).any()
    assert (own["affinity"].isel(round=-1).std("run") > 0).any()
    np.testing.assert_array_equal(own["reported"].sel(run=7), plain["reported"])
    np.testing.assert_array_equal(own["drawn"], np.broadcast_to(plain["drawn"], own["drawn"].shape))


def test_people_who_play_are_followed_before_the_decision_and_after_it() -> None:
    scenario = build(DUEL)

    def summits(view: View) -> Ints:
        return np.where(view.open[view.levers.index("summit")], view.levers.index("summit"), PASS)

    names = asked(scenario, 3, "north", None, "south").alternatives
    found = branch(
        scenario, Fork(3, "north", "south", "words"), names, 12, 1,
        seats=Seats({"south": summits}), full=["rebuke"],
    )  # fmt: skip
    levers = list(found.full["rebuke"]["lever"].values)
    choice = found.full["rebuke"]["choice"].sel(direction="south to north", track="words")
    theirs = choice.isel(round=slice(1, 7))
    assert (theirs == levers.index("summit")).all()


def test_a_run_that_is_over_has_no_futures() -> None:
    scenario = build(QUARTET)
    data = run(scenario, 300, 7)
    over = data["run"].values[(data["stopped_round"].values >= 0) & (data["stopped_round"] < 5)]
    assert over.size
    last = int(data["stopped_round"].sel(run=over[0]))
    with pytest.raises(ScenarioError, match=f"run {over[0]} is over after round {last}"):
        branched(scenario, Fork(last + 1, "west", "east", "words", run=int(over[0])), 10, 7)
    # With pasts of their own, runs that do not come to the decision are told apart.
    found = branched(scenario, Fork(last + 1, "west", "east", "words"), 300, 7)
    assert not found.own.open[over[0]]
    assert found.own.open.any()
