"""A variation says only what differs from its base."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from sim.claims.json_schema import json_schema
from sim.errors import Fault
from sim.scenario.inherit import extend
from sim.scenario.node import from_plain
from sim.scenario.scenario import Parameter
from sim.scenario.yaml_reader import parse
from tests.fixtures.strategies import documents
from tests.fixtures.world_file import WORLD, load, only, spoilt


def merged(base: str, child: str) -> tuple[dict[str, Any], list[str], list[Fault]]:
    faults: list[Fault] = []
    root, notes = extend(parse(base, "base.yaml"), parse(child, "child.yaml"), faults)
    return root.plain(), notes, faults


def variation(folder: Path, text: str, base: str = WORLD) -> dict[str, Parameter]:
    return load(folder, "extends: base.yaml\n" + text, base=base).parameters


@settings(max_examples=20)
@given(documents())
def test_an_empty_variation_changes_nothing(document: dict[str, Any]) -> None:
    base, faults = from_plain(document, "base"), list[Fault]()
    root, notes = extend(base, from_plain({}, "child"), faults)
    assert (root.plain(), notes, faults) == (base.plain(), [], [])


@settings(max_examples=20)
@given(documents())
def test_a_variation_that_repeats_its_base_changes_nothing(document: dict[str, Any]) -> None:
    base, faults = from_plain(document, "base"), list[Fault]()
    root, notes = extend(base, from_plain(document, "child"), faults)
    assert (root.plain(), notes, faults) == (base.plain(), [], [])


def test_merging_leaves_both_documents_alone() -> None:
    base, child = parse(WORLD, "base.yaml"), parse("actors: {east: null}", "child.yaml")
    before = base.plain(), child.plain()
    extend(base, child, [])
    assert (base.plain(), child.plain()) == before


def test_mappings_merge_and_lists_and_single_values_replace() -> None:
    root, _, _ = merged(WORLD, "title: new\nactors: {west: {name: West}}\nstop: []")
    assert root["title"] == "new"
    assert list(root["actors"]) == ["north", "south", "east", "west"]
    assert root["stop"] == []


def test_a_plain_number_replaces_value_spread_and_source(tmp_path: Path) -> None:
    power = variation(tmp_path, "actors: {south: {power: 0.5}}")["actors.south.power"]
    assert (power.value, power.quantity.spread, power.source, power.why) == (0.5, None, (), None)


def test_a_mapping_with_a_value_replaces_the_number_wholly(tmp_path: Path) -> None:
    text = "actors: {south: {power: {value: 0.5, why: supposed}}}"
    power = variation(tmp_path, text)["actors.south.power"]
    assert (power.value, power.quantity.spread, power.source) == (0.5, None, ())
    assert power.why == "supposed"


def test_a_spread_alone_joins_the_value_of_the_base(tmp_path: Path) -> None:
    text = "actors: {south: {power: {spread: {uniform: [0.1, 0.4]}}}, east: {power: {why: so}}}"
    found = variation(tmp_path, text)
    south, east = found["actors.south.power"], found["actors.east.power"]
    assert (south.value, str(south.quantity.spread)) == (0.2, "uniform(0.1, 0.4)")
    assert south.source == ("almanac",)
    assert (east.value, east.why) == (0.3, "so")


def test_a_changed_number_does_not_keep_the_source_of_its_part(tmp_path: Path) -> None:
    found = variation(tmp_path, "actors: {north: {support: 0.9}}")
    assert found["actors.north.support"].source == ()
    assert found["actors.north.power"].source == ("almanac",)


def test_the_reason_of_a_variation_does_not_cover_the_numbers_of_its_base(tmp_path: Path) -> None:
    found = variation(tmp_path, "actors: {north: {support: 0.9, why: a bold guess}}")
    assert found["actors.north.support"].why == "a bold guess"
    assert found["actors.north.power"].why is None
    assert found["actors.north.power"].source == ("almanac",)


def test_a_reason_alone_stands_for_the_part_as_it_is(tmp_path: Path) -> None:
    found = variation(tmp_path, "relations: {north and south: {why: seen so}}")
    assert found["relations.north and south.tension"].why == "seen so"


def test_a_pair_may_be_written_in_the_other_order(tmp_path: Path) -> None:
    found = variation(tmp_path, "relations: {south and north: {affinity: 0.4}}")
    assert found["relations.north and south.affinity"].value == 0.4
    assert found["relations.north and south.tension"].value == 0.3


_USUAL = "usual: {north to south: 0.2, anyone to anyone: 0.1}"


@pytest.mark.parametrize("usual", ["0.1", "{value: 0.1, why: so}", "{anyone to anyone: 0.1}"])
def test_pairs_take_the_place_of_one_number_for_anyone(tmp_path: Path, usual: str) -> None:
    base = spoilt((_USUAL, f"usual: {usual}"))
    text = "extends: base.yaml\nlevers: {summit: {usual: {south to north: 0.3}}}\n"
    scenario = load(tmp_path, text, base=base)
    assert set(scenario.description.levers["summit"].usual) == {"south to north"}
    assert scenario.notes == (
        "levers.summit.usual: the pairs named take the place of 0.1 for anyone, so that no "
        "other pair uses the lever; to keep it for the others, add 'anyone to anyone: 0.1'",
    )


def test_pairs_beside_anyone_keep_what_holds_for_anyone(tmp_path: Path) -> None:
    base = spoilt((_USUAL, "usual: {value: 0.1, why: so}"))
    text = """extends: base.yaml
levers: {summit: {usual: {south to north: 0.3, anyone to anyone: {spread: {normal: 0.01}}}}}
"""
    scenario = load(tmp_path, text, base=base)
    usual = scenario.description.levers["summit"].usual
    assert set(usual) == {"south to north", "anyone to anyone"}
    assert (usual["anyone to anyone"].value, usual["anyone to anyone"].why) == (0.1, "so")
    assert scenario.notes == ()


def test_anyone_may_be_deleted_for_pairs(tmp_path: Path) -> None:
    base = spoilt((_USUAL, "usual: 0.1"))
    text = """extends: base.yaml
levers: {summit: {usual: {south to north: 0.3, anyone to anyone: null}}}
"""
    scenario = load(tmp_path, text, base=base)
    assert set(scenario.description.levers["summit"].usual) == {"south to north"}
    assert scenario.notes == ()


def test_a_table_of_pairs_takes_more_pairs(tmp_path: Path) -> None:
    found = variation(tmp_path, "levers: {summit: {usual: {south to north: 0.3}}}")
    usual = [path.split(".")[-1] for path in found if path.startswith("levers.summit.usual")]
    assert usual == ["north to south", "anyone to anyone", "south to north"]


_CONSENT = "consent: {north to east: 0.2, south to anyone: 0.6}"


def test_consent_of_those_who_no_longer_use_a_lever_falls_away(tmp_path: Path) -> None:
    base = spoilt(
        (_USUAL, "usual: 0.1"),
        ("consent: 0.7", _CONSENT),
    )
    text = "extends: base.yaml\nlevers: {summit: {usual: {south to north: 0.3}}}\n"
    scenario = load(tmp_path, text, base=base)
    assert set(scenario.description.levers["summit"].consent) == {"south to anyone"}
    assert (
        "levers.summit.consent: 'north to east' fell away with its usual frequency"
        in scenario.notes
    )


def test_what_excludes_the_words_of_the_base_replaces_them(tmp_path: Path) -> None:
    text = """
actors: {south: {lens: liberal}}
events: {election: {since: 2017-01-01, changes: {support of south: {by: 0.1}}}}
watch: {settled: {lever: summit}}
outcomes: {border: {acts: [summit]}}
"""
    description = load(tmp_path, "extends: base.yaml" + text, base=WORLD).description
    assert "weights" not in description.actors["south"].model_fields_set
    assert description.events["election"].on is None
    assert description.events["election"].changes["support of south"].to is None
    assert description.watch["settled"].when == {}
    assert description.outcomes["border"].of is None


def test_null_deletes_and_falls_back_to_the_default(tmp_path: Path) -> None:
    found = variation(tmp_path, "actors: {south: {weights: null}}")
    assert not found["actors.south.weights.security"].stated


def test_deleting_what_is_not_there(tmp_path: Path) -> None:
    fault = only(tmp_path, "extends: base.yaml\nevents:\n  elction: null\n", base=WORLD)
    assert (Path(fault.place.file).name, fault.place.line) == ("world.yaml", 3)
    assert fault.place.path == "events.elction"
    assert fault.problem == "there is no 'elction' here to delete"
    assert "did you mean 'election'?" in fault.remedy


def test_deleting_what_is_needed(tmp_path: Path) -> None:
    fault = only(tmp_path, "extends: base.yaml\nissues: {border: {low: null}}\n", base=WORLD)
    assert fault.problem == "'low' is missing"
    assert Path(fault.place.file).name == "world.yaml"


def test_an_event_outside_a_shortened_calendar_is_a_note(tmp_path: Path) -> None:
    scenario = load(tmp_path, "extends: base.yaml\ncalendar: {rounds: 1}\n", base=WORLD)
    assert scenario.notes == (
        "events.election: it never happens: 2017-05-01 lies outside the calendar, "
        "which runs from 2016-10-01 until before 2017-01-01",
    )


def test_deleting_an_actor_takes_all_that_named_it(tmp_path: Path) -> None:
    scenario = load(tmp_path, "extends: base.yaml\nactors: {south: null}\n", base=WORLD)
    description = scenario.description
    assert set(description.relations) == set()
    assert set(description.issues["border"].stances) == {"north"}
    assert set(description.levers) == {"summit"}
    assert set(description.levers["summit"].usual) == {"anyone to anyone"}
    assert description.events == {}
    assert description.outcomes["moves"].acts == ("summit",)
    assert set(scenario.reference.actors) == {"north", "south", "east"}
    assert scenario.notes == (
        "relations: 'north and south' fell away with actor 'south'",
        "relations: 'north to south' fell away with actor 'south'",
        "issues.border.stances: 'south' fell away with actor 'south'",
        "levers.summit.usual: 'north to south' fell away with actor 'south'",
        "levers.threat.usual: 'south to north' fell away with actor 'south'",
        "lever 'threat' fell away with actor 'south': nobody is left who uses it",
        "events.election.changes: 'support of south' fell away with actor 'south'",
        "events.election.forbids: 'threat by south' fell away with actor 'south'",
        "event 'election' fell away with actor 'south': nothing is left that it changes",
        "outcomes.moves.acts: 'threat' fell away with lever 'threat'",
    )


def test_deleting_an_issue_takes_levers_outcomes_and_stops(tmp_path: Path) -> None:
    scenario = load(tmp_path, "extends: base.yaml\nissues: {border: null}\n", base=WORLD)
    description = scenario.description
    assert set(description.levers) == {"summit"}
    assert set(description.outcomes) == {"moves"}
    assert description.watch == {}
    assert description.stop == ()
    assert description.events["election"].forbids == ()
    assert set(description.events["election"].changes) == {"support of south"}


def test_deleting_a_lever_keeps_what_is_left_of_the_rest(tmp_path: Path) -> None:
    scenario = load(tmp_path, "extends: base.yaml\nlevers: {summit: null}\n", base=WORLD)
    description = scenario.description
    assert description.levers["threat"].requires == {}
    assert description.outcomes["moves"].acts == ("threat",)


def test_deleting_an_event_takes_its_watch_and_stop(tmp_path: Path) -> None:
    base = spoilt(("when: {issue border: {at_least: 80}}", "event: election"))
    scenario = load(tmp_path, "extends: base.yaml\nevents: {election: null}\n", base=base)
    assert scenario.description.watch == {}
    assert scenario.description.stop == ()
    assert scenario.notes == (
        "watched event 'settled' fell away with event 'election': "
        "it waits for something that is gone",
        "stop: 'settled' fell away with watched event 'settled'",
    )


def test_an_event_that_waits_for_what_is_gone_goes(tmp_path: Path) -> None:
    base = spoilt(("    on: 2017-05-01", "    when: {support of east: {at_most: 0.2}}"))
    scenario = load(tmp_path, "extends: base.yaml\nactors: {east: null}\n", base=base)
    assert scenario.description.events == {}


def test_deleting_a_whole_section_prunes_too(tmp_path: Path) -> None:
    scenario = load(tmp_path, "extends: base.yaml\nlevers: null\n", base=WORLD)
    assert scenario.description.levers == {}
    assert set(scenario.description.outcomes) == {"border"}


def test_what_a_variation_itself_says_of_a_deleted_part_is_a_fault(tmp_path: Path) -> None:
    text = (
        "extends: base.yaml\nactors: {east: null}\nissues: {border: {stances: {east: "
        "{position: 1, salience: 1}}}}\n"
    )
    fault = only(tmp_path, text, base=WORLD)
    assert fault.problem == "the actor 'east' is not defined"
    assert fault.place.line == 3


SCHEMA = json_schema()
Named = tuple[tuple[str, ...], bool]


def _kinds(part: Any) -> list[Any]:
    """All that a part may be, references and alternatives followed."""
    if "$ref" in part:
        part = SCHEMA["$defs"][part["$ref"].split("/")[-1]]
    return [kind for one in part.get("anyOf", []) for kind in _kinds(one)] or [part]


def _fields(part: Any, path: tuple[str, ...] = ()) -> Iterator[Named]:
    """Every path where a number or a mapping may stand, by the schema, and whether pairs may."""
    kinds = _kinds(part)
    objects = [kind for kind in kinds if kind.get("type") == "object"]
    tables = [
        inner
        for kind in objects
        for inner in (*kind.get("patternProperties", {}).values(), kind.get("additionalProperties"))
        if isinstance(inner, dict)
    ]
    if objects and any(kind.get("type") == "number" for kind in kinds):
        yield path, bool(tables)
        return
    for kind in objects:
        for key, inner in kind.get("properties", {}).items():
            yield from _fields(inner, (*path, key))
    for inner in tables:
        yield from _fields(inner, (*path, "some"))


NUMBERS = sorted(set(_fields({"$ref": "#/$defs/Scenario"})))


def test_the_schema_names_the_fields_that_take_a_number_or_a_mapping() -> None:
    assert len(NUMBERS) > 50
    assert [path for path, pairs in NUMBERS if pairs] == [
        ("levers", "some", "consent"), ("levers", "some", "usual"),
    ]  # fmt: skip


@pytest.mark.parametrize(("path", "pairs"), NUMBERS)
def test_a_number_and_a_mapping_over_one_another(path: tuple[str, ...], pairs: bool) -> None:
    def laid(base: Any, child: Any) -> Any:
        for key in reversed(path):
            base, child = {key: base}, {key: child}
        root, _ = extend(from_plain(base, "base"), from_plain(child, "child"), [])
        _, node = root.find(path)
        return node.plain()

    whole = {"value": 0.2, "spread": {"normal": 0.1}, "why": "so"}
    for base in (0.5, {"value": 0.5, "spread": {"cases": [0.5]}, "source": ["F1"]}):
        assert laid(base, 0.2) == 0.2
        assert laid(base, whole) == whole, "a mapping with a value replaces"
        joined = laid(base, {"why": "so"})
        assert (joined["value"], joined["why"]) == (0.5, "so"), "one without joins"
        if pairs:
            table = {"a to b": 0.2}
            assert laid(base, table) == table
            assert laid(table, base) == base
            assert laid({"anyone to anyone": base}, table) == table
            assert laid({"b to a": 0.1, "anyone to anyone": base}, table).keys() == {
                "b to a", "anyone to anyone", "a to b",
            }  # fmt: skip
