"""The command ``score``: forecasts held against dated outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.score.study import Scores


@study_command.study("score")
@click.option(
    "--record",
    type=options.A_PATH,
    required=True,
    help="Dated outcomes: a file, or the name of one that comes with the program.",
)
@options.runs(100, "Runs, with the theory and again without, instead of the scenario's own number.")
def score_command(
    job: study_command.Job, record: Path, runs: int | None
) -> tuple[Scores, Mapping[str, object]]:
    """Hold a scenario's forecasts against a record of what came.

    Scores them beside five simple rivals, and lists the questions that the scenario cannot
    speak to. Writes report.html, results.csv and manifest.json into reports/NAME-score-RECORD.
    """
    from sim.evaluation.record import load_record
    from sim.scenario.scenario import folder_name
    from sim.studies.score.study import score

    outcomes = load_record(record)
    scenario = job.scenario
    job.into(f"{folder_name(scenario)}-score-{record.stem}")
    total = runs or scenario.description.runs
    with job.playing(scenario.description.title, total) as (bar, workers):
        found = score(scenario, outcomes, total, job.seed, progress=bar, workers=workers)
    return found, {"runs": total, "seed": found.found.made.seed}
