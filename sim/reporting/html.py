"""The report: one HTML file that opens offline and asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sim import text

if TYPE_CHECKING:
    import jinja2

    from sim.reporting.chart_kit import Table
    from sim.reporting.document import Document, Passage

HERE = "sim.reporting"


def write_page(html: str, path: Path) -> None:
    """Write a page, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(html, encoding="utf-8", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def page_html(page: Document) -> str:
    """Lay out a page.

    All words of the scenario are escaped, in the page by the template and in
    the figures' data by :func:`safe_json`; a content security policy allows
    the page's own scripts and nothing else. A page without figures has no plotly.js.
    """
    shown = {plot.id: plot.chart.figure for plot in page.plots}
    look: dict[str, Any] = next(
        (figure.layout.template.to_plotly_json() for figure in shown.values()), {}
    )
    scripts = [static("plotly-cartesian.min.js")] if shown else []
    scripts += [static("report.js"), *map(_template, page.scripts)]
    return (
        _page_templates()
        .get_template("document.html.j2")
        .render(
            page=page,
            style="\n".join([static("report.css"), *map(_template, page.styles)]),
            scripts=scripts,
            hashes=[_hash(script) for script in scripts],
            figures=safe_json({id: browser_figure(figure) for id, figure in shown.items()}),
            look=safe_json(look),
        )
    )


def fill(template: str, filters: Mapping[str, Any] = {}, **values: object) -> str:
    """A page that stands in a template of its own: package and file, filled with values."""
    environment = _page_templates()
    environment.filters |= filters
    return environment.get_template(template).render(values)


Source = str | tuple[str, str | None, Callable[[], bool] | None] | None
"""A template's text, alone or with where it is from and whether it is still current."""


def templates(read: Callable[[str], Source], *, escape: bool = True) -> jinja2.Environment:
    """Templates of pages: what they show is escaped, and what they miss is a fault.

    ``read`` gives a template's text by its name, None where there is none. Without ``escape``
    they are of plain text, which is escaped where it is shown.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(read),
        autoescape=escape,
        trim_blocks=escape,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["sentence"] = text.sentence
    environment.filters["form"] = lambda block: type(block).__name__
    return environment


@cache
def _page_templates() -> jinja2.Environment:
    """Templates of pages; one that was read is not read again."""
    environment = templates(_template)
    environment.globals["passage"] = partial(_passage, environment)
    return environment


@cache
def prose_templates() -> jinja2.Environment:
    """Templates of plain text, which is escaped where it is shown."""
    environment = templates(_template, escape=False)
    for name in ("count", "listing", "month", "number", "percent", "sentence", "signed"):
        environment.globals[name] = getattr(text, name)
    environment.globals["nbsp"] = text.NBSP
    return environment


class Prose:
    """Sentences of a package: each is a macro of its template, called by name.

    What comes back is plain text with single spaces.
    """

    def __init__(self, template: str) -> None:
        self._template = template

    def __getattr__(self, name: str) -> Callable[..., str]:
        macro = getattr(prose_templates().get_template(self._template).module, name)
        return lambda *given: re.sub(r"[ \n]+", " ", macro(*given)).strip(" ")


def _passage(environment: jinja2.Environment, passage: Passage) -> Markup:
    """Lay out what stands in a template of its own; the template escapes what it shows."""
    return Markup(environment.get_template(passage.template).render(passage.values))


def static(name: str) -> str:
    """Read one of the files that go into every page."""
    return (resources.files(HERE) / "static" / name).read_text(encoding="utf-8")


def _template(name: str) -> str:
    """A template of all pages, or a file of a study by package and file."""
    *home, file = name.split("/")
    package, *folders = home or (HERE, "templates")
    return resources.files(package).joinpath(*folders, file).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def safe_json(value: object) -> str:
    """Write JSON that cannot end the script element it stands in."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written


def browser_figure(figure: Any) -> dict[str, Any]:
    """Give a figure as the browser wants it.

    Without its title, which the page shows as text, and its template, which it has once.
    """
    content: dict[str, Any] = json.loads(figure.to_json())
    layout = content["layout"]
    meta = layout.pop("meta")
    for key in ("title", "template"):
        del layout[key]
    layout["height"] = meta["height"]
    layout["margin"]["t"] = meta["above"]
    layout["autosize"] = True
    return {"data": content["data"], "layout": layout, "narrow": meta["narrow"]}


def card(title: str, lead: str, table: Table, sparks: Sequence[str] = ()) -> str:
    """Show a study in a notebook's cell: title, sentence, main numbers.

    Small on purpose: a cell that carried plotly.js would swell the notebook by
    megabytes each time. ``sparks`` are inline pictures, one for each row.
    """
    template = _page_templates().get_template("card.html.j2")
    return template.render(title=title, lead=lead, table=table, sparks=sparks).strip()
