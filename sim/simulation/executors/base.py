"""Who does the work: this process, several processes, or a cluster.

All of them take tasks and give answers in the order of the tasks, so that
what is made of the answers does not depend on who was quick. A task is
performed by nothing but itself and the scenario that travels with it; a
worker that is lost costs the time of its tasks, not their answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Workers(Protocol):
    """Performs tasks."""

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
