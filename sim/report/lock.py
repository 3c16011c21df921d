"""One process at a time: a lock that ends with its process, and leaves no file behind."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sim.errors import ResultsError, option

_HELD = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}
"""What a system answers when another process holds a lock; else it knows no locks here."""
_PAUSE = 0.02
"""Seconds between two tries to get a lock that is held."""
_TRIES = 20
"""Times that a lock's file may vanish while it is opened."""


@contextmanager
def held(path: Path, folder: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold a lock, for as long as the process lives at most.

    Where the file system knows no locks, the work goes on without one.

    Parameters
    ----------
    path : Path
        The lock's file; the folders above it are made.
    folder : Path
        What is written to, as the message names it.
    wait : float
        Seconds to wait for another process.

    Raises
    ------
    ResultsError
        When another process holds it.
    OSError
        When the file cannot be made.
    """
    latest = time.monotonic() + wait
    while (file := _taken(path)) is None:
        if time.monotonic() >= latest:
            raise ResultsError(
                f"{folder}: another run is writing there now; "
                f"wait for its end, or name another folder ({option('--out')})"
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        if os.name != "nt":  # Windows removes no open file
            _remove(path)
        file.close()
        if os.name == "nt":
            _remove(path)  # not where another process has opened it by now


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _taken(path: Path) -> IO[bytes] | None:
    """The lock's open file; ``None`` when another process holds it."""
    for left in reversed(range(_TRIES)):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("ab")
        except FileNotFoundError:  # another process tidies up just now
            if left:
                continue
            raise
        try:
            # A process that ends removes its file: a lock on that one keeps nobody out.
            if not _locked(file):
                file.close()
                return None
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()
    return None


def _locked(file: IO[bytes]) -> bool:
    """Whether a file is this process's now, or its file system knows no locks."""
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD
    return True
