"""What people wrote when they tried: each slip is told with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.claims.proposition import load_proposition
from tests.fixtures.proposition_files import CLOSER, THREATS, Document, claim, faults, put

AFFINITY: Document = {"of": "affinity of north and south", "expect": "rises"}


def told(folder: Path, document: Document) -> str:
    return "\n".join(map(str, faults(folder, document)))


@pytest.mark.parametrize(
    "coefficients",
    [
        {"reversion": {"affinity": 0.9}},
        {"noise": {"affinity": 0.2}},
        {"balance": 0.5},
        {"effect_scale": {"verbal_cooperation": 3}},
        {"wear": 0},
        {"trend_damping": 0.5},
    ],
)
def test_what_moves_a_quantity_by_itself_is_refused(coefficients: Document, tmp_path: Path) -> None:
    said = told(tmp_path, claim({"coefficients": coefficients}, bond=AFFINITY))
    assert "the intervention writes what is measured: coefficients." in said


def test_how_actors_choose_may_be_changed(tmp_path: Path) -> None:
    arm = {"coefficients": {"rationality": 1.5, "regard": 0.9}}
    assert load_proposition(put(tmp_path, claim(arm, bond=AFFINITY))).is_experiment


def test_what_is_watched_may_not_mean_another_thing(tmp_path: Path) -> None:
    arm = {"outcomes": {"border": {"name": "Another thing", "of": "tension of north and south"}}}
    said = told(tmp_path, claim(arm, one={"outcome": "border", "expect": "rises"}))
    assert "the intervention writes what is measured: outcomes.border" in said


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ({"acts": "threat", "by": "north", "expect": "falls"}, "there is no 'threat' by 'north'"),
        ({"consent": "threat", "expect": "falls"}, "no 'threat' that asks for consent"),
        ({**THREATS, "toward": "south"}, "an actor does nothing toward itself"),
        ({"when": {"issue border": {"at_least": 50}}, "at_most": 30}, "between 0 and 1"),
        ({**THREATS, "expect": None, "at_least": 5, "at_most": 2}, "at least 5 and at most 2"),
    ],
)
def test_measures_that_can_show_nothing(measure: Document, said: str, tmp_path: Path) -> None:
    measure = {key: value for key, value in measure.items() if value is not None}
    assert said in told(tmp_path, claim(CLOSER, one=measure))


def test_an_event_outside_the_calendar_changes_nothing(tmp_path: Path) -> None:
    late = {"events": {"closer": {**CLOSER["events"]["closer"], "on": "2099-01-01"}}}
    assert "it never happens" in told(tmp_path, claim(late))


def test_arms_that_are_the_same_are_not_compared(tmp_path: Path) -> None:
    assert "the two arms are the same" in told(tmp_path, claim({}))


def test_a_base_in_the_folder_above_is_found_from_inside_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, claim(CLOSER))
    monkeypatch.chdir(path.parent)
    assert load_proposition(path.name).reference.id == "world"


def test_a_scenario_is_no_claim(tmp_path: Path) -> None:
    assert "this is a scenario, not a claim" in told(tmp_path, {"extends": "world.yaml"})


def test_keys_of_the_arms_are_known(tmp_path: Path) -> None:
    document = claim()
    document["interventions"] = CLOSER
    said = told(tmp_path, document)
    assert "did you mean 'intervention'?" in said
    assert "known keys here: base, against, intervention, moderator, null_check, id" in said
