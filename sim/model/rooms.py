"""Runs whose numbers stay where they are between the parts of a round, lanes by lanes.

A block that is stored as one array is loaded and stored again for each part of a round, which takes
many times what the round itself takes. Here each group of lanes has a room of its own for what
lasts, and for what one part of a round leaves for another or shows to a rule; all share one room
for the rest, which is found anew in each part. Compiled sections alone can do with that: they know
each table by its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.arrays import Floats
from sim.model.vectors import LANES, Field, Record
from sim.model.workspace import Kept, Plan, workspace

CARRIED = (
    "agree", "agreed", "answer", "believed", "change", "expected", "fall", "happens", "open",
    "pick", "reaction", "rise", "score", "supposed_agree", "supposed_chance", "together",
)  # fmt: skip
"""What is found in one part of a round and read in another, or shown to a rule."""


class Rooms:
    """The rooms of a block's groups.

    Parameters
    ----------
    plan : Plan
    values : Floats, shape (parameters,)
        Those of certain parameters.
    outside : mapping of name to field
        Arrays of the runs' own.
    groups : int
    everything : bool
        Whether nothing is shared: more is read later where an account of the runs is kept, or
        where candidates are too many for one strip (:mod:`sim.model.look`).

    Attributes
    ----------
    shared : Floats
        The room that all groups use, one after the other.
    numbers : Floats, shape (groups, rows, lanes)
        The rooms of their own; what lasts comes first, in the order of the plan.
    """

    def __init__(
        self,
        plan: Plan,
        values: Floats,
        outside: Mapping[str, Field],
        groups: int,
        *,
        everything: bool = False,
    ) -> None:
        own = [
            name
            for name in plan.places
            if everything or name in CARRIED or isinstance(plan.tables[name], Kept)
        ]
        self._places: dict[str, slice] = {}
        here = 0
        for name in own:
            rows = plan.places[name].stop - plan.places[name].start
            self._places[name] = slice(here, here + rows)
            here += rows
        self.numbers = workspace(groups * here, LANES).reshape(groups, here, LANES)
        self.numbers[:, self._places["parameter"]] = values[:, None]
        self._seen: dict[str, Floats] = {}
        self.shared = workspace(plan.rows, LANES)
        common = plan.words(self.shared, outside)
        number = {name: n for n, name in enumerate(plan.model.fields())}
        fields = [number[name] for name in own]
        starts = np.array([self._places[name].start for name in own])
        self.records: list[Record] = []
        for room in self.numbers:
            words = common.words.copy()
            words[fields] = room.ctypes.data + starts * room.strides[0]
            kept = (common, self.numbers)
            self.records.append(plan.model.of_words(LANES, words, kept))

    def __iter__(self) -> Iterator[tuple[int, Record]]:
        """Each group by its number, with what sections write: what was laid down is there."""
        for name, rows in self._seen.items():
            if not rows.flags.writeable:
                continue
            groups = rows.reshape(len(rows), -1, LANES)
            self.numbers[:, self._places[name]] = groups.transpose(1, 0, 2)
        self._seen.clear()
        return iter(enumerate(self.records))

    def read(self, name: str) -> Floats:
        """A table, shape ``(rows, lanes of all groups)``; what is written to it counts."""
        if name not in self._seen:
            rows = self.numbers[:, self._places[name]].transpose(1, 0, 2)
            self._seen[name] = rows.reshape(len(rows), -1)
            self._seen[name].flags.writeable = name in _LAID
        return self._seen[name]


_LAID = ("agreed", "pick")
"""What a rule lays down; all else is only looked at."""
