"""The tally of all runs tells the page what the runs themselves would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.simulation.ensemble import labelled, play, run
from sim.statistics.measures import measures
from sim.statistics.summary import BAND_LEVELS, BINS, OfRuns, OfTally, quantiles, summarise
from tests.fixtures.scenarios import QUARTET, changed, scenario

MADE = scenario(changed(QUARTET, stop=[]))
RUNS = 600
FOUND = play(MADE, RUNS, 7)
DATA = labelled(MADE, FOUND.blocks, 7)
TALLY = play(MADE, RUNS, 7, kept=100).tally
ITEMS = list(measures(MADE.description).values())


def test_probabilities_and_dates_of_events_are_the_same() -> None:
    whole, counted = summarise(DATA, MADE), summarise(DATA.isel(run=slice(0, 100)), MADE, TALLY)
    assert whole.watched
    for one, other in zip(whole.watched, counted.watched, strict=True):
        for name in ("id", "happened", "runs", "usual", "chance", "interval"):
            assert getattr(one, name) == getattr(other, name), name
        np.testing.assert_array_equal(one.probability, other.probability)


def test_bands_are_within_a_bin_and_single_runs_among_the_kept() -> None:
    kept = DATA.isel(run=slice(0, 100))
    whole, counted = summarise(DATA, MADE), summarise(kept, MADE, TALLY)
    assert TALLY is not None
    assert (counted.counts.runs, counted.kept, whole.kept) == (RUNS, 100, RUNS)
    for one, other in zip(whole.trajectories, counted.trajectories, strict=True):
        ends = TALLY.bins[one.measure.id].ends
        width = np.diff(ends).max() if TALLY.bins[one.measure.id].scale == "range" else 1e-9
        # Beside the bin, the gap between neighbouring runs, between which quantiles are drawn.
        values = np.sort(OfRuns(DATA).course(one.measure), axis=0)
        gap = np.diff(values, axis=0)[20:-20].max()
        for name in ("median", "low50", "high50", "low90", "high90"):
            assert np.abs(getattr(one, name) - getattr(other, name)).max() <= width + gap
        np.testing.assert_array_equal(one.samples, other.samples)
    assert counted.representative is not None
    assert counted.representative < 100


def test_an_ending_counts_every_run_once_between_its_least_and_its_most() -> None:
    assert TALLY is not None
    runs, counted = OfRuns(DATA), OfTally(TALLY, list(MADE.description.watch))
    for item in ITEMS:
        edges, columns = counted.ending(item)
        values = runs.course(item)[:, -1]
        assert columns.sum() == RUNS
        assert len(columns) <= BINS + 1
        assert edges[0] <= values.min()
        assert edges[-1] >= values.max()
        np.testing.assert_array_equal(columns, np.histogram(values, bins=edges)[0])
        if item.whole:
            exact, wanted = runs.ending(item)
            np.testing.assert_array_equal(edges, exact)
            np.testing.assert_array_equal(columns, wanted)


def test_where_every_kept_run_failed_the_others_are_told() -> None:
    kept = run(MADE, 10, 7)
    kept["failed_round"].values[:] = 1
    found = summarise(kept, MADE, TALLY)
    assert found.counts.complete == RUNS
    assert found.representative is None
    assert all(len(one.samples) == 0 for one in found.trajectories)


NUMBERS = st.floats(-100, 100, width=32).map(lambda one: np.float32(round(one, 1)))
LEVELS = (0.0, *BAND_LEVELS, 1 / 3, 0.2, 1.0)


@given(st.integers(1, 60).flatmap(lambda runs: arrays(np.float32, (runs, 3), elements=NUMBERS)))
def test_quantiles_are_those_of_numpy_to_the_last_bit(
    values: np.typing.NDArray[np.float32],
) -> None:
    exact = values.astype(np.float64)
    for whole, method in ((False, "linear"), (True, "inverted_cdf")):
        expected = np.quantile(exact, LEVELS, axis=0, method=method)  # type: ignore[call-overload]
        for given_as in (values, exact):
            np.testing.assert_array_equal(quantiles(given_as, LEVELS, whole=whole), expected)


@pytest.mark.parametrize("whole", [False, True])
def test_where_a_number_is_missing_there_is_no_quantile(whole: bool) -> None:
    values = np.arange(12.0).reshape(4, 3)
    values[2, 1] = np.nan
    found = quantiles(values, (0.1, 0.9), whole=whole)
    assert np.isnan(found[:, 1]).all()
    assert np.isfinite(found[:, [0, 2]]).all()
