"""A session: its rules, and that its log is the whole of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.classroom import entries as of
from sim.classroom.clock import due
from sim.classroom.session import replay
from sim.classroom.table import RefusedError
from sim.model.setting import Setting
from sim.model.world import World
from sim.scenario.build import load_scenario
from sim.scenario.scenario import Scenario
from tests.classroom.games import Log, replayed, state, through
from tests.samples import QUARTET, scenario

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario("scenarios/two-neighbours.yaml")


def test_with_the_model_in_every_seat_the_game_is_run_0(valley: Scenario) -> None:
    log = Log(valley)
    for _ in range(log.table().rounds):
        log.open()
        through(log)
    world = World(Setting(valley), 7, 0, 1)
    for _ in range(world.setting.description.calendar.rounds):
        world.step()
    assert log.table().phase == "over"
    np.testing.assert_array_equal(log.table().world.x, world.x)
    np.testing.assert_array_equal(log.table().world.records.choice, world.records.choice)


def test_what_a_seat_chose_is_done_and_who_chose_nothing_lets_it_pass(valley: Scenario) -> None:
    log = Log(valley)
    anna = log.seat("north")
    log.seat("south")
    log.open()
    log.order(anna, south="talk")
    log.order(anna, south="march")  # one may think again
    through(log)
    done = {act.actor: act for act in log.table().acts(1)}
    assert done["north"].lever == "march"
    assert done["north"].by_people
    assert done["south"].lever is None


def test_a_proposal_waits_for_the_people_it_asks_and_silence_refuses(valley: Scenario) -> None:
    log = Log(valley)
    log.seat("north")
    bo = log.seat("south")
    agreed = []
    for said in (True, False, None):
        log.open()
        log.order(bo, north="divide")
        log.close()
        assert log.table().phase == "answering"
        assert [ask.actor for ask in log.table().asked("north")] == ["south"]
        if said is not None:
            log.answer("p0", south=said)
        log.close()
        agreed.append(next(a.accepted for a in log.table().acts(log.table().round) if a.lever))
        if said:
            log.accept(of.Undone(at=log.now, table=1))  # it can be done only once
            log.close()
    assert agreed == [True, False, False]


def test_a_seat_handed_to_the_model_plays_as_the_model_and_can_be_handed_back(
    valley: Scenario,
) -> None:
    log, free = Log(valley), Log(valley)
    anna = log.seat("north")
    log.accept(of.Handed(at=log.now, table=1, actor="north", model=True))
    log.open()
    free.open()
    with pytest.raises(RefusedError, match="the model plays your seat"):
        log.order(anna, south="march")
    log.close()
    free.close()
    np.testing.assert_array_equal(log.table().world.x, free.table().world.x)
    log.accept(of.Handed(at=log.now, table=1, actor="north", model=False))
    log.open()
    log.order(anna, south="march")


def test_a_round_taken_back_is_open_again_as_it_was_opened(valley: Scenario) -> None:
    log = Log(valley)
    anna = log.seat("north")
    log.open()
    before = state(log.session)
    log.order(anna, south="march")
    through(log)
    log.open()
    log.accept(of.Undone(at=log.now, table=1))
    assert state(log.session) == before


def test_nothing_is_taken_back_before_a_round_is_over(valley: Scenario) -> None:
    log = Log(valley)
    log.open()
    with pytest.raises(RefusedError, match="nothing to take back"):
        log.accept(of.Undone(at=log.now, table=1))


def test_tables_have_the_same_luck(valley: Scenario) -> None:
    log = Log(valley, tables=2)
    for table in (1, 2):
        for _ in range(3):
            log.open(table)
            log.close(table)
    one, other = log.session.tables
    np.testing.assert_array_equal(one.world.x, other.world.x)


def test_an_event_let_happen_counts_at_once_and_leaves_all_luck_as_it_was() -> None:
    quartet = scenario(QUARTET)
    log, free = Log(quartet), Log(quartet)
    for one in (log, free):
        one.open()
        through(one)
        one.open()
    made = of.Injected(at=log.now, table=1, round=2, name="A parade <b>", changes={})
    log.accept(made)
    assert any(name.startswith("made_in_class") for name in log.table().events(2))
    for one in (log, free):
        one.close()
        one.open()
        one.close()
    np.testing.assert_array_equal(log.table().world.x, free.table().world.x)


def test_a_made_up_event_changes_what_it_names(valley: Scenario) -> None:
    log = Log(valley)
    log.open()
    before = log.table().value("tension", "north", "south")
    changes = {"tension of north and south": 0.2}
    log.accept(of.Injected(at=log.now, table=1, round=1, name="Shots", changes=changes))
    assert log.table().value("tension", "north", "south") == pytest.approx(before + 0.2)


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("", {}, "give the event a name"),
        ("x", {"tension of north and nobody": 0.1}, "no quantity"),
        ("x", {"tension of north and north": 0.1}, "no quantity"),
        ("x", {"salience of north on valley": 0.1}, "no quantity"),
        ("x", {"__import__('os')": 0.1}, "no quantity"),
        ("x", {"tension of north and south": 5.0}, "cannot change by"),
        ("x", {"tension of north and south": float("nan")}, "cannot change by"),
    ],
)
def test_an_event_that_cannot_be_is_refused(
    valley: Scenario, name: str, changes: dict[str, float], reason: str
) -> None:
    log = Log(valley)
    log.open()
    before = state(log.session)
    entry = of.Injected.model_construct(
        at=log.now, table=1, round=1, event=None, name=name, changes=changes
    )
    with pytest.raises(RefusedError, match=reason):
        log.accept(entry)
    assert state(log.session) == before


def test_a_stopped_clock_keeps_what_was_left(valley: Scenario) -> None:
    log = Log(valley)
    log.accept(of.Changed(at=log.now, minutes=5))
    log.open()
    began = log.now - 1
    assert log.table().deadline == began + 300
    log.accept(of.Paused(at=began + 100, table=1, paused=True))
    assert due(log.session, began + 1000) is None
    log.accept(of.Paused(at=began + 1000, table=1, paused=False))
    assert log.table().deadline == began + 1200
    log.accept(of.Extended(at=began + 1000, table=1, seconds=60))
    assert log.table().deadline == began + 1260


def test_when_its_time_is_over_a_round_is_closed_and_where_rounds_flow_the_next_opened(
    valley: Scenario,
) -> None:
    log = Log(valley)
    log.accept(of.Changed(at=log.now, minutes=5, flow=True))
    log.open()
    assert due(log.session, log.now + 10) is None
    seen: list[str] = []
    now = log.now + 301
    while (entry := due(log.session, now)) and len(seen) < 10:
        log.accept(entry)
        seen.append(entry.kind)
    assert seen == ["closed", "round"]


def test_another_device_takes_the_seat_over_once_and_in_time(valley: Scenario) -> None:
    log = Log(valley)
    anna = log.seat("north")
    code, new = "c" * 64, "d" * 64
    log.accept(of.Offered(at=log.now, participant=anna, code=code, until=100))
    late = of.Moved(at=101, participant=anna, code=code, token=new)
    with pytest.raises(RefusedError, match="no longer, valid"):
        log.accept(late)
    log.accept(late.model_copy(update={"at": 99}))
    assert log.session.by_token(f"{0:064x}") is None
    found = log.session.by_token(new)
    assert found is not None
    assert found.id == anna
    with pytest.raises(RefusedError, match="no longer, valid"):
        log.accept(late.model_copy(update={"at": 99}))


def test_only_who_sits_in_a_seat_acts_for_it(valley: Scenario) -> None:
    log = Log(valley, tables=2)
    anna, bo = log.seat("north"), log.seat("south", table=2)
    watcher = log.seat(None)
    for table in (1, 2):
        log.open(table)
    for who in (bo, watcher):
        with pytest.raises(RefusedError, match="do not sit"):
            log.order(who, south="talk")
    with pytest.raises(RefusedError, match="none of your levers"):
        log.order(anna, south="divide")
    with pytest.raises(RefusedError, match="nothing to do toward"):
        log.order(anna, north="talk")
    log.accept(of.Removed(at=log.now, participant=anna))
    with pytest.raises(RefusedError, match="not in the room"):
        log.order(anna, south="talk")


def test_a_message_reaches_those_it_is_for(valley: Scenario) -> None:
    log = Log(scenario(QUARTET), tables=2)
    actors = list(log.table().seats)
    people = [log.seat(actor) for actor in actors]
    other = log.seat(actors[0], table=2)
    watcher = log.seat(None)
    log.accept(
        of.Said(at=log.now, participant=people[0], table=1, to=(actors[1],), text="only you")
    )
    log.accept(of.Said(at=log.now, participant=people[0], table=1, text="all of us"))
    log.accept(of.Said(at=log.now, table=None, text="everybody"))
    heard = {
        who: [m.text for m in log.session.heard(log.session.people[who])]
        for who in (*people, other, watcher)
    }
    assert heard[people[0]] == heard[people[1]] == ["only you", "all of us", "everybody"]
    assert heard[people[2]] == heard[watcher] == ["all of us", "everybody"]
    assert heard[other] == ["everybody"]


KINDS = ("open", "close", "order", "answer", "undo", "inject", "made", "pause", "hand", "say",
         "seat", "remove", "end", "extend", "add")  # fmt: skip


def _entry(kind: str, log: Log, draw: Any) -> of.Any_:
    session, now = log.session, log.now
    table = log.table(draw(st.integers(1, len(session.tables))))
    actors = list(table.seats)
    actor = draw(st.sampled_from(actors))
    who = draw(st.sampled_from(["p0", "p1", "p2", "p3", "p4"]))
    base = {"at": now, "table": table.number}
    lever = draw(st.sampled_from([None, *table.setting.description.levers]))
    made: dict[str, of.Any_] = {
        "open": of.RoundOpened(**base, round=table.round + 1),
        "close": of.Closed(**base, round=table.round),
        "order": of.Ordered(**base, participant=who, round=table.round, moves={actor: lever}),
        "answer": of.Answered(**base, participant=who, round=table.round, answers={actor: True}),
        "undo": of.Undone(**base),
        "inject": of.Injected(
            **base, round=table.coming,
            event=draw(st.sampled_from(sorted(session.scenario.description.events))),
        ),
        "made": of.Injected(
            **base, round=table.coming, name="made",
            changes={f"support of {actor}": draw(st.floats(-0.3, 0.3))},
        ),
        "pause": of.Paused(**base, paused=draw(st.booleans())),
        "hand": of.Handed(**base, actor=actor, model=draw(st.booleans())),
        "say": of.Said(**base, participant=who, text="hello"),
        "seat": of.Seated(**base, participant=who, actor=actor, by_teacher=True),
        "remove": of.Removed(at=now, participant=who),
        "end": of.Ended(**base),
        "extend": of.Extended(**base, seconds=30),
        "add": of.Added(at=now),
    }  # fmt: skip
    return made[kind]


@few
@given(data=st.data())
def test_whatever_was_done_the_log_brings_it_back(data: st.DataObject) -> None:
    log = Log(scenario(QUARTET))
    actors = list(log.table().seats)
    for nth in range(5):
        log.seat(actors[nth % len(actors)])
    weights = ["open", "close", "order", "order"] * 3 + list(KINDS)
    for kind in data.draw(st.lists(st.sampled_from(weights), min_size=5, max_size=40)):
        entry = _entry(kind, log, data.draw)
        before = state(log.session)
        try:
            log.accept(entry)
        except RefusedError:
            assert state(log.session) == before
    assert state(replay(replayed(log.entries))) == state(log.session)
