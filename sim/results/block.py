"""What a block of runs recorded, with the names of its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError, option
from sim.results.store import written_whole
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
    belief : float32, shape (rounds + 1, 4 x beliefs, runs)
        In the order of their ids: mean, ends of the interval of 80 %, and the true number.
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
    belief: Array
    watched: Array
    stopped: Array
    failed: Array
    reasons: dict[int, str]
    drawn: dict[str, Array]

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return int(self.stopped.shape[0])


ARRAYS = (
    *("state", "choice", "accepted", "happened", "status", "promised", "belief"),
    *("watched", "stopped", "failed"),
)
"""The records of a block that have a number for each run."""


def joined(blocks: Sequence[Block]) -> Block:
    """One block of all runs, whatever the order in which blocks came."""
    ordered = sorted(blocks, key=attrgetter("first"))
    head = ordered[0]
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(block, name) for block in ordered], axis=-1)
        for name in ARRAYS
    }
    return replace(
        head,
        reasons={run: why for block in ordered for run, why in block.reasons.items()},
        drawn={
            path: np.concatenate([block.drawn[path] for block in ordered]) for path in head.drawn
        },
        **arrays,
    )


# Blocks of a volume that is not yet full, as files: so that they outlive the process.


def save_blocks(blocks: Sequence[Block], folder: Path) -> None:
    """Write consecutive blocks as one file of plain arrays, whole or not at all."""
    block = joined(blocks)
    path = folder / f"runs-{block.first:010}.npz"
    arrays = {name: getattr(block, name) for name in ARRAYS}
    drawn = np.stack([*block.drawn.values()]) if block.drawn else np.empty((0, block.runs))
    reasons = json.dumps(block.reasons)
    with written_whole(path) as draft, draft.open("wb") as file:
        np.savez(file, first=block.first, drawn=drawn, reasons=reasons, **arrays)


def load_blocks(folder: Path, like: Block) -> list[Block]:
    """The blocks that are there, in the order of their runs; a damaged file is a ResultsError.

    ``like`` is a block of the same scenario, which gives the names of the rows.
    """
    return [_load_block(path, like) for path in _saved(folder)]


def _load_block(path: Path, like: Block) -> Block:
    try:
        # Opened here: of a damaged file NumPy would leave it open.
        with path.open("rb") as file, np.load(file) as held:
            return replace(
                like,
                first=int(held["first"]),
                drawn=dict(zip(like.drawn, held["drawn"], strict=True)),
                reasons={int(run): why for run, why in json.loads(str(held["reasons"])).items()},
                **{name: held[name] for name in ARRAYS},
            )
    except Exception as error:  # the libraries raise nearly any for a damaged file
        raise ResultsError(
            f"{path}: damaged ({' '.join(str(error).split())}); "
            f"start the run over with {option('--restart')}"
        ) from None


def remove_blocks(folder: Path) -> None:
    """Remove the files of blocks: their runs have found their place."""
    for path in _saved(folder):
        path.unlink()


def _saved(folder: Path) -> list[Path]:
    return sorted(folder.glob("runs-*.npz"))
