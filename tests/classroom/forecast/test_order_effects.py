"""What an order brought about: held against the model's own choice, with the same luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from sim.classroom.debrief.text import Wording
from sim.classroom.forecast.order_effects import (
    EffectsTask,
    FinalValues,
    MeasureEffects,
    ReplayedRound,
    RoundEffects,
    effects_work,
    order_effects,
    round_as_played,
)
from sim.classroom.game.course import Course
from sim.model.compiled import CompiledScenario
from sim.scenario import lookup
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from sim.statistics.paired_difference import paired
from tests.fixtures.paths import LARGE, VALLEY
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.sessions import Log, through

FUTURES = 60


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario(VALLEY)


def play_one(log: Log, **moves: dict[str, str | tuple[str, ...] | None]) -> RoundEffects:
    """Play a round with these choices, and weigh it."""
    log.open()
    for person in list(log.session.people.values()):
        if person.actor in moves:
            log.order(person.id, 1, **moves[person.actor])
    through(log)
    work, task = effects_work(log.table(), log.table().played, FUTURES)
    return work(task)


def test_soldiers_make_enemies_for_long_and_a_quarrel_for_a_while(valley: Scenario) -> None:
    log = Log(valley)
    log.seat("north")
    (order,) = play_one(log, north={"south": "march"}).orders
    assert order.actor == "north"
    affinity, tension = order.outcomes["affinity"], order.outcomes["tension"]
    assert affinity.high < 0
    assert affinity.clear
    assert affinity.low <= affinity.difference <= affinity.high
    assert order.at_once["affinity"].high < affinity.difference  # it fades
    assert order.at_once["tension"].low > 0.05
    assert order.own_at_once.clear
    # The quarrel cools down within some rounds.
    assert tension.high < order.at_once["tension"].low / 3
    assert order.interest.keys() == {"north", "south"}
    assert order.own == order.interest["north"]


def test_an_order_that_the_model_was_bound_to_give_has_no_effect_at_all() -> None:
    # Nothing is open to anybody, so that the model lets each round pass, as the seat did.
    never = {"affinity of actor and target": {"at_least": 1}}
    closed = changed(DUEL, levers__summit__requires=never, levers__rebuke__requires=never)
    log = Log(build(closed))
    log.seat("north")
    found = play_one(log, north={"south": None})
    (order,) = found.orders
    for chosen in found.choices:
        assert chosen.chance == 1
        assert chosen.likeliest.lever is None
    every = (order.outcomes, order.interest, order.at_once)
    for effect in (order.own_at_once, *(one for part in every for one in part.values())):
        assert (effect.difference, effect.low, effect.high) == (0, 0, 0)
        assert not effect.clear


def test_the_chosen_is_held_against_all_that_was_open(valley: Scenario) -> None:
    log = Log(valley)
    log.seat("south")
    found = play_one(log, south={"north": "divide"})
    chosen, deed = found.choices
    assert (chosen.actor, chosen.target, chosen.lever) == ("south", "north", "divide")
    assert {option.lever for option in chosen.options} == {None, "talk", "divide"}
    assert (deed.track, deed.lever) == ("deeds", None)
    assert {option.lever for option in deed.options} == {None, "trade", "march"}
    assert sum(option.chance for option in chosen.options) == pytest.approx(1)
    assert [o.chance for o in chosen.options] == sorted(o.chance for o in chosen.options)[::-1]
    assert chosen.chance == next(o.chance for o in chosen.options if o.lever == "divide")
    assert chosen.chance < 0.2 < chosen.likeliest.chance


def test_why_a_chance_differs_from_ordinary_times_is_interest_sentiment_and_heat(
    valley: Scenario,
) -> None:
    # Section 6.5 of docs/model.md: the log-odds against letting it pass move by the three.
    log = Log(valley)
    log.seat("north")
    log.seat("south")
    for _ in range(3):  # so that the quarrel is hot
        play_one(log, north={"south": ("talk", "march")}, south={"north": ("divide", "march")})
    last = play_one(log, north={"south": ("talk", "march")}, south={"north": ("divide", "trade")})
    assert {one.lever for one in last.choices} == {"talk", "march", "divide", "trade"}
    levers = valley.description.levers
    for one in last.choices:
        chances = {option.lever: option.chance for option in one.options}
        usual = {
            name: found[1].value
            for name in chances
            if name and (found := lookup.usual(levers[name], one.actor, one.target))
        }
        assert one.lever is not None
        assert one.usual == usual[one.lever]
        moved = np.log(chances[one.lever] / chances[None])
        moved -= np.log(one.usual / (1 - sum(usual.values())))
        assert one.why is not None
        assert one.why.interest + one.why.sentiment + one.why.heat == pytest.approx(moved)
        assert (one.why.heat > 0) == (one.lever == "march")
    asked = {answer.lever: answer for answer in last.answers}
    assert asked.keys() == {"divide", "trade"}
    for answer in asked.values():
        agreed = lookup.consent(levers[answer.lever], answer.actor, answer.target)
        assert agreed is not None
        assert answer.usual == agreed[1].value
        moved = logit(answer.chance) - logit(answer.usual)
        assert answer.why.interest + answer.why.sentiment == pytest.approx(moved)


def test_computed_actors_agree_when_the_draw_is_below_the_chance(valley: Scenario) -> None:
    asked = []
    for seed in range(12):
        log = Log(valley, seed=seed)
        log.seat("south")
        found = play_one(log, south={"north": "divide" if seed % 2 else "trade"})
        moves = log.table().moves
        asked += [one for one in found.answers if (1, one.actor, one.target, one.track) in moves]
    assert all(one.agreed == (one.draw < one.chance) for one in asked)
    assert {one.agreed for one in asked} == {True, False}
    assert not any(one.by_people for one in asked)


def test_an_answer_of_people_stands_beside_the_models_chance(valley: Scenario) -> None:
    log = Log(valley)
    north, south = log.seat("north"), log.seat("south")
    log.open()
    log.order(south, north="trade")
    log.order(north, south=None)
    log.close()
    log.answer(north, south=False)
    log.close()
    work, task = effects_work(log.table(), 1, 4)
    (answer,) = work(task).answers
    assert answer.by_people
    assert not answer.agreed
    assert 0.6 < answer.chance < 0.95


def replayed(scenario: Scenario, task: EffectsTask, runs: int = 200) -> ReplayedRound:
    compiled = CompiledScenario(scenario)
    return ReplayedRound(compiled, task, round_as_played(compiled, task)[2], 1, runs)


def done(
    turn: ReplayedRound, actor: str, target: str, track: Track
) -> tuple[list[str], list[bool]]:
    """What an actor said or did in the first round of each future, and whether it took effect."""
    compiled, records = turn.world.compiled, turn.world.records
    place = 1, compiled.layout.direction(actor, target), TRACKS.index(track)
    names = [*sorted(compiled.description.levers), ""]  # PASS is -1
    chosen = [names[number] for number in records.choice[place]]
    return chosen, [bool(one) for one in records.accepted[place]]


def test_what_stands_is_the_round_as_it_was_played_in_every_future(valley: Scenario) -> None:
    log = Log(valley)
    log.seat("north")
    log.seat("south")
    play_one(log, north={"south": "march"}, south={"north": "talk"})
    found = replayed(valley, effects_work(log.table(), 1)[1]).final_values(None)
    over = log.table().dataset()["reported"].isel(run=0, round=1).values
    assert (found.soon == over).all()
    assert (np.ptp(found.outcomes, axis=0) > 0).any()


def test_what_is_left_to_the_model_has_its_probabilities_and_all_else_is_as_it_was(
    valley: Scenario,
) -> None:
    log = Log(valley)
    log.seat("north")
    log.seat("south")
    found = play_one(log, north={"south": "march"}, south={"north": "talk"})
    turn = replayed(valley, effects_work(log.table(), 1)[1], 2000)
    turn.final_values("north")
    north = [one for one in found.choices if one.actor == "north"]
    assert [one.track for one in north] == ["words", "deeds"]
    for one in north:
        chosen, _ = done(turn, "north", "south", one.track)
        for option in one.options:
            share = chosen.count(option.lever or "") / len(chosen)
            assert share == pytest.approx(option.chance, abs=0.04)
    assert set(done(turn, "south", "north", "words")[0]) == {"talk"}
    assert set(done(turn, "south", "north", "deeds")[0]) == {""}
    turn.final_values("south")
    assert set(done(turn, "north", "south", "deeds")[0]) == {"march"}
    assert set(done(turn, "south", "north", "words")[0]) == {"", "talk", "divide"}
    assert set(done(turn, "south", "north", "deeds")[0]) == {"", "trade", "march"}


def refusing(valley: Scenario, *, people: bool) -> ReplayedRound:
    """South asked for a division, North refused; left to itself, South asks for more."""
    document = valley.description.model_dump(mode="json", exclude_none=True)
    for lever, often in (("talk", 0.1), ("trade", 0.4)):
        document["levers"][lever]["usual"] = often
    document["levers"]["divide"]["usual"] = {"south to north": 0.3}
    log = Log(build(document), seed=3)
    south = log.seat("south")
    if people:
        log.seat("north")
    log.open()
    log.order(south, north="divide")
    log.close()
    if people:
        log.answer("p1", south=False)
        log.close()
    assert not next(act for act in log.table().acts(1) if act.actor == "south").accepted
    turn = replayed(log.table().scenario, effects_work(log.table(), 1)[1])
    turn.final_values("south")
    return turn


@pytest.mark.parametrize("people", [True, False])
def test_the_same_proposal_gets_the_same_answer_and_another_its_own(
    valley: Scenario, people: bool
) -> None:
    turn = refusing(valley, people=people)
    words, deeds = (
        list(zip(*done(turn, "south", "north", track), strict=True)) for track in TRACKS
    )
    assert {agreed for lever, agreed in words if lever == "divide"} == {False}
    trades = [agreed for lever, agreed in deeds if lever == "trade"]
    assert 0.5 < np.mean(trades) < 1


def test_only_what_was_known_then_counts(valley: Scenario) -> None:
    log = Log(valley)
    log.seat("north")
    first = play_one(log, north={"south": "march"})
    for _ in range(2):
        play_one(log, north={"south": "march"})
    work, task = effects_work(log.table(), 1, FUTURES)
    assert work(task) == first


def test_seats_of_the_model_are_not_weighed(valley: Scenario) -> None:
    task = EffectsTask(Course(7), 1, 4)
    found = MeasureEffects(valley)(task)
    assert not found.choices
    assert not found.orders


def test_all_seats_of_a_large_scenario_are_weighed_at_once() -> None:
    log = Log(load_scenario(LARGE), seed=2016)
    for actor in ("japan", "china"):
        log.seat(actor)
    found = play_one(log, japan={"russia": "insist_on_four"}, china={"japan": None})
    assert [order.actor for order in found.orders] == ["china", "japan"]
    assert {one.actor for one in found.choices} == {"china", "japan"}


def test_intervals_are_those_of_pairs(valley: Scenario) -> None:
    rng = np.random.default_rng(4)
    shared = rng.normal(size=(50, 1))
    ends = [
        FinalValues(
            soon=np.hstack([shared] * 3),
            soon_interest=np.hstack([shared] * 2),
            outcomes=np.hstack([shared + shift] * 3),
            events=(shared + shift > 0).repeat(2, axis=1).astype(float),
            interest=np.hstack([shared + shift] * 2),
        )
        for shift in (0.0, 0.5)
    ]
    left, stands = ends
    order = order_effects(valley, "north", left, stands)
    effect = order.outcomes["affinity"]
    assert (effect.difference, effect.low, effect.high) == pytest.approx((0.5, 0.5, 0.5))
    assert effect.spread == pytest.approx(shared.std(ddof=1))
    chance = paired(ends[0].events, ends[1].events, events=True)
    low, high = chance.interval()
    found = order.events["divided"]
    assert (found.difference, found.low, found.high) == (chance.difference[0], low[0], high[0])


def test_few_pairs_that_differ_have_no_interval(valley: Scenario) -> None:
    """So few say nothing of how often they would differ, or by how much."""

    def ends(differing: int) -> FinalValues:
        one = np.zeros((400, 3))
        one[:differing] = 60.0
        return FinalValues(one, one[:, :2], one, np.minimum(one[:, :2], 1.0), one[:, :2])

    few, many = (
        order_effects(valley, "south", ends(0), ends(n)).at_once["valley"] for n in (9, 40)
    )
    assert (few.differ, few.seldom, few.clear) == (9, True, False)
    assert (many.differ, many.seldom, many.clear) == (40, False, True)
    assert Wording.effect(few, 1).endswith(" (seldom differs)")
    assert "95" in Wording.effect(many, 1)


def test_what_counts_a_lever_is_no_effect_of_choosing_it(valley: Scenario) -> None:
    log = Log(valley)
    log.seat("south")
    found = play_one(log, south={"north": "divide"})
    assert "divided" not in found.orders[0].events
    log.seat("north")
    later = play_one(log, south={"north": "talk"}, north={"south": None})
    assert all("divided" in order.events for order in later.orders)
    summits = {"acts": {"name": "Summits", "acts": ["summit"], "by": "north"}}
    counting = build(changed(DUEL, outcomes=summits))
    some = FinalValues(*(np.zeros((9, len(counting.description.actors))) for _ in range(5)))
    for seat, counted in (("north", False), ("south", True)):
        order = order_effects(counting, seat, *_of_one(some), open_levers={"summit"})
        assert ("acts" in order.outcomes) == counted


def _of_one(ends: FinalValues) -> tuple[FinalValues, FinalValues]:
    soon, outcomes, events = ends.soon[:, :1], ends.outcomes[:, :1], ends.events[:, :0]
    one = ends._replace(soon=soon, outcomes=outcomes, events=events)
    return one, one
