"""The median voter: the position that no other beats in a vote between the two.

Source
------
Black, "On the rationale of group decision-making", Journal of Political Economy 56 (1948),
pages 23-34: with one peak in everybody's preferences the median beats every other position.
Here a vote counts by power times salience, as in Bueno de Mesquita, "Political forecasting: an
expected utility method", in European Community Decision Making (1994). Scholz, Calbert and
Smith (2011) list both so; the texts themselves were not checked.

Published check
---------------
The median at step 0 of the emissions case (Bueno de Mesquita 1994): 7.0 years.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.theories.compromise import must_weigh
from sim.theories.positions import Positions

_ROUNDING = 1e-12
"""Sums that differ by less, as a share of the whole, are the same."""


def weighted_median(actors: Positions) -> Floats:
    """The position with half of the weight on either side.

    Where exactly half of the weight stands on either side of a gap, no position in it beats
    another: the middle of the gap is given.

    Parameters
    ----------
    actors : Positions

    Returns
    -------
    Floats, shape (...)
        In the unit of the issue.

    Raises
    ------
    ScenarioError
        Where nobody has any weight.
    """
    must_weigh(actors)
    order = np.argsort(actors.position, axis=0, kind="stable")
    position = np.take_along_axis(actors.position, order, axis=0)
    reached = np.take_along_axis(actors.weight, order, axis=0).cumsum(axis=0)
    half, slack = reached[-1] / 2, reached[-1] * _ROUNDING
    lower = np.take_along_axis(position, (reached < half - slack).sum(axis=0)[None], axis=0)[0]
    upper = np.take_along_axis(position, (reached <= half + slack).sum(axis=0)[None], axis=0)[0]
    found: Floats = (lower + upper) / 2
    return found
