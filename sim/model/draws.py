"""Random draws by seed, run, round, purpose and name, for those who ask outside of the text.

Philox is a counter-based generator (Salmon et al. 2011): the key is a hash of
seed, purpose and name, the counter holds round and run. A draw therefore never
depends on what else was drawn, on how many runs were asked for, or on which
worker draws it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator, Philox

from sim.arrays import Floats
from sim.scenario.scenario import walk
from sim.scenario.schema import Description

_DRAWS_PER_COUNT = 4  # Philox4x64 yields four words per counter value


@dataclass(frozen=True)
class Past:
    """One run's past, from which many futures branch.

    Attributes
    ----------
    run : int
        Whose past it is.
    until : int
        The first round that is each future's own.
    events : int, optional
        The first round whose events are each future's own; ``until`` where not given.
        Where a round is open, its events have happened and its choices have not.
    """

    run: int
    until: int
    events: int | None = None


class Streams:
    """The draws of a block of runs.

    Parameters
    ----------
    seed : int
        Seed of the whole experiment, 0 or more.
    first : int
        Number of the block's first run, counted from 0.
    runs : int
        How many runs the block holds.
    past : Past, optional
        All runs of the block have the draws of its run up to then.
    """

    def __init__(self, seed: int, first: int, runs: int, past: Past | None = None) -> None:
        self.seed = seed
        self._until = past.until if past else 0
        self._events = past.events if past and past.events is not None else self._until
        self._past = Streams(seed, past.run, 1) if past else None
        self.first = first
        self.runs = runs
        self._skip = first % _DRAWS_PER_COUNT
        self._counter = np.array([first // _DRAWS_PER_COUNT, 0, 0, 0], dtype=np.uint64)
        self._keys: dict[tuple[str, str], npt.NDArray[np.uint64]] = {}
        # One generator serves every name: to set its key and counter takes a tenth
        # of the time of making another.
        self._generator = Generator(Philox(key=0))
        self._state: Any = self._generator.bit_generator.state

    def uniform(self, purpose: str, name: str, round: int) -> Floats:
        """Uniform draws on [0, 1), one per run, shape ``(runs,)``."""
        until = self._events if purpose in ("event", "government") else self._until
        if self._past is not None and round < until:
            return np.repeat(self._past.uniform(purpose, name, round), self.runs)
        key = self._keys.get((purpose, name))
        if key is None:
            text = f"{self.seed}\x1f{purpose}\x1f{name}".encode()
            key = np.frombuffer(hashlib.blake2b(text, digest_size=16).digest(), dtype=np.uint64)
            self._keys[purpose, name] = key
        self._counter[1] = round
        self._state["state"] = {"counter": self._counter, "key": key}
        self._generator.bit_generator.state = self._state
        return self._generator.random(self._skip + self.runs)[self._skip :]

    def uniforms(self, purpose: str, names: Sequence[str], round: int) -> Floats:
        """Uniform draws for several names, shape ``(names, runs)``."""
        drawn = np.empty((len(names), self.runs))
        for row, name in zip(drawn, names, strict=True):
            row[:] = self.uniform(purpose, name, round)
        return drawn


def central(description: Description) -> dict[str, Floats]:
    """The central value of every parameter of a description, shape ``(1,)``, by path."""
    return {p.path: np.array([p.value]) for p in walk(description)}


def history(past: Past | None) -> dict[str, int]:
    """The past that all runs share, as the record has it."""
    if past is None:
        return {"past_run": -1, "past_until": 0, "past_events": 0}
    events = past.until if past.events is None else past.events
    return {"past_run": past.run, "past_until": past.until, "past_events": events}
