"""Numbers are found by the names they stand between."""

from __future__ import annotations

import copy

import pytest

from sim.scenario.lenses import LENSES, canonical, lens_of, weights_of
from sim.scenario.loading import build
from sim.scenario.lookup import consent, relation, usual
from sim.scenario.phrases import COMPONENTS
from tests.fixtures.scenarios import DUEL


def test_the_most_specific_frequency_holds() -> None:
    document = copy.deepcopy(DUEL)
    document["actors"]["east"] = {"name": "East", "power": 1}
    document["levers"]["summit"]["usual"] = {
        "anyone to anyone": 0.01,
        "anyone to south": 0.02,
        "north to anyone": 0.03,
        "north to east": 0.04,
    }
    lever = build(document).description.levers["summit"]
    found = {
        (a, b): pair[1].value if (pair := usual(lever, a, b)) else None
        for a, b in [("north", "east"), ("north", "south"), ("east", "south"), ("south", "east")]
    }
    assert list(found.values()) == [0.04, 0.03, 0.02, 0.01]
    assert usual(lever, "north", "south") == ("north to anyone", lever.usual["north to anyone"])


def test_nobody_is_asked_where_no_consent_is_given() -> None:
    levers = build(DUEL).description.levers
    assert consent(levers["rebuke"], "north", "south") is None
    found = consent(levers["summit"], "north", "south")
    assert found is not None
    assert found[1].value == 0.7


def test_relations_are_found_in_either_order() -> None:
    description = build(DUEL).description
    for names in (("north", "south"), ("south", "north")):
        found = relation(description, "affinity", *names)
        assert found is not None
        assert found[0] == "relations.north and south.affinity"
    ties = relation(description, "ties", "south", "north")
    assert ties is not None
    assert ties[1].value == 0.4
    assert relation(description, "commitment", "north", "south") is None


@pytest.mark.parametrize("name", LENSES)
def test_the_weights_of_a_lens_sum_to_1(name: str) -> None:
    lens = LENSES[name]
    total = sum(getattr(lens.weights, component).value for component in COMPONENTS)
    assert total == pytest.approx(1)
    assert "judgement" in (lens.weights.why or "")
    assert lens.source
    assert lens.about


def test_the_lens_of_the_scenario_goes_before_the_actors_own() -> None:
    document = copy.deepcopy(DUEL)
    document["actors"]["north"]["lens"] = "liberal"
    own = build(document).description
    assert lens_of("north", own) == "liberal"
    assert lens_of("south", own) is None
    assert weights_of("south", own) == own.actors["south"].weights
    whole = build(document, lens="Two-level").description
    assert weights_of("north", whole) == weights_of("south", whole) == LENSES["two_level"].weights
    assert canonical(" Two-Level ") == "two_level"
