"""Values that numbers of a scenario take one after another: evenly spaced, and checked."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import numpy as np

from sim.errors import Fault, ScenarioError
from sim.scenario.loading import revised, said_by
from sim.scenario.scenario import Scenario

MOST_VALUES = 101
"""Most values of a parameter."""
DIGITS = 12
"""Significant digits of a value: what a chart says is what was set."""


def spaced(first: float, last: float, steps: int) -> tuple[float, ...]:
    """Evenly spaced values, both ends among them; no more than one too many."""
    if not math.isfinite(first) or not math.isfinite(last):
        return first, last
    return tuple(np.linspace(first, last, min(max(steps, 0), MOST_VALUES + 1)).tolist())


def at_the_ends(
    scenario: Scenario, axes: Mapping[str, tuple[float, ...]], given: str
) -> tuple[Scenario, list[Fault]]:
    """Make the scenario with the lowest values, and check it at all ends.

    Every rule of a scenario that holds at the ends holds between them: ranges,
    and sums that must stay below a limit. ``given`` is where the values were written: ``--over``.

    Returns
    -------
    (Scenario, list of Fault)
        The faults of all ends; the scenario as it was given where there are any.
    """
    made: list[Scenario] = []
    faults: dict[tuple[str, str], Fault] = {}
    for corner in itertools.product(*((values[0], values[-1]) for values in axes.values())):
        try:
            made.append(revised(scenario, dict(zip(axes, corner, strict=True))))
        except ScenarioError as error:
            for fault in said_by(given, error.faults):
                faults[fault.place.path, fault.problem] = fault
    return (scenario if faults else made[0]), list(faults.values())
