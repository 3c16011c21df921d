"""Rounds and dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import Calendar, Order

Dates = NDArray[np.datetime64]
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def date_after(calendar: Calendar, rounds: int) -> datetime.date:
    """The date ``rounds`` rounds after the start; round t opens after t - 1."""
    start = calendar.start
    months = start.year * 12 + start.month - 1 + rounds * MONTHS[calendar.round]
    # Every month has a 28th, so a start late in a month never skips one.
    day = start.day if rounds == 0 else min(start.day, 28)
    return datetime.date(months // 12, months % 12 + 1, day)


def state_dates(calendar: Calendar, rounds: int | None = None) -> Dates:
    """The days of the states: the start, then the end of each round, which opens the next one.

    ``rounds``: how many rounds; those of the calendar where not given. In microseconds:
    nanoseconds, the usual unit, wrap before 1678 and after 2262.
    """
    last = calendar.rounds if rounds is None else rounds
    return np.array([date_after(calendar, nth) for nth in range(last + 1)], "datetime64[us]")


def most_rounds(calendar: Calendar) -> int:
    """How many rounds there can be from the start on, the last of which ends in the year 9999."""
    left = 12 * (datetime.MAXYEAR - calendar.start.year) + 12 - calendar.start.month
    return left // MONTHS[calendar.round]


def rounds_between(
    calendar: Calendar, since: datetime.date | None = None, until: datetime.date | None = None
) -> range:
    """The rounds that overlap a period, both ends included; empty where none does."""
    first = max(round_of(calendar, since), 1) if since else 1
    last = min(round_of(calendar, until), calendar.rounds) if until else calendar.rounds
    return range(first, last + 1)


def round_of(calendar: Calendar, date: datetime.date) -> int:
    """The round that holds a date: 1 is the first, 0 is all that lies before it."""
    if date < calendar.start:
        return 0
    months = (date.year - calendar.start.year) * 12 + date.month - calendar.start.month
    guess = months // MONTHS[calendar.round] + 1
    return guess if date >= date_after(calendar, guess - 1) else guess - 1


def elections(
    calendar: Calendar, dates: Iterable[datetime.date], every: int | None, last: int
) -> dict[int, datetime.date]:
    """The day of each election by the round that holds it, up to a last round.

    After the last of ``dates`` there is one every so many rounds. Rounds are counted
    backward before the start: an election there counts, too, for those that follow it.
    """
    start, length = calendar.start, MONTHS[calendar.round]
    found = {}
    for day in sorted(dates):
        months = (day.year - start.year) * 12 + day.month - start.month
        months -= day.day < min(start.day, 28)
        found[round_of(calendar, day) if day >= start else months // length + 1] = day
    if found and every:
        latest, day = max(found.items())
        for later in range(latest + every, last + 1, every):
            months = 12 * day.year + day.month - 1 + (later - latest) * length
            if months // 12 > datetime.MAXYEAR:
                break
            found[later] = datetime.date(months // 12, months % 12 + 1, min(day.day, 28))
    return found


def rounds_of(order: Order, calendar: Calendar) -> range:
    """The rounds in which an order is carried out, counted from 1."""
    return rounds_between(calendar, order.on or order.since, order.on or order.until)


def calendar_dates(calendar: Calendar) -> str:
    """Between which dates a scenario plays, as a remedy."""
    end = date_after(calendar, calendar.rounds)
    return f"write dates from {calendar.start} to before {end}"
