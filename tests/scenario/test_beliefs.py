"""Beliefs of a file: what may be doubted, what falls away, and what stays as it was without."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.beliefs import Doubted, beliefs_of, doubted
from sim.scenario.inherit import extend
from sim.scenario.loading import build
from sim.scenario.node import from_plain
from tests.fixtures.doubting import OF_SOUTH, doubting


def test_a_phrase_names_a_number() -> None:
    assert doubted("salience of south  on border") == Doubted("salience", "south", "border")
    assert doubted("audience cost of south") == Doubted("audience_cost", "south")
    assert doubted("support of south") is None
    (held,) = beliefs_of(build(doubting()).description)
    assert held.id == "of_south"
    assert held.about.path in build(doubting()).parameters


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"by": "west"}, "west"),
        ({"of": "support of south"}, "is no number that an actor can doubt"),
        ({"of": 3}, "3 is not text"),
        ({"of": {"sum": ["audience cost of south", 1]}}, "a mapping is not text"),
        ({"of": "salience of west on border"}, "west"),
        ({"of": "salience of south on river"}, "river"),
        ({"of": "salience of north on border"}, "'north' knows its own numbers"),
        ({"mean": 1.2}, "1.2 is out of range"),
        ({"spread": -0.1}, "-0.1 is out of range"),
        ({"mean": {"value": 0.9, "spread": {"uniform": [0.5, 1.5]}}}, "1.5 is out of range"),
    ],
)
def test_what_cannot_be_doubted_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        build(doubting(beliefs__of_south={**OF_SOUTH, **changes}))
    assert len(caught.value.faults) == 1
    assert fault in str(caught.value)


def test_an_actor_doubts_one_number_of_each_other() -> None:
    again = {**OF_SOUTH, "name": "its resolve", "of": "audience cost of south"}
    with pytest.raises(ScenarioError, match="'north' doubts a number of 'south' already"):
        build(doubting(beliefs__resolve=again))
    build(doubting(beliefs__resolve={**again, "by": "south", "of": "audience cost of north"}))


def test_no_stance_no_doubt() -> None:
    document = doubting()
    del document["issues"]["border"]["stances"]["south"]
    with pytest.raises(ScenarioError, match="'south' has no stance on the issue 'border'"):
        build(document)


def test_a_belief_falls_away_with_what_it_is_about() -> None:
    whole = from_plain(doubting(), "base")
    for section, name in (("issues", "border"), ("actors", "south"), ("actors", "north")):
        merged, notes = extend(whole, from_plain({section: {name: None}}, "child"), [])
        assert not merged.table("beliefs")
        assert any("belief 'of_south' fell away" in note for note in notes)


def test_the_digest_tells_beliefs_and_only_where_there_are_any() -> None:
    document = doubting()
    plain = {key: part for key, part in document.items() if key != "beliefs"}
    other = copy.deepcopy(document)
    other["beliefs"]["of_south"]["mean"] = 0.6
    digests = {build(one).sha256 for one in (document, plain, other)}
    assert len(digests) == 3
    assert build({**plain, "beliefs": {}}).sha256 == build(plain).sha256
