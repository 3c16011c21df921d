"""The teacher opens the lab to all, and closes it."""

from __future__ import annotations

from starlette.requests import Request

from sim.classroom.game import log_entries as entries
from sim.classroom.web.forms import Typed
from sim.classroom.web.teacher.admin import Admin, Notice


async def switch_lab(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Open the lab on the session's scenario to all who are in, or close it."""
    room, wanted = admin.room, typed.text("to") == "yes"
    if wanted and room.lab is not None:
        await room.lab.ready()
    room.accept(entries.Changed(at=room.clock(), lab=wanted))
    if wanted:
        return Notice("The lab is open to all: a link to it is on every student's page.")
    return Notice("The lab is closed to students; what they made is kept.")
