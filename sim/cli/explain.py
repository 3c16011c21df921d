"""The command ``explain``: why actors did what they did in one round of one run."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sim.cli import options, progress_bar, study_command


@click.command("explain")
@options.scenario_file
@click.option(
    "--run", "nth", type=options.Whole(0, options.MOST_RUNS), required=True,
    help="Number of the run, from 0.",
)  # fmt: skip
@click.option("--round", "at", type=int, required=True, help="The round, from 1.")
@click.option("--actor", help="Only what this actor decided.")
@click.option("--toward", help="Only what was decided toward this actor.")
@options.seed
@options.changes
@study_command.out
@options.quiet
@options.show
def explain_command(
    file: Path,
    nth: int,
    at: int,
    actor: str | None,
    toward: str | None,
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    out: Path | None,
    quiet: bool,
    show: bool,
) -> None:
    """Explain why actors did what they did in one round of one run.

    Shows what each saw, what spoke for each of its choices, what it chose, and
    why it was agreed to. Writes into reports/NAME-explain-RUN-ROUND unless --out
    names another folder.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.explanation.study import explain

    scenario = options.read(file, settings, rounds, lens)
    words = "-".join(str(word) for word in (nth, at, actor, toward) if word is not None)
    folder = study_command.folder(out, f"{folder_name(scenario)}-explain-{words}")
    begun = time.perf_counter()
    with progress_bar.status("Playing the run", quiet):
        study = explain(scenario, nth, at, actor, toward, seed)
    seconds = time.perf_counter() - begun
    command = study_command.typed(
        "explain", [file],
        [
            ("--run", nth), ("--round", at), ("--actor", actor), ("--toward", toward),
            ("--seed", study.seed),
            *(("--set", f"{path}={value}") for path, value in scenario.overrides),
            ("--lens", lens),
        ],
    )  # fmt: skip
    study_command.deliver(study, folder, command, seconds, quiet=quiet, show=show)
