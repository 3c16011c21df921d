"""The command ``explain``: why actors did what they did in one round of one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sim.cli import options, progress_bar, study_command

if TYPE_CHECKING:
    from sim.studies.explanation.study import Explanation


@study_command.study("explain", plays=False)
@click.option(
    "--run",
    "nth",
    type=options.Whole(0, options.MOST_RUNS),
    required=True,
    help="Number of the run, from 0.",
)
@click.option("--round", "at", type=int, required=True, help="The round, from 1.")
@click.option("--actor", help="Only what this actor decided.")
@click.option("--toward", help="Only what was decided toward this actor.")
@options.theory
def explain_command(
    job: study_command.Job,
    nth: int,
    at: int,
    actor: str | None,
    toward: str | None,
    theories: tuple[str, ...],
) -> tuple[Explanation, Mapping[str, object]]:
    """Explain why actors did what they did in one round of one run.

    Shows what each saw, what spoke for each of its choices, what it chose, and
    why it was agreed to. Writes into reports/NAME-explain-RUN-ROUND unless --out
    names another folder.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.explanation.study import explain

    words = [str(word) for word in (nth, at, actor, toward) if word is not None]
    named = options.theories_named(theories)
    name = "-".join([folder_name(job.scenario), "explain", *words])
    job.into(name + options.theory_tail(named))
    with progress_bar.status("Playing the run", job.quiet):
        study = explain(job.scenario, nth, at, actor, toward, job.seed, theories=named)
    return study, {"seed": study.seed}
