"""The Nash bargaining solution, between alternatives and on a line.

Source
------
Nash, "The bargaining problem", Econometrica 18 (1950), pages 155-162: of all that can be agreed,
the agreement with the largest product of gains over having no agreement (its example checked in
two reprints). With a weight as exponent of each gain it is the asymmetric solution (Kalai,
"Nonsymmetric Nash solutions and replications of 2-person bargaining", International Journal of
Game Theory 6 (1977), pages 129-133; not checked). On a line an actor loses by the square of its
distance, as in Achen (2006; not checked).

Published check
---------------
Nash's own example: Bill gives book, whip, ball and bat, Jack gives pen, toy and knife.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError
from sim.theories.compromise import must_weigh
from sim.theories.positions import Positions, total

_HALVINGS = 60
"""After so many an interval is as small as the precision of its ends."""


def best_agreement(worth: Floats, without: Floats, weight: Floats | None = None) -> int:
    """The alternative with the largest product of gains.

    Parameters
    ----------
    worth : Floats, shape (alternatives, actors)
        What each alternative is worth to each actor.
    without : Floats, shape (actors,)
        What having no agreement is worth to each.
    weight : Floats, shape (actors,), optional
        Bargaining weight of each, above 0; by default all have the same.

    Returns
    -------
    int
        Number of the alternative, the first of those with the same product; -1 where none is
        at least as good to everybody as no agreement.
    """
    gain: Floats = np.asarray(worth, float) - without
    weight = np.ones(gain.shape[1]) if weight is None else np.asarray(weight, float)
    allowed = np.all(gain >= 0, axis=1)
    if not allowed.any():
        return -1
    with np.errstate(divide="ignore"):
        product = np.log(np.where(allowed[:, None], gain, 0)) @ weight
    return int(np.flatnonzero(allowed)[np.argmax(product[allowed])])


def on_a_line(actors: Positions, cost: Floats | float | None = None) -> Floats:
    """The agreed position on one issue, each actor's weight being its power times salience.

    Parameters
    ----------
    actors : Positions
    cost : Floats or float, optional
        What it costs each to have no agreement, as a square of a distance in the issue's unit;
        at least the square of the scale's length, which is the default: no agreement is then
        as bad as the far end of the scale. The larger, the closer to the compromise model.

    Returns
    -------
    Floats, shape (...)
        In the unit of the issue.

    Raises
    ------
    ScenarioError
        Where nobody has any weight, or the cost is too small.
    """
    must_weigh(actors)
    least = actors.span**2
    cost = least if cost is None else np.asarray(cost, float)
    if not (np.isfinite(cost).all() and (cost >= least).all()):
        problem, remedy = "no agreement costs less than the far end of the scale", "raise it"
        raise ScenarioError([Fault(Place("cost"), problem, f"{remedy} to {least.max():g} or more")])
    weighty = actors.weight > 0
    low = np.where(weighty, actors.position, np.inf).min(axis=0)
    high = np.where(weighty, actors.position, -np.inf).max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = _slope(actors, middle, cost) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    found: Floats = (low + high) / 2
    return found


def _slope(actors: Positions, here: Floats, cost: Floats) -> Floats:
    """How the logarithm of the product of gains changes along the line; it only ever falls."""
    away = actors.position - here
    gain = cost - away**2
    pull = np.divide(away, gain, out=np.zeros_like(away), where=gain > 0)
    return total(actors.weight * pull)
