"""The command line: its commands, and how each way of ending is reported."""

from __future__ import annotations

import csv
import importlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sim.cli.process import INTERRUPTED, discard_output, settle_output
from sim.errors import ScenarioError, SimError, SlowTheoryWarning, command_line

DONE, FAULT, USAGE = 0, 1, 2

with Path(__file__).with_name("commands.csv").open(encoding="utf-8", newline="") as _file:
    COMMANDS = {row["name"]: row for row in csv.DictReader(_file)}
"""Each command by its name: its module, and its line in the list of commands."""


class ReaderGoneError(Exception):
    """Nobody reads our output any more, as in ``describe ... | head``."""


class Commands(click.Group):
    """Loads a command's module only when it is called, so that help is quick."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a closed pipe is no fault of the user's, as click would have it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGoneError from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command by name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sim.cli.{COMMANDS[cmd_name]['module']}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row["help"]) for name, row in COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say how to begin."""
        formatter.write_paragraph()
        formatter.write_text(f"Start with:  {ctx.info_name} run yamaguchi-2016")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may be meant."""
        from difflib import get_close_matches

        from sim.scenario.shipped import ENDINGS, shipped

        if args and args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            if args[0].endswith(ENDINGS) or (not near and shipped(args[0])):
                hint = f" Did you mean 'run {args[0]}'?"
            raise click.UsageError(f"No such command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from sim.simulation.manifest import versions

        click.echo(f"entente {versions()['entente']}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def entente() -> None:
    """Entente: run geopolitical scenarios and see their outcomes with their uncertainty."""


@contextmanager
def _notes_in_words() -> Iterator[None]:
    """Show what Python would show as a warning in code as a note."""
    usual = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *args: Any, **named: Any) -> None:
        if issubclass(category, SlowTheoryWarning):
            click.echo(f"Note: {message}", err=True)
        else:
            usual(message, category, *args, **named)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = usual


@command_line()
@_notes_in_words()
def execute(arguments: Sequence[str], name: str = "entente") -> int:
    """Run a command, and tell each way of ending by its exit code.

    ``arguments`` are what follows the program's ``name``, which help and hints show.
    """
    try:
        code = entente.main(args=list(arguments), prog_name=name, standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.UsageError as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt) as error:
        # Else what compiles would go on alone; it may have been cut off while it was imported.
        if stop := getattr(sys.modules.get("sim.model.native"), "stop", None):
            stop()
        kept = _notes(error.__cause__ or error)
        click.echo(f"Interrupted; {kept or 'nothing half-written was left behind.'}", err=True)
        return INTERRUPTED
    except ReaderGoneError:
        discard_output()
        return DONE
    except ScenarioError as error:
        return _fault(str(error))
    except SimError as error:
        return _fault(f"Error: {error}", _notes(error))
    except MemoryError as error:
        remedy = "ask for fewer runs (--runs) or rounds (--rounds)"
        return _fault(f"Error: not enough memory; {remedy}", _notes(error))
    except OSError as error:
        settle_output()
        where = f"{error.filename}: " if error.filename else ""
        return _fault(f"Error: {where}{error.strerror or error}", _notes(error))


def _notes(error: BaseException) -> str:
    """What was added to an error on its way: what is kept of an interrupted run."""
    return " ".join(getattr(error, "__notes__", ()))


def _fault(message: str, kept: str = "") -> int:
    click.echo("\n".join(filter(None, [message, kept])), err=True)
    return FAULT
