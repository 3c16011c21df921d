"""What comes of challenges: confrontation, compromise, capitulation, and which offer is taken.

Source
------
As for :mod:`sim.theories.challenge`. How an actor chooses among offers is the least specified
part of the theory; both published ways are here. Masad (2016): it takes the offer that asks for
the smallest change. Scholz, Calbert and Smith (2011), as two public replications of it have it:
confrontations come before compromises, compromises before capitulations; among compromises it
takes the one whose middle, weighted by what the two expect, is the lowest number. Of these
texts only Masad's was read.

Published check
---------------
Masad's table of the offers that are accepted in the emissions case. His text says that the offer
its sender expects most of wins a tie; his table has the first in the list of actors, which is
what is done here: with the text's rule two of nine entries would be others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import Floats, Ints
from sim.theories.challenge import Outlook
from sim.theories.positions import Positions

NOTHING, CONFRONTATION, COMPROMISE, CAPITULATION = 0, 1, 2, 3
"""What an offer asks: a contest; to move part of the way; to move all of it."""
KINDS = ("nothing", "confrontation", "compromise", "capitulation")
"""Names of the kinds, by number."""

Choice = Literal["least change", "by kind"]
"""How an actor chooses among offers: see the sources."""

_PLACES = 12
"""Decimals of a share of the scale to which changes are compared."""


@dataclass(frozen=True, eq=False)
class Offers:
    """What each actor is asked by each other.

    Attributes
    ----------
    kind : Ints, shape (actors, actors, ...)
        By who is asked and who asks.
    position : Floats, shape (actors, actors, ...)
        Where who is asked would stand, if it accepts or loses.
    """

    kind: Ints
    position: Floats


def offers(actors: Positions, seen: Outlook, *, contests: bool) -> Offers:
    """What each actor is asked, by what both expect as the one who is asked sees it.

    Parameters
    ----------
    actors : Positions
    seen : Outlook
    contests : bool
        With contests (Masad) only who expects a gain by its own risk exponent makes an offer,
        and a confrontation takes both. Without (Scholz and others) everybody is asked by all
        whom it believes to gain, and a confrontation is one that it loses, expecting less.
    """
    mine, theirs = seen.own, seen.other
    asks = theirs > 0
    if contests:
        asks &= mine.swapaxes(0, 1) > 0
    both = asks & (mine > 0) & (contests | (theirs > mine))
    pressed = asks & (mine < 0)
    kind = np.select(
        [both, pressed & (-mine < theirs), pressed],
        [CONFRONTATION, COMPROMISE, CAPITULATION],
        NOTHING,
    )
    share = np.divide(-mine, theirs, out=np.ones_like(mine), where=kind == COMPROMISE)
    here = np.broadcast_to(actors.position[:, None], mine.shape)
    return Offers(kind, here + (actors.position - here) * share)


def accepted(actors: Positions, seen: Outlook, made: Offers, choice: Choice) -> Ints:
    """Whose offer each actor takes, by number, shape (actors, ...); -1 where it has none."""
    change = np.abs(made.position - actors.position[:, None])
    rank = np.zeros(made.kind.shape)
    if choice == "by kind":
        rank = made.kind.astype(float)
        change = np.where(made.kind == COMPROMISE, _middle(actors, seen), change)
    scale = np.where(actors.span > 0, actors.span, 1)
    size = np.round(change / scale, _PLACES)
    none = made.kind == NOTHING
    first = rank == np.where(none, np.inf, rank).min(axis=1, keepdims=True)
    sender = np.argmin(np.where(none | ~first, np.inf, size), axis=1)
    return np.where(none.all(axis=1), -1, sender)


def _middle(actors: Positions, seen: Outlook) -> Floats:
    """Mean position of two, weighted by the size of what both expect."""
    mine, theirs = np.abs(seen.own), np.abs(seen.other)
    whole = mine + theirs
    sum_of_both = mine * actors.position[:, None] + theirs * actors.position
    return np.divide(sum_of_both, whole, out=np.zeros_like(whole), where=whole > 0)
