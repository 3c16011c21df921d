"""The command ``sweep``: what it writes and prints, and each way of asking it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.typed_command import Entente, left_in

POWER = "actors.south.power=0.1:0.4:3"
PAIR = "relations.south and north.tension=0.1,0.3"


def test_it_writes_a_report_and_prints_what_moves(entente: Entente, desk: Path) -> None:
    typed = entente("sweep", "world.yaml", "--over", POWER, "--runs", 6, "--seed", 2)
    assert (typed.code, typed.err) == (0, "")
    folder = Path("reports") / "world-sweep-south.power"
    assert f"Report: {folder / 'report.html'}" in typed.out
    assert "Power of South takes 3 values from 0.10 to 0.40" in " ".join(typed.out.split())
    assert "Flips at" in typed.out
    assert left_in(folder) == {"report.html", "results.csv", "manifest.json"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "entente sweep world.yaml --over actors.south.power=0.1:0.4:3 --runs 6 --seed 2" in page


def test_two_parameters_and_a_choice_of_outcomes(entente: Entente, desk: Path) -> None:
    typed = entente(
        "sweep", "world.yaml", "--over", POWER, "--over", PAIR, "--outcome", "border",
        "--runs", 4, "--quiet",
    )  # fmt: skip
    assert (typed.code, typed.out, typed.err) == (0, "", "")
    folder = Path("reports") / "world-sweep-south.power-north-and-south.tension"
    rows = (folder / "results.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("actors.south.power,relations.north and south.tension,measure")
    assert len(rows) == 1 + 6


def test_changes_are_made_before_and_have_a_folder_of_their_own(entente: Entente) -> None:
    typed = entente(
        "sweep", "world.yaml", "--over", POWER, "--runs", 4, "--set", "actors.north.power=0.3",
        "--rounds", 4,
    )  # fmt: skip
    assert typed.code == 0
    folder = Path("reports") / "world-north.power-0.3-calendar.rounds-4-sweep-south.power"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "actors.north.power = 0.3" in page
    assert "--rounds 4 --set actors.north.power=0.3" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["actors.south.powr=1:2:3"], "did you mean 'actors.south.power'?"),
        (["actors.south=1:2:3"], "'actors.south' is a section, not a number"),
        (["actors.south.support=0:1.5:4"], "--over: actors.south.support: 1.5 is out of range"),
        (["actors.south.power=1:1:3"], "all its values are 1"),
        (["actors.south.power=1:2:1"], "1 value cannot show a change"),
        (["actors.south.power=1:2:-3"], "0 values cannot show a change"),
        (["actors.south.power=1:2:1000"], "give at most 101"),
        (["actors.south.power=low:high:3"], "'low:high:3' cannot be read"),
        (
            ["actors.south.power=1:2:0.25"],
            "a count of values, not a step, e.g. actors.south.power=1:2:5",
        ),
        (["actors.south.power=1:2:1e-9"], "a count of values, not a step; write"),
        (["actors.south.power=1:2"], "write actors.south.power=FROM:TO:COUNT"),
        (["levers.threat.usual=0.1:0.9:3"], "levers.threat.usual"),
        (["actors.south.power=inf:2:3"], "a value is not a finite number"),
    ],
)
def test_a_fault_in_what_is_swept(
    words: list[str], said: str, entente: Entente, desk: Path
) -> None:
    before = left_in(desk)
    typed = entente("sweep", "world.yaml", *(part for word in words for part in ("--over", word)))
    assert typed.code == 1
    assert said in typed.err
    assert left_in(desk) == before


def test_all_faults_come_at_once(entente: Entente) -> None:
    typed = entente(
        "sweep", "world.yaml", "--over", "actors.south.powr=1:2:3", "--over",
        "actors.north.power=x:1:2",
        "--over", "actors.south.support=0:2:3", "--outcome", "bordr",
    )  # fmt: skip
    assert typed.code == 1
    for said in ("'powr'", "'x:1:2' cannot be read", "2 is out of range", "did you mean 'border'"):
        assert said in typed.err


def test_three_parameters_are_too_many(entente: Entente) -> None:
    three = [f"actors.{name}.power=0.1:0.3:2" for name in ("north", "south", "east")]
    typed = entente("sweep", "world.yaml", *(part for one in three for part in ("--over", one)))
    assert typed.code == 1
    assert "3 parameters are more than a sweep can show" in typed.err


@pytest.mark.parametrize("words", [[], ["--over", "actors.south.power"], ["--over", "=1:2:3"]])
def test_a_wrong_way_of_asking(words: list[str], entente: Entente) -> None:
    typed = entente("sweep", "world.yaml", *words)
    assert typed.code == 2
    assert "--over" in typed.err


def test_nothing_is_run_where_the_report_could_not_be_written(
    entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*given: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.studies.sweep.study.swept", run)
    typed = entente("sweep", "world.yaml", "--over", POWER, "--out", "world.yaml")
    assert typed.code == 1
    assert "world.yaml: is a file" in typed.err
