"""What is read off indices: who leads, what is chance, and whether samples suffice."""

from __future__ import annotations

import numpy as np
import pytest

from sim.studies.sensitivity.indices import Screening, Sobol
from sim.studies.sensitivity.result import ENOUGH, constant, leading, scores

FACTORS = ("a", "b", "rest", "chance")


def indices(total: list[float], half: list[float], first: list[float] | None = None) -> Sobol:
    """Indices of one output at 64, 128 and 256 samples, all alike."""

    def thrice(values: list[float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.tile(np.array(values), (3, 1, 1))

    own = thrice(first or [0.0] * len(total))
    return Sobol(FACTORS, (64, 128, 256), own, thrice(half), thrice(total), thrice(half))


def test_the_largest_total_leads_and_the_rest_comes_last() -> None:
    found = leading(indices([0.1, 0.3, 0.6, 0.5], [0.05] * 4), 0, ("rest",))
    assert [share.factor for share in found.factors] == ["b", "a", "rest"]
    assert found.chance.total == 0.5
    assert found.enough
    assert found.needed == 256


def test_the_samples_needed_follow_the_root_law() -> None:
    found = leading(indices([0.5, 0.1, 0.1, 0.5], [2 * ENOUGH, 0.01, 0.01, 0.01]), 0)
    assert not found.enough
    assert found.needed == 4 * 256
    slightly = leading(indices([0.5, 0.1, 0.1, 0.5], [0.01, 0.01, 0.01, 0.11]), 0)
    assert slightly.needed == 512


def test_a_wide_interval_of_what_does_not_lead_is_let_pass() -> None:
    halves = [0.01, 0.01, 0.4, 0.01]
    assert leading(indices([0.5, 0.1, 0.05, 0.5], halves), 0, ("rest",)).enough


def test_shares_that_add_up_to_more_than_the_whole_are_impossible() -> None:
    first = [0.7, 0.6, 0.0, 0.0]
    found = leading(indices([0.7, 0.6, 0.1, 0.1], [0.05] * 4, first), 0)
    assert found.impossible
    assert not found.enough
    assert found.needed == 4 * 256
    doubtful = leading(indices([0.7, 0.6, 0.1, 0.1], [0.09, 0.5, 0.1, 0.1], first), 0)
    assert not doubtful.impossible


def test_a_screening_counts_what_is_sure_in_units_of_the_output() -> None:
    size = np.array([[2.0, 1.0, 0.1], [0.01, 0.02, 0.05]])
    half = np.array([[0.2, 0.1, 0.0], [0.0, 0.0, 0.06]])
    found = scores(
        Screening(NAMES, size, size, half, size, np.array([2.0, 0.1]), np.array([9, 9]), missing=0)
    )  # fmt: skip
    assert found == pytest.approx({"a": 0.9, "b": 0.45, "c": 0.05})


NAMES = ("a", "b", "c")


def test_a_screening_in_which_nothing_varies_scores_nothing() -> None:
    nothing = np.zeros((1, 3))
    found = scores(
        Screening(NAMES, nothing, nothing, nothing, nothing, np.zeros(1), np.zeros(1, int), 0)
    )
    assert found == dict.fromkeys(NAMES, 0.0)


def test_what_is_constant_up_to_rounding() -> None:
    values = np.array([[1.0, 0.3, 0.0], [1.0, 0.3 + 1e-16, 0.0], [1.1, 0.3, 0.0], [np.nan] * 3])
    assert constant(values).tolist() == [False, True, True]
    assert constant(np.full((2, 1), np.nan)).tolist() == [True]
