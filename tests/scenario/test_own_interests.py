"""Interests in scenario files: what may stand there, and what becomes of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import sim
from sim.errors import ScenarioError
from sim.reporting.sources import path_in_words
from sim.scenario.loading import build, revised, with_lens
from sim.scenario.scenario import Scenario
from sim.statistics.measures import quantity_text
from tests.fixtures.scenarios import DUEL

FRIEND: dict[str, Any] = {"name": "Friendship", "of": "affinity of north and south"}


def document(**interests: Any) -> dict[str, Any]:
    found = copy.deepcopy(DUEL)
    found["interests"] = interests or {"friend": FRIEND}
    found["actors"]["north"]["weights"] = {"security": 0.5, **dict.fromkeys(interests, 0.2)}
    return found


def weighed(value: Any = 0.3) -> Scenario:
    found = document()
    found["actors"]["north"]["weights"]["friend"] = value
    return build(found)


def test_its_weight_is_a_number_beside_the_five() -> None:
    uncertain = weighed({"value": 0.3, "spread": {"uniform": [0.1, 0.5]}, "why": "a guess"})
    found = uncertain.parameters["actors.north.weights.friend"]
    assert (found.value, found.why, found.stated) == (0.3, "a guess", True)
    assert "actors.south.weights.friend" not in uncertain.parameters
    words = path_in_words("actors.north.weights.friend", uncertain.description)
    assert words == "North: weight, “Friendship”"
    changed = revised(
        uncertain, {"actors.north.weights.friend": 0.1, "actors.south.weights.friend": 0.2}
    )
    assert changed.description.actors["south"].weights.of("friend").value == 0.2
    assert changed.description.actors["north"].weights.of("friend").value == 0.1


def test_it_is_part_of_the_digest_only_where_there_is_one() -> None:
    assert weighed().sha256 != weighed(0.4).sha256
    assert build(document()).sha256 != build(document(friend={**FRIEND, "wants": "less"})).sha256
    empty = copy.deepcopy(DUEL)
    empty["interests"] = {}
    assert build(empty).sha256 == build(DUEL).sha256


def test_a_scenario_with_one_reads_back_from_its_text() -> None:
    scenario = weighed()
    text = sim.to_yaml(scenario)
    assert "friend: 0.3" in text
    again = build(sim.scenario.yaml_reader.parse(text, "again").plain(), scenario.id)
    assert again.sha256 == scenario.sha256


@pytest.mark.parametrize(
    ("id", "part", "place", "problem", "remedy"),
    [
        ("security", FRIEND, "interests.security", "cannot be an interest", ""),
        ("consent", FRIEND, "interests.consent", "cannot be an interest", ""),
        ("own", {"name": "It", "of": "trust of north in south"}, "interests.own.of",
         "cannot be what an actor wants", "affinity of A and B"),
        ("own", {"name": "It", "of": "affinity of north and east"}, "interests.own.of",
         "'east' is not defined", "north, south"),
        ("own", {"name": "It", "of": {"mean": ["issue border", "support of north"]}},
         "interests.own.of", "puts together", "counted alike"),
        ("own", {"name": "It", "of": "power of north"}, "interests.own.of",
         "no scale of its own", "share: [power of north"),
        ("own", {"name": "It", "of": {"ratio": ["support of north", "support of south"]}},
         "interests.own.of", "no weight would suit it", "share"),
        ("own", {"name": "It", "of": {"ratio": ["support of north", 1e-9]}},
         "interests.own.of", "no weight would suit it", "divide by"),
        ("own", {"name": "It", "of": {"least": ["support of north", -5.0]}},
         "interests.own.of", "it always comes to -5", "leave out the number"),
        ("own", {"name": "It", "of": {"mean": ["support of north"]}}, "interests.own.of",
         "wants 2 to 100 terms", ""),
        ("own", {"name": "It", "of": "support of north", "wants": "most"}, "interests.own.wants",
         "not known here", "more"),
    ],
)  # fmt: skip
def test_what_cannot_be_weighed_is_refused(
    id: str, part: dict[str, Any], place: str, problem: str, remedy: str
) -> None:
    found = copy.deepcopy(DUEL)
    found["interests"] = {id: part}
    with pytest.raises(ScenarioError) as caught:
        build(found)
    (fault,) = caught.value.faults
    assert str(fault.place.path).startswith(place)
    assert problem in fault.problem
    assert remedy in fault.remedy


@pytest.mark.parametrize("place", ["actor", "lens", "successor"])
def test_a_weight_of_nothing_that_there_is_is_refused(place: str) -> None:
    found = document()
    weights = {"security": 0.5, "freind": 0.2}
    if place == "actor":
        found["actors"]["south"]["weights"] = weights
    elif place == "lens":
        found["lenses"] = {"mine": {"name": "Mine", "weights": weights}}
    else:
        part = {"hazard": 0.1, "successor": {"weights": weights}}
        found["actors"]["south"]["government"] = part
    with pytest.raises(ScenarioError, match="did you mean 'friend'"):
        build(found)


def test_a_lens_of_the_file_weighs_it_and_a_shipped_one_does_not() -> None:
    found = document()
    found["lenses"] = {"mine": {"name": "Mine", "weights": {"friend": 1}}}
    scenario = build(found)
    own = with_lens(scenario, "mine").description
    assert sim.scenario.lenses.weights_of("south", own).of("friend").value == 1
    assert "lenses.mine.weights.friend" in scenario.parameters
    shipped = with_lens(scenario, "realist").description
    assert sim.scenario.lenses.weights_of("south", shipped).of("friend").value == 0


def test_what_goes_takes_with_it_what_speaks_of_it() -> None:
    found = document()
    found["actors"]["north"]["weights"]["friend"] = 0.3
    found["events"] = {
        "turn": {"name": "A turn", "changes": {"weight of north on friend": {"to": 0.1}}}
    }
    scenario = revised(build(found), {"interests.friend": None})
    assert not scenario.description.interests
    assert not scenario.description.actors["north"].weights.model_extra
    assert "turn" not in scenario.description.events
    assert any("interest 'friend'" in note for note in scenario.notes)


def test_reports_name_it() -> None:
    scenario = weighed()
    phrase = sim.scenario.phrases.parse("weight of north on friend")
    assert phrase is not None
    assert quantity_text(phrase, scenario.description) == "weight of North on “Friendship”"
    told = sim.explain(scenario, run=0, round=2, actor="north")
    assert "part_friend" in told.to_dataframe()
    assert "Friendship" in str(told.page)


def test_scenarios_with_and_without_one_are_compared() -> None:
    plain = build(DUEL, "plain")
    found = sim.compare([plain, weighed(1)], runs=60, names=["without", "with"])
    assert "nan" not in str(found.page.lead)
