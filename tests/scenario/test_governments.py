"""Slips with governments, and the events that bring new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.field_types import MOST_CHARACTERS
from sim.scenario.loading import build
from tests.fixtures.bonds_file import bent, bound, slips
from tests.fixtures.scenarios import DUEL, changed

GOVERNMENT = "actors.north.government"
CASES = [
    # what is written, instead of what, path, problem, remedy
    ("government: {name: A coup in South}", "government: {name: A coup in South, hazard: 0.05}",
     "actors.south.government", "the government of 'south' never changes",
     "add elections: [dates] with loses"),
    ("government: {limit: 8, hazard: 0.05}", "government: {name: A coup in South, hazard: 0.05}",
     "actors.south.government.limit", "'limit' says nothing without elections", "delete it"),
    ("government: {every: 8, hazard: 0.05}", "government: {name: A coup in South, hazard: 0.05}",
     "actors.south.government.every", "'every' says nothing without elections", "delete it"),
    ("government: {loses: 0.4, hazard: 0.05}", "government: {name: A coup in South, hazard: 0.05}",
     "actors.south.government.loses", "'loses' says nothing without elections", "delete it"),
    ("", "      loses: 0.4\n", f"{GOVERNMENT}.elections",
     "it is not said how likely an election is lost", "add loses:"),
    ("elections: [2017-05-01, 2017-05-01]", "elections: [2017-05-01]",
     f"{GOVERNMENT}.elections.1", "2017-05-01 is named twice", "once"),
    ("elections: 2017-05-01", "elections: [2017-05-01]", f"{GOVERNMENT}.elections",
     "'2017-05-01' is not a list", "write a list: [2017-05-01]"),
    ("elections: [May 2017]", "elections: [2017-05-01]", f"{GOVERNMENT}.elections.0",
     "'May 2017' is not a date", "write it as"),
    ("positions: {boarder: 20}", "positions: {border: {value: 20, spread: {normal: 5}}}",
     f"{GOVERNMENT}.successor.positions.boarder", "the issue 'boarder' is not defined",
     "did you mean 'border'?"),
    ("positions: {river: 20}", "positions: {border: {value: 20, spread: {normal: 5}}}",
     f"{GOVERNMENT}.successor.positions.river", "'north' has no stance on 'river'",
     "add stances: {north: ...}"),
    ("saliences: {river: 0.5}", "saliences: {border: 0.5}",
     f"{GOVERNMENT}.successor.saliences.river", "'north' has no stance on 'river'", "delete it"),
    ("weights: {securty: 0.4}", "weights: {security: 0.4}",
     f"{GOVERNMENT}.successor.weights.securty", "the component 'securty' is not defined",
     "did you mean 'security'?"),
    ("weights: {security: 0, prosperity: 0, issues: 0, standing: 0, support: 0}",
     "weights: {security: 0.4}", f"{GOVERNMENT}.successor.weights",
     "a new government of 'north' wants nothing", "above 0"),
    ("power: 0.4\n    lens: realist", "power: 0.4", f"{GOVERNMENT}.successor.weights",
     "'north' is seen through a lens", "delete the weights here, or the lens"),
    ("government: nort", "government: north", "events.change.government",
     "the actor 'nort' is not defined", "did you mean 'north'?"),
    ("government: east", "government: north", "events.change.government",
     "the actor 'east' has no government", "add 'government:' to the actor 'east'"),
    ("government: south", "government: north", "events.change.chance", "'chance' cannot stand here",
     "delete it; write elections, loses and hazard"),
    ("government: north\n    on: 2017-05-01", "government: north", "events.change.on",
     "'on' cannot stand here", "under the actor's government"),
    ("government: north\n    repeats: false", "government: north", "events.change.repeats",
     "a change of government may happen again", "delete it"),
    ("of: rounds in office of east", "of: trust of south in north", "outcomes.trust.of",
     "the actor 'east' has no government that could change", "add 'government:' to it"),
    ("of: office of north", "of: trust of south in north", "outcomes.trust.of",
     "is not a quantity", "did you mean 'rounds in office of north'?"),
    ("event: new_government_north", "event: new_government_south", "watch.coup.event",
     "the event 'new_government_north' is not defined", "did you mean 'new_government_south'?"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead_of", "path", "problem", "remedy"), CASES)
def test_one_slip(
    tmp_path: Path, written: str, instead_of: str, path: str, problem: str, remedy: str
) -> None:
    text = bent((instead_of, written))
    if problem.startswith("'chance'"):
        text = bent(("government: north", "government: north\n    chance: 0.1"))
    found = [fault for fault in slips(tmp_path, text) if problem in fault.problem]
    assert len(found) == 1, "\n".join(map(str, slips(tmp_path, text)))
    assert found[0].place.path == path
    assert found[0].place.line
    assert remedy in found[0].remedy


def test_two_events_for_one_government(tmp_path: Path) -> None:
    text = bent(("  change:\n", "  other: {name: Again, government: north}\n  change:\n"))
    (fault,) = slips(tmp_path, text)
    assert fault.place.path == "events.change.government"
    assert fault.problem == "'other' brings a new government of 'north' already"


def test_an_event_with_the_name_of_a_change_of_government_must_be_one(tmp_path: Path) -> None:
    text = bent(("  change:\n", "  new_government_south: {name: X, chance: 0.1}\n  change:\n"))
    (fault,) = slips(tmp_path, text)
    assert fault.place.path == "events.new_government_south"
    assert "add government: south" in fault.remedy


def test_each_government_has_its_event_and_an_own_one_repeats(tmp_path: Path) -> None:
    scenario = bound(tmp_path)
    events = scenario.description.events
    assert {name: one.government for name, one in events.items() if one.government} == {
        "change": "north", "new_government_south": "south",
    }  # fmt: skip
    assert events["change"].repeats
    assert events["new_government_south"].repeats
    assert events["new_government_south"].name == "A coup in South"
    assert not any(path.endswith("south.chance") for path in scenario.parameters)


def test_elections_of_which_none_is_held_are_noted(tmp_path: Path) -> None:
    assert not bound(tmp_path, bent(("[2017-05-01]", "[2017-05-01, 2030-05-01]"))).notes
    # What came before the start goes on every so many rounds.
    assert not bound(tmp_path, bent(("[2017-05-01]", "[2015-05-01]"))).notes
    for date in ("2015-05-01", "2030-05-01"):
        without = bent(("[2017-05-01]\n      every: 4", f"[{date}]"))
        (note,) = bound(tmp_path, without).notes
        assert note.startswith("actors.north.government.elections: none is held")
    (note,) = bound(tmp_path, bent(("[2017-05-01]", "[2030-05-01]"))).notes
    assert "runs from 2016-10-01 until before 2018-10-01" in note


def test_a_lens_on_all_leaves_a_successors_weights_be(tmp_path: Path) -> None:
    bound(tmp_path, bent(("title: Three", "lens: realist\ntitle: Three")))


def test_a_name_that_two_governments_share_is_told_where_it_is_written(tmp_path: Path) -> None:
    text = bent(("name: A coup in South", "name: North votes"))
    (fault,) = slips(tmp_path, text)
    assert fault.place.path == "actors.south.government.name"
    assert "is called 'North votes' too" in fault.problem


@pytest.mark.parametrize("name", [5, None, [], "", " ", "x" * MOST_CHARACTERS, "x" * 6000])
def test_a_faulty_name_is_one_fault(name: Any) -> None:
    document = changed(DUEL, actors__north__government={"hazard": 0.1})
    document["actors"]["north"]["name"] = name
    if name == "x" * MOST_CHARACTERS:
        build(document)
        return
    with pytest.raises(ScenarioError) as caught:
        build(document)
    (fault,) = caught.value.faults
    assert fault.place.path == "actors.north.name"


@pytest.mark.parametrize("role", ["actor", "target"])
def test_rounds_in_office_are_asked_of_those_who_have_a_government(
    tmp_path: Path, role: str
) -> None:
    asked = f"rounds in office of {role}: {{at_most: 4}}"
    ended = "ends: [peace]\n    requires:"  # only those who have one use it
    own = bent((ended, f"{ended}\n      {asked}"))
    assert bound(tmp_path, own).description.levers["leave"].requires
    usual = "usual: {anyone to anyone: 0.2}"
    (fault,) = slips(tmp_path, bent((usual, f"{usual}\n    requires: {{{asked}}}")))
    assert fault.place.path == f"levers.talk.requires.rounds in office of {role}"
    assert "is asked of 'east', without a government" in fault.problem
    assert "add 'government:' to 'east'" in fault.remedy
