"""Reaction functions: how friendly an actor is follows from how friendly both have been.

Source
------
Goldstein and Freeman, Three-Way Street: Strategic Reciprocity in World Politics (1990), and
"U.S.-Soviet-Chinese relations: routine, reciprocity, or rational expectations?", American Political
Science Review 85 (1991), pages 17-35 (abstract checked, the texts not): an actor's behaviour toward
another is a sum of its own of the time before (routine) and of the other's (reciprocity). Their
coefficients are of other times and other actors, and we have not seen them; those used here are
fitted to yearly counts of events of four great powers, 2002 to 2014 (``docs/theories.md``).

What is ours: tone is friendliness, from -1 to 1. An actor speaks and acts as often as in ordinary
times; what it picks has on average the tone that the function gives, and is else as usual. Whoever
did nothing in the round before had its usual tone. It does not matter what anything is worth. Of
all frequencies of that tone those nearest to the usual ones are taken by empirical likelihood
(Owen, "Empirical likelihood ratio confidence intervals for a single functional", Biometrika 75
(1988), pages 237-249; not checked), which needs no more than division.

Published check
---------------
None exists for this model. Tests check that picks have the tone that the function gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.arrays import Floats, Ints
from sim.theories.protocol import Track, View
from sim.theories.quantal import by_chance

FITTED: Mapping[Track, tuple[float, float]] = {"words": (0.64, 0.05), "deeds": (0.43, 0.08)}
"""Routine and reciprocity: standard errors by pair 0.09 and 0.12 for words, 0.09 and 0.16 for
deeds. Reciprocity is not told from 0."""
_STEPS = 40
_INSIDE = 0.02
"""How far within the range of its acts a tone is kept, as a share of that range."""


@dataclass(frozen=True)
class Reaction:
    """Choice by a reaction function.

    Attributes
    ----------
    coefficients : mapping of track to (routine, reciprocity)
        How much counts an actor's own tone of the round before, and the other's.
    """

    coefficients: Mapping[Track, tuple[float, float]] = field(default_factory=lambda: FITTED)

    def choose(self, view: View) -> Ints:
        """Pick an act of the tone that the function gives, as often as usual, by one draw."""
        around = view.around
        usual = np.where(view.open, around.usual(view.actor, view.target, view.track), 0)
        idle = np.maximum(1 - usual.sum(axis=0), 0)
        known = around.friendliness
        tone = np.array([known[lever] for lever in view.levers])
        often = tilted(usual, tone, self.tone(view))
        return by_chance(np.concatenate([idle[None], often]), view.draw)

    def tone(self, view: View) -> Floats:
        """How friendly the actor will be on average where it does anything, shape (runs,)."""
        routine, reciprocity = self.coefficients[view.track]
        usual, own = _tones(view, view.actor, view.target)
        their_usual, theirs = _tones(view, view.target, view.actor)
        return usual + routine * (own - usual) + reciprocity * (theirs - their_usual)


def _tones(view: View, by: str, toward: str) -> tuple[Floats, Floats]:
    """The usual tone of one toward the other, and that of its last round."""
    around, known = view.around, view.around.friendliness
    often = around.usual(by, toward, view.track)
    tone = np.array([known[lever] for lever in around.levers(by, toward, view.track)])
    usual = mean_tone(often, tone)
    acts = around.acts(by, toward, view.track)
    every = np.array([known[lever] for lever in acts.levers] or [0.0])
    return usual, np.where(acts.accepted, every[acts.picked], usual)


def mean_tone(often: Floats, tone: Floats) -> Floats:
    """The mean tone of acts, 0 where there are none; ``often`` has the shape (levers, runs)."""
    whole = often.sum(axis=0)
    found: Floats = (often * tone[:, None]).sum(axis=0) / np.where(whole > 0, whole, 1)
    return found


def tilted(often: Floats, tone: Floats, wanted: Floats) -> Floats:
    """Frequencies of the same sum whose mean tone is the one wanted, as near as acts allow.

    Each is divided by ``1 + pull (tone - wanted)``; the pull is found by halving.
    """
    used, tones = often > 0, tone[:, None]
    least = np.where(used, tones, np.inf).min(axis=0, initial=1)
    most = np.where(used, tones, -np.inf).max(axis=0, initial=-1)
    room = _INSIDE * (most - least)
    some = room > 0
    aim = np.where(some, np.minimum(np.maximum(wanted, least + room), most - room), 0)
    far = np.where(used & some, tones - aim, 0)
    low = -1 / np.where(some, most - aim, 1)
    high = 1 / np.where(some, aim - least, 1)
    for _ in range(_STEPS):
        pull = (low + high) / 2
        above = (often * far / (1 + pull * far)).sum(axis=0) > 0
        low, high = np.where(above, pull, low), np.where(above, high, pull)
    found: Floats = often / (1 + (low + high) / 2 * far)
    whole = found.sum(axis=0)
    return found * (often.sum(axis=0) / np.where(whole > 0, whole, 1))
