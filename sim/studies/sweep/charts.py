"""Each outcome and event along a swept parameter, with its uncertainty; or over two of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.reporting.outcome_charts import axis_range, probability_axis, top_over
from sim.scenario.schema import Description
from sim.studies.sweep.result import Course, Grid
from sim.studies.sweep.text import Axis, mark, mentions, over_grid
from sim.text import NBSP, sentence

# Each outcome and event over two swept parameters: a map, with the line where it flips.

_MAP_HEIGHT = 400
_TICKS = 9
"""Most values that are written along an axis."""
_STEPS = 9
"""Steps of a diverging scale."""
_LEAST = 0.1
"""Least share of a scale's half that its colours span: noise must not look like news."""
_FINE = 6
"""Significant digits of a parameter's value in a drawing."""
_DOTTED = {"color": kit.INK, "width": 1.5, "dash": "dot"}


def heat_chart(grid: Grid, axes: tuple[Axis, Axis]) -> Chart:
    """Draw an outcome's median, or an event's probability, over two parameters.

    Parameters
    ----------
    axes : (Axis, Axis)
        Across and upward.
    """
    item, (first, second) = grid.item, axes
    level = [kit.rounded(row, 4 if item.event else 3) for row in grid.level.T]
    shown = [kit.as_texts(row, item.show) for row in grid.level.T]
    across, upward = (
        kit.as_texts(first.values, first.show),
        kit.as_texts(second.values, second.show),
    )
    scale, low, high = _scale(grid)
    place = {"x": _drawn(first), "y": _drawn(second), "z": level}
    share = ".0%" if high > 0.1 else ".1%"
    figure = go.Figure()
    figure.add_heatmap(
        **place,
        colorscale=scale,
        zmin=low,
        zmax=high,
        hoverinfo="text",
        text=[
            [
                f"<b>{level}</b><br>{kit.plain(first.title)} {a}<br>{kit.plain(second.title)} {b}"
                for level, a in zip(row, across, strict=True)
            ]
            for row, b in zip(shown, upward, strict=True)
        ],
        colorbar={
            "thickness": 12,
            "outlinewidth": 0,
            "len": 1,
            "nticks": 6,
            "tickformat": share if item.event else None,
        },
    )
    if lined(grid):
        figure.add_contour(
            **place,
            showscale=False,
            hoverinfo="skip",
            line={"width": 2.5, "color": kit.BLACK, "smoothing": 0},
            contours={"coloring": "none", "start": item.at, "end": item.at, "size": 1},
        )
    # The scenario's own values, dotted.
    if (own := first.own_within) is not None:
        _upright(figure, first, own, f"scenario {first.show(own)}", _DOTTED, kit.INK)
    if second.own_within is not None:
        figure.add_hline(second.own_within, line=_DOTTED)
    figure.update_xaxes(title_text=kit.wrapped(first.title, 48), **_marked(first))
    figure.update_yaxes(title_text=kit.wrapped(second.title, 40), **_marked(second))
    figure.update_layout(hovermode="closest", showlegend=False)
    what = "probability" if item.event else "median at the end"
    table = Table(
        f"{sentence(item.name)}, {what}: down {second.name}, across {first.name}",
        (second.title, *across),
        tuple((value, *row) for value, row in reversed([*zip(upward, shown, strict=True)])),
    )
    said, narrow = over_grid(grid, axes), {"height": _MAP_HEIGHT - 40}
    return kit.finish(
        figure, sentence(item.name), said, table, _MAP_HEIGHT, above=26, narrow=narrow
    )


def _drawn(moved: Axis) -> list[float]:
    """A parameter's values as numbers of a drawing."""
    return [float(f"{value:.{_FINE}g}") for value in moved.values]


def _marked(moved: Axis) -> dict[str, Any]:
    """An axis from the first value to the last, marked at values that were run only."""
    marked = moved.values[:: math.ceil(len(moved.values) / _TICKS)]
    return {
        "showgrid": False,
        "range": [moved.values[0], moved.values[-1]],
        "tickmode": "array",
        "tickvals": list(marked),
        "ticktext": [*map(moved.show, marked)],
    }


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


def _scale(grid: Grid) -> tuple[list[list[float | str]], float, float]:
    """Two hues about a mark, or one from least to most; and the ends of the scale."""
    item, level = grid.item, grid.level
    if item.measure is None or item.mark is None:
        colours = [colour for _, colour in kit.sequential(conflict=False)]
        scale = [[nth / (len(colours) - 1), one] for nth, one in enumerate(colours)]
        if item.measure is None:
            return scale, 0.0, top_over(float(level.max()))
        return scale, *axis_range(level.ravel(), item.measure)
    half = max(float(np.abs(level - item.mark.at).max()), _LEAST * 20 * item.mark.margin)
    # Blue is friendly: a tension above its mark is not.
    turned = -1.0 if item.mark.kind == "tension" else 1.0
    scale = [
        [float((place + 1) / 2), kit.diverging(turned * float(place))]
        for place in np.linspace(-1, 1, _STEPS)
    ]
    return scale, item.mark.at - half, item.mark.at + half


# Each along one swept parameter.

_HEIGHT, _SMALL = 340, 250
_NEAR = 0.15
"""Share of an axis beside its ends where a label stands inward of its value."""
_LABELLED = 2
"""Most thresholds that are named in a chart: more stand in its finding."""


def course_chart(course: Course, moved: Axis, description: Description) -> Chart:
    """Draw an outcome's median and bands, or an event's probability, over the parameter.

    Parameters
    ----------
    moved : Axis
        The parameter.
    description : Description
        Gives the names.
    """
    item, x, values = course.item, _drawn(moved), kit.as_texts(course.values, moved.show)
    digits, level = (4, "probability") if item.event else (3, "median")
    bands = [(95, course.outer, kit.BAND50, "interval")]
    if course.inner is not None:
        bands = [
            (90, course.outer, kit.BAND90, "of runs"),
            (50, course.inner, kit.BAND50, "of runs"),
        ]
    figure = go.Figure()
    for share, (low, high), colour, words in bands:
        kit.band(figure, x, (low, high), colour, f"{share}{NBSP}% {words}", digits=digits)
    middle = kit.as_texts(course.level, item.show)
    columns = [(moved.title, values), (sentence(level), middle)]
    for share, ends, *_ in reversed(bands):
        shown = [kit.as_texts(end, item.show) for end in ends]
        heads = (f"{share}{NBSP}% {end}" for end in ("from", "to"))
        columns += zip(heads, shown, strict=True)
    wide = f"95{NBSP}% interval" if course.inner is None else f"90{NBSP}% of the runs"
    hover = [
        f"<b>{level} {one}</b> at {value}<br>{wide}: {low} to {high}"
        for one, value, low, high in zip(middle, values, *shown, strict=True)
    ]
    kit.line(figure, x, course.level, hover, kit.BLUE, level, symbol="circle", digits=digits)
    if item.measure is None:
        low_end, high_end = probability_axis(figure, top_over(float(course.outer.max())))
    else:
        low_end, high_end = axis_range(course.outer.ravel(), item.measure)
        figure.update_yaxes(
            title_text=kit.wrapped(item.measure.axis, 34), range=[low_end, high_end]
        )
    if item.at is not None and low_end < item.at < high_end:
        figure.add_hline(
            item.at, line={"color": kit.MUTED, "width": 1, "dash": "dash"}, layer="below"
        )
    _uprights(figure, course, moved)
    room = 0.02 * (moved.values[-1] - moved.values[0])
    figure.update_xaxes(
        title_text=kit.wrapped(moved.title, 48),
        showgrid=False,
        nticks=8,
        range=[moved.values[0] - room, moved.values[-1] + room],
    )
    figure.update_layout(hovermode="closest", legend_traceorder="reversed")
    unit = "" if item.measure is None else f" ({item.measure.unit})"
    name, said = sentence(item.name), mentions(course, moved, description)
    table = Table.of(f"{name}{unit}, by {moved.name}", *columns)
    height = _SMALL if item.event else _HEIGHT
    return kit.finish(figure, name, said, table, height, above=44, legend=True)


def _uprights(figure: Any, course: Course, moved: Axis) -> None:
    """The scenario's own value, dotted, and the thresholds."""
    settled = [one for one in course.thresholds if one.settled]
    marks = [
        (one.value, text, {"color": kit.VERMILLION, "width": 1.5, "dash": "solid"}, kit.VERMILLION)
        for one, text in zip(settled, moved.finer(*(one.value for one in settled)), strict=True)
    ]
    if len(marks) > _LABELLED:
        marks = []
    if (own := moved.own_within) is not None:
        marks.append((own, f"scenario {moved.show(own)}", _DOTTED, kit.MUTED))
    # Two numbers close together would be written over one another: the second stands higher.
    near = 0.25 * (moved.values[-1] - moved.values[0])
    levels: list[tuple[float, int]] = []
    for place, text, look, colour in sorted(marks, key=lambda one: one[0]):
        taken = {level for before, level in levels if abs(before - place) < near}
        level = next(nth for nth in range(len(marks)) if nth not in taken)
        levels.append((place, level))
        _upright(figure, moved, place, text, look, colour, level)


def _upright(
    figure: Any,
    moved: Axis,
    place: float,
    text: str,
    look: dict[str, Any],
    colour: str,
    level: int = 0,
) -> None:
    """A line at a value of the parameter, its label above it; near an end it stands inward."""
    values = moved.values
    share = (place - values[0]) / (values[-1] - values[0])
    side = "left" if share < _NEAR else "right" if share > 1 - _NEAR else "center"
    figure.add_vline(place, line=look)
    label = {"x": place, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 15 * level}
    text_look = {"font": {"color": colour}, "bgcolor": kit.PAPER}
    kit.overlay(
        figure, annotations=[{**label, "xanchor": side, "text": kit.plain(text), **text_look}]
    )
