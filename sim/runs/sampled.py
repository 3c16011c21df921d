"""Runs at points laid out by a study: parameters set run by run, within their own spreads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.model.draws import quantile
from sim.runs.ensemble import labelled
from sim.runs.given import Given
from sim.runs.workers import HERE, Workers
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]


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
