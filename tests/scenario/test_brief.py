"""The role brief of an actor: a text, or its role, what it knows, and its secret."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from pathlib import Path

import pytest

from sim.claims.json_schema import json_schema
from sim.scenario.field_types import Brief
from sim.scenario.loading import build, load_scenario
from sim.scenario.yaml_reader import parse
from sim.simulation.ensemble import run
from tests.fixtures.paths import SCENARIOS, SHIPPED
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.world_file import WORLD, faults, load, only, spoilt

# Imported so because the package has no types of its own.
jsonschema = importlib.import_module("jsonschema")
VALIDATOR = jsonschema.Draft202012Validator(json_schema())

WHOLE = "brief: {role: You rule., knows: It rains., secret: You are tired.}"


def given(brief: str) -> str:
    """The world, in which North has a brief."""
    return spoilt(("    power: 0.1\n", f"    power: 0.1\n    {brief}\n"))


def of_north(folder: Path, text: str, **files: str) -> Brief | None:
    return load(folder, text, **files).description.actors["north"].brief


def test_a_plain_text_is_the_role(tmp_path: Path) -> None:
    assert of_north(tmp_path, given("brief: You rule.")) == Brief(role="You rule.")


def test_a_mapping_says_role_knowledge_and_secret(tmp_path: Path) -> None:
    brief = Brief(role="You rule.", knows="It rains.", secret="You are tired.")
    assert of_north(tmp_path, given(WHOLE)) == brief


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert of_north(tmp_path, WORLD) is None


def test_a_mapping_needs_a_role(tmp_path: Path) -> None:
    fault = only(tmp_path, given("brief: {secret: You are tired.}"))
    assert fault.problem == "'role' is missing"
    assert fault.place.path == "actors.north.brief"
    assert "who you are" in fault.remedy


def test_a_misspelt_key_is_named(tmp_path: Path) -> None:
    fault = only(tmp_path, given("brief: {role: You rule., secrets: You are tired.}"))
    assert "did you mean 'secret'?" in fault.remedy


@pytest.mark.parametrize("text", ["brief: 5", "brief: [a, b]", "brief: true"])
def test_anything_else_is_a_fault_that_says_what_to_write(text: str, tmp_path: Path) -> None:
    fault = only(tmp_path, given(text))
    assert "is not a brief" in fault.problem
    assert "write a text, or 'role:'" in fault.remedy


def test_an_empty_text_is_a_fault(tmp_path: Path) -> None:
    assert only(tmp_path, given("brief: ' '")).problem == "the text is empty"


def test_a_variation_changes_single_keys(tmp_path: Path) -> None:
    child = "extends: base.yaml\nactors: {north: {brief: {secret: You lie.}}}"
    brief = Brief(role="You rule.", knows="It rains.", secret="You lie.")
    assert of_north(tmp_path, child, base=given(WHOLE)) == brief


def test_a_variation_gives_a_plain_role_its_secret(tmp_path: Path) -> None:
    child = "extends: base.yaml\nactors: {north: {brief: {secret: You lie.}}}"
    found = of_north(tmp_path, child, base=given("brief: You rule."))
    assert found == Brief(role="You rule.", secret="You lie.")


def test_a_variation_with_a_plain_text_drops_the_old_secret(tmp_path: Path) -> None:
    child = "extends: base.yaml\nactors: {north: {brief: You are new.}}"
    assert of_north(tmp_path, child, base=given(WHOLE)) == Brief(role="You are new.")


def test_a_variation_may_delete_a_secret(tmp_path: Path) -> None:
    child = "extends: base.yaml\nactors: {north: {brief: {secret: null}}}"
    found = of_north(tmp_path, child, base=given(WHOLE))
    assert found == Brief(role="You rule.", knows="It rains.")


def test_other_faults_of_the_file_are_told_with_that_of_a_brief(tmp_path: Path) -> None:
    text = given("brief: {secret: x}").replace("stop: [settled]", "stop: [setled]")
    assert [fault.place.path for fault in faults(tmp_path, text)] == [
        "actors.north.brief", "stop.0",
    ]  # fmt: skip


@pytest.mark.parametrize("brief", ["brief: You rule.", WHOLE])
def test_an_editor_takes_both_forms(brief: str) -> None:
    assert VALIDATOR.is_valid(parse(given(brief), "world.yaml").plain())
    assert VALIDATOR.is_valid(
        parse(f"extends: base.yaml\nactors: {{north: {{{brief}}}}}", "").plain()
    )


def test_an_editor_wants_a_role_in_a_whole_file_only() -> None:
    brief = "brief: {secret: You lie.}"
    assert not VALIDATOR.is_valid(parse(given(brief), "world.yaml").plain())
    assert VALIDATOR.is_valid(
        parse(f"extends: base.yaml\nactors: {{north: {{{brief}}}}}", "").plain()
    )


def test_no_number_and_no_run_depends_on_a_brief() -> None:
    brief = {"role": "You rule.", "secret": "You are tired."}
    bare, told = build(DUEL), build(changed(DUEL, actors__north__brief=brief))
    assert {path: asdict(one) for path, one in bare.parameters.items()} == {
        path: asdict(one) for path, one in told.parameters.items()
    }
    assert run(bare, runs=3).equals(run(told, runs=3))


STARTER = SCENARIOS.parent / "sim" / "cli" / "starter.yaml"


@pytest.mark.parametrize("path", [*SHIPPED, STARTER], ids=lambda path: path.stem)
def test_every_seat_of_a_shipped_scenario_has_a_whole_brief(path: Path) -> None:
    for actor in load_scenario(path).description.actors.values():
        assert actor.brief is not None
        assert actor.brief.role
        assert actor.brief.knows
        assert actor.brief.secret
