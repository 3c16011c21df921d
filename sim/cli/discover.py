"""The command ``discover``: the conditions under which something happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.discovery.study import Discovery


@study_command.study("discover")
@click.option(
    "--where",
    required=True,
    metavar="CONDITION",
    help="What is to happen, with the keys of a proposition's measure, "
    "e.g. 'watch: treaty, until: 2020-12-31' or 'outcome: tension, at_least: 0.6'.",
)
@options.runs(2, "Number of runs. [default: 4,000, or the scenario's own if larger]")
def discover_command(
    job: study_command.Job, where: str, runs: int | None
) -> tuple[Discovery, Mapping[str, object]]:
    """Find the conditions under which something happens.

    Looks for combinations of the uncertain numbers that make it likelier. Writes
    report.html and results.csv into reports/NAME-discovery.
    """
    from sim.claims.condition import condition
    from sim.scenario.scenario import folder_name
    from sim.studies.arguments import needed
    from sim.studies.discovery.study import default_runs, discover

    needed("ema_workbench")
    condition(where, job.scenario)
    job.into(f"{folder_name(job.scenario)}-discovery")
    total = runs or default_runs(job.scenario)
    with job.playing("Runs", total) as (bar, workers):
        study = discover(job.scenario, where, total, job.seed, progress=bar.count, workers=workers)
    return study, {"seed": study.found.seed}
