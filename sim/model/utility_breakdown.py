"""What a proposal's worth, and an answer's, is made of."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.model.candidates import Table
from sim.model.utility import Look
from sim.scenario.phrases import COMPONENTS

PARTS = (*COMPONENTS, "regard", "reactions", "consent", "cost")
"""What a proposal's worth is made of: the five components, what the others gain and lose
by it, the reactions of third parties that are foreseen, the chance of a refusal, and what
it costs at home."""


def parts_of_worth(table: Table, look: Look, agree: Floats, worth: Floats) -> Floats:
    """Take the worth of each candidate apart, to its actor and to its target.

    Parameters
    ----------
    table : Table
    look : Look
        With its parts by component.
    agree, worth : shape (candidates, runs)
        Chance of consent, and expected value to the actor.

    Returns
    -------
    array, shape (2, parts, candidates, runs)
        What speaks for proposing it, summing to ``worth``, and for agreeing to it,
        summing to ``look.worth[1]``; in hundredths of weighted value.
    """
    every = np.arange(len(table))
    found = np.zeros((2, len(PARTS), *worth.shape))
    for side, who in enumerate((table.actor, table.target)):
        own, care = look.value[every, who], look.care[side]
        for place, name in enumerate(COMPONENTS):
            found[side, place] = look.parts[name][every, who]
        found[side, 5] = care - own
        found[side, 6] = look.worth[side] - care
    gain = np.minimum(look.worth[0], agree * look.worth[0])
    found[0, 7] = gain - look.worth[0]
    found[0, 8] = worth - gain
    return 100 * found
