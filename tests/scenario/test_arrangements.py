"""Slips with arrangements and promises are told where they stand, with what to write instead."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import build
from sim.scenario.lookup import beginning, instances
from tests.fixtures.bonds_file import BONDS, bent, bound, slips
from tests.fixtures.scenarios import LASTING, changed
from tests.fixtures.world_file import line_of

PEACE = "in force peace between north and south"
ROLES = "in force peace between actor and target: false"
CASES = [
    # what is written, instead of what, path, problem, remedy
    ("  actor:\n    name: the club", "  club:\n    name: the club", "arrangements.actor",
     "'actor' cannot be an arrangement: the word has a meaning", "choose another"),
    ("name: The Peace\n    parties", "name: the club\n    parties", "arrangements.club.name",
     "the arrangement 'peace' is called 'the peace' too", "a name of its own"),
    ("in_force: [north & south]\n    effects:\n      aff", "in_force: [north and south]\n"
     "    effects:\n      aff", "arrangements.club.in_force.0",
     "'north & south' is not a pair", "write 'A and B'"),
    ("in_force: [north and south]\n    effects:\n      ties", "in_force: [north to south]\n"
     "    effects:\n      ties", "arrangements.embargo.in_force.0",
     "'north and south' does not fit: the arrangement is one-sided", "write 'north to south'"),
    ("in_force: [north to south]\n    effects:\n      aff", "in_force: [north and south]\n"
     "    effects:\n      aff", "arrangements.club.in_force.0",
     "'north to south' does not fit: the arrangement is held by both", "write 'north and south'"),
    ("in_force: [north and east]", "in_force: [north and south]", "arrangements.club.in_force.0",
     "'north and east' are not both parties", "name two of 'north' and 'south'"),
    ("in_force: [north to nrth]", "in_force: [north to south]", "arrangements.embargo.in_force.0",
     "the actor 'nrth' is not defined", "did you mean 'north'?"),
    ("in_force: [north to north]", "in_force: [north to south]", "arrangements.embargo.in_force.0",
     "'north' deals with itself", "two actors"),
    ("in_force: [north to south, north to south]", "in_force: [north to south]",
     "arrangements.embargo.in_force.1", "are the same", "keep one"),
    ("in_force: true", "in_force: [north to south]", "arrangements.embargo.in_force",
     "true is not a list", "write between whom: [A and B], or [A to B]"),
    ("parties: [north]", "parties: [north, south]", "arrangements.club.parties",
     "one party holds nothing together", "name two or more"),
    ("parties: [north, south, sout]", "parties: [north, south]", "arrangements.club.parties.2",
     "the actor 'sout' is not defined", "did you mean 'south'?"),
    ("parties: [north, south, south]", "parties: [north, south]", "arrangements.club.parties.2",
     "'south' is named twice", "once"),
    ("one_sided: true\n    parties: [north, south]", "parties: [north, south]",
     "arrangements.club.parties", "a one-sided arrangement has no parties", "delete 'parties'"),
    ("affinity of actor and target: 0.01", "affinity of north and south: 0.01",
     "arrangements.club.effects.affinity of actor and target", "'actor' stands for nobody here",
     "name an actor"),
    ("power of actor: -0.002", "support of actor: -0.002",
     "arrangements.peace.effects.power of actor", "cannot be changed by an arrangement",
     "write one of"),
    ("support of actor: -2", "support of actor: -0.002",
     "arrangements.peace.effects.support of actor", "-2 is out of range", "from -1 to 1"),
    ("support of target: -0.01\n      support of actor: -0.002", "support of actor: -0.002",
     "arrangements.peace.effects.support of actor",
     "are the same quantity, 'support of", "each is the actor in turn"),
    ("trust of actor in target: 0.1", "support of actor: -0.002",
     "arrangements.peace.effects.trust of actor in target", "cannot be changed by an arrangement",
     "write one of"),
    ("begins: [peas]", "begins: [peace]", "levers.sign.begins.0",
     "the arrangement 'peas' is not defined", "did you mean 'peace'?"),
    ("begins: [peace]\n    ends: [peace]", "begins: [peace]", "levers.sign.ends.0",
     "the lever begins and ends 'peace'", "keep one"),
    ("begins: [peace, peace]", "begins: [peace]", "levers.sign.begins.1",
     "'peace' is named twice", "once"),
    ("usual: {south to anyone: 0.02}\n    suspends", "usual: {south to north: 0.02}\n    suspends",
     "levers.quit.suspends", "the lever suspends 'club' but south toward east can use it",
     "name pairs of the parties only"),
    ("delivers: {lever: biuld, within: 3}", "delivers: {lever: build, within: 3}",
     "levers.offer.delivers.lever", "the lever 'biuld' is not defined", "did you mean 'build'?"),
    ("delivers: {lever: offer, within: 3}", "delivers: {lever: build, within: 3}",
     "levers.offer.delivers.lever", "'offer' promises itself", "by which the promise is kept"),
    ("delivers: {lever: build, within: 3, by: target}", "delivers: {lever: build, within: 3}",
     "levers.offer.delivers.lever", "'offer' promises 'build', which south toward north cannot use",
     "add 'south to north' under 'usual' of 'build'"),
    ("delivers: build", "delivers: {lever: build, within: 3}", "levers.offer.delivers",
     "'build' is not a mapping", "write {lever: build, within: 4}"),
    ("in force peace by actor toward target: false", ROLES,
     "levers.sign.requires.in force peace by actor toward target", "'peace' is held by both",
     "write 'in force peace between actor and target'"),
    ("in force embargo between north and south: true", f"{PEACE}: true\n      rounds",
     "events.war.when.in force embargo between north and south", "'embargo' is one-sided",
     "write 'in force embargo by north toward south'"),
    ("rounds since embargo began between actor and target: {at_least: 2}",
     "rounds since peace began between actor and target: {at_least: 2}",
     "levers.leave.requires.rounds since embargo began between actor and target",
     "'embargo' is one-sided", "write 'rounds since embargo began by actor toward target'"),
    ("of: in force peace between north and east", f"of: {PEACE}", "outcomes.peace.of",
     "'peace' is never in force for north and east", "it can be in force for: north and south"),
    ("of: in force peace of north with south", f"of: {PEACE}", "outcomes.peace.of",
     "is not a quantity", f"did you mean '{PEACE}'?"),
    ("of: rounds since peace began between north and south", f"of: {PEACE}", "outcomes.peace.of",
     "cannot be an outcome", "write one of"),
    ("in force peace between actor and east: false", ROLES,
     "levers.sign.requires.in force peace between actor and east",
     "'peace' is never in force between those who use 'sign'", "let a lever or an event begin"),
    (f"{PEACE}: {{at_least: 0}}", f"{PEACE}: true}}}}", f"watch.held.when.{PEACE}.at_least",
     "at_least 0 always holds", "write true where"),
    (f"{PEACE}: {{at_most: 1}}", f"{PEACE}: true}}}}", f"watch.held.when.{PEACE}.at_most",
     "at_most 1 always holds", "write true where"),
    (f"{PEACE}: {{at_least: 2}}", f"{PEACE}: true}}}}", f"watch.held.when.{PEACE}.at_least",
     "2 is out of range", "from 0 to 1"),
    ("trust of south in north: true", f"{PEACE}: true}}}}",
     "watch.held.when.trust of south in north", "'trust of south in north' is a number, and not",
     "write {at_least: ...}"),
    ("of: trust of south to north", "of: trust of south in north", "outcomes.trust.of",
     "is not a quantity", "did you mean 'trust of south in north'?"),
    ("of: trust of south in south", "of: trust of south in north", "outcomes.trust.of",
     "stands between one and the same", "two different"),
    ("north and south: {affinity: -0.1, trust: 0.3}",
     "north and south: {affinity: -0.1, tension: 0.3}", "relations.north and south.trust",
     "'trust' cannot stand between 'north and south'", "write it under 'north to south'"),
    ("changes: {trust of south in north: {by: -0.1}}", "changes: {support of east: {by: -0.1}}",
     "events.war.changes.trust of south in north", "cannot be changed by an event", "write one of"),
    ("changes: {rounds in office of south: {to: 0}}", "changes: {support of east: {by: -0.1}}",
     "events.war.changes.rounds in office of south", "cannot be changed by an event",
     "write one of"),
    ("ends: [peace of south and north]", "ends: [peace between south and north]",
     "events.war.ends.0", "'peace of south and north' names no arrangement between two actors",
     "did you mean 'peace between south and north'?"),
    ("ends: [peas between south and north]", "ends: [peace between south and north]",
     "events.war.ends.0", "the arrangement 'peas' is not defined", "did you mean 'peace'?"),
    ("ends: [peace between east and north]", "ends: [peace between south and north]",
     "events.war.ends.0", "'peace' is never in force for east and north", "north and south"),
    ("ends: [peace by south toward north]", "ends: [peace between south and north]",
     "events.war.ends.0", "'peace' is held by both", "write 'peace between south and north'"),
    ("begins: [peace between north and south]", "begins: [embargo by north toward east]",
     "events.war.ends.0", "is named twice", "keep one"),
    ("begins: [club between north and east]", "begins: [embargo by north toward east]",
     "events.war.begins.0", "'club' is never in force for north and east", "north and south"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead_of", "path", "problem", "remedy"), CASES)
def test_one_slip(
    tmp_path: Path, written: str, instead_of: str, path: str, problem: str, remedy: str
) -> None:
    if instead_of == f"{PEACE}: true\n      rounds":
        written, instead_of = f"{written}\n      rounds", f"{PEACE}: true\n      rounds"
    if instead_of == f"{PEACE}: true}}}}":
        written = f"{written}}}}}"
    text = bent((instead_of, written))
    found = [fault for fault in slips(tmp_path, text) if problem in fault.problem]
    assert len(found) == 1, "\n".join(map(str, slips(tmp_path, text)))
    assert found[0].place.path == path
    assert (
        found[0].place.line
        in {
            number
            for number, line in enumerate(text.splitlines(), 1)
            if any(part.strip() in line for part in written.splitlines())
        }
        or "events.war.ends" in path
    )
    assert remedy in found[0].remedy


def test_the_scenario_is_sound_and_notes_nothing(tmp_path: Path) -> None:
    assert bound(tmp_path).notes == ()


def test_all_slips_come_in_one_go_beside_faulty_values(tmp_path: Path) -> None:
    text = bent(
        ("term: 6", "term: long"),
        ("begins: [peace]", "begins: [peas]"),
        ("solemnity: 0.9", "solemnity: 9"),
        ("parties: [north, south]", "parties: [north]"),
        ("hazard: 0.05", "hazard: 5"),
    )
    assert [fault.problem for fault in slips(tmp_path, text)] == [
        "5 is out of range",
        "'long' is not a whole number",
        "9 is out of range",
        "one party holds nothing together with another",
        "the arrangement 'peas' is not defined",
    ]


@pytest.mark.parametrize(
    ("written", "instead_of", "known"),
    [
        ("duration: 6", "term: 6", "term"), ("breaks: [peace]", "ends: [peace]", "ends"),
        ("starts: [peace]", "begins: [peace]", "begins"),
        ("promises: {lever: build, within: 3}", "delivers: {lever: build, within: 3}", "delivers"),
        ("deadline: 3}", "within: 3}", "within"), ("members: [north", "parties: [north", "parties"),
        ("election: [2017", "elections: [2017", "elections"), ("term: 4", "every: 4", "every"),
        ("probability: 0.4", "loses: 0.4", "loses"), ("unilateral: t", "one_sided: t", "one_sided"),
    ],
)  # fmt: skip
def test_words_that_people_write_instead(
    tmp_path: Path, written: str, instead_of: str, known: str
) -> None:
    text = bent((instead_of, written))
    found = [one for one in slips(tmp_path, text) if "unknown key" in one.problem]
    assert len(found) == 1
    assert f"did you mean '{known}'?" in found[0].remedy
    assert found[0].place.line == line_of(text, written.splitlines()[0])


def test_an_arrangement_that_nothing_begins_is_noted(tmp_path: Path) -> None:
    text = bent(("    in_force: [north and south]\n", ""))
    first, second = bound(tmp_path, text).notes
    assert first.startswith("the arrangement 'club' is never in force: no lever and no event")
    assert second.startswith("levers.quit: it can never be used")


def test_a_lever_that_can_never_end_anything_is_noted(tmp_path: Path) -> None:
    text = bent(("    suspends: club", "    ends: [embargo]"))
    (note,) = (one for one in bound(tmp_path, text).notes if "levers.quit" in one)
    assert "can never be used: it ends 'embargo'" in note


def test_trust_without_bonds_is_noted_in_a_relation_and_refused_in_a_condition(
    tmp_path: Path,
) -> None:
    plain = BONDS[: BONDS.index("arrangements:")] + BONDS[BONDS.index("levers:") :]
    plain = plain[: plain.index("  sign:")] + "outcomes:\n  a: {name: A, of: support of north}\n"
    (note,) = bound(tmp_path, plain).notes
    assert "relations.south to north.trust has no effect" in note
    wrong = plain.replace("of: support of north", "of: trust of south in north")
    (fault,) = slips(tmp_path, wrong)
    assert "there is no trust without arrangements and promises" in fault.problem


def test_which_can_be_in_force_and_which_can_only_be_ended(tmp_path: Path) -> None:
    text = bent(("usual: {north to south: 0.02, south to north: 0.02}", "usual: 0.02"))
    described = bound(tmp_path, text).description
    assert [one.label for one in beginning(described)] == [
        "club: north and south", "embargo: north toward east", "embargo: north toward south",
        "peace: north and south",
    ]  # fmt: skip
    assert {one.label for one in instances(described)} - {
        one.label for one in beginning(described)
    } == {"peace: east and north", "peace: east and south"}


@pytest.mark.parametrize(
    ("path", "value", "remedy"),
    [
        ("levers__plan__delivers", "aid within 3", "write {lever: aid, within: 3}"),
        ("levers__plan__delivers", "aid", "write {lever: aid, within: 4}"),
        ("levers__plan__delivers", "send some aid", "write {lever: L, within: 4}"),
        ("actors__north__government__elections", 2025, "write a list of days: [2025-11-08]"),
        ("actors__north__government__elections", datetime.date(2018, 3, 1), "[2018-03-01]"),
        ("levers__sign__begins", {"peace": True}, "begins: [peace]"),
        ("events__storm__ends", {"peace": True}, "ends: [peace between A and B]"),
        ("actors__north__government__successor", {"border": 40},
         "if it is an issue, write positions: {border: 40}"),
        ("actors__north__government__successor", {"border": 10**400}, "write positions: {border: "),
        ("levers__sign__requires", {"in force peace": True},
         "did you mean 'in force peace between actor and target'?"),
        ("levers__punish__requires", {"in force sanctions": False},
         "did you mean 'in force sanctions by actor toward target'?"),
        ("watch__at_peace__when", {"in force peace": True},
         "did you mean 'in force peace between A and B'?"),
    ],
)  # fmt: skip
def test_what_is_written_first_is_answered_with_how_it_is_written(
    path: str, value: object, remedy: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        build(changed(LASTING, **{path: value}))
    assert [remedy in fault.remedy for fault in caught.value.faults] == [True]
