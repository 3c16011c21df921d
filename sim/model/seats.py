"""Who sits in the seats: the one interface of people and computed actors.

A computed actor leaves its picks and answers to the text (``docs/model.md``, section 6.5); a
person, or a script, gives a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.errors import Fault, Place, ScenarioError
from sim.model.choice import PASS
from sim.scenario.cameo import Track

if TYPE_CHECKING:
    from sim.model.world import World


@dataclass(frozen=True)
class View:
    """What an actor sees when it turns to one other actor.

    Attributes
    ----------
    round : int
    direction : int
        The ordered pair (actor, target), by its number.
    track : {"words", "deeds"}
        Whether it is to pick a word or a deed.
    levers : tuple of str
        Its levers of that track toward the target.
    open : Bools, shape (levers, runs)
        Which of them it may pull now.
    worth : Floats, shape (levers, runs)
        Expected value of each: chance of consent times value, less cost.
    weight : Floats, shape (levers + 1, runs)
        Weight of letting the round pass, then of each lever.
    draw : Floats, shape (runs,)
        A uniform number for a decision that is left to chance.
    """

    round: int
    direction: int
    track: Track
    levers: tuple[str, ...]
    open: Bools
    worth: Floats
    weight: Floats
    draw: Floats


Decision = Callable[[View], Ints]
"""The one seam of computed actors and people: a view to a lever in each run.

Returns the number of the lever in ``view.levers``, or ``PASS``; shape ``(runs,)``.
"""


@dataclass(frozen=True)
class Proposal:
    """What an actor is asked by one other actor.

    Attributes
    ----------
    round : int
    direction : int
        The ordered pair (who asks, who is asked), by its number.
    track : {"words", "deeds"}
    asks : Bools, shape (runs,)
        Where a lever was picked that needs consent.
    chance : Floats, shape (runs,)
        Chance that a computed actor would agree; 0 where nothing was picked.
    draw : Floats, shape (runs,)
        A uniform number for an answer that is left to chance.
    """

    round: int
    direction: int
    track: Track
    asks: Bools
    chance: Floats
    draw: Floats


Answer = Callable[[Proposal], Bools]
"""The other half of the seam: a proposal to consent or refusal, shape ``(runs,)``.

It counts only where the proposal asks.
"""


def quantal(view: View) -> Ints:
    """Pick with probability proportional to weight, by one draw."""
    return by_chance(view.weight, view.draw)


def by_chance(weight: Floats, draw: Floats) -> Ints:
    """Pick levers with probability proportional to weight, by one draw each.

    ``weight``, shape ``(..., levers + 1, runs)``, is that of letting the round pass, then of each
    lever, 0 where there is none. Gives the number of the lever, or ``PASS``.
    """
    reached = np.moveaxis(weight, -2, 0).copy()
    for before, here in pairwise(reached):
        here += before
    total_weight = reached[-1]
    # A draw close to 1 times the whole may be rounded up to it; no lever is beyond that.
    limit = np.minimum(draw * total_weight, np.nextafter(total_weight, 0))
    return (reached <= limit).sum(axis=0, dtype=np.int16).astype(np.int64) + PASS


def weights_of_options(score: Floats, open_now: Bools) -> Floats:
    """Weights of passing and of each lever, ``(..., levers + 1, runs)``; the largest is 1.

    Both arrays have the shape ``(..., levers, runs)``.
    """
    levers, runs = score.shape[-2:]
    weight = np.empty((*score.shape[:-2], levers + 1, runs))
    weight[..., 0, :] = 0
    weight[..., 1:, :] = np.where(open_now, score, -np.inf)
    weight -= weight.max(axis=-2, keepdims=True)
    return np.exp(weight, out=weight)


class Actor(mesa.Agent):
    """A state. It turns to each other actor and decides by its rule, on a word and a deed.

    Attributes
    ----------
    decision : Decision
        How it decides: :func:`quantal` unless a person or a script takes the seat.
    consent : Answer or None
        How it answers proposals: by chance unless a person takes the seat.
    """

    model: World

    def __init__(self, model: World, number: int) -> None:
        super().__init__(model)
        table = model.compiled.table
        self.decision: Decision = quantal
        self.consent: Answer | None = None
        self.id = model.compiled.layout.actors[number]
        blocks = table.blocks
        self._partners = [(slot, b) for slot, b in blocks if table.actor[b.start] == number]
        self._asked = [slot for slot, b in blocks if table.target[b.start] == number]

    def propose(self) -> None:
        """Pick a word and a deed toward each other actor by one's own rule, where there is one."""
        if self.decision is quantal:
            return  # the text has picked
        for slot, block in self._partners:
            view = self.model.view(slot, block)
            pick = self._checked(self.decision(view), view)
            self.model.set_pick(slot, np.where(pick == PASS, PASS, pick + block.start))

    def _checked(self, pick: Any, view: View) -> Ints:
        """What a rule picked, one lever or ``PASS`` for each run; a fault where it may not."""
        runs, levers = view.draw.shape[0], len(view.levers)
        picked = np.asarray(pick)
        if picked.dtype.kind not in "iu" or picked.shape not in ((), (runs,)):
            found = f"{picked.dtype} of shape {picked.shape}"
            raise self._wrong(view, f"the rule returned {found}", f"return {runs} whole numbers")
        picked = np.broadcast_to(picked, (runs,))
        if not ((picked >= PASS) & (picked < levers)).all():
            odd = int(picked[(picked < PASS) | (picked >= levers)][0])
            remedy = f"return numbers from 0 to {levers - 1}, places in view.levers, or PASS (-1)"
            raise self._wrong(view, f"the rule picked lever number {odd} of {levers}", remedy)
        closed = (picked >= 0) & ~view.open[picked, np.arange(runs)]
        if closed.any():
            lever = view.levers[int(picked[closed][0])]
            remedy = "pick where view.open is true, or PASS (-1)"
            raise self._wrong(view, f"the rule picked '{lever}', which is not open", remedy)
        return picked

    def _wrong(self, view: View, problem: str, remedy: str) -> ScenarioError:
        toward = self.model.compiled.layout.directions[view.direction][1]
        place = Place("decisions", path=self.id)
        return ScenarioError(
            [Fault(place, f"in round {view.round} toward '{toward}' {problem}", remedy)]
        )

    def answer(self) -> None:
        """Agree to or refuse each proposal by one's own rule, where there is one."""
        if self.consent is None:
            return  # the text has answered
        for slot in self._asked:
            proposal = self.model.proposal(slot)
            own = self.consent(proposal)
            self.model.set_agreed(slot, np.where(proposal.asks, own, self.model.agreed[slot]))
