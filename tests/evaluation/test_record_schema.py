"""An editor accepts the records that the reader accepts, and refuses what it refuses."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import sim
from sim.cli.app import execute
from sim.evaluation.json_schema import record_schema
from sim.evaluation.record import load_record
from sim.scenario.yaml_reader import read_yaml
from tests.fixtures.paths import ROOT
from tests.fixtures.records import NEIGHBOURS, asking

# Imported so because the package has no types of its own.
jsonschema = importlib.import_module("jsonschema")
RECORDS = ROOT / "scenarios" / "records"
SCHEMA = record_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_it_is_a_schema_and_the_one_that_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert execute(["schema", "--records"]) == 0
    shipped = (RECORDS / "schema.json").read_text(encoding="utf-8")
    assert capsys.readouterr().out == shipped, "python run.py schema --records > it"


@pytest.mark.parametrize("path", sorted(RECORDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_it_accepts_what_is_shipped(path: Any) -> None:
    VALIDATOR.validate(read_yaml(path).root.plain())


def test_it_accepts_every_sort_of_question() -> None:
    VALIDATOR.validate(NEIGHBOURS)


GOOD: dict[str, Any] = {"acts": "talk", "came": 2}


@pytest.mark.parametrize(
    "question",
    [
        {**GOOD, "acts": ["talk", "march"], "by": "north"},
        {**GOOD, "source": "an almanac"},
        {**GOOD, "source": ["an almanac", "another"]},
        {"when": {"tension of north and south": {"at_least": 0.5}}, "came": True},
        {"when": {"in force pact between north and south": True}, "came": True},
        {"of": "support of north", "on": "2003-01-01", "came": 0.5, "series": {"1999-01-01": 1}},
    ],
)
def test_it_accepts_what_the_reader_accepts(question: dict[str, Any]) -> None:
    load_record(asking(one=question))
    VALIDATOR.validate(asking(one=question))


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"came": True},
        {**GOOD, "watch": "divided"},
        {**GOOD, "came": "perhaps"},
        {**GOOD, "cam": 2},
        {**GOOD, "until": "2003"},
        {**GOOD, "acts": "Talk"},
        {**GOOD, "at_least": "two"},
        {"of": "friendship", "on": "2003-01-01", "came": 0.5},
        {"of": "support of north", "on": "2003-01-01", "came": 0.5, "series": {"1999": 1}},
        {"of": "support of north", "on": "2003-01-01", "came": 0.5, "error": 0},
        {"when": {"tension": {"at_least": 0.5}}, "came": True},
    ],
)
def test_it_refuses_what_the_reader_refuses(question: dict[str, Any]) -> None:
    with pytest.raises(sim.ScenarioError):
        sim.score("two-neighbours", asking(one=question), runs=1)
    assert not VALIDATOR.is_valid(asking(one=question))


@pytest.mark.parametrize("change", [{"title": ""}, {"questions": {}}, {"question": {}}])
def test_a_record_needs_a_title_and_a_question(change: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid({**NEIGHBOURS, **change})
    assert not VALIDATOR.is_valid({"title": "Nothing is asked"})
