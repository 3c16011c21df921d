"""Under which combinations of the uncertain numbers something happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Progress
from sim.claims.condition import condition
from sim.claims.measure import Measured, recording
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.quantiles import uncertain
from sim.reporting.document import Document
from sim.results.series import series
from sim.scenario.arguments import function_of
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.simulation.executors.base import HERE, Workers
from sim.statistics.interest import with_interests
from sim.studies.arguments import needed, nothing_uncertain, runs_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.discovery.page import discovery_page
from sim.studies.discovery.result import HEADER, Box, Boxes, Discovered, find_boxes
from sim.text import count, percent
from sim.theories.seating import NOBODY

if TYPE_CHECKING:
    import pandas as pd


LEAST_RUNS = 4000
"""Runs unless told otherwise, where the scenario itself does not ask for more."""


class Discovery(Study):
    """Boxes of uncertain numbers in which a condition holds more often.

    Attributes
    ----------
    found : Discovered
    data : Dataset
        ``drawn``, ``happened``, ``box`` and ``held_out``, by run.
    """

    kind: ClassVar[str] = "discovery"

    def __init__(self, found: Discovered) -> None:
        self.found, self.data = found, found.labelled()

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each limit of each box.

        ``coverage``, ``density`` and ``mass`` are those of the half of the runs
        that the box was not made from; ``share`` is the density over all of it.
        """
        import pandas as pd

        return pd.DataFrame(self.found.rows(), columns=list(HEADER))

    def _page(self) -> Document:
        return discovery_page(self.found)


def discover(
    scenario: ScenarioLike,
    where: str | Mapping[str, Any],
    runs: int | None = None,
    seed: int | None = None,
    *,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> Discovery:
    """Find combinations of the uncertain numbers under which a condition holds more often.

    Boxes are made on every second run and judged on the others: see
    :func:`sim.studies.discovery.result.find_boxes`.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    where : str or mapping
        The condition, with the keys of a proposition's measure:
        ``{"watch": "treaty", "until": "2020-12-31"}``. See
        :func:`sim.claims.condition.condition`.
    runs : int, optional
        4,000, or the scenario's own number if that is larger.
    seed : int, optional
        The scenario's own where not given.
    progress : callable, optional
        Called with the number of runs done so far.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    Discovery

    Raises
    ------
    ScenarioError
        When the condition is faulty, holds in no run or in all, or nothing is
        uncertain.
    SimError
        When the ema_workbench is not installed.
    """
    needed("ema_workbench")
    scenario, progress = scenario_of(scenario), function_of("progress", progress)
    target = condition(where, scenario)
    if not uncertain(scenario):
        raise ScenarioError([nothing_uncertain(scenario)])
    runs = runs_of(scenario, default_runs(scenario) if runs is None else runs, least=2)
    seed, workers = seed_of(scenario, seed), workers_of(workers)
    watching = recording(scenario, [target])
    dataset = run(watching, runs, seed, progress=progress, workers=workers)
    values = series(with_interests(dataset, watching, [target]), target).values
    whole = np.isfinite(values)
    cases = holds(values[whole], target.measured)
    if not cases.any() or cases.all():
        raise ScenarioError([_no_contrast(values[whole], cases, target.measured)])
    described = scenario.description
    # What only the condition asked for is no outcome of the scenario.
    kept = dataset.isel(run=whole).sel(
        outcome=list(described.outcomes), watch=list(described.watch)
    )
    drawn = kept["drawn"]
    paths = [str(path) for path in drawn["parameter"].values]
    boxes = _ranged(find_boxes(paths, drawn.values, cases), scenario)
    found = Discovered(scenario, target, kept, cases, boxes, seed, int((~whole).sum()))
    return Discovery(found).under(NOBODY, scenario)


def _ranged(boxes: Boxes, scenario: Scenario) -> Boxes:
    """The same boxes, with the ranges that the scenario states, where it does."""

    def ranged(box: Box) -> Box:
        limits = []
        for limit in box.limits:
            spread = scenario.parameters[limit.path].quantity.spread
            least, most = (spread and spread.ends()) or (limit.least, limit.most)
            limits.append(replace(limit, least=least, most=most))
        return replace(box, limits=tuple(limits))

    refused = None if boxes.refused is None else ranged(boxes.refused)
    return replace(boxes, boxes=tuple(map(ranged, boxes.boxes)), refused=refused)


def default_runs(scenario: Scenario) -> int:
    """How many runs are made unless told otherwise."""
    return max(LEAST_RUNS, scenario.description.runs)


def holds(values: NDArray[np.float64], measured: Measured) -> NDArray[np.bool_]:
    """Where a condition's limits hold, both ends included."""
    least = -np.inf if measured.at_least is None else measured.at_least
    most = np.inf if measured.at_most is None else measured.at_most
    found: NDArray[np.bool_] = (values >= least) & (values <= most)
    return found


def _no_contrast(
    values: NDArray[np.float64], cases: NDArray[np.bool_], measured: Measured
) -> Fault:
    """The fault of a condition that holds nowhere, or everywhere."""
    if not len(values):
        return Fault(
            Place(option("--where")),
            "every run failed",
            "narrow the spreads of the scenario's numbers",
        )
    share, runs = percent(float(cases.mean())), count(len(cases), "run")
    problem = f"the condition holds in {share} of {runs}, so nothing tells those runs apart"
    if measured.is_share:
        remedy = f"ask for more runs ({option('--runs')}), another period or another event"
    else:
        low, middle, high = (f"{end:.3g}" for end in np.quantile(values, (0.05, 0.5, 0.95)))
        remedy = (
            f"write a limit between {low} and {high}, which hold 90 % of the runs "
            f"(median {middle}), or ask for more runs ({option('--runs')})"
        )
    return Fault(Place(option("--where")), problem, remedy)
