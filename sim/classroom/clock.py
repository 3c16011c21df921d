"""What is due when a deadline has passed, as entries of the log."""

from __future__ import annotations

from sim.classroom.entries import Closed, RoundOpened, Undone
from sim.classroom.session import Session
from sim.classroom.table import Table

LEAST, MOST = 30.0, 120.0
"""Seconds for answers to proposals: a third of a round's time, within these."""


def answering(minutes: float) -> float:
    """Seconds for answers to proposals in rounds of so many minutes."""
    return min(max(20 * minutes, LEAST), MOST)


def opening(session: Session, table: Table, now: float) -> RoundOpened:
    """The entry that opens a table's next round, with the session's deadline."""
    deadline = _of_round(session, now)
    return RoundOpened(at=now, table=table.number, round=table.round + 1, deadline=deadline)


def taking_back(session: Session, table: Table, now: float) -> Undone:
    """The entry that opens a table's last round again, with the session's deadline."""
    return Undone(at=now, table=table.number, deadline=_of_round(session, now))


def _of_round(session: Session, now: float) -> float | None:
    minutes = session.rules.minutes
    return None if minutes is None else now + 60 * minutes


def closing(session: Session, table: Table, now: float) -> Closed:
    """The entry that closes what is open at a table, with a deadline for answers."""
    minutes = session.rules.minutes
    deadline = None if minutes is None else now + answering(minutes)
    return Closed(at=now, table=table.number, round=table.round, deadline=deadline)


def due(session: Session, table: Table, now: float) -> Closed | RoundOpened | None:
    """The next entry that the clock makes at a table; call again until there is none.

    A phase whose time is over is closed; where rounds are to flow, the next one
    is opened once a game has begun.
    """
    if table.deadline is not None and table.deadline <= now:
        return closing(session, table, now)
    if session.rules.flow and table.phase == "closed" and session.rules.minutes:
        return opening(session, table, now)
    return None
