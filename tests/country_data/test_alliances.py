"""Alliances by pair: directed or not, by year or by dates, and what is not known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.country_data.folder import read_file
from sim.country_data.start import start_from_data
from sim.country_data.table import Table, Wanted
from tests.fixtures import country_files as made
from tests.fixtures.country_files import BACK, COW_PAIRS, OTHER, PACT, put

WANTED = Wanted(frozenset(made.NUMBERS.values()), 2010)
ALL = "Japan, Russia, China, United States"


def owed(table: Table, year: int) -> dict[tuple[int, int], set[str]]:
    found: dict[tuple[int, int], set[str]] = {}
    for row in table.rows:
        if row.year == year:
            found.setdefault((row.state, row.partner), set()).add(row.measure)
    return found


def reasons(table: Table) -> dict[str, int]:
    return {why: number for why, number, _ in table.unused}


@pytest.mark.parametrize("yearly", [False, True])
def test_a_directed_file_says_who_owes_and_the_other_does_not(tmp_path: Path, yearly: bool) -> None:
    header = [*COW_PAIRS, "year"] if yearly else COW_PAIRS
    years = [{"year": year} for year in (2009, 2010, 2011)] if yearly else [{}]
    directed = [
        {**line, **year}
        for line in (PACT, BACK, OTHER, {**OTHER, "ccode1": 710, "ccode2": 365, "entente": 0})
        for year in years
    ]
    table = read_file(put(tmp_path / "directed.csv", header, directed), WANTED)
    assert owed(table, 2010) == {
        (2, 740): {"defence", "consultation"},
        (740, 2): {"consultation"},
        (365, 710): {"consultation"},
    }
    assert "own" in table.traits
    assert table.used + sum(reasons(table).values()) == table.lines == len(directed)
    once = [{**line, **year} for line in (PACT, OTHER) for year in years]
    table = read_file(put(tmp_path / "pairs.csv", header, once), WANTED)
    both = {"defence", "consultation"}
    assert owed(table, 2010) == {
        (2, 740): both, (740, 2): both, (365, 710): {"consultation"}, (710, 365): {"consultation"},
    }  # fmt: skip
    assert "own" not in table.traits
    assert table.used + sum(reasons(table).values()) == table.lines == len(once)


def test_atop_by_pair_and_year_may_be_directed_too(tmp_path: Path) -> None:
    words = ("defense", "offense", "neutral", "nonagg", "consul")
    header = ("ccode1", "ccode2", "year", *(f"atop_{word}" for word in words))
    rows = [(2, 740, 2010, 1, 0, 0, 0, 1), (740, 2, 2010, 0, 0, 0, 0, 1)]
    table = read_file(put(tmp_path / "both.csv", header, rows), WANTED)
    assert owed(table, 2010) == {(2, 740): {"defence", "consultation"}, (740, 2): {"consultation"}}
    table = read_file(put(tmp_path / "once.csv", header, rows[:1]), WANTED)
    assert owed(table, 2010)[740, 2] == {"defence", "consultation"}


def test_commitment_of_a_directed_file_is_the_states_own(tmp_path: Path) -> None:
    put(tmp_path / "alliance_v4.1_by_directed.csv", COW_PAIRS, [PACT, BACK])
    made.capabilities(tmp_path / "nmc.csv")
    relations = start_from_data(tmp_path, ALL, 2010).document["relations"]
    assert relations["united_states to japan"]["commitment"]["value"] == 0.8
    assert relations["japan to united_states"]["commitment"]["value"] == 0.2
    assert "does not say" not in relations["japan to united_states"]["commitment"]["why"]


def test_an_alliance_without_an_end_lasts_five_years_beyond_the_data(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", COW_PAIRS, [PACT, BACK])
    states = frozenset((2, 740))
    assert read_file(path, Wanted(states, 2017)).last_year == 2017  # version 4 ends in 2012
    assert read_file(path, Wanted(states, 2025)).last_year == 2017


def test_a_year_0_is_none_and_stops_nothing(tmp_path: Path) -> None:
    rows = [{**PACT, "year": year} for year in (0, 2010)]
    table = read_file(put(tmp_path / "a.csv", [*COW_PAIRS, "year"], rows), WANTED)
    assert reasons(table) == {"without a year": 1}
    assert table.used == 1


def test_tables_that_atop_and_the_un_data_bring_along_are_left_aside(tmp_path: Path) -> None:
    obligations = ("defense", "offense", "neutral", "nonagg", "consul")
    put(tmp_path / "atop5_1a.csv", ("atopid", "begyr", "endyr", *obligations, "mem1", "mem2"), [])
    put(tmp_path / "atop5_1sy.csv", ("state", "year", "atopally", *obligations), [])
    put(tmp_path / "Agreement.csv", ('""', "session.x", "ccode1", "ccode2", "agree", "year"), [])
    put(tmp_path / "UNVotes.csv", ('""', "rcid", "ccode", "session", "vote"), [])
    made.capabilities(tmp_path / "nmc.csv")
    left = start_from_data(tmp_path, ALL, 2010).not_used
    assert "does not say which member" in left["atop5_1a.csv"]
    assert "does not say with whom" in left["atop5_1sy.csv"]
    assert {"Agreement.csv", "UNVotes.csv"} < set(left)


def test_a_file_of_alliances_without_a_row_of_the_states_says_that_none_is_owed(
    tmp_path: Path,
) -> None:
    put(tmp_path / "directed.csv", [*COW_PAIRS, "year"], [{**PACT, "year": 2010}])
    made.capabilities(tmp_path / "nmc.csv")
    start = start_from_data(tmp_path, "Russia, China", 2010)
    commitment = start.document["relations"]["russia to china"]["commitment"]
    assert (commitment["value"], commitment["source"]) == (0, "alliances")
    assert start.library["data"]["alliances"]["year"] == "2010"
