"""Tidy tables that start no scenario: read for the backtest, and known by name elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sim.country_data.events import COUNTS
from sim.country_data.layout import MISSING_VALUE, Layout, Reading, read_nothing
from sim.country_data.recipes import QUADS
from sim.country_data.states import State, state_by_iso3


def _read_yearly(
    reading: Reading,
    columns: Mapping[str, str],
    ends: Callable[[list[str], int], tuple[State | None, State | None]],
    within: tuple[float, float],
) -> None:
    """Take measures by state or pair and year.

    ``columns``: the measure of each column; ``ends``: the states of a line.
    """
    table = reading.table
    year_at = table.at("year")[0]
    for line, cells, year in reading.by_year(year_at):
        one, other = ends(cells, year)
        state = reading.kept(one, year, line)
        if state is None:
            continue
        partner = None if other is None else reading.kept(other, year, line)
        if other is not None and partner is None:
            continue
        for name, measure in columns.items():
            value = table.number(cells[table.at(name)[0]], line, name)
            if value is None:
                reading.leave(MISSING_VALUE, line)
            else:
                states = (state.number, partner.number if partner else 0)
                reading.add(measure, states, (year, 0), value, line, within)


def _pair(reading: Reading, cells: list[str], year: int) -> tuple[State | None, State | None]:
    one, _, other = cells[reading.table.at("dyad")[0]].strip().partition("-")
    states = state_by_iso3(one, year), state_by_iso3(other, year)
    return states if None not in states else (None, None)


def _state(reading: Reading, cells: list[str], year: int) -> tuple[State | None, State | None]:
    return state_by_iso3(cells[reading.table.at("iso3")[0]].strip(), year), None


def _way(reading: Reading, cells: list[str], year: int) -> tuple[State | None, State | None]:
    one, other = (cells[at].strip() for at in reading.table.at("supplier", "recipient"))
    states = state_by_iso3(one, year), state_by_iso3(other, year)
    return states if None not in states else (None, None)


def read_distances(reading: Reading) -> None:
    """Take distances of ideal points by pair (``CHN-JPN``) and year: ``ideal point distance``."""
    columns = {"ideal_point_distance_all": "ideal point distance"}
    _read_yearly(reading, columns, partial(_pair, reading), (0.0, 20.0))


def read_pair_counts(reading: Reading) -> None:
    """Take event counts of both directions together, by pair and year: the four quads."""
    columns = dict(zip(COUNTS, QUADS, strict=True))
    _read_yearly(reading, columns, partial(_pair, reading), (0.0, 1e9))


def read_spending(reading: Reading) -> None:
    """Take military spending by state and year, million dollars of 2022: ``military spending``."""
    columns = {"milex_const2022_musd": "military spending"}
    _read_yearly(reading, columns, partial(_state, reading), (0.0, 1e9))


def read_arms(reading: Reading) -> None:
    """Take arms delivered by directed pair and year, trend indicator value: ``arms``."""
    _read_yearly(reading, {"tiv_delivered": "arms"}, partial(_way, reading), (0.0, 1e6))


LAYOUTS = (
    Layout(
        "distances of UN ideal points by pair and year",
        "distances",
        ("dyad", "year", "ideal_point_distance_all"),
        "Bailey, Strezhnev and Voeten",
        read_distances,
        "the points themselves are asked for, whose two-year means give distances",
    ),
    Layout(
        "event counts by pair and year",
        "pair counts",
        ("dyad", "year", *COUNTS),
        "ICEWS",
        read_pair_counts,
        "it adds up both directions, and usual frequencies are by directed pair",
    ),
    Layout(
        "military spending by ISO code and year (SIPRI)",
        "military spending",
        ("iso3", "year", "milex_const2022_musd"),
        "SIPRI Military Expenditure Database",
        read_spending,
        "power is the index of capability, which has military spending in it",
    ),
    Layout(
        "arms delivered by directed pair and year (SIPRI)",
        "arms",
        ("supplier", "recipient", "year", "tiv_delivered"),
        "SIPRI Arms Transfers Database",
        read_arms,
        "no number of a scenario is drawn from deliveries of arms",
    ),
    Layout(
        "meetings by date",
        "meetings",
        ("date", "place", "outcome", "basis"),
        "Compiled",
        read_nothing,
        "it does not say between which states",
    ),
    Layout(
        "trade of single years as press reports have it",
        "trade points",
        ("dyad", "period", "flow", "value", "unit"),
        "Press reports",
        read_nothing,
        "single figures of different coverage make no series",
    ),
    Layout(
        "country codes of the Correlates of War",
        "codes",
        ("stateabb", "ccode", "statenme"),
        "Correlates of War, country codes",
        read_nothing,
        "states are looked up in a table of our own",
    ),
)
