"""The command ``lab``: what it refuses, what it prints, and where the browser begins."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sim.lab.lab import DEFAULT_STORE, Lab
from sim.web import server
from tests.fixtures.typed_command import Entente, left_in

KEY = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){2}")


labs: list[Lab] = []
"""Those that were served."""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serving ends as soon as the browser was opened; gives the addresses it was opened at."""
    opened: list[str] = []
    labs.clear()

    class Server:
        def __init__(self, app: Any, ready: Callable[[], None]) -> None:
            self.ready = ready
            labs.append(app.app.state.lab)

        def serve_at(self, listening: socket.socket) -> None:
            self.ready()

    monkeypatch.setattr("sim.web.server.Server", Server)
    monkeypatch.setattr("webbrowser.open", opened.append)
    return opened


def test_it_opens_the_browser_on_the_wall_by_a_key_that_is_never_sent(
    entente: Entente, serve: list[str]
) -> None:
    typed = entente("lab", "--port", 0)
    (at,) = serve
    assert (typed.code, typed.err) == (0, "")
    base, _, key = at.partition("#")
    printed = re.search(rf"  Yours:     {re.escape(base)}#(\S+)\n", typed.out)
    assert printed
    assert KEY.fullmatch(printed[1])
    assert printed[1] != key  # others on this computer can see how a browser was started
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", base)
    assert KEY.fullmatch(key)
    assert "Code:" not in typed.out
    assert "nobody else on this computer" in typed.out
    assert "    --host 0.0.0.0\n" in typed.out
    assert f"All work is kept in {DEFAULT_STORE}." in typed.out


@pytest.mark.parametrize("file", ["yamaguchi-2016", "world.yaml"])
def test_with_a_scenario_it_begins_on_the_page_where_it_is_turned(
    entente: Entente, serve: list[str], file: str
) -> None:
    typed = entente("lab", file, "--port", 0)
    assert typed.code == 0
    assert "/turn#" in serve[0]
    bench = labs[0].owners_bench()
    assert bench.opened == file
    assert bench.variant.base_scenario().description.title


def test_no_browser_is_opened_where_none_is_wanted(entente: Entente, serve: list[str]) -> None:
    typed = entente("lab", "--port", 0, "--no-open", "--quiet")
    assert serve == []
    first, *rest = typed.out.splitlines()
    assert first.startswith("  Yours:     http://127.0.0.1:")
    assert len(rest) == 1


def test_for_a_network_it_gives_a_code_and_says_what_that_means(
    entente: Entente, serve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "own_addresses", lambda: ["192.0.2.7"])
    typed = entente("lab", "--host", "0.0.0.0", "--port", 0)
    assert "  Visitors:  http://192.0.2.7:" in typed.out
    found = re.search(r"  Code:      ([A-Z]{4})\n", typed.out)
    assert found
    assert not set(found[1]) & set("AEIOUY")
    assert "Nothing is encrypted" in typed.out
    assert serve[0].startswith("http://127.0.0.1:")


def test_a_file_with_faults_is_said_to_have_some_and_the_wall_is_shown(
    entente: Entente, serve: list[str], desk: Path
) -> None:
    text = (desk / "world.yaml").read_text()
    (desk / "wrong.yaml").write_text(text.replace("title:", "titel:"))
    typed = entente("lab", "wrong.yaml", "--port", 0)
    assert typed.code == 0
    assert re.search(r"wrong\.yaml has \d+ faults?; the page shows them beside it", typed.err)
    assert "/#" in serve[0]


def test_a_file_that_is_not_there_is_refused_and_nothing_is_left(
    entente: Entente, serve: list[str], desk: Path
) -> None:
    before = left_in(desk)
    typed = entente("lab", "wrld.yaml", "--port", 0)
    assert typed.code == 1
    assert "there is no such file" in typed.err
    assert left_in(desk) == before
    assert serve == []


def test_a_folder_of_work_is_open_in_one_program_alone(entente: Entente, serve: list[str]) -> None:
    with closing(Lab(Path("kept"))):
        typed = entente("lab", "--port", 0, "--store", "kept")
    assert typed.code == 1
    assert "another lab has kept open: stop that one" in typed.err
    assert entente("lab", "--port", 0, "--store", "kept").code == 0


def test_a_folder_that_cannot_be_written_is_refused(
    entente: Entente, serve: list[str], desk: Path
) -> None:
    (desk / "kept").write_text("a file")
    typed = entente("lab", "--port", 0, "--store", "kept")
    assert typed.code == 1
    assert "name another folder (--store)" in typed.err


def test_a_port_that_is_taken_is_refused_with_a_free_one(
    entente: Entente, serve: list[str]
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        typed = entente("lab", "--port", other.getsockname()[1])
    assert typed.code == 1
    assert "is taken: another program serves there" in typed.err
