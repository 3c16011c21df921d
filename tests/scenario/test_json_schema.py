"""An editor accepts what the reader accepts, and refuses what it refuses.

What only the reader can know is listed in :mod:`tests.fixtures.odd_documents`.
"""

from __future__ import annotations

import copy
import importlib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.claims.json_schema import json_schema
from sim.errors import Fault, ScenarioError
from sim.scenario.inherit import extend
from sim.scenario.loading import build
from sim.scenario.node import from_plain
from sim.scenario.schema import Description
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS, bent
from tests.fixtures.odd_documents import BETWEEN_NUMBERS, OF_A_BASE, beyond
from tests.fixtures.odd_documents import spoilt as spoilt_document
from tests.fixtures.quartet import QUARTET
from tests.fixtures.strategies import documents
from tests.fixtures.world_file import WORLD, spoilt

# Imported so because the package has no types of its own.
jsonschema = importlib.import_module("jsonschema")

BOUND: dict[str, Any] = parse(BONDS, "bonds").plain()
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def valid(text: str) -> bool:
    return bool(VALIDATOR.is_valid(parse(text, "world.yaml").plain()))


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(max_examples=20)
@given(documents())
def test_it_accepts_every_valid_scenario(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("power: 0.3", "powr: 0.3"),
        ("power: 0.3", "power: much"),
        ("power: 0.3", "power: null"),
        ("power: 0.3", "power: 0.3\n    attention: 0"),
        ("outcome: 20", "outcome: 120"),
        ("rounds: 8", "rounds: 0"),
        ("round: quarter", "round: fortnight"),
        ("    power: 0.3\n", ""),
        ("  east:", "  East:"),
        ("cameo: '138'", "cameo: 138"),
        ("usual: {south to north: 0.3}", "usual: 2"),
    ],
)
def test_it_refuses_what_the_types_refuse(old: str, new: str) -> None:
    assert valid(WORLD)
    assert not valid(spoilt((old, new)))


@pytest.mark.parametrize(
    "text",
    [
        "actors: {north: {power: 2}}",
        "actors: {north: null}",
        "issues: {border: {stances: {north: null}}}",
        "relations: {north and south: {affinity: {spread: {normal: 0.1}}}}",
        "levers: {summit: {usual: 0.1, effects: {issue border: null}}}",
        "actors: {south: {weights: null}}",
        "lens: realist",
    ],
)
def test_a_file_that_extends_another_need_not_be_whole(text: str) -> None:
    assert valid(f"extends: base.yaml\n{text}")
    assert not valid(text)


@pytest.mark.parametrize("text", ["actor: {}", "actors: {north: {power: -1}}", "runs: many"])
def test_a_file_that_extends_another_is_still_checked(text: str) -> None:
    assert not valid(f"extends: base.yaml\n{text}")


def test_descriptions_are_kept_for_the_editor() -> None:
    actor = SCHEMA["$defs"]["Actor"]["properties"]
    assert "capability" in actor["power"]["description"]
    assert "capability" in SCHEMA["$defs"]["ActorChange"]["properties"]["power"]["description"]
    assert actor["support"]["default"] == 0.5


def faults(document: dict[str, Any]) -> tuple[Fault, ...]:
    try:
        build(copy.deepcopy(document))
    except ScenarioError as error:
        return error.faults
    return ()


def test_the_document_of_everything_is_sound() -> None:
    assert faults(QUARTET) == ()
    VALIDATOR.validate(QUARTET)


def test_both_know_arrangements_promises_and_governments() -> None:
    assert faults(BOUND) == ()
    VALIDATOR.validate(BOUND)


@settings(max_examples=200)
@given(spoilt_document() | spoilt_document(BOUND))
def test_schema_and_reader_agree(document: dict[str, Any]) -> None:
    found = faults(document)
    if VALIDATOR.is_valid(document):
        assert beyond(found) == []
        assert beyond(validate(Description, from_plain(document, "it"))[1], BETWEEN_NUMBERS) == []
    else:
        assert found


@pytest.mark.parametrize("base", [QUARTET, BOUND], ids=["quartet", "bonds"])
@settings(max_examples=60)
@given(data=st.data())
def test_schema_and_reader_agree_on_a_file_that_extends_another(
    base: dict[str, Any], data: st.DataObject
) -> None:
    """Laid over the document itself, a change of it has what the base has."""
    document = data.draw(spoilt_document(base))
    wrong: list[Fault] = []
    root, _ = extend(from_plain(base, "base"), from_plain(document, "child"), wrong)
    found = (*wrong, *faults(root.plain()))
    if VALIDATOR.is_valid({**document, "extends": "base.yaml"}):
        assert beyond(found, OF_A_BASE) == []
    else:
        assert found


def test_what_they_cannot_agree_on() -> None:
    """As docs/scenario-format.md says: YAML read by its older rules, and numbers that are none."""

    def by_older_rules(text: str) -> bool:
        return bool(VALIDATOR.is_valid(yaml.safe_load(text)))

    quoted = WORLD
    for word in ("2016-10-01", "2017-05-01", "on"):
        assert valid(quoted)
        assert not by_older_rules(quoted), f"{word} is no text there"
        quoted = quoted.replace(f" {word}", f" '{word}'")
    assert by_older_rules(quoted)
    assert not by_older_rules(quoted.replace("power: 0.3", "power: 3e-1"))
    for number in (".nan", ".inf", "1e999"):
        text = spoilt(("{at_least: 80}", f"{{at_least: {number}}}"))
        assert valid(text)
        assert faults(parse(text.replace("source: almanac", "why: so"), "world.yaml").plain())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rounds: 8", "rounds: 8.0"), ("rounds: 8", "rounds: 1e1"),
        ("acts: [summit, threat]", "acts: summit"),
        ("source: almanac", "source:"), ("north to south: 0.2", "north  to   south: 0.2"),
        ("on: 2017-05-01", "on: '2017-05-01'"), ("name: East", "name: East\n    brief: You watch."),
    ],
)  # fmt: skip
def test_both_accept_what_is_written_freely(old: str, new: str) -> None:
    text = spoilt((old, new)).replace("source: almanac", "why: so")
    assert valid(text)
    assert faults(parse(text, "world.yaml").plain()) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("on: 2017-05-01", "on: '20170501'"), ("on: 2017-05-01", "on: 2017-02-29"),
        ("on: 2017-05-01", "on: 2017-W18-1"), ("name: East", "name: '  '"),
        ("on: 2017-05-01", "on: 2017-05-01\n    since: 2017-01-01"),
        ("support of south: {to: 0.7}", "support of south: {to: 0.7, by: 0.1}"),
        ("support of south: {to: 0.7}", "support of south: {why: so}"),
        ("support of actor: {at_least: 0.3}", "support of actor: {why: so}"),
        ("threat by south", "threat of south"), ("of: issue border", "of: gap on border"),
        ("of: issue border", "by: north"), ("acts: [summit, threat]", "acts: []"),
        ("affinity of actor and target: 0.05", "power of actor: 0.05"),
        ("{affinity: -0.1, tension: 0.3}", "{affinity: -0.1, ties: 0.3}"),
        ("{normal: 0.01}", "{normal: 0.01, uniform: [0, 1]}"), ("{normal: 0.01}", "{normal: -1}"),
        ("{normal: 0.01}", "{uniform: [1]}"), ("{normal: 0.01}", "{uniform: [-1, 1]}"),
        ("{normal: 0.01}", "{cases: []}"), ("  threat:", "  pass:"), ("  east:", "  others:"),
        ("cameo: '138'", "cameo: '239'"), ("title: A", "lens: stoic\ntitle: A"),
        ("    weights: {security: 0.5, support: 0.5}",
         "    weights: {security: 0.5}\n    lens: realist"),
        ("usual: {south to north: 0.3}", "usual: {}"),
        ("usual: {south to north: 0.3}", "usual: 0.3\n    offers: They ask"),
    ],
)  # fmt: skip
def test_both_refuse_what_cannot_be(old: str, new: str) -> None:
    text = spoilt((old, new)).replace("source: almanac", "why: so")
    assert not valid(text)
    assert faults(parse(text, "world.yaml").plain())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("begins: [peace]", "begins: peace"), ("term: 6", "term: 6.0"),
        ("in force peace between north and south: true", "in  force peace between north and south:"
         " {at_least: 1}"),
        ("delivers: {lever: build, within: 3}", "delivers: {lever: build, within: 3, by: either}"),
        ("hazard: 0.05}", "hazard: 0.05, brief: You took the palace.}"),
        ("parties: [north, south]", "parties: []"),
    ],
)  # fmt: skip
def test_both_accept_what_of_arrangements_is_written_freely(old: str, new: str) -> None:
    text = bent((old, new))
    assert valid(text)
    assert faults(parse(text, "bonds.yaml").plain()) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  club:\n    name", "  target:\n    name"), ("term: 6", "term: 0"),
        ("in_force: [north to south]", "in_force: [north and south]"),
        ("in_force: [north and south]", "in_force: [north to south]"),
        ("in_force: [north and south]", "in_force: north and south"),
        ("parties: [north, south]", "parties: [north]"), ("parties: [north, south]", "parties: no"),
        ("parties: [north, south]", "one_sided: true\n    parties: [north, south]"),
        ("support of actor: -0.002", "power of actor: -0.002"),
        ("support of actor: -0.002", "trust of actor in target: 0.1"),
        ("{lever: build, within: 3}", "build"), ("within: 3}", "within: 0}"),
        ("within: 3}", "within: 3, by: others}"),
        ("{rounds in office of south: {at_least: 12}}", "{rounds in office of south: true}"),
        ("of: in force peace between", "of: rounds since peace began between"),
        ("ends: [peace between south and north]", "ends: [peace of south and north]"),
        ("      loses: 0.4\n", ""), ("{name: A coup in South, hazard: 0.05}", "{name: A coup}"),
        ("hazard: 0.05}", "hazard: 0.05, limit: 3}"), ("loses: 0.4", "loses: 1"),
        ("weights: {security: 0.4}", "weights: {safety: 0.4}"),
        ("government: north", "government: north\n    chance: 0.1"),
        ("government: north", "government: north\n    on: 2017-05-01"),
        ("government: north", "government: north\n    repeats: false"),
        ("{affinity: -0.1, tension: 0.3}", "{affinity: -0.1, trust: 0.3}"),
    ],
)  # fmt: skip
def test_both_refuse_what_of_arrangements_cannot_be(old: str, new: str) -> None:
    text = bent((old, new))
    assert not valid(text)
    assert faults(parse(text, "bonds.yaml").plain())
