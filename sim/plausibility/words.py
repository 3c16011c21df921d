"""What notes say: their texts, and the names and numbers in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from sim.scenario.phrases import BOUNDS, Kind
from sim.scenario.schema import Description
from sim.scenario.yaml_reader import parse
from sim.statistics.measures import quantity_text
from sim.text import NBSP, count, number, percent

_TERM = 20.0
"""Rounds in office that count as its range, which has no end."""


@dataclass(frozen=True)
class Found:
    """What one of the checks found, before it has a place in a file.

    Attributes
    ----------
    kind, about : str
        Its kind, one of :data:`sim.scenario.field_types.NOTES`, and what it is about: an id.
    path : tuple of str
        Where the number stands that should be looked at.
    value : float
        The number that tells, in the unit that ``text`` names.
    weight : float
        How much it matters, from 0 to 1.
    text, remedy : str
    """

    kind: str
    about: str
    path: tuple[str, ...]
    value: float
    weight: float
    text: str
    remedy: str

    @property
    def name(self) -> str:
        """The key under which a scenario answers it."""
        return f"{self.kind} {self.about}".strip()


@lru_cache(1)
def _texts() -> dict[str, dict[str, Any]]:
    file = Path(__file__).with_name("notes.yaml")
    texts: dict[str, dict[str, Any]] = parse(file.read_text(encoding="utf-8"), file.name).plain()
    return texts


def note(
    description: Description,
    key: str,
    path: tuple[str, ...],
    value: float = 0.0,
    weight: float | None = None,
    /,
    *,
    about: str | None = None,
    **words: Any,
) -> Found:
    """A note with its text of ``notes.yaml``; it is about the second step of its path.

    ``words`` fill in the text; ``weight`` is the one of ``notes.yaml`` where not given.
    """
    stated = _texts()[key]
    weight = stated["weight"] if weight is None else weight
    about = path[1] if about is None else about
    words |= {"scenario": description, "id": about, "value": float(value)}
    text, remedy = (
        _TEMPLATES.from_string(stated[part]).render(words) for part in ("text", "remedy")
    )
    return Found(key.split()[0], about, path, float(value), weight, text, remedy)


def width(kind: Kind) -> float:
    """How far a quantity can move, in its unit."""
    if kind == "office":
        return _TERM
    low, high = BOUNDS[kind]
    return high - low


def shown(value: float, kind: Kind) -> str:
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


_TEMPLATES = Environment(undefined=StrictUndefined)
_TEMPLATES.filters |= {
    "counted": count,
    "named": quantity_text,
    "percent": percent,
    "shown": shown,
    "times": times,
}
