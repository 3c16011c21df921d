"""The report: one HTML file that opens offline and asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    import jinja2

    from sim.reporting.document import Passage
    from sim.reporting.exhibit import Plot

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


def laid_out(template: str, page: object, plots: Iterable[Plot], *, package: str = HERE) -> str:
    """Lay out what a page shows.

    All words of the scenario are escaped, in the page by the template and in
    the figures' data by :func:`safe_json`; a content security policy allows
    the page's own two scripts and nothing else.

    Parameters
    ----------
    template : str
        File of ``templates``; it finds ``page``, and the style and scripts of all pages.
    page : object
        What the template shows.
    plots : iterable of Plot
        The charts that the page's script draws.
    package : str
        Whose ``templates`` come first; those of all pages stand behind them.
    """
    environment = templates(partial(_template, (package, HERE)))
    environment.globals["passage"] = partial(_passage, environment)
    shown = {plot.id: plot.chart.figure for plot in plots}
    look: dict[str, Any] = next(
        (figure.layout.template.to_plotly_json() for figure in shown.values()), {}
    )
    bundle, script = static("plotly-cartesian.min.js"), static("report.js")
    return environment.get_template(template).render(
        page=page,
        style=static("report.css"),
        bundle=bundle,
        script=script,
        hashes=[_hash(bundle), _hash(script)],
        figures=safe_json({id: browser_figure(figure) for id, figure in shown.items()}),
        look=safe_json(look),
    )


Source = str | tuple[str, str | None, Callable[[], bool] | None] | None
"""A template's text, alone or with where it is from and whether it is still current."""


def templates(read: Callable[[str], Source]) -> jinja2.Environment:
    """Templates of pages: what they show is escaped, and what they miss is a fault.

    Parameters
    ----------
    read : callable
        A template's text by its name; None where there is none.
    """
    import jinja2

    from sim.text import sentence

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(read),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["sentence"] = sentence
    environment.filters["form"] = lambda block: type(block).__name__
    return environment


def _passage(environment: jinja2.Environment, passage: Passage) -> Markup:
    """Lay out what stands in a template of its own; the template escapes what it shows."""
    return Markup(environment.get_template(passage.template).render(passage.values))


def static(name: str) -> str:
    """Read one of the files that go into every page."""
    return (resources.files(HERE) / "static" / name).read_text(encoding="utf-8")


def _template(packages: Iterable[str], name: str) -> str | None:
    package, _, file_name = name.rpartition("/")
    if package:
        return (resources.files(package) / file_name).read_text(encoding="utf-8")
    for package in packages:
        file = resources.files(package) / "templates" / name
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def safe_json(value: object) -> str:
    """Write JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


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
