"""Coming in, going on from another device and taking a seat, and what is refused."""

from __future__ import annotations

import re

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.game.table import RefusedError
from sim.classroom.web import authentication, views
from sim.classroom.web.authentication import OFFERED, SEAT, cleaned_name
from sim.web.rate_limits import Limits, Rate
from sim.web.tokens import hashed
from tests.fixtures.web_room import BASE, CODE, Clock, School, given

MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def moving(school: School, token: str) -> str:
    """The code that a page shows for another device."""
    found = re.search(r'class="big-code">([a-z0-9-]+)<', school.post("/device", token).text)
    assert found is not None
    return found[1]


# -- coming in ------------------------------------------------------------------------


def test_who_knows_the_code_comes_in_and_is_known_by_a_cookie_alone(school: School) -> None:
    answer = school.post("/join", code=f" {CODE.lower()} ", name="  Anna\t\u200b Lee ")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/seat"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    token = given(answer)
    assert len(token) >= 43
    (person,) = school.room.session.people.values()
    assert person.name == "Anna Lee"
    assert person.token == hashed(token)
    assert token not in "".join(one.model_dump_json() for one in school.store.entries(1))
    assert "You are in, Anna Lee" in school.get("/seat", token).text
    assert school.get("/", token).headers["location"] == "/seat"


def test_the_cookie_is_secure_where_the_connection_is(school: School) -> None:
    answer = school.client.post(
        "https://school/join", data={"code": CODE, "name": "Anna"},
        headers={"origin": "https://school"},
    )  # fmt: skip
    assert "Secure" in answer.headers["set-cookie"]


def test_a_wrong_code_is_said_and_the_name_is_kept(school: School) -> None:
    answer = school.post("/join", code="BCDX", name=f"Anna{MARKUP}"[:40])
    assert answer.status_code == 409
    assert "not the code of this class" in answer.text
    assert 'value="Anna&#34;&gt;&lt;img' in answer.text
    assert "set-cookie" not in answer.headers
    assert school.post("/join", code="ÄÖÜß", name="Anna").status_code == 409


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 41, "\x00"])
def test_a_name_that_is_none_or_too_long_is_refused(school: School, name: str) -> None:
    answer = school.post("/join", code=CODE, name=name)
    assert answer.status_code == 409
    assert "name" in answer.text
    assert not school.room.session.people


def test_names_are_composed_and_on_one_line() -> None:
    assert cleaned_name("Zoe\u0308\r\nMu\u202e\u0007ller") == "Zoë Muller"
    with pytest.raises(RefusedError):
        cleaned_name("\u2066")


def test_two_of_one_name_are_told_apart(school: School) -> None:
    school.enter("Anna")
    answer = school.post("/join", code=CODE, name="ANNA")
    assert answer.status_code == 409
    assert "add a letter" in answer.text


def test_who_is_in_does_not_come_in_twice(school: School) -> None:
    token = school.enter("Anna")
    answer = school.post("/join", token, code=CODE, name="Bo")
    assert answer.headers["location"] == "/seat"
    assert len(school.room.session.people) == 1


# -- another device ----------------------------------------------------------------------


def test_going_on_on_another_device_keeps_the_seat_and_tells_the_old_one(school: School) -> None:
    old = school.seat("Anna", "north")
    code = moving(school, old)
    assert len(code.replace("-", "")) == 10
    answer = school.post("/return", code=f" {code.upper().replace('-', ' ')} ")
    new = given(answer)
    assert "North" in school.get("/seat", new).text
    assert "You went on on another device" in school.get("/seat", old).text
    assert "You went on on another device" not in school.get("/seat").text
    assert school.post("/say", old, text="Hello").status_code == 403
    assert school.post("/return", code=code).status_code == 409
    school.restart()
    assert "You went on on another device" in school.get("/seat", old).text
    assert "North" in school.get("/seat", new).text


def test_a_code_for_another_device_ends(school: School) -> None:
    old = school.seat("Anna", "north")
    code = moving(school, old)
    school.clock.now += OFFERED + 1
    answer = school.post("/return", code=code)
    assert answer.status_code == 409
    assert "no longer" in answer.text
    assert school.get("/seat", old).status_code == 200


def test_only_the_last_code_for_another_device_works(school: School) -> None:
    old = school.seat("Anna", "north")
    first, second = moving(school, old), moving(school, old)
    assert school.post("/return", code=first).status_code == 409
    assert school.post("/return", code=second).status_code == 303


def test_a_code_of_a_removed_student_does_not_work(school: School) -> None:
    token = school.seat("Anna", "north")
    code = moving(school, token)
    school.room.accept(entries.Removed(at=school.clock(), participant="id-Anna"))
    assert school.post("/return", code=code).status_code == 409
    assert "took you out" in school.get("/seat", token).text
    assert school.get("/events", token).status_code == 403


# -- the seat -------------------------------------------------------------------------------


def test_a_seat_is_taken_once_and_who_picked_the_wrong_one_asks_the_teacher(
    school: School,
) -> None:
    token = school.enter("Anna")
    page = school.get("/seat", token).text
    assert "Nobody sits here" in page
    assert "You lead North" in page
    for _ in range(2):  # the button may be pressed twice
        assert school.post("/seat", token, table="1", actor="north").status_code == 303
    page = school.get("/seat", token).text
    assert "The game has not begun" in page
    assert "Wrong seat? Ask your teacher." in page
    assert 'action="/seat"' not in page
    for fields in ({"table": "1", "actor": "south"}, {"table": "1"}, {}):
        assert school.post("/seat", token, **fields).status_code == 409
    assert school.room.session.people["id-Anna"].actor == "north"


def test_who_comes_late_is_offered_the_empty_seats_alone(school: School) -> None:
    school.seat("Anna", "north")
    school.open()
    late = school.enter("Bo")
    page = school.get("/seat", late).text
    assert page.count("Take this seat") == 1
    assert "Take the seat of South" in page
    assert school.post("/seat", late, table="1", actor="north").status_code == 409
    assert school.post("/seat", late, table="1").status_code == 303
    assert "Take a seat" in school.get("/seat", late).text
    assert school.post("/seat", late, table="1", actor="south").status_code == 303


def test_of_many_messages_the_last_are_shown(school: School) -> None:
    token = school.seat("Anna", "north")
    for nth in range(views.LAST_HEARD + 3):
        text = f"message-{nth}."
        school.room.accept(entries.Said(at=school.clock(), table=None, text=text))
    page = school.get("/seat", token).text
    assert "Older ones: 3." in page
    assert "message-2." not in page
    assert page.count("message-") == views.LAST_HEARD


def test_a_seat_that_is_not_there_is_refused(school: School) -> None:
    token = school.enter("Anna")
    for fields, status in (
        ({"table": "9", "actor": "north"}, 409), ({"table": "1", "actor": "west"}, 409),
        ({"table": "x", "actor": "north"}, 400), ({"table": "²", "actor": "north"}, 400),
        ({"actor": "north"}, 409), ({"table": "1" * 10}, 400), ({"actor": "x" * 300}, 400),
    ):  # fmt: skip
        assert school.post("/seat", token, **fields).status_code == status


def test_behind_closed_doors_the_teacher_gives_out_the_seats(school: School) -> None:
    token = school.enter("Anna")
    school.room.accept(entries.Changed(at=school.clock(), doors=False))
    assert "Your teacher gives out the seats" in school.get("/seat", token).text
    assert school.post("/seat", token, table="1", actor="north").status_code == 409
    assert school.post("/join", code=CODE, name="Bo").status_code == 409


def test_who_looks_on_sees_the_game_and_has_no_form_of_it(school: School) -> None:
    token = school.seat("Olga", None)
    school.seat("Anna", "north")
    school.open()
    page = school.get("/seat", token).text
    assert "the seats are choosing" in page
    assert "/order" not in page
    assert "/say" not in page
    for path in ("/order", "/answer", "/say"):
        assert school.post(path, token, round="1", text="x").status_code == 409
    assert school.get("/brief", token).status_code == 409


def test_a_seat_that_the_model_plays_says_so_and_has_no_form(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    school.room.accept(entries.Handed(at=school.clock(), table=1, actor="north", model=True))
    page = school.get("/seat", token).text
    assert "The model plays your seat" in page
    assert "/order" not in page
    assert school.post("/order", token, round="1", words__south="summit").status_code == 409


@pytest.mark.parametrize("name", ["\u3164", "\u2800", "\ufe0f\u034f", "...", "\u115f \uffa0"])
def test_a_name_that_nobody_sees_is_refused(name: str) -> None:
    with pytest.raises(RefusedError):
        cleaned_name(name)


def test_names_that_look_the_same_are_one(school: School) -> None:
    assert cleaned_name("An\u034fna\ufe0f") == "Anna"
    school.enter("Anna")
    for name in ("Ａｎｎａ", "an\u200bna\ufe0f"):
        answer = school.post("/join", code=CODE, name=name)
        assert answer.status_code == 409
        assert "add a letter" in answer.text


def test_two_servers_on_one_computer_do_not_log_each_other_out(school: School) -> None:
    school.client.base_url = "http://school:8001"
    data, own = {"code": CODE, "name": "Anna"}, {"origin": "http://school:8001"}
    cookie = school.client.post("/join", data=data, headers=own).headers["set-cookie"]
    name, secret = cookie.partition(";")[0].split("=")
    assert name == f"{SEAT}-8001"
    both = {"cookie": f"{SEAT}-8000=of-the-other; {name}={secret}"}
    assert school.client.get("/seat", headers=both).status_code == 200
    # A session that goes on at another port knows who was in.
    school.client.base_url = "http://school:8005"
    assert school.client.get("/seat", headers=both).status_code == 200


def test_who_sets_the_clock_back_holds_nobody_up(school: School) -> None:
    limits = Limits(clock := Clock(), {"get": Rate(1, 1)})
    limits.take("get", "one")
    clock.now -= 3600
    assert limits.wait("get", "one") <= 1


def test_one_address_does_not_fill_the_room(school: School) -> None:
    said = [school.post("/join", code=CODE, name=f"S{n}").status_code for n in range(61)]
    assert said == [303] * 60 + [409]
    assert "have no seat yet" in school.post("/join", code=CODE, name="S99").text
    data = {"code": CODE, "name": "Cy"}
    other = school.elsewhere("10.0.0.2")
    assert other.post("/join", data=data, headers={"origin": BASE}).status_code == 303
    one = next(iter(school.room.session.people))
    school.room.accept(entries.Seated(at=1, participant=one, table=1, actor="north"))
    assert school.post("/join", code=CODE, name="S99").status_code == 303


def test_who_looks_on_fills_the_room_no_less(school: School) -> None:
    for nth in range(authentication.UNSEATED):
        token = given(school.post("/join", code=CODE, name=f"S{nth}"))
        assert school.post("/seat", token, table="1").status_code == 303
    assert "have no seat yet" in school.post("/join", code=CODE, name="S99").text


def test_half_of_all_places_are_left_to_other_addresses(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "OF_ONE", 3)
    for nth in range(3):
        token = given(school.post("/join", code=CODE, name=f"S{nth}"))
        school.post("/seat", token, table="1", actor="north")
    assert "no more can" in school.post("/join", code=CODE, name="S99").text
    other = school.elsewhere("10.0.0.2")
    data = {"code": CODE, "name": "Cy"}
    assert other.post("/join", data=data, headers={"origin": BASE}).status_code == 303


def test_forty_students_behind_one_address_come_in_and_sit(school: School) -> None:
    tokens = [given(school.post("/join", code=CODE, name=f"S{nth}")) for nth in range(40)]
    for nth, token in enumerate(tokens):
        actor = ("north", "south")[nth % 2] if nth < 2 * entries.MAX_TEAM else ""
        assert school.post("/seat", token, table="1", actor=actor).status_code == 303
    assert len(school.room.session.people) == 40
