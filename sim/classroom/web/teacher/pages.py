"""The teacher's pages: the console, tables with their secrets, the projector, the papers."""

from __future__ import annotations

import asyncio
import datetime
import re
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.debrief.export import export_tables
from sim.classroom.game.session import Participant
from sim.classroom.game.table import RefusedError, Table
from sim.classroom.web import views
from sim.classroom.web.debriefing import Wanted
from sim.classroom.web.room import Room
from sim.classroom.web.teacher import commands
from sim.classroom.web.teacher.admin import Admin
from sim.scenario.cameo import TRACKS
from sim.web import server
from sim.web.downloads import download, plain_name, report
from sim.web.streams import Events

LAST_HEARD = 100
"""Of messages a page shows the last."""
_TOLD = 2
"""Rounds that are told on the projector."""
_SESSIONS = 200


async def news_stream(admin: Admin, request: Request) -> Response:
    """A stream that says when a page has changed: of a table, or of the whole room."""
    room, number = admin.room, request.path_params.get("number")
    device = admin.device(request)
    if device not in room.session.teachers:
        raise HTTPException(403)

    def version() -> str | None:
        return room.version(number) if device in room.session.teachers else None

    return Events(room, f"teacher {device} {request.url.path}", version)


# What the pages show of a table.


def _live(room: Room, table: Table | None = None) -> dict[str, str]:
    """The version of a page, and where it hears that there is a new one."""
    number = table.number if table else None
    path = f"/{number}" if number else ""
    return {"version": room.version(number), "event_source": f"/teacher/events{path}"}


def _asked_for(room: Room, request: Request) -> Table:
    """The table that an address names; 404 where there is none."""
    try:
        return room.session.table(int(request.path_params["number"]))
    except RefusedError:
        raise HTTPException(404) from None


async def console(admin: Admin, request: Request) -> Response:
    """Every table live, with all that can be done."""
    room, session = admin.room, admin.room.session
    described = session.scenario.description
    return admin.render(
        request,
        "teacher/console.html.j2",
        title=described.title,
        students=_students(room),
        here=sum(map(room.present, session.people)),
        looking=commands.LOOKING,
        together=commands.together(room),
        events=described.events,
        quantities=commands.quantity_choices(described),
        arrangements=commands.arrangement_choices(described),
        changes=range(1, commands.CHANGES + 1),
        told=commands.SETTINGS,
        clock=commands.clock_words(session.settings.minutes),
        address=admin.address(request),
        drafts=f"{session.began}/console",
        **_live(room),
        **views.thread(room, session.messages, LAST_HEARD),
    )


def _students(room: Room) -> list[tuple[Participant, str]]:
    """All students by name, numbers in a name by their size; each with its place in words."""

    def order(one: Participant) -> list[tuple[str, int]]:
        parts = re.findall(r"([^0-9]*)([0-9]{0,9})", one.name.casefold())
        return [(letters, int(digits or 0)) for letters, digits in parts]

    def place(one: Participant) -> str:
        if one.table is None:
            return "no place yet"
        if one.actor is None:
            return f"looks on at table {one.table}"
        return f"table {one.table}, {room.session.scenario.description.actors[one.actor].name}"

    return [(one, place(one)) for one in sorted(room.session.people.values(), key=order)]


async def table_page(admin: Admin, request: Request) -> Response:
    """A table as only its teacher may see it: every choice, every answer, every message."""
    room = admin.room
    table = _asked_for(room, request)
    last = max(table.round, table.played)
    heard = [one for one in room.session.messages if one.table in (None, table.number)]
    return admin.render(
        request,
        "teacher/table.html.j2",
        title=f"Table {table.number}",
        chosen=_chosen,
        actors=table.compiled.description.actors,
        levers=table.compiled.description.levers,
        roles=[room.role(actor, table.latest_government(actor)) for actor in table.seats],
        forecast=views.foreseen(room, table, why=True),
        **_live(room, table),
        **views.board(table, range(last, 0, -1), everything=True),
        **views.thread(room, heard, LAST_HEARD),
    )


def _chosen(table: Table, actor: str, target: str) -> str:
    """The word and the deed that a seat has chosen toward another."""
    if not table.chosen(actor):
        return "nothing yet"
    levers = table.compiled.description.levers
    picked = (table.orders.get((actor, target, track)) for track in TRACKS)
    return "; ".join(levers[lever].name for lever in picked if lever) or "says and does nothing"


async def projector(admin: Admin, request: Request) -> Response:
    """What all may see, in big letters: one table, or all at a glance where there are several."""
    room, tables = admin.room, admin.room.session.tables
    address, code = admin.address(request), room.session.code
    drawn = server.as_svg(server.join_link(address, code), f"QR code of {address}")
    shown: dict[str, Any] = {
        "scenario": room.session.scenario.description.title,
        "address": address,
        "code": code,
        "qr": Markup(drawn),
    }
    if "number" not in request.path_params and len(tables) > 1:
        waiting = any(table.phase == "waiting" for table in tables)
        shown |= {"title": "Projector", "waiting": waiting, **_live(room)}
        return admin.render(request, "teacher/wall.html.j2", **shown)
    table = _asked_for(room, request) if "number" in request.path_params else tables[0]
    last = max(table.round, table.played)
    return admin.render(
        request,
        "teacher/projector.html.j2",
        title=f"Table {table.number}",
        forecast=views.foreseen(room, table) if room.session.settings.forecast else None,
        **shown,
        **_live(room, table),
        **views.board(table, range(last, max(last - _TOLD, 0), -1)),
    )


# Papers, and the sessions that are kept.


async def briefs(admin: Admin, request: Request) -> Response:
    """The role briefs of all seats and of new governments, each on pages of its own."""
    room = admin.room
    described = room.session.scenario.description
    roles = [("", room.role(actor)) for actor in described.actors]
    for table in room.session.tables:
        reigns = [
            one for actor in described.actors if (one := table.latest_government(actor)) is not None
        ]
        roles += [(f"Table {table.number}", room.role(one.actor, one)) for one in reigns]
    shown = {"title": "Role briefs", "scenario": described.title, "roles": roles}
    return admin.render(request, "teacher/briefs.html.j2", **shown)


async def sessions(admin: Admin, request: Request) -> Response:
    """All sessions, the last one first."""

    def day(at: float) -> str:
        return datetime.datetime.fromtimestamp(at).strftime("%Y-%m-%d, %H:%M")

    return admin.render(
        request,
        "teacher/sessions.html.j2",
        title="Sessions",
        day=day,
        played=max(table.played for table in admin.room.session.tables),
        sessions=admin.room.recorder.store.sessions()[:_SESSIONS],
    )


async def choose_debrief(admin: Admin, request: Request) -> Response:
    """What there is of a debrief, and how it may be had."""
    record = await admin.debriefs.record(Wanted())
    return admin.render(
        request,
        "teacher/debrief.html.j2",
        title="Debrief",
        waiting=record.waiting,
        faults=sorted({fault for table in record.tables for fault in table.faults}),
        history=bool(admin.room.session.scenario.description.history),
    )


async def debrief(admin: Admin, request: Request) -> Response:
    """The debrief of all tables or of one, whole or a page for each; ``?file`` to keep it."""
    wanted, name = _wanted(admin, request), "debrief"
    if request.url.path.endswith("/short"):
        name = "one-page"
        page = await admin.debriefs.sheets(wanted.tables, pseudonyms=wanted.pseudonyms)
    else:
        page = await admin.debriefs.page(wanted)
    file = f"{_stem(admin)}-{name}.html" if "file" in request.query_params else ""
    return report(page, file)


async def debrief_tables(admin: Admin, request: Request) -> Response:
    """Events, choices, messages and students as CSV files in one zip file."""
    record = await admin.debriefs.record(_wanted(admin, request))
    packed = await asyncio.to_thread(export_tables, record)
    return download(packed, f"{_stem(admin)}.zip", "application/zip")


def _wanted(admin: Admin, request: Request) -> Wanted:
    asked = request.query_params
    number = request.path_params.get("number")
    if number is None and re.fullmatch(r"\d{1,3}", text := asked.get("table", ""), re.ASCII):
        number = int(text)
    return Wanted(
        tables=() if number is None else (admin.room.session.table(number).number,),
        pseudonyms=asked.get("names") == "no",
        history=asked.get("history") != "no",
    )


def _stem(admin: Admin) -> str:
    """A file's name: the scenario's id and the session's number, in plain letters."""
    return f"{plain_name(admin.room.session.scenario.id, 'session')}-{admin.room.recorder.number}"
