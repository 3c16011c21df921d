"""The command ``responses``: how each actor's choices move with the state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

MOST_ACTORS, STRONGEST = 12, 6
"""Most actors of which all are shown; of more, how many of the strongest."""


@click.command("responses")
@options.scenario_file
@click.option(
    "--actor",
    "actors",
    multiple=True,
    help="Only this actor. Repeatable. "
    f"[default: all, of more than {MOST_ACTORS} the {STRONGEST} with most power]",
)
@click.option(
    "--of",
    "phrases",
    multiple=True,
    metavar="PHRASE",
    help="Move this quantity, e.g. 'tension of north and south', "
    "instead of the 3 that tell most. Repeatable.",
)
@options.runs(
    1, "Draws of the uncertain numbers to average over. [default: 256, fewer of many actors]"
)
@options.seed
@options.changes
@options.folder("Folder to write. [default: reports/NAME-responses]")
@click.pass_context
def responses_command(
    context: click.Context,
    /,
    actors: tuple[str, ...],
    phrases: tuple[str, ...],
    runs: int | None,
    out: Path | None,
    **given: Any,
) -> None:
    """Show what each actor would do otherwise if one quantity stood otherwise.

    Nothing is played: the probabilities are those of the scenario's start.
    Writes responses.html into reports/NAME-responses.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.responses.page import unsure
    from sim.studies.responses.study import responses

    job = study_command.Job(given)
    scenario = job.scenario
    found = responses(scenario, actors or _asked(scenario), phrases, runs, job.seed)
    if not found.answers:
        click.echo("Nothing that moves here changes what an actor chooses.")
        return
    command = study_command.typed(context, {"runs": found.runs, "seed": found.seed})
    # The page first: a reader of the tables may stop early, as in `responses ... | head`.
    folder = out or Path("reports") / f"{folder_name(scenario)}-responses"
    written = found.write_report(folder, command=command)
    study_command.print_tables(found)
    if said := unsure(scenario.description):
        click.echo(said)
    click.echo(f"Responses: {written}")


def _asked(scenario: Scenario) -> tuple[str, ...]:
    """All actors; of many the strongest, which is said."""
    every = scenario.description.actors
    if len(every) <= MOST_ACTORS:
        return tuple(every)
    chosen = sorted(every, key=lambda name: -every[name].power.value)[:STRONGEST]
    click.echo(
        f"Shown are the {STRONGEST} of {len(every)} actors with most power; "
        "--actor asks for others.",
        err=True,
    )
    return tuple(name for name in every if name in chosen)
