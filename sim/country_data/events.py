"""Event data: who did what to whom, counted by directed pair, month and kind of act.

Measures: the four of ``recipes.QUADS``, and ``visits`` (CAMEO 042 and 043, which are also among
the verbal cooperation). Event files tell what newspapers wrote. So an event counts only where it
was reported within a month of its day: "a year ago" in a report of 2014 is no event of 2013 that
one could have read of in 2013. Of GDELT's events up to March 2013 that day is not known, for
those files were made in one go: they count by their own date alone.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from sim.country_data.layout import LATER, NO_STATE, OTHERS, TWICE, Layout, Reading
from sim.country_data.recipes import QUADS
from sim.country_data.states import (
    BY_NUMBER,
    State,
    state_by_cameo,
    state_by_iso3,
    state_by_name,
)
from sim.country_data.text_table import day_of
from sim.scenario.cameo import quad_of_code

ICEWS = "ICEWS Coded Event Data (Boschee and others 2015)"
POLECAT = "POLECAT event data (Halterman and others 2023), event types of PLOVER"
GDELT = "GDELT 1.0 event database (Leetaru and Schrodt 2013)"
SUMMED = "ICEWS events, counts by pair and year"
VISITS = ("042", "043")
"""To make a visit, to host one."""
REPORTED_WITHIN = timedelta(days=31)
"""Longest time from an event to its report."""
_PLOVER = {
    "verbal cooperation": ("agree", "consult", "support", "concede"),
    "material cooperation": ("cooperate", "aid", "retreat"),
    "verbal conflict": ("request", "accuse", "reject", "threaten"),
    "material conflict": ("protest", "sanction", "mobilize", "coerce", "assault"),
}
_QUAD_OF_TYPE = {word: quad for quad, words in _PLOVER.items() for word in words}
COUNTS = ("verbcoop", "matlcoop", "verbconf", "matlconf")
"""Columns of event counts, in the order of the quads."""
GDELT_FIELDS = (57, 58)
"""Fields of a line of GDELT 1.0, before and after April 2013, when the address was added."""
_GDELT = {"id": 0, "day": 1, "source": 7, "target": 17, "code": 26, "reported": 56}
_GDELT_NAMES = ("sqldate", "actor1countrycode", "actor2countrycode", "eventcode", "dateadded")
_GDELT_REDUCED = ("date", "source", "target", "cameocode", "numevents")
_GDELT_MADE = (date(2013, 1, 1), date(2013, 3, 31))
"""When the files of 1979 to March 2013 were made, before GDELT 1.0 came out daily: an event of
1979 has the ``DATEADDED`` 20130203, which is no day of report."""


class _Counts:
    """Acts by directed pair, month and kind, while a file is read."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.found: dict[tuple[str, int, int, int, int], tuple[float, int]] = {}

    def take(
        self,
        line: int,
        day: date,
        states: tuple[State | None, State | None],
        kinds: list[str],
        times: float = 1,
    ) -> None:
        """Count an event, unless it is not between two states that are asked for.

        ``times``: how many events a line stands for.
        """
        one, other = states
        wanted = self.reading.wanted
        if one is None or other is None:
            self.reading.leave("without a state on both sides", line)
        elif one is other:
            self.reading.leave("within one state", line)
        elif not wanted.pair(one.number, other.number):
            self.reading.leave(OTHERS, line)
        elif not (one.existed(day.year) and other.existed(day.year)):
            self.reading.leave("about a state in a year in which it was none", line)
        else:
            self.reading.use(line)
            for kind in kinds:
                key = (kind, one.number, other.number, day.year, day.month)
                count, first = self.found.get(key, (0, line))
                self.found[key] = (count + times, first)

    def again(self, ident: str, line: int) -> bool:
        """Whether an event was there already, in this file or another of the layout."""
        if ident in self.reading.ids:
            self.reading.leave(TWICE, line)
            return True
        self.reading.ids.add(ident)
        return False

    def add(self) -> None:
        """Give the counts as rows."""
        for (kind, one, other, year, month), (count, line) in self.found.items():
            self.reading.add(kind, (one, other), (year, month), float(count), line)


def _days(reading: Reading, day: date | None, reported: date | None, line: int) -> bool:
    """Whether an event's day and the day of its report are both given, near and not too late.

    What a file covers goes by the days of report, where it has them: a daily file has events of
    the month before, and covers a day.
    """
    if day is None:
        reading.leave("without a date", line)
    elif reported is not None and reported.year > reading.wanted.until:
        reading.leave(LATER, line)
    elif reported is not None and reported - day > REPORTED_WITHIN:
        reading.leave("reported more than a month after its date", line)
    elif reported is not None and day > reported:
        reading.leave("dated later than it was reported", line)
    else:
        return reading.in_time(reported or day, line)
    return False


def _kinds(reading: Reading, code: str, line: int, column: str) -> list[str]:
    """Kinds of an act by its CAMEO code, which is text with its leading zeros."""
    word = code.strip()
    quad = quad_of_code(word)
    if quad is None:
        if re.fullmatch(r"\d|(?:[3-9]\d|2[1-9])\d*|\d+\.0", word):
            reading.table.refuse(
                line,
                column,
                f"'{word}' is no CAMEO code",
                "codes are text with their zeros, from 01 to 20 at the beginning: 036, not 36; "
                "take the file from its maker again, for a spreadsheet cuts them",
            )
        else:
            reading.leave("with a code that CAMEO does not have", line)
        return []
    return [quad, "visits"] if word[:3] in VISITS else [quad]


def read_icews(reading: Reading) -> None:
    """Count the events of ICEWS: full country names, CAMEO codes."""
    table = reading.table
    day_at, source_at, target_at, code_at = table.at(
        "event date", "source country", "target country", "cameo code"
    )
    ident = table.optional("event id")
    counts = _Counts(reading)
    for line, cells in table:
        day = table.day(cells[day_at], line, "event date")
        if not _days(reading, day, None, line) or day is None:
            continue
        names = cells[source_at], cells[target_at]
        states = state_by_name(names[0], day.year), state_by_name(names[1], day.year)
        if not _asked(reading, states, line) or (
            ident is not None and counts.again(cells[ident], line)
        ):
            continue
        if kinds := _kinds(reading, cells[code_at], line, "cameo code"):
            counts.take(line, day, states, kinds)
    counts.add()


def _asked(reading: Reading, states: tuple[State | None, State | None], line: int) -> bool:
    """Whether an event is between two states that are asked for, so far as is known by now."""
    if None in states:
        reading.leave("without a state on both sides", line)
        return False
    one, other = states
    assert one is not None
    assert other is not None
    if one is other:
        reading.leave("within one state", line)
        return False
    if not reading.wanted.pair(one.number, other.number):
        reading.leave(OTHERS, line)
        return False
    return True


def read_polecat(reading: Reading) -> None:
    """Count the events of POLECAT: event types of PLOVER in words, one state on either side."""
    table = reading.table
    day_at, type_at = table.at("event date", "event type")
    mode, ident = table.optional("event mode"), table.optional("event id")
    published = table.optional("publication date")
    ends = ("actor", "recipient")
    countries = table.at(*(f"{end} country" for end in ends))
    numbers = [table.optional(f"{end} cow") for end in ends]
    counts = _Counts(reading)
    for line, cells in table:
        day = table.day(cells[day_at], line, "event date")
        reported = None if published is None else day_of(cells[published].strip())
        if not _days(reading, day, reported, line) or day is None:
            continue
        one, other = (
            _polecat_state(cells[country], "" if number is None else cells[number], day.year)
            for country, number in zip(countries, numbers, strict=True)
        )
        if not _asked(reading, (one, other), line) or (
            ident is not None and counts.again(cells[ident], line)
        ):
            continue
        word = cells[type_at].strip().casefold()
        quad = _QUAD_OF_TYPE.get(word)
        if quad is None:
            reading.leave("with an event type that PLOVER does not have", line)
            continue
        visit = word == "consult" and mode is not None and cells[mode].strip().casefold() == "visit"
        counts.take(line, day, (one, other), [quad, "visits"] if visit else [quad])
    counts.add()


def _polecat_state(country: str, number: str, year: int) -> State | None:
    """The state of one side: by its number, its ISO code, or its name."""
    word = number.strip().removesuffix(".0")
    if word.isascii() and word.isdigit() and int(word) in BY_NUMBER:
        return BY_NUMBER[int(word)]
    return state_by_iso3(country.strip(), year) or state_by_name(country, year)


def looks_like_gdelt(cells: list[str]) -> bool:
    """Whether a line without header is one of GDELT 1.0: its fields agree with one another."""
    if len(cells) not in GDELT_FIELDS:
        return False
    day, month, year = cells[1:4]
    code, base, root, quad = cells[26:30]
    return (
        cells[0].isdigit()
        and day_of(day) is not None
        and day.startswith(month)
        and month.startswith(year)
        and code.startswith(base)
        and base.startswith(root)
        and quad in ("1", "2", "3", "4")
        and day_of(cells[56]) is not None
    )


def read_gdelt(reading: Reading) -> None:
    """Count the events of GDELT 1.0, binned by their own date (``SQLDATE``)."""
    table = reading.table
    columns: dict[str, int | None] = dict(_GDELT)
    if table.header_line:
        at = (table.optional("globaleventid"), *table.at(*_GDELT_NAMES))
        columns = dict(zip(_GDELT, at, strict=True))
    ident = columns.pop("id")
    day_at, source_at, target_at, code_at, added_at = (at or 0 for at in columns.values())
    counts = _Counts(reading)
    for line, cells in table:
        day = table.day(cells[day_at], line, "sqldate")
        added = table.day(cells[added_at], line, "dateadded")
        made = added is not None and _GDELT_MADE[0] <= added <= _GDELT_MADE[1]
        reported = None if made else added
        if not _days(reading, day, reported, line) or day is None:
            continue
        source, target = cells[source_at].strip(), cells[target_at].strip()
        states = state_by_cameo(source, day.year), state_by_cameo(target, day.year)
        if not _asked(reading, states, line) or (
            ident is not None and counts.again(cells[ident], line)
        ):
            continue
        if not (table.header_line or looks_like_gdelt(cells)):
            table.refuse(
                line,
                "",
                "the fields do not agree with one another as those of GDELT 1.0 do",
                "take the file from its maker again",
            )
        elif kinds := _kinds(reading, cells[code_at], line, "eventcode"):
            counts.take(line, day, states, kinds)
    counts.add()


def read_gdelt_reduced(reading: Reading) -> None:
    """Count the events of GDELT's reduced file: a line for a day, two actors, a code and places.

    An actor's code begins with that of its country, where it has one; ``NumEvents`` is how many
    events the line stands for. The file has no days of report.
    """
    table = reading.table
    day_at, source_at, target_at, code_at, number_at = table.at(*_GDELT_REDUCED)
    counts = _Counts(reading)
    for line, cells in table:
        day = table.day(cells[day_at], line, "date")
        if not _days(reading, day, None, line) or day is None:
            continue
        states = (
            state_by_cameo(cells[source_at].strip()[:3], day.year),
            state_by_cameo(cells[target_at].strip()[:3], day.year),
        )
        if not _asked(reading, states, line) or counts.again("\t".join(cells), line):
            continue
        number = table.whole(cells[number_at], line, "numevents")
        if number is None:
            reading.leave("without a number of events", line)
        elif number < 1:
            table.refuse(line, "numevents", f"{number} is no number of events", "it is 1 or more")
        elif kinds := _kinds(reading, cells[code_at], line, "cameocode"):
            counts.take(line, day, states, kinds, number)
    counts.add()


def read_directed_counts(reading: Reading) -> None:
    """Take yearly counts by directed pair and ISO code: ``verbcoop`` to ``matlconf``."""
    table = reading.table
    source_at, target_at, year_at = table.at("source", "target", "year")
    columns = tuple(zip(QUADS, COUNTS, table.at(*COUNTS), strict=True))
    for line, cells, year in reading.by_year(year_at):
        one = state_by_iso3(cells[source_at].strip(), year)
        other = state_by_iso3(cells[target_at].strip(), year)
        if one is None or other is None:
            reading.leave(NO_STATE, line)
        elif not reading.wanted.pair(one.number, other.number):
            reading.leave(OTHERS, line)
        else:
            for quad, name, at in columns:
                value = table.number(cells[at], line, name)
                if value is None:
                    reading.leave(f"without a value of {name}", line)
                else:
                    states = (one.number, other.number)
                    reading.add(quad, states, (year, 0), value, line, (0.0, 1e9))


SINGLE = frozenset(("single",))
FITTED = frozenset(("fitted",))
GDELT_LAYOUT = Layout("events of GDELT 1.0", "events", (), GDELT, read_gdelt, traits=SINGLE)
"""It has no header: it is recognised by :func:`looks_like_gdelt`."""
LAYOUTS = (
    Layout(
        "events of ICEWS",
        "events",
        ("event date", "source country", "target country", "cameo code"),
        ICEWS,
        read_icews,
        traits=SINGLE | FITTED,
    ),
    Layout(
        "events of POLECAT",
        "events",
        ("event date", "event type", "actor country", "recipient country"),
        POLECAT,
        read_polecat,
        traits=SINGLE,
    ),
    Layout(
        "events of GDELT 1.0 with names of columns",
        "events",
        _GDELT_NAMES,
        GDELT,
        read_gdelt,
        traits=SINGLE,
    ),
    Layout(
        "events of GDELT 1.0, reduced",
        "events",
        _GDELT_REDUCED,
        GDELT,
        read_gdelt_reduced,
        traits=SINGLE,
    ),
    Layout(
        "event counts by directed pair and year",
        "events",
        ("source", "target", "year", *COUNTS),
        SUMMED,
        read_directed_counts,
        traits=FITTED,
    ),
)
