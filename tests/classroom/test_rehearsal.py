"""Computed students take every seat and play to the end, by entries in the log."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.classroom import rehearsal
from sim.classroom.game.clock import closing_entry, opening_entry
from sim.classroom.game.log_entries import Changed, Handed, Ordered
from sim.classroom.rehearsal import SENTENCES, ComputedStudent, Rehearsal
from sim.classroom.storage import Store, begin_session
from sim.classroom.web.app import application
from sim.classroom.web.room import Room
from sim.web import server
from sim.web.server import Server
from sim.web.tokens import hashed, normalised_key
from tests.fixtures.browser import Browser
from tests.fixtures.scenarios import DUEL, changed, scenario

KEY = "abcd-efgh-jkmn"
BUSY = changed(
    DUEL, calendar__rounds=3, levers__summit__usual=0.5, levers__rebuke__usual=0.3,
    actors__north__attention=1,
)  # fmt: skip
"""Two who do much: a round in which nobody does anything would show little."""


@contextmanager
def served(
    folder: Path, ready: Callable[[Room], None] = lambda room: None
) -> Iterator[tuple[Room, str]]:
    """A room that is served in a thread, and where; its teacher's key is :data:`KEY`."""
    store = Store(folder / "sessions.sqlite")
    room = Room(begin_session(store, scenario(BUSY), time.time(), tables=2, rehearsal=True))
    room.keys.add(hashed(normalised_key(KEY)))
    opened, up = server.listen("127.0.0.1", 0), threading.Event()

    def begun() -> None:
        ready(room)
        up.set()

    serving = Server(application(room), begun, room.close)
    thread = threading.Thread(target=serving.serve_at, args=(opened,))
    thread.start()
    try:
        assert up.wait(10)
        yield room, server.address(*opened.getsockname())
    finally:
        serving.stop()
        thread.join(10)
        store.close()
    assert not thread.is_alive()


def until(met: Callable[[], bool], seconds: float = 10) -> None:
    begun = time.monotonic()
    while not met():
        assert time.monotonic() - begun < seconds
        time.sleep(0.01)


def test_a_class_plays_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "THINKING", (0, 0.05))
    told: list[str] = []
    with served(tmp_path, lambda room: Rehearsal(room, 1, told.append).start()) as (room, base):
        teacher = Browser(base)
        teacher.post("/teacher", {"key": KEY})
        tables = room.session.tables
        until(lambda: all(seat.by_people for table in tables for seat in table.seats.values()))
        shown = teacher.get("/teacher").text
        assert "Computed student 4" in shown
        assert "(away)" not in shown
        while not all(table.phase == "over" for table in tables):
            teacher.post("/teacher/do", {"do": "open", "table": "all"})
            until(lambda: all(table.chosen(actor) for table in tables for actor in table.seats))
            teacher.post("/teacher/do", {"do": "close", "table": "all"})
            asked = [table for table in tables if table.phase == "answering"]
            waiting = [(table, one.target) for table in asked for one in table.open_proposals]
            until(lambda: all(table.chosen(actor) for table, actor in waiting))  # noqa: B023
            if asked:
                teacher.post("/teacher/do", {"do": "close", "table": "all"})
        log = list(room.recorder.store.entries(1))
    assert told == []
    assert all(table.played == 3 for table in tables)
    moves = [table.moves for table in tables]
    assert any(lever for lever in moves[0].values())
    assert moves[0] != moves[1]
    assert any(table.answers for table in tables)
    assert all(message.text in SENTENCES for message in room.session.messages)
    orders = [entry for entry in log if isinstance(entry, Ordered)]
    assert len(orders) >= 2 * 2 * 3


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A room in which the first round is open."""
    store = Store(tmp_path / "sessions.sqlite")
    found = Room(begin_session(store, scenario(BUSY), 1.0, rehearsal=True))
    yield found
    store.close()


def student(room: Room, seed: int = 1) -> ComputedStudent:
    """One who sits at the first table as north, in an open round."""
    found = ComputedStudent(room, f"Computed {seed}", 1, "north", random.Random(seed))
    if room.session.table(1).phase == "waiting":
        room.accept(opening_entry(room.session, room.session.table(1), room.clock()))
    return found


def orders(room: Room) -> int:
    """How often somebody has chosen."""
    return sum(isinstance(one, Ordered) for one in room.recorder.store.entries(1))


def test_a_student_chooses_what_is_open_as_its_seed_has_it(room: Room) -> None:
    north, table = student(room), room.session.table(1)
    closed = next(lever for lever, open in table.levers("north", "south", "words").items() if open)
    chosen = []
    for _ in range(2):
        found = []
        for seed in range(40):
            north._rng, north._done = random.Random(seed), ()
            north.step()
            found.append(table.orders[("north", "south", "words")])
        chosen.append(found)
    assert chosen[0] == chosen[1]
    assert len(set(chosen[0])) > 1
    table.world.read("open")[table.compiled.keys[closed, "north", "south"], 0] = 0
    for seed in range(40):
        north._rng, north._done = random.Random(seed), ()
        north.step()
        assert table.orders[("north", "south", "words")] != closed


def test_a_student_chooses_no_more_than_it_can_attend_to(room: Room) -> None:
    north, table = student(room), room.session.table(1)
    for seed in range(40):
        north._rng, north._done = random.Random(seed), ()
        north.step()
        assert sum(lever is not None for lever in table.orders.values()) <= 1


def test_a_student_chooses_once_a_round_and_some_change_their_mind_once(room: Room) -> None:
    north, again = student(room), []
    for seed in range(60):
        north._rng, north._done = random.Random(seed), ()
        before, later = orders(room), north.step()
        for _ in range(3):
            north.step()
        assert orders(room) - before == (1 if later is None else 2)
        again.append(later)
    assert 5 < sum(later is not None for later in again) < 30


def test_a_student_leaves_a_seat_to_the_model_that_was_handed_to_it(room: Room) -> None:
    north = student(room)
    room.accept(Handed(at=room.clock(), table=1, actor="north", model=True))
    assert north.step() is None
    assert orders(room) == 0
    room.accept(Handed(at=room.clock(), table=1, actor="north", model=False))
    north.step()
    assert orders(room) > 0


def test_a_student_does_nothing_in_a_session_that_it_is_not_in(room: Room) -> None:
    north = student(room)
    room.take(begin_session(room.recorder.store, scenario(BUSY), 2.0))
    assert north.version() == ""
    assert north.step() is None


def test_a_student_answers_what_it_is_asked(room: Room) -> None:
    north, table = student(room), room.session.table(1)
    south = ComputedStudent(room, "Other", 1, "south", random.Random(2))
    for seed in range(100):
        north._rng, north._done = random.Random(seed), ()
        north.step()
        if "summit" in table.orders.values():
            break
    room.accept(closing_entry(room.session, table, room.clock()))
    assert table.phase == "answering"
    south.step()
    assert table.chosen("south")


def test_who_is_not_let_in_says_so(tmp_path: Path) -> None:
    told: list[str] = []

    def ready(room: Room) -> None:
        room.accept(Changed(at=room.clock(), doors=False))
        Rehearsal(room, 1, told.append).start()

    with served(tmp_path, ready):
        until(lambda: bool(told))
    assert told == [
        "The computed students have stopped: the doors are closed: ask your teacher to open them"
    ]
