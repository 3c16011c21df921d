"""Tit for tat: an actor answers in kind what the other did to it in the round before.

Source
------
Axelrod, The Evolution of Cooperation (1984), for the strategy; Goldstein and Freeman, Three-Way
Street: Strategic Reciprocity in World Politics (1990), for states that react to one another in
kind (neither checked). Which lever is in kind is our reading: the open one, of the same track,
whose friendliness is nearest to that of what the other did.

Published check
---------------
None exists for this model.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Ints
from sim.theories.protocol import View
from sim.theories.quantal import quantal


def tit_for_tat(view: View) -> Ints:
    """Answer in kind; where nothing was done that took effect, do as by the built-in theory."""
    friendly = view.around.friendliness
    before = view.around.acts(view.target, view.actor, view.track)
    met = np.array([friendly[lever] for lever in before.levers])[before.picked]
    own = np.array([friendly[lever] for lever in view.levers])
    apart = np.where(view.open, np.abs(own[:, None] - met), np.inf)
    in_kind = apart.argmin(axis=0)
    answers = before.accepted & view.open.any(axis=0)
    return np.where(answers, in_kind, quantal(view))
