"""How well off each actor is in a state: the levels whose changes the engine values.

Equations: ``docs/model.md``, section 6.3. A candidate's value is the change of
these levels that it would bring, with what actors make of losses and of the
future; here are the levels as they stand.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.model.candidates import Sum, total
from sim.model.compiled import CompiledDescription
from sim.model.security import Leans
from sim.model.utility_components import Levels, ProsperityComponent
from sim.scenario.phrases import COMPONENTS

_POINTS = 100
"""Points of the index for one unit of weighed value, as section 6.5 counts it."""


class Welfare:
    """The five components of each actor's interest in a state, and what they weigh together.

    Parameters
    ----------
    compiled : CompiledDescription
        A scenario as index arrays.
    """

    def __init__(self, compiled: CompiledDescription) -> None:
        self._layout = layout = compiled.layout
        self._weights = compiled.utility.weights
        self._leans = Leans(layout)
        self._prosperity = ProsperityComponent(compiled.table)
        first, second = layout.pair_ends
        pairs, actors = np.arange(len(first)), len(layout.actors)
        self._ends = np.concatenate([first, second])
        self._by_actor = Sum(self._ends, actors)
        self._others = np.concatenate([second, first])
        self._pairs = np.tile(pairs, 2)

    def components(self, x: Floats, concentration: Floats) -> Floats:
        """Security, prosperity, issues, standing and support of every actor.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        concentration : shape (cols,)
            The coefficient, of these runs.

        Returns
        -------
        Floats, shape (actors, components, runs)
            In the order of :data:`sim.scenario.phrases.COMPONENTS`. Security is 0 or
            less (0: no dispute that could be lost), issues are 0 or less (0: all that
            matters is where it is wanted), standing is from -1 to 1, support from 0 to
            1; prosperity grows with ties.
        """
        layout = self._layout
        found = (
            self._security(x),
            self._prosperity.level(x, concentration),
            self._issues(x),
            self._standing(x),
            x[layout.rows("support")],
        )
        return np.stack(found, axis=1)

    def index(self, x: Floats, concentration: Floats, levels: Levels) -> Floats:
        """Own interest: the components by the actor's weights, in points.

        Support and prosperity count for less the more there is of them, as where acts
        are weighed: an act's value, without patience and loss aversion, is the change of
        this index that it brings.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        concentration : shape (cols,)
        levels : Levels
            Of ordinary times: :attr:`sim.model.world.World.levels`.

        Returns
        -------
        Floats, shape (actors, runs)
            Only its changes mean something: where it is 0 is a matter of how the
            components are counted.
        """
        counted = self.components(x, concentration)
        counts = {"support": levels.felt_support, "prosperity": levels.felt_prosperity}
        for name, felt in counts.items():
            place = COMPONENTS.index(name)
            counted[:, place] = felt(counted[:, place])
        weighed = self.weights(x) * counted
        found: Floats = _POINTS * total(weighed.swapaxes(0, 1))
        return found

    def weights(self, x: Floats) -> Floats:
        """What each actor cares for, summing to 1, shape ``(actors, components, runs)``."""
        return self._weights(x)

    def _security(self, x: Floats) -> Floats:
        balance = self._leans(x)
        odds = balance.side / balance.both_sides
        losing = np.concatenate([1 - odds, odds])
        return -self._by_actor(x[self._layout.rows("tension")][self._pairs] * losing)

    def _issues(self, x: Floats) -> Floats:
        layout = self._layout
        shape = (len(layout.actors), len(layout.issues), x.shape[1])
        if not layout.issues:
            return np.zeros((shape[0], shape[2]))
        wanted = x[layout.rows("position")].reshape(shape)
        salience = x[layout.rows("salience")].reshape(shape)
        far = salience * np.abs(x[layout.rows("issue")] - wanted) / 100
        return -total(far.swapaxes(0, 1))

    def _standing(self, x: Floats) -> Floats:
        power = x[self._layout.rows("power")]
        warm = x[self._layout.rows("affinity")][self._pairs] * power[self._others]
        return self._by_actor(warm) / (total(power) - power)
