"""A description's numbers at given states: to be looked at, not played."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Floats
from sim.model.choice import set_usual
from sim.model.draws import central
from sim.model.layout import Layout
from sim.model.record import Model
from sim.model.start import set_start, set_theory, start_row
from sim.model.workspace import Paths, workspace
from sim.scenario.phrases import Phrase
from sim.scenario.schema import Description

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription


def begins_at(phrase: Phrase, description: Description) -> float:
    """Where a quantity is at the start, by central values; nan for trust that is not stated."""
    return all_begin_at([phrase], description)[0]


def all_begin_at(phrases: Iterable[Phrase], description: Description) -> list[float]:
    """The same of several quantities."""
    paths, known, layout = Paths(), central(description), Layout.of(description)
    rows = [start_row(phrase, layout, description, paths, known) for phrase in phrases]
    values = paths.values(known)
    return [float(values[row]) if row >= 0 else float("nan") for row in rows]


class Snapshot:
    """The record of a description at its start, one lane for each state to look at.

    Sections of the text can be called on ``record``, uncompiled. Nothing is worn, and trust is
    that which is stated, else nan.

    Parameters
    ----------
    compiled : CompiledDescription
    values : mapping of path to array, shape (lanes,) or (1,)
        Values of parameters; central ones where not given.
    lanes : int
    parts : bool
        Keep each value's parts by component.

    Attributes
    ----------
    record : Model
    """

    def __init__(
        self,
        compiled: CompiledDescription,
        values: Mapping[str, Floats] | None = None,
        lanes: int = 1,
        *,
        parts: bool = False,
    ) -> None:
        plans = compiled.plans(parts=parts)
        self.compiled = compiled
        self._plan = plan = plans.own
        room = workspace(plan.rows, lanes)
        parameter = room[plan.places["parameter"]]
        parameter[:] = plans.values[:, None]
        for path, row in plans.paths.rows.items():
            if values is not None and path in values:
                parameter[row] = values[path]
        self._room = room
        record = plan.record(room, {"lane_count": lanes, "past_run": -1})
        assert isinstance(record, Model)
        self.record = record
        self.read("trust_ref")[:] = np.nan
        set_theory(record)
        set_usual(record)
        set_start(record, 1)

    def take(self, numbers: Floats) -> None:
        """Take over what runs have come to: their rows that last or are found anew."""
        self._room[: self._plan.rows] = numbers

    def read(self, name: str) -> Floats:
        """A table of the record, shape ``(rows, lanes)``; what is written to it counts."""
        found: Floats = self._room[self._plan.places[name]]
        return found
