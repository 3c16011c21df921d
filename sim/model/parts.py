"""What the worth of a candidate is made of, to its actor and to its target.

Text: ``docs/model.md``, sections 6.3 to 6.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.vectors import Record, Rows, Vector, helper, minimum, section
from sim.model.workspace import Kept, Scratch, Tables
from sim.scenario.lookup import components_of
from sim.scenario.phrases import COMPONENTS
from sim.scenario.schema import Description

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model

BESIDE = ("regard", "reactions", "consent", "cost")
"""What a proposal's worth is made of beside the components of interest: what the others gain and
lose by it, the reactions of third parties that are foreseen, the chance of a refusal, and what it
costs at home."""
PARTS = (*COMPONENTS, *BESIDE)
"""All of it where the file has no interests of its own."""
REGARD, REACTIONS, CONSENT, COST = range(len(BESIDE))
PROPOSAL, ANSWER = range(2)
"""Sides: what speaks for proposing a candidate, and for agreeing to it."""


def parts_of(description: Description) -> tuple[str, ...]:
    """What a proposal's worth is made of: the components of interest, then all else."""
    return (*components_of(description), *BESIDE)


def told_parts(description: Description) -> tuple[str, ...]:
    """The same, with interests of the file's own by their names in quotation marks."""
    own = {id: f"“{one.name}”" for id, one in description.interests.items()}
    return tuple(own.get(part, part) for part in parts_of(description))


class PartFields(Record):
    """Parts of worth, by side, part and candidate, where they are kept: in hundredths."""

    part_count: int  # the components of interest, then :data:`BESIDE`
    worth_parts: Rows
    usual_parts: Rows  # in ordinary times


def part_tables(compiled: CompiledDescription, *, parts: bool) -> Tables:
    """The tables of the parts of worth."""
    count = len(parts_of(compiled.description))
    rows = 2 * count * len(compiled.table) if parts else 0
    return {"part_count": count, "worth_parts": Scratch(rows), "usual_parts": Kept(rows)}


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
    first = side * m.part_count * m.candidates + k
    beside = first + m.components * m.candidates
    for c in range(m.components):
        m.worth_parts[first + c * m.candidates] = 100 * m.parts[c * m.strip_cells + cell]
    care, worth = m.care[side * m.candidates + k], m.worth[side * m.candidates + k]
    m.worth_parts[beside + REGARD * m.candidates] = 100 * (care - m.value[cell])
    m.worth_parts[beside + REACTIONS * m.candidates] = 100 * (worth - care)
    # Whoever answers reckons with no refusal and bears no cost of proposing.
    m.worth_parts[beside + CONSENT * m.candidates] = 0.0
    m.worth_parts[beside + COST * m.candidates] = 0.0


@section
def find_parts_of_proposal(m: Model) -> None:
    """Add what the chance of a refusal and the cost make: all parts of a proposal sum to X."""
    for k in range(m.candidates):
        split_proposal(m, k, m.agree[k])


@helper
def split_proposal(m: Model, k: int, agree: Vector) -> None:
    """What the chance of a refusal, and the cost, make of the worth of one proposal."""
    gain = minimum(m.worth[k], agree * m.worth[k])
    beside = m.components * m.candidates + k
    m.worth_parts[beside + CONSENT * m.candidates] = 100 * (gain - m.worth[k])
    m.worth_parts[beside + COST * m.candidates] = 100 * (m.expected[k] - gain)
