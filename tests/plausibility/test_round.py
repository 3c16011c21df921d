"""A round of another length than that of the base file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.plausibility.notes import notes
from sim.scenario.loading import load_scenario
from tests.fixtures.calm_file import named
from tests.fixtures.world_file import SOURCES, WORLD


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "world.yaml").write_text(WORLD)
    (tmp_path / "sources.yaml").write_text(SOURCES)
    return tmp_path / "world.yaml"


def test_a_longer_round_with_the_old_frequencies(world: Path) -> None:
    note = notes(load_scenario(world, {"calendar.round": "year"}))[0]
    assert (note.name, note.value, note.place.file) == ("round", 4, "overrides")
    assert "a round is now a year and was a quarter" in note.text
    assert "3 usual frequencies of 3 are still per quarter" in note.text
    assert "multiply them by about 4" in note.remedy


def test_a_variation_is_told_at_its_own_line(world: Path) -> None:
    later = world.with_name("later.yaml")
    later.write_text("extends: world.yaml\ncalendar:\n  round: month\n")
    note = notes(load_scenario(later), world.parent)[0]
    assert (note.place.file, note.place.line) == (str(later), 3)
    assert "multiply them by about 1/3" in note.remedy


def test_frequencies_of_the_new_length_need_no_note(world: Path) -> None:
    later = world.with_name("later.yaml")
    later.write_text(
        "extends: world.yaml\n"
        "calendar: {round: half-year}\n"
        "levers:\n"
        "  summit: {usual: {north to south: 0.4, anyone to anyone: 0.2}}\n"
        "  threat: {usual: {south to north: 0.5}}\n"
    )
    assert "round" not in named(notes(load_scenario(later)))


def test_the_same_round_needs_no_note(world: Path) -> None:
    assert "round" not in named(notes(load_scenario(world, {"calendar.rounds": "4"})))
