"""Charts of a forced choice: all alternatives at a glance, and one choice over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.reporting.chart import (
    BAND50,
    BLUE,
    DATES,
    GRID,
    INK,
    MUTED,
    RULE,
    VERMILLION,
    Chart,
    Table,
    cut,
    go,
    in_rows,
    iso,
    plain,
    rounded,
    styled,
    whiskers,
    wrapped,
)
from sim.statistics.measures import Measure
from sim.studies.whatif.effects import Effect
from sim.text import NBSP, month, sentence, signed

COURSE, GAP = 300, 130
"""Pixels of the course under both choices, and of their difference below it."""
ROW = 26
"""Pixels of a line of a forest."""

Line = tuple[str, str, Effect]
"""An alternative's id, its label and its effect."""


def forest_chart(
    name: str, lines: Sequence[Line], marked: str | None, said: str, against: str
) -> Chart:
    """Draw the effect of every alternative on one measure, the largest rise first.

    Parameters
    ----------
    name : str
        Of the measure.
    lines : sequence of (alternative, label, Effect)
        All on the same measure.
    marked : str or None
        The alternative to mark.
    said : str
        The finding.
    against : str
        What all are compared with.
    """
    drawn = sorted(
        (line for line in lines if np.isfinite(line[2].size)),
        key=lambda line: (-line[2].size, line[1]),
    )
    event = drawn[0][2].item is None
    unit = "percentage points" if event else "standard deviations"
    labels = [label for _, label, _ in drawn]
    figure = in_rows(labels, f"difference in {unit}", 40)
    for mine, clear, colour, marker, words in (
        (True, True, VERMILLION, "diamond", ""),
        (True, False, VERMILLION, "diamond-open", ""),
        (False, True, BLUE, "circle", "differs clearly"),
        (False, False, MUTED, "circle-open", "may be no difference"),
    ):
        rows = [
            row for row, (key, _, effect) in enumerate(drawn)
            if (key == marked) == mine and effect.clear == clear
        ]  # fmt: skip
        if rows:
            label = words or "the choice asked about"
            _dots(figure, drawn, rows, label, colour, marker)
    figure.update_layout(
        legend={
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1,
            "yref": "container", "yanchor": "top", "itemclick": False, "itemdoubleclick": False,
            "font": {"size": 12},
        }
    )  # fmt: skip
    height = 92 + ROW * max(len(drawn), 2)
    styled(figure, name, said, height)
    figure.update_yaxes(ticks="")
    narrow = [cut(label, 20, 2) for label in labels]
    lines_of = max(label.count("<br>") + 1 for label in narrow)
    figure.update_layout(
        meta={
            "height": height, "above": 30,
            "narrow": {
                "height": 124 + max(ROW, 15 * lines_of) * max(len(drawn), 2), "above": 60,
                "labels": narrow, "font": 10,
            },
        }
    )  # fmt: skip
    return Chart(figure, name, said, _forest_table(name, drawn, unit, against))


def _forest_table(name: str, drawn: Sequence[Line], unit: str, against: str) -> Table:
    return Table(
        caption=f"{name}: difference at the end against {against}",
        header=("Alternative", unit, "Difference", f"95{NBSP}% interval"),
        rows=tuple(
            (label, effect.sized, effect.change, effect.interval) for _, label, effect in drawn
        ),
    )


def _dots(
    figure: Any, drawn: Sequence[Line], rows: list[int], name: str, colour: str, marker: str
) -> None:
    effects = [drawn[row][2] for row in rows]
    ends = np.array([[e.difference, e.low, e.high] for e in effects])
    ends /= np.array([[e.spread] for e in effects])
    figure.add_scatter(
        x=rounded(ends[:, 0]), y=rows, mode="markers", name=name,
        marker={"color": colour, "symbol": marker, "size": 10, "line": {"width": 2}},
        error_x=whiskers(ends, colour, 2, 4),
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(drawn[row][1])}</b><br>{e.change} (95{NBSP}% {e.interval})"
            for row, e in zip(rows, effects, strict=True)
        ],
    )  # fmt: skip


def course_chart(
    item: Measure,
    dates: Any,
    own: Any,
    forced: Any,
    band: Any,
    *,
    label: str,
    said: str,
    against: str,
) -> Chart:
    """Draw one outcome under the choice that it is compared with and under the forced one.

    Parameters
    ----------
    item : Measure
    dates : array of datetime64, (round,)
    own, forced : array of float, (round,)
        Means over the runs that are compared.
    band : (difference, low, high), each (round,)
        The difference of the two with its 95 % interval.
    label : str
        The forced choice.
    said : str
        The finding.
    against : str
        The choice that it is compared with.
    """
    days = iso(dates)
    figure = go.Figure()
    for name, values, line in (
        (against, own, {"width": 2.5, "color": MUTED, "dash": "dash"}),
        (f"“{label}”", forced, {"width": 3, "color": BLUE}),
    ):
        figure.add_scatter(
            x=days, y=rounded(values, 4), mode="lines", name=wrapped(name, 40), line=line,
            hoverinfo="text",
            hovertext=[
                f"{month(date)}: {item.show(float(value))}"
                for date, value in zip(dates, values, strict=True)
            ],
        )  # fmt: skip
    edge = {"x": days, "mode": "lines", "line": {"width": 0}, "yaxis": "y2", "hoverinfo": "skip"}
    figure.add_scatter(y=rounded(band[1], 4), showlegend=False, **edge)
    figure.add_scatter(
        y=rounded(band[2], 4), fill="tonexty", fillcolor=BAND50, showlegend=False, **edge
    )
    figure.add_scatter(
        x=days, y=rounded(band[0], 4), mode="lines", yaxis="y2", showlegend=False,
        line={"width": 2, "color": INK}, hoverinfo="text",
        hovertext=[
            f"difference {signed(float(d), item.digits + 1)} (95{NBSP}% "
            f"{signed(float(low), item.digits + 1)} to {signed(float(high), item.digits + 1)})"
            for d, low, high in zip(*band, strict=True)
        ],
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=0, x1=1, xref="paper", y0=0, y1=0, yref="y2",
        line={"color": RULE, "width": 1},
    )  # fmt: skip
    figure.update_xaxes(range=[days[0], days[-1]], **DATES)
    figure.update_yaxes(title_text=wrapped(item.axis, 30))
    if item.share:
        figure.update_layout(yaxis={"tickformat": ".0%", "range": [0, 1]})
    height = COURSE + GAP
    styled(figure, item.name, said, height)
    share = GAP / height
    figure.update_layout(
        hovermode="x",
        yaxis={"domain": [share + 0.06, 1]},
        yaxis2={
            "domain": [0, share - 0.04], "nticks": 4,
            "title": {"text": "difference", "font": {"size": 12, "color": MUTED}},
            "tickfont": {"size": 12, "color": INK},
            "anchor": "x", "automargin": True, "fixedrange": True, "gridcolor": GRID,
            "zeroline": False,
        },
        xaxis={"anchor": "y2"},
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom",
            "itemclick": False, "itemdoubleclick": False, "font": {"size": 12},
        },
        meta={"height": height, "above": 34, "narrow": {"height": height, "above": 52}},
    )  # fmt: skip
    table = Table(
        caption=f"{item.name}: mean by date ({item.unit})",
        header=("Date", sentence(against), f"“{label}”", "Difference", f"95{NBSP}% from", "to"),
        rows=tuple(
            (month(date), item.show(float(a)), item.show(float(b)),
             *(signed(float(end), item.digits + 1) for end in ends))
            for date, a, b, *ends in zip(dates, own, forced, *band, strict=True)
        ),
    )  # fmt: skip
    return Chart(figure, item.name, said, table)
