"""The small change of scenario documents: numbers, phrases, conditions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sim.scenario.phrases import SYMMETRIC
from tests.samples import Document

SIZES = {
    "affinity": 0.3,
    "tension": 0.3,
    "commitment": 0.3,
    "ties": 0.2,
    "support": 0.15,
    "issue": 20.0,
}
"""How much a lever or an event moves each quantity, at most."""
RANGES = {
    "affinity": (-1.0, 1.0),
    "tension": (0.0, 1.0),
    "commitment": (0.0, 1.0),
    "ties": (0.0, 1.0),
    "support": (0.0, 1.0),
    "issue": (0.0, 100.0),
    "power": (0.01, 0.5),
    "position": (0.0, 100.0),
    "salience": (0.0, 1.0),
    "weight": (0.0, 1.0),
    "gap": (0.0, 100.0),
}
BETWEEN = ("affinity", "tension", "commitment", "ties")


def numbers(low: float, high: float) -> SearchStrategy[float]:
    """Plain numbers, to three places."""
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda n: n / 1000)


@st.composite
def quantities(draw: DrawFn, low: float, high: float, beta: bool = False) -> Any:
    """Draw a number; sometimes one with a spread that stays within the two ends.

    ``beta`` where the ends are also those of the parameter's range: the shapes
    that reach over the whole range, normal and beta, are drawn only there.
    """
    value = draw(numbers(low, high))
    if draw(st.integers(0, 7)) != 7:
        return value
    shapes = ["uniform", "triangular", "pert", "cases"] + (["beta", "normal"] if beta else [])
    shape = draw(st.sampled_from(shapes))
    content: Any
    if shape == "normal":
        content = draw(numbers(0, (high - low) / 4))
    elif shape == "beta":
        content = [draw(numbers(0.5, 5)), draw(numbers(0.5, 5))]
    elif shape == "cases":
        content = draw(st.lists(numbers(low, high), min_size=1, max_size=3))
    elif shape == "uniform":
        content = sorted(draw(st.tuples(numbers(low, high), numbers(low, high))))
    else:
        content = [draw(numbers(low, value)), draw(numbers(value, high))]
    return {"value": value, "spread": {shape: content}}


def share() -> SearchStrategy[Any]:
    """Quantities from 0 to 1."""
    return quantities(0, 1, beta=True)


@st.composite
def some(draw: DrawFn, fields: dict[str, SearchStrategy[Any]]) -> Document:
    """Draw a mapping with some of the fields."""
    return {name: draw(field) for name, field in fields.items() if draw(st.booleans())}


@st.composite
def phrase(draw: DrawFn, kind: str, who: Sequence[str], issues: Sequence[str]) -> str:
    """Draw a phrase of a kind, between names or roles."""
    if kind in BETWEEN:
        first, second = draw(st.permutations(who).map(lambda names: names[:2]))
        if kind in SYMMETRIC:
            # One order only: the same quantity twice in a mapping is a fault.
            first, second = sorted((first, second))
        return f"{kind} of {first} {'and' if kind in SYMMETRIC else 'to'} {second}"
    if kind == "issue":
        return f"issue {draw(st.sampled_from(issues))}"
    if kind == "gap":
        return f"gap on {draw(st.sampled_from(issues))}"
    return f"{kind} of {draw(st.sampled_from(who))}"


@st.composite
def limits(draw: DrawFn, low: float, high: float) -> Document:
    """Draw a condition that holds for a good part of the range."""
    middle = (low + high) / 2
    sides = draw(st.sampled_from(("least", "most", "both")))
    found = {}
    if sides != "most":
        found["at_least"] = draw(quantities(low, middle))
    if sides != "least":
        found["at_most"] = draw(quantities(middle, high))
    return found


@st.composite
def conditions(
    draw: DrawFn, kinds: Sequence[str], who: Sequence[str], issues: Sequence[str], least: int = 0
) -> Document:
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=least, max_size=2))
    return {draw(phrase(kind, who, issues)): draw(limits(*RANGES[kind])) for kind in chosen}


def state_kinds(issues: Sequence[str]) -> list[str]:
    return [*BETWEEN, "support", "power", *(["issue"] if issues else [])]


def meet(one: str, other: str, actors: Sequence[str]) -> bool:
    """Whether two effects can fall on the same quantity."""
    return any(
        meant(one, actor, target, actors) & meant(other, actor, target, actors)
        for actor, target in itertools.permutations(actors, 2)
    )


def meant(text: str, actor: str, target: str, actors: Sequence[str]) -> set[tuple[str, ...]]:
    """List what an effect falls on when one actor uses the lever toward another."""
    kind, *words = text.split()
    cast = {"actor": [actor], "target": [target]}
    cast["others"] = [name for name in actors if name not in (actor, target)]
    names = [word for word in words if word not in ("of", "and", "to")]
    found = itertools.product(*(cast.get(name, [name]) for name in names))
    return {(kind, *(sorted(each) if kind in SYMMETRIC else each)) for each in found}
