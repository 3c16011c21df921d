"""Who pulled which lever, toward whom and when, and how much of it was conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.scenario.cameo import QUAD_CLASSES, is_conflict
from sim.scenario.schema import Description
from sim.statistics.conduct import ActorUse, Conduct, LeverUse, ends_of
from sim.text import listing, number, percent, percents, sentence

_LETTERS = 46, 26
"""Most letters in a line of a row's label, on a desk and on a phone."""
_FEWEST = 4
"""Rows that a heat map is high at least, so that its dates have room."""
MOST_WAYS = 40
"""Most directions, from one actor to another, that a chart draws; its table has all."""
MOST_ACTORS = 24
"""Most actors whose levers are drawn period by period."""
_UPRIGHT = 2
"""Most columns whose labels stand upright side by side, on a phone too."""
_QUAD = (("#9CCBEA", ""), (kit.BLUE, ""), ("#F5C98A", "/"), (kit.VERMILLION, "x"))
"""Verbal and material cooperation, verbal and material conflict: deeds are darker.

Conflict is hatched, for readers of a grey print.
"""


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
    heads = [sentence(description.levers[lever].name) for lever in levers]
    every = [_direction(*ends_of(name), description) for name in use.directions]
    ways = _busiest_ways(use.done.sum(axis=1))
    done = [kit.as_texts(row, percent) for row in use.done[:, order]]
    proposed = [kit.as_texts(row, percent) for row in use.proposed[:, order]]
    columns = [kit.wrapped(every[way], 40) for way in ways]
    hover = [
        [
            f"<b>{kit.plain(every[way])}</b><br>"
            f"{kit.wrapped(description.levers[lever].name, 44)}<br>"
            f"in {done[way][row]} of all rounds<br>(proposed in {proposed[way][row]})"
            for way in ways
        ]
        for row, lever in enumerate(levers)
    ]
    share = use.done[:, order].T
    upright = len(columns) <= _UPRIGHT
    angle = 0 if upright else -90
    figure = _heat(levers, columns, share[:, ways], hover, description)
    figure.update_xaxes(tickangle=angle, tickmode="array", tickvals=columns, showgrid=False)
    said = "No lever was used in any run."
    if share.size:
        row, way = map(int, np.unravel_index(int(np.argmax(share)), share.shape))
        most, lever = percent(float(share[row, way])), description.levers[levers[row]].name
        said = f"Most often: {every[way]}, {lever}, in {most} of all rounds."
    said += _rest(ways, every)
    caption = "Share of rounds in which each lever was carried out (proposed)"
    shown = [
        [f"{one} ({other})" for one, other in zip(*row, strict=True)]
        for row in zip(done, proposed, strict=True)
    ]
    if len(ways) == len(every):
        table = Table.of(caption, ("Lever", heads), *zip(every, shown, strict=True))
    else:  # too many for columns
        acting = [way for way in _in_order(use.done.sum(axis=1)) if use.proposed[way].any()]
        rows = tuple((every[way], *shown[way]) for way in acting)
        table = Table(f"{caption}, the busiest first", ("From and to", *heads), rows)
    widest = max((len(every[way]) for way in ways), default=0)
    around = 100 if upright else 70 + 7 * min(widest, 40)
    return _finish_heat(figure, "Who did what to whom", said, table, around, heads)


def busiest_actors(uses: Sequence[ActorUse]) -> frozenset[str]:
    """The actors whose levers are drawn period by period: all, or of many those that did most."""
    order = sorted(uses, key=lambda use: -use.share.sum())
    return frozenset(use.actor for use in order[:MOST_ACTORS])


def _in_order(amounts: Floats) -> list[int]:
    """Places by amount, the largest first."""
    return [int(place) for place in np.argsort(-amounts, kind="stable")]


def _busiest_ways(amounts: Floats) -> list[int]:
    """The directions that are drawn, as they stand: all, or of many those of most acts."""
    return sorted(_in_order(amounts)[:MOST_WAYS])


def _rest(ways: Sequence[int], every: Sequence[str]) -> str:
    """Say that a chart leaves out some directions; empty where it has all."""
    if len(ways) == len(every):
        return ""
    return f" Drawn are the {len(ways)} busiest of {len(every):,} directions; the table has all."


def actor_chart(use: ActorUse, description: Description) -> Chart:
    """Draw one actor's levers by round: in what share of runs it used each."""
    name = description.actors[use.actor].name
    dates, heads = (
        kit.iso(use.dates),
        [sentence(description.levers[one].name) for one in use.levers],
    )
    shown = [kit.as_texts(row, percent) for row in use.share]
    hover = [
        [
            f"<b>{day}</b><br>{kit.wrapped(description.levers[lever].name, 44)}<br>"
            f"in {share} of the runs"
            for day, share in zip(kit.months(use.dates), row, strict=True)
        ]
        for lever, row in zip(use.levers, shown, strict=True)
    ]
    figure = _heat(list(use.levers), dates, use.share, hover, description)
    figure.update_xaxes(kit.DATES)
    table = Table(
        f"{name}: share of runs in which it used each lever, by period",
        ("Lever", *(date[:7] for date in dates)),
        tuple((head, *row) for head, row in zip(heads, shown, strict=True)),
    )
    said, title = busiest(use, description), f"{name}: levers used, by period"
    return _finish_heat(figure, sentence(name), said, table, 110, heads, title)


def busiest(use: ActorUse, description: Description) -> str:
    """Say which levers an actor used most, and which it never did."""
    if not use.levers:
        return "Used no lever in any run."
    top = sorted(range(len(use.levers)), key=lambda row: -use.share[row].sum())[:3]
    told = [
        f"{description.levers[use.levers[row]].name} ({percent(float(use.share[row].mean()))})"
        for row in top
    ]
    never = listing([description.levers[lever].name for lever in use.unused])
    rest = f" Not used in any run: {never}." if use.unused else ""
    lead = "Most used, by the share of runs in an average period"
    return f"{lead}: {listing(told)}.{rest}"


def _heat(
    levers: list[str],
    columns: list[str],
    share: Floats,
    hover: list[list[str]],
    description: Description,
) -> Any:
    """Two heat maps over one list of levers: cooperation above conflict."""
    figure = go.Figure()
    top = round(max(float(share.max()) if share.size else 0.0, 0.01), 4)
    split = sum(not is_conflict(description.levers[lever]) for lever in levers)
    bar = {"orientation": "h", "xanchor": "left", "y": 1, "yanchor": "bottom", "ypad": 6}
    bar |= {"len": 0.4, "thickness": 10, "xpad": 0, "outlinewidth": 0, "tickfont": {"size": 11}}
    bar |= {"tickvals": [0, top], "ticktext": ["0", percent(top)]}
    for conflict, first, last in ((False, 0, split), (True, split, len(levers))):
        if first == last:
            continue
        title = {"text": "conflict" if conflict else "cooperation", "side": "top"}
        figure.add_heatmap(
            x=columns,
            y=list(range(first, last)),
            z=[kit.rounded(row, 4) for row in share[first:last]],
            text=hover[first:last],
            hoverinfo="text",
            zmin=0,
            zmax=top,
            xgap=1,
            ygap=1,
            colorscale=kit.sequential(conflict=conflict),
            colorbar={**bar, "x": 0.52 if conflict else 0, "title": title},
        )
    if 0 < split < len(levers):
        figure.add_hline(split - 0.5)
    return figure


def _finish_heat(
    figure: Any,
    name: str,
    said: str,
    table: Table,
    around: int,
    heads: Sequence[str],
    title: str = "",
) -> Chart:
    """Finish a heat map so that the label of each row has the lines it needs."""

    def high(labels: list[str]) -> int:
        lines = max((label.count("<br>") + 1 for label in labels), default=1)
        return around + max(len(labels), _FEWEST) * max(22, 15 * lines)

    wide, narrow = ([kit.wrapped(head, letters) for head in heads] for letters in _LETTERS)
    kit.row_axis(figure, wide)
    figure.update_yaxes(tickfont_size=11)
    height, small = high(wide), {"height": high(narrow), "labels": narrow, "font": 10}
    return kit.finish(figure, name, said, table, height, title=title, above=56, narrow=small)


def _direction(actor: str, target: str, description: Description) -> str:
    return f"{sentence(description.actors[actor].name)} → {description.actors[target].name}"


def conflict_chart(acts: tuple[Conduct, ...], description: Description) -> Chart:
    """Draw the acts per round of each actor toward each other, by class."""
    every = [_direction(one.actor, one.target, description) for one in acts]
    totals = np.array([sum(one.acts) for one in acts])
    ways = _busiest_ways(totals)
    drawn, labels = [acts[way] for way in ways], [every[way] for way in ways]
    figure = go.Figure()
    rows = list(range(len(drawn)))
    conflict = [percent(one.conflict) if sum(one.acts) else "" for one in drawn]
    for nth, (kind, (colour, shape)) in enumerate(zip(QUAD_CLASSES, _QUAD, strict=True)):
        hover = [
            f"<b>{kit.plain(label)}</b><br>{kind}: {number(one.acts[nth], 2)} acts per round"
            + (f"<br>{share} of all acts are conflict" if share else "")
            for label, one, share in zip(labels, drawn, conflict, strict=True)
        ]
        amounts = [one.acts[nth] for one in drawn]
        pattern = {"shape": shape, "solidity": 0.25, "fgcolor": kit.INK, "fgopacity": 0.5}
        kit.bars(figure, rows, amounts, hover, colour, kind, pattern=pattern)
    beside = {"xanchor": "left", "xshift": 4, "font": {"size": 11, "color": kit.INK}}
    kit.overlay(
        figure,
        annotations=[
            {"x": sum(one.acts), "y": row, "text": share, **beside}
            for row, one, share in zip(rows, drawn, conflict, strict=True)
            if share
        ],
    )
    most = float(totals.max(initial=0.0))
    kit.row_axis(figure, [kit.wrapped(label, _LETTERS[0]) for label in labels])
    figure.update_xaxes(title_text="acts per round", range=[0, 1.15 * most or 1])
    figure.update_layout(barmode="stack", bargap=0.3, legend=kit.LEGEND_ABOVE)
    said = _quarrels(drawn, labels) + _rest(ways, every)
    order = list(range(len(every)))
    if len(ways) < len(every):
        order = [way for way in _in_order(totals) if totals[way]]
    listed = [acts[way] for way in order]
    table = Table.of(
        "Acts per round, averages over runs and rounds",
        ("From and to", [every[way] for way in order]),
        *(
            (sentence(kind), [number(one.acts[nth], 2) for one in listed])
            for nth, kind in enumerate(QUAD_CLASSES)
        ),
        (
            "Conflict share",
            [percent(one.conflict) if sum(one.acts) else "no acts" for one in listed],
        ),
    )
    name, height = "How much of it was conflict", 130 + 24 * max(len(drawn), 2)
    return kit.finish(figure, name, said, table, height, above=30, narrow={"above": 90})


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
