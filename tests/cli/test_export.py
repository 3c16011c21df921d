"""``export``: tidy tables that Excel, R and pandas open."""

from __future__ import annotations

import datetime
import errno
import gc
import os
import shutil
import sys
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import sim
from sim.results.store import load, save
from tests.cli.conftest import put_world
from tests.fixtures.typed_command import Entente, left_in

TABLES = ("summary", "runs", "outcomes", "watched", "events")
BESIDE = {"README.md", "datapackage.json"}


def test_tables_beside_the_results_and_how_to_read_them(entente: Entente, done: Path) -> None:
    typed = entente("export", done)
    assert (typed.code, typed.err) == (0, "")
    moves = int((sim.load_results(done / "results.nc")["choice"] >= 0).sum())
    *files, readme, r, stata, pandas = typed.out.splitlines()
    assert [line.split(": ")[1] for line in files] == [
        "18 rows", "20 rows", "360 rows", "20 rows", f"{moves:,} rows",
    ]  # fmt: skip
    assert readme.startswith(f"{done / 'tables' / 'README.md'}: ")
    for line, begun in ((r, "R:      runs <- "), (stata, "Stata:  imp"), (pandas, "pandas: runs")):
        assert line.startswith(begun)
        assert "reports/world/tables/runs.csv" in line
    assert left_in(done / "tables") == {*(f"{name}.csv" for name in TABLES), *BESIDE}
    assert (done / "tables" / "summary.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_another_run_removes_the_tables_but_those_that_were_changed(
    entente: Entente, done: Path
) -> None:
    for kind in ("xlsx", "csv"):
        entente("export", done, "--format", kind)
    tables = done / "tables"
    for name in ("tables.xlsx", "runs.csv"):
        with (tables / name).open("ab") as file:
            file.write(b"more")
    (tables / "mine.csv").write_text("mine", encoding="utf-8")
    kept = {name: (tables / name).read_bytes() for name in ("mine.csv", "runs.csv", "tables.xlsx")}
    typed = entente("run", "world.yaml", "--runs", 3, "--quiet")
    assert typed.code == 0
    assert {path.name: path.read_bytes() for path in tables.iterdir()} == kept
    (told,) = [line for line in typed.err.splitlines() if line.startswith("Note: ")]
    assert told.endswith("so they stay: tables/mine.csv, tables/runs.csv, tables/tables.xlsx")
    for path in tables.iterdir():
        path.unlink()
    entente("export", done, "--format", "stata")
    assert entente("run", "world.yaml", "--runs", 3, "--quiet").err.strip() == ""
    assert not tables.exists()


def test_a_description_that_was_changed_stays_too(entente: Entente, done: Path) -> None:
    entente("export", done)
    path = done / "tables" / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace('"title"', '"label"', 1), encoding="utf-8")
    typed = entente("run", "world.yaml", "--runs", 3, "--quiet")
    assert typed.err.endswith("so they stay: tables/datapackage.json\n")
    assert left_in(done / "tables") == {"datapackage.json"}


def test_the_tables_say_what_the_results_say(entente: Entente, done: Path) -> None:
    entente("export", done / "results.nc", "--out", "t")
    data = sim.load_results(done / "results.nc")
    long = pd.read_csv("t/outcomes.csv", encoding="utf-8-sig", parse_dates=["from", "until"])
    assert list(long.columns) == ["run", "round", "from", "until", "outcome", "value"]
    square = long.pivot_table("value", ["run", "round"], "outcome").to_xarray()
    for outcome in ("border", "moves"):
        wanted = data["reported"].sel(outcome=outcome).values
        np.testing.assert_allclose(square[outcome].values, wanted, rtol=1e-5)
    summary = pd.read_csv("t/summary.csv", encoding="utf-8-sig")
    assert list(summary.columns) == [
        "round", "from", "until", "outcome", "q05", "q25", "q50", "q75", "q95", "name",
    ]  # fmt: skip
    end = summary[(summary["outcome"] == "moves") & (summary["round"] == 8)].iloc[0]
    final = data["reported"].sel(outcome="moves", round=8)
    assert end["q50"] == pytest.approx(float(final.median()))
    assert (end["from"], end["until"]) == ("2018-07-01", "2018-10-01")


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
    assert "install it with: pip install 'entente-sim[parquet]'" in typed.err
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


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 60, of which 50 are kept, 20 to a file; nobody may change it."""
    home = tmp_path_factory.mktemp("volumes")
    put_world(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.model.compiled.CompiledScenario.block", 8)
        patch.setattr("sim.simulation.checkpoints.MOST_RUNS", 20)
        patch.setattr("sim.studies.run.study.run_html", lambda *given: "page")
        sim.record(sim.load_scenario(home / "world.yaml"), home / "many", 60, 1, keep=50)
    return home / "many"


@pytest.fixture
def many(recorded: Path, desk: Path) -> Path:
    """A copy of it in the working directory."""
    shutil.copytree(recorded, "many")
    return Path("many")


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, encoding="utf-8-sig")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("named", ["", "results.nc"])
def test_all_volumes_make_one_table(kind: str, named: str, entente: Entente, many: Path) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    typed = entente("export", many / named, "--format", kind)
    assert typed.code == 0
    whole = sim.run(sim.load_scenario("world.yaml"), 50, 1).data
    found = read(many / "tables" / f"outcomes.{kind}")
    assert f"outcomes.{kind}: {len(found):,} rows" in typed.out
    assert len(found) == whole["reported"].size
    values = found.pivot_table("value", ["run", "round"], "outcome").to_xarray()
    for outcome in ("border", "moves"):
        wanted = whole["reported"].sel(outcome=outcome).values
        np.testing.assert_allclose(values[outcome].values, wanted, rtol=1e-5)
    watched = read(many / "tables" / f"watched.{kind}")
    first = whole["watched"].values.ravel()
    np.testing.assert_array_equal(watched["round"].fillna(-1), first)
    np.testing.assert_array_equal(watched["came"].astype(bool), first >= 0)
    for name in ("from", "until"):
        days = pd.to_datetime(watched[name])[first >= 0]
        assert (days.to_numpy() == whole[name].values[first[first >= 0]]).all()
        assert watched[name][first < 0].isna().all()
    moves = read(many / "tables" / f"events.{kind}")
    assert len(moves) == int((whole["choice"] >= 0).sum())
    assert len(read(many / "tables" / f"runs.{kind}")) == 50


def test_a_volume_in_which_nothing_watched_happened_joins_the_others(
    entente: Entente, many: Path
) -> None:
    pytest.importorskip("pyarrow")
    for name, first_round in (("results.nc", -1), ("results-2.nc", 3)):
        volume = sim.load_results(many / name)
        volume["watched"][:] = first_round
        save(volume, many / name)
    assert entente("export", many, "--format", "parquet").code == 0
    found = read(many / "tables" / "watched.parquet")
    assert found["from"][found["run"] < 20].isna().all()
    assert set(found["from"][found["run"].between(20, 39)]) == {datetime.date(2017, 4, 1)}
    assert set(found["until"][found["run"].between(20, 39)]) == {datetime.date(2017, 7, 1)}


@pytest.mark.parametrize(("kind", "ending"), [("xlsx", "xlsx"), ("stata", "dta")])
def test_other_formats_hold_all_volumes(
    kind: str, ending: str, entente: Entente, many: Path
) -> None:
    pytest.importorskip("openpyxl")
    assert entente("export", many, "--format", kind).code == 0
    if kind == "xlsx":
        assert left_in(many / "tables") == {"tables.xlsx", *BESIDE}
        runs = pd.read_excel(many / "tables" / "tables.xlsx", "runs")
    else:
        assert left_in(many / "tables") == {*(f"{name}.dta" for name in TABLES), *BESIDE}
        runs = pd.read_stata(many / "tables" / "runs.dta")
    assert runs["run"].tolist() == list(range(50))
    assert "tables that go by run hold the first 50" in (many / "tables/README.md").read_text()


def test_the_first_runs_alone(entente: Entente, many: Path) -> None:
    entente("export", many, "--out", "all")
    typed = entente("export", many, "--runs", 25, "--out", "few")
    assert typed.code == 0
    assert set(read(Path("few/runs.csv"))["run"]) == set(range(25))
    assert max(read(Path("few/events.csv"))["run"]) <= 24
    assert Path("few/summary.csv").read_bytes() == Path("all/summary.csv").read_bytes()
    assert "hold the first 25 of these runs" in Path("few/README.md").read_text("utf-8")
    assert entente("export", many, "--runs", 0).code == 2


def test_without_the_manifest_there_are_no_events_and_a_word_says_so(
    entente: Entente, done: Path
) -> None:
    (done / "manifest.json").unlink()
    typed = entente("export", done)
    assert typed.code == 0
    assert typed.err.startswith("Note: no table of events, since ")
    assert "manifest.json: no such file" in typed.err
    assert not (done / "tables" / "events.csv").exists()


@pytest.mark.usefixtures("no_plots")
def test_the_manifest_of_another_run_gives_no_events(entente: Entente, done: Path) -> None:
    entente("run", "world.yaml", "--runs", 2, "-q", "--rounds", 3, "--out", "other")
    shutil.copy("other/manifest.json", done / "manifest.json")
    typed = entente("export", done)
    assert typed.err == (
        "Note: no table of events, since the manifest beside the results is of another run\n"
    )


@pytest.mark.usefixtures("no_plots")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "stata", "parquet"])
def test_a_new_run_takes_the_tables_of_the_old_one_away(
    kind: str, entente: Entente, done: Path
) -> None:
    entente("export", done, "--format", kind)
    (done / "tables" / "notes.txt").write_text("mine")
    assert entente("run", "world.yaml", "--runs", 3, "-q").code == 0
    assert left_in(done / "tables") == {"notes.txt"}


def test_no_more_than_a_volume_is_held(
    entente: Entente, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[weakref.ref[xr.Dataset]] = []
    there = []

    def counted(path: Path) -> xr.Dataset:
        gc.collect()
        there.append(sum(one() is not None for one in held))
        found = load(path)
        held.append(weakref.ref(found))
        return found

    monkeypatch.setattr("sim.results.store.load", counted)
    assert entente("export", many).code == 0
    assert len(there) == 4  # three volumes and the tally
    assert max(there) <= 1  # the last volume, until the next is there


def test_only_what_the_manifest_lists_is_exported(entente: Entente, many: Path) -> None:
    shutil.copy(many / "results-2.nc", many / "results-4.nc")
    assert entente("export", many).code == 0
    assert set(read(many / "tables" / "outcomes.csv")["run"]) == set(range(50))
    (many / "manifest.json").unlink()
    shutil.rmtree(many / "tables")
    typed = entente("export", many)
    assert typed.code == 1
    assert typed.err.startswith("Error: the files of results do not belong together")
    assert not (many / "tables").exists()
    (many / "results-4.nc").unlink()
    assert entente("export", many).code == 0
    assert set(read(many / "tables" / "outcomes.csv")["run"]) == set(range(50))


def test_a_volume_that_is_missing_or_damaged_leaves_no_table(entente: Entente, many: Path) -> None:
    (many / "results-2.nc").write_bytes(b"junk")
    typed = entente("export", many)
    assert typed.code == 1
    assert "results-2.nc: not a results file, or a damaged one" in typed.err
    assert not (many / "tables").exists()
    (many / "results-2.nc").unlink()
    typed = entente("export", many)
    assert "results-2.nc: no such file" in typed.err
    assert not (many / "tables").exists()


def test_a_volume_by_its_own_name_gets_its_own_folder(entente: Entente, many: Path) -> None:
    entente("export", many)
    before = (many / "tables" / "summary.csv").read_bytes()
    assert entente("export", many / "results-2.nc").code == 0
    assert (many / "tables" / "summary.csv").read_bytes() == before
    assert set(read(many / "tables-2" / "outcomes.csv")["run"]) == set(range(20, 40))


def test_a_summary_by_its_own_name_gives_its_quantiles_alone(entente: Entente, many: Path) -> None:
    entente("export", many)
    typed = entente("export", many / "summary.nc", "--out", "t")
    assert (typed.code, left_in(Path("t"))) == (0, {"summary.csv", *BESIDE})
    assert Path("t/summary.csv").read_bytes() == (many / "tables" / "summary.csv").read_bytes()


def test_a_summary_of_runs_that_all_failed_has_nothing_to_export(
    entente: Entente, many: Path
) -> None:
    summary = sim.load_results(many / "summary.nc")
    save(summary.assign_attrs(failed=summary.attrs["runs"]), many / "summary.nc")
    typed = entente("export", many / "summary.nc", "--out", "t")
    assert typed.code == 1
    assert "summary.nc: every run failed, so there are no quantiles to export" in typed.err
    assert not Path("t").exists()
