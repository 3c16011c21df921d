"""Who plays what: what is handed in, named or offered by a package, and what is refused."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any, cast

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.theories import registry
from sim.theories.best_response import best_response
from sim.theories.quantal import quantal
from sim.theories.registry import names
from sim.theories.seating import NOBODY, Seats, seated

ACTORS = ("north", "south")


def rule(view: Any) -> Any:
    return view


class Both:
    """Chooses and answers."""

    def choose(self, view: Any) -> Any:
        return view

    def answer(self, proposal: Any) -> Any:
        return proposal


def test_nothing_seats_nobody() -> None:
    assert seated(None, ACTORS) is NOBODY
    assert seated("quantal", ACTORS) == Seats(dict.fromkeys(ACTORS, quantal))
    assert seated({}, ACTORS) == NOBODY


def test_a_theory_is_for_all_or_for_those_who_are_named() -> None:
    assert seated(rule, ACTORS).decisions == {"north": rule, "south": rule}
    assert seated({"north": rule}, ACTORS).decisions == {"north": rule}
    mixed = seated({"north": rule, "all": "best_response"}, ACTORS)
    assert mixed.decisions == {"north": rule, "south": best_response}
    assert seated({"north": "quantal", "all": rule}, ACTORS).decisions == {
        "north": quantal,
        "south": rule,
    }


def test_an_object_chooses_answers_or_both() -> None:
    both = Both()
    found = seated({"south": both}, ACTORS)
    assert found.decisions == {"south": both.choose}
    assert found.answers == {"south": both.answer}


def test_all_that_is_wrong_comes_at_once() -> None:
    with pytest.raises(ScenarioError) as raised:
        seated({"nort": rule, "south": cast(Any, 3), "all": "best_respons"}, ACTORS)
    said = [(one.place.path, one.problem, one.remedy) for one in raised.value.faults]
    assert said == [
        ("", "there is no theory 'best_respons'",
         f"did you mean 'best_response'? known theories: {', '.join(sorted(names()))}"),
        ("nort", "there is no actor 'nort'", "did you mean 'north'? known actors: north, south"),
        ("south", "3 is no theory",
         "give a name, a function of a view, or an object with 'choose' or 'answer'"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("theory", "words"),
    [
        (Both, "Both is a class"),
        (object(), "is no theory"),
        (type("Odd", (), {"choose": 3})(), "is no theory"),
        ([rule], "is no theory"),
        (np.zeros(2), "is no theory"),
    ],
)
def test_what_cannot_decide_is_refused(theory: Any, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        seated({"north": theory}, ACTORS)


def offers(monkeypatch: pytest.MonkeyPatch, *points: tuple[str, str]) -> None:
    found = [EntryPoint(name, value, registry.GROUP) for name, value in points]
    monkeypatch.setattr(registry, "entry_points", lambda group: found)


def test_packages_offer_theories(monkeypatch: pytest.MonkeyPatch) -> None:
    offers(monkeypatch, ("mine", "tests.theories.test_seating:rule"), ("quantal", "no.such:thing"))
    assert registry.names() == (*registry.OWN, "mine")
    assert seated("mine", ["north"]).decisions["north"].__name__ == "rule"
    # A name of ours is never theirs.
    assert seated("quantal", ["north"]).decisions == {"north": quantal}


def test_a_package_that_cannot_be_imported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    offers(monkeypatch, ("broken", "no.such.package:rule"))
    with pytest.raises(ScenarioError, match=r"(?s)'broken' cannot be imported .*no.such.package"):
        seated("broken", ACTORS)
    offers(monkeypatch, ("two", "a:b"), ("two", "c:d"))
    with pytest.raises(ScenarioError, match="'two' is offered by"):
        seated("two", ACTORS)
