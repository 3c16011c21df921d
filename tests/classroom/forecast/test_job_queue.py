"""What is worked out beside the game: in its order, once, and ended at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from multiprocessing import active_children
from typing import Any

import pytest

from sim.classroom.forecast.jobs import FailedJob, JobQueue
from sim.simulation.executors.base import NICENESS
from tests.fixtures.worker_tasks import Nap, dies, fails, niceness, sleep, square, whoami


@pytest.fixture(scope="module")
def background() -> Iterator[JobQueue]:
    with JobQueue(kept=6) as one:
        yield one


def done(background: JobQueue) -> None:
    assert background.wait(30)


def state(background: JobQueue, key: Hashable) -> str:
    """How far something is."""
    if (found := background.found(key)) is not None:
        return "failed" if isinstance(found, FailedJob) else "done"
    if key == background._at:
        return "under way"
    return "waiting" if key in background._wanted else "unknown"


def asked(background: JobQueue, key: str, work: Callable[[Any], Any], *tasks: Any) -> Any:
    background.ask(key, work, tasks, list)
    done(background)
    return background.found(key)


def test_answers_are_joined_in_the_order_of_their_tasks(background: JobQueue) -> None:
    naps = [Nap(1, 30), Nap(2), Nap(3)]
    assert asked(background, "naps", sleep, *naps) == [1, 2, 3]
    assert state(background, "naps") == "done"
    assert state(background, "another") == "unknown"


def test_the_work_is_done_by_one_other_process_of_lower_priority(background: JobQueue) -> None:
    (one,) = asked(background, "who", whoami, 0)
    (other,) = asked(background, "who again", whoami, 0)
    assert one == other != os.getpid()
    if hasattr(os, "nice"):
        assert asked(background, "nice", niceness, 0, 0) == [min(os.nice(0) + NICENESS, 19)] * 2


def test_what_is_known_or_waits_is_not_worked_out_again(background: JobQueue) -> None:
    joined: list[int] = []

    def join(parts: list[int]) -> list[int]:
        joined.extend(parts)
        return parts

    for _ in range(3):
        background.ask("once", square, [3], join)
    done(background)
    background.ask("once", square, [3], join)
    done(background)
    assert joined == [9]


def test_of_one_topic_only_the_newest_is_worked_out(background: JobQueue) -> None:
    background.ask("busy", sleep, [Nap(0, 150)], list)
    for number in range(4):
        background.ask(("topic", number), square, [number], list, topic="table 1")
    assert state(background, ("topic", 2)) == "unknown"
    done(background)
    assert background.found(("topic", 3)) == [9]
    assert background.found(("topic", 0)) is None


def test_what_two_topics_want_is_dropped_by_neither_alone(background: JobQueue) -> None:
    background.ask("busy too", sleep, [Nap(0, 150)], list)
    background.ask("shared", square, [4], list, topic="table 3")
    background.ask("shared", square, [4], list, topic="table 4")
    background.ask("own", square, [5], list, topic="table 3")
    assert state(background, "shared") == "waiting"
    background.ask("dropped", square, [6], list, topic="table 5")
    background.ask("kept", square, [7], list)
    background.ask("newer", square, [7], list, topic="table 5")
    done(background)
    assert background.found("shared") == [16]
    assert background.found("kept") == [49]
    assert background.found("dropped") is None


def test_what_has_become_urgent_goes_first(background: JobQueue) -> None:
    order: list[Any] = []
    background.listen(order.append)
    background.ask("begins", sleep, [Nap(0, 150)], list)
    for key, priority in (("one", 1), ("two", 1), ("two", 0), ("two", 2)):
        background.ask(key, square, [1], list, priority=priority)
    done(background)
    assert order == ["begins", "two", "one"]


def test_what_is_urgent_goes_first(background: JobQueue) -> None:
    order: list[Any] = []
    background.listen(order.append)
    background.ask("first", sleep, [Nap(0, 150)], list)
    background.ask("later", square, [1], list, priority=2)
    background.ask("soon", square, [1], list, priority=1)
    background.ask("soon too", square, [1], list, priority=1)
    done(background)
    assert order == ["first", "soon", "soon too", "later"]


@pytest.mark.parametrize(
    ("work", "said"),
    [(fails, "ValueError: no root of 4"), (dies, "workers in a row were lost")],
)
def test_an_error_is_kept_and_said_and_the_next_is_worked_out(
    background: JobQueue, work: Callable[[int], int], said: str
) -> None:
    found = asked(background, f"error {said}", work, 4)
    assert isinstance(found, FailedJob)
    assert str(found).startswith("cannot be worked out: ")
    assert said in str(found)
    assert state(background, f"error {said}") == "failed"
    assert asked(background, f"after {said}", square, 5) == [25]


def test_an_error_of_the_joining_is_kept_too(background: JobQueue) -> None:
    background.ask("sum", square, [1], lambda parts: parts["one"])  # type: ignore[call-overload]
    done(background)
    assert "cannot be worked out" in str(background.found("sum"))


def test_what_was_not_looked_at_for_longest_is_forgotten(background: JobQueue) -> None:
    for number in range(6):
        asked(background, f"kept {number}", square, number)
    background.found("kept 0")
    asked(background, "one more", square, 7)
    assert background.found("kept 0") == [0]
    assert background.found("kept 1") is None


def test_asking_does_not_wait(background: JobQueue) -> None:
    background.ask("long", sleep, [Nap(0, 1000)], list)
    assert background.found("long") is None
    assert state(background, "long") in ("waiting", "under way")
    done(background)
    assert background.found("long") is not None


def test_a_listener_whose_loop_has_ended_stops_nothing(background: JobQueue) -> None:
    def told(key: object) -> None:
        raise RuntimeError("Event loop is closed")

    background.listen(told)
    assert asked(background, "told", square, 2) == [4]
    assert asked(background, "told again", square, 3) == [9]


def test_it_ends_at_once_in_the_middle_of_a_job_and_leaves_nothing_behind() -> None:
    before, threads = {child.pid for child in active_children()}, threading.active_count()
    background = JobQueue()
    background.ask("who", whoami, [0], list)
    done(background)
    background.ask("long", sleep, [Nap(0, 60_000)] * 3, list)
    background.ask("waits", square, [1], list)
    while state(background, "long") != "under way":
        time.sleep(0.01)
    start = time.perf_counter()
    background.close()
    assert time.perf_counter() - start < 30  # the job has three minutes
    assert {child.pid for child in active_children()} == before
    assert threading.active_count() == threads
    assert background.found("long") is None
    background.ask("more", square, [1], list)
    assert state(background, "more") == "unknown"
    background.close()


def test_it_ends_at_once_while_its_process_is_starting() -> None:
    background = JobQueue()
    background.ask("long", sleep, [Nap(0, 60_000)], list)
    time.sleep(0.02)
    start = time.perf_counter()
    background.close()
    assert time.perf_counter() - start < 30  # the job has a minute


def test_what_was_never_asked_starts_nothing() -> None:
    before = threading.active_count()
    background = JobQueue()
    assert threading.active_count() == before
    background.close()
