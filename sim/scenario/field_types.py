"""The types of single values in a scenario file: numbers, names, texts and dates."""

from __future__ import annotations

import calendar
import contextlib
import datetime
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sim.scenario.phrases import ID
from sim.text import listing

SHAPES = ("normal", "uniform", "triangular", "pert", "beta", "cases")
BETA_SHAPES = (0.01, 10_000.0)
"""Least and largest shape parameter of a beta spread: of these all quantiles are exact to 1e-12."""


class Frozen(BaseModel):
    """Base of all that a scenario describes: closed to unknown keys, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def fault(problem: str, remedy: str = "") -> PydanticCustomError:
    """A validation error that carries its own words."""
    return PydanticCustomError("scenario", "{problem}", {"problem": problem, "remedy": remedy})


def is_number(value: Any) -> bool:
    """Whether it is a number, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def optional(about: str, value: Any = None, **limits: Any) -> Any:
    """A field that may be left out: what it means, its value then, and its limits."""
    return Field(value, description=about, **limits)


class Spread(Frozen):
    """An uncertainty: exactly one shape, each run draws its own value.

    ``normal: sd`` (around the value, cut at the parameter's range),
    ``uniform: [low, high]``, ``triangular: [low, high]`` and ``pert: [low, high]``
    (the value is the mode; PERT is the beta form of Malcolm et al. 1959),
    ``beta: [a, b]`` (over the parameter's range), ``cases: [v1, v2, ...]``
    (equally likely; repeat a case to weigh it).
    """

    normal: StrictFloat | None = optional("standard deviation around the value")
    uniform: list[StrictFloat] | None = optional("[low, high]")
    triangular: list[StrictFloat] | None = optional("[low, high], the value is the mode")
    pert: list[StrictFloat] | None = optional("[low, high], the value is the mode")
    beta: list[StrictFloat] | None = optional("[a, b] over the parameter's range")
    cases: list[StrictFloat] | None = optional("values, equally likely")

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
        if self.beta is not None and not _are_shapes(self.beta):
            least, most = BETA_SHAPES
            problem = f"'beta' wants two numbers from {least:g} to {most:g}, here {self.beta}"
            raise fault(problem, "write [a, b]")
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
        inner = f"{content:g}" if is_number(content) else ", ".join(f"{v:g}" for v in content)
        return f"{self.shape}({inner})"


def _are_shapes(numbers: list[float]) -> bool:
    least, most = BETA_SHAPES
    return len(numbers) == 2 and all(least <= number <= most for number in numbers)


class Quantity(Frozen):
    """One number: plain, or ``{value, spread, source, why}``.

    ``source`` cites facts or data by their id in the sources file; ``why`` is
    the reason of a figure that is judgement.
    """

    bounds: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    value: float = Field(description="the number")
    spread: Spread | None = optional("uncertainty: each run draws its own value")
    source: tuple[str, ...] = optional("ids of facts or data it is drawn from", ())
    why: str | None = optional("the reason, where the figure is judgement")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        if isinstance(data, Quantity):
            return data
        if is_number(data):
            data = {"value": data}
        if not isinstance(data, Mapping):
            raise fault(
                f"{shown(data)} is not a number",
                f"write a plain number such as {_better(data, cls.bounds) or '0.5'}, "
                "or {value: 0.5, source: ..., why: ...}",
            )
        data = dict(data)
        meant = [key for key in ("by", "to", "at_least", "at_most") if is_number(data.get(key))]
        if meant and "value" not in data:
            number = f"{data[meant[0]]:g}"
            problem = f"'{meant[0]}' has no place here: this is one number"
            raise fault(problem, f"write {number}, or {{value: {number}, source: ..., why: ...}}")
        if "value" in data and not is_number(data["value"]):
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


def default(value: float, why: str, about: str | None = None) -> Any:
    """A field that is a number, for a reason of the program's own, unless it is stated."""
    return Field({"value": float(value), "why": why}, description=about, validate_default=True)


Name = Annotated[str, StringConstraints(pattern=f"^{ID}$")]
MOST_CHARACTERS = 5000
"""Most characters of a text."""
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARACTERS)
]


def _several(value: Any) -> Any:
    """One id is a list of one; nothing is none."""
    if isinstance(value, str):
        return (value,)
    return () if value is None else value


Sources = Annotated[tuple[str, ...], BeforeValidator(_several)]
Names = Annotated[tuple[Name, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


def _whole(value: Any) -> Any:
    """A number written with a point or an exponent may still be whole: 1e3."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


Whole = Annotated[StrictInt, BeforeValidator(_whole)]


def _date(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value)
    if not isinstance(value, datetime.date):
        raise fault(f"{shown(value)} is not a date", _dated(value))
    return value


def _dated(value: Any) -> str:
    """How to write what was probably meant as a date."""
    example = "write it as 2016-12-15"
    text = str(value).strip() if isinstance(value, (int, str)) else ""
    found = re.fullmatch("([0-9]{4})(?:[-/.]([0-9]{1,2}))?(?:[-/.]([0-9]{1,2}))?", text)
    if not found or int(found[1]) < datetime.MINYEAR:
        return example
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    if not 1 <= month <= 12:
        return f"months go from 01 to 12: {example}"
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        day = min(max(day, 1), last)
        length = f"{calendar.month_name[month]} {year} has {last} days"
        return f"{length}: write {year:04}-{month:02}-{day:02}"
    return f"write {year:04}-{month:02}-{day:02}"


Date = Annotated[datetime.date, BeforeValidator(_date)]


class Grounded(Frozen):
    """A group of numbers; its source and reason hold for each number inside."""

    source: Sources = optional("ids of facts or data for the numbers inside", ())
    why: Text | None = optional("the reason, where the figures are judgement")


# What a scenario tells people and no run depends on: briefs, answers, what really happened.


class Brief(Frozen):
    """What a person who takes an actor's seat is told, beside the numbers."""

    role: Text = Field(description="who you are and what you want; all may read it")
    knows: Text | None = optional("background that the role knows")
    secret: Text | None = optional("what only this seat knows")


def _as_role(value: Any) -> Any:
    """A plain text is the public role."""
    if isinstance(value, str):
        return {"role": value}
    if not isinstance(value, (dict, Brief)):
        raise fault(f"{shown(value)} is not a brief", "write a text, or 'role:' with a text")
    return value


AnyBrief = Annotated[Brief, BeforeValidator(_as_role)]
"""A brief as a file may write it."""


def _by_date(values: dict[datetime.date, float]) -> dict[datetime.date, float]:
    if not values:
        raise fault("there are no values", "write a date and its value, e.g. 2017-01-01: 0.1")
    return dict(sorted(values.items()))


class History(Frozen):
    """What one outcome really came to, for showing beside what is simulated.

    No parameter: it has no effect on any run. Its source and reason are its own,
    and stand for all its values.
    """

    source: Sources = optional("ids of facts or data that the values are from", ())
    why: Text | None = optional("how the values were found or measured")
    values: Annotated[dict[Date, StrictFloat], AfterValidator(_by_date)] = Field(
        description="what the outcome came to, by date, in its unit"
    )


class Recorded(Frozen):
    """How often a lever was used before the start, by the public record.

    No parameter: ``usual`` is stated beside it, and no run depends on it. Either
    ``dates`` or ``count`` is given.
    """

    source: Sources = optional("ids of facts or data that it was counted from", ())
    why: Text | None = optional("how it was counted, and what may be missing")
    since: Date = Field(description="first day of the time that was searched")
    until: Date = Field(description="last day of the time that was searched")
    dates: tuple[Date, ...] | None = optional("the days on which it was done; [] for never")
    count: Whole | None = optional(
        "how often it was done, where the days are not known", ge=0, le=100_000
    )
    also: Names = optional("other levers whose use counts as this", ())

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.dates is None) == (self.count is None):
            found = "neither" if self.dates is None else "both"
            remedy = "write dates: [2014-03-18, ...], or count: 3 where the days are not known"
            raise fault(f"a record has 'dates' or 'count', here {found}", remedy)
        if self.since > self.until:
            raise fault("the time searched ends before it begins", "turn the dates round")
        outside = [day for day in self.dates or () if not self.since <= day <= self.until]
        if outside:
            verb, them = ("lies", "it") if len(outside) == 1 else ("lie", "them")
            raise fault(
                f"{listing(list(map(str, outside)))} {verb} outside the time searched, "
                f"{self.since} to {self.until}",
                f"leave {them} out, or widen 'since' and 'until'",
            )
        return self


_NOTES = (
    "against carried certain contrary crowded empty endless falling flat hollow idle losing never "
    "powers round scaled staying sure trending unbegun unmoved "
    "unreached unserved unshown unweighed"
)
NOTES = tuple(_NOTES.split())
"""Kinds of notes on a scenario (:mod:`sim.plausibility`): the first words of their names."""


MOST_KNOBS = 16
"""Most knobs of a scenario: more do not fit beside its charts."""


class KnobRange(Frozen):
    """How a number of the scenario may be turned by readers who try what it does."""

    low: StrictFloat = Field(description="the least that it can be turned to")
    high: StrictFloat = Field(description="the most")
    step: StrictFloat | None = optional(
        "from one place to the next; a hundredth of the range", gt=0
    )
    title: Text | None = optional("what it is called; made of the path, if absent")
    words: tuple[Text, ...] = optional(
        "what places on it mean, from the least to the most at equal distances: [brittle, firm]", ()
    )

    @model_validator(mode="after")
    def _turns(self) -> Self:
        if self.low >= self.high:
            problem = f"a knob cannot turn from {self.low:g} to {self.high:g}"
            remedy = "write the lower end first" if self.low > self.high else "write two numbers"
            raise fault(problem, f"{remedy}: {{low: ..., high: ...}}")
        if self.step is not None and self.step > self.high - self.low:
            problem = f"a step of {self.step:g} leaves the range from {self.low:g} to {self.high:g}"
            raise fault(problem, f"write {self.high - self.low:g} or less")
        if len(self.words) == 1 or len(self.words) > 7:
            problem = f"'words' wants two to seven of them, here {len(self.words)}"
            raise fault(problem, "write what the least and the most mean: [brittle, firm]")
        return self
