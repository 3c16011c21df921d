"""The function that asks, and the object that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from sim.arrays import Progress
from sim.reporting.document import Document
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.simulation.ensemble import run
from sim.simulation.executors.base import HERE, Workers
from sim.studies.arguments import runs_of, seed_of
from sim.studies.base import Study
from tests.studies.toy.page import waiting_page
from tests.studies.toy.result import Waiting, waiting_of

if TYPE_CHECKING:
    import xarray as xr


class WaitingStudy(Study):
    """How long one waits for each watched event."""

    kind: ClassVar[str] = "waiting"

    def __init__(self, found: Waiting, data: xr.Dataset) -> None:
        self.found, self.data = found, data

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each run and event."""
        table = pd.DataFrame(self.found.first, columns=list(self.found.names))
        return table.rename_axis("run").reset_index().melt("run", var_name="event")

    def _page(self) -> Document:
        return waiting_page(self.found)


def waiting(
    scenario: ScenarioLike,
    runs: int | None = None,
    seed: int | None = None,
    *,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> WaitingStudy:
    """See how long one waits for each watched event."""
    scenario = scenario_of(scenario)
    seed = seed_of(scenario, seed)
    data = run(scenario, runs_of(scenario, runs), seed, progress=progress, workers=workers)
    return WaitingStudy(waiting_of(data, scenario, seed), data)
