"""Courses drawn over the bands of an ensemble: one game, or what really happened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.analysis.measures import Measure
from sim.analysis.summary import Floats
from sim.analysis.words import month
from sim.report.chart import iso, plain, rounded
from sim.report.palette import VERMILLION
from sim.scenario.calendar import Dates

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
