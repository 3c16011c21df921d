"""What an actor believes of another moves by Bayes's rule, and is right as often as it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.arrays import Bools, Floats, Ints
from sim.model import beliefs
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.loading import build
from sim.simulation.block import options
from sim.theories.protocol import PASS, Proposal, View
from sim.theories.quantal import quantal
from tests.fixtures.doubting import OF_SOUTH, doubting

SALIENCE = "issues.border.stances.south.salience"
RESOLVE = "actors.south.audience_cost"
MEAN, LOW, HIGH, TRUE = range(beliefs.TOLD)


def played(document: dict[str, Any], runs: int = 64, **given: Any) -> World:
    world = World(CompiledScenario(build(document)), 3, 0, runs, **given)
    world.play()
    return world


def test_a_point_never_moves() -> None:
    told = played(doubting(beliefs__of_south__spread=0)).records.belief
    np.testing.assert_allclose(told[:, [MEAN, LOW, HIGH]], 0.5, atol=1e-6)
    assert (told[:, TRUE] == np.float32(0.9)).all()


def test_who_is_sure_of_the_truth_acts_as_one_who_sees_it() -> None:
    sure = played(doubting(beliefs__of_south__spread=0, beliefs__of_south__mean=0.9))
    plain = played({key: part for key, part in doubting().items() if key != "beliefs"})
    np.testing.assert_array_equal(sure.records.choice, plain.records.choice)
    np.testing.assert_array_equal(sure.records.accepted, plain.records.accepted)
    np.testing.assert_allclose(sure.records.state, plain.records.state, atol=1e-6)


def test_who_is_sure_of_what_is_wrong_acts_otherwise() -> None:
    wrong = played(doubting(beliefs__of_south__spread=0, beliefs__of_south__mean=0.0))
    plain = played({key: part for key, part in doubting().items() if key != "beliefs"})
    assert (wrong.records.choice != plain.records.choice).any()


def test_the_other_answers_by_the_truth() -> None:
    world = World(CompiledScenario(build(doubting())), 3, 0, 64)
    for _ in range(3):
        world.step()
    world.deliberate()
    asked = {name: k for name, k in world.compiled.keys.items() if name[0] == "draw_line"}
    ours, theirs = asked["draw_line", "north", "south"], asked["draw_line", "south", "north"]
    agree, believed = world.read("agree"), world.believed
    assert np.abs(agree[ours] - believed[ours]).max() > 1e-3
    np.testing.assert_array_equal(agree[theirs], believed[theirs])
    table = world.compiled.table
    slot, block = next((s, b) for s, b in table.blocks if b.start <= ours < b.stop)
    np.testing.assert_array_equal(world.view(slot, block).chance, believed[block])
    world.set_pick(slot, ours)
    np.testing.assert_array_equal(world.proposal(slot, block).chance, agree[ours])


def test_a_theory_sees_what_its_actor_believes_and_not_what_is_true() -> None:
    phrase = str(OF_SOUTH["of"])
    seen: dict[tuple[str, int], Floats] = {}

    def look(view: View) -> Ints:
        seen[view.actor, view.round] = view.state[phrase]
        return quantal(view)

    # No hypothesis comes to an end of the range, so that all move as far.
    change = {"by": -0.2, "why": "said"}
    speech = {"name": "a speech", "on": "2017-02-01", "changes": {phrase: change}}
    document = doubting(events__speech=speech, beliefs__of_south__spread=0.1)
    told = played(document, decisions={"north": look, "south": look}).records.belief
    for now in range(1, len(told)):
        moved = seen["south", now] - told[now - 1, TRUE]
        assert moved == pytest.approx(np.full(64, -0.2 if now == 5 else 0), abs=1e-6)
        assert seen["north", now] == pytest.approx(told[now - 1, MEAN] + moved, abs=1e-6)
    assert np.ptp(told[-1, MEAN]) > 0.05


def test_nothing_is_learnt_where_nothing_departs_from_ordinary_times() -> None:
    told = played(doubting()).records.belief
    np.testing.assert_allclose(told[1], told[0], atol=1e-6)
    assert np.ptp(told[-1, MEAN]) > 0.1


@pytest.mark.parametrize(
    ("of", "path", "mean", "spread", "most"),
    [(OF_SOUTH["of"], SALIENCE, 0.5, 0.2, 1), ("audience cost of south", RESOLVE, 0.6, 0.3, 9)],
    ids=["salience", "resolve"],
)
def test_the_interval_covers_the_truth_as_often_as_it_says(
    of: str, path: str, mean: float, spread: float, most: float
) -> None:
    drawn = np.random.default_rng(1).normal(mean, spread, 4096)
    truth = drawn[(drawn > 0) & (drawn < most)][:1024]
    belief = {**OF_SOUTH, "of": of, "mean": mean, "spread": spread}
    document = doubting(calendar__rounds=20, beliefs__of_south=belief)
    told = played(document, len(truth), given={path: truth}).records.belief
    within = (told[:, LOW] <= told[:, TRUE]) & (told[:, TRUE] <= told[:, HIGH])
    # Hypotheses stand for all between them, so that the interval is a little too wide.
    assert np.all(np.abs(within.mean(axis=1) - 0.82) < 0.05)
    assert np.corrcoef(told[-1, MEAN], truth)[0, 1] > 0.3
    assert (told[-1, HIGH] - told[-1, LOW]).mean() < 0.95 * (told[0, HIGH] - told[0, LOW]).mean()


def test_hypotheses_foresee_what_runs_do_of_which_they_are_true() -> None:
    # Giving ground costs nothing here, and nobody warms or cools to anybody for what an act is
    # worth, so that the same acts leave the same state.
    free = {"actors__north__audience_cost": 0, "actors__south__audience_cost": 0,
            "coefficients__reciprocity": 0}  # fmt: skip
    compiled = CompiledScenario(build(doubting(**free)))
    real = World(compiled, 3, 5, 1)
    real.play()
    shares = np.array(beliefs.DENSITY) / sum(beliefs.DENSITY)
    places = 0.5 + 0.2 * np.array(beliefs.PLACES)
    likely = np.array([_likelihood(compiled, real, place) for place in places])
    expected = np.cumprod(likely, axis=1) * shares[:, None]
    expected /= expected.sum(axis=0)
    mean = places @ expected
    np.testing.assert_allclose(real.records.belief[1:, MEAN, 0], mean, atol=1e-6)


def test_runs_go_on_from_a_moment_as_they_would_have() -> None:
    whole = played(doubting())
    world = World(whole.compiled, 3, 0, 64)
    for _ in range(4):
        world.step()
    moment = world.moment()
    world.play()
    first = world.records.belief.copy()
    world.resume(moment)
    while world.now < world.compiled.rounds:
        world.deliberate()
        world.glance()
        world.conclude()
    for told in (first, world.records.belief):
        np.testing.assert_array_equal(told, whole.records.belief)


def _likelihood(compiled: CompiledScenario, real: World, place: float) -> Floats:
    """How likely what the south did is, round by round, in a run of which a hypothesis is true."""
    picked, agreed = real.records.choice, real.records.accepted
    levers = sorted(compiled.description.levers)

    def follow(view: View) -> Ints:
        kind = 0 if view.track == "words" else 1
        lever = int(picked[view.round, view.direction, kind, 0])
        place = PASS if lever < 0 else view.levers.index(levers[lever])
        return np.full(1, place)

    def answer(asked: Proposal) -> Bools:
        kind = 0 if asked.track == "words" else 1
        return np.array([bool(agreed[asked.round, asked.direction, kind, 0])])

    actors = compiled.layout.actors
    world = World(
        compiled, 3, 5, 1, dict.fromkeys(actors, follow), answers=dict.fromkeys(actors, answer),
        given={SALIENCE: np.array([place])},
    )  # fmt: skip
    found, table, south = [], compiled.table, actors.index("south")
    for _ in range(compiled.rounds):
        world.deliberate()
        here, agree = 1.0, world.read("agree")[:, 0]
        for slot, block in table.blocks:
            pick = int(world.pick[slot, 0])
            if table.actor[block.start] == south:
                chances = options(world, block)[:, 0]
                here *= chances[0 if pick == PASS else 1 + pick - block.start]
            elif pick != PASS and table.asks[pick, 0]:
                direction, track = world.place(slot)
                kind = 0 if track == "words" else 1
                said = agreed[world.now, direction, kind, 0]
                here *= agree[pick] if said else 1 - agree[pick]
        found.append(float(here))
        world.conclude()
    return np.array(found)
