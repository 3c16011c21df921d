"""The command ``explain``: what it writes and prints, and each way of asking it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.loading import load_scenario
from sim.simulation.ensemble import run
from tests.fixtures.typed_command import Entente, left_in

ASKED = ("explain", "world.yaml", "--run", 3, "--round", 2)


def test_it_writes_a_report_and_prints_each_decision(entente: Entente, desk: Path) -> None:
    typed = entente(*ASKED)
    assert (typed.code, typed.err) == (0, "")
    folder = Path("reports") / "world-explain-3-2"
    assert left_in(folder) == {"report.html", "results.csv", "manifest.json"}
    assert f"Report: {folder / 'report.html'}" in typed.out
    assert "North → South" in typed.out
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "entente explain world.yaml --run 3 --round 2 --seed 0" in page
    assert "entente whatif world --run 3 --round 2 --actor north" in page


def test_one_actor_toward_one_other(entente: Entente) -> None:
    typed = entente(*ASKED, "--actor", "south", "--toward", "north", "--seed", 5)
    assert typed.code == 0
    assert "North →" not in typed.out
    page = Path("reports") / "world-explain-3-2-south-north" / "report.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("<figure ") == 1
    assert "--actor south --toward north --seed 5" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--actor", "nort"], "there is no actor 'nort'\n    did you mean 'north'?"),
        (["--toward", "sout"], "--toward: there is no actor 'sout'"),
        (["--round", 0], "the scenario has no round 0\n    write a round from 1 to 8"),
        (["--round", 9], "the scenario has no round 9"),
        (["--actor", "north", "--toward", "north"], "no lever of 'north' toward 'north'"),
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


def test_a_round_after_the_run_has_stopped_is_told_apart(entente: Entente, desk: Path) -> None:
    change = "watch.settled.when.issue border.at_least"
    scenario = load_scenario(desk / "world.yaml", {change: 18})
    stopped = run(scenario, 20)["stopped_round"]
    over = stopped[(stopped > 0) & (stopped < 8)]
    assert over.size
    nth, last = int(over["run"][0]), int(over[0])
    typed = entente(
        "explain", "world.yaml", "--set", f"{change}=18", "--run", nth, "--round", last + 1
    )
    assert typed.code == 1
    assert f"run {nth} is over after round {last}\n    write a round from 1 to {last}" in typed.err


def test_a_wrong_usage(entente: Entente) -> None:
    assert entente("explain", "world.yaml", "--run", -1, "--round", 1).code == 2
    assert entente("explain", "world.yaml", "--round", 1).code == 2
