"""The command line: its commands, and how each way of ending is reported."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

from sim.errors import ScenarioError, SimError

DONE, FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS = {
    "run": ("sim.cli.running", "Run a scenario: results, tables and a report with plots."),
    "rerun": ("sim.cli.running", "Run a manifest again and compare the results byte by byte."),
    "validate": ("sim.cli.inspecting", "Check scenario files: all faults, or what they contain."),
    "describe": ("sim.cli.inspecting", "Show a scenario as tables, with its sources."),
    "new": ("sim.cli.starting", "Write a commented starter scenario that runs as it is."),
    "schema": ("sim.cli.starting", "Print the JSON Schema of scenario files, for editors."),
    "lenses": ("sim.cli.inspecting", "Show the theories that an actor can be viewed through."),
    "export": ("sim.cli.exporting", "Write results as tidy tables for Excel and R."),
}


class Commands(click.Group):
    """Loads a command's module only when it is called, so that help is quick."""

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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may be meant."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            if args[0].endswith((".yaml", ".yml")):
                hint = f" Did you mean 'run {args[0]}'?"
            raise click.UsageError(f"No such command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with:  python run.py run scenarios/yamaguchi-2016.yaml",
)
@click.version_option(package_name="entente", message="%(prog)s %(version)s")
def entente() -> None:
    """Entente: run geopolitical scenarios and see their outcomes with their uncertainty."""


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        code = entente.main(args=list(arguments), prog_name="entente", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.UsageError as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing was written.", err=True)
        return INTERRUPTED
    except ScenarioError as error:
        click.echo(str(error), err=True)
        return FAULT
    except SimError as error:
        click.echo(f"Error: {error}", err=True)
        return FAULT
    except BrokenPipeError:
        # The reader of our output has gone, as in `describe ... | head`.
        sys.stderr.close()
        return DONE
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
