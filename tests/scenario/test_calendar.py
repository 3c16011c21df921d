"""Rounds and their days, in every year that a scenario can have."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.calendar import MONTHS, date_after, most_rounds, round_of, state_dates
from sim.scenario.schema import Calendar

FIRST, LAST = datetime.date.min, datetime.date.max


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any start from which a round fits, and any number of rounds that do."""
    kind = draw(st.sampled_from(sorted(MONTHS)))
    start = draw(st.dates(FIRST, datetime.date(9998, 12, 31)))
    most = most_rounds(Calendar(start=start, round=kind, rounds=1))
    rounds = draw(st.integers(1, min(most, 40)))
    return Calendar(start=start, round=kind, rounds=rounds)


@given(calendars())
def test_the_days_are_those_of_the_calendar_in_every_year(calendar: Calendar) -> None:
    found = state_dates(calendar)
    wanted = [date_after(calendar, nth).isoformat() for nth in range(calendar.rounds + 1)]
    assert list(np.datetime_as_string(found, "D")) == wanted
    assert (np.diff(found) > np.timedelta64(0)).all()


@given(calendars(), st.dates())
def test_every_date_lies_in_the_round_that_holds_it(
    calendar: Calendar, date: datetime.date
) -> None:
    found = round_of(calendar, date)
    if date < calendar.start:
        assert found == 0
        return
    assert date_after(calendar, found - 1) <= date
    if found <= most_rounds(calendar):
        assert date < date_after(calendar, found)


@pytest.mark.parametrize("kind", sorted(MONTHS))
@pytest.mark.parametrize("start", ["0001-01-01", "2016-10-31", "9999-01-28", "9999-12-31"])
def test_the_most_rounds_fit_and_one_more_does_not(kind: str, start: str) -> None:
    calendar = Calendar.model_validate({"start": start, "round": kind, "rounds": 1})
    most = most_rounds(calendar)
    assert date_after(calendar, most).year <= datetime.MAXYEAR
    with pytest.raises(ValueError, match="year"):
        date_after(calendar, most + 1)
