"""Names, numbers and codes of states mean a state in a year, and never one that is only alike."""

from __future__ import annotations

import csv

import pytest

from sim.country_data.states import (
    BY_NUMBER,
    STATES,
    State,
    Unknown,
    state_by_cameo,
    state_by_iso3,
    state_by_name,
    state_by_number,
    wanted_state,
)
from tests.fixtures.country_files import SHARED, needs_extracts


@needs_extracts
def test_the_table_has_every_state_of_the_correlates_of_war() -> None:
    with (SHARED / "layouts" / "cow_country_codes.csv").open(encoding="utf-8") as file:
        theirs = {int(row["CCode"]): row["StateNme"] for row in csv.DictReader(file)}
    assert set(BY_NUMBER) == set(theirs)
    for number, name in theirs.items():
        first = BY_NUMBER[number].member[0][0]
        year = next(year for year in range(first, 2100) if BY_NUMBER[number].existed(year))
        found = state_by_name(name, 2016) or state_by_name(name, year)
        assert found is BY_NUMBER[number], name


def test_every_own_name_and_code_finds_its_state() -> None:
    for state in STATES:
        year = 2010 if state.outlived(2010) else state.member[0][0]
        assert state_by_name(state.name, year) is state
        if state.outlived(2010):
            assert wanted_state(state.name, 2010) is state
            assert state_by_iso3(state.iso3[0], 2010) is state
            assert state_by_cameo(state.cameo[0], 2010) is state


@pytest.mark.parametrize(
    ("code", "year", "number"),
    [
        ("DEU", 1985, 260), ("DEU", 1990, 255), ("DEU", 1995, 255),
        ("DDR", 1985, 265), ("YUG", 1985, 345), ("YEM", 1990, 679),
        ("SRB", 2010, 345), ("RUS", 1980, 365), ("SUN", 1980, 365), ("VNM", 1990, 816),
        ("YEM", 1985, 678), ("YEM", 1995, 679), ("CZE", 2000, 316), ("CSK", 1980, 315),
        ("COD", 2000, 490), ("COG", 2000, 484), ("NER", 2000, 436), ("NGA", 2000, 475),
    ],
)  # fmt: skip
def test_a_code_means_the_state_of_that_year(code: str, year: int, number: int) -> None:
    found = state_by_iso3(code, year)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    ("theirs", "year", "number"),
    [
        (260, 1995, 255), (260, 1980, 260), (255, 1930, 255), (678, 1995, 679), (678, 1980, 678),
        (340, 2010, 345), (345, 2000, 345), (816, 2000, 816), (970, 2005, 946), (971, 2005, 970),
    ],
)  # fmt: skip
def test_numbers_of_gleditsch_and_ward_are_told_apart(theirs: int, year: int, number: int) -> None:
    found = state_by_number(theirs, year, "gleditsch-ward")
    assert found is not None
    assert found.number == number
    assert found.gleditsch_ward(year) == theirs


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("serbia", "Yugoslavia or Serbia"), ("Türkiye", "Turkey"), ("turkiye", "Turkey"),
        ("U.S.", "United States"), (" Russian  Federation", "Russia"),
        ("Côte d’Ivoire", "Ivory Coast"),
        ("JPN", "Japan"), ("740", "Japan"), ("Niger", "Niger"), ("Kosovo", "Kosovo"),
        ("jpn", "Japan"), ("the UK", "United Kingdom"), ("Korea (South)", "South Korea"),
        ("S. Korea", "South Korea"), ("Korea, Dem. Rep.", "North Korea"), ("Burma", "Myanmar"),
        ("Czech Rep.", "Czech Republic"), ("Congo (Kinshasa)", "Democratic Republic of the Congo"),
        ("St. Lucia", "Saint Lucia"), ("Iran (Islamic Republic of)", "Iran"), ("ROC", "Taiwan"),
        ("Taiwan (China)", "Taiwan"), ("Trinidad & Tobago", "Trinidad and Tobago"),
        ("Dominica", "Dominica"), ("Guinea", "Guinea"), ("Macedonia", "North Macedonia"),
    ],
)  # fmt: skip
def test_a_user_may_write_a_state_in_several_ways(word: str, name: str) -> None:
    found = wanted_state(word, 2010)
    assert isinstance(found, State)
    assert found.name == name


@pytest.mark.parametrize(
    ("word", "year", "problem", "remedy"),
    [
        ("Nigera", 2010, "the name of no state", "did you mean 'Nigeria'?"),
        ("Kosovo", 2005, "no state at the end of 2005 (Kosovo, since 2008)", "another year"),
        ("Soviet Unon", 1980, "the name of no state", "Russia"),
        ("Germany", 1970, "more than one state", "'German Federal Republic' or"),
        ("Vietnam", 1960, "more than one state", "'North Vietnam' or 'Republic of Vietnam'"),
        ("East Germany", 1990, "no state at the end of 1990", "another year"),
        ("999", 2010, "the name of no state", "number"),
        ("", 2010, "the name of no state", "Write a name"),
    ],
)
def test_what_is_no_state_is_said(word: str, year: int, problem: str, remedy: str) -> None:
    found = wanted_state(word, year)
    assert isinstance(found, Unknown)
    assert problem in found.problem
    assert remedy in found.remedy
