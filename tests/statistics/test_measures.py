"""Each outcome says what it measures, in which unit, between which ends."""

from __future__ import annotations

import pytest

from sim.scenario.phrases import parse
from sim.statistics.measures import measures, quantity_text
from tests.fixtures.arrangement_files import LASTING
from tests.fixtures.results_by_walks import sample_scenario
from tests.fixtures.scenarios import scenario

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
    assert quantity_text(found, SCENARIO) == words


def test_decimals_suit_the_size_of_the_values() -> None:
    found = measures(sample_scenario(
        outcomes={
            "power": {"name": "Power", "of": "power of north"},
            "warmth": {"name": "Warmth", "of": "affinity of north and south"},
        }
    ).description)  # fmt: skip
    power, warmth = found["power"], found["warmth"]
    assert power.fitted([0.0009, 0.00125]).show(0.0009) == "0.00090"
    assert power.fitted([0.2181]).show(0.2181) == "0.218"
    assert power.fitted([218.1]).digits == power.digits
    assert power.fitted([]) == power.fitted([0.0]) == power
    assert warmth.fitted([-0.4, 0.3]).show(0.3) == "0.30"
    assert warmth.fitted([0.004, 0.012]).show(0.012) == "0.012"
    assert warmth.telling([0.104, 0.096]).show(0.096) == "0.096"
    assert warmth.telling([0.1001, 0.1004]).show(0.1004) == "0.10"


def test_what_lasts_is_said_with_its_unit_and_range() -> None:
    found = measures(scenario(LASTING).description)
    peace, trust, office = found["peace"], found["trust"], found["office"]
    assert peace.quantity == "in force: the peace of South and North"
    assert found["sanctions"].quantity == "in force: sanctions of North toward South"
    assert (peace.bounds, peace.share, peace.show(0.25)) == ((0.0, 1.0), True, "25\u00a0%")
    assert (peace.of_run(1.0), peace.of_run(0.0)) == ("in force", "not in force")
    assert trust.of_run(0.5) == trust.show(0.5) == "0.50"
    assert (trust.quantity, trust.bounds) == ("trust of South in North", (0.0, 1.0))
    assert (office.quantity, office.bounds, office.show(5.0)) == (
        "rounds in office of North", None, "5",
    )  # fmt: skip
