"""The rules of a session: what is refused, to whom, and when."""

from __future__ import annotations

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.game.table import RefusedError
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from tests.fixtures.scenarios import QUARTET, scenario
from tests.fixtures.sessions import Log, state


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario("scenarios/two-neighbours.yaml")


def test_nothing_is_taken_back_before_a_round_is_over(valley: Scenario) -> None:
    log = Log(valley)
    log.open()
    with pytest.raises(RefusedError, match="nothing to take back"):
        log.accept(entries.Undone(at=log.now, table=1))


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
        ("x", {"power of north": 100.5}, "cannot change by 100.5: by -100 to 100 at once"),
    ],
)
def test_an_event_that_cannot_be_is_refused(
    valley: Scenario, name: str, changes: dict[str, float], reason: str
) -> None:
    log = Log(valley)
    log.open()
    before = state(log.session)
    entry = entries.Injected.model_construct(
        at=log.now, table=1, round=1, event=None, name=name, changes=changes
    )
    with pytest.raises(RefusedError, match=reason):
        log.accept(entry)
    assert state(log.session) == before


def test_another_device_takes_the_seat_over_once_and_in_time(valley: Scenario) -> None:
    log = Log(valley)
    anna = log.seat("north")
    code, new = "c" * 64, "d" * 64
    log.accept(entries.Offered(at=log.now, participant=anna, code=code, until=100))
    late = entries.Moved(at=101, participant=anna, code=code, token=new)
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
    with pytest.raises(RefusedError, match="nothing to say to"):
        log.order(anna, north="talk")
    deed = entries.Ordered(
        at=log.now, participant=anna, table=1, round=1, moves={"south": {"deeds": "talk"}}
    )
    with pytest.raises(RefusedError, match="'talk' is a word, not a deed"):
        log.accept(deed)
    log.accept(entries.Removed(at=log.now, participant=anna))
    with pytest.raises(RefusedError, match="not in the room"):
        log.order(anna, south="talk")


def test_a_message_reaches_those_it_is_for(valley: Scenario) -> None:
    log = Log(scenario(QUARTET), tables=2)
    actors = list(log.table().seats)
    people = [log.seat(actor) for actor in actors]
    other = log.seat(actors[0], table=2)
    watcher = log.seat(None)
    log.accept(
        entries.Said(at=log.now, participant=people[0], table=1, to=(actors[1],), text="only you")
    )
    log.accept(entries.Said(at=log.now, participant=people[0], table=1, text="all of us"))
    log.accept(entries.Said(at=log.now, table=None, text="everybody"))
    heard = {
        who: [m.text for m in log.session.heard(log.session.people[who])]
        for who in (*people, other, watcher)
    }
    assert heard[people[0]] == heard[people[1]] == ["only you", "all of us", "everybody"]
    assert heard[people[2]] == heard[watcher] == ["all of us", "everybody"]
    assert heard[other] == ["everybody"]


def test_choices_that_an_event_closes_are_dropped_and_cannot_be_made_again() -> None:
    log = Log(scenario(QUARTET))
    west = log.seat("west")
    log.open()
    log.order(west, ally="aid")
    event = next(
        name
        for name, event in log.session.scenario.description.events.items()
        if "aid by west" in event.forbids
    )
    log.accept(entries.Injected(at=log.now, table=1, round=1, event=event))
    assert log.table().orders == {}
    with pytest.raises(RefusedError, match="not open to you now"):
        log.order(west, ally="aid")
    with pytest.raises(RefusedError, match="happens in this round already"):
        log.accept(entries.Injected(at=log.now, table=1, round=1, event=event))


def test_an_actor_of_little_attention_does_no_more_than_it_can() -> None:
    log = Log(scenario(QUARTET))
    west = log.seat("west")
    log.open()
    log.order(west, ally="summit", east="summit")
    with pytest.raises(RefusedError, match="you can say or do 2 in a round, and chose 3"):
        log.order(west, isle="summit")
    log.order(west, isle="summit", east=None)
    log.close()
    assert [log.table().moves[1, "west", to, "words"] for to in ("ally", "east", "isle")] == [
        "summit", None, "summit"
    ]  # fmt: skip


def test_closed_doors_keep_newcomers_out_and_seats_as_they_are(valley: Scenario) -> None:
    log = Log(valley)
    anna = log.seat(None)
    log.accept(entries.Changed(at=log.now, doors=False))
    with pytest.raises(RefusedError, match="doors are closed"):
        log.seat("south")
    with pytest.raises(RefusedError, match="gives out the seats"):
        log.accept(entries.Seated(at=log.now, participant=anna, table=1, actor="south"))
    log.accept(
        entries.Seated(at=log.now, participant=anna, table=1, actor="south", by_teacher=True)
    )
    assert [seat.members for seat in log.table().seats.values()] == [[], [anna]]


@pytest.mark.parametrize("begun", [False, True])
def test_the_first_seat_binds_and_only_the_teacher_changes_it(
    valley: Scenario, begun: bool
) -> None:
    log = Log(valley)
    anna = log.seat("north")
    if begun:
        log.open()
    for table, actor in ((1, "south"), (1, None), (None, None)):
        with pytest.raises(RefusedError, match="only your teacher"):
            log.accept(entries.Seated(at=log.now, participant=anna, table=table, actor=actor))
    log.accept(
        entries.Seated(at=log.now, participant=anna, table=1, actor="south", by_teacher=True)
    )
    assert log.session.people[anna].actor == "south"


def test_a_team_is_joined_before_the_game_and_then_only_an_empty_seat_taken(
    valley: Scenario,
) -> None:
    log = Log(valley)
    log.seat("north")
    assert len(log.table().seats["north"].members) == 1
    log.seat("north")
    late = log.seat(None)
    log.open()
    taken = entries.Seated(at=log.now, participant=late, table=1, actor="north")
    with pytest.raises(RefusedError, match="this seat is taken: ask your teacher"):
        log.accept(taken)
    with pytest.raises(RefusedError, match="this seat is taken"):
        log.seat("north")
    log.accept(taken.model_copy(update={"actor": "south"}))
    given = log.seat(None)
    log.accept(taken.model_copy(update={"participant": given, "by_teacher": True}))
    assert [len(seat.members) for seat in log.table().seats.values()] == [3, 1]


def test_a_student_who_is_removed_leaves_the_seat_to_the_model(valley: Scenario) -> None:
    log = Log(valley)
    anna = log.seat("north")
    log.accept(entries.Removed(at=log.now, participant=anna))
    assert log.table().seats["north"].members == []
    assert not log.table().seats["north"].by_people
    assert log.session.by_token(f"{0:064x}") is None
    log.seat("north", name=anna)  # the name is free again


def test_nothing_can_be_let_happen_after_the_last_round() -> None:
    log = Log(load_scenario("scenarios/two-neighbours.yaml", {"calendar.rounds": 1}))
    log.accept(entries.Injected(at=log.now, table=1, round=1, name="before it begins"))
    log.open()
    assert log.table().events(1)
    log.close()
    with pytest.raises(RefusedError, match="while a round is open"):
        log.accept(entries.Injected(at=log.now, table=1, round=2, name="too late"))
