"""The command ``compare``: a table for each scenario, three files, and faults."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import pytest

from sim.results.formats import BOM
from tests.fixtures.typed_command import Entente, left_in

FILES = {"report.html", "results.csv", "manifest.json"}
CHANGE = "relations.north and south.affinity=0.5"


@pytest.fixture
def other(desk: Path) -> Path:
    """A scenario that extends the world, with another start."""
    path = desk / "warm.yaml"
    path.write_text(
        "extends: world.yaml\ntitle: A warmer world\n"
        "relations:\n  north and south: {affinity: 0.5}\n"
    )
    return path


def test_it_prints_what_differs_most_and_leaves_three_files(
    other: Path, entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    typed = entente("compare", "world.yaml", "warm.yaml", "--runs", 40)
    assert (typed.code, typed.err) == (0, "")
    tables, _, rest = typed.out.partition("“A warmer world”")
    assert all(len(line) <= 80 for line in tables.splitlines())
    for words in ("A warmer world, against", "Difference", "95 %, among all", "Parts by"):
        assert words in tables
    assert "in 40\u00a0pairs of runs on the same draws of chance." in rest
    assert "1 thing written otherwise" in " ".join(tables.split())
    folder = Path("reports") / "compare-world-warm"
    assert f"Report: {folder / 'report.html'}" in typed.out
    assert left_in(folder) == FILES


def test_the_command_it_notes_gives_the_same_numbers(other: Path, entente: Entente) -> None:
    words = ("compare", "world.yaml", "warm.yaml", "--runs", 20, "--seed", 5, "--with", CHANGE)
    worn = ("--lens", "realist", "--lens", "liberal")
    assert entente(*words, *worn, "--out", "one").code == 0
    noted = json.loads(Path("one/manifest.json").read_text())["command"]
    program, *again = shlex.split(noted)
    assert program == "entente"
    assert entente(*again, "--out", "two", "--quiet").code == 0
    assert Path("one/results.csv").read_bytes() == Path("two/results.csv").read_bytes()
    with Path("one/results.csv").open(encoding=BOM, newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["lens"] for row in rows} == {"realist", "liberal"}
    assert len({row["scenario"] for row in rows}) == 2


def test_the_reference_may_be_another_file(other: Path, entente: Entente) -> None:
    words = ("compare", "world.yaml", "warm.yaml", "--runs", 4)
    turned = entente(*words, "--reference", "warm.yaml")
    assert ", against A warmer world" in turned.out
    alone = entente("compare", "world.yaml", "--reference", "warm.yaml", "--runs", 4)
    assert ", against A warmer world" in alone.out


def test_one_change_is_a_scenario_of_its_own(entente: Entente) -> None:
    typed = entente("compare", "world.yaml", "--with", CHANGE, "--runs", 4)
    assert typed.code == 0
    assert "affinity = 0.5, against" in " ".join(typed.out.split())


def test_of_many_pairs_it_says_which_runs_are_looked_at_one_by_one(
    other: Path, entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.comparison.study.kept_pairs", lambda _: 10)
    typed = entente("compare", "world.yaml", "warm.yaml", "--runs", 30)
    assert (typed.code, typed.err) == (0, "")
    said = " ".join(typed.out.split())
    assert "in 30 pairs of runs on the same draws of chance." in said
    assert "Single runs are looked at in the first 10." in said
    facts = json.loads(Path("reports/compare-world-warm/manifest.json").read_text("utf-8"))["facts"]
    assert (facts["Pairs of runs"], facts["Of these, kept whole"]) == ("30", "10")


def test_faults_are_told_at_once_and_nothing_is_left(other: Path, entente: Entente) -> None:
    for words, code, said in (
        (("world.yaml",), 1, "or one, with a change (--with PATH=VALUE)"),
        (("world.yaml", "gone.yaml"), 1, "gone.yaml"),
        (("world.yaml", "warm.yaml", "--lens", "realst"), 1, "did you mean 'realist'"),
        (("world.yaml", "--with", "actors.north.powr=2"), 1, "did you mean"),
        (("world.yaml", "--with", "north"), 2, "--with wants PATH=VALUE"),
        (("world.yaml", "--with", "actors.north.power=-2"), 1, "--with: actors.north.power"),
        (("world.yaml", "warm.yaml", "--lens", "realist", "liberal"), 2, "--lens realist,liberal"),
        ((), 2, "Missing argument"),
        (("world.yaml", "warm.yaml", "--runs", "1"), 2, "--runs"),
    ):
        typed = entente("compare", *words)
        assert (typed.code, typed.out) == (code, ""), words
        assert said in typed.err.replace("\n", " "), words
    assert not Path("reports").exists()


def test_another_folder_is_left_alone(other: Path, entente: Entente) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("keep")
    typed = entente("compare", "world.yaml", "warm.yaml", "--runs", 4, "--out", "mine")
    assert typed.code == 1
    assert "holds no earlier study" in typed.err
    assert left_in(Path("mine")) == {"notes.txt"}
