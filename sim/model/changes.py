"""What every candidate would change.

Text: ``docs/model.md``, sections 6.1 and 6.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.candidates import columns
from sim.model.start import within
from sim.model.vectors import (
    Index,
    Record,
    Rows,
    Vector,
    absolute,
    helper,
    maximum,
    minimum,
    section,
    select,
)
from sim.model.workspace import Scratch, Tables

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model


class ChangeFields(Record):
    """Pushes and changes, by effect; room to move, by row."""

    rise: Rows
    fall: Rows
    push: Rows
    change: Rows  # as it takes effect
    meant: Rows  # as it is valued
    relational: Index  # effects on affinities and tensions
    relational_count: int
    other: Index  # the other effects
    other_count: int
    issue_effect: Index
    issue_of_effect: Index
    lasting_relational: Index  # by lasting effect: whether it moves an affinity or a tension
    payer_actor: Index  # who pays for ground given up
    payer_issue: Index  # by which effect on an issue: its place among them
    payer_effect: Index  # the effect on the payer's support
    payers: int
    paid: Index
    paid_count: int


def change_tables(compiled: CompiledDescription) -> Tables:
    """The tables of what candidates would change."""
    table, layout = compiled.table, compiled.layout
    support = layout.rows("support").start
    effect = table.of_kind("issue")
    issue = table.effect_row[effect] - layout.rows("issue").start
    given, payer, paid = columns(
        [
            (n, actor, table.effect_number[k, support + actor])
            for n, k in enumerate(table.effect_candidate[effect].tolist())
            for actor in sorted(table.rows[k].participants)
        ],
        3,
    )
    relational = np.concatenate([table.of_kind("affinity"), table.of_kind("tension")])
    other = np.setdiff1d(np.arange(len(table.effects)), relational)
    return {
        "rise": Scratch(layout.moving.stop),
        "fall": Scratch(layout.moving.stop),
        "push": Scratch(len(table.effects)),
        "change": Scratch(len(table.effects)),
        "meant": Scratch(len(table.effects)),
        "relational": relational,
        "relational_count": len(relational),
        "other": other,
        "other_count": len(other),
        "issue_effect": effect,
        "issue_of_effect": issue,
        "lasting_relational": np.isin(compiled.lasting.lasting_effect, relational),
        "payer_actor": payer,
        "payer_issue": given,
        "payer_effect": paid,
        "payers": len(paid),
        "paid": np.unique(paid),
        "paid_count": len(np.unique(paid)),
    }


# 6.1 Saturation


@section
def find_room(m: Model) -> None:
    """Share of a push up, and down, that takes effect: all in the nearer half of the range."""
    for q in range(m.moving):
        half = (m.high[q] - m.low[q]) / 2
        m.rise[q] = minimum(1.0, (m.high[q] - m.x[q]) / half)
        m.fall[q] = minimum(1.0, (m.x[q] - m.low[q]) / half)
    for a in range(m.actors):
        m.fall[m.row_support + a] = 1.0  # support falls in full


@helper
def saturated(m: Model, q: int, push: Vector) -> Vector:
    """The change of a quantity that a push brings."""
    faded = push * select(push > 0, m.rise[q], m.fall[q])
    return maximum(m.low[q] - m.x[q], minimum(m.high[q] - m.x[q], faded))


@helper
def clipped(m: Model, q: int, value: Vector) -> Vector:
    """A value of a quantity, cut at the ends of its range."""
    return within(value, m.low[q], m.high[q])


# 6.2 What a candidate would change


@section
def find_changes(m: Model) -> None:
    """Push and change of every effect, the audience's among them, and what each is valued at."""
    find_room(m)
    for n in range(m.relational_count):
        e = m.relational[n]
        _push(m, e, m.size[e] * (1 - m.worn[m.effect_candidate[e]]))
        _value_in_full(m, e, m.push[e])
    for n in range(m.other_count):
        e = m.other[n]
        _push(m, e, m.size[e] * (1 - m.worn[m.effect_candidate[e]]))
        m.meant[e] = m.change[e]
    for n in range(m.breaches):
        e = m.breach_effect[n]
        _push(m, e, m.push[e] + m.breach[n] * (1 - m.worn[m.breaker[n]]))
        _value_in_full(m, e, m.push[e])
    for n in range(m.payers):
        a, place = m.payer_actor[n], m.payer_issue[n]
        moved = m.change[m.issue_effect[place]]
        given_up = maximum(0.0, farther(m, a, m.issue_of_effect[place], moved))
        m.push[m.payer_effect[n]] -= given_up * m.parameter[m.audience_row[a]]
    for n in range(m.paid_count):
        e = m.paid[n]
        _push(m, e, m.push[e])
        m.meant[e] = m.change[e]
    _add_what_lasts(m)


@helper
def _push(m: Model, e: int, push: Vector) -> None:
    """Set the push of an effect, and the change that it brings."""
    m.push[e] = push
    m.change[e] = saturated(m, m.effect_row[e], push)


@helper
def _value_in_full(m: Model, e: int, push: Vector) -> None:
    """Value a push on an affinity or a tension by what it means, which does not fade."""
    q = m.effect_row[e]
    m.meant[e] = clipped(m, q, m.x[q] + push) - m.x[q]


@helper
def farther(m: Model, a: int, i: int, moved: Vector) -> Vector:
    """How much farther a change would bring an issue from where an actor wants it, by salience."""
    here, wanted = m.x[m.row_issue + i], m.x[m.row_position + a * m.issues + i]
    lost = absolute(here + moved - wanted) - absolute(here - wanted)
    return lost * (m.x[m.row_salience + a * m.issues + i] / 100)


@helper
def _add_what_lasts(m: Model) -> None:
    """What candidates bring in later rounds is valued with what they do at once (6.8)."""
    for n in range(m.lasting_effects):
        e = m.lasting_effect[n]
        q = m.effect_row[e]
        whole = m.push[e] + m.lasting[n]
        if m.lasting_relational[n] == 1:
            _value_in_full(m, e, whole)
        else:
            m.meant[e] = saturated(m, q, whole)
