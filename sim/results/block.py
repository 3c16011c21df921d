"""What a block of runs recorded, with the names of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.scenario.phrases import Phrase

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Block:
    """Records of consecutive runs; the runs are the last axis of every array.

    Attributes
    ----------
    first : int
        Number of the first run.
    phrases : sequence of Phrase
        The quantity on each row of ``state``.
    directions : sequence of (actor, target)
    levers, events, watches : sequence of str
        Names in the order of the arrays.
    state : float32, shape (rounds + 1, rows, runs)
    choice : int16, shape (rounds + 1, directions, tracks, runs)
        Number of the lever in ``levers``, -1 where the round was let pass.
    accepted : bool, shape (rounds + 1, directions, tracks, runs)
    happened : bool, shape (rounds + 1, events, runs)
    status : int8, shape (rounds + 1, arrangements, runs)
        In the order of :func:`sim.scenario.lookup.instances`, at the end of the round:
        0 none, 1 in force, 2 suspended.
    promised : int8, shape (rounds + 1, promises, runs)
        In the order of :func:`sim.scenario.lookup.promises`: 0 nothing open, 1 open,
        2 overdue; in this round 3 kept, 4 delivered late, 5 broken.
    watched : int16, shape (watches, runs)
        First round in which it was the case, -1 for never.
    stopped, failed : int16, shape (runs,)
        Round in which the run stopped or failed, -1 for neither.
    reasons : dict of run to str
        Why a run failed, by run number.
    drawn : dict of path to float64, shape (runs,)
        Values of the uncertain parameters.
    """

    first: int
    phrases: Sequence[Phrase]
    directions: Sequence[tuple[str, str]]
    levers: Sequence[str]
    events: Sequence[str]
    watches: Sequence[str]
    state: Array
    choice: Array
    accepted: Array
    happened: Array
    status: Array
    promised: Array
    watched: Array
    stopped: Array
    failed: Array
    reasons: dict[int, str]
    drawn: dict[str, Array]

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return int(self.stopped.shape[0])

    def order(self) -> int:
        """Key by which blocks are joined."""
        return self.first


_MOVES = ("choice", "accepted", "happened", "status", "promised", "watched")
ARRAYS = ("state", *_MOVES, "stopped", "failed")


def joined(blocks: Sequence[Block]) -> Block:
    """One block of all runs, whatever the order in which blocks came."""
    ordered = sorted(blocks, key=Block.order)
    head = ordered[0]
    arrays = {
        name: np.concatenate([getattr(block, name) for block in ordered], axis=-1)
        for name in ARRAYS
    }
    return Block(
        first=head.first,
        phrases=head.phrases,
        directions=head.directions,
        levers=head.levers,
        events=head.events,
        watches=head.watches,
        reasons={run: why for block in ordered for run, why in block.reasons.items()},
        drawn={
            path: np.concatenate([block.drawn[path] for block in ordered]) for path in head.drawn
        },
        **arrays,
    )
