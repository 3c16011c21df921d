"""The web application.

A page is a Starlette route whose endpoint is an ``async def`` (the session belongs to
the web's own thread). A module of pages gives them by ``routes(room)``, as
:func:`sim.classroom.web.student_routes.routes` does; :func:`application` lists the modules.
An endpoint answers with :func:`sim.classroom.web.templates.render`; it may raise
``RefusedError`` (shown as a 409 page, in the error's own words) or ``HTTPException``
(shown in plain words by its status). Forms are read by
:func:`sim.classroom.web.forms.fields`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.classroom.game.table import RefusedError
from sim.classroom.web import debriefing, student_routes
from sim.classroom.web.debriefing import Debriefs
from sim.classroom.web.rate_limits import TooOftenError
from sim.classroom.web.request_guard import Guard
from sim.classroom.web.room import Room
from sim.classroom.web.teacher import pages as teacher
from sim.classroom.web.templates import oops, static, way_back
from sim.errors import SimError

_log = logging.getLogger(__name__)


def pages(room: Room) -> list[Route]:
    """All routes."""
    debriefs = Debriefs(room)
    return [
        *student_routes.routes(room),
        *teacher.teacher_routes(room, debriefs),
        *debriefing.debrief_routes(room, debriefs),
        Route("/static/{name}", static),
    ]


def application(room: Room, host: str | None = None) -> Guard:
    """The application, to be served.

    Parameters
    ----------
    host : str, optional
        What is served at: then only names of this machine are answered under.
    """

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        student_routes.warm(room)
        async with room.running():
            yield

    inner = Starlette(
        routes=pages(room),
        lifespan=running,
        exception_handlers={
            HTTPException: _told,
            ValidationError: _misshapen,
            RefusedError: _refused,
            SimError: _unwritten,
            Exception: _broken,
        },
    )
    inner.router.redirect_slashes = False
    return Guard(inner, room, host)


async def _told(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    remedy = error.detail if isinstance(error, TooOftenError) else ""
    return oops(status, remedy=remedy, back=way_back(request.url.path))


async def _misshapen(request: Request, error: Exception) -> Response:
    """An entry that no page of ours would have made: too long, or of nothing."""
    return oops(400, back=way_back(request.url.path))


async def _refused(request: Request, error: Exception) -> Response:
    return oops(409, str(error), way_back(request.url.path))


async def _unwritten(request: Request, error: Exception) -> Response:
    _log.error("%s", error)
    return oops(503, back=way_back(request.url.path))


async def _broken(request: Request, error: Exception) -> Response:
    return oops(500, back=way_back(request.url.path))
