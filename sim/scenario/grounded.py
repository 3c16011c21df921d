"""Shapes that all parts share: names, texts, dates, and groups of numbers with one origin."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from sim.scenario.phrases import NAME
from sim.scenario.quantity import Frozen, fault, shown

Name = Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Sources = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


def _date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise fault(f"{shown(value)} is not a date", "write it as 2016-12-15") from None
    if not isinstance(value, datetime.date):
        raise fault(f"{shown(value)} is not a date", "write it as 2016-12-15")
    return value


Date = Annotated[datetime.date, BeforeValidator(_date)]


class Grounded(Frozen):
    """A group of numbers; its source and reason hold for each number inside."""

    source: Sources = Field((), description="ids of facts or data for the numbers inside")
    why: Text | None = Field(None, description="the reason, where the figures are judgement")
