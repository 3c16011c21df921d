"""A note: something in a scenario that is allowed, and perhaps not meant; and its texts."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, overload

from jinja2 import Environment, StrictUndefined, Template

from sim.errors import Place
from sim.scenario.phrases import Kind, range_width
from sim.scenario.schema import Description
from sim.scenario.yaml_reader import read_data
from sim.statistics.measures import quantity_text
from sim.text import NBSP, count, number, percent

if TYPE_CHECKING:
    import pandas as pd


MOST_NOTES = 8
"""Most notes that are shown of a scenario."""


@dataclass(frozen=True)
class Note:
    """Something that is allowed, and perhaps not meant.

    Attributes
    ----------
    name : str
        Its kind and what it is about, ``carried talks``: the key under ``notes`` by
        which a scenario answers it.
    place : Place
        File, line, column and path of the number to look at; line 0 where there is
        no file.
    value : float
        The number that tells, in the unit that ``text`` names.
    weight : float
        How much it matters, from 0 to 1.
    text : str
        What is odd.
    remedy : str
        What to write instead.
    answer : str
        The scenario's reason why it is meant so; empty where it gives none.
    """

    name: str
    place: Place
    value: float
    weight: float
    text: str
    remedy: str
    answer: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}\n    {self.remedy} [{self.name}]"

    @property
    def where(self) -> str:
        """Its place without the folder, for a page that is passed on."""
        file = PurePath(self.place.file).name
        spot = f"{file}:{self.place.line}" if self.place.line else file
        return f"{spot}: {self.place.path}"


@dataclass(frozen=True)
class Use:
    """How often an actor will use a lever toward another.

    Attributes
    ----------
    lever, actor, target : str
        Ids.
    usual : float
        Proposals in a run at the usual frequency.
    used : float
        Uses in a run, accepted where the target is asked: the mean of the short runs.
    """

    lever: str
    actor: str
    target: str
    usual: float
    used: float


@dataclass(frozen=True)
class Notes(Sequence[Note]):
    """The notes on a scenario, the weightiest first.

    Attributes
    ----------
    notes : tuple of Note
        Those that nobody has answered, at most :data:`MOST_NOTES` of them.
    left_out : int
        How many more there are.
    answered : tuple of Note
        Those that the scenario answers, each with its reason.
    uses : tuple of Use
        How often each lever will be used, by pair; empty where the scenario is too
        large for short runs.
    runs : int
        How many short runs were played; 0 where the scenario is too large.
    """

    notes: tuple[Note, ...] = ()
    left_out: int = 0
    answered: tuple[Note, ...] = ()
    uses: tuple[Use, ...] = ()
    runs: int = 0

    def __len__(self) -> int:
        return len(self.notes)

    def __iter__(self) -> Iterator[Note]:
        return iter(self.notes)

    @overload
    def __getitem__(self, index: int) -> Note: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Note, ...]: ...
    def __getitem__(self, index: int | slice) -> Note | tuple[Note, ...]:
        return self.notes[index]

    def __str__(self) -> str:
        return "\n".join(map(str, self.notes)) or "no notes"

    def to_dataframe(self) -> pd.DataFrame:
        """The notes, one row each.

        The columns are name, file, line, path, value, weight, text, remedy and answer;
        those that the scenario answers come last.
        """
        import pandas as pd

        rows = [vars(one) | vars(one.place) for one in (*self.notes, *self.answered)]
        columns = "name file line path value weight text remedy answer"
        return pd.DataFrame(rows, columns=columns.split())

    def _repr_html_(self) -> str:
        if not self.notes:
            return "<p>no notes</p>"
        items = "".join(
            f"<li><strong>{html.escape(one.text)}</strong><br>{html.escape(one.remedy)} "
            f"<code>{html.escape(str(one.place))}</code></li>"
            for one in self.notes
        )
        return f"<ol>{items}</ol>"


NO_NOTES = Notes()
"""Nothing is noted, or nobody has looked."""


# What notes say: their texts, and the names and numbers in them.

_TERM = 20.0
"""Rounds in office that count as its range, which has no end."""


_TEXTS: dict[str, dict[str, Any]] = read_data(Path(__file__).with_name("notes.yaml"))


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
) -> Note:
    """A note with its text of ``notes.yaml``; it is about the second step of its path.

    ``words`` fill in the text; ``weight`` is the one of ``notes.yaml`` where not given.
    """
    stated = _TEXTS[key]
    weight = stated["weight"] if weight is None else weight
    about = path[1] if about is None else about
    words |= {"scenario": description, "id": about, "value": float(value)}
    text, remedy = (_template(stated[part]).render(words) for part in ("text", "remedy"))
    name = f"{key.split()[0]} {about}".strip()
    return Note(name, Place("", path=".".join(path)), float(value), weight, text, remedy)


def width(kind: Kind) -> float:
    """How far a quantity can move, in its unit."""
    return _TERM if kind == "office" else range_width(kind)


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


@cache
def _template(text: str) -> Template:
    """A text of ``notes.yaml``, ready to be filled in."""
    return _TEMPLATES.from_string(text)
