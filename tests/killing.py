"""Processes that end suddenly at a step of their work with files."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

KINDS = ("mkdir", "rename", "replace", "rmdir", "unlink", "write_text")


def die() -> None:
    """End at once, as by a loss of power."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def killing(
    at: int, end: Callable[[], None] = die, kinds: Sequence[str] = KINDS
) -> Iterator[list[int]]:
    """End the process before or after one of its steps with files.

    Parameters
    ----------
    at : int
        Number of the step, two for each call.
    end : callable
        What happens then; its own steps do not count.
    kinds : sequence of str
        Methods of paths that are steps.

    Yields
    ------
    list of int
        The number of the step, for messages.
    """
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == at + 1:
            end()

    def around(real: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **more: Any) -> Any:
            step()
            found = real(*args, **more)
            step()
            return found

        return stepped

    with pytest.MonkeyPatch.context() as patch:
        for name in kinds:
            patch.setattr(Path, name, around(getattr(Path, name)))
        yield [at]


def forked(work: Callable[[], None]) -> int:
    """Do work in a child process; returns how it ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]
