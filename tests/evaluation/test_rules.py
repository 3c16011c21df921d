"""Each score of the library that is used, held against its formula written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.evaluation import rules
from sim.evaluation.distribution import KEPT, Sample, Student, read, trend

chances = st.floats(0, 1)
numbers = st.lists(st.floats(-50, 50), min_size=1, max_size=12).map(np.array)


@given(chances, st.booleans())
def test_the_brier_score_is_the_square_of_the_gap(p: float, came: bool) -> None:
    assert rules.brier(p, came) == pytest.approx((p - came) ** 2, abs=1e-12)


@given(st.floats(1e-300, 1 - 1e-9), st.booleans())
def test_the_log_score_is_the_surprise_in_nats(p: float, came: bool) -> None:
    assert rules.log_score(p, came) == pytest.approx(-math.log(p if came else 1 - p))


def test_a_certainty_that_fails_costs_without_end_and_one_that_holds_nothing() -> None:
    assert rules.log_score(0.0, True) == rules.log_score(1.0, False) == math.inf
    assert rules.log_score(1.0, True) == rules.log_score(0.0, False) == 0


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), st.integers(0, 2))
def test_the_ranked_score_squares_the_gaps_of_what_is_summed_up(
    parts: list[float], came: int
) -> None:
    given_ = [part / sum(parts) for part in parts]
    gaps = [sum(given_[: k + 1]) - (came <= k) for k in range(3)]
    expected = sum(gap**2 for gap in gaps) / 2
    assert rules.ranked(given_, came) == pytest.approx(expected, abs=1e-12)


@given(chances, st.booleans())
def test_of_two_categories_the_ranked_score_is_the_brier_score(p: float, came: bool) -> None:
    assert rules.ranked([1 - p, p], int(came)) == pytest.approx(rules.brier(p, came), abs=1e-12)


@given(numbers, st.integers(-50, 50) | st.floats(-50, 50))
def test_the_crps_of_a_sample_is_the_mean_gap_less_half_that_of_its_pairs(
    values: np.ndarray, came: float
) -> None:
    pairs = [abs(a - b) for a in values for b in values]
    expected = np.mean([abs(a - came) for a in values]) - np.mean(pairs) / 2
    assert rules.crps_of_sample(came, values) == pytest.approx(expected, abs=1e-9)


def test_whole_numbers_are_not_cut() -> None:
    assert rules.crps_of_sample(2, np.array([1, 2, 4])) == pytest.approx(1 - 12 / 18)
    assert rules.interval_score(0, 1, 3, 0.5) == pytest.approx(2 + 4 * 1)
    assert rules.crps_of_student(0, 4, 1, 2) > 0


@given(st.floats(-50, 50), numbers)
def test_many_samples_at_once_have_the_same_crps(came: float, values: np.ndarray) -> None:
    twice = rules.crps_of_samples(np.array([came, came]), np.stack([values, values + 1]))
    alone = [rules.crps_of_sample(came, values), rules.crps_of_sample(came, values + 1)]
    assert twice == pytest.approx(alone, abs=1e-9)
    assert rules.crps_of_samples(np.array([1]), np.array([[0, 1, 2, 3]])) == pytest.approx([0.375])


def _by_integral(below: object, value: float, low: float, high: float) -> float:
    assert callable(below)
    left = integrate.quad(lambda x: below(x) ** 2, low, value, limit=400)[0]
    right = integrate.quad(lambda x: (1 - below(x)) ** 2, value, high, limit=400)[0]
    return float(left + right)


@pytest.mark.parametrize("came", [-1.0, 0.3, 2.5])
def test_the_crps_of_a_mixture_and_of_a_t_distribution_is_the_integral(came: float) -> None:
    sample = Sample(np.array([-0.5, 0.0, 0.2, 1.5]), 0.3)
    assert sample.crps(came) == pytest.approx(_by_integral(sample.below, came, -9, 9), abs=1e-6)
    student = Student(4.0, 0.5, 0.7)
    expected = _by_integral(student.below, came, -400, 400)
    assert student.crps(came) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("came", "miss"), [(0.0, 1.0), (1.5, 0.0), (3.5, 1.5)])
def test_the_interval_score_is_the_width_and_what_it_misses_by(came: float, miss: float) -> None:
    expected = 1.0 + 2 / 0.1 * miss
    assert rules.interval_score(came, 1.0, 2.0, 0.9) == pytest.approx(expected)


@given(numbers, st.floats(0.01, 2), st.floats(0.02, 0.98))
def test_quantiles_of_a_measured_sample_are_those_of_its_mixture(
    values: np.ndarray, error: float, level: float
) -> None:
    sample = Sample(np.sort(values)).measured(error)
    assert sample.below(sample.quantile(level)) == pytest.approx(level, abs=1e-6)


@given(numbers, st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.95]))
def test_quantiles_of_a_sample_are_the_least_values_that_suffice(
    values: np.ndarray, level: float
) -> None:
    sample = Sample(np.sort(values))
    found = sample.quantile(level)
    assert found in values
    assert sample.below(found) >= level - 1e-9
    lower = values[values < found]
    assert not len(lower) or sample.below(float(lower.max())) < level + 1e-9


def test_many_runs_are_kept_as_quantiles_and_score_as_all_of_them() -> None:
    values = np.random.default_rng(1).normal(size=20_001)
    kept = Sample.of(np.append(values, np.nan))
    assert len(kept.values) == KEPT
    for came in (-2.0, 0.1, 3.0):
        assert kept.crps(came) == pytest.approx(rules.crps_of_sample(came, values), abs=2e-3)
    counts = Sample.of(np.random.default_rng(1).poisson(2, 5000).astype(float))
    assert set(counts.values) <= set(map(float, range(20)))


@given(numbers, st.sampled_from([0.0, 0.4]))
def test_a_distribution_comes_back_from_its_file(values: np.ndarray, error: float) -> None:
    one = Sample(np.sort(values), error)
    again = read(one.plain())
    assert isinstance(again, Sample)
    np.testing.assert_allclose(again.values, one.values, rtol=1e-6)
    assert again.error == error
    assert read(Student(5.0, 1.0, 2.0).plain()) == Student(5.0, 1.0, 2.0)


def test_the_trend_is_the_least_squares_line_with_its_prediction_interval() -> None:
    generator = np.random.default_rng(3)
    years = np.arange(2004, 2014, dtype=float)
    values = 0.4 + 0.02 * (years - 2004) + generator.normal(0, 0.05, 10)
    found = trend(years, values, 2016.0)
    assert found is not None
    fit = stats.linregress(years, values)
    residuals = values - fit.intercept - fit.slope * years
    spread = math.sqrt((residuals**2).sum() / 8)
    square = ((years - years.mean()) ** 2).sum()
    scale = spread * math.sqrt(1 + 1 / 10 + (2016 - years.mean()) ** 2 / square)
    assert found.middle == pytest.approx(fit.intercept + fit.slope * 2016)
    assert found.freedom == 8
    assert found.scale == pytest.approx(scale)
    assert trend(years[:3], values[:3], 2016.0) is None
    assert trend(years, np.full(10, 0.5), 2016.0) is None
