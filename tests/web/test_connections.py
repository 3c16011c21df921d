"""A server bears connections that never ask, and answers under its own names alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from sim.classroom.web.app import application
from sim.web import server
from sim.web.server import Server
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.web_room import School

ASKED = b"GET / HTTP/1.1\r\nHost: %b\r\n\r\n"

SCRIPT = b"GET /static/plotly-cartesian.min.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[int]:
    monkeypatch.setattr(server, "HEAD_PATIENCE", 0.3)
    monkeypatch.setattr("sim.web.server.most_connections", lambda: getattr(request, "param", 3))
    opened, up = server.listen("127.0.0.1", 0), threading.Event()
    room = School(tmp_path, scenario(DUEL)).room
    serving = Server(application(room, "127.0.0.1"), up.set, room.close)
    with closing(opened):
        thread = threading.Thread(target=serving.serve_at, args=(opened,))
        thread.start()
        assert up.wait(20)
        yield opened.getsockname()[1]
        serving.stop()
        thread.join()


def connected(port: int, own: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(own, 0))


@contextmanager
def closing_all(some: list[socket.socket]) -> Iterator[list[socket.socket]]:
    try:
        yield some
    finally:
        for one in some:
            one.close()


def answer(one: socket.socket) -> bytes:
    said = b""
    while b"</html>" not in said:
        part = one.recv(65536)
        assert part, "it was put out"
        said += part
    return said


def ended(one: socket.socket) -> bool:
    try:
        return one.recv(4096) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost:"])
def test_who_never_asks_is_put_out(port: int, sent: bytes) -> None:
    with connected(port) as one:
        one.sendall(sent)
        assert ended(one)


def test_who_begins_to_ask_again_and_does_not_end_is_put_out(port: int) -> None:
    with connected(port) as one:
        for _ in range(2):
            one.sendall(ASKED % b"127.0.0.1")
            assert b"HTTP/1.1 200" in answer(one)
            time.sleep(0.5)  # who has asked may stay
        one.sendall(b"GET / HT")
        while one.recv(65536):
            pass


def test_there_are_so_many_connections_and_the_oldest_that_is_silent_makes_room(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_PATIENCE", 60)
    with closing_all([connected(port) for _ in range(4)]) as (first, *others):
        assert ended(first)
        for one in others:
            one.sendall(ASKED % b"127.0.0.1")
            assert b"HTTP/1.1 200" in answer(one)


@pytest.mark.parametrize("port", [100], indirect=True)
def test_an_address_has_its_share_of_connections_that_keep_the_server_waiting(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silent ones, and ones that never end a form or never read, push out one another alone."""
    monkeypatch.setattr(server, "HEAD_PATIENCE", 60)
    monkeypatch.setattr(server, "SHARE", 2)
    form = (
        b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
        b"Content-Length: 9\r\n\r\n"
    )
    for begun in (b"", b"GET / HT", form):
        with connected(port, "127.0.0.2") as elsewhere, closing_all([]) as some:
            for _ in range(3):
                some.append(connected(port))
                some[-1].sendall(begun)
                time.sleep(0.1)  # so that it has arrived
            assert ended(some[0])
            some.append(connected(port))
            some[-1].sendall(ASKED % b"127.0.0.1")
            assert b"HTTP/1.1 200" in answer(some[-1])
            elsewhere.sendall(ASKED % b"127.0.0.1")
            assert b"HTTP/1.1 200" in answer(elsewhere)


@pytest.mark.parametrize("port", [100], indirect=True)
def test_who_takes_nothing_of_an_answer_is_put_out(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "READING", 0.3)
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", port))
        one.sendall(8 * SCRIPT)
        time.sleep(1.5)
        one.settimeout(10)
        read = 0
        with suppress(ConnectionResetError):
            while part := one.recv(1 << 20):
                read += len(part)
        assert read < 8_000_000


@pytest.mark.parametrize("port", [100], indirect=True)
def test_forty_behind_one_address_ask_at_once(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing_all([connected(port) for _ in range(40)]) as class_:
        for one in class_:
            one.sendall(ASKED % b"127.0.0.1")
        assert all(b"HTTP/1.1 200" in answer(one) for one in class_)


@pytest.mark.parametrize("host", [b"evil.example", b"localhost.evil.example", b"["])
def test_a_strange_name_gets_a_page_with_all_headers(port: int, host: bytes) -> None:
    with connected(port) as one:
        one.sendall(ASKED % host)
        said = one.recv(65536)
    assert said.split()[1] == (b"400" if host == b"[" else b"421")
    assert b"content-security-policy" in said


def test_a_name_is_ours_as_a_whole_and_so_is_any_address_in_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Laptop")
    monkeypatch.setattr(socket, "getfqdn", lambda: "laptop.school.example")
    server.own_names.cache_clear()
    ours = [
        "laptop", "LAPTOP.local", "Laptop.School.example", "laptop.", "localhost", "10.0.0.7",
        "[::1]", "served.example",
    ]  # fmt: skip
    assert all(server.is_ours(name, "served.example") for name in ours)
    strange = ["evil.example", "", "laptops", "laptop.evil.example", "laptop.local.evil"]
    assert not any(server.is_ours(name, "0.0.0.0") for name in strange)
    server.own_names.cache_clear()


def test_connections_leave_files_for_the_rest() -> None:
    assert server.SPARE <= server.most_connections() <= server.MOST
