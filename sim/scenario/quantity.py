"""Numbers of a scenario: a value, its uncertainty and its origin."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, model_validator
from pydantic_core import PydanticCustomError

SHAPES = ("normal", "uniform", "triangular", "pert", "beta", "cases")


class Frozen(BaseModel):
    """Base of all that a scenario describes: closed to unknown keys, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def fault(problem: str, remedy: str = "") -> PydanticCustomError:
    """A validation error that carries its own words."""
    return PydanticCustomError("scenario", "{problem}", {"problem": problem, "remedy": remedy})


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Spread(Frozen):
    """An uncertainty: exactly one shape, each run draws its own value.

    ``normal: sd`` (around the value, cut at the parameter's range),
    ``uniform: [low, high]``, ``triangular: [low, high]`` and ``pert: [low, high]``
    (the value is the mode; PERT is the beta form of Malcolm et al. 1959),
    ``beta: [a, b]`` (over the parameter's range), ``cases: [v1, v2, ...]``
    (equally likely; repeat a case to weigh it).
    """

    normal: StrictFloat | None = Field(None, description="standard deviation around the value")
    uniform: list[StrictFloat] | None = Field(None, description="[low, high]")
    triangular: list[StrictFloat] | None = Field(
        None, description="[low, high], the value is the mode"
    )
    pert: list[StrictFloat] | None = Field(None, description="[low, high], the value is the mode")
    beta: list[StrictFloat] | None = Field(None, description="[a, b] over the parameter's range")
    cases: list[StrictFloat] | None = Field(None, description="values, equally likely")

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        given = [name for name in SHAPES if getattr(self, name) is not None]
        if len(given) != 1:
            remedy = "write one of " + ", ".join(SHAPES) + ", e.g. spread: {normal: 0.1}"
            raise fault(f"a spread has exactly one shape, here {len(given)}", remedy)
        shape = given[0]
        if shape == "normal" and self.normal is not None and self.normal < 0:
            remedy = f"write a standard deviation of 0 or more, e.g. {{normal: {-self.normal:g}}}"
            raise fault(f"a spread cannot have a negative width, here {self.normal:g}", remedy)
        if shape in ("uniform", "triangular", "pert"):
            ends: list[float] = getattr(self, shape)
            if len(ends) != 2:
                raise fault(f"'{shape}' wants two numbers, here {len(ends)}", "write [low, high]")
            if ends[0] > ends[1]:
                raise fault(
                    f"a spread cannot have a negative width, here from {ends[0]:g} to {ends[1]:g}",
                    f"write the lower end first: {{{shape}: [{ends[1]:g}, {ends[0]:g}]}}",
                )
        if self.beta is not None and (len(self.beta) != 2 or min(self.beta) <= 0):
            raise fault(f"'beta' wants two numbers above 0, here {self.beta}", "write [a, b]")
        if self.cases is not None and not self.cases:
            raise fault("'cases' is empty", "list at least one value")
        return self

    @property
    def shape(self) -> str:
        """The name of the shape that is given."""
        return next(name for name in SHAPES if getattr(self, name) is not None)

    def ends(self) -> tuple[float, float] | None:
        """Lowest and highest value it names; ``None`` where it names none."""
        if self.shape in ("normal", "beta"):
            return None
        values: list[float] = getattr(self, self.shape)
        return min(values), max(values)

    def __str__(self) -> str:
        content = getattr(self, self.shape)
        inner = f"{content:g}" if _number(content) else ", ".join(f"{v:g}" for v in content)
        return f"{self.shape}({inner})"


class Quantity(Frozen):
    """One number: plain, or ``{value, spread, source, why}``.

    ``source`` cites facts or data by their id in the sources file; ``why`` is
    the reason of a figure that is judgement.
    """

    bounds: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    value: float = Field(description="the number")
    spread: Spread | None = Field(None, description="uncertainty: each run draws its own value")
    source: tuple[str, ...] = Field((), description="ids of facts or data it is drawn from")
    why: str | None = Field(None, description="the reason, where the figure is judgement")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        if isinstance(data, Quantity):
            return data
        if _number(data):
            data = {"value": data}
        if not isinstance(data, Mapping):
            raise fault(
                f"{shown(data)} is not a number",
                f"write a plain number such as {_better(data, cls.bounds) or '0.5'}, "
                "or {value: 0.5, source: ..., why: ...}",
            )
        data = dict(data)
        meant = [key for key in ("by", "to", "at_least", "at_most") if _number(data.get(key))]
        if meant and "value" not in data:
            number = f"{data[meant[0]]:g}"
            problem = f"'{meant[0]}' has no place here: this is one number"
            raise fault(problem, f"write {number}, or {{value: {number}, source: ..., why: ...}}")
        if "value" in data and not _number(data["value"]):
            remedy = f"write a plain number: value: {_better(data['value'], cls.bounds) or '0.5'}"
            raise fault(f"{shown(data['value'])} is not a number", remedy)
        source = data.get("source", ())
        if source is None or isinstance(source, str):
            data["source"] = () if source is None else (source,)
        return data

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        low, high = self.bounds
        stated = [self.value]
        if self.spread and (ends := self.spread.ends()):
            stated += ends
            if self.spread.shape in ("triangular", "pert") and not ends[0] <= self.value <= ends[1]:
                raise fault(
                    f"the value {self.value:g} lies outside its {self.spread.shape} spread "
                    f"from {ends[0]:g} to {ends[1]:g}",
                    "widen the spread: the value is its mode",
                )
        if self.spread and self.spread.shape == "beta" and not math.isfinite(high - low):
            raise fault("a beta spread needs a parameter with a range", "use pert: [low, high]")
        for number in stated:
            if not math.isfinite(number):
                raise fault(f"{number} is not a finite number", "write a plain number")
            if not low <= number <= high:
                raise fault(f"{number:g} is out of range", f"write {within(low, high)}")
        return self


_AS_WRITTEN = {
    "dict": "a mapping",
    "list": "a list",
    "None": "an empty value",
    "True": "true",
    "False": "false",
}


def _better(value: Any, bounds: tuple[float, float]) -> str:
    """How to write what was probably meant as a number."""
    text = value.strip().replace(",", ".") if isinstance(value, str) else ""
    percent = re.fullmatch(r"([-+]?[0-9]{1,6}(?:\.[0-9]{1,6})?) ?%", text)
    if percent:
        part, points = _decimal(float(percent[1]) / 100), percent[1]
        if bounds == Points.bounds:
            return points
        # What a limit or an effect counts in depends on its phrase.
        either = bounds in (Quantity.bounds, Amount.bounds)
        return f"{part} ({points} where it is points of an issue)" if either else part
    return text if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text) else ""


def shown(value: Any) -> str:
    """A value as a message shows it: short, in quotes where it is text."""
    text = repr(value) if not isinstance(value, (dict, list)) else type(value).__name__
    text = _AS_WRITTEN.get(text, text)
    return text if len(text) <= 60 else text[:57] + "..."


def within(low: float, high: float) -> str:
    """A range in words."""
    if math.isinf(high):
        return "any number" if math.isinf(low) else f"a number of {_decimal(low)} or more"
    return f"a number from {_decimal(low)} to {_decimal(high)}"


def _decimal(number: float) -> str:
    """A number without an exponent."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Share(Quantity):
    """A number from 0 to 1."""

    bounds = (0.0, 1.0)


class Patience(Quantity):
    """The shadow of the future: below 1, so that a future has a finite value."""

    bounds = (0.0, 0.99)


class Persistence(Quantity):
    """What is left of a quantity in the next round: below 1, so that it fades."""

    bounds = (0.0, 0.99)


class Signed(Quantity):
    """A number from -1 to 1."""

    bounds = (-1.0, 1.0)


class Points(Quantity):
    """A place on an issue: 0 to 100."""

    bounds = (0.0, 100.0)


class Positive(Quantity):
    """A number above 0."""

    bounds = (1e-6, 1e6)


class NonNegative(Quantity):
    """A number of 0 or more."""

    bounds = (0.0, 1e6)


class Frequency(Quantity):
    """How often, per round, in ordinary times: above 0, below 1."""

    bounds = (1e-6, 0.999)


class Growth(Quantity):
    """A change per round."""

    bounds = (-0.1, 0.1)


class Amount(Quantity):
    """A change of any sign; its range depends on what it changes."""

    bounds = (-100.0, 100.0)


def default(kind: type[Quantity], value: float, why: str, about: str | None = None) -> Any:
    """A field that is a number, for a reason of the program's own, unless it is stated."""
    return Field(default=kind(value=value, why=why), description=about)
