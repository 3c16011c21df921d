"""Coming in: a key or a code is typed, or stands behind # in the address."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.lab.bench import RefusedError
from sim.lab.lab import Lab
from sim.lab.templates import render
from sim.web.forms import fields, text
from sim.web.typed_text import one_line

_WITHIN = re.compile(r"/(?:[a-z][\w/-]*)?(?:\?[\w.~%=&+,:-]*)?(?:#[\w.~%=&+,:-]*)?", re.ASCII)
"""Where one may go on to: a page of ours, and nowhere else."""
_LONGEST, _NAME = 4000, 40


def show(request: Request, status: int = 200, said: str = "", then: str = "") -> Response:
    """The page that asks for a key or a code."""
    if not then and request.method == "GET":
        then = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    code = bool(request.app.state.lab.door.code)
    return render("door.html.j2", status, said=said, then=inside(then), by_code=code)


def inside(then: str) -> str:
    """A page of ours to go on to; the first one where none is named."""
    return then if len(then) <= _LONGEST and _WITHIN.fullmatch(then) else "/"


def routes(lab: Lab) -> list[Route]:
    """The form that lets a device in."""

    async def enter(request: Request) -> Response:
        form = await fields(request)
        then = inside(text(form, "then", _LONGEST))
        try:
            id, answer = lab.door.enter(request, text(form, "key", 100), then)
            if name := one_line(text(form, "name"))[:_NAME]:
                lab.bench_of(id).call(name)
        except RefusedError as error:
            return show(request, 409, str(error), then)
        return answer

    return [Route("/enter", enter, methods=["POST"])]
