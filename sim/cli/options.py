"""Options that several commands share, and reading the scenario they name."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.simulation.executors.base import Workers

MOST_RUNS, MOST_ROUNDS, MOST_SEED = 1_000_000_000, 1000, 2**63 - 1
"""The bounds of a scenario file."""
MOST_WORKERS = 1024

_LONGEST_TAIL = 120
"""Most characters of theories in a folder's name: systems allow about twice as many in all."""

F = TypeVar("F", bound=Callable[..., object])


class Whole(click.IntRange):
    """A whole number within a range; thousands may be set off by commas, as we print them."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or say what is wanted."""
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", str(value))
        if not re.fullmatch(r"\s*[+-]?\d+\s*", text):
            self.fail(f"{value!r} is no whole number; write one such as 2000", param, ctx)
        found: int = super().convert(int(text), param, ctx)
        return found


def named_in_text(
    ctx: click.Context, argument: click.Parameter, value: Path | tuple[Path, ...] | None
) -> Path | tuple[Path, ...] | None:
    """Refuse a file whose name is bytes that are no text: results and report name it.

    Says which file a name stands for, where one of the user's own hides one that
    comes with the program.
    """
    from sim.scenario.shipped import find_file, hides

    for path in [value] if isinstance(value, Path) else value or ():
        try:
            str(path).encode()
        except UnicodeEncodeError:
            raise click.UsageError(
                f"the file name {str(path)!r} holds letters that this system cannot read; "
                "rename the file"
            ) from None
        if hides(path):
            click.echo(
                f"Note: '{path}' is {find_file(path).as_posix()} here, "
                "not the one of that name that comes with the program.",
                err=True,
            )
    return value


A_PATH = click.Path(path_type=Path)
scenario_file = click.argument("file", type=A_PATH, callback=named_in_text)


optional_file = click.argument(
    "file",
    type=A_PATH,
    required=False,
    callback=lambda ctx, argument, value: value and named_in_text(ctx, argument, value),
)

LOOPBACK = "127.0.0.1"
"""Where pages are served unless told otherwise."""


def served(command: F) -> F:
    """Options that say where pages are served: ``--host`` and ``--port``."""
    host = click.option(
        "--host",
        default=LOOPBACK,
        show_default=True,
        help="Address of this computer to serve at; 0.0.0.0 lets the whole network in.",
    )
    port = click.option(
        "--port",
        type=Whole(0, 65535),
        help="Port to serve at; 0 takes any that is free. [default: 8000, or the next free one]",
    )
    return host(port(command))


def scenario_files(metavar: str | None = None, *, required: bool = False) -> Callable[[F], F]:
    """The argument of any number of files."""
    return click.argument(
        "files",
        nargs=-1,
        metavar=metavar,
        required=required,
        type=A_PATH,
        callback=named_in_text,
    )


def folder(help: str) -> Callable[[F], F]:
    """The option ``--out``: a folder to write."""
    return click.option("--out", type=A_PATH, help=help)


def runs(least: int, help: str, **more: Any) -> Callable[[F], F]:
    """The option ``--runs``, with the fewest that make sense."""
    return click.option("--runs", type=Whole(least, MOST_RUNS), help=help, **more)


def outcomes(help: str) -> Callable[[F], F]:
    """The option ``--outcome``, repeatable."""
    return click.option("--outcome", "outcomes", multiple=True, metavar="ID", help=help)


seed = click.option(
    "--seed",
    type=Whole(0, MOST_SEED),
    help="Seed of all random draws, instead of the scenario's.",
)
quiet = click.option("--quiet", "-q", is_flag=True, help="No progress bar, no tables.")
show = click.option("--open", "show", is_flag=True, help="Open the report in the browser.")


settings = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change one value of the scenario, e.g. actors.north.power=2. Repeatable.",
)
rounds = click.option(
    "--rounds",
    type=Whole(1, MOST_ROUNDS),
    help="Number of rounds, instead of the scenario's.",
)
lens = click.option("--lens", help="View every actor through a lens (see 'lenses').")


theory = click.option(
    "--theory",
    "theories",
    multiple=True,
    metavar="[ACTOR=]NAME|FILE.py:NAME",
    help="Let actors decide by another theory: all, or the one that is named. Repeatable.",
)


def theories_named(texts: tuple[str, ...]) -> dict[str, str] | None:
    """Theories by actor, as ``--theory`` names them; ``None`` where none is."""
    from sim.theories.seating import ALL

    found: dict[str, str] = {}
    for text in texts:
        actor, equals, name = text.partition("=")
        actor, name = (actor.strip(), name.strip()) if equals else (ALL, text.strip())
        if not name or not actor:
            raise click.UsageError(f"--theory wants NAME or ACTOR=NAME, not {text!r}")
        if actor in found:
            whom = "all" if actor == ALL else f"'{actor}'"
            raise click.UsageError(f"--theory names two theories for {whom}: give one of them")
        found[actor] = name
    return found or None


def theory_tail(theories: Mapping[str, str] | None) -> str:
    """What a folder's name ends with, where actors do not decide by the built-in theory.

    A theory that not all play stands after its actor. A name with capitals is marked, since some
    systems do not tell them apart in the names of folders.
    """
    from sim.theories.seating import ALL

    given = sorted((theories or {}).items(), key=lambda one: (one[0] != ALL, one))
    tail = "".join(
        f"-{_in_a_name(one)}" if actor == ALL else f"-{_in_a_name(actor)}-{_in_a_name(one)}"
        for actor, one in given
    )
    return tail if len(tail) <= _LONGEST_TAIL else f"-theories-{_short_digest(tail)}"


def names_tail(names: Iterable[str]) -> str:
    """The same for theories of which each is played by all in turn."""
    return "".join(theory_tail({"all": one}) for one in names)


def _in_a_name(text: str) -> str:
    plain = re.sub(r"[^\w.-]+", "-", text)
    return plain if plain == plain.lower() else f"{plain}-{_short_digest(text)}"


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def settings_and_rounds(command: F) -> F:
    """Options that change numbers of a scenario: ``--set``, ``--rounds``."""
    return settings(rounds(command))


def changes(command: F) -> F:
    """Options that change the scenario: ``--set``, ``--rounds``, ``--lens``."""
    return lens(rounds(settings(command)))


def _one_of_two(ctx: click.Context, option: click.Parameter, value: object) -> object:
    """Refuse ``--workers`` and ``--cluster`` together."""
    typed = {ctx.get_parameter_source(name) for name in ("workers", "cluster")}
    if typed == {ParameterSource.COMMANDLINE}:
        raise click.UsageError(
            "--workers uses this machine, --cluster the machines of a cluster: give one of the two"
        )
    return value


def workers(command: F) -> F:
    """Options that say who plays the runs: ``--workers`` and ``--cluster``.

    The command hands both to :func:`workers_named`.
    """
    threads = click.option(
        "--workers",
        type=Whole(1, MOST_WORKERS),
        default=1,
        callback=_one_of_two,
        help="Threads of this machine that play the runs; the results are the same. [default: 1]",
    )
    cluster = click.option(
        "--cluster",
        metavar="ADDRESS",
        callback=_one_of_two,
        help="Play the runs on a running Dask cluster, e.g. tcp://10.0.0.5:8786.",
    )
    return threads(cluster(command))


@contextmanager
def workers_named(workers: int, cluster: str | None, quiet: bool = False) -> Iterator[Workers]:
    """Those whom the options of :func:`workers` name, for as long as a block lasts.

    Says, unless it is to be quiet, where the model is not compiled or not yet; and at the end,
    where it could not be compiled after all.
    """
    from sim.model import native
    from sim.simulation.executors import workers as found

    first = None if quiet else native.notice()
    if first is not None:
        click.echo(first, err=True)
    with found(workers, cluster) as crew:
        yield crew
    if first is not None and (last := native.notice()) not in (None, first):
        click.echo(last, err=True)


def say_how_it_was_played() -> None:
    """Say where the model could not be compiled."""
    from sim.model import native

    if (line := native.why_not()) is not None:
        click.echo(f"Note: {line}", err=True)


def make_ready() -> None:
    """Begin to load, or to compile, the model beside what the command does first."""

    def start() -> None:
        from sim.model import native

        native.start()

    threading.Thread(target=start, daemon=True).start()


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
    from sim.scenario.loading import load_scenario

    make_ready()
    overrides = [path_and_value("--set", compiled) for compiled in settings]
    if rounds is not None:
        overrides.append(("calendar.rounds", str(rounds)))
    return load_scenario(file, overrides, lens)


def path_and_value(option: str, text: str, example: str = "2") -> tuple[str, str]:
    """The two sides of PATH=VALUE.

    Raises
    ------
    click.UsageError
        When one of them is missing.
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise click.UsageError(
            f"{option} wants PATH=VALUE, not {text!r}; e.g. {option} actors.north.power={example}"
        )
    return path.strip(), value.strip()


def program() -> str:
    """What the user typed before the command, for hints that can be typed in turn."""
    return str(click.get_current_context().find_root().info_name)
