"""The background jobs of a session: forecasts and effects of orders, as the game goes on.

The forecast comes first, since a class waits for it; what the debrief needs of
each round follows, so that at the end nearly all of it is there.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import count
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sim.classroom.forecast.forecast import FORECAST_RUNS, Forecast, forecast, forecast_work
from sim.classroom.forecast.order_effects import EFFECT_PAIRS, RoundEffects, effects_work
from sim.classroom.game.log_entries import pack
from sim.classroom.game.session import Session
from sim.classroom.game.table import UNDER_WAY, Table
from sim.errors import SimError
from sim.model.world import World
from sim.simulation.executors.base import with_low_priority
from sim.simulation.executors.processes import Processes

# A queue of background jobs: one thread, one process, one job after another. The web's own
# thread asks and never waits. A classroom's laptop has few processors, and pages come before
# figures: so there is a single process for all tables, with a lowered priority.

_T = TypeVar("_T")
_R = TypeVar("_R")

_KEPT = 2000
"""Results that are kept: those of a week of forty tables need not be."""
_Listener = Callable[[Hashable], None]


@dataclass(order=True)
class _Job:
    priority: int
    number: int
    key: Hashable = field(compare=False)
    work: Callable[[Any], Any] = field(compare=False)
    tasks: Sequence[Any] = field(compare=False)
    join: Callable[[list[Any]], Any] = field(compare=False)


@dataclass(frozen=True)
class FailedJob:
    """Why something cannot be worked out, as it is shown."""

    reason: str

    def __str__(self) -> str:
        return f"cannot be worked out: {self.reason}"


class JobQueue:
    """Works out what is asked for, in another process, and keeps what came of it.

    Every method may be called from any thread, and none waits for work. Of results ``kept`` are
    kept; those that were not looked at for longest go first.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._most = kept
        self._lock = threading.Condition()
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

        The same key stands for the same result. ``work`` is performed on each task in the other
        process; it keeps what it has made (a compiled scenario), so what differs goes into the
        tasks. ``join`` makes the result of the answers, in the background's thread. The lowest
        priority goes first; among equals, what was asked for first. Of one topic only what was
        asked for last is of use: another that waits is dropped, unless of use to another topic.
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
            number = next(self._numbers)
            self._wanted[key] = _Job(priority, number, key, work, tuple(tasks), join)
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
        """What was worked out: a result, a :class:`FailedJob`, or None where there is none yet."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

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
        """The next job; None at the end."""
        with self._lock:
            self._lock.wait_for(lambda: self._closed or self._wanted)
            if self._closed:
                return None
            job = min(self._wanted.values())
            self._at = job.key
            return self._wanted.pop(job.key)

    def _worked_out(self, job: _Job) -> Any:
        work = partial(with_low_priority, job.work)
        try:
            return job.join(list(self._processes.map(work, job.tasks)))
        except SimError as error:
            return FailedJob(str(error))
        except Exception as error:  # shown in the figure's place; the class goes on
            return FailedJob(f"{type(error).__name__}: {error}")

    def _keep(self, key: Hashable, result: Any) -> None:
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > self._most:
            self._results.popitem(last=False)


# What a session asks for.

_LIVE, _EFFECTS, _ROUNDS = range(3)
"""Priorities: what all look at now, what orders brought about, how forecasts moved."""


class SessionJobs:
    """Asks for what a session needs, and finds what has come of it.

    Nothing here waits: what is not there yet is None. A forecast has as many futures as
    ``runs``; for each order there are ``futures`` pairs.
    """

    def __init__(
        self,
        session: Session,
        background: JobQueue,
        *,
        runs: int = FORECAST_RUNS,
        futures: int = EFFECT_PAIRS,
    ) -> None:
        self._session, self.background = session, background
        self.runs, self.futures = runs, futures
        self._seen: dict[int, Hashable] = {}
        self._asked: dict[Hashable, Hashable] = {}
        self._keys: WeakKeyDictionary[World, dict[Hashable, Hashable]] = WeakKeyDictionary()
        # A background may serve another session next, which can stand at the same point.
        kept = json.dumps(pack(session.scenario), sort_keys=True)
        self._scenario = blake2b(kept.encode(), digest_size=12).hexdigest()

    def follow(self) -> None:
        """Ask for all that is of use now; call it after each entry that is accepted."""
        for table in self._session.tables:
            stamp = _stamp(table)
            if self._seen.get(table.number) != stamp:
                self._seen[table.number] = stamp
                self._ask(table)

    def again(self, table: Table) -> None:
        """Ask once more for all of a table's, as before a debrief: old results are dropped."""
        self._ask(table, all_of_it=True)

    def forecast(
        self, table: Table, played: int | None = None, *, opened: bool = False
    ) -> Forecast | FailedJob | None:
        """A table's forecast from where it stands, or stood when a round was over.

        With ``opened`` from when the next round had opened, with its events and no choices.
        """
        key = self._forecast_key(table, played, opened=opened)
        return cast("Forecast | FailedJob | None", self.background.found(key))

    def ask_again(self, table: Table) -> None:
        """Ask for a table's forecast where it was dropped: it may be that of another table, too."""
        self._ask_forecast(table, None, _LIVE, ("live", table.number), all_of_it=True)

    def showing(self, key: Hashable) -> list[int]:
        """Tables whose forecast from where they stand goes by this key."""
        return [table.number for table in self._session.tables if self._forecast_key(table) == key]

    def effects(self, table: Table, round: int) -> RoundEffects | FailedJob | None:
        """What the orders of a round brought about."""
        key = self._effects_key(table, round)
        return cast("RoundEffects | FailedJob | None", self.background.found(key))

    def _ask(self, table: Table, *, all_of_it: bool = False) -> None:
        """Ask for what is new since it was asked for last, or for all of it."""
        self._ask_forecast(table, None, _LIVE, ("live", table.number), all_of_it)
        decided = {slot[0] for slot in table.moves}
        for round in range(table.played, 0, -1):  # what is fresh is looked at first
            key, topic = self._effects_key(table, round), ("effects", table.number, round)
            if round in decided and self._is_new(topic, key, all_of_it):
                work, task = effects_work(table, round, self.futures)
                self.background.ask(
                    key, work, [task], lambda parts: parts[0], priority=_EFFECTS, topic=topic
                )
        for round in range(table.played + 1):
            topic = ("after", table.number, round)
            self._ask_forecast(table, round, _ROUNDS, topic, all_of_it)
            if round < table.played and table.events(round + 1):
                topic = ("opened", table.number, round)
                self._ask_forecast(table, round, _ROUNDS, topic, all_of_it, opened=True)

    def _is_new(self, topic: Hashable, key: Hashable, all_of_it: bool) -> bool:
        before, self._asked[topic] = self._asked.get(topic), key
        return all_of_it or key != before

    def _ask_forecast(
        self,
        table: Table,
        played: int | None,
        priority: int,
        topic: Hashable,
        all_of_it: bool,
        *,
        opened: bool = False,
    ) -> None:
        key = self._forecast_key(table, played, opened=opened)
        if self._is_new(topic, key, all_of_it):
            work, tasks, at = forecast_work(table, played, self.runs, opened=opened)
            join = partial(forecast, work.scenario, at)
            self.background.ask(key, work, tasks, join, priority=priority, topic=topic)

    def _forecast_key(
        self, table: Table, played: int | None = None, *, opened: bool = False
    ) -> Hashable:
        # Tables that stand alike share it: all of them do at the start.
        if played is None:
            opened, played = table.phase in UNDER_WAY, table.played
        return self._key(table, "forecast", self.runs, played, opened)

    def _effects_key(self, table: Table, round: int) -> Hashable:
        return self._key(table, "effects", self.futures, round, False)

    def _key(self, table: Table, what: str, runs: int, played: int, opened: bool) -> Hashable:
        # Of what is over nothing changes but with the world that is played again.
        known = self._keys.setdefault(table.world, {})
        mark = (what, played, opened)
        if mark not in known:
            point = table.branch_point(played, opened=opened).digest
            # Whole, since ids of ad-hoc events are given out again.
            adhoc = tuple(
                (name, event.model_dump_json())
                for name, (at, event) in table.adhoc_events.items()
                if at <= played + opened
            )
            known[mark] = (what, self._scenario, runs, point, adhoc)
        return known[mark]


def _stamp(table: Table) -> Hashable:
    """Changes whenever something is to be worked out anew."""
    moves, answers, forced = (
        frozenset(part.items()) for part in (table.moves, table.answers, table.forced)
    )
    adhoc = tuple(table.adhoc_events)
    return table.phase in UNDER_WAY, table.played, adhoc, moves, answers, forced
