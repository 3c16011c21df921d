"""Where a block of runs stands, kept so that they can go on from there again."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats
from sim.model.recorder import Array

Memories = dict[str, dict[str, Floats]]
"""By actor and name, what its theory keeps of each run: runs are the last axis."""


@dataclass
class Moment:
    """Where a block of runs stands: see :meth:`World.moment`.

    Attributes
    ----------
    now : int
    records : dict of name to array
    laid : dict of name to array
        What may be laid down from outside before the runs go on.
    memories : dict of actor to dict of name to array
        What theories keep.
    numbers : array, optional
        All numbers; copied only when the runs go on from there.
    """

    now: int
    records: dict[str, Array]
    laid: dict[str, Floats]
    memories: Memories
    numbers: Floats | None = None
