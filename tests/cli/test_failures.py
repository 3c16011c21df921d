"""A run that fails is told of, and disturbs no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import sim
from sim.model import resolve
from sim.model.record import Model
from sim.simulation import ensemble
from tests.fixtures.typed_command import Entente

RUNS, ROUND = 6, 3


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Spoil one quantity of some runs in one round; by default of runs 1 and 4."""
    spoil: dict[str, Any] = {"runs": [1, 4], "value": np.nan}

    def drift(m: Model, first_run: int, now: int) -> None:
        resolve.drift(m, first_run, now)
        if now == ROUND:
            m.x.array[0, spoil["runs"]] = spoil["value"]

    monkeypatch.setattr("sim.model.native.sections", lambda wait=False: None)  # uncompiled
    monkeypatch.setattr("sim.model.rounds.drift", drift)
    return spoil


def rest(data: xr.Dataset) -> xr.Dataset:
    return data.drop_attrs().isel(run=[0, 2, 3, 5])


def test_a_failure_is_recorded_with_its_reason(failing: dict[str, Any], entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--runs", RUNS, "-q")
    assert typed.code == 0
    assert typed.err == (
        "2 of 6 runs failed and are left out of the figures; the report lists them. "
        "The first: run 1: affinity of east and north became nan in round 3\n"
    )
    data = sim.load_results("reports/world/results.nc")
    assert data.attrs["failures"].splitlines() == [
        "run 1: affinity of east and north became nan in round 3",
        "run 4: affinity of east and north became nan in round 3",
    ]
    assert list(data["failed_round"].values) == [-1, 3, -1, -1, 3, -1]
    report = Path("reports/world/report.html").read_text("utf-8")
    assert "run 4: affinity of east and north became nan in round 3" in report


def test_values_stand_until_the_failure_and_are_missing_after(
    failing: dict[str, Any], desk: Path
) -> None:
    failing["value"] = np.inf
    data = ensemble.run(sim.load_scenario("world.yaml"), runs=RUNS)
    assert "became inf in round 3" in data.attrs["failures"]
    for name in ("affinity", "reported"):
        failed = data[name].sel(run=1)
        assert np.isfinite(failed.isel(round=slice(0, ROUND))).all()
        assert np.isnan(failed.isel(round=slice(ROUND, None))).all()
    assert (data["choice"].sel(run=1).isel(round=slice(ROUND + 1, None)) == -1).all()


def test_the_other_runs_are_the_same_without_it(failing: dict[str, Any], desk: Path) -> None:
    scenario = sim.load_scenario("world.yaml")
    spoilt = ensemble.run(scenario, runs=RUNS)
    failing["runs"] = []
    whole = ensemble.run(scenario, runs=RUNS)
    assert (whole["failed_round"] == -1).all()
    xr.testing.assert_identical(rest(spoilt), rest(whole))


@pytest.mark.filterwarnings("error")
def test_all_runs_fail(failing: dict[str, Any], entente: Entente) -> None:
    failing["runs"] = slice(None)
    typed = entente("run", "world.yaml", "--runs", RUNS)
    assert typed.code == 0
    assert "6 of 6 runs failed" in typed.err
    assert "6 runs in" in typed.out
    typed = entente("export", "reports/world")
    assert typed.code == 0
    assert "summary" not in typed.out
    assert "outcomes.csv: 108 rows" in typed.out


@pytest.mark.usefixtures("no_plots")
def test_failures_happen_again_to_the_byte(failing: dict[str, Any], entente: Entente) -> None:
    entente("run", "world.yaml", "--runs", RUNS, "-q")
    assert entente("rerun", "reports/world").code == 0
    failing["runs"] = [2]
    assert entente("rerun", "reports/world").code == 1
