"""How an actor decides: quantal response around usual frequencies.

McKelvey and Palfrey (1995) for the choice rule, McFadden (1974) for the
constants that make ordinary times look like the data. Equations:
``docs/model.md``, section 6.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import logit

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import Table, total
from sim.model.theory import Theory
from sim.model.uncertain import Drawn
from sim.model.utility import Look
from sim.scenario.cameo import Track
from sim.scenario.phrases import COMPONENTS

PASS = -1
"""The choice to let the round pass."""
LEAST_IDLE = 1e-3
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

    Parameters
    ----------
    weight : shape (..., levers + 1, runs)
        Of letting the round pass, then of each lever; 0 where there is none.
    draw : shape (..., runs)

    Returns
    -------
    Ints, shape (..., runs)
        Number of the lever, or ``PASS``.
    """
    reached = np.moveaxis(weight, -2, 0).copy()
    for before, here in pairwise(reached):
        here += before
    whole = reached[-1]
    # A draw close to 1 times the whole may be rounded up to it; no lever is beyond that.
    limit = np.minimum(draw * whole, np.nextafter(whole, 0))
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


@dataclass(frozen=True)
class Mood:
    """How actors and targets stand to one another.

    Attributes
    ----------
    sentiment : shape (candidates, runs)
        Affinity less tension of the two, against ordinary times.
    heat : shape (pairs, runs)
        Log-odds of conflict from the heat of the quarrel, against ordinary times.
    trust, review : shape (candidates, runs), optional
        Trust against ordinary times; whether a new government reviews the candidate.
    """

    sentiment: Floats
    heat: Floats
    trust: Floats | None = None
    review: Bools | None = None


@dataclass(frozen=True)
class Worth:
    """Worth of each candidate in ordinary times.

    Attributes
    ----------
    answer : shape (candidates, cols)
        To the target, if asked.
    proposal : shape (candidates, cols)
        To the actor, consent and cost reckoned in.
    """

    answer: Floats
    proposal: Floats


class Choice:
    """The choice and consent rules of a block of runs.

    Parameters
    ----------
    table : Table
    drawn : Drawn
    """

    def __init__(self, table: Table, drawn: Drawn) -> None:
        self._table = table
        self.usual = drawn.stack(c.usual for c in table.rows)
        idle = np.ones_like(self.usual)
        for _, block in table.blocks:
            idle[block] = 1 - total(self.usual[block])
        self._log_odds = np.log(self.usual / np.maximum(idle, LEAST_IDLE))
        certain = drawn.also("", np.full(1, 0.5))
        self.consent = certain.stack(c.consent for c in table.rows)
        self._asked = np.flatnonzero(table.asks)
        self._hostile = np.flatnonzero(table.conflictual)
        self._usual_consent = logit(self.consent[self._asked])
        self.usual_agreement = np.where(table.asks, self.consent, 1.0)

    def reference(self, look: Look, theory: Theory) -> Worth:
        """Worth at the reference state, where consent has its usual chance."""
        return Worth(
            answer=look.worth[1],
            proposal=self._worth(self.usual_agreement, look, theory),
        )

    def assess(self, look: Look, theory: Theory, ordinary: Worth, mood: Mood) -> Assessment:
        """Chance of consent, expected value and score of every candidate."""
        asked, hostile, pair = self._asked, self._hostile, self._table.pair
        sentiment = mood.sentiment * theory.sentiment * self._table.friendliness
        heat = np.zeros_like(sentiment)
        heat[hostile] = mood.heat.take(pair[hostile], axis=0)
        stirred = theory.felt(look.worth[1, asked] - ordinary.answer[asked])
        agree = np.ones_like(look.worth[0])
        kindness = sentiment[asked] * np.sign(self._table.friendliness[asked])
        odds = self._usual_consent + stirred + kindness
        trust = review = np.zeros((len(agree), 1))
        if mood.trust is not None:
            trust = theory.credence * mood.trust
            odds += trust[asked]
        agree[asked] = _logistic(odds)
        worth = self._worth(agree, look, theory)
        score = self._log_odds + theory.felt(worth - ordinary.proposal) + sentiment + heat
        if mood.review is not None:
            review = np.log(theory.review) * mood.review
            score += review
        return Assessment(agree, worth, sentiment, heat, trust, review, score)

    def _worth(self, agree: Floats, look: Look, theory: Theory) -> Floats:
        # A move that would hurt is no better for the chance that it is refused.
        worth = agree * look.worth[0]
        np.minimum(worth, look.worth[0], out=worth)
        actor = self._table.actor
        cost = theory.burden * look.slope.take(actor, axis=0)
        cost *= look.weights[actor, COMPONENTS.index("support")]
        worth += cost
        return worth


def weights_of_options(score: Floats, open_now: Bools) -> Floats:
    """Weights of passing and of each lever, scaled so that the largest is 1.

    Parameters
    ----------
    score, open_now : shape (..., levers, runs)

    Returns
    -------
    Floats, shape (..., levers + 1, runs)
    """
    levers, runs = score.shape[-2:]
    weight = np.empty((*score.shape[:-2], levers + 1, runs))
    weight[..., 0, :] = 0
    weight[..., 1:, :] = np.where(open_now, score, -np.inf)
    weight -= weight.max(axis=-2, keepdims=True)
    return np.exp(weight, out=weight)


def _logistic(odds: Floats) -> Floats:
    # As by `expit`, in a fifth of the time.
    return 0.5 + 0.5 * np.tanh(odds / 2)
