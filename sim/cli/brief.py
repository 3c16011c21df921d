"""The command ``brief``: the role briefs of a scenario, to be printed."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from sim.cli import options, study_command


@click.command("brief")
@options.scenario_file
@click.option("--actor", "actors", multiple=True, help="Only this actor's sheet. Repeatable.")
@options.seed
@options.changes
@study_command.out
@options.show
def brief_command(
    file: Path,
    actors: tuple[str, ...],
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    out: Path | None,
    show: bool,
) -> None:
    """Write the role briefs of a scenario as one page to print and hand out.

    A sheet for everyone comes first, then one for each role with what only that
    seat may know, and last one for the teacher with all of it side by side (left
    out with --actor). Writes briefs.html into reports/NAME-briefs unless --out
    names another folder.
    """
    from sim.classroom.briefs.printed import write_briefs
    from sim.scenario.scenario import folder_name

    scenario = options.read(file, settings, rounds, lens)
    name = "-".join((folder_name(scenario), "briefs", *dict.fromkeys(actors)))
    folder = study_command.folder(out, name)
    command = study_command.typed(click.get_current_context())
    written = write_briefs(scenario, folder, actors, command, seed)
    click.echo(f"Briefs: {written}")
    if show:
        webbrowser.open(written.absolute().as_uri())
