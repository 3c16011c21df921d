"""Formulas in the text of the model: tables of their terms, and what they come to.

A formula is a :class:`sim.scenario.formulas.Formula`; what it comes to is defined there too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sim.model.candidates import integers
from sim.model.layout import Layout
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
from sim.model.workspace import Scratch, Tables, starts
from sim.scenario.formulas import NEGLIGIBLE, OPERATIONS, Formula
from sim.scenario.phrases import IN_FORCE_KINDS, parse

if TYPE_CHECKING:
    from sim.model.record import Model

ROW, CONSTANT, INNER = range(3)
"""What a term is: a row of the state, a number, or another formula."""
SUM, MEAN, DIFFERENCE, RATIO, LEAST, MOST, SHARE, DISTANCE = range(len(OPERATIONS))
"""What a formula makes of its terms, in the order of :data:`sim.scenario.formulas.OPERATIONS`."""


class FormulaFields(Record):
    """Formulas, each after those inside it. Lists end where the next one begins."""

    formulas: int
    negligible: int  # row of the least divisor that counts
    formula_operation: Index
    formula_terms: Index  # where its terms begin
    term_sort: Index
    term_place: Index  # a row of the state, a row of a parameter, or a formula
    formula_value: Rows  # by formula: what it came to when it was last found


class Formulas:
    """Formulas laid out one after another, each after those inside it.

    Parameters
    ----------
    formulas : iterable of str or Formula
        Phrases, or formulas of phrases, without roles.
    layout : Layout
        Where quantities stand.

    Attributes
    ----------
    places : tuple of int
        The number of each that was given; those inside it come before it.
    terms : list of list of (sort, place)
        Of each formula: the place is a row of the state, a number or a formula.
    """

    def __init__(self, formulas: Iterable[str | Formula], layout: Layout) -> None:
        self._layout = layout
        self.operations: list[int] = []
        self.terms: list[list[tuple[int, float]]] = []
        self.places = tuple(self._add(one) for one in formulas)

    def _add(self, of: str | Formula) -> int:
        if isinstance(of, Formula):
            operation, terms = OPERATIONS.index(of.operation), of.terms
        else:
            operation, terms = SUM, (of,)
        found = [self._term(term) for term in terms]
        self.operations.append(operation)
        self.terms.append(found)
        return len(self.terms) - 1

    def _term(self, term: str | float | Formula) -> tuple[int, float]:
        if isinstance(term, Formula):
            return INNER, self._add(term)
        if not isinstance(term, str):
            return CONSTANT, term
        phrase = parse(term)
        assert phrase is not None  # checked when the scenario was built
        if phrase.kind in IN_FORCE_KINDS and self._layout.instance(phrase) < 0:
            return CONSTANT, 0.0  # between these two it can never be
        return ROW, self._layout.row(phrase)

    def tables(self, constant: Callable[[float], int]) -> Tables:
        """Make :class:`FormulaFields`; ``constant`` gives the row of a number among parameters."""
        begins, places = starts(
            [
                [constant(place) if sort == CONSTANT else int(place) for sort, place in terms]
                for terms in self.terms
            ]
        )
        return {
            "formulas": len(self.terms),
            "negligible": constant(NEGLIGIBLE),
            "formula_operation": integers(self.operations),
            "formula_terms": begins,
            "term_sort": integers([sort for terms in self.terms for sort, _ in terms]),
            "term_place": places,
            "formula_value": Scratch(len(self.terms)),
        }


@section
def find_formulas(m: Model) -> None:
    """What every formula comes to as the state is."""
    for f in range(m.formulas):
        m.formula_value[f] = formula_of(m, m.x, f)


@helper
def formula_of(m: Model, state: Any, f: int) -> Vector:
    """What one formula comes to, of a table of rows; those inside it must have been found."""
    begin, end = m.formula_terms[f], m.formula_terms[f + 1]
    first = term_of(m, state, begin)
    last, total, least, most = first, first, first, first
    for n in range(begin + 1, end):
        last = term_of(m, state, n)
        total = total + last
        least = minimum(least, last)
        most = maximum(most, last)
    return combined(m, m.formula_operation[f], end - begin, first, last, total, least, most)


@helper
def term_of(m: Model, state: Any, n: int) -> Vector:
    """What one term comes to."""
    sort, place = m.term_sort[n], m.term_place[n]
    found = m.zero[0]
    if sort == ROW:
        found = state[place]
    if sort == CONSTANT:
        found = m.parameter[place]
    if sort == INNER:
        found = m.formula_value[place]
    return found


@helper
def combined(
    m: Model,
    operation: int,
    count: int,
    first: Vector,
    last: Vector,
    total: Vector,
    least: Vector,
    most: Vector,
) -> Vector:
    """What an operation makes of terms: of the first and last, their sum, least and most."""
    found = total
    if operation == MEAN:
        found = total / count
    if operation == DIFFERENCE:
        found = first - last
    if operation == DISTANCE:
        found = absolute(first - last)
    if operation == LEAST:
        found = least
    if operation == MOST:
        found = most
    if operation == RATIO:
        found = divided(m, first, last)
    if operation == SHARE:
        found = divided(m, first, total)
    return found


@helper
def divided(m: Model, top: Vector, below: Vector) -> Vector:
    """The ratio of two numbers: 0 where the divisor is as good as 0."""
    nothing = absolute(below) < m.parameter[m.negligible]
    return select(nothing, 0.0, top / select(nothing, 1.0, below))
