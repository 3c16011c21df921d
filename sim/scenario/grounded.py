"""Shapes that all parts share: names, texts, dates, and groups of numbers with one origin."""

from __future__ import annotations

import calendar
import contextlib
import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictInt, StringConstraints

from sim.scenario.phrases import NAME
from sim.scenario.quantity import Frozen, fault, shown

Name = Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
LONGEST = 5000
"""Most characters of a text."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


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
