"""The command ``sensitivity``: which uncertain numbers drive each outcome."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sim.cli import options, progress_bar, study_command


@click.command("sensitivity")
@options.scenario_file
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="ID",
    help="Only this outcome or watched event. Repeatable. [default: all]",
)  # fmt: skip
@click.option(
    "--samples", type=int, metavar="N",
    help="Base samples, a power of 2; the error falls with their root. [default: 512]",
)  # fmt: skip
@options.seed
@options.changes
@study_command.out
@options.workers
@options.quiet
@options.show
def sensitivity_command(
    file: Path,
    outcomes: tuple[str, ...],
    samples: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    out: Path | None,
    workers: int,
    cluster: str | None,
    quiet: bool,
    show: bool,
) -> None:
    """Show which uncertain numbers drive each outcome, and how much is chance.

    Every number varies over its own spread. Writes report.html and results.csv
    into reports/NAME-sensitivity.
    """
    from sim.results.outputs import outputs
    from sim.scenario.scenario import folder_name
    from sim.studies.arguments import needed
    from sim.studies.sensitivity.plan import SAMPLES, plan
    from sim.studies.sensitivity.study import sensitivity
    from sim.text import count

    needed("SALib")
    scenario = options.read(file, settings, rounds, lens)
    outputs(scenario.description, outcomes)
    planned = plan(scenario, SAMPLES if samples is None else samples)
    folder = study_command.folder(out, f"{folder_name(scenario)}-sensitivity")
    if not quiet:
        click.echo(
            f"{count(planned.parameters, 'uncertain number')} and chance: "
            f"up to {count(planned.most_runs, 'run')}."
        )
    start = time.perf_counter()
    with (
        progress_bar.progress("Screening", planned.most_runs, quiet) as show_progress,
        options.crew(workers, cluster) as crew,
    ):
        study = sensitivity(
            scenario, outcomes, planned.samples, seed, progress=show_progress, workers=crew
        )
    seconds = time.perf_counter() - start
    command = study_command.typed(
        "sensitivity", [file],
        [
            *(("--outcome", one) for one in outcomes),
            ("--samples", samples), ("--seed", study.found.seed),
            *(("--set", one) for one in settings),
            ("--rounds", rounds), ("--lens", lens),
        ],
    )  # fmt: skip
    study_command.deliver(study, folder, command, seconds, quiet=quiet, show=show)
