"""Charts of governments and of trust, over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import shorten
from typing import Any

import numpy as np

from sim.analysis.lasting import Survival, Trusting, survivals, trusting
from sim.analysis.words import listing, month, number, percent, percents
from sim.report.chart import DATES, Chart, Table, go, iso, plain, rounded, styled
from sim.report.lasting import BELOW, LEGEND, Arm, more, rows_of
from sim.report.lines import more_below
from sim.report.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION
from sim.report.trajectories import WIDTHS

MOST_LINES, HEIGHT, LONGEST = 6, 320, 60
"""Most lines, pixels of a chart, and most letters of an entry of its legend."""
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("solid", "dash", "dot", "dashdot")


def governments_chart(arms: Sequence[Arm]) -> Chart | None:
    """Draw in what share of the runs the government of the start is still in office."""
    rows = rows_of(arms, lambda arm: survivals(arm.whole, arm.scenario.description))
    if not rows:
        return None
    ids = [*dict.fromkeys(one.id for _, one, _ in rows)]
    most = max(MOST_LINES * len(DASHES) // len(arms), 1)
    order = sorted(ids, key=lambda id: min(one.share[-1] for _, one, _ in rows if one.id == id))
    drawn = set(order[:most])
    figure = go.Figure()
    lines = [
        (label, one.share, nth, ids.index(one.id)) for label, one, nth in rows if one.id in drawn
    ]
    _draw(figure, lines, arms, percent, "still in office in {} of the runs", step=True)
    name = "How long governments stay"
    said = _stays(rows, arms) + more(len(ids), len(drawn), "government")
    figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%", title_text="still in office")
    _timed(figure, name, said, arms)
    return Chart(figure, name, said, _course_table(
        "Share of the runs in which the government of the start is still in office, by date",
        "Government", [(label, one.share) for label, one, _ in rows], arms, percent,
    ))  # fmt: skip


def _stays(rows: Sequence[tuple[str, Survival, int]], arms: Sequence[Arm]) -> str:
    if len(arms) > 1:
        gap, id = max((_apart([one.share for _, one, _ in rows if one.id == id]), id)
                      for id in {one.id for _, one, _ in rows})  # fmt: skip
        mine = [(one, arms[nth].name) for _, one, nth in rows if one.id == id]
        if not gap:
            return "Governments stay as long in all of them."
        ends = percents([float(one.share[-1]) for one, _ in mine])
        told = [f"in {end} of the runs with “{arm}”"
                for end, (_, arm) in zip(ends, mine, strict=True)]  # fmt: skip
        return (
            f"What differs most is how long the government of {mine[0][0].name} stays: that of "
            f"the start is still in office at the end {listing(told)}."
        )
    said = [f"{one.name} in {percent(float(one.share[-1]))}" for _, one, _ in rows[:MOST_LINES]]
    most = max((one for _, one, _ in rows), key=lambda one: one.changes)
    often = f"{number(most.changes, 1)} times in a run"
    return (
        "The government of the start is still in office at the end in so many of the runs: "
        f"{listing(said)}. On average it changes most often in {most.name}, {often}."
    )


def _apart(courses: Sequence[Any]) -> float:
    """How far courses lie apart at any time; those of different lengths as far as both go."""
    first = courses[0]
    gaps = [np.abs(one[: len(first)] - first[: len(one)]).max() for one in courses[1:]]
    return float(max(gaps, default=0.0))


def trust_chart(arms: Sequence[Arm]) -> Chart | None:
    """Draw trust by direction over time: where it moves most."""
    rows = rows_of(arms, lambda arm: trusting(arm.whole, arm.scenario.description))
    if not rows:
        return None
    ids = [*dict.fromkeys(one.id for _, one, _ in rows)]
    moved = {id: _told(rows, id, several=len(arms) > 1) for id in ids}
    drawn = sorted(ids, key=lambda id: -moved[id])[: max(MOST_LINES // len(arms), 2)]
    figure = go.Figure()
    lines = [(label, one.mean, nth, drawn.index(one.id)) for label, one, nth in rows
             if one.id in drawn]  # fmt: skip
    _draw(figure, lines, arms, _number, "trust {}", step=False)
    name = "Trust"
    said = _trusts(rows, arms, drawn) + more(len(ids), len(drawn), "direction")
    figure.update_yaxes(range=[-0.02, 1.02], title_text="trust (0 to 1)")
    _timed(figure, name, said, arms)
    return Chart(figure, name, said, _course_table(
        "Trust of the first in the second, means over the runs, by date",
        "Trust of", [(label, one.mean) for label, one, _ in rows], arms, _number,
    ))  # fmt: skip


def _told(rows: Sequence[tuple[str, Trusting, int]], id: str, *, several: bool) -> float:
    """What makes a direction worth drawing: how far it moves, or how far the arms part."""
    mine = [one for _, one, _ in rows if one.id == id]
    if several:
        return max(abs(float(one.mean[-1] - mine[0].mean[-1])) for one in mine)
    return mine[0].moved


def _trusts(
    rows: Sequence[tuple[str, Trusting, int]], arms: Sequence[Arm], drawn: Sequence[str]
) -> str:
    mine = [one for _, one, _ in rows if one.id == drawn[0]]
    if len(arms) > 1 and len(mine) > 1:
        ends = [f"{_number(float(one.mean[-1]))} with “{arms[nth].name}”"
                for _, one, nth in rows if one.id == drawn[0]]  # fmt: skip
        return f"Trust differs most, at the end, of {mine[0].name}: {listing(ends)}."
    start, end = (float(mine[0].mean[nth]) for nth in (0, -1))
    if not mine[0].moved:
        return "Trust stays where it is between all of them."
    verb = "rises" if end > start else "falls"
    return (
        f"Trust moves most of {mine[0].name}: on average it {verb} from {_number(start)} to "
        f"{_number(end)}."
    )


def _number(value: float) -> str:
    return number(value, 2)


Line = tuple[str, Any, int, int]
"""Label, values by round, place of the arm, place of the thing."""


def _draw(
    figure: Any,
    lines: Sequence[Line],
    arms: Sequence[Arm],
    show: Callable[[float], str],
    words: str,
    *,
    step: bool,
) -> None:
    """A line for each: things have colours, arms dashes; alone, things have both."""
    for label, values, arm, thing in lines:
        days = arms[arm].whole["until"].values
        dash = arm if len(arms) > 1 else thing // len(COLOURS)
        figure.add_scatter(
            x=iso(days), y=rounded(values, 4), mode="lines", name=plain(shorten(label, LONGEST)),
            line={
                "width": 2.5, "color": COLOURS[thing % len(COLOURS)],
                "dash": DASHES[dash % len(DASHES)], "shape": "vh" if step else "linear",
            },
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(label)}</b><br>{month(day)}: {words.format(show(float(value)))}"
                for day, value in zip(days, values, strict=True)
            ],
        )  # fmt: skip


def _timed(figure: Any, name: str, said: str, arms: Sequence[Arm]) -> None:
    days = max((iso(arm.whole["until"].values) for arm in arms), key=len)
    figure.update_xaxes(range=[days[0], days[-1]], **DATES)
    figure.update_layout(hovermode="closest", showlegend=True, legend=LEGEND)
    styled(figure, name, said, HEIGHT)
    wide, narrow = (more_below(figure, width) for width in WIDTHS)
    figure.update_layout(
        height=figure.layout.height + wide,
        margin={"b": BELOW + wide},
        meta={
            "height": HEIGHT + wide,
            "narrow": {"height": HEIGHT + narrow, "below": BELOW + narrow},
        },
    )
    figure.update_xaxes(automargin=False)


def _course_table(
    caption: str,
    head: str,
    rows: Sequence[tuple[str, Any]],
    arms: Sequence[Arm],
    show: Callable[[float], str],
) -> Table:
    dates = max((arm.whole["until"].values for arm in arms), key=len)
    return Table(
        caption,
        (head, *(str(day)[:7] for day in dates)),
        tuple(_cells(label, values, len(dates), show) for label, values in rows),
    )


def _cells(label: str, values: Any, length: int, show: Callable[[float], str]) -> tuple[str, ...]:
    shown = [show(float(value)) for value in np.asarray(values)]
    return (label, *shown, *["–"] * (length - len(shown)))
