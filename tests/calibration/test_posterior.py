"""The sampler finds a posterior that is known, and the statistics those of known series."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.calibration.plan import CalibrationPlan, Prior
from sim.calibration.posterior import (
    EFFECTIVE_SHARE,
    Population,
    fit,
    values_of,
    weighted_quantiles,
)
from sim.calibration.record import spreads

Floats = NDArray[np.float64]


def _plan(tolerance: float) -> CalibrationPlan:
    target = {"share": "a to b", "tolerance": tolerance, "source": ["x"]}
    return CalibrationPlan.model_validate(
        {
            "base": "none.yaml",
            "targets": {
                "sum": {**target, "value": 1.0},
                "difference": {**target, "value": 0.2},
                "unfitted": {**target, "value": 99.0, "fitted": False, "why": "a test"},
            },
            "priors": {
                "one": {"uniform": [-3.0, 3.0], "why": "wide"},
                "other": {"uniform": [-3.0, 3.0], "why": "wide"},
                "idle": {"uniform": [0.0, 1.0], "why": "moves nothing"},
            },
        }
    )


def _sum_and_difference(values: Floats, seed: int) -> Floats:
    one, other = values[:, 0], values[:, 1]
    return np.stack([one + other, one - other, np.zeros(len(one))], axis=1)


@pytest.mark.parametrize("tolerance", [0.2, 0.8])
def test_a_normal_posterior_is_found(tolerance: float) -> None:
    """With figures x + y and x - y known to t, x and y are normal with deviation t / sqrt 2."""
    posterior = fit(_plan(tolerance), _sum_and_difference, 4096, 3, seed=4)[-1]
    assert posterior.sharpness == 1.0
    low, middle, high = weighted_quantiles(posterior, posterior.values, (0.1587, 0.5, 0.8413))
    assert middle[:2] == pytest.approx([0.6, 0.4], abs=0.2 * tolerance)
    wanted = tolerance / np.sqrt(2)
    assert (high - low)[:2] / 2 == pytest.approx([wanted, wanted], rel=0.1)


def test_what_the_targets_say_nothing_of_keeps_its_prior() -> None:
    posterior = fit(_plan(0.2), _sum_and_difference, 2048, 3, seed=5)[-1]
    low, middle, high = weighted_quantiles(posterior, posterior.values, (0.1, 0.5, 0.9))
    assert [low[2], middle[2], high[2]] == pytest.approx([0.1, 0.5, 0.9], abs=0.09)


def test_the_same_seed_gives_the_same_posterior() -> None:
    one, other = (fit(_plan(0.3), _sum_and_difference, 256, 2, seed=6)[-1] for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.values, other.values)


def test_a_kernel_too_sharp_for_the_draws_is_widened_and_says_so() -> None:
    first = fit(_plan(0.001), _sum_and_difference, 64, 1, seed=7)[0]
    assert first.sharpness < 1
    assert first.effective == pytest.approx(EFFECTIVE_SHARE * 64, rel=0.1)


@pytest.mark.parametrize(
    ("prior", "median"),
    [
        ({"uniform": [1.0, 3.0]}, 2.0),
        ({"log_uniform": [0.1, 10.0]}, 1.0),
        ({"triangular": [0.0, 1.0, 2.0]}, 1.0),
    ],
)
def test_priors_have_their_ends_and_their_median(prior: dict[str, object], median: float) -> None:
    found = Prior.model_validate({**prior, "why": "a test"})
    low, middle, high = found.quantile(np.array([0.0, 0.5, 1.0]))
    assert (low, high) == pytest.approx(found.ends)
    assert middle == pytest.approx(median)


def test_spreads_keep_the_mean_of_the_posterior() -> None:
    plan = _plan(0.2)
    unit = np.random.default_rng(3).beta(2, 5, (4000, 3))
    even = np.full(4000, 1 / 4000)
    population = Population(unit, values_of(plan.priors, unit), np.zeros((4000, 3)), even, 1.0)
    for place, quantity in enumerate(spreads(plan, population).values()):
        low, high = quantity["spread"]["pert"]
        mean = (low + 4 * quantity["value"] + high) / 6
        assert mean == pytest.approx(population.values[:, place].mean(), abs=0.08)
