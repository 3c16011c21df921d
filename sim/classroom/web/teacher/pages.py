"""The teacher's addresses."""

from __future__ import annotations

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.classroom.web import entry
from sim.classroom.web.debriefing import Debriefs
from sim.classroom.web.live import Events
from sim.classroom.web.room import Room
from sim.classroom.web.teacher import (
    commands,
    console,
    door,
    happenings,
    papers,
    people,
    projector,
    sessions,
    table_page,
)  # fmt: skip
from sim.classroom.web.teacher.debriefs import Handed
from sim.classroom.web.teacher.office import Office, stream_of


def routes(room: Room, debriefs: Debriefs) -> list[Route]:
    """The pages and forms of the teacher."""
    office, handed = Office(room), Handed(debriefs)
    return [
        Route("/teacher", partial(_first, office), methods=["GET"]),
        Route("/teacher", partial(door.enter, room), methods=["POST"]),
        Route("/teacher/events", partial(_events, office), methods=["GET"]),
        Route("/teacher/events/{number:int}", partial(_events, office), methods=["GET"]),
        office.page("/teacher/table/{number:int}", table_page.page),
        office.page("/teacher/projector", projector.every),
        office.page("/teacher/projector/{number:int}", projector.one),
        office.page("/teacher/briefs", papers.briefs),
        office.page("/teacher/sessions", sessions.listed),
        office.page("/teacher/debrief", handed.choose),
        office.page("/teacher/debrief/page", handed.page),
        office.page("/teacher/debrief/short", handed.short),
        office.page("/teacher/debrief/{number:int}", handed.page),
        office.page("/teacher/export.zip", handed.tables),
        office.form("/teacher/do", commands.carry_out),
        office.form("/teacher/rules", commands.set_rules),
        office.form("/teacher/tables", commands.add_table),
        office.form("/teacher/people", people.move),
        office.form("/teacher/key", people.let_in),
        office.form("/teacher/inject", happenings.inject),
        office.form("/teacher/say", happenings.say),
        office.form("/teacher/sessions", sessions.change),
    ]


async def _first(office: Office, request: Request) -> Response:
    """The console, or the door."""
    if not entry.is_teacher(office.room, request):
        return door.ask(office.room, request)
    return await console.console(office, request)


async def _events(office: Office, request: Request) -> Response:
    """A stream that says when a page has changed: of a table, or of the whole room."""
    room = office.room
    if not entry.is_teacher(room, request):
        raise HTTPException(403)
    number = request.path_params.get("number")
    device = entry.secret_of(room, entry.TEACHER, request)

    def version() -> str | None:
        known = entry.hashed(device) in room.session.teachers
        return room.version(number) if known else None

    return Events(room, stream_of(office, request, request.url.path), version)
