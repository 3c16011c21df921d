"""What is printed when a classroom opens: where to go, what to type, and what it means."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options

if TYPE_CHECKING:
    from sim.classroom.desk import Desk

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

    desk: Desk
    store: Path
    host: str
    port: int
    wanted: int | None

    @property
    def here(self) -> str:
        """The address for this computer itself."""
        from sim.classroom import reach

        local = reach.is_everywhere(self.host)
        return reach.address(reach.LOOPBACK if local else self.host, self.port)

    @property
    def others(self) -> list[str]:
        """Addresses that other computers can type."""
        from sim.classroom import reach

        if reach.is_loopback(self.host):
            return []
        hosts = reach.own_addresses() if reach.is_everywhere(self.host) else [self.host]
        return [reach.address(host, self.port) for host in hosts]

    @property
    def students(self) -> str:
        """The address that students type."""
        return (self.others or [self.here])[0]

    def resume(self, host: str | None = None) -> str:
        """The command that goes on with the session, at the same host if no other is named."""
        import shlex

        from sim.classroom.opening import STORE

        words = ["classroom", "--resume", str(self.desk.number)]
        if self.store != STORE:
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
        from sim.classroom.opening import is_rehearsal

        return is_rehearsal(self.desk.session.scenario)

    def _addresses(self, key: str) -> Iterator[str]:
        session = self.desk.session
        tables = len(session.tables)
        yield f"{session.scenario.description.title}: session {self.desk.number}, " + (
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
        from sim.classroom import qr

        if self.others and _can_show("\u2588\u2580\u2584"):
            for line in qr.in_letters(qr.students(self.students, self.desk.session.code)):
                yield click.style(f"  {line}", fg="bright_white", bg="black")
            yield ""

    def _more(self) -> Iterator[str]:
        """What it means; lines that can be typed stand further in, and are not broken."""
        for line in self._words():
            yield line if line.startswith(" ") else click.wrap_text(line, _WIDE)

    def _words(self) -> Iterator[str]:
        from sim.classroom.reach import PORT

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
        from sim.classroom.reach import EVERYWHERE, is_loopback

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
