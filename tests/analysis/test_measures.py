"""Each outcome says what it measures, in which unit, between which ends."""

from __future__ import annotations

import pytest

from sim.analysis.measures import in_words, measures
from sim.scenario.phrases import parse
from tests.report.sample import sample_scenario

SCENARIO = sample_scenario().description


def test_an_issue_is_in_points_and_names_both_ends() -> None:
    valley = measures(SCENARIO)["valley"]
    assert valley.unit == "points of 100"
    assert valley.axis == "points of 100"
    assert valley.low in valley.ends
    assert valley.high in valley.ends


def test_affinity_runs_from_minus_one_to_one() -> None:
    warmth = measures(SCENARIO)["warmth"]
    assert warmth.quantity == "affinity of Northland and Southland"
    assert warmth.axis == "affinity (−1 to 1)"
    assert warmth.bounds == (-1, 1)
    assert warmth.show(-0.123) == "−0.12"


def test_acts_are_whole_and_counted_by_name() -> None:
    steps = measures(SCENARIO)["steps"]
    assert steps.unit == "acts so far"
    assert steps.quantity == "uses of any of 3 levers by Northland toward Southland"
    assert "hold a summit" in steps.detail
    assert steps.show(3.0) == "3"


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("ties of south to north", "ties of Southland to Northland"),
        ("support of actor", "support of the actor"),
        ("salience of north on valley", "salience of Northland on the valley"),
        ("rounds since summit", "rounds since “hold a summit”"),
        ("gap on valley", "gap on the valley"),
    ],
)
def test_phrases_are_told_with_names(phrase: str, words: str) -> None:
    found = parse(phrase)
    assert found is not None
    assert in_words(found, SCENARIO) == words
