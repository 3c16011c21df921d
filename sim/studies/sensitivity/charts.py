"""Charts of what drives an outcome: shares of its variance, effects, convergence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.studies.sensitivity.indices import Screening, Sobol
from sim.studies.sensitivity.result import CHANCE, OTHER, REST, Leading, Share
from sim.studies.sensitivity.text import clipped, share, share_interval
from sim.text import number

BARS = 10
"""Most factors that a chart draws; its table has all."""
LINES = 4
"""Inputs whose convergence is drawn, besides chance."""
_NAMED = 5
"""Inputs that are named in the chart of effects."""
_LABEL_LINE, _BETWEEN, _AXIS = 15, 16, 52
"""Pixels of a line of a label, between two bars, and of the axis."""
_HEIGHT = 280
_HALF = 450, 0
"""Pixels of a page that a chart beside another does not have, on a screen and on a phone."""

Name = Callable[[str], str]


def shares_chart(
    found: Leading, title: str, finding: str, name: Name, about: Mapping[str, Name], width: int
) -> Chart:
    """Draw total and first-order shares as bars with their intervals.

    Parameters
    ----------
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
    names = [name(one.factor) for one in drawn]
    labels = [kit.cut_label(label, width, 3) for label in names]
    # Where each bar stands, in pixels from the top, so that no label meets the next.
    rows = np.array([_LABEL_LINE * (label.count("<br>") + 1) + _BETWEEN for label in labels])
    places = [float(place) for place in rows.cumsum() - rows / 2]
    hover = [
        f"<b>{kit.plain(label)}</b><br>in all: {share_interval(one.total, one.total_half)}"
        f"<br>by itself: {share(one.first)}"
        for label, one in zip(names, drawn, strict=True)
    ]
    totals, halves = [one.total for one in drawn], [one.total_half for one in drawn]
    figure = go.Figure()
    kit.bars(
        figure,
        places,
        [clipped(total) for total in totals],
        hover,
        [_colour(one) for one in drawn],
        width=[12.0] * len(drawn),
        error_x=_whiskers(totals, halves, kit.INK),
    )
    figure.add_scatter(
        x=kit.rounded([clipped(one.first) for one in drawn]),
        y=places,
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 9,
            "color": kit.ORANGE,
            "line": {"color": kit.INK, "width": 1},
        },
        hoverinfo="skip",
        showlegend=False,
    )
    height = int(rows.sum()) + _AXIS
    figure.update_yaxes(tickvals=places, ticktext=labels, range=[height - _AXIS, 0], showgrid=False)
    top = max(clipped(one.total + one.total_half) for one in drawn)
    figure.update_xaxes(
        title_text="share of the variance",
        tickformat=".0%",
        nticks=6,
        range=[-0.02, max(top, 0.2) * 1.04],
        zeroline=True,
    )
    table = Table.of(
        f"{title}: shares of the variance, with 95 % intervals",
        ("Factor", [name(one.factor) for one in factors]),
        ("In all (total)", [share_interval(one.total, one.total_half) for one in factors]),
        ("By itself (first order)", [share_interval(one.first, one.first_half) for one in factors]),
        *((head, [column(one.factor) for one in factors]) for head, column in about.items()),
    )
    narrow = [kit.cut_label(label, width // 2 + 4, 4) for label in names]
    small = {"height": height + 40, "labels": narrow, "font": 11}
    return kit.finish(figure, title, finding, table, height, narrow=small)


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
        colour, dash = kit.COLOURS[nth % len(kit.COLOURS)], "solid"
        if factor == CHANCE:
            colour, dash = kit.BLACK, "dot"
        shown = [*map(share_interval, values, halves)]
        figure.add_scatter(
            x=kit.rounded(x + 0.06 * (nth - len(factors) / 2)),
            y=kit.rounded([clipped(value) for value in values]),
            error_y=_whiskers(values, halves, colour),
            mode="lines+markers",
            name=kit.wrapped(name(factor), 40),
            line={"width": 1.5, "color": colour, "dash": dash},
            marker={"size": 7, "color": colour, "symbol": kit.SYMBOLS[nth % len(kit.SYMBOLS)]},
            hoverinfo="text",
            hovertext=[f"<b>{kit.plain(name(factor))}</b><br>{one}" for one in shown],
        )
        rows.append((name(factor), *shown))
    sizes = kit.as_texts(found.sizes, lambda size: f"{size:,.0f}")
    figure.update_xaxes(
        tickvals=list(x),
        ticktext=sizes,
        title_text="base samples",
        showgrid=False,
        range=[-0.4, len(x) - 0.6],
    )
    figure.update_yaxes(title_text="share in all", tickformat=".0%", nticks=6)
    header = ("Factor", *(f"{size} samples" for size in sizes))
    table = Table(f"{title}: share in all, with 95 % intervals", header, tuple(rows))
    return kit.finish(figure, title, finding, table, _HEIGHT, legend=True, beside=_HALF)


def effects_chart(
    found: Screening, output: int, unit: str, digits: int, title: str, finding: str, name: Name
) -> Chart:
    """Draw the size of each input's effect, and how much it hangs on all else."""
    size, spread = found.size[output], found.spread[output]
    order = [int(place) for place in np.argsort(-size, kind="stable")]
    strong, rest = order[:_NAMED], order[_NAMED:]
    figure = go.Figure()
    others = {"size": 6, "color": kit.RULE, "opacity": 0.85}
    groups: list[tuple[list[int], dict[str, Any]]] = [(rest, others)]
    for nth, place in enumerate(strong):
        groups.append(
            ([place], {"size": 10, "color": kit.COLOURS[nth], "symbol": kit.SYMBOLS[nth]})
        )
    for places, look in groups:
        names = [name(found.names[place]) for place in places]
        figure.add_scatter(
            x=_four_digits(size[places]),
            y=_four_digits(spread[places]),
            mode="markers",
            name=kit.wrapped(names[0], 40) if look is not others else None,
            showlegend=look is not others,
            marker=look,
            hoverinfo="text",
            hovertext=[
                f"<b>{kit.plain(label)}</b><br>moves it by {number(float(size[place]), digits)}"
                for label, place in zip(names, places, strict=True)
            ],
        )
    figure.update_xaxes(
        title_text=f"mean size of the effect ({unit})", rangemode="tozero", nticks=6
    )
    figure.update_yaxes(title_text="spread of the effects", rangemode="tozero", nticks=6)
    figure.update_layout(hovermode="closest")

    def shown(values: ArrayLike, sign: str = "") -> list[str]:
        return kit.as_texts(np.asarray(values)[order], lambda value: sign + number(value, digits))

    table = Table.of(
        f"{title} ({unit})",
        ("Number", [name(found.names[place]) for place in order]),
        ("Mean size", shown(size)),
        ("95 % interval", shown(found.half[output], "±")),
        ("Mean", shown(found.mean[output])),
        ("Spread", shown(spread)),
    )
    return kit.finish(figure, title, finding, table, _HEIGHT, legend=True, beside=_HALF)


def _colour(one: Share) -> str:
    if one.factor == CHANCE:
        return kit.MUTED
    return "#B5D6EC" if one.factor in (REST, OTHER) else kit.BLUE


def _whiskers(values: Iterable[float], halves: Iterable[float], colour: str) -> dict[str, Any]:
    """Whiskers from a share to the ends of its interval, none beyond what a share can be."""
    ends = list(zip(values, halves, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": 1.2,
        "width": 3,
        "array": kit.rounded([clipped(a + b) - clipped(a) for a, b in ends]),
        "arrayminus": kit.rounded([clipped(a) - clipped(a - b) for a, b in ends]),
    }


def _four_digits(values: ArrayLike) -> list[float]:
    """Numbers with four digits that count, however small the unit."""
    return [float(f"{value:.4g}") for value in np.asarray(values, dtype=np.float64)]
