"""Quantal response: levers by chance, in proportion to weights that rise with their worth.

Source
------
McKelvey and Palfrey, "Quantal response equilibria for normal form games", Games and Economic
Behavior 10 (1995), pages 6-38 (not checked). The weights are the model's: ``docs/model.md``, 6.5.
It is the built-in theory, by which the compiled model decides by itself: this function is for
those who decide otherwise in part.

Published check
---------------
None exists for this model; ``docs/calibration.md`` says what its numbers were fitted to.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.arrays import Floats, Ints
from sim.theories.protocol import PASS, View


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
