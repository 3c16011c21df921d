"""What every executor does, and work as it travels to other processes.

An executor takes tasks and gives answers in the order of the tasks, so that
what is made of the answers does not depend on who was quick. A task is
performed by nothing but itself and the scenario that travels with it; a
worker that is lost costs the time of its tasks, not their answers.
"""

from __future__ import annotations

import os
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sim.errors import SimError, option

T = TypeVar("T")
R = TypeVar("R")

TRIES = 3
"""How often a task is given out again when the worker that had it is lost."""


class Workers(Protocol):
    """An executor: performs tasks."""

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Answers of ``work``, in the order of the tasks; few are held at a time.

        Parameters
        ----------
        work : callable
            Can be pickled; what it keeps between tasks is made again by each worker.
        tasks : iterable
            Taken as they are needed.

        Raises
        ------
        SimError
            When a task has cost several workers, or the work cannot be sent to them.
        """


class Here:
    """The process itself: one task after another, each when its answer is asked for."""

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`Workers.map`."""
        return map(work, tasks)


HERE = Here()


def packed(work: Callable[[T], R]) -> bytes:
    """Work pickled and compressed; SimError when something of it cannot travel."""
    try:
        return zlib.compress(pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL), level=1)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise _cannot_travel(error) from None


@lru_cache(maxsize=4)
def unpacked(parcel: bytes) -> Callable[[Any], Any]:
    """The work in a parcel; the same object for the same parcel, with what it has kept."""
    try:
        work: Callable[[Any], Any] = pickle.loads(zlib.decompress(parcel))
    except (AttributeError, ImportError) as error:
        raise _cannot_travel(error) from None
    return work


def _cannot_travel(error: Exception) -> SimError:
    return SimError(
        f"the work cannot be sent to workers ({error}); put what is your own, such as a rule of "
        "decision, into a module that they can import, or use no workers"
    )


def too_many_lost(task: object) -> SimError:
    """What is said of a task that no worker survives."""
    return SimError(
        f"{TRIES + 1} workers in a row were lost at {task}: killed, or out of memory; "
        f"use fewer workers ({option('--workers')}), or a machine with more memory"
    )


NICENESS = 10
"""By how much a low priority is lower, of 19, where the system knows one."""


def with_low_priority(work: Callable[[T], R], task: T) -> R:
    """Perform a task in a process whose priority is lowered first, and never rises again."""
    _lower_priority()
    return work(task)


@lru_cache
def _lower_priority() -> None:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
