"""What really happened, by outcome: data that are shown and move nothing."""

from __future__ import annotations

import datetime
import importlib
from pathlib import Path

import pytest

from sim.claims.json_schema import json_schema
from sim.scenario.field_types import History
from sim.scenario.loading import build, load_scenario
from sim.scenario.yaml_reader import parse
from sim.simulation.ensemble import run
from tests.fixtures.paths import SHIPPED
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.world_file import WORLD, faults, line_of, load, only

# Imported so because the package has no types of its own.
jsonschema = importlib.import_module("jsonschema")
VALIDATOR = jsonschema.Draft202012Validator(json_schema())

BORDER = "history:\n  border: {source: almanac, why: measured, values: {2017-01-01: 30}}\n"


def told(values: str, outcome: str = "border") -> str:
    """The world, with a history."""
    return f"{WORLD}history:\n  {outcome}:\n    source: almanac\n    values: {{{values}}}\n"


def of_border(folder: Path, child: str) -> History:
    text = f"extends: base.yaml\n{child}"
    return load(folder, text, base=WORLD + BORDER).description.history["border"]


def test_values_stand_in_the_order_of_their_dates_inside_the_calendar_and_beyond(
    tmp_path: Path,
) -> None:
    found = load(tmp_path, told("2030-01-01: 100, 1990-05-05: 0, 2017-01-01: 12.5"))
    assert list(found.description.history["border"].values.items()) == [
        (datetime.date(1990, 5, 5), 0), (datetime.date(2017, 1, 1), 12.5),
        (datetime.date(2030, 1, 1), 100),
    ]  # fmt: skip


def test_it_is_no_parameter_and_no_run_depends_on_it() -> None:
    history = {"border": {"why": "measured", "values": {"2016-11-30": 99}}}
    bare, with_it = build(DUEL), build(changed(DUEL, history=history))
    assert bare.parameters.keys() == with_it.parameters.keys()
    assert run(bare, runs=3).equals(run(with_it, runs=3))


@pytest.mark.parametrize("value", ["101", "-1"])
def test_a_value_lies_in_the_range_of_its_quantity(value: str, tmp_path: Path) -> None:
    text = told(f"2017-01-01: 50, 2017-04-01: {value}")
    fault = only(tmp_path, text)
    assert fault.problem == f"{value} is out of range"
    assert fault.place.path == "history.border.values.2017-04-01"
    assert fault.place.line == line_of(text, "2017-04-01")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ("2017-01-01: 1.5", "1.5 is no count"),
        ("2017-01-01: -2", "-2 is no count"),
        ("2017-04-01: 2, 2017-01-01: 3", "2 is fewer than before (3)"),
    ],
)
def test_a_count_so_far_is_whole_and_does_not_fall(
    values: str, problem: str, tmp_path: Path
) -> None:
    assert only(tmp_path, told(values, "moves")).problem == problem


def test_an_outcome_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    fault = only(tmp_path, told("2017-01-01: 1", "bordr"))
    assert fault.problem == "the outcome 'bordr' is not defined"
    assert "did you mean 'border'?" in fault.remedy


def test_a_source_must_be_in_the_library(tmp_path: Path) -> None:
    text = told("2017-01-01: 1").replace("almanac\n    values", "almanak\n    values")
    fault = only(tmp_path, text)
    assert fault.problem == "the source 'almanak' is not defined"
    assert "did you mean 'almanac'?" in fault.remedy


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("2017-13-01", "months go from 01 to 12: write it as 2016-12-15"),
        ("soon", "write it as 2016-12-15"),
        ("2017", "write 2017-01-01"),
    ],
)
def test_a_key_that_is_no_date_is_told_so_where_it_stands(
    key: str, remedy: str, tmp_path: Path
) -> None:
    text = told(f"{key}: 1")
    fault = only(tmp_path, text)
    assert fault.problem == f"'{key}' is not a date"
    assert fault.remedy == remedy
    assert fault.place.line == line_of(text, f"{{{key}")


@pytest.mark.parametrize("value", ["much", "true", "null", ".inf", ".nan", "{value: 1}"])
def test_a_value_is_a_plain_finite_number(value: str, tmp_path: Path) -> None:
    assert only(tmp_path, told(f"2017-01-01: {value}")).place.path.startswith("history.border")


def test_values_are_wanted(tmp_path: Path) -> None:
    assert only(tmp_path, told("")).problem == "there are no values"
    text = WORLD + "history: {border: {why: measured}}\n"
    assert only(tmp_path, text).problem == "'values' is missing"


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = told("2017-13-01: 1, 2017-01-01: 300").replace("stop: [settled]", "stop: [setled]")
    text += "  moevs: {values: {2017-01-01: 1}}\n  moves: {why: counted}\n"
    assert sorted(fault.problem for fault in faults(tmp_path, text)) == [
        "'2017-13-01' is not a date", "'setled' is not watched", "'values' is missing",
        "300 is out of range", "the outcome 'moevs' is not defined",
    ]  # fmt: skip


def test_a_history_that_is_none_hides_no_fault_that_names_its_outcome(tmp_path: Path) -> None:
    text = WORLD.replace("stop: [settled]", "stop: [border]") + "history: {border: 7}\n"
    assert sorted(fault.problem for fault in faults(tmp_path, text)) == [
        "'border' is not watched", "7 is not a mapping",
    ]  # fmt: skip


def test_a_variation_inherits_it(tmp_path: Path) -> None:
    assert of_border(tmp_path, "title: new").why == "measured"


def test_new_values_keep_neither_source_nor_reason_of_the_old(tmp_path: Path) -> None:
    found = of_border(tmp_path, "history: {border: {values: {2018-01-01: 40}}}")
    assert found == History(values={datetime.date(2018, 1, 1): 40})


def test_a_reason_alone_joins_the_old_values(tmp_path: Path) -> None:
    found = of_border(tmp_path, "history: {border: {why: seen}}")
    assert (found.why, found.source, len(found.values)) == ("seen", ("almanac",), 1)


def test_another_outcome_stands_beside_it(tmp_path: Path) -> None:
    child = "extends: base.yaml\nhistory: {moves: {why: counted, values: {2017-01-01: 1}}}"
    found = load(tmp_path, child, base=WORLD + BORDER).description.history
    assert list(found) == ["border", "moves"]


def test_it_may_be_deleted(tmp_path: Path) -> None:
    child = "extends: base.yaml\nhistory: {border: null}"
    assert not load(tmp_path, child, base=WORLD + BORDER).description.history


@pytest.mark.parametrize(
    "change", ["outcomes: {border: null}", "issues: {border: null}"], ids=["outcome", "quantity"]
)
def test_it_falls_away_with_its_outcome(change: str, tmp_path: Path) -> None:
    found = load(tmp_path, f"extends: base.yaml\n{change}", base=WORLD + BORDER)
    assert not found.description.history
    assert "history: 'border' fell away with outcome 'border'" in found.notes


def test_an_editor_knows_it() -> None:
    assert VALIDATOR.is_valid(parse(WORLD + BORDER, "world.yaml").plain())
    for wrong in ("{2017-01-01: much}", "7"):
        text = WORLD + f"history: {{border: {{values: {wrong}}}}}\n"
        assert not VALIDATOR.is_valid(parse(text, "world.yaml").plain())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_a_shipped_scenario_shows_cites_data_that_no_later_number_uses(path: Path) -> None:
    scenario = load_scenario(path)
    used = {source for one in scenario.parameters.values() for source in one.source}
    for history in scenario.description.history.values():
        assert history.source
        late = [source for source in history.source if source.endswith("2020")]
        assert not used & set(late)
        assert late or max(history.values) < datetime.date(2017, 1, 1)
