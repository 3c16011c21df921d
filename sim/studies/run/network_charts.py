"""The relations of all actors at one moment, as a network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.scenario.phrases import pair
from sim.scenario.scenario import Scenario
from sim.statistics.summary import complete_runs
from sim.text import MINUS, enough, month, number, sentence, signed

CALM, LIVE = 0.25, 0.5
"""Tension below the first is drawn solid, below the second dashed, else dotted."""
NUMBERED = 6
"""Most actors for which each line carries its affinity as a number."""
CROWDED = 10
"""Most actors whose names stand level; of more each name points away from the middle."""
SHOWN, DRAWN = 24, 48
"""Most actors, and most relations, that are drawn; the table has all."""
FAINT = 0.1
"""Of many relations, those are not drawn that are weaker than this."""
_KINDS = ("affinity", "tension", "power", "commitment", "ties")
_COLUMNS = (
    "Pair",
    "Affinity",
    "Tension",
    "First's pledge to second",
    "First's ties to second",
    "Second's pledge to first",
    "Second's ties to first",
)
_LETTERS = 18
"""Letters of a name in a line, or in all where names point away from the middle."""


class Tie(NamedTuple):
    """A relation: pledge and ties of the first to the second, and of the second to the first."""

    affinity: float
    tension: float
    pledge: float
    ties: float
    other_pledge: float
    other_ties: float


@dataclass(frozen=True, eq=False)
class Relations:
    """What stands between all actors at the start and at the end, in medians across the runs.

    Attributes
    ----------
    names : dict of actor to name
    dates, power, ties : at the start and at the end
        Power by actor, relations by pair.
    drawn : list of str
        The pairs that charts show.
    """

    names: dict[str, str]
    dates: tuple[np.datetime64, ...]
    power: tuple[dict[str, float], ...]
    ties: tuple[dict[str, Tie], ...]
    drawn: list[str]


def relations(dataset: xr.Dataset, scenario: Scenario) -> Relations:
    """Read the relations of some runs; arrays at once, since there may be thousands."""
    states = complete_runs(dataset).isel(round=[0, -1])[list(_KINDS)].median("run")
    pairs = [str(key) for key in states["pair"].values]
    ends = [_ends(key) for key in pairs]
    there = states.sel(direction=[f"{first} to {second}" for first, second in ends])
    back = states.sel(direction=[f"{second} to {first}" for first, second in ends])
    columns = [states["affinity"], states["tension"]]
    columns += [way[kind] for way in (there, back) for kind in ("commitment", "ties")]
    actors = [str(key) for key in states["actor"].values]
    power, ties = [], []
    for nth in (0, 1):
        rows = zip(*(column.isel(round=nth).values.tolist() for column in columns), strict=True)
        ties.append({key: Tie(*row) for key, row in zip(pairs, rows, strict=True)})
        amounts = states["power"].isel(round=nth).values.tolist()
        power.append(dict(zip(actors, amounts, strict=True)))
    names = {key: scenario.description.actors[key].name for key in actors}
    dates = tuple(dataset["until"].values[[0, -1]])
    return Relations(names, dates, tuple(power), tuple(ties), _strongest(ties, len(actors)))


def _strongest(ties: Sequence[dict[str, Tie]], actors: int) -> list[str]:
    """The relations that are drawn: all where they are few, else the strongest first.

    A relation is as strong as its tension or its affinity, of either sign, at the start
    or at the end, whatever is largest. It is left out where it is faint, or would bring in
    more actors than a drawing has room for; one at least is drawn.
    """
    size = {
        key: max(max(abs(one[key].affinity), one[key].tension) for one in ties) for key in ties[0]
    }
    if actors <= SHOWN and len(size) <= DRAWN:
        return list(size)
    chosen: list[str] = []
    drawn: set[str] = set()
    for key in sorted(size, key=lambda key: -size[key]):
        if chosen and (len(chosen) == DRAWN or size[key] < FAINT):
            break
        if len(more := drawn.union(_ends(key))) <= SHOWN:
            drawn = more
            chosen.append(key)
    return chosen


def network_chart(found: Relations, nth: int) -> Chart:
    """Draw the relations at the start (0) or at the end (-1).

    Actors stand on a circle, sized by power; lines are coloured by affinity (-1 vermillion,
    1 blue), as wide as it is strong, broken where tension is high. Of many relations the
    strongest are drawn, the same in all rounds.
    """
    ties, when = found.ties[nth], month(found.dates[nth])
    names = {key: sentence(name) for key, name in found.names.items()}
    rows = [
        (
            _both(key, names),
            signed(ties[key].affinity, 2),
            *(number(one, 2) for one in ties[key][1:]),
        )
        for key in dict.fromkeys((*found.drawn, *ties))
    ]
    shown = [key for key in names if any(key in _ends(one) for one in found.drawn)]
    figure = go.Figure()
    places = circle(shown)
    _lines(figure, {key: ties[key] for key in found.drawn}, names, places)
    _nodes(figure, found.power[nth], {key: names[key] for key in shown}, places)
    wide, high = (max(abs(place[axis]) for place in places.values()) for axis in (0, 1))
    room = (0.5, 0.4) if len(shown) <= CROWDED else (0.8, 0.8)
    figure.update_xaxes(visible=False, range=[-wide - room[0], wide + room[0]])
    figure.update_yaxes(
        visible=False, range=[-high - room[1], high + room[1]], scaleanchor="x", scaleratio=1
    )
    figure.update_layout(showlegend=False, hovermode="closest")
    figure.update_xaxes(automargin=False)
    figure.update_yaxes(automargin=False)
    name = f"Relations in {when}"
    said = f"Affinity ({MINUS}1 to 1) is {_extremes(ties, names)}."
    table = Table(f"{name}, medians across the runs", _COLUMNS, tuple(rows))
    height = 170 if len(shown) <= 2 else 380 if len(shown) <= CROWDED else 440
    return kit.finish(figure, name, said, table, height)


def relations_left_out(found: Relations) -> str:
    """Say what of the relations is not drawn; empty where all are."""
    pairs, actors = len(found.ties[0]), len({end for key in found.drawn for end in _ends(key)})
    if len(found.drawn) == pairs:
        return ""
    among = f", among {actors} of {len(found.names)} actors" if actors < len(found.names) else ""
    return (
        f"Drawn are the {len(found.drawn)} strongest of {pairs:,} relations, by tension or "
        f"affinity at the start or the end{among}. The tables have all."
    )


def _ends(key: str) -> tuple[str, str]:
    first, _, second = pair(key) or ("", "", "")
    return first, second


def _both(key: str, names: dict[str, str]) -> str:
    first, second = _ends(key)
    return f"{names[first]} and {names[second]}"


def _lines(
    figure: go.Figure,
    ties: dict[str, Tie],
    names: dict[str, str],
    places: dict[str, tuple[float, float]],
) -> None:
    """A line for each relation, and on it a spot that tells its numbers."""
    numbered = len(places) <= NUMBERED
    width = 9.0 if len(places) <= CROWDED else 4.0
    spots = []
    for key, (affinity, tension, *_) in ties.items():
        (x0, y0), (x1, y1) = (places[end] for end in _ends(key))
        thick = round(1.5 + width * abs(affinity), 1)
        dash = "solid" if tension < CALM else "dash" if tension < LIVE else "dot"
        x, colour = kit.rounded([x0, x1]), kit.diverging(affinity)
        kit.line(figure, x, [y0, y1], None, colour, width=thick, dash=dash, digits=3)
        # Off the middle, where the diagonals of a circle would meet.
        spots.append((x0 + 0.32 * (x1 - x0), y0 + 0.32 * (y1 - y0)))
    figure.add_scatter(
        x=kit.rounded([x for x, _ in spots]),
        y=kit.rounded([y for _, y in spots]),
        mode="markers",
        marker={
            "size": 22 if len(places) <= CROWDED else 8,
            "color": [kit.diverging(affinity) for affinity, *_ in ties.values()],
            "opacity": 0 if numbered else 0.9,
        },
        hoverinfo="text",
        hovertext=[_edge_words(names, key, tie) for key, tie in ties.items()],
    )
    if numbered:
        look = {"bgcolor": kit.PAPER, "borderpad": 1, "font": {"color": kit.INK}}
        labels = [
            {"x": round(x, 3), "y": round(y, 3), "text": signed(affinity, 2), **look}
            for (x, y), (affinity, *_) in zip(spots, ties.values(), strict=True)
        ]
        kit.overlay(figure, annotations=labels)


def circle(actors: list[str]) -> dict[str, tuple[float, float]]:
    """Spread the actors over a circle, so that labels stand left and right of it."""
    turn = math.pi if len(actors) == 2 else 0.75 * math.pi if len(actors) == 4 else math.pi / 2
    angles = [turn - 2 * math.pi * nth / len(actors) for nth in range(len(actors))]
    return {
        actor: (math.cos(angle), math.sin(angle))
        for actor, angle in zip(actors, angles, strict=True)
    }


def _nodes(
    figure: go.Figure,
    power: dict[str, float],
    names: dict[str, str],
    places: dict[str, tuple[float, float]],
) -> None:
    own = np.array([power[key] for key in names])
    total = float(np.sum(list(power.values()))) or 1.0
    least, more = (16, 44) if len(names) <= CROWDED else (7, 15)
    sizes = least + more * np.sqrt(own / max(own.max(), 1e-12))
    look = {"color": "#3D444D", "opacity": 1, "line": {"color": kit.PAPER, "width": 2}}
    figure.add_scatter(
        x=kit.rounded([places[key][0] for key in names]),
        y=kit.rounded([places[key][1] for key in names]),
        mode="markers",
        marker={"size": kit.rounded(sizes, 1), **look},
        hoverinfo="text",
        hovertext=[
            f"<b>{kit.plain(name)}</b><br>power {number(power[key], 3)}, "
            f"{number(100 * power[key] / total, 0)} of every 100 among these actors"
            for key, name in names.items()
        ],
    )
    label = _level if len(names) <= CROWDED else _outward
    kit.overlay(
        figure,
        annotations=[
            label(name, places[key], float(size))
            for (key, name), size in zip(names.items(), sizes, strict=True)
        ],
    )


def _level(name: str, place: tuple[float, float], size: float) -> dict[str, Any]:
    """A name above its dot, or below it."""
    x, y = place
    above = y >= -0.01
    shift = (size / 2 + 4) * (1 if above else -1)
    text, font = f"<b>{kit.wrapped(name, _LETTERS)}</b>", {"size": 13, "color": kit.INK}
    anchor = "bottom" if above else "top"
    return {"x": x, "y": y, "text": text, "yshift": shift, "yanchor": anchor, "font": font}


def _outward(name: str, place: tuple[float, float], size: float) -> dict[str, Any]:
    """A name that points away from the middle, so that it does not meet its neighbours'."""
    x, y = place
    text = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
    away = size / 2 + 5 + 2.9 * len(text)
    turned = math.degrees(math.atan2(y, x))
    return {
        "x": x,
        "y": y,
        "text": kit.plain(text),
        "xanchor": "center",
        "yanchor": "middle",
        "xshift": away * x,
        "yshift": away * y,
        "textangle": -turned if x >= 0 else 180 - turned,
        "font": {"size": 11, "color": kit.INK},
    }


def _edge_words(names: dict[str, str], key: str, tie: Tie) -> str:
    first, second = (kit.plain(names[end]) for end in _ends(key))
    lines = [
        f"<b>{first} and {second}</b>",
        f"affinity {signed(tie.affinity, 2)} ({mood(tie.affinity)})",
        f"tension {number(tie.tension, 2)} of 1",
        f"{first} to {second}: pledge {number(tie.pledge, 2)}, ties {number(tie.ties, 2)}",
        f"{second} to {first}: pledge {number(tie.other_pledge, 2)}, "
        f"ties {number(tie.other_ties, 2)}",
    ]
    return "<br>".join(lines)


def mood(affinity: float) -> str:
    """Say an affinity in a word or two."""
    for least, word in ((0.6, "close"), (0.2, "friendly"), (-0.2, "neither friend nor foe")):
        if affinity >= least:
            return word
    return "hostile" if affinity < -0.6 else "at odds"


def _extremes(ties: dict[str, Tie], names: dict[str, str]) -> str:
    """``highest between A and B (+0.40) and lowest between C and D (−0.30)``."""
    words = [
        f"between {_both(key, names)} ({signed(ties[key].affinity, 2)})"
        for key in (pick(ties, key=lambda one: ties[one].affinity) for pick in (max, min))
    ]
    return f"highest {words[0]} and lowest {words[1]}"


def relations_changed(found: Relations) -> str:
    """Say which relation changed most between start and end, in medians, and which stand out."""
    before, after = found.ties
    key = max(before, key=lambda one: abs(after[one].affinity - before[one].affinity))
    ends, which = (before[key].affinity, after[key].affinity), _both(key, found.names)
    digits = enough(ends, 2)
    course = f"from {signed(ends[0], digits)} to {signed(ends[1], digits)} in the median"
    if ends[0] == ends[1]:
        return (
            f"No affinity ({MINUS}1 to 1) moves in the median. "
            f"It is {_extremes(after, found.names)}."
        )
    if len(before) == 1:
        return f"Affinity ({MINUS}1 to 1) between {which} goes {course}."
    return (
        f"Affinity ({MINUS}1 to 1) changes most between {which}, {course}. "
        f"At the end it is {_extremes(after, found.names)}."
    )
