"""Charts of governments and of trust, over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from textwrap import shorten
from typing import Any

import numpy as np

from sim.reporting.chart import (
    BLUE,
    DATES,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Chart,
    Table,
    go,
    iso,
    more_below,
    plain,
    rounded,
    styled,
)
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.lasting_charts import (
    BELOW,
    LEGEND,
    Arm,
    Row,
    arrangements_chart,
    drawn_apart,
    gaps,
    more,
    most_apart,
    none_apart,
    promises_chart,
    rows_of,
)
from sim.reporting.trajectories import WIDTHS
from sim.statistics.lasting import (
    Apart,
    Survival,
    believed,
    still_in_office,
    survivals,
    trust,
    trusting,
)
from sim.text import enough, listing, month, number, percent, percents

HOW_TO_READ = {
    "arrangements": "How to read: time runs from left to right. A band is as thick as the share of "
    "the runs in which the arrangement is in force (blue), and above it, hatched, suspended; the "
    "grey behind it stands for all runs. Shares are those at the end of each round, joined by "
    "straight lines.",
    "promises": "How to read: each bar is a promise, made by a lever from one actor to another; "
    "its parts say what became of a hundred of them.",
    "governments": "How to read: each line begins with the government of the start in all runs, "
    "and goes down as it is voted out or falls. Shares are those at the end of each round, joined "
    "by straight lines.",
    "trust": "How to read: trust of the first in the second is the share of its promises that it "
    "expects to be kept. It moves as promises are kept or broken, and falls where an arrangement "
    "is broken off; memory fades. The lines are means over the runs; directions in which nothing "
    "can be promised, and no word was broken, are left out.",
}
"""A line below the finding of each chart of what lasts."""


MOST_LINES, HEIGHT, LONGEST = 6, 320, 60
"""Most lines, pixels of a chart, and most letters of an entry of its legend."""
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("solid", "dash", "dot", "dashdot")
THIN = 1.2
"""Width of the lines of things beyond the colours, where dashes tell the arms."""


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
    draw_lines(figure, lines, arms, percent, "still in office in {} of the runs")
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
        found = gaps(arms, lambda arm: still_in_office(arm.data, arm.scenario),
                     share=True, whole=True)  # fmt: skip
        best = most_apart(found)
        if best is None:
            return none_apart(found, "how long governments stay")
        id, arm, two = best
        assert arm.against is not None  # it is held against something
        here, there = percents((two.changed, two.reference))
        name = next(one.name for _, one, _ in rows if one.id == id)
        return (
            f"What differs most is how long the government of {name} stays: that of the start is "
            f"still in office at the end in {here} of the runs with “{arm.name}”, in {there} with "
            f"“{arm.against.name}”."
        )
    said = [f"{one.name} in {percent(float(one.share[-1]))}" for _, one, _ in rows[:MOST_LINES]]
    most = max((one for _, one, _ in rows), key=lambda one: one.changes)
    often = f"{number(most.changes, 1)} times in a run"
    return (
        "The government of the start is still in office at the end in so many of the runs: "
        f"{listing(said)}. On average it changes most often in {most.name}, {often}."
    )


def trust_chart(arms: Sequence[Arm]) -> Chart | None:
    """Draw trust by direction over time: where it moves most."""
    rows = rows_of(arms, lambda arm: trusting(arm.whole, arm.scenario.description))
    weighed = set[str]().union(*(believed(arm.scenario.description) for arm in arms))
    rows = [row for row in rows if row[1].id in weighed or row[1].tried]
    if not rows:
        return None
    ids = [*dict.fromkeys(one.id for _, one, _ in rows)]
    most = max(MOST_LINES // len(arms), 2)
    if len(arms) > 1:
        found = [row for row in gaps(arms, lambda arm: trust(arm.data)) if row[0] in ids]
        drawn, left = drawn_apart(found, ids, most)
        said = _trusts_apart(found, rows) + left
    else:
        drawn = sorted(ids, key=lambda id: -max(one.moved for _, one, _ in rows if one.id == id))
        drawn = drawn[:most]
        said = _trusts(rows, drawn[0]) + more(len(ids), len(drawn), "direction")
    figure = go.Figure()
    ways = list(permutations(sorted(arms[0].scenario.description.actors), 2))
    colour = {f"{one} to {two}": nth for nth, (one, two) in enumerate(ways)}
    lines = [(label, one.mean, nth, colour.get(one.id, 0)) for label, one, nth in rows
             if one.id in drawn]  # fmt: skip
    draw_lines(figure, lines, arms, _number, "trust {}")
    name = "Trust"
    figure.update_yaxes(range=[-0.02, 1.02], title_text="trust (0 to 1)")
    _timed(figure, name, said, arms)
    return Chart(figure, name, said, _course_table(
        "Trust of the first in the second, means over the runs, by date",
        "Trust of", [(label, one.mean) for label, one, _ in rows], arms, _number,
    ))  # fmt: skip


def _trusts_apart(found: Sequence[tuple[str, Arm, Apart]], rows: Sequence[Row]) -> str:
    """Whose trust differs most between arms, where it clearly does."""
    best = most_apart(found)
    if best is None:
        return none_apart(found, "trust")
    id, arm, two = best
    assert arm.against is not None  # it is held against something
    name = next(one.name for _, one, _ in rows if one.id == id)
    here, there = (number(value, enough((two.changed, two.reference), 2))
                   for value in (two.changed, two.reference))  # fmt: skip
    return (
        f"Trust differs most, at the end, of {name}: on average {here} with “{arm.name}”, {there} "
        f"with “{arm.against.name}”."
    )


def _trusts(rows: Sequence[Row], id: str) -> str:
    """Whose trust moves most."""
    one = next(one for _, one, _ in rows if one.id == id)
    if not one.moved:
        return "Trust stays where it is between all of them."
    start, end = (float(one.mean[nth]) for nth in (0, -1))
    digits = enough((start, end), 2)
    verb = "rises" if end > start else "falls"
    return (
        f"Trust moves most of {one.name}: on average it {verb} from {number(start, digits)} to "
        f"{number(end, digits)}."
    )


def _number(value: float) -> str:
    return number(value, 2)


Line = tuple[str, Any, int, int]
"""Label, values by round, place of the arm, place of the thing."""


def draw_lines(
    figure: Any,
    lines: Sequence[Line],
    arms: Sequence[Arm],
    show: Callable[[float], str],
    words: str,
) -> None:
    """A line for each: things have colours, arms dashes.

    What is beyond the colours has other dashes alone, and thin lines where arms have the dashes.
    """
    for label, values, arm, thing in lines:
        days = arms[arm].whole["until"].values
        dash = arm if len(arms) > 1 else thing // len(COLOURS)
        figure.add_scatter(
            x=iso(days), y=rounded(values, 4), mode="lines", name=plain(shorten(label, LONGEST)),
            line={
                "width": THIN if len(arms) > 1 and thing >= len(COLOURS) else 2.5,
                "color": COLOURS[thing % len(COLOURS)],
                "dash": DASHES[dash % len(DASHES)],
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


def lasting_exhibits(arms: Sequence[Arm]) -> tuple[Exhibit, ...]:
    """What lasts: arrangements, promises, governments and trust; nothing where nothing does.

    Parameters
    ----------
    arms : sequence of Arm
        One or more scenarios side by side; the first is the reference.
    """
    seen = [arm for arm in arms if arm.whole.sizes["run"]]
    makers: tuple[tuple[str, Callable[[Sequence[Arm]], Chart | None]], ...] = (
        ("arrangements", arrangements_chart),
        ("promises", promises_chart),
        ("governments", governments_chart),
        ("trust", trust_chart),
    )
    found = []
    for id, make in makers if seen else ():
        if chart := make(seen):
            plot = Plot(f"plot-{id}", chart)
            found.append(Exhibit(id, chart.name, chart.finding, (plot,), (HOW_TO_READ[id],)))
    return tuple(found)
