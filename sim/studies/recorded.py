"""One scenario, run many times into a folder that fills as the runs come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.plausibility.note import NONE, Notes
from sim.report.folder import complete
from sim.report.working import working
from sim.runs.alike import origin
from sim.runs.manifest import versions
from sim.runs.volumes import play_into, volume_runs
from sim.runs.workers import HERE, Workers
from sim.scenario.arguments import MOST_RUNS, function_of, path_of, truth, whole
from sim.scenario.build import ScenarioLike, scenario_of
from sim.studies.checked import crew, runs_of, seed_of
from sim.studies.runs import Runs

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and out of how much."""


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
    workers: Workers = HERE,
    progress: Progress | None = None,
    notes: Notes = NONE,
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
        :func:`sim.runs.volumes.volume_runs` says: 10,000, fewer where they are large.
    logged : int or None
        Runs whose moves go into events.csv, whose name says so where these are not all;
        ``None`` for all whose paths are kept.
    resume, restart : bool
        Take up a run that was broken off, or throw it away.
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
    logged = None if logged is None else whole("logged", logged, 0, MOST_RUNS)
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    usual = volume_runs(scenario.description)
    kept = min(usual if keep is None else whole("keep", keep, 1, MOST_RUNS), runs)
    plan = {
        "scenario": scenario.id, "scenario_sha256": scenario.sha256, "seed": seed, "runs": runs,
        "kept": kept, **versions(), "code": origin()["code"],
    }  # fmt: skip
    title = scenario.description.title
    with working(path_of("folder", folder), plan, resume=resume, restart=restart) as work:
        written = play_into(
            work.draft,
            scenario,
            runs,
            seed,
            kept=kept,
            resume=resume,
            workers=crew(workers),
            progress=(lambda done: progress(title, done, runs)) if progress else None,
            checkpoint=work.checkpoint,
        )
        seconds = work.seconds
        if progress:
            progress("Writing the report", 0, 1)
        logged = kept if logged is None else logged
        complete(work.draft, written, scenario, logged=logged, seconds=seconds, notes=notes)
    return Runs(scenario, written.data, seconds, written.tally)
