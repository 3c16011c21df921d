"""Rank correlations are told where they are clear of chance, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from sim.statistics.drivers import MOST_NUMBERS, associations, critical_rho


def labelled(values: NDArray[np.float64]) -> xr.DataArray:
    """Draws of parameters named p0, p1 ..., by run."""
    names = [f"p{nth}" for nth in range(values.shape[1])]
    return xr.DataArray(values, dims=("run", "parameter"), coords={"parameter": names})


def test_a_negative_tie_is_told_as_such() -> None:
    rng = np.random.default_rng(3)
    drawn = labelled(rng.normal(size=(300, 20)))
    ends = {
        "down": -np.exp(drawn.values[:, 7]) + 0.1 * rng.normal(size=300),
        "many": drawn.values.sum(axis=1),
        "flat": np.ones(300),
        "none": rng.normal(size=300),
    }
    told = associations(drawn, ends)
    assert told["down"][0].path == "p7"
    assert told["down"][0].rho < -0.9
    assert len(told["many"]) <= MOST_NUMBERS
    assert [abs(one.rho) for one in told["many"]] == sorted(
        (abs(one.rho) for one in told["many"]), reverse=True
    )
    assert told["flat"] == ()


def test_rank_correlations_are_those_of_scipy() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=(80, 1)).round(1)  # with ties
    end = values[:, 0] + rng.normal(size=80).round(0)
    (told,) = associations(labelled(values), {"end": end})["end"]
    expected = stats.spearmanr(values[:, 0], end)
    assert told.rho == pytest.approx(float(expected.statistic))
    assert critical_rho(80, 1) < abs(told.rho)
    # At the limit, the p-value of scipy is the level.
    t = critical_rho(80, 10) * np.sqrt(78 / (1 - critical_rho(80, 10) ** 2))
    assert 2 * float(stats.t.sf(t, 78)) == pytest.approx(0.05 / 10)


def test_chance_alone_is_seldom_told() -> None:
    rng = np.random.default_rng(11)
    shown = 0
    for _ in range(100):
        drawn = labelled(rng.normal(size=(60, 15)))
        ends = {f"e{nth}": rng.normal(size=60) for nth in range(4)}
        shown += any(associations(drawn, ends).values())
    assert shown <= 12


def test_constant_numbers_and_few_runs_say_nothing() -> None:
    assert associations(labelled(np.ones((50, 2))), {"end": np.arange(50.0)})["end"] == ()
    assert associations(labelled(np.eye(2)), {"end": [0.0, 1.0]})["end"] == ()
    assert associations(labelled(np.empty((9, 0))), {"end": np.arange(9.0)})["end"] == ()
