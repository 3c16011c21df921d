"""What stands before every page turns away what it should, and nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect

from sim.classroom.web.app import application
from sim.classroom.web.room import RATES
from sim.errors import SimError
from sim.web import guard, rate_limits
from sim.web.rate_limits import Limits, Rate
from tests.fixtures.web_room import BASE, CODE, Clock, School

OWN = {"origin": BASE}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://elsewhere"},
        {"origin": "http://school:8080"},
        {"origin": "http://school.elsewhere"},
        {"origin": "null"},
        {"origin": "file://school"},
        {"origin": "http://[bad"},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
        {"origin": BASE, "sec-fetch-site": "same-site"},
        {"origin": BASE, "sec-fetch-site": "none"},
        {"referer": f"{BASE}/"},
    ],
)
@pytest.mark.parametrize("path", ["/join", "/return", "/order", "/say", "/device", "/nowhere"])
def test_a_form_that_no_page_of_ours_sent_is_refused(
    school: School, headers: dict[str, str], path: str
) -> None:
    token = school.seat("Anna", "north")
    sent = {**headers, "cookie": f"entente-seat={token}"}
    answer = school.client.post(path, data={"code": CODE, "name": "Bo"}, headers=sent)
    assert answer.status_code == 403
    assert len(school.room.session.people) == 1


def test_two_origins_are_refused(school: School) -> None:
    headers = [("origin", BASE), ("origin", "http://elsewhere")]
    data = {"code": CODE, "name": "Bo"}
    assert school.client.post("/join", data=data, headers=headers).status_code == 403


def test_a_form_of_our_own_page_is_taken_with_and_without_fetch_metadata(school: School) -> None:
    for nth, more in enumerate(({}, {"sec-fetch-site": "same-origin"})):
        data = {"code": CODE, "name": f"Bo {nth}"}
        answer = school.client.post("/join", data=data, headers=OWN | more)
        assert answer.status_code == 303


@pytest.mark.parametrize("host", ["", "a b", "school/x", "school:port", "<script>", "a@b", "[::1"])
def test_a_host_that_is_none_is_refused(school: School, host: str) -> None:
    assert school.get("/", host=host).status_code == 400


@pytest.mark.parametrize("host", ["192.168.0.7:8000", "[fe80::1]:8000", "laptop.local", "LAPTOP"])
def test_hosts_of_a_school_are_taken(school: School, host: str) -> None:
    assert school.get("/", host=host).status_code == 200
    data = {"code": CODE, "name": host}
    headers = {"host": host, "origin": f"http://{host.lower()}"}
    assert school.client.post("/join", data=data, headers=headers).status_code == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
def test_other_methods_are_refused(school: School, method: str) -> None:
    assert school.client.request(method, "/seat", headers=OWN).status_code == 405


def test_what_is_too_big_is_refused_whether_it_says_so_or_not(school: School) -> None:
    big = b"text=" + b"x" * guard.MOST_BYTES

    def piecewise() -> Iterator[bytes]:
        for start in range(0, len(big), 5000):
            yield big[start : start + 5000]

    headers = OWN | FORM
    assert school.client.post("/say", content=big, headers=headers).status_code == 413
    assert school.client.post("/say", content=piecewise(), headers=headers).status_code == 413
    broken = headers | {"content-length": "-many"}
    assert school.client.post("/say", content=b"", headers=broken).status_code == 400


def test_files_and_other_forms_are_refused(school: School) -> None:
    answer = school.client.post("/join", files={"code": b"BCDF"}, headers=OWN)
    assert answer.status_code == 415
    assert school.client.post("/join", json={"code": CODE}, headers=OWN).status_code == 415


def test_a_form_that_never_ends_is_given_up(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "FORM_SECONDS", 0.01)
    headers = [(b"host", b"school"), (b"origin", BASE.encode())]
    scope = {"type": "http", "method": "POST", "path": "/join", "headers": headers}
    sent = []

    async def nothing() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(application(school.room)(scope, nothing, send))
    assert sent[0]["status"] == 408


def test_too_many_fields_are_refused(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    many = {f"words__x{n}": "" for n in range(500)}
    assert school.post("/order", token, round="1", **many).status_code == 400


def test_there_is_no_socket(school: School) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        school.client.websocket_connect("/events"),
    ):
        pass


def test_every_answer_has_the_headers_that_keep_it_safe(school: School) -> None:
    token = school.seat("Anna", "north")
    answers = [
        school.get("/"), school.get("/seat", token), school.get("/brief", token),
        school.get("/nowhere"), school.get("/order"), school.post("/order"),
        school.post("/join", code="XXXX", name="Bo"), school.get("/", host="a b"),
        school.client.post("/join"), school.get("/static/classroom.css"),
        school.get("/static/classroom.js"), school.get("/static/../app.py"),
        school.get("/brief"), school.post("/device", token),
    ]  # fmt: skip
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers["server-timing"].startswith("app;dur=")
        kept = answer.headers["cache-control"]
        page = answer.headers.get("content-type", "").startswith("text/html")
        assert ("no-store" in kept) == page


def test_no_page_has_a_script_or_a_style_of_its_own(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    for path in ("/", "/seat", "/brief", "/nowhere"):
        for text in (school.get(path).text, school.get(path, token).text):
            assert "<style" not in text
            assert " style=" not in text
            assert " onclick" not in text
            assert text.count("<script") == text.count('<script src="/static/')


def test_one_device_that_asks_too_often_is_told_so_and_others_are_served(school: School) -> None:
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "south")
    school.open()
    said = [school.post("/order", anna, round="1").status_code for _ in range(45)]
    assert said[: RATES["post"].most] == [303] * RATES["post"].most
    assert said[-1] == 429
    assert "Wait a little" in school.post("/order", anna, round="1").text
    assert school.post("/order", bo, round="1").status_code == 303
    assert school.get("/seat", anna).status_code == 200
    school.clock.now += 1
    assert school.post("/order", anna, round="1").status_code == 303


def test_made_up_cookies_do_not_count_apart(school: School) -> None:
    most = RATES["strange"].most
    said = [school.get("/", f"made-up-{n}").status_code for n in range(most + 1)]
    assert said[most - 1 :] == [200, 429]
    assert school.elsewhere("10.0.0.2").get("/").status_code == 200


def test_messages_are_few(school: School) -> None:
    anna = school.seat("Anna", "north")
    said = [school.post("/say", anna, text="Hello").status_code for _ in range(11)]
    assert said == [303] * 10 + [429]
    assert len(school.room.session.messages) == 10


def test_wrong_codes_are_few_at_one_address(school: School) -> None:
    said = [school.post("/join", code="XXXX", name="Bo").status_code for _ in range(11)]
    assert said == [409] * 10 + [429]
    page = school.post("/join", code="XXXX", name="Bo").text
    assert "Wait 7 seconds, then try again." in page
    assert school.post("/return", code="x" * 10).status_code == 409, "counted apart"
    assert school.post("/join", code=CODE, name="Bo").status_code == 303, "a right code opens"


def test_who_has_guessed_very_often_is_not_told_what_is_right(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "join", Rate(10_000, 60))
    most = RATES["guesses"].most
    network = [school.elsewhere(f"2001:db8:0:1::{n}") for n in range(4)]
    for nth in range(most):
        data = {"code": f"X{nth:03}", "name": "Bo"}
        assert network[nth % 4].post("/join", data=data, headers=OWN).status_code in (409, 429)
    data = {"code": CODE, "name": "Bo"}
    assert network[0].post("/join", data=data, headers=OWN).status_code == 429
    other = school.elsewhere("2001:db8:0:2::1")
    assert other.post("/join", data=data, headers=OWN).status_code == 303
    school.clock.now += 3600 / most
    data["name"] = "Cy"
    assert network[1].post("/join", data=data, headers=OWN).status_code == 303


def test_right_codes_of_a_school_behind_one_address_are_not_held_up(school: School) -> None:
    said = [school.post("/join", code=CODE, name=f"S{n}").status_code for n in range(60)]
    assert said == [303] * 60


def test_wrong_codes_from_many_addresses_are_few_in_all(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "guesses in all", Rate(60, 3600))
    for n in range(60):
        data = {"code": "XXXX", "name": "Bo"}
        school.elsewhere(f"10.0.1.{n // 5}").post("/join", data=data, headers=OWN)
    data = {"code": CODE, "name": "Bo"}
    assert school.elsewhere("10.0.3.1").post("/join", data=data, headers=OWN).status_code == 429


def test_buckets_of_those_who_are_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_BUCKETS", 10)
    some = Limits(Clock(), {"get": Rate(1, 1)})
    assert not any(some.take("get", str(n)) for n in range(50))
    assert some.take("get", "49") > 0
    assert len(some._buckets) == 10


def test_a_fault_is_a_plain_page_and_keeps_what_was_typed_from_the_log(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = school.seat("Anna", "north")

    def broken(entry: object) -> None:
        raise ValueError("a secret that was typed")

    monkeypatch.setattr(school.room, "accept", broken)
    answer = school.post("/say", token, text="a secret that was typed")
    assert answer.status_code == 500
    assert "Something broke here" in answer.text
    assert "Traceback" not in answer.text
    assert "ValueError" in caplog.text
    assert "secret" not in answer.text + caplog.text
    assert answer.headers["content-security-policy"] == guard.POLICY


def test_what_cannot_be_written_down_is_said_and_changes_nothing(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = school.seat("Anna", "north")

    def full(number: int, at: int, entry: object) -> None:
        raise SimError("sessions.sqlite cannot be written: database or disk is full")

    monkeypatch.setattr(school.store, "append", full)
    with caplog.at_level(logging.ERROR):
        answer = school.post("/say", token, text="Hello")
    assert answer.status_code == 503
    assert "cannot be written down" in answer.text
    assert "sqlite" not in answer.text
    assert "disk is full" in caplog.text
    assert school.room.session.messages == []
