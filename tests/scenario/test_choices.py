"""Conditions with choices: read, refused, told, and what is left of them when a part is deleted."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from sim.claims.json_schema import json_schema
from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.reasons import unmet_requirements
from sim.model.world import World
from sim.plausibility.notes import notes
from sim.scenario.conditions import every
from sim.scenario.loading import load_scenario
from sim.scenario.yaml_reader import parse
from sim.statistics.drivers import limits
from sim.statistics.measures import conditions_text
from sim.studies.explanation.text import closed
from sim.theories.protocol import PASS
from tests.fixtures.world_file import SOURCES, WORLD, load

ANY = (
    "any_of: [{tension of north and south: {at_least: 0.2}, support of north: {at_most: 0.1}}, "
    "{affinity of north and south: {at_most: -0.5, why: cold}}]"
)
jsonschema = importlib.import_module("jsonschema")
NONE = "none_of: [{support of target: {at_least: 0.4}}]"
_NEEDED, _DATED = "      support of actor: {at_least: 0.3}", "    on: 2017-05-01"
_SETTLED = "when: {issue border: {at_least: 80}}"
ASKED = WORLD.replace(_NEEDED, f"{_NEEDED}\n      {NONE}")
ASKED = ASKED.replace(_DATED, f"{_DATED}\n    when: {{{ANY}}}")


def test_choices_are_read_and_each_number_has_its_path(tmp_path: Path) -> None:
    made = load(tmp_path, ASKED)
    when = made.description.events["election"].when
    assert [(steps, text) for steps, text, _ in every(when)] == [
        (("any_of", 0), "tension of north and south"),
        (("any_of", 0), "support of north"),
        (("any_of", 1), "affinity of north and south"),
    ]
    cold = made.parameters["events.election.when.any_of.1.affinity of north and south.at_most"]
    assert (cold.value, cold.why) == (-0.5, "cold")
    assert all(path in made.parameters for path in limits("events.election.when", when))
    said = conditions_text(when, made.description)
    assert said == (
        "one of these: tension of North and South at least 0.2 and support of North at most 0.1; "
        "affinity of North and South at most -0.5"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("when: {any_of: {issue border: {at_least: 5}}}", "'any_of' wants a list of conditions"),
        ("when: {any_of: []}", "at least 1"),
        ("when: {none_of: [{}]}", "an entry of 'none_of' asks for nothing"),
        ("when: {issue border: [{at_least: 5}]}", "a list stands under 'issue border'"),
        ("when: {any_of: [{issue bordr: {at_least: 5}}]}", "any_of.0.issue bordr"),
        ("when: {any_of: [{issue border: {at_least: 500}}]}", "500 is out of range"),
        ("when: {any_of: [{issue border: {}}]}", "the condition has no limit"),
        (
            "when: {any_of: [{any_of: [{issue border: {at_least: 5}}]}]}",
            "'any_of' stands in an entry of 'any_of': choices cannot be nested",
        ),
        ("when: {any_of: [[]]}", "an entry of 'any_of' is a list"),
        ("when: {any_of: [3]}", "any_of.0: 3 is not a mapping"),
        ("when: {uses of threat by north toward north in 3 rounds: {at_least: 1}}", "one and the"),
        ("when: {uses of threat by north toward south in 0 rounds: {at_least: 1}}", "not a quan"),
        ("when: {change of issue border over 100 rounds: {at_least: 1}}", "not a quantity"),
        ("when: {change of issue border over 4 rounds: {at_least: 101}}", "101 is out of range"),
    ],
)
def test_what_is_no_choice_is_refused_at_its_place(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, WORLD.replace("    on: 2017-05-01", f"    {written}"))
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_a_choice_is_set_whole_also_where_there_was_none(tmp_path: Path) -> None:
    load(tmp_path)
    path = "watch.settled.when.any_of"
    made = load_scenario(tmp_path / "world.yaml", {path: [{"issue border": {"at_least": 90}}]})
    assert made.parameters[f"{path}.0.issue border.at_least"].value == 90
    assert made.parameters["watch.settled.when.issue border.at_least"].value == 80


def test_a_choice_of_a_wrong_shape_hides_no_fault_beside_it(tmp_path: Path) -> None:
    when = "{none_of: {issue border: {at_least: 5}}, isue border: {at_least: 5}}"
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, WORLD.replace("    on: 2017-05-01", f"    when: {when}"))
    problems = {fault.problem for fault in caught.value.faults}
    assert problems == {"'none_of' wants a list of conditions", "'isue border' is not a quantity"}


@pytest.mark.parametrize("key", ["any_of", "none_of"])
def test_the_schema_knows_choices(key: str) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    good = parse(ASKED.replace("any_of", key), "a.yaml").plain()
    assert validator.is_valid(good)
    nonsense: list[Any] = [{}, [], [{}], [{"nonsense": {"at_least": 1}}]]
    for wrong in ({key: held} for held in nonsense):
        bad = {**good, "events": {"election": {**good["events"]["election"], "when": wrong}}}
        assert not validator.is_valid(bad), wrong


def test_what_names_something_deleted_can_no_longer_be_chosen(tmp_path: Path) -> None:
    gone = load(tmp_path, "extends: base.yaml\nactors: {east: null}\n", base=ASKED.replace(
        "{affinity of north and south: {at_most: -0.5, why: cold}}",
        "{affinity of north and east: {at_most: -0.5}}",
    ))  # fmt: skip
    when = gone.description.events["election"].when
    assert [text for _, text, _ in every(when)] == [
        "tension of north and south", "support of north",
    ]  # fmt: skip
    assert "events.election.when.any_of: 1 of 2 entries fell away with actor 'east'" in gone.notes
    without = load(tmp_path, "extends: base.yaml\nactors: {north: null}\n", base=ASKED)
    assert "election" not in without.description.events


@pytest.mark.parametrize(
    ("home", "fallen"),
    [
        (_NEEDED, "lever 'summit'"),
        (_DATED, "event 'election'"),
        (_SETTLED, "watched event 'settled'"),
    ],
)
@pytest.mark.parametrize("sort", ["any_of", "none_of"])
def test_what_waited_for_a_choice_that_is_gone_goes_and_nothing_opens(
    tmp_path: Path, home: str, fallen: str, sort: str
) -> None:
    choice = f"{sort}: [{{power of east: {{at_least: 0.9}}}}]"
    put = {
        _NEEDED: f"      {choice}",
        _DATED: f"{_DATED}\n    when: {{{choice}}}",
        _SETTLED: f"when: {{{choice}}}",
    }
    base = WORLD.replace(home, put[home])
    gone = load(tmp_path, "extends: base.yaml\nactors: {east: null}\n", base=base)
    told = f"{fallen} fell away with actor 'east': it waits for something that is gone"
    assert (told in gone.notes) == (sort == "any_of" or home == _SETTLED)


def test_a_lever_that_a_choice_closes_says_so(tmp_path: Path) -> None:
    made = load(tmp_path, ASKED)
    world = World(CompiledScenario(made), 1, 0, 1)
    world.open_round()
    k = world.compiled.keys["summit", "north", "south"]
    (broken,) = unmet_requirements(world.snapshot(), 1)[k]
    assert (str(broken.phrase), broken.choice) == ("support of south", "none_of")
    assert not world.open[k].any()
    assert (world.pick == PASS).shape[1] == 1


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (NONE, "may not be while the support of South is 0.5"),
        (
            "any_of: [{support of target: {at_least: 0.9}}, {tension of actor and target: "
            "{at_least: 0.8}}]",
            "needs one of these: the support of South to be at least 0.90; it is 0.50, or the "
            "tension of North and South to be at least 0.80; it is 0.",
        ),
    ],
)
def test_an_explanation_names_the_choice(tmp_path: Path, choice: str, said: str) -> None:
    from sim.studies.explanation.study import explain

    made = load(tmp_path, ASKED.replace(NONE, choice))
    found = explain(made, run=0, actor="north", round=1)
    told = [
        closed(option, made.description)
        for one in found.decisions
        for option in one.options
        if option.lever == "summit" and one.target == "south"
    ]
    assert [text[: len(said)] for text in told] == [said]


def test_plausibility_looks_at_what_stands_beside_choices(tmp_path: Path) -> None:
    made = load(tmp_path, ASKED.replace(ANY, ANY + ", issue border: {at_least: 99}"))
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    assert any("unreached election" in one.name for one in notes(made, tmp_path))
