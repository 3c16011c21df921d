"""Starting processes that begin afresh, and leave stopping to the one that started them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import ModuleType


def pipe() -> tuple[Connection, Connection]:
    """A pipe: the end to receive from, and the end to send to."""
    receiving, sending = get_context("spawn").Pipe(duplex=False)
    return receiving, sending


def spawn(work: Callable[[Connection, Connection], None], *pipes: Connection) -> SpawnProcess:
    """Start a process that does work with pipes, and ends with this one."""
    process = get_context("spawn").Process(target=work, args=pipes, daemon=True)
    with _no_main(), _deaf():
        process.start()
    return process


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the user's program from a process that is being started.

    It would be run anew from its top in each, though none needs anything of it: a
    script without a guard would start workers in its workers, and one that came
    through a pipe could not be found.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are being started inherit that Ctrl-C is not for them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Python starts this one beside the first process, and up to 3.12 lets Ctrl-C in again then.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
