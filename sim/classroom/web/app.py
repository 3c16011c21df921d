"""The web application.

A page is a Starlette route whose endpoint is an ``async def`` (the session belongs to
the web's own thread); :func:`pages` lists them all.
An endpoint answers with :func:`sim.classroom.web.templates.render`; it may raise
``RefusedError`` (shown as a 409 page, in the error's own words) or ``HTTPException``
(shown in plain words by its status). Forms are read by
:func:`sim.classroom.web.forms.fields`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from sim.classroom.game.table import RefusedError
from sim.classroom.web.authentication import rate_and_caller
from sim.classroom.web.debriefing import Debriefs
from sim.classroom.web.lab import ClassLab, WithLab, closed_pages
from sim.classroom.web.room import Room
from sim.classroom.web.student import Student, warm
from sim.classroom.web.teacher import commands
from sim.classroom.web.teacher import pages as teacher
from sim.classroom.web.teacher.admin import Admin
from sim.classroom.web.teacher.lab import switch_lab
from sim.classroom.web.templates import FILES, oops, way_back
from sim.errors import SimError
from sim.web.guard import Guard
from sim.web.rate_limits import TooOftenError

_log = logging.getLogger(__name__)


def pages(room: Room) -> list[Route]:
    """All addresses, and what answers at each."""
    seat, debriefs = Student(room), Debriefs(room)
    admin = Admin(room, debriefs)
    shown: dict[str, Any] = {
        "/": seat.come_in,
        "/seat": seat.seat,
        "/brief": seat.brief,
        "/events": seat.events,
        "/debrief": debriefs.show,
        "/debrief/short": debriefs.show,
        "/static/{name}": FILES.serve,
        "/teacher/events": partial(teacher.news_stream, admin),
        "/teacher/events/{number:int}": partial(teacher.news_stream, admin),
    }
    sent: dict[str, Any] = {
        "/join": seat.join,
        "/return": seat.go_on,
        "/seat": seat.sit,
        "/order": seat.order,
        "/answer": seat.answer,
        "/say": seat.say,
        "/device": seat.device,
        "/teacher": admin.enter,
    }
    shown_to_teacher: dict[str, Any] = {
        "table/{number:int}": teacher.table_page,
        "projector": teacher.projector,
        "projector/{number:int}": teacher.projector,
        "briefs": teacher.briefs,
        "sessions": teacher.sessions,
        "debrief": teacher.choose_debrief,
        "debrief/page": teacher.debrief,
        "debrief/{number:int}": teacher.debrief,
        "debrief/short": teacher.debrief,
        "export.zip": teacher.debrief_tables,
    }
    sent_by_teacher: dict[str, Any] = {
        "do": commands.carry_out,
        "rules": commands.change_setting,
        "tables": commands.add_table,
        "people": commands.move,
        "key": commands.let_in,
        "inject": commands.inject,
        "say": commands.say,
        "sessions": commands.change_session,
        "lab": switch_lab,
    }
    return [
        *(Route(path, page, methods=["GET"]) for path, page in shown.items()),
        *(Route(path, form, methods=["POST"]) for path, form in sent.items()),
        admin.page("/teacher", teacher.console, otherwise=admin.door),
        *(admin.page(f"/teacher/{path}", page) for path, page in shown_to_teacher.items()),
        *(admin.form(f"/teacher/{path}", form) for path, form in sent_by_teacher.items()),
    ]


def application(room: Room, host: str | None = None) -> WithLab:
    """The application, to be served; at a host, only under names of this machine."""
    lab = room.lab = ClassLab(room, host)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        warm(room)
        async with room.running():
            yield
        await lab.close()

    errors = (HTTPException, ValidationError, SimError, Exception)
    inner = Starlette(
        routes=[*pages(room), *closed_pages(lab)],
        lifespan=running,
        exception_handlers=dict.fromkeys(errors, _failed),
    )
    inner.router.redirect_slashes = False

    def refuse(status: int, path: str) -> Response:
        remedy = f"Go to {room.address}/" if status == 421 else ""
        return oops(status, back=way_back(path), remedy=remedy)

    def too_often(scope: Scope) -> bool:
        return room.limits.take(*rate_and_caller(room, scope)) > 0

    return WithLab(Guard(inner, refuse, too_often, host), lab)


async def _failed(request: Request, error: Exception) -> Response:
    """The page that says what went wrong."""
    said = remedy = ""
    match error:
        case HTTPException():
            status = error.status_code
            remedy = error.detail if isinstance(error, TooOftenError) else ""
        case ValidationError():  # an entry that no page of ours would have made
            status = 400
        case RefusedError():
            status, said = 409, str(error)
        case SimError():
            status = 503
            _log.error("%s", error)
        case _:
            status = 500
    return oops(status, said, way_back(request.url.path), remedy)
