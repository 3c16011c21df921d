"""Knife edges: how much hangs on one number that is known no better than its spread says."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.model.uncertain import quantile
from sim.scenario.parameters import Parameter
from sim.scenario.scenario import Scenario
from sim.soundness.engine import at_least, played

_NUMBERS = re.compile(r"issues\.\w+\.stances\.\w+\.(salience|position)|actors\.\w+\.weights\.\w+")
"""Paths of the numbers that are moved: what actors want, and how much they care."""
LEAST_HAPPENING = 20
"""An event has a factor where it happens in so many runs of one of the two at least."""
_SHARES = 1024


@dataclass(frozen=True)
class KnifeEdge:
    """What moving one number by its own spread does to one watched event.

    ``value`` is its central value; ``before`` and ``after`` count the runs in which the event
    happens, on the same draws; ``log_error`` is the standard error of the factor's logarithm.
    """

    path: str
    value: float
    moved: float
    watch: str
    runs: int
    before: int
    after: int
    log_error: float

    @property
    def factor(self) -> float:
        """The larger of the two chances over the smaller; half a run is added to each."""
        return math.exp(abs(self._log))

    @property
    def least(self) -> float:
        """The factor at least, but for chance (95 %); 1 where the interval holds 1."""
        return math.exp(at_least(abs(self._log), self.log_error))

    @property
    def _log(self) -> float:
        return math.log((self.after + 0.5) / (self.before + 0.5))


def deviation(parameter: Parameter) -> float:
    """Standard deviation of a number that has a spread, cut at its range."""
    shares = (np.arange(_SHARES) + 0.5) / _SHARES
    return float(quantile(parameter.quantity, shares).std())


def moved(scenario: Scenario) -> dict[str, tuple[float, ...]]:
    """The numbers that are moved, with the values that they take: down, and up."""
    found = {}
    for path, parameter in scenario.parameters.items():
        if parameter.quantity.spread is None or not _NUMBERS.fullmatch(path):
            continue
        low, high = parameter.quantity.bounds
        size, value = deviation(parameter), parameter.value
        ends = (max(value - size, low), min(value + size, high))
        if values := tuple(end for end in ends if end != value):
            found[path] = values
    return found


def knife_edges(scenario: Scenario, runs: int) -> tuple[KnifeEdge, ...]:
    """Move each number by its standard deviation, up and down, against ordinary times.

    The number is set to its central value in one arm and moved in the other, in all runs;
    ordinary times keep the central value, as they do of ``--set`` and ``sweep``. All else
    is drawn, the same in both arms. An event is left out where it happens in fewer than
    :data:`LEAST_HAPPENING` runs of both.
    The largest come first, by what a factor is at least; ``runs`` are those of each arm.
    """
    found = []
    for path, values in moved(scenario).items():
        value = scenario.parameters[path].value
        usual = _happened(scenario, runs, path, value)
        for one in values:
            other = _happened(scenario, runs, path, one)
            for watch in usual:
                before, after = float(usual[watch].sum()), float(other[watch].sum())
                if max(before, after) < LEAST_HAPPENING:
                    continue
                # As of a ratio of two shares in pairs (delta method).
                apart = float((usual[watch] != other[watch]).sum())
                error = math.sqrt((apart + 0.5) / ((before + 0.5) * (after + 0.5)))
                both = int(before), int(after)
                found.append(KnifeEdge(path, value, one, watch, runs, *both, error))
    return tuple(sorted(found, key=lambda edge: (-edge.least, -edge.factor, edge.path, edge.watch)))


def _happened(scenario: Scenario, runs: int, path: str, value: float) -> dict[str, Floats]:
    """Whether each watched event happens in each run, by its id."""
    last = scenario.description.calendar.rounds
    parts: dict[str, list[Floats]] = {watch: [] for watch in scenario.description.watch}
    for _, world in played(scenario, runs, numbers={path: value}):
        if world.now == last:
            for name, first in zip(
                world.compiled.watches.names, world.records.watched, strict=True
            ):
                parts[name].append((first > 0).astype(float))
    return {name: np.concatenate(found) for name, found in parts.items()}
