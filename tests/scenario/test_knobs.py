"""Knobs say which numbers readers turn first, and how far; they move nothing themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.app import execute
from sim.scenario.cross_checks_knobs import bounds_at
from sim.scenario.field_types import KnobRange
from sim.scenario.loading import build, load_scenario
from sim.simulation.ensemble import run
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.world_file import WORLD, faults, line_of, load, only

SOUND = """\
knobs:
  actors.south.power: {low: 0.1, high: 0.5}
  actors.north.patience: {low: 0.5, high: 0.95, step: 0.05, title: Patience, words: [hasty, calm]}
  relations.north and south.tension: {low: 0, high: 1}
  levers.summit.usual.north to south: {low: 0.05, high: 0.6}
  levers.threat.effects.issue border: {low: -9, high: 0}
  coefficients.rationality: {low: 0, high: 2}
"""


def knob(path: str, entry: str) -> str:
    """The world with one knob."""
    return f"{WORLD}knobs:\n  {path}: {entry}\n"


def test_they_are_read_with_title_words_and_step(tmp_path: Path) -> None:
    knobs = load(tmp_path, WORLD + SOUND).description.knobs
    assert len(knobs) == 6
    assert knobs["actors.north.patience"] == KnobRange(
        low=0.5, high=0.95, step=0.05, title="Patience", words=("hasty", "calm")
    )


def test_they_change_no_digest_and_no_result() -> None:
    knobs = {"actors.north.power": {"low": 0.1, "high": 0.4}}
    bare, with_them = build(DUEL), build(changed(DUEL, knobs=knobs))
    assert with_them.description.knobs
    assert bare.sha256 == with_them.sha256
    assert bare.parameters.keys() == with_them.parameters.keys()
    assert run(bare, runs=3).equals(run(with_them, runs=3))


@pytest.mark.parametrize(
    ("path", "entry", "problem", "remedy"),
    [
        ("actors.south.pwer", "{low: 0, high: 1}", "no number", "actors.south.power"),
        ("actors.south", "{low: 0, high: 1}", "no number", "write one number in it"),
        ("relations.south and north.tension", "{low: 0, high: 1}", "no number",
         "relations.north and south.tension"),
        ("actors.south.name", "{low: 0, high: 1}", "no number", "actors.south.power"),
        ("actors.south.support", "{low: 0.2, high: 1.5}", "1.5 is out of range", "from 0 to 1"),
        ("levers.threat.effects.issue border", "{low: -101, high: 0}", "-101 is out of range",
         "from -100 to 100"),
        ("levers.summit.effects.affinity of actor and target", "{low: 0, high: 3}",
         "3 is out of range", "from -2 to 2"),
        ("watch.settled.when.issue border.at_least", "{low: -1, high: 90}", "-1 is out of range",
         "from 0 to 100"),
        ("actors.south.power", "{low: 0.3, high: 0.5}", "the number is 0.2", "widen"),
        ("actors.south.power", "{low: 0.5, high: 0.1}", "cannot turn from 0.5 to 0.1", "lower"),
        ("actors.south.power", "{low: 0.2, high: 0.2}", "cannot turn", "two numbers"),
        ("actors.south.power", "{low: 0.1, high: 0.5, step: 0.6}", "leaves the range", "0.4"),
        ("actors.south.power", "{low: 0.1, high: 0.5, step: 0}", "0", "more than 0"),
        ("actors.south.power", "{low: 0.1, high: 0.5, words: [one]}", "two to seven", "least"),
        ("actors.south.power", "{low: few, high: 0.5}", "'few' is not a number", "plain number"),
        ("actors.south.power", "{low: 0.1}", "'high' is missing", "the most"),
        ("actors.south.power", "{low: 0.1, high: 0.5, unit: t}", "unknown key 'unit'", "known"),
    ],
)  # fmt: skip
def test_what_cannot_be_turned_so_is_a_fault_at_its_line(
    path: str, entry: str, problem: str, remedy: str, tmp_path: Path
) -> None:
    text = knob(path, entry)
    fault = only(tmp_path, text)
    assert problem in fault.problem
    assert remedy in fault.remedy
    assert fault.place.line == line_of(text, f"  {path}: {{low")


def test_more_than_sixteen_are_too_many(tmp_path: Path) -> None:
    numbers = list(load(tmp_path).parameters)[:17]
    rows = "".join(f"  {path}: {{low: -1000, high: 1000}}\n" for path in numbers)
    found = faults(tmp_path, f"{WORLD}knobs:\n{rows}")
    assert any("there are 17 knobs" in fault.problem for fault in found)


def test_a_number_with_a_fault_of_its_own_has_no_second_one_at_its_knob(tmp_path: Path) -> None:
    text = knob("actors.south.support", "{low: 0, high: 1}")
    text = text.replace("    name: South\n", "    name: South\n    support: much\n")
    assert only(tmp_path, text).place.path == "actors.south.support"


def test_a_number_set_beyond_its_knob_is_no_fault(tmp_path: Path) -> None:
    load(tmp_path, knob("actors.south.power", "{low: 0.1, high: 0.5}"))
    scenario = load_scenario(tmp_path / "world.yaml", {"actors.south.power": 0.9})
    assert scenario.parameters["actors.south.power"].value == 0.9


@pytest.mark.parametrize(
    ("child", "left"),
    [
        ("knobs: {actors.south.power: null}", 5),
        ("knobs: {actors.south.support: {low: 0, high: 1}}", 7),
        ("knobs: {actors.south.power: {high: 0.8}}", 6),
        ("levers: {threat: null}", 5),
        ("levers: {summit: {usual: {north to south: null}}}", 5),
        ("levers: {summit: {usual: 0.2}}", 5),
        ("actors: {east: null}", 6),
        ("issues: {border: null}\noutcomes: {power: {name: power, of: power of north}}", 5),
        ("relations: {north and south: {tension: null}}", 5),
        ("knobs: null", 0),
    ],
)
def test_a_file_that_extends_another_has_its_knobs_and_changes_them(
    child: str, left: int, tmp_path: Path
) -> None:
    knobs = load(tmp_path, f"extends: base.yaml\n{child}\n", base=WORLD + SOUND).description.knobs
    assert len(knobs) == left
    if "high: 0.8" in child:
        assert (knobs["actors.south.power"].low, knobs["actors.south.power"].high) == (0.1, 0.8)


def test_what_fell_away_with_a_deleted_part_is_told(tmp_path: Path) -> None:
    child = "extends: base.yaml\nlevers: {threat: null}\n"
    notes = load(tmp_path, child, base=WORLD + SOUND).notes
    assert "knobs: 'levers.threat.effects.issue border' fell away with its number" in notes


def test_describe_lists_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path, WORLD + SOUND)
    monkeypatch.setenv("COLUMNS", "150")
    assert execute(["describe", str(tmp_path / "world.yaml"), "--no-notes"]) == 0
    said = capsys.readouterr().out
    assert "actors.north.patience: Patience" in said
    assert "hasty, calm" in said


def test_a_probability_stays_below_one_and_an_effect_within_its_range(tmp_path: Path) -> None:
    numbers = load(tmp_path).parameters
    usual = "levers.threat.usual.south to north"
    assert bounds_at(usual, numbers[usual].quantity) == (1e-6, 0.999)
    change = "events.election.changes.support of south.to"
    assert bounds_at(change, numbers[change].quantity) == (0, 1)
