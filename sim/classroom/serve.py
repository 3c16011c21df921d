"""Serving the classroom until told to stop, and stopping while pages are being watched."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from sim.classroom.connections import Impatient, Waiting, most_connections

PATIENCE = 2
"""Seconds that streams and answers under way get when the server stops."""


class Server(uvicorn.Server):
    """A server that ends quietly when it is told to: what was asked for is no failure.

    Parameters
    ----------
    app : ASGI application
    ready : callable, optional
        Called once pages can be asked for.
    ending : callable, optional
        Called when it is told to stop, perhaps from a signal: ends what never ends by itself.

    Notes
    -----
    Requests are not logged, so that no address of a student's is kept; faults of a
    page go to standard error.
    """

    def __init__(
        self,
        app: Any,
        ready: Callable[[], None] | None = None,
        ending: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=type(
                    "Connection", (Impatient,), {"most": most_connections(), "waiting": Waiting()}
                ),
                access_log=False,
                proxy_headers=False,
                log_config=None,
                log_level="error",
                server_header=False,
                timeout_graceful_shutdown=PATIENCE,
            )
        )
        self._ready, self._ending = ready, ending

    def serve_at(self, opened: socket.socket) -> None:
        """Serve at a socket that listens already, until :meth:`stop` or a signal."""
        log = logging.getLogger("uvicorn.error")
        log.addFilter(self._worth_telling)
        try:
            self.run(sockets=[opened])
        finally:
            log.removeFilter(self._worth_telling)

    def stop(self) -> None:
        """Stop soon; may be called from another thread, or from a signal."""
        self.should_exit = True
        if self._ending is not None:
            self._ending()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self._ready is not None:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, and do not raise it again: the program ends with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kept = {number: signal.signal(number, self._told) for number in _stopping()}
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _told(self, number: int, frame: FrameType | None) -> None:
        self.stop()

    def _worth_telling(self, record: logging.LogRecord) -> bool:
        """Whether a line belongs on the teacher's terminal; streams cut at the end do not."""
        return not self.should_exit


def _stopping() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
    found = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [one for one in found if signal.getsignal(one) is not signal.SIG_IGN]
