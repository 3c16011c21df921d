"""The command ``classroom``: what it refuses, and what it prints."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from sim.classroom.game.log_entries import Opened
from sim.classroom.storage import DEFAULT_STORE, Store, begin_session, resume_session
from sim.web import server
from tests.fixtures.typed_command import Entente, left_in

Serve = Callable[[], None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serving ends as soon as the addresses are printed; gives the addresses served at."""
    at: list[str] = []

    class Server:
        def __init__(self, app: Any, ready: Serve, ending: Serve) -> None:
            self.ready = ready

        def serve_at(self, opened: socket.socket) -> None:
            at.append(server.address(*opened.getsockname()[:2]))
            self.ready()

    monkeypatch.setattr("sim.web.server.Server", Server)
    return at


def test_it_prints_where_to_go_what_to_type_and_how_to_go_on(
    entente: Entente, serve: list[str]
) -> None:
    typed = entente("classroom", "world.yaml", "--port", 0, "--tables", 3)
    (base,) = serve
    assert (typed.code, typed.err) == (0, "")
    assert "session 1, 3 tables" in typed.out
    assert f"  Teacher:   {base}/teacher#" in typed.out
    assert f"  Students:  {base}\n" in typed.out
    assert "Only this computer can reach these addresses." in typed.out
    assert "    entente classroom --resume 1 --host 0.0.0.0\n" in typed.out
    assert typed.out.endswith("go on with:  entente classroom --resume 1\n")
    session = resume_session(Store(DEFAULT_STORE), None).session
    assert f"  Code:      {session.code}\n" in typed.out
    assert not set(session.code) & set("AEIOUY")


def test_quiet_prints_the_addresses_alone(entente: Entente, serve: list[str]) -> None:
    typed = entente("classroom", "world.yaml", "--port", 0, "--quiet")
    assert len(typed.out.strip().splitlines()) == 7


def test_for_a_network_it_says_what_that_means_and_draws_the_address(
    entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "own_addresses", lambda: ["10.1.2.3", "192.168.0.9"])
    typed = entente("classroom", "world.yaml", "--port", 0, "--host", "0.0.0.0")
    port = serve[0].rpartition(":")[2]
    assert f"Students:  http://10.1.2.3:{port}" in typed.out
    assert f"or http://192.168.0.9:{port}" in typed.out
    assert f"Teacher:   http://127.0.0.1:{port}/teacher#" in typed.out
    assert "Everybody in this network can reach" in typed.out
    assert "firewall" in typed.out
    assert "▀" in typed.out
    assert "--resume 1 --host 0.0.0.0" in typed.out


def test_a_session_is_picked_up_last_or_by_its_number(entente: Entente, serve: list[str]) -> None:
    entente("classroom", "world.yaml", "--port", 0, "--seed", 5)
    entente("classroom", "world.yaml", "--port", 0, "--minutes", 7.5)
    assert "session 2, one table" in entente("classroom", "--resume", "--port", 0).out
    assert "session 1, one table" in entente("classroom", "--resume", 1, "--port", 0).out
    assert "session 2" in entente("classroom", "world.yaml", "--resume", "--port", 0).out
    store = Store(DEFAULT_STORE)
    assert resume_session(store, 1).session.seed == 5
    assert resume_session(store, 2).session.settings.minutes == 7.5


def test_a_rehearsal_is_called_one(
    entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(
        "sim.classroom.rehearsal.Rehearsal.start",
        lambda self: begun.append(len(self.room.session.tables)),
    )
    typed = entente("classroom", "world.yaml", "--port", 0, "--rehearse", "--tables", 2)
    assert "(rehearsal): session 1" in typed.out
    assert "computed students take all seats" in typed.out
    assert begun == [2]


def test_a_rehearsal_with_more_seats_than_a_room_lets_in_is_a_fault(
    entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.classroom.game.log_entries.MAX_PEOPLE", 5)
    typed = entente("classroom", "world.yaml", "--port", 0, "--rehearse", "--tables", 2)
    assert typed.code == 1
    assert "2 tables have 6 seats, and a room lets in 5 people" in typed.err
    assert "rehearse with --tables 1" in typed.err
    assert not serve


def test_the_last_line_names_the_session_that_is_open_then(
    entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Another:
        def __init__(self, app: Any, ready: Serve, ending: Any) -> None:
            self.room = ending.__self__

        def serve_at(self, opened: socket.socket) -> None:
            desk = self.room.recorder
            self.room.take(begin_session(desk.store, desk.session.scenario, 1.0))

    monkeypatch.setattr("sim.web.server.Server", Another)
    assert "--resume 2" in entente("classroom", "world.yaml", "--port", 0).out


def test_changes_of_the_scenario_are_kept_with_the_session(
    entente: Entente, serve: list[str]
) -> None:
    entente(
        "classroom", "world.yaml", "--port", 0, "--set", "actors.south.power=0.3", "--rounds", 5
    )
    described = resume_session(Store(DEFAULT_STORE), None).session.scenario.description
    assert described.actors["south"].power.value == 0.3
    assert described.calendar.rounds == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a scenario file, or go on with a session (--resume)"),
        (["--resume", "world.yaml"], "--resume wants the number of a session"),
        (["--resume", "--tables", "2"], "--tables is for a new session"),
        (["--resume", "--rehearse"], "--rehearse is for a new session"),
        (["world.yaml", "--tables", "41"], "41 is not in the range 1<=x<=40"),
        (["world.yaml", "--minutes", "0"], "0.0 is not in the range"),
        (["world.yaml", "--port", "70000"], "70000 is not in the range"),
    ],
)
def test_wrong_usage(
    words: list[str], said: str, entente: Entente, serve: list[str], desk: Path
) -> None:
    before = left_in(desk)
    typed = entente("classroom", *words)
    assert typed.code == 2
    assert said in typed.err
    assert (left_in(desk), serve) == (before, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.yaml"], "nothing.yaml: there is no such file"),
        (["world.yaml", "--host", "203.0.113.7"], "--host: this computer has no address"),
        (["world.yaml", "--set", "actors.nort.power=1"], "did you mean 'actors.north.power'?"),
    ],
)
def test_a_fault_begins_no_session(
    words: list[str], said: str, entente: Entente, serve: list[str], desk: Path
) -> None:
    before = left_in(desk)
    typed = entente("classroom", *words)
    assert (typed.code, typed.out) == (1, "")
    assert said in typed.err
    assert (left_in(desk), serve) == (before, [])


def test_a_taken_port_that_is_named_is_a_fault(entente: Entente, serve: list[str]) -> None:
    with server.listen("127.0.0.1", 0) as other:
        port = other.getsockname()[1]
        typed = entente("classroom", "world.yaml", "--port", port)
    assert typed.code == 1
    assert f"--port: {port} is taken: another program serves there" in typed.err
    assert not DEFAULT_STORE.exists()


def test_what_cannot_be_picked_up_says_what_can(entente: Entente, serve: list[str]) -> None:
    typed = entente("classroom", "--resume", "--port", 0)
    assert typed.code == 1
    assert "there is no session in" in typed.err
    assert "leave --resume out" in typed.err
    entente("classroom", "world.yaml", "--port", 0)
    typed = entente("classroom", "--resume", 4, "--port", 0)
    assert "there is no session 4" in typed.err
    assert "name one that is kept: 1" in typed.err


def test_a_session_that_is_open_is_not_picked_up_beside_it(
    entente: Entente, serve: list[str]
) -> None:
    entente("classroom", "world.yaml", "--port", 0)
    with closing(Store(DEFAULT_STORE)) as store:
        desk = resume_session(store, 1)
        typed = entente("classroom", "--resume", "--port", 0)
        desk.release()
    assert typed.code == 1
    assert "another program has session 1" in typed.err
    assert "stop one of them" in typed.err
    assert entente("classroom", "--resume", "--port", 0).code == 0


def test_where_the_file_has_changed_the_session_goes_on_as_it_was_begun(
    entente: Entente, serve: list[str], desk: Path
) -> None:
    entente("classroom", "world.yaml", "--port", 0)
    assert entente("classroom", "world.yaml", "--resume", "--port", 0).err == ""
    path = desk / "world.yaml"
    text = path.read_text(encoding="utf-8")
    assert "A border between two" in text
    path.write_text(text.replace("A border between two", "A wall"), encoding="utf-8")
    typed = entente("classroom", "world.yaml", "--resume", "--port", 0)
    assert typed.code == 0
    assert typed.err == (
        "Note: session 1 goes on with its scenario as it was begun, "
        "which is not the same as world.yaml is now\n"
    )


def test_a_session_of_another_version_is_told(entente: Entente, serve: list[str]) -> None:
    entente("classroom", "world.yaml", "--port", 0)
    with closing(Store(DEFAULT_STORE)) as store:
        opened = cast(Opened, next(iter(store.entries(1))))
        store.begin(opened.model_copy(update={"version": "0.0.1"}))
    typed = entente("classroom", "--resume", "--port", 0)
    assert "Note: session 2 was begun with version 0.0.1" in typed.err


def test_a_file_that_is_no_store_is_a_fault(entente: Entente, serve: list[str]) -> None:
    typed = entente("classroom", "world.yaml", "--port", 0, "--store", "world.yaml")
    assert typed.code == 1
    assert "world.yaml cannot be opened" in typed.err or "is no file of sessions" in typed.err


def test_where_there_is_no_network_it_says_so(
    desk: Path, entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "own_addresses", list)
    typed = entente("classroom", "world.yaml", "--port", 0, "--host", "0.0.0.0")
    assert "no address in a network yet" in typed.out


def test_the_port_that_was_taken_instead_is_told(
    desk: Path, entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.listen("127.0.0.1", 0) as other:
        monkeypatch.setattr(server, "PORT", other.getsockname()[1])
        typed = entente("classroom", "world.yaml")
    assert "is taken: another program serves there." in typed.out


def test_a_session_kept_elsewhere_is_gone_on_with_there(entente: Entente, serve: list[str]) -> None:
    typed = entente("classroom", "world.yaml", "--port", 0, "--store", "my sessions.sqlite")
    assert typed.out.endswith("--resume 1 --store 'my sessions.sqlite'\n")
    again = entente("classroom", "--resume", "--store", "my sessions.sqlite", "--port", 0)
    assert "session 1" in again.out
    assert not DEFAULT_STORE.exists()
