"""The teacher's addresses."""

from __future__ import annotations

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.classroom.game import log_entries as of
from sim.classroom.game.table import RefusedError
from sim.classroom.storage.opening import normalised_key
from sim.classroom.web import authentication
from sim.classroom.web.debriefing import Debriefs
from sim.classroom.web.forms import fields, text
from sim.classroom.web.room import Room
from sim.classroom.web.sse import Events
from sim.classroom.web.teacher import (
    commands,
    console,
    events,
    people,
    projector,
    sessions,
    table_page,
)
from sim.classroom.web.teacher.debriefs import Handed
from sim.classroom.web.teacher.office import Office, stream_of
from sim.classroom.web.templates import render

# What is printed and handed out: role briefs.


async def briefs(office: Office, request: Request) -> Response:
    """The role briefs of all seats and of new governments, each on pages of its own."""
    described = office.room.session.scenario.description
    return office.render(
        request,
        "teacher/briefs.html.j2",
        title="Role briefs",
        scenario=described.title,
        roles=[("", office.room.role(actor)) for actor in described.actors]
        + [
            (f"Table {table.number}", office.room.role(actor, reign))
            for table in office.room.session.tables
            for actor in described.actors
            if (reign := table.latest_government(actor)) is not None
        ],
    )


# The teacher's door: a key that works once, and a cookie for it.

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
    if authentication.is_teacher(room, request):
        return authentication.to("/teacher")
    mark = authentication.hashed(normalised_key(text(await fields(request), "key")))
    try:
        if mark not in room.keys:
            raise authentication.wrong_code(room, request, "wrong key", WRONG)
        secret = authentication.token()
        room.accept(of.Admitted(at=room.clock(), token=authentication.hashed(secret)))
    except RefusedError as error:
        return ask(room, request, str(error))
    room.keys.discard(mark)
    return authentication.admit(
        request, authentication.to("/teacher"), authentication.TEACHER, secret
    )


def routes(room: Room, debriefs: Debriefs) -> list[Route]:
    """The pages and forms of the teacher."""
    office, handed = Office(room), Handed(debriefs)
    return [
        Route("/teacher", partial(_first, office), methods=["GET"]),
        Route("/teacher", partial(enter, room), methods=["POST"]),
        Route("/teacher/events", partial(_events, office), methods=["GET"]),
        Route("/teacher/events/{number:int}", partial(_events, office), methods=["GET"]),
        office.page("/teacher/table/{number:int}", table_page.page),
        office.page("/teacher/projector", projector.every),
        office.page("/teacher/projector/{number:int}", projector.one),
        office.page("/teacher/briefs", briefs),
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
        office.form("/teacher/inject", events.inject),
        office.form("/teacher/say", events.say),
        office.form("/teacher/sessions", sessions.change),
    ]


async def _first(office: Office, request: Request) -> Response:
    """The console, or the door."""
    if not authentication.is_teacher(office.room, request):
        return ask(office.room, request)
    return await console.console(office, request)


async def _events(office: Office, request: Request) -> Response:
    """A stream that says when a page has changed: of a table, or of the whole room."""
    room = office.room
    if not authentication.is_teacher(room, request):
        raise HTTPException(403)
    number = request.path_params.get("number")
    device = authentication.secret_of(room, authentication.TEACHER, request)

    def version() -> str | None:
        known = authentication.hashed(device) in room.session.teachers
        return room.version(number) if known else None

    return Events(room, stream_of(office, request, request.url.path), version)
