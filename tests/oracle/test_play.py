"""Whole runs of the oracle: drift, events, closed levers, stops."""

from __future__ import annotations

import datetime
import itertools
import math

import mesa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.phrases import BOUNDS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Calendar
from tests.fixtures.scenarios import DUEL, QUARTET, QUIET, changed, scenario
from tests.fixtures.strategies import scenarios
from tests.oracle.batch import BatchWorld
from tests.oracle.flow import in_season
from tests.oracle.model import OracleWorld, scores, simulate
from tests.oracle.rules import first_day

NORTH = ("north", "south", "words")


def test_quiet_world_stays_as_it_is() -> None:
    history = simulate(scenario(QUIET), 5, 0)
    for series in (
        history.affinity,
        history.tension,
        history.ties,
        history.support,
        history.issues,
    ):
        assert all(entry == series[0] for entry in series)
    assert len(history.affinity) == 7


def test_drift_by_hand() -> None:
    document = changed(
        QUIET,
        coefficients__reversion={"affinity": 0.1},
        coefficients__balance=0.05,
        actors__third={"name": "Third", "power": 0.1, "power_growth": 0.01},
        events={
            "quarrel": {
                "name": "A quarrel",
                "on": "2016-10-20",
                "changes": {"affinity of north and south": {"by": -0.3}},
            }
        },
    )
    document["relations"] |= {
        "north and third": {"affinity": 0.4},
        "south and third": {"affinity": 0.5},
    }
    history = simulate(scenario(document), 5, 0, rounds=1)
    assert history.events[1] == {"quarrel"}
    # Structural balance less that of ordinary times, at an affinity of -0.2.
    balance = 0.05 * ((1 - 0.25) - (1 - 0.04)) * 0.4 * 0.5
    by_hand = -0.5 + 0.1 * (-0.2 + 0.5) + balance
    assert history.affinity[1]["north", "south"] == pytest.approx(by_hand)
    assert history.power[1]["third"] == pytest.approx(0.11)


@pytest.mark.parametrize(
    ("length", "date", "round"),
    [
        ("month", "2019-02-27", 1),
        ("month", "2019-02-28", 2),
        ("month", "2019-03-28", 3),
        ("quarter", "2019-04-27", 1),
        ("quarter", "2019-04-28", 2),
        ("year", "2021-01-28", 3),
    ],
)
def test_dated_event_falls_into_one_round(length: str, date: str, round: int) -> None:
    event = {"name": "It", "on": date}
    document = changed(
        DUEL, calendar={"start": "2019-01-31", "round": length, "rounds": 6}, events={"it": event}
    )
    description = scenario(document).description
    assert [t for t in range(1, 7) if in_season(description, "it", t)] == [round]


def test_first_days() -> None:
    calendar = Calendar(start=datetime.date(2016, 11, 15), round="half-year", rounds=3)
    days = [first_day(calendar, t).isoformat() for t in (1, 2, 3)]
    assert days == ["2016-11-15", "2017-05-15", "2017-11-15"]


def test_once_requires_and_forbids_close_levers() -> None:
    often = changed(
        DUEL,
        levers__summit__usual=0.7,
        levers__summit__consent=0.999,
        levers__summit__once=True,
        levers__rebuke__requires={"rounds since rebuke": {"at_least": 3}},
        levers__rebuke__usual=0.25,
        coefficients={"rationality": 0},
        calendar__rounds=40,
        events={"ban": {"name": "Ban", "on": "2018-10-01", "forbids": ["rebuke by north"]}},
    )
    for run in range(10):
        history = simulate(scenario(often), 1, run)
        summits = [
            (t, way)
            for t, answers in enumerate(history.accepted)
            for way, yes in answers.items()
            if yes and history.choice[t][way] == "summit"
        ]
        assert len(summits) == 1
        rebukes = [t for t, c in enumerate(history.choice) if c[NORTH] == "rebuke"]
        assert rebukes
        assert all(later - t >= 3 for t, later in itertools.pairwise(rebukes))
        assert max(rebukes) < 25


def test_stop_freezes_the_state() -> None:
    document = changed(
        DUEL,
        watch={"act": {"name": "Anything", "lever": "rebuke", "by": "north"}},
        stop=["act"],
        calendar__rounds=60,
    )
    history = simulate(scenario(document), 1, 0)
    stopped = history.stopped_round
    assert stopped is not None
    assert history.watched["act"] == stopped
    assert history.choice[stopped][NORTH] == "rebuke"
    assert all(entry == history.affinity[stopped] for entry in history.affinity[stopped:])
    assert all(lever is None for c in history.choice[stopped + 1 :] for lever in c.values())


def test_a_run_depends_on_seed_and_number_only() -> None:
    described = scenario(QUARTET)
    assert simulate(described, 7, 2) == simulate(described, 7, 2)
    assert simulate(described, 7, 2) != simulate(described, 7, 3)
    turned = {
        part: dict(reversed(list(content.items()))) if isinstance(content, dict) else content
        for part, content in QUARTET.items()
    }
    other, same = simulate(scenario(turned), 7, 2), simulate(described, 7, 2)
    assert other.choice == same.choice
    assert other.affinity[-1] == pytest.approx(same.affinity[-1])


def test_batch_run() -> None:
    rows = mesa.batch_run(
        BatchWorld,
        {"scenario": scenario(DUEL), "seed": 7, "run": [0, 1]},
        display_progress=False,
        data_collection_period=1,
    )
    assert len(rows) == 12
    alone = simulate(scenario(DUEL), 7, 1)
    assert rows[-1]["issue border"] == alone.issues[-1]["border"]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(described=scenarios(), run=st.integers(0, 3))
def test_every_drawn_scenario_runs_within_its_ranges(described: Scenario, run: int) -> None:
    world = OracleWorld(described, 11, run)
    for _ in range(described.description.calendar.rounds):
        world.advance()
        for quantity, x in world.state.items():
            low, high = BOUNDS[quantity[0]]  # type: ignore[index]
            assert low <= x <= high
        for chances in scores(world).chances.values():
            assert math.isclose(sum(chances.values()), 1)
