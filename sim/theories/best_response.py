"""Best response: the open lever that is worth most, or none where none is worth anything.

Source
------
Nash, "Non-cooperative games", Annals of Mathematics 54 (1951), pages 286-295, for the notion
(not checked). It is the limit of quantal response (McKelvey and Palfrey, "Quantal response
equilibria for normal form games", Games and Economic Behavior 10 (1995), pages 6-38; not checked)
for an actor that makes no mistakes, if there are no habits: usual frequencies do not count here.

Published check
---------------
None exists for this model.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Ints
from sim.theories.protocol import PASS, View


def best_response(view: View) -> Ints:
    """Pick the open lever of the greatest worth above 0, the first of those that tie."""
    worth = np.where(view.open, view.worth, -np.inf)
    best = worth.argmax(axis=0)
    return np.where(worth.max(axis=0) > 0, best, PASS)
