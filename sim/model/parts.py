"""What the worth of a candidate is made of, to its actor and to its target.

Text: ``docs/model.md``, sections 6.3 to 6.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.vectors import Record, Rows, Vector, helper, minimum, section
from sim.model.workspace import Kept, Scratch, Tables
from sim.scenario.phrases import COMPONENTS

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model

PARTS = (*COMPONENTS, "regard", "reactions", "consent", "cost")
"""What a proposal's worth is made of: the five components, what the others gain and lose
by it, the reactions of third parties that are foreseen, the chance of a refusal, and what
it costs at home."""
COUNT = len(PARTS)
REGARD, REACTIONS, CONSENT, COST = range(len(COMPONENTS), COUNT)
PROPOSAL, ANSWER = range(2)
"""Sides: what speaks for proposing a candidate, and for agreeing to it."""


class PartFields(Record):
    """Parts of worth, by side, part and candidate, where they are kept: in hundredths."""

    worth_parts: Rows
    usual_parts: Rows  # in ordinary times


def part_tables(compiled: CompiledDescription, *, parts: bool) -> Tables:
    """The tables of the parts of worth."""
    rows = 2 * COUNT * len(compiled.table) if parts else 0
    return {"worth_parts": Scratch(rows), "usual_parts": Kept(rows)}


@section
def find_parts(m: Model, s: int) -> None:
    """Take the worth of each candidate of a strip apart, to its actor and to its target.

    For the target the parts sum to W, what speaks for agreeing; for the actor once
    :func:`find_parts_of_proposal` has been there.
    """
    first = m.strip_candidate[s]
    for k in range(first, m.strip_candidate[s + 1]):
        cells = (k - first) * m.actors
        _take_apart(m, PROPOSAL, k, cells + m.candidate_actor[k])
        _take_apart(m, ANSWER, k, cells + m.candidate_target[k])


@helper
def _take_apart(m: Model, side: int, k: int, cell: int) -> None:
    """The parts of what a candidate is worth to one of its two."""
    first = side * COUNT * m.candidates + k
    for c in range(5):
        m.worth_parts[first + c * m.candidates] = 100 * m.parts[c * m.strip_cells + cell]
    care, worth = m.care[side * m.candidates + k], m.worth[side * m.candidates + k]
    m.worth_parts[first + REGARD * m.candidates] = 100 * (care - m.value[cell])
    m.worth_parts[first + REACTIONS * m.candidates] = 100 * (worth - care)
    # Whoever answers reckons with no refusal and bears no cost of proposing.
    m.worth_parts[first + CONSENT * m.candidates] = 0.0
    m.worth_parts[first + COST * m.candidates] = 0.0


@section
def find_parts_of_proposal(m: Model) -> None:
    """Add what the chance of a refusal and the cost make: all parts of a proposal sum to X."""
    for k in range(m.candidates):
        split_proposal(m, k, m.agree[k])


@helper
def split_proposal(m: Model, k: int, agree: Vector) -> None:
    """What the chance of a refusal, and the cost, make of the worth of one proposal."""
    gain = minimum(m.worth[k], agree * m.worth[k])
    m.worth_parts[CONSENT * m.candidates + k] = 100 * (gain - m.worth[k])
    m.worth_parts[COST * m.candidates + k] = 100 * (m.expected[k] - gain)
