"""Every mistake gets one message that names the place and the remedy, and leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.cli import options
from sim.scenario.schema import Description
from tests.fixtures.typed_command import Entente, left_in


@pytest.fixture(autouse=True)
def _nothing_left(desk: Path) -> object:
    before = left_in(desk)
    yield
    assert left_in(desk) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rnu world.yaml", "No such command 'rnu'. Did you mean 'run'?"),
        ("world.yaml", "No such command 'world.yaml'. Did you mean 'run world.yaml'?"),
        ("run", "Missing argument 'FILE'"),
        ("run world.yaml --sed 3", "No such option '--sed'"),
        ("run world.yaml --runs 0", "'--runs': 0 is not in the range"),
        ("run world.yaml --runs 1e6", "'--runs': '1e6' is no whole number; write one such as 2000"),
        ("run world.yaml --runs 10,00", "'--runs': '10,00' is no whole number"),
        ("run world.yaml --runs many", "'--runs': 'many' is no whole number"),
        ("run world.yaml --rounds 0", "'--rounds': 0 is not in the range"),
        ("run world.yaml --rounds 100000", "'--rounds': 100000 is not in the range 1<=x<=1000"),
        ("run world.yaml --seed -1", "'--seed': -1 is not in the range"),
        ("run world.yaml --seed 99999999999999999999", "'--seed': 99999999999999999999 is not"),
        ("run world.yaml --set power", "--set wants PATH=VALUE, not 'power'; e.g. --set actors."),
        ("run world.yaml --set =2", "--set wants PATH=VALUE, not '=2'"),
        ("run world.yaml --set actors.north.power=", "--set wants PATH=VALUE, not 'actors.north."),
        ("run world.yaml --events most", "'most' is not one of 'some', 'all'"),
        ("validate", "Missing argument 'FILES...'"),
        ("export reports --format xls", "'xls' is not one of 'csv', 'xlsx', 'stata', 'parquet'"),
        ("new", "Missing argument 'NAME'"),
        ("new ../up", "'../up' is not a name for a scenario; use letters, digits and hyphens"),
        ("new x.yml", "'x.yml' is not a name for a scenario"),
    ],
)
def test_wrong_usage(words: str, said: str, entente: Entente) -> None:
    typed = entente(*words.split())
    assert typed.code == 2
    assert said in typed.err
    assert "--help" in typed.err
    assert typed.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run nosuch.yaml", ["nosuch.yaml: there is no such file", "check the name"]),
        ("run .", [".: is a folder, not a file"]),
        ("run sources.yaml", ["sources.yaml:1:1: data: this is a sources file, not a scenario"]),
        ("describe nosuch.yaml", ["nosuch.yaml: there is no such file"]),
        (
            "run world.yaml --set actors.nort.power=1",
            ["--set: actors.nort.power: there is no 'nort'", "did you mean 'actors.north.power'?"],
        ),
        (
            "run world.yaml --set actors.north.power=-1 --set actors.south.support=7",
            ["2 faults", "actors.north.power: -1 is out of range", "actors.south.support: 7 is"],
        ),
        (
            "run world.yaml --lens realst",
            ["--lens: lens: the lens 'realst' is not defined", "did you mean 'realist'?"],
        ),
        ("run world.yaml --lens ../..", ["--lens: lens: '../..' does not fit here", "realist"]),
        ("rerun nosuch", ["nosuch: no such file; name a manifest.json, or the folder"]),
        ("rerun .", ["manifest.json: no such file"]),
        ("rerun world.yaml", ["world.yaml: not the manifest of a run", "invalid JSON"]),
        ("export nosuch.nc", ["nosuch.nc: no such file; name a results.nc, or the folder"]),
        ("export .", ["results.nc: no such file"]),
        ("export world.yaml", ["world.yaml: not a results file, or a damaged one; name another"]),
    ],
)
def test_a_fault_in_what_is_given(words: str, said: list[str], entente: Entente) -> None:
    typed = entente(*words.split())
    assert typed.code == 1
    for part in said:
        assert part in typed.err
    assert typed.out == ""


def test_without_a_command_comes_the_help(entente: Entente) -> None:
    typed = entente()
    assert typed.code == 2
    assert "Usage: entente" in typed.err
    assert "Start with:  entente run" in typed.err


def test_version_and_help(entente: Entente) -> None:
    assert entente("--version").out.startswith("entente ")
    for words in (["-h"], ["run", "-h"], ["rerun", "--help"], ["export", "-h"]):
        typed = entente(*words)
        assert (typed.code, typed.err) == (0, "")
        assert typed.out.startswith("Usage: entente")


def test_the_bounds_of_options_are_those_of_files() -> None:
    schema = Description.model_json_schema()
    bounds = {
        name: (part["minimum"], part["maximum"])
        for name, part in (
            ("runs", schema["properties"]["runs"]),
            ("seed", schema["properties"]["seed"]),
            ("rounds", schema["$defs"]["Calendar"]["properties"]["rounds"]),
        )
    }
    assert bounds == {
        "runs": (1, options.MOST_RUNS),
        "seed": (0, options.MOST_SEED),
        "rounds": (1, options.MOST_ROUNDS),
    }


def test_a_name_that_is_no_text(entente: Entente) -> None:
    typed = entente("run", os.fsdecode(b"b\xffd.yaml"))
    assert typed.code == 2
    assert "holds letters that this system cannot read; rename the file" in typed.err


def test_no_memory(entente: Entente, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("sim.simulation.ensemble.simulate", full)
    typed = entente("run", "world.yaml")
    assert typed.code == 1
    assert typed.err == (
        "Error: not enough memory; ask for fewer runs (--runs) or rounds (--rounds)\n"
    )
