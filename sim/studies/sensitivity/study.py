"""Which uncertain numbers drive the outcomes of a scenario, and how much is chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.arrays import StageProgress
from sim.reporting.document import Document
from sim.results.outputs import outputs
from sim.scenario.arguments import MOST_RUNS, function_of, names_of, whole_number
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.simulation.executors.base import HERE, Workers
from sim.studies.arguments import needed, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.sensitivity.page import sensitivity_page
from sim.studies.sensitivity.result import INDEX_COLUMNS, SAMPLES, Found, as_dataset, plan, rows
from sim.studies.sensitivity.runs import Worker

if TYPE_CHECKING:
    import pandas as pd


class Sensitivity(Study):
    """Which uncertain numbers drive each outcome.

    Attributes
    ----------
    found : Found
        Everything: plan, indices, screening, groups, the runs of the first base sample.
    data : Dataset
        The indices, labelled by size, outcome and factor; those of the grouping
        by source have names that begin with ``source_``. An event whose id an
        outcome has, too, is labelled ``ID (event)``.
    """

    kind: ClassVar[str] = "sensitivity"

    def __init__(self, found: Found) -> None:
        self.found, self.data = found, as_dataset(found)

    def to_dataframe(self) -> pd.DataFrame:
        """Every index, one row each, in the order of the columns' names.

        ``measure`` is the id of an outcome or event, ``name`` its name, ``kind``
        which of the two it is.

        ``index`` is ``first`` or ``total``, a share of the variance, or, of the
        screening, ``effect``, ``mean effect`` or ``spread of effects`` in the
        outcome's unit; the last two have no interval.
        """
        import pandas as pd

        return pd.DataFrame(list(rows(self.found)), columns=list(INDEX_COLUMNS))

    def _page(self) -> Document:
        return sensitivity_page(self.found)


def sensitivity(
    scenario: ScenarioLike,
    outcomes: str | Sequence[str] = (),
    samples: int = SAMPLES,
    seed: int | None = None,
    *,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Sensitivity:
    """Find out which uncertain numbers drive each outcome at the end, and how much is chance.

    Each uncertain number is varied over its own spread. With more than 20 of
    them all are screened by elementary effects first; the 16 that move any
    outcome most then get Sobol indices of their own, and all others together
    one: nothing is held fixed. A second grouping of the same runs has one factor
    for each source. The draws of chance of a run are a factor as well.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    outcomes : str or sequence of str, optional
        Ids of outcomes and of watched events; all unless told.
    samples : int
        Base samples, a power of 2. The error of an index falls with their root.
    seed : int, optional
        The scenario's own where not given.
    progress : callable, optional
        Called with what is being run, the runs done, and all runs.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ScenarioError
        When nothing is uncertain, an id is unknown, an outcome that was asked
        for is the same in all runs, or more than 1 % of the runs fail.
    SimError
        When SALib is not installed.
    """
    needed("SALib")
    scenario, progress = scenario_of(scenario), function_of("progress", progress)
    named = names_of("outcomes", outcomes)
    wanted = outputs(scenario.description, named)
    planned = plan(scenario, whole_number("samples", samples, 1, MOST_RUNS))
    seed, workers = seed_of(scenario, seed), workers_of(workers)
    work = Worker(scenario, wanted, bool(named), planned, seed, progress, workers)
    return Sensitivity(work.work())
