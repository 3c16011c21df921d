"""Live pages: who is there, what has changed for whom, and the stream that says so.

An event says only that something has changed; the page then fetches itself.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sim.classroom.game import log_entries as entries
from sim.classroom.game.session import Session

# Who is there.

AWAY = 20.0
"""Seconds after which who has no open stream and asks for nothing is away."""


TURNING = 3.0
"""Seconds for which who closed a stream is still held to be there."""


MOST_STREAMS, MOST_OF_ONE = 600, 4


class Attendance:
    """The streams that are open, and who was seen when, by seconds that never go back."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self.steady = steady
        self.closed = False
        self._waiting: set[asyncio.Event] = set()
        self._streams: Counter[str] = Counter()
        self._seen: dict[str, float] = {}

    def seen(self, participant: str) -> None:
        """Note that a student's device asked for something."""
        self._seen[participant] = self.steady()

    def present(self, participant: str) -> bool:
        """Whether a student is there: has an open stream, or was seen a moment ago."""
        if self._streams[participant]:
            return True
        return self.steady() - self._seen.get(participant, float("-inf")) < AWAY

    def may_stream(self, who: str) -> bool:
        """Whether one more stream can be opened for a student or a teacher's device."""
        return self._streams[who] < MOST_OF_ONE and len(self._waiting) < MOST_STREAMS

    @asynccontextmanager
    async def listening(self, who: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set when something changes, while the stream is open."""
        event = asyncio.Event()
        self._waiting.add(event)
        self._streams[who] += 1
        try:
            yield event
        finally:
            self._waiting.discard(event)
            self._streams[who] -= 1
            if not self._streams[who]:
                del self._streams[who]
            # Who only turns a page is back at once; who closed the laptop is away soon.
            self._seen[who] = self.steady() - AWAY + TURNING

    def wake(self) -> None:
        """Let every stream look whether its page has changed."""
        for one in self._waiting:
            one.set()


# What pages compare to know whether they are old; a seat's page tells nothing of another's.

_UNSEEN = (
    entries.Admitted,
    entries.Offered,
    entries.Ordered,
    entries.Answered,
    entries.Paused,
    entries.Extended,
    entries.Changed,
)
_SMALL = (
    entries.Said,
    entries.Joined,
    entries.Moved,
    entries.Seated,
    entries.Removed,
    entries.Handed,
)


class Versions:
    """Counters, by who is shown what has changed.

    ``game`` counts what a debrief tells of the game, ``other`` what it tells besides: of
    people, of messages and of figures.
    """

    def __init__(self) -> None:
        self._boot = secrets.token_hex(4)
        self._all = self._any = 0
        self._tables: Counter[int] = Counter()
        self._within: Counter[int] = Counter()
        self._seats: Counter[tuple[int, str | None]] = Counter()
        self.game = self.other = 0

    def every(self) -> str:
        """Of anything at all."""
        return f"{self._boot}.{self._any}"

    def table(self, number: int) -> str:
        """Of a table with all that its seats keep to themselves."""
        return f"{self._public(number)}.{self._within[number]}"

    def seat(self, number: int, actor: str | None) -> str:
        """Of what a seat is shown of its table; who looks on has no actor."""
        return f"{self._public(number)}.{self._seats[number, actor]}"

    def _public(self, number: int) -> str:
        return f"{self._boot}.{self._all}.{self._tables[number]}"

    def changed(self, table: int | None = None) -> None:
        """Note that what all are shown has changed, of one table or of all."""
        if table is None:
            self._all += 1
        else:
            self._tables[table] += 1
        self.room_changed()

    def seats_changed(self, table: int, seats: Iterable[str]) -> None:
        """Note that what some seats alone are shown has changed."""
        self._within[table] += 1
        for actor in set(seats):
            self._seats[table, actor] += 1
        self.room_changed()

    def room_changed(self) -> None:
        """Note that something has changed which only pages of the whole room show."""
        self._any += 1

    def accepted(self, entry: entries.AnyEntry) -> None:
        """Note what an entry changes of a debrief."""
        if isinstance(entry, _SMALL):
            self.other += 1
        elif not isinstance(entry, _UNSEEN):
            self.game += 1


def private_to(session: Session, entry: entries.AnyEntry) -> tuple[int, tuple[str, ...]] | None:
    """The table and the seats that alone are shown what an entry will change; None for more."""
    if isinstance(entry, entries.Said):
        if entry.table is None or not entry.to:
            return None
        writer = session.people.get(entry.participant or "")
        return entry.table, (*entry.to, *([writer.actor] if writer and writer.actor else []))
    if isinstance(entry, (entries.Ordered, entries.Answered)):
        person = session.people.get(entry.participant)
        if person is None or person.actor is None or person.table is None:
            return None
        # All are shown who has chosen, but not that somebody chose anew.
        first = not session.table(person.table).chosen(person.actor)
        shown = isinstance(entry, entries.Ordered) and first
        return None if shown else (person.table, (person.actor,))
    return None


BEAT = 15.0
"""Seconds after which a message without meaning shows both sides that the other is there."""
APART = 0.2
"""Fewest seconds between two messages: what changes meanwhile is told in one."""


class Events(Response):
    """A stream of ``changed`` events with the version of what a page shows.

    Parameters
    ----------
    room : Attendance
    who : str
        A participant's id, or what else the streams of one device are counted by.
    version : callable
        Gives what the page's ``data-version`` would be now, or None to end the
        stream: who it was for has left.

    Raises
    ------
    HTTPException
        429 when too many streams are open.
    """

    def __init__(self, room: Attendance, who: str, version: Callable[[], str | None]) -> None:
        if not room.may_stream(who):
            raise HTTPException(429)
        super().__init__(None, 200, {"Content-Type": "text/event-stream; charset=utf-8"})
        del self.headers["content-length"]
        self.headers["X-Accel-Buffering"] = "no"
        self._room, self._who, self._version = room, who, version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the device is gone or the room is closed."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        gone = asyncio.ensure_future(_gone(receive))
        try:
            async with self._room.listening(self._who) as event:
                await self._send_all(send, event, gone)
        except OSError:  # the connection broke
            pass
        finally:
            gone.cancel()

    async def _send_all(self, send: Send, event: asyncio.Event, gone: asyncio.Future[None]) -> None:
        told: str | None = None
        said = time.monotonic()
        while not self._room.closed and not gone.done():
            version = self._version()
            if version != told or version is None:
                await _line(send, f"event: changed\ndata: {version or 'out'}\n\n")
                if version is None:
                    break
                told, said = version, time.monotonic()
                await asyncio.wait([gone], timeout=APART)
            # News of others, which this page is not told, must not put the beat off.
            if not await _woken(event, gone, said + BEAT - time.monotonic()):
                await _line(send, "event: here\ndata:\n\n")
                said = time.monotonic()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _woken(event: asyncio.Event, gone: asyncio.Future[None], beat: float) -> bool:
    """Wait for the event, the end or the beat in so many seconds; whether it was not the beat."""
    waiting = asyncio.ensure_future(event.wait())
    either: list[asyncio.Future[Any]] = [waiting, gone]
    try:
        done, _ = await asyncio.wait(
            either, timeout=max(beat, 0), return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        waiting.cancel()
    event.clear()
    return bool(done)


async def _line(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
