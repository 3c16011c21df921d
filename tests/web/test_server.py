"""The server as a process: it starts, says where it is, ends when told to, and loses nothing."""

from __future__ import annotations

import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.web import server
from tests.fixtures.browser import Browser, form_to
from tests.fixtures.served_classroom import SMALL, Served, served


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program serves at."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def seated(base: str, code: str, actor: str, name: str) -> Browser:
    student = Browser(base)
    assert student.post("/join", {"code": code, "name": name}).status == 303
    assert student.post("/seat", {"table": "1", "actor": actor}).status == 303
    return student


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_and_says_how_to_go_on_though_pages_are_watched(
    tmp_path: Path, how: signal.Signals
) -> None:
    with ExitStack() as watching, served(tmp_path, SMALL, "--port", 0) as found:
        student = seated(found.base, found.code, "north", "Anna")
        for browser, events in ((found.teacher(), "/teacher/events"), (student, "/events")):
            stream = watching.enter_context(closing(browser.stream(events)))
            assert b"200 OK" in stream.recv(4096)
        student.get("/seat?code=hidden")
        # The streams never end by themselves: who waited for them would not stop at all.
        code, out, err = found.stop(how)
        assert (code, err) == (0, "")
        assert out.endswith("go on with:  python run.py classroom --resume 1\n")
        assert "hidden" not in out
        assert next(iter(student.cookies.values())) not in found.said + out
    assert (tmp_path / "reports" / "classroom" / "sessions.sqlite").is_file()


def test_what_was_confirmed_outlives_a_crash(tmp_path: Path) -> None:
    with served(tmp_path, SMALL, "--port", 0) as found:
        teacher = found.teacher()
        student = seated(found.base, found.code, "north", "Anna")
        assert teacher.post("/teacher/do", {"do": "open", "table": "1"}).status == 303
        form = form_to(student.get("/seat").text, "/order")
        assert form is not None
        field = next(name for name in form.options if name.startswith("deeds."))
        lever = next(one for one in form.options[field] if one)
        assert student.post("/order", {"round": "1", field: lever}).status == 303
        found.process.kill()
        found.process.wait()
        key, code = found.key, found.code
    with served(tmp_path, "--resume", "--port", 0) as again:
        assert (again.code, again.key == key) == (code, False)
        back = Browser(again.base)
        back.cookies = student.cookies
        form = form_to(back.get("/seat").text, "/order")
        assert form is not None
        assert form.values[field] == [lever]
        desk = Browser(again.base)
        desk.cookies = teacher.cookies
        assert "chosen" in desk.get("/teacher").text
        assert desk.post("/teacher/do", {"do": "close", "table": "1"}).status == 303
        assert again.stop()[0] == 0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server for several tests, and the file in which it keeps its session."""
    folder = tmp_path_factory.mktemp("running")
    with served(folder, SMALL, "--port", 0, "--store", "here.sqlite", "--quiet") as found:
        yield found, folder / "here.sqlite"


def test_a_store_that_is_locked_is_told_on_the_page_and_nothing_is_taken(
    running: tuple[Served, Path],
) -> None:
    found, store = running
    teacher = found.teacher()
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("begin exclusive")
    teacher.post("/teacher/do", {"do": "open", "table": "1"})
    page = teacher.get("/teacher").text
    assert "cannot be written" in page
    assert "locked" in page
    other.execute("rollback")
    other.close()
    teacher.post("/teacher/do", {"do": "open", "table": "1"})
    assert "round 1 is open" in teacher.get("/teacher").text


def test_it_answers_under_its_own_names_alone(running: tuple[Served, Path]) -> None:
    port = int(running[0].base.rpartition(":")[2])
    answers = {}
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"evil.example:{port}"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as asked:
            asked.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answers[host.partition(":")[0]] = asked.recv(4096).split()[1]
    assert answers == {"127.0.0.1": b"200", "localhost": b"200", "evil.example": b"421"}


def test_a_port_that_is_named_and_taken_is_a_fault_that_names_a_free_one(taken: int) -> None:
    with pytest.raises(ScenarioError, match=f"{taken} is taken: another program") as caught:
        server.listen("127.0.0.1", taken)
    free = int(str(caught.value).rpartition(" ")[2])
    with server.listen("127.0.0.1", free) as opened:
        assert opened.getsockname() == ("127.0.0.1", free)


def test_where_no_port_is_named_the_next_free_one_is_taken(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PORT", taken)
    with server.listen("127.0.0.1", None) as opened:
        assert opened.getsockname()[1] != taken


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host", "2001:db8::1"])
def test_a_host_that_is_not_this_computer_is_a_fault(host: str) -> None:
    with pytest.raises(ScenarioError, match=r"name one of its own \(127\.0\.0\.1"):
        server.listen(host, 0)


def test_own_addresses_are_such_as_others_can_type() -> None:
    assert all(not server.is_loopback(one) for one in server.own_addresses())
    assert not server.is_everywhere("127.0.0.1")
    assert server.is_everywhere("0.0.0.0")
    assert server.address("::1", 8000) == "http://[::1]:8000"
