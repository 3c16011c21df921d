"""Each outcome and event along a swept parameter, with its uncertainty."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.reporting.chart import (
    BAND50,
    BAND90,
    BLACK,
    BLUE,
    INK,
    MUTED,
    PAPER,
    VERMILLION,
    Chart,
    Table,
    diverging,
    go,
    overlay,
    plain,
    rounded,
    sequential,
    styled,
    wrapped,
)
from sim.reporting.event_marks import top_over
from sim.reporting.trajectories import axis_range
from sim.scenario.schema import Description
from sim.studies.sweep.result import Course, Grid
from sim.studies.sweep.text import Axis, mark, mentions, over_grid
from sim.text import NBSP, sentence

# Each outcome and event over two swept parameters: a map, with the line where it flips.

MAP_HEIGHT = 400
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
        **place, colorscale=scale, zmin=low, zmax=high, hoverinfo="text",
        text=_map_hover(grid, axes),
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
    styled(figure, name, said, MAP_HEIGHT)
    figure.update_layout(
        margin={"t": figure.layout.margin.t + 10},
        meta={"height": MAP_HEIGHT, "above": 26, "narrow": {"height": MAP_HEIGHT - 40}},
    )
    return Chart(figure, name, said, _map_table(grid, axes))


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


def _map_hover(grid: Grid, axes: tuple[Axis, Axis]) -> list[list[str]]:
    first, second = axes
    return [
        [
            f"<b>{grid.item.show(float(grid.level[one, two]))}</b><br>"
            f"{plain(first.title)} {first.show(a)}<br>{plain(second.title)} {second.show(b)}"
            for one, a in enumerate(first.values)
        ]
        for two, b in enumerate(second.values)
    ]


def _map_table(grid: Grid, axes: tuple[Axis, Axis]) -> Table:
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


HEIGHT, SMALL = 340, 250
FINE = 6
"""Significant digits of a parameter's value in a drawing."""
NEAR = 0.15
"""Share of an axis beside its ends where a label stands inward of its value."""
LABELLED = 2
"""Most thresholds that are named in a chart: more stand in its finding."""


def course_chart(course: Course, moved: Axis, description: Description) -> Chart:
    """Draw an outcome's median and bands, or an event's probability, over the parameter.

    Parameters
    ----------
    course : Course
    moved : Axis
        The parameter.
    description : Description
        Gives the names.
    """
    item = course.item
    across = {"x": [float(f"{value:.{FINE}g}") for value in course.values]}
    figure = go.Figure()
    if course.inner is None:
        bands = [(course.outer, BAND50, f"95{NBSP}% interval")]
    else:
        bands = [
            (course.outer, BAND90, f"90{NBSP}% of runs"),
            (course.inner, BAND50, f"50{NBSP}% of runs"),
        ]
    digits = 4 if item.event else 3
    for (low, high), colour, name in bands:
        edge = {**across, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        figure.add_scatter(y=rounded(low, digits), showlegend=False, **edge)
        figure.add_scatter(
            y=rounded(high, digits), fill="tonexty", fillcolor=colour, name=name, **edge
        )
    figure.add_scatter(
        **across, y=rounded(course.level, digits), mode="lines+markers", name=_level(course),
        line={"width": 2.5, "color": BLUE}, marker={"size": 6, "color": BLUE},
        hoverinfo="text", hovertext=_hover(course, moved),
    )  # fmt: skip
    if item.measure is None:
        top = top_over(float(course.outer.max()))
        low_end, high_end = -0.02 * top, 1.02 * top
        figure.update_yaxes(
            title_text="probability", tickformat=".1%" if top < 0.1 else ".0%",
            tickvals=[0, top / 2, top],
        )  # fmt: skip
    else:
        drawn = course.outer.ravel()
        low_end, high_end = axis_range(drawn, item.measure)
        figure.update_yaxes(title_text=wrapped(item.measure.axis, 34))
    figure.update_yaxes(range=[low_end, high_end])
    _across(figure, item.at if item.at is not None and low_end < item.at < high_end else None)
    _uprights(figure, course, moved)
    said = mentions(course, moved, description)
    height = SMALL if item.event else HEIGHT
    name = sentence(item.name)
    styled(figure, name, said, height)
    over_axis(figure, moved)
    _legend(figure, height)
    return Chart(figure, name, said, _table(course, moved))


def over_axis(figure: Any, moved: Axis) -> None:
    """Give the parameter its axis, with a little room beside its ends."""
    room = 0.02 * (moved.values[-1] - moved.values[0])
    figure.update_xaxes(
        title_text=wrapped(moved.title, 48), showgrid=False, nticks=8,
        range=[moved.values[0] - room, moved.values[-1] + room],
    )  # fmt: skip


def inward(place: float, moved: Axis) -> str:
    """The side of a label that stands at a value: near an end it must not reach beyond it."""
    share = (place - moved.values[0]) / (moved.values[-1] - moved.values[0])
    return "left" if share < NEAR else "right" if share > 1 - NEAR else "center"


def _level(course: Course) -> str:
    return "probability" if course.item.event else "median"


def _across(figure: Any, at: float | None) -> None:
    """The mark, a dashed line across."""
    if at is not None:
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=at, y1=at, layer="below",
            line={"color": MUTED, "width": 1, "dash": "dash"},
        )  # fmt: skip


def _uprights(figure: Any, course: Course, moved: Axis) -> None:
    """The scenario's own value, dotted, and the thresholds."""
    settled = [one for one in course.thresholds if one.settled]
    marks = [
        (one.value, text, VERMILLION, "solid")
        for one, text in zip(settled, moved.finer(*(one.value for one in settled)), strict=True)
    ]
    if len(marks) > LABELLED:
        marks = []
    if moved.own is not None and moved.values[0] <= moved.own <= moved.values[-1]:
        marks.append((moved.own, f"scenario {moved.show(moved.own)}", INK, "dot"))
    # Two numbers close together would be written over one another: the second stands higher.
    near = 0.25 * (moved.values[-1] - moved.values[0])
    levels: list[tuple[float, int]] = []
    lines, labels = [], []
    for place, text, colour, dash in sorted(marks, key=lambda one: one[0]):
        taken = {level for before, level in levels if abs(before - place) < near}
        level = next(nth for nth in range(len(marks)) if nth not in taken)
        levels.append((place, level))
        lines.append(
            {
                "type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": colour, "width": 1.5, "dash": dash},
            }
        )  # fmt: skip
        labels.append(
            {
                "x": place, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 15 * level,
                "showarrow": False, "xanchor": inward(place, moved), "text": plain(text),
                "font": {"size": 12, "color": MUTED if dash == "dot" else colour},
                "bgcolor": PAPER,
            }
        )  # fmt: skip
    overlay(figure, shapes=lines, annotations=labels)


def _legend(figure: Any, height: int) -> None:
    above, below = 44, 78
    figure.update_layout(
        hovermode="closest",
        legend={
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left",
            "y": 0, "yref": "container", "yanchor": "bottom", "font": {"size": 11},
            "traceorder": "reversed", "itemclick": False, "itemdoubleclick": False,
        },
        margin={"t": figure.layout.margin.t + above, "b": below},
        meta={
            "height": height, "above": above,
            "narrow": {"height": height + 24, "below": below + 24},
        },
    )  # fmt: skip
    figure.update_xaxes(automargin=False)


def _hover(course: Course, moved: Axis) -> list[str]:
    show = course.item.show
    lines = []
    for nth, value in enumerate(course.values):
        low, high = (show(float(end[nth])) for end in course.outer)
        band = f"95{NBSP}% interval" if course.inner is None else f"90{NBSP}% of the runs"
        lines.append(
            f"<b>{_level(course)} {show(float(course.level[nth]))}</b> at "
            f"{moved.show(float(value))}<br>{band}: {low} to {high}"
        )
    return lines


def _table(course: Course, moved: Axis) -> Table:
    item, show = course.item, course.item.show
    bands = [course.outer] if course.inner is None else [course.inner, course.outer]
    shares = (95,) if course.inner is None else (50, 90)
    unit = "" if item.measure is None else f" ({item.measure.unit})"
    return Table(
        caption=f"{sentence(item.name)}{unit}, by {moved.name}",
        header=(
            moved.title,
            sentence(_level(course)),
            *(f"{share}{NBSP}% {end}" for share in shares for end in ("from", "to")),
        ),
        rows=tuple(
            (
                moved.show(float(value)),
                show(float(course.level[nth])),
                *(show(float(end[nth])) for band in bands for end in band),
            )
            for nth, value in enumerate(course.values)
        ),
    )
