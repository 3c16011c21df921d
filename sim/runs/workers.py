"""Who does the work: this process, several processes, or a cluster.

All of them take tasks and give answers in the order of the tasks, so that
what is made of the answers does not depend on who was quick. A task is
performed by nothing but itself and the scenario that travels with it; a
worker that is lost costs the time of its tasks, not their answers.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sim.errors import SimError, option

T = TypeVar("T")
R = TypeVar("R")

TRIES = 3
"""How often a task is given out again when the worker that had it is lost."""


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
        When the number is none, the cluster cannot be reached, or Dask is not installed.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("two-neighbours")
    >>> with sim.workers(2) as crew:
    ...     found = sim.sweep(scenario, {"actors.south.power": [0.2, 0.8]}, runs=9, workers=crew)
    """
    if not isinstance(count, int) or count < 1:
        raise SimError(f"workers: {count!r} is no number of workers; write 1 or more")
    if cluster is not None:
        from sim.runs.cluster import Cluster

        with Cluster(cluster) as crew:
            yield crew
    elif count > 1:
        from sim.runs.processes import Processes

        with Processes(count) as processes:
            yield processes
    else:
        yield HERE


def packed(work: Callable[[T], R]) -> bytes:
    """Work as it travels to other processes.

    Raises
    ------
    SimError
        When something of it cannot travel.
    """
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
