"""The course of a measure in each scenario compared, with the differences by date."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

import numpy as np

from sim.analysis.contrast import Contrast, Contrasts
from sim.analysis.paired import Z95
from sim.analysis.summary import Summary, Trajectory, Watched
from sim.analysis.words import NBSP, month
from sim.report.chart import DATES, Chart, Table, go, iso, plain, rounded, styled, wrapped
from sim.report.comparison_words import amount, gap, in_points, interval
from sim.report.palette import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    RULE,
    SKY,
    VERMILLION,
    faint,
)  # fmt: skip

COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("solid", "dash", "dot")
"""With more scenarios than colours, lines are told apart by their dashes too."""
BANDED = 3
"""Most scenarios beside the reference whose bands are drawn: more would hide one another."""
COURSE, GAP = 300, 150
"""Pixels of the courses, and of the differences below them."""
LEGEND = {
    "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0,
    "yref": "container", "yanchor": "bottom", "font": {"size": 12},
    "itemclick": False, "itemdoubleclick": False, "traceorder": "normal",
}  # fmt: skip


def look(place: int) -> tuple[str, str]:
    """Colour and dash of the scenario at a place among those beside the reference."""
    return COLOURS[place % len(COLOURS)], DASHES[place // len(COLOURS) % len(DASHES)]


def course_chart(
    reference: tuple[str, Summary], others: Sequence[tuple[int, Contrasts, Contrast, Summary]]
) -> Chart:
    """Draw a measure's course in each scenario, and the differences by date below.

    Parameters
    ----------
    reference : (name, Summary)
    others : sequence of (place, Contrasts, Contrast, Summary)
        Of the scenarios that share the measure; all of one measure.
    """
    one = others[0][2]
    figure = go.Figure()
    banded = len(others) <= BANDED
    _course(figure, one, reference[0], reference[1], INK, "dash", banded)
    for place, pair, _, summary in others:
        _course(figure, one, pair.other.name, summary, *look(place), banded)
    for place, _, contrast, _ in others:
        _gap(figure, contrast, *look(place), banded)
    height = COURSE + GAP + (20 if banded else 12 * len(others))
    axis = one.measure.axis if one.measure else "probability"
    figure.update_xaxes(**DATES)
    figure.update_yaxes(title_text=wrapped(axis, 30))
    figure.update_layout(hovermode="x", legend=LEGEND, xaxis={"anchor": "y2"})
    share = in_points(one) and not one.event
    shown = "Share of runs that have seen it" if one.event else "Median"
    band = ", with the band that holds half of the runs" if banded and not one.event else ""
    if share:
        shown, band = "Share of runs in which it is in force", ""
    said = (
        f"{shown} by date{band}. "
        f"Below: the mean difference to “{reference[0]}”"
        + (f", with its 95{NBSP}% interval (dark) and the one that allows for all others (light)."
           if banded else ".")
    )  # fmt: skip
    styled(figure, one.name, said, height)
    # The legend stands below: in one line or two, on a phone in one line for each scenario.
    below = 64 if banded else 64 + 12 * len(others)
    part = GAP / (COURSE + GAP)
    figure.update_layout(
        yaxis={"domain": [part + 0.06, 1]},
        yaxis2={
            "domain": [0, part - 0.02], "nticks": 4,
            "title": {
                "text": "difference (points)" if one.event or share else "difference",
                "font": {"size": 12, "color": MUTED},
            },
            "zeroline": True, "zerolinecolor": RULE, "gridcolor": "#E4E8EC",
        },
        margin={"b": below},
        meta={
            "height": height, "above": 12,
            "narrow": {"height": height + 40, "below": 70 + 19 * len(others)},
        },
    )  # fmt: skip
    if one.event or share:
        figure.update_layout(yaxis={"tickformat": ".0%", "rangemode": "tozero"})
    if share:
        figure.update_layout(yaxis={"range": [0, 1]})
    return Chart(figure, one.name, said, _table(reference[0], others))


def _of(summary: Summary, one: Contrast) -> Trajectory | Watched:
    """The measure's own course in one scenario."""
    if one.event:
        return next(item for item in summary.watched if item.id == one.id)
    return next(item for item in summary.trajectories if item.measure.id == one.id)


def _course(
    figure: Any, one: Contrast, name: str, summary: Summary, colour: str, dash: str, banded: bool
) -> None:
    found = _of(summary, one)
    dates = iso(found.dates)
    counted = isinstance(found, Watched) or found.measure.whole
    shape = "vh" if counted else "linear"
    if isinstance(found, Watched):
        middle = found.probability
    else:
        middle = found.median
        if banded and not found.measure.share:
            edge = {
                "x": dates, "mode": "lines", "line": {"width": 0, "shape": shape},
                "hoverinfo": "skip", "showlegend": False,
            }  # fmt: skip
            figure.add_scatter(y=rounded(found.low50), **edge)
            figure.add_scatter(
                y=rounded(found.high50), fill="tonexty", fillcolor=faint(colour, 0.13), **edge
            )
    figure.add_scatter(
        x=dates, y=rounded(middle, 4), mode="lines", name=wrapped(shorten(name, 80), 42),
        line={"width": 2.5, "color": colour, "dash": dash, "shape": shape}, hoverinfo="text",
        hovertext=[
            f"{plain(name)}, {month(date)}: {amount(one, float(value))}"
            for date, value in zip(found.dates, middle, strict=True)
        ],
    )  # fmt: skip


def _gap(figure: Any, one: Contrast, colour: str, dash: str, banded: bool) -> None:
    dates, middle = iso(one.dates), one.paired.difference
    scale = 100 if in_points(one) else 1
    if banded:
        for limit, strength in ((one.limit, 0.12), (Z95, 0.3)):
            low, high = one.paired.interval(limit)
            edge = {
                "x": dates, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip",
                "showlegend": False, "yaxis": "y2",
            }  # fmt: skip
            figure.add_scatter(y=rounded(scale * low, 5), **edge)
            figure.add_scatter(
                y=rounded(scale * high, 5),
                fill="tonexty",
                fillcolor=faint(colour, strength),
                **edge,
            )
    ends = zip(*one.paired.interval(), strict=True)
    figure.add_scatter(
        x=dates, y=rounded(scale * middle, 5), mode="lines", yaxis="y2", showlegend=False,
        line={"width": 2, "color": colour, "dash": dash}, hoverinfo="text",
        hovertext=[
            f"{month(date)}: {gap(one, float(value))} (95{NBSP}% {interval(one, pair)})"
            for date, value, pair in zip(one.dates, middle, ends, strict=True)
        ],
    )  # fmt: skip


def _table(reference: str, others: Sequence[tuple[int, Contrasts, Contrast, Summary]]) -> Table:
    one = others[0][2]
    header = ["Date", reference]
    for _, pair, _, _ in others:
        header += [pair.other.name, f"difference (95{NBSP}%)"]
    rows = []
    for nth, date in enumerate(one.dates):
        cells = [month(date), amount(one, float(one.reference[nth]))]
        for _, _, contrast, _ in others:
            place = np.flatnonzero(contrast.dates == date)
            if not len(place):
                cells += ["–", "–"]
                continue
            at = int(place[0])
            low, high = (float(end[at]) for end in contrast.paired.interval())
            cells += [
                amount(contrast, float(contrast.changed[at])),
                f"{gap(contrast, float(contrast.paired.difference[at]))} "
                f"({interval(contrast, (low, high))})",
            ]
        rows.append(tuple(cells))
    kind = "probability" if one.event else "mean"
    return Table(f"{one.name}: {kind} by date", tuple(header), tuple(rows))
