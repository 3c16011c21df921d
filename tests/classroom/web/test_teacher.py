"""What the teacher does with tables and students, and that nobody else can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from httpx2 import Response

from sim.classroom.web.authentication import SEAT, TEACHER
from sim.errors import SimError
from sim.web.tokens import hashed, normalised_key, one_time_key
from tests.fixtures.browser import forms
from tests.fixtures.scenarios import scenario
from tests.fixtures.teacher_room import SECRET, TOLD, Desk
from tests.fixtures.web_room import BASE, School

PAGES = [
    "/teacher/table/1", "/teacher/projector", "/teacher/projector/1", "/teacher/briefs",
    "/teacher/sessions", "/teacher/debrief", "/teacher/debrief/page", "/teacher/debrief/1",
    "/teacher/export.zip",
]  # fmt: skip
FORMS = ["do", "rules", "tables", "people", "key", "inject", "say", "sessions"]


# -- coming in ------------------------------------------------------------------------


def enter(school: School, key: str) -> Response:
    return school.client.post("/teacher", data={"key": key}, headers={"origin": BASE})


def test_a_key_lets_one_device_in_and_is_void_then(tmp_path: Path) -> None:
    school, key = School(tmp_path, scenario(TOLD)), one_time_key()
    school.room.keys.add(hashed(normalised_key(key)))
    answer = enter(school, f" {key.upper().replace('-', ' ')} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/teacher")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{TEACHER}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    again = enter(school, key)
    assert again.status_code == 409
    assert "each works once" in again.text
    (mark,) = school.room.session.teachers
    token = cookie.split("=")[1].split(";")[0]
    assert mark == hashed(token)
    assert token not in "".join(one.model_dump_json() for one in school.store.entries(1))


def test_the_teachers_device_is_known_after_a_restart(desk: Desk) -> None:
    desk.restart()
    assert "Console" in desk.look().text
    assert desk.look("/teacher/table/1").status_code == 200


def test_wrong_keys_are_counted_and_a_right_one_opens(tmp_path: Path) -> None:
    school = School(tmp_path, scenario(TOLD))
    school.room.keys.add(hashed("abcd"))
    answers = [enter(school, f"wrong{nth}").status_code for nth in range(12)]
    assert answers[:10] == [409] * 10
    assert answers[10:] == [429] * 2
    assert enter(school, "abcd").status_code == 303


def test_without_the_cookie_there_is_the_door_and_nothing_else(desk: Desk) -> None:
    seat = desk.seat("Anna", "north")
    for token in ("", seat):
        assert "The key that was printed" in desk.get("/teacher", token).text
        for path in PAGES:
            answer = desk.get(path, token)
            assert (answer.status_code, answer.headers["location"]) == (303, "/teacher")
        assert desk.get("/teacher/events", token).status_code == 403
    before = len(list(desk.store.entries(1)))
    for form in FORMS:
        answer = desk.post(f"/teacher/{form}", seat, do="open", table="1")
        assert answer.headers["location"] == "/teacher"
    assert len(list(desk.store.entries(1))) == before
    cookie = {"cookie": f"{TEACHER}={seat}; {SEAT}={desk.device}", "origin": BASE}
    assert "The key that was printed" in desk.client.get("/teacher", headers=cookie).text


def test_another_device_is_let_in_by_a_key_that_is_kept_nowhere(desk: Desk) -> None:
    told = desk.send("key")
    found = re.search(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){2}\b", told)
    assert found is not None
    assert enter(desk, found[0]).status_code == 303
    assert len(desk.room.session.teachers) == 2
    desk.clock.now += 121
    assert found[0] not in desk.look().text
    log = "".join(one.model_dump_json() for one in desk.store.entries(1))
    assert found[0] not in log


# -- rounds ------------------------------------------------------------------------------


def test_a_round_is_opened_stopped_put_off_and_closed(desk: Desk) -> None:
    assert "0 for no end" in desk.send("rules", rule="minutes", minutes="999999")
    assert "5 minutes for each round" in desk.send("rules", rule="minutes", minutes="5")
    assert desk.send("do", do="open", table="1") == "Table 1: round 1 is open."
    table = desk.table()
    assert table.deadline == desk.clock() + 300
    desk.send("do", do="longer-1", table="1")
    assert table.deadline == desk.clock() + 360
    assert "stopped" in desk.send("do", do="pause", table="1")
    assert "the clock is stopped, 6:00 left" in desk.look().text
    desk.clock.now += 1000
    desk.room.tick()
    assert table.phase == "choosing"
    desk.send("do", do="go-on", table="1")
    assert table.deadline == desk.clock() + 360
    assert "round 1 is closed" in desk.send("do", do="close", table="1")
    assert desk.table().phase == "closed"
    assert desk.table(2).phase == "waiting"


def test_all_tables_are_moved_at_once_and_those_that_cannot_are_left(desk: Desk) -> None:
    desk.open(2)
    assert desk.send("do", do="open", table="all") == "Table 1: round 1 is open."
    assert "Tables 1 and 2: round 1 is closed." in desk.send("do", do="close", table="all")
    assert "no table at which" in desk.send("do", do="close", table="all")


def test_an_old_page_does_not_open_two_rounds(desk: Desk) -> None:
    def seen() -> str:
        ours = (one for one in forms(desk.look().text) if one.first("table") == "1")
        return next(filter(None, (one.first("seen") for one in ours)))

    before = seen()
    desk.send("do", do="open", table="1", seen=before)
    opened = seen()
    desk.close()
    told = desk.send("do", do="open", table="1", seen=before)
    assert told == "Not done: table 1 has gone on meanwhile: look again."
    assert desk.table().round == 1
    desk.send("do", do="undo", table="1", seen=seen())
    told = desk.send("do", do="close", table="1", seen=opened)
    assert told == "Not done: table 1 has gone on meanwhile: look again."
    assert desk.table().phase == "choosing"
    assert "round 1 is closed" in desk.send("do", do="close", table="1", seen=seen())


def test_the_last_round_is_taken_back_and_a_game_ended(desk: Desk) -> None:
    desk.open()
    desk.close()
    assert "round 1 is open again" in desk.send("do", do="undo", table="1")
    assert desk.table().phase == "choosing"
    assert "the game is over" in desk.send("do", do="end", table="1")
    assert desk.table().phase == "over"
    assert "the ending is taken back" in desk.send("do", do="undo", table="1")
    told = desk.send("do", do="undo", table="1")
    assert told == "Not done: no round is over yet: there is nothing to take back."


def test_what_is_refused_says_why_on_the_page_and_not_in_the_address(desk: Desk) -> None:
    headers = {"cookie": f"{TEACHER}={desk.device}", "origin": BASE}
    answer = desk.client.post("/teacher/do", data={"do": "close", "table": "1"}, headers=headers)
    assert answer.headers["location"] == "/teacher"
    assert "Not done: no round is open." in desk.look().text
    assert "Not done" not in desk.client.get("/teacher", headers=headers | {"cookie": ""}).text
    desk.clock.now += 21
    assert "Not done" not in desk.look().text


@pytest.mark.parametrize("back", ["http://evil.example", "//evil.example", "/seat", ""])
def test_a_form_leads_back_to_a_page_of_the_teachers_alone(desk: Desk, back: str) -> None:
    headers = {"cookie": f"{TEACHER}={desk.device}", "origin": BASE}
    data = {"do": "open", "table": "1", "back": back}
    answer = desk.client.post("/teacher/do", data=data, headers=headers)
    assert answer.headers["location"] == "/teacher"
    data = {"do": "close", "table": "1", "back": "/teacher/table/2"}
    answer = desk.client.post("/teacher/do", data=data, headers=headers)
    assert answer.headers["location"] == "/teacher/table/2"


def test_a_full_disk_is_told_and_nothing_is_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise SimError("sessions.sqlite cannot be written: database or disk is full")

    monkeypatch.setattr(desk.store, "append", full)
    told = desk.send("do", do="open", table="1")
    assert "cannot be written" in told
    assert "disk is full" in told
    assert desk.table().phase == "waiting"


# -- people -----------------------------------------------------------------------------


def test_a_student_is_moved_set_to_look_on_and_removed(desk: Desk) -> None:
    desk.seat("Anna", "north")
    desk.open()
    assert desk.send("people", do="seat", student="id-Anna", seat="2 south") == (
        "Anna sits at table 2 as South."
    )
    assert desk.room.session.people["id-Anna"].actor == "south"
    assert "looks on at table 1" in desk.send("people", do="seat", student="id-Anna", seat="1 -")
    assert "has no place" in desk.send("people", do="seat", student="id-Anna", seat="none")
    assert "Anna was removed" in desk.send("people", do="remove", student="id-Anna")
    assert not desk.room.session.people
    assert "not in the room" in desk.send("people", do="remove", student="id-Anna")


def test_a_code_brings_a_student_back_on_another_device(desk: Desk) -> None:
    old = desk.seat("Anna", "north")
    told = desk.send("people", do="device", student="id-Anna")
    code = told.split()[-1]
    answer = desk.post("/return", code=code)
    assert answer.headers["location"] == "/seat"
    assert desk.room.session.by_token(hashed(old)) is None


def test_a_seat_is_handed_to_the_model_and_back(desk: Desk) -> None:
    desk.seat("Anna", "north")
    assert desk.send("do", hand="to north", table="1") == ("Table 1: North is played by the model.")
    assert not desk.table().seats["north"].by_people
    desk.send("do", hand="back north", table="1")
    assert desk.table().seats["north"].by_people
    assert "there is no seat 'nowhere'" in desk.send("do", hand="to nowhere", table="1")


def test_the_console_shows_who_sits_where_who_is_there_and_who_has_chosen(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    desk.seat("Boris", "south")
    desk.open()
    desk.get("/seat", token)
    page = desk.look().text
    assert re.search(r"Anna <small>\(here\)", page)
    assert re.search(r"Boris <small>\(away\)", page)
    assert page.count("not yet") == 2
    desk.post("/order", token, round=1, words__south="")
    page = desk.look().text
    assert page.count("✓ chosen") == 1
    assert "1 of 2 chosen" in page
    assert SECRET not in page
