"""A first scenario: valid, with reasons, and with little that is perhaps not meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.lab.acts import acts
from sim.lab.build.proposed import PLACEHOLDER
from sim.lab.build.starter import ACTS, Wish, starter
from sim.plausibility.notes import notes
from sim.scenario.conditions import Limits
from sim.scenario.files import unsourced

WISH = Wish("A river", ("Upper", "Middle", "Lower"), "The water", "all kept", "all shared")


def read(text: str, folder: Path) -> sim.Scenario:
    """The scenario of a text, which must be valid and say a reason for each number."""
    file = folder / "first.yaml"
    file.write_text(text, "utf-8")
    scenario = sim.load_scenario(file)
    assert not unsourced(scenario, file)
    return scenario


@pytest.mark.parametrize("unit", ["month", "quarter", "half-year", "year"])
@pytest.mark.parametrize("actors", [2, 3, 5, 8])
def test_a_first_scenario_is_valid_for_all_sizes(unit: str, actors: int, tmp_path: Path) -> None:
    """With a reason for each number, and without notes where it is of a usual size."""
    names = tuple(f"State {letter}" for letter in "ABCDEFGH"[:actors])
    scenario = read(starter(replace(WISH, actors=names, unit=unit)), tmp_path)
    assert len(scenario.description.actors) == actors
    (limits,) = scenario.description.watch["crisis"].when.values()
    assert isinstance(limits, Limits)
    assert limits.at_least is not None
    assert (limits.at_least.why or "").startswith(PLACEHOLDER)
    if actors <= 3 and unit in ("quarter", "half-year"):
        assert [str(note) for note in notes(scenario)] == []


def test_a_first_scenario_runs(tmp_path: Path) -> None:
    """It has futures that differ."""
    results = sim.run(read(starter(WISH), tmp_path), runs=50)
    assert len(results.to_dataframe())


words = st.text(st.characters(exclude_categories=("Cs", "Co", "Cn", "Cc")), min_size=1, max_size=40)
names = words.map(lambda text: " ".join(text.split())).filter(bool)


@given(
    actors=st.lists(names, min_size=2, max_size=5, unique_by=lambda text: text.strip().casefold()),
    issue=names,
    chosen=st.sets(st.sampled_from(sorted(acts()))),
)
@settings(max_examples=60, deadline=None)
def test_whatever_things_are_called_the_first_scenario_can_be_read(
    actors: list[str], issue: str, chosen: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Names of any letters, any acts of the shelf."""
    wish = replace(WISH, actors=tuple(actors), issue=issue, acts=tuple(sorted({*chosen, *ACTS})))
    read(starter(wish), tmp_path_factory.mktemp("first"))
