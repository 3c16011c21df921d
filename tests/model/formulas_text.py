"""Formulas over a small table of numbers, to be compiled."""

from __future__ import annotations

import sim.model.record  # noqa: F401  (sections are typed by it)
from sim.model.formulas import FormulaFields, formula_of
from sim.model.vectors import Rows, section


class Levels(FormulaFields):
    """The state, numbers that do not change, and a row that is 0."""

    x: Rows
    parameter: Rows
    zero: Rows


@section
def all_formulas(m: Levels) -> None:
    """What each formula comes to."""
    for f in range(m.formulas):
        m.formula_value[f] = formula_of(m, m.x, f)  # type: ignore[arg-type]
