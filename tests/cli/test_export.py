"""``export``: tidy tables that Excel, R and pandas open."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import sim
from tests.cli.typed import Entente, left_in


def test_three_tables_beside_the_results(entente: Entente, done: Path) -> None:
    typed = entente("export", done)
    assert typed.code == 0
    assert [line.split(":")[1] for line in typed.out.splitlines()] == [
        " 18 rows", " 360 rows", " 20 rows",
    ]  # fmt: skip
    assert left_in(done / "tables") == {"summary.csv", "outcomes.csv", "watched.csv"}
    assert (done / "tables" / "summary.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_tables_say_what_the_results_say(entente: Entente, done: Path) -> None:
    entente("export", done / "results.nc", "--out", "t")
    data = sim.load_results(done / "results.nc")
    long = pd.read_csv("t/outcomes.csv", encoding="utf-8-sig", parse_dates=["date"])
    assert list(long.columns) == ["run", "round", "date", "outcome", "value"]
    square = long.pivot_table("value", ["run", "round"], "outcome").to_xarray()
    for outcome in ("border", "moves"):
        wanted = data["reported"].sel(outcome=outcome).values
        np.testing.assert_allclose(square[outcome].values, wanted, rtol=1e-5)
    summary = pd.read_csv("t/summary.csv", encoding="utf-8-sig")
    assert list(summary.columns) == [
        "round", "date", "outcome", "q05", "q25", "q50", "q75", "q95", "name",
    ]  # fmt: skip
    end = summary[(summary["outcome"] == "moves") & (summary["round"] == 8)].iloc[0]
    final = data["reported"].sel(outcome="moves", round=8)
    assert end["q50"] == pytest.approx(float(final.median()))
    assert end["date"] == "2018-10-01"


def test_everything_that_was_recorded(entente: Entente, done: Path) -> None:
    entente("export", done, "--all", "--out", "t")
    drawn = pd.read_csv("t/drawn.csv", encoding="utf-8-sig")
    assert set(drawn["parameter"]) == {"actors.south.power"}
    affinity = pd.read_csv("t/affinity.csv", encoding="utf-8-sig")
    assert set(affinity["pair"]) == {"north and south", "north and east", "south and east"}
    assert len(affinity) == 20 * 9 * 3


def test_the_places_it_may_not_write(
    entente: Entente, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = entente("export", done, "--out", "world.yaml")
    assert (typed.code, typed.err) == (1, "Error: world.yaml: is a file; name a folder (--out)\n")

    def full(self: pd.DataFrame, path: Path, **more: object) -> None:
        path.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    typed = entente("export", done, "--out", "t")
    assert typed.code == 1
    assert typed.err.startswith("Error: t: cannot be written (No space left on device); make room")
    assert left_in(Path("t")) == set()


def test_parquet_without_its_library(
    entente: Entente, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    typed = entente("export", done, "--format", "parquet")
    assert typed.code == 1
    assert "install it with: pip install 'entente[parquet]'" in typed.err
    assert not (done / "tables").exists()


def test_parquet_with_its_library(entente: Entente, done: Path) -> None:
    pytest.importorskip("pyarrow")
    assert entente("export", done, "--format", "parquet").code == 0
    assert len(pd.read_parquet(done / "tables" / "outcomes.parquet")) == 360


@pytest.mark.parametrize("length", [0, 100, 5_000, 40_000])
def test_a_results_file_cut_short(length: int, entente: Entente, done: Path) -> None:
    path = done / "results.nc"
    path.write_bytes(path.read_bytes()[:length])
    typed = entente("export", done)
    assert typed.code == 1
    assert f"{path}: not a results file, or a damaged one; name another, or run" in typed.err
    assert not (done / "tables").exists()


def test_a_netcdf_file_of_something_else(entente: Entente, desk: Path) -> None:
    other = xr.Dataset({"rain": ("day", [1.0, 2.0])})
    other.to_netcdf("rain.nc", engine="h5netcdf")
    typed = entente("export", "rain.nc")
    assert typed.code == 1
    assert "rain.nc: a NetCDF file, but not of a scenario's results" in typed.err
