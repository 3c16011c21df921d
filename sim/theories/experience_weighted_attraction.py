"""Experience-weighted attraction: an actor learns which of its levers have served it.

Source
------
Camerer and Ho, "Experience-weighted attraction learning in normal form games", Econometrica 67
(1999), pages 827-874 (abstract checked, and its rule in two programs that state it; the text not).
Each lever, and letting the round pass, has an *attraction*. What was done counts by what came of
it, what was not done by what it would have brought, times ``delta``; the past fades by ``phi``, and
counts by how much there is of it, which fades by ``rho``. Without ``delta`` and ``rho`` this is
choice reinforcement, with ``delta`` 1 and ``rho`` equal to ``phi`` it is weighted fictitious play.

What is ours: attractions stand where worth stands in the built-in theory's quantal response, so
that habits and moods count as they do there; at the start they are that worth. An act brings what
it is worth to its actor where it takes effect, what it costs where it is refused, and beside that
what the other did in the same round. ``delta`` is near the authors' estimates (about 0.5, while
``phi`` is about 1, and ``rho`` from 0 to it); ``phi`` and ``rho`` are set to 0.9, by judgement.

Published check
---------------
The two special cases, which the authors prove: tests compare them with both theories written out.
No published check exists for this model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.theories.protocol import PASS, Case, Track, View
from sim.theories.quantal import by_chance

TRACKS: tuple[Track, ...] = ("words", "deeds")


@dataclass(frozen=True)
class ExperienceWeightedAttraction:
    """Learning by attractions.

    Attributes
    ----------
    phi : float, 0 to 1
        What is left of past attractions after a round.
    delta : float, 0 to 1
        How much counts what was not done.
    rho : float, 0 to phi
        What is left of the weight of past experience after a round.
    """

    phi: float = 0.9
    delta: float = 0.5
    rho: float = 0.9

    def choose(self, view: View) -> Ints:
        """Pick with probability proportional to weight, by one draw."""
        memory, key = view.around.memory, f"{view.target} {view.track}"
        attraction = memory.get(f"{key} attraction")
        if attraction is None:
            attraction = np.concatenate([np.zeros((1, view.worth.shape[1])), view.worth])
            memory[f"{key} experience"] = np.ones(view.worth.shape[1])
        else:
            payoff, chosen = _what_came(view, key)
            attraction, memory[f"{key} experience"] = self.learned(
                attraction, memory[f"{key} experience"], payoff, chosen
            )
        memory[f"{key} attraction"] = attraction
        _keep(view, key)
        more = attraction[1:] - attraction[0] - view.worth
        return by_chance(view.around.weights(view.open, more), view.draw)

    def learned(
        self, attraction: Floats, experience: Floats, payoff: Floats, chosen: Bools
    ) -> tuple[Floats, Floats]:
        """Attractions and experience after one more round.

        Parameters
        ----------
        attraction : Floats, shape (options, ...)
        experience : Floats, shape (...)
            The weight of the past, in rounds.
        payoff : Floats, shape (options, ...)
            What each option brought, or would have brought.
        chosen : Bools, shape (options, ...)
        """
        counts = np.where(chosen, 1.0, self.delta)
        after = self.rho * experience + 1
        return (self.phi * experience * attraction + counts * payoff) / after, after


def _keep(view: View, key: str) -> None:
    """Keep what each act would bring in this round, to be told next round what came of it."""
    own, back = (view.actor, view.target), (view.target, view.actor)
    seen = view.around.supposing([Case()], [own, back])
    worth = seen.worth(*own, view.track, to=view.actor)[0]
    cost = view.worth - np.minimum(worth, view.chance * worth)
    memory = view.around.memory
    memory[f"{key} expected"], memory[f"{key} refused"] = view.worth.copy(), cost
    memory[f"{key} taken"] = worth + cost
    for track in TRACKS:
        memory[f"{key} met {track}"] = seen.worth(*back, track, to=view.actor)[0]


def _what_came(view: View, key: str) -> tuple[Floats, Bools]:
    """What passing and each lever brought in the round before, or would have, and what was done."""
    memory, runs = view.around.memory, view.worth.shape[1]
    own = view.around.acts(view.actor, view.target, view.track)
    place = places(own.levers, view.levers)[own.picked]
    place = np.where(own.picked == PASS, PASS, place)
    done = np.arange(len(view.levers))[:, None] == place
    came = np.where(own.accepted, memory[f"{key} taken"], memory[f"{key} refused"])
    payoff = np.where(done, came, memory[f"{key} expected"])
    met = np.zeros(runs)
    for track in TRACKS:
        acts = view.around.acts(view.target, view.actor, track)
        levers = view.around.levers(view.target, view.actor, track)
        at = places(acts.levers, levers)[acts.picked]
        for number in range(len(levers)):
            here = acts.accepted & (at == number)
            met += np.where(here, memory[f"{key} met {track}"][number], 0)
    chosen = np.concatenate([(place == PASS)[None], done])
    return np.concatenate([np.zeros((1, runs)), payoff]) + met, chosen


def places(every: tuple[str, ...], levers: tuple[str, ...]) -> Ints:
    """The place of each lever among some; ``PASS`` where it is none of them."""
    found: Any = [levers.index(one) if one in levers else PASS for one in every]
    return np.array(found or [PASS])
