"""The figures of simulated runs are what their names say."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest

from sim.calibration.plan import FitTarget
from sim.calibration.statistics import Propensity, Sample, figures, simulated
from sim.model.compiled import CompiledScenario
from sim.scenario.cameo import is_conflict
from sim.scenario.loading import build
from sim.simulation.block import simulate
from tests.calibration.test_posterior import _plan
from tests.fixtures.scenarios import DUEL, Document, changed

RUNS = 2048


def sample(document: Document, each: int = RUNS) -> Sample:
    """Records of a scenario of four years in quarters."""
    long = changed(document, calendar__round="quarter", calendar__rounds=16)
    scenario = build(long)
    compiled = CompiledScenario(scenario)
    propensity = Propensity(compiled)
    block = simulate(compiled, 3, 0, RUNS, observer=propensity)
    return Sample(block, propensity, scenario.description, each)


def figure(found: Sample, **target: Any) -> float:
    stated = {**target, "value": 0, "tolerance": 1, "source": ["x"]}
    return float(figures(found, {"one": FitTarget.model_validate(stated)})[0, 0])


@pytest.fixture(scope="module")
def duel() -> Sample:
    return sample(DUEL)


def test_the_share_of_conflict_is_that_of_the_acts(duel: Sample) -> None:
    """Probabilities give the share that counting gives, without its noise."""
    levers = duel.description.levers
    way = list(duel.block.directions).index(("north", "south"))
    done = duel.block.choice[1:, way][duel.block.accepted[1:, way]]
    hostile = [number for number, name in enumerate(duel.block.levers)
               if is_conflict(levers[name])]  # fmt: skip
    counted = np.isin(done, hostile).mean()
    assert figure(duel, share="north to south") == pytest.approx(counted, abs=0.015)


def test_the_uses_of_a_lever_are_counted(duel: Sample) -> None:
    number = duel.block.levers.index("summit")
    used = ((duel.block.choice == number) & duel.block.accepted).sum() / (16 * RUNS)
    assert figure(duel, uses="summit", between="north and south") == pytest.approx(used)
    assert figure(duel, ever="summit") == pytest.approx(
        ((duel.block.choice == number) & duel.block.accepted).any(axis=(0, 1, 2)).mean()
    )


def test_actors_that_do_not_respond_do_not_swing() -> None:
    unmoved = {"rationality": 0, "sentiment": 0, "heat": 0}
    still = sample(changed(DUEL, **{f"coefficients__{name}": x for name, x in unmoved.items()}))
    pair = ["north and south", "north and south"]
    assert figure(still, swing=pair) == pytest.approx(0, abs=1e-12)
    lively = sample(changed(DUEL, coefficients__rationality=2))
    assert figure(lively, swing=pair) > 0.001


def test_a_swing_is_that_of_known_years(duel: Sample) -> None:
    """Years of 1 and 3 quarrels by turns, in both directions: variance 4/3 over 4, a third."""
    by_year = np.repeat([1.0, 3.0, 1.0, 3.0], 4) / 4
    together = copy.copy(duel.propensity)
    level = np.linspace(1, 2, RUNS)  # runs differ in level, which is no swing within them
    together.conflict = [np.full((2, RUNS), year) * level for year in by_year]
    known = dataclasses.replace(duel, propensity=together)
    squares = (level**2).mean() / level.mean() ** 2
    found = figure(known, swing=["north and south", "north and south"])
    assert found == pytest.approx(4 / 3 / 4 * squares)
    together.conflict = [np.full((2, RUNS), 0.5) * level for _ in by_year]
    constant = figure(known, swing=["north and south", "north and south"])
    assert constant == pytest.approx(0, abs=1e-12)


def test_a_change_is_that_of_a_known_series(duel: Sample) -> None:
    """A quantity that rises by one hundredth a quarter moves by four in a year."""
    row = [str(phrase) for phrase in duel.block.phrases].index("support of north")
    state = np.zeros_like(duel.block.state)
    state[:, row] = 0.01 * np.arange(17)[:, None]
    rising = dataclasses.replace(duel, block=dataclasses.replace(duel.block, state=state))
    for over, wanted in ((0.25, 0.01), (1, 0.04), (2, 0.08)):
        moved = figure(rising, change="support", of="north", over=over, mean_of=0.25)
        assert moved == pytest.approx(wanted, rel=1e-5)
        # The mean of two years moves as much: the rise is steady.
        smooth = figure(rising, change="support", of="north", over=over, mean_of=2)
        assert smooth == pytest.approx(wanted, rel=1e-5)


def test_conflict_after_an_event_that_brings_it() -> None:
    clash = {
        "name": "A clash", "chance": 0.05, "repeats": True,
        "changes": {"tension of north and south": {"by": 0.6}},
    }  # fmt: skip
    shaken = sample(changed(DUEL, events={"clash": clash}, coefficients__rationality=1))
    assert figure(shaken, after="clash", between="north and south") > 1.05
    unmoved = {f"coefficients__{name}": 0 for name in ("rationality", "sentiment", "heat")}
    deaf = sample(changed(DUEL, events={"clash": clash}, **unmoved))
    assert figure(deaf, after="clash", between="north and south") == pytest.approx(1, abs=0.01)


def test_groups_are_kept_apart_and_each_has_its_own_coefficients() -> None:
    """Four draws in a block give what each of them gives by itself."""
    plan = _plan(1.0).model_copy(
        update={
            "targets": {"one": FitTarget.model_validate(
                {"share": "north to south", "value": 0.5, "tolerance": 1, "source": ["x"]})},
            "priors": {"rationality": _plan(1.0).priors["one"]},
        }
    )  # fmt: skip
    tense = changed(DUEL, calendar__rounds=24, coefficients__sentiment=0, coefficients__heat=0)
    tense["relations"]["north and south"]["tension"] = 0.6
    values = np.array([[0.0], [0.5], [1.0], [2.0]])
    found = simulated(plan, build(tense), values, seed=1)
    np.testing.assert_array_equal(simulated(plan, build(tense), values, seed=1, workers=2), found)
    assert found.shape == (4, 1)
    assert len(np.unique(found)) == 4
    assert found[0, 0] == pytest.approx(0.15 / (0.15 + 0.1 * 0.7), abs=1e-9)
