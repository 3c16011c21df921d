"""The command ``whatif``: what it writes and prints, and each way of asking it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.typed_command import Entente, left_in

ASKED = ("whatif", "world.yaml", "--round", 2, "--runs", 8)


def test_it_writes_a_report_and_prints_each_choice(entente: Entente, desk: Path) -> None:
    typed = entente(*ASKED, "--actor", "south", "--lever", "threat")
    assert (typed.code, typed.err) == (0, "")
    folder = Path("reports") / "world-whatif-2-south-north-threat"
    assert left_in(folder) == {"report.html", "results.csv", "manifest.json"}
    assert f"Report: {folder / 'report.html'}" in typed.out
    assert "▶ threaten" in typed.out
    assert "let the round pass" in " ".join(typed.out.split())
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert (
        "entente whatif world.yaml --round 2 --actor south --lever threat --runs 8 --seed 0" in page
    )


def test_a_shared_past_and_changes_have_folders_of_their_own(entente: Entente) -> None:
    typed = entente(
        *ASKED, "--actor", "north", "--toward", "east", "--run", 3, "--seed", 4,
        "--set", "actors.north.power=0.3", "--quiet",
    )  # fmt: skip
    assert (typed.code, typed.out, typed.err) == (0, "", "")
    folder = Path("reports") / "world-north.power-0.3-whatif-2-north-east-run-3"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "--toward east --run 3 --runs 8 --seed 4 --set actors.north.power=0.3" in page
    assert "actors.north.power = 0.3" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--actor", "nort"], "--actor: there is no actor 'nort'\n    did you mean 'north'?"),
        (["--actor", "north"], "--toward: 'north' can do anything toward 'south' and 'east'"),
        (["--actor", "south", "--lever", "thread"], "did you mean 'threat'?"),
        (["--actor", "east", "--lever", "threat"], "'east' cannot use 'threat' toward anybody"),
        (["--actor", "south", "--lever", "threat", "--round", 9], "write a round from 1 to 8"),
        (["--actor", "south", "--lever", "threat", "--out", "world.yaml"], "world.yaml: is a file"),
    ],
)
def test_a_fault_in_what_is_asked(
    words: list[str], said: str, entente: Entente, desk: Path
) -> None:
    before = left_in(desk)
    typed = entente(*ASKED, *words)
    assert (typed.code, typed.out) == (1, "")
    assert said in typed.err
    assert left_in(desk) == before


@pytest.mark.parametrize("words", [["--runs", 1], ["--round", "two"], ["--run", -1], ["--lever"]])
def test_a_wrong_usage(words: list[object], entente: Entente) -> None:
    assert entente(*ASKED, "--actor", "south", *words).code == 2
