"""The lab's web application.

A page is a module of :mod:`sim.lab.pages` with a function ``routes(lab)``; it stands in
:data:`PAGES`. An endpoint is an ``async def``, since benches belong to the web's own thread;
what takes longer goes to another thread. It finds its visitor's bench by ``lab.bench(request)``,
answers with :func:`sim.lab.templates.page` or JSON, and may raise ``RefusedError`` (409),
``ScenarioError`` (422, with its faults) or ``HTTPException``. Whoever asks for JSON gets errors
as JSON: ``{"error": ..., "remedy": ..., "faults": [...]}``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from sim.errors import Fault, ScenarioError, SimError
from sim.lab.bench import RefusedError
from sim.lab.catalogue import without_folders
from sim.lab.entry import NotInError
from sim.lab.lab import AGAIN, Lab
from sim.lab.pages import (
    ask,
    bench,
    build,
    build_start,
    collected,
    compare,
    door,
    keep,
    share,
    turn,
    turnable,
    wall,
)
from sim.lab.templates import FILES, oops, page
from sim.lab.work import SupersededError
from sim.web.guard import FORM, JSON, Guard
from sim.web.rate_limits import TooOftenError
from sim.web.tokens import redirect

PAGES = (
    door,
    wall,
    bench,
    build_start,
    build,
    turn,
    compare,
    ask,
    keep,
    turnable,
    share,
    collected,
)
MOST_BYTES = 1024 * 1024
"""Of what is sent: a scenario that is built goes whole."""
_TOLD = 3
"""Faults that are told in a sentence."""
_log = logging.getLogger(__name__)


def routes(lab: Lab) -> list[Route]:
    """The addresses of all pages."""
    return [route for page in PAGES for route in page.routes(lab)]


def application(lab: Lab, host: str | None = None) -> Guard:
    """The application, to be served; at a host, only under names of this machine."""

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        lab.warm()
        going_on = asyncio.create_task(_write_again(lab))
        yield
        going_on.cancel()

    errors = (HTTPException, SimError, SupersededError, Exception)
    inner = Starlette(
        routes=[*routes(lab), Route("/static/{name}", FILES.serve, methods=["GET"])],
        lifespan=running,
        exception_handlers=dict.fromkeys(errors, _failed),
    )
    inner.router.redirect_slashes = False
    inner.state.lab = lab

    def refuse(status: int, path: str) -> Response:
        return oops(status, remedy=f"Go to {lab.address}/" if status == 421 else "")

    def too_often(scope: Scope) -> bool:
        return lab.limits.take(*lab.rate_and_caller(HTTPConnection(scope))) > 0

    return Guard(inner, refuse, too_often, host, MOST_BYTES, (FORM, JSON))


async def _write_again(lab: Lab) -> None:
    """Write what could not be written, also while nobody asks for a page."""
    while True:
        await asyncio.sleep(AGAIN)
        lab.write_again()


async def _failed(request: Request, error: Exception) -> Response:
    """The page, or the JSON, that says what went wrong."""
    said = remedy = ""
    faults: tuple[Fault, ...] = ()
    match error:
        case HTTPException():
            status = error.status_code
            remedy = error.detail if isinstance(error, TooOftenError) else ""
        case NotInError():
            status = 403
            if not _wants_json(request) and request.method == "GET":
                home = request.app.state.lab.home
                return redirect(home) if home else door.show(request)
        case RefusedError():
            status, said = 409, str(error)
        case SupersededError():
            status, said = 409, "you have asked for something else meanwhile"
        case ScenarioError():
            status, faults = 422, tuple(map(without_folders, error.faults))
            said = "; ".join(map(_in_words, faults[:_TOLD]))
        case SimError():
            status, said = 503, str(error)
            _log.error("%s", error)
        case _:
            status = 500
    if _wants_json(request):
        told = [
            {"place": _place(one), "problem": one.problem, "remedy": one.remedy} for one in faults
        ]
        content = {"error": said or f"status {status}", "remedy": remedy, "faults": told}
        return JSONResponse(content, status)
    lab: Lab = request.app.state.lab
    if isinstance(error, (SimError, SupersededError)) and lab.door.known(request) is not None:
        return page(
            lab, request, "oops.html.j2", status,
            error=status, said=said, remedy=remedy, faults=faults,
        )  # fmt: skip
    return oops(status, said, remedy, faults=faults)


def _place(fault: Fault) -> str:
    """Where a fault stands: of what was asked for on a page, its path alone."""
    return str(fault.place) if fault.place.line or not fault.place.path else fault.place.path


def _in_words(fault: Fault) -> str:
    remedy = f": {fault.remedy}" if fault.remedy else ""
    return f"{_place(fault)}: {fault.problem}{remedy}"


def _wants_json(request: Request) -> bool:
    return JSON in request.headers.get("accept", "")
