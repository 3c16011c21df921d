"""Ratios of the means of paired runs, against resampling and values that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.statistics.paired_difference import Ratio, ratio


def test_the_interval_is_as_wide_as_resampling_finds() -> None:
    random = np.random.default_rng(3)
    common = random.poisson(0.5, 2000)
    before, after = common + random.poisson(0.3, 2000), common + random.poisson(0.7, 2000)
    found = ratio(before.astype(np.float64), after.astype(np.float64), whole=True)
    assert found.value == pytest.approx(after.sum() / before.sum())
    picks = random.integers(0, 2000, (2000, 2000))
    drawn = np.log(after[picks].sum(axis=1) / before[picks].sum(axis=1))
    width = math.log(found.high / found.low)
    assert width == pytest.approx(2 * 1.96 * drawn.std(), rel=0.06)


def test_the_interval_holds_a_rare_ratio_in_nineteen_of_twenty() -> None:
    random = np.random.default_rng(1)
    held = []
    for _ in range(1000):
        draws = random.random(800)
        own = random.random(800)
        # 2 % before; of 4 % after, half where it happened before.
        before = draws < 0.02
        after = (before & (own < 0.5)) | (~before & (own < 0.03 / 0.98))
        found = ratio(before.astype(np.float64), after.astype(np.float64), whole=True)
        held.append(found.low <= 2 <= found.high)
    assert 0.93 <= np.mean(held) <= 0.99


def test_pairs_that_rise_together_tell_more_than_those_apart() -> None:
    random = np.random.default_rng(2)
    draws, other = random.random(4000), random.random(4000)
    before, after, free = (
        (one < share).astype(np.float64)
        for one, share in ((draws, 0.05), (draws, 0.08), (other, 0.08))
    )
    together, apart = (ratio(before, one, whole=True) for one in (after, free))
    assert together.high / together.low < 0.85 * apart.high / apart.low


def test_what_never_happens_leaves_every_ratio_open() -> None:
    nothing = np.zeros(4000)
    found = ratio(nothing, nothing, whole=True)
    assert math.isnan(found.value)
    assert found.low < 0.1
    assert found.high > 10
    assert not found.clear
    some = np.zeros(4000)
    some[:40] = 1
    found = ratio(nothing, some, whole=True)
    assert math.isinf(found.value)
    assert found.clear
    assert found.visible
    assert ratio(some, nothing, whole=True).high < 0.3


def test_the_same_in_both_arms_is_a_ratio_of_one() -> None:
    some = np.zeros(4000)
    some[:400] = 1
    found = ratio(some, some, whole=True)
    assert found.value == 1
    assert found.within(1.02)


def test_a_share_agreed_to_of_nothing_has_no_interval() -> None:
    shares = np.array([0.1, -0.1])
    assert math.isnan(ratio(shares, np.array([0.2, 0.2]), whole=False).low)


@pytest.mark.parametrize(
    ("value", "visible"), [(1.5, True), (1.49, False), (1 / 1.5, True), (0.68, False)]
)
def test_half_as_much_again_is_visible_either_way(value: float, visible: bool) -> None:
    assert Ratio(value, value, value).visible == visible
