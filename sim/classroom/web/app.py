"""The web application.

A page is a Starlette route whose endpoint is an ``async def`` (the session belongs to
the web's own thread); :func:`pages` lists them all.
An endpoint answers with :func:`sim.classroom.web.templates.render`; it may raise
``RefusedError`` (shown as a 409 page, in the error's own words) or ``HTTPException``
(shown in plain words by its status). Forms are read by
:func:`sim.classroom.web.forms.fields`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.classroom.game.table import RefusedError
from sim.classroom.server import is_ours
from sim.classroom.web.authentication import rate_and_caller
from sim.classroom.web.debriefing import Debriefs
from sim.classroom.web.rate_limits import TooOftenError
from sim.classroom.web.room import Room, error_place
from sim.classroom.web.student import Student, warm
from sim.classroom.web.teacher import commands
from sim.classroom.web.teacher import pages as teacher
from sim.classroom.web.teacher.admin import Admin
from sim.classroom.web.templates import oops, static, way_back
from sim.errors import SimError

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
        "/static/{name}": static,
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
    }
    return [
        *(Route(path, page, methods=["GET"]) for path, page in shown.items()),
        *(Route(path, form, methods=["POST"]) for path, form in sent.items()),
        admin.page("/teacher", teacher.console, otherwise=admin.door),
        *(admin.page(f"/teacher/{path}", page) for path, page in shown_to_teacher.items()),
        *(admin.form(f"/teacher/{path}", form) for path, form in sent_by_teacher.items()),
    ]


def application(room: Room, host: str | None = None) -> Guard:
    """The application, to be served; at a host, only under names of this machine."""

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        warm(room)
        async with room.running():
            yield

    errors = (HTTPException, ValidationError, SimError, Exception)
    inner = Starlette(
        routes=pages(room), lifespan=running, exception_handlers=dict.fromkeys(errors, _failed)
    )
    inner.router.redirect_slashes = False
    return Guard(inner, room, host)


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


# What stands before every page: where a request comes from, how big it is, how often.
#
# On a school's plain http a browser sends no ``Sec-Fetch-Site`` and a cookie cannot be
# ``Secure``; so every POST must name an ``Origin`` whose host is that of the address
# it was sent to, beside the cookie's own ``SameSite=Strict``.

MOST_BYTES = 64 * 1024
FORM_SECONDS = 15.0
"""Seconds in which a form must have arrived."""
METHODS = ("GET", "HEAD", "POST")
FORM = "application/x-www-form-urlencoded"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # With "no-referrer" a browser sends the Origin of a plain form as null.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.I)
_PORT = re.compile(r":\d{1,5}$")


class Guard:
    """The application with its safety around it; at a host, only names of this machine will do."""

    def __init__(self, app: ASGIApp, room: Room, host: str | None = None) -> None:
        self.app, self.room, self.host = app, room, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a page that says why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        refused = self._refused(scope)
        if refused is None and scope["method"] == "POST":
            taken = await _taken(Headers(scope=scope), receive)
            if isinstance(taken, int):
                refused = taken
            else:
                receive = _again(taken, receive)
        back = way_back(scope["path"])
        answer.started = time.perf_counter()
        try:
            if refused is not None:
                remedy = f"Go to {self.room.address}/" if refused == 421 else ""
                await oops(refused, back=back, remedy=remedy)(scope, receive, answer)
            else:
                await self.app(scope, receive, answer)
        except Exception as error:
            # Neither the error's text nor the address: both may hold what somebody typed.
            _log.error("a page failed: %s", error_place(error))
            if not answer.begun:
                await oops(500, back=back)(scope, receive, answer)

    def _refused(self, scope: Scope) -> int | None:
        """The status with which a request is turned away, if it is."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
            return 400
        if self.host is not None and not is_ours(_PORT.sub("", hosts[0]), self.host):
            return 421
        if scope["method"] not in METHODS:
            return 405
        if scope["method"] == "POST" and not _own(headers, hosts[0]):
            return 403
        return 429 if self._too_often(scope) else None

    def _too_often(self, scope: Scope) -> bool:
        if scope["path"].startswith("/static/"):
            return False
        return self.room.limits.take(*rate_and_caller(self.room, scope)) > 0


class _Answer:
    """Sends an answer with the headers that every answer has, and the time that it took."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun, self.started = False, time.perf_counter()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            took = 1000 * (time.perf_counter() - self.started)
            headers["server-timing"] = f"app;dur={took:.1f}"
        await self._send(message)


def _own(headers: Headers, host: str) -> bool:
    """Whether a form was sent from a page of ours."""
    origins = headers.getlist("origin")
    if len(origins) != 1:
        return False
    try:
        origin = urlsplit(origins[0])
    except ValueError:
        return False
    if origin.scheme not in ("http", "https") or origin.netloc.lower() != host.lower():
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def _taken(headers: Headers, receive: Receive) -> bytes | int:
    """The whole of a form, or the status with which it is turned away."""
    if headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
        return 415
    try:
        if int(headers.get("content-length", "0")) > MOST_BYTES:
            return 413
    except ValueError:
        return 400
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return 400
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MOST_BYTES:
                    return 413
    except TimeoutError:
        return 408
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Receive a body that was read already, then what follows it."""
    left = [body]

    async def give() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return give
