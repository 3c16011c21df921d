"""What happens as one or two parameters move, and where an outcome flips."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Progress
from sim.errors import ResultsError
from sim.reporting.document import Document
from sim.results.series import outputs
from sim.scenario.arguments import function_of, names_of
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.simulation.executors.base import HERE, Workers
from sim.statistics.summary import BAND_LEVELS, outcome_quantiles, wilson
from sim.studies.arguments import runs_of, seats_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.sweep.design import Over, SweepPlan, plan, swept
from sim.studies.sweep.page import sweep_page
from sim.studies.sweep.result import Course, Grid, Swept, Threshold, complete, result, samples
from sim.theories.protocol import Theories

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

RUNS = {1: 500, 2: 100}
"""Runs at each value of one parameter, and at each pair of values of two."""


class Sweep(Study):
    """A scenario over the values of one or two parameters.

    Attributes
    ----------
    scenario : Scenario
    data : Dataset
        Where each outcome stands at the end (``ended``) and the first round of each
        watched event (``watched``, -1: never), by value, run and name: see
        :func:`sim.studies.sweep.design.swept`.
    typical : Dataset
        The whole results at the values nearest to the scenario's own.
    seconds : float
        Time that the runs took.
    """

    kind = "sweep"

    def __init__(
        self, planned: SweepPlan, data: xr.Dataset, typical: xr.Dataset, seconds: float = 0.0
    ) -> None:
        self.plan, self.scenario = planned, planned.scenario
        self.data, self.typical, self.seconds = data, typical, seconds

    @cached_property
    def found(self) -> Swept:
        """What the runs came to."""
        return result(self.plan, self.data, self.typical)

    @property
    def parts(self) -> tuple[Course, ...] | tuple[Grid, ...]:
        """Each outcome and event: along one parameter, or over two."""
        return self.found.parts

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """Where an outcome passes the mark of its scale, or an event becomes as likely as not."""
        return tuple(one for part in self.parts for one in part.thresholds)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per value, or pair of values, and outcome or event.

        Columns: the paths; ``measure`` (id), ``name`` (as it is shown) and ``kind``
        (``outcome`` or ``event``) of what is measured; ``runs``; of an outcome its ``mean`` and
        quantiles ``q05`` to ``q95``; of an event its ``probability`` with ``low`` and
        ``high``, its 95 % interval.
        """
        import pandas as pd

        kept = complete(self.data)
        axes = self.plan.axes
        rows = []
        for item, cells in samples(kept, self.scenario):
            for values, place in zip(self.plan.cells, np.ndindex(*cells.shape[:-1]), strict=True):
                sample = cells[place]
                row = dict[str, object](zip(axes, values, strict=True))
                row |= {"measure": item.id, "name": item.name}
                row |= {"kind": "event" if item.event else "outcome", "runs": len(sample)}
                if item.measure is None:
                    low, high = wilson(sample.sum(), len(sample))
                    row |= {"probability": sample.mean(), "low": float(low), "high": float(high)}
                else:
                    levels = outcome_quantiles(sample, BAND_LEVELS, item.measure)
                    names = (f"q{round(100 * level):02}" for level in BAND_LEVELS)
                    row |= {"mean": sample.mean(), **dict(zip(names, levels, strict=True))}
                rows.append(row)
        return pd.DataFrame(rows)

    def _page(self) -> Document:
        return sweep_page(self.found)


def sweep(
    scenario: ScenarioLike,
    over: Over,
    *,
    runs: int | None = None,
    seed: int | None = None,
    outcomes: str | Sequence[str] | None = None,
    theories: Theories | None = None,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> Sweep:
    """Let one or two parameters take one value after another, all else the same.

    At each value the result is that of the scenario with this value set, as by
    ``--set``: what is swept is a change, from which ordinary times do not move. Run r
    meets the same draws of chance at every value (common random numbers; Law 2015,
    Simulation Modeling and Analysis, section 11.2), so that values can be compared run
    by run.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    over : mapping of path to values, or text
        One or two parameters, as ``--set`` names them; at least two values of each. As
        text (for two parameters a list of texts): ``"actors.south.power=0.2:0.8:7"`` for
        seven values, both ends among them, or ``"actors.south.power=0.2,0.4,0.8"``.
    runs : int, optional
        At each value: 500, or 100 at each pair of values of two parameters.
    seed : int, optional
        The scenario's own where not given.
    outcomes : sequence of str, optional
        Ids of the outcomes and watched events to keep; all where not given.
    theories : theory, or mapping of actor to theory, optional
        How actors decide: as for :func:`sim.run`.
    progress : callable, optional
        Called with the number of runs done so far.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    found : Sweep
        Outcomes by value, where one flips, and the page.

    Raises
    ------
    ScenarioError
        With all faults of what is asked.
    ResultsError
        When every run fails at some value.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("two-neighbours")
    >>> found = sim.sweep(scenario, {"actors.south.power": [0.2, 0.4, 0.8]}, runs=20)
    >>> found.data["ended"].dims
    ('actors.south.power', 'run', 'outcome')
    """
    ready = plan(scenario_of(scenario), over)
    return carried_out(ready, runs, seed, outcomes, progress, workers, theories)


def carried_out(
    ready: SweepPlan,
    runs: int | None = None,
    seed: int | None = None,
    outcomes: str | Sequence[str] | None = None,
    progress: Progress | None = None,
    workers: Workers = HERE,
    theories: Theories | None = None,
) -> Sweep:
    """Carry out a sweep that is checked; parameters as for :func:`sweep`."""
    scenario = ready.scenario
    kept = outputs(scenario.description, names_of("outcomes", () if outcomes is None else outcomes))
    runs = runs_of(scenario, RUNS[len(ready.axes)] if runs is None else runs, least=2)
    seed, workers = seed_of(scenario, seed), workers_of(workers)
    progress, seats = function_of("progress", progress), seats_of(theories, scenario)
    begun = time.perf_counter()
    data, typical = swept(ready, runs, seed, progress, workers, seats)
    if not complete(data).sizes["run"]:
        raise ResultsError(
            "every run failed at some value: its numbers broke down; sweep a narrower range"
        )
    data = data.sel(
        outcome=[one.id for one in kept if one.kind == "outcome"],
        watch=[one.id for one in kept if one.kind == "watch"],
    )
    found = Sweep(ready, data, typical, time.perf_counter() - begun)
    return found.under(seats, scenario)
