"""The state of relations as a picture: the geometry, which a template draws as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.classroom.game.table import Table
from sim.reporting.chart import diverging
from sim.scenario.instances import bonds
from sim.scenario.phrases import Kind
from sim.studies.run.network_charts import CALM, LIVE, NUMBERED, circle, mood
from sim.text import number, sentence, signed

WIDE, HIGH = 640, 430
_ACROSS, _DOWN = 205.0, 130.0
"""How far the actors stand from the middle, at most."""
_OFF = 0.32
"""Where on a line its number stands: off the middle, where diagonals meet."""
_LETTERS = 14


@dataclass(frozen=True)
class Node:
    """An actor in the picture: a dot as large as its power, and its name."""

    name: tuple[str, ...]
    x: float
    y: float
    radius: float
    label: float
    you: bool


@dataclass(frozen=True)
class Line:
    """A relation: its line, the number on it, and the same as a row of a table.

    ``trust`` is None where the scenario has neither arrangements nor promises.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float
    colour: str
    width: float
    dash: str
    first: str
    second: str
    affinity: str
    tension: str
    words: str
    pledges: tuple[str, str]
    ties: tuple[str, str]
    trust: tuple[str, str] | None


@dataclass(frozen=True)
class Picture:
    """All relations of a table as they stand."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    numbered: bool
    said: str
    wide: int = WIDE
    high: int = HIGH


def picture(table: Table, you: str | None = None) -> Picture:
    """Lay out the relations of a table as they stand now; all in it is public."""
    described = table.setting.description
    actors = list(described.actors)
    round_ = circle(actors)
    # Two stand side by side, more fill the picture.
    tall = max(abs(y) for _, y in round_.values()) or 1.0
    broad = max(abs(x) for x, _ in round_.values()) or 1.0
    places = {
        key: (WIDE / 2 + _ACROSS * x / broad, HIGH / 2 - _DOWN * y / tall)
        for key, (x, y) in round_.items()
    }
    lines = tuple(
        _line(table, places, first, second)
        for nth, first in enumerate(actors)
        for second in actors[nth + 1 :]
    )
    power = {key: table.value("power", key) for key in actors}
    most = max(power.values()) or 1.0
    nodes = tuple(
        _node(described.actors[key].name, places[key], math.sqrt(power[key] / most), key == you)
        for key in actors
    )
    return Picture(nodes, lines, len(actors) <= NUMBERED, _said(lines))


def _node(name: str, place: tuple[float, float], size: float, you: bool) -> Node:
    (x, y), radius = place, 9 + 15 * size
    label = y - radius - 10 if y < HIGH / 2 + 1 else y + radius + 20
    words = _wrapped(sentence(name) + (" (you)" if you else ""))
    if y < HIGH / 2 + 1:
        label -= 24 * (len(words) - 1)
    return Node(words, round(x, 1), round(y, 1), round(radius, 1), round(label, 1), you)


def _line(table: Table, places: dict[str, tuple[float, float]], first: str, second: str) -> Line:
    affinity, tension = (table.value(kind, first, second) for kind in ("affinity", "tension"))
    (x1, y1), (x2, y2) = places[first], places[second]
    names = table.setting.description.actors

    def both_ways(kind: Kind) -> tuple[str, str]:
        there, back = (
            number(table.value(kind, *way), 2) for way in ((first, second), (second, first))
        )
        return there, back

    return Line(
        x1=round(x1, 1),
        y1=round(y1, 1),
        x2=round(x2, 1),
        y2=round(y2, 1),
        x=round(x1 + _OFF * (x2 - x1), 1),
        y=round(y1 + _OFF * (y2 - y1), 1),
        colour=diverging(affinity),
        width=round(2 + 9 * abs(affinity), 1),
        dash="" if tension < CALM else "14 9" if tension < LIVE else "3 8",
        first=sentence(names[first].name),
        second=sentence(names[second].name),
        affinity=signed(affinity, 2),
        tension=number(tension, 2),
        words=f"{mood(affinity)}, {strain(tension)}",
        pledges=both_ways("commitment"),
        ties=both_ways("ties"),
        trust=both_ways("trust") if bonds(table.setting.description) else None,
    )


def strain(tension: float) -> str:
    """Say a tension in a word or two, as the lines are broken."""
    return "calm" if tension < CALM else "strained" if tension < LIVE else "tense"


def _said(lines: tuple[Line, ...]) -> str:
    """The picture in words, for who cannot see it."""
    return " ".join(
        f"{line.first} and {line.second}: affinity {line.affinity}, tension {line.tension}, "
        f"{line.words}."
        for line in lines
    )


def _wrapped(name: str) -> tuple[str, ...]:
    lines: list[str] = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LETTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)
