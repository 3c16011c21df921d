"""The records that come with the program: by their own rule, and against the published tables."""

from __future__ import annotations

import csv
import datetime
from collections import Counter

import pytest

from sim.evaluation.questions import asked
from sim.evaluation.record import Question, Record, load_record
from sim.scenario.phrases import parse
from sim.scenario.recorded import Count, counts
from tests.fixtures.paths import ROOT, SCENARIOS
from tests.fixtures.shipped import loaded

RECORDS = sorted((SCENARIOS / "records").glob("*.yaml"))
BASE, CRIMEA = "northeast-asia-2016", "crimea-2014"
FOLDER = ROOT.parent / "shared" / "data" / "calibration"
CODES = {"china": "CHN", "japan": "JPN", "russia": "RUS", "united_states": "USA"}
OPEN = {"impose_sanctions", "ease_sanctions", "lift_sanctions", "break_gas_contract"}
"""Levers that are open only once an event of the scenario has brought what they deal with."""

needs_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the data do not lie beside this checkout"
)


def crimea() -> Record:
    return load_record(SCENARIOS / "records" / f"{CRIMEA}.yaml")


def stated(name: str) -> dict[tuple[str, str | None, str | None], Count]:
    """The records of a scenario's levers, by lever and who does it toward whom."""
    found: dict[tuple[str, str | None, str | None], Count] = {}
    for one in counts(loaded(name).description):
        ends = one.ways[0] if len(one.ways) == 1 else (None, None)
        found[one.lever, *ends] = one
    return found


def known(question: Question) -> tuple[str, str | None, str | None]:
    """By what the record of a question's lever is known."""
    return question.acts[0], question.by, question.toward


def of_lever(question: Question) -> Count | None:
    """The days on record of what a question asks, where there are days."""
    one = stated(BASE).get(known(question)) if question.acts else None
    return one if one is not None and one.record.dates is not None else None


def by_quarter(one: Count, year: int) -> int:
    """Acts of a year, of which a quarter and direction counts one."""
    days = [day for day in one.record.dates or () if day.year == year]
    found = Counter((day.month - 1) // 3 for day in days)
    return sum(min(number, len(one.ways)) for number in found.values())


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_nothing_is_later_than_2016_and_all_is_sourced(path: object) -> None:
    record = load_record(str(path))
    for key, question in record.questions.items():
        assert question.source or question.why, key
        assert question.came is not None, key
        assert (question.last_day or datetime.date(2016, 12, 31)).year <= 2016, key
        for source in question.source:
            if source in record.library.data:
                text = record.library.data[source].year.replace("-", " ").replace(",", " ")
                assert max(int(word) for word in text.split() if word.isdigit()) <= 2016, key


def test_there_are_at_least_25_and_the_scenario_can_speak_to_all() -> None:
    answered, others = asked(crimea(), loaded(CRIMEA))
    assert len(answered) >= 25
    assert others == ()


def test_counts_are_those_of_the_days_on_record() -> None:
    compared = 0
    for key, question in crimea().questions.items():
        one = of_lever(question)
        if one is None or question.acts[0] in ("meet_leaders", "agree_rules_at_sea"):
            continue  # of several pairs together
        year = int(key[-4:])
        if year < 2016:  # the days of the base end in September 2016
            assert question.came == by_quarter(one, year), key
            compared += 1
        else:
            assert question.came >= by_quarter(one, 2016), key
        if question.acts[0] not in OPEN:
            assert question.before == by_quarter(one, 2013), key
    assert compared > 40


def test_meetings_of_leaders_are_those_of_all_pairs_together() -> None:
    pairs = [one for one in counts(loaded(BASE).description)
             if one.lever == "meet_leaders"]  # fmt: skip
    for year in (2014, 2015):
        question = crimea().questions[f"leaders_{year}"]
        assert question.came == sum(by_quarter(one, year) for one in pairs)
        assert question.before == question.at_least == sum(by_quarter(one, 2013) for one in pairs)


def test_it_is_asked_for_at_least_as_many_as_in_the_average_year_before() -> None:
    """The rule that the record states: rounded, and at least one."""
    before = stated(CRIMEA)
    for key, question in crimea().questions.items():
        if not question.acts or question.acts[0] in ("meet_leaders", "agree_rules_at_sea"):
            continue
        one = before.get(known(question))
        yearly = 4 * one.times / one.rounds if one else 0.0
        assert question.at_least == max(1, int(yearly + 0.5)), key


def test_the_last_quarter_of_2016_is_asked_by_the_same_rule() -> None:
    """As often as in the average quarter on record; before it the third quarter of 2016."""
    record, found = load_record(SCENARIOS / "records" / f"{BASE}.yaml"), stated(BASE)
    compared = 0
    for key, question in record.questions.items():
        one = found.get(known(question)) if question.acts else None
        if one is None or one.lever == "meet_leaders":
            continue  # a change of government, or of several pairs together
        assert question.at_least == max(1, int(one.times / one.rounds + 0.5)), key
        if question.before is not None and one.record.dates is not None:
            days = [day for day in one.record.dates if day >= datetime.date(2016, 7, 1)]
            assert question.before == min(len(days), len(one.ways)), key
            compared += 1
    assert compared > 20
    answered, others = asked(record, loaded(BASE))
    assert len(answered) >= 25
    assert others == ()


def test_no_dated_event_of_the_scenario_moves_what_is_asked() -> None:
    moved = {
        frozenset(phrase.names) | {phrase.kind}
        for event in loaded(CRIMEA).description.events.values()
        if event.on
        for text in event.changes
        if (phrase := parse(text)) and phrase.kind == "affinity"
    }
    ties = {text for event in loaded(CRIMEA).description.events.values() if event.on
            for text in event.changes}  # fmt: skip
    for key, question in crimea().questions.items():
        if question.of:
            phrase = parse(question.of)
            assert phrase is not None
            assert frozenset(phrase.names) | {phrase.kind} not in moved, key
            assert question.of not in ties, key


@needs_data
def test_ties_are_those_of_the_tables() -> None:
    gdp = {(row["iso3"], row["year"]): float(row["gdp_current_usd"])
           for row in _rows("gdp_current_usd_country_year")}  # fmt: skip
    trade = {(row["exporter"], row["importer"], row["year"]): float(row["itpd_export_usd"])
             for row in _rows("itpd_trade_directed_dyad_2000_2016")}  # fmt: skip
    found = 0
    for key, question in crimea().questions.items():
        if question.of and question.of.startswith("ties of"):
            words = question.of.split()
            a, b = CODES[words[2]], CODES[words[4]]
            assert question.until is not None
            for day, value in (*question.series.items(), (question.until, question.came)):
                year = str(day.year)
                share = (trade[a, b, year] + trade[b, a, year]) / gdp[a, year]
                assert value == pytest.approx(2 * share**0.5, abs=0.0006), (key, year)
            found += 1
    assert found == 16


@needs_data
def test_directions_are_those_of_the_votes() -> None:
    distance = {
        (row["dyad"], int(row["year"])): float(row["ideal_point_distance_all"])
        for row in _rows("unga_ideal_point_distance_dyad_year")
    }
    for question in crimea().questions.values():
        if question.sort == "direction":
            words = str(question.of).split()
            dyad = "-".join(sorted((CODES[words[2]], CODES[words[4]])))
            first, last = (
                1 - (distance[dyad, year] + distance[dyad, year - 1]) / 4 for year in (2013, 2016)
            )
            margin = question.by_more_than or 0.0
            way = "rises" if last - first > margin else "falls" if first - last > margin else ""
            assert question.came == (way or "unchanged"), dyad


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
