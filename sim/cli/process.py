"""The process around a command: its signals, its output's encoding, its name."""

from __future__ import annotations

import codecs
import io
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

INTERRUPTED = 130
_PATIENCE = 2.0
"""Seconds in which further signals are taken for the same wish to stop."""
_SHORTLY = 0.02
_IMPORTING = "<frozen importlib._bootstrap>"

_PLAIN = {"…": "...", "→": "->", "≥": ">=", "≤": "<=", "×": "x"}
for _letters, _near in (("−–—", "-"), ("’‘", "'"), ("“”", '"'), ("\u00a0\u202f", " ")):
    _PLAIN |= dict.fromkeys(_letters, _near)


def prepare() -> None:
    """Stop tidily when told to, and print what a terminal cannot show in plain letters."""
    stop = _Stop()
    for number in _stopping():
        # What is ignored from the start, as under nohup, stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def name() -> str:
    """What the user typed before the command."""
    typed = Path(sys.argv[0])
    if typed.name == "__main__.py":
        return f"python -m {typed.parent.name}"
    return f"python {typed.name}" if typed.suffix == ".py" else "entente"


def ignore_signals() -> None:
    """Let nothing disturb the end: all that could be stopped is done."""
    for number in _stopping():
        signal.signal(number, signal.SIG_IGN)


def discard_output() -> None:
    """Write what is still to come to nowhere: the reader of our output has gone."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def settle_output() -> None:
    """Write what is still to come of our output; where that fails, to nowhere.

    Python would try again as it ends, and put its own words and exit code over ours.
    """
    try:
        sys.stdout.flush()
    except OSError:
        discard_output()


def _stopping() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


class _Stop:
    """A handler that interrupts once: an impatient second Ctrl-C must not stop the tidying up."""

    def __init__(self) -> None:
        self.last = float("-inf")

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename == _IMPORTING:
            # Cut off here, Python may keep the lock of all imports: other threads, which make
            # the model ready, would wait for it for ever, and we for them.
            later = threading.Timer(_SHORTLY, _again, [signum])
            later.daemon = True
            later.start()
            return
        now = time.monotonic()
        if now - self.last > _PATIENCE:
            self.last = now
            raise KeyboardInterrupt


def _again(signum: int) -> None:
    """Send the main thread a signal once more."""
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, signum)
    else:
        signal.raise_signal(signum)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Put the nearest plain letters for what an encoding lacks; a minus stays a minus."""
    import unicodedata

    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = []
    for letter in error.object[error.start : error.end]:
        near = _PLAIN.get(letter) or unicodedata.normalize("NFKD", letter)
        letters.append(near.encode("ascii", "ignore").decode() or "?")
    return "".join(letters), error.end
