"""How many runs a study of sensitivity takes, and whether it can be made at all."""

from __future__ import annotations

import numpy as np

from sim.errors import Fault, Place, ScenarioError, option
from sim.model.uncertain import uncertain
from sim.scenario.scenario import Scenario
from sim.studies.arguments import nothing_uncertain
from sim.studies.sensitivity.result import LEAST_SAMPLES, MOST_SAMPLES, Plan
from sim.studies.sensitivity.sources import MOST as MOST_GROUPS
from sim.studies.sensitivity.sources import by_source

SAMPLES = 512
"""Base samples unless told otherwise."""
DIRECT = 20
"""Most uncertain parameters that all get indices of their own; more are screened first."""
KEPT = 16
"""Parameters that get them after the screening."""


def plan(scenario: Scenario, samples: int = SAMPLES) -> Plan:
    """Say what a study takes before it is run.

    Raises
    ------
    ScenarioError
        When no parameter has a spread, or the number of samples is no power of
        2 from 16 to 65,536.
    """
    faults = []
    if not LEAST_SAMPLES <= samples <= MOST_SAMPLES or samples & (samples - 1):
        near = 2 ** round(np.log2(min(max(samples, LEAST_SAMPLES), MOST_SAMPLES)))
        faults.append(
            Fault(
                Place(option("--samples")),
                f"{samples:,} is no power of 2 from {LEAST_SAMPLES} to {MOST_SAMPLES:,}",
                f"write {near}: Sobol's points are even only in such numbers",
            )
        )
    paths = uncertain(scenario)
    if not paths:
        faults.append(nothing_uncertain(scenario))
    if faults:
        raise ScenarioError(faults)
    groups = len(by_source(scenario, paths))
    if len(paths) <= DIRECT:
        apart = groups if 1 < groups < len(paths) else 0
        return Plan(len(paths), samples, 0, 3 + len(paths) + apart)
    return Plan(
        len(paths), samples, max(samples // 8, 8), 3 + KEPT + 1 + min(groups, MOST_GROUPS + 1)
    )
