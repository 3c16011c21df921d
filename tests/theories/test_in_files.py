"""A theory that a scenario's file names: for all, for one, and what comes before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.claims.checks import Arms
from sim.classroom.game.course import Course, world_of
from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.reporting.scenario_diff import differences
from sim.theories.best_response import best_response
from tests.fixtures.paths import VALLEY
from tests.fixtures.shipped import loaded

NORTH, SOUTH = "actors.north.theory", "actors.south.theory"


def read(*settings: tuple[str, str]) -> sim.Scenario:
    return sim.load_scenario(VALLEY, overrides=settings)


def choices(scenario: Any, theories: Any = None) -> Any:
    return sim.run(scenario, runs=40, seed=2, theories=theories)["choice"].values


def test_it_is_that_of_all_or_of_one() -> None:
    plain = loaded("two-neighbours")
    both, north = choices(plain, best_response), choices(plain, {"north": best_response})
    assert not np.array_equal(both, north)
    assert np.array_equal(choices(read(("theory", "best_response"))), both)
    assert np.array_equal(choices(read((NORTH, "best_response"))), north)
    own = read(("theory", "best_response"), (SOUTH, "quantal"))
    assert np.array_equal(choices(own), north)


def test_what_is_handed_in_comes_before_it() -> None:
    plain, file = loaded("two-neighbours"), read(("theory", "best_response"))
    assert np.array_equal(choices(file, "quantal"), choices(plain))
    assert np.array_equal(
        choices(file, {"south": "quantal"}), choices(plain, {"north": best_response})
    )
    assert np.array_equal(choices(file, {}), choices(file))


def test_digests_change_with_it_and_not_without() -> None:
    plain = loaded("two-neighbours")
    assert plain.sha256.startswith("2a0f7dee0a22")  # as before there were theories
    others = [("theory", "best_response"), (NORTH, "best_response"), (SOUTH, "quantal")]
    assert len({plain.sha256, *(read(one).sha256 for one in others)}) == 4


@pytest.mark.parametrize("path", ["theory", NORTH])
def test_an_unknown_one_is_refused_at_its_place(path: str) -> None:
    with pytest.raises(ScenarioError, match="there is no theory 'best_respons'") as raised:
        read((path, "best_respons"))
    (fault,) = raised.value.faults
    assert fault.place.path == path
    assert "did you mean 'best_response'?" in fault.remedy


@pytest.mark.parametrize("path", ["theory", NORTH])
def test_one_that_is_no_id_is_told_the_nearest(path: str) -> None:
    with pytest.raises(ScenarioError, match="there is no theory 'best-response'") as raised:
        read((path, "best-response"), ("actors.north.power", "-1"))
    said = {fault.place.path: fault.remedy for fault in raised.value.faults}
    assert said.keys() == {path, "actors.north.power"}
    assert said[path].startswith("did you mean 'best_response'? known theories: best_response, ")


def test_a_file_of_code_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("raise SystemExit('it was carried out')\n")
    with pytest.raises(ScenarioError, match="theory"):
        sim.load_scenario(VALLEY, overrides=[("theory", f"'{tmp_path}/mine.py:rule'")])


def test_changes_are_told_in_words() -> None:
    told = differences(Arms(loaded("two-neighbours"), read((NORTH, "best_response"))))
    assert told == ("North decides by the theory “best_response”",)


def test_computed_actors_of_a_class_play_it() -> None:
    course = Course(seed=4)
    plain, file = (CompiledScenario(one) for one in
                   (loaded("two-neighbours"), read(("theory", "best_response"))))  # fmt: skip
    worlds = [world_of(one, course) for one in (plain, file)]
    for world in worlds:
        for _ in range(world.compiled.rounds):
            world.step()
    assert not np.array_equal(worlds[0].records.choice, worlds[1].records.choice)
