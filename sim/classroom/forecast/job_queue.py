"""A queue of background jobs: one thread, one process, one job after another.

The web's own thread asks and never waits. A classroom's laptop has few
processors, and pages come before figures: so there is a single process for all
tables, with a lowered priority where the system knows one.
"""

from __future__ import annotations

import heapq
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, Literal, TypeVar

from sim.errors import SimError
from sim.simulation.executors.processes import Processes

_T = TypeVar("_T")
_R = TypeVar("_R")

_KEPT = 2000
"""Results that are kept: those of a week of forty tables need not be."""
NICENESS = 10
"""By how much the priority is lowered, of 19."""

_State = Literal["unknown", "waiting", "under way", "done", "failed"]
_Join = Callable[[list[Any]], Any]
_Listener = Callable[[Hashable], None]


@dataclass(frozen=True)
class _LowPriority(Generic[_T, _R]):
    """Work that is done with a lowered priority."""

    work: Callable[[_T], _R]

    def __call__(self, task: _T) -> _R:
        """Perform a task."""
        _lower()
        return self.work(task)


_lowered = False


def _lower() -> None:
    """Lower the priority of this process, once; it can never rise again."""
    global _lowered
    if not _lowered and hasattr(os, "nice"):
        os.nice(NICENESS)
    _lowered = True


@dataclass(order=True)
class _Job:
    priority: int
    number: int
    key: Hashable = field(compare=False)
    work: Callable[[Any], Any] = field(compare=False)
    tasks: Sequence[Any] = field(compare=False)
    join: _Join = field(compare=False)


@dataclass(frozen=True)
class FailedJob:
    """Why something cannot be worked out, as it is shown."""

    reason: str

    def __str__(self) -> str:
        return f"cannot be worked out: {self.reason}"


class JobQueue:
    """Works out what is asked for, in another process, and keeps what came of it.

    Every method may be called from any thread, and none waits for work.

    Parameters
    ----------
    kept : int
        Results that are kept; those that were not looked at for longest go first.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._most = kept
        self._lock = threading.Condition()
        self._queue: list[_Job] = []
        self._wanted: dict[Hashable, _Job] = {}
        self._newest: dict[Hashable, Hashable] = {}
        self._at: Hashable | None = None
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._listeners: list[_Listener] = []
        self._numbers = count()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._processes = Processes(1)

    def ask(
        self,
        key: Hashable,
        work: Callable[[_T], _R],
        tasks: Iterable[_T],
        join: Callable[[list[_R]], Any],
        *,
        priority: int = 0,
        topic: Hashable | None = None,
    ) -> None:
        """Have something worked out, unless it is known, under way or waiting already.

        Parameters
        ----------
        key : hashable
            What it is: the same key stands for the same result.
        work : callable
            Can be pickled; performed on each task in the other process. The same work
            keeps what it has made (a compiled scenario), so what differs goes into the tasks.
        tasks : iterable
        join : callable
            Makes the result of the answers, in the background's thread.
        priority : int
            The lowest goes first; among equals, what was asked for first.
        topic : hashable, optional
            Of one topic only what was asked for last is of use: another that waits is dropped,
            unless it is of use to another topic.
        """
        with self._lock:
            if self._closed:
                return
            self._supersede(topic if topic is not None else (key,), key)
            if key in self._results or key == self._at:
                return
            waiting = self._wanted.get(key)
            if waiting is not None and waiting.priority <= priority:
                return
            job = _Job(priority, next(self._numbers), key, work, tuple(tasks), join)
            self._wanted[key] = job
            heapq.heappush(self._queue, job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="background", daemon=True)
                self._thread.start()
            self._lock.notify_all()

    def _supersede(self, topic: Hashable, key: Hashable) -> None:
        before = self._newest.get(topic)
        self._newest[topic] = key
        if before is not None and before not in self._newest.values():
            self._wanted.pop(before, None)
            self._lock.notify_all()

    def found(self, key: Hashable) -> Any:
        """What was worked out: a result, a :class:`Failed`, or None where there is none yet."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def state(self, key: Hashable) -> _State:
        """How far it is."""
        with self._lock:
            if key in self._results:
                return "failed" if isinstance(self._results[key], FailedJob) else "done"
            if key == self._at:
                return "under way"
            return "waiting" if key in self._wanted else "unknown"

    @property
    def busy(self) -> bool:
        """Whether anything waits or is under way."""
        with self._lock:
            return bool(self._wanted) or self._at is not None

    def listen(self, listener: _Listener) -> None:
        """Call this with the key of whatever is done, in the background's own thread."""
        self._listeners.append(listener)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to do, as a report at the end may; False when time is up."""
        with self._lock:
            return self._lock.wait_for(
                lambda: self._closed or not (self._wanted or self._at is not None), timeout
            )

    def close(self) -> None:
        """End at once, whatever is under way; leaves no process behind."""
        with self._lock:
            self._closed = True
            self._queue.clear()
            self._wanted.clear()
            self._lock.notify_all()
        self._processes.end()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> JobQueue:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # -- the thread ------------------------------------------------------------

    def _run(self) -> None:
        with self._processes:
            while (job := self._next()) is not None:
                result = self._worked_out(job)
                with self._lock:
                    self._at = None
                    if not self._closed:
                        self._keep(job.key, result)
                    self._lock.notify_all()
                if not self._closed:
                    for listener in tuple(self._listeners):
                        with suppress(RuntimeError):  # the loop that it told of has ended
                            listener(job.key)

    def _next(self) -> _Job | None:
        """The next job that is still of use; None at the end."""
        with self._lock:
            while True:
                if self._closed:
                    return None
                while self._queue:
                    job = heapq.heappop(self._queue)
                    if self._wanted.get(job.key) is job:  # else it was superseded
                        del self._wanted[job.key]
                        self._at = job.key
                        return job
                self._lock.wait()

    def _worked_out(self, job: _Job) -> Any:
        try:
            return job.join(list(self._processes.map(_LowPriority(job.work), job.tasks)))
        except SimError as error:
            return FailedJob(str(error))
        except Exception as error:  # shown in the figure's place; the class goes on
            return FailedJob(f"{type(error).__name__}: {error}")

    def _keep(self, key: Hashable, result: Any) -> None:
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > self._most:
            self._results.popitem(last=False)
