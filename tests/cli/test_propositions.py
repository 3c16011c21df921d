"""The command ``propositions``: a table, reasons, three files, and faults."""

from __future__ import annotations

import csv
import json
import webbrowser
from pathlib import Path

import pytest

from sim.cli.propositions import propositions_command
from sim.cli.study_command import typed
from sim.results.formats import BOM
from tests.fixtures.proposition_files import CLOSER, THREATS, claim, put
from tests.fixtures.typed_command import Entente, left_in

FILES = {"report.html", "results.csv", "manifest.json"}


@pytest.fixture
def claims(desk: Path) -> Path:
    """A folder with two propositions: an experiment with two measures, and a level."""
    border = {"of": "issue border", "expect": "falls"}
    put(desk, claim(CLOSER, threats=THREATS, border=border), "t1")
    put(desk, {**claim(level={"acts": "summit", "at_least": 0.1}), "id": "T2"}, "t2")
    return desk / "propositions"


def test_it_prints_verdicts_and_reasons_and_leaves_three_files(
    claims: Path, entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    typed = entente("propositions", "propositions", "--pairs", 40)
    assert (typed.code, typed.err) == (0, "")
    assert all(len(line) <= 80 for line in typed.out.split("T1, ")[0].splitlines())
    for words in (
        "Propositions",
        "difference",
        "(95 %)",
        "T1",
        "T2",
        "Friends threaten",
        "supported",
    ):
        assert words in typed.out
    assert " of 2 supported" in typed.out
    assert "Fewer than 4,000 pairs: these intervals are wider" in typed.out
    folder = Path("reports") / "propositions"
    assert f"Report: {folder / 'report.html'}" in typed.out
    assert left_in(folder) == FILES


def test_results_and_manifest_say_what_was_done(claims: Path, entente: Entente) -> None:
    words = ("propositions", "propositions/t1.yaml", "--pairs", 20, "--seed", 5, "--out", "here")
    assert entente(*words).code == 0
    with Path("here/results.csv").open(encoding=BOM, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["measure"], row["expected"]) for row in rows] == [
        ("T1", "threats", "falls"), ("T1", "border", "falls"),
    ]  # fmt: skip
    first = {
        key: float(rows[0][key]) for key in ("reference", "changed", "difference", "low", "high")
    }
    assert first["difference"] == pytest.approx(first["changed"] - first["reference"])
    assert first["low"] <= first["difference"] <= first["high"]
    assert rows[0]["pairs"] == "20"
    found = json.loads(Path("here/manifest.json").read_text(encoding="utf-8"))
    (one,) = found["propositions"]
    assert (one["id"], one["pairs"], one["seed"]) == ("T1", 20, 5)
    assert [file["name"] for file in found["files"]] == [
        "propositions/t1.yaml", "world.yaml", "sources.yaml",
    ]  # fmt: skip
    assert found["command"] == ("entente propositions propositions/t1.yaml --pairs 20 --seed 5")
    again = entente(*words)
    assert again.code == 0
    with Path("here/results.csv").open(encoding=BOM, newline="") as file:
        assert list(csv.DictReader(file)) == rows


def test_null_checks_are_printed(claims: Path, entente: Entente, desk: Path) -> None:
    pact = {
        f"affinity of {one} and south": {"by": 0.9, "lasting": True} for one in ("north", "east")
    }
    closer = {"events": {"closer": {"name": "a pact", "on": "2017-01-01", "changes": pact}}}
    document = claim(closer, warm={"of": "affinity of east and north", "expect": "rises"})
    put(desk, {**document, "id": "T3", "null_check": {"set": {"actors.east.patience": 0.79}}}, "t3")
    typed = entente("propositions", "propositions/t3.yaml", "--pairs", 200)
    assert (typed.code, typed.err) == (0, "")
    assert "null check:" in typed.out
    assert "Null check failed: where the matter of the claim does not count" in typed.out
    with Path("reports/propositions/results.csv").open(encoding=BOM, newline="") as file:
        rows = list(csv.DictReader(file))
    assert "failed" in {row["null_check"] for row in rows}
    document["moderator"] = {"set": {"actors.nort.power": 1}}
    put(desk, document, "t4")
    typed = entente("propositions", "propositions/t4.yaml", "--pairs", 4)
    assert typed.code == 1
    assert "did you mean 'actors.north.power'?" in typed.err


def test_quiet_and_open(claims: Path, entente: Entente, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    typed = entente("propositions", "propositions/t2.yaml", "--pairs", 4, "-q", "--open")
    assert (typed.code, typed.out, typed.err) == (0, "", "")
    assert opened == [Path("reports/propositions/report.html").absolute().as_uri()]


def test_all_faults_of_all_files(claims: Path, entente: Entente, desk: Path) -> None:
    put(desk, {**claim(CLOSER), "base": "wrld.yaml", "id": "T3"}, "t3")
    put(desk, {**claim(CLOSER), "pairs": 1, "id": "T4"}, "t4")
    before = left_in(desk)
    typed = entente("propositions", "propositions")
    assert typed.code == 1
    assert typed.err.startswith("2 faults found:")
    assert "t3.yaml" in typed.err
    assert "t4.yaml" in typed.err
    put(desk, claim(CLOSER), "t3")
    put(desk, claim(CLOSER), "t4")
    typed = entente("propositions", "propositions")
    assert typed.code == 1
    assert typed.err.count("'T1' is also the id of") == 2
    assert left_in(desk) == before


def test_without_a_file_those_that_come_with_the_program_are_tested(
    claims: Path, entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.scenario.shipped.home", lambda: desk)
    assert entente("propositions", "--pairs", 4, "-q").code == 0
    kept = json.loads(Path("reports/propositions/manifest.json").read_text("utf-8"))
    assert kept["command"] == "entente propositions --pairs 4"
    assert {file["name"].split("/")[0] for file in kept["files"]} >= {"propositions"}
    Path("scenarios/propositions").mkdir(parents=True)
    typed = entente("propositions", "--pairs", 4)
    assert "there is no proposition in this folder" in typed.err


def test_one_pair_is_none(claims: Path, entente: Entente) -> None:
    typed = entente("propositions", "propositions", "--pairs", 1)
    assert typed.code == 2
    assert "--pairs" in typed.err


def test_what_is_not_ours_is_left_alone(claims: Path, entente: Entente, done: Path) -> None:
    before = (done / "report.html").read_bytes()
    typed = entente("propositions", "propositions", "--pairs", 4, "--out", done)
    assert typed.code == 1
    assert "holds no earlier test of propositions, so it is left alone" in typed.err
    assert (done / "report.html").read_bytes() == before
    assert entente("propositions", "propositions", "--pairs", 4, "-q", "--out", "tested").code == 0
    typed = entente("run", "world.yaml", "--runs", 2, "--out", "tested")
    assert typed.code == 1
    assert "holds no earlier run" in typed.err


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        (["a b.yaml", "--seed", "0"], "entente propositions 'a b.yaml' --seed 0"),
        (["--pairs", "8", "--out", "x", "-q"], "entente propositions --pairs 8"),
    ],
)
def test_the_command_can_be_typed_again(given: list[str], recorded: str) -> None:
    assert typed(propositions_command.make_context("propositions", given)) == recorded
