"""Charts of what drives an outcome: shares of its variance, effects, convergence."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from sim.reporting.chart import (
    BLACK,
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    RULE,
    VERMILLION,
    Chart,
    Table,
    go,
    plain,
    rounded,
    styled,
    wrapped,
)
from sim.studies.sensitivity.indices import Screening, Sobol
from sim.studies.sensitivity.ranking import Leading, Share
from sim.studies.sensitivity.result import CHANCE, REST
from sim.studies.sensitivity.sources import OTHER
from sim.studies.sensitivity.text import clipped, interval, share
from sim.text import number

BARS = 10
"""Most factors that a chart draws; its table has all."""
LINES = 4
"""Inputs whose convergence is drawn, besides chance."""
NAMED = 5
"""Inputs that are named in the chart of effects."""
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE)
MARKERS = ("circle", "square", "diamond", "triangle-up", "cross")
LINE, ROOM = 15, 16
"""Pixels of a line of a label, and between two bars."""

Name = Callable[[str], str]


def shares_chart(
    found: Leading, title: str, finding: str, name: Name, about: Mapping[str, Name], width: int
) -> Chart:
    """Draw total and first-order shares as bars with their intervals.

    Parameters
    ----------
    found : Leading
    title, finding : str
    name : callable
        A factor in words.
    about : mapping of str to callable
        Further columns of the table.
    width : int
        Characters of a line of a label; about half of it on a phone.
    """
    factors = sorted((found.chance, *found.factors), key=lambda one: -one.total)
    drawn = factors[:BARS]
    if found.chance not in drawn:
        drawn[-1] = found.chance
    labels = [_label(name(one.factor), width, 3) for one in drawn]
    places = _places(labels)
    figure = go.Figure()
    figure.add_bar(
        x=rounded([clipped(one.total) for one in drawn]), y=places, orientation="h", name="in all",
        width=[12.0] * len(drawn),
        marker={"color": [_colour(one) for one in drawn]},
        error_x=_error([one.total for one in drawn], [one.total_half for one in drawn], INK),
        hoverinfo="text", hovertext=[_hover(one, name) for one in drawn], showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=rounded([clipped(one.first) for one in drawn]), y=places,
        mode="markers", name="by itself",
        marker={"symbol": "diamond", "size": 9, "color": ORANGE,
                "line": {"color": INK, "width": 1}},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    height = int(places[-1] + _rows(labels[-1]) * LINE / 2 + ROOM) + 52
    styled(figure, title, finding, height)
    figure.update_yaxes(
        tickvals=places, ticktext=labels, range=[height - 52, 0], showgrid=False,
        tickfont={"size": 12}, fixedrange=True,
    )  # fmt: skip
    top = max(clipped(one.total + one.total_half) for one in drawn)
    figure.update_xaxes(
        title_text="share of the variance", tickformat=".0%", nticks=6,
        range=[-0.02, max(top, 0.2) * 1.04],
        zeroline=True, zerolinecolor=RULE,
    )  # fmt: skip
    narrow = [_label(name(one.factor), width // 2 + 4, 4) for one in drawn]
    meta = {"height": height, "narrow": {"height": height + 40, "labels": narrow, "font": 11}}
    figure.update_layout(meta=meta)
    table = Table(
        caption=f"{title}: shares of the variance, with 95 % intervals",
        header=("Factor", "In all (total)", "By itself (first order)", *about),
        rows=tuple(
            (
                name(one.factor),
                interval(one.total, one.total_half),
                interval(one.first, one.first_half),
                *(column(one.factor) for column in about.values()),
            )
            for one in factors
        ),
    )
    return Chart(figure, title, finding, table)


def convergence_chart(
    found: Sobol, output: int, factors: Sequence[str], title: str, finding: str, name: Name
) -> Chart:
    """Draw total shares at a quarter, a half and all of the samples."""
    figure = go.Figure()
    x = np.arange(len(found.sizes), dtype=np.float64)
    rows: list[tuple[str, ...]] = []
    for nth, factor in enumerate(factors):
        place = found.factors.index(factor)
        values, halves = found.total[:, output, place], found.total_half[:, output, place]
        colour = BLACK if factor == CHANCE else COLOURS[nth % len(COLOURS)]
        figure.add_scatter(
            x=rounded(x + 0.06 * (nth - len(factors) / 2)),
            y=_drawn([clipped(value) for value in values]),
            error_y=_error(values, halves, colour),
            mode="lines+markers", name=wrapped(name(factor), 40),
            line={"width": 1.5, "color": colour, "dash": "dot" if factor == CHANCE else "solid"},
            marker={"size": 7, "color": colour, "symbol": MARKERS[nth % len(MARKERS)]},
            hoverinfo="text",
            hovertext=[f"<b>{plain(name(factor))}</b><br>{interval(a, b)}"
                       for a, b in zip(values, halves, strict=True)],
        )  # fmt: skip
        rows.append((name(factor), *map(interval, values, halves)))
    height = 260 + 17 * len(factors)
    styled(figure, title, finding, height)
    figure.update_xaxes(
        tickvals=list(x), ticktext=[f"{size:,}" for size in found.sizes],
        title_text="base samples", showgrid=False, range=[-0.4, len(x) - 0.6],
    )  # fmt: skip
    figure.update_yaxes(title_text="share in all", tickformat=".0%", nticks=6)
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "xref": "container", "y": 0, "yref": "container",
                "yanchor": "bottom", "font": {"size": 11}, "itemclick": False,
                "itemdoubleclick": False, "entrywidthmode": "fraction", "entrywidth": 1},
        margin={"b": 62 + 17 * len(factors)},
    )  # fmt: skip
    figure.update_xaxes(automargin=False)
    header = ("Factor", *(f"{size:,} samples" for size in found.sizes))
    table = Table(f"{title}: share in all, with 95 % intervals", header, tuple(rows))
    return Chart(figure, title, finding, table)


def effects_chart(
    found: Screening, output: int, unit: str, digits: int, title: str, finding: str, name: Name
) -> Chart:
    """Draw the size of each input's effect, and how much it hangs on all else."""
    size, spread = found.size[output], found.spread[output]
    order = [int(place) for place in np.argsort(-size, kind="stable")]
    strong, rest = order[:NAMED], order[NAMED:]
    figure = go.Figure()

    def points(places: Sequence[int], colour: str, marker: int) -> None:
        figure.add_scatter(
            x=_few(size[places]), y=_few(spread[places]), mode="markers", showlegend=False,
            marker={"size": marker, "color": colour, "opacity": 0.85},
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(name(found.names[place]))}</b><br>"
                f"moves it by {number(float(size[place]), digits)}"
                for place in places
            ],
        )  # fmt: skip

    points(rest, RULE, 6)
    for nth, place in enumerate(strong):
        colour = COLOURS[nth]
        figure.add_scatter(
            x=_few([size[place]]), y=_few([spread[place]]), mode="markers",
            name=wrapped(name(found.names[place]), 40),
            marker={"size": 10, "color": colour, "symbol": MARKERS[nth]},
            hoverinfo="text",
            hovertext=[f"<b>{plain(name(found.names[place]))}</b><br>"
                       f"moves it by {number(float(size[place]), digits)}"],
        )  # fmt: skip
    height = 260 + 17 * len(strong)
    styled(figure, title, finding, height)
    figure.update_xaxes(title_text=f"mean size of the effect ({unit})", rangemode="tozero",
                        automargin=False, nticks=6)  # fmt: skip
    figure.update_yaxes(title_text="spread of the effects", rangemode="tozero", nticks=6)
    figure.update_layout(
        hovermode="closest",
        legend={"orientation": "h", "x": 0, "xref": "container", "y": 0, "yref": "container",
                "yanchor": "bottom", "font": {"size": 11}, "itemclick": False,
                "itemdoubleclick": False, "entrywidthmode": "fraction", "entrywidth": 1},
        margin={"b": 62 + 17 * len(strong)},
    )  # fmt: skip
    table = Table(
        f"{title} ({unit})",
        ("Number", "Mean size", "95 % interval", "Mean", "Spread"),
        tuple(
            (
                name(found.names[place]),
                number(float(size[place]), digits),
                f"±{number(float(found.half[output, place]), digits)}",
                number(float(found.mean[output, place]), digits),
                number(float(spread[place]), digits),
            )
            for place in order
        ),
    )
    return Chart(figure, title, finding, table)


def _label(text: str, width: int, lines: int) -> str:
    return wrapped(textwrap.shorten(text, width * lines - 4, placeholder=" …"), width)


def _rows(label: str) -> int:
    return label.count("<br>") + 1


def _places(labels: Sequence[str]) -> list[float]:
    """Where each bar stands, in pixels from the top, so that no label meets the next."""
    places, below = [], 0.0
    for label in labels:
        height = _rows(label) * LINE + ROOM
        places.append(below + height / 2)
        below += height
    return places


def _colour(one: Share) -> str:
    if one.factor == CHANCE:
        return MUTED
    return "#B5D6EC" if one.factor in (REST, OTHER) else BLUE


def _error(values: Iterable[float], halves: Iterable[float], colour: str) -> dict[str, object]:
    """Whiskers from a share to the ends of its interval, none beyond what a share can be."""
    ends = list(zip(values, halves, strict=True))
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": 1.2, "width": 3,
        "array": _drawn([clipped(a + b) - clipped(a) for a, b in ends]),
        "arrayminus": _drawn([clipped(a) - clipped(a - b) for a, b in ends]),
    }  # fmt: skip


def _hover(one: Share, name: Name) -> str:
    return (
        f"<b>{plain(name(one.factor))}</b><br>in all: {interval(one.total, one.total_half)}"
        f"<br>by itself: {share(one.first)}"
    )


def _drawn(values: ArrayLike) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in rounded(values)]


def _few(values: ArrayLike) -> list[float]:
    """Numbers with four digits that count, however small the unit."""
    return [float(f"{value:.4g}") for value in np.asarray(values, dtype=np.float64)]
