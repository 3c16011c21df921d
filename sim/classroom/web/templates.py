"""Pages from templates; every word is shown as text."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response

from sim.classroom.briefs.arrangement_text import lasting_news
from sim.classroom.briefs.wording import SAY_OR_DO
from sim.classroom.game import news
from sim.classroom.game.permissions import why_closed
from sim.lab.places import DRAWN_BY, STATIC
from sim.reporting.html import templates
from sim.reporting.story import proposal_text
from sim.text import count, listing, number, signed
from sim.web.static_files import StaticFiles


def render(template: str, status: int = 200, **context: Any) -> Response:
    """A page of ``templates``, which finds what is given.

    Every value is escaped. A page extends ``base.html.j2``; numbers go through the
    filters ``number`` and ``signed``.
    """
    return HTMLResponse(environment().get_template(template).render(context), status)


def way_back(path: str) -> str:
    """Where to go back to from an address that could not be shown."""
    return "/teacher" if path.startswith("/teacher") else "/seat"


def oops(status: int, said: str = "", back: str = "/", remedy: str = "") -> Response:
    """A page that says in plain words what went wrong and what to do.

    ``said`` is a sentence for people: never an error's own text, unless it was
    written for them.
    """
    return render("oops.html.j2", status, error=status, said=said, remedy=remedy, back=back)


FILES = StaticFiles(
    lambda: oops(404),
    folders=(("sim.web", "static"), ("sim.classroom.web", "static"), STATIC),
    files=(("sim.reporting", "static", "plotly-cartesian.min.js"), *DRAWN_BY),
)
"""All that is served as it is: ours, the lab's, and the charts' script of the reports."""


@cache
def environment() -> jinja2.Environment:
    """The templates; each is read once."""
    found = templates(_template)
    found.filters |= {one.__name__: one for one in (count, listing, number, signed)}
    found.globals |= {"static": FILES.address, "news": news, "say_or_do": SAY_OR_DO}
    found.globals |= {one.__name__: one for one in (lasting_news, proposal_text, why_closed)}
    return found


def _template(name: str) -> tuple[str, str, None]:
    """A template and its name, as errors tell it."""
    file = resources.files("sim.classroom.web") / "templates" / name
    return file.read_text(encoding="utf-8"), name, None
