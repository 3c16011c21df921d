"""Formulas: a few named ways to make one number of several quantities.

A scenario file writes ``{difference: [tension of north and south, 0.2]}``. There is no expression
language: a formula is one operation over a list of terms, each a phrase, a number or another
formula, and nothing is evaluated but these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BeforeValidator,
    Discriminator,
    StrictFloat,
    StringConstraints,
    Tag,
    model_validator,
)

from sim.arrays import Floats
from sim.scenario.conditions import CONDITION_TAGS
from sim.scenario.field_types import MOST_CHARACTERS, Frozen, fault, is_number, optional, shown
from sim.scenario.phrases import BOUNDS, Kind, Phrase, parse

OPERATIONS = ("sum", "mean", "difference", "ratio", "least", "most", "share", "distance")
"""What a formula makes of its terms."""
OF_TWO = ("difference", "ratio", "distance")
"""Operations of exactly two terms."""
MOST_TERMS = 100
"""Most terms of a formula."""
NEGLIGIBLE = 1e-9
"""A divisor closer to 0 than this counts as 0, and what is divided by 0 comes to 0."""
FARTHEST = 1e18
"""No formula may come to more than this."""
_EXAMPLE = "write a quantity, e.g. 'issue border', or a formula, e.g. {mean: [..., ...]}"

TAGS = ("[phrase]", "[number]", "[formula]")
"""What Pydantic adds to the place of an error in a term: no part of a file's path."""


def _as_phrase(value: Any) -> Any:
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is not a quantity", _EXAMPLE)
    return " ".join(value.split())


def _tag(value: Any) -> str:
    if isinstance(value, (Mapping, Formula)):
        return "[formula]"
    return "[number]" if is_number(value) else "[phrase]"


_Phrase = Annotated[
    str, StringConstraints(max_length=MOST_CHARACTERS), BeforeValidator(_as_phrase), Tag("[phrase]")
]
Term = Annotated[
    "_Phrase | Annotated[StrictFloat, Tag('[number]')] | Annotated[Formula, Tag('[formula]')]",
    Discriminator(_tag),
]
"""A term of a formula: a phrase, a number or another formula."""
Terms = tuple[Term, ...]


class Formula(Frozen):
    """One operation over terms: phrases, numbers and other formulas."""

    sum: Terms | None = optional("all together")
    mean: Terms | None = optional("their mean")
    difference: Terms | None = optional("[p, q]: p less q")
    ratio: Terms | None = optional("[p, q]: p divided by q; 0 where q is 0")
    least: Terms | None = optional("the smallest of them")
    most: Terms | None = optional("the largest of them")
    share: Terms | None = optional("[p, ...]: the first of the sum of all; 0 where that is 0")
    distance: Terms | None = optional("[p, q]: how far they lie apart")

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        given = [name for name in OPERATIONS if getattr(self, name) is not None]
        if len(given) != 1:
            problem = f"a formula has exactly one operation, here {len(given)}"
            raise fault(problem, f"write one of {', '.join(OPERATIONS)}, e.g. {{mean: [..., ...]}}")
        count, two = len(self.terms), given[0] in OF_TWO
        if (two and count != 2) or not 2 <= count <= MOST_TERMS:
            wanted = "exactly 2" if two else f"2 to {MOST_TERMS}"
            problem = f"'{given[0]}' wants {wanted} terms, here {count}"
            raise fault(problem, f"write {{{given[0]}: [..., ...]}}")
        if all(isinstance(term, float) for term in self.terms):
            raise fault("a formula of numbers alone is a number", _EXAMPLE)
        return self

    @property
    def operation(self) -> str:
        """What it makes of its terms."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def terms(self) -> tuple[str | float | Formula, ...]:
        """What it is made of."""
        found: tuple[str | float | Formula, ...] = getattr(self, self.operation)
        return found

    def __str__(self) -> str:
        terms = ", ".join(f"{term:g}" if is_number(term) else str(term) for term in self.terms)
        return f"{{{self.operation}: [{terms}]}}"


def _tag_of(value: Any) -> str:
    return "[formula]" if isinstance(value, (Mapping, Formula)) else "[phrase]"


Measurable = Annotated[
    _Phrase | Annotated[Formula, Tag("[formula]")],
    Discriminator(_tag_of),
]
"""What an outcome may be of: a phrase, or a formula of phrases."""


def untagged(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place of an error as a path in a file."""
    return tuple(step for step in loc if step not in (*TAGS, *CONDITION_TAGS))


def texts(of: str | Formula | None) -> Iterator[str]:
    """Every phrase in a formula as it is written, in order; a phrase stands for itself."""
    if isinstance(of, Formula):
        for term in of.terms:
            if not isinstance(term, float):
                yield from texts(term)
    elif of is not None:
        yield of


def phrases_of(of: str | Formula | None) -> tuple[Phrase, ...]:
    """Every quantity that a formula or a phrase is made of, in order."""
    return tuple(phrase for text in texts(of) if (phrase := parse(text)) is not None)


def signs(of: str | float | Formula, sign: float = 1.0) -> Iterator[tuple[Phrase, float]]:
    """Each quantity of a formula, with 1 where it raises it and -1 where it lowers it.

    Of a distance neither can be said beforehand, and its quantities are left out; of a share, the
    first raises it and the others lower it. A divisor counts as positive unless it never is.
    """
    if isinstance(of, str):
        if phrase := parse(of):
            yield phrase, sign
    elif isinstance(of, Formula) and of.operation != "distance":
        turned, first = of.operation in ("difference", "ratio", "share"), sign
        if of.operation == "ratio" and scale(of.terms[1]).high <= 0:
            first = -sign
        for place, term in enumerate(of.terms):
            yield from signs(term, -sign if turned and place else first)


def single(of: str | Formula | None) -> Phrase | None:
    """The one quantity, where it is written as a phrase; ``None`` for a formula."""
    return parse(of) if isinstance(of, str) else None


# What a formula comes to: its unit, its range and its value.

UNITS: dict[Kind, str] = {
    **dict.fromkeys(BOUNDS, "level"),
    **dict.fromkeys(("issue", "position", "gap"), "points of 100"),
    **dict.fromkeys(("since", "begun", "begun_by", "office"), "rounds"),
    "power": "share of capability",
}
"""What each quantity is counted in; a level runs from 0 to 1, or from -1 to 1."""
_BOUNDED = ("level", "points of 100", "ratio")


@dataclass(frozen=True)
class Scale:
    """What the values of a formula are counted in, and between what they lie.

    Attributes
    ----------
    unit : str
        One of :data:`UNITS`, or ``ratio``; empty for a plain number.
    low, high : float
        The least and the most that it can come to, in its unit.
    """

    unit: str
    low: float
    high: float

    @property
    def bounded(self) -> bool:
        """Whether its two ends mean something: not of powers, rounds or a ratio without end."""
        wide = max(abs(self.low), abs(self.high)) > BOUNDS["issue"][1] * MOST_TERMS
        return self.unit in _BOUNDED and self.low < self.high and not wide


def scale(of: str | float | Formula) -> Scale:
    """Unit and range of a formula whose phrases are sound.

    Parameters
    ----------
    of : str, float or Formula
        A phrase, a number or a formula.

    Raises
    ------
    pydantic_core.PydanticCustomError
        Its terms cannot be put together: of different units, or a share of what may be negative.
    """
    if isinstance(of, str):
        phrase = parse(of)
        assert phrase is not None  # checked before
        return Scale(UNITS[phrase.kind], *BOUNDS[phrase.kind])
    if not isinstance(of, Formula):
        return Scale("", of, of)
    found = [scale(term) for term in of.terms]
    units = list(dict.fromkeys(one.unit for one in found if one.unit))
    if len(units) > 1:
        said = " and ".join(f"{units_text(of, unit)}" for unit in units[:2])
        remedy = "put together what is counted alike, e.g. two issues, or tension and support"
        raise fault(f"'{of.operation}' puts together {said}", remedy)
    unit = units[0] if units else ""
    lows, highs = [one.low for one in found], [one.high for one in found]
    match of.operation:
        case "sum":
            return Scale(unit, sum(lows), sum(highs))
        case "mean":
            return Scale(unit, sum(lows) / len(lows), sum(highs) / len(highs))
        case "least":
            return Scale(unit, min(lows), min(highs))
        case "most":
            return Scale(unit, max(lows), max(highs))
        case "share":
            if min(lows) < 0:
                said = f"'share' wants terms of 0 or more, and one may come to {min(lows):g}"
                raise fault(said, "use 'ratio', or leave out what may be negative")
            return Scale("ratio", 0.0, 1.0)
        case "ratio":
            return _ratio(found)
    low, high = lows[0] - highs[1], highs[0] - lows[1]
    if of.operation == "difference":
        return Scale(unit, low, high)
    return Scale(unit, max(low, -high, 0.0), max(high, -low))


def _ratio(found: list[Scale]) -> Scale:
    """The unit stays where the divisor is a plain number."""
    top, below = found
    unit = top.unit if not below.unit else "ratio"
    if below.low > -NEGLIGIBLE and below.high < NEGLIGIBLE:
        raise fault("'ratio' divides by 0", "write a divisor that is not 0")
    if below.low >= NEGLIGIBLE or below.high <= -NEGLIGIBLE:
        ends = [a / b for a in (top.low, top.high) for b in (below.low, below.high)]
        return Scale(unit, min(ends), max(ends))
    # The divisor may come as close to 0 as counts, on one side or on both.
    ends = [end / NEGLIGIBLE for end in (top.low, top.high)]
    ends += [-end for end in ends] if below.low < 0 else []
    ends = ends if below.high > 0 else ends[2:]
    return Scale(unit, min(0.0, *ends), max(0.0, *ends))


def units_text(of: Formula, unit: str) -> str:
    """The first term counted in a unit, as a message shows it: ``'issue x' (points of 100)``."""
    for term in of.terms:
        if scale(term).unit == unit:
            return f"'{term}' ({unit})"
    return unit


def value(of: str | float | Formula, measured: Callable[[Phrase], NDArray[Any]]) -> Floats:
    """What a formula comes to.

    Parameters
    ----------
    of : str, float or Formula
        A phrase, a number or a formula whose phrases are sound.
    measured : callable
        Gives the values of a quantity in its unit; all of one shape.

    Returns
    -------
    float64, of the shape of what is measured
        Where a divisor, or the sum behind a share, is closer to 0 than :data:`NEGLIGIBLE`, the
        ratio or share is 0. nan where a term is nan.
    """
    if isinstance(of, str):
        phrase = parse(of)
        assert phrase is not None  # checked before
        return np.asarray(measured(phrase), np.float64)
    if not isinstance(of, Formula):
        return np.asarray(of, np.float64)
    found = np.broadcast_arrays(*(value(term, measured) for term in of.terms))
    total = found[0] + 0.0
    for term in found[1:]:
        total = total + term
    match of.operation:
        case "sum":
            return total
        case "mean":
            return total / len(found)
        case "least":
            return _folded(np.minimum, found)
        case "most":
            return _folded(np.maximum, found)
        case "difference":
            return found[0] - found[1]
        case "distance":
            return np.abs(found[0] - found[1])
        case "ratio":
            return _divided(found[0], found[1])
    return _divided(found[0], total)


def _folded(together: np.ufunc, found: tuple[Floats, ...]) -> Floats:
    folded: Floats = together.reduce(np.stack(found), axis=0)
    return folded


def _divided(top: Floats, below: Floats) -> Floats:
    nothing = np.abs(below) < NEGLIGIBLE
    found: Floats = np.where(nothing, top * 0.0, top / np.where(nothing, 1.0, below))
    return found
