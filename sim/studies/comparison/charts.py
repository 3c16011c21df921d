"""The course of a measure in each scenario compared, with the differences by date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from textwrap import shorten, wrap
from typing import Any

import numpy as np

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.statistics.paired_difference import VISIBLE_SD, VISIBLE_SHARE, Z95
from sim.statistics.summary import Summary, Watched
from sim.studies.comparison.contrasts import Contrast, Contrasts
from sim.text import NBSP, day, number

_ROWS = 36
"""Most measures that one chart holds."""
_ENTRY = 42
"""Characters of a line of a name in a legend."""
_SYMBOLS = ("circle", "diamond")
"""With more scenarios than colours, dots are told apart by their shape too."""
_Placed = tuple[int, Contrast]
"""A difference, and the place of its scenario among those beside the reference."""


def differences_chart(
    placed: Sequence[_Placed], names: Sequence[str], *, events: bool
) -> Chart | None:
    """Draw the differences at the end, the largest first, with both intervals.

    Those of watched events in percentage points, or those of outcomes in standard deviations;
    ``None`` where nothing is of that kind. ``names`` are the scenarios by place.
    """
    fitting: dict[str, list[_Placed]] = {}
    for place, one in placed:
        ends = one.event or np.isfinite(one.effect) or one.difference == 0
        if one.event == events and ends:
            fitting.setdefault(one.id, []).append((place, one))
    # One row for each measure, the largest difference first.
    ranked = sorted(fitting.values(), key=lambda row: -max(abs(one.size) for _, one in row))
    drawn = ranked[:_ROWS]
    if not drawn:
        return None
    unit = "percentage points" if events else "standard deviations"
    least = 100 * VISIBLE_SHARE if events else VISIBLE_SD
    labels = [row[0][1].name for row in drawn]
    figure = kit.forest(labels, f"difference at the end ({unit})", least)
    for place, name in enumerate(names):
        _dots(figure, drawn, name, place, len(names))
    title = f"Differences {'of probabilities' if events else 'of outcomes'} at the end"
    rest = f" The {len(ranked) - _ROWS} smallest are left out." if len(ranked) > _ROWS else ""
    said = (
        f"The thick line is the 95{NBSP}% interval of each difference alone, the thin line the one "
        f"that allows for all others. Inside the grey band, {number(least, 0 if events else 1)} to "
        f"either side, a difference is too small to see.{rest}"
    )
    every = [(names[place], one) for row in ranked for place, one in row]
    table = Table.of(
        title,
        ("Measure", [one.name for _, one in every]),
        ("Difference", [one.gap(one.difference) for _, one in every]),
        (f"95{NBSP}% alone", [one.interval(one.alone) for _, one in every]),
        ("Among all", [one.interval(one.among_all) for _, one in every]),
        ("Scenario", [name for name, _ in every]),
    )
    row = max(28, 6 + 11 * len(names))
    wide, narrow = (20 + _legend(names, room) for room in (_WIDE, _NARROW))
    return kit.finish_forest(
        figure, title, said, table, labels, row=row, above=wide, above_narrow=narrow
    )


_WIDE, _NARROW = 110, 44
"""Characters that a line of the legend holds on a wide and on a narrow page."""


def _legend(names: Sequence[str], room: int) -> int:
    """Pixels that a legend of these names takes; none of a single one."""
    if len(names) < 2:
        return 0
    entries = [wrap(shorten(name, 80), _ENTRY) for name in names]
    columns = max(1, room // (8 + max(len(line) for lines in entries for line in lines)))
    return 20 * max(map(len, entries)) * -(-len(names) // columns)


def _dots(
    figure: Any, drawn: Sequence[Sequence[_Placed]], name: str, place: int, scenarios: int
) -> None:
    """One scenario's differences; scenarios stand one below the other within a measure's row."""
    lower = 0.7 * ((place + 0.5) / scenarios - 0.5)
    found = [
        (round(row + lower, 3), one)
        for row, every in enumerate(drawn)
        for mine, one in every
        if mine == place
    ]
    hover = [
        f"<b>{kit.plain(one.name)}</b><br>{kit.plain(name)}: {one.gap(one.difference)}<br>"
        f"95{NBSP}% alone {one.interval(one.alone)}<br>"
        f"among all {one.interval(one.among_all)}"
        for _, one in found
    ]
    rows, entry = [row for row, _ in found], kit.wrapped(shorten(name, 80), _ENTRY)
    look = kit.COLOURS[place % len(kit.COLOURS)], _SYMBOLS[place // len(kit.COLOURS)]
    for thick in (False, True):
        ends = [(one.difference, *(one.alone if thick else one.among_all)) for _, one in found]
        scaled = np.array(ends).reshape(-1, 3) * np.array([[_scale(one)] for _, one in found])
        shown = entry if thick and scenarios > 1 else ""
        width = 4 if thick else 1.5
        kit.dots(figure, rows, scaled, hover, look, shown, thickness=width, cap=0)


def _scale(one: Contrast) -> float:
    """What a difference is multiplied by, to be shown in points or standard deviations."""
    if one.event:
        return 100.0
    return one.effect / one.difference if one.difference else 0.0


_BANDED = 3
"""Most scenarios beside the reference whose bands are drawn: more would hide one another."""
_COURSE, _DIFFERENCES = 300, 150
"""Pixels of the courses, and of the differences below them."""


def measure_chart(
    reference: tuple[str, Summary],
    others: Sequence[tuple[int, Contrasts, Contrast, Summary]],
    over: Sequence[kit.ActualCourse] = (),
) -> Chart:
    """Draw a measure's course in each scenario, and the differences by date below.

    ``others`` are the scenarios that share the measure; ``over`` are courses that are drawn
    over theirs.
    """
    one = others[0][2]
    figure = go.Figure()
    banded = len(others) <= _BANDED
    _course(figure, one, reference, (kit.INK, "dash"), banded)
    for place, pair, _, summary in others:
        _course(figure, one, (pair.other.name, summary), _look(place), banded)
    for course in over:
        course.draw(figure, one.amount)
    for place, _, contrast, _ in others:
        _difference(figure, contrast, *_look(place), banded)
    axis = one.measure.axis if one.measure else "probability"
    drawn = [date for trace in figure.data for date in trace.x]
    figure.update_xaxes(range=[min(drawn), max(drawn)], **kit.DATES)  # marks would widen it
    figure.update_yaxes(title_text=kit.wrapped(axis, 30))
    figure.update_layout(hovermode="x")
    share = one.in_points and not one.event
    shown = "Share of runs that have seen it" if one.event else "Median"
    bands = ", with the band that holds half of the runs" if banded and not one.event else ""
    if share:
        shown, bands = "Share of runs in which it is in force", ""
    intervals = f", with its 95{NBSP}% interval (dark) and the one that allows for all others "
    said = (
        f"{shown} by date{bands}. Below: the mean difference to “{reference[0]}”"
        f"{f'{intervals}(light)' if banded else ''}."
    )
    unit = " (points)" if one.in_points else ""
    kit.panel_below(figure, _DIFFERENCES / (_COURSE + _DIFFERENCES), f"difference{unit}")
    if one.in_points:
        range_ = [0, 1] if share else None
        figure.update_layout(yaxis={"tickformat": ".0%", "rangemode": "tozero", "range": range_})
    table, height = _table(reference[0], others, over), _COURSE + _DIFFERENCES
    return kit.finish(figure, one.name, said, table, height, above=12, legend=True)


def _look(place: int) -> tuple[str, str]:
    """Colour and dash of the scenario at a place among those beside the reference."""
    turn, nth = divmod(place, len(kit.COLOURS))
    return kit.COLOURS[nth], kit.DASHES[turn % len(kit.DASHES)]


def _course(
    figure: Any,
    one: Contrast,
    scenario: tuple[str, Summary],
    look: tuple[str, str],
    banded: bool,
) -> None:
    """The measure's own course in one scenario."""
    (name, summary), (colour, dash) = scenario, look
    if one.event:
        found: Any = next(item for item in summary.watched if item.id == one.id)
        middle, counted = found.probability, True
    else:
        found = next(item for item in summary.trajectories if item.measure.id == one.id)
        middle, counted = found.median, found.measure.whole
    dates, shape = kit.iso(found.dates), "vh" if counted else "linear"
    if banded and not isinstance(found, Watched) and not found.measure.share:
        ends, light = (found.low50, found.high50), kit.faint(colour, 0.13)
        kit.band(figure, dates, ends, light, shape=shape, digits=3)
    hover = [
        f"{kit.plain(name)}, {day}: {value}"
        for day, value in zip(
            kit.months(found.dates), kit.as_texts(middle, one.amount), strict=True
        )
    ]
    entry = kit.wrapped(shorten(name, 80), _ENTRY)
    kit.line(figure, dates, middle, hover, colour, entry, dash=dash, shape=shape)


def _difference(figure: Any, one: Contrast, colour: str, dash: str, banded: bool) -> None:
    dates, middle = kit.iso(one.dates), one.paired.difference
    scale = 100 if one.in_points else 1
    for limit, strength in ((one.limit, 0.12), (Z95, 0.3)) if banded else ():
        low, high = one.paired.interval(limit)
        ends, light = (scale * low, scale * high), kit.faint(colour, strength)
        kit.band(figure, dates, ends, light, digits=5, axis="y2")
    pairs = zip(*one.paired.interval(), strict=True)
    hover = [
        f"{day}: {one.gap(float(value))} (95{NBSP}% {one.interval(pair)})"
        for day, value, pair in zip(kit.months(one.dates), middle, pairs, strict=True)
    ]
    kit.line(figure, dates, scale * middle, hover, colour, width=2, dash=dash, digits=5, axis="y2")


def _table(
    reference: str,
    others: Sequence[tuple[int, Contrasts, Contrast, Summary]],
    over: Sequence[kit.ActualCourse],
) -> Table:
    """The numbers by date; each date at which a course over them is known has a row of its own."""
    one = others[0][2]
    marked = [
        dict(zip(kit.iso(days), values, strict=True))
        for days, values in (course.marked for course in over)
    ]
    rounds = dict(zip(kit.iso(one.dates), kit.months(one.dates), strict=True))
    every = sorted({*rounds, *(date for course in marked for date in course)})
    dates = [rounds.get(date) or day(datetime.date.fromisoformat(date)) for date in every]
    first = dict(zip(rounds, kit.as_texts(one.reference, one.amount), strict=True))
    columns = [("Date", dates), (reference, [first.get(date, "–") for date in every])]
    for _, pair, contrast, _ in others:
        ends = zip(*contrast.paired.interval(), strict=True)
        shown = {
            date: (
                contrast.amount(float(value)),
                f"{contrast.gap(float(difference))} ({contrast.interval(both)})",
            )
            for date, value, difference, both in zip(
                kit.iso(contrast.dates),
                contrast.changed,
                contrast.paired.difference,
                ends,
                strict=True,
            )
        }
        found = [shown.get(date, ("–", "–")) for date in every]
        columns.append((pair.other.name, [value for value, _ in found]))
        columns.append((f"difference (95{NBSP}%)", [difference for _, difference in found]))
    for course, at in zip(over, marked, strict=True):
        values = [one.amount(at[date]) if date in at else "–" for date in every]
        columns.append((course.name, values))
    kind = "probability" if one.event else "mean"
    return Table.of(f"{one.name}: {kind} by date", *columns)
