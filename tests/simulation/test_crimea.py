"""The check that was not fitted: what became of 2014, told from its eve on.

How close the figures come is said in ``docs/calibration.md``; here stand the
directions that the record has.
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from sim.scenario.loading import load_scenario
from sim.simulation.ensemble import run
from tests.fixtures.paths import ROOT

FILE = ROOT / "scenarios" / "crimea-2014.yaml"
EVENTS = ("crimea", "end_of_the_g8", "western_sanctions", "japanese_sanctions", "gas_contract",
          "oil_halves", "new_approach")  # fmt: skip
RUNS = 512


@pytest.fixture(scope="module")
def happened() -> xr.Dataset:
    return run(load_scenario(FILE), RUNS)


@pytest.fixture(scope="module")
def spared() -> xr.Dataset:
    return run(load_scenario(FILE, [(f"events.{name}", None) for name in EVENTS]), RUNS)


def _mean(results: xr.Dataset, name: str, **where: str) -> xr.DataArray:
    return results[name].sel(where).mean("run").swap_dims(round="until")


def _meetings(results: xr.Dataset) -> np.ndarray:
    """Meetings of the two leaders that took place, by year."""
    number = list(results["lever"].values).index("hold_summit")
    both = results.sel(direction=["japan to russia", "russia to japan"], track="words")
    met = ((both["choice"] == number) & both["accepted"]).sum("direction").mean("run")
    return np.asarray(met.values[1:].reshape(3, 4).sum(axis=1))


def test_tokyo_and_moscow_fall_out_and_do_not_make_up(happened: xr.Dataset) -> None:
    warmth = _mean(happened, "affinity", pair="japan and russia")
    before, after = warmth[0], warmth[-1]
    lowest = warmth.sel(until=slice("2014-06", "2015-06")).min()
    assert lowest < before - 0.05
    assert after < before - 0.05


def test_the_events_drew_moscow_and_beijing_together(
    happened: xr.Dataset, spared: xr.Dataset
) -> None:
    apart = _mean(spared, "affinity", pair="russia and china")
    together = _mean(happened, "affinity", pair="russia and china")
    assert (together - apart)[4:].min() > 0
    # Beijing warms in itself as well, and stays warmer.
    assert together[3:].min() > together[0] + 0.02


def test_leaders_meet_less_after_crimea(happened: xr.Dataset, spared: xr.Dataset) -> None:
    assert _meetings(happened)[:2].sum() < _meetings(spared)[:2].sum() * 0.97


def test_tokyo_seeks_fewer_meetings_and_then_more_again(happened: xr.Dataset) -> None:
    number = list(happened["lever"].values).index("hold_summit")
    asked = happened["choice"].sel(direction="japan to russia", track="words") == number
    by_year = asked.mean("run").values[1:].reshape(3, 4).mean(axis=1)
    assert max(by_year[0], by_year[1]) < by_year[2]


def test_trade_falls_and_partly_recovers(happened: xr.Dataset) -> None:
    ties = _mean(happened, "ties", direction="japan to russia")
    before, fallen = ties.sel(until="2014-10-01").item(), ties.sel(until="2015-01-01").item()
    assert fallen < before - 0.01
    assert fallen < ties[-1] < before
    # Russia, for its part, came to rely on China more.
    toward_china = _mean(happened, "ties", direction="russia to china")
    assert toward_china[-1] > toward_china[0] + 0.03
    assert np.isfinite(toward_china).all()
