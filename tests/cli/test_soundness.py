"""The command ``soundness``: tables, a record, and an exit code where it is asked for one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.soundness.record import load
from tests.fixtures.paths import ROOT
from tests.fixtures.typed_command import Entente, left_in


def test_it_measures_a_file(entente: Entente, desk: Path) -> None:
    before = left_in(desk)
    typed = entente("soundness", "world.yaml", "--runs", 16)
    assert (typed.code, typed.err) == (0, "")
    for title in ("Cells in the right direction", "Drift at rest", "Soundness"):
        assert title in typed.out
    assert "not measured" in typed.out
    assert left_in(desk) == before


def test_quiet_with_a_record(entente: Entente, desk: Path) -> None:
    typed = entente(
        "soundness", "world.yaml", "--runs", 16, "-q", "--out", "kept.yaml", "--as", "mine",
        "--set", "actors.north.support=0.3",
    )  # fmt: skip
    assert (typed.code, typed.out, typed.err) == (0, "", "")
    found = load(desk / "kept.yaml")["mine"]
    assert found["form"]["runs"] == 16
    assert list(found["rest"]) == ["world"]


SIGNS = """\
own:
  one:
    says: what cannot be
    scenario: world.yaml
    set: {support of north: [0.3, 0.31]}
    read: {chance: {levers: [summit], by: north, toward: south}}
    sign: rises
    at_least: 100
"""


def test_a_missed_bound_is_an_exit_code_where_asked_for(entente: Entente, desk: Path) -> None:
    (desk / "signs.yaml").write_text(SIGNS, encoding="utf-8")
    words = ("soundness", "world.yaml", "--runs", 16, "--signs", "signs.yaml")
    assert entente(*words).code == 0
    typed = entente(*words, "--check")
    assert typed.code == 1
    assert "Missed: signs of the makers' own" in typed.err
    assert "what cannot be" in typed.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("nosuch.yaml", 1, "nosuch.yaml: there is no such file"),
        ("world.yaml --signs nosuch.yaml", 1, "nosuch.yaml: there is no such file"),
        ("world.yaml --signs world.yaml", 1, "unknown key 'title'"),
        ("world.yaml world.yaml", 2, "name one FILE at a time"),
        ("--set a.b=1", 2, "name its FILE"),
        ("world.yaml --runs 1", 2, "'--runs': 1 is not in the range"),
    ],
)
def test_mistakes(words: str, code: int, said: str, entente: Entente) -> None:
    typed = entente("soundness", *words.split())
    assert typed.code == code
    assert said in typed.err
    assert typed.out == ""


def test_it_opens_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim.soundness", "--help"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Usage: python -m sim soundness [OPTIONS] [FILE]" in done.stdout
