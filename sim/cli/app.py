"""The command line: its commands, and how each way of ending is reported."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import click

from sim.cli.process import INTERRUPTED, discard_output
from sim.errors import ScenarioError, SimError, command_line

DONE, FAULT, USAGE = 0, 1, 2

COMMANDS = {
    "run": ("sim.cli.run", "Run a scenario: results, tables and a report with plots."),
    "rerun": ("sim.cli.run", "Run a manifest again and compare the results byte by byte."),
    "compare": ("sim.cli.compare", "Compare scenarios on the same draws of chance."),
    "propositions": (
        "sim.cli.propositions",
        "Test claims as paired experiments: supported, contested or no effect.",
    ),
    "sweep": ("sim.cli.sweep", "Move one or two numbers and see where an outcome flips."),
    "validate": ("sim.cli.inspect", "Check scenario files: all faults, or what they contain."),
    "describe": ("sim.cli.inspect", "Show a scenario as tables, with its sources."),
    "explain": ("sim.cli.explain", "Explain why actors did what they did in a round of a run."),
    "whatif": ("sim.cli.whatif", "Force one choice in one round, and see what it changes."),
    "sensitivity": (
        "sim.cli.sensitivity",
        "Find which uncertain numbers drive each outcome, and how much is chance.",
    ),
    "discover": (
        "sim.cli.discover",
        "Find the conditions under which something happens.",
    ),
    "responses": ("sim.cli.responses", "Show how each actor's choices move with the state."),
    "soundness": (
        "sim.cli.soundness",
        "Measure whether a scenario's answers point the right way.",
    ),
    "classroom": ("sim.cli.classroom", "Let a class take the seats, in their browsers."),
    "play": ("sim.cli.play", "Play one actor yourself, in the terminal."),
    "brief": ("sim.cli.brief", "Write the role briefs of all actors, to print and hand out."),
    "list": ("sim.cli.new", "List the scenarios and papers that come with the program."),
    "new": ("sim.cli.new", "Write a commented starter scenario that runs as it is."),
    "copy": ("sim.cli.new", "Copy one that comes with the program, to change or print."),
    "schema": ("sim.cli.new", "Print the JSON Schema of scenario files, for editors."),
    "lenses": ("sim.cli.inspect", "Show the theories that an actor can be viewed through."),
    "codes": (
        "sim.cli.inspect",
        "Find the CAMEO code, and the Goldstein value, of an act.",
    ),
    "export": ("sim.cli.export", "Write results as tidy tables for Excel, R, Stata and others."),
}


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
        module, _ = COMMANDS[cmd_name]
        found: click.Command = getattr(importlib.import_module(module), f"{cmd_name}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

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


def run(arguments: Sequence[str], name: str = "entente") -> int:
    """Run a command; returns the exit code.

    Parameters
    ----------
    arguments : sequence of str
        What follows the program's name.
    name : str
        The program's name, as help and hints show it.
    """
    with command_line():
        return _ended(arguments, name)


def _ended(arguments: Sequence[str], name: str) -> int:
    """Run a command, and tell each way of ending by its exit code."""
    try:
        code = entente.main(args=list(arguments), prog_name=name, standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.UsageError as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt) as error:
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
        where = f"{error.filename}: " if error.filename else ""
        return _fault(f"Error: {where}{error.strerror or error}", _notes(error))


def _notes(error: BaseException) -> str:
    """What was added to an error on its way: what is kept of an interrupted run."""
    return " ".join(getattr(error, "__notes__", ()))


def _fault(message: str, kept: str = "") -> int:
    click.echo("\n".join(filter(None, [message, kept])), err=True)
    return FAULT
