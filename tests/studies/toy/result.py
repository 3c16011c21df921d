"""What is found, as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from sim.arrays import Ints
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Waiting:
    """The round in which each watched event came first, by run; -1 where it never came."""

    scenario: Scenario
    seed: int
    rounds: int
    names: tuple[str, ...]
    first: Ints

    @property
    def came(self) -> Ints:
        """Runs in which each event came."""
        return np.asarray((self.first >= 0).sum(axis=0))


def waiting_of(dataset: xr.Dataset, scenario: Scenario, seed: int) -> Waiting:
    """Read the first rounds off the runs."""
    names = tuple(str(name) for name in dataset["watch_name"].values)
    first = dataset["watched"].transpose("run", "watch").values
    return Waiting(scenario, seed, dataset.sizes["round"] - 1, names, first)
