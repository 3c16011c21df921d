"""A variant is a file and a few changes; it plays, reads and is written as ``extends`` would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.lab.variant import Change, Variant
from sim.scenario.loading import load_scenario

BASE = Path("yamaguchi-2016")
KNOB = "actors.japan.government.successor.saliences.islands"


@pytest.fixture
def changed() -> Variant:
    variant = Variant(BASE, name="Japan cares less")
    for path, value in (
        (KNOB, "0.25"),
        ("coefficients.rationality", "0.8"),
        ("lens", "realist"),
        ("calendar.rounds", "12"),
        ("seed", "4"),
        ("events.american_election", "off"),
    ):
        variant = variant.with_change(path, value)
    return variant


def test_it_is_the_scenario_with_each_change(changed: Variant) -> None:
    scenario = changed.scenario()
    assert scenario.parameters[KNOB].value == 0.25
    assert scenario.description.lens == "realist"
    assert scenario.description.calendar.rounds == 12
    assert "american_election" not in scenario.description.events
    assert scenario.reference.calendar == changed.base_scenario().reference.calendar


def test_the_same_variant_is_the_same_object_until_a_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: two-neighbours\n")
    variant = Variant(file, (Change("actors.south.power", "0.6"),))
    first = variant.scenario()
    assert variant.scenario() is first
    file.write_text("extends: two-neighbours\nseed: 5\n")
    os.utime(file, ns=(1, 1))
    assert variant.scenario().description.seed == 5


def test_a_change_back_to_what_the_file_has_disappears(changed: Variant) -> None:
    base = changed.base_scenario()
    before = {
        KNOB: str(base.parameters[KNOB].value),
        "coefficients.rationality": f"{base.parameters['coefficients.rationality'].value:.3f}",
        "lens": "null",
        "calendar.rounds": str(base.description.calendar.rounds),
        "seed": str(base.description.seed),
        "events.american_election": "on",
    }
    for path, value in before.items():
        changed = changed.with_change(path, value)
    assert changed.changes == ()
    assert changed.digest() == base.sha256


def test_a_path_changed_again_keeps_its_place(changed: Variant) -> None:
    again = changed.with_change(KNOB, "0.3")
    assert [one.path for one in again.changes] == [one.path for one in changed.changes]
    assert again.changes[0].value == "0.3"
    assert changed.changes[0].value == "0.25"


def test_a_change_that_cannot_be_is_told_with_all_others() -> None:
    variant = Variant(BASE).with_change(KNOB, "7").with_change("coefficients.nowhere", "1")
    with pytest.raises(ScenarioError) as caught:
        variant.scenario()
    assert {fault.place.path for fault in caught.value.faults} == {KNOB, "coefficients.nowhere"}


def test_words_say_what_was_and_what_is(changed: Variant) -> None:
    assert changed.in_words() == [
        "Japan: a new government's salience on “The four islands”: 0.45 → 0.25",
        "Theory: rationality: 0.7 → 0.8",
        "Lens: as each actor has it → Realist",
        "Rounds: 16 → 12",
        "Seed of all draws: 2016 → 4",
        "“A new president is elected in Washington” does not happen",
    ]


def test_a_knob_is_called_by_its_title() -> None:
    scenario = load_scenario("two-neighbours")
    path, knob = next(iter(scenario.description.knobs.items()))
    assert knob.title
    variant = Variant(Path("two-neighbours")).with_change(path, str(knob.low))
    (said,) = variant.in_words()
    assert said.startswith(f"{knob.title}: ")


def test_written_as_yaml_it_is_the_same_scenario_in_another_folder(
    changed: Variant, tmp_path: Path
) -> None:
    text = changed.as_yaml()
    assert text.startswith("# Japan cares less\n")
    (tmp_path / "mine.yaml").write_text(text)
    assert load_scenario(tmp_path / "mine.yaml").sha256 == changed.digest()


@pytest.mark.parametrize("name", ["two: words #1.yaml", "a b.yml", "plain.yaml"])
def test_a_file_of_ones_own_is_named_as_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("extends: two-neighbours\n")
    variant = Variant(tmp_path / name)
    for number, one in enumerate((variant, variant.with_change("actors.south.power", "0.6"))):
        kept = tmp_path / f"kept-{number}.yaml"
        kept.write_text(one.as_yaml())
        assert load_scenario(kept).sha256 == one.digest()


SINGLE = (
    ("lens", "realist"),
    ("seed", "4"),
    ("calendar.rounds", "5"),
    ("runs", "50"),
    ("title", '"A title\\nof two lines"'),
    ("summary", '"x: y # z"'),
    ("watch", "null"),
    ("actors.south.power", "{value: 0.7,\n why: tried}"),
)


@pytest.mark.parametrize(("path", "value"), SINGLE)
def test_a_file_with_a_single_change_reads_back_as_the_variant(
    path: str, value: str, tmp_path: Path
) -> None:
    variant = Variant(Path("two-neighbours"), name="One\nthing").with_change(path, value)
    file = tmp_path / "mine.yaml"
    file.write_text(variant.as_yaml(), encoding="utf-8")
    again = load_scenario(file)
    assert variant.changes
    assert again.sha256 == variant.digest()
    for name in ("seed", "runs", "title", "summary"):
        assert getattr(again.description, name) == getattr(variant.scenario().description, name)
