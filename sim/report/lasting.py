"""Charts of what lasts: arrangements in force, and what became of promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import xarray as xr

from sim.analysis.lasting import (
    Delivered,
    Standing,
    delivered,
    standings,
)
from sim.analysis.summary import complete
from sim.analysis.words import count, listing, month, number, percent, percents, sentence
from sim.report.chart import DATES, Chart, Table, go, iso, plain, rounded, styled, wrapped
from sim.report.lines import more_below
from sim.report.palette import BLUE, GRID, INK, PAPER, SKY, VERMILLION
from sim.report.trajectories import WIDTHS
from sim.scenario.scenario import Scenario

MOST_BARS = 24
"""Most rows that a chart draws; its table has all."""
THICK = 0.8
"""What a bar takes of its row where it is in force in all runs."""
ROW, BELOW = 26, 76
"""Pixels of a row, and of what stands below a chart: dates and a line of legend."""
LABEL, NARROW_LABEL = 46, 26
"""Most letters in a line of a row's label, on a desk and on a phone."""
HATCH = {"shape": "/", "fillmode": "overlay", "size": 6, "solidity": 0.3, "fgcolor": INK}
BECAME = (
    ("kept", "kept in time", BLUE, ""),
    ("late", "delivered late", "#9CCBEA", "/"),
    ("broken", "broken", VERMILLION, "x"),
    ("open", "still open at the end", GRID, ""),
)
"""What became of promises: key, words, colour, pattern."""


@dataclass(frozen=True, eq=False)
class Arm:
    """One scenario's runs, or those under one choice; without a name where there is only one."""

    name: str
    data: xr.Dataset
    scenario: Scenario

    @cached_property
    def whole(self) -> xr.Dataset:
        """The runs that did not fail."""
        return complete(self.data)


def rows_of(arms: Sequence[Arm], of: Callable[[Arm], Sequence[Any]]) -> list[tuple[str, Any, int]]:
    """Each thing in each arm: its label, itself, and the arm's place; things in their order."""
    by_id: dict[str, list[tuple[str, Any, int]]] = {}
    for place, arm in enumerate(arms):
        for one in of(arm):
            name = sentence(one.name) + (f" · {arm.name}" if arm.name else "")
            by_id.setdefault(one.id, []).append((name, one, place))
    return [row for rows in by_id.values() for row in rows]


def arrangements_chart(arms: Sequence[Arm]) -> Chart | None:
    """Draw arrangements as bars along time, as thick as the share of runs in which they stand."""
    rows = rows_of(arms, lambda arm: standings(arm.whole, arm.scenario.description))
    every = {one.id for _, one, _ in rows if one.ever}
    rows = [row for row in rows if row[1].id in every]
    if not rows:
        return None
    weight = {
        id: max(float((one.in_force + one.suspended).mean()) for _, one, _ in rows if one.id == id)
        for id in every
    }
    most = max(MOST_BARS // len(arms), 1)
    drawn_ids = set(sorted(every, key=lambda id: (-weight[id], id))[:most])
    drawn = [row for row in rows if row[1].id in drawn_ids]
    longest = max((arm.whole for arm in arms), key=lambda data: data.sizes["round"])
    figure = go.Figure()
    for kind, words, colour, pattern in (
        ("in_force", "in force", BLUE, {}),
        ("suspended", "suspended", SKY, HATCH),
    ):
        x, width, base, height, told = [], [], [], [], []
        for place, (name, one, nth) in enumerate(drawn):
            data = arms[nth].whole
            for round in range(1, data.sizes["round"]):
                begin, end = (data[key].values[round].astype("datetime64[ms]") for key in _DAYS)
                share = float(getattr(one, kind)[round])
                x.append(str(begin + (end - begin) / 2))
                width.append(float((end - begin).astype(int)))
                below = float(one.in_force[round]) if kind == "suspended" else 0.0
                base.append(place + THICK / 2 - THICK * below)
                height.append(-THICK * share)
                told.append(
                    f"<b>{plain(name)}</b><br>{month(end)}: in force in "
                    f"{percent(float(one.in_force[round]))} of the runs, suspended in "
                    f"{percent(float(one.suspended[round]))}"
                )
        figure.add_bar(
            x=x, y=rounded(height, 4), base=rounded(base, 4), width=width, name=words,
            marker={"color": colour, "line": {"width": 0}, "pattern": pattern},
            hoverinfo="text", hovertext=told,
        )  # fmt: skip
    dates = iso(longest["until"].values)
    figure.update_layout(
        shapes=[
            {
                "type": "rect", "x0": dates[0], "x1": iso(arms[nth].whole["until"].values)[-1],
                "y0": place - THICK / 2, "y1": place + THICK / 2, "layer": "below",
                "fillcolor": GRID, "line": {"width": 0},
            }
            for place, (_, _, nth) in enumerate(drawn)
        ]
    )  # fmt: skip
    labels = [name for name, _, _ in drawn]
    name = "What is in force"
    said = _in_force(rows, arms) + more(len(every), len(drawn_ids), "arrangement")
    figure.update_layout(barmode="overlay", bargap=0, legend=LEGEND)
    figure.update_xaxes(range=[dates[0], dates[-1]], **DATES)
    _shaped(figure, name, said, labels)
    return Chart(figure, name, said, _standing_table(rows, arms))


_DAYS = ("from", "until")
LEGEND = {
    "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0,
    "yref": "container", "yanchor": "bottom", "font": {"size": 12},
    "itemclick": False, "itemdoubleclick": False, "traceorder": "normal",
}  # fmt: skip


def _shaped(
    figure: Any, name: str, said: str, labels: Sequence[str], more: Sequence[str] = ()
) -> None:
    """Give a chart of rows its size: each label has the lines that it needs.

    What there is ``more`` of a row stands under its label, but not on a phone.
    """
    wide, narrow = ([wrapped(one, size) for one in labels] for size in (LABEL, NARROW_LABEL))
    if more:
        wide = [f"{one}<br>{plain(two)}" for one, two in zip(wide, more, strict=True)]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(labels))), ticktext=wide,
        range=[len(labels) - 0.5, -0.5], showgrid=False,
    )  # fmt: skip
    styled(figure, name, said, 0)
    below = [BELOW + more_below(figure, width) for width in WIDTHS]
    wide_height, narrow_height = (
        20 + under + len(labels) * max(ROW, 15 * max(one.count("<br>") + 1 for one in shown))
        for under, shown in zip(below, (wide, narrow), strict=True)
    )
    figure.update_yaxes(tickfont={"size": 11, "color": INK}, ticks="")
    figure.update_layout(
        height=figure.layout.height + wide_height,
        margin={"b": below[0]},
        meta={
            "height": wide_height,
            "narrow": {
                "height": narrow_height, "labels": narrow, "font": 10, "below": below[1],
            },
        },
    )  # fmt: skip
    figure.update_xaxes(automargin=False)


def more(all_: int, drawn: int, noun: str) -> str:
    """Say that a chart leaves some out; empty where it has all."""
    if drawn == all_:
        return ""
    return f" Drawn are {drawn} of {count(all_, noun)}; the table has all."


def _in_force(rows: Sequence[tuple[str, Standing, int]], arms: Sequence[Arm]) -> str:
    """What stands at the end, and what has changed most; or what differs most between two."""
    if len(arms) > 1:
        mine = {one.id: one for _, one, place in rows if place == 0}
        pairs = [
            (float(one.in_force[-1] - mine[one.id].in_force[-1]), one, place)
            for _, one, place in rows
            if place and one.id in mine
        ]
        gap, one, place = max(pairs, key=lambda row: abs(row[0]), default=(0.0, None, 0))
        if one is None or not gap:
            return "At the end the same is in force in as many runs."
        here, there = percents((float(one.in_force[-1]), float(mine[one.id].in_force[-1])))
        return (
            f"What differs most at the end is “{one.name}”: in force in {here} of the runs with "
            f"“{arms[place].name}”, in {there} with “{arms[0].name}”."
        )
    most = max((one for _, one, _ in rows), key=lambda one: float(one.in_force[-1]))
    moved = max((one for _, one, _ in rows), key=lambda one: abs(_moved(one)))
    said = (
        f"At the end “{most.name}” is in force in {percent(float(most.in_force[-1]))} of the runs"
    )
    if not _moved(moved):
        return f"{said}, as at the start; nothing else has changed in its share."
    start, end = percents((float(moved.in_force[0]), float(moved.in_force[-1])))
    if moved is most:
        return f"{said}, from {start} at the start: no other changes more, or is in force in more."
    return f"{said}, more than any other; most has changed “{moved.name}”, from {start} to {end}."


def _moved(one: Standing) -> float:
    return float(one.in_force[-1] - one.in_force[0])


def _standing_table(rows: Sequence[tuple[str, Standing, int]], arms: Sequence[Arm]) -> Table:
    longest = max((arm.whole for arm in arms), key=lambda data: data.sizes["round"])
    dates = longest["until"].values
    cells = []
    for name, one, _ in rows:
        shown = [
            percent(float(a)) + (f" (+{percent(float(b))})" if b else "")
            for a, b in zip(one.in_force, one.suspended, strict=True)
        ]
        cells.append((name, *shown, *["–"] * (len(dates) - len(shown))))
    caption = "Share of the runs in which each is in force (suspended), by date"
    return Table(caption, ("Arrangement", *(str(day)[:7] for day in dates)), tuple(cells))


def promises_chart(arms: Sequence[Arm]) -> Chart | None:
    """Draw what became of a hundred promises of each kind."""
    rows = rows_of(arms, lambda arm: delivered(arm.whole, arm.scenario))
    made = {one.id for _, one, _ in rows if one.made}
    rows = [row for row in rows if row[1].id in made]
    if not rows:
        return None
    number_made = {id: sum(one.made for _, one, _ in rows if one.id == id) for id in made}
    most = max(MOST_BARS // len(arms), 1)
    drawn_ids = set(sorted(made, key=lambda id: (-number_made[id], id))[:most])
    drawn = [row for row in rows if row[1].id in drawn_ids]
    figure = go.Figure()
    for key, words, colour, pattern in BECAME:
        figure.add_bar(
            y=list(range(len(drawn))), x=rounded([100 * one.share(key) for _, one, _ in drawn], 1),
            orientation="h", name=words, hoverinfo="text",
            hovertext=[
                f"<b>{plain(name)}</b><br>{words}: {percent(one.share(key))} "
                f"({getattr(one, key):,} of {one.made:,} made)"
                for name, one, _ in drawn
            ],
            marker={
                "color": colour, "line": {"color": PAPER, "width": 0.5},
                "pattern": HATCH | {"shape": pattern, "fgopacity": 0.5},
            },
        )  # fmt: skip
    figure.update_xaxes(title_text="of a hundred that were made", range=[0, 100], nticks=6)
    figure.update_layout(barmode="stack", bargap=0.3, legend=LEGEND)
    name = "What became of promises"
    said = _kept(rows, arms) + more(len(made), len(drawn_ids), "promise")
    each = [_each(one, arms[nth]) for _, one, nth in drawn]
    _shaped(figure, name, said, [label for label, *_ in drawn], each)
    table = Table(
        "Promises of all runs: how many were made, and what became of them",
        ("Promise", "Made", *(sentence(words) for _, words, _, _ in BECAME)),
        tuple(
            (label, f"{one.made:,}", *(f"{getattr(one, key):,}" for key, *_ in BECAME))
            for label, one, _ in rows
        ),
    )
    return Chart(figure, name, said, table)


def _each(one: Delivered, arm: Arm) -> str:
    """How many were made in a run, on average."""
    return f"{number(one.made / arm.whole.sizes['run'], 1)} made in a run"


def _kept(rows: Sequence[tuple[str, Delivered, int]], arms: Sequence[Arm]) -> str:
    said = []
    for place, arm in enumerate(arms):
        mine = [one for _, one, nth in rows if nth == place]
        made = sum(one.made for one in mine)
        if not made:
            said.append(f"no promise is made{f' with “{arm.name}”' if arm.name else ''}")
            continue
        parts = percents([sum(getattr(one, key) for one in mine) / made for key, *_ in BECAME])
        told = [f"{part} are {words}" for part, (_, words, _, _) in zip(parts, BECAME, strict=True)]
        said.append((f"with “{arm.name}” " if arm.name else "of all promises ") + listing(told))
    return f"{sentence('; '.join(said))}."
