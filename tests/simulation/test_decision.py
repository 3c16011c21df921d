"""The decision that is asked about: completed where it is clear, else refused."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import build
from sim.simulation.branching import LET_PASS, Fork, asked, levers_toward
from tests.fixtures.scenarios import DUEL, QUARTET, changed

WORLD = build(QUARTET)
PAIR = build(DUEL)


def test_the_only_target_need_not_be_named() -> None:
    found = asked(PAIR, 2, "north")
    assert found.fork == Fork(2, "north", "south", "words")
    assert found.alternatives == (LET_PASS, "summit", "rebuke")
    assert asked(WORLD, 1, "east", "aid").fork == Fork(1, "east", "isle", "deeds")
    assert asked(PAIR, 1, "north", LET_PASS).lever == LET_PASS
    assert asked(PAIR, 1, "north", "pass").lever == LET_PASS
    assert asked(PAIR, 1, "north", "pass", only=True).alternatives == (LET_PASS,)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((0, "west"), "round: the scenario has no round 0\n    write a round from 1 to 6"),
        ((7, "west"), "has no round 7"),
        ((1, "wets"), "there is no actor 'wets'\n    did you mean 'west'?"),
        ((1, "west", "sumit"), "there is no lever 'sumit'\n    did you mean 'summit'?"),
        ((1, "east", "hold a sumit"), "did you mean 'summit'? 'east' can choose: "),
        ((1, "west", "let it pass"), "did you mean 'pass'?"),
        ((1, "isle", "patrol"), "'isle' can choose: summit"),
        ((1, "east", "aid", "west"), "; 'east' can choose toward 'west': summit"),
        ((1, "west", "summit"), "toward: 'west' can use 'summit' toward 'ally', 'east' and"),
        ((1, "west"), "'west' can do anything toward 'ally', 'east' and 'isle'\n    name one"),
        ((1, "isle", "patrol"), "'isle' cannot use 'patrol' toward anybody"),
        ((1, "east", "aid", "west"), "'east' cannot use 'aid' toward 'west'\n    it can toward"),
        ((1, "west", "aid", "wset"), "toward: there is no actor 'wset'"),
        ((1, "west", "summit", "west"), "an actor does nothing toward itself"),
        ((1, "west", None, "east"), "track: 'west' chooses a word and a deed toward 'east': which"),
        ((1, "west", "pass", "east"), "write words or deeds, or name a lever by "),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(words: Any, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(WORLD, *words)
    assert said in str(caught.value)


def test_a_lever_says_whether_a_word_or_a_deed_is_asked_about() -> None:
    for lever, track, own in (
        ("protest", "words", ("summit", "treaty", "protest")),
        ("tariff", "deeds", ("aid", "tariff", "patrol")),
    ):
        found = asked(WORLD, 1, "west", lever, "east")
        assert found.fork.track == track
        assert found.alternatives == (LET_PASS, *own)
        assert asked(WORLD, 1, "west", None, "east", track=track).alternatives[1:] == own
        assert asked(WORLD, 1, "west", "pass", "east", track=track).fork.track == track


@pytest.mark.parametrize(
    ("lever", "track", "said"),
    [
        ("protest", "deeds", "'protest' is one of the words, not of the deeds"),
        (None, "deed", "there is no track 'deed'\n    did you mean 'deeds'?"),
    ],
)
def test_a_track_that_does_not_fit_is_refused(lever: str | None, track: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(WORLD, 1, "west", lever, "east", track=track)
    assert said in str(caught.value)


def test_who_has_words_alone_has_no_deeds_to_ask_about() -> None:
    with pytest.raises(ScenarioError, match="'isle' cannot choose any deeds toward anybody"):
        asked(WORLD, 1, "isle", track="deeds")
    assert asked(WORLD, 1, "isle", None, "west").fork.track == "words"


def test_all_faults_come_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(WORLD, 9, "wets", "sumit", run=-1, runs=1)
    assert len(caught.value.faults) == 5


def test_where_nobody_has_a_lever_there_is_nothing_to_ask() -> None:
    still = build(changed(DUEL, levers={}))
    with pytest.raises(ScenarioError, match="'north' cannot do anything toward anybody"):
        asked(still, 1, "north")


def test_an_unknown_lever_lists_what_this_actor_can_do_toward_this_one() -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(WORLD, 1, "east", "zzz", "west")
    (fault,) = caught.value.faults
    described = WORLD.description
    own = levers_toward(described, "east", "west")
    assert set(levers_toward(described, "east", "isle")) - set(own)
    listed = fault.remedy.partition(": ")[2].split(", ")
    assert [one.split(" (")[0] for one in listed] == [*own, "pass"]
