"""A variation says only what differs from its base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings

from sim.errors import Fault
from sim.scenario.load import parse
from sim.scenario.merge import extend
from sim.scenario.node import from_plain
from sim.scenario.parameters import Parameter
from tests.scenario.worlds import WORLD, load, only, spoilt
from tests.strategies import documents


def merged(base: str, child: str) -> tuple[dict[str, Any], list[str], list[Fault]]:
    faults: list[Fault] = []
    root, notes = extend(parse(base, "base.yaml"), parse(child, "child.yaml"), faults)
    return root.plain(), notes, faults


def variation(folder: Path, text: str, base: str = WORLD) -> dict[str, Parameter]:
    return load(folder, "extends: base.yaml\n" + text, base=base).parameters


@settings(max_examples=20, deadline=None)
@given(documents())
def test_an_empty_variation_changes_nothing(document: dict[str, Any]) -> None:
    base, faults = from_plain(document, "base"), list[Fault]()
    root, notes = extend(base, from_plain({}, "child"), faults)
    assert (root.plain(), notes, faults) == (base.plain(), [], [])


@settings(max_examples=20, deadline=None)
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


def test_a_pair_joins_a_plain_frequency(tmp_path: Path) -> None:
    usual = "usual: {north to south: 0.2, anyone to anyone: 0.1}"
    text = "levers: {summit: {usual: {south to north: 0.3}, consent: 0.9}}"
    found = variation(tmp_path, text, WORLD.replace(usual, "usual: 0.1"))
    assert found["levers.summit.usual.anyone to anyone"].value == 0.1
    assert found["levers.summit.usual.south to north"].value == 0.3
    assert found["levers.summit.consent.anyone to anyone"].value == 0.9


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
