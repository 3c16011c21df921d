"""The command ``discover``: the conditions under which something happens."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sim.cli import options, progress_bar, study_command


@click.command("discover")
@options.scenario_file
@click.option(
    "--where", required=True, metavar="CONDITION",
    help="What is to happen, with the keys of a proposition's measure, "
    "e.g. 'watch: treaty, until: 2020-12-31' or 'outcome: tension, at_least: 0.6'.",
)  # fmt: skip
@click.option(
    "--runs", type=options.Whole(2, options.MOST_RUNS),
    help="Number of runs. [default: 4,000, or the scenario's own if larger]",
)  # fmt: skip
@options.seed
@options.changes
@study_command.out
@options.workers
@options.quiet
@options.show
def discover_command(
    file: Path,
    where: str,
    runs: int | None,
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
    """Find the conditions under which something happens.

    Looks for combinations of the uncertain numbers that make it likelier. Writes
    report.html and results.csv into reports/NAME-discovery.
    """
    from sim.claims.condition import condition
    from sim.scenario.scenario import folder_name
    from sim.studies.arguments import needed
    from sim.studies.discovery.study import default_runs, discover

    needed("ema_workbench")
    scenario = options.read(file, settings, rounds, lens)
    condition(where, scenario)
    folder = study_command.folder(out, f"{folder_name(scenario)}-discovery")
    start = time.perf_counter()
    total = runs or default_runs(scenario)
    with (
        progress_bar.progress("Runs", total, quiet) as show_progress,
        options.crew(workers, cluster) as crew,
    ):
        study = discover(
            scenario, where, total, seed,
            progress=lambda done: show_progress("Runs", done, total), workers=crew,
        )  # fmt: skip
    seconds = time.perf_counter() - start
    command = study_command.typed(
        "discover", [file],
        [
            ("--where", where), ("--runs", runs), ("--seed", study.found.seed),
            *(("--set", one) for one in settings),
            ("--rounds", rounds), ("--lens", lens),
        ],
    )  # fmt: skip
    study_command.deliver(study, folder, command, seconds, quiet=quiet, show=show)
