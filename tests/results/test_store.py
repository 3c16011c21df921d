"""What is saved is what is loaded, and the same results are the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings

from sim.results.store import load, save
from sim.runs.ensemble import run
from sim.scenario.scenario import Scenario
from tests.samples import DUEL, scenario
from tests.strategies import scenarios

RESULTS = run(scenario(DUEL), runs=6)


def test_a_round_trip(tmp_path: Path) -> None:
    save(RESULTS, tmp_path / "results.nc")
    found = load(tmp_path / "results.nc")
    assert found.identical(RESULTS)
    for name, variable in RESULTS.data_vars.items():
        assert found[name].dtype == variable.dtype, name
    assert [path.name for path in tmp_path.iterdir()] == ["results.nc"]


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_a_round_trip_of_any_scenario(
    tmp_path_factory: pytest.TempPathFactory, made: Scenario
) -> None:
    path = tmp_path_factory.mktemp("any") / "results.nc"
    results = run(made, runs=3)
    save(results, path)
    assert load(path).identical(results)


def test_names_in_other_scripts_and_missing_values(tmp_path: Path) -> None:
    odd = RESULTS.copy(deep=True)
    odd["actor_name"] = ("actor", np.array(["日本", "Κύπρος"], dtype=object))
    odd["reported"][0, 3:] = np.nan
    odd.attrs["failures"] = "run 0: … became nan in round 3"
    save(odd, tmp_path / "results.nc")
    assert load(tmp_path / "results.nc").identical(odd)


def test_the_same_results_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(RESULTS, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_plain_xarray_reads_them(tmp_path: Path) -> None:
    save(RESULTS, tmp_path / "results.nc")
    with xr.open_dataset(tmp_path / "results.nc", engine="h5netcdf") as found:
        pair = found["affinity"].sel(pair="north and south", round=0)
        assert float(pair[0]) == pytest.approx(-0.2)
        assert str(found["from"].values[0])[:10] == "2016-10-01"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No such file"):
        save(RESULTS, tmp_path / "nowhere" / "results.nc")


def test_an_earlier_file_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results.nc"
    save(RESULTS, path)
    before = path.read_bytes()

    def stopped(self: Path, content: bytes) -> None:
        self.touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", stopped)
    with pytest.raises(KeyboardInterrupt):
        save(RESULTS.isel(run=slice(2)), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
