"""One process at a time: a lock that ends with its process, and leaves no file behind."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sim.errors import ResultsError, option

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
"""What a file system answers that knows no locks."""
_PAUSE = 0.02
"""Seconds between two tries to get a lock that is held."""
_LEAST = 0.1
"""Seconds to try at least: a holder that is just letting go removes its file."""


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
    lock = FileLock(path, timeout=max(wait, _LEAST), poll_interval=_PAUSE, fallback_to_soft=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ResultsError(
            f"{folder}: another run is writing there now; "
            f"wait for its end, or name another folder ({option('--out')})"
        ) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    try:
        yield
    finally:
        # Before it is let go of, so that nobody's new file is removed; Windows can only after.
        if os.name != "nt":
            _remove(path)
        lock.release()
        if os.name == "nt":
            _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
