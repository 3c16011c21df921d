"""The command ``sweep``: one or two parameters take one value after another."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli import options, progress_bar, study_command


@click.command("sweep")
@options.scenario_file
@click.option(
    "--over", "ranges", multiple=True, required=True, metavar="PATH=FROM:TO:COUNT",
    help="The parameter and its values, both ends among them; or PATH=V1,V2,... Give it twice "
    "to sweep two parameters together.",
)  # fmt: skip
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="ID",
    help="Keep only this outcome or watched event. Repeatable.",
)  # fmt: skip
@click.option(
    "--runs", type=options.Whole(2, options.MOST_RUNS),
    help="Runs at each value. [default: 500, or 100 at each pair of values]",
)  # fmt: skip
@options.seed
@options.changes
@study_command.out
@options.workers
@options.quiet
@options.show
def sweep_command(
    file: Path,
    ranges: tuple[str, ...],
    outcomes: tuple[str, ...],
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
    """Move one or two parameters and see what follows, and where an outcome flips.

    All else stays as it is, every draw of chance too. Writes report.html, results.csv
    and manifest.json into reports/NAME-sweep-PARAMETER.
    """
    from sim.errors import Fault, ScenarioError
    from sim.results.outputs import outputs
    from sim.scenario.scenario import folder_name
    from sim.studies.sweep.design import plan
    from sim.studies.sweep.study import RUNS, carried_out

    for text in ranges:
        options.path_and_value("--over", text, "0.2:0.8:7")
    faults: list[Fault] = []
    scenario = options.read(file, settings, rounds, lens)
    try:
        outputs(scenario.description, outcomes)
    except ScenarioError as error:
        faults += error.faults
    ready = plan(scenario, ranges, faults)
    name = "-".join([folder_name(scenario), "sweep", *map(_short, ready.axes)])
    folder = study_command.folder(out, name)
    each = runs or RUNS[len(ready.axes)]
    title = scenario.description.title
    total = each * len(ready.cells)
    with (
        progress_bar.progress(title, total, quiet) as progress,
        options.crew(workers, cluster) as crew,
    ):
        found = carried_out(
            ready, each, seed, outcomes,
            progress=lambda done: progress(title, done, total), workers=crew,
        )  # fmt: skip
    typed = study_command.typed(
        "sweep",
        [file],
        [
            *(("--over", text) for text in ranges),
            *(("--outcome", id) for id in outcomes),
            ("--runs", each),
            ("--seed", found.data.attrs["seed"]),
            *(("--set", text) for text in settings),
            ("--rounds", rounds),
            ("--lens", lens),
        ],
    )
    study_command.deliver(found, folder, typed, found.seconds, quiet=quiet, show=show)


def _short(path: str) -> str:
    """The last two parts of a path, as a folder's name."""
    import re

    return re.sub(r"[^\w.=-]+", "-", ".".join(path.split(".")[-2:]))
