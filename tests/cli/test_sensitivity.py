"""The commands ``sensitivity`` and ``discover``, as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sim.text import NBSP
from tests.fixtures.typed_command import Entente, left_in

SPREAD = "actors.north.support={value: 0.5, spread: {uniform: [0.2, 0.8]}}"
START = "issues.border.outcome={value: 40, spread: {uniform: [0, 90]}}"
SENSITIVITY = ("sensitivity", "world.yaml", "--samples", 16, "--set", START)
DISCOVER = ("discover", "world.yaml", "--runs", 200, "--set", START)
FAR = ("--where", "outcome: border, at_least: 60")


def test_sensitivity_says_its_runs_first_and_leaves_a_folder(entente: Entente) -> None:
    typed = entente(*SENSITIVITY, "--set", SPREAD)
    assert (typed.code, typed.err) == (0, "")
    assert typed.out.replace(NBSP, " ").startswith("3 uncertain numbers and chance: up to 96 runs.")
    assert "Left to chance" in typed.out
    (folder,) = Path("reports").iterdir()
    assert folder.name.endswith("-sensitivity")
    assert left_in(folder) == {"report.html", "results.csv", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["study"] == "sensitivity"
    assert manifest["command"].startswith("entente sensitivity world.yaml --samples 16 --seed")
    assert f"--set '{SPREAD}'" in manifest["command"]


def test_only_what_is_asked_for_is_looked_at(entente: Entente, desk: Path) -> None:
    typed = entente(*SENSITIVITY, "--outcome", "border", "--out", "here", "--quiet")
    assert (typed.code, typed.out, typed.err) == (0, "", "")
    table = (desk / "here" / "results.csv").read_text(encoding="utf-8-sig")
    assert {line.split(",")[1] for line in table.splitlines()[1:]} == {"border"}
    typed = entente(*SENSITIVITY, "--outcome", "moves", "--out", "here", "--quiet")
    assert typed.code == 0


def test_one_number_is_one_and_too_few_samples_are_told_with_how_many_would_do(
    entente: Entente,
) -> None:
    typed = entente("sensitivity", "world.yaml", "--samples", 16, "--outcome", "moves")
    assert typed.code == 0
    said = " ".join(typed.out.replace(NBSP, " ").split())
    assert said.startswith("1 uncertain number and chance: up to 64 runs.")
    assert re.search(r"too few samples to say .*no, about [\d,]+ ", said)
    assert "most hangs on" not in said


def test_discover_finds_the_limit_and_leaves_a_folder(entente: Entente, desk: Path) -> None:
    typed = entente(*DISCOVER, *FAR, "--out", "there", "--seed", 3)
    assert (typed.code, typed.err) == (0, "")
    assert "Box 1:" in typed.out
    assert "It came about in " in typed.out
    assert left_in(desk / "there") == {"report.html", "results.csv", "manifest.json"}
    text = (desk / "there" / "report.html").read_text(encoding="utf-8")
    assert "--where &#39;outcome: border, at_least: 60&#39; --runs 200 --seed 3" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SENSITIVITY, "--outcome", "bordr"), "did you mean 'border'?"),
        ((*SENSITIVITY[:3], 100), "--samples: 100 is no power of 2 from 16 to 65,536"),
        (
            ("sensitivity", "world.yaml", "--set", "actors.south.power=0.2"),
            "no parameter has a spread",
        ),
        ((*SENSITIVITY, "--out", "world.yaml"), "world.yaml: is a file; name a folder (--out)"),
        ((*DISCOVER, "--where", "watch: setled"), "did you mean 'settled'?"),
        ((*DISCOVER, "--where", "outcome: border"), "add at_least, at_most or both"),
        ((*DISCOVER, "--where", "outcome: border, at_least: 99"), "write a limit between"),
        ((*DISCOVER, *FAR, "--out", "world.yaml"), "world.yaml: is a file"),
    ],
)
def test_a_fault_is_told_and_nothing_is_left(
    words: tuple[object, ...], said: str, entente: Entente, desk: Path
) -> None:
    before = left_in(desk)
    typed = entente(*words)
    assert typed.code == 1
    assert said in typed.err
    assert left_in(desk) == before


def test_a_condition_must_be_given(entente: Entente) -> None:
    typed = entente("discover", "world.yaml")
    assert typed.code == 2
    assert "--where" in typed.err


@pytest.mark.parametrize(
    ("command", "package"), [(SENSITIVITY, "SALib"), ((*DISCOVER, *FAR), "ema-workbench")]
)
def test_a_missing_package_is_one_line(
    command: tuple[object, ...],
    package: str,
    entente: Entente,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.studies.arguments.find_spec", lambda module: None)
    before = left_in(desk)
    typed = entente(*command)
    assert typed.code == 1
    assert f"needs the package {package}" in typed.err
    assert "pip install" in typed.err
    assert left_in(desk) == before


def test_unknown_names_are_told_before_anything_is_run(
    entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*words: object, **more: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.simulation.ensemble.simulate", never)
    monkeypatch.setattr("sim.simulation.ensemble.simulate", never)
    assert entente(*SENSITIVITY, "--outcome", "bordr").code == 1
    assert entente(*DISCOVER, "--where", "watch: setled").code == 1
