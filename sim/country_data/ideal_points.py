"""Ideal points of states from votes in the UN General Assembly."""

from __future__ import annotations

from sim.country_data.layout import MISSING_VALUE, Layout, Reading
from sim.country_data.states import state_by_iso3

MAKER = "Bailey, Strezhnev and Voeten, ideal points from votes in the UN General Assembly"
FIRST_SESSION = 1945
"""Session 1 opened in January 1946; a session has the year of its opening, this plus its number."""
_WITHIN = (-10.0, 10.0)


def read_sessions(reading: Reading) -> None:
    """Take ideal points from a file by session.

    Measure: ``ideal point``. The file has no year; its last session is the vintage, for the
    points of all years change from one edition to the next.
    """
    table = reading.table
    name = "idealpointall" if "idealpointall" in table.names else "idealpoint"
    ccode, session_at, point = table.at("ccode", "session", name)
    last = 0
    for line, cells in table:
        session = table.whole(cells[session_at], line, "session")
        if session is not None and not 1 <= session <= 250:
            table.refuse(line, "session", f"{session} is no session", "sessions count from 1")
            continue
        year = None if session is None else FIRST_SESSION + session
        last = max(last, session or 0)
        if not reading.in_time(year, line) or year is None:
            continue
        state = reading.state(table.whole(cells[ccode], line, "ccode"), year, line)
        if state is None:
            continue
        value = table.number(cells[point], line, name)
        if value is None:
            reading.leave(MISSING_VALUE, line)
        else:
            reading.add("ideal point", (state.number, 0), (year, 0), value, line, _WITHIN)
    reading.vintage = f"edition to session {last}"


def read_years(reading: Reading) -> None:
    """Take ideal points from a table by ISO code and year. Measure: ``ideal point``."""
    table = reading.table
    iso3, year_at, point = table.at("iso3", "year", "idealpointall")
    for line, cells in table:
        year = table.year(cells[year_at], line, "year")
        if not reading.in_time(year, line) or year is None:
            continue
        state = reading.kept(state_by_iso3(cells[iso3].strip(), year), year, line)
        if state is None:
            continue
        value = table.number(cells[point], line, "idealpointall")
        if value is None:
            reading.leave(MISSING_VALUE, line)
        else:
            reading.add("ideal point", (state.number, 0), (year, 0), value, line, _WITHIN)


LAYOUTS = (
    Layout(
        "UN ideal points by session (Bailey, Strezhnev and Voeten)",
        "ideal points",
        ("ccode", "session", "idealpointall|idealpoint"),
        MAKER,
        read_sessions,
    ),
    Layout(
        "UN ideal points by ISO code and year",
        "ideal points",
        ("iso3", "year", "idealpointall"),
        MAKER,
        read_years,
    ),
)
