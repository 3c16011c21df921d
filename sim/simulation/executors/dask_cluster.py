"""The workers of a running Dask cluster."""

from __future__ import annotations

import logging
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from itertools import islice, takewhile
from queue import Empty, Queue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from sim.errors import SimError, option, with_extra
from sim.simulation.executors.base import R, T, packed, too_many_lost, unpacked
from sim.simulation.fingerprint import mismatch, origin

_PATIENCE = 10
"""Seconds in which a scheduler must answer."""
ALONE = 300
"""Seconds for which a cluster may be without any worker before we give up."""
LOOK = 5
"""Seconds between two looks at who is there."""
_HELD = 4
"""Tasks given out for each worker: the quick ones must not wait for a slow one."""
FETCHED = 32
"""Answers that are fetched at once, at most: each journey costs some milliseconds."""
WRITTEN = "write it as the scheduler prints it, e.g. tcp://10.0.0.5:8786"
SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")
"""What an address may begin with; Dask takes one without for tcp."""
HOW = "start one with: dask scheduler, and on each machine: dask worker ADDRESS --nthreads 1"


class Cluster:
    """The workers of a running Dask cluster, which have this package installed.

    Nothing is shared but messages: the scenario travels with each task. A task
    whose worker is lost is given to another by the cluster's scheduler. Dask's
    log is silent meanwhile: what it would say, an error says.

    Parameters
    ----------
    address : str
        Of the scheduler, e.g. ``tcp://10.0.0.5:8786``.

    Raises
    ------
    SimError
        When Dask is not installed, the address is none, the scheduler does not answer,
        or a worker has other code or other versions of what results depend on.
    """

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise SimError(
                f"{option('--cluster')} needs one more package; "
                f"install it with: {with_extra('cluster')}"
            )
        self._address = address
        self._count, self._counted, self._seen = 1, float("-inf"), time.monotonic()
        if wrong := _misspelt(address):
            raise self._fault(f"{wrong}, so no Dask scheduler answers there; {WRITTEN}")
        self._open = ExitStack()
        self._open.enter_context(_silence())
        try:
            self._client = _connected(address)
        except Exception as error:  # of many kinds, according to what is wrong with the address
            self._open.close()
            said = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
            raise self._fault(f"no Dask scheduler answers there ({said}); {HOW}") from None
        try:
            self._check()
        except BaseException:
            self.__exit__()
            raise

    @property
    def count(self) -> int:
        """Threads of all workers that were there some seconds ago; 1 where there were none.

        Raises
        ------
        SimError
            When none has been there for long, or the scheduler has gone.
        """
        now = time.monotonic()
        if now - self._counted > LOOK:
            found = sum(self._ask(self._client.nthreads).values())
            self._counted = now
            self._seen = now if found else self._seen
            if now - self._seen > ALONE:
                raise self._fault(f"no worker has been there for {ALONE // 60} minutes; {HOW}")
            self._count = max(found, 1)
        return self._count

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(Exception):  # the scheduler may have gone
            self._client.close(timeout=2)
        self._open.close()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`sim.simulation.executors.base.Workers.map`."""
        parcel = packed(work)
        waiting = iter(tasks)
        given: deque[tuple[T, Any]] = deque()
        try:
            while True:
                more = list(islice(waiting, max(_HELD * self.count - len(given), 0)))
                if more:
                    given.extend(zip(more, self._give(parcel, more), strict=True))
                if not given:
                    return
                yield from self._fetched(given)
        finally:
            with suppress(Exception):  # the scheduler may have gone
                self._client.cancel([future for _, future in given], force=True)

    def _give(self, parcel: bytes, tasks: list[T]) -> list[Any]:
        return self._ask(
            self._client.map, _perform, tasks, pure=False, expected=origin(), parcel=parcel
        )

    def _fetched(self, given: deque[tuple[T, Any]]) -> list[Any]:
        """Take the first answers off what was given out; none where the first is not there yet."""
        from distributed import wait

        task, first = given[0]
        try:
            with self._client.as_current():
                wait([first], timeout=LOOK)
        except TimeoutError:
            return []
        except CancelledError:
            raise self._gone() from None
        if first.status != "finished":
            raise self._failure(task, first) from None
        there = [
            future
            for _, future in takewhile(
                lambda one: one[1].status == "finished", islice(given, FETCHED)
            )
        ]
        answers: list[Any] = self._ask(self._client.gather, there)
        for _ in there:
            given.popleft()
        return answers

    def _failure(self, task: object, future: Any) -> Exception:
        """Why a task has no answer."""
        from distributed import KilledWorker

        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            return too_many_lost(task)
        if not isinstance(error, Exception):
            return self._gone()
        if not isinstance(error, SimError):
            error.add_note("In a worker:\n" + "".join(traceback.format_tb(future.traceback())))
        return error

    def _check(self) -> None:
        """Refuse workers on which other code, or none of it, would run."""
        if not self._client.nthreads():
            raise self._fault(f"the cluster has no worker; {HOW}")
        asked = {"the scheduler": self._client.run_on_scheduler, "a worker": self._client.run}
        for place, ask in asked.items():
            try:
                found = ask(_origin)
            except Exception as error:
                raise self._fault(
                    f"{place} cannot import this package ({error}); install on all "
                    "machines what is installed here, with the same Python"
                ) from None
        for there in found.values():
            if other := mismatch(origin(), there):
                raise self._fault(_unlike(other))

    def _ask(self, question: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """Ask the scheduler; say so where it has gone."""
        try:
            return question(*arguments, **more)
        except (OSError, CancelledError, TimeoutError):
            raise self._gone() from None

    def _gone(self) -> SimError:
        return self._fault("the scheduler has ended, or cannot be reached any more")

    def _fault(self, what: str) -> SimError:
        return SimError(f"{option('--cluster')} {self._address}: {what}")


def _perform(task: Any, *, expected: dict[str, str], parcel: bytes) -> Any:
    """Perform a task on a worker, which may have come when others were looked at already."""
    if other := mismatch(expected, origin()):
        raise SimError(f"{option('--cluster')}: {_unlike(other)}")
    return unpacked(parcel)(task)


def _origin() -> dict[str, str]:
    """What results of the machine that is asked come from."""
    return origin()


def _unlike(other: str) -> str:
    return f"a worker differs from this machine ({other}); install the same on all of them"


def _misspelt(address: str) -> str:
    """Why no scheduler can have an address; empty where one can."""
    scheme, found, rest = address.partition("://")
    if not found:
        scheme, rest = "tcp", address
    if scheme == "inproc":  # within one process, where there are no hosts
        return ""
    if scheme not in SCHEMES:
        return f"an address does not begin with '{scheme}://'"
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname, parts.port
        if port == 0:
            raise ValueError
    except ValueError:
        return "its port is not a number from 1 to 65535"
    if not host or port is None:
        return f"{'its port' if host else 'its host'} is missing"
    return "its host has a space in it" if host.split() != [host] else ""


def _connected(address: str) -> Any:
    """A client of a scheduler; whoever answers the call but says nothing keeps nobody waiting."""
    from distributed import Client

    class Quiet(Client):
        """Says nothing more once it could not connect."""

        def __del__(self) -> None:
            with suppress(Exception):
                self.close(timeout=1)

    answer: Queue[Any] = Queue()

    def connect() -> None:
        try:
            answer.put(Quiet(address, timeout=_PATIENCE, set_as_default=False))
        except Exception as error:
            answer.put(error)

    Thread(target=connect, daemon=True).start()
    try:
        found = answer.get(timeout=_PATIENCE + 2)
    except Empty:
        raise TimeoutError(f"nothing was said for {_PATIENCE} s") from None
    if isinstance(found, Exception):
        raise found
    return found


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Dask's log and its warnings to itself."""
    import distributed  # its loggers have levels of their own

    assert distributed
    talkative = ("distributed", "tornado", "asyncio")
    loggers = [
        logging.getLogger(name)
        for name in {*talkative, *logging.root.manager.loggerDict}
        if name.partition(".")[0] in talkative
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"distributed\b")
        yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
