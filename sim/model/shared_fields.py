"""What the parts of a round have in common: fields of the record, bounds, keyed draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Ints
from sim.model.draws import quantile
from sim.model.vectors import Index, Record, Rows, Vector, helper, maximum, minimum, uniforms
from sim.scenario.field_types import Quantity

if TYPE_CHECKING:
    from sim.model.memory_record import Model


@dataclass(frozen=True)
class Kept:
    """So many rows that last from round to round."""

    rows: int


@dataclass(frozen=True)
class Scratch:
    """So many rows that are found anew in each round."""

    rows: int


Tables = dict[str, Kept | Scratch | Ints | int]
"""By the name of the field: rows, a table of whole numbers, or one."""


class SharedFields(Record):
    """What several parts read or write."""

    x: Rows  # the state
    baseline: Rows  # what it returns to
    low: Rows  # its bounds, row by row
    high: Rows
    parameter: Rows  # by parameter path
    going: Rows  # 1 where the run went on as the round began
    active: Rows  # 1 where it goes on now
    heat: Rows  # by pair
    last: Rows  # by candidate: round of its last use
    forbidden: Rows  # by candidate: 1 where it is
    open: Rows
    accepted: Rows
    patience: Rows  # by actor
    support_ref: Rows  # by actor: support in ordinary times
    usual: Rows  # by candidate: how often it is proposed in ordinary times
    usual_consent: Rows  # and how often it is then agreed to
    trust_ref: Rows  # by ordered pair: the share of promises kept in ordinary times
    pairs: int
    row_tension: int
    row_support: int
    row_power: int
    row_in_force: int
    row_trust: int
    row_office: int
    key_low: Index  # by draw: its key, in two halves
    key_high: Index


NEVER = -1e6
"""Round of last use of a lever that was never used."""


def starts(lists: list[list[int]]) -> tuple[Ints, Ints]:
    """Lists of whole numbers as one: where each begins (and the last ends), and all of them."""
    ends = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return ends, np.array([one for several in lists for one in several], dtype=np.int64)


@helper
def within(number: Vector, low: Vector, high: Vector) -> Vector:
    """The number cut at the ends of a range; one that is nan stays so."""
    return minimum(high, maximum(low, number))


@helper
def uniform_of(m: Model, key: int, first_run: int, now: int, of_event: int) -> Vector:
    """Uniform draws under a key in a round, one for each run."""
    return uniforms(m.key_low[key], m.key_high[key], first_run, now, m)


QUANTITIES: list[Quantity] = []
"""What new governments draw, by place, until the record has it."""


def draw_quantile(m: Model, place: int, drawn: Vector) -> Vector:
    """The number of a new government at its draws."""
    return quantile(QUANTITIES[place], drawn)
