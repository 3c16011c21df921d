"""The kit of every chart: colours, the template, lines, bands, bars, rows, and a table beside.

A chart module draws with these helpers and ends in :func:`finish`. Whatever looks alike in
all charts (fonts, grid, legend, hover, margins) is set once, in the template.
"""

from __future__ import annotations

import json
import math
import string
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io
from numpy.typing import ArrayLike, NDArray
from plotly.colors import hex_to_rgb

from sim.arrays import Floats
from sim.scenario.calendar import Dates
from sim.text import month, sentence

__all__ = ["go"]

# Colours that colour-blind readers can tell apart and that survive a grey printer.

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

INK = "#1B1F24"
MUTED = "#57606A"
RULE = "#8C959F"
GRID = "#E4E8EC"
PAPER = "#FFFFFF"

BAND90 = "rgba(0,114,178,0.16)"
BAND50 = "rgba(0,114,178,0.34)"

COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
"""What tells several things of a chart apart: colours first, on a grey print the others."""

_DIVERGING = (VERMILLION, "#E8955A", "#B4BAC1", "#5FA3CF", BLUE)
_COOPERATION = ("#F4F8FB", "#B5D6EC", "#62A8D4", BLUE, "#003F66")
_CONFLICT = ("#FCF7F3", "#F6CFAE", "#E8955A", VERMILLION, "#6E2F00")


def faint(colour: str, strength: float) -> str:
    """A colour that lets what lies below it show through; ``strength`` from 0 to 1."""
    red, green, blue = hex_to_rgb(colour)
    return f"rgba({red},{green},{blue},{strength})"


def diverging(value: float) -> str:
    """Colour of an affinity from -1 (vermillion) over 0 (grey) to 1 (blue)."""
    steps = np.linspace(-1, 1, len(_DIVERGING))
    columns = zip(*map(hex_to_rgb, _DIVERGING), strict=True)
    mixed = (round(float(np.interp(value, steps, column))) for column in columns)
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def sequential(*, conflict: bool) -> list[list[float | str]]:
    """Colour scale from none to most, blue for cooperation and orange for conflict.

    The steps follow the square root of the value: most levers are used in a
    few rounds of a hundred, and a linear scale would leave them all white.
    """
    colours = _CONFLICT if conflict else _COOPERATION
    last = len(colours) - 1
    return [[(place / last) ** 2, colour] for place, colour in enumerate(colours)]


# The template: what all charts look like, in a page, a notebook and a picture.

_TEMPLATE = Path(__file__).with_name("template.json").read_text(encoding="utf-8")
TEMPLATE = go.layout.Template(layout=json.loads(string.Template(_TEMPLATE).substitute(globals())))
"""The look of every chart; a page carries it once."""
plotly.io.templates["entente"] = TEMPLATE

LEGEND_ABOVE = {"xref": "paper", "y": 1, "yref": "paper"}
"""A legend on top of the plot, where the template has it below."""
DATES = {"showgrid": False, "tickformat": "%b\n%Y", "hoverformat": "%B %Y", "nticks": 7}
"""An axis of dates: the month below each tick, the year where it changes."""
BELOW = 78
"""Pixels below a plot: ticks in two lines, or ticks and a title, and one line of legend."""
_LEGEND_LINE = 19
"""Pixels of a line of a legend."""
_WIDTHS = 820, 264
"""Pixels that a legend has on a screen, and on a phone."""


@dataclass(frozen=True)
class Table:
    """The numbers of a chart, as text; the first column names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, caption: str, *columns: tuple[str, Iterable[str]]) -> Table:
        """From columns, each a heading and its cells: those that the chart draws."""
        heads, texts = zip(*columns, strict=True)
        return cls(caption, heads, tuple(zip(*texts, strict=True)))


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its words.

    Attributes
    ----------
    figure : plotly Figure
        Carries its title, for a notebook; the page shows the title as text.
    name : str
        What the chart is of.
    finding : str
        One sentence: quantity, unit and what came out.
    table : Table
        The numbers that are drawn.
    """

    figure: Any
    name: str
    finding: str
    table: Table

    def _repr_html_(self) -> str:
        return str(self.figure._repr_html_() or "")


def finish(
    figure: Any,
    name: str,
    finding: str,
    table: Table,
    height: int,
    *,
    title: str = "",
    above: int = 10,
    below: int | None = None,
    legend: bool = False,
    beside: tuple[int, int] = (0, 0),
    narrow: Mapping[str, Any] | None = None,
) -> Chart:
    """Give a figure its template, title and size, and join it with its words.

    Parameters
    ----------
    figure : plotly Figure
        Changed in place.
    height : int
        In pixels, without the title; with a legend below, for one line of it.
    title : str
        In a notebook; ``name`` where not given.
    above, below : int
        Pixels kept free above and below the plot; below as its axis needs where not given.
    legend : bool
        Whether it has a legend below: as many lines as that takes are added to both.
    beside : (int, int)
        Pixels beside the plot that a legend does not have, on a screen and on a phone.
    narrow : mapping
        What a phone has otherwise: ``height``, ``above``, ``below``, ``labels`` of the
        rows and their ``font`` size.
    """
    small = dict(narrow or {})
    if legend:
        wide, thin = (
            _more_lines(figure, width - side) for width, side in zip(_WIDTHS, beside, strict=True)
        )
        small = {"height": small.get("height", height) + thin, "below": BELOW + thin} | {
            key: value for key, value in small.items() if key != "height"
        }
        height, below = height + wide, BELOW + wide
    shown = f"<b>{wrapped(sentence(title or name), 90)}</b><br>{wrapped(finding, 110)}"
    head = 18 * (shown.count("<br>") + 1)
    figure.update_layout(
        template="entente",
        title_text=shown,
        height=height + head,
        margin_t=18 + head + above,
        meta={"height": height, "above": above, "narrow": small},
    )
    if below is not None:
        figure.update_layout(margin_b=below)
        figure.update_xaxes(automargin=False)
    return Chart(figure, name, finding, table)


def _more_lines(figure: Any, width: int) -> int:
    """Pixels that the legend below a chart takes beyond its first line, at a width.

    Entries stand in columns as wide as the longest of them.
    """
    shown = (trace.name for trace in figure.data if trace.showlegend is not False)
    names = [name.split("<br>") for name in shown if name]
    column = 48 + 7 * max((len(part) for name in names for part in name), default=0)
    lines = math.ceil(len(names) / max(int(width / column), 1)) * max(map(len, names), default=1)
    return _LEGEND_LINE * max(lines - 1, 0)


# What charts are made of.


def line(
    figure: Any,
    x: Sequence[Any],
    y: ArrayLike,
    hover: Sequence[str] | None,
    colour: str,
    name: str = "",
    *,
    width: float = 2.5,
    dash: str = "solid",
    shape: str | None = None,
    symbol: str = "",
    digits: int = 4,
    axis: str = "y",
) -> None:
    """Draw a line; without a name it has no entry in the legend, with a symbol it has dots."""
    figure.add_scatter(
        x=x,
        y=rounded(y, digits),
        mode="lines+markers" if symbol else "lines",
        line={"width": width, "color": colour, "dash": dash, "shape": shape},
        marker={"size": 6, "color": colour, "symbol": symbol} if symbol else None,
        name=name,
        showlegend=bool(name),
        hoverinfo="text" if hover else "skip",
        hovertext=hover,
        yaxis=axis,
    )


def band(
    figure: Any,
    x: Sequence[Any],
    ends: tuple[ArrayLike, ArrayLike],
    colour: str,
    name: str = "",
    *,
    shape: str | None = None,
    digits: int = 4,
    axis: str = "y",
) -> None:
    """Fill what lies between two courses; without a name it has no entry in the legend."""
    edge = {"x": x, "mode": "lines", "line": {"width": 0, "shape": shape}, "hoverinfo": "skip"}
    low, high = (rounded(end, digits) for end in ends)
    figure.add_scatter(y=low, showlegend=False, yaxis=axis, **edge)
    filled = {"fill": "tonexty", "fillcolor": colour, "name": name, "showlegend": bool(name)}
    figure.add_scatter(y=high, yaxis=axis, **filled, **edge)


def bars(
    figure: Any,
    rows: Sequence[float],
    values: ArrayLike,
    hover: Sequence[str] | None,
    colour: Any,
    name: str = "",
    *,
    pattern: Mapping[str, Any] | None = None,
    digits: int = 3,
    **more: Any,
) -> None:
    """Draw a bar in each row, from the left; ``pattern`` hatches it for a grey print."""
    marker = {"color": colour, "line": {"color": PAPER, "width": 0.5}}
    if pattern is not None:
        marker["pattern"] = {"fillmode": "overlay", "size": 6, **pattern}
    figure.add_bar(
        y=rows,
        x=rounded(values, digits),
        orientation="h",
        marker=marker,
        name=name,
        showlegend=bool(name),
        hoverinfo="text" if hover else "skip",
        hovertext=hover,
        **more,
    )


def row_axis(figure: Any, labels: Sequence[str]) -> None:
    """A row for each label, already escaped, the first at the top."""
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(labels))),
        ticktext=labels,
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        ticks="",
    )


def panel_below(figure: Any, share: float, title: str) -> None:
    """Give a second plot, of ``yaxis2`` and about zero, a share of the height below the first."""
    figure.update_layout(
        xaxis_anchor="y2",
        yaxis_domain=[share + 0.06, 1],
        yaxis2={
            "domain": [0, share - 0.03],
            "anchor": "x",
            "nticks": 4,
            "title": {"text": title},
            "zeroline": True,
        },
    )


@dataclass(frozen=True, eq=False)
class ActualCourse:
    """A course to draw over bands: something that was played, or that really happened.

    ``sparse`` says that it is known at some dates only: what lies between is joined by
    straight lines, of counts too. Where ``known`` is given and False, a point is no more than
    an end of such a line, without a mark and a row in the table.
    """

    name: str
    dates: Dates
    values: Floats
    colour: str = VERMILLION
    dash: str = "solid"
    sparse: bool = False
    symbol: str = "circle"
    known: NDArray[np.bool_] | None = None

    @property
    def marked(self) -> tuple[Dates, Floats]:
        """The dates at which it is known, and its values there."""
        known = slice(None) if self.known is None else self.known
        return self.dates[known], self.values[known]

    def draw(self, figure: Any, show: Callable[[float], str], *, whole: bool = False) -> None:
        """Draw it over whatever a figure has of the same measure.

        ``show`` writes a value; ``whole`` says that it counts, so that a value holds for the
        period that led to its date.
        """
        name, marked = plain(self.name), set(self.marked[0])
        hover = [
            f"<b>{name}, {month(date)}: {show(float(value))}</b>" if date in marked else ""
            for date, value in zip(self.dates, self.values, strict=True)
        ]
        line(
            figure,
            iso(self.dates),
            self.values,
            hover,
            self.colour,
            name,
            dash=self.dash,
            shape="vh" if whole and not self.sparse else "linear",
            symbol=self.symbol,
            digits=3,
        )
        drawn = figure.data[-1]
        drawn.cliponaxis = not self.sparse  # a mark at an end of the calendar is drawn whole
        if self.known is not None:
            drawn.marker.size = [8 * int(known) for known in self.known]


# A forest: differences in rows, with their intervals, zero in the middle.

_BAND = "#EEF1F4"
"""Grey in which a difference is too small to see."""


def forest(labels: Sequence[str], axis: str, band: float = 0.0) -> Any:
    """Start a figure with a row for each label, zero marked, and a grey band about it."""
    figure = go.Figure()
    if band:
        figure.add_vrect(-band, band, fillcolor=_BAND, line_width=0, layer="below")
    figure.add_vline(0)
    row_axis(figure, [cut_label(label, 46, 1) for label in labels])
    figure.update_xaxes(title_text=axis)
    figure.update_layout(legend=LEGEND_ABOVE)
    return figure


def dots(
    figure: Any,
    rows: Sequence[float],
    ends: NDArray[np.float64],
    hover: Sequence[str],
    look: tuple[str, str],
    name: str = "",
    *,
    thickness: float = 2,
    cap: int = 4,
) -> None:
    """Draw differences with their intervals.

    Parameters
    ----------
    ends : shape (rows, 3)
        Difference, lower and upper end.
    look : (str, str)
        Colour and symbol.
    thickness, cap : number
        Width of the whiskers, and of their ends, in pixels.
    """
    colour, symbol = look
    edge = {"width": 2 if symbol.endswith("-open") else 1, "color": PAPER}
    whiskers = {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": thickness,
        "width": cap,
        "array": rounded(np.maximum(ends[:, 2] - ends[:, 0], 0)),
        "arrayminus": rounded(np.maximum(ends[:, 0] - ends[:, 1], 0)),
    }
    figure.add_scatter(
        x=rounded(ends[:, 0]),
        y=rows,
        mode="markers",
        name=name,
        showlegend=bool(name),
        marker={"color": colour, "symbol": symbol, "size": 10, "line": edge},
        error_x=whiskers,
        hoverinfo="text",
        hovertext=hover,
    )


def finish_forest(
    figure: Any,
    name: str,
    finding: str,
    table: Table,
    labels: Sequence[str],
    *,
    row: int = 27,
    above: int = 34,
    above_narrow: int | None = None,
) -> Chart:
    """Finish a forest of which a row takes ``row`` pixels, and a legend ``above`` it.

    On a narrow page the legend takes ``above_narrow``, twice as many where not given.
    """
    high = 2 * above if above_narrow is None else above_narrow
    narrow = [cut_label(label, 22, 2) for label in labels]
    thin = max(row, 15 * max(label.count("<br>") + 1 for label in narrow))
    rows = max(len(labels), 3)
    small = {"height": 92 + high + thin * rows, "above": high}
    return finish(
        figure,
        name,
        finding,
        table,
        60 + above + row * rows,
        above=above,
        narrow=small | {"labels": narrow, "font": 10},
    )


# Text and numbers of figures.


def as_texts(values: ArrayLike, show: Callable[[float], str]) -> list[str]:
    """Values as text, for a table and for the hover."""
    return [show(value) for value in np.asarray(values, dtype=np.float64).tolist()]


def months(dates: Dates) -> list[str]:
    """Dates as text: ``January 2018``."""
    return [month(date) for date in dates]


def cut_label(label: str, width: int, lines: int) -> str:
    """A label cut so that it takes no more room than its row has, and escaped."""
    room = lines * width - 2 * (lines - 1)
    return wrapped(textwrap.shorten(label, room, placeholder=" …"), width)


def plain(text: str) -> str:
    """Escape text for a figure, which reads a few HTML tags as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def wrapped(text: str, width: int) -> str:
    """Break escaped text into lines of at most ``width`` characters."""
    lines = textwrap.wrap(text, width, break_long_words=True) or [""]
    return "<br>".join(plain(line) for line in lines)


def rounded(values: ArrayLike, digits: int = 3) -> list[Any]:
    """Plain numbers with few digits: a page needs no more, and stays small.

    Small differences between them are kept, so that no course is drawn flat: hundredths of
    their range, up to the sixth digit that counts.
    """
    found = np.asarray(values, dtype=np.float64)
    finite = found[np.isfinite(found)]
    if size := float(np.abs(finite).max(initial=0.0)):
        spread = float(np.ptp(finite)) or size
        needed = 2 - math.floor(math.log10(spread)), 5 - math.floor(math.log10(size))
        digits = max(digits, min(needed))
    return [float(value) for value in np.round(found, digits)]


def iso(dates: Iterable[np.datetime64]) -> list[str]:
    """Dates as ``2018-01-01``."""
    return [str(date.astype("datetime64[D]")) for date in dates]


def overlay(
    figure: Any,
    *,
    shapes: Iterable[Mapping[str, Any]] = (),
    annotations: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Add lines and notes to a figure, all at once.

    Plotly makes all that are there anew for each that is added: one by one, the
    time would grow with the square of their number.
    """
    layout = figure.layout
    if added := list(shapes):
        layout.shapes = [*layout.shapes, *added]
    if written := list(annotations):
        layout.annotations = [*layout.annotations, *written]
