"""What the actors of the shipped base scenario do, in many runs, is neither never nor always."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import xarray as xr

from sim.calibration.plan import load_plan
from sim.calibration.statistics import Propensity
from sim.model.compiled import CompiledScenario
from sim.scenario.lookup import usual
from sim.simulation.block import simulate
from sim.simulation.ensemble import run
from sim.statistics.conduct import ends_of, playing
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.shipped import loaded

BASE = loaded("northeast-asia-2016")
RUNS = 400

RAREST, MOST_COMMON = 0.005, 0.8
"""Share of its actor's rounds in which a lever that is open throughout is to be picked."""
TARGETS = load_plan(SCENARIOS / "calibration" / "targets.yaml").targets
CONFLICT = {
    ends_of(target.share): round(100 * target.value, 1)
    for target in TARGETS.values()
    if target.share
}
"""Conflict, verbal and material, in per cent of all acts."""
APART = 1.0
"""Percentage points by which two pairs differ whose order must be kept."""


@pytest.fixture(scope="module")
def results() -> xr.Dataset:
    return run(BASE, runs=RUNS)


@pytest.fixture(scope="module")
def conflict() -> dict[tuple[str, str], float]:
    """Shares over the whole horizon, by the probabilities of acts, which count without noise."""
    compiled = CompiledScenario(BASE)
    acts, quarrels = np.zeros((2, len(compiled.layout.directions)))
    for first in range(0, 1024, compiled.block):
        propensity = Propensity(compiled)
        simulate(compiled, BASE.description.seed, first, compiled.block, observer=propensity)
        acts += np.sum(propensity.acts, axis=(0, 2))
        quarrels += np.sum(propensity.conflict, axis=(0, 2))
    shares = 100 * quarrels / acts
    return dict(zip(compiled.layout.directions, shares.tolist(), strict=True))


def test_no_lever_is_dead_and_none_crowds_out_the_rest(results: xr.Dataset) -> None:
    """Levers with requirements, or that work once, are closed in rounds that nobody counted.

    So are those that end or resume what is in force or not; what breaks it off is rarer yet.
    """
    shares = {
        f"{lever} by {actor}": _picked(results, actor, lever)
        for lever, described in BASE.description.levers.items()
        for actor in BASE.description.actors
        if not described.requires and not described.once
        if not (described.ends or described.suspends or described.resumes)
        if any(usual(described, actor, o) for o in BASE.description.actors if o != actor)
    }
    offenders = {
        name: f"{share:.2%}"
        for name, share in sorted(shares.items(), key=lambda item: item[1])
        if not RAREST <= share <= MOST_COMMON
    }
    assert not offenders


def _picked(results: xr.Dataset, actor: str, lever: str) -> float:
    """Share of the rounds in which an actor picks a lever toward anyone."""
    number = list(results["lever"].values).index(lever)
    own = [way for way in results["direction"].values if ends_of(str(way))[0] == actor]
    choice = results["choice"].sel(direction=own)
    picked = (choice[:, 1:] == number).any(["direction", "track"]).values
    return float(picked[playing(results)].mean())


def test_affinities_do_not_all_run_to_a_bound(results: xr.Dataset) -> None:
    affinity = results["affinity"]
    at_bound = (abs(affinity.isel(round=-1)) > 1 - 0.02).mean("run")
    stuck = {str(pair): float(share) for pair, share in at_bound.to_series().items()}
    assert {pair: share for pair, share in stuck.items() if share > 0.05} == {}
    moved = (affinity.isel(round=-1) - affinity.isel(round=0)).mean("run").values
    assert not (moved > 0.2).all()
    assert not (moved < -0.2).all()


def test_conflict_stands_within_a_factor_of_two_of_the_record(
    conflict: dict[tuple[str, str], float],
) -> None:
    far = {
        f"{actor} to {target}": f"{conflict[actor, target]:.1f} %, recorded {recorded} %"
        for (actor, target), recorded in CONFLICT.items()
        if not recorded / 2 <= conflict[actor, target] <= 2 * recorded
    }
    assert not far


def test_conflict_keeps_the_order_of_the_record(conflict: dict[tuple[str, str], float]) -> None:
    turned = [
        f"{more[0]} to {more[1]} {conflict[more]:.1f} % (recorded {CONFLICT[more]} %), not above "
        f"{less[0]} to {less[1]} {conflict[less]:.1f} % (recorded {CONFLICT[less]} %)"
        for more, less in (
            sorted(two, key=CONFLICT.__getitem__, reverse=True) for two in combinations(CONFLICT, 2)
        )
        if CONFLICT[more] - CONFLICT[less] >= APART and conflict[more] <= conflict[less]
    ]
    assert not turned
