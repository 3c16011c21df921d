"""What the commands that make a study share: where it goes, and what is printed of it."""

from __future__ import annotations

import shlex
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import progress_bar

if TYPE_CHECKING:
    from sim.studies.base import Study

out = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write, instead of one in reports/."
)


def folder(out: Path | None, name: str) -> Path:
    """Where a study goes; refuses at once what could not be written in the end.

    Raises
    ------
    ResultsError
        When something else lies there, or the place cannot be written.
    """
    from sim.reporting.output_folder import STUDY, check_target

    found = out or Path("reports") / name
    check_target(found, STUDY)
    return found


def typed(command: str, files: Iterable[Path], pairs: Iterable[tuple[str, object]]) -> str:
    """The command line that makes a study again; a flag is true or false, ``None`` is not there.

    Files are named as they were, but without folders that only this machine has.
    """
    words = ["entente", command, *map(named, files)]
    for option, value in pairs:
        if value is True:
            words.append(option)
        elif value is not None and value is not False:
            words += [option, str(value)]
    return shlex.join(words)


def named(file: Path) -> str:
    """A file as a command that others are to type names it."""
    from sim.scenario.shipped import name_of

    return name_of(str(file)) if file.is_absolute() else file.as_posix()


def deliver(
    study: Study[Any], folder: Path, command: str, seconds: float, *, quiet: bool, show: bool
) -> None:
    """Write a study, print its main numbers, and open its page if asked to.

    The page first: a reader of the table may stop early, as in ``sweep ... | head``.
    """
    with progress_bar.status("Writing the report", quiet):
        written = study.write_report(folder, command=command, seconds=seconds)
    if not quiet:
        from sim.cli import tables

        for table in study.page.tables:
            tables.show(table.caption, table.header, table.rows)
        click.echo(study.page.lead)
        click.echo(f"Report: {written}")
    if show:
        webbrowser.open(written.absolute().as_uri())
