"""Pages from templates; every word is shown as text."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sim.classroom.briefs.arrangement_text import lasting_news
from sim.classroom.briefs.wording import SAY_OR_DO
from sim.classroom.game import news
from sim.classroom.game.permissions import why_closed
from sim.reporting.html import templates
from sim.reporting.story import proposal_text
from sim.text import count, listing, number, signed

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"


def render(template: str, status: int = 200, **context: Any) -> Response:
    """A page of ``templates``, which finds what is given.

    Every value is escaped. A page extends ``base.html.j2``; numbers go through the
    filters ``number`` and ``signed``.
    """
    return HTMLResponse(environment().get_template(template).render(context), status)


async def static(request: Request) -> Response:
    """A style sheet, a script or a picture of the package: nothing else is found."""
    name = str(request.path_params["name"])
    content = _files().get(name)
    if content is None:
        return oops(404)
    kind = TYPES[name.rpartition(".")[2]]
    return Response(content, headers={"Content-Type": kind, "Cache-Control": _FOREVER})


def address(name: str) -> str:
    """Where a file of the package is served; another when it has changed."""
    return f"/static/{name}?v={hashlib.sha256(_files()[name]).hexdigest()[:12]}"


def way_back(path: str) -> str:
    """Where to go back to from an address that could not be shown."""
    return "/teacher" if path.startswith("/teacher") else "/seat"


def oops(status: int, said: str = "", back: str = "/", remedy: str = "") -> Response:
    """A page that says in plain words what went wrong and what to do.

    ``said`` is a sentence for people: never an error's own text, unless it was
    written for them.
    """
    return render("oops.html.j2", status, error=status, said=said, remedy=remedy, back=back)


@cache
def environment() -> jinja2.Environment:
    """The templates; each is read once."""
    found = templates(_template)
    found.filters |= {one.__name__: one for one in (count, listing, number, signed)}
    found.globals |= {"static": address, "news": news, "say_or_do": SAY_OR_DO}
    found.globals |= {one.__name__: one for one in (lasting_news, proposal_text, why_closed)}
    return found


def _template(name: str) -> tuple[str, str, None]:
    """A template and its name, as errors tell it."""
    file = resources.files("sim.classroom.web") / "templates" / name
    return file.read_text(encoding="utf-8"), name, None


@cache
def _files() -> dict[str, bytes]:
    """All that is served as it is: ours, and the charts' script of the reports."""
    found = {
        file.name: file.read_bytes()
        for file in (resources.files("sim.classroom.web") / "static").iterdir()
        if file.name.rpartition(".")[2] in TYPES
    }
    plotly = "plotly-cartesian.min.js"
    found[plotly] = (resources.files("sim.reporting") / "static" / plotly).read_bytes()
    return found
