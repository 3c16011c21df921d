"""How often levers were used before the start: days or a number, cut at the start."""

from __future__ import annotations

import datetime
import importlib
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.claims.json_schema import json_schema
from sim.scenario.field_types import Recorded
from sim.scenario.files import unsourced
from sim.scenario.loading import build
from sim.scenario.recorded import Count, counts, rounds_before, ways
from sim.scenario.schema import Calendar
from sim.simulation.ensemble import run
from tests.fixtures.paths import SHIPPED
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.shipped import loaded
from tests.fixtures.world_file import WORLD, faults, line_of, load, only

# Imported so because the package has no types of its own.
jsonschema = importlib.import_module("jsonschema")
VALIDATOR = jsonschema.Draft202012Validator(json_schema())
DAY = datetime.timedelta(days=1)

RECORD = "since: 2014-10-01, until: 2016-09-30, source: almanac"


def told(record: str, key: str = "south to north") -> str:
    """The world, with a record of threats."""
    return WORLD.replace(
        "    usual: {south to north: 0.3}\n",
        f"    usual: {{south to north: 0.3}}\n    recorded: {{{key}: {{{record}}}}}\n",
    )


def counted(folder: Path, record: str, key: str = "south to north", **files: str) -> Count:
    found = counts(load(folder, told(record, key), **files).description)
    assert len(found) == 1
    return found[0]


def of_threat(folder: Path, child: str, base: str) -> dict[str, Recorded]:
    found = load(folder, f"extends: base.yaml\n{child}", base=base)
    return found.description.levers["threat"].recorded


def test_days_are_counted_in_whole_rounds_before_the_start(tmp_path: Path) -> None:
    days = "dates: [2014-09-30, 2014-10-01, 2015-12-31, 2016-01-01, 2016-09-30, 2016-10-01]"
    found = counted(tmp_path, f"since: 2014-08-15, until: 2016-10-01, {days}")
    assert (found.times, found.rounds) == (4, 8)
    assert (found.since, found.until) == (datetime.date(2014, 10, 1), datetime.date(2016, 9, 30))
    assert found.ways == (("south", "north"),)


def test_of_several_in_a_round_and_direction_one_counts(tmp_path: Path) -> None:
    days = "dates: [2016-07-01, 2016-07-02, 2016-09-30]"
    assert counted(tmp_path, f"{RECORD}, {days}").times == 1
    both = counted(tmp_path, f"{RECORD}, {days}", "south and north")
    assert both.times == 2
    assert both.ways == (("south", "north"), ("north", "south"))


def test_a_number_stands_as_it_is_and_nothing_found_is_none(tmp_path: Path) -> None:
    assert counted(tmp_path, f"{RECORD}, count: 3, also: summit").times == 3
    found = counted(tmp_path, f"{RECORD}, count: 3, also: summit")
    assert found.levers == ("threat", "summit")
    assert counted(tmp_path, f"{RECORD}, dates: []").times == 0
    assert counted(tmp_path, f"{RECORD}, count: 0").times == 0


def test_what_says_nothing_of_the_time_before_the_start_is_left_out(tmp_path: Path) -> None:
    for record in (
        "since: 2014-10-01, until: 2016-10-01, count: 3",  # reaches beyond it
        "since: 2016-08-01, until: 2016-09-30, count: 1",  # holds no whole round
        "since: 2016-10-01, until: 2016-12-31, dates: [2016-11-01]",  # begins with it
    ):
        assert counts(load(tmp_path, told(record)).description) == [], record


@given(
    st.sampled_from(["month", "quarter", "half-year", "year"]),
    st.dates(datetime.date(1, 1, 1), datetime.date(2100, 1, 1)),
    st.integers(0, 2000),
    st.integers(-400, 400),
)
def test_the_rounds_before_join_one_another_and_lie_in_the_time_searched(
    kind: str, start: datetime.date, back: int, beyond: int
) -> None:
    calendar = Calendar(start=start, round=kind, rounds=1)
    if start.toordinal() <= max(back, -beyond):
        return
    since, until = start - back * DAY, start + beyond * DAY
    found = list(rounds_before(calendar, since, until))
    for first, last in found:
        assert since <= first <= last <= min(until, start - DAY)
    for (first, _), (_, last) in itertools.pairwise(found):
        assert last + DAY == first
    least = {"month": 28, "quarter": 90, "half-year": 181, "year": 365}[kind]
    if start.day <= 28 and until >= start:
        assert len(found) <= back // least + 1
        assert len(found) >= back // (least + 4) - 1


def test_no_run_depends_on_it_and_it_is_no_parameter() -> None:
    record = {"since": "2010-01-01", "until": "2015-12-31", "count": 2, "why": "counted"}
    bare = build(DUEL)
    with_it = build(changed(DUEL, levers__rebuke__recorded={"north to south": record}))
    assert bare.parameters.keys() == with_it.parameters.keys()
    assert run(bare, runs=3).equals(run(with_it, runs=3))


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (RECORD, "a record has 'dates' or 'count', here neither"),
        (f"{RECORD}, count: 1, dates: []", "a record has 'dates' or 'count', here both"),
        (f"{RECORD}, count: -1", "-1 is out of range"),
        ("since: 2016-01-01, until: 2015-01-01, count: 1", "ends before it begins"),
        (f"{RECORD}, dates: [2014-09-30]", "2014-09-30 lies outside the time searched"),
        (
            f"{RECORD}, dates: [2014-09-30, 2015-12-31, 2016-10-01]",
            "2014-09-30 and 2016-10-01 lie outside the time searched",
        ),
        (f"{RECORD}, dates: [2014-13-30]", "'2014-13-30' is not a date"),
        ("since: soon, until: 2015-01-01, count: 1", "'soon' is not a date"),
        ("until: 2015-01-01, count: 1", "'since' is missing"),
        (f"{RECORD}, count: 9", "9 uses are more than 8 rounds"),
        (f"{RECORD}, count: 1, also: sumit", "the lever 'sumit' is not defined"),
        (f"{RECORD}, count: 1, source: almanak", "the source 'almanak' is not defined"),
    ],
)
def test_a_fault_in_a_record_is_told_where_it_stands(
    record: str, problem: str, tmp_path: Path
) -> None:
    if record.count("source:") > 1:
        record = record.replace("source: almanac, ", "")
    text = told(record)
    fault = only(tmp_path, text)
    assert problem in str(fault), fault
    assert str(fault.place.path).startswith("levers.threat.recorded.south to north")
    assert fault.place.line == line_of(text, "recorded:")
    assert fault.remedy


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("south", "'south' is no pair"),
        ("south for north", "'south for north' is no pair"),
        ("south to suoth", "the actor 'suoth' is not defined"),
        ("south to south", "south"),
    ],
)
def test_a_record_is_of_two_who_use_the_lever(key: str, problem: str, tmp_path: Path) -> None:
    assert problem in only(tmp_path, told(f"{RECORD}, count: 1", key)).problem


def test_a_record_of_two_who_do_not_use_the_lever_is_noted(tmp_path: Path) -> None:
    scenario = load(tmp_path, told(f"{RECORD}, count: 1", "north to south"))
    assert any("nobody uses the lever there" in note for note in scenario.notes)


def test_a_record_goes_with_those_it_speaks_of(tmp_path: Path) -> None:
    base = told(f"{RECORD}, count: 1, also: summit")
    found = of_threat(tmp_path, "levers: {summit: null}", base)
    assert found["south to north"].also == ()
    more = base.replace(
        "usual: {south to north: 0.3}", "usual: {south to north: 0.3, east to north: 0.1}"
    )
    assert of_threat(tmp_path, "actors: {south: null}", more) == {}


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = told("since: soon, until: 2016-01-01, count: 1").replace("[settled]", "[setled]")
    assert sorted(fault.problem for fault in faults(tmp_path, text)) == [
        "'setled' is not watched", "'soon' is not a date",
    ]  # fmt: skip


def test_new_days_stand_alone_and_a_reason_joins_what_is_there(tmp_path: Path) -> None:
    base = told(f"{RECORD}, count: 3")
    for child, count, source in (
        ("title: new", 3, ("almanac",)),
        ("levers: {threat: {recorded: {south to north: {why: seen}}}}", 3, ("almanac",)),
        (
            "levers: {threat: {recorded: {south to north: "
            "{since: 2015-01-01, until: 2015-12-31, dates: []}}}}",
            None,
            (),
        ),
    ):
        found = of_threat(tmp_path, child, base)["south to north"]
        assert (found.count, found.source) == (count, source), child
    gone = of_threat(tmp_path, "levers: {threat: {recorded: {south to north: null}}}", base)
    assert gone == {}


def test_an_earlier_start_cuts_the_days(tmp_path: Path) -> None:
    base = told(f"{RECORD}, dates: [2015-02-01, 2016-02-01]")
    found = load(tmp_path, "extends: base.yaml\ncalendar: {start: 2016-01-01}", base=base)
    [one] = counts(found.description)
    assert (one.times, one.rounds) == (1, 5)


def test_a_record_without_source_and_reason_is_a_fault_when_strict(tmp_path: Path) -> None:
    text = told("since: 2014-10-01, until: 2016-09-30, count: 3")
    scenario = load(tmp_path, text)
    said = [str(one) for one in unsourced(scenario, tmp_path / "world.yaml")]
    assert any("the record of 'threat' has no source and no reason" in one for one in said)


@pytest.mark.parametrize(
    ("record", "fits"),
    [
        ({"since": "2014-10-01", "until": "2016-09-30", "count": 3}, True),
        ({"since": "2014-10-01", "until": "2016-09-30", "dates": ["2016-01-01"]}, True),
        ({"since": "2014-10-01", "until": "2016-09-30"}, False),
        ({"since": "2014-10-01", "until": "2016-09-30", "count": 3, "dates": []}, False),
        ({"since": "2014-10-01", "count": 3}, False),
    ],
)
def test_an_editor_knows_the_same_rules(record: dict[str, Any], fits: bool) -> None:
    document = changed(DUEL, levers__rebuke__recorded={"north to south": record})
    document["calendar"]["start"] = str(document["calendar"]["start"])
    assert VALIDATOR.is_valid(document) is fits


def test_ways_of_what_names_no_two() -> None:
    assert ways("north") == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_record_of_a_shipped_scenario_ends_before_its_start(path: Path) -> None:
    """Of an heir that starts earlier, too, so that none is left out unseen."""
    description = loaded(path.stem).description
    stated = {(name, key) for name, lever in description.levers.items() for key in lever.recorded}
    found = {(one.lever, one.between) for one in counts(description)}
    assert found == stated
    for one in counts(description):
        assert one.until < description.calendar.start
        assert one.record.source, (one.lever, one.between)
