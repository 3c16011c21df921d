"""What a page of the builder is made of: cards of groups of fields, rows and grids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from sim.lab.build.fields import Field
from sim.lab.build.values import Path, joined


@dataclass(frozen=True)
class Row:
    """Some fields that belong together and can be taken out together."""

    title: str
    path: Path
    fields: list[Field]
    removable: bool = True

    @property
    def name(self) -> str:
        """Its path, as forms name it."""
        return joined(self.path)


@dataclass(frozen=True)
class Adding:
    """What can be added to a group of rows."""

    path: Path
    label: str
    options: list[tuple[str, str]]

    @property
    def name(self) -> str:
        """Where it is added, as forms name it."""
        return joined(self.path)


@dataclass(frozen=True)
class Grid:
    """How often, by pair, in words.

    Attributes
    ----------
    path : tuple of str
    title : str
    actors : list of (id, name)
    cells : dict of (id, id) to str
        The words for each pair.
    exact : dict of (id, id) to str
        What is shown where no words mean it.
    words : dict of (id, id) to list of (str, str)
        What each pair can choose: the words, and how they are shown.
    note : str
        Which pairs can choose less than others, and why.
    """

    path: Path
    title: str
    actors: list[tuple[str, str]]
    cells: dict[tuple[str, str], str]
    exact: dict[tuple[str, str], str]
    words: dict[tuple[str, str], list[tuple[str, str]]]
    note: str = ""

    def name(self, first: str, second: str) -> str:
        """The name of a cell's field."""
        return joined((*self.path, f"{first} to {second}"), "often")


@dataclass(frozen=True)
class Pin:
    """An actor on the ruler of an issue."""

    actor: str
    name: str
    place: float
    field: str
    line: int


@dataclass(frozen=True)
class Group:
    """A part of a card with a heading; folded unless it is what most people look at."""

    title: str
    fields: list[Field] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    adding: Adding | None = None
    grid: Grid | None = None
    folded: bool = False
    note: str = ""


@dataclass(frozen=True)
class Card:
    """A part of a scenario on a page; its fields are only made where they are shown."""

    path: Path
    title: str
    make: Callable[[], list[Group]]
    pins: list[Pin] = field(default_factory=list)
    marker: float | None = None
    ends: tuple[str, str] = ("", "")
    removable: bool = True
    own: bool = True

    @cached_property
    def groups(self) -> list[Group]:
        """Its fields."""
        return self.make()

    @property
    def name(self) -> str:
        """Its path, as forms name it."""
        return joined(self.path)
