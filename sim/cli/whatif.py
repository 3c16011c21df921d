"""The command ``whatif``: one choice forced, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.whatif.study import WhatIf


@study_command.study("whatif")
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
    "--run",
    "past",
    type=options.Whole(0, options.MOST_RUNS),
    help="Compare with what was done in this run, instead of with what each run chooses itself.",
)
@options.theory
@options.runs(2, "Futures that are played under each choice.", default=2000, show_default=True)
def whatif_command(
    job: study_command.Job,
    at: int,
    actor: str,
    lever: str | None,
    only: bool,
    toward: str | None,
    track: str | None,
    past: int | None,
    theories: tuple[str, ...],
    runs: int,
) -> tuple[WhatIf, Mapping[str, object]]:
    """Force one choice of one actor in one round, and see what it changes.

    Every alternative is played on the same draws of chance as the model's own
    choice. Writes into reports/NAME-whatif-ROUND-ACTOR-TARGET unless --out names
    another folder.
    """
    from sim.scenario.scenario import folder_name
    from sim.simulation.branching import asked
    from sim.studies.whatif.study import whatif

    scenario = job.scenario
    found = asked(scenario, at, actor, lever, toward, track=track, run=past, runs=runs, only=only)
    run = None if past is None else f"run-{past}"
    words = [word for word in (actor, found.fork.target, track, lever, run) if word]
    tail = "-".join([str(at), *words]).replace(" ", "-")
    named = options.theories_named(theories)
    job.into(f"{folder_name(scenario)}-whatif-{tail}{options.theory_tail(named)}")
    with job.playing(scenario.description.title, 1) as (bar, workers):
        study = whatif(
            scenario,
            at,
            actor,
            lever,
            toward,
            track=track,
            runs=runs,
            seed=job.seed,
            run=past,
            only=only,
            theories=named,
            progress=partial(bar, scenario.description.title),
            workers=workers,
        )
    return study, {"seed": study.seed}
