"""The class's clock, and what is due when a deadline has passed, as entries of the log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from sim.classroom.game.log_entries import Closed, Extended, RoundOpened, Undone
from sim.classroom.game.session import Session
from sim.classroom.game.table import Table

_SHORTEST, _LONGEST = 30.0, 120.0
"""Seconds for answers to proposals: a third of a round's time, within these."""
GRACE = 60.0
"""Seconds that an open round has left at least when its class comes back to it."""


def steady_seconds() -> float:
    """Seconds that never go back and that count sleep, where the system has such a clock."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # where time.monotonic() stops while the machine sleeps
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class Clock:
    """Tells the time of the log: it begins as the computer's clock, and never goes back.

    Somebody may set the computer's clock, or a time server may; deadlines stay as far
    away as they were.

    Parameters
    ----------
    wall : callable
        POSIX seconds, as the computer's clock shows them.
    steady : callable
        Seconds that never go back, and that count sleep.
    """

    def __init__(self, wall: Callable[[], float], steady: Callable[[], float]) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = wall() - steady()

    def __call__(self) -> float:
        """POSIX seconds of what happens now."""
        return self._ahead + self._steady()

    def go_on_from(self, at: float) -> None:
        """Begin anew by the computer's clock, but not before what has happened already."""
        self._ahead = max(self._wall(), at) - self._steady()

    def shown(self, at: float) -> float:
        """What the computer's clock, as it is set now, shows at a time of the log."""
        return at + self._wall() - self()


def answer_seconds(minutes: float) -> float:
    """Seconds for answers to proposals in rounds of so many minutes."""
    return min(max(20 * minutes, _SHORTEST), _LONGEST)


def opening_entry(session: Session, table: Table, now: float) -> RoundOpened:
    """The entry that opens a table's next round, with the session's deadline."""
    deadline = _of_round(session, now)
    return RoundOpened(at=now, table=table.number, round=table.round + 1, deadline=deadline)


def undo_entry(session: Session, table: Table, now: float) -> Undone:
    """The entry that opens a table's last round again, with the session's deadline."""
    return Undone(at=now, table=table.number, deadline=_of_round(session, now))


def _of_round(session: Session, now: float) -> float | None:
    minutes = session.settings.minutes
    return None if minutes is None else now + 60 * minutes


def closing_entry(session: Session, table: Table, now: float) -> Closed:
    """The entry that closes what is open at a table, with a deadline for answers."""
    minutes = session.settings.minutes
    deadline = None if minutes is None else now + answer_seconds(minutes)
    return Closed(at=now, table=table.number, round=table.round, deadline=deadline)


def grace_entry(table: Table, now: float) -> Extended | None:
    """The entry that leaves an open round a minute; None where it has one, or no deadline."""
    if table.deadline is None or table.deadline - now >= GRACE:
        return None
    seconds = GRACE - max(table.deadline - now, 0)
    return Extended(at=now, table=table.number, seconds=seconds)


def due_entry(session: Session, table: Table, now: float) -> Closed | RoundOpened | None:
    """The next entry that the clock makes at a table; call again until there is none.

    A phase whose time is over is closed; where rounds are to flow, the next one
    is opened once a game has begun.
    """
    if table.deadline is not None and table.deadline <= now:
        return closing_entry(session, table, now)
    if session.settings.flow and table.phase == "closed" and session.settings.minutes:
        return opening_entry(session, table, now)
    return None
