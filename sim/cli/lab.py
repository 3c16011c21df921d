"""The command ``lab``: turn a scenario over in the browser."""

from __future__ import annotations

import os
import shlex
import sys
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options

if TYPE_CHECKING:
    from sim.lab.lab import Lab

_WIDE = 90


@click.command("lab")
@options.optional_file
@options.served
@click.option(
    "--store",
    "kept",
    type=click.Path(path_type=Path),
    help="Folder where all work is kept. [default: reports/lab]",
)
@click.option("--open/--no-open", "show", default=True, help="Open the browser, or do not.")
@click.option("--quiet", "-q", is_flag=True, help="Print the addresses and the code alone.")
def lab_command(
    file: Path | None,
    host: str,
    port: int | None,
    kept: Path | None,
    show: bool,
    quiet: bool,
) -> None:
    """Turn a scenario over in the browser: move its numbers and see the futures shift.

    Opens the browser on the scenario, or without one on all that can be opened, with the
    scenario files of this folder among them. With --host visitors come in by a code, each to
    work of their own. Serves until Ctrl-C; all work is kept.
    """
    _one_thread_each()
    from sim.scenario.shipped import find_file
    from sim.scenario.yaml_reader import read_yaml
    from sim.web import server

    if file is not None:
        file = find_file(file)
        if not file.is_file():
            read_yaml(file)  # raises what is wrong with it
    opened = server.listen(host, port)  # a port that is taken is told before all that takes long
    options.make_ready()

    from sim.lab.app import application
    from sim.lab.lab import DEFAULT_STORE, Lab
    from sim.web.tokens import join_code

    code = "" if server.is_loopback(host) else join_code()
    with closing(opened), closing(Lab(kept or DEFAULT_STORE, Path(), file, code)) as lab:
        here, others = server.addresses(host, opened.getsockname()[1])
        lab.address = (others or [here])[0]
        start = _start(lab, file)

        def ready() -> None:
            click.echo(_leaflet(lab, host, f"{here}{start}#{lab.door.key}", others, quiet))
            if show:
                webbrowser.open(f"{here}{start}#{lab.door.once()}")

        server.own_names()  # asked once, before anybody waits for it
        server.Server(application(lab, host), ready).serve_at(opened)
        click.echo("All work is kept; go on with the same command.")


def _one_thread_each() -> None:
    """Let no library under NumPy spread a small product over all cores, which others wait for.

    Threads also hand Python's lock on sooner: who serves pages waits for it many times an answer.

    Must run before NumPy is imported; who sets the variables otherwise is left alone.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    sys.setswitchinterval(0.0005)


def _start(lab: Lab, file: Path | None) -> str:
    """The page to begin with: of the scenario that was named, if it can be opened."""
    if file is None:
        return "/"
    bench = lab.owners_bench()
    entry = lab.catalogue.of(lab.catalogue.first, bench.path)
    if entry is None or entry.faults:
        number = len(entry.faults) if entry is not None else 0
        click.echo(
            f"Note: {file} has {number} {'fault' if number == 1 else 'faults'}; "
            "the page shows them beside it",
            err=True,
        )
        return "/"
    lab.open(bench, entry.name)
    return "/turn"


def _leaflet(lab: Lab, host: str, own: str, others: list[str], quiet: bool) -> str:
    """What is printed when a lab opens; lines that can be typed stand further in."""
    from sim.web import server

    lines = ["The lab is open:", "", f"  Yours:     {own}"]
    if lab.door.code:
        lines += [f"  Visitors:  {others[0] if others else own.partition('#')[0]}"]
        lines += [f"             or {other}" for other in others[1:]]
        lines += [f"  Code:      {lab.door.code}"]
    lines.append("")
    if quiet:
        return "\n".join(lines[2:-1])
    told = [
        "Your address ends with a key, by which you alone come in; give it to nobody."
        if lab.door.code
        else "Your address ends with a key, so that nobody else on this computer comes in."
    ]
    if server.is_loopback(host):
        told.append("Only this computer can reach it. To let others in, stop and add:")
        told.append("    --host 0.0.0.0")
    else:
        told.append(
            "Everybody in this network can reach the visitors' page, and sees the scenario files "
            "of this folder once they are in. Nothing is encrypted (http): use a network that you "
            "trust."
        )
    told.append(f"All work is kept in {shlex.quote(str(lab.store))}. Stop with Ctrl-C.")
    return "\n".join(
        [*lines, *(one if one[:1] == " " else click.wrap_text(one, _WIDE) for one in told)]
    )
