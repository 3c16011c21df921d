"""Approval of a government or its head: shares of those asked, by month or quarter.

Measure: ``approval``, a share from 0 to 1. Many such tables do not say of which state they are;
their rows have state 0, and who uses them has to say whose they are.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict

from sim.country_data.layout import MISSING_VALUE, Layout, Reading
from sim.country_data.states import State, state_by_iso3, state_by_name

MAKER = "Approval series"
EXECUTIVE = (
    "Executive Approval Database (Carlin, Hartlyn, Hellwig, Love, Martínez-Gallardo, Singer)"
)
VALUES = (
    "approve", "approval_smoothed", "approval", "approving", "approval_rate", "approve_estimate",
)  # fmt: skip
"""Names of a column of approval in per cent; of several the first counts."""
_SHARE = 0.01
"""One per cent: a file that has no more is in shares."""
_ENDS = ("enddate", "end date")
"""Names of a column of the last day of a poll."""
_QUARTERS = ("quarter", "qtr")
_YEAR_AND_QUARTER = re.compile(r"(\d{4})[\s:-]*q([1-4])")
_STATE_COLUMNS = ("country", "iso3", "state", "statename")


def _state_column(reading: Reading) -> int | None:
    found = (reading.table.optional(name) for name in _STATE_COLUMNS)
    return next((at for at in found if at is not None), None)


def _state(word: str, year: int) -> State | None:
    return state_by_iso3(word.strip(), year) or state_by_name(word, year)


class _Polls:
    """Shares by state and month, while a file is read; of several in a month the mean counts."""

    def __init__(self, reading: Reading, column: str) -> None:
        self.reading, self.column = reading, column
        self.found: dict[tuple[int, int, int], list[tuple[float, int]]] = defaultdict(list)
        self.known: set[str] = set()
        self.strange: dict[str, int] = {}

    def take(self, when: tuple[int, int], country: str | None, cell: str, line: int) -> None:
        """Take a share in per cent; ``country``: what the line says of whom it is, if it does."""
        state = 0
        if country is not None:
            named = _state(country, when[0])
            if named is None:
                self.strange.setdefault(country.strip(), line)
            else:
                self.known.add(country.strip())
            found = self.reading.kept(named, when[0], line)
            if found is None:
                return
            state = found.number
        value = self.reading.table.number(cell.strip().removesuffix("%"), line, self.column)
        if value is None:
            self.reading.leave(MISSING_VALUE, line)
        elif not 0 <= value <= 100:
            self.reading.table.refuse(
                line,
                self.column,
                f"{value:g} is no percentage",
                "approval is in per cent, from 0 to 100",
            )
        else:
            self.found[state, *when].append((value / 100, line))
            self.reading.use(line)

    def add(self) -> None:
        """Give the means as rows, unless the file is of parts of a state or in shares."""
        table = self.reading.table
        if len(self.strange) > len(self.known):
            name, line = next(iter(self.strange.items()))
            table.refuse(
                line,
                "",
                f"'{name}' is the name of no state, and nor are most of the names here",
                "approval is read of states; a file of provinces is none",
            )
        values = [poll for polls in self.found.values() for poll in polls]
        if values and 0 < max(value for value, _ in values) <= _SHARE:
            table.refuse(
                min(line for _, line in values),
                self.column,
                "no value of the file is above 1: these are shares",
                "approval is in per cent, from 0 to 100; multiply it by 100",
            )
        for (state, year, month), polls in self.found.items():
            mean = math.fsum(value for value, _ in polls) / len(polls)
            self.reading.add("approval", (state, 0), (year, month), mean, polls[0][1])


def _value_column(reading: Reading) -> str:
    return next(name for name in VALUES if reading.table.has(name))


def _read_days(reading: Reading, day_name: str) -> None:
    table = reading.table
    value_name = _value_column(reading)
    day_at, value_at = table.at(day_name, value_name)
    country, year_at = _state_column(reading), table.optional("year")
    polls = _Polls(reading, value_name)
    for line, cells in table:
        word = cells[day_at].strip()
        if year_at is not None and word.isdigit() and len(word) < 3:
            word = f"{cells[year_at].strip()}-{word}"
        day = table.day(word, line, day_name)
        if reading.in_time(day, line) and day is not None:
            whose = None if country is None else cells[country]
            polls.take((day.year, day.month), whose, cells[value_at], line)
    polls.add()


def read_months(reading: Reading) -> None:
    """Take approval by ``month``, in per cent: ``2010-01``, or 1 beside a column ``year``."""
    _read_days(reading, "month")


def read_dates(reading: Reading) -> None:
    """Take approval by ``date``, in per cent."""
    _read_days(reading, "date")


def read_ends(reading: Reading) -> None:
    """Take approval by the last day of each poll, in per cent."""
    _read_days(reading, next(name for name in _ENDS if reading.table.has(name)))


def read_years(reading: Reading) -> None:
    """Take approval by ``year``, in per cent; it has no month."""
    table = reading.table
    value_name = _value_column(reading)
    year_at, value_at = table.at("year", value_name)
    country, polls = _state_column(reading), _Polls(reading, value_name)
    for line, cells in table:
        year = table.year(cells[year_at], line, "year")
        if reading.in_time(year, line) and year is not None:
            whose = None if country is None else cells[country]
            polls.take((year, 0), whose, cells[value_at], line)
    polls.add()


def read_quarters(reading: Reading) -> None:
    """Take approval by quarter, in per cent, as of the quarter's last month.

    A quarter is 1 to 4 beside a column ``year``, or has its year before it: ``2010q1``.
    """
    table = reading.table
    value_name = _value_column(reading)
    name = next(name for name in _QUARTERS if table.has(name))
    quarter_at, value_at = table.at(name, value_name)
    year_at = table.optional("year")
    country, polls = _state_column(reading), _Polls(reading, value_name)
    for line, cells in table:
        word = cells[quarter_at].strip().casefold()
        year_word = "" if year_at is None else cells[year_at]
        if found := _YEAR_AND_QUARTER.fullmatch(word):
            year_word, word = found[1], found[2]
        year = table.year(year_word, line, "year")
        quarter = table.whole(word.removeprefix("q"), line, name)
        if quarter is not None and not 1 <= quarter <= 4:
            table.refuse(line, name, f"{quarter} is no quarter", "write 1 to 4, or 2010q1")
        elif quarter is None:
            reading.leave("without a quarter", line)
        elif reading.in_time(year, line) and year is not None:
            whose = None if country is None else cells[country]
            polls.take((year, 3 * quarter), whose, cells[value_at], line)
    polls.add()


def read_polls(reading: Reading) -> None:
    """Take approval from a table of single polls: those whose question asks for it."""
    table = reading.table
    date_at, country_at, question_at, value_at = table.at("date", "country", "question", "pct_a")
    polls = _Polls(reading, "pct_a")
    for line, cells in table:
        if not cells[question_at].strip().casefold().startswith("approve"):
            reading.leave("about another question", line)
            continue
        day = table.day(cells[date_at], line, "date")
        if reading.in_time(day, line) and day is not None:
            polls.take((day.year, day.month), cells[country_at], cells[value_at], line)
    polls.add()


_VALUE = "|".join(VALUES)
LAYOUTS = (
    Layout("approval by month", "approval", ("month", _VALUE), MAKER, read_months),
    Layout("approval by date", "approval", ("date", _VALUE), MAKER, read_dates),
    Layout(
        "approval by the end of each poll",
        "approval",
        ("|".join(_ENDS), _VALUE),
        MAKER,
        read_ends,
        without=("date", "month"),
    ),
    Layout(
        "approval by year",
        "approval",
        ("year", _VALUE),
        MAKER,
        read_years,
        without=("date", "month", *_QUARTERS, *_ENDS),
    ),
    Layout(
        "approval by quarter (Executive Approval Database)",
        "approval",
        ("|".join(_QUARTERS), _VALUE),
        EXECUTIVE,
        read_quarters,
        without=("date", "month", *_ENDS),
    ),
    Layout(
        "polls by question",
        "approval",
        ("pollster", "date", "country", "question", "pct_a"),
        "Polls, by pollster",
        read_polls,
    ),
)
