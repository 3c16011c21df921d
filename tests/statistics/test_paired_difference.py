"""Paired intervals: they cover what is known, alone and all at once, and zero is zero."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.statistics.paired_difference import Z95, identical, joint_limit, moments, paired

Floats = NDArray[np.float64]


def normal_arms(
    rng: np.random.Generator, pairs: int, columns: int, shared: float = 0.8
) -> tuple[Floats, Floats]:
    """Two arms of variance 1 whose pairs correlate, each column like the next."""
    common = math.sqrt(shared) * rng.standard_normal((pairs, columns))
    own = math.sqrt(1 - shared) * rng.standard_normal((2, pairs, columns))
    return common + own[0], common + own[1]


def test_a_known_difference_is_covered_in_95_of_100_cases() -> None:
    rng = np.random.default_rng(1)
    reference, changed = normal_arms(rng, 200, 4000)
    low, high = paired(reference, changed + 0.3).interval()
    covered = float(((low <= 0.3) & (high >= 0.3)).mean())
    assert covered == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


@pytest.mark.parametrize("pairs", [3, 5, 10])
def test_few_pairs_have_wider_intervals(pairs: int) -> None:
    rng = np.random.default_rng(11)
    reference, changed = normal_arms(rng, pairs, 6000)
    low, high = paired(reference, changed).interval()
    assert float(((low <= 0) & (high >= 0)).mean()) == pytest.approx(0.95, abs=0.012)


def test_no_probability_moves_by_more_than_one() -> None:
    never, always = np.zeros((60, 1)), np.ones((60, 1))
    low, high = paired(never, always, events=True).interval(4.0)
    assert 0.8 < low[0] < high[0] == 1
    low, high = paired(always, never, events=True).interval(4.0)
    assert low[0] == -1


@pytest.mark.parametrize(("before", "after"), [(0.3, 0.5), (0.02, 0.05), (0.9, 0.95)])
def test_a_known_difference_of_probabilities_is_covered(before: float, after: float) -> None:
    rng = np.random.default_rng(2)
    draws = rng.random((300, 4000))
    found = paired(*((draws < share).astype(np.float64) for share in (before, after)), events=True)
    low, high = found.interval()
    covered = float(((low <= after - before) & (high >= after - before)).mean())
    assert 0.93 <= covered <= 0.99


def test_the_interval_of_probabilities_is_that_of_agresti_and_min() -> None:
    # Worked out by hand: 100 pairs, 12 change for the better, 4 for the worse.
    reference, changed = np.zeros((100, 1)), np.zeros((100, 1))
    changed[:12], reference[12:16] = 1, 1
    found = paired(reference, changed, whole=True)
    low, high = found.interval()
    middle, spread = 8 / 102, math.sqrt(12.5 + 4.5 - 64 / 102) / 102
    assert found.difference[0] == pytest.approx(0.08)
    assert (low[0], high[0]) == pytest.approx((middle - Z95 * spread, middle + Z95 * spread))


def test_an_event_that_differs_in_no_pair_still_has_an_interval() -> None:
    never = np.zeros((50, 1))
    low, high = paired(never, never, whole=True).interval()
    assert low[0] == -high[0] < 0
    assert 0.01 < high[0] < 0.06


def test_all_intervals_hold_at_once_in_95_of_100_cases() -> None:
    rng = np.random.default_rng(3)
    whole, cases = 0, 300
    for _ in range(cases):
        gap = np.subtract(*normal_arms(rng, 150, 30)[::-1])
        limit = joint_limit([gap], 4, draws=600)
        low, high = paired(np.zeros_like(gap), gap).interval(limit)
        whole += bool(((low <= 0) & (high >= 0)).all())
    assert 0.90 <= whole / cases <= 0.985
    assert limit > 2.8  # thirty that know nothing of one another


def test_differences_that_move_together_count_as_one() -> None:
    rng = np.random.default_rng(5)
    one = rng.standard_normal((400, 1))
    assert joint_limit([np.repeat(one, 50, axis=1)], 6) == pytest.approx(Z95, abs=0.12)
    apart = ndtri((1 + 0.95 ** (1 / 50)) / 2)  # of fifty that know nothing of one another
    assert joint_limit([rng.standard_normal((400, 50))], 6) == pytest.approx(apart, abs=0.1)


def test_nothing_to_allow_for_leaves_the_single_limit() -> None:
    assert joint_limit([], 1) == Z95
    assert joint_limit([np.zeros((20, 3)), np.full((20, 2), 0.4)], 1) == Z95


def test_counts_that_seldom_differ_are_covered_too() -> None:
    rng = np.random.default_rng(9)
    counts = rng.poisson(2.0, (300, 4000)).astype(np.float64)
    more = (rng.random((300, 4000)) < 0.01).astype(np.float64)
    low, high = paired(counts, counts + more, whole=True).interval()
    assert float(((low <= 0.01) & (high >= 0.01)).mean()) >= 0.93
    low, high = paired(counts, counts + more).interval()
    assert float(((low <= 0.01) & (high >= 0.01)).mean()) < 0.9  # what the plain interval misses


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_what_pairing_saves_is_what_correlation_says(shared: float) -> None:
    rng = np.random.default_rng(7)
    found = paired(*normal_arms(rng, 100_000, 1, shared))
    assert found.saved[0] == pytest.approx(1 / (1 - shared), rel=0.03)


def test_pairs_of_which_one_failed_are_left_out() -> None:
    reference, changed = np.array([[1.0], [2.0], [np.nan]]), np.array([[2.0], [4.0], [9.0]])
    found = paired(reference, changed)
    assert found.pairs[0] == 2
    assert found.difference[0] == 1.5
    assert np.isnan(paired(reference[2:], changed[2:]).difference[0])


@settings(max_examples=50)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20), st.floats(-10, 10))
def test_the_same_difference_in_all_pairs_is_certain(values: list[float], gap: float) -> None:
    column = np.array(values)[:, None]
    found = paired(column, column + gap)
    low, high = found.interval()
    assert low[0] == pytest.approx(gap, abs=1e-9)
    assert high[0] == pytest.approx(gap, abs=1e-9)


def test_an_arm_beside_itself_differs_by_exactly_nothing() -> None:
    values = np.random.default_rng(8).random((30, 4))
    found = identical(moments(values, values))
    low, high = found.interval(5.0)
    assert not found.difference.any()
    assert not low.any()
    assert not high.any()
