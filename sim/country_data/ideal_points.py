"""Ideal points of states from votes in the UN General Assembly."""

from __future__ import annotations

from collections.abc import Callable

from sim.country_data.layout import MISSING_VALUE, Layout, Reading, read_nothing
from sim.country_data.states import State, state_by_iso3

MAKER = "Bailey, Strezhnev and Voeten, ideal points from votes in the UN General Assembly"
FIRST_SESSION = 1945
"""Session 1 opened in January 1946; a session has the year of its opening, this plus its number."""
VALUES = ("idealpointall", "idealpointfp", "idealpoint")
"""Names of the column of points: from all votes, from final votes on whole resolutions (the only
one in editions since 2025), and in old editions; of several the first counts."""
_WITHIN = (-10.0, 10.0)


def read_sessions(reading: Reading) -> None:
    """Take ideal points from a file by session.

    Measure: ``ideal point``. The file has no year; its last session is the vintage, for the
    points of all years change from one edition to the next.
    """
    table = reading.table
    ccode, session_at = table.at("ccode", "session")
    last = 0

    def year_of(cells: list[str], line: int) -> int | None:
        nonlocal last
        session = table.whole(cells[session_at], line, "session")
        if session is not None and not 1 <= session <= 250:
            table.refuse(line, "session", f"{session} is no session", "sessions count from 1")
            session = None
        last = max(last, session or 0)
        return None if session is None else FIRST_SESSION + session

    name = _read(reading, year_of, _by_ccode(reading, ccode))
    reading.vintage = f"edition to session {last} of {FIRST_SESSION + last}{_of(name)}"


def read_numbered_years(reading: Reading) -> None:
    """Take ideal points from a file by calendar year, as editions since 2025 have them.

    Measure: ``ideal point``. The last year is the vintage.
    """
    table = reading.table
    ccode, year_at = table.at("ccode", "year")
    last = 0

    def year_of(cells: list[str], line: int) -> int | None:
        nonlocal last
        year = table.year(cells[year_at], line, "year")
        last = max(last, year or 0)
        return year

    name = _read(reading, year_of, _by_ccode(reading, ccode))
    reading.vintage = f"edition to {last}{_of(name)}"


def read_years(reading: Reading) -> None:
    """Take ideal points from a table by ISO code and year. Measure: ``ideal point``."""
    table = reading.table
    iso3, year_at = table.at("iso3", "year")
    _read(
        reading,
        lambda cells, line: table.year(cells[year_at], line, "year"),
        lambda cells, year, line: reading.kept(
            state_by_iso3(cells[iso3].strip(), year), year, line
        ),
    )


def _by_ccode(reading: Reading, ccode: int) -> Callable[[list[str], int, int], State | None]:
    return lambda cells, year, line: reading.state(
        reading.table.whole(cells[ccode], line, "ccode"), year, line
    )


def _of(name: str) -> str:
    return ", final votes only" if name == "idealpointfp" else ""


def _read(
    reading: Reading,
    year_of: Callable[[list[str], int], int | None],
    whose: Callable[[list[str], int, int], State | None],
) -> str:
    """Take the points; gives the name of their column.

    ``year_of``, ``whose``: the year of a line, and its state in that year.
    """
    table = reading.table
    name = next(name for name in VALUES if table.has(name))
    (point,) = table.at(name)
    for line, cells in table:
        year = year_of(cells, line)
        if not reading.in_time(year, line) or year is None:
            continue
        state = whose(cells, year, line)
        if state is None:
            continue
        value = table.number(cells[point], line, name)
        if value is None:
            reading.leave(MISSING_VALUE, line)
        else:
            reading.add("ideal point", (state.number, 0), (year, 0), value, line, _WITHIN)
    return name


_VALUE = "|".join(VALUES)
LAYOUTS = (
    Layout(
        "UN ideal points by session (Bailey, Strezhnev and Voeten)",
        "ideal points",
        ("ccode", "session", _VALUE),
        MAKER,
        read_sessions,
    ),
    Layout(
        "UN ideal points by year (Bailey, Strezhnev and Voeten)",
        "ideal points",
        ("ccode", "year", _VALUE),
        MAKER,
        read_numbered_years,
        without=("session",),
    ),
    Layout(
        "UN ideal points by ISO code and year",
        "ideal points",
        ("iso3", "year", "idealpointall"),
        MAKER,
        read_years,
    ),
    Layout(
        "UN agreement by pair (Bailey, Strezhnev and Voeten)",
        "agreement",
        ("ccode1", "ccode2", "agree"),
        MAKER,
        read_nothing,
        "the points themselves are asked for, whose two-year means give distances",
    ),
    Layout(
        "UN votes, a line for each (Voeten)",
        "votes",
        ("rcid", "ccode", "vote"),
        MAKER,
        read_nothing,
        "the ideal points that are estimated from them are asked for",
    ),
)
