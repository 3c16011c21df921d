"""Scenarios as YAML text: what is written reads back as the same scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.errors import ScenarioError
from sim.scenario.node import MAX_DEPTH, from_plain
from sim.scenario.yaml_reader import parse, yaml_text
from tests.fixtures.paths import SHIPPED
from tests.fixtures.scenarios import DUEL
from tests.fixtures.strategies import documents

WORDS = st.sampled_from(
    ["1e3", "036", "no", "null", "~", "", " a ", "2016-01-01", "0x1f", "a: b", "# a", "-", "1_000",
     ".5", "+7", "True", ".inf", "[a]", "{a: b}", "'", '"', "a\nb", "é", "1:30", "<<", "=", "0o7"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False)
    | WORDS
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z", "S")), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=5))
def test_what_is_written_reads_back(data: dict[str, Any]) -> None:
    wanted = from_plain(data, "here").plain()
    assert repr(parse(yaml_text(wanted), "here").plain()) == repr(wanted)


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1, 300])
@pytest.mark.parametrize("mapping", [True, False])
def test_plain_data_may_be_nested_as_deep_as_a_file(depth: int, mapping: bool) -> None:
    data: Any = 1
    for _ in range(depth - 1):
        data = {"a": data} if mapping else [data]
    data = {"top": data}
    if depth <= MAX_DEPTH:
        node = from_plain(data, "here")
        assert node.depth == depth
        assert parse(yaml_text(node.plain()), "here").plain() == data
        return
    with pytest.raises(ScenarioError, match="values are nested more than 40 deep"):
        from_plain(data, "here")
    with pytest.raises(ScenarioError, match="brackets or indents are nested more than 40 deep"):
        parse(json.dumps(data), "here")


def test_a_formula_too_deep_for_a_file_is_refused_from_wherever_it_comes() -> None:
    of: Any = "support of north"
    for _ in range(19):
        of = {"sum": [of, "support of south"]}
    document = {**DUEL, "outcomes": {"sum": {"name": "Sum", "of": of}}}
    with pytest.raises(ScenarioError, match=r"outcomes\.sum\.of: values are nested more than 40"):
        sim.load(document)
    document = {**DUEL, "outcomes": {"sum": {"name": "Sum", "of": "support of north"}}}
    with pytest.raises(ScenarioError, match=r"outcomes\.sum\.of: values are nested more than 40"):
        sim.load(document, {"outcomes.sum.of": of})
    again: dict[str, Any] = {"title": "a circle"}
    again["actors"] = again
    with pytest.raises(ScenarioError, match="nested more than 40 deep"):
        sim.load(again)


def test_a_key_given_twice_but_for_its_blanks_is_refused_in_plain_data_too() -> None:
    at_start: dict[str, Any] = {"at_least": 0}
    when = {"issue border": at_start, "issue  border": at_start, "any_of": [{"a": 1, "a ": 2}]}
    document = {**DUEL, "watch": {"held": {"name": "Held", "when": when}}}
    with pytest.raises(ScenarioError) as caught:
        sim.load(document)
    assert [(fault.place.path, fault.problem) for fault in caught.value.faults] == [
        ("watch.held.when.any_of.0.a", "the key 'a' is given twice"),
        ("watch.held.when.issue border", "the key 'issue border' is given twice"),
    ]


@given(documents())
def test_a_scenario_that_was_built_can_be_read(document: dict[str, Any]) -> None:
    built = sim.build(document)
    again = parse(sim.to_yaml(built), "here").plain()
    assert sim.build(again).sha256 == built.sha256


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"actors.south.power": 0.6},
        {"actors.south.power.spread": {"normal": 0.1}, "calendar.rounds": 3},
        {"relations.south and north.tension": 0.5, "levers.talk.usual.north to south": 0.2},
    ],
    ids=["as it is", "a number", "a spread and a calendar", "pairs"],
)
@pytest.mark.parametrize("lens", [None, "realist"])
def test_changes_and_lenses_are_a_file_that_extends(
    changes: dict[str, float], lens: str | None, tmp_path: Path
) -> None:
    scenario = sim.load_scenario("scenarios/two-neighbours.yaml", changes, lens)
    for file in scenario.files:
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(sim.to_yaml(scenario), encoding="utf-8")
    again = sim.load_scenario(tmp_path / "mine.yaml")
    assert again.sha256 == scenario.sha256


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_file_is_its_own_text(path: Path) -> None:
    assert sim.to_yaml(sim.load_scenario(path)) == path.read_text(encoding="utf-8")


def test_what_was_built_is_run_again_to_the_same_bytes(tmp_path: Path) -> None:
    library = {
        "articles": {"a": {"authors": "An author", "title": "A title", "published": "A journal",
                           "date": "2016"}},
        "facts": {"F1": {"article": "a", "paragraph": 1, "date": "2016", "says": "A fact."}},
    }  # fmt: skip
    document = {**DUEL, "actors": {**DUEL["actors"]}}
    document["actors"]["south"] = {"name": "South", "power": {"value": 0.1, "source": "F1"}}
    built = sim.build(document, "mine", library, {"actors.north.power": 0.3}, "liberal")
    sim.run(built, runs=5, seed=3).write_report(tmp_path / "out")
    from sim.cli.app import execute

    assert execute(["rerun", str(tmp_path / "out" / "manifest.json")]) == 0


@pytest.mark.parametrize("id", ["a/b", "..", "", "a b", 5])
def test_an_id_names_a_file(id: Any) -> None:
    with pytest.raises(ScenarioError, match="cannot name a file"):
        sim.build(DUEL, id)
