"""The command ``sensitivity``: which uncertain numbers drive each outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.sensitivity.study import Sensitivity


@study_command.study("sensitivity")
@options.outcomes("Only this outcome or watched event. Repeatable. [default: all]")
@click.option(
    "--samples",
    type=int,
    metavar="N",
    help="Base samples, a power of 2; the error falls with their root. [default: 512]",
)
@options.theory
def sensitivity_command(
    job: study_command.Job,
    outcomes: tuple[str, ...],
    samples: int | None,
    theories: tuple[str, ...],
) -> tuple[Sensitivity, Mapping[str, object]]:
    """Show which uncertain numbers drive each outcome, and how much is chance.

    Every number varies over its own spread. Writes report.html and results.csv
    into reports/NAME-sensitivity.
    """
    from sim.results.series import outputs
    from sim.scenario.scenario import folder_name
    from sim.studies.arguments import needed
    from sim.studies.sensitivity.result import SAMPLES, plan
    from sim.studies.sensitivity.study import sensitivity
    from sim.text import count

    needed("SALib")
    outputs(job.scenario.description, outcomes)
    planned = plan(job.scenario, SAMPLES if samples is None else samples)
    named = options.theories_named(theories)
    job.into(f"{folder_name(job.scenario)}-sensitivity{options.theory_tail(named)}")
    if not job.quiet:
        click.echo(
            f"{count(planned.parameters, 'uncertain number')} and chance: "
            f"up to {count(planned.most_runs, 'run')}."
        )
    with job.playing("Screening", planned.most_runs) as (bar, workers):
        study = sensitivity(
            job.scenario,
            outcomes,
            planned.samples,
            job.seed,
            theories=named,
            progress=bar,
            workers=workers,
        )
    return study, {"seed": study.found.seed}
