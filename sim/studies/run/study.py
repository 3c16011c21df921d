"""One scenario, run many times."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sim.arrays import Progress, StageProgress, of_stage
from sim.errors import Fault, Place, ScenarioError
from sim.plausibility.note import NO_NOTES, Notes
from sim.reporting.document import Document
from sim.reporting.history import chart_with_history
from sim.reporting.html import card, page_html, write_page
from sim.reporting.outcome_charts import common_top, ending_chart, watched_chart
from sim.reporting.output_folder import (
    REPORT,
    RUN,
    events_file,
    working,
    write_json,
    written_together,
)
from sim.results.bounded_tally import Tally
from sim.results.bounded_tally import labelled as labelled_tally
from sim.results.export import FORMATS, export, write_events
from sim.results.store import save
from sim.results.tables import event_log, runs_table, summary_rows
from sim.scenario.arguments import MOST_RUNS, function_of, path_of, truth, whole_number
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.scenario import Scenario
from sim.simulation.block import about
from sim.simulation.checkpoints import RESULTS, SUMMARY, Written, play_into, volume_runs
from sim.simulation.ensemble import labelled, play
from sim.simulation.executors.base import HERE, Workers
from sim.simulation.fingerprint import origin
from sim.simulation.manifest import MANIFEST, manifest, versions
from sim.statistics.history import actuals, history_table
from sim.statistics.summary import Summary, summarise
from sim.studies.arguments import runs_of, seats_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.run.page import headline, run_page, spark
from sim.studies.run.result import RunFindings, run_findings
from sim.theories.protocol import Theories
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


# One scenario, run many times into a folder that fills as the runs come.


def record(
    scenario: ScenarioLike,
    folder: str | Path,
    runs: int | None = None,
    seed: int | None = None,
    *,
    keep: int | None = None,
    logged: int | None = 100,
    resume: bool = False,
    restart: bool = False,
    theories: Theories | None = None,
    workers: Workers = HERE,
    progress: StageProgress | None = None,
    notes: Notes = NO_NOTES,
) -> Runs:
    """Run a scenario and write its report, for numbers of runs that no memory holds.

    Results are written as they come. A run that is broken off, by whatever, can be
    resumed, and ends with the same bytes as one that was not.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    folder : str or Path
        Gets report.html, results.nc, events.csv and manifest.json; where not all whole
        paths are in results.nc, also summary.nc (a tally of all runs) and, for those
        that ``keep`` asks for beyond it, results-2.nc and so on.
    runs, seed : int, optional
        The scenario's own where not given.
    keep : int, optional
        Keep the whole paths of so many runs. By default of as many as
        :func:`sim.simulation.checkpoints.volume_runs` says: 10,000, fewer where they are large.
    logged : int or None
        Runs whose moves go into events.csv, whose name says so where these are not all;
        ``None`` for all whose paths are kept.
    resume, restart : bool
        Take up a run that was broken off, or throw it away.
    theories : theory, or mapping of actor to theory, optional
        How actors decide: as for :func:`sim.run`.
    workers : Workers
        Who plays the runs, as of :func:`sim.workers`; the results are the same.
    progress : callable, optional
    notes : Notes
        What :func:`sim.notes` found, for the page.

    Returns
    -------
    Runs
        With the whole paths of the first volume in its ``data``.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours; when
        there is nothing to resume, or something that is not asked for.
    """
    scenario, progress = scenario_of(scenario), function_of("progress", progress)
    resume, restart = truth("resume", resume), truth("restart", restart)
    logged = None if logged is None else whole_number("logged", logged, 0, MOST_RUNS)
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    usual = volume_runs(scenario.description)
    kept = min(usual if keep is None else whole_number("keep", keep, 1, MOST_RUNS), runs)
    plan = {
        "scenario": scenario.id,
        "scenario_sha256": scenario.sha256,
        "seed": seed,
        "runs": runs,
        "kept": kept,
        **versions(),
        "code": origin()["code"],
    }
    seats = seats_of(theories, scenario)
    for actor, one in seats.used.items():
        plan[f"theory of {actor}"] = one.code.sha256 if one.code else one.name
    with working(path_of("folder", folder), plan, resume=resume, restart=restart) as work:
        written = play_into(
            work.draft,
            scenario,
            runs,
            seed,
            kept=kept,
            resume=resume,
            seats=seats,
            workers=workers_of(workers),
            progress=of_stage(progress, scenario.description.title, runs),
            checkpoint=work.checkpoint,
        )
        seconds = work.seconds
        if progress:
            progress("Writing the report", 0, 1)
        found = Runs(scenario, written.data, seconds, written.tally, seats)
        found._complete(work.draft, written, kept if logged is None else logged, seconds, notes)
    return found


class Runs(Study):
    """What came of the runs of one scenario.

    Attributes
    ----------
    scenario : Scenario
    data : Dataset
        Every quantity, choice and event of the runs whose whole paths are kept, labelled
        by run, round and name: see :func:`sim.results.dataset.assemble`.
    tally : Tally or None
        Of all runs, where the data holds only the first of them.
    seconds : float
        Time that the runs took.
    seats : Seats
        The theories of actors that did not play the built-in one.
    """

    kind: ClassVar[str] = "run"
    mark: ClassVar[str] = RUN

    def __init__(
        self,
        scenario: Scenario,
        data: xr.Dataset,
        seconds: float = 0.0,
        tally: Tally | None = None,
        seats: Seats = NOBODY,
    ) -> None:
        self.scenario, self.data, self.seconds, self.tally = scenario, data, seconds, tally
        self.seats = seats
        self.under(seats, scenario)

    def __repr__(self) -> str:
        title, runs = self.scenario.description.title, self.summary.counts.runs
        return f"<Runs of “{title}”: {runs:,}, seed {self.data.attrs['seed']}>"

    def __getitem__(self, name: str) -> xr.DataArray:
        """One variable of the data."""
        return self.data[name]

    @cached_property
    def summary(self) -> Summary:
        """Bands, probabilities and the runs worth telling."""
        return summarise(self.data, self.scenario, self.tally)

    @cached_property
    def findings(self) -> RunFindings:
        """All that the page tells."""
        return run_findings(self.data, self.scenario, self.tally, self.summary)

    def to_dataframe(self, by: Literal["round", "run", "history"] = "round") -> pd.DataFrame:
        """The results as a table.

        Parameters
        ----------
        by : {"round", "run", "history"}
            ``round``: quantiles over all runs, a row for each outcome and round. ``run``: a
            row for each run whose whole path is kept: how each outcome ended
            (``end_OUTCOME``), whether each watched event came (``came_EVENT``) and in
            which round first (``round_EVENT``); of a run that failed these are missing.
            ``history``: what really happened beside the runs, a row for each date of the
            scenario's ``history``: see :func:`sim.statistics.history.history_table`.

        Raises
        ------
        ScenarioError
            When ``by`` is none of these.
        """
        if by == "history":
            return history_table([*actuals(self.summary, self.scenario)])
        if by not in ("round", "run"):
            remedy = (
                "write 'round' (quantiles over the runs), 'run' (a row for each run) or "
                "'history' (what really happened beside the runs)"
            )
            raise ScenarioError([Fault(Place("by"), f"{by!r} is none of these", remedy)])
        return runs_table(self.data).rows if by == "run" else summary_rows(self.data, self.tally)

    def events(self) -> pd.DataFrame:
        """Every move of every run whose path is kept: see :func:`sim.results.tables.event_log`."""
        return event_log(self.data, self.scenario)

    def export(
        self, folder: str | Path, format: str = "csv", *, everything: bool = False
    ) -> list[Path]:
        """Write the tables for other programs, with a page that says how each reads them.

        Parameters
        ----------
        folder : str or Path
        format : {"csv", "xlsx", "stata", "parquet"}
        everything : bool
            Also every recorded quantity, and the values of uncertain numbers.

        Returns
        -------
        list of Path
            The files of tables.

        Raises
        ------
        ScenarioError
            When there is no such format.
        ResultsError
            When its library is absent, a table is larger than it allows, or the folder
            cannot be written.
        """
        if format not in FORMATS:
            remedy = f"write one of {', '.join(map(repr, FORMATS))}"
            raise ScenarioError([Fault(Place("format"), f"there is no format {format!r}", remedy)])
        written = export([self.data], Path(folder), format, everything, self.tally, self.scenario)
        return list(dict.fromkeys(one.path for one in written))

    @property
    def figures(self) -> dict[str, Any]:
        """The course and the end of each outcome, and the probability of each watched event."""
        found = self.summary
        charts = {
            f"outcome-{one.measure.id}": chart_with_history(one, self.scenario)[0]
            for one in found.trajectories
        }
        charts |= {f"ending-{one.measure.id}": ending_chart(one) for one in found.endings}
        top = common_top(found.watched)
        charts |= {f"watched-{one.id}": watched_chart(one, top) for one in found.watched}
        return {name: chart.figure for name, chart in charts.items()}

    def _repr_html_(self) -> str:
        found = self.summary
        return card(
            self.scenario.description.title,
            f"{found.counts.runs:,} runs, seed {self.data.attrs['seed']}",
            headline(found),
            [spark(one) for one in found.trajectories],
        )

    def _page(self) -> Document:
        return run_page(self.findings, {})

    def write_report(
        self,
        folder: str | Path,
        *,
        command: str = "",
        seconds: float | None = None,
        logged: int = 100,
        notes: Notes = NO_NOTES,
    ) -> Path:
        """Write report.html, results.nc, events.csv and manifest.json, all or none.

        Parameters
        ----------
        folder : str or Path
        command : str
            The command line that makes it again; that of the scenario's name, where not given.
        seconds : float, optional
            Time that the runs took; what was noted, where not given.
        logged : int
            Runs whose moves go into events.csv; its name says so where these are not all.
        notes : Notes
            What :func:`sim.notes` found, to stand at the top of the page.

        Returns
        -------
        Path
            The page.

        Raises
        ------
        ResultsError
            When the folder cannot be written, or holds something that is not ours.
        """
        place, data, tally = path_of("folder", folder), self.data, self.tally
        with written_together(place) as draft:
            save(data, draft / RESULTS)
            summary = draft / SUMMARY if tally else None
            if tally and summary:
                attrs = about(self.scenario, int(data.attrs["seed"]))
                save(labelled_tally(tally, self.scenario, attrs), summary)
            written = Written(data, tally, (draft / RESULTS,), summary, data.sizes["run"])
            took = self.seconds if seconds is None else seconds
            self._complete(draft, written, logged, took, notes, command)
        return place / REPORT

    def _complete(
        self,
        draft: Path,
        written: Written,
        logged: int,
        seconds: float,
        notes: Notes,
        command: str = "",
    ) -> None:
        """Write the event log, the manifest and the page beside the results of a draft folder."""
        log = events_file(logged, written)
        write_events(written.read(), self.scenario, draft / log, logged)
        facts = manifest(written, self.scenario, seconds, self.seats)
        if command:
            facts["command"] = command
        facts["events"] = {"file": log, "runs": min(logged, written.kept)}
        write_json(facts, draft / MANIFEST)
        write_page(run_html(self, facts, notes), draft / REPORT)


def run_html(found: Runs, manifest: Mapping[str, object], notes: Notes = NO_NOTES) -> str:
    """The page of some runs; it shows every short entry of their manifest."""
    return page_html(found.with_theories(run_page(found.findings, manifest, notes)))


def run(
    scenario: ScenarioLike,
    runs: int | None = None,
    seed: int | None = None,
    *,
    first: int = 0,
    keep: int | None = None,
    theories: Theories | None = None,
    workers: Workers = HERE,
    progress: Progress | None = None,
) -> Runs:
    """Run a scenario.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    runs, seed : int, optional
        The scenario's own where not given.
    first : int
        Number of the first run: run r is the same whatever runs stand beside it.
    keep : int, optional
        Keep the whole paths of so many runs, and a tally of all. By default as many as
        :func:`sim.simulation.checkpoints.volume_runs` says: 10,000, fewer where they are large.
    theories : theory, or mapping of actor to theory, optional
        How actors decide, instead of by the built-in theory: a name, a function of a
        :class:`sim.theories.protocol.View`, or an object with ``choose`` or ``answer``; ``"all"``
        in a mapping is every actor that is not named.
    workers : Workers
        Who plays them, as of :func:`sim.workers`; the results are the same.
    progress : callable, optional
        Called with the number of runs done so far.

    Returns
    -------
    found : Runs
        The whole paths of the runs, their summary, and the page.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have, for what is no theory, and for a rule that
        fails or gives what it may not.
    """
    scenario, progress = scenario_of(scenario), function_of("progress", progress)
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    first = whole_number("first", first, 0, MOST_RUNS)
    usual = volume_runs(scenario.description)
    keep = min(usual if keep is None else whole_number("keep", keep, 1, MOST_RUNS), runs)
    seats = seats_of(theories, scenario)
    begun = time.perf_counter()
    found = play(
        scenario,
        runs,
        seed,
        first=first,
        kept=keep,
        volume=usual,
        seats=seats,
        workers=workers_of(workers),
        progress=progress,
    )
    data = labelled(scenario, found.blocks, seed)
    return Runs(scenario, data, time.perf_counter() - begun, found.tally, seats)
