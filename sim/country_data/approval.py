"""Approval of a government or its head: shares of those asked, by month or quarter.

Measure: ``approval``, a share from 0 to 1. Many such tables do not say of which state they are;
their rows have state 0, and who uses them has to say whose they are.
"""

from __future__ import annotations

from sim.country_data.layout import MISSING_VALUE, Layout, Reading
from sim.country_data.states import State, state_by_iso3, state_by_name

MAKER = "Approval series"
EXECUTIVE = (
    "Executive Approval Database (Carlin, Hartlyn, Hellwig, Love, Martínez-Gallardo, Singer)"
)
_STATE_COLUMNS = ("country", "iso3", "state", "statename")


def _state_column(reading: Reading) -> int | None:
    found = (reading.table.optional(name) for name in _STATE_COLUMNS)
    return next((at for at in found if at is not None), None)


def _state(word: str, year: int) -> State | None:
    return state_by_iso3(word.strip(), year) or state_by_name(word, year)


def _add(
    reading: Reading, when: tuple[int, int], country: str | None, cell: str, spot: tuple[int, str]
) -> None:
    """Take a share in per cent."""
    line, column = spot
    state = 0
    if country is not None:
        found = reading.kept(_state(country, when[0]), when[0], line)
        if found is None:
            return
        state = found.number
    value = reading.table.number(cell, line, column)
    if value is None:
        reading.leave(MISSING_VALUE, line)
    elif not 0 <= value <= 100:
        reading.table.refuse(
            line, column, f"{value:g} is no percentage", "approval is in per cent, from 0 to 100"
        )
    else:
        reading.add("approval", (state, 0), when, value / 100, line)


def _read_days(reading: Reading, day_name: str, value_name: str) -> None:
    table = reading.table
    day_at, value_at = table.at(day_name, value_name)
    country = _state_column(reading)
    for line, cells in table:
        day = table.day(cells[day_at], line, day_name)
        if reading.in_time(day, line) and day is not None:
            whose = None if country is None else cells[country]
            _add(reading, (day.year, day.month), whose, cells[value_at], (line, value_name))


def read_months(reading: Reading) -> None:
    """Take approval from a table with the columns ``month`` and ``approve``, in per cent."""
    _read_days(reading, "month", "approve")


def read_dates(reading: Reading) -> None:
    """Take approval from a table with the columns ``date`` and ``approve``, in per cent."""
    _read_days(reading, "date", "approve")


def read_quarters(reading: Reading) -> None:
    """Take smoothed approval by country, year and quarter, in per cent."""
    table = reading.table
    names = ("country", "year", "quarter", "approval_smoothed")
    country_at, year_at, quarter_at, value_at = table.at(*names)
    for line, cells in table:
        year = table.year(cells[year_at], line, "year")
        quarter = table.whole(cells[quarter_at], line, "quarter")
        if quarter is not None and not 1 <= quarter <= 4:
            table.refuse(line, "quarter", f"{quarter} is no quarter", "write 1 to 4")
        elif quarter is None:
            reading.leave("without a quarter", line)
        elif reading.in_time(year, line) and year is not None:
            when = (year, 3 * quarter)
            _add(reading, when, cells[country_at], cells[value_at], (line, "approval_smoothed"))


def read_polls(reading: Reading) -> None:
    """Take approval from a table of single polls: those whose question asks for it.

    Of several polls of a month of one state the mean counts.
    """
    table = reading.table
    date_at, country_at, question_at, value_at = table.at("date", "country", "question", "pct_a")
    found: dict[tuple[str, int, int], list[tuple[str, int]]] = {}
    for line, cells in table:
        if not cells[question_at].strip().casefold().startswith("approve"):
            reading.leave("about another question", line)
            continue
        day = table.day(cells[date_at], line, "date")
        if reading.in_time(day, line) and day is not None:
            key = (cells[country_at].strip(), day.year, day.month)
            found.setdefault(key, []).append((cells[value_at], line))
    for (country, year, month), polls in found.items():
        values = [table.number(cell, line, "pct_a") for cell, line in polls]
        known = [value for value in values if value is not None]
        for value, (_, line) in zip(values, polls, strict=True):
            if value is None:
                reading.leave(MISSING_VALUE, line)
            else:
                reading.use(line)
        if known:
            mean, line = sum(known) / len(known), polls[0][1]
            _add(reading, (year, month), country, repr(mean), (line, "pct_a"))


LAYOUTS = (
    Layout("approval by month", "approval", ("month", "approve"), MAKER, read_months),
    Layout("approval by date", "approval", ("date", "approve"), MAKER, read_dates),
    Layout(
        "approval by country and quarter (Executive Approval Database)",
        "approval",
        ("country", "year", "quarter", "approval_smoothed"),
        EXECUTIVE,
        read_quarters,
    ),
    Layout(
        "polls by question",
        "approval",
        ("pollster", "date", "country", "question", "pct_a"),
        "Polls, by pollster",
        read_polls,
    ),
)
