"""Moments of pairs: merged in pieces they are those of the whole, in whatever order."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.statistics.paired_difference import Moments, intervals, moments, paired

Floats = NDArray[np.float64]
FIELDS = tuple(Moments.__annotations__)


@st.composite
def arms(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Two arms of some runs and columns, far from zero or near it; some runs have failed."""
    runs, columns = draw(st.integers(2, 60)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    level = draw(st.sampled_from([0.0, 1.0, 1e3]))
    reference = level + rng.standard_normal((runs, columns))
    changed = reference + draw(st.sampled_from([0.0, 0.3, -7.0]))
    changed += draw(st.sampled_from([0.0, 1.0])) * rng.standard_normal((runs, columns))
    for arm in (reference, changed):
        arm[rng.random(runs) < draw(st.sampled_from([0.0, 0.2, 1.0]))] = np.nan
    return reference, changed


def pieces(reference: Floats, changed: Floats, seed: int) -> list[Moments]:
    """Moments of random pieces, some of them empty, in random order."""
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.integers(0, len(reference) + 1, rng.integers(1, 6)))
    parts = zip(np.split(reference, cuts), np.split(changed, cuts), strict=True)
    found = [moments(*part) for part in parts]
    return [found[nth] for nth in rng.permutation(len(found))]


def merged(parts: list[Moments]) -> Moments:
    return reduce(Moments.merged, parts)


@settings(max_examples=200)
@given(arms(), st.integers(0, 2**32))
def test_pieces_in_any_order_come_to_the_whole(two: tuple[Floats, Floats], seed: int) -> None:
    whole, found = moments(*two), merged(pieces(*two, seed))
    for name in ("pairs", "above", "below"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    size = np.maximum(whole.size, 1)
    np.testing.assert_allclose(found.mean / np.sqrt(size), whole.mean / np.sqrt(size), atol=1e-12)
    scale = size * np.maximum(whole.pairs, 1)
    np.testing.assert_allclose(found.centred / scale, whole.centred / scale, atol=1e-12)
    for mine, theirs in zip(paired(*two).interval(), intervals(found).interval(), strict=True):
        np.testing.assert_allclose(mine / np.sqrt(size), theirs / np.sqrt(size), atol=1e-12)


@settings(max_examples=50)
@given(arms())
def test_they_are_those_of_the_pairs_that_did_not_fail(two: tuple[Floats, Floats]) -> None:
    found = moments(*two)
    kept = np.isfinite(two[0] + two[1]).all(axis=1)
    rows = [arm[kept] for arm in two]
    rows.append(rows[1] - rows[0])
    assert (found.pairs == kept.sum()).all()
    if kept.sum() < 2:
        assert np.isnan(found.variance).all()
        return
    for nth, row in enumerate(rows):
        np.testing.assert_allclose(found.mean[nth], row.mean(axis=0), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(
            found.variance[nth], row.var(axis=0, ddof=1), rtol=1e-9, atol=1e-12
        )
    np.testing.assert_array_equal(found.above, (rows[2] > 0).sum(axis=0))
    np.testing.assert_array_equal(found.below, (rows[2] < 0).sum(axis=0))


@settings(max_examples=50)
@given(arms(), st.integers(0, 2**32))
def test_whole_numbers_come_out_exact_in_any_order(two: tuple[Floats, Floats], seed: int) -> None:
    counts = np.rint(two[0]), np.rint(two[1])
    whole, found = paired(*counts, whole=True), intervals(merged(pieces(*counts, seed)), whole=True)
    for name in ("difference", "centre", "unit", "pairs"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))


def test_the_same_order_gives_the_same_bytes() -> None:
    rng = np.random.default_rng(1)
    two = rng.random((90, 3)), rng.random((90, 3))
    one, other = (merged(pieces(*two, 5)) for _ in range(2))
    for name in FIELDS:
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@pytest.mark.parametrize("gap", [0.1, 1 / 3, -12.7])
def test_a_difference_that_never_changes_has_no_variance_in_any_number_of_pieces(
    gap: float,
) -> None:
    rng = np.random.default_rng(2)
    reference = (50 + 20 * rng.random((4000, 2))).astype(np.float32).astype(np.float64)
    parts = np.array_split(reference, 97)
    found = intervals(merged([moments(part, part + gap) for part in parts]))
    low, high = found.interval(4.0)
    assert (low == high).all()
    assert low == pytest.approx(gap)
    assert np.isnan(found.saved).all()


def test_a_large_mean_costs_no_digits() -> None:
    rng = np.random.default_rng(3)
    values = 1e6 + 1e-3 * rng.standard_normal((3000, 1))
    found = merged([moments(part, part) for part in np.array_split(values, 40)])
    assert found.variance[0] == pytest.approx(values.var(axis=0, ddof=1), rel=1e-6)
    plain = (values**2).mean() - values.mean() ** 2
    assert abs(plain / values.var() - 1) > 1  # what sums as they are would have come to
