"""The compromise model: the mean of what actors want, by what they would spend on it.

Source
------
Van den Bos, Dutch EC Policy Making: A Model-Guided Approach to Coordination and Negotiation
(1991), and Stokman and van Oosten in Bueno de Mesquita and Stokman (eds.), European Community
Decision Making (1994). Not checked against these texts.
Achen, "Institutional realism and bargaining models", in Thomson and others (eds.), The European
Union Decides (2006), is cited for coming close to the Nash bargaining solution where failing to
agree costs much more than any position (not checked; ``tests/theories/test_nash_bargaining.py``
shows it).

Published check
---------------
The mean at step 0 of the emissions case (Bueno de Mesquita 1994): 7.4 years.
"""

from __future__ import annotations

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError
from sim.theories.positions import Positions, total


def compromise(actors: Positions) -> Floats:
    """The mean position, weighted by power times salience.

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
    found: Floats = total(actors.weight * actors.position) / total(actors.weight)
    return found


def must_weigh(actors: Positions) -> None:
    """Check that in every run somebody has both power and salience."""
    if not (actors.weight.sum(axis=0) > 0).all():
        problem = "power times salience is 0 for every actor"
        remedy = "give one actor both a power and a salience above 0"
        raise ScenarioError([Fault(Place("positions", path="salience"), problem, remedy)])
