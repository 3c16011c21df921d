"""Types of arrays, and of what is called while something long is under way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Progress = Callable[[int], None]
"""Called with the number of runs that are done."""
StageProgress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and out of how much."""


def of_stage(progress: StageProgress | None, title: str, total: int) -> Progress | None:
    """Progress of one stage of something longer."""
    return None if progress is None else lambda done: progress(title, done, total)
