"""What is due when a deadline has passed, as entries of the log."""

from __future__ import annotations

from sim.classroom.entries import Closed, RoundOpened
from sim.classroom.session import Session
from sim.classroom.table import Table

ANSWERING = 120.0
"""Seconds for answers to proposals, where rounds have a clock at all."""


def opening(session: Session, table: Table, now: float) -> RoundOpened:
    """The entry that opens a table's next round, with the session's deadline."""
    minutes = session.rules.minutes
    deadline = None if minutes is None else now + 60 * minutes
    return RoundOpened(at=now, table=table.number, round=table.round + 1, deadline=deadline)


def closing(session: Session, table: Table, now: float) -> Closed:
    """The entry that closes what is open at a table, with a deadline for answers."""
    minutes = session.rules.minutes
    deadline = None if minutes is None else now + min(60 * minutes, ANSWERING)
    return Closed(at=now, table=table.number, round=table.round, deadline=deadline)


def due(session: Session, now: float) -> Closed | RoundOpened | None:
    """The next entry that the clock makes; call again until there is none.

    A phase whose time is over is closed; where rounds are to flow, the next one
    is opened once a game has begun.
    """
    for table in session.tables:
        if table.deadline is not None and table.deadline <= now:
            return closing(session, table, now)
        if session.rules.flow and table.phase == "closed" and session.rules.minutes:
            return opening(session, table, now)
    return None
