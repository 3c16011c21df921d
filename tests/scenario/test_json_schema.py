"""An editor accepts what the loader accepts."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from hypothesis import given, settings

from sim.scenario.json_schema import json_schema
from sim.scenario.load import parse
from tests.scenario.worlds import WORLD, spoilt
from tests.strategies import documents

# Imported so because the package has no types of its own.
jsonschema = importlib.import_module("jsonschema")

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def valid(text: str) -> bool:
    return bool(VALIDATOR.is_valid(parse(text, "world.yaml").plain()))


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(max_examples=20, deadline=None)
@given(documents())
def test_it_accepts_every_valid_scenario(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("power: 0.3", "powr: 0.3"),
        ("power: 0.3", "power: much"),
        ("power: 0.3", "power: null"),
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
