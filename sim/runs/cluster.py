"""The workers of a running Dask cluster."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from sim.errors import SimError
from sim.runs.blocks import package_version
from sim.runs.workers import AHEAD, perform, too_many_lost

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 10
"""Seconds in which a scheduler must answer."""
HOW = "start one with: dask scheduler, and on each machine: dask worker ADDRESS"


class Cluster:
    """The workers of a running Dask cluster, which have this package installed.

    Nothing is shared but messages: the scenario travels with each task. A task
    whose worker is lost is given to another by the cluster's scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, e.g. ``tcp://10.0.0.5:8786``.

    Raises
    ------
    SimError
        When Dask is not installed, the scheduler does not answer, or a worker has
        another version of this package.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise SimError(
                "--cluster needs one more package; install it with: pip install 'entente[cluster]'"
            ) from None
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SimError(
                f"--cluster {address}: no Dask scheduler answers there ({_said(error)}); {HOW}"
            ) from None
        self._address = address
        self._check()

    @property
    def count(self) -> int:
        """Threads of all workers that are there now."""
        return max(sum(self._client.nthreads().values()), 1)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`sim.runs.workers.Workers.map`."""
        from distributed import KilledWorker

        payload = pickle.dumps(work)
        waiting = iter(tasks)
        given: deque[tuple[T, Any]] = deque()
        try:
            while True:
                for task in islice(waiting, AHEAD * self.count - len(given)):
                    future = self._client.submit(
                        perform, payload, task, pure=False, allow_other_workers=True
                    )
                    given.append((task, future))
                if not given:
                    return
                task, future = given[0]
                try:
                    answer = future.result()
                except KilledWorker:
                    raise too_many_lost(task) from None
                given.popleft()
                yield answer
        finally:
            with suppress(Exception):  # the cluster may have gone
                self._client.cancel([future for _, future in given])

    def _check(self) -> None:
        """Refuse workers on which other code, or none of it, would run."""
        if not self._client.nthreads():
            self.__exit__()
            raise SimError(f"--cluster {self._address}: the cluster has no worker; {HOW}")
        here = package_version()
        there = self._client.run(_version)
        other = sorted({f"{found}" for found in there.values() if found != here})
        if other:
            self.__exit__()
            raise SimError(
                f"--cluster {self._address}: a worker has entente {', '.join(other)}, "
                f"and this machine {here}; install the same version on all of them"
            )


def _said(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _version() -> str:
    return package_version()
