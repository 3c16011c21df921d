"""Server-sent events that say only that something has changed; the page then fetches itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sim.classroom.web.room import Room

BEAT = 15.0
"""Seconds after which a message without meaning shows both sides that the other is there."""
APART = 0.2
"""Fewest seconds between two messages: what changes meanwhile is told in one."""


class Events(Response):
    """A stream of ``changed`` events with the version of what a page shows.

    Parameters
    ----------
    room : Room
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

    def __init__(self, room: Room, who: str, version: Callable[[], str | None]) -> None:
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
