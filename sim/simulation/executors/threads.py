"""Threads of this process, as workers: the compiled model lets them run beside one another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from sim.simulation.executors.base import R, T

AHEAD = 2
"""Tasks given out for each thread: one that it does, and one that waits for it."""


class Threads:
    """So many threads, started when there are tasks for them.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="worker")

    def __enter__(self) -> Threads:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`sim.simulation.executors.base.Workers.map`."""
        waiting = iter(tasks)
        given: deque[Future[R]] = deque()
        try:
            while True:
                for task in islice(waiting, AHEAD * self.count - len(given)):
                    given.append(self._pool.submit(work, task))
                if not given:
                    return
                yield given.popleft().result()
        finally:
            for one in given:
                one.cancel()
