"""Forecasts of issues: by the numbers that the scenario states, beside where its runs end."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.reporting.document import Cards
from sim.reporting.issue_forecasts import forecast_blocks
from sim.statistics.issue_forecasts import issue_forecasts
from sim.studies.comparison.result import views
from sim.studies.comparison.rivals import forecasts
from sim.theories.expected_utility import play
from sim.theories.positions import Positions
from tests.fixtures.shipped import loaded
from tests.theories.test_protocol import VALLEY


def test_forecasts_are_those_of_the_numbers_in_the_file() -> None:
    described = loaded(VALLEY).description
    (found,) = issue_forecasts(described)
    stances, actors = described.issues["valley"].stances, described.actors
    names = ("north", "south")
    position = np.array([stances[name].position.value for name in names], float)
    salience = np.array([stances[name].salience.value for name in names], float)
    power = np.array([actors[name].power.value for name in names], float)
    weight = power * salience
    assert found.outcome == "valley"
    assert found.start == described.issues["valley"].outcome.value
    assert found.by_theory["compromise"] == pytest.approx((weight @ position) / weight.sum())
    assert found.by_theory["median"] == position[weight.argmax()]
    last = play(Positions(names, position, salience, power), described.calendar.rounds)[-1]
    assert found.by_theory["expected_utility"] == pytest.approx(
        (weight @ last.position) / sum(weight)
    )


def test_an_issue_that_nobody_has_to_agree_on_has_no_forecast() -> None:
    paths = [f"issues.valley.stances.{name}.salience" for name in ("north", "south")]
    scenario = sim.load_scenario(VALLEY, overrides=[(path, "0") for path in paths])
    assert issue_forecasts(scenario.description) == ()
    assert list(forecast_blocks((), {})) == []
    # Its report is there all the same.
    sections = sim.run(scenario, runs=5, seed=1).page.sections
    assert not next(one for one in sections if one.id == "forecasts").blocks


def test_the_page_of_a_run_has_them_beside_its_end() -> None:
    runs = sim.run(VALLEY, runs=40, seed=1)
    section = next(one for one in runs.page.sections if one.id == "forecasts")
    (table,) = [one for one in section.blocks if isinstance(one, Cards)]
    (found,) = issue_forecasts(loaded(VALLEY).description)
    end = float(runs.data["reported"].isel(round=-1).sel(outcome="valley").median())
    assert table.rows == (
        (
            "The valley",
            "10.0",
            *(f"{value:.1f}" for value in found.by_theory.values()),
            f"{end:.1f}",
        ),
    )
    said = section.blocks[-1]
    assert isinstance(said, str)
    nearest = min(abs(value - end) for value in found.by_theory.values())
    assert f"({nearest:.1f})" in said.split(",")[2]
    assert f"would be {abs(10 - end):.1f} away" in said


def test_a_comparison_has_them_beside_the_ends_of_those_that_are_played() -> None:
    under = {name: name for name in ("quantal", "compromise")}
    found = sim.compare(VALLEY, under=under, runs=40, seed=1)
    (group,) = found.groups
    (table,) = [one for one in forecasts(group, views([group])) if isinstance(one, Cards)]
    end = float(group.sides[1].data["reported"].isel(round=-1).sel(outcome="valley").mean())
    by_theory = {str(row[1]): row for row in table.rows}
    assert by_theory["Compromise"][3] == f"{end:.1f}"
    assert by_theory["Median"][3] == "–"
