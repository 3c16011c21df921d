"""Who computes what next: the latest question of a visitor counts, and quick ones come first."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")

THREADS = 2
"""Threads that compute; the model lets go of Python's lock while it plays."""


class SupersededError(Exception):
    """The visitor has asked something newer: this answer is not wanted any more."""


_GIVING_WAY = 0.2
"""Seconds for which long work waits, at each check, while there is quick work to do."""

_QUICK, _LONG, _LAST = range(3)
_FORGET = 60.0
"""Seconds after which half of the time that a visitor's long work took is forgotten."""
_MOST_CHARGED = 1000
"""Visitors of whom it is known what their long work took."""
_END = 3.0
"""Seconds that work gets to end when the lab closes."""

Check = Callable[[], None]
"""Called by long work now and then: raises SupersededError where it is not wanted any more."""


def unchecked() -> None:
    """A check of work that everybody wants."""


@dataclass(eq=False)
class _Job(Generic[T]):
    """A question that waits for its answer, or is being answered."""

    place: tuple[str, str]
    key: Hashable
    work: Callable[[Check], T]
    rank: int
    order: int
    answer: Future[T] = field(default_factory=Future)
    unwanted: threading.Event = field(default_factory=threading.Event)

    @property
    def quick(self) -> bool:
        return self.rank == _QUICK

    def check(self) -> None:
        if self.unwanted.is_set():
            raise SupersededError

    def carry_out(self, check: Check) -> None:
        if not self.answer.set_running_or_notify_cancel():
            return
        try:
            check()
            found = self.work(check)
        except BaseException as error:  # whatever it was, whoever asked hears of it
            self.answer.set_exception(error)
        else:
            self.answer.set_result(found)


class Work:
    """A few threads that answer the questions of many visitors.

    Of one visitor and one subject only the latest question is kept, so that nobody fills the
    queue. Quick questions come before long ones, in the order in which visitors began to ask. Of
    long ones that of the visitor comes first whose long work has taken least time lately; what
    nobody waits for comes last. Long ones never take the last thread.

    Parameters
    ----------
    threads : int
    """

    def __init__(self, threads: int = THREADS) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[tuple[str, str], _Job[Any]] = {}
        self._running: list[_Job[Any]] = []
        self._order = itertools.count()
        self._most_long = max(threads - 1, 1)
        self._used: dict[str, tuple[float, float]] = {}
        self._closed = False
        self._threads = [
            threading.Thread(target=self._answer, name=f"lab-{nth}", daemon=True)
            for nth in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def ask(
        self,
        visitor: str,
        subject: str,
        key: Hashable,
        work: Callable[[Check], T],
        *,
        quick: bool = False,
        last: bool = False,
    ) -> Future[T]:
        """Have something computed.

        Parameters
        ----------
        visitor, subject : str
            An older question of the same visitor on the same subject is dropped, unless it has
            the same key: its answer then serves both.
        key : hashable
            What is asked.
        work : callable
            Given a function that it calls now and then.
        quick : bool
            Whether it is done in the blink of an eye.
        last : bool
            Whether nobody waits for it, so that all else comes first.

        Returns
        -------
        Future
            With the answer, or with what went wrong: SupersededError where something newer was
            asked.
        """
        place = visitor, subject
        with self._changed:
            if self._closed:
                raise RuntimeError("the lab is closed")
            order = next(self._order)
            for running in self._running:
                if running.place != place:
                    continue
                if running.key == key and not running.unwanted.is_set():
                    self._drop(place)
                    return running.answer
                running.unwanted.set()
            waiting = self._waiting.get(place)
            if waiting is not None:
                if waiting.key == key:
                    return waiting.answer
                # Whoever changes their mind keeps their place in the queue.
                order = waiting.order
                self._drop(place)
            rank = _QUICK if quick else _LAST if last else _LONG
            job = _Job(place, key, work, rank, order)
            self._waiting[place] = job
            self._changed.notify_all()
            return job.answer

    def close(self) -> None:
        """Drop what waits, and end the threads; what they began gets some seconds to end."""
        with self._changed:
            self._closed = True
            for place in [*self._waiting]:
                self._drop(place)
            for job in self._running:
                job.unwanted.set()
            self._changed.notify_all()
        end = time.monotonic() + _END
        for thread in self._threads:
            thread.join(max(end - time.monotonic(), 0))

    def _drop(self, place: tuple[str, str]) -> None:
        job = self._waiting.pop(place, None)
        if job is not None and job.answer.set_running_or_notify_cancel():
            job.answer.set_exception(SupersededError())

    def _answer(self) -> None:
        while (job := self._next()) is not None:
            begun = time.monotonic()
            job.carry_out(job.check if job.quick else partial(self._give_way, job))
            with self._changed:
                self._running.remove(job)
                if not job.quick:
                    self._charge(job.place[0], time.monotonic() - begun)
                self._changed.notify_all()

    def _give_way(self, job: _Job[Any]) -> None:
        """Let quick work go first for a moment: both would want Python's lock."""

        def free() -> bool:
            others = (*self._waiting.values(), *self._running)
            return job.unwanted.is_set() or not any(one.quick for one in others)

        with self._changed:
            self._changed.wait_for(free, _GIVING_WAY)
        job.check()

    def _next(self) -> _Job[Any] | None:
        with self._changed:
            while True:
                if self._closed:
                    return None
                long = sum(not job.quick for job in self._running)
                # Nobody takes two threads with quick questions, one of them given up already.
                busy = {job.place for job in self._running if job.quick}
                ready = [
                    job
                    for job in self._waiting.values()
                    if job.place not in busy and (job.quick or long < self._most_long)
                ]
                if ready:
                    job = min(ready, key=partial(self._comes, time.monotonic()))
                    del self._waiting[job.place]
                    self._running.append(job)
                    return job
                self._changed.wait()

    def _comes(self, now: float, job: _Job[Any]) -> tuple[int, float, int]:
        """What comes first has least of this."""
        return job.rank, 0.0 if job.quick else self._taken(now, job.place[0]), job.order

    def _taken(self, now: float, visitor: str) -> float:
        """Seconds that a visitor's long work has taken lately; the longer ago the less."""
        used, when = self._used.get(visitor, (0.0, 0.0))
        return float(used * 0.5 ** ((now - when) / _FORGET))

    def _charge(self, visitor: str, took: float) -> None:
        now = time.monotonic()
        self._used[visitor] = self._taken(now, visitor) + took, now
        if len(self._used) > _MOST_CHARGED:
            del self._used[min(self._used, key=partial(self._taken, now))]
