"""Connections that a server bears: so many, and none that never asks for anything."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 15.0
"""Seconds in which the head of a request must have arrived, from its connection or first byte."""
MOST, SPARE = 2000, 64
"""Connections at most: three times what streams may be open; files for all else."""


def most_connections() -> int:
    """How many connections may be open, once the system was asked to allow as many."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        return max(min(MOST, soft - SPARE), SPARE)
    return MOST


class Impatient(H11Protocol):
    """A connection that is closed when too many are open, or when nothing is asked in time."""

    most = MOST
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a connection, if there is room for it."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take what was sent."""
        super().data_received(data)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._leave_off()
        super().connection_lost(exc)

    @property
    def _idle(self) -> bool:
        """Whether no request is under way whose head has arrived."""
        return self.cycle is None or self.cycle.response_complete

    def _expect(self) -> None:
        if not self._idle:
            self._leave_off()
        elif self._timer is None:
            self._timer = self.loop.call_later(PATIENCE, self._too_late)

    def _leave_off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if self._idle:
            self.transport.abort()
