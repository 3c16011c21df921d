"""The clock: at several tables, when somebody sets it, and when the computer sleeps."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.game.clock import GRACE, Clock, steady_seconds
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.sessions import state
from tests.fixtures.web_room import School


def test_what_fails_at_one_table_is_shown_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    school = School(tmp_path, scenario(DUEL), tables=3)
    school.room.accept(entries.Changed(at=school.clock(), minutes=1))
    for table in (1, 2, 3):
        school.open(table)
    school.wait(59)
    append = school.store.append

    def faulty(session: int, number: int, entry: entries.AnyEntry) -> None:
        if getattr(entry, "table", None) == 2:
            raise ValueError("what somebody typed")
        append(session, number, entry)

    monkeypatch.setattr(school.store, "append", faulty)
    with caplog.at_level(logging.ERROR):
        school.wait(3)
    assert [school.table(n).phase for n in (1, 2, 3)] == ["closed", "choosing", "closed"]
    assert school.room.trouble.startswith("table 2: ValueError at ")
    assert caplog.text.count(Path(__file__).name) == 1  # it is told once
    assert "typed" not in caplog.text + school.room.trouble
    monkeypatch.undo()
    school.room.tick()
    assert school.table(2).phase == "closed"
    assert school.room.trouble == ""


HOUR = 3600.0


@pytest.fixture
def timed(tmp_path: Path) -> School:
    """A student in a round of ten minutes."""
    school = School(tmp_path, scenario(DUEL))
    school.token = school.seat("Anna", "north")  # type: ignore[attr-defined]
    school.room.accept(entries.Changed(at=school.clock(), minutes=10))
    school.open()
    return school


@pytest.mark.parametrize("by", [-HOUR, HOUR, -60.0, 5.0])
def test_a_clock_that_is_set_moves_no_deadline(timed: School, by: float) -> None:
    timed.wait(300)
    timed.clock.set_by = by
    timed.wait(299)
    assert timed.table().phase == "choosing"
    timed.wait(1)
    assert timed.table().phase != "choosing"


def test_the_pages_show_the_time_of_the_clock_as_it_is_set(timed: School) -> None:
    def until() -> str:
        page = timed.get("/seat", timed.token).text  # type: ignore[attr-defined]
        return page.split("until ")[1][:5]

    before = until()
    timed.clock.set_by = -HOUR
    hours = [int(one.split(":")[0]) for one in (before, until())]
    assert (hours[0] - hours[1]) % 24 == 1
    assert before[2:] == until()[2:]


def test_who_sets_the_clock_and_starts_again_holds_no_round_open(timed: School) -> None:
    timed.wait(300)
    timed.clock.set_by = -HOUR
    timed.restart()
    deadline = timed.table().deadline
    assert deadline is not None
    assert deadline - timed.room.clock() <= 600
    timed.wait(600)
    assert timed.table().phase != "choosing"


def test_a_computer_that_slept_past_the_deadline_gives_a_minute(timed: School) -> None:
    timed.wait(300)
    timed.clock.now += HOUR
    timed.wait(GRACE - 1)
    assert timed.table().phase == "choosing"
    timed.wait(2)
    assert timed.table().phase != "choosing"


def test_it_gives_it_just_before_the_deadline_too_and_takes_nothing_away(timed: School) -> None:
    timed.clock.now += 590
    timed.wait(1)
    assert timed.table().deadline == timed.clock.now + GRACE
    timed.room.accept(entries.Extended(at=timed.clock(), table=1, seconds=HOUR))
    deadline = timed.table().deadline
    timed.clock.now += 60
    timed.wait(1)
    assert timed.table().deadline == deadline


def test_a_clock_that_stops_in_sleep_keeps_the_time_that_was_left(timed: School) -> None:
    """So it is on some systems: the clock on the wall alone has gone on."""
    timed.wait(590)
    timed.clock.set_by = HOUR
    timed.wait(1)
    assert timed.table().deadline == timed.clock.now + GRACE


def test_what_waits_for_answers_has_its_minute_as_well(tmp_path: Path) -> None:
    asked = changed(DUEL, levers__summit__usual={"north to south": 0.2})
    school = School(tmp_path, scenario(asked))
    anna = school.seat("Anna", "north")
    school.seat("Bo", "south")
    school.room.accept(entries.Changed(at=school.clock(), minutes=1))
    school.open()
    school.post("/order", anna, round="1", words__south="summit")
    school.close()
    assert school.table().phase == "answering"
    school.clock.now += HOUR
    school.wait(GRACE - 1)
    assert school.table().phase == "answering"


def test_a_stopped_clock_stays_stopped_and_no_deadline_stays_none(timed: School) -> None:
    timed.room.accept(entries.Paused(at=timed.clock(), table=1, paused=True))
    left = timed.table().left
    timed.clock.now += HOUR
    timed.clock.set_by = -HOUR
    timed.wait(1)
    assert (timed.table().deadline, timed.table().left) == (None, left)


def test_after_all_that_the_log_gives_the_same_game(timed: School) -> None:
    timed.wait(120)
    timed.clock.set_by = -HOUR
    timed.clock.now += HOUR
    timed.wait(GRACE + 1)
    if timed.table().phase == "answering":
        timed.wait(120)
    timed.open()
    before = state(timed.room.session)
    times = [entry.at for entry in timed.store.entries(timed.room.recorder.number)]
    assert times == sorted(times)
    timed.restart()
    assert state(timed.room.session) == before


def test_the_steady_clock_of_this_system_does_not_go_back() -> None:
    first = steady_seconds()
    assert steady_seconds() >= first
    clock = Clock(lambda: 1e9, steady_seconds)
    assert clock() >= 1e9
    assert clock.shown(clock()) == pytest.approx(1e9)
