"""Quantiles of beta distributions are those of the inverse incomplete beta function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import betaincinv

from sim.model import draws
from sim.model.draws import beta_quantiles

shapes = st.floats(-2, 3).map(lambda power: 10.0**power)
# As they are drawn, and 1. Of less than 1e-200 SciPy's own inverse may be nan.
shares = st.lists(st.integers(0, 2**53).map(lambda n: n / 2**53), min_size=1, max_size=20).map(
    np.array
)


@given(a=shapes, b=shapes, u=shares)
@example(a=1.0, b=5.0, u=np.linspace(0, 1, 101))
@example(a=0.2, b=500.0, u=np.linspace(0, 1, 101))
def test_quantiles_of_any_shape_are_those_of_the_inverse_function(
    a: float, b: float, u: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    found = beta_quantiles([a], [b], u[None])[0]
    np.testing.assert_allclose(found, betaincinv(a, b, u), rtol=0, atol=1e-12)
    assert ((found >= 0) & (found <= 1)).all()


@given(peak=st.floats(0, 1), u=shares)
def test_every_pert_spread_is_drawn_by_its_series(
    peak: float, u: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    a, b = 1 + 4 * peak, 1 + 4 * (1 - peak)
    assert draws._series(a, b) is not None
    found = beta_quantiles([a], [b], u[None])[0]
    np.testing.assert_allclose(found, betaincinv(a, b, u), rtol=0, atol=1e-12)


def test_a_quantile_depends_on_its_own_row_and_draw_alone() -> None:
    a, b = np.array([1.0, 3.0, 0.1, 40.0]), np.array([5.0, 3.0, 2.0, 7.0])
    u = np.random.default_rng(1).random((4, 3000))
    together = beta_quantiles(a, b, u)
    for row in range(4):
        alone = beta_quantiles(a[row : row + 1], b[row : row + 1], u[row : row + 1, 7:8])
        assert alone[0, 0] == together[row, 7]


@pytest.mark.parametrize(("a", "b"), [(0.05, 0.05), (0.2, 3.0)])
def test_shapes_that_a_short_series_does_not_meet_are_left_to_the_function(
    a: float, b: float
) -> None:
    assert draws._series(a, b) is None
    u = np.linspace(0, 1, 50)
    np.testing.assert_array_equal(beta_quantiles([a], [b], u[None])[0], betaincinv(a, b, u))
