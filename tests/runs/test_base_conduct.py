"""What the actors of the shipped base scenario do, in many runs, is neither never nor always."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import xarray as xr

from sim.analysis.conduct import conduct, ends_of, playing
from sim.runs.ensemble import run
from sim.scenario.build import load_scenario
from sim.scenario.lookup import usual

BASE = load_scenario(Path(__file__).parents[2] / "scenarios" / "northeast-asia-2016.yaml")
RUNS = 400

RAREST, MOST_COMMON = 0.005, 0.8
"""Share of its actor's rounds in which a lever that is open throughout is to be picked."""
CONFLICT = {
    ("china", "japan"): 22, ("japan", "china"): 15,
    ("united_states", "russia"): 22, ("russia", "united_states"): 15,
    ("china", "united_states"): 13, ("united_states", "china"): 12,
    ("japan", "russia"): 14, ("russia", "japan"): 6,
    ("united_states", "japan"): 6, ("japan", "united_states"): 5,
    ("russia", "china"): 2, ("china", "russia"): 2,
}  # fmt: skip
"""Conflict, verbal and material, in per cent of all acts: ICEWS 2010-2014.

See ``icews-2010-2014`` in ``scenarios/sources.yaml``.
"""
APART = 2
"""Percentage points by which two pairs differ whose order must be kept."""


@pytest.fixture(scope="module")
def results() -> xr.Dataset:
    return run(BASE, runs=RUNS)


@pytest.fixture(scope="module")
def conflict(results: xr.Dataset) -> dict[tuple[str, str], float]:
    found = conduct(results, BASE.description)
    return {(one.actor, one.target): 100 * one.conflict for one in found}


def test_no_lever_is_dead_and_none_crowds_out_the_rest(results: xr.Dataset) -> None:
    """Levers with requirements, or that work once, are closed in rounds that nobody counted."""
    shares = {
        f"{lever} by {actor}": _picked(results, actor, lever)
        for lever, described in BASE.description.levers.items()
        for actor in BASE.description.actors
        if not described.requires and not described.once
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
    choice = results["choice"].sel(direction=own).transpose("run", "round", "direction").values
    picked = (choice[:, 1:] == number).any(axis=2)
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
