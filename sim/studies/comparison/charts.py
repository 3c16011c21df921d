"""The course of a measure in each scenario compared, with the differences by date."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np

from sim.reporting.chart import (
    BLUE,
    DATES,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RULE,
    SKY,
    VERMILLION,
    Chart,
    Table,
    cut,
    faint,
    go,
    in_rows,
    iso,
    plain,
    rounded,
    styled,
    whiskers,
    wrapped,
)  # fmt: skip
from sim.statistics.paired_difference import Z95
from sim.statistics.summary import Summary, Trajectory, Watched
from sim.statistics.verdict import VISIBLE_SD, VISIBLE_SHARE
from sim.studies.comparison.contrasts import Contrast, Contrasts
from sim.studies.comparison.text import amount, gap, in_points, interval
from sim.text import NBSP, month, number

# All differences of a comparison at a glance, the largest first.

ROWS = 36
"""Most measures that one chart holds."""
SYMBOLS = ("circle", "diamond")
"""With more scenarios than colours, dots are told apart by their shape too."""
_LEGEND = {
    "orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom",
    "itemclick": False, "itemdoubleclick": False, "font": {"size": 12}, "traceorder": "normal",
}  # fmt: skip


class Line(NamedTuple):
    """One difference in a chart of many: its scenario's place, and itself."""

    place: int
    contrast: Contrast


def forest(lines: Sequence[Line], names: Sequence[str], *, events: bool) -> Chart | None:
    """Draw the differences at the end, the largest first, with both intervals.

    Parameters
    ----------
    lines : sequence of Line
    names : sequence of str
        The scenarios by place, for the legend.
    events : bool
        Draw watched events in percentage points, and not outcomes in standard deviations.

    Returns
    -------
    Chart or None
        ``None`` where nothing is of that kind.
    """
    fitting: dict[str, list[Line]] = {}
    for line in lines:
        if line.contrast.event == events and _ends(line.contrast):
            fitting.setdefault(line.contrast.id, []).append(line)
    # One row for each measure, the largest difference first.
    ranked = sorted(fitting.values(), key=lambda row: -max(abs(one.contrast.size) for one in row))
    drawn = ranked[:ROWS]
    if not drawn:
        return None
    unit = "percentage points" if events else "standard deviations"
    band = 100 * VISIBLE_SHARE if events else VISIBLE_SD
    labels = [row[0].contrast.name for row in drawn]
    figure = in_rows(labels, f"difference at the end ({unit})", 46, band)
    for place, name in enumerate(names):
        _dots(figure, drawn, name, place, len(names))
    figure.update_layout(legend=_LEGEND)
    title = f"Differences {'of probabilities' if events else 'of outcomes'} at the end"
    rest = f" The {len(ranked) - ROWS} smallest are left out." if len(ranked) > ROWS else ""
    said = (
        f"The thick line is the 95{NBSP}% interval of each difference alone, the thin line the one "
        f"that allows for all others. Inside the grey band, {number(band, 0 if events else 1)} to "
        f"either side, a difference is too small to see.{rest}"
    )
    legend = 22 * len(names) if len(names) > 1 else 0
    room = max(28, 6 + 11 * len(names)) * max(len(drawn), 3)
    height = 90 + legend + room
    styled(figure, title, said, height)
    figure.update_yaxes(tickfont={"size": 12, "color": INK}, ticks="")
    figure.update_layout(
        meta={
            "height": height, "above": 20 + legend,
            "narrow": {
                "height": 120 + 2 * legend + max(room, 32 * len(drawn)),
                "above": 30 + 2 * legend,
                "labels": [cut(label, 22, 2) for label in labels], "font": 10,
            },
        }
    )  # fmt: skip
    table = Table(
        title,
        ("Measure", "Difference", f"95{NBSP}% alone", "Among all", "Scenario"),
        tuple(
            (one.name, gap(one, one.difference), interval(one, one.alone),
             interval(one, one.among_all), names[place])
            for row in ranked
            for place, one in row
        ),
    )  # fmt: skip
    return Chart(figure, title, said, table)


def _ends(one: Contrast) -> bool:
    return bool(one.event or np.isfinite(one.effect) or one.difference == 0)


def _scale(one: Contrast) -> float:
    """What a difference is multiplied by, to be shown in points or standard deviations."""
    if one.event:
        return 100.0
    return one.effect / one.difference if one.difference else 0.0


def _dots(
    figure: Any, drawn: Sequence[Sequence[Line]], name: str, place: int, scenarios: int
) -> None:
    """One scenario's differences; scenarios stand one below the other within a measure's row."""
    colour, _ = look(place)
    lower = 0.7 * ((place + 0.5) / scenarios - 0.5)
    found = [
        (row + lower, line.contrast)
        for row, lines in enumerate(drawn)
        for line in lines
        if line.place == place
    ]
    for thick, width in ((False, 1.5), (True, 4)):
        ends = np.array(
            [(one.difference, *(one.alone if thick else one.among_all)) for _, one in found]
        )
        scaled = ends.reshape(-1, 3) * np.array([_scale(one) for _, one in found]).reshape(-1, 1)
        figure.add_scatter(
            x=rounded(scaled[:, 0]), y=[round(row, 3) for row, _ in found], mode="markers",
            name=wrapped(shorten(name, 80), 42), showlegend=scenarios > 1 and thick,
            marker={
                "color": colour, "symbol": SYMBOLS[place // len(COLOURS)], "size": 9,
                "line": {"width": 1, "color": PAPER},
            },
            error_x=whiskers(scaled, colour, width, 0),
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(one.name)}</b><br>{plain(name)}: {gap(one, one.difference)}<br>"
                f"95{NBSP}% alone {interval(one, one.alone)}<br>"
                f"among all {interval(one, one.among_all)}"
                for _, one in found
            ],
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
