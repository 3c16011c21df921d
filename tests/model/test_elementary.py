"""Elementary functions against numbers of many digits, and their bits on another processor."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import ndtri

from sim.model import elementary
from sim.model.elementary import exp, log, logistic, logit, normal_quantile
from sim.model.vectors import Vector
from tests.model.processors import printed_plainly

ordinary = st.floats(-708, 708)
positive = st.floats(0, exclude_min=True, allow_infinity=False)
near_one = st.floats(-15.9, -1).map(lambda power: 1 - 10.0**power)
shares = st.integers(1, 2**53 - 1).map(lambda n: n / 2**53)
tiny = st.integers(0, 53).map(lambda n: 2.0**-54 + 2.0 ** -(n + 1))


def error(found: Vector, exact: Callable[[], Decimal]) -> float:
    """How far off it is, as a share of what is exact."""
    with localcontext() as context:
        context.prec = 50
        wanted = exact()
        return float(abs(Decimal(float(found)) / wanted - 1)) if wanted else abs(float(found))


@given(x=ordinary | st.floats(-2, 2))
@example(x=709.39)
def test_exponential(x: float) -> None:
    assert error(exp(np.array(x)), lambda: Decimal(x).exp()) < 2e-16


@given(x=positive | near_one | st.floats(0.4, 3))
@example(x=5e-324)
@example(x=1.7e308)
@example(x=math.nextafter(1, 2))
def test_logarithm(x: float) -> None:
    assert error(log(np.array(x)), lambda: Decimal(x).ln()) < 2e-16


@given(x=st.floats(-700, 700) | st.floats(-3, 3))
def test_logistic(x: float) -> None:
    assert error(logistic(np.array(x)), lambda: 1 / (1 + (-Decimal(x)).exp())) < 4e-16
    assert logistic(np.array(x)) + logistic(np.array(-x)) == pytest.approx(1, abs=4e-16)


@given(p=st.floats(0, 1, exclude_min=True, exclude_max=True) | near_one | shares)
@example(p=0.49999999999999994)
@example(p=0.41)
@example(p=1 / 3)
def test_logit(p: float) -> None:
    assert error(logit(np.array(p)), lambda: Decimal(p).ln() - (1 - Decimal(p)).ln()) < 5e-16


@given(u=shares | near_one | tiny)
@example(u=2.0**-54)
@example(u=1 - 2.0**-53)
def test_normal_quantile(u: float) -> None:
    found = normal_quantile(np.array(u))
    np.testing.assert_allclose(found, ndtri(u), rtol=2e-15, atol=0)
    # By its own distribution function, so that SciPy's rounding is not all there is.
    slope = math.exp(-(found**2) / 2) / math.sqrt(2 * math.pi)
    below = math.erfc(-found / math.sqrt(2)) / 2
    assert abs(below - u) <= 1e-15 * (abs(found) * slope + u)


def test_at_the_ends() -> None:
    inf, nan = math.inf, math.nan
    at = np.array([0, -0.0, inf, -inf, nan, -1, 800, -709, -708.5])
    np.testing.assert_array_equal(exp(at[:5]), [1, 1, inf, 0, nan])
    np.testing.assert_array_equal(exp(at[6:]), [inf, 0, math.exp(-708.5)])
    np.testing.assert_array_equal(log(at[:6]), [-inf, -inf, inf, nan, nan, nan])
    np.testing.assert_array_equal(logistic(at[:5]), [0.5, 0.5, 1, 0, nan])
    shares = np.array([0, 1, 0.5, nan, -1, 2])
    np.testing.assert_array_equal(logit(shares), [-inf, inf, 0, nan, nan, nan])
    lowest = normal_quantile(np.array(2.0**-54))
    assert lowest == pytest.approx(ndtri(2.0**-54), rel=1e-15)
    np.testing.assert_array_equal(normal_quantile(shares[:4]), [lowest, inf, 0, nan])


@pytest.mark.parametrize("name", ["exp", "log", "logistic", "logit", "normal_quantile"])
def test_a_lane_does_not_hang_on_the_others(name: str) -> None:
    function = getattr(elementary, name)
    at = np.random.default_rng(3).random(40) ** 3
    at[::7] = [0, 1, 2.0**-54, 5e-324, np.nan, 0.5]
    together = function(at)
    alone = np.array([function(at[n : n + 1])[0] for n in range(len(at))])
    np.testing.assert_array_equal(together, alone)


DIGEST = "b9ef60f204249950f5f989468cfd3aec703f583ea2c3b546781d6bb97a4acf05"

BITS = """
from tests.model.test_elementary import digest
print(digest())
"""


def digest() -> str:
    """A digest of all bits of many values."""
    u = np.random.default_rng(5).random(20_000)
    wide = 60 * u - 30
    found = [exp(wide), log(exp(wide)), log(u), logistic(wide), logit(u), normal_quantile(u)]
    return hashlib.sha256(np.array(found).tobytes()).hexdigest()


def test_bits_are_those_of_a_plainer_processor() -> None:
    assert printed_plainly(BITS).strip() == digest() == DIGEST
