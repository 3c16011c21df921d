"""Runs whose parameters a study sets, run by run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import xarray as xr

from sim.arrays import Floats
from sim.model.uncertain import quantile
from sim.results.block import Block
from sim.scenario.scenario import Scenario
from sim.simulation.block import OnScenario, Span, simulate, spans
from sim.simulation.ensemble import labelled
from sim.simulation.executors.base import HERE, Workers

# Runs at points laid out by a study: parameters set run by run, within their own spreads.


class Sampled:
    """A scenario whose uncertain parameters are set, as if they had been drawn.

    Parameters
    ----------
    scenario : Scenario
    paths : sequence of str
        Uncertain parameters, in the order of a point's coordinates.
    seed : int
        Of all other draws.
    done : callable, optional
        Called with the number of runs after each block of them.
    workers : Workers
        Who plays them.
    """

    def __init__(
        self,
        scenario: Scenario,
        paths: Sequence[str],
        seed: int,
        done: Callable[[int], None] | None = None,
        workers: Workers = HERE,
    ) -> None:
        self.scenario, self.paths, self.seed = scenario, tuple(paths), seed
        self._done, self._workers = done, workers
        self._work = Given(scenario, seed)

    def values(self, points: Floats) -> dict[str, Floats]:
        """The values that points of the unit cube stand for, by path.

        Parameters
        ----------
        points : shape (runs, paths)
            Shares of each parameter's distribution, 0 to 1.
        """
        parameters = self.scenario.parameters
        return {
            path: quantile(parameters[path].quantity, column)
            for path, column in zip(self.paths, points.T, strict=True)
        }

    def run(self, points: Floats, first: int = 0) -> xr.Dataset:
        """Run ``first`` and those that follow it, one at each point.

        Run r has the draws of chance that it has in every other study of the
        same seed, whatever its parameters are.

        Parameters
        ----------
        points : shape (runs, paths)
            As for :meth:`values`.
        first : int
            Number of the first run.

        Returns
        -------
        Dataset
            See :func:`sim.results.dataset.assemble`.
        """
        tasks = self._work.tasks(self.values(points), len(points), first)
        blocks = []
        for block in self._workers.map(self._work, tasks):
            blocks.append(block)
            if self._done:
                self._done(block.runs)
        return labelled(self.scenario, blocks, self.seed)


@dataclass(frozen=True, eq=False)
class Values:
    """A block of runs, as a task, with the values that its parameters take.

    Attributes
    ----------
    first, runs : int
    given : dict of path to array, shape (runs,)
    """

    first: int
    runs: int
    given: Mapping[str, Floats]

    def __str__(self) -> str:
        return str(Span(self.first, self.runs))


@dataclass(frozen=True)
class Given(OnScenario):
    """The work of playing blocks of runs with given values.

    Attributes
    ----------
    scenario : Scenario
    seed : int
        Of all other draws.
    varied : tuple of str
        Parameters that are set as a change, from which ordinary times do not move.
    """

    scenario: Scenario
    seed: int
    varied: tuple[str, ...] = ()

    def __call__(self, task: Values) -> Block:
        """Play a block."""
        return simulate(self.setting, self.seed, task.first, task.runs, given=task.given)

    def tasks(self, given: Mapping[str, Floats], runs: int, first: int = 0) -> Iterator[Values]:
        """Cut runs, and the values that belong to them, into blocks.

        Parameters
        ----------
        given : mapping of path to array, shape (runs,)
        runs, first : int
            How many runs, and the number of the first.
        """
        for start, size in spans(0, runs, self.setting.block):
            own = {path: values[start : start + size] for path, values in given.items()}
            yield Values(first + start, size, own)
