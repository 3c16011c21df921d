"""Names tell parts apart, and any id means its part, also where it is a word of the format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.claims.checks import writings
from sim.reporting.sources import groups, path_in_words
from sim.scenario import schema, schema_paths
from sim.scenario.field_types import Spread
from sim.scenario.loading import build
from sim.scenario.phrases import Phrase, expand, pair, parse
from sim.scenario.scenario import Scenario, walk
from sim.scenario.schema import Description
from sim.statistics.measures import measures
from sim.studies.run.study import run
from tests.fixtures.quartet import QUARTET, Document
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.world_file import faults, load, only, spoilt

WORDS = sorted(
    {
        field
        for kind in (*vars(schema).values(), *vars(schema).values(), Spread)
        for field in schema_paths.fields(kind)
    }
    | {"to", "of", "and", "on", "since", "rounds", "gap", "issue"}
)
"""Every word of the format that an id can be."""


def renamed(document: Document, section: str, old: str, new: str) -> Document:
    """The document with one id exchanged wherever it stands for a part of the section."""

    def name(text: str, where: str) -> str:
        return new if (where, text) == (section, old) else text

    def of_key(text: str, path: tuple[str, ...]) -> str:
        if phrase := parse(text):
            return str(Phrase(phrase.kind, tuple(name(one, slot) for slot, one in phrase.slots)))
        if ends := pair(text):
            return f"{name(ends[0], 'actors')} {ends[1]} {name(ends[2], 'actors')}"
        return name(text, "actors" if path[-1] == "stances" else path[0])

    def walk(node: Any, where: Any, path: tuple[str, ...]) -> Any:
        if isinstance(node, dict):
            chosen = path and schema_paths.is_table(where)
            return {
                of_key(key, path) if chosen else key: walk(
                    value, schema_paths.below(where, key), (*path, key)
                )
                for key, value in node.items()
            }
        if isinstance(node, list):
            return [walk(item, None, path) for item in node]
        if isinstance(node, str) and path[-1] == "of":
            return of_key(node, path)
        if isinstance(node, str) and path[-1] in ("by", "toward"):
            return name(node, "actors")
        if isinstance(node, str) and path[-1] in ("forbids", "permits"):
            lever, _, actor = node.partition(" by ")
            return f"{lever} by {name(actor, 'actors')}"
        return node

    found: Document = walk(document, Description, ())
    return found


def test_two_of_one_name_are_refused_with_both_lines(tmp_path: Path) -> None:
    fault = only(tmp_path, spoilt(("name: East", "name: ' north '")))
    assert fault.place.path == "actors.east.name"
    assert fault.problem == "the actor 'north' is called 'North' too (line 5)"
    assert fault.place.line == 13
    assert "a name of its own" in fault.remedy


@pytest.mark.parametrize(
    ("part", "entry", "said"),
    [
        ("issues", "{name: The Border, low: a, high: b, outcome: 1}", "the issue 'border'"),
        ("levers", "{name: threaten, usual: 0.1}", "the lever 'threat'"),
        ("events", "{name: an election, on: 2017-01-01}", "the event 'election'"),
        ("outcomes", "{name: moves, acts: [summit]}", "the outcome 'moves'"),
        ("watch", "{name: settled, lever: summit}", "the watched event 'settled'"),
    ],
)
def test_so_are_issues_levers_events_and_all_that_is_shown(
    tmp_path: Path, part: str, entry: str, said: str
) -> None:
    text = f"extends: base.yaml\n{part}:\n  other: {entry}\n"
    fault = only(tmp_path, text, base=spoilt(("title: A border", "title: A border")))
    assert fault.place.path == f"{part}.other.name"
    assert fault.problem.startswith(said)
    assert "base.yaml, line" in fault.problem


def test_both_ends_of_an_issue_may_not_be_called_the_same(tmp_path: Path) -> None:
    fault = only(tmp_path, spoilt(("high: with South", "high: With  north")))
    assert fault.problem == "both ends of the issue 'border' are called 'With  north'"


def test_a_name_that_is_missing_is_no_second_fault(tmp_path: Path) -> None:
    found = faults(tmp_path, spoilt(("    name: North\n", ""), ("    name: South\n", "")))
    assert [fault.problem for fault in found] == ["'name' is missing"] * 2


@pytest.mark.parametrize("word", ["pass", "any", "cooperation", "conflict"])
def test_words_that_stand_for_levers_cannot_be_one(tmp_path: Path, word: str) -> None:
    text = f"extends: base.yaml\nlevers:\n  {word}: {{name: nod, usual: 0.1, effects: {{}}}}\n"
    fault = only(tmp_path, text, base=spoilt(("title: A border", "title: A border")))
    assert fault.problem == f"'{word}' cannot be a lever: the word has a meaning"


def said(source: Scenario) -> list[str]:
    return [path_in_words(path, source.description) for path in source.parameters]


@pytest.mark.parametrize("word", WORDS)
def test_an_actor_or_issue_whose_id_is_a_word_of_the_format_is_told_by_its_name(word: str) -> None:
    """The words of every number are the same, whatever ids the parts have."""
    plain = scenario(QUARTET)
    actor, issue = next(iter(QUARTET["actors"])), next(iter(QUARTET["issues"]))
    for section, name in (("actors", actor), ("issues", issue)):
        odd = scenario(renamed(QUARTET, section, name, word))
        assert said(odd) == said(plain)
        assert [measures(odd.description)[key] for key in odd.description.outcomes] == [
            measures(plain.description)[key] for key in plain.description.outcomes
        ]


def test_an_actor_and_an_issue_may_share_an_id() -> None:
    actor, issue = next(iter(QUARTET["actors"])), next(iter(QUARTET["issues"]))
    assert said(scenario(renamed(QUARTET, "issues", issue, actor))) == said(scenario(QUARTET))


@pytest.mark.parametrize("word", ["actor", "target", "others"])
def test_an_issue_may_have_the_id_of_a_role(word: str) -> None:
    phrase = Phrase("issue", (word,))
    assert expand(phrase, "north", "south", ["north", "south", "east"]) == [phrase]
    document = changed(DUEL, levers__summit__effects={"issue border": 3})
    odd = run(scenario(renamed(document, "issues", "border", word)), runs=3, seed=1)
    plain = run(scenario(document), runs=3, seed=1)
    assert (odd.data["reported"].values == plain.data["reported"].values).all()


def test_the_case_of_actors_named_and_to_and_of() -> None:
    """Three actors and an issue of the grammar's own words: paths are found, told and set."""
    document = DUEL
    for section, old, new in (
        ("actors", "north", "and"), ("actors", "south", "to"), ("issues", "border", "on"),
    ):  # fmt: skip
        document = renamed(document, section, old, new)
    odd = build(document)
    rows = {row.path: row.words for group in groups(odd) for row in group.rows}
    assert rows["relations.and and to.affinity"] == "North and South: affinity"
    assert rows["relations.and to to.ties"] == "North to South: ties"
    assert rows["issues.on.stances.to.position"] == "Where the border runs: position of South"
    assert rows["actors.to.power"] == "South: power"
    changed_to = build(document, overrides={"relations.to and and.affinity": 0.5})
    found = list(writings(odd.description, changed_to.description))
    assert [str(one.phrase) for one in found] == ["affinity of and and to"]
    assert changed_to.parameters["relations.and and to.affinity"].value == 0.5


def test_every_step_of_every_path_is_a_word_or_a_name() -> None:
    """No path is walked by what its steps look like: the types say which they are."""
    described = Description.model_validate(QUARTET)
    for parameter in walk(described):
        steps = parameter.path.split(".")
        assert schema_paths.is_word(steps[:1])
        assert schema_paths.is_quantity(schema_paths.at(steps))
    assert not schema_paths.is_word(("actors", "support"))
    assert schema_paths.is_word(("actors", "support", "support"))


def test_the_file_of_one_name_loads_when_names_differ(tmp_path: Path) -> None:
    assert load(tmp_path, spoilt(("name: East", "name: Northern"))).notes == ()
