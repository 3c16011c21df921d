"""Fictitious play: an actor expects the other to do what it has done so far, as often as it did.

Source
------
Brown, "Iterative solution of games by fictitious play", in Koopmans (ed.), Activity Analysis of
Production and Allocation (1951), pages 374-376; Fudenberg and Levine, The Theory of Learning in
Games (1998), chapter 4, for choice that is smooth; Cheung and Friedman, "Individual learning in
normal form games", Games and Economic Behavior 19 (1997), pages 46-76, for a past that fades (none
checked). What is ours: before anything is seen the other is expected to act as in ordinary times,
which counts as much as ``prior`` rounds; a lever is worth what it would be worth in the states that
the other's acts would leave, each weighed by how often it is expected, and agreed to by oneself.

Published check
---------------
Frequencies come to the equilibrium of a game of pure conflict (Robinson, "An iterative method of
solving a game", Annals of Mathematics 54 (1951), pages 296-301), and not in Shapley's game ("Some
topics in two-person games", Annals of Mathematics Studies 52 (1964), pages 1-28; neither checked):
tests play both. No published check exists for this model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.theories.experience_weighted_attraction import TRACKS, places
from sim.theories.protocol import PASS, Act, Case, Track, View
from sim.theories.quantal import by_chance


@dataclass(frozen=True)
class FictitiousPlay:
    """Choice by the frequencies of what the other did.

    Attributes
    ----------
    smooth : bool
        Whether levers are picked by quantal response; else the best is, as Brown has it.
    fading : float, 0 to 1
        What is left after a round of how much an act counts; 1 for Brown's.
    prior : float, above 0
        How many rounds of ordinary times count beside what was seen.
    """

    smooth: bool = True
    fading: float = 1.0
    prior: float = 1.0

    def choose(self, view: View) -> Ints:
        """Pick by what levers are worth given what is expected of the other."""
        if not view.open.any():
            return np.full(view.open.shape[1], PASS)
        more = self.gain(view)
        if self.smooth:
            return by_chance(view.around.weights(view.open, more), view.draw)
        worth = np.where(view.open, view.worth + more, -np.inf)
        return np.where(worth.max(axis=0) > 0, worth.argmax(axis=0), PASS)

    def gain(self, view: View) -> Floats:
        """What each lever is worth more for what is expected of the other, (levers, runs).

        Of words and deeds it is found at once, when the first of them is asked for.
        """
        memory, key = view.around.memory, f"{view.target} gain"
        if (memory.get(f"{key} found", np.zeros(1)) == view.round).all():
            return memory[f"{key} {view.track}"]
        own, back = (view.actor, view.target), (view.target, view.actor)
        acts: list[dict[Act, bool]] = [{}]
        expected = []
        for track in TRACKS:
            acts += [{(*back, lever): True} for lever in view.around.levers(*back, track)]
            expected.append(self.frequencies(view, track)[1:])
        seen = view.around.supposing([Case([act]) for act in acts], [own, back])
        agreed = [seen.open(*back, track)[0] * seen.chance(*back, track)[0] for track in TRACKS]
        likely = np.concatenate(expected) * np.concatenate(agreed)
        for track in TRACKS:
            worth = seen.expected(*own, track)
            memory[f"{key} {track}"] = expectation(likely, worth[1:] - worth[0])
        memory[f"{key} found"] = np.full(view.open.shape[1], float(view.round))
        return memory[f"{key} {view.track}"]

    def frequencies(self, view: View, track: Track) -> Floats:
        """How often the other is expected to pass, and to propose each act, (levers + 1, runs)."""
        back = (view.target, view.actor)
        usual = view.around.usual(*back, track)
        idle = np.maximum(1 - usual.sum(axis=0), 0)
        counts = self.prior * np.concatenate([idle[None], usual])
        runs = np.arange(counts.shape[1])
        levers = view.around.levers(*back, track)
        weight = 1.0
        for ago in range(1, view.round):
            seen = view.around.acts(*back, track, ago)
            place = np.where(seen.picked >= 0, places(seen.levers, levers)[seen.picked], PASS)
            counts[place + 1, runs] += weight
            weight *= self.fading
        found: Floats = counts / counts.sum(axis=0)
        return found


def expectation(likely: Floats, worth: Floats) -> Floats:
    """What options are worth, by how likely each act of the other is.

    ``likely`` has the shape (acts, ...), ``worth`` (acts, options, ...).
    """
    found: Floats = (likely[:, None] * worth).sum(axis=0)
    return found
