"""What every chart has in common: its words, its table and its look."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from sim.arrays import Floats
from sim.scenario.calendar import Dates
from sim.statistics.measures import Measure
from sim.text import month, sentence

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
SAMPLE = "rgba(27,31,36,0.38)"

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", '
    '"Liberation Sans", Arial, sans-serif'
)

QUAD = ("#9CCBEA", BLUE, "#F5C98A", VERMILLION)
"""Verbal and material cooperation, verbal and material conflict: deeds are darker."""
QUAD_PATTERN = ("", "", "/", "x")
"""Conflict is hatched, for readers of a grey print."""

_DIVERGING = (
    (-1.0, VERMILLION),
    (-0.5, "#E8955A"),
    (0.0, "#B4BAC1"),
    (0.5, "#5FA3CF"),
    (1.0, BLUE),
)
_COOPERATION = ("#F4F8FB", "#B5D6EC", "#62A8D4", BLUE, "#003F66")
_CONFLICT = ("#FCF7F3", "#F6CFAE", "#E8955A", VERMILLION, "#6E2F00")


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def faint(colour: str, strength: float) -> str:
    """A colour that lets what lies below it show through; ``strength`` from 0 to 1."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{strength})"


def diverging(value: float) -> str:
    """Colour of an affinity from -1 (vermillion) over 0 (grey) to 1 (blue)."""
    value = min(max(value, -1.0), 1.0)
    for (low, first), (high, second) in pairwise(_DIVERGING):
        if value <= high:
            share = (value - low) / (high - low)
            mixed = (
                round(a + share * (b - a))
                for a, b in zip(_channels(first), _channels(second), strict=True)
            )
            return "#" + "".join(f"{channel:02X}" for channel in mixed)
    return _DIVERGING[-1][1]


def sequential(*, conflict: bool) -> list[list[float | str]]:
    """Colour scale from none to most, blue for cooperation and orange for conflict.

    The steps follow the square root of the value: most levers are used in a
    few rounds of a hundred, and a linear scale would leave them all white.
    """
    colours = _CONFLICT if conflict else _COOPERATION
    last = len(colours) - 1
    return [[(place / last) ** 2, colour] for place, colour in enumerate(colours)]


# Courses drawn over the bands of an ensemble: one game, or what really happened.

LINE = 19
"""Pixels of a line of a legend."""


@dataclass(frozen=True, eq=False)
class Line:
    """A course to draw over the bands: something that was played, or that really happened.

    Attributes
    ----------
    dates, values : array, (points,)
    dash : str
        As plotly knows it.
    sparse : bool
        Known at some dates only: what lies between is joined by straight lines, counts too.
    """

    name: str
    dates: Dates
    values: Floats
    colour: str = VERMILLION
    dash: str = "solid"
    sparse: bool = False


def more_below(figure: Any, width: int) -> int:
    """Pixels that the legend below a chart takes beyond its first line, at a width.

    Entries stand in columns as wide as the longest of them.
    """
    names = [trace.name for trace in figure.data if trace.name and trace.showlegend is not False]
    column = 48 + 7 * max(map(len, names), default=0)
    lines = math.ceil(len(names) / max(int(width / column), 1))
    return LINE * max(lines - 1, 0)


def draw_over(figure: Any, line: Line, item: Measure) -> None:
    """Draw a line over whatever a figure has of the same measure."""
    figure.add_scatter(
        x=iso(line.dates),
        y=rounded(line.values),
        mode="lines+markers",
        line={
            "width": 2.5,
            "color": line.colour,
            "dash": line.dash,
            "shape": "vh" if item.whole and not line.sparse else "linear",
        },
        marker={"size": 6, "color": line.colour},
        name=plain(line.name),
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(line.name)}, {month(date)}: {item.show(float(value))}</b>"
            for date, value in zip(line.dates, line.values, strict=True)
        ],
    )


# Charts of differences in rows, zero in the middle: what the forests have in common.

BAND = "#EEF1F4"
"""Grey in which a difference is too small to see."""


def in_rows(labels: Sequence[str], axis: str, width: int, band: float = 0.0) -> Any:
    """Start a figure with a row for each label, the first at the top, and zero marked.

    Parameters
    ----------
    labels : sequence of str
    axis : str
        Title of the axis of differences.
    width : int
        Characters of a label, at most.
    band : float
        Half-width of the grey band about zero; none where it is 0.
    """
    figure = go.Figure()
    if band:
        figure.add_shape(
            type="rect", x0=-band, x1=band, y0=0, y1=1, yref="paper", layer="below",
            fillcolor=BAND, line={"width": 0},
        )  # fmt: skip
    figure.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": RULE, "width": 1.5}
    )
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(labels))),
        ticktext=[cut(label, width, 1) for label in labels],
        range=[len(labels) - 0.5, -0.5], showgrid=False, ticks="",
    )  # fmt: skip
    figure.update_xaxes(title_text=axis, gridcolor=GRID)
    return figure


def cut(label: str, width: int, lines: int) -> str:
    """A label cut so that it takes no more room than its row has."""
    return wrapped(shorten(label, lines * width - 2 * (lines - 1), placeholder=" …"), width)


def whiskers(
    ends: NDArray[np.float64], colour: str, thickness: float, width: int
) -> dict[str, Any]:
    """Error bars of differences.

    Parameters
    ----------
    ends : shape (rows, 3)
        Difference, lower and upper end.
    colour : str
    thickness : float
        Of the line, in pixels.
    width : int
        Of the ends, in pixels.
    """
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": thickness,
        "width": width, "array": rounded(np.maximum(ends[:, 2] - ends[:, 0], 0)),
        "arrayminus": rounded(np.maximum(ends[:, 0] - ends[:, 1], 0)),
    }  # fmt: skip


__all__ = [
    "DATES", "Chart", "Table", "go", "iso", "overlay", "plain", "rounded", "styled", "wrapped",
]  # fmt: skip

DATES = {"showgrid": False, "tickformat": "%b\n%Y", "hoverformat": "%B %Y", "nticks": 7}
"""An axis of dates: the month below each tick, the year where it changes."""


@dataclass(frozen=True)
class Table:
    """The numbers of a chart, as text; the first column names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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


def iso(dates: Iterable[np.datetime64]) -> list[str]:
    """Dates as ``2018-01-01``."""
    return [str(date.astype("datetime64[D]")) for date in dates]


def styled(figure: Any, name: str, finding: str, height: int) -> Any:
    """Give a figure the look of all: fonts, colours, axes, margins, title.

    Parameters
    ----------
    figure : plotly Figure
        Changed in place and returned.
    name, finding : str
        Make the title.
    height : int
        In pixels, without the title.
    """
    title = f"<b>{wrapped(sentence(name), 90)}</b><br>{wrapped(finding, 110)}"
    lines = title.count("<br>") + 1
    axis = {
        "gridcolor": GRID,
        "linecolor": RULE,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": RULE,
        "ticklen": 4,
        "title": {"font": {"size": 12, "color": MUTED}, "standoff": 8},
        "tickfont": {"size": 12, "color": INK},
        "automargin": True,
        "fixedrange": True,
    }
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
    figure.update_layout(
        template="none",
        height=height + 18 * lines,
        title={
            "text": title, "x": 0, "xref": "paper", "y": 1, "yref": "container",
            "yanchor": "top", "pad": {"t": 8}, "font": {"size": 14, "color": INK},
        },
        margin={"l": 8, "r": 12, "t": 28 + 18 * lines, "b": 8},
        font={"family": FONT, "size": 12, "color": INK},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        hoverlabel={
            "align": "left", "bgcolor": PAPER, "bordercolor": RULE,
            "font": {"family": FONT, "size": 13, "color": INK},
        },
        dragmode=False,
        meta={"height": height},
    )  # fmt: skip
    return figure
