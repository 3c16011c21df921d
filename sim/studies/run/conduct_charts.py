"""Who pulled which lever, toward whom and when, and how much of it was conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.reporting.chart import (
    DATES,
    INK,
    PAPER,
    QUAD,
    QUAD_PATTERN,
    RULE,
    Chart,
    Table,
    go,
    iso,
    overlay,
    plain,
    rounded,
    sequential,
    styled,
    wrapped,
)
from sim.scenario.cameo import QUAD_CLASSES, is_conflict
from sim.scenario.schema import Description
from sim.statistics.conduct import ActorUse, Conduct, LeverUse, ends_of
from sim.text import listing, month, number, percent, percents, sentence

LABEL, NARROW_LABEL = 46, 26
"""Most letters in a line of a lever's label, on a desk and on a phone."""
FEWEST = 4
"""Rows that a heat map is high at least, so that its dates have room."""

MOST_WAYS = 40
"""Most directions, from one actor to another, that a chart draws; its table has all."""
MOST_ACTORS = 24
"""Most actors whose levers are drawn period by period."""
UPRIGHT = 2
"""Most columns whose labels stand upright side by side, on a phone too."""


def use_chart(use: LeverUse, description: Description) -> Chart:
    """Draw how often each actor used each lever toward each other."""
    order = sorted(
        (place for place in range(len(use.levers)) if use.done[:, place].any()),
        key=lambda place: (
            is_conflict(description.levers[use.levers[place]]),
            -use.done[:, place].sum(),
        ),
    )
    levers = [use.levers[place] for place in order]
    every = [_direction(name, description) for name in use.directions]
    ways = _busiest_ways(use.done.sum(axis=1))
    columns = [every[way] for way in ways]
    done, proposed = use.done[:, order], use.proposed[:, order]
    share = done[ways].T
    hover = [
        [
            f"<b>{plain(column)}</b><br>{wrapped(description.levers[lever].name, 44)}<br>"
            f"in {percent(float(share[row, nth]))} of all rounds"
            f"<br>(proposed in {percent(float(proposed[way, row]))})"
            for nth, (way, column) in enumerate(zip(ways, columns, strict=True))
        ]
        for row, lever in enumerate(levers)
    ]
    figure = go.Figure()
    wrapped_columns = [wrapped(column, 40) for column in columns]
    _heat(figure, levers, wrapped_columns, share, hover, description, "share of rounds")
    upright = len(columns) <= UPRIGHT
    figure.update_xaxes(tickangle=0 if upright else -90, tickmode="array", tickvals=wrapped_columns)
    name = "Who did what to whom"
    said = _most_used(done.T, levers, every, description) + _rest(ways, every)
    cells = [
        [
            f"{percent(float(one))} ({percent(float(other))})"
            for one, other in zip(*row, strict=True)
        ]
        for row in zip(done, proposed, strict=True)
    ]
    caption = "Share of rounds in which each lever was carried out (proposed)"
    heads = [sentence(description.levers[lever].name) for lever in levers]
    if len(ways) == len(every):
        table = Table(
            caption, ("Lever", *every),
            tuple((head, *(row[nth] for row in cells)) for nth, head in enumerate(heads)),
        )  # fmt: skip
    else:  # too many for columns
        acting = [way for way in _in_order(use.done.sum(axis=1)) if use.proposed[way].any()]
        table = Table(
            f"{caption}, the busiest first", ("From and to", *heads),
            tuple((every[way], *cells[way]) for way in acting),
        )  # fmt: skip
    widest = max((len(column) for column in columns), default=0)
    _shape(figure, name, said, 100 if upright else 70 + 7 * min(widest, 40), levers, description)
    return Chart(figure, name, said, table)


def busiest_actors(uses: Sequence[ActorUse]) -> frozenset[str]:
    """The actors whose levers are drawn period by period: all, or of many those that did most."""
    order = sorted(uses, key=lambda use: -use.share.sum())
    return frozenset(use.actor for use in order[:MOST_ACTORS])


def _in_order(amounts: NDArray[np.float64]) -> list[int]:
    """Places by amount, the largest first."""
    return [int(place) for place in np.argsort(-amounts, kind="stable")]


def _busiest_ways(amounts: NDArray[np.float64]) -> list[int]:
    """The directions that are drawn, as they stand: all, or of many those of most acts."""
    return sorted(_in_order(amounts)[:MOST_WAYS])


def _rest(ways: Sequence[int], every: Sequence[str]) -> str:
    """Say that a chart leaves out some directions; empty where it has all."""
    if len(ways) == len(every):
        return ""
    return f" Drawn are the {len(ways)} busiest of {len(every):,} directions; the table has all."


def _most_used(
    share: NDArray[np.float64], levers: list[str], columns: list[str], description: Description
) -> str:
    if not share.size:
        return "No lever was used in any run."
    row, nth = np.unravel_index(int(np.argmax(share)), share.shape)
    return (
        f"Most often: {columns[int(nth)]}, {description.levers[levers[int(row)]].name}, "
        f"in {percent(float(share[row, nth]))} of all rounds."
    )


def actor_chart(use: ActorUse, description: Description) -> Chart:
    """Draw one actor's levers by round: in what share of runs it used each."""
    name = description.actors[use.actor].name
    dates = iso(use.dates)
    hover = [
        [
            f"<b>{month(date)}</b><br>{wrapped(description.levers[lever].name, 44)}<br>"
            f"in {percent(float(use.share[row, nth]))} of the runs"
            for nth, date in enumerate(use.dates)
        ]
        for row, lever in enumerate(use.levers)
    ]
    figure = go.Figure()
    _heat(figure, list(use.levers), dates, use.share, hover, description, "share of runs")
    said = busiest(use, description)
    table = Table(
        caption=f"{name}: share of runs in which it used each lever, by period",
        header=("Lever", *(str(date)[:7] for date in dates)),
        rows=tuple(
            (
                sentence(description.levers[lever].name),
                *(percent(float(value)) for value in use.share[row]),
            )
            for row, lever in enumerate(use.levers)
        ),
    )
    title = f"{name}: levers used, by period"
    figure.update_xaxes(DATES)
    name = sentence(name)
    _shape(figure, title, said, 110, use.levers, description)
    return Chart(figure, name, said, table)


def busiest(use: ActorUse, description: Description) -> str:
    """Say which levers an actor used most, and which it never did."""
    if not use.levers:
        return "Used no lever in any run."
    top = sorted(range(len(use.levers)), key=lambda row: -use.share[row].sum())[:3]
    told = [
        f"{description.levers[use.levers[row]].name} ({percent(float(use.share[row].mean()))})"
        for row in top
    ]
    rest = f" Not used in any run: {listing(_names(use.unused, description))}."
    lead = "Most used, by the share of runs in an average period"
    return f"{lead}: {listing(told)}.{rest if use.unused else ''}"


def _names(levers: tuple[str, ...], description: Description) -> list[str]:
    return [description.levers[lever].name for lever in levers]


def _heat(
    figure: Any,
    levers: list[str],
    columns: list[str],
    share: NDArray[np.float64],
    hover: list[list[str]],
    description: Description,
    what: str,
) -> None:
    """Add two heat maps over one list of levers: cooperation above conflict."""
    labels = [wrapped(sentence(description.levers[lever].name), LABEL) for lever in levers]
    top = round(max(float(share.max()) if share.size else 0.0, 0.01), 4)
    split = sum(not is_conflict(description.levers[lever]) for lever in levers)
    parts = ((False, 0, split), (True, split, len(levers)))
    for conflict, first, last in parts:
        if first == last:
            continue
        figure.add_heatmap(
            x=columns, y=list(range(first, last)), z=[rounded(row, 4) for row in share[first:last]],
            text=hover[first:last], hoverinfo="text", zmin=0, zmax=top, xgap=1, ygap=1,
            colorscale=sequential(conflict=conflict),
            colorbar={
                "orientation": "h", "x": 0.52 if conflict else 0, "xanchor": "left",
                "y": 1, "yanchor": "bottom", "ypad": 6, "len": 0.4, "thickness": 10, "xpad": 0,
                "outlinewidth": 0, "tickvals": [0, top], "ticktext": ["0", percent(top)],
                "tickfont": {"size": 11},
                "title": {
                    "text": f"{'conflict' if conflict else 'cooperation'}",
                    "side": "top", "font": {"size": 12},
                },
            },
        )  # fmt: skip
    if 0 < split < len(levers):
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=split - 0.5, y1=split - 0.5,
            line={"color": RULE, "width": 1.5},
        )  # fmt: skip
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(levers))), ticktext=labels,
        range=[len(levers) - 0.5, -0.5], showgrid=False,
    )  # fmt: skip
    figure.update_xaxes(showgrid=False)


def _shape(
    figure: Any,
    name: str,
    said: str,
    around: int,
    levers: Sequence[str],
    description: Description,
) -> None:
    """Size a heat map so that the label of each row has the lines it needs."""
    names = [sentence(description.levers[lever].name) for lever in levers]
    labels = [wrapped(one, NARROW_LABEL) for one in names]
    height = around + _row([wrapped(one, LABEL) for one in names]) * max(len(levers), FEWEST)
    styled(figure, name, said, height)
    figure.update_yaxes(tickfont={"size": 11, "color": INK}, ticks="")
    figure.update_layout(
        margin={"t": figure.layout.margin.t + 44},
        meta={
            "height": height,
            "above": 56,
            "narrow": {
                "height": around + _row(labels) * max(len(levers), FEWEST),
                "labels": labels,
                "font": 10,
            },
        },
    )


def _row(labels: list[str]) -> int:
    lines = max((label.count("<br>") + 1 for label in labels), default=1)
    return max(22, 15 * lines)


def _direction(direction: str, description: Description) -> str:
    actor, target = ends_of(direction)
    return f"{sentence(description.actors[actor].name)} → {description.actors[target].name}"


def conflict_chart(acts: tuple[Conduct, ...], description: Description) -> Chart:
    """Draw the acts per round of each actor toward each other, by class."""
    every = [_direction(f"{one.actor} to {one.target}", description) for one in acts]
    totals = np.array([sum(one.acts) for one in acts])
    ways = _busiest_ways(totals)
    drawn, labels = [acts[way] for way in ways], [every[way] for way in ways]
    figure = go.Figure()
    for nth, kind in enumerate(QUAD_CLASSES):
        figure.add_bar(
            y=list(range(len(drawn))), x=rounded([one.acts[nth] for one in drawn]), orientation="h",
            name=kind, hoverinfo="text",
            hovertext=[
                f"<b>{plain(label)}</b><br>{kind}: {number(one.acts[nth], 2)} acts per round"
                + (f"<br>{percent(one.conflict)} of all acts are conflict" if sum(one.acts) else "")
                for label, one in zip(labels, drawn, strict=True)
            ],
            marker={
                "color": QUAD[nth], "line": {"color": PAPER, "width": 0.5},
                "pattern": {
                    "shape": QUAD_PATTERN[nth], "fillmode": "overlay", "size": 6,
                    "solidity": 0.25, "fgcolor": INK, "fgopacity": 0.5,
                },
            },
        )  # fmt: skip
    shares = [
        {
            "x": sum(one.acts), "y": row, "xanchor": "left", "xshift": 4, "showarrow": False,
            "text": percent(one.conflict), "font": {"size": 11, "color": INK},
        }
        for row, one in enumerate(drawn)
        if sum(one.acts)
    ]  # fmt: skip
    overlay(figure, annotations=shares)
    most = float(totals.max(initial=0.0))
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(drawn))),
        ticktext=[wrapped(label, LABEL) for label in labels],
        range=[len(drawn) - 0.5, -0.5], showgrid=False,
    )  # fmt: skip
    figure.update_xaxes(title_text="acts per round", range=[0, 1.15 * most or 1])
    figure.update_layout(
        barmode="stack", bargap=0.3,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom",
                "yref": "paper", "traceorder": "normal", "itemclick": False,
                "itemdoubleclick": False},
    )  # fmt: skip
    said = _quarrels(drawn, labels) + _rest(ways, every)
    order = list(range(len(every)))
    if len(ways) < len(every):
        order = [way for way in _in_order(totals) if totals[way]]
    table = Table(
        caption="Acts per round, averages over runs and rounds",
        header=("From and to", *(sentence(kind) for kind in QUAD_CLASSES), "Conflict share"),
        rows=tuple(
            (every[way], *(number(amount, 2) for amount in acts[way].acts), _share(acts[way]))
            for way in order
        ),
    )
    name = "How much of it was conflict"
    height = 130 + 24 * max(len(drawn), 2)
    figure = styled(figure, name, said, height)
    figure.update_layout(margin={"t": figure.layout.margin.t + 30},
                         meta={"height": height, "above": 30, "narrow": {"above": 90}})  # fmt: skip
    return Chart(figure, name, said, table)


def _share(one: Conduct) -> str:
    """The conflict share for a table."""
    return percent(one.conflict) if sum(one.acts) else "no acts"


def _quarrels(acts: Sequence[Conduct], labels: Sequence[str]) -> str:
    told = [(one.conflict, label) for one, label in zip(acts, labels, strict=True) if sum(one.acts)]
    if not told:
        return "No acts in any run."
    most, least = max(told), min(told)
    said = "Acts per round by kind; the share of conflict stands at the end of each bar: "
    if most[0] == least[0]:
        return f"{said}{percent(most[0])} of all of them."
    high, low = percents((most[0], least[0]))
    return f"{said}highest {most[1]} ({high}), lowest {least[1]} ({low})."
