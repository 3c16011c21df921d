"""Who is there: whose page is open, or was a moment ago."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

AWAY = 20.0
"""Seconds after which who has no open stream and asks for nothing is away."""
TURNING = 3.0
"""Seconds for which who closed a stream is still held to be there."""
MOST_STREAMS, MOST_OF_ONE = 600, 4


class Attendance:
    """The streams that are open, and who was seen when.

    Parameters
    ----------
    steady : callable
        Seconds that never go back, though somebody sets the clock.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self.steady = steady
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
