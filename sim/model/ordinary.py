"""Ordinary times: what the reference state makes of acts, quarrels and quantities.

Equations: ``docs/model.md``, sections 6.5 and 6.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import Sum, Table, integers
from sim.model.choice import Worth
from sim.model.layout import Layout
from sim.model.theory import Theory
from sim.model.utility import Look
from sim.model.utility_components import Levels
from sim.scenario.phrases import Kind

RESTING: tuple[Kind, ...] = ("affinity", "tension", "ties", "support")
"""Kinds of quantity that the acts of ordinary times leave where they are."""
TINY = np.finfo(float).tiny


class Single(NamedTuple):
    """What levers that are ``once`` are expected to bring in a round, as long as they are unused.

    Each entry is one lever's doing to one moving row: ``candidate`` and ``row`` of shape
    ``(entries,)``, ``change`` of shape ``(entries, runs)``. Candidate -1 is never used.
    """

    candidate: Ints
    row: Ints
    change: Floats


@dataclass(frozen=True)
class Ordinary:
    """What is usual, for the parameter values of each run.

    Attributes
    ----------
    answer, proposal : shape (candidates, runs)
        Worth of each candidate to its target, and to its actor.
    worn : shape (candidates, runs)
        How much of its effect each candidate has lost by usual use.
    change : shape (moving rows, runs)
        What usual acts, and what others make of them, bring in a round.
    single : Single
        The same of what can be done only once.
    sentiment : shape (candidates, runs)
        Affinity less tension of actor and target.
    balance, heat, tension : shape (pairs, runs)
        Pull of structural balance on each affinity; heat and tension of each pair.
    support, prosperity : shape (actors, runs)
    trust : shape (ordered pairs, runs)
        Share of promises that are kept.
    credence : shape (candidates, runs)
        The trust that weighs consent to each.
    """

    answer: Floats
    proposal: Floats
    worn: Floats
    change: Floats
    single: Single
    sentiment: Floats
    balance: Floats
    heat: Floats
    tension: Floats
    support: Floats
    prosperity: Floats
    trust: Floats
    credence: Floats

    @property
    def worth(self) -> Worth:
        """Worth of each candidate."""
        return Worth(self.answer, self.proposal)

    def levels(self, theory: Theory) -> Levels:
        """The levels of what counts for less the more there is of it."""
        return Levels(self.support, self.prosperity, theory.diminishing)


class Usual:
    """What usual acts bring about: index arrays made once for a stage."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table, self._layout = table, layout
        self._by_row = Sum(table.effect_row, layout.moving.stop)
        self._by_actor = Sum(table.actor, len(layout.actors))
        self._by_pair = Sum(table.pair, len(layout.pairs))
        resting = np.zeros((layout.moving.stop, 1))
        for kind in RESTING:
            resting[layout.rows(kind)] = 1
        self._resting = resting
        self.once = integers([k for k, c in enumerate(table.rows) if c.lever.once])
        single = np.isin(table.effect_candidate, self.once)
        self.single_effect = np.flatnonzero(single & (resting[table.effect_row, 0] > 0))

    def worn(self, use: Floats, theory: Theory) -> Floats:
        """How much of its effect a candidate has lost by that use, on average."""
        # What is never used is not worn, also where nothing recovers.
        renewed = np.maximum(1 - (1 - theory.recovery) * (1 - use), TINY)
        found: Floats = use * theory.wear / renewed
        return found

    def change(
        self,
        use: Floats,
        asked: Floats,
        look: Look,
        warmth: Floats,
        theory: Theory,
    ) -> Floats:
        """Expected change of each moving row in a round, where it rests; else 0.

        Parameters
        ----------
        asked : shape (candidates, runs)
            Expected proposals, agreed to or not: each has its cost.
        warmth : shape (pairs, runs)
            Expected change of each affinity from what others make of those uses.
        """
        layout = self._layout
        found = self._by_row(look.change * use.take(self._table.effect_candidate, axis=0))
        affinity, support = layout.rows("affinity"), layout.rows("support")
        found[affinity] += warmth
        found[support] -= self._by_actor(np.broadcast_to(theory.cost * asked, use.shape))
        found *= self._resting
        return found

    def conflict(self, use: Floats) -> Floats:
        """Expected heat that usual acts add to each pair's quarrel in a round."""
        return self._by_pair(use * heating(self._table))


def heating(table: Table) -> Floats:
    """Heat that each candidate adds where it takes effect, shape ``(candidates, 1)``."""
    found: Floats = np.where(table.conflictual[:, None], -table.friendliness, 0.0)
    return np.maximum(found, 0)
