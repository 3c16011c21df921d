"""References between the parts of a scenario are checked, all at once."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loading import build
from tests.fixtures.scenarios import DUEL
from tests.fixtures.strategies import documents
from tests.fixtures.world_file import WORLD, faults, line_of, load, only, spoilt

CASES = [
    # what is written, instead of what, path, problem, remedy
    ("north and sout:", "north and south:", "relations.north and sout",
     "the actor 'sout' is not defined", "did you mean 'south'? known actors: east, north, south"),
    ("north with south:", "north to south:", "relations.north with south",
     "'north with south' is not a pair", "write 'A and B' or 'A to B'"),
    ("north to north:", "north to south:", "relations.north to north",
     "'north' is related to itself", "name two actors"),
    ("{affinity: 0.1}", "{commitment: 0.1, ties: 0.2}", "relations.north to south.affinity",
     "'affinity' cannot stand between 'north to south'", "write it under 'north and south'"),
    ("{ties: 0.1}", "{affinity: -0.1, tension: 0.3}", "relations.north and south.ties",
     "'ties' cannot stand between 'north and south'", "write it under 'north to south'"),
    ("nort: {position: 0, salience: 0.8}", "north: {position: 0, salience: 0.8}",
     "issues.border.stances.nort", "the actor 'nort' is not defined", "did you mean 'north'?"),
    ("lens: realst", "weights: {security: 0.5, support: 0.5}", "actors.south.lens",
     "the lens 'realst' is not defined", "did you mean 'realist'?"),
    ("{security: 0, prosperity: 0, issues: 0, standing: 0, support: 0}",
     "{security: 0.5, support: 0.5}", "actors.south.weights", "all its weights are 0", "above 0"),
    ("source: almanach", "source: almanac", "actors.north.source",
     "the source 'almanach' is not defined", "did you mean 'almanac'?"),
    ("south to nowhere: 0.3", "south to north: 0.3", "levers.threat.usual.south to nowhere",
     "the actor 'nowhere' is not defined", "known actors"),
    ("south and north: 0.3", "south to north: 0.3", "levers.threat.usual.south and north",
     "'south and north' is not a directed pair", "write 'A to B'"),
    ("south to south: 0.3", "south to north: 0.3", "levers.threat.usual.south to south",
     "'south' deals with itself", "two actors"),
    ("usual: {}", "usual: {south to north: 0.3}", "levers.threat.usual",
     "nobody uses the lever", "write how often"),
    ("    consent: {north to south: 0.5}\n    effects:\n      issue border: -2",
     "    effects:\n      issue border: -2", "levers.threat.consent.north to south",
     "consent is given for 'north to south', who have no usual frequency", "under 'usual'"),
    ("issue boarder: -2", "issue border: -2", "levers.threat.effects.issue boarder",
     "the issue 'boarder' is not defined", "did you mean 'border'?"),
    ("isue border: -2", "issue border: -2", "levers.threat.effects.isue border",
     "'isue border' is not a quantity", "write one of 'affinity of A and B'"),
    ("border: -2", "issue border: -2", "levers.threat.effects.border",
     "'border' is not a quantity", "did you mean 'issue border'?"),
    ("tension: 0.1", "issue border: -2", "levers.threat.effects.tension",
     "'tension' is not a quantity", "did you mean 'tension of actor and target'?"),
    ("afinity of actor & target: 0.1", "issue border: -2",
     "levers.threat.effects.afinity of actor & target", "is not a quantity",
     "did you mean 'affinity of actor and target'?"),
    ("good: 0.1", "issue border: -2", "levers.threat.effects.good", "is not a quantity",
     "A and B: ids of actors, or 'actor', 'target' and 'others'"),
    ("power of actor: -2", "issue border: -2", "levers.threat.effects.power of actor",
     "'power of actor' cannot be moved by a lever", "write one of"),
    ("support of actor: 2", "issue border: -2", "levers.threat.effects.support of actor",
     "2 is out of range", "write a number from -1 to 1"),
    ("affinity of actor and actor: 0.1", "issue border: -2",
     "levers.threat.effects.affinity of actor and actor", "stands between one and the same", ""),
    ("affinity of others and others: 0.1", "issue border: -2",
     "levers.threat.effects.affinity of others and others", "stands between one and the same", ""),
    ("support of others: {at_least: 0.3}", "support of actor: {at_least: 0.3}",
     "levers.summit.requires.support of others", "'others' stands for nobody here",
     "name an actor, or write 'actor' or 'target'"),
    ("rounds since sumit: {at_least: 2}", "rounds since summit: {at_least: 2}",
     "levers.threat.requires.rounds since sumit", "the lever 'sumit' is not defined",
     "did you mean 'summit'?"),
    ("support of actor: {}", "support of actor: {at_least: 0.3}",
     "levers.summit.requires.support of actor", "the condition has no limit", "at_least"),
    ("support of actor: {at_least: 3}", "support of actor: {at_least: 0.3}",
     "levers.summit.requires.support of actor.at_least", "3 is out of range", "from 0 to 1"),
    ("support of actor: {at_least: 0.3, at_most: 0.2}", "support of actor: {at_least: 0.3}",
     "levers.summit.requires.support of actor", "nothing is at least 0.3 and at most 0.2",
     "under at_least"),
    ("cameo: '238'", "cameo: '138'", "levers.threat.cameo", "'238' is not a CAMEO code",
     "did you mean '130' (threaten)?"),
    ("support of actor: {to: 0.7}", "support of south: {to: 0.7}",
     "events.election.changes.support of actor", "'actor' stands for nobody here",
     "name an actor"),
    ("support of south: {to: 7}", "support of south: {to: 0.7}",
     "events.election.changes.support of south.to", "7 is out of range", "from 0 to 1"),
    ("support of south: {to: 0.7, by: 0.1}", "support of south: {to: 0.7}",
     "events.election.changes.support of south", "either 'by' or 'to'", "by adds, to sets"),
    ("support of south: {}", "support of south: {to: 0.7}",
     "events.election.changes.support of south", "either 'by' or 'to'", "by adds, to sets"),
    ("gap on border: {to: 7}", "support of south: {to: 0.7}",
     "events.election.changes.gap on border", "cannot be changed by an event", "write one of"),
    ("weight of south on securty: {to: 0.7}", "support of south: {to: 0.7}",
     "events.election.changes.weight of south on securty",
     "the component 'securty' is not defined", "did you mean 'security'?"),
    ("on: 2020-05-01", "on: 2017-05-01", "events.election.on",
     "2020-05-01 lies outside the calendar, which runs from 2016-10-01 until before 2018-10-01",
     "change the date"),
    ("on: 2017-05-01\n    since: 2017-01-01", "on: 2017-05-01", "events.election.on",
     "a date and a period", "keep 'on'"),
    ("since: 2018-05-01\n    until: 2017-05-01", "on: 2017-05-01", "events.election.since",
     "the period ends before it begins", "turn the dates round"),
    ("[threat of south]", "[threat by south]", "events.election.forbids.0",
     "'threat of south' names no lever and actor", "write 'LEVER by A'"),
    ("[treat by south]", "[threat by south]", "events.election.forbids.0",
     "the lever 'treat' is not defined", "did you mean 'threat'?"),
    ("of: issue border, acts: [summit]}", "of: issue border}", "outcomes.border",
     "needs either 'of' or 'acts'", "write of:"),
    ("{name: the border}", "{name: the border, of: issue border}", "outcomes.border",
     "needs either 'of' or 'acts'", "write of:"),
    ("of: gap on border}", "of: issue border}", "outcomes.border.of",
     "'gap on border' cannot be an outcome", "write one of"),
    ("acts: [summit, treat]", "acts: [summit, threat]", "outcomes.moves.acts.1",
     "the lever 'treat' is not defined", "did you mean 'threat'?"),
    ("of: issue border, by: north}", "of: issue border}", "outcomes.border.by",
     "'by' says nothing without 'acts'", "delete it"),
    ("{name: settled}", "{name: settled, when: {issue border: {at_least: 80}}}", "watch.settled",
     "needs one of 'when', 'lever' and 'event', here none", "one thing"),
    ("{name: settled, lever: summit, event: election}",
     "{name: settled, when: {issue border: {at_least: 80}}}", "watch.settled",
     "here lever and event", "one thing"),
    ("{name: settled, event: elections}",
     "{name: settled, when: {issue border: {at_least: 80}}}", "watch.settled.event",
     "the event 'elections' is not defined", "did you mean 'election'?"),
    ("stop: [setled]", "stop: [settled]", "stop.0", "'setled' is not watched",
     "did you mean 'settled'?"),
    ("start: 9999-10-01", "start: 2016-10-01", "calendar.rounds",
     "the calendar runs past the year 9999", "start earlier"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead_of", "path", "problem", "remedy"), CASES)
def test_one_wrong_reference(
    tmp_path: Path, written: str, instead_of: str, path: str, problem: str, remedy: str
) -> None:
    text = spoilt((instead_of, written))
    found = [fault for fault in faults(tmp_path, text) if problem in fault.problem]
    assert len(found) == 1
    fault = found[0]
    assert fault.place.path == path
    lines = {line_of(text, part.strip()) for part in written.splitlines()}
    assert fault.place.line in lines or fault.place.path == "levers.threat.consent.north to south"
    assert remedy in fault.remedy


def test_an_undefined_actor_is_named_everywhere_in_one_go(tmp_path: Path) -> None:
    text = WORLD.replace("south to", "sotuh to").replace("by south", "by sotuh")
    text = text.replace("and south", "and sotuh").replace("support of south", "support of sotuh")
    found = faults(tmp_path, text)
    assert [fault.place.path for fault in found] == [
        "relations.north and sotuh",
        "levers.threat.usual.sotuh to north",
        "events.election.changes.support of sotuh",
        "events.election.forbids.0",
    ]
    assert all("did you mean 'south'?" in fault.remedy for fault in found)


def test_a_symmetric_quantity_with_two_values_names_both(tmp_path: Path) -> None:
    text = spoilt(("  north to south", "  south and north: {affinity: 0.4}\n  north to south"))
    fault = only(tmp_path, text)
    first = line_of(text, "north and south:")
    assert fault.place.line == line_of(text, "south and north:")
    assert fault.problem == (
        "the affinity of south and north is given as -0.1 and as 0.4: "
        f"also under 'north and south' (line {first})"
    )
    assert fault.remedy == "it is the same both ways: write it once"


def test_a_symmetric_quantity_given_twice_alike_is_still_given_twice(tmp_path: Path) -> None:
    text = spoilt(("  north to south", "  south and north: {tension: 0.3}\n  north to south"))
    assert "is given twice" in only(tmp_path, text).problem


def test_the_two_orders_of_a_pair_may_hold_different_quantities(tmp_path: Path) -> None:
    document = copy.deepcopy(DUEL)
    document["relations"] = {
        "north and south": {"affinity": 0.1},
        "south and north": {"tension": 0.2},
    }
    build(document)


def test_usual_frequencies_that_reach_1_name_the_largest(tmp_path: Path) -> None:
    text = spoilt(("south to north: 0.3", "south to north: 0.95"))
    fault = only(tmp_path, text)
    assert fault.place.line == line_of(text, "south to north: 0.95")
    assert fault.problem == (
        "the usual frequencies of words of south toward north add up to 1.05, "
        "most by threat 0.95, summit 0.1"
    )
    assert "less than 1" in fault.remedy


def test_words_and_deeds_fill_a_round_each_by_themselves(tmp_path: Path) -> None:
    deed = ("cameo: '138'", "cameo: '152'")  # no longer a threat in words, but forces that move
    often = ("south to north: 0.3", "south to north: 0.95")
    load(tmp_path, spoilt(often, deed))
    fault = only(tmp_path, spoilt(often, deed, ("cameo: '036'", "cameo: '061'")))
    assert "deeds of south toward north add up to 1.05, most by threat 0.95" in fault.problem


def test_two_effects_on_one_quantity(tmp_path: Path) -> None:
    fault = only(
        tmp_path, spoilt(("affinity of target and others", "affinity of target and actor"))
    )
    assert "are the same quantity" in fault.problem
    assert "'affinity of target and actor'" in fault.problem
    assert "'affinity of actor and target'" in fault.problem


def test_effects_on_a_named_actor_may_meet_a_role(tmp_path: Path) -> None:
    fault = only(
        tmp_path,
        spoilt(("issue border: -2", "support of target: -0.1\n      support of north: -0.1")),
    )
    assert "when south uses it toward north" in fault.problem


def test_a_lens_and_weights_exclude_each_other(tmp_path: Path) -> None:
    text = spoilt(("    weights:", "    lens: liberal\n    weights:"))
    fault = only(tmp_path, text)
    assert fault.place.line == line_of(text, "lens: liberal")
    assert "has a lens and weights" in fault.problem
    assert "keep one" in fault.remedy


def test_citing_needs_a_sources_file(tmp_path: Path) -> None:
    text = spoilt(("sources: sources.yaml\n", ""))
    found = faults(tmp_path, text)
    assert len(found) == 2
    assert all("add 'sources:'" in fault.remedy for fault in found)


def test_an_actor_with_the_name_of_a_role_is_one_fault(tmp_path: Path) -> None:
    text = WORLD.replace("  east:\n    name: East", "  actor:\n    name: East")
    text = text.replace("support of south: {to: 0.7}", "support of actor: {to: 0.7}")
    text = text.replace("of: issue border", "of: support of actor")
    assert only(tmp_path, text).problem == "'actor' cannot be an actor: the word has a meaning"


def test_an_actor_cannot_have_the_name_of_a_role() -> None:
    document = copy.deepcopy(DUEL)
    document["actors"]["target"] = {"name": "Target", "power": 1}
    with pytest.raises(ScenarioError, match="'target' cannot be an actor"):
        build(document)


@settings(max_examples=20)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_keys_does_not_matter(document: dict[str, Any], random: Any) -> None:
    def shuffled(part: Any) -> Any:
        if isinstance(part, dict):
            keys = list(part)
            random.shuffle(keys)
            return {key: shuffled(part[key]) for key in keys}
        return part

    assert build(document).description == build(shuffled(document)).description
