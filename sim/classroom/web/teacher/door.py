"""The teacher's door: a key that works once, and a cookie for it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sim.classroom import entries as of
from sim.classroom.keys import plain
from sim.classroom.table import RefusedError
from sim.classroom.web import entry
from sim.classroom.web.forms import fields, text
from sim.classroom.web.rendering import render
from sim.classroom.web.room import Room

WRONG = "this key is not, or no longer, valid: each works once"


def ask(room: Room, request: Request, said: str = "") -> Response:
    """The page that asks for a key."""
    title = room.session.scenario.description.title
    return render(
        request, "teacher/door.html.j2", 409 if said else 200, scenario=title, said=said
    )  # fmt: skip


async def enter(room: Room, request: Request) -> Response:
    """Let a device in by a key; the key is void then.

    Wrong keys are counted by the address that tries; a right one always opens.
    """
    if entry.is_teacher(room, request):
        return entry.to("/teacher")
    mark = entry.hashed(plain(text(await fields(request), "key")))
    try:
        if mark not in room.keys:
            raise entry.wrong_code(room, request, "wrong key", WRONG)
        secret = entry.token()
        room.accept(of.Admitted(at=room.clock(), token=entry.hashed(secret)))
    except RefusedError as error:
        return ask(room, request, str(error))
    room.keys.discard(mark)
    return entry.admit(request, entry.to("/teacher"), entry.TEACHER, secret)
