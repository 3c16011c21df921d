"""Pairs of actors: how they stand to each other, and how often one does something to another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations
from typing import Any

from sim.lab.build.card import Card, Grid, Group, Row
from sim.lab.build.fields import Field, field_of, fields_of
from sim.lab.build.often import about
from sim.lab.build.room import taken_by_others
from sim.lab.build.sheet import Sheet
from sim.lab.build.values import ANY, OTHER, Path, covering, joined, parts, shown, table, words_of
from sim.scenario.phrases import ANYONE

_LEAST_LEFT = 1e-9
_MOST_TIGHT = 6
"""Pairs that are named beside a grid."""


def relations(sheet: Sheet) -> list[Card]:
    """A card for each pair: what is the same both ways, and what each has toward the other."""
    found = []
    for first, second in combinations(sheet.table("actors"), 2):
        title = f"{sheet.name('actors', first)} and {sheet.name('actors', second)}"
        make = partial(_groups, sheet, first, second)
        found.append(Card(_both(sheet, first, second), title, make, removable=False))
    return found


def _groups(sheet: Sheet, first: str, second: str) -> list[Group]:
    both = _both(sheet, first, second)
    shared = [*fields_of(sheet, both, "affinity", "tension"), *one_reason(sheet, both)]
    groups = [Group("Between the two", shared)]
    for one, other in ((first, second), (second, first)):
        path = ("relations", f"{one} to {other}")
        fields = [*fields_of(sheet, path, "commitment", "ties"), *one_reason(sheet, path)]
        title = f"{sheet.name('actors', one)} toward {sheet.name('actors', other)}"
        groups.append(Group(title, fields))
    trends = fields_of(sheet, both, "affinity_trend", "tension_trend")
    return [*groups, Group("Trends", trends, folded=True)]


@dataclass(frozen=True)
class Cell:
    """How two actors stand to each other, in the overview of pairs."""

    card: str
    affinity: str
    tension: str
    ties: str
    commitment: str


def overview(sheet: Sheet) -> list[tuple[str, list[Cell | None]]]:
    """A row for each actor, with what it has toward each of the others."""
    ids = list(sheet.table("actors"))
    rows = []
    for first in ids:
        cells: list[Cell | None] = []
        for second in ids:
            if first == second:
                cells.append(None)
                continue
            earlier, later = sorted((first, second), key=ids.index)
            both, way = _both(sheet, earlier, later), ("relations", f"{first} to {second}")
            told = [shown(sheet, joined((*both, one), "value")) for one in ("affinity", "tension")]
            told += [shown(sheet, joined((*way, one), "value")) for one in ("ties", "commitment")]
            cells.append(Cell(joined(both), *told))
        rows.append((sheet.name("actors", first), cells))
    return rows


def one_reason(sheet: Sheet, path: Path) -> list[Field]:
    """The reason that stands for all numbers of a row."""
    return [field_of(sheet, (*path, "why"), "reason for these")]


def _both(sheet: Sheet, first: str, second: str) -> Path:
    turned = f"{second} and {first}"
    key = turned if turned in sheet.table("relations") else f"{first} and {second}"
    return ("relations", key)


def grid_of(sheet: Sheet, path: Path, title: str) -> Grid:
    """How often each pair does it, or agrees to it, in words."""
    actors = [(id, sheet.name("actors", id)) for id in sheet.table("actors")]
    cells, exact, offered = {}, {}, {}
    is_usual, tight = path[-1] == "usual", []
    words = words_of(sheet, (*path, ANY))
    by_pair = table(sheet.get(path))
    for pair in permutations((id for id, _ in actors), 2):
        way = f"{pair[0]} to {pair[1]}"
        cells[pair] = shown(sheet, joined((*path, way), "often"))
        key = covering(by_pair, way)
        if cells[pair] == OTHER and key:
            value: Any = parts(by_pair[key]).get("value")
            is_chance = is_usual and isinstance(value, (int, float))
            exact[pair] = about(value, sheet.unit) if is_chance else _text_of(value)
        left = 1 - taken_by_others(sheet.table("levers"), path[1], way) if is_usual else math.inf
        offered[pair] = [
            (said, f"{said} ({share:g})")
            for said, share in words.items()
            if share < left - _LEAST_LEFT or said == cells[pair]
        ]
        if len(offered[pair]) < len(words):
            tight.append(f"{' toward '.join(dict(actors)[id] for id in pair)} {max(left, 0):.2g}")
    return Grid(path, title, actors, cells, exact, offered, _room_note(tight, is_usual))


def _room_note(tight: list[str], is_usual: bool) -> str:
    """What the numbers of a grid mean, and which pairs have no room for all of them."""
    if not is_usual:
        return ""
    note = "In brackets: the share of rounds in which it is done."
    if not tight:
        return note
    more = f" and {len(tight) - _MOST_TIGHT} more pairs" if len(tight) > _MOST_TIGHT else ""
    listed = ", ".join(tight[:_MOST_TIGHT])
    return (
        f"{note} Only what still fits into a round beside the other levers is offered. "
        f"The share that is left: {listed}{more}. Make another lever rarer to have more."
    )


def _text_of(value: Any) -> str:
    return "?" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def frequencies_of(sheet: Sheet, path: Path) -> list[Row]:
    """The frequencies as numbers, each with its reason."""
    rows = []
    for key in table(sheet.get(path)):
        first, _, second = key.partition(" to ")
        ends = ["anyone" if one == ANYONE else sheet.name("actors", one) for one in (first, second)]
        here = field_of(
            sheet, (*path, key), "chance in a round" if path[-1] == "usual" else "share agreed"
        )
        rows.append(Row(" to ".join(ends), (*path, key), [here]))
    return rows
