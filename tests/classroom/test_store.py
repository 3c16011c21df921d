"""The file of sessions: what was confirmed is there, whatever happened afterwards."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sim.classroom import entries as of
from sim.classroom.desk import Desk
from sim.classroom.kept import pack, unpack
from sim.classroom.store import Store
from sim.errors import SimError
from sim.scenario.build import load_scenario
from tests.classroom.games import state

OPENED = of.Opened(
    at=1, scenario=pack(load_scenario("scenarios/two-neighbours.yaml")), seed=7, code="BCDF"
)


def said(nth: int) -> of.Said:
    return of.Said(at=nth, table=None, text=f"message {nth}")


@pytest.mark.parametrize("name", ["two-neighbours", "parked-dispute", "crimea-2014"])
def test_a_scenario_comes_back_as_it_was(name: str) -> None:
    before = load_scenario(f"scenarios/{name}.yaml", {"calendar.rounds": 5}, "realist")
    after = unpack(of.read(OPENED.model_copy(update={"scenario": pack(before)}).model_dump_json())
                   .model_dump()["scenario"])  # fmt: skip
    assert (after.description, after.reference) == (before.description, before.reference)
    assert after.sha256 == before.sha256
    assert (after.reference is after.description) == (before.reference is before.description)


def test_several_sessions_are_kept_side_by_side(tmp_path: Path) -> None:
    store = Store(tmp_path / "new folder" / "s.sqlite")
    one, two = Desk.begin(store, OPENED), Desk.begin(store, OPENED)
    for nth in range(3):
        one.accept(said(nth))
    two.accept(said(9))
    assert [(s.id, s.entries) for s in store.sessions()] == [(two.number, 2), (one.number, 4)]
    again = Desk(Store(store.path), one.number)
    assert state(again.session) == state(one.session)
    assert again.version == one.version == 4


def test_an_entry_that_is_refused_is_not_written(tmp_path: Path) -> None:
    desk = Desk.begin(Store(tmp_path / "s.sqlite"), OPENED)
    with pytest.raises(SimError, match="nothing to take back"):
        desk.accept(of.Undone(at=2, table=1))
    assert len(list(desk.store.entries(desk.number))) == 1


def test_what_cannot_be_written_does_not_happen(tmp_path: Path) -> None:
    desk = Desk.begin(Store(tmp_path / "s.sqlite"), OPENED)
    other = sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)
    desk.store._db.execute("pragma busy_timeout=1")
    other.execute("begin immediate")
    with pytest.raises(SimError, match="cannot be written"):
        desk.accept(said(1))
    assert desk.session.messages == []
    other.execute("rollback")
    desk.accept(said(2))
    assert [m.text for m in Desk(desk.store, desk.number).session.messages] == ["message 2"]


def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("a letter, and quite a long one, so that it is no empty file" * 20)
    with pytest.raises(SimError, match="cannot be opened"):
        Store(text)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("create table mine (x)")
    db.close()
    with pytest.raises(SimError, match="no file of sessions"):
        Store(other)
    assert text.read_text().startswith("a letter")


def test_a_log_that_was_altered_is_named(tmp_path: Path) -> None:
    desk = Desk.begin(Store(tmp_path / "s.sqlite"), OPENED)
    desk.accept(said(1))
    desk.store._db.execute("update entry set body = '{}' where number = 1")
    with pytest.raises(SimError, match=r"entry 1 of session 1 .* cannot be read"):
        Desk(desk.store, desk.number)
    with pytest.raises(SimError, match="no session 8"):
        Desk(desk.store, 8)


WRITER = """
import os, signal, sys
from pathlib import Path
from sim.classroom.desk import Desk
from sim.classroom.store import Store
from tests.classroom.test_store import OPENED, said
desk = Desk.begin(Store(Path(sys.argv[1])), OPENED)
for nth in range(int(sys.argv[2])):
    desk.accept(said(nth))
    print(nth, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_confirmed_before_a_kill_is_there(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(path), "7"], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(nth) for nth in range(7)], done.stderr
    desk = Desk(Store(path), 1)
    assert [m.text for m in desk.session.messages] == [f"message {nth}" for nth in range(7)]
