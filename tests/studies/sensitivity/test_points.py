"""Runs at given points are the ordinary runs that drew the same values."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from sim.model.compiled import CompiledScenario
from sim.model.draws import Streams
from sim.model.quantiles import at_shares, quantile, uncertain
from sim.scenario.field_types import Quantity
from sim.scenario.loading import build
from sim.simulation.ensemble import run
from sim.studies.sensitivity.study import play_at
from tests.fixtures.scenarios import DUEL, QUARTET, Document, changed

UNCERTAIN = changed(
    DUEL,
    actors__north__power={"value": 0.2, "spread": {"normal": 0.05}},
    issues__border__outcome={"value": 40, "spread": {"triangular": [10, 90]}},
    coefficients__rationality={"value": 1.0, "spread": {"pert": [0.2, 3]}},
)


@pytest.mark.parametrize("document", [UNCERTAIN, QUARTET])
def test_a_run_given_the_values_it_would_draw_is_the_ordinary_run(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CompiledScenario, "block", 64)
    scenario = build(document)
    paths = uncertain(scenario)
    assert paths
    first, runs = 3, 69  # more than one block
    streams = Streams(11, first, runs)
    points = np.stack([streams.uniform("parameter", path, 0) for path in paths], axis=1)
    ordinary = run(scenario, runs, 11, first=first)
    given = play_at(scenario, paths, points, 11, first)
    xr.testing.assert_identical(given, ordinary)


def test_other_values_leave_the_draws_of_chance_as_they_are() -> None:
    scenario = build(changed(UNCERTAIN, actors__south__support={
        "value": 0.4, "spread": {"uniform": [0.3, 0.5]},
    }))  # fmt: skip
    paths = uncertain(scenario)
    points = np.full((4, len(paths)), 0.5)
    alone = play_at(scenario, paths, points[2:], 0, 2)
    xr.testing.assert_identical(play_at(scenario, paths, points, 0).isel(run=slice(2, 4)), alone)
    other = points.copy()
    other[:2] = 0.9
    moved = play_at(scenario, paths, other, 0)
    xr.testing.assert_identical(moved.isel(run=slice(2, 4)), alone)
    np.testing.assert_array_equal(
        moved["drawn"].values, np.stack([*at_shares(scenario, paths, other).values()], axis=1)
    )
    assert (moved["drawn"][:2] > alone["drawn"][0]).all()


def test_points_are_shares_of_each_distribution_cut_at_its_range() -> None:
    scenario = build(UNCERTAIN)
    paths = uncertain(scenario)
    points = np.array([[0.5] * len(paths), [1e-30] * len(paths), [1.0] * len(paths)])
    values = at_shares(scenario, paths, points)
    np.testing.assert_allclose(values["actors.north.power"][0], 0.2)
    assert values["actors.north.power"][1] >= 0
    assert np.isfinite(values["actors.north.power"]).all()
    np.testing.assert_allclose(values["issues.border.outcome"][1:], [10, 90])


def test_each_block_is_told_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CompiledScenario, "block", 64)
    scenario, told = build(UNCERTAIN), list[int]()
    paths = uncertain(scenario)
    points = np.full((65, len(paths)), 0.5)
    play_at(scenario, paths, points, 0, progress=told.append)
    assert told == [64, 65]


def test_a_number_without_a_spread_has_no_distribution() -> None:
    with pytest.raises(ValueError, match="without a spread"):
        quantile(Quantity(value=1.0), np.array([0.5]))
