"""Charts of a forced choice: all alternatives at a glance, and one choice over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.scenario.calendar import Dates
from sim.statistics.measures import Measure
from sim.studies.whatif.result import Effect
from sim.text import NBSP, sentence, signed

_COURSE, _DIFFERENCE = 300, 130
"""Pixels of the course under both choices, and of their difference below it."""
_LOOKS = (
    (True, True, (kit.VERMILLION, "diamond"), "the choice asked about"),
    (True, False, (kit.VERMILLION, "diamond-open"), "the choice asked about"),
    (False, True, (kit.BLUE, "circle"), "differs clearly"),
    (False, False, (kit.MUTED, "circle-open"), "may be no difference"),
)
"""Whether it is the choice asked about, whether it is clear, its look, and words."""


def alternatives_chart(
    name: str,
    effects: Sequence[tuple[str, str, Effect]],
    marked: str | None,
    said: str,
    against: str,
) -> Chart:
    """Draw the effect of every alternative on one measure, the largest rise first.

    Effects stand with their alternative and its label; all are compared with ``against``.
    """
    drawn = sorted(
        (one for one in effects if np.isfinite(one[2].amount)),
        key=lambda one: (-one[2].amount, one[1]),
    )
    unit = "percentage points" if drawn[0][2].item is None else "standard deviations"
    labels = [label for _, label, _ in drawn]
    figure = kit.forest(labels, f"difference in {unit}")
    for mine, clear, look, words in _LOOKS:
        rows = [
            row
            for row, (key, _, effect) in enumerate(drawn)
            if (key == marked) == mine and effect.clear == clear
        ]
        found = [drawn[row][2] for row in rows]
        hover = [
            f"<b>{kit.plain(labels[row])}</b><br>{one.change} (95{NBSP}% {one.interval})"
            for row, one in zip(rows, found, strict=True)
        ]
        if rows:
            ends = np.array([[one.difference, one.low, one.high] for one in found])
            spreads = np.array([[one.spread] for one in found])
            kit.dots(figure, rows, ends / spreads, hover, look, words)
    table = Table.of(
        f"{name}: difference at the end against {against}",
        ("Alternative", labels),
        (unit, [one.sized for *_, one in drawn]),
        ("Difference", [one.change for *_, one in drawn]),
        (f"95{NBSP}% interval", [one.interval for *_, one in drawn]),
    )
    return kit.finish_forest(figure, name, said, table, labels)


def outcome_chart(
    item: Measure,
    dates: Dates,
    courses: tuple[Floats, Floats],
    ends: tuple[Floats, Floats, Floats],
    *,
    label: str,
    said: str,
    against: str,
) -> Chart:
    """Draw one outcome under the choice that it is compared with and under the forced one.

    ``courses`` are the means of both, ``ends`` their difference with its 95 % interval, by
    round; ``label`` is the forced choice, ``against`` the one that it is compared with.
    """
    days, named = kit.iso(dates), (against, f"“{label}”")
    shown = [kit.as_texts(values, item.show) for values in courses]
    figure = go.Figure()
    for name, values, texts, look in zip(
        named, courses, shown, ((2.5, kit.MUTED, "dash"), (3, kit.BLUE, "solid")), strict=True
    ):
        hover = [f"{day}: {text}" for day, text in zip(kit.months(dates), texts, strict=True)]
        width, colour, dash = look
        kit.line(figure, days, values, hover, colour, kit.wrapped(name, 40), width=width, dash=dash)
    difference, low, high = (
        kit.as_texts(end, lambda value: signed(value, item.digits + 1)) for end in ends
    )
    hover = [
        f"difference {middle} (95{NBSP}% {least} to {most})"
        for middle, least, most in zip(difference, low, high, strict=True)
    ]
    kit.band(figure, days, ends[1:], kit.BAND50, axis="y2")
    kit.line(figure, days, ends[0], hover, kit.INK, width=2, axis="y2")
    kit.panel_below(figure, _DIFFERENCE / (_COURSE + _DIFFERENCE), "difference")
    figure.update_xaxes(range=[days[0], days[-1]], **kit.DATES)
    figure.update_layout(
        hovermode="x", legend=kit.LEGEND_ABOVE, yaxis_title=kit.wrapped(item.axis, 30)
    )
    if item.share:
        figure.update_layout(yaxis={"tickformat": ".0%", "range": [0, 1]})
    table = Table.of(
        f"{item.name}: mean by date ({item.unit})",
        ("Date", kit.months(dates)),
        (sentence(against), shown[0]),
        (named[1], shown[1]),
        ("Difference", difference),
        (f"95{NBSP}% from", low),
        ("to", high),
    )
    height = _COURSE + _DIFFERENCE
    return kit.finish(figure, item.name, said, table, height, above=34, narrow={"above": 52})
