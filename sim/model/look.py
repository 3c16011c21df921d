"""The look: the value of every candidate to every actor, at the state now.

Text: ``docs/model.md``, sections 6.1 to 6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Ints
from sim.model.arrangements import lasting_pushes
from sim.model.candidates import CandidateTable
from sim.model.changes import find_changes
from sim.model.interests import find_care, find_regard, find_stakes, find_values, find_weights
from sim.model.parts import find_parts
from sim.model.reactions import find_prices, find_reactions, find_worth
from sim.model.security import find_odds
from sim.model.vectors import Index, Record, section
from sim.model.workspace import Tables

if TYPE_CHECKING:
    from sim.model.record import Model


_STRIP = 2**12
"""Values to actors, and odds, that are reckoned in one go: so many stay near the processor."""


class LookFields(Record):
    """Strips of candidates, one after the other: what is found of one makes room for the next."""

    strips: int
    strip_candidate: Index  # where each begins, and the last ends


def strips(table: CandidateTable) -> Ints:
    """Where each strip of candidates begins, and the last ends.

    A system of few actors is one strip.
    """
    actors, each = len(table.layout.actors), len(table)
    wide = np.isin(table.effect_row, np.arange(table.layout.rows("commitment").stop))
    shifts = np.bincount(table.effect_candidate, 2 * max(actors - 2, 0) * wide, minlength=each)
    reached = np.cumsum(actors + shifts)
    if not each or reached[-1] <= _STRIP:
        return np.array([0, each])
    cuts = np.searchsorted(reached, np.arange(0, reached[-1], _STRIP), side="left")
    return np.unique([*cuts, each])


def look_tables(cuts: Ints) -> Tables:
    """The tables of strips."""
    return {"strips": len(cuts) - 1, "strip_candidate": cuts}


@section
def look(m: Model) -> None:
    """The value of every candidate to every actor, at the state now (6.1 to 6.4)."""
    find_odds(m)
    find_weights(m)
    lasting_pushes(m)
    weigh(m)


@section
def weigh(m: Model) -> None:
    """The same once it is found who leans to whom, what actors want, and what lasts."""
    begin_weighing(m)
    for s in range(m.strips):
        weigh_strip(m, s)
        if m.keeps_parts == 1:
            find_parts(m, s)


@section
def begin_weighing(m: Model) -> None:
    """What all candidates would change, and what actors measure that against."""
    find_changes(m)
    find_stakes(m)
    find_regard(m)
    find_prices(m)


@section
def weigh_strip(m: Model, s: int) -> None:
    """The value of the candidates of one strip."""
    find_values(m, s)
    find_care(m, s)
    find_reactions(m, s)
    find_worth(m, s)
