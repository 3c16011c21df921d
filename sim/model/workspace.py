"""Where the numbers of a record lie: a workspace of rows, and the names of parameters and draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.vectors import (
    Bytes,
    Field,
    Flat,
    Index,
    Numbers,
    Record,
    Room,
    Rows,
    Shorts,
    Singles,
    Words,
)


@dataclass(frozen=True)
class Kept:
    """So many numbers that last from round to round, or the whole run."""

    rows: int


@dataclass(frozen=True)
class Scratch:
    """So many numbers that are found anew in each round."""

    rows: int


Tables = dict[str, Any]
"""By field: :class:`Kept`, :class:`Scratch`, whole numbers, or one."""


class Paths:
    """Gives each parameter that the text uses a row among the record's parameters.

    Called with a path it gives the row; ``constant`` gives that of a number of the text's own.
    """

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._constants: dict[float, int] = {}
        self._count = 0

    def __call__(self, path: str) -> int:
        """The row of a parameter; of 0 for no path, of no end down or up for ``-`` and ``+``."""
        if path in _ENDS:
            return self.constant(_ENDS[path])
        if path not in self._rows:
            self._rows[path] = self._count
            self._count += 1
        return self._rows[path]

    def constant(self, value: float) -> int:
        """The row of a number that is no parameter."""
        if value not in self._constants:
            self._constants[value] = self._count
            self._count += 1
        return self._constants[value]

    @property
    def rows(self) -> Mapping[str, int]:
        """The row of each path."""
        return self._rows

    def values(self, certain: Mapping[str, Floats]) -> Floats:
        """One value for each row: the constants, and those parameters that are certain."""
        found = np.zeros(self._count)
        for value, row in self._constants.items():
            found[row] = value
        for path, row in self._rows.items():
            found[row] = certain[path][0]
        return found

    def __len__(self) -> int:
        return self._count


_ENDS = {"": 0.0, "-": -np.inf, "+": np.inf}


class Keys:
    """Gives each stream of random numbers that the text draws from a number."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], int] = {}

    def __call__(self, purpose: str, name: str) -> int:
        """The number of the stream of a purpose and a name."""
        return self.names.setdefault((purpose, name), len(self.names))


@dataclass(frozen=True, eq=False)
class Plan:
    """Where everything of a record lies, for any number of workspaces.

    Attributes
    ----------
    model : type
        The class of the record.
    tables : dict of name to Kept, Scratch, Index, Numbers or int
    places : dict of name to slice
        The rows of each field in a workspace: those that last first.
    kept, rows : int
        How many rows last, and how many there are.
    """

    model: type[Record]
    tables: Tables
    places: Mapping[str, slice]
    kept: int
    rows: int

    @classmethod
    def of(cls, model: type[Record], tables: Tables) -> Plan:
        """Lay out the tables of a model; what is not given is empty, or 0."""
        if odd := tables.keys() - model.fields().keys():
            raise ValueError(f"tables of no field: {', '.join(sorted(odd))}")
        made: dict[str, Any] = {}
        for name, kind in model.fields().items():
            table = tables.get(name, _NOTHING[kind])
            if isinstance(table, int | np.integer):
                made[name] = int(table)
            else:
                made[name] = kind(table) if kind in (Index, Words, Numbers) else table
        places, here, counts = {}, 0, {}
        for kind in (Kept, Scratch):
            for name, table in made.items():
                if isinstance(table, kind):
                    places[name] = slice(here, here + table.rows)
                    here += table.rows
            counts[kind] = here
        return cls(model, made, places, counts[Kept], here)

    def words(self, room: Floats, outside: Mapping[str, Field]) -> Record:
        """The same as :meth:`record`, for compiled sections alone, and quickly made."""
        words, rows = self._template
        words = words + rows * room.strides[0]
        words[rows >= 0] += room.ctypes.data
        words[rows < 0] += room.strides[0]
        for name, value in outside.items():
            here = self._number[name]
            words[here] = value if isinstance(value, int) else value.array.ctypes.data
        return self.model.of_words(room.shape[1], words, (room, outside, self))

    @cached_property
    def _template(self) -> tuple[Ints, Ints]:
        """The words of all that is no row, and of each field its first row, or -1."""
        kinds = self.model.fields()
        words, rows = np.zeros(len(kinds), dtype=np.int64), np.full(len(kinds), -1)
        for n, name in enumerate(kinds):
            table = self.tables[name]
            if kinds[name] is Room:
                rows[n] = 0
            elif name in self.places:
                rows[n] = self.places[name].start
            else:
                words[n] = table if isinstance(table, int) else table.array.ctypes.data
        return words, rows

    @cached_property
    def _number(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.model.fields())}

    def record(self, room: Floats, outside: Mapping[str, Field]) -> Record:
        """A record over a workspace, shape ``(rows, lanes)``, and arrays of the runs' own."""
        values, kinds = dict(outside), self.model.fields()
        for name, table in self.tables.items():
            if name in values:
                continue
            if kinds[name] is Room:
                values[name] = Room(room)
            elif name in self.places:
                values[name] = Rows(room[self.places[name]])
            else:
                values[name] = table
        return self.model(room.shape[1], values)


_NOTHING: dict[type, Any] = {
    int: 0,
    Rows: Scratch(0),
    Room: 0,
    Index: (),
    Words: (),
    Numbers: (),
    **{kind: kind(np.empty(0)) for kind in (Flat, Singles, Shorts, Bytes)},
}


def workspace(rows: int, lanes: int) -> Floats:
    """Room for so many numbers, none of them across two lines of a cache."""
    room = np.zeros(rows * lanes + 8)
    skip = (-room.ctypes.data % 64) // 8
    return room[skip : skip + rows * lanes].reshape(rows, lanes)


def starts(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Lists of whole numbers as one: where each begins (and the last ends), and all of them."""
    ends = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return ends, np.array([one for several in lists for one in several], dtype=np.int64)
