"""What a block of runs leaves behind, round by round."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.model.candidates import Bools, Ints
from sim.model.decide import PASS
from sim.model.setting import Setting
from sim.model.streams import Floats
from sim.scenario.cameo import TRACKS
from sim.scenario.instances import instances, promises

Small = npt.NDArray[np.int8]


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
    reasons : dict of run to str
        Why a run failed, by its place in the block.
    """

    def __init__(self, setting: Setting, runs: int, rounds: int) -> None:
        moves = (rounds + 1, len(setting.layout.directions), len(TRACKS), runs)
        self._rows = np.array(setting.recorded)
        # Of rounds that are not played nothing is known.
        self.state = np.full((rounds + 1, len(self._rows), runs), np.nan, np.float32)
        self.choice: npt.NDArray[np.int16] = np.full(moves, PASS, np.int16)
        self.accepted: Bools = np.zeros(moves, bool)
        self.happened: Bools = np.zeros((rounds + 1, len(setting.events.names), runs), bool)
        described = setting.description
        self.status, self.promised = (
            np.zeros((rounds + 1, len(found), runs), np.int8)
            for found in (instances(described), promises(described))
        )
        self.watched: npt.NDArray[np.int16] = np.full(
            (len(setting.watches.names), runs), -1, np.int16
        )
        self.stopped: npt.NDArray[np.int16] = np.full(runs, -1, np.int16)
        self.failed: npt.NDArray[np.int16] = np.full(runs, -1, np.int16)
        self.reasons: dict[int, str] = {}
        levers = sorted(setting.description.levers)
        numbers = [levers.index(c.name) for c in setting.table.rows]
        # The last entry serves PASS, which is -1.
        self._lever_of = np.array([*numbers, PASS], dtype=np.int16)

    def start(self, x: Floats, status: Small) -> None:
        """Record the state before the first round."""
        self.state[0], self.status[0] = x[self._rows], status

    def round(
        self,
        now: int,
        x: Floats,
        pick: Ints,
        agreed: Bools,
        happens: Bools,
        seen: Bools,
        status: Small,
        promised: Small,
    ) -> None:
        """Record the end of a round; ``pick`` holds numbers of candidates."""
        self.state[now], self.status[now] = x[self._rows], status
        self.promised[now] = promised
        self.choice[now] = self._lever_of[pick].reshape(self.choice.shape[1:])
        self.accepted[now] = agreed.reshape(self.accepted.shape[1:])
        self.happened[now] = happens
        first = seen & (self.watched < 0)
        self.watched[first] = now
