"""Trade: between two states, of one state with all others, and GDP beside it."""

from __future__ import annotations

import math
import re
from collections import defaultdict

from sim.country_data.layout import (
    MISSING_VALUE,
    NO_STATE,
    NOT_THEN,
    OTHERS,
    TWICE,
    Layout,
    Reading,
)
from sim.country_data.states import BY_NUMBER, State, state_by_iso3

COW = "Correlates of War, Trade (Barbieri, Keshk and Pollins 2009)"
ITPD = (
    "International Trade and Production Database for Estimation, ITPD-E (Borchert and others 2021)"
)
ITPD_S = "International Trade and Production Database for Simulation, ITPD-S"
GRAVITY = "CEPII, Gravity database (Conte, Cotterlaz and Mayer 2022)"
WORLD_BANK = "World Bank, World Development Indicators, GDP in current US dollars"
FLOWS = (
    "tradeflow_baci", "tradeflow_comtrade_d", "tradeflow_comtrade_o", "tradeflow_imf_d",
    "tradeflow_imf_o",
)  # fmt: skip
"""Columns of exports in the Gravity database, by their source; of several the first counts."""
_THOUSAND = 1e3
_MILLION = 1e6
_MONEY = (0.0, 1e15)
_YEAR_COLUMN = re.compile(r"[12][0-9]{3}(_\[yr[0-9]{4}\])?")
"""``2010``, or ``2010 [YR2010]`` in tables that the World Bank puts together on request."""


class _Totals:
    """All trade of the states asked for, added up over partners, and the trade of pairs."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pairs: dict[tuple[int, int, int], tuple[list[float], int]] = {}
        self.all: dict[tuple[int, int], list[float]] = defaultdict(list)
        self.partners: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.seen: dict[tuple[object, ...], tuple[int, str]] = {}

    def again(self, key: tuple[object, ...], said: str, line: int) -> bool:
        """Whether a line of the same pair and time was there before; another value is a fault."""
        first, before = self.seen.setdefault(key, (line, said))
        if first == line:
            return False
        if before == said:
            self.reading.leave(TWICE, line)
        else:
            self.reading.table.refuse(
                line,
                "",
                f"{said} stands here and {before} on line {first}, for the same pair and time",
                "keep one of the two lines",
            )
        return True

    def flow(self, exporter: int, importer: int, year: int, value: float, line: int) -> None:
        """Take exports of one state to another in a year, US dollars."""
        for one, other in ((exporter, importer), (importer, exporter)):
            if self.reading.wanted.states and self.reading.wanted.has(one):
                self.all[one, year].append(value)
                self.partners[one, year].add(other)
        if self.reading.wanted.pair(exporter, importer):
            values, _ = self.pairs.setdefault((exporter, importer, year), ([], line))
            values.append(value)

    def add(self) -> None:
        """Give the sums as rows: ``exports`` of pairs, ``all trade`` and ``partners`` of states."""
        for (exporter, importer, year), (values, line) in self.pairs.items():
            states = (exporter, importer)
            self.reading.add("exports", states, (year, 0), math.fsum(values), line, _MONEY)
        for (state, year), values in self.all.items():
            partners = float(len(self.partners[state, year]))
            self.reading.add("all trade", (state, 0), (year, 0), math.fsum(values), 0, _MONEY)
            self.reading.add("partners", (state, 0), (year, 0), partners, 0)


def read_cow_pairs(reading: Reading) -> None:
    """Take the trade of pairs from the dyadic file of the Correlates of War, in million dollars.

    Measures: ``exports`` of one state to the other, ``all trade`` of a state with its
    ``partners`` in the file; US dollars. ``flow1`` is read as the imports of the first state
    from the second; the sum of both, which ties rest on, does not hang on it.
    """
    table = reading.table
    columns = ("ccode1", "ccode2", "year", "flow1", "flow2")
    first_at, second_at, year_at, *flows_at = table.at(*columns)
    version = table.optional("version")
    totals = _Totals(reading)
    for line, cells, year in reading.by_year(year_at):
        states = [
            _there(reading, table.whole(cells[at], line, name), year, line)
            for at, name in ((first_at, "ccode1"), (second_at, "ccode2"))
        ]
        if None in states or not any(state and reading.wanted.has(state) for state in states):
            if None not in states:
                reading.leave("between other states", line)
            continue
        if version is not None:
            reading.vintage = cells[version].strip()
        first, second = (state or 0 for state in states)
        # A directed table has each pair twice, once from either side.
        one, other = (cells[at].strip() for at in flows_at)
        said = f"{one} and {other}" if first < second else f"{other} and {one}"
        if totals.again((min(first, second), max(first, second), year), said, line):
            continue
        values = [
            table.number(cells[at], line, name)
            for at, name in zip(flows_at, ("flow1", "flow2"), strict=True)
        ]
        if values == [None, None]:
            reading.leave(MISSING_VALUE, line)
            continue
        ways = ((second, first), (first, second))
        for value, way, name in zip(values, ways, ("flow1", "flow2"), strict=True):
            if value is None:
                reading.leave(f"without a value of {name}", line)
            elif value < 0:
                table.refuse(line, name, f"{value:g} is below 0", "missing trade is -9 or empty")
            else:
                totals.flow(*way, year, value * _MILLION, line)
                reading.use(line)
    totals.add()


def _there(reading: Reading, number: int | None, year: int, line: int) -> int | None:
    """The number of a state that existed in a year; otherwise the line is left out."""
    state = None if number is None else BY_NUMBER.get(number)
    if state is None or not state.existed(year):
        reading.leave("about no state of that year", line)
        return None
    return state.number


def read_itpd(reading: Reading) -> None:
    """Take the trade of pairs from ITPD-E or ITPD-S, in million dollars, over all industries.

    Measures: ``exports``, ``all trade``, ``partners``, US dollars. What a state sells to itself is
    production at home and is left out, and so are zeros that nobody reported (``flag_zero`` u).
    """
    table = reading.table
    from_at, to_at, year_at, trade_at = table.at("exporter_iso3", "importer_iso3", "year", "trade")
    zero, industry = table.optional("flag_zero"), table.optional("industry_id")
    totals = _Totals(reading)
    wanted = reading.wanted
    codes = {code for number in wanted.states for code in BY_NUMBER[number].iso3}
    for line, cells in table:
        origin, goal = cells[from_at].strip(), cells[to_at].strip()
        # Of many millions of lines nearly all end here.
        if codes and origin not in codes and goal not in codes:
            reading.leave("between other states", line)
            continue
        year = table.year(cells[year_at], line, "year")
        if not reading.in_time(year, line) or year is None:
            continue
        exporter = state_by_iso3(origin, year)
        importer = state_by_iso3(goal, year)
        if exporter is None or importer is None:
            reading.leave("about no state of that year", line)
        elif exporter is importer:
            reading.leave("about what a state sells to itself", line)
        elif not (wanted.has(exporter.number) or wanted.has(importer.number)):
            reading.leave("between other states", line)
        elif zero is not None and cells[zero].strip().casefold() == "u":
            reading.leave("with a zero that nobody reported", line)
        else:
            value = table.number(cells[trade_at], line, "trade")
            key = (
                exporter.number,
                importer.number,
                year,
                "" if industry is None else cells[industry],
            )
            both = wanted.pair(exporter.number, importer.number)
            if both and totals.again(key, cells[trade_at].strip(), line):
                continue
            if value is None:
                reading.leave(MISSING_VALUE, line)
            elif value < 0:
                table.refuse(line, "trade", f"{value:g} is below 0", "exports are 0 or more")
            else:
                totals.flow(exporter.number, importer.number, year, value * _MILLION, line)
                reading.use(line)
    totals.add()


def read_gravity(reading: Reading) -> None:
    """Take the trade of pairs and GDP from the Gravity database, in thousand dollars.

    Measures: ``exports``, ``all trade``, ``partners``, ``gdp``, US dollars. The table has every
    pair in every year, also of states that were none, and says so; Germany stands in it twice.
    """
    table = reading.table
    name = next(name for name in FLOWS if table.has(name))
    from_at, to_at, year_at, flow_at = table.at("iso3_o", "iso3_d", "year", name)
    exist = [table.optional(f"country_exists_{end}") for end in "od"]
    gdp_at = table.optional("gdp_o")
    gdp: dict[tuple[int, int], float] = {}
    totals, wanted = _Totals(reading), reading.wanted
    for line, cells, year in reading.by_year(year_at):
        exporter = state_by_iso3(cells[from_at].strip(), year)
        importer = state_by_iso3(cells[to_at].strip(), year)
        if any(at is not None and cells[at].strip() in ("0", "0.0") for at in exist):
            reading.leave(NOT_THEN, line)
        elif exporter is None or importer is None:
            reading.leave("about no state of that year", line)
        elif exporter is importer:
            reading.leave("about what a state sells to itself", line)
        elif not (wanted.has(exporter.number) or wanted.has(importer.number)):
            reading.leave("between other states", line)
        else:
            wealth = None if gdp_at is None else table.number(cells[gdp_at], line, "gdp_o")
            if wealth and wanted.has(exporter.number):
                gdp.setdefault((exporter.number, year), wealth * _THOUSAND)
            value = table.number(cells[flow_at], line, name)
            key = (exporter.number, importer.number, year)
            if value is None:
                reading.leave(MISSING_VALUE, line)
            elif value < 0:
                table.refuse(line, name, f"{value:g} is below 0", "exports are 0 or more")
            elif not totals.again(key, cells[flow_at].strip(), line):
                totals.flow(*key, value * _THOUSAND, line)
                reading.use(line)
    for (state, year), wealth in gdp.items():
        reading.add("gdp", (state, 0), (year, 0), wealth, 0, _MONEY)
    totals.add()
    reading.vintage = f"exports by {name}"


def read_tidy_exports(reading: Reading) -> None:
    """Take exports by pair and year, US dollars, by ISO codes. Measure: ``exports``."""
    table = reading.table
    from_at, to_at, year_at, value_at = table.at("exporter", "importer", "year", "itpd_export_usd")
    for line, cells, year in reading.by_year(year_at):
        exporter = reading.kept(state_by_iso3(cells[from_at].strip(), year), year, line)
        if exporter is None:
            continue
        importer = reading.kept(state_by_iso3(cells[to_at].strip(), year), year, line)
        if importer is None:
            continue
        value = table.number(cells[value_at], line, "itpd_export_usd")
        if value is None:
            reading.leave(MISSING_VALUE, line)
        else:
            states = (exporter.number, importer.number)
            reading.add("exports", states, (year, 0), value, line, _MONEY)


def read_cow_totals(reading: Reading) -> None:
    """Take all trade of each state from the national file of the Correlates of War.

    Measure: ``all trade``, imports and exports together in US dollars (the file has millions).
    Where one of the two is missing there is no sum.
    """
    table = reading.table
    ccode, year_at, imports_at, exports_at = table.at("ccode", "year", "imports", "exports")
    version = table.optional("version")
    for line, cells, year in reading.by_year(year_at):
        state = reading.state(table.whole(cells[ccode], line, "ccode"), year, line)
        if state is None:
            continue
        if version is not None:
            reading.vintage = cells[version].strip()
        imports = table.number(cells[imports_at], line, "imports")
        exports = table.number(cells[exports_at], line, "exports")
        if imports is None or exports is None:
            reading.leave("without imports or without exports", line)
        else:
            value = (imports + exports) * _MILLION
            reading.add("all trade", (state.number, 0), (year, 0), value, line, _MONEY)


def read_gdp(reading: Reading) -> None:
    """Take GDP in current US dollars by ISO code and year. Measure: ``gdp``."""
    table = reading.table
    iso3, year_at, value_at = table.at("iso3", "year", "gdp_current_usd")
    for line, cells, year in reading.by_year(year_at):
        state = reading.kept(state_by_iso3(cells[iso3].strip(), year), year, line)
        if state is not None and not _gdp(
            reading, state, year, cells[value_at], (line, "gdp_current_usd")
        ):
            reading.leave(MISSING_VALUE, line)


def read_gdp_by_columns(reading: Reading) -> None:
    """Take GDP from a table of the World Bank that has a column for each year. Measure: ``gdp``."""
    table = reading.table
    series = "indicator code" if table.has("indicator code") else "series code"
    code_at, series_at = table.at("country code", series)
    columns = {
        int(name[:4]): at for at, name in enumerate(table.names) if _YEAR_COLUMN.fullmatch(name)
    }
    years = [year for year in columns if year <= reading.wanted.until]
    for line, cells in table:
        if cells[series_at].strip() != "NY.GDP.MKTP.CD":
            reading.leave("of another series than NY.GDP.MKTP.CD", line)
            continue
        states = {year: state_by_iso3(cells[code_at].strip(), year) for year in years}
        named = {year: state for year, state in states.items() if state is not None}
        wanted = {year: state for year, state in named.items() if reading.wanted.has(state.number)}
        if not wanted:
            reading.leave(OTHERS if named else NO_STATE, line)
            continue
        found = []
        for year, state in wanted.items():
            reading.in_time(year, line)
            spot = (line, table.header[columns[year]])
            found.append(_gdp(reading, state, year, cells[columns[year]], spot))
        if not any(found):
            reading.leave(MISSING_VALUE, line)


def _gdp(reading: Reading, state: State, year: int, cell: str, spot: tuple[int, str]) -> bool:
    """Take a GDP; whether there is one, or a fault that is noted."""
    line, column = spot
    value = reading.table.number(cell, line, column)
    if value is not None and value <= 0:
        reading.table.refuse(line, column, f"{value:g} is no GDP", "it is above 0")
    elif value is not None:
        reading.add("gdp", (state.number, 0), (year, 0), value, line, _MONEY)
    return value is not None


LAYOUTS = (
    Layout(
        "trade of pairs (Correlates of War, dyadic)",
        "trade",
        ("ccode1", "ccode2", "year", "flow1", "flow2"),
        COW,
        read_cow_pairs,
    ),
    Layout(
        "trade by industry (ITPD-E)",
        "trade",
        ("exporter_iso3", "importer_iso3", "year", "trade"),
        ITPD,
        read_itpd,
    ),
    Layout(
        "trade by industry (ITPD-S)",
        "trade",
        ("exporter_iso3", "importer_iso3", "year", "trade", "flag_itpds"),
        ITPD_S,
        read_itpd,
    ),
    Layout(
        "trade and GDP by pair (CEPII Gravity)",
        "trade",
        ("iso3_o", "iso3_d", "year", "|".join(FLOWS)),
        GRAVITY,
        read_gravity,
    ),
    Layout(
        "exports by pair and year, by ISO codes",
        "trade",
        ("exporter", "importer", "year", "itpd_export_usd"),
        ITPD,
        read_tidy_exports,
    ),
    Layout(
        "trade of each state (Correlates of War, national)",
        "all trade",
        ("ccode", "year", "imports", "exports"),
        COW,
        read_cow_totals,
    ),
    Layout(
        "GDP by ISO code and year", "gdp", ("iso3", "year", "gdp_current_usd"), WORLD_BANK, read_gdp
    ),
    Layout(
        "GDP with a column for each year (World Bank)",
        "gdp",
        ("country name", "country code", "indicator code|series code"),
        WORLD_BANK,
        read_gdp_by_columns,
    ),
)
