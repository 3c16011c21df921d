"""The command ``classroom``: people take the seats of a scenario, in browsers."""

from __future__ import annotations

import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options

if TYPE_CHECKING:
    import socket

    from sim.classroom.storage import Recorder
    from sim.scenario.scenario import Scenario


# What is to be known when a session is gone on with.


def gone_on(recorder: Recorder, scenario: Scenario | None, file: Path | None) -> None:
    """Say, a line each, what differs from when a session was begun: the version, the scenario."""
    from sim.classroom.storage import differs_from_file

    changed = ""
    if scenario is not None and file is not None:
        changed = differs_from_file(recorder, scenario, file)
    for note in (recorder.warning, changed):
        if note:
            click.echo(f"Note: {note}", err=True)


# What is printed when a classroom opens: where to go, what to type, and what it means.

LOOPBACK = "127.0.0.1"
"""Where a classroom is served unless told otherwise."""
_WIDE = 90


@dataclass(frozen=True)
class Leaflet:
    """The addresses of a session that is served, and words about them.

    Attributes
    ----------
    store : Path
        Where the session is kept.
    host : str
        What is served at.
    port : int
    wanted : int or None
        The port that was asked for.
    """

    recorder: Recorder
    store: Path
    host: str
    port: int
    wanted: int | None

    @property
    def here(self) -> str:
        """The address for this computer itself."""
        from sim.classroom import server

        local = server.is_everywhere(self.host)
        return server.address(server.LOOPBACK if local else self.host, self.port)

    @property
    def others(self) -> list[str]:
        """Addresses that other computers can type."""
        from sim.classroom import server

        if server.is_loopback(self.host):
            return []
        hosts = server.own_addresses() if server.is_everywhere(self.host) else [self.host]
        return [server.address(host, self.port) for host in hosts]

    @property
    def students(self) -> str:
        """The address that students type."""
        return (self.others or [self.here])[0]

    def resume(self, host: str | None = None) -> str:
        """The command that goes on with the session, at the same host if no other is named."""
        import shlex

        words = ["classroom", "--resume", str(self.recorder.number)]
        from sim.classroom.storage import DEFAULT_STORE

        if self.store != DEFAULT_STORE:
            words += ["--store", str(self.store)]
        host = host or self.host
        if host != LOOPBACK:
            words += ["--host", host]
        return f"{options.program()} {shlex.join(words)}"

    def text(self, key: str, *, quiet: bool) -> str:
        """All that is printed."""
        lines = [*self._addresses(key), *([] if quiet else [*self._picture(), *self._more()])]
        return "\n".join(lines)

    @property
    def rehearsal(self) -> bool:
        """Whether computed students were to play."""
        from sim.classroom.storage import is_rehearsal

        return is_rehearsal(self.recorder.session.scenario)

    def _addresses(self, key: str) -> Iterator[str]:
        session = self.recorder.session
        tables = len(session.tables)
        yield f"{session.scenario.description.title}: session {self.recorder.number}, " + (
            "one table" if tables == 1 else f"{tables} tables"
        )
        yield ""
        yield f"  Teacher:   {self.here}/teacher#{key}"
        yield f"  Students:  {self.students}"
        for other in self.others[1:]:
            yield f"             or {other}"
        yield f"  Code:      {session.code}"
        yield ""

    def _picture(self) -> Iterator[str]:
        from sim.classroom import server

        if self.others and _can_show("\u2588\u2580\u2584"):
            for line in server.in_letters(
                server.join_link(self.students, self.recorder.session.code)
            ):
                yield click.style(f"  {line}", fg="bright_white", bg="black")
            yield ""

    def _more(self) -> Iterator[str]:
        """What it means; lines that can be typed stand further in, and are not broken."""
        for line in self._words():
            yield line if line.startswith(" ") else click.wrap_text(line, _WIDE)

    def _words(self) -> Iterator[str]:
        from sim.classroom.server import PORT

        if self.wanted is None and self.port != PORT:
            yield f"Port {PORT} is taken: another program serves there. This is {self.port}."
        yield (
            "The teacher's address holds a key that works once; behind # it is never sent. Typed "
            "by hand, it goes into the form."
        )
        if self.rehearsal:
            yield (
                "A rehearsal: computed students take all seats and play by themselves; you open "
                "and close the rounds on the teacher's page."
            )
        yield from self._reached()
        yield f"The session is kept in {self.store}. Stop with Ctrl-C; go on later with:"
        yield f"    {self.resume()}"

    def _reached(self) -> Iterator[str]:
        from sim.classroom.server import EVERYWHERE, is_loopback

        if is_loopback(self.host):
            yield "Only this computer can reach these addresses."
            if not self.rehearsal:
                yield "To let students in, stop (Ctrl-C) and type:"
                yield f"    {self.resume(EVERYWHERE)}"
            return
        yield (
            "Everybody in this network can reach the students' page. The code, the seats' cookies "
            "and your key keep strangers out, but nothing is encrypted (http): use a network that "
            "you trust."
        )
        if not self.others:
            yield "This computer has no address in a network yet: connect it, then start again."
        else:
            yield (
                "If a student's device finds nothing there: it must be in the same network, and "
                f"the firewall of this computer, or the school's, must let port {self.port} in."
            )


def _can_show(signs: str) -> bool:
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


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
    from sim.classroom import server, storage
    from sim.classroom.storage import Store

    _consistent(
        file,
        resume,
        {
            "--tables": tables,
            "--minutes": minutes,
            "--seed": seed,
            "--set": settings,
            "--rounds": rounds,
            "--lens": lens,
            "--rehearse": rehearse,
        },
    )
    scenario = options.read(file, settings, rounds, lens) if file else None
    opened = server.listen(host, port)
    with closing(opened), closing(Store(kept or storage.DEFAULT_STORE)) as store:
        if resume is not None:
            recorder = storage.resume_session(
                store, None if resume == LAST else int(resume), scenario
            )
            gone_on(recorder, scenario, file)
        else:
            assert scenario is not None
            if rehearse:
                _fits(scenario, tables or 1)
            recorder = storage.begin_session(
                store,
                scenario,
                time.time(),
                tables=tables or 1,
                minutes=minutes,
                seed=seed,
                rehearsal=rehearse,
            )
        leaflet = Leaflet(recorder, store.path, host, opened.getsockname()[1], port)
        last = _serve(recorder, opened, leaflet, quiet=quiet, show=show, rehearse=rehearse)
        leaflet = replace(leaflet, recorder=last)
        click.echo(f"The session is kept; go on with:  {leaflet.resume()}")


def _serve(
    recorder: Recorder,
    opened: socket.socket,
    leaflet: Leaflet,
    *,
    quiet: bool,
    show: bool,
    rehearse: bool,
) -> Recorder:
    """Serve a session until a signal says stop, with computed students if they are asked for.

    Returns the recorder of the session that is open then: a teacher can open another.
    """
    from sim.classroom.forecast.jobs import JobQueue
    from sim.classroom.rehearsal import Rehearsal
    from sim.classroom.server import Server, own_names
    from sim.classroom.storage import normalised_key, one_time_key
    from sim.classroom.web.app import application
    from sim.classroom.web.authentication import hashed
    from sim.classroom.web.room import Room

    room, key = Room(recorder), one_time_key()
    room.keys.add(hashed(normalised_key(key)))
    room.address = leaflet.students

    def ready() -> None:
        click.echo(leaflet.text(key, quiet=quiet))
        if rehearse:
            Rehearsal(room, recorder.session.seed, partial(click.echo, err=True)).start()
        if show:
            webbrowser.open(f"{leaflet.here}/teacher#{key}")

    own_names()  # asked once, before anybody waits for it
    app = application(room, leaflet.host)
    with JobQueue() as background:
        room.work_with(background)
        try:
            Server(app, ready, room.close).serve_at(opened)
        finally:
            room.recorder.release()
    return room.recorder


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
