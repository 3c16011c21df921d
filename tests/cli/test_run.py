"""``run`` leaves four files that say the same thing."""

from __future__ import annotations

import csv
import json
import re
import webbrowser
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import yaml

import sim
from sim.results.formats import BOM
from sim.scenario.lookup import consent
from tests.fixtures.doubting import doubting
from tests.fixtures.scenarios import LASTING
from tests.fixtures.typed_command import Entente, left_in

FILES = {"report.html", "results.nc", "events.csv", "manifest.json"}


def moves(folder: Path, name: str = "events.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding=BOM, newline="") as file:
        return list(csv.DictReader(file))


def test_it_leaves_four_files_and_says_where(entente: Entente, desk: Path) -> None:
    ran = entente("run", "world.yaml", "--runs", 5)
    assert ran.code == 0
    assert ran.err == ""
    assert left_in(desk / "reports") == {"world", *(f"world/{name}" for name in FILES)}
    report = Path("reports") / "world" / "report.html"
    assert f"Report: {report}" in ran.out
    assert report.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_it_prints_outcomes_and_watched_events(entente: Entente) -> None:
    ran = entente("run", "world.yaml", "--runs", 5)
    first = ran.out.splitlines()[0]
    assert first.strip() == "A border between two"
    for words in ("median at end", "90 % of runs", "the border", "settled", "95 % interval"):
        assert words in ran.out.replace("\u00a0", " ")
    assert "5 runs in" in ran.out
    assert "\x1b" not in ran.out


def test_what_is_in_force_is_printed_as_a_share_of_runs(entente: Entente, desk: Path) -> None:
    (desk / "held.yaml").write_text(yaml.safe_dump(LASTING, sort_keys=False))
    out = entente("run", "held.yaml", "--runs", 4).out.replace("\u00a0", " ")
    (line,) = (line for line in out.splitlines() if "The peace" in line)
    assert re.search(r" 0 % of runs +\d+ % of runs +– +in force$", line.rstrip()), line


def test_what_is_believed_is_printed_beside_what_is_true(entente: Entente, desk: Path) -> None:
    (desk / "doubt.yaml").write_text(yaml.safe_dump(doubting(), sort_keys=False))
    out = entente("run", "doubt.yaml", "--runs", 4).out
    assert "What they believe of one another, means over 4" in out
    told = out.split("What they believe of one another")[1]
    assert re.search(r"North: how[a-z ]* +0\.50 +0\.\d\d +0\.90 +0\.40 +0\.\d\d", told), told
    assert "What they believe" not in entente("run", "world.yaml", "--runs", 2).out


def test_quiet_prints_nothing(entente: Entente) -> None:
    ran = entente("run", "world.yaml", "--runs", 3, "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert Path("reports/world/report.html").is_file()


def test_the_results_are_labelled(done: Path) -> None:
    with xr.open_dataset(done / "results.nc", engine="h5netcdf") as found:
        data = found.load()
    sizes = {"run": 20, "round": 9, "actor": 3, "pair": 3, "direction": 6}
    assert {name: data.sizes[name] for name in sizes} == sizes
    assert list(data["actor"].values) == ["north", "south", "east"]
    assert list(data["actor_name"].values) == ["North", "South", "East"]
    days = [[str(day)[:10] for day in data[name].values] for name in ("from", "until")]
    assert days[0] == [days[1][0], *days[1][:-1]]
    assert (days[1][0], days[1][-1]) == ("2016-10-01", "2018-10-01")
    kinds = ("affinity", "tension", "commitment", "ties", "support", "power", "issue_outcome")
    for kind in kinds:
        assert data[kind].attrs["units"], kind
    for name, variable in data.data_vars.items():
        assert variable.attrs["long_name"], name
    assert data.attrs["seed"] == "0"
    held = sim.load_results(done / "results.nc")
    assert (held.attrs["seed"], held.attrs["failures"]) == (0, "")
    assert np.ptp(data["drawn"].sel(parameter="actors.south.power").values) > 0


def test_each_move_is_a_choice_of_the_results(done: Path) -> None:
    data = sim.load_results(done / "results.nc")
    scenario = sim.load_scenario("world.yaml")
    rows = moves(done)
    assert list(rows[0]) == list(sim.run(scenario, 1).events())
    seen = set()
    for row in rows:
        way = f"{row['actor']} to {row['target']}"
        now = int(row["round"])
        here = {"run": int(row["run"]), "round": now, "direction": way, "track": row["track"]}
        seen.add(tuple(here.values()))
        assert data["lever"].values[int(data["choice"].sel(here))] == row["lever"]
        assert str(int(data["accepted"].sel(here))) == row["accepted"]
        for name in ("from", "until"):
            assert str(data[name].values[now])[:10] == row[name]
        lever = scenario.description.levers[row["lever"]]
        assert (lever.cameo, lever.goldstein) == (row["cameo"], float(row["goldstein"]))
        asks = consent(lever, row["actor"], row["target"]) is not None
        wanted = {("1", True): "agreement", ("0", True): "refusal", ("1", False): "act"}
        assert row["move"] == wanted[row["accepted"], asks]
    assert len(seen) == len(rows) == int((data["choice"] >= 0).sum())


@pytest.mark.usefixtures("no_plots")
def test_moves_of_a_hundred_runs_unless_all_are_wanted(entente: Entente) -> None:
    entente("run", "world.yaml", "--runs", 102, "-q")
    some = "events-first-100-runs.csv"
    assert max(int(row["run"]) for row in moves(Path("reports/world"), some)) == 99
    assert not Path("reports/world/events.csv").exists()
    assert logged() == {"file": some, "runs": 100}
    entente("run", "world.yaml", "--runs", 102, "-q", "--events", "all")
    assert max(int(row["run"]) for row in moves(Path("reports/world"))) == 101
    assert not Path("reports/world", some).exists()
    assert logged() == {"file": "events.csv", "runs": 102}


def logged() -> object:
    """What the manifest says of the log of moves."""
    return json.loads(Path("reports/world/manifest.json").read_bytes())["events"]


def test_open_shows_the_report(entente: Entente, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    entente("run", "world.yaml", "--runs", 2, "-q", "--out", "a place", "--open")
    assert opened == [Path("a place/report.html").absolute().as_uri()]


@pytest.mark.usefixtures("no_plots")
def test_a_lens_changes_the_outcome_and_the_folder(entente: Entente) -> None:
    # Ordinary times look the same through every lens; a crisis does not.
    crisis = ("world.yaml", "--runs", 20, "-q", "--set", "relations.north and south.tension=0.95")
    assert entente("run", *crisis).code == 0
    assert entente("run", *crisis, "--lens", "Realist").code == 0
    tense = "reports/world-north-and-south.tension-0.95"
    realist = "reports/world-realist-north-and-south.tension-0.95"
    plain = sim.load_results(f"{tense}/results.nc")
    through = sim.load_results(f"{realist}/results.nc")
    assert not plain["choice"].equals(through["choice"])
    manifest = json.loads(Path(f"{realist}/manifest.json").read_text("utf-8"))
    assert manifest["lens"] == "realist"
    assert "--lens realist" in manifest["command"]
    assert entente("rerun", realist).code == 0


@pytest.mark.usefixtures("no_plots")
def test_a_changed_value_is_in_the_manifest_and_tells(entente: Entente, done: Path) -> None:
    wide = "relations.north and south.affinity=0.9"
    ran = entente("run", "world.yaml", "--runs", 20, "-q", "--set", wide, "--out", "warm")
    assert ran.code == 0
    manifest = json.loads(Path("warm/manifest.json").read_text("utf-8"))
    assert manifest["overrides"] == [["relations.north and south.affinity", "0.9"]]
    assert f'--set "{wide}"' in manifest["command"]
    warm, plain = (sim.load_results(folder / "results.nc") for folder in (Path("warm"), done))
    pair = {"pair": "north and south"}
    assert (warm["affinity"].sel(pair).mean() > plain["affinity"].sel(pair).mean() + 0.3).item()
    assert entente("rerun", "warm").code == 0


@pytest.mark.usefixtures("no_plots")
def test_fewer_rounds(entente: Entente) -> None:
    entente("run", "world.yaml", "--runs", 2, "-q", "--rounds", 3)
    shorter = sim.load_results("reports/world-calendar.rounds-3/results.nc")
    assert shorter.sizes["round"] == 4


@pytest.mark.usefixtures("no_plots")
def test_seed_nought_is_a_seed(entente: Entente) -> None:
    text = Path("world.yaml").read_text()
    Path("seeded.yaml").write_text("seed: 7\n" + text)
    for folder, given in (("own", ()), ("nought", ("--seed", 0))):
        entente("run", "seeded.yaml", "--runs", 3, "-q", "--out", folder, *given)
    own, nought = (sim.load_results(f"{folder}/results.nc") for folder in ("own", "nought"))
    assert [data.attrs["seed"] for data in (own, nought)] == [7, 0]
    assert not own["choice"].equals(nought["choice"])


def test_names_with_spaces_and_letters_of_other_scripts(entente: Entente, desk: Path) -> None:
    text = Path("world.yaml").read_text().replace("A border between two", "国境 — за мир")
    (desk / "la frontière 国境.yaml").write_text(text, encoding="utf-8")
    assert entente("run", "la frontière 国境.yaml", "--runs", 2).code == 0
    folder = Path("reports/la frontière 国境")
    assert "国境 — за мир" in (folder / "report.html").read_text("utf-8")
    assert entente("rerun", folder).code == 0


@pytest.mark.usefixtures("no_plots")
def test_from_another_folder(entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "elsewhere").mkdir()
    monkeypatch.chdir(desk / "elsewhere")
    assert entente("run", Path("..") / "world.yaml", "--runs", 2, "-q").code == 0
    assert left_in(desk / "elsewhere") >= {"reports/world/report.html"}
    manifest = Path("reports/world/manifest.json").read_text("utf-8")
    assert str(desk) not in manifest
    assert entente("rerun", "reports/world/manifest.json").code == 0
