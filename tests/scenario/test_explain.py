"""A value of the wrong kind or size is named with its line and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.world_file import SOURCES, WORLD, faults, line_of, load, only, spoilt


def test_the_world_itself_is_sound(tmp_path: Path) -> None:
    assert load(tmp_path).description.title == "A border between two"


CASES = [
    # what is written, instead of what, path, problem, remedy
    ("    powr: 0.3\n    power: 0.3", "    power: 0.3", "actors.east.powr",
     "unknown key 'powr'", "did you mean 'power'?"),
    ("{position: 0, salence: 0.8, salience: 1}", "{position: 0, salience: 0.8}",
     "issues.border.stances.north.salence", "unknown key 'salence'", "did you mean 'salience'?"),
    ("power: much", "power: 0.3", "actors.east.power", "'much' is not a number",
     "write a plain number such as 0.5"),
    ("power: 0,3", "power: 0.3", "actors.east.power", "'0,3' is not a number", "such as 0.3"),
    ("power: '0.3'", "power: 0.3", "actors.east.power", "'0.3' is not a number", "such as 0.3"),
    ("power: true", "power: 0.3", "actors.east.power", "true is not a number", "plain number"),
    ("power: [1, 2]", "power: 0.3", "actors.east.power", "a list is not a number", "plain number"),
    ("power: 2000-01-01", "power: 0.3", "actors.east.power", "'2000-01-01' is not a number", ""),
    ("power: -3", "power: 0.3", "actors.east.power", "-3 is out of range",
     "write a number from 0.000001 to 1000000"),
    ("outcome: 120", "outcome: 20", "issues.border.outcome", "120 is out of range",
     "write a number from 0 to 100"),
    ("tension: 1.5", "tension: 0.3", "relations.north and south.tension", "1.5 is out of range",
     "write a number from 0 to 1"),
    ("power: .nan", "power: 0.3", "actors.east.power", "nan is not a finite number",
     "plain number"),
    ("power: .inf", "power: 0.3", "actors.east.power", "inf is not a finite number",
     "plain number"),
    ("power: 1e999", "power: 0.3", "actors.east.power", "inf is not a finite number",
     "plain number"),
    ("goldstein: -.inf", "goldstein: 4", "levers.summit.goldstein", "-inf is not a finite number",
     "plain number"),
    ("goldstein: 11", "goldstein: 4", "levers.summit.goldstein", "11 is out of range",
     "write 10.0 or less"),
    ("goldstein: '4'", "goldstein: 4", "levers.summit.goldstein", "'4' is not a number",
     "such as 0.5"),
    ("{normal: -0.01}", "{normal: 0.01}", "actors.south.power.spread",
     "a spread cannot have a negative width, here -0.01", "{normal: 0.01}"),
    ("{uniform: [0.3, 0.1]}", "{normal: 0.01}", "actors.south.power.spread",
     "a spread cannot have a negative width, here from 0.3 to 0.1", "{uniform: [0.1, 0.3]}"),
    ("{uniform: [0.1, .nan]}", "{normal: 0.01}", "actors.south.power.spread.uniform.1",
     "nan is not a finite number", "plain number"),
    ("{normal: 0.1, cases: [1]}", "{normal: 0.01}", "actors.south.power.spread",
     "a spread has exactly one shape, here 2", "write one of normal, uniform"),
    ("{gaussian: 0.1}", "{normal: 0.01}", "actors.south.power.spread.gaussian",
     "unknown key 'gaussian'", "known keys here: normal, uniform"),
    ("rounds: 0", "rounds: 8", "calendar.rounds", "0 is out of range", "write 1 or more"),
    ("rounds: 2.5", "rounds: 8", "calendar.rounds", "2.5 is not a whole number",
     "write a whole number"),
    ("rounds: eight", "rounds: 8", "calendar.rounds", "'eight' is not a whole number", ""),
    ("round: quater", "round: quarter", "calendar.round", "'quater' is not known here",
     "did you mean 'quarter'?"),
    ("start: 2016-13-01", "start: 2016-10-01", "calendar.start", "'2016-13-01' is not a date",
     "write it as 2016-12-15"),
    ("start: 2016", "start: 2016-10-01", "calendar.start", "2016 is not a date",
     "write 2016-01-01"),
    ("start: 1618", "start: 2016-10-01", "calendar.start", "1618 is not a date",
     "write 1618-01-01"),
    ("start: 2016/5/3", "start: 2016-10-01", "calendar.start", "'2016/5/3' is not a date",
     "write 2016-05-03"),
    ("start: 2250-02-30", "start: 2016-10-01", "calendar.start", "'2250-02-30' is not a date",
     "February 2250 has 28 days: write 2250-02-28"),
    ("start: 2016-04-31", "start: 2016-10-01", "calendar.start", "'2016-04-31' is not a date",
     "April 2016 has 30 days: write 2016-04-30"),
    ("start: soon", "start: 2016-10-01", "calendar.start", "'soon' is not a date",
     "write it as 2016-12-15"),
    ("start: 0000", "start: 2016-10-01", "calendar.start", "'0000' is not a date",
     "write it as 2016-12-15"),
    ("round: 6 months", "round: quarter", "calendar.round", "'6 months' is not known here",
     "did you mean 'half-year'?"),
    ("round: 3 months", "round: quarter", "calendar.round", "'3 months' is not known here",
     "did you mean 'quarter'?"),
    ("round: 12 months", "round: quarter", "calendar.round", "'12 months' is not known here",
     "did you mean 'year'?"),
    ("round: annual", "round: quarter", "calendar.round", "'annual' is not known here",
     "did you mean 'year'?"),
    ("round: a month", "round: quarter", "calendar.round", "'a month' is not known here",
     "did you mean 'month'?"),
    ("date: 2017-05-01", "on: 2017-05-01", "events.election.date", "unknown key 'date'",
     "did you mean 'on'?"),
    ("description: long\ntitle: A", "title: A", "description", "unknown key 'description'",
     "did you mean 'summary'?"),
    ("{above: 80, at_least: 80}", "{at_least: 80}", "watch.settled.when.issue border.above",
     "unknown key 'above'", "did you mean 'at_least'?"),
    ("{below: 80, at_least: 80}", "{at_least: 80}", "watch.settled.when.issue border.below",
     "unknown key 'below'", "did you mean 'at_most'?"),
    ("power: 60%", "power: 0.3", "actors.east.power", "'60%' is not a number", "such as 0.6,"),
    ("outcome: 60 %", "outcome: 20", "issues.border.outcome", "'60 %' is not a number",
     "such as 60,"),
    ("{at_least: 80%}", "{at_least: 80}", "watch.settled.when.issue border.at_least",
     "'80%' is not a number", "such as 0.8 (80 where it is points of an issue)"),
    ("{normal: [0.1, 0.2]}", "{normal: 0.01}", "actors.south.power.spread.normal",
     "a list is not a number", "write the standard deviation, one number, e.g. {normal: 0.1}"),
    ("name: 7", "name: East", "actors.east.name", "7 is not text", "put it in quotes: '7'"),
    ("name: ' '", "name: East", "actors.east.name", "the text is empty", "write something"),
    ("cameo: 138", "cameo: '138'", "levers.threat.cameo", "138 is not text", "quotes: '138'"),
    ("stop: settled", "stop: [settled]", "stop", "'settled' is not a list",
     "write a list: [settled]"),
    ("name: # none", "name: East", "actors.east.name", "an empty value is not text", "write text"),
    ("spread: 0.1", "spread: {normal: 0.01}", "actors.south.power.spread",
     "0.1 is not a mapping", "e.g. spread: {normal: 0.1}"),
    ("lens: two-level", "weights: {security: 0.5, support: 0.5}", "actors.south.lens",
     "'two-level' does not fit here", "realist, liberal, constructivist, two_level"),
    ("usual: sometimes", "usual: {south to north: 0.3}", "levers.threat.usual",
     "'sometimes' is not a number", "a plain number"),
    ("usual: {south to north: 1}", "usual: {south to north: 0.3}",
     "levers.threat.usual.south to north", "1 is out of range", "to 0.999"),
    ("  East:\n", "  east:\n", "actors.East", "'East' cannot be an id", "e.g. 'east'"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead_of", "path", "problem", "remedy"), CASES)
def test_one_wrong_value(
    tmp_path: Path, written: str, instead_of: str, path: str, problem: str, remedy: str
) -> None:
    text = spoilt((instead_of, written))
    fault = only(tmp_path, text)
    assert fault.place.file == str(tmp_path / "world.yaml")
    assert fault.place.line == line_of(text, written.splitlines()[0])
    assert fault.place.path == path
    assert problem in fault.problem
    assert remedy in fault.remedy


def test_the_column_is_that_of_the_value(tmp_path: Path) -> None:
    place = only(tmp_path, spoilt(("power: 0.3", "power: much"))).place
    assert place.column == len("    power: ") + 1


def test_the_column_is_that_of_an_unknown_key(tmp_path: Path) -> None:
    place = only(tmp_path, WORLD + "stp: [a]\n").place
    assert (place.line, place.column) == (len(WORLD.splitlines()) + 1, 1)


def test_a_missing_key_is_missed_where_its_part_begins(tmp_path: Path) -> None:
    text = spoilt(("    power: 0.3\n", ""))
    fault = only(tmp_path, text)
    assert fault.place.line == line_of(text, "  east:")
    assert fault.place.path == "actors.east"
    assert fault.problem == "'power' is missing"
    assert "share of the system's capability" in fault.remedy


def test_a_scenario_needs_two_actors(tmp_path: Path) -> None:
    text = "title: x\ncalendar: {start: 2016-10-01, round: year, rounds: 1}\nactors: {}\n"
    found = [(fault.place.line, fault.problem) for fault in faults(tmp_path, text)]
    assert (3, "there are 0 actors, at least 2 are needed") in found
    assert (1, "'outcomes' is missing") in found


def test_all_faults_come_in_one_go_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = spoilt(
        ("title: A border between two\n", ""),
        ("rounds: 8", "rounds: 0"),
        ("power: 0.1", "power: .nan"),
        ("salience: 0.7", "salience: 7"),
        ("    consent: 0.7\n", "    consnt: 0.7\n"),
    )
    found = faults(tmp_path, text)
    assert [fault.problem for fault in found] == [
        "'title' is missing",
        "0 is out of range",
        "nan is not a finite number",
        "7 is out of range",
        "unknown key 'consnt'",
    ]
    assert [fault.place.line for fault in found] == sorted(fault.place.line for fault in found)


def test_faults_of_the_sources_file_name_that_file(tmp_path: Path) -> None:
    text = SOURCES.replace("year: '2016'", "year: 2016")
    fault = only(tmp_path, WORLD.replace("sources.yaml", "own.yaml"), own=text)
    assert fault.place.file == str(tmp_path / "own.yaml")
    assert (fault.place.line, fault.place.path) == (2, "data.almanac.year")
    assert "put it in quotes: '2016'" in fault.remedy


def test_facts_cite_articles_that_exist(tmp_path: Path) -> None:
    text = SOURCES + (
        "articles:\n  storm: {authors: A, title: T, published: P, date: '2016'}\n"
        "facts:\n  f1: {article: strom, paragraph: 1, date: '2016', says: it rained}\n"
    )
    fault = only(tmp_path, WORLD.replace("sources.yaml", "own.yaml"), own=text)
    assert fault.problem == "the article 'strom' is not defined"
    assert "did you mean 'storm'?" in fault.remedy
    assert fault.place.path == "facts.f1.article"


def test_faults_of_every_sort_come_in_one_go(tmp_path: Path) -> None:
    text = spoilt(
        ("    power: 0.3\n", ""),
        ("usual: {south to north: 0.3}", "usual: 30%"),
        ("affinity of actor and target: 0.05", "afinity of actor and target: 0.05"),
        ("issue border: -2", "issue frontier: -2"),
        ("acts: [summit, threat]", "acts: [summit, treat]"),
    )
    assert [fault.problem for fault in faults(tmp_path, text)] == [
        "'power' is missing",
        "'afinity of actor and target' is not a quantity",
        "'30%' is not a number",
        "the issue 'frontier' is not defined",
        "the lever 'treat' is not defined",
    ]


@pytest.mark.parametrize("calendar", ["{start: 1618, round: 6 months, rounds: 8}", "yearly"])
def test_what_refers_to_others_is_checked_beside_a_faulty_calendar(
    tmp_path: Path, calendar: str
) -> None:
    text = spoilt(
        ("{start: 2016-10-01, round: quarter, rounds: 8}", calendar),
        ("north and south:", "north & south:"),
        ("north to south: {c", "north to sout: {c"),
        ("usual: {south to north: 0.3}", "usual: 0.95"),
        ("issue border: -2", "border: -2"),
    )
    found = [fault for fault in faults(tmp_path, text) if "calendar" not in fault.place.path]
    assert [fault.problem for fault in found] == [
        "'north & south' is not a pair",
        "the actor 'sout' is not defined",
        "the usual frequencies of words of north toward south add up to 1.15, "
        "most by threat 0.95, summit 0.2; 5 more pairs at 1 or more",
        "'border' is not a quantity",
    ]
    assert found[0].remedy.startswith("did you mean 'north and south'?")


def test_where_the_rest_is_not_checked_the_last_fault_says_so(tmp_path: Path) -> None:
    text = "title: x\ncalendar: {start: 2016-10-01, round: year, rounds: 1}\nactors: {}\n"
    *others, last = faults(tmp_path, text)
    assert others
    assert "more faults may show once these are mended" in last.remedy
    assert not any("more faults" in fault.remedy for fault in others)


@pytest.mark.parametrize("key", ["says", "offers"])
def test_a_line_of_the_log_fills_in_actor_and_target_only(tmp_path: Path, key: str) -> None:
    line = f"    {key}: '{{actr}} threatens'\n    consent: 0.5\n"
    text = spoilt(("    name: threaten\n", f"    name: threaten\n{line}"))
    fault = only(tmp_path, text)
    assert fault.problem == "'{actr}' is not filled in"
    assert fault.place.line == line_of(text, "{actr}")


def test_who_asks_nobody_offers_nothing(tmp_path: Path) -> None:
    line = "    offers: '{actor} offers peace'\n"
    text = spoilt(("    name: threaten\n", f"    name: threaten\n{line}"))
    fault = only(tmp_path, text)
    assert fault.problem == "'offers' says nothing without 'consent'"
    assert fault.place.line == line_of(text, "offers:")


def test_a_deed_that_reads_as_an_offer_is_noted(tmp_path: Path) -> None:
    said = "    says: '{actor} offers {target} peace'\n    consent: 0.5\n"
    one = load(tmp_path, spoilt(("    name: threaten\n", f"    name: threaten\n{said}")))
    assert any("is a line for 'offers'" in note for note in one.notes)
    apart = said.replace("says", "offers")
    two = load(tmp_path, spoilt(("    name: threaten\n", f"    name: threaten\n{apart}")))
    assert not two.notes


def test_a_comma_in_braces_is_suspected(tmp_path: Path) -> None:
    wrong = spoilt(("{value: 0.2, spread", "{value: 0.2, why: with North, mostly, spread"))
    fault = only(tmp_path, wrong)
    assert fault.problem == "unknown key 'mostly'"
    assert "put a text with commas in quotes" in fault.remedy


@pytest.mark.parametrize(
    ("old", "new", "path", "problem", "remedy"),
    [
        ("support of south: {to: 0.7}", "support of south: 0.7",
         "events.election.changes.support of south", "0.7 is not a mapping",
         "write {by: 0.7} to add it, or {to: 0.7} to set it to that"),
        ("support of actor: {at_least: 0.3}", "support of actor: .30",
         "levers.summit.requires.support of actor", ".30 is not a mapping",
         "write {at_least: .30} or {at_most: .30}"),
        ("when: {issue border: {at_least: 80}}", "when: {issue border: 80}",
         "watch.settled.when.issue border", "80 is not a mapping",
         "write {at_least: 80} or {at_most: 80}"),
        ("when: {issue border: {at_least: 80}}", "when: {issue border: {at_least: much}}",
         "watch.settled.when.issue border.at_least", "'much' is not a number", "write a plain"),
        ("when: {issue border: {at_least: 80}}", "when: 80", "watch.settled.when",
         "80 is not a mapping", "write keys with values below it"),
        ("acts: [summit, threat]}", "acts: 5, by: north}", "outcomes.moves.acts",
         "5 is not a list", "write a list"),
        ("support of south: {to: 0.7}", "support of south: {to: much}",
         "events.election.changes.support of south.to", "'much' is not a number", "write a plain"),
        ("usual: {south to north: 0.3}", "usual: {south to north: often}",
         "levers.threat.usual.south to north", "'often' is not a number", "write a plain"),
        ("north: {position: 0, salience: 0.8}", "north: 30", "issues.border.stances.north",
         "30 is not a mapping", "write it with its keys, e.g. {position: 30, salience: ...}"),
        ("{affinity: -0.1, tension: 0.3}", "-0.1", "relations.north and south",
         "-0.1 is not a mapping", "e.g. {affinity: -0.1}; known keys here: affinity, tension"),
        ("affinity of actor and target: 0.05", "affinity of actor and target: {by: 0.05}",
         "levers.summit.effects.affinity of actor and target", "'by' has no place here",
         "write 0.05, or {value: 0.05"),
        ("effects:\n      issue border: -2", "effects: -0.03", "levers.threat.effects",
         "-0.03 is not a mapping", "e.g. affinity of actor and target: -0.03"),
        ("name: East", "name: 1e3", "actors.east.name", "1e3 is not text",
         "put it in quotes: '1e3'"),
        ("name: East", "name: True", "actors.east.name", "True is not text",
         "put it in quotes: 'True'"),
        ("cameo: '138'", "cameo: 1_38e1", "levers.threat.cameo", "is not a CAMEO code", "'codes'"),
        ("rounds: 8", "rounds: 8.50", "calendar.rounds", "8.50 is not a whole number", "such as"),
    ],
)  # fmt: skip
def test_one_value_where_a_form_is_wanted_shows_the_form_and_is_one_fault(
    tmp_path: Path, old: str, new: str, path: str, problem: str, remedy: str
) -> None:
    fault = only(tmp_path, spoilt((old, new)))
    assert fault.place.path == path
    assert problem in fault.problem
    assert remedy in fault.remedy


def test_what_is_truly_missing_is_told_beside_other_faults(tmp_path: Path) -> None:
    """Only what lacks something because of a fault inside it keeps quiet."""
    text = spoilt(("acts: [summit, threat]", "acts: []"), ("when: {issue border", "when: {border"))
    assert [fault.problem for fault in faults(tmp_path, text)] == [
        "the outcome 'moves' needs either 'of' or 'acts'",
        "'border' is not a quantity",
    ]
    text = spoilt(("acts: [summit, threat]", "acts: []"), ("{at_least: 80}", "80"))
    assert [fault.problem for fault in faults(tmp_path, text)] == [
        "the outcome 'moves' needs either 'of' or 'acts'",
        "80 is not a mapping",
    ]
