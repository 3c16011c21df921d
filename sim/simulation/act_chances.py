"""How likely each act is in a round: the chances behind the choices that a world makes.

A covariance of counted acts is mostly chance in single choices; the chances that lay behind
them have the same expectation without that noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.model.choice import weights_of_options
from sim.model.world import World


class Chances(NamedTuple):
    """How likely each candidate is in one round, in every run.

    Attributes
    ----------
    proposed : shape (candidates, runs)
        That its actor picks it.
    agreed : shape (candidates, runs)
        That the target agrees if it is proposed; 1 where nobody is asked.
    """

    proposed: Floats
    agreed: Floats

    @property
    def done(self) -> Floats:
        """That it takes effect, shape ``(candidates, runs)``."""
        found: Floats = self.proposed * self.agreed
        return found


def chances(world: World) -> Chances:
    """The chances behind the choices of the round that a world has looked at last."""
    proposed = np.zeros((len(world.compiled.table), world.runs))
    for _, block in world.compiled.table.blocks:
        proposed[block] = options(world, block)[1:]
    return Chances(proposed, np.broadcast_to(world.assessment.agree, proposed.shape))


def options(world: World, block: slice) -> Floats:
    """Chance of passing and of each candidate of a block, shape ``(candidates + 1, runs)``."""
    weight = weights_of_options(world.assessment.score[block], world.open[block])
    found: Floats = weight / weight.sum(axis=0)
    return found
