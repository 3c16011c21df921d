"""One scenario, run many times."""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.summary import Summary, summarise
from sim.report.chart import Table
from sim.report.folder import REPORT, write_folder
from sim.report.spark import spark
from sim.report.studied import card
from sim.report.trajectories import ending_chart, trajectory_chart
from sim.report.watched import common_top, watched_chart
from sim.results.export import SUMMARY, tables
from sim.runs.ensemble import Progress
from sim.runs.ensemble import run as simulated
from sim.scenario.scenario import Scenario
from sim.studies.checked import MOST_RUNS, runs_of, seed_of, whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Runs:
    """What came of the runs of one scenario.

    Attributes
    ----------
    scenario : Scenario
    data : Dataset
        Every quantity, choice and event, labelled by run, round and name: see
        :func:`sim.results.dataset.assemble`.
    seconds : float
        Time that the runs took.
    """

    def __init__(self, scenario: Scenario, data: xr.Dataset, seconds: float = 0.0) -> None:
        self.scenario, self.data, self.seconds = scenario, data, seconds

    def __getitem__(self, name: str) -> xr.DataArray:
        """One variable of the data."""
        return self.data[name]

    @cached_property
    def summary(self) -> Summary:
        """Bands, probabilities and the runs worth telling."""
        return summarise(self.data, self.scenario)

    def to_dataframe(self) -> pd.DataFrame:
        """Quantiles of each outcome by date, one row per outcome, date and level."""
        import pandas as pd

        return dict(tables(self.data, everything=False)).get(SUMMARY, pd.DataFrame())

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The course and the end of each outcome, and the probability of each watched event."""
        found, described = self.summary, self.scenario.description
        charts = {
            f"outcome-{one.measure.id}": trajectory_chart(one, described)
            for one in found.trajectories
        }
        charts |= {f"ending-{one.measure.id}": ending_chart(one) for one in found.endings}
        top = common_top(found.watched)
        charts |= {f"watched-{one.id}": watched_chart(one, top) for one in found.watched}
        return {name: chart.figure for name, chart in charts.items()}

    def _repr_html_(self) -> str:
        found = self.summary
        rows = tuple((one.measure.name, one.start, one.end, one.band) for one in found.trajectories)
        header = ("Outcome", "At the start", "Median at the end", "90 % of runs")
        return card(
            self.scenario.description.title,
            f"{found.counts.runs:,} runs, seed {self.data.attrs['seed']}",
            Table("Outcomes", header, rows),
            [spark(one) for one in found.trajectories],
        )

    def write_report(self, folder: str | Path, *, logged: int = 100) -> Path:
        """Write report.html, results.nc, events.csv and manifest.json, all or none.

        Parameters
        ----------
        folder : str or Path
        logged : int
            Runs whose moves go into events.csv.

        Returns
        -------
        Path
            The page.

        Raises
        ------
        ResultsError
            When the folder cannot be written, or holds something that is not ours.
        """
        write_folder(self.data, self.scenario, folder, logged=logged, seconds=self.seconds)
        return Path(folder) / REPORT


def run(
    scenario: Scenario,
    runs: int | None = None,
    seed: int | None = None,
    *,
    first: int = 0,
    progress: Progress | None = None,
) -> Runs:
    """Run a scenario.

    Parameters
    ----------
    scenario : Scenario
    runs, seed : int, optional
        The scenario's own where not given.
    first : int
        Number of the first run: run r is the same whatever runs stand beside it.
    progress : callable, optional
        Called with the number of runs done so far.
    """
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    first = whole("first", first, 0, MOST_RUNS)
    begun = time.perf_counter()
    data = simulated(scenario, runs, seed, first=first, progress=progress)
    return Runs(scenario, data, time.perf_counter() - begun)
