"""Dated events as numbered lines across a chart of time."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from sim.analysis.words import month
from sim.report.chart import overlay, wrapped
from sim.report.palette import INK, MUTED, PAPER, RULE
from sim.scenario.schema import Description

NEAR = 0.055
"""Share of the calendar within which events carry one label: closer ones would overlap."""


def dated_events(description: Description, dates: Any) -> list[tuple[datetime.date, str]]:
    """List the events with a date within the calendar, in time's order."""
    first, last = (date.astype("datetime64[D]").astype(object) for date in (dates[0], dates[-1]))
    found = [
        (event.on, event.name)
        for event in description.events.values()
        if event.on and first <= event.on <= last
    ]
    return sorted(found)


def mark_events(
    figure: Any, events: list[tuple[datetime.date, str]], dates: list[str], top: float
) -> int:
    """Draw a numbered line for each event; say how many rows the numbers take.

    The names stand in the key below the chart and in the hover: as labels they
    would cover one another wherever two events are near.
    """
    if not events:
        return 0
    last = datetime.date.fromisoformat(dates[-1])
    length = max((last - datetime.date.fromisoformat(dates[0])).days, 1)
    clusters: list[list[int]] = []
    for nth, (day, _) in enumerate(events):
        near = clusters and (day - events[clusters[-1][0]][0]).days < NEAR * length
        clusters = [*clusters[:-1], [*clusters[-1], nth]] if near else [*clusters, [nth]]
    row, rows, before = 0, 1, None
    labels = []
    for cluster in clusters:
        first, final = events[cluster[0]][0], events[cluster[-1]][0]
        middle = first + (final - first) / 2
        row = 1 - row if before and (middle - before).days < 2 * NEAR * length else 0
        rows, before = max(rows, row + 1), middle
        numbers = f"{cluster[0] + 1}" + (f"–{cluster[-1] + 1}" if len(cluster) > 1 else "")
        labels.append(
            {
                "x": middle.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom",
                "yshift": 2 + 17 * row, "text": numbers, "showarrow": False,
                "font": {"size": 11, "color": INK}, "bgcolor": PAPER, "bordercolor": RULE,
                "borderpad": 2, "width": 6 + 7 * len(numbers),
            }
        )  # fmt: skip
    lines = [
        {
            "type": "line", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1,
            "yref": "paper", "line": {"color": MUTED, "width": 1, "dash": "dot"},
            "layer": "below",
        }
        for day, _ in events
    ]  # fmt: skip
    overlay(figure, shapes=lines, annotations=labels)
    figure.add_scatter(
        x=[day.isoformat() for day, _ in events], y=[top] * len(events), mode="markers",
        marker={"size": 12, "opacity": 0}, showlegend=False, hoverinfo="text",
        hovertext=[
            f"<b>{nth}. {month(np.datetime64(day))}</b><br>{wrapped(name, 40)}"
            for nth, (day, name) in enumerate(events, start=1)
        ],
    )  # fmt: skip
    return rows
