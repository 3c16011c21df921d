"""The decision that is asked about: completed where it is clear, else refused."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.runs.branch import LET_PASS, Fork
from sim.runs.fork import asked
from sim.scenario.build import build
from tests.samples import DUEL, QUARTET, changed

WORLD = build(QUARTET)
PAIR = build(DUEL)


def test_the_only_target_need_not_be_named() -> None:
    found = asked(PAIR, 2, "north")
    assert found.fork == Fork(2, "north", "south")
    assert found.alternatives == (LET_PASS, "summit", "rebuke")
    assert asked(WORLD, 1, "east", "aid").fork.target == "isle"
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
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(words: Any, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        asked(WORLD, *words)
    assert said in str(caught.value)


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
    toward_isle = {"aid", *asked(WORLD, 1, "east", None, "isle").alternatives[1:]}
    own = asked(WORLD, 1, "east", None, "west").alternatives[1:]
    assert toward_isle - set(own)
    listed = fault.remedy.partition(": ")[2].split(", ")
    assert [one.split(" (")[0] for one in listed] == [*own, "pass"]
