"""Conduct is counted by who did what to whom, in rounds that were played."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.cameo import is_conflict, track
from sim.statistics.conduct import actor_use, conduct, ends_of, lever_use, playing
from tests.fixtures.results_by_walks import sample_results, sample_scenario

SCENARIO = sample_scenario()


def test_a_direction_has_two_ends() -> None:
    assert ends_of("north to south") == ("north", "south")
    with pytest.raises(ValueError, match="not a direction"):
        ends_of("north and south")


def test_shares_are_of_rounds_played() -> None:
    dataset = sample_results(SCENARIO, runs=40, failed=4, stopped=6)
    use = lever_use(dataset)
    held = dataset.isel(run=slice(0, 36))
    assert playing(held).sum() == 30 * 16 + 6 * 8
    lever, direction = 1, "south to west"
    kind = track(SCENARIO.description.levers[use.levers[lever]])
    chosen = (held["choice"].sel(direction=direction, track=kind) == lever).values
    accepted = held["accepted"].sel(direction=direction, track=kind).values
    place = use.directions.index(direction)
    assert use.proposed[place, lever] == pytest.approx(chosen.sum() / playing(held).sum())
    assert use.done[place, lever] == pytest.approx((chosen & accepted).sum() / playing(held).sum())
    assert np.all(use.done <= use.proposed)


def test_an_actor_counts_once_however_many_it_turns_to() -> None:
    dataset = sample_results(SCENARIO, runs=10)
    dataset["choice"].values[:] = -1
    dataset["accepted"].values[:] = False
    for target in ("south", "west"):
        at = {"round": 3, "direction": f"north to {target}", "track": "deeds", "run": slice(0, 4)}
        dataset["choice"].loc[at] = 20
        dataset["accepted"].loc[at] = True
    north = actor_use(dataset, SCENARIO.description)[0]
    assert north.levers == (str(dataset["lever"].values[20]),)
    assert north.share.tolist() == [[0, 0, 0.5] + [0] * 13]
    assert north.dates[2] == np.datetime64("2016-12-01")
    assert len(north.unused) == 29


def test_cooperation_stands_above_conflict() -> None:
    for use in actor_use(sample_results(SCENARIO, runs=60), SCENARIO.description):
        kinds = [is_conflict(SCENARIO.description.levers[lever]) for lever in use.levers]
        assert kinds == sorted(kinds)


def test_conflict_is_a_share_of_all_acts() -> None:
    dataset = sample_results(SCENARIO, runs=20)
    dataset["choice"].values[:] = -1
    dataset["accepted"].values[:] = False
    way = {"direction": "east to west"}
    # A word and a deed of one round count both.
    for nth, lever in ((1, 0), (2, 0), (3, 16), (3, 29)):
        kind = track(SCENARIO.description.levers[str(dataset["lever"].values[lever])])
        dataset["choice"].loc[way | {"round": nth, "track": kind}] = lever
        dataset["accepted"].loc[way | {"round": nth, "track": kind}] = True
    found = {
        (one.actor, one.target): one for one in conduct(lever_use(dataset), SCENARIO.description)
    }
    assert found["east", "west"].acts == pytest.approx((2 / 16, 0, 1 / 16, 1 / 16))
    assert found["east", "west"].conflict == pytest.approx(0.5)
    assert np.isnan(found["west", "east"].conflict)
