"""How likely acts were in each round: what a count of them would show in very many runs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.cameo import TRACKS, is_conflict
from sim.simulation.act_chances import chances


class Propensity:
    """Probability of any act, and of a conflictual one, by round and direction.

    Parameters
    ----------
    setting : CompiledScenario
        Of the worlds it is shown.

    Attributes
    ----------
    acts, conflict : list of arrays, shape (directions, runs)
        One entry for each round; an act counts if it takes effect.
    """

    parts = False

    def __init__(self, setting: CompiledScenario) -> None:
        self._table = setting.table
        self._directions = len(setting.layout.directions)
        quarrels = [is_conflict(c.lever) for c in setting.table.rows]
        self._quarrels = np.array(quarrels, dtype=bool)
        self.acts: list[npt.NDArray[np.float64]] = []
        self.conflict: list[npt.NDArray[np.float64]] = []

    def note(self, world: World) -> None:
        """Take down the probabilities of the round."""
        acts = np.zeros((self._directions, world.runs))
        conflict = np.zeros_like(acts)
        done = chances(world).done
        for slot, block in self._table.blocks:
            way, chance = slot // len(TRACKS), done[block]
            acts[way] += chance.sum(axis=0)
            conflict[way] += chance[self._quarrels[block]].sum(axis=0)
        self.acts.append(acts)
        self.conflict.append(conflict)
