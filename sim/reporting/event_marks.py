"""Dated events as numbered lines across a chart of time."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.reporting.chart import (
    BAND50,
    BLUE,
    DATES,
    INK,
    MUTED,
    PAPER,
    RULE,
    Chart,
    Table,
    go,
    iso,
    overlay,
    rounded,
    styled,
    wrapped,
)
from sim.scenario.schema import Description
from sim.statistics.summary import Watched
from sim.text import NBSP, month, percent, sentence

# The probability of each watched event, by date.

TOPS = (0.05, 0.1, 0.2, 0.5, 1.0)


def common_top(events: Sequence[Watched]) -> float:
    """End of the probability axis that all charts of these events share."""
    return top_over(max((float(event.high.max()) for event in events), default=1.0))


def top_over(most: float) -> float:
    """End of a probability axis on which ``most`` still stands."""
    return next((top for top in TOPS if most <= top), 1.0)


def watched_chart(event: Watched, top: float = 1.0) -> Chart:
    """Draw in what share of the runs an event has happened, by date, with its interval.

    Parameters
    ----------
    event : Watched
        Probabilities by round.
    top : float
        End of the probability axis.
    """
    dates = iso(event.dates)
    edge = {
        "x": dates, "mode": "lines", "line": {"width": 0, "shape": "vh"}, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip
    figure = go.Figure()
    figure.add_scatter(y=rounded(event.low, 4), **edge)
    figure.add_scatter(y=rounded(event.high, 4), fill="tonexty", fillcolor=BAND50, **edge)
    figure.add_scatter(
        x=dates, y=rounded(event.probability, 4), mode="lines", showlegend=False,
        line={"width": 2.5, "color": BLUE, "shape": "vh"}, hoverinfo="text",
        hovertext=[
            f"<b>by {month(date)}: {percent(float(share))}</b><br>"
            f"95{NBSP}% interval {percent(float(low))} to {percent(float(high))}"
            for date, share, low, high in zip(
                event.dates, event.probability, event.low, event.high, strict=True
            )
        ],
    )  # fmt: skip
    figure.update_yaxes(
        range=[-0.02 * top, 1.02 * top],
        tickformat=".1%" if top < 0.1 else ".0%",
        tickvals=[0, top / 2, top],
        title_text="probability",
    )
    figure.update_xaxes(range=[dates[0], dates[-1]], **(DATES | {"nticks": 5}))
    figure.update_layout(hovermode="x")
    said = f"Probability by {month(event.dates[-1])}: {event.chance} ({event.interval})."
    table = Table(
        caption=f"{event.name}: probability by date",
        header=("By", "Probability", "From", "To"),
        rows=tuple(
            (month(date), percent(float(share)), percent(float(low)), percent(float(high)))
            for date, share, low, high in zip(
                event.dates, event.probability, event.low, event.high, strict=True
            )
        ),
    )
    name = sentence(event.name)
    return Chart(styled(figure, name, said, 190), name, said, table)


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
