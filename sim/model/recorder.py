"""What a block of runs leaves behind, round by round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.beliefs import TOLD
from sim.model.quantiles import uncertain
from sim.model.vectors import Bytes, Field, Flat, Shorts, Singles
from sim.scenario.cameo import TRACKS
from sim.scenario.lookup import instances, promises
from sim.theories.protocol import PASS

if TYPE_CHECKING:
    from sim.model.compiled import CompiledScenario

Array = npt.NDArray[Any]


class Recorder:
    """Records of a block, runs last.

    Attributes
    ----------
    state : float32, shape (rounds + 1, recorded rows, runs)
    choice : int16, shape (rounds + 1, directions, tracks, runs)
        Number of the lever among the scenario's levers in alphabetical order,
        ``PASS`` where the round was let pass; round 0 is the start.
    accepted : bool, shape (rounds + 1, directions, tracks, runs)
    happened : bool, shape (rounds + 1, events, runs)
    status : int8, shape (rounds + 1, arrangements, runs)
        At the end of the round: 0 none, 1 in force, 2 suspended.
    promised : int8, shape (rounds + 1, promises, runs)
        0 nothing open, 1 open, 2 overdue; in this round 3 kept, 4 delivered late, 5 broken.
    watched : int16, shape (watches, runs)
        First round in which it was the case, -1 for never.
    stopped, failed : int16, shape (runs,)
        Round in which the run stopped or failed, -1 for neither.
    belief : float32, shape (rounds + 1, 4 x beliefs, runs)
        Of each belief its mean, the ends of its interval of 80 %, and the true number.
    interest : float64, shape (rounds + 1, actors, runs)
        Each actor's own interest, in points; without rounds where it is not kept.
    """

    def __init__(
        self, compiled: CompiledScenario, width: int, own: slice, *, interests: bool = False
    ) -> None:
        described, layout = compiled.description, compiled.layout
        lines = described.calendar.rounds + 1
        self._compiled, self._own = compiled, own
        moves = (lines, len(layout.directions), len(TRACKS), width)
        # Of rounds that are not played nothing is known.
        self.whole: dict[str, Array] = {
            "state": np.full((lines, len(compiled.recorded), width), np.nan, np.float32),
            "choice": np.full(moves, PASS, np.int16),
            "accepted": np.zeros(moves, np.int8),
            "happened": np.zeros((lines, len(compiled.events.names), width), np.int8),
            "status": np.zeros((lines, len(instances(described)), width), np.int8),
            "promised": np.zeros((lines, len(promises(described)), width), np.int8),
            "watched": np.full((len(compiled.watches.names), width), -1, np.int16),
            "stopped": np.full(width, -1, np.int16),
            "failed": np.full(width, -1, np.int16),
            "failed_row": np.full(width, -1.0),
            "failed_value": np.zeros(width),
            "drawn": np.zeros((len(uncertain(compiled.source)), width)),
            "belief": np.full((lines, TOLD * len(described.beliefs), width), np.nan, np.float32),
            "interest": np.full((lines if interests else 0, len(layout.actors), width), np.nan),
        }

    def __getattr__(self, name: str) -> Array:
        whole = self.__dict__.get("whole", {})
        if name not in whole:
            raise AttributeError(name)
        found: Array = whole[name][..., self._own]
        return found.view(bool) if name in ("accepted", "happened") else found

    @property
    def outside(self) -> dict[str, Field]:
        """The same as tables that sections write."""
        kinds = {np.float32: Singles, np.int16: Shorts, np.int8: Bytes, np.float64: Flat}
        return {
            f"record_{name}": kinds[array.dtype.type](array) for name, array in self.whole.items()
        }

    @property
    def reasons(self) -> dict[int, str]:
        """Why runs failed, by their place in the block."""
        phrases = self._compiled.layout.phrases
        return {
            run: f"{phrases[int(self.failed_row[run])]} became {self.failed_value[run]} "
            f"in round {self.failed[run]}"
            for run in np.flatnonzero(self.failed >= 0).tolist()
        }
