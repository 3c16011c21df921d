"""Propositions: what may be written, what is refused, and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.claims.proposition import load_claims, load_proposition, load_propositions
from sim.errors import ScenarioError
from tests.fixtures.proposition_files import CLOSER, THREATS, Document, claim, faults, loaded, put
from tests.fixtures.shipped import PROPOSITIONS, loaded_claim

ORDER: Document = {"lever": "summit", "by": "north", "toward": "south", "on": "2017-02-01"}


@pytest.mark.parametrize("path", PROPOSITIONS, ids=lambda path: path.stem)
def test_the_shipped_ones_are_sound(path: Path) -> None:
    found = loaded_claim(path)
    assert found.targets
    assert {target.label for target in found.targets} == {
        f"{found.id} {key}" for key in found.stated.measures
    }


def test_the_two_arms_differ_by_the_intervention_alone(tmp_path: Path) -> None:
    found = loaded(tmp_path, claim(CLOSER))
    assert found.is_experiment
    assert "closer" not in found.reference.description.events
    assert "closer" in found.changed.description.events
    assert found.changed.reference == found.reference.reference
    assert found.file.name.endswith("propositions/claim.yaml")


def test_an_arm_may_name_another_scenario_and_set_values(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("extends: world.yaml\ntitle: Another\n")
    arm = {"scenario": "other.yaml", "set": {"actors.south.power": 0.5}}
    found = loaded(tmp_path, claim(arm))
    assert found.changed.description.title == "Another"
    assert found.changed.description.actors["south"].power.value == 0.5


def test_words_stand_for_levers_of_those_who_have_them(tmp_path: Path) -> None:
    measures: dict[str, Document] = {
        "conflict": {"acts": "conflict", "expect": "falls"},
        "any": {"acts": "any", "by": "north", "expect": "falls"},
        "agreed": {"consent": "any", "expect": "rises"},
    }
    found = loaded(tmp_path, claim(CLOSER, **measures))
    assert [target.levers for target in found.targets] == [
        ("threat",), ("summit",), ("summit",),
    ]  # fmt: skip


def test_propositions_stand_in_natural_order(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        put(tmp_path, claim(CLOSER), f"p{number}")
    names = [path.stem for path in load_propositions(tmp_path / "propositions")]
    assert names == ["p1", "p2", "p10"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"base": None}, "this is not the name of a scenario file"),
        ({"base": "wrld.yaml"}, "did you mean 'world.yaml'?"),
        ({"base": "/world.yaml"}, "is an absolute path"),
        ({"facts": ["almanak"]}, "did you mean 'almanac'?"),
        ({"facts": []}, "facts"),
        ({"id": ""}, "the text is empty"),
        ({"pairs": 1}, "write 2 or more"),
        ({"claims": "twice"}, "did you mean 'claim'?"),
        ({"intervention": 5}, "an arm holds keys with values"),
        ({"intervention": {"set": 5}}, "'set' holds paths with values"),
        ({"intervention": {"set": {"actors.nort.power": 1}}}, "did you mean 'actors.north.power'?"),
        ({"intervention": {"calendar": {"rounds": 9}}}, "the arms have different calendars"),
        ({"against": {}, "intervention": None}, "an arm holds keys with values"),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_line(
    part: Document, said: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, {**claim(CLOSER), **part})
    assert any(said in str(fault) for fault in found), found
    assert all("claim.yaml" in fault.place.file for fault in found)
    assert all(fault.place.line > 0 for fault in found)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ({"expect": "rises"}, "one thing is measured, here none"),
        ({"of": "issue border", "acts": "threat", "expect": "rises"}, "here of, acts"),
        ({"of": "issue border"}, "a measure says what is expected, once"),
        ({"of": "issue border", "expect": "rises", "at_least": 1}, "expected, once"),
        ({"of": "issue bordr", "expect": "rises"}, "did you mean 'border'?"),
        ({"of": "gap on border", "expect": "rises"}, "cannot be measured"),
        ({"of": "issue border", "by": "north", "expect": "rises"}, "say nothing without levers"),
        ({"acts": "threat", "at": "mean", "expect": "rises"}, "is for a quantity over time"),
        ({"acts": "treat", "expect": "rises"}, "did you mean 'threat'?"),
        ({"acts": "conflict", "by": "north", "expect": "rises"}, "no lever fits the measure"),
        ({"acts": "threat", "by": "nort", "expect": "rises"}, "did you mean 'north'?"),
        ({"outcome": "bordr", "expect": "rises"}, "did you mean 'border'?"),
        ({"watch": "setled", "expect": "rises"}, "did you mean 'settled'?"),
        ({"when": {"issue border": {}}, "expect": "rises"}, "has no limit"),
        ({"of": "issue border", "since": "2019-01-01", "expect": "rises"}, "period looked at"),
        (
            {"of": "issue border", "since": "2018-01-01", "until": "2017-01-01", "expect": "rises"},
            "ends before it begins",
        ),
    ],
)
def test_a_fault_of_a_measure_is_told_with_its_line(
    measure: Document, said: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, claim(CLOSER, border=measure))
    assert any(said in str(fault) for fault in found), found
    assert all(fault.place.line > 0 for fault in found)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"lever": "sumit"}, "did you mean 'summit'?"),
        ({"toward": "north"}, "does nothing toward itself"),
        ({"lever": "threat"}, "'north' has no 'threat' toward 'south'"),
        ({"since": "2017-01-01"}, "the move has a date and a period"),
        ({"on": "2030-01-01"}, "no round of the scenario falls on this time"),
    ],
)
def test_a_fault_of_a_move_is_told_with_its_line(
    order: Document, said: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, claim({"moves": [{**ORDER, **order}]}))
    assert any(said in str(fault) for fault in found), found
    assert all(fault.place.line > 0 for fault in found)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    document = claim({"events": {"closer": {"name": "x", "changs": {}}}}, odd={"expect": "rises"})
    document["against"] = {"actors": {"nort": {"power": 1}}}
    found = "\n".join(map(str, faults(tmp_path, document)))
    for said in ("changs", "one thing is measured", "nort"):
        assert said in found


def test_nothing_changed_expects_nothing(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, claim())
    assert "nothing is changed, so nothing can rise or fall" in fault.problem
    level = {"acts": "threat", "at_least": 1}
    assert not loaded(tmp_path, claim(threats=level)).is_experiment


def test_what_is_compared_with_needs_something_to_compare(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, {**claim(threats={"acts": "threat", "at_least": 1}), "against": {
        "moves": [ORDER]}})  # fmt: skip
    assert "there is nothing to compare with 'against'" in fault.problem


WARM: Document = {"of": "affinity of south and north", "expect": "rises"}
BORDER: Document = {"of": "issue border", "expect": "falls"}
BACKING: Document = {"of": "support of north", "expect": "falls"}
DIRECT: dict[str, tuple[Document, Document]] = {
    "start": ({"relations": {"north and south": {"affinity": 0.5}}}, WARM),
    "power": ({"actors": {"north": {"power_growth": 0.01}}},
              {"of": "power of north", "expect": "rises"}),
    "issue": ({"issues": {"border": {"volatility": 3}}}, BORDER),
    "trend of a relation": ({"relations": {"north and south": {"affinity_trend": 0.01}}}, WARM),
    "trend of an actor": ({"actors": {"north": {"support_trend": -0.01}}}, BACKING),
    "trend of an issue": ({"issues": {"border": {"trend": -1}}}, BORDER),
    "audience cost": ({"actors": {"north": {"audience_cost": 2}}}, BACKING),
    "lever's cost": ({"levers": {"summit": {"cost": 0.1}}}, BACKING),
    "event's change": (CLOSER, WARM),
    "event's date": ({"events": {"election": {"on": "2018-01-01"}}},
                     {"of": "support of south", "expect": "rises"}),
    "event taken away": ({"events": {"election": None}},
                         {"of": "support of south", "expect": "rises"}),
    "lever's effect": ({"levers": {"threat": {"effects": {"issue border": -5}}}}, BORDER),
    "roles actor and target": (
        {"levers": {"summit": {"effects": {"affinity of actor and target": 0.2}}}}, WARM),
    "role others": (
        {"levers": {"summit": {"effects": {"affinity of target and others": -0.2}}}},
        {"of": "affinity of east and north", "expect": "falls"}),
    "usual": ({"levers": {"threat": {"usual": {"south to north": 0.1}}}}, THREATS),
    "consent": ({"levers": {"summit": {"consent": 0.2}}}, {"consent": "summit", "expect": "falls"}),
    "requires": (
        {"levers": {"threat": {"requires": {"support of actor": {"at_least": 0.5}}}}}, THREATS),
    "once": ({"levers": {"threat": {"once": True}}}, THREATS),
    "forbids": ({"events": {"ban": {"name": "a ban", "on": "2017-01-01",
                                    "forbids": ["threat by south"]}}}, THREATS),
    "condition": ({"relations": {"north and south": {"tension": 0.9}}},
                  {"when": {"tension of south and north": {"at_least": 0.8}}, "expect": "rises"}),
    "watched condition": ({"issues": {"border": {"outcome": 70}}},
                          {"watch": "settled", "expect": "rises"}),
    "move counted": ({"moves": [ORDER]}, {"acts": "summit", "expect": "rises"}),
    "move that moves it": ({"moves": [ORDER]}, WARM),
}  # fmt: skip


@pytest.mark.parametrize("kind", DIRECT)
def test_an_intervention_may_not_write_what_is_measured(kind: str, tmp_path: Path) -> None:
    intervention, measure = DIRECT[kind]
    found = faults(tmp_path, claim(intervention, threats=measure))
    (fault,) = found
    assert "the intervention writes what is measured: " in fault.problem
    assert (fault.place.path, fault.place.line > 0) == ("measures.threats", True)


def test_a_watched_event_may_not_be_brought_about(tmp_path: Path) -> None:
    path = put(tmp_path, claim({"events": {"election": {"chance": 0.5}}},
                               vote={"watch": "vote", "expect": "falls"}))  # fmt: skip
    world = tmp_path / "world.yaml"
    text = world.read_text().replace(
        "watch:\n", "watch:\n  vote: {name: a vote, event: election}\n"
    )
    world.write_text(text)
    with pytest.raises(ScenarioError, match=r"writes what is measured: events\.election\.chance"):
        load_proposition(path)


@pytest.mark.parametrize(
    ("intervention", "measure"),
    [
        (CLOSER, THREATS),
        (CLOSER, {"of": "affinity of east and north", "expect": "rises"}),
        ({"actors": {"south": {"weights": {"security": 0.9}}}}, THREATS),
        ({"issues": {"border": {"stances": {"south": {"salience": 0.1}}}}}, BORDER),
        ({"levers": {"summit": {"usual": {"north to south": 0.4}}}}, THREATS),
        ({"relations": {"north and south": {"tension": 0.1}}}, BORDER),
        ({"moves": [ORDER]}, THREATS),
        ({"relations": {"north and south": {"affinity": 0.5}}},
         {**WARM, "expect": None, "at_least": 0}),
    ],
)  # fmt: skip
def test_what_moves_the_actors_may_be_changed(
    intervention: Document, measure: Document, tmp_path: Path
) -> None:
    assert loaded(tmp_path, claim(intervention, measure=measure)).is_experiment


def test_faults_of_all_files_and_ids_given_twice(tmp_path: Path) -> None:
    put(tmp_path, claim(CLOSER), "one")
    put(tmp_path, {**claim(CLOSER), "pairs": 0}, "two")
    put(tmp_path, {**claim(CLOSER), "id": ""}, "three")
    with pytest.raises(ScenarioError) as caught:
        load_claims([tmp_path / "propositions", tmp_path / "nowhere.yaml"])
    text = str(caught.value)
    for said in ("two.yaml", "three.yaml", "nowhere.yaml: there is no such file"):
        assert said in text
    put(tmp_path, claim(CLOSER), "two")
    put(tmp_path, {**claim(CLOSER), "id": "T3"}, "three")
    with pytest.raises(ScenarioError) as caught:
        load_claims([tmp_path / "propositions"])
    (fault,) = caught.value.faults
    assert "two.yaml" in fault.place.file
    assert "'T1' is also the id of" in fault.problem
    assert "one.yaml" in fault.problem


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no proposition in this folder"):
        load_claims([tmp_path])
