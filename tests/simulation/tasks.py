"""Work for workers, in a module that they can import quickly."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from sim.errors import Fault, Place, ResultsError, ScenarioError, SimError

FAULTS = (Fault(Place("--round"), "run 3 is over after round 2", "write a round from 1 to 2"),)


@dataclass(frozen=True)
class Nap:
    """Sleeps for some milliseconds, and answers with its number."""

    number: int
    milliseconds: int = 0


def sleep(nap: Nap) -> int:
    time.sleep(nap.milliseconds / 1000)
    return nap.number


def square(number: int) -> int:
    return number * number


def whoami(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


@dataclass(frozen=True)
class Deadly:
    """Kills its worker at some tasks: each time, or so long as a file is not there."""

    deadly: frozenset[int]
    once: Path | None = None

    def __call__(self, number: int) -> int:
        if number in self.deadly and not (self.once and self.once.exists()):
            if self.once:
                self.once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number


class OddError(Exception):
    """An error that cannot travel: it wants two words, and has one."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


class Stuck:
    """An answer that cannot travel."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def fail(kind: str) -> object:
    match kind:
        case "scenario":
            raise ScenarioError(FAULTS)
        case "results":
            raise ResultsError("no such file")
        case "sim":
            raise SimError("something else")
        case "bug":
            return 1 // 0
        case "odd":
            raise OddError("a", "b")
        case "stuck":
            return Stuck()
    return kind


def tell_deaf(_: Connection, answers: Connection) -> None:
    """Say whether Ctrl-C has been kept from this process from its start."""
    answers.send(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))
