"""Options that several commands share, and reading the scenario they name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

MOST_RUNS, MOST_ROUNDS, MOST_SEED = 1_000_000_000, 1000, 2**63 - 1
"""The bounds of a scenario file."""

F = TypeVar("F", bound=Callable[..., object])


def named_in_text(
    ctx: click.Context, argument: click.Parameter, value: Path | tuple[Path, ...]
) -> Path | tuple[Path, ...]:
    """Refuse a file whose name is bytes that are no text: results and report name it."""
    for path in [value] if isinstance(value, Path) else value:
        try:
            str(path).encode()
        except UnicodeEncodeError:
            raise click.UsageError(
                f"the file name {str(path)!r} holds letters that this system cannot read; "
                "rename the file"
            ) from None
    return value


scenario_file = click.argument(
    "file", type=click.Path(path_type=Path), callback=named_in_text
)  # fmt: skip


seed = click.option(
    "--seed", type=click.IntRange(0, MOST_SEED),
    help="Seed of all random draws, instead of the scenario's.",
)  # fmt: skip
quiet = click.option("--quiet", "-q", is_flag=True, help="No progress bar, no tables.")
show = click.option("--open", "show", is_flag=True, help="Open the report in the browser.")


settings = click.option(
    "--set", "settings", multiple=True, metavar="PATH=VALUE",
    help="Change one value of the scenario, e.g. actors.north.power=2. Repeatable.",
)  # fmt: skip
rounds = click.option(
    "--rounds", type=click.IntRange(1, MOST_ROUNDS),
    help="Number of rounds, instead of the scenario's.",
)  # fmt: skip
lens = click.option("--lens", help="View every actor through a lens (see 'lenses').")


def changes(command: F) -> F:
    """Options that change the scenario: ``--set``, ``--rounds``, ``--lens``."""
    return lens(rounds(settings(command)))


def read(
    file: Path, settings: tuple[str, ...] = (), rounds: int | None = None, lens: str | None = None
) -> Scenario:
    """Read the scenario that a command names, with the command's changes.

    Raises
    ------
    click.UsageError
        When a ``--set`` is not of the form PATH=VALUE.
    ScenarioError
        With all faults of the file and of the changes.
    """
    from sim.scenario.build import load_scenario

    overrides = [path_and_value("--set", setting) for setting in settings]
    if rounds is not None:
        overrides.append(("calendar.rounds", str(rounds)))
    return load_scenario(file, overrides, lens)


def path_and_value(option: str, text: str) -> tuple[str, str]:
    """The two sides of PATH=VALUE.

    Raises
    ------
    click.UsageError
        When one of them is missing.
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise click.UsageError(
            f"{option} wants PATH=VALUE, not {text!r}; e.g. {option} actors.north.power=2"
        )
    return path.strip(), value.strip()


def program() -> str:
    """What the user typed before the command, for hints that can be typed in turn."""
    return str(click.get_current_context().find_root().info_name)
