"""How actors decide: quantal response around usual frequencies, or a rule of one's own.

McKelvey and Palfrey (1995) for the choice rule, McFadden (1974) for the
constants that make ordinary times look like the data. Equations:
``docs/model.md``, section 6.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from scipy.special import logit

from sim.arrays import Bools, Floats, Ints
from sim.errors import Fault, Place, ScenarioError
from sim.model.candidates import CandidateTable, integers, total
from sim.model.draws import Drawn
from sim.model.theory import Theory
from sim.model.utility import Evaluation
from sim.scenario.cameo import Track
from sim.scenario.phrases import COMPONENTS

if TYPE_CHECKING:
    from sim.model.reference import Reference
    from sim.model.world import World

PASS = -1
"""The choice to let the round pass."""
_PLACES = 12
"""Moves whose worth is the same to so many places rank by name."""
_LEAST_IDLE = 1e-3
"""Floor of the usual frequency of passing, where drawn frequencies add up to 1 or more."""


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


@dataclass(frozen=True)
class Assessment:
    """What each candidate promises its actor.

    Attributes
    ----------
    agree : shape (candidates, runs)
        Chance that the target agrees; 1 where it is not asked.
    worth : shape (candidates, runs)
        Expected value to the actor.
    sentiment : shape (candidates, runs)
        Log-odds from how actor and target stand to one another, against ordinary times.
    heat : shape (candidates, runs)
        Log-odds from the heat of their quarrel, against ordinary times.
    trust : shape (candidates, runs or 1)
        Log-odds of agreeing from the target's trust in the actor, against ordinary times.
    review : shape (candidates, runs or 1)
        Log-odds from a new government's review of what is in force.
    score : shape (candidates, runs)
        Logarithm of its weight against letting the round pass.
    """

    agree: Floats
    worth: Floats
    sentiment: Floats
    heat: Floats
    trust: Floats
    review: Floats
    score: Floats


class Choice:
    """The choice and consent rules of a block of runs."""

    def __init__(self, table: CandidateTable, drawn: Drawn) -> None:
        self._table = table
        self.usual = drawn.stack(c.usual for c in table.rows)
        idle = np.ones_like(self.usual)
        for _, block in table.blocks:
            idle[block] = 1 - total(self.usual[block])
        self._log_odds = np.log(self.usual / np.maximum(idle, _LEAST_IDLE))
        certain = drawn.also("", np.full(1, 0.5))
        self.consent = certain.stack(c.consent for c in table.rows)
        self._asked = np.flatnonzero(table.asks)
        self._hostile = np.flatnonzero(table.conflictual)
        self._usual_consent = logit(self.consent[self._asked])
        self.usual_agreement = np.where(table.asks, self.consent, 1.0)

    def assess(
        self,
        found: Evaluation,
        theory: Theory,
        reference: Reference,
        *,
        sentiment: Floats,
        heat: Floats,
        trust: Floats | None,
        review: Bools | None,
    ) -> Assessment:
        """Chance of consent, expected value and score of every candidate.

        Against ordinary times: ``sentiment`` is affinity less tension of actor and target,
        ``(candidates, runs)``; ``heat`` the log-odds of conflict from the heat of each pair's
        quarrel; ``trust`` that of the target in the actor. ``review`` says where a new
        government reviews the candidate.
        """
        asked, hostile, pair = self._asked, self._hostile, self._table.pair
        friendliness = self._table.friendliness
        liking = sentiment * theory.sentiment * friendliness
        quarrel = np.zeros_like(liking)
        quarrel[hostile] = heat.take(pair[hostile], axis=0)
        stirred = theory.felt(found.worth[1, asked] - reference.answer[asked])
        agree = np.ones_like(found.worth[0])
        odds = self._usual_consent + stirred + liking[asked] * np.sign(friendliness[asked])
        believed = reviewed = np.zeros((len(agree), 1))
        if trust is not None:
            believed = theory.credence * trust
            odds += believed[asked]
        agree[asked] = 0.5 + 0.5 * np.tanh(odds / 2)  # as by `expit`, in a fifth of the time
        worth = self.worth(agree, found, theory)
        score = self._log_odds + theory.felt(worth - reference.proposal) + liking + quarrel
        if review is not None:
            reviewed = np.log(theory.review) * review
            score += reviewed
        return Assessment(agree, worth, liking, quarrel, believed, reviewed, score)

    def worth(self, agree: Floats, found: Evaluation, theory: Theory) -> Floats:
        """Expected value of each candidate to its actor, with its cost."""
        # A move that would hurt is no better for the chance that it is refused.
        worth = agree * found.worth[0]
        np.minimum(worth, found.worth[0], out=worth)
        actor = self._table.actor
        cost = theory.burden * found.slope.take(actor, axis=0)
        cost *= found.weights[actor, COMPONENTS.index("support")]
        worth += cost
        return worth


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
        How it decides: :func:`sim.model.choice.quantal` unless a person or a
        script takes the seat.
    consent : Answer or None
        How it answers proposals: by chance unless a person takes the seat.
    """

    model: World

    def __init__(
        self, model: World, number: int, decision: Decision, consent: Answer | None = None
    ) -> None:
        super().__init__(model)
        layout, table = model.compiled.layout, model.compiled.table
        self.decision, self.consent = decision, consent
        self.id = layout.actors[number]
        self._attention = model.compiled.description.actors[self.id].attention
        self._partners = [(w, b) for w, b in table.blocks if table.actor[b.start] == number]
        self._ways, self._levers = integers([w for w, _ in self._partners]), self._padded()
        self._real = (self._levers >= 0)[..., None]
        self._asked = integers([w for w, b in table.blocks if table.target[b.start] == number])
        self._choice_streams = [model.compiled.slot_names[w] for w in self._ways]
        self._consent_streams = [model.compiled.slot_names[w] for w in self._asked]

    def _padded(self) -> Ints:
        """Numbers of the candidates of each partner, a line each, filled up with -1."""
        most = max((block.stop - block.start for _, block in self._partners), default=0)
        numbers = np.full((len(self._partners), most), -1)
        for line, (_, block) in zip(numbers, self._partners, strict=True):
            line[: block.stop - block.start] = np.arange(block.start, block.stop)
        return numbers

    def propose(self) -> None:
        """Pick a word and a deed toward each other actor, or let either pass."""
        world = self.model
        if self.decision is quantal and self._partners:
            world.pick[self._ways] = self._by_chance()
        else:
            for way, block in self._partners:
                view = world.view(way, block)
                pick = self._checked(self.decision(view), view)
                world.pick[way] = np.where(pick == PASS, PASS, pick + block.start)
        if self._attention is not None and self._attention < len(self._partners):
            self._keep_most_valued(self._attention)

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

    def _by_chance(self) -> Ints:
        """Decide by quantal response toward all partners at a time."""
        world, levers = self.model, self._levers
        weight = weights_of_options(
            world.assessment.score.take(levers, axis=0),
            world.open.take(levers, axis=0) & self._real,
        )
        pick = by_chance(weight, world.streams.uniforms("choice", self._choice_streams, world.now))
        return np.where(pick == PASS, PASS, pick + levers[:, :1])

    def _keep_most_valued(self, attention: int) -> None:
        world, ways = self.model, self._ways
        pick = world.pick[ways]
        # What is worth the same must not be told apart by the last bit of a sum.
        worth = np.round(world.of_picked(world.assessment.worth, pick, -np.inf), _PLACES)
        dropped = np.argsort(-worth, axis=0, kind="stable")[attention:]
        world.pick[ways[dropped], np.arange(world.runs)] = PASS

    def answer(self) -> None:
        """Agree to or refuse each proposal; a lever that asks nobody is agreed to."""
        world, ways = self.model, self._asked
        draws = world.streams.uniforms("consent", self._consent_streams, world.now)
        chance = world.of_picked(world.assessment.agree, world.pick[ways], 0.0)
        world.agreed[ways] = draws < chance
        if self.consent is None:
            return
        asks = world.asking(ways)
        for nth, way in enumerate(ways):
            direction, track = world.place(int(way))
            proposal = Proposal(world.now, direction, track, asks[nth], chance[nth], draws[nth])
            own = self.consent(proposal)
            world.agreed[way] = np.where(asks[nth], own, world.agreed[way])
