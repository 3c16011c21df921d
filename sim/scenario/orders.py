"""Orders: moves that an experiment lays down instead of leaving them to the actor."""

from __future__ import annotations

from typing import Self

from pydantic import Field, StrictBool, model_validator

from sim.scenario.calendar import date_after, rounds_between
from sim.scenario.checker import Checker
from sim.scenario.field_types import Date, Name
from sim.scenario.lookup import usual
from sim.scenario.quantity import Frozen, fault
from sim.scenario.schema import Calendar


class Order(Frozen):
    """A move that is made, or never made: in the round of a date, or in a period."""

    lever: Name = Field(description="what is done, wherever it is open")
    by: Name = Field(description="who does it")
    toward: Name = Field(description="toward whom")
    on: Date | None = Field(None, description="a date: in the round that holds it")
    since: Date | None = Field(None, description="or in every round from this date on")
    until: Date | None = Field(None, description="or in every round up to this date")
    never: StrictBool = Field(
        False, description="instead it is not done in that time: the actor picks from what is left"
    )

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.on and (self.since or self.until):
            raise fault("the move has a date and a period", "keep 'on', or 'since' and 'until'")
        if self.since and self.until and self.since > self.until:
            raise fault("the period ends before it begins", "turn the dates round")
        return self


def rounds_of(order: Order, calendar: Calendar) -> range:
    """The rounds in which an order is carried out, counted from 1."""
    return rounds_between(calendar, order.on or order.since, order.on or order.until)


def check_order(checker: Checker, path: tuple[str | int, ...], order: Order) -> None:
    """Check that the actor has the lever toward the other, in a round of the scenario."""
    known = checker.name((*path, "lever"), order.lever, "levers")
    known &= checker.name((*path, "by"), order.by, "actors")
    known &= checker.name((*path, "toward"), order.toward, "actors")
    if known and order.by == order.toward:
        checker.fault((*path, "toward"), "an actor does nothing toward itself", "name another")
    elif known and usual(checker.description.levers[order.lever], order.by, order.toward) is None:
        problem = f"'{order.by}' has no '{order.lever}' toward '{order.toward}'"
        remedy = "add it under the lever's 'usual', or name another"
        checker.fault((*path, "lever"), problem, remedy)
    calendar = checker.description.calendar
    if not rounds_of(order, calendar):
        checker.fault(path, "no round of the scenario falls on this time", calendar_dates(calendar))


def calendar_dates(calendar: Calendar) -> str:
    """Between which dates a scenario plays, as a remedy."""
    end = date_after(calendar, calendar.rounds)
    return f"write dates from {calendar.start} to before {end}"
