"""Pages from templates; every word is shown as text."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from sim.reporting.html import templates
from sim.text import count, listing, number, signed

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"


def render(request: HTTPConnection, template: str, status: int = 200, **context: Any) -> Response:
    """A page of ``templates``, which finds ``request`` and what is given.

    Every value is escaped. A page extends ``base.html.j2``; numbers go through the
    filters ``number`` and ``signed``.
    """
    text = _environment().get_template(template).render(request=request, **context)
    return HTMLResponse(text, status)


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


OOPS: dict[int, dict[str, str]] = {
    400: {"title": "That was not understood", "remedy": "Go back, reload the page and try again."},
    403: {
        "title": "This is not open to you",
        "remedy": "Go to the first page and come in with the code that your teacher shows.",
    },
    404: {"title": "There is no such page", "remedy": "Go back to the first page."},
    405: {
        "title": "This is not done that way",
        "remedy": "Go back and use the page's own buttons.",
    },
    408: {"title": "That took too long", "remedy": "Go back and send it once more."},
    409: {"title": "That cannot be done now", "remedy": "Go back; the page shows what can."},
    413: {"title": "That was too long", "remedy": "Go back and shorten it."},
    415: {"title": "That was not understood", "remedy": "Go back and use the page's own buttons."},
    421: {"title": "This computer does not go by that name", "remedy": "Ask your teacher for it."},
    429: {"title": "That was too often", "remedy": "Wait a little, then try again."},
    500: {
        "title": "Something broke here",
        "remedy": "What was saved is kept. Go back and try again; if it happens twice, tell your "
        "teacher.",
    },
    503: {
        "title": "This cannot be written down at present",
        "remedy": "What was saved before is kept. Tell your teacher, and try again in a moment.",
    },
}
"""By status: what went wrong in a few words, and what to do."""


def way_back(path: str) -> str:
    """Where to go back to from an address that could not be shown."""
    return "/teacher" if path.startswith("/teacher") else "/seat"


def oops(status: int, said: str = "", back: str = "/", remedy: str = "") -> Response:
    """A page that says in plain words what went wrong and what to do.

    ``said`` is a sentence for people: never an error's own text, unless it was
    written for them.
    """
    words = OOPS.get(status, OOPS[400])
    page = _environment().get_template("oops.html.j2")
    text = page.render(
        title=words["title"], said=said, remedy=remedy or words["remedy"], back=back, status=status
    )
    return HTMLResponse(text, status)


def warm_up(*templates: str) -> None:
    """Read templates before they are asked for."""
    for name in templates:
        _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    environment = templates(_template)
    filters = (count, listing, number, signed)
    environment.filters |= {one.__name__: one for one in filters}
    environment.globals["static"] = address
    return environment


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
