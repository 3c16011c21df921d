"""Each outcome and event over two swept parameters: a map, with the line where it flips."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.analysis.swept import Grid
from sim.analysis.words import sentence
from sim.report.chart import Chart, Table, go, overlay, plain, rounded, styled, wrapped
from sim.report.palette import BLACK, INK, PAPER, diverging, sequential
from sim.report.swept import FINE, inward
from sim.report.swept_words import Axis, mark, over_grid
from sim.report.trajectories import axis_range
from sim.report.watched import top_over
from sim.scenario.schema import Description

HEIGHT = 400
TICKS = 9
"""Most values that are written along an axis."""
STEPS = 9
"""Steps of a diverging scale."""
LEAST = 0.1
"""Least share of a scale's half that its colours span: noise must not look like news."""

Scale = list[list[float | str]]


def heat_chart(grid: Grid, axes: tuple[Axis, Axis], description: Description) -> Chart:
    """Draw an outcome's median, or an event's probability, over two parameters.

    Parameters
    ----------
    grid : Grid
    axes : (Axis, Axis)
        Across and upward.
    description : Description
        Gives the names.
    """
    item, (first, second) = grid.item, axes
    digits = 4 if item.event else 3
    level = [rounded(row, digits) for row in grid.level.T]
    place = {
        "x": [float(f"{value:.{FINE}g}") for value in first.values],
        "y": [float(f"{value:.{FINE}g}") for value in second.values],
        "z": level,
    }
    scale, low, high = _colours(grid)
    figure = go.Figure()
    figure.add_heatmap(
        **place, colorscale=scale, zmin=low, zmax=high, hoverinfo="text", text=_hover(grid, axes),
        colorbar={
            "thickness": 12, "outlinewidth": 0, "len": 1, "tickfont": {"size": 12, "color": INK},
            "nticks": 6, **({"tickformat": ".0%" if high > 0.1 else ".1%"} if item.event else {}),
        },
    )  # fmt: skip
    if lined(grid):
        figure.add_contour(
            **place, showscale=False, hoverinfo="skip",
            line={"width": 2.5, "color": BLACK, "smoothing": 0},
            contours={
                "coloring": "none", "start": item.at, "end": item.at, "size": 1,
                "showlabels": False,
            },
        )  # fmt: skip
    _own(figure, axes)
    figure.update_xaxes(title_text=wrapped(first.title, 48), **_ends(first))
    figure.update_yaxes(title_text=wrapped(second.title, 40), **_ends(second))
    figure.update_layout(hovermode="closest", showlegend=False)
    said = over_grid(grid, axes, description)
    name = sentence(item.name)
    styled(figure, name, said, HEIGHT)
    figure.update_layout(
        margin={"t": figure.layout.margin.t + 10},
        meta={"height": HEIGHT, "above": 26, "narrow": {"height": HEIGHT - 40}},
    )
    return Chart(figure, name, said, _table(grid, axes))


def _ends(moved: Axis) -> dict[str, Any]:
    """An axis from the first value to the last, marked at values that were run only."""
    marked = moved.values[:: math.ceil(len(moved.values) / TICKS)]
    return {
        "showgrid": False, "range": [moved.values[0], moved.values[-1]],
        "tickmode": "array", "tickvals": list(marked), "ticktext": [*map(moved.show, marked)],
    }  # fmt: skip


def lined(grid: Grid) -> bool:
    """Whether the map has a line: where the level surely passes its mark somewhere."""
    return any(one.settled for one in grid.thresholds)


def key(grid: Grid) -> str:
    """Say what the colours and the line mean."""
    item = grid.item
    if item.at is None:
        return "Darker is more."
    line = f"; the black line is where it passes {mark(item)}" if lined(grid) else ""
    if item.event:
        return f"Darker is likelier{line}."
    return f"Grey is {mark(item)}, the middle of its scale{line}."


def _colours(grid: Grid) -> tuple[Scale, float, float]:
    """Two hues about a mark, or one from least to most."""
    item, level = grid.item, grid.level
    if item.measure is None or item.mark is None:
        colours = [colour for _, colour in sequential(conflict=False)]
        scale: Scale = [[nth / (len(colours) - 1), one] for nth, one in enumerate(colours)]
        if item.measure is None:
            return scale, 0.0, top_over(float(level.max()))
        return scale, *axis_range(level.ravel(), item.measure)
    half = max(float(np.abs(level - item.mark.at).max()), LEAST * 20 * item.mark.margin)
    # Blue is friendly: a tension above its mark is not.
    turned = -1.0 if item.mark.kind == "tension" else 1.0
    scale = [
        [float((place + 1) / 2), diverging(turned * float(place))]
        for place in np.linspace(-1, 1, STEPS)
    ]
    return scale, item.mark.at - half, item.mark.at + half


def _own(figure: Any, axes: tuple[Axis, Axis]) -> None:
    """The scenario's own values, dotted."""
    lines = [
        {
            "type": "line", "line": {"color": INK, "width": 1.5, "dash": "dot"},
            f"{name}0": axis.own, f"{name}1": axis.own,
            f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper",
        }
        for axis, name, other in zip(axes, "xy", "yx", strict=True)
        if axis.own is not None and axis.values[0] <= axis.own <= axis.values[-1]
    ]  # fmt: skip
    overlay(figure, shapes=lines)
    first = axes[0]
    if first.own is not None and first.values[0] <= first.own <= first.values[-1]:
        figure.add_annotation(
            x=first.own, y=1, yref="paper", yanchor="bottom", showarrow=False,
            xanchor=inward(first.own, first),
            text=plain(f"scenario {first.show(first.own)}"), font={"size": 12, "color": INK},
            bgcolor=PAPER,
        )  # fmt: skip


def _hover(grid: Grid, axes: tuple[Axis, Axis]) -> list[list[str]]:
    first, second = axes
    return [
        [
            f"<b>{grid.item.show(float(grid.level[one, two]))}</b><br>"
            f"{plain(first.title)} {first.show(a)}<br>{plain(second.title)} {second.show(b)}"
            for one, a in enumerate(first.values)
        ]
        for two, b in enumerate(second.values)
    ]


def _table(grid: Grid, axes: tuple[Axis, Axis]) -> Table:
    """The map as numbers, its top row first."""
    first, second = axes
    what = "probability" if grid.item.event else "median at the end"
    return Table(
        caption=(
            f"{sentence(grid.item.name)}, {what}: down {second.name}, across {first.name}"
        ),
        header=(second.title, *(first.show(value) for value in first.values)),
        rows=tuple(
            (
                second.show(value),
                *(grid.item.show(float(level)) for level in grid.level[:, nth]),
            )
            for nth, value in reversed(list(enumerate(second.values)))
        ),
    )  # fmt: skip
