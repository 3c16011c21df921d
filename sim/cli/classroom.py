"""The command ``classroom``: people take the seats of a scenario, in browsers."""

from __future__ import annotations

import random
import time
import webbrowser
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import notes, options
from sim.cli.leaflet import LOOPBACK, Leaflet

if TYPE_CHECKING:
    import socket

    from sim.classroom.desk import Desk
    from sim.classroom.rehearsal.crowd import Crowd
    from sim.scenario.scenario import Scenario

LAST = "last"
"""What ``--resume`` stands for without a number."""
_MOST_MINUTES = 7 * 24 * 60


@click.command("classroom")
@click.argument(
    "file",
    type=click.Path(path_type=Path),
    required=False,
    callback=lambda ctx, argument, value: value and options.named_in_text(ctx, argument, value),
)
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="Address of this computer to serve at; 0.0.0.0 lets the whole network in.",
)
@click.option(
    "--port",
    type=options.Whole(0, 65535),
    help="Port to serve at; 0 takes any that is free. [default: 8000, or the next free one]",
)
@click.option(
    "--tables", type=options.Whole(1, 40), help="Parallel games of the scenario. [default: 1]"
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, _MOST_MINUTES, min_open=True),
    help="Minutes for each round; without it there is no deadline.",
)
@options.seed
@options.changes
@click.option(
    "--store",
    "kept",
    type=click.Path(path_type=Path),
    help="File of all sessions. [default: reports/classroom/sessions.sqlite]",
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value=LAST,
    metavar="[NUMBER]",
    help="Go on with a session: the last one, or the one of this number.",
)
@click.option(
    "--rehearse", is_flag=True, help="Computed students come in and play, so that you can try."
)
@click.option("--quiet", "-q", is_flag=True, help="Print the addresses and the code alone.")
@click.option("--open", "show", is_flag=True, help="Open the teacher's page in the browser.")
def classroom_command(
    file: Path | None,
    host: str,
    port: int | None,
    tables: int | None,
    minutes: float | None,
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    kept: Path | None,
    resume: str | None,
    rehearse: bool,
    quiet: bool,
    show: bool,
) -> None:
    """Serve a scenario to a class: students take its seats, in their browsers.

    Prints the teacher's address with a key that works once, and the address and
    the code for students. Serves until Ctrl-C; every session is kept, and --resume
    goes on with it.
    """
    from sim.classroom import opening, reach
    from sim.classroom.store import Store

    _consistent(
        file, resume,
        {"--tables": tables, "--minutes": minutes, "--seed": seed, "--set": settings,
         "--rounds": rounds, "--lens": lens, "--rehearse": rehearse},
    )  # fmt: skip
    scenario = options.read(file, settings, rounds, lens) if file else None
    opened = reach.listen(host, port)
    with closing(opened), closing(Store(kept or opening.STORE)) as store:
        if resume is not None:
            desk = opening.pick_up(store, None if resume == LAST else int(resume), scenario)
            notes.gone_on(desk, scenario, file)
        else:
            assert scenario is not None
            if rehearse:
                _fits(scenario, tables or 1)
            desk = opening.begin(
                store, scenario, time.time(), tables=tables or 1, minutes=minutes, seed=seed,
                rehearsal=rehearse,
            )  # fmt: skip
        leaflet = Leaflet(desk, store.path, host, opened.getsockname()[1], port)
        last = _serve(desk, opened, leaflet, quiet=quiet, show=show, rehearse=rehearse)
        leaflet = replace(leaflet, desk=last)
        click.echo(f"The session is kept; go on with:  {leaflet.resume()}")


def _serve(
    desk: Desk,
    opened: socket.socket,
    leaflet: Leaflet,
    *,
    quiet: bool,
    show: bool,
    rehearse: bool,
) -> Desk:
    """Serve a session until a signal says stop, with computed students if they are asked for.

    Returns the desk of the session that is open then: a teacher can open another.
    """
    from sim.classroom.background import Background
    from sim.classroom.keys import one_time_key, plain
    from sim.classroom.reach import own_names
    from sim.classroom.serve import Server
    from sim.classroom.web.app import application
    from sim.classroom.web.entry import hashed
    from sim.classroom.web.room import Room

    room, key = Room(desk), one_time_key()
    room.keys.add(hashed(plain(key)))
    room.address = leaflet.students
    crowd = _crowd(desk, leaflet) if rehearse else None

    def ready() -> None:
        click.echo(leaflet.text(key, quiet=quiet))
        if crowd is not None:
            crowd.start()
        if show:
            webbrowser.open(f"{leaflet.here}/teacher#{key}")

    own_names()  # asked once, before anybody waits for it
    app = application(room, leaflet.host)
    with Background() as background:
        room.work_with(background)
        try:
            Server(app, ready, room.close).serve_at(opened)
        finally:
            if crowd is not None:
                crowd.stop()
            room.desk.release()
    return room.desk


def _crowd(desk: Desk, leaflet: Leaflet) -> Crowd:
    from sim.classroom.rehearsal.crowd import Crowd, take_seats

    session = desk.session
    robots = take_seats(
        leaflet.here, session.code, session.scenario.description, len(session.tables),
        session.seed,
    )  # fmt: skip
    told = partial(click.echo, err=True)
    return Crowd(robots, random.Random(session.seed), failed=told)


def _fits(scenario: Scenario, tables: int) -> None:
    """Refuse a rehearsal with more computed students than a room lets in.

    Raises
    ------
    ScenarioError
        With how many tables fit.
    """
    from sim.classroom.entries import MOST_PEOPLE
    from sim.errors import Fault, Place, ScenarioError

    seats = len(scenario.description.actors)
    if tables * seats > MOST_PEOPLE:
        problem = (
            f"{tables} tables have {tables * seats} seats, and a room lets in {MOST_PEOPLE} people"
        )
        remedy = f"rehearse with --tables {MOST_PEOPLE // seats}"
        raise ScenarioError([Fault(Place("--tables"), problem, remedy)])


def _consistent(file: Path | None, resume: str | None, begun: dict[str, object]) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    click.UsageError
        With what to type instead.
    """
    if file is None and resume is None:
        raise click.UsageError("name a scenario file, or go on with a session (--resume)")
    if resume is None:
        return
    if resume != LAST and not (resume.isascii() and resume.isdecimal()):
        raise click.UsageError(
            f"--resume wants the number of a session, not '{resume}'; "
            "put the file before it, or leave the number out for the last one"
        )
    given = [option for option, value in begun.items() if value not in (None, (), False)]
    if given:
        raise click.UsageError(
            f"{given[0]} is for a new session, and --resume goes on with one as it was begun: "
            "leave one of the two out"
        )
