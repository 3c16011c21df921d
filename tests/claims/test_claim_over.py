"""Moderators and null checks: what is laid over both arms, and what is refused there."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from tests.fixtures.proposition_files import CLOSER, THREATS, Document, claim, faults, loaded, put

WEIGHT = "actors.south.weights.security"
CARELESS: Document = {"issues": {"border": {"stances": {"south": {"salience": 0}}}}}


def over(key: str, layer: Document | int, **measures: Document) -> Document:
    return {**claim(CLOSER, **measures), key: layer}


@pytest.mark.parametrize("key", ["moderator", "null_check"])
def test_it_is_laid_over_both_arms(key: str, tmp_path: Path) -> None:
    layer = {**CARELESS, "set": {WEIGHT: 0.1}, "moves": [
        {"lever": "summit", "by": "east", "toward": "north"}]}  # fmt: skip
    found = loaded(tmp_path, over(key, layer))
    pair = found.moderated if key == "moderator" else found.null[0]
    assert pair is not None
    assert (found.moderated is None) == (key == "null_check")
    for arm, own in ((pair.reference, found.reference), (pair.changed, found.changed)):
        assert arm.parameters["issues.border.stances.south.salience"].value == 0
        assert own.parameters["issues.border.stances.south.salience"].value == 0.7
        assert arm.parameters[WEIGHT].value == 0.1
        assert arm.description.events.keys() == own.description.events.keys()
    assert "closer" not in pair.reference.description.events
    assert [order.by for order in pair.reference_orders] == ["east"]
    assert pair.reference_orders == pair.changed_orders
    assert found.reference_orders == ()


def test_with_both_the_null_check_is_of_all_four_arms(tmp_path: Path) -> None:
    found = loaded(tmp_path, {**over("moderator", {"set": {WEIGHT: 0.1}}), "null_check": CARELESS})
    assert len(found.null) == 2
    weights = [pair.reference.parameters[WEIGHT].value for pair in found.null]
    assert weights == [0.5, 0.1]
    saliences = {
        arm.parameters["issues.border.stances.south.salience"].value
        for pair in found.null
        for arm in (pair.reference, pair.changed)
    }
    assert saliences == {0}


def test_it_is_laid_over_what_an_arm_sets(tmp_path: Path) -> None:
    document = claim({"set": {WEIGHT: 0.9, "actors.east.power": 0.4}})
    by_set = loaded(tmp_path, {**document, "null_check": {"set": {WEIGHT: 0}}})
    by_layer = loaded(
        tmp_path, {**document, "null_check": {"actors": {"south": {"weights": {"security": 0}}}}}
    )
    for found in (by_set, by_layer):
        assert found.changed.parameters[WEIGHT].value == 0.9
        assert [
            arm.parameters[WEIGHT].value for arm in (found.null[0].reference, found.null[0].changed)
        ] == [0, 0]
        assert found.null[0].changed.parameters["actors.east.power"].value == 0.4


def test_a_number_that_one_arm_has_is_set_in_that_one(tmp_path: Path) -> None:
    path = "events.closer.changes.affinity of north and south.by"
    found = loaded(tmp_path, over("null_check", {"set": {path: 0.1}}))
    (pair,) = found.null
    assert pair.changed.parameters[path].value == 0.1
    assert pair.reference.description == found.reference.description
    (fault,) = faults(tmp_path, over("null_check", {"set": {path.replace("closer", "closr"): 0.1}}))
    assert "closr" in str(fault)
    assert fault.place.path.startswith("set.")
    assert fault.place.line > 0


@pytest.mark.parametrize(
    ("key", "layer", "said"),
    [
        ("moderator", 5, "an arm holds keys with values"),
        ("null_check", {"set": 5}, "'set' holds paths with values"),
        ("null_check", {"set": {"actors.south.wieghts": 1}}, "did you mean"),
        ("moderator", {"actors": {"suth": {"power": 1}}}, "suth"),
        ("moderator", {"moves": [{"lever": "sumit", "by": "north", "toward": "south"}]},
         "did you mean 'summit'?"),
        ("moderator", {"calendar": {"rounds": 9}}, "the arms have different calendars"),
        ("moderator", {"scenario": "world.yaml"}, "takes neither's place"),
        ("moderator", {}, "the moderator changes nothing"),
        ("null_check", deepcopy(CLOSER), "under the null check the two arms are the same"),
        ("null_check", {"levers": {"threat": {"usual": {"south to north": 0.001}}}},
         "the null check writes what is measured: levers.threat.usual"),
        ("null_check", {"moves": [{"lever": "threat", "by": "south", "toward": "north",
                                   "never": True}]},
         "the null check writes what is measured: moves: never threat by south"),
        ("moderator", {"levers": {"threat": {"once": True}}},
         "the moderator writes what is measured: levers.threat.once"),
    ],
)  # fmt: skip
def test_a_fault_of_it_is_told_with_its_line(
    key: str, layer: Document | int, said: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, over(key, layer))
    assert any(said in str(fault) for fault in found), found
    assert all(fault.place.line > 0 for fault in found)
    assert len(set(map(str, found))) == len(found)


def test_it_needs_an_effect(tmp_path: Path) -> None:
    level: Document = {"acts": "threat", "at_least": 1}
    (fault,) = faults(tmp_path, {**claim(threats=level), "null_check": CARELESS})
    assert "there is nothing to compare with 'null_check'" in fault.problem
    (fault,) = faults(tmp_path, over("moderator", CARELESS, threats=THREATS, level=level))
    assert "a level is no effect that could depend on the moderator" in fault.problem
    still = {**THREATS, "expect": "unchanged"}
    (fault,) = faults(tmp_path, over("null_check", CARELESS, threats=still))
    assert "so there is no effect to vanish" in fault.problem
    assert (fault.place.path, fault.place.line > 0) == ("null_check", True)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ({"interest": "standing", "expect": "rises"}, "add of: with an actor"),
        ({"interest": "standing", "of": "nort", "expect": "rises"}, "did you mean 'north'?"),
        ({"interest": "stading", "of": "north", "expect": "rises"}, "standing"),
        ({"interest": "all", "of": "north", "acts": "threat", "expect": "rises"},
         "one thing is measured, here interest, acts"),
        ({**THREATS, "expect": "not lower"}, "'not lower' does not say by how much"),
        ({**THREATS, "by_more_than": 1}, "'by_more_than' is for what is not lower"),
        ({"acts": "threat", "at_least": 1, "by_more_than": 1}, "is for what is not lower"),
        ({**THREATS, "expect": "not higher", "by_more_than": 0}, "0 leaves no room"),
        ({"watch": "settled", "expect": "not higher", "by_more_than": 5},
         "write 0.05 for five percentage points"),
    ],
)  # fmt: skip
def test_a_fault_of_a_measure_is_told(measure: Document, said: str, tmp_path: Path) -> None:
    found = faults(tmp_path, claim(CLOSER, one=measure))
    assert any(said in str(fault) for fault in found), found
    assert all(fault.place.line > 0 for fault in found)


@pytest.mark.parametrize(
    ("component", "refused"),
    [
        ("standing", True), ("security", True), ("all", True),
        ("prosperity", False), ("support", False), ("issues", False),
    ],
)  # fmt: skip
def test_an_interest_is_written_by_what_it_is_made_of(
    component: str, refused: bool, tmp_path: Path
) -> None:
    document = claim(CLOSER, one={"interest": component, "of": "north", "expect": "rises"})
    if not refused:
        assert loaded(tmp_path, document).targets[0].interest == ("north", component)
        return
    (fault,) = faults(tmp_path, document)
    assert "writes what is measured: events.closer" in fault.problem


def test_the_standing_of_a_third_is_not_written(tmp_path: Path) -> None:
    one = {"interest": "standing", "of": "east", "expect": "rises"}
    assert loaded(tmp_path, claim(CLOSER, one=one)).targets


NAMED = "affinity of {} and {}"


@pytest.mark.parametrize(
    ("ends", "refused"),
    [(("north", "south"), True), (("south", "north"), True), (("east", "north"), False)],
)
def test_a_lever_s_effect_moves_the_affinity_of_those_who_have_it(
    ends: tuple[str, str], refused: bool, tmp_path: Path
) -> None:
    """Only South has the lever, and toward North alone."""
    arm = {"levers": {"threat": {"effects": {"affinity of actor and target": -0.2}}}}
    document = claim(arm, one={"of": NAMED.format(*ends), "expect": "falls"})
    if refused:
        (fault,) = faults(tmp_path, document)
        assert "writes what is measured: levers.threat.effects" in fault.problem
    else:
        assert loaded(tmp_path, document).targets


def test_a_lever_that_another_arm_gives_to_more_moves_theirs_as_well(tmp_path: Path) -> None:
    arm = {"levers": {"threat": {"usual": {"east to north": 0.1},
                                 "effects": {"affinity of actor and target": -0.2}}}}  # fmt: skip
    (fault,) = faults(
        tmp_path, claim(arm, one={"of": NAMED.format("east", "north"), "expect": "falls"})
    )
    assert "writes what is measured" in fault.problem


def test_a_move_ruled_out_writes_what_the_lever_moves(tmp_path: Path) -> None:
    never = {"lever": "summit", "by": "north", "toward": "south", "never": True}
    arm = {"moves": [never]}
    said = "moves: never summit by north"
    for measure in (
        {"acts": "summit", "expect": "falls"},
        {"of": NAMED.format("north", "south"), "expect": "falls"},
    ):
        (fault,) = faults(tmp_path, claim(arm, one=measure))
        assert said in fault.problem
    assert loaded(tmp_path, claim(arm)).changed_orders[0].never
    (fault,) = faults(tmp_path, claim({"moves": [{**never, "never": "yes please"}]}))
    assert "never" in str(fault)


def test_a_claim_with_all_of_it_can_be_read_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, over("null_check", CARELESS))
    monkeypatch.chdir(path.parent)
    from sim.claims.proposition import load_proposition

    assert load_proposition("claim").null
