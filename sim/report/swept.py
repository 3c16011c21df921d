"""Each outcome and event along a swept parameter, with its uncertainty."""

from __future__ import annotations

from typing import Any

from sim.analysis.swept import Course
from sim.analysis.words import NBSP, sentence
from sim.report.chart import Chart, Table, go, overlay, plain, rounded, styled, wrapped
from sim.report.palette import BAND50, BAND90, BLUE, INK, MUTED, PAPER, VERMILLION
from sim.report.swept_words import Axis, mentions
from sim.report.trajectories import axis_range
from sim.report.watched import top_over
from sim.scenario.schema import Description

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
