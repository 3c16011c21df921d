"""The command ``whatif``: one choice forced, and what it changes."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sim.cli import options, progress_bar, study_command


@click.command("whatif")
@options.scenario_file
@click.option("--round", "at", type=int, required=True, help="The round of the decision, from 1.")
@click.option("--actor", required=True, help="Who decides.")
@click.option(
    "--lever",
    help="The choice to mark among all alternatives; 'pass' to let the round pass; 'begin X' or "
    "'end X' to put an arrangement between the two in force, or to end it, whatever they choose.",
)
@click.option("--only", is_flag=True, help="Play the choice of --lever alone, which is quicker.")
@click.option("--toward", help="Toward whom; may be left out where only one is possible.")
@click.option(
    "--track",
    type=click.Choice(["words", "deeds"]),
    help="Which of its two choices is forced, the words or the deeds; the lever says it by itself.",
)
@click.option(
    "--run", "past", type=options.Whole(0, options.MOST_RUNS),
    help="Compare with what was done in this run, instead of with what each run chooses itself.",
)  # fmt: skip
@click.option(
    "--runs", type=options.Whole(2, options.MOST_RUNS), default=2000, show_default=True,
    help="Futures that are played under each choice.",
)  # fmt: skip
@options.seed
@options.changes
@study_command.out
@options.workers
@options.quiet
@options.show
def whatif_command(
    file: Path,
    at: int,
    actor: str,
    lever: str | None,
    only: bool,
    toward: str | None,
    track: str | None,
    past: int | None,
    runs: int,
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
    """Force one choice of one actor in one round, and see what it changes.

    Every alternative is played on the same draws of chance as the model's own
    choice. Writes into reports/NAME-whatif-ROUND-ACTOR-TARGET unless --out names
    another folder.
    """
    from sim.scenario.scenario import folder_name
    from sim.simulation.branching import asked
    from sim.studies.whatif.study import whatif

    scenario = options.read(file, settings, rounds, lens)
    found = asked(scenario, at, actor, lever, toward, track=track, run=past, runs=runs, only=only)
    tail = (
        str(at),
        actor,
        found.fork.target,
        track,
        lever,
        None if past is None else f"run-{past}",
    )
    words = "-".join(word.replace(" ", "-") for word in tail if word)
    folder = study_command.folder(out, f"{folder_name(scenario)}-whatif-{words}")
    begun = time.perf_counter()
    with (
        progress_bar.progress(scenario.description.title, 1, quiet) as bar,
        options.crew(workers, cluster) as crew,
    ):
        study = whatif(
            scenario, at, actor, lever, toward,
            track=track, runs=runs, seed=seed, run=past, only=only,
            progress=lambda done, total: bar(scenario.description.title, done, total),
            workers=crew,
        )  # fmt: skip
    command = study_command.typed(
        "whatif", [file],
        [
            ("--round", at), ("--actor", actor), ("--lever", lever), ("--only", only),
            ("--toward", toward), ("--track", track),
            ("--run", past), ("--runs", runs), ("--seed", study.seed),
            *(("--set", f"{path}={value}") for path, value in scenario.overrides),
            ("--lens", lens),
        ],
    )  # fmt: skip
    study_command.deliver(
        study, folder, command, time.perf_counter() - begun, quiet=quiet, show=show
    )
