"""Formulas: what they come to, in the text of the model and out of it, and between what it lies."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.formulas import Formulas
from sim.model.layout import Layout
from sim.model.native import Native
from sim.model.vectors import LANES, SECTIONS, Rows
from sim.model.workspace import Paths, Scratch
from sim.scenario.formulas import OF_TWO, OPERATIONS, Formula, phrases_of, scale, value
from sim.scenario.phrases import BOUNDS, Phrase
from tests.model import formulas_text
from tests.model.formulas_text import Levels

LAYOUT = Layout(("east", "north", "south"), ("border", "trade"))
SHARES = [str(one) for one in LAYOUT.phrases if BOUNDS[one.kind] == (0.0, 1.0)]
POINTS = [str(one) for one in LAYOUT.phrases if BOUNDS[one.kind] == (0.0, 100.0)]


def drawn(random: np.random.Generator, depth: int = 2) -> dict[str, Any]:
    """A formula as a file may write it, with formulas inside, of terms of one unit."""
    operation = OPERATIONS[int(random.integers(len(OPERATIONS)))]
    terms: list[Any] = []
    kind = SHARES if random.random() < 0.5 else POINTS
    for _ in range(2 if operation in OF_TWO else int(random.integers(2, 5))):
        chance = random.random()
        if chance < 0.3 and depth and operation != "share":
            inner = ("sum", "mean", "least", "most")[int(random.integers(4))]
            terms.append({inner: [str(random.choice(kind)), str(random.choice(kind))]})
        elif chance < 0.4 and terms:
            terms.append(float(random.random()))
        else:
            terms.append(str(random.choice(kind)))
    return {operation: terms}


def by_hand(of: Any, levels: dict[str, float]) -> float:
    """What a formula as it is written comes to: one run, in plain Python."""
    if isinstance(of, str):
        return levels[of]
    if isinstance(of, float):
        return of
    ((operation, terms),) = of.items()
    found = [by_hand(term, levels) for term in terms]
    first, second, whole = found[0], found[1], math.fsum(found)
    return {
        "sum": lambda: whole,
        "mean": lambda: whole / len(found),
        "difference": lambda: first - second,
        "distance": lambda: max(first - second, second - first),
        "least": lambda: sorted(found)[0],
        "most": lambda: sorted(found)[-1],
        "ratio": lambda: first / second if second else 0.0,
        "share": lambda: first / whole if whole else 0.0,
    }[operation]()


def record(formulas: list[Formula], state: np.ndarray[Any, np.dtype[np.float64]]) -> Levels:
    """A record of formulas over a state."""
    paths = Paths()
    tables = Formulas(formulas, LAYOUT).tables(paths.constant)
    kinds, lanes = Levels.fields(), state.shape[1]
    made = {
        name: Rows(np.zeros((table.rows, lanes)))
        if isinstance(table, Scratch)
        else table
        if isinstance(table, int)
        else kinds[name](table)
        for name, table in tables.items()
    }
    numbers = np.repeat(paths.values({})[:, None], lanes, axis=1)
    rows = {"x": Rows(state), "parameter": Rows(numbers), "zero": Rows(np.zeros((1, lanes)))}
    return Levels(lanes, {**made, **rows})


@pytest.fixture(scope="module")
def formulas() -> list[Formula]:
    random = np.random.default_rng(5)
    return [Formula.model_validate(drawn(random)) for _ in range(120)]


@pytest.fixture(scope="module")
def state() -> np.ndarray[Any, np.dtype[np.float64]]:
    random = np.random.default_rng(6)
    found = LAYOUT.low + random.random((len(LAYOUT.phrases), LANES)) * (LAYOUT.high - LAYOUT.low)
    found[:, 0] = 0.0  # where every divisor is 0
    return found


def test_a_formula_comes_to_what_it_says_in_the_model_and_out_of_it(
    formulas: list[Formula], state: np.ndarray[Any, np.dtype[np.float64]]
) -> None:
    m = record(formulas, state)
    SECTIONS["all_formulas"](m)
    places = Formulas(formulas, LAYOUT).places
    for formula, place in zip(formulas, places, strict=True):
        outside = value(formula, lambda phrase: state[LAYOUT.row(phrase)])
        written = formula.model_dump(exclude_none=True)
        for run in range(LANES):
            levels = dict(zip(LAYOUT.names, state[:, run].tolist(), strict=True))
            wanted = by_hand(written_plainly(written), levels)
            assert outside[run] == pytest.approx(wanted, rel=1e-12, abs=1e-12), str(formula)
        np.testing.assert_array_equal(m.formula_value[place], outside, str(formula))


def written_plainly(of: Any) -> Any:
    """A formula as data, its lists as lists."""
    if isinstance(of, dict):
        return {name: [written_plainly(term) for term in terms] for name, terms in of.items()}
    return of


def test_a_formula_lies_between_its_ends(
    formulas: list[Formula], state: np.ndarray[Any, np.dtype[np.float64]]
) -> None:
    for formula in formulas:
        found, ends = value(formula, lambda one: state[LAYOUT.row(one)]), scale(formula)
        assert (found >= ends.low - 1e-9).all(), str(formula)
        assert (found <= ends.high + 1e-9).all(), str(formula)
        if formula.operation in ("sum", "mean", "least", "most"):
            lowest = value(formula, lambda one: np.array([BOUNDS[one.kind][0]]))
            highest = value(formula, lambda one: np.array([BOUNDS[one.kind][1]]))
            assert (lowest[0], highest[0]) == (pytest.approx(ends.low), pytest.approx(ends.high))


def test_compiled_formulas_have_the_bits_of_the_uncompiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formulas: list[Formula],
    state: np.ndarray[Any, np.dtype[np.float64]],
) -> None:  # fmt: skip
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path))
    monkeypatch.delenv("ENTENTE_COMPILED", raising=False)
    name = formulas_text.__name__
    native = Native(name, name, [Path(formulas_text.__file__)])
    compiled = native.sections(wait=True)
    assert compiled is not None, native.why_not()
    here, there = record(formulas, state), record(formulas, state.copy())
    SECTIONS["all_formulas"](here)
    compiled["all_formulas"](there)
    assert here.formula_value.array.tobytes() == there.formula_value.array.tobytes()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"sum": ["issue border"]}, "wants 2 to 100 terms, here 1"),
        ({"difference": ["issue border"] * 3}, "wants exactly 2 terms, here 3"),
        ({"sum": ["issue border"] * 2, "mean": ["issue border"] * 2}, "exactly one operation"),
        ({"mean": [1, 2]}, "of numbers alone"),
        ({}, "exactly one operation, here 0"),
        ({"product": ["issue border"] * 2}, "Extra inputs"),
        ({"sum": ["issue border", None]}, "an empty value is not a quantity"),
        ({"sum": ["issue border", float("nan")]}, "finite"),
    ],
)
def test_what_is_no_formula_is_refused(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Formula.model_validate(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"sum": ["issue border", "tension of north and south"]}, "points of 100.*level"),
        ({"share": ["affinity of north and south", "support of north"]}, "may come to -1"),
        ({"ratio": ["support of north", 0]}, "divides by 0"),
        ({"mean": [{"ratio": ["issue border", "issue trade"]}, "issue trade"]}, "puts together"),
    ],
)
def test_what_cannot_be_put_together_is_refused(written: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        scale(Formula.model_validate(written))


@pytest.mark.parametrize(
    ("written", "unit", "low", "high"),
    [
        ({"ratio": ["issue border", 2]}, "points of 100", 0, 50),
        ({"ratio": ["issue border", "issue trade"]}, "ratio", 0, 1e11),
        ({"ratio": [{"difference": ["issue border", 50]}, -2]}, "points of 100", -25, 25),
        ({"difference": ["tension of north and south", "support of east"]}, "level", -1, 1),
        ({"distance": ["affinity of north and south", -1]}, "level", 0, 2),
        ({"distance": [{"sum": ["support of north", 3]}, "support of east"]}, "level", 2, 4),
        ({"share": ["power of north", "power of south"]}, "ratio", 0, 1),
    ],
)
def test_units_and_ranges(written: dict[str, Any], unit: str, low: float, high: float) -> None:
    found = scale(Formula.model_validate(written))
    assert found.unit == unit
    assert [found.low, found.high] == pytest.approx([low, high])


def test_the_quantities_of_a_formula_are_named_in_their_order() -> None:
    written = {"sum": [{"mean": ["issue trade", 3]}, "issue  border"]}
    assert phrases_of(Formula.model_validate(written)) == (
        Phrase("issue", ("trade",)),
        Phrase("issue", ("border",)),
    )
