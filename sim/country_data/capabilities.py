"""National material capabilities: the index CINC and its parts."""

from __future__ import annotations

from collections.abc import Callable

from sim.country_data.layout import MISSING_VALUE, Layout, Reading
from sim.country_data.states import State, state_by_iso3

PARTS = ("milex", "milper", "irst", "pec", "tpop", "upop")
"""What the index is made of: military spending and personnel, iron and steel, energy,
population, urban population."""
_OTHER_NAMES = {"pec": "energy"}
"""What version 3 calls a part, as far as is remembered."""
MAKER = (
    "Correlates of War, National Material Capabilities (Singer, Bremer and Stuckey 1972; "
    "Singer 1987)"
)


def read_capabilities(reading: Reading) -> None:
    """Take CINC and its parts from a file of the Correlates of War, of any version.

    Measures: ``cinc`` (0 to 1), and each of :data:`PARTS` in the file's unit.
    """
    ccode = reading.table.at("ccode")[0]
    _read(
        reading,
        lambda cells, year, line: reading.state(
            reading.table.whole(cells[ccode], line, "ccode"), year, line
        ),
    )


def read_by_iso3(reading: Reading) -> None:
    """Take CINC and its parts from a table by ISO code and year."""
    iso3 = reading.table.at("iso3")[0]
    _read(
        reading,
        lambda cells, year, line: reading.kept(
            state_by_iso3(cells[iso3].strip(), year), year, line
        ),
    )


def _read(reading: Reading, whose: Callable[[list[str], int, int], State | None]) -> None:
    """Take the index and its parts; ``whose`` finds the state of a line in a year."""
    table = reading.table
    year_at, version = table.at("year")[0], table.optional("version")
    columns = []
    for name in ("cinc", *PARTS):
        at = table.optional(name)
        if at is None and name in _OTHER_NAMES:
            at = table.optional(_OTHER_NAMES[name])
        if at is not None:
            columns.append((name, at))
    for line, cells, year in reading.by_year(year_at):
        state = whose(cells, year, line)
        if state is None:
            continue
        if version is not None:
            reading.vintage = cells[version].strip()
        values = [(name, table.number(cells[at], line, name)) for name, at in columns]
        for name, value in values:
            if value is not None:
                within = (0.0, 1.0) if name == "cinc" else (0.0, 1e15)
                reading.add(name, (state.number, 0), (year, 0), value, line, within)
        if all(value is None for _, value in values):
            reading.leave(MISSING_VALUE, line)


LAYOUTS = (
    Layout(
        "National Material Capabilities (Correlates of War)",
        "capabilities",
        ("ccode", "year", "cinc"),
        MAKER,
        read_capabilities,
    ),
    Layout(
        "capabilities by ISO code and year",
        "capabilities",
        ("iso3", "year", "cinc"),
        MAKER,
        read_by_iso3,
    ),
)
