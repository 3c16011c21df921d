"""The command ``brief``: the role briefs of a scenario, to be printed."""

from __future__ import annotations

from typing import Any

import click

from sim.cli import options, study_command


@click.command("brief")
@options.scenario_file
@click.option("--actor", "actors", multiple=True, help="Only this actor's sheet. Repeatable.")
@options.seed
@options.changes
@study_command.out
@options.show
@click.pass_context
def brief_command(context: click.Context, /, actors: tuple[str, ...], **given: Any) -> None:
    """Write the role briefs of a scenario as one page to print and hand out.

    A sheet for everyone comes first, then one for each role with what only that
    seat may know, and last one for the teacher with all of it side by side (left
    out with --actor). Writes briefs.html into reports/NAME-briefs unless --out
    names another folder.
    """
    from sim.classroom.briefs.printed import write_briefs
    from sim.scenario.scenario import folder_name

    job = study_command.Job(given)
    scenario, command = job.scenario, study_command.typed(context)
    job.into("-".join((folder_name(scenario), "briefs", *dict.fromkeys(actors))))
    written = write_briefs(scenario, job.folder, actors, command, job.seed)
    click.echo(f"Briefs: {written}")
    job.open(written)
