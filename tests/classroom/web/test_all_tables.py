"""What is done at all tables at once leaves the room to others, and is worked out once."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from sim.classroom.forecast import jobs
from sim.classroom.forecast.forecast import forecast_work
from sim.classroom.forecast.jobs import FailedJob
from sim.classroom.game import log_entries as entries
from sim.classroom.game.table import RefusedError
from sim.classroom.web.authentication import SEAT
from sim.classroom.web.teacher.admin import in_turn
from tests.classroom.debrief.test_served import Idle
from tests.fixtures.scenarios import scenario
from tests.fixtures.teacher_room import TOLD, Desk
from tests.fixtures.web_room import BASE, CODE, given


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, scenario(TOLD), 3).let_in()


def storm(desk: Desk, table: int, name: str = "Storm") -> None:
    coming = desk.table(table).coming
    desk.room.accept(entries.Injected(at=1, table=table, round=coming, name=name))


def ended(desk: Desk) -> None:
    """Close the round, and the answers where there are any."""
    desk.close()
    if desk.table().phase == "answering":
        desk.close()


def played(desk: Desk) -> None:
    desk.open()
    ended(desk)


def test_tables_with_the_same_events_share_their_setting_and_others_do_not(desk: Desk) -> None:
    storm(desk, 1)
    storm(desk, 2)
    storm(desk, 3, "Flood")
    one, two, three = (desk.table(n).compiled for n in (1, 2, 3))
    assert one is two
    assert three is not one
    assert "Flood" in {event.name for event in three.description.events.values()}


def test_an_event_at_all_tables_happens_at_each(desk: Desk) -> None:
    said = desk.send("inject", do="made", table="all", name="Storm")
    assert "table 1 in round 1, table 2 in round 1 and table 3 in round 1" in said
    assert all(desk.table(n).adhoc_events for n in (1, 2, 3))


def test_others_have_their_turn_between_tables(desk: Desk) -> None:
    done: list[Any] = []

    async def other() -> None:
        for _ in range(3):
            done.append("page")
            await asyncio.sleep(0)

    async def play() -> None:
        task = asyncio.create_task(other())
        async for one in in_turn(desk.room, (1, 2, 3)):
            done.append(one)
        await task

    asyncio.run(play())
    assert done == [1, "page", 2, "page", 3, "page"]


def test_what_is_meant_for_one_session_does_not_befall_another(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other", scenario(TOLD), 3)

    async def play() -> None:
        async for _ in in_turn(desk.room, (1, 2)):
            desk.room.take(other.room.recorder)

    with pytest.raises(RefusedError, match="another session"):
        asyncio.run(play())


def test_only_what_is_new_is_worked_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.seat("Anna", "north")
    desk.room.work_with(Idle())
    built: list[int | None] = []

    def counted(table: Any, played: int | None, *rest: Any, **more: Any) -> Any:
        built.append(played)
        return forecast_work(table, played, *rest, **more)

    for _ in range(2):
        played(desk)
    monkeypatch.setattr(jobs, "forecast_work", counted)
    desk.open()
    assert built == [None]
    ended(desk)
    assert built == [None, None, 3]
    desk.room.accept(entries.Undone(at=1, table=1))
    assert built == [None, None, 3, None], "what was before it stays as it was"


def test_all_that_is_accepted_in_a_turn_is_followed_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.room.work_with(Idle())
    assert desk.room.jobs is not None
    followed: list[int] = []
    monkeypatch.setattr(desk.room.jobs, "follow", lambda: followed.append(1))

    async def play() -> None:
        async with desk.room.running():
            for _ in range(5):
                desk.room.accept(entries.Said(at=1, table=None, text="x"))
            assert not followed
            await asyncio.sleep(0.01)

    asyncio.run(play())
    assert followed == [1]


def names(desk: Desk) -> set[str]:
    return {one.name for one in desk.room.session.people.values()}


def test_all_without_a_seat_are_removed_and_who_looks_on_has_none(desk: Desk) -> None:
    desk.seat("Anna", "north")
    desk.seat("Olga", None)
    for name in ("Bo", "Cy"):
        desk.enter(name)
    assert desk.send("people", do="remove idle") == "3 students without a seat removed."
    assert names(desk) == {"Anna"}
    again = desk.send("people", do="remove idle")
    assert again == "Not done: there is no student without a seat."


def test_all_who_only_look_on_are_removed(desk: Desk) -> None:
    desk.seat("Anna", "north")
    for name in ("Olga", "Otto"):
        desk.seat(name, None)
    desk.enter("Bo")
    said = desk.send("people", do="remove onlookers")
    assert said == "2 students who only looked on removed."
    assert names(desk) == {"Anna", "Bo"}


def test_all_of_one_address_are_removed_and_the_page_says_who(desk: Desk) -> None:
    tokens = {}
    for nth, name in enumerate(("Anna", "Bo", "Cy", "Di", "Ed", "Fi")):
        device = desk.elsewhere("10.0.0.9" if nth else "10.0.0.8")
        answer = device.post("/join", data={"code": CODE, "name": name}, headers={"origin": BASE})
        tokens[name] = given(answer)
    desk.post("/seat", tokens["Di"], table="1", actor="south")
    page = desk.look().text
    assert "5, 1 of them in seats: Bo, Cy, Di and 2 more" in page
    assert "Anna, " not in page
    assert "10.0.0" not in page
    found = re.search(r'<select id="with" name="with"><option value="(\w+)"', page)
    assert found is not None
    said = desk.send("people", do="remove address", **{"with": found[1]})
    assert said == "5 students of one address removed. Of them 1 had a seat."
    assert names(desk) == {"Anna"}
    again = desk.send("people", do="remove address", **{"with": "nobody"})
    assert again == "Not done: choose of the list whom they came in with."


def test_who_went_on_from_another_device_or_was_in_before_the_start_has_an_address(
    desk: Desk,
) -> None:
    anna, bo = desk.seat("Anna", "north"), desk.seat("Bo", "south")
    desk.elsewhere("10.0.0.9").get("/seat", headers={"cookie": f"{SEAT}={anna}"})
    desk.elsewhere("10.0.0.8").get("/seat", headers={"cookie": f"{SEAT}={bo}"})
    assert 'name="with"' not in desk.look().text
    code = re.search(r'class="big-code">([a-z0-9-]+)<', desk.post("/device", bo).text)
    assert code is not None
    moved = desk.elsewhere("10.0.0.9")
    moved.post("/return", data={"code": code[1]}, headers={"origin": BASE})
    assert "2, 2 of them in seats: Anna and Bo" in desk.look().text


def test_a_game_whose_numbers_ran_away_says_so(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    desk.open()
    desk.table().world.x[:] = float("nan")
    ended(desk)
    for answer in (desk.get("/seat", token), desk.look("/teacher/table/1"),
                   desk.look("/teacher/projector/1")):  # fmt: skip
        assert answer.status_code == 409
        assert "numbers got out of hand" in answer.text
    assert desk.look("/teacher").status_code == 200
    desk.send("do", do="undo", table="1")
    assert desk.get("/seat", token).status_code == 200


def test_three_pages_of_a_teachers_can_ask_five_times_a_second(desk: Desk) -> None:
    for _ in range(3 * 5 * 10):
        assert desk.look("/teacher/projector").status_code == 200


def test_why_there_is_no_forecast_is_for_the_teacher_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.seat("Anna", "north")
    desk.room.accept(entries.Changed(at=1, forecast=True))
    desk.open()
    desk.room.work_with(Idle())
    monkeypatch.setattr(desk.room.jobs, "forecast", lambda *_: FailedJob("a nasty reason"))
    assert "a nasty reason" in desk.look("/teacher/table/1").text
    for page in (desk.get("/seat", token), desk.look("/teacher/projector/1")):
        assert "cannot be worked out" in page.text
        assert "nasty" not in page.text
