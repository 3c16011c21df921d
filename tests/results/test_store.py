"""What is saved is what is loaded, and the same results are the same bytes."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from sim.errors import ResultsError
from sim.model.compiled import CompiledScenario
from sim.results.bounded_tally import labelled, tally, unlabelled
from sim.results.store import SEAL, load, save
from sim.scenario.scenario import Scenario
from sim.simulation.block import about, simulate
from sim.simulation.ensemble import run
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.strategies import scenarios

RESULTS = run(scenario(DUEL), runs=6)


def test_a_round_trip(tmp_path: Path) -> None:
    save(RESULTS, tmp_path / "results.nc")
    found = load(tmp_path / "results.nc")
    assert found.identical(RESULTS)
    for name, variable in RESULTS.data_vars.items():
        assert found[name].dtype == variable.dtype, name
    assert [path.name for path in tmp_path.iterdir()] == ["results.nc"]


@settings(max_examples=6)
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
    names = np.array(["日本", "Κύπρος"], dtype=object)
    odd["actor_name"] = odd["actor_name"].copy(data=names)
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


def test_a_seed_that_no_double_holds_and_a_text_that_no_fixed_length_holds(tmp_path: Path) -> None:
    odd = RESULTS.assign_attrs(seed=2**63 - 1, failures="\n".join(["run 1: it is nan"] * 6000))
    save(odd, tmp_path / "results.nc")
    found = load(tmp_path / "results.nc")
    assert found.identical(odd)
    assert isinstance(found.attrs["seed"], int)


def test_what_another_program_has_changed_is_read_without_the_checksum(tmp_path: Path) -> None:
    path = tmp_path / "results.nc"
    save(RESULTS, path)
    with h5py.File(path, "r+") as file:
        file.attrs["note"] = "looked at"
    assert SEAL not in path.read_bytes()
    assert load(path).identical(RESULTS.assign_attrs(note="looked at"))


def laid_out_as_by_0_5(new: xr.Dataset) -> xr.Dataset:
    """As it was then: one date, units in words, dimensions without length."""
    old = new.drop_vars(["from", "until"]).copy()
    told = {"long_name", "units", "valid_min", "valid_max", "flag_values", "flag_meanings"}
    for variable in old.variables.values():
        variable.attrs = {name: one for name, one in variable.attrs.items() if name not in told}
    old = old.assign_coords(date=("round", new["until"].values.astype("datetime64[ns]")))
    for name, variable in old.coords.items():
        if variable.dtype == object:
            old[name] = variable.astype(str)
    return old


def test_summaries_of_version_0_5_are_read(tmp_path: Path) -> None:
    made = scenario(DUEL)
    counted = tally(made, simulate(CompiledScenario(made), 3, 0, 6))
    summary = labelled(counted, made, about(made, 3))
    laid_out_as_by_0_5(summary).to_netcdf(tmp_path / "summary.nc", engine="h5netcdf")
    found = load(tmp_path / "summary.nc")
    assert unlabelled(found).quantiles("border", [0.5]) == pytest.approx(
        counted.quantiles("border", [0.5])
    )
    assert found["from"].dtype == found["until"].dtype == "datetime64[us]"
    for name in ("from", "until", "mean", "first_round"):
        assert found[name].dtype == summary[name].dtype, name


def test_moves_of_version_0_5_are_refused_since_they_had_one_act_a_round(tmp_path: Path) -> None:
    old = laid_out_as_by_0_5(RESULTS.sel(track="words", drop=True)).assign_attrs(version="0.5.0")
    old.to_netcdf(tmp_path / "results.nc", engine="h5netcdf")
    with pytest.raises(ResultsError, match=r"of Entente 0\.5\.0, which had one act .* run the sc"):
        load(tmp_path / "results.nc")


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
