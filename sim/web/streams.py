"""Live pages: who is there, and the stream that says when something has changed.

An event says only that something has changed; the page then fetches itself.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

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

    def seen(self, visitor: str) -> None:
        """Note that a visitor's device asked for something."""
        self._seen[visitor] = self.steady()

    def present(self, visitor: str) -> bool:
        """Whether a visitor is there: has an open stream, or was seen a moment ago."""
        if self._streams[visitor]:
            return True
        return self.steady() - self._seen.get(visitor, float("-inf")) < AWAY

    def may_stream(self, who: str) -> bool:
        """Whether one more stream can be opened for a visitor."""
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
        A visitor's id, or what else the streams of one device are counted by.
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
