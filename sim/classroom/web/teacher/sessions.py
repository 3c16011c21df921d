"""The sessions that are kept: going on with one, or beginning another."""

from __future__ import annotations

import datetime

from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.game import log_entries as of
from sim.classroom.game.table import RefusedError
from sim.classroom.storage.opening import begin_session, branch_session
from sim.classroom.storage.recorder import Recorder
from sim.classroom.web import authentication
from sim.classroom.web.room import Room
from sim.classroom.web.teacher.office import Notice, Office, Typed
from sim.errors import SimError

LISTED = 200


async def listed(office: Office, request: Request) -> Response:
    """All sessions, the last one first."""
    room = office.room
    return office.render(
        request,
        "teacher/sessions.html.j2",
        title="Sessions",
        played=max(table.played for table in room.session.tables),
        sessions=[
            {
                "id": one.id,
                "title": one.title,
                "began": _day(one.began),
                "entries": one.entries,
                "open": one.id == room.desk.number,
            }
            for one in room.desk.store.sessions()[:LISTED]
        ],
    )


def _day(at: float) -> str:
    return datetime.datetime.fromtimestamp(at).strftime("%Y-%m-%d, %H:%M")


def change(office: Office, request: Request, typed: Typed) -> Notice:
    """Go on with a session, begin a new one of its scenario, or one that branches off it.

    The teacher's device that asks is known in it at once; others need a new key.
    """
    room = office.room
    if typed.text("do") == "new":
        tables = typed.whole("tables", "number of tables") if typed.text("tables") else 1
        if not 1 <= tables <= of.MAX_TABLES:
            raise RefusedError(f"a session has 1 to {of.MAX_TABLES} tables")
        desk = begin_session(
            room.desk.store, room.session.scenario, room.clock(), tables=tables,
            minutes=room.session.rules.minutes, seed=room.session.seed,
        )  # fmt: skip
        told = f"Session {desk.number} has begun, with a code of its own: {desk.session.code}."
    elif typed.text("do") == "branch":
        round = typed.whole("round", "round")
        desk = branch_session(room.desk.store, room.desk.number, round)
        told = (
            f"Session {desk.number} has begun: session {room.desk.number} up to the end of "
            f"round {round}, with the same people, seats and code."
        )
        _take(room, desk, request)
        return Notice(told)
    else:
        number = typed.whole("session", "session")
        if number == room.desk.number:
            raise RefusedError("this session is open")
        if number not in {one.id for one in room.desk.store.sessions()}:
            raise RefusedError(f"there is no session {number}")
        desk = Recorder(room.desk.store, number, alone=True)
        told = f"Session {number} goes on. Its code is {desk.session.code}."
    _take(room, desk, request)
    return Notice(f"{told} Students of the session before are out until it is opened again.")


def _take(room: Room, desk: Recorder, request: Request) -> None:
    mark = authentication.hashed(authentication.secret_of(room, authentication.TEACHER, request))
    if mark not in desk.session.teachers:
        try:
            desk.accept(of.Admitted(at=room.clock(), token=mark))
        except SimError:
            desk.release()
            raise
    before = room.desk
    room.take(desk)
    before.release()
