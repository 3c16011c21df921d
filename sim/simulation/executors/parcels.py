"""Work as it travels to other processes, pickled and compressed."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sim.errors import SimError, option
from sim.simulation.executors.base import R, T

TRIES = 3
"""How often a task is given out again when the worker that had it is lost."""


def packed(work: Callable[[T], R]) -> bytes:
    """Work as it travels to other processes.

    Raises
    ------
    SimError
        When something of it cannot travel.
    """
    try:
        return zlib.compress(pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL), level=1)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise _cannot_travel(error) from None


@lru_cache(maxsize=4)
def unpacked(parcel: bytes) -> Callable[[Any], Any]:
    """The work in a parcel; the same object for the same parcel, with what it has kept."""
    try:
        work: Callable[[Any], Any] = pickle.loads(zlib.decompress(parcel))
    except (AttributeError, ImportError) as error:
        raise _cannot_travel(error) from None
    return work


def _cannot_travel(error: Exception) -> SimError:
    return SimError(
        f"the work cannot be sent to workers ({error}); put what is your own, such as a rule of "
        "decision, into a module that they can import, or use no workers"
    )


def too_many_lost(task: object) -> SimError:
    """What is said of a task that no worker survives."""
    return SimError(
        f"{TRIES + 1} workers in a row were lost at {task}: killed, or out of memory; "
        f"use fewer workers ({option('--workers')}), or a machine with more memory"
    )
