"""Charts of what lasts: arrangements in force, and what became of promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import xarray as xr

from sim.reporting.chart import (
    BLUE,
    DATES,
    GRID,
    INK,
    PAPER,
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
    wrapped,
)
from sim.reporting.trajectories import WIDTHS
from sim.scenario.scenario import Scenario
from sim.statistics.lasting import (
    Apart,
    Courses,
    Delivered,
    Standing,
    apart,
    became,
    delivered,
    in_force,
    standings,
)
from sim.statistics.paired_difference import Z95
from sim.statistics.summary import complete
from sim.text import count, listing, month, number, percent, percents, sentence

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
    ("overdue", "overdue at the end", "#F2B8A0", "\\"),
    ("open", "not yet due at the end", GRID, ""),
)
"""What became of promises: key, words, colour, pattern."""


@dataclass(frozen=True, eq=False)
class Arm:
    """One scenario's runs, or those under one choice; without a name where there is only one.

    Attributes
    ----------
    against : Arm or None
        What it is held against, of the same runs.
    limit : float
        Half-width, in standard errors, of an interval that allows for all others of the page.
    """

    name: str
    data: xr.Dataset
    scenario: Scenario
    against: Arm | None = None
    limit: float = Z95

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


def gaps(
    arms: Sequence[Arm], read: Callable[[Arm], Courses], *, share: bool = False, whole: bool = False
) -> list[tuple[str, Arm, Apart]]:
    """What each arm differs in from the one that it is held against: label, arm, difference."""
    return [
        (label, arm, one)
        for arm in arms
        if arm.against is not None
        for label, one in apart(
            (arm.against.data, arm.data), (read(arm.against), read(arm)), arm.limit,
            share=share, whole=whole,
        ).items()
    ]  # fmt: skip


def most_apart(found: Sequence[tuple[str, Arm, Apart]]) -> tuple[str, Arm, Apart] | None:
    """The largest difference at the end that is clear, and large enough to be seen."""
    told = [row for row in found if row[2].told]
    return max(told, key=lambda row: abs(row[2].size)) if told else None


def none_apart(found: Sequence[tuple[str, Arm, Apart]], what: str) -> str:
    """Why no difference at the end is told."""
    if not any(one.size or one.clear for *_, one in found):
        return f"{sentence(what)}: at the end there is no difference."
    if any(one.clear for *_, one in found):
        return f"{sentence(what)}: no difference at the end is clear and large enough to be seen."
    return f"{sentence(what)}: these runs cannot tell the differences at the end from none."


FEW = 3
"""How many are drawn where nothing differs clearly: those that lie farthest apart."""


def drawn_apart(
    found: Sequence[tuple[str, Arm, Apart]], every: Sequence[str], most: int
) -> tuple[list[str], str]:
    """Which things are drawn of two or more arms, and a sentence on those that are not."""
    size: dict[str, float] = dict.fromkeys(every, 0.0)
    ever = set[str]()
    for label, _, one in found:
        if label in size:
            size[label] = max(size[label], abs(one.size))
            ever |= {label} if one.ever else set()
    compared = {label for label, *_ in found}
    ever |= set(every) - compared  # what only one of them has
    ranked = sorted(every, key=lambda label: (label not in ever, -size[label]))
    drawn = ranked[: min(len(ever), most) if ever else FEW]
    left = len(every) - len(drawn)
    if not left:
        return drawn, ""
    if not ever:
        return drawn, f" Drawn are the {len(drawn)} that lie farthest apart; the table has all."
    same = len(every) - len(ever)
    said = f" {same} of {len(every)} do not differ clearly at any time and are not drawn." * (
        same > 0
    )
    if len(drawn) < len(ever):
        said += f" Drawn are {len(drawn)} of the {len(ever)} that differ clearly at some time."
    return drawn, f"{said} The table has all."


Row = tuple[str, Any, int]


def under_labels(rows: Sequence[Row], arms: Sequence[Arm]) -> list[tuple[str, Row | None]]:
    """Rows with what is written beside each; of several arms, a line above with their common name.

    A row without bars is that line.
    """
    if len(arms) == 1:
        return [(row[0], row) for row in rows]
    found: list[tuple[str, Row | None]] = []
    last = None
    for row in rows:
        if row[1].id != last:
            found.append((f"{sentence(row[1].name)}:", None))
            last = row[1].id
        found.append((arms[row[2]].name, row))
    return found


def arrangements_chart(arms: Sequence[Arm]) -> Chart | None:
    """Draw arrangements as bands along time, as thick as the share of runs in which they stand."""
    rows = rows_of(arms, lambda arm: standings(arm.whole, arm.scenario.description))
    every = [*dict.fromkeys(one.id for _, one, _ in rows if one.ever)]
    rows = [row for row in rows if row[1].id in every]
    if not rows:
        return None
    most = max(MOST_BARS // len(arms), 1)
    if len(arms) > 1:
        found = gaps(arms, lambda arm: in_force(arm.data), whole=True)
        found = [row for row in found if row[0] in every]
        ids, left = drawn_apart(found, every, most)
        said = _in_force_apart(found, rows, arms) + left
    else:
        weight = {one.id: float((one.in_force + one.suspended).mean()) for _, one, _ in rows}
        ids = sorted(every, key=lambda id: (-weight[id], id))[:most]
        said = _in_force(rows) + more(len(every), len(ids), "arrangement")
    drawn = under_labels([row for row in rows if row[1].id in ids], arms)
    figure = go.Figure()
    for kind, words, colour, pattern in (
        ("in_force", "in force", BLUE, {}),
        ("suspended", "suspended", SKY, HATCH),
    ):
        figure.add_scatter(
            **_bands(drawn, arms, kind), mode="lines", line={"width": 0}, fill="toself",
            fillcolor=colour, fillpattern=pattern, name=words, hoverinfo="text", hoveron="points",
        )  # fmt: skip
    longest = max((arm.whole for arm in arms), key=lambda data: data.sizes["round"])
    dates = iso(longest["until"].values)
    figure.update_layout(
        shapes=[
            {
                "type": "rect", "x0": dates[0], "x1": iso(arms[row[2]].whole["until"].values)[-1],
                "y0": place - THICK / 2, "y1": place + THICK / 2, "layer": "below",
                "fillcolor": GRID, "line": {"width": 0},
            }
            for place, (_, row) in enumerate(drawn) if row
        ]
    )  # fmt: skip
    name = "What is in force"
    figure.update_layout(legend=LEGEND, showlegend=True, hovermode="closest")
    figure.update_xaxes(range=[dates[0], dates[-1]], **DATES)
    _shaped(figure, name, said, [label for label, _ in drawn])
    return Chart(figure, name, said, _standing_table(rows, arms))


def _bands(drawn: Sequence[tuple[str, Row | None]], arms: Sequence[Arm], kind: str) -> Any:
    """A closed band for each row: its edges at the dates of the states, with a gap after each."""
    x: list[str | None] = []
    y: list[float | None] = []
    told: list[str] = []
    for place, (_, row) in enumerate(drawn):
        if row is None or not getattr(row[1], kind).any():
            continue
        name, one, nth = row
        days = arms[nth].whole["until"].values
        below = one.in_force if kind == "suspended" else 0 * one.in_force
        foot = place + THICK / 2 - THICK * below
        top = foot - THICK * getattr(one, kind)
        said = [
            f"<b>{plain(name)}</b><br>{month(day)}: in force in {percent(float(here))} of the "
            f"runs, suspended in {percent(float(off))}"
            for day, here, off in zip(days, one.in_force, one.suspended, strict=True)
        ]
        x += [*iso(days), *reversed(iso(days)), None]
        y += [*rounded(top, 4), *reversed(rounded(foot, 4)), None]
        told += [*said, *reversed(said), ""]
    return {"x": x, "y": y, "hovertext": told}


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
        wide = [
            f"{one}<br>{plain(two)}" if two else one for one, two in zip(wide, more, strict=True)
        ]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(labels))), ticktext=wide,
        range=[len(labels) - 0.5, -0.5], showgrid=False,
    )  # fmt: skip
    styled(figure, name, said, 0)
    # A legend is no wider than the plot, which stands beside the labels.
    beside = [6 * max(len(line) for one in shown for line in one.split("<br>"))
              for shown in (wide, narrow)]  # fmt: skip
    below = [BELOW + more_below(figure, width - side)
             for width, side in zip(WIDTHS, beside, strict=True)]  # fmt: skip
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


def _in_force_apart(
    found: Sequence[tuple[str, Arm, Apart]], rows: Sequence[Row], arms: Sequence[Arm]
) -> str:
    """What differs most between arms, where it clearly does."""
    best = most_apart(found)
    if best is None:
        return none_apart(found, "what is in force")
    label, arm, one = best
    assert arm.against is not None  # it is held against something
    name = next(row.name for _, row, _ in rows if row.id == label)
    here, there = percents((one.changed, one.reference))
    return (
        f"What differs most at the end is “{name}”: in force in {here} of the runs with "
        f"“{arm.name}”, in {there} with “{arm.against.name}”."
    )


def _in_force(rows: Sequence[Row]) -> str:
    """What has changed most since the start, up and down."""
    said = []
    for sign, words in ((1, "in force in more of the runs"), (-1, "in force in fewer")):
        moved = max((one for _, one, _ in rows), key=lambda one: sign * _moved(one))
        if sign * _moved(moved) > 0:
            start, end = percents((float(moved.in_force[0]), float(moved.in_force[-1])))
            said.append(f"“{moved.name}” is {words} ({start} at the start, {end} at the end)")
    if not said:
        return "At the end the same is in force as at the start, in as many of the runs."
    return f"What changes most: {'; '.join(said)}."


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
    placed = under_labels([row for row in rows if row[1].id in drawn_ids], arms)
    drawn = [(place, *row) for place, (_, row) in enumerate(placed) if row]
    figure = go.Figure()
    for key, words, colour, pattern in BECAME:
        figure.add_bar(
            y=[place for place, *_ in drawn],
            x=rounded([100 * one.share(key) for _, _, one, _ in drawn], 1),
            orientation="h", name=words, hoverinfo="text",
            hovertext=[
                f"<b>{plain(name)}</b><br>{words}: {percent(one.share(key))} "
                f"({getattr(one, key):,} of {one.made:,} made)"
                for _, name, one, _ in drawn
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
    each = [_each(row[1], arms[row[2]]) if row else "" for _, row in placed]
    _shaped(figure, name, said, [label for label, _ in placed], each)
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


def _kept(rows: Sequence[Row], arms: Sequence[Arm]) -> str:
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
    levels = f"{sentence('; '.join(said))}."
    if len(arms) == 1:
        return levels
    return f"{promises_apart(arms) or 'These runs cannot tell the shares apart.'} {levels}"


def promises_apart(arms: Sequence[Arm]) -> str:
    """What became of promises, where that clearly and visibly differs; else empty."""
    found = gaps(arms, lambda arm: became(arm.data, arm.scenario), share=True)
    said = []
    for arm in arms:
        told = []
        for label, mine, one in found:
            if mine is arm and one.told:
                here, there = percents((one.changed, one.reference))
                words = next(words for key, words, *_ in BECAME if key == label)
                told.append(f"{here} (against {there}) are {words}")
        if told:
            said.append(f"Of the promises with “{arm.name}” {listing(told)}.")
    return " ".join(said)
