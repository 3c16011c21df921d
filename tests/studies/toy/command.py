"""Its command; in ``sim/cli`` it has a line in the table of commands."""

from __future__ import annotations

from collections.abc import Mapping

import click

from sim.cli import options, study_command
from sim.scenario.scenario import folder_name
from tests.studies.toy.study import WaitingStudy, waiting


@study_command.study("waiting")
@click.option("--runs", type=options.Whole(2, options.MOST_RUNS), help="Number of runs.")
def waiting_command(
    job: study_command.Job, runs: int | None
) -> tuple[WaitingStudy, Mapping[str, object]]:
    """See how long one waits for each watched event.

    Writes report.html and results.csv into reports/NAME-waiting.
    """
    job.into(f"{folder_name(job.scenario)}-waiting")
    total = runs or job.scenario.description.runs
    with job.playing("Runs", total) as (bar, workers):
        found = waiting(job.scenario, total, job.seed, progress=bar.count, workers=workers)
    return found, {"runs": total, "seed": found.found.seed}
