"""What a worker process does: it reads tasks, performs them, and sends the answers.

Reading and sending have threads of their own: a worker that is at work still
empties its pipe, and does not wait for whoever reads its answers.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from sim.errors import SimError
from sim.simulation.executors.parcels import unpacked


@dataclass(frozen=True)
class TaskAnswer:
    """What came of a task: a value, or an error."""

    value: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        """The value.

        Raises
        ------
        Exception
            The error, where there is one.
        """
        if self.error is not None:
            raise self.error
        return self.value


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


def _performed(parcel: bytes, task: Any) -> TaskAnswer:
    try:
        return TaskAnswer(unpacked(parcel)(task))
    except SimError as error:
        return TaskAnswer(error=error)
    except Exception as error:
        error.add_note(f"In a worker:\n{traceback.format_exc()}")
        return TaskAnswer(error=error)


def _written(number: int, answer: TaskAnswer) -> bytes:
    """An answer as it travels; of an error that cannot travel, its words."""
    try:
        written = pickle.dumps((number, answer), protocol=pickle.HIGHEST_PROTOCOL)
        if answer.error is not None:
            pickle.loads(written)
    except Exception as fault:
        about = answer.error or fault
        text = "".join(traceback.format_exception(about))
        return pickle.dumps((number, TaskAnswer(error=RuntimeError(f"In a worker:\n{text}"))))
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
