"""The command of a study, made from the function that answers it.

The function takes a :class:`Job` and its own options; the options that all studies share,
the folder, the recorded command line, and what is printed come from here.
"""

from __future__ import annotations

import shlex
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from inspect import getdoc
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options, progress_bar

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.simulation.executors.base import Workers
    from sim.studies.base import Study

out = options.folder("Folder to write, instead of one in reports/.")
NOT_RECORDED = ("out", "workers", "cluster", "quiet", "show")
"""Options that change nothing of what a study finds."""
SHARED = ("file", "seed", "settings", "rounds", "lens", *NOT_RECORDED)
"""Parameters that a job takes from a command."""

StudyAnswer = Callable[..., "tuple[Study, Mapping[str, object]]"]
"""Gives a study, and the value of each option that was left out, for the recorded command."""


class Job:
    """What the options that all studies share ask for."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = {name: given.pop(name) for name in SHARED if name in given}
        self.seed: int | None = self._given["seed"]
        self.quiet: bool = self._given.get("quiet", False)
        self.folder = Path()

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that the command names, with its changes."""
        return self.read(self._given["file"])

    def read(self, file: Path, *settings: str) -> Scenario:
        """Read a scenario with the command's changes, and more of them."""
        mine = self._given
        return options.read(file, (*mine["settings"], *settings), mine["rounds"], mine.get("lens"))

    def into(self, name: str, mark: str | None = None) -> None:
        """Name the folder in ``reports``, where none was given; refuse at once a bad one.

        ``mark`` is the entry that the manifest has of what may be written over.
        """
        self.folder = folder(self._given["out"], name, mark)

    @contextmanager
    def playing(self, title: str, total: int) -> Iterator[tuple[progress_bar.Bar, Workers]]:
        """Show a progress bar while the block runs, and give whoever is to play the runs."""
        with (
            progress_bar.progress(title, total, self.quiet) as bar,
            options.workers_named(
                self._given["workers"], self._given["cluster"], self.quiet
            ) as workers,
        ):
            yield bar, workers

    def write(self, study: Study, command: str, seconds: float) -> Path:
        """Write a study with the command line that makes it again; gives its page."""
        with progress_bar.status("Writing the report", self.quiet):
            took = study.seconds or seconds
            return study.write_report(self.folder, command=command, seconds=took)

    def open(self, page: Path) -> None:
        """Open a page in the browser, if asked to."""
        if self._given["show"]:
            webbrowser.open(page.absolute().as_uri())

    def deliver(self, study: Study, command: str, seconds: float) -> None:
        """Write a study, print its main numbers, and open its page if asked to.

        The page first: a reader of the table may stop early, as in ``sweep ... | head``.
        """
        written = self.write(study, command, seconds)
        if not self.quiet:
            print_tables(study)
            click.echo(study.page.lead)
            click.echo(f"Report: {written}")
        self.open(written)


def study(
    name: str, *, file: bool = True, plays: bool = True, changes: Any = options.changes
) -> Callable[[StudyAnswer], click.Command]:
    """Make a command of the function that answers it.

    Parameters
    ----------
    name : str
    file : bool
        Whether it is about one scenario, which :attr:`Job.scenario` reads.
    plays : bool
        Whether it may play its runs on several threads.
    changes : decorator
        The options that change the scenario.
    """

    def decorate(answer: StudyAnswer) -> click.Command:
        @click.pass_context
        def command(context: click.Context, /, **given: Any) -> None:
            job, begun = Job(given), time.perf_counter()
            found, facts = answer(job, **given)
            if not plays and not job.quiet:
                options.say_how_it_was_played()
            job.deliver(found, typed(context, facts), time.perf_counter() - begun)

        made: Any = command
        workers = (options.workers,) if plays else ()
        for one in (options.show, options.quiet, *workers, out, changes, options.seed):
            made = one(made)
        made.__click_params__ += getattr(answer, "__click_params__", [])
        return click.command(name, help=getdoc(answer))(
            options.scenario_file(made) if file else made
        )

    return decorate


def folder(out: Path | None, name: str, mark: str | None = None) -> Path:
    """Where a study goes; refuses at once what could not be written in the end.

    Raises
    ------
    ResultsError
        When something else lies there, or the place cannot be written.
    """
    from sim.reporting.output_folder import STUDY, check_target

    found = out or Path("reports") / name
    check_target(found, mark or STUDY)
    return found


def typed(context: click.Context, found: Mapping[str, object] = MappingProxyType({})) -> str:
    """The command line that makes a study again: what was given, else what was found.

    Files are named as they were, but without folders that only this machine has.
    """
    words = ["entente", context.command.name or ""]
    for parameter in context.command.params:
        name = str(parameter.name)
        value = context.params[name]
        value = found.get(name) if value in (None, ()) else value
        if name in NOT_RECORDED or value is None:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            said = named(one) if isinstance(one, Path) else str(one)
            if isinstance(parameter, click.Argument):
                words.append(said)
            elif isinstance(one, bool):
                words += parameter.opts[:1] if one else parameter.secondary_opts[:1]
            else:
                words += [parameter.opts[0], said]
    return shlex.join(words)


def named(file: Path) -> str:
    """A file as a command that others are to type names it."""
    from sim.scenario.shipped import name_of

    return name_of(str(file)) if file.is_absolute() else file.as_posix()


def print_tables(study: Study) -> None:
    """Print the tables of a study that are for a terminal."""
    from sim.cli import tables

    for table in study.page.tables:
        tables.show(table.caption, table.header, table.rows)
