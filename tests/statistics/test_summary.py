"""Bands, probabilities and counts say what the runs came to, and only those that held."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.reporting.outcome_charts import trajectory_finding
from sim.scenario.schema import Outcome
from sim.statistics.measures import measure
from sim.statistics.summary import Trajectory, Watched, complete_runs, counts, summarise, wilson
from tests.fixtures.results_by_walks import sample_results, sample_scenario

SCENARIO = sample_scenario()


def test_bands_are_the_quantiles_of_each_round() -> None:
    dataset = sample_results(SCENARIO, runs=41)
    found = next(
        one for one in summarise(dataset, SCENARIO).trajectories if one.measure.id == "warmth"
    )
    values = dataset["reported"].sel(outcome="warmth").values.astype(float)
    np.testing.assert_allclose(found.median, np.median(values, axis=0))
    np.testing.assert_allclose(found.low90, np.quantile(values, 0.05, axis=0))
    np.testing.assert_allclose(found.high50, np.quantile(values, 0.75, axis=0))
    assert found.dates[0] == np.datetime64("2016-10-01")
    assert found.samples.shape == (5, 17)


def test_quantiles_of_counted_acts_are_whole() -> None:
    dataset = sample_results(SCENARIO, runs=40)
    found = summarise(dataset, SCENARIO).trajectories[-1]
    for edge in (found.median, found.low90, found.high90):
        assert np.array_equal(edge, np.round(edge))


def test_failed_runs_are_counted_and_left_out() -> None:
    dataset = sample_results(SCENARIO, runs=30, failed=4, stopped=3)
    found = summarise(dataset, SCENARIO)
    assert (found.counts.runs, found.counts.failed, found.counts.stopped) == (30, 4, 3)
    assert found.counts.complete == 26
    assert all(np.isfinite(one.high90).all() for one in found.trajectories)
    assert all(one.runs == 26 for one in found.watched)
    assert all(ending.runs.sum() == 26 for ending in found.endings)
    assert found.representative is not None
    assert found.representative < 26


def test_nothing_is_said_when_every_run_failed() -> None:
    dataset = sample_results(SCENARIO, runs=5, failed=5)
    found = summarise(dataset, SCENARIO)
    assert found.counts.complete == 0
    assert found.trajectories == ()
    assert found.representative is None


def test_one_run_is_enough() -> None:
    found = summarise(sample_results(SCENARIO, runs=1), SCENARIO)
    assert found.representative == 0
    assert found.unlike is None
    assert all(ending.runs.sum() == 1 for ending in found.endings)


def test_runs_that_all_hold_are_not_copied() -> None:
    dataset = sample_results(SCENARIO, runs=3)
    assert complete_runs(dataset) is dataset
    assert counts(dataset).failed == 0


def test_watched_events_add_up_over_the_rounds() -> None:
    dataset = sample_results(SCENARIO, runs=50)
    dataset["watched"].values[:, 0] = np.repeat([-1, 0, 3, 16, 5], 10)
    found = summarise(dataset, SCENARIO).watched[0]
    assert found.happened == 40
    assert found.probability[0] == pytest.approx(0.2)
    assert found.probability[3] == pytest.approx(0.4)
    assert found.probability[-1] == pytest.approx(0.8)
    assert np.all(np.diff(found.probability) >= 0)
    assert found.usual == dataset["until"].values[3]


def test_an_event_that_never_happened_keeps_its_upper_bound() -> None:
    found = summarise(sample_results(SCENARIO, runs=100), SCENARIO).watched[-1]
    assert found.happened == 0
    assert found.usual is None
    assert found.low[-1] == 0
    assert 0 < found.high[-1] < 0.05


def test_wilson_meets_the_published_example() -> None:
    # Newcombe (1998), table I: 81 of 263, and 0 of 20.
    low, high = wilson([81], 263)
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.2553, 0.3662)
    low, high = wilson([0], 20)
    assert (float(low[0]), round(float(high[0]), 4)) == (0.0, 0.1611)


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_wilson_holds_the_share_it_is_about(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = wilson([successes], trials)
    assert 0 <= low[0] <= successes / trials <= high[0] <= 1


def test_no_trials_say_nothing() -> None:
    low, high = wilson([0], 0)
    assert (low[0], high[0]) == (0, 1)


def moved(start: float, end: float, half: float = 0.0, of: str = "power of north") -> Trajectory:
    item = measure("x", Outcome(name="X", of=of), SCENARIO.description)
    course = np.array([start, end])
    edges = [course - half, course, course + half]
    low, median, high = edges
    dates = np.array(["2020-01-01", "2021-01-01"], dtype="datetime64[D]")
    return Trajectory(item.fitted(edges), dates, median, low, high, low, high, np.empty((0, 2)))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (moved(0.0009, 0.00123, 0.0001), "rises from 0.00090 to 0.00123"),
        (moved(0.0009, 0.0009004, 0.0001), "stays near 0.00090"),
        (moved(0.2181, 0.2179), "stays near 0.218 and so it does in nearly all runs"),
        (moved(0.096, 0.104, of="affinity of north and south"), "rises from 0.096 to 0.104"),
        (moved(0.1, 0.101, 0.2, "affinity of north and south"), "stays near 0.10"),
        (moved(0.1001, 0.1004, 1e-4, "affinity of north and south"), "in nearly all runs"),
        (moved(0.5, 0.4, 0.004, "affinity of north and south"), "between 0.396 and 0.404"),
    ],
)  # fmt: skip
def test_a_move_is_told_by_its_numbers(one: Trajectory, said: str) -> None:
    told = (
        trajectory_finding(one).replace("in the median, and", "and").replace(" in the median", "")
    )
    assert said in told.replace("\u00a0", " ")


def test_intervals_of_many_runs_are_not_rounded_to_a_point() -> None:
    share = np.array([0.12])
    one = Watched("x", "x", np.array([]), 1, 10, share, share - 4e-5, share + 4e-5, None)
    assert one.chance.replace("\u00a0", " ") == "12.000 %"
    assert one.interval.replace("\u00a0", " ") == "11.996 % to 12.004 %"
