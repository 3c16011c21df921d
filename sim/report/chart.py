"""What every chart has in common: its words, its table and its look."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from sim.analysis.words import sentence
from sim.report.palette import FONT, GRID, INK, MUTED, PAPER, RULE

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
