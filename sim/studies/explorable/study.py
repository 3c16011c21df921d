"""One page for a memory stick on which a few numbers of a scenario can be turned."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.arrays import Progress
from sim.reporting.document import Document
from sim.scenario.arguments import function_of
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.simulation.block import about
from sim.simulation.executors.base import HERE, Workers
from sim.studies.arguments import runs_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.explorable.design import GridPlan, Knobs, plan
from sim.studies.explorable.page import explorable_page
from sim.studies.explorable.result import Explored, explored
from sim.theories.seating import NOBODY

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

RUNS = 500
"""Runs at each place unless told otherwise."""


class Explorable(Study):
    """A scenario at every place of a grid of a few numbers.

    Attributes
    ----------
    found : Explored
    data : Dataset
        By place (a dimension for each path) and ``measure``: ``level`` (median at the end, or
        probability), ``difference`` from the scenario as it is, and its 95 % interval ``low``
        to ``high``.
    seconds : float
        Time that the runs took.
    """

    kind: ClassVar[str] = "explorable"

    def __init__(self, found: Explored, seconds: float = 0.0) -> None:
        self.found, self.seconds = found, seconds
        self.data = _labelled(found)

    def to_dataframe(self) -> pd.DataFrame:
        """Every place and measure, one row each.

        Columns: the paths; ``turned``, false where nothing is; ``measure`` (id), ``name`` and
        ``kind`` (``outcome`` or ``event``); ``level``, ``difference``, ``low``, ``high``;
        ``pairs``, the runs that the difference rests on.
        """
        import pandas as pd

        found, rows = self.found, []
        knobs = found.plan.knobs
        for at in found.places:
            values = {
                knob.path: knob.values[nth] for knob, nth in zip(knobs, at.place, strict=True)
            }
            for output, level, one in zip(found.wanted, at.levels, at.changes, strict=True):
                rows.append(
                    {
                        **values,
                        "turned": at.place != found.plan.own,
                        "measure": output.id,
                        "name": output.name,
                        "kind": "event" if output.kind == "watch" else "outcome",
                        "level": level,
                        "difference": one.difference,
                        "low": one.low,
                        "high": one.high,
                        "pairs": at.runs,
                    }
                )
        return pd.DataFrame(rows)

    def _page(self) -> Document:
        return explorable_page(self.found)


def _labelled(found: Explored) -> xr.Dataset:
    import xarray as xr

    knobs, sizes = found.plan.knobs, found.plan.sizes
    numbers = np.array(
        [
            [(level, one.difference, one.low, one.high)
             for level, one in zip(at.levels, at.changes, strict=True)]
            for at in found.places
        ]
    ).reshape(*sizes, len(found.wanted), 4)  # fmt: skip
    dims = (*(knob.path for knob in knobs), "measure")
    names = ("level", "difference", "low", "high")
    return xr.Dataset(
        {name: (dims, numbers[..., nth]) for nth, name in enumerate(names)},
        coords={
            **{knob.path: list(knob.values) for knob in knobs},
            "measure": [one.label for one in found.wanted],
        },
        attrs=about(found.plan.scenario, found.seed),
    )


def explorable(
    scenario: ScenarioLike,
    knobs: Knobs | None = None,
    *,
    runs: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> Explorable:
    """Play a scenario at every combination of values of up to three numbers, for one page.

    The page opens from a memory stick, without the program and without a network: its readers
    turn the numbers to the places that were played, and see the fans, the probabilities and the
    differences from the scenario as it is, on the same draws of chance. Each place is the
    scenario with these values set, as by ``--set``; a number that stays where the scenario has
    it keeps its spread.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    knobs : text, sequence of text, or mapping, optional
        One to three numbers, as ``"actors.south.power=0.2:0.8:5"`` for five values from 0.2 to
        0.8, or ``{"actors.south.power": (0.2, 0.8, 5)}``. The scenario's own value comes with
        them. Where nothing is given: the first two that the scenario names under ``knobs``.
    runs : int, optional
        At each place; 500 where not given.
    seed : int, optional
        The scenario's own where not given.
    progress : callable, optional
        Called with the number of runs done so far.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    found : Explorable
        Outcomes at every place of the grid, and the page.

    Raises
    ------
    ScenarioError
        With all faults of what is asked: an unknown number, ends turned round or out of range,
        too many numbers, more places than fit on a page.
    ResultsError
        When every run fails at some place.

    Examples
    --------
    >>> import sim
    >>> found = sim.explorable("two-neighbours", "actors.south.power=0.2:0.8:3", runs=20)
    >>> found.data["level"].dims
    ('actors.south.power', 'measure')
    """
    return carried_out(plan(scenario_of(scenario), knobs), runs, seed, progress, workers)


def carried_out(
    ready: GridPlan,
    runs: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> Explorable:
    """Carry out what is checked; parameters as for :func:`explorable`."""
    runs = runs_of(ready.scenario, RUNS if runs is None else runs, least=2)
    seed, workers = seed_of(ready.scenario, seed), workers_of(workers)
    progress, begun = function_of("progress", progress), time.perf_counter()
    found = explored(ready, runs, seed, progress, workers)
    return Explorable(found, time.perf_counter() - begun).under(NOBODY, ready.scenario)
