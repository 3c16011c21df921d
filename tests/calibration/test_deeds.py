"""Deeds are counted as they are done, and a record is met where nine in ten runs have it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from sim.calibration.deeds import (
    DeedCheck,
    check_counts,
    checked,
    count_deeds,
    same_as_base,
    supposed,
)
from sim.scenario.field_types import Recorded
from sim.scenario.loading import build
from sim.scenario.recorded import counts
from sim.scenario.scenario import Scenario
from tests.docs.calibration import record
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.shipped import NAMES, loaded

BASE = "northeast-asia-2016"
DEAF = dict.fromkeys(("rationality", "sentiment", "heat"), 0)


def with_record(
    lever: str, between: str, events: dict[str, Any] | None = None, **stated: Any
) -> Scenario:
    """Actors that do not respond, so that they act as usual, and one record."""
    given = {"since": "2011-10-01", "until": "2016-09-30", "count": 1, "why": "x", **stated}
    more: dict[str, Any] = {f"levers__{lever}__recorded": {between: given}}
    more |= {"events": events} if events else {}
    calendar = {"calendar__round": "quarter", "calendar__rounds": 4}
    return build(changed(DUEL, **calendar, calendar__start="2016-10-01", coefficients=DEAF, **more))


@pytest.mark.parametrize(
    ("lever", "between", "stated", "chance", "trials"),
    [
        ("rebuke", "north to south", {}, 0.15, 20),
        ("rebuke", "north and south", {}, 0.15, 40),
        ("summit", "north to south", {}, 0.07, 20),
        ("rebuke", "north to south", {"also": "summit", "since": "2006-10-01"}, 0.22, 40),
        ("rebuke", "north to south", {"since": "2016-07-01"}, 0.15, 1),
    ],
)
def test_a_count_is_that_of_known_frequencies(
    lever: str, between: str, stated: dict[str, Any], chance: float, trials: int
) -> None:
    """Actors that do not respond act as usual: the counts are binomial."""
    scenario = with_record(lever, between, **stated)
    [(key, one)] = check_counts(scenario, runs=4096).items()
    assert key == (lever, between)
    [count] = counts(scenario.description)
    years = count.rounds / 4
    assert count.rounds * len(count.ways) == trials
    times = np.random.default_rng(1).binomial(trials, chance, 200_000)
    ends = np.quantile(times, (0.05, 0.5, 0.95)) / years
    # An end may fall on the count beside.
    assert [one.low, one.median, one.high] == pytest.approx(list(ends), abs=1.0 / years)
    assert one.record == 1 / years


def test_each_record_is_held_against_as_many_rounds_as_it_covers() -> None:
    """A longer one beside it changes nothing but the chances drawn."""
    short: dict[str, Any] = {"since": "2015-10-01", "until": "2016-09-30", "count": 1, "why": "x"}
    long = {**short, "since": "1996-10-01"}
    alone = with_record("rebuke", "north to south", **short)
    levers = alone.description.levers
    both = levers["rebuke"].recorded | {"north and south": Recorded.model_validate(long)}
    more = levers | {"rebuke": levers["rebuke"].model_copy(update={"recorded": both})}
    description = alone.description.model_copy(update={"levers": more})
    scenario = replace(alone, description=description, reference=description)
    one, other = check_counts(scenario, runs=2048).values()
    assert (one.low, one.high) == (0.0, 2.0)
    assert other.median == pytest.approx(8 * 0.15, abs=0.1)  # eight quarters and directions a year


def test_a_record_is_met_from_one_end_to_the_other() -> None:
    for counted, inside in ((0.0, False), (0.2, True), (0.6, True), (1.0, True), (1.2, False)):
        assert DeedCheck(counted, 0.2, 0.4, 1.0).inside is inside, counted


def test_ordinary_times_are_without_dated_events() -> None:
    """An event on a date that forbids the lever changes no count."""
    scenario = with_record("rebuke", "north to south")
    event = {"name": "a ban", "on": "2016-10-01", "forbids": ["rebuke by north"]}
    banned = with_record("rebuke", "north to south", events={"ban": event})
    assert check_counts(banned, runs=64) == check_counts(scenario, runs=64)


def test_a_scenario_without_records_has_nothing_to_check() -> None:
    assert check_counts(build(DUEL)) == {}
    assert checked([build(DUEL)]) == {"deeds": {}, "as_base": [], "supposed": {}}


def test_an_heir_has_the_records_of_its_base_and_says_what_it_supposes() -> None:
    assert same_as_base(loaded("isolated-moscow"))
    assert ("impose_sanctions", "united_states to russia") in supposed(loaded("isolated-moscow"))
    assert not same_as_base(loaded("crimea-2014"))
    assert not same_as_base(loaded(BASE))
    assert supposed(loaded(BASE)) == []


def test_a_fault_in_a_scenario_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    path, out = tmp_path / "wrong.yaml", tmp_path / "out.yaml"
    path.write_text("title: nothing\n", "utf-8")
    done = CliRunner().invoke(count_deeds, [str(path), "--out", str(out)])
    assert done.exit_code == 1
    assert "'calendar' is missing" in done.output
    assert not out.exists()


def test_the_command_keeps_what_it_counts(tmp_path: Path) -> None:
    out = tmp_path / "deeds.yaml"
    path = SCENARIOS / f"{BASE}.yaml"
    done = CliRunner().invoke(count_deeds, [str(path), "--runs", "20", "--out", str(out)])
    assert done.exit_code == 0, done.output
    found = yaml.safe_load(out.read_text("utf-8"))
    assert found["made"] == {"runs": 20, "seed": 2016}
    stated = {(one.lever, one.between) for one in counts(loaded(BASE).description)}
    assert f"of {len(stated)} counts" in done.output
    kept = {(lever, pair) for lever, pairs in found["deeds"][BASE].items() for pair in pairs}
    assert kept == stated


def test_what_is_kept_is_of_the_counts_that_stand_there() -> None:
    """Every shipped scenario with records is checked, or has those of its base."""
    kept = record("deeds")
    told = {*kept["deeds"], *kept["as_base"]}
    assert told == {name for name in NAMES if counts(loaded(name).description)}
    assert set(kept["as_base"]) == {name for name in NAMES if same_as_base(loaded(name))}
    for name, levers in kept["deeds"].items():
        description = loaded(name).description
        stated = {(one.lever, one.between): one for one in counts(description)}
        assert {(lever, pair) for lever, pairs in levers.items() for pair in pairs} == set(stated)
        for (lever, pair), one in stated.items():
            known = levers[lever][pair]
            assert known["record"] == round(4 * one.times / one.rounds, 2), (name, lever, pair)
            low, _, high = known["runs"]
            assert known["inside"] is (low <= known["record"] <= high), (name, lever, pair)


def test_nine_in_ten_records_are_met_also_of_those_with_an_act() -> None:
    for name, levers in record("deeds")["deeds"].items():
        every = [one for pairs in levers.values() for one in pairs.values()]
        for ones in (every, [one for one in every if one["record"] > 0]):
            assert sum(one["inside"] for one in ones) >= 0.9 * len(ones), name
