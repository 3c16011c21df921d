"""Taking back: the last round, with a clock of its own, and the ending of a game."""

from __future__ import annotations

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.game.clock import undo_entry
from sim.classroom.game.permissions import replay
from sim.classroom.game.table import RefusedError
from sim.scenario.loading import load_scenario
from tests.fixtures.sessions import Log, replayed, state, through


def at(phase: str, minutes: float | None = None) -> Log:
    """A game of two, of which the first round was played unless it waits."""
    log = Log(load_scenario("scenarios/two-neighbours.yaml"))
    if minutes is not None:
        log.accept(entries.Changed(at=log.now, minutes=minutes))
    log.seat("north")
    south = log.seat("south")
    if phase == "waiting":
        return log
    log.open()
    through(log)
    if phase == "closed":
        return log
    log.open()
    log.order(south, north="divide")
    made = {"at": log.now, "table": 1, "round": 2}
    log.accept(
        entries.Injected(**made, name="a parade", changes={"tension of north and south": 0.1})
    )
    if phase == "answering":
        log.close()
        log.answer("p0", south=True)
    assert log.table().phase == phase
    return log


def undo(log: Log) -> None:
    log.accept(undo_entry(log.session, log.table(), log.now))


@pytest.mark.parametrize("phase", ["waiting", "choosing", "answering", "closed"])
def test_an_ending_is_taken_back_to_where_the_game_stood(phase: str) -> None:
    log = at(phase)
    before = state(log.session)
    log.accept(entries.Ended(at=log.now, table=1))
    assert log.table().ended
    undo(log)
    assert not log.table().ended
    assert state(log.session) == before
    assert state(replay(replayed(log.entries))) == before


def test_after_the_ending_the_last_round_can_be_taken_back_too() -> None:
    log = at("closed")
    log.accept(entries.Ended(at=log.now, table=1))
    undo(log)
    undo(log)
    assert (log.table().phase, log.table().round) == ("choosing", 1)
    with pytest.raises(RefusedError, match="nothing to take back"):
        undo(log)


@pytest.mark.parametrize(("phase", "running"), [("closed", False), ("choosing", True)])
def test_what_is_open_again_has_a_fresh_deadline(phase: str, running: bool) -> None:
    log = at(phase, minutes=5)
    log.accept(entries.Ended(at=log.now, table=1))
    undo(log)
    assert log.table().deadline == (log.now - 1 + 300 if running else None)
    undo(log)
    assert log.table().phase == "choosing"
    assert log.table().deadline == log.now - 1 + 300
    assert state(replay(replayed(log.entries))) == state(log.session)


def test_without_a_clock_a_round_taken_back_has_no_deadline() -> None:
    log = at("closed")
    undo(log)
    assert log.table().deadline is None
