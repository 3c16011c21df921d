"""The oracle's arrangements, promises and governments against numbers worked out by hand."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from sim.scenario.schema import Calendar
from tests.fixtures.bound_world import BONDS
from tests.fixtures.scenarios import Document, changed, scenario
from tests.oracle import memory
from tests.oracle.governments import chance_of_change, is_election, round_of
from tests.oracle.model import OracleWorld, candidate_values, scores, simulate
from tests.oracle.rules import logistic, logit

SIGN = ("sign", "a", "b")
OFFER = ("offer", "a", "b")


def world(**parts: Any) -> OracleWorld:
    return OracleWorld(scenario(changed(BONDS, **parts)), 1, 0)


def lasting(one: OracleWorld, *move: str) -> dict[str, float]:
    candidate = one.rules.candidates[move]  # type: ignore[index]
    found = memory.lasting(one.rules, one.state, one.standing, candidate)
    return {" ".join(quantity): push for quantity, push in found.items()}


def test_what_a_lever_begins_and_ends_lasts_for_the_horizon_as_far_as_it_is_believed() -> None:
    trusted: dict[str, Any] = {"relations": {"b to a": {"trust": 0.25}}}
    sizes = {"tension a b": 0.01, "issue canal": 2, "support a": -0.01, "support b": -0.01}
    for term, rounds in ((None, 8), (3, 3), (12, 8)):
        one = world(**trusted, arrangements__peace__term=term)
        begun = {name: pytest.approx(0.25 * rounds * z) for name, z in sizes.items()}
        assert lasting(one, *SIGN) == begun
        assert lasting(one, "mend", "a", "b") == begun
        # To end it is to lose it for good: belief does not enter, nor does the term.
        lost = {name: pytest.approx(-8 * z) for name, z in sizes.items()}
        assert lasting(one, "close", "a", "b") == lasting(one, "pause", "a", "b") == lost
    held = world(arrangements__peace__in_force=["b and a"])
    assert lasting(held, *SIGN) == {}


def test_a_promise_is_worth_what_would_be_done_as_far_as_it_is_believed() -> None:
    effects = {"ties of actor to target": 0.1, "support of target": 0.02}
    scale = {"effect_scale": {"material_cooperation": 1.5}}
    parts: dict[str, Any] = {
        "levers__build__effects": effects, "coefficients": scale,
        "relations": {"b to a": {"trust": 0.4}, "a to b": {"trust": 0.9}},
    }  # fmt: skip
    by_actor = {"ties a b": 0.4 * 0.15, "support b": 0.4 * 0.03}
    by_target = {"ties b a": 0.9 * 0.15, "support a": 0.9 * 0.03}
    for by, expected in (("actor", by_actor), ("target", by_target), ("either", by_actor)):
        one = world(**parts, levers__offer__delivers={"lever": "build", "within": 2, "by": by})
        assert lasting(one, *OFFER) == pytest.approx(expected)
    other: dict[str, Any] = {"levers__build__usual": {"b to a": 0.1, "c to d": 0.1}}
    either = {"lever": "build", "within": 2, "by": "either"}
    one = world(**parts, **other, levers__offer__delivers=either)
    assert lasting(one, *OFFER) == pytest.approx({"ties b a": 0.4 * 0.15, "support a": 0.4 * 0.03})


def test_an_arrangement_is_valued_with_what_its_lever_does_at_once() -> None:
    stance = {"a": {"position": 100, "salience": 0.5}}
    one = world(
        issues__canal__stances=stance,
        arrangements__peace__effects={"issue canal": 2},
        levers__sign__effects={"issue canal": 4},
        actors__a__patience=0,
        actors__a__weights=dict.fromkeys(("security", "prosperity", "standing", "support"), 0),
    )
    # 4 at once and 0.5 believed times 8 rounds times 2 of what lasts, of 100 points.
    value = candidate_values(one)[SIGN]["a"]
    worn = one.worn[SIGN]
    assert value == pytest.approx(0.5 * (4 * (1 - worn) + 8) / 100)


def test_who_was_let_down_agrees_less_readily() -> None:
    parts: dict[str, Any] = {
        "coefficients": {"rationality": 0, "credence": 2},
        "levers__offer__consent": 0.7,
    }
    one = world(**parts)
    usual = one.usual.trust["trust", "b", "a"]
    found = scores(one).agree
    expected = logistic(logit(0.7) + 2 * (0.5 - usual))
    assert found[OFFER] == pytest.approx(expected)
    assert found[SIGN] == pytest.approx(logistic(logit(0.5) + 2 * (0.5 - usual)))
    # Trust in the other counts for nothing where the target is to deliver.
    by_target = {"lever": "build", "within": 2, "by": "target"}
    other = world(**parts, levers__offer__delivers=by_target)
    assert scores(other).agree[OFFER] == pytest.approx(0.7)


def test_usual_trust_is_the_share_kept_of_promises_by_how_often_they_are_made() -> None:
    pledge = {"name": "pledge", "usual": {"a to b": 0.02}, "consent": 0.5,
              "delivers": {"lever": "sign", "within": 3}}  # fmt: skip
    one = world(
        levers__offer__usual={"a to b": 0.03}, levers__build__usual={"a to b": 0.2},
        levers__sign__usual=0.4, levers__pledge=pledge,
    )  # fmt: skip
    levels = []
    for each_round, rounds in ((0.2, 2), (0.4 * 0.5, 3)):
        kept = 1 - (1 - each_round) ** rounds
        levels.append(kept + kept * (1 - kept) / 2)
    expected = (0.03 * levels[0] + 0.01 * levels[1]) / 0.04
    assert one.usual.trust["trust", "b", "a"] == pytest.approx(expected)
    assert one.usual.trust["trust", "a", "b"] == one.usual.trust["trust", "b", "c"] == 0.5
    # Until it is stated trust is as usual, and what is stated is a change.
    assert one.state["trust", "b", "a"] == 0.5
    assert world(relations={}).state["trust", "b", "a"] == world().usual.trust["trust", "b", "a"]


def test_what_is_in_force_at_the_reference_is_part_of_ordinary_times() -> None:
    document: Document = changed(BONDS, relations__d_to_a={"trust": 0.5})
    document["relations"] = {"d to a": {"ties": 0.75}}
    lasting_flow = OracleWorld(scenario(document), 1, 0).usual.lasting
    # Ties of 0.75 rise by half of what pushes them.
    assert lasting_flow["ties", "d", "a"] == pytest.approx(0.01)
    assert not any(flow for q, flow in lasting_flow.items() if q != ("ties", "d", "a"))
    lifted = changed(document, arrangements__embargo__in_force=[])
    moved = simulate(scenario(lifted, document), 1, 0, rounds=1)
    assert moved.ties[1]["d", "a"] == pytest.approx(0.75 - 0.01)
    same = simulate(scenario(document, document), 1, 0, rounds=1)
    assert same.ties[1]["d", "a"] == pytest.approx(0.75)


def test_breaking_off_costs_by_what_is_most_solemn_of_it() -> None:
    leave = {
        "ends": ["embargo", "pact", "peace"],
        "effects": {"affinity of actor and target": 0.02},
    }
    one = world(
        arrangements__peace__in_force=["a and b"],
        arrangements__embargo__solemnity=1,
        levers__leave={**BONDS["levers"]["leave"], **leave},
    )
    pushes = one.judge([("leave", "a", "c")])[1].pushes["leave", "a", "c"]
    # Sanctions are no word given: the peace, at 0.8, is the most solemn of what it breaks.
    assert pushes == pytest.approx(
        {("affinity", "a", "c"): 0.02 - 0.08, ("affinity", "a", "b"): -0.08}, abs=1e-6
    )


@pytest.mark.parametrize(
    ("length", "start", "date", "round"),
    [
        ("quarter", "2016-10-01", "2016-10-01", 1), ("quarter", "2016-10-01", "2016-09-30", 0),
        ("quarter", "2016-10-01", "2014-12-14", -7), ("month", "2016-10-15", "2016-10-14", 0),
        ("month", "2016-10-31", "2016-09-29", 0), ("month", "2016-10-31", "2016-09-27", -1),
        ("year", "2016-10-01", "2017-10-01", 2),
    ],
)  # fmt: skip
def test_dates_before_the_start_have_rounds_too(
    length: str, start: str, date: str, round: int
) -> None:
    calendar = Calendar.model_validate({"start": start, "round": length, "rounds": 8})
    assert round_of(calendar, datetime.date.fromisoformat(date)) == round


def test_elections_and_chances_by_hand() -> None:
    ruling = {"elections": ["2014-12-14", "2016-08-01"], "every": 3, "loses": 0.3, "limit": 12}
    one = world(actors__a__government=ruling, coefficients={"accountability": 4})
    described = one.described
    assert [t for t in range(1, 9) if is_election(described, "a", t)] == [3, 6]
    assert chance_of_change(one.rules, "a", 3, 11, 0.4, 0.5) == pytest.approx(
        logistic(logit(0.3) + 0.4)
    )
    assert chance_of_change(one.rules, "a", 3, 12, 0.9, 0.5) == 1
    assert chance_of_change(one.rules, "a", 4, 20, 0.1, 0.5) == 0
