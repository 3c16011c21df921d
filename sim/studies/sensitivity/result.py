"""What a study of sensitivity found: the plan it followed, and its indices."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from sim.results.outputs import Output
from sim.scenario.scenario import Scenario
from sim.studies.sensitivity.indices import Screening, Sobol
from sim.studies.sensitivity.sources import SourceGroup

CHANCE, REST = "chance", "all other parameters"
NUMBERS, SOURCES = "parameters", "sources"
"""The two groupings of the parameters."""
LEAST_SAMPLES, MOST_SAMPLES = 16, 2**16
"""Limits of the number of base samples."""


@dataclass(frozen=True)
class Plan:
    """How many runs a study takes.

    Attributes
    ----------
    parameters : int
        Uncertain parameters.
    samples : int
        Base samples of the Sobol designs.
    trajectories : int
        Of the screening; 0 where there is none.
    most_blocks : int
        Blocks of base samples, at most: two designs may turn out to share some.
    """

    parameters: int
    samples: int
    trajectories: int
    most_blocks: int

    @property
    def screened(self) -> int:
        """Runs of the screening."""
        return self.trajectories * (self.parameters + 1)

    @property
    def most_runs(self) -> int:
        """All runs, at most."""
        return self.screened + self.samples * self.most_blocks


@dataclass(frozen=True, eq=False)
class Found:
    """All that came of a study.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    plan : Plan
    outputs : tuple of Output
        What was looked at, and varies.
    left_out : tuple of (Output, str)
        What was not, with the reason.
    came : tuple of (int or None)
        Of each of ``outputs``: in how many of ``looked_at`` runs the event came;
        ``None`` of an outcome.
    looked_at : int
        Runs of the matrices A and B that did not fail.
    screening : Screening or None
        Elementary effects of all parameters; ``None`` where few need no screening.
    indices : dict of str to Sobol
        ``parameters``, and ``sources`` where the parameters rest on more than one.
    groups : tuple of SourceGroup
        The factors of ``sources``.
    runs : int
        Runs that were made.
    failed : int
        Runs of them that failed.
    dataset : Dataset
        The runs of the first base sample: an ordinary ensemble.
    """

    scenario: Scenario
    seed: int
    plan: Plan
    outputs: tuple[Output, ...]
    left_out: tuple[tuple[Output, str], ...]
    came: tuple[int | None, ...]
    looked_at: int
    screening: Screening | None
    indices: dict[str, Sobol]
    groups: tuple[SourceGroup, ...]
    runs: int
    failed: int
    dataset: xr.Dataset
