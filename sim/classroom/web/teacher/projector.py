"""The projector: what all may see, in big letters."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.briefs import lasting_text
from sim.classroom.game.table import Table
from sim.classroom.server import addresses
from sim.classroom.web.picture import picture
from sim.classroom.web.standing import sound, standing
from sim.classroom.web.teacher import overview
from sim.classroom.web.teacher.office import Office
from sim.classroom.web.teacher.table_page import found, rounds_told, shown_forecast

NEWS = 2
"""Rounds that are told on the wall."""


async def one(office: Office, request: Request) -> Response:
    """One table on the wall."""
    return _wall(office, request, found(office.room, request))


async def every(office: Office, request: Request) -> Response:
    """All tables on the wall; a single one is shown whole."""
    tables = office.room.session.tables
    if len(tables) == 1:
        return _wall(office, request, tables[0])
    return office.render(
        request,
        "teacher/wall.html.j2",
        title="Projector",
        version=office.room.version(),
        event_source="/teacher/events",
        tables=overview.tables(office.room),
        waiting=any(table.phase == "waiting" for table in tables),
        **_coming_in(office, request),
    )


def _wall(office: Office, request: Request, table: Table) -> Response:
    room = office.room
    sound(table)
    return office.render(
        request,
        "teacher/projector.html.j2",
        title=f"Table {table.number}",
        version=room.version(table.number),
        event_source=f"/teacher/events/{table.number}",
        table=overview.at_a_glance(room, table),
        many=len(room.session.tables) > 1,
        others=[one.number for one in room.session.tables if one is not table],
        news=rounds_told(table, everything=False)[:NEWS],
        lasting=lasting_text.lists(table),
        you=None,
        picture=picture(table),
        standing=standing(table, None),
        forecast=shown_forecast(room, table) if room.session.rules.forecast else None,
        **_coming_in(office, request),
    )


def _coming_in(office: Office, request: Request) -> dict[str, object]:
    """How students come in: the address, the code, and both as a picture."""
    address, code = office.address(request), office.room.session.code
    drawn = addresses.as_svg(addresses.students(address, code), f"QR code of {address}")
    return {
        "scenario": office.room.session.scenario.description.title,
        "address": address,
        "code": code,
        "doors": office.room.session.rules.doors,
        "qr": Markup(drawn),
    }
