"""Names and numbers as notes write them."""

from __future__ import annotations

from sim.scenario.phrases import BOUNDS, Kind
from sim.scenario.schema import Description
from sim.text import NBSP, number

TERM = 20.0
"""Rounds in office that count as its range, which has no end."""


def width(kind: Kind) -> float:
    """How far a quantity can move, in its unit."""
    if kind == "office":
        return TERM
    low, high = BOUNDS[kind]
    return high - low


def shown(kind: Kind, value: float) -> str:
    """A value of a quantity."""
    if kind in ("issue", "position", "gap"):
        return number(value, 0 if abs(value) >= 10 else 1).removesuffix(".0")
    return number(value, 0 if kind == "office" else 2)


def times(per_run: float) -> str:
    """How often a run: ``45 times``."""
    if per_run >= 9.5:
        return f"{per_run:,.0f}{NBSP}times"
    return f"{per_run:.1f}{NBSP}times".replace(f".0{NBSP}", NBSP)


def actor_name(description: Description, id: str) -> str:
    """What readers see of an actor."""
    return description.actors[id].name


def lever_name(description: Description, id: str) -> str:
    """What readers see of a lever, in quotes."""
    return f"'{description.levers[id].name}'"
