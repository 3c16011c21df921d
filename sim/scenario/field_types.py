"""Shapes that all parts share: names, texts, dates, and groups of numbers with one origin."""

from __future__ import annotations

import calendar
import contextlib
import datetime
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
)

from sim.scenario.phrases import ID
from sim.scenario.quantity import Frozen, fault, shown

# What a scenario tells people and no run depends on: briefs, answers, what really happened.


class Brief(Frozen):
    """What a person who takes an actor's seat is told, beside the numbers."""

    role: Text = Field(description="who you are and what you want; all may read it")
    knows: Text | None = Field(None, description="background that the role knows")
    secret: Text | None = Field(None, description="what only this seat knows")


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

    source: Sources = Field((), description="ids of facts or data that the values are from")
    why: Text | None = Field(None, description="how the values were found or measured")
    values: Annotated[dict[Date, StrictFloat], AfterValidator(_by_date)] = Field(
        description="what the outcome came to, by date, in its unit"
    )


_NOTES = (
    "against carried certain contrary crowded empty endless falling flat hollow idle losing never "
    "powers round scaled staying sure unbegun unmoved unreached unshown"
)
NOTES = tuple(_NOTES.split())
"""Kinds of notes on a scenario (:mod:`sim.plausibility`): the first words of their names."""


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

    source: Sources = Field((), description="ids of facts or data for the numbers inside")
    why: Text | None = Field(None, description="the reason, where the figures are judgement")
