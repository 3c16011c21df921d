"""Expected utility by challenges: rounds in which actors press one another until they agree.

Source
------
As for :mod:`sim.theories.challenge` and :mod:`sim.theories.offers`. Nobody but its author has
the model as he ran it. :data:`REPLICATION` follows Scholz, Calbert and Smith (2011);
:data:`DISSERTATION` follows Masad (2016). Only the last of these texts was read.

Published check
---------------
The means of nine rounds of the emissions case, printed with one decimal: the replication is
within 0.07 of each. Of the medians it has all but those of steps 2 and 9, as all replications
that we know. The dissertation prints one round: all of it is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.errors import Fault, Place, ScenarioError
from sim.theories.challenge import Outlook, Votes, outlook
from sim.theories.offers import COMPROMISE, CONFRONTATION, Choice, Offers, accepted, offers
from sim.theories.positions import Positions

T = TypeVar("T", np.float64, np.int64)


@dataclass(frozen=True)
class Rules:
    """One published way to fill in what the theory leaves open.

    Attributes
    ----------
    votes : Votes
        How third parties count.
    choice : Choice
        How an actor chooses among offers.
    contests : bool
        Whether a confrontation is a contest that the votes decide by chance, and only where
        both choose it; otherwise whoever expects less of it moves to the other's position.
    """

    votes: Votes
    choice: Choice
    contests: bool


REPLICATION = Rules(Votes("everything", bent=True), "by kind", contests=False)
"""Scholz, Calbert and Smith (2011): comes to the means that were published in 1994."""
DISSERTATION = Rules(Votes("contest"), "least change", contests=True)
"""Masad (2016): chances add up to 1, and contests are decided by them."""


def play(
    actors: Positions, rounds: int, rules: Rules = REPLICATION, draws: Floats | None = None
) -> list[Positions]:
    """Let actors challenge one another for some rounds.

    Parameters
    ----------
    actors : Positions
        At the start; its scale stays.
    rounds : int
    rules : Rules
    draws : Floats, shape (rounds, actors, ...), optional
        Uniform numbers below 1 that decide contests, that of the first of the two in the list;
        needed where the rules have contests.

    Returns
    -------
    list of Positions
        At the start and after each round.

    Raises
    ------
    ScenarioError
        Where draws are needed and there are none, or too few.
    """
    shape = (rounds, *actors.position.shape)
    if rules.contests and (draws is None or np.shape(draws) != shape):
        remedy = f"give an array of shape {shape}, of uniform numbers from 0 to 1"
        raise ScenarioError([Fault(Place("draws"), "contests need a draw each", remedy)])
    found = [actors]
    for now in range(rounds):
        here = found[-1]
        seen = outlook(here, rules.votes)
        made = offers(here, seen, contests=rules.contests)
        sender = accepted(here, seen, made, rules.choice)
        if rules.contests:
            assert draws is not None  # which was checked
            position = _fought_over(here, seen, made, sender, draws[now])
        else:
            position = np.where(sender >= 0, _of(made.position, sender), here.position)
        found.append(here.moved(position))
    return found


def _of(by_sender: NDArray[T], sender: Ints) -> NDArray[T]:
    """Of numbers by actor and sender, those of the sender that each actor has chosen."""
    return np.take_along_axis(by_sender, np.maximum(sender, 0)[:, None], axis=1)[:, 0]


def _fought_over(
    actors: Positions, seen: Outlook, made: Offers, sender: Ints, draw: Floats
) -> Floats:
    """Where actors stand once those who give way have moved and contests are decided.

    Whoever has an own offer accepted by somebody who gives way stays, and fights nobody.
    """
    number = np.arange(len(actors.names)).reshape(-1, *(1,) * (sender.ndim - 1))
    kind = np.where(sender >= 0, _of(made.kind, sender), 0)
    gives_way = kind >= COMPROMISE
    courted = ((sender[:, None] == number[None]) & gives_way[:, None]).any(axis=0)
    moves = gives_way & ~courted
    position = np.where(moves, _of(made.position, sender), actors.position)
    ready = (kind == CONFRONTATION) & ~courted
    other = np.maximum(sender, 0)
    meet = ready & np.take_along_axis(ready, other, axis=0)
    meet &= np.take_along_axis(sender, other, axis=0) == number
    first = np.minimum(number, other)
    chance = np.where(number < other, _of(seen.chance, sender), 0)
    wins = np.take_along_axis(draw, first, axis=0) < np.take_along_axis(chance, first, axis=0)
    loses = meet & (wins != (number < other))
    return np.where(loses, np.take_along_axis(actors.position, other, axis=0), position)
