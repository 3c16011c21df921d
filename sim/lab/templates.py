"""The lab's pages from templates; every word is shown as text."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sim.lab.bench import Bench
from sim.lab.entry import OWNER
from sim.lab.lab import Lab
from sim.lab.places import DRAWN_BY, STATIC
from sim.reporting.html import templates
from sim.text import count, listing, number, signed
from sim.web.static_files import StaticFiles

NAVIGATION = (
    ("/scenarios", "Scenarios"),
    ("/turn", "Turn"),
    ("/compare", "Compare"),
    ("/ask", "Ask"),
    ("/build", "Build"),
    ("/keep", "Keep and share"),
)
_ALSO = {"/": "/scenarios", "/build-new": "/build"}
FILES = StaticFiles(lambda: oops(404), (("sim.web", "static"), STATIC), DRAWN_BY)
"""All that is served as it is."""


_CHOOSE = "Choose one among the scenarios."


def page(lab: Lab, request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page of a visitor's bench.

    It extends ``base.html.j2`` and finds ``bench``, ``open_title`` and what is given; it sets
    ``title``. Every value is escaped.
    """
    bench = lab.bench(request)
    here = "/" + request.url.path.split("/")[1]
    shared: dict[str, Any] = {
        "bench": bench,
        "open_title": lab.title(bench),
        "here_at": _ALSO.get(here, here),
        "navigation": _navigation(lab, bench),
        "back": lab.back(bench) if lab.back else None,
    }
    return render(template, status, **shared | context)


def _navigation(lab: Lab, bench: Bench) -> tuple[tuple[str, str], ...]:
    shown = bench.id == OWNER and lab.for_many
    return (*NAVIGATION, ("/collected", "All variants")) if shown else NAVIGATION


def render(template: str, status: int = 200, **context: Any) -> Response:
    """A page that is shown to anybody."""
    return HTMLResponse(environment().get_template(template).render(context), status)


def oops(status: int, said: str = "", remedy: str = "", **context: Any) -> Response:
    """A page that says in plain words what went wrong and what to do."""
    shown = {"faults": (), **context}
    return render("oops.html.j2", status, error=status, said=said, remedy=remedy, **shown)


def no_scenario(lab: Lab, request: Request) -> Response | None:
    """The page for a bench on which no scenario is open; None where one is."""
    if lab.bench(request).opened:
        return None
    shown = {"error": 409, "said": "no scenario is open on your bench", "remedy": _CHOOSE}
    return page(lab, request, "oops.html.j2", 409, faults=(), **shown)


@cache
def environment() -> jinja2.Environment:
    """The templates; each is read once."""
    found = templates(_template)
    found.filters |= {one.__name__: one for one in (count, listing, number, signed)}
    found.globals |= {"static": FILES.address}
    return found


def _template(name: str) -> tuple[str, str, None]:
    """A template and its name, as errors tell it."""
    file = resources.files("sim.lab.pages") / "templates" / name
    return file.read_text(encoding="utf-8"), name, None
