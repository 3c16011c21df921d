"""Processes of this machine, as workers.

Each has two pipes of its own and shares nothing else: no lock that a killed
process could hold, no queue that it could leave half-written. The end of a
pipe is how either side learns that the other has gone.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count as numbers
from itertools import islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import ModuleType
from typing import Any

from sim.errors import SimError, option
from sim.simulation.executors.base import TRIES, R, T, packed, too_many_lost, unpacked

Answer = tuple[Any, Exception | None]
"""What came of a task: a value, or an error."""


# What a worker process does: it reads tasks, performs them, and sends the answers. Reading
# and sending have threads of their own: a worker that is at work still empties its pipe,
# and does not wait for whoever reads its answers.


def serve(tasks: Connection, answers: Connection) -> None:
    """Perform tasks until the process that sends them has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    todo: SimpleQueue[Any] = SimpleQueue()
    done: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read, args=(tasks, todo), daemon=True).start()
    threading.Thread(target=_send, args=(answers, done), daemon=True).start()
    done.put(pickle.dumps(None))  # ready
    parcel = b""
    while True:
        message = todo.get()
        if isinstance(message, bytes):
            parcel = message
            continue
        number, task = message
        done.put(_written(number, _performed(parcel, task)))


def _performed(parcel: bytes, task: Any) -> Answer:
    try:
        return unpacked(parcel)(task), None
    except SimError as error:
        return None, error
    except Exception as error:
        error.add_note(f"In a worker:\n{traceback.format_exc()}")
        return None, error


def _written(number: int, answer: Answer) -> bytes:
    """An answer as it travels; of an error that cannot travel, its words."""
    try:
        written = pickle.dumps((number, answer), protocol=pickle.HIGHEST_PROTOCOL)
        if answer[1] is not None:
            pickle.loads(written)
    except Exception as fault:
        text = "".join(traceback.format_exception(answer[1] or fault))
        return pickle.dumps((number, (None, RuntimeError(f"In a worker:\n{text}"))))
    return written


def _read(tasks: Connection, todo: SimpleQueue[Any]) -> None:
    try:
        while True:
            todo.put(tasks.recv())
    except (EOFError, OSError):
        os._exit(1)


def _send(answers: Connection, done: SimpleQueue[bytes]) -> None:
    try:
        while True:
            answers.send_bytes(done.get())
    except OSError:
        os._exit(1)


# Starting processes that begin afresh, and leave stopping to the one that started them.


def pipe() -> tuple[Connection, Connection]:
    """A pipe: the end to receive from, and the end to send to."""
    receiving, sending = get_context("spawn").Pipe(duplex=False)
    return receiving, sending


def spawn(work: Callable[[Connection, Connection], None], *pipes: Connection) -> SpawnProcess:
    """Start a process that does work with pipes, and ends with this one."""
    process = get_context("spawn").Process(target=work, args=pipes, daemon=True)
    with _no_main(), _deaf():
        process.start()
    return process


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the user's program from a process that is being started.

    It would be run anew from its top in each, though none needs anything of it: a
    script without a guard would start workers in its workers, and one that came
    through a pipe could not be found.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are being started inherit that Ctrl-C is not for them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Python starts this one beside the first process, and up to 3.12 lets Ctrl-C in again then.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


AHEAD = 2
"""Tasks given out for each worker: one that it does, and one that waits for it."""
HELD = 4
"""Tasks taken up for each worker: given out, waiting to be, or done before their turn."""
_MOST = 60 if sys.platform == "win32" else 1024
"""Windows cannot wait for more at once."""


class _Worker:
    """A process, the pipes to and from it, and what it was given.

    Attributes
    ----------
    given : deque of int
        Numbers of its tasks; it is at the first.
    parcel : bytes
        The work that it has.
    ready : bool
        It has said that it reads.
    """

    def __init__(self) -> None:
        theirs, self._tasks = pipe()
        self.answers, our_answers = pipe()
        try:
            self.process = spawn(serve, theirs, our_answers)
        except BaseException:
            self._tasks.close()
            self.answers.close()
            raise
        finally:
            # With the process's own ends held here too, none would ever end.
            theirs.close()
            our_answers.close()
        self.given: deque[int] = deque()
        self.parcel = b""
        self.ready = False

    def give(self, number: int, parcel: bytes, task: object) -> None:
        """Give it a task, and the work where it does not have it."""
        self.given.append(number)
        try:
            if parcel != self.parcel:
                self._tasks.send(parcel)
                self.parcel = parcel
            self._tasks.send((number, task))
        except OSError:
            pass  # it has gone: the end of the other pipe says so

    def kill(self) -> None:
        """Kill the process; whoever waits for it sees that it has gone."""
        with suppress(ValueError, AttributeError):  # it is being stopped already
            self.process.kill()

    def stop(self) -> None:
        """End it, whatever it is at."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self._tasks.close()
        self.answers.close()


class Processes:
    """Processes of this machine, started when there are tasks for them.

    They are started afresh (``spawn``), alike on every system.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count: int) -> None:
        self.count = min(count, _MOST)
        self._crew: list[_Worker] = []
        self._held: dict[int, tuple[bytes, Any]] = {}
        self._todo: deque[int] = deque()
        self._done: dict[int, Answer] = {}
        self._losses: dict[int, int] = {}
        self._stillborn = 0
        self._ended = False
        self._numbers = numbers()

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """As :meth:`sim.simulation.executors.base.Workers.map`."""
        parcel = packed(work)
        waiting = iter(tasks)
        mine: deque[int] = deque()
        try:
            while True:
                for task in islice(waiting, HELD * self.count - len(mine)):
                    number = next(self._numbers)
                    mine.append(number)
                    self._held[number] = parcel, task
                    self._todo.append(number)
                if not mine:
                    return
                self._give_out()
                # What has come is taken also while the first is there: its worker goes on.
                self._take_in(patient=mine[0] not in self._done)
                if mine[0] in self._done:
                    value, error = self._done.pop(mine.popleft())
                    if error is not None:
                        raise error
                    yield value
        except GeneratorExit:
            raise
        except BaseException:
            self._stop()  # it may have stopped in the middle of a message
            raise
        finally:
            self._forget(mine)

    def end(self) -> None:
        """End all processes, from another thread: who waits for answers gets an error."""
        self._ended = True
        for worker in list(self._crew):
            worker.kill()

    def _give_out(self) -> None:
        """Give tasks to those who are ready, the idle first; start more where there are more."""
        for depth in range(AHEAD):
            # The last ones are kept for whoever is idle first.
            enough = len(self._crew) if depth else 0
            for worker in self._crew:
                if len(self._todo) > enough and worker.ready and len(worker.given) == depth:
                    # A task that was with a lost worker goes alone, to be named rightly.
                    if depth and {self._todo[0], worker.given[0]} & self._losses.keys():
                        continue
                    number = self._todo.popleft()
                    worker.give(number, *self._held[number])
        coming = sum(not worker.ready for worker in self._crew)
        for _ in range(min(self.count - len(self._crew), len(self._todo) - coming)):
            self._crew.append(self._started())

    def _started(self) -> _Worker:
        try:
            return _Worker()
        except OSError as error:
            raise SimError(
                f"worker {len(self._crew) + 1} of {self.count} cannot be started "
                f"({error.strerror or error}); use fewer workers ({option('--workers')})"
            ) from None

    def _take_in(self, *, patient: bool) -> None:
        """Take what the workers have sent; wait for something if patient."""
        if self._ended:
            raise SimError("the workers were ended")
        owners: dict[Any, _Worker] = {worker.answers: worker for worker in self._crew}
        for source in wait(list(owners), None if patient else 0):
            worker = owners[source]
            try:
                message: tuple[int, Answer] | None = worker.answers.recv()
            except (EOFError, OSError):
                self._lose(worker)
                continue
            if message is None:
                worker.ready, self._stillborn = True, 0
                continue
            number, answer = message
            worker.given.remove(number)
            if self._held.pop(number, None):
                self._losses.pop(number, None)
                self._done[number] = answer

    def _lose(self, worker: _Worker) -> None:
        """Strike off a worker that has gone; others do what it was given."""
        self._crew.remove(worker)
        worker.stop()
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn > TRIES:
                raise SimError(
                    f"{TRIES + 1} workers in a row ended before they began: "
                    f"killed, or out of memory; use fewer workers ({option('--workers')})"
                )
        kept = [number for number in worker.given if number in self._held]
        self._todo.extendleft(reversed(kept))
        for number in kept:
            self._losses[number] = self._losses.get(number, 0) + 1
            if self._losses[number] > TRIES:
                raise too_many_lost(self._held[number][1])

    def _forget(self, mine: Iterable[int]) -> None:
        """Forget tasks whose answers nobody waits for any more."""
        for number in mine:
            for kept in (self._held, self._done, self._losses):
                kept.pop(number, None)
        self._todo = deque(number for number in self._todo if number in self._held)

    def _stop(self) -> None:
        """End all processes; what they are at is of no use to anybody any more."""
        for worker in self._crew:
            worker.process.kill()
        for worker in self._crew:
            worker.stop()
        self._crew.clear()
        self._todo = deque(sorted(self._held))
