"""A crowd of computed students: each waits for news of its table, thinks a while, and acts."""

from __future__ import annotations

import heapq
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count

from sim.classroom.rehearsal.browser import GoneError
from sim.classroom.rehearsal.robot import LATER, Robot
from sim.scenario.schema import Description

TICK = 0.25
"""Seconds between looks at the clock."""
THINKING = (1.0, 5.0)
"""Seconds that a student reads and thinks after its page has changed, least and most."""
CHANGED = b"\ndata:"


class Crowd:
    """Robots that act until they are stopped, or nobody answers any more.

    Parameters
    ----------
    robots : iterable of Robot
    rng : random.Random
    thinking : (float, float)
        Seconds between news and what a robot does.
    at_once : int
        Robots that may ask for pages at the same time.
    failed : callable, optional
        Called with a sentence when a robot cannot go on.
    """

    def __init__(
        self,
        robots: Iterable[Robot],
        rng: random.Random,
        *,
        thinking: tuple[float, float] = THINKING,
        at_once: int = 1,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        self.robots = list(robots)
        self._rng, self._thinking, self._at_once = rng, thinking, at_once
        self._failed = failed
        self._stopped = threading.Event()
        self._due: list[tuple[float, int, Robot]] = []
        self._when: dict[Robot, float] = {}
        self._numbers = count()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Let them come in and play, in a thread of their own."""
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let them go."""
        self._stopped.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        with selectors.DefaultSelector() as streams, ThreadPoolExecutor(self._at_once) as pool:
            try:
                for robot in self.robots:
                    if self._stopped.is_set():
                        return
                    while not robot.join():
                        if self._stopped.wait(LATER):
                            return
                    streams.register(robot.browser.stream("/events"), selectors.EVENT_READ, robot)
                    self._think(robot)
                while not self._stopped.is_set() and streams.get_map():
                    for robot in self._told(streams):
                        self._think(robot)
                    for robot in self._ready():
                        pool.submit(self._act, robot)
            except (GoneError, OSError) as error:
                self._tell(error)
            finally:
                self._stopped.set()
                for key in list(streams.get_map().values()):
                    with suppress(OSError):
                        key.fileobj.close()  # type: ignore[union-attr]

    def _told(self, streams: selectors.BaseSelector) -> Iterator[Robot]:
        """Those whose pages have changed, of which each is told once."""
        for key, _ in streams.select(self._until()):
            stream: socket.socket = key.fileobj  # type: ignore[assignment]
            try:
                news = stream.recv(65536)
            except OSError:
                news = b""
            if not news:
                streams.unregister(stream)
                stream.close()
            elif CHANGED in b"\n" + news:
                yield key.data

    def _until(self) -> float:
        """Seconds to wait for news, at most."""
        with self._lock:
            first = self._due[0][0] if self._due else float("inf")
        return min(TICK, max(first - time.monotonic(), 0))

    def _think(self, robot: Robot, seconds: float | None = None) -> None:
        """Let a robot look at its page after a while, unless it is going to before."""
        with self._lock:
            wait = self._rng.uniform(*self._thinking) if seconds is None else seconds
            at = time.monotonic() + wait
            if at < self._when.get(robot, float("inf")):
                self._when[robot] = at
                heapq.heappush(self._due, (at, next(self._numbers), robot))

    def _ready(self) -> list[Robot]:
        found = []
        with self._lock:
            while self._due and self._due[0][0] <= time.monotonic():
                at, _, robot = heapq.heappop(self._due)
                if self._when.get(robot) == at:  # else it has looked before
                    del self._when[robot]
                    found.append(robot)
        return found

    def _act(self, robot: Robot) -> None:
        try:
            later = robot.step()
        except Exception as error:  # a pool would keep it to itself
            self._tell(error)
            self._stopped.set()
            return
        if later is not None:
            self._think(robot, later)

    def _tell(self, error: Exception) -> None:
        if self._failed is not None and not self._stopped.is_set():
            self._failed(f"The computed students have stopped: {error}")


def take_seats(
    base: str, code: str, description: Description, tables: int, seed: int, first: int = 1
) -> list[Robot]:
    """A robot for every seat of every table, each with luck of its own."""
    numbers = count(first)
    return [
        Robot(
            base, code, f"Computed student {nth}", table, actor, description,
            random.Random(f"{seed} {nth}"),
        )
        for table in range(1, tables + 1)
        for actor, nth in zip(description.actors, numbers, strict=False)
    ]  # fmt: skip
