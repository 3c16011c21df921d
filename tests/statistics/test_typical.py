"""The representative run is the one nearest to the medians; the two unlike are far apart."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from numpy.typing import ArrayLike

from sim.statistics.summary import distance_from_medians, most_unlike, representative_run


def reported(values: ArrayLike, first: int = 0) -> xr.DataArray:
    array = np.asarray(values, dtype=np.float32)
    return xr.DataArray(
        array, dims=("run", "round", "outcome"), coords={"run": first + np.arange(len(array))}
    )


def constant(levels: list[float], scale: float = 1.0) -> xr.DataArray:
    return reported([[[level * scale]] * 3 for level in levels])


def test_the_middle_run_represents() -> None:
    assert representative_run(constant([5, 1, 3, 2, 9])) == 2


def test_labels_are_kept_and_ties_go_to_the_first() -> None:
    assert representative_run(reported([[[1.0]], [[1.0]], [[1.0]]], first=10)) == 10


def test_units_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(30, 5, 2))
    stretched = values * np.array([1.0, 1000.0])
    np.testing.assert_allclose(
        distance_from_medians(reported(values)),
        distance_from_medians(reported(stretched)),
        rtol=1e-3,
    )


def test_an_outcome_that_never_varies_does_not_count() -> None:
    varied = np.array([[[1.0]], [[2.0]], [[4.0]]])
    beside = np.concatenate([varied, np.full_like(varied, 7.0)], axis=2)
    assert representative_run(reported(beside)) == representative_run(reported(varied)) == 1


def test_the_two_runs_least_alike_are_the_ends() -> None:
    assert most_unlike(constant([5, 1, 3, 2, 9])) == (1, 4)


@pytest.mark.parametrize("levels", [[1.0], [2.0, 2.0, 2.0]])
def test_runs_that_do_not_differ_have_no_opposites(levels: list[float]) -> None:
    assert most_unlike(constant(levels)) is None


def test_many_runs_are_searched_from_the_outside() -> None:
    levels = list(np.linspace(-1, 1, 3001))
    assert most_unlike(constant(levels)) == (0, 3000)
