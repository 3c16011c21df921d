"""The command ``classroom``: people take the seats of a scenario, in browsers."""

from __future__ import annotations

import shlex
import sys
import time
import webbrowser
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli import options

if TYPE_CHECKING:
    from sim.classroom.storage import Recorder
    from sim.scenario.scenario import Scenario


_WIDE = 90


def _leaflet(recorder: Recorder, host: str, port: int, wanted: int | None, **shown: Any) -> str:
    """What is printed when a classroom opens: where to go, what to type, and what it means.

    Lines that can be typed stand further in, and are not broken. ``wanted`` is the port that
    was asked for.
    """
    from sim.classroom.storage import is_rehearsal
    from sim.reporting.html import templates
    from sim.web import server

    code, others = recorder.session.code, shown["others"]
    picture = []
    if others and _can_show("\u2588\u2580\u2584"):
        drawn = server.in_letters(server.join_link(others[0], code))
        picture = [click.style(f"  {line}", fg="bright_white", bg="black") for line in drawn]
    words = Path(__file__).with_name("classroom.txt.j2").read_text(encoding="utf-8")
    text = (
        templates(lambda _: None, escape=False)
        .from_string(words)
        .render(
            recorder=recorder,
            session=recorder.session,
            port=port,
            taken=server.PORT if wanted is None and port != server.PORT else 0,
            loopback=server.is_loopback(host),
            rehearsal=is_rehearsal(recorder.session.scenario),
            picture=picture,
            resume=_resume_command(recorder, host),
            resume_for_all=_resume_command(recorder, server.EVERYWHERE),
            **shown,
        )
    )
    title, *lines = text.splitlines()
    as_it_is = ("", " ", "\x1b")
    return "\n".join(
        [title, *(one if one[:1] in as_it_is else click.wrap_text(one, _WIDE) for one in lines)]
    )


def _resume_command(recorder: Recorder, host: str) -> str:
    """The command that goes on with a session at a host."""
    from sim.classroom.storage import DEFAULT_STORE

    words, store = ["classroom", "--resume", str(recorder.number)], recorder.store.path
    if store != DEFAULT_STORE:
        words += ["--store", str(store)]
    if host != options.LOOPBACK:
        words += ["--host", host]
    return f"{options.program()} {shlex.join(words)}"


def _can_show(signs: str) -> bool:
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


LAST = "last"
"""What ``--resume`` stands for without a number."""
_MOST_MINUTES = 7 * 24 * 60
_OF_A_NEW_SESSION = ("tables", "minutes", "seed", "settings", "rounds", "lens", "rehearsal")


@click.command("classroom")
@options.optional_file
@options.served
@click.option(
    "--tables",
    type=options.Whole(1, 40),
    default=1,
    help="Parallel games of the scenario. [default: 1]",
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
    "--rehearse",
    "rehearsal",
    is_flag=True,
    help="Computed students come in and play, so that you can try.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print the addresses and the code alone.")
@click.option("--open", "show", is_flag=True, help="Open the teacher's page in the browser.")
def classroom_command(
    file: Path | None,
    host: str,
    port: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    kept: Path | None,
    resume: str | None,
    quiet: bool,
    show: bool,
    **begun: Any,
) -> None:
    """Serve a scenario to a class: students take its seats, in their browsers.

    Prints the teacher's address with a key that works once, and the address and
    the code for students. Serves until Ctrl-C; every session is kept, and --resume
    goes on with it.
    """
    from sim.classroom import storage
    from sim.classroom.forecast.jobs import JobQueue
    from sim.classroom.rehearsal import Rehearsal
    from sim.classroom.web.app import application
    from sim.classroom.web.room import Room
    from sim.web import server, tokens

    _consistent(file, resume)
    scenario = options.read(file, settings, rounds, lens) if file else None
    opened = server.listen(host, port)
    with closing(opened), closing(storage.Store(kept or storage.DEFAULT_STORE)) as store:
        if resume is not None:
            number = None if resume == LAST else int(resume)
            recorder = storage.resume_session(store, number, scenario)
            for note in storage.changes_since(recorder, scenario, file):
                click.echo(f"Note: {note}", err=True)
        else:
            assert scenario is not None
            if begun["rehearsal"]:
                _fits(scenario, begun["tables"])
            recorder = storage.begin_session(store, scenario, time.time(), **begun)
        room, key, at = Room(recorder), tokens.one_time_key(), opened.getsockname()[1]
        room.keys.add(tokens.hashed(tokens.normalised_key(key)))
        here, others = server.addresses(host, at)
        room.address, room.file = (others or [here])[0], file

        def ready() -> None:
            shown = {"key": key, "quiet": quiet, "here": here, "others": others}
            click.echo(_leaflet(recorder, host, at, port, **shown))
            if begun["rehearsal"]:
                Rehearsal(room, recorder.session.seed, partial(click.echo, err=True)).start()
            if show:
                webbrowser.open(f"{here}/teacher#{key}")

        server.own_names()  # asked once, before anybody waits for it
        with JobQueue() as background:
            room.work_with(background)
            try:
                server.Server(application(room, host), ready, room.close).serve_at(opened)
            finally:
                room.recorder.release()
        # A teacher can have opened another session.
        again = _resume_command(room.recorder, host)
        click.echo(f"The session is kept; go on with:  {again}")


def _fits(scenario: Scenario, tables: int) -> None:
    """Refuse a rehearsal with more computed students than a room lets in.

    Raises
    ------
    ScenarioError
        With how many tables fit.
    """
    from sim.classroom.game.log_entries import MAX_PEOPLE
    from sim.errors import Fault, Place, ScenarioError

    seats = len(scenario.description.actors)
    if tables * seats > MAX_PEOPLE:
        problem = (
            f"{tables} tables have {tables * seats} seats, and a room lets in {MAX_PEOPLE} people"
        )
        remedy = f"rehearse with --tables {MAX_PEOPLE // seats}"
        raise ScenarioError([Fault(Place("--tables"), problem, remedy)])


def _consistent(file: Path | None, resume: str | None) -> None:
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
    ctx = click.get_current_context()
    for option in ctx.command.params:
        typed = ctx.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
        if option.name in _OF_A_NEW_SESSION and typed:
            raise click.UsageError(
                f"{option.opts[0]} is for a new session, and --resume goes on with one as it was "
                "begun: leave one of the two out"
            )
