"""The file of sessions: what was confirmed is there, whatever happened afterwards."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.game.log_entries import pack, unpack
from sim.classroom.game.session import Message
from sim.classroom.game.table import Table
from sim.classroom.storage import Recorder, Store, begin_session, branch_session, resume_session
from sim.errors import SimError
from sim.scenario.loading import load_scenario
from sim.simulation.manifest import versions
from tests.fixtures.sessions import state

OPENED = entries.Opened(
    at=1, scenario=pack(load_scenario("scenarios/two-neighbours.yaml")), seed=7, code="BCDF"
)


def said(nth: int) -> entries.Said:
    return entries.Said(at=nth, table=None, text=f"message {nth}")


@pytest.mark.parametrize("name", ["two-neighbours", "parked-dispute", "crimea-2014"])
def test_a_scenario_comes_back_as_it_was(name: str) -> None:
    before = load_scenario(f"scenarios/{name}.yaml", {"calendar.rounds": 5}, "realist")
    written = OPENED.model_copy(update={"scenario": pack(before)}).model_dump_json()
    after = unpack(entries.read_entry(written).model_dump()["scenario"])
    assert (after.description, after.reference) == (before.description, before.reference)
    assert after.sha256 == before.sha256
    assert (after.reference is after.description) == (before.reference is before.description)


def test_several_sessions_are_kept_side_by_side(tmp_path: Path) -> None:
    store = Store(tmp_path / "new folder" / "s.sqlite")
    one, two = Recorder.begin(store, OPENED), Recorder.begin(store, OPENED)
    for nth in range(3):
        one.accept(said(nth))
    two.accept(said(9))
    assert [(s.id, s.entries) for s in store.sessions()] == [(two.number, 2), (one.number, 4)]
    again = Recorder(Store(store.path), one.number)
    assert state(again.session) == state(one.session)
    assert again.version == one.version == 4


def test_an_entry_that_is_refused_is_not_written(tmp_path: Path) -> None:
    desk = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)
    with pytest.raises(SimError, match="nothing to take back"):
        desk.accept(entries.Undone(at=2, table=1))
    assert len(list(desk.store.entries(desk.number))) == 1


def test_what_cannot_be_written_does_not_happen(tmp_path: Path) -> None:
    desk = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)
    other = sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(SimError, match="cannot be written"):
        desk.accept(said(1))
    ((waits,),) = desk.store._db.execute("pragma busy_timeout")
    assert waits < 1000  # milliseconds; all pages wait meanwhile
    assert desk.session.messages == []
    other.execute("rollback")
    desk.accept(said(2))
    assert [m.text for m in Recorder(desk.store, desk.number).session.messages] == ["message 2"]


def test_of_two_who_write_one_session_only_the_first_does(tmp_path: Path) -> None:
    one = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)
    two = Recorder(Store(tmp_path / "s.sqlite"), one.number)
    one.accept(said(1))
    with pytest.raises(SimError, match=r"another program has session 1 .* stop one of them"):
        two.accept(said(2))
    assert two.session.messages == []
    one.accept(said(3))
    log = list(one.store.entries(one.number))
    assert [entry.at for entry in log] == [1, 1, 3]


def test_a_session_that_is_open_alone_cannot_be_opened_beside_it(tmp_path: Path) -> None:
    one = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED, alone=True)
    store = Store(tmp_path / "s.sqlite")
    with pytest.raises(SimError, match=r"another program has session 1 .* stop one of them"):
        resume_session(store, 1)
    other = resume_session(store, Recorder.begin(store, OPENED).number)
    one.release()
    resume_session(store, 1).release()
    other.release()
    assert not [path for path in tmp_path.iterdir() if "lock" in path.name]


def test_who_begins_a_session_or_branches_off_has_it_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    begun = begin_session(store, unpack(OPENED.scenario), 0.0)
    for desk in (begun, branch_session(store, begun.number, 0)):
        with pytest.raises(SimError, match=f"another program has session {desk.number}"):
            resume_session(store, desk.number)


HOLDER = """
import os, signal, sys
from pathlib import Path
from sim.classroom.storage import resume_session
from sim.classroom.storage import Store
desk = resume_session(Store(Path(sys.argv[1])), 1)
print("open", flush=True)
sys.stdin.read()
"""


def test_a_program_that_is_killed_holds_no_session(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    store = Store(path)
    Recorder.begin(store, OPENED)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(SimError, match="another program has session 1"):
            resume_session(store, 1)
        holder.kill()
    resume_session(store, 1).release()


def test_a_log_that_breaks_a_rule_names_the_entry_and_the_rule(tmp_path: Path) -> None:
    desk = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)
    desk.accept(said(1))
    desk.store.append(desk.number, 2, entries.Undone(at=2, table=1))
    with pytest.raises(
        SimError, match=r"session 1 of .* played again: entry 2 \(undone\) breaks a rule: no round"
    ):
        Recorder(desk.store, desk.number)


def test_a_scenario_of_another_version_is_told_in_words(tmp_path: Path) -> None:
    kept = {**OPENED.scenario, "description": {**OPENED.scenario["description"], "actors": 3}}
    store = Store(tmp_path / "s.sqlite")
    number = store.begin(OPENED.model_copy(update={"scenario": kept}))
    with pytest.raises(SimError, match=r"session 1 .* its scenario cannot be read .*actors: "):
        Recorder(store, number)
    for gone in ("library", "reference"):
        less = {name: part for name, part in OPENED.scenario.items() if name != gone}
        with pytest.raises(SimError, match=f"it has no '{gone}'"):
            unpack(less)


def test_a_log_of_one_act_a_round_is_refused_in_a_sentence_and_left_as_it_is(
    tmp_path: Path,
) -> None:
    """As 0.5 wrote it: the opening has no form, and an order names one lever for each."""
    store = Store(tmp_path / "s.sqlite")
    old = json.loads(OPENED.model_copy(update={"version": "0.5.1"}).model_dump_json())
    del old["form"]
    order = {"kind": "ordered", "at": 1.0, "participant": "p", "table": 1, "round": 1,
             "moves": {"south": "talk"}}  # fmt: skip
    number = store.begin(OPENED)
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("update entry set body = ? where session = ?", (json.dumps(old), number))
        db.execute("insert into entry values (?, 1, ?)", (number, json.dumps(order)))
    said = f"session {number} of .* was begun with version 0.5.1, .* begin a new session"
    with pytest.raises(SimError, match=said):
        Recorder(store, number)
    with pytest.raises(SimError, match=said):
        branch_session(store, number, 1)
    assert [one.entries for one in store.sessions()] == [2]
    Recorder.begin(store, OPENED)
    with pytest.raises(SimError, match=said):
        resume_session(store, number)


def test_a_session_of_another_version_is_warned_of(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite")
    ours = versions()["entente"]
    for version, warned in (("0.0.1", True), (ours, False), ("", False)):
        desk = Recorder.begin(store, OPENED.model_copy(update={"version": version}))
        assert ("begun with version 0.0.1" in desk.warning) == warned


class Half(list[Message]):
    """Takes a message twice, and fails."""

    def append(self, one: Message) -> None:
        super().extend([one, one])
        raise ZeroDivisionError


def test_what_fails_after_it_was_written_is_played_again(tmp_path: Path) -> None:
    desk = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)
    session, told = desk.session, []
    desk.listen(lambda: told.append(desk.version))
    session.messages = Half()
    desk.accept(said(1))
    assert desk.session is session
    assert told == [2]
    assert [m.text for m in session.messages] == ["message 1"]
    desk.accept(said(2))
    assert state(Recorder(desk.store, desk.number).session) == state(session)


def test_where_even_that_fails_nothing_more_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)

    def broken(self: Table, deadline: float | None) -> None:
        raise ZeroDivisionError

    opened = entries.RoundOpened(at=2, table=1, round=1)
    with monkeypatch.context() as patched:
        patched.setattr(Table, "open_round", broken)
        with pytest.raises(SimError, match=r"its entry 1 was written .* \(ZeroDivisionError\)"):
            desk.accept(opened)
    with pytest.raises(SimError, match="session 1 cannot go on"):
        desk.accept(said(3))
    assert len(list(desk.store.entries(desk.number))) == 2


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
    desk = Recorder.begin(Store(tmp_path / "s.sqlite"), OPENED)
    desk.accept(said(1))
    desk.store._db.execute("update entry set body = '{}' where number = 1")
    with pytest.raises(SimError, match=r"entry 1 of session 1 .* cannot be read"):
        Recorder(desk.store, desk.number)
    with pytest.raises(SimError, match="no session 8"):
        Recorder(desk.store, 8)


WRITER = """
import os, signal, sys
from pathlib import Path
from sim.classroom.storage import Recorder
from sim.classroom.storage import Store
from tests.classroom.test_storage import OPENED, said
desk = Recorder.begin(Store(Path(sys.argv[1])), OPENED)
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
    desk = Recorder(Store(path), 1)
    assert [m.text for m in desk.session.messages] == [f"message {nth}" for nth in range(7)]
