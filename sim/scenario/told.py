"""What a scenario tells people and no run depends on: briefs, answers, what really happened."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StrictFloat

from sim.scenario.grounded import Date, Sources, Text
from sim.scenario.quantity import Frozen, fault, shown


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


NOTES = (
    "against", "carried", "certain", "contrary", "crowded", "empty", "endless", "falling", "flat",
    "hollow", "idle", "losing", "never", "powers", "round", "scaled", "staying", "sure", "unbegun",
    "unmoved", "unreached", "unshown",
)  # fmt: skip
"""Kinds of notes on a scenario (:mod:`sim.plausibility`): the first words of their names."""
