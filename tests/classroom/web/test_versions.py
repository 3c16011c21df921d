"""A page grows old with what it shows, and tells nothing of what other seats keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.classroom.game import log_entries as entries
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.web_room import School


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path, scenario(DUEL))
    for actor in school.table().seats:
        school.seat(actor, actor)
    school.seat("Watcher", None)
    school.open()
    return school


def stirred(school: School, entry: entries.AnyEntry) -> set[str]:
    """Whose pages an entry makes old; the teacher's always."""
    people = school.room.session.people.values()
    before = {one.name: school.room.version_for(one) for one in people}
    table, every = school.room.version(1), school.room.version()
    school.room.accept(entry)
    assert school.room.version(1) != table
    assert school.room.version() != every
    return {one.name for one in people if school.room.version_for(one) != before[one.name]}


def order(lever: str | None, at: float = 1) -> entries.Ordered:
    return entries.Ordered(
        at=at, participant="id-north", table=1, round=1, moves={"south": {"words": lever}}
    )  # fmt: skip


def test_that_a_seat_has_chosen_is_for_all_and_what_it_chooses_anew_is_its_own(
    school: School,
) -> None:
    everybody = {*school.table().seats, "Watcher"}
    assert stirred(school, order("summit")) == everybody
    assert stirred(school, order(None)) == {"north"}


def test_an_answer_is_the_seats_own(school: School) -> None:
    school.room.accept(order("summit"))
    school.close()
    assert school.table().phase == "answering"
    said = entries.Answered(
        at=2, participant="id-south", table=1, round=1, answers={"north": {"words": False}}
    )
    assert stirred(school, said) == {"south"}


def test_a_message_stirs_those_who_can_read_it(school: School) -> None:
    said = entries.Said(at=2, participant="id-north", table=1, to=("south",), text="x")
    assert stirred(school, said) == {"north", "south"}
    assert stirred(school, entries.Said(at=2, table=1, to=("south",), text="x")) == {"south"}
    everybody = {*school.table().seats, "Watcher"}
    assert (
        stirred(school, entries.Said(at=2, participant="id-north", table=1, text="x")) == everybody
    )
