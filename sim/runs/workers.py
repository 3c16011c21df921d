"""Who does the work: this process, several processes, or a cluster.

All of them take tasks and give answers in the order of the tasks, so that
what is made of the answers does not depend on who was quick. A task is
performed by nothing but itself and the scenario that travels with it; a
worker that is lost costs the time of its tasks, not their answers.
"""

from __future__ import annotations

import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from os import _exit
from typing import Any, Protocol, TypeVar

from sim.errors import SimError

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 2
"""Tasks given out for each worker: one that it does, and one that waits for it."""
TRIES = 3
"""How often a task is given out again when the worker that had it is lost."""
MOST_WORKERS = 1024


class Workers(Protocol):
    """Performs tasks."""

    @property
    def count(self) -> int:
        """How many tasks are performed at once."""

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
            When a task has cost several workers.
        """


class Here:
    """The process itself: one task after another, each when its answer is asked for."""

    count = 1

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`Workers.map`."""
        return map(work, tasks)


HERE = Here()


class Processes:
    """Processes of this machine, started when the first task comes.

    They are started afresh (``spawn``), alike on every system.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`Workers.map`."""
        payload = pickle.dumps(work)
        waiting = iter(tasks)
        given: deque[tuple[T, Future[Any]]] = deque()
        lost = 0
        try:
            while True:
                for task in islice(waiting, AHEAD * self.count - len(given)):
                    given.append((task, self._submit(payload, task)))
                if not given:
                    return
                try:
                    answer = given[0][1].result()
                except BrokenProcessPool:
                    lost += 1
                    if lost > TRIES:
                        raise too_many_lost(given[0][0]) from None
                    self._stop()
                    given = deque(
                        (task, future if _answered(future) else self._submit(payload, task))
                        for task, future in given
                    )
                else:
                    given.popleft()
                    lost = 0
                    yield answer
        finally:
            for _, future in given:
                future.cancel()

    def _submit(self, payload: bytes, task: object) -> Future[Any]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.count, mp_context=get_context("spawn"), initializer=_settle
            )
        try:
            return self._pool.submit(perform, payload, task)
        except BrokenProcessPool as error:
            # Found broken while giving out; whoever waits for this task learns it.
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def _stop(self) -> None:
        if self._pool is not None:
            # What they are at is of no use to anybody any more.
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _answered(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def too_many_lost(task: object) -> SimError:
    """What is said of a task that no worker survives."""
    return SimError(
        f"{TRIES + 1} workers in a row were lost at {task}: killed, or out of memory; "
        "use fewer workers (--workers), or a machine with more memory"
    )


def perform(payload: bytes, task: Any) -> Any:
    """Perform a task of pickled work; what work keeps between tasks is kept."""
    return _unpacked(payload)(task)


@lru_cache(maxsize=4)
def _unpacked(payload: bytes) -> Callable[[Any], Any]:
    work: Callable[[Any], Any] = pickle.loads(payload)
    return work


def _settle() -> None:
    """Leave stopping to the process that gives out the tasks, and go when it has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        _exit(1)


@contextmanager
def workers(count: int = 1, cluster: str | None = None) -> Iterator[Workers]:
    """The workers that are asked for, for as long as the block lasts.

    Parameters
    ----------
    count : int
        Processes; with 1 the work is done by this one.
    cluster : str, optional
        Address of the scheduler of a running Dask cluster, e.g. ``tcp://10.0.0.5:8786``;
        its workers do the work instead.

    Raises
    ------
    SimError
        When the cluster cannot be reached, or Dask is not installed.
    """
    with ExitStack() as stack:
        if cluster is not None:
            from sim.runs.cluster import Cluster

            yield stack.enter_context(Cluster(cluster))
        elif count > 1:
            yield stack.enter_context(Processes(count))
        else:
            yield HERE
