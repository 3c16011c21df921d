"""Quantal response with look-ahead: an actor also counts what its move would lead the others to do.

Source
------
McKelvey and Palfrey, "Quantal response equilibria for extensive form games", Experimental
Economics 1 (1998), pages 9-41, for players who look ahead at others who choose by quantal
response (not checked). Looking only so many moves ahead, and no further, is usual in programs that
play (Shannon, "Programming a computer for playing chess", Philosophical Magazine 41 (1950), pages
256-275; not checked). Which moves are looked at is ours:

1. what the move itself brings, as in the built-in theory: with one move it is that theory;
2. what all others then do toward the actor, by the built-in theory, in the state that the move
   would leave, each with the chance that they do it and that the actor agrees;
3. what the actor itself would then do toward all others.

A later move counts in full. Of the others' moves the third step takes one sample in each run, by
the same draws for each of the actor's own moves, so that these are compared on the same luck.

Published check
---------------
None exists for this model. Tests check that one move is the built-in theory, and two moves against
a count by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.theories.protocol import Act, Case, Supposed, Track, View
from sim.theories.quantal import by_chance

TRACKS: tuple[Track, ...] = ("words", "deeds")


@dataclass(frozen=True)
class LookAhead:
    """Quantal response of an actor that looks some moves ahead.

    Attributes
    ----------
    moves : {1, 2, 3}
        How many moves it looks ahead, its own among them.
    """

    moves: Literal[1, 2, 3] = 2

    def choose(self, view: View) -> Ints:
        """Pick with probability proportional to weight, by one draw."""
        if self.moves == 1 or not view.open.any():
            return by_chance(view.weight, view.draw)
        more = view.chance * self.gain(view)
        return by_chance(view.around.weights(view.open, more), view.draw)

    def gain(self, view: View) -> Floats:
        """What each lever leads to if it takes effect, against passing, shape (levers, runs)."""
        first: list[dict[Act, bool]] = [{}]
        first += [{(view.actor, view.target, lever): True} for lever in view.levers]
        here = np.concatenate([view.open.any(axis=0, keepdims=True), view.open])
        others = [actor for actor in view.around.actors if actor != view.actor]
        toward = [(other, view.actor) for other in others]
        after = view.around.supposing([Case([act]) for act in first], toward, here=here)
        found = _replies(after, toward)
        if self.moves == 3:
            own = [(view.actor, other) for other in others]
            cases = _with_replies(view, after, first, toward)
            found += _follow_up(view.around.supposing(cases, own, here=here), own)
        gain: Floats = np.where(view.open, found[1:] - found[0], 0)
        return gain


def chances(seen: Supposed, way: tuple[str, str], track: Track) -> Floats:
    """Chances of passing and of each lever by the built-in theory, (cases, levers + 1, runs)."""
    weight = seen.weight(*way, track)
    found: Floats = weight / weight.sum(axis=1, keepdims=True)
    return found


def _replies(seen: Supposed, toward: Sequence[tuple[str, str]]) -> Floats:
    """What is expected of what others do to the actor, shape (cases, runs)."""
    found: Floats = np.zeros(())
    for way in toward:
        for track in TRACKS:
            likely = chances(seen, way, track)[:, 1:] * seen.chance(*way, track)
            found = found + (likely * seen.worth(*way, track, to=way[1])).sum(axis=1)
    return found


def _with_replies(
    view: View,
    seen: Supposed,
    first: Sequence[dict[Act, bool]],
    toward: Sequence[tuple[str, str]],
) -> list[Case]:
    """Each first move, then a sample of what the others do to the actor."""
    replies: list[dict[Act, Bools | bool]] = [{} for _ in first]
    for way in toward:
        for track in TRACKS:
            name = f"{way[0]} {track}"
            picked = by_chance(seen.weight(*way, track), view.around.uniform(name))
            agreed = view.around.uniform(f"{name} agreed") < seen.chance(*way, track)
            for number, lever in enumerate(seen.levers(*way, track)):
                for case, reply in enumerate(replies):
                    done = (picked[case] == number) & agreed[case, number]
                    if done.any():
                        reply[*way, lever] = done
    return [Case([one, other]) for one, other in zip(first, replies, strict=True)]


def _follow_up(seen: Supposed, own: Sequence[tuple[str, str]]) -> Floats:
    """What is expected of what the actor itself would then do, shape (cases, runs)."""
    found: Floats = np.zeros(())
    for way in own:
        for track in TRACKS:
            likely = chances(seen, way, track)[:, 1:]
            found = found + (likely * seen.expected(*way, track)).sum(axis=1)
    return found
