"""A sweep at a value is what ``--set`` gives there, and what cannot be swept is said."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.studies.sweep import design
from sim.studies.sweep.design import SweepPlan, plan, swept
from sim.studies.values import MOST_VALUES, spaced
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.scenarios import DUEL, QUARTET, changed
from tests.fixtures.strategies import documents

SHORT = {"calendar.rounds": 3}
BASE = load_scenario(SCENARIOS / "two-neighbours.yaml", SHORT)
CHILD = load_scenario(SCENARIOS / "yamaguchi-2016.yaml", SHORT)
SAME = ("reported", "watched", "choice", "accepted", "happened", "failed_round", "affinity")
SOME = settings(max_examples=12)


def same(one: xr.Dataset, other: xr.Dataset) -> None:
    for name in SAME:
        np.testing.assert_array_equal(one[name].values, other[name].values, err_msg=name)


def played(ready: SweepPlan, values: tuple[float, ...], runs: int, seed: int) -> xr.Dataset:
    """The results of one cell of a plan."""
    return dict(zip(ready.cells, design.played(ready, runs, seed), strict=True))[values]


def values(scenario: Scenario, path: str, shares: tuple[float, float]) -> tuple[float, float]:
    """Two values within reach of a parameter's own."""
    quantity = scenario.parameters[path].quantity
    reach = 0.4 * max(abs(quantity.value), 0.1)
    low, high = (
        float(np.clip(quantity.value + reach * (2 * share - 1), *quantity.bounds))
        for share in shares
    )
    return low, high


def apart(low: float, high: float) -> bool:
    """Whether two values are two: ends that differ by rounding alone are rightly refused."""
    return not math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-9)


SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1))


def holds(scenario: Scenario, path: str, pair: tuple[float, float], made: Any) -> None:
    """Both ends of a sweep are what ``--set`` makes of them, its faults too."""
    try:
        ready = plan(scenario, {path: pair})
    except ScenarioError as error:
        said = {fault.problem for fault in error.faults}
        set_so = set()
        for value in pair:
            try:
                made(value)
            except ScenarioError as fault:
                set_so |= {one.problem for one in fault.faults}
        assert said == set_so
        return
    for (value,) in ready.cells:
        same(played(ready, (value,), runs=3, seed=5), run(made(value), 3, 5))


@SOME
@given(st.sampled_from(sorted(BASE.parameters)), SHARES)
def test_a_sweep_of_a_base_scenario_is_what_set_gives(
    path: str, shares: tuple[float, float]
) -> None:
    pair = values(BASE, path, shares)
    assume(apart(*pair))
    file = SCENARIOS / "two-neighbours.yaml"
    holds(BASE, path, pair, lambda value: load_scenario(file, {**SHORT, path: _short(value)}))


@SOME
@given(st.sampled_from(sorted(CHILD.parameters)), SHARES)
def test_a_sweep_of_a_scenario_that_extends_another_is_what_set_gives(
    path: str, shares: tuple[float, float]
) -> None:
    pair = values(CHILD, path, shares)
    assume(apart(*pair))
    file = SCENARIOS / "yamaguchi-2016.yaml"
    holds(CHILD, path, pair, lambda value: load_scenario(file, {**SHORT, path: _short(value)}))


@SOME
@given(documents(most_actors=3), st.data())
def test_a_sweep_of_any_scenario_is_what_set_gives(
    document: dict[str, Any], data: st.DataObject
) -> None:
    scenario = build(document)
    path = data.draw(st.sampled_from(sorted(scenario.parameters)))
    pair = values(scenario, path, data.draw(SHARES))
    assume(apart(*pair))
    holds(scenario, path, pair, lambda value: build(document, overrides={path: _short(value)}))


def _short(value: float) -> float:
    return float(f"{value:.12g}")


@pytest.mark.parametrize(
    "path",
    [
        "issues.islands.stances.russia.salience",  # changed from the base, with a spread
        "actors.japan.power",
        "coefficients.rationality",
        "coefficients.regard",
        "relations.japan and russia.affinity",
        "relations.russia to china.ties",
    ],
)
def test_kinds_of_parameters_in_a_scenario_that_extends_another(path: str) -> None:
    file = SCENARIOS / "yamaguchi-2016.yaml"
    low, high = values(CHILD, path, (0.1, 0.9))
    holds(CHILD, path, (low, high), lambda value: load_scenario(file, {**SHORT, path: value}))


def test_weights_of_an_actor_seen_through_a_lens_put_the_lens_out_as_set_does() -> None:
    document = changed(DUEL, actors__north__lens="realist")
    path = "actors.north.weights.security"
    ready = plan(build(document), {path: [0.2, 0.9]})
    for (value,) in ready.cells:
        made = build(document, overrides={path: value})
        same(played(ready, (value,), 40, 1), run(made, 40, 1))


def test_a_number_that_the_file_does_not_state_can_be_swept() -> None:
    path = "relations.north to south.commitment"
    ready = plan(build(DUEL), {path: [0.1, 0.6]})
    assert ready.own == {path: None}
    made = build(DUEL, overrides={path: 0.6})
    same(played(ready, (0.6,), 20, 1), run(made, 20, 1))


@pytest.mark.parametrize("path", ["actors.south.power", "relations.north and south.tension"])
def test_ordinary_times_stay_where_they_are_when_a_sweep_begins_at_the_scenarios_own_value(
    path: str,
) -> None:
    scenario = build(DUEL)
    own = scenario.parameters[path].value
    ready = plan(scenario, {path: [own, 3 * own]})
    for (value,) in ready.cells:
        same(played(ready, (value,), 40, 1), run(build(DUEL, overrides={path: value}), 40, 1))


def test_two_parameters_are_what_two_sets_give() -> None:
    scenario = build(QUARTET)
    paths = list(scenario.parameters)[:2]
    axes = {path: values(scenario, path, (0.1, 0.9)) for path in paths}
    ready = plan(scenario, axes)
    data, _ = swept(ready, 6, 2)
    for cell in ready.cells:
        made = run(build(QUARTET, overrides=dict(zip(axes, cell, strict=True))), 6, 2)
        found = data.sel(dict(zip(axes, cell, strict=True)))
        np.testing.assert_array_equal(found["ended"].values, made["reported"].values[:, -1])
        np.testing.assert_array_equal(found["watched"].values, made["watched"].values)


def test_an_edge_of_two_parameters_is_the_sweep_of_one() -> None:
    scenario = build(DUEL)
    power, tension = "actors.south.power", "relations.north and south.tension"
    both, _ = swept(plan(scenario, {power: [0.1, 0.2, 0.4], tension: [0.2, 0.6]}), 20, 3)
    alone, _ = swept(plan(build(DUEL, overrides={tension: 0.2}), {power: [0.1, 0.2, 0.4]}), 20, 3)
    np.testing.assert_array_equal(both["ended"].sel({tension: 0.2}), alone["ended"])
    np.testing.assert_array_equal(both["watched"].sel({tension: 0.2}), alone["watched"])


def test_blocks_do_not_show() -> None:
    ready = plan(build(DUEL), {"actors.south.power": [0.1, 0.2]})
    many, few = (played(ready, (0.2,), runs, 1) for runs in (260, 4))
    same(many.isel(run=slice(4)), few)
    np.testing.assert_array_equal(many["run"], np.arange(260))


def test_values_are_sorted_and_told_as_they_were_set() -> None:
    ready = plan(build(DUEL), {"relations.south and north.tension": spaced(0.5, 0.1, 9)})
    assert ready.axes == {
        "relations.north and south.tension": (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
    }
    assert ready.nearest == (0.3,)
    assert len(spaced(0, 1, 10**9)) == MOST_VALUES + 1


def test_whole_results_are_kept_where_the_scenario_stands() -> None:
    ready = plan(build(DUEL), {"actors.south.power": [0.05, 0.12, 0.3]})
    _, told = swept(ready, 10, 1)
    same(told, played(ready, (0.12,), 10, 1))


def test_progress_counts_the_runs() -> None:
    done: list[int] = []
    swept(plan(build(DUEL), {"actors.south.power": [0.1, 0.2, 0.3]}), 5, 1, done.append)
    assert done == [5, 10, 15]


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"actors.south.powr": [1, 2]}, "did you mean 'actors.south.power'?"),
        ({"actors.south": [1, 2]}, "'actors.south' is a section, not a number"),
        ({"title": [1, 2]}, "'title' is no parameter of the model"),
        ({"calendar.rounds": [1, 2]}, "'calendar.rounds' is no parameter of the model"),
        ({"actors.south.support": [0.5, 1.5]}, "actors.south.support: 1.5 is out of range"),
        ({"actors.south.support": [0.5, 1.5]}, "write a number from 0 to 1"),
        ({"actors.south.support": [0.5]}, "1 value cannot show a change"),
        ({"actors.south.support": []}, "0 values cannot show a change"),
        ({"actors.south.support": [0.5, 0.5]}, "all its values are 0.5"),
        ({"actors.south.support": [0.5, float("nan")]}, "a value is not a finite number"),
        ({"actors.south.support": spaced(0, 1, 200)}, "give at most 101"),
        ({"levers.summit.usual": [0.1, 0.9]}, "add up to 1.05"),
        ({}, "nothing is swept"),
        (
            [("relations.north and south.tension", [0, 1]),
             ("relations.south and north.tension", [0, 1])],
            "the parameter is given twice",
        ),
        (
            {"actors.south.support": spaced(0, 1, 40), "actors.north.support": spaced(0, 1, 40)},
            "40 times 40 values make 1,600 pairs",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_said(over: Any, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        plan(build(DUEL), over)
    assert said in str(caught.value)
    assert "over" in str(caught.value)
    assert "overrides:" not in str(caught.value)


def test_all_faults_come_at_once() -> None:
    over: dict[str, list[float]] = {
        "actors.south.powr": [1, 2],
        "actors.south.support": [0.5, 2],
        "actors.north.support": [0.5],
    }
    with pytest.raises(ScenarioError) as caught:
        plan(build(DUEL), over)
    assert len(caught.value.faults) == 4  # and three are too many
