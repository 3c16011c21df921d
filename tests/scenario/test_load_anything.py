"""``sim.load``: a file, its name, or what it would hold, to the same scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.scenario.yaml_reader import parse
from tests.fixtures.paths import ROOT, SHIPPED
from tests.fixtures.scenarios import DUEL

SCENARIOS = ROOT / "scenarios"
STRONG: dict[str, Any] = {"extends": "two-neighbours", "actors": {"south": {"power": 0.6}}}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_text_of_each_shipped_scenario_is_the_same_scenario_as_a_dict(path: Path) -> None:
    scenario = sim.load(path)
    held = parse(sim.to_yaml(scenario), "text").plain()
    assert sim.load(held, id=path.stem, folder=SCENARIOS).sha256 == scenario.sha256


def test_a_name_a_path_and_overrides_are_those_of_load_scenario() -> None:
    changes = {"actors.south.power": np.float32(0.5)}
    wanted = sim.load_scenario("two-neighbours", changes, "realist").sha256
    assert sim.load("two-neighbours", changes, "realist").sha256 == wanted
    assert sim.load(SCENARIOS / "two-neighbours.yaml", changes, "realist").sha256 == wanted
    held = parse((SCENARIOS / "two-neighbours.yaml").read_text("utf-8"), "text").plain()
    assert sim.load(held, changes, "realist").sha256 == wanted


def test_without_other_files_it_is_what_build_makes() -> None:
    assert sim.load(DUEL).sha256 == sim.build(DUEL).sha256


def test_a_dict_that_extends_is_a_file_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(json.dumps(STRONG), encoding="utf-8")
    wanted = sim.load("mine.yaml")
    assert sim.load(STRONG).sha256 == wanted.sha256
    assert wanted.reference.actors["south"].power.value != 0.6
    # Where a function takes a scenario, such a dict will do.
    runs = sim.run(STRONG, runs=3, seed=2)
    assert runs.data.attrs["scenario_sha256"] == wanted.sha256
    again = sim.load({"extends": "mine.yaml", "title": "Again"})
    assert again.description.actors["south"].power.value == 0.6


def test_what_it_gives_reads_back_and_is_run_again_to_the_same_bytes(tmp_path: Path) -> None:
    from sim.cli.app import execute

    scenario = sim.load(STRONG, {"actors.north.power": 0.4}, id="mine")
    for file in scenario.files:
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    (tmp_path / "changed.yaml").write_text(sim.to_yaml(scenario), encoding="utf-8")
    assert sim.load(tmp_path / "changed.yaml").sha256 == scenario.sha256
    sim.run(scenario, runs=4, seed=3).write_report(tmp_path / "out")
    assert execute(["rerun", str(tmp_path / "out" / "manifest.json")]) == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"extends": "nothing"}, "there is no file 'nothing'"),
        ({"extends": "two-neighbour"}, "did you mean 'two-neighbours'"),
        ({"extends": "../other.yaml"}, "outside the scenario's folder"),
        ({"extends": str(SCENARIOS / "two-neighbours.yaml")}, "an absolute path"),
        ({"extends": 5}, "not the name of a file"),
        ({**STRONG, "sources": "nowhere.yaml"}, "there is no file 'nowhere.yaml'"),
        ({**STRONG, "actor": {}}, "unknown key 'actor'"),
    ],
)
def test_faults_are_told_with_their_place(
    given: Any, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match="mine") as told:
        sim.load(given, id="mine")
    assert words in str(told.value)


@pytest.mark.parametrize("named", ["mine", "mine.yaml", "mine.yml"])
def test_what_it_extends_has_another_name(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(json.dumps(STRONG), encoding="utf-8")
    with pytest.raises(ScenarioError, match="also the name of what it extends"):
        sim.load({"extends": named}, id="mine")
