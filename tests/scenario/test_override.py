"""``--set PATH=VALUE`` changes one place, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import Fault, ScenarioError
from sim.scenario.loading import build, load_scenario, revised
from tests.fixtures.scenarios import DUEL
from tests.fixtures.world_file import SOURCES, WORLD, load, spoilt


@pytest.fixture
def world(tmp_path: Path) -> Path:
    load(tmp_path)
    return tmp_path / "world.yaml"


def one_fault(world: Path, path: str, value: str) -> Fault:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(world, [(path, value)])
    (fault,) = caught.value.faults
    return fault


def test_a_number_loses_its_spread_and_source_and_says_who_set_it(world: Path) -> None:
    scenario = load_scenario(world, {"actors.south.power": "0.5"})
    power = scenario.parameters["actors.south.power"]
    assert (power.value, power.quantity.spread, power.source) == (0.5, None, ())
    assert power.why == "set by hand"
    assert scenario.overrides == (("actors.south.power", "0.5"),)
    assert scenario.reference.actors["south"].power.value == 0.2


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("runs", "50", lambda s: s.description.runs == 50),
        ("seed", "7", lambda s: s.description.seed == 7),
        ("calendar.rounds", "3", lambda s: s.description.calendar.rounds == 3),
        ("title", "'Two: a border'", lambda s: s.description.title == "Two: a border"),
        ("coefficients.rationality", "0.5",
         lambda s: s.description.coefficients.rationality.value == 0.5),
        ("coefficients.noise.support", "0",
         lambda s: s.description.coefficients.noise.support.value == 0),
        ("actors.north.support", "0.9",
         lambda s: s.description.actors["north"].support.value == 0.9),
        ("actors.north.attention", "2", lambda s: s.description.actors["north"].attention == 2),
        ("actors.north.power.spread", "{normal: 0.1}",
         lambda s: str(s.description.actors["north"].power.spread) == "normal(0.1)"),
        ("actors.south.power.value", "2", lambda s: s.description.actors["south"].power.value == 2),
        ("relations.north and south.affinity", "-0.5",
         lambda s: s.description.relations["north and south"].affinity.value == -0.5),
        ("relations.south and north.affinity", "-0.5",
         lambda s: s.description.relations["north and south"].affinity.value == -0.5),
        ("relations.south to east.ties", "0.5",
         lambda s: s.description.relations["south to east"].ties.value == 0.5),
        ("levers.threat.usual.south to east", "0.1",
         lambda s: s.description.levers["threat"].usual["south to east"].value == 0.1),
        ("levers.summit.consent.north to south", "0.1",
         lambda s: len(s.description.levers["summit"].consent) == 2),
        ("levers.threat.usual", "0.05",
         lambda s: list(s.description.levers["threat"].usual) == ["anyone to anyone"]),
        ("levers.summit.effects.tension of actor and target", "-0.1",
         lambda s: len(s.description.levers["summit"].effects) == 3),
        ("issues.border.stances.east", "{position: 5, salience: 1}",
         lambda s: s.description.issues["border"].stances["east"].position.value == 5),
        ("events.election", "null", lambda s: s.description.events == {}),
        ("stop", "[]", lambda s: s.description.stop == ()),
        ("lens", "two-level", lambda s: s.description.lens == s.reference.lens == "two_level"),
        ("actors.north.lens", "two-level",
         lambda s: s.description.actors["north"].lens == "two_level"),
    ],
)  # fmt: skip
def test_what_can_be_set(world: Path, path: str, value: str, read: Any) -> None:
    assert read(load_scenario(world, [(path, value)]))


@pytest.mark.parametrize(
    ("path", "value", "problem", "remedy"),
    [
        ("actors.nort.power", "1", "there is no 'nort' in 'actors'",
         "did you mean 'actors.north.power'?"),
        ("actors.north.powr", "1", "there is no 'powr' in 'actors.north'",
         "did you mean 'actors.north.power'?"),
        ("actor.north.power", "1", "there is no 'actor'", "did you mean 'actors.north.power'?"),
        ("north.power", "1", "there is no 'north'", "did you mean 'actors.north.power'?"),
        ("coefficients.rationalty", "1", "there is no 'rationalty' in 'coefficients'",
         "did you mean 'coefficients.rationality'?"),
        ("relations.north and west.affinity", "1",
         "there is no 'north and west' in 'relations'", "did you mean"),
        ("levers.parley.cost", "0.1", "there is no 'parley' in 'levers'", "known there: summit"),
        ("watch.settled.when.any_of.0.issue border.at_least", "1",
         "there is no '0' in 'watch.settled.when.any_of'",
         "a list is set whole: watch.settled.when.any_of=[...]"),
        ("watch.settled.when.anyof", "[]", "there is no 'anyof' in 'watch.settled.when'",
         "did you mean 'watch.settled.when.any_of'?"),
        ("stop.0", "settled", "there is no '0' in 'stop'", "a list is set whole: stop=[...]"),
        ("runs.many", "1", "there is no 'many' in 'runs'", "nothing stands below it"),
        ("actors.north.power", "much", "'much' is not a number", "write a plain number"),
        ("actors.north.power", "", "'' is not a number", "write a plain number"),
        ("actors.north.power", "-1", "-1 is out of range", "write a number from"),
        ("actors.north.power", ".nan", "nan is not a finite number", "plain number"),
        ("actors.north.power", "[1, 2", "is not closed", "close it"),
        ("actors.north.power", "&a 1", "is an anchor", "write the value out"),
        ("title", "Two: a border", "a mapping is not text", "write text, in quotes"),
        ("runs", "1.5", "1.5 is not a whole number", "whole number"),
        ("lens", "marxist", "the lens 'marxist' is not defined", "known lenses: constructivist"),
        ("actors.north.attention", "null", "there is no 'attention' here to delete", "known"),
    ],
)  # fmt: skip
def test_what_cannot_be_set(world: Path, path: str, value: str, problem: str, remedy: str) -> None:
    fault = one_fault(world, path, value)
    assert fault.place.file == "overrides"
    assert fault.place.line == 0
    assert problem in fault.problem
    assert remedy in fault.remedy
    assert path.split(".")[0] in str(fault.place)


def test_an_event_moved_out_of_the_calendar_is_a_note(world: Path) -> None:
    scenario = load_scenario(world, {"events.election.on": "2030-01-01"})
    assert "2030-01-01 lies outside the calendar" in scenario.notes[0]


def test_all_faulty_overrides_come_at_once(world: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(world, {"runs": "none", "actors.nort.power": 1, "sed": 2})
    assert len(caught.value.faults) == 3


def test_plain_python_values_from_a_notebook() -> None:
    scenario = build(DUEL, overrides={"actors.north.power": 0.5, "runs": 10, "stop": []})
    assert scenario.description.actors["north"].power.value == 0.5
    assert scenario.overrides == (("actors.north.power", "0.5"), ("runs", "10"), ("stop", "[]"))


def test_overrides_apply_in_order(world: Path) -> None:
    scenario = load_scenario(world, [("runs", "5"), ("runs", "6")])
    assert scenario.description.runs == 6


def test_a_lens_on_the_whole_is_put_on_the_reference(world: Path) -> None:
    scenario = load_scenario(world, lens="two-level")
    assert scenario.description.lens == scenario.reference.lens == "two_level"
    with pytest.raises(ScenarioError, match=r"lens: lens: the lens 'relist' is not defined"):
        load_scenario(world, lens="relist")


def test_a_lens_of_a_variation_is_put_on_the_reference(tmp_path: Path) -> None:
    text = "extends: base.yaml\nlens: realist\nactors: {north: {lens: liberal}}\n"
    scenario = load(tmp_path, text, base=WORLD)
    assert scenario.reference.lens == "realist"
    assert scenario.reference.actors["north"].lens is None


@pytest.mark.parametrize("usual", ["0.1", "{value: 0.1, why: so}", "{anyone to anyone: 0.1}"])
def test_the_path_of_one_pair_changes_that_pair_alone(tmp_path: Path, usual: str) -> None:
    old = "usual: {north to south: 0.2, anyone to anyone: 0.1}"
    (tmp_path / "world.yaml").write_text(spoilt((old, f"usual: {usual}")))
    (tmp_path / "sources.yaml").write_text(SOURCES)
    scenario = load_scenario(tmp_path / "world.yaml")
    path, table = "levers.summit.usual", {"south to north": 0.3}
    for made in (
        load_scenario(tmp_path / "world.yaml", {f"{path}.south to north": 0.3}),
        revised(scenario, {f"{path}.south to north": 0.3}),
    ):
        found = {key: one.value for key, one in made.description.levers["summit"].usual.items()}
        assert found == {"anyone to anyone": 0.1, "south to north": 0.3}
    for made in (
        load_scenario(tmp_path / "world.yaml", {path: table}),
        revised(scenario, {path: table}),
    ):
        assert set(made.description.levers["summit"].usual) == {"south to north"}
        assert "take the place of 0.1 for anyone" in made.notes[0]
