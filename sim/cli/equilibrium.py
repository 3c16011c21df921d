"""The command ``equilibrium``: the game of two actors behind their decisions in one round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sim.cli import options, progress_bar, study_command

if TYPE_CHECKING:
    from sim.studies.equilibrium.study import Equilibrium


@study_command.study("equilibrium", plays=False)
@click.option("--actors", required=True, metavar="A,B", help="The two; the first picks the row.")
@click.option("--round", "at", type=int, required=True, help="The round, from 1.")
@click.option(
    "--run",
    "nth",
    type=options.Whole(0, options.MOST_RUNS),
    help="Look at this run, from 0, instead of the mean of many.",
)
@click.option(
    "--track",
    type=click.Choice(["deeds", "words"]),
    default="deeds",
    show_default=True,
    help="Which of their two choices of the round is the game.",
)
@options.theory
@options.runs(1, "Runs whose mean is taken.", default=500, show_default=True)
def equilibrium_command(
    job: study_command.Job,
    actors: str,
    at: int,
    nth: int | None,
    track: str,
    theories: tuple[str, ...],
    runs: int,
) -> tuple[Equilibrium, Mapping[str, object]]:
    """Find the equilibria of the game that two actors play in one round.

    Shows what each pair of moves is worth to both, the equilibria, dominated moves,
    and how choices move with rationality. By --theory only the rounds before are
    played: the game itself is by the built-in theory. Writes into
    reports/NAME-equilibrium-A-B-TRACK-ROUND unless --out names another folder, with
    the game as a file for Gambit.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.equilibrium.study import equilibrium

    pair = [name.strip() for name in actors.split(",")]
    words = [str(word) for word in (*pair, track, at, nth) if word is not None]
    named = options.theories_named(theories)
    name = "-".join([folder_name(job.scenario), "equilibrium", *words])
    job.into(name + options.theory_tail(named))
    with progress_bar.status("Playing up to the round", job.quiet):
        study = equilibrium(
            job.scenario, pair, at, nth, track=track, runs=runs, seed=job.seed, theories=named
        )
    return study, {"seed": study.found.seed}
