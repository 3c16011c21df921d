"""How numbers of published data become numbers of a scenario.

Each function takes numbers and gives a number, knows no file, and is what ``start.py`` and the
backtest share. The scale of affinity, tension, ties and commitment is that of the shipped
scenarios, whose own numbers were drawn by the same formulas and then corrected by hand where an
article gave a reason. Each formula is a convention, not a measurement.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.cameo import QUAD_CLASSES

OPENNESS = 0.4
"""Goods traded (exports and imports) over GDP, where a state's GDP is not at hand: a round
figure near the world's mean since the 1990s, from general knowledge."""
WEIGHT_OF_EVENTS = 2 / 3
"""What event counts count for in an affinity, where there are votes as well."""
PLEDGES = {
    "defence": 0.8,
    "offence": 0.8,
    "consultation": 0.2,
    "neutrality": 0.1,
    "non-aggression": 0.0,
}
"""Commitment by the obligation that a state has taken on; of several the largest counts."""
MOST_ACTIVE = 0.8
"""Most of a round that usual acts toward one other may fill, so that there is room to let a
round pass."""
_ROUNDING = 1e-9
"""A slope, or its error, that is smaller than this part of the values is what rounding leaves."""
QUADS = QUAD_CLASSES
"""What event counts are sorted into, in this order everywhere: verbal and material cooperation,
verbal and material conflict."""


def affinity_of_votes(distances: Iterable[float]) -> float:
    """The affinity of two states by their ideal points in the UN General Assembly.

    Parameters
    ----------
    distances : iterable of float
        Distance of the two ideal points (Bailey, Strezhnev and Voeten 2017) in each year, 0 or
        more; two years, since odd and even sessions alternate.

    Returns
    -------
    float
        1 - mean distance / 2, from -1 to 1.
    """
    known = list(distances)
    return _within(1 - sum(known) / len(known) / 2, -1, 1)


def affinity_of_conflict(one: float, other: float) -> float:
    """The affinity of two states by the conflict shares of the two directions.

    Parameters
    ----------
    one, other : float
        :func:`conflict_share` of the one toward the other, and back.

    Returns
    -------
    float
        1 - 8 times the mean, from -1 to 1.
    """
    return _within(1 - 4 * (one + other), -1, 1)


def affinity_of(votes: float | None, events: float | None) -> float | None:
    """The affinity of two states from votes and events: one third and two thirds.

    Parameters
    ----------
    votes, events : float or None
        What :func:`affinity_of_votes` and :func:`affinity_of_conflict` give; where one is
        missing the other counts alone.
    """
    if votes is None or events is None:
        return events if votes is None else votes
    return WEIGHT_OF_EVENTS * events + (1 - WEIGHT_OF_EVENTS) * votes


def conflict_share(counts: Sequence[float]) -> float:
    """The share of conflict, in words and deeds, in all acts of one toward another.

    Parameters
    ----------
    counts : sequence of float, 4
        Acts by :data:`QUADS`: verbal and material cooperation, verbal and material conflict.

    Raises
    ------
    ValueError
        There are no acts.
    """
    total = math.fsum(counts)
    if total <= 0:
        raise ValueError("no acts, and so no share of them")
    return (counts[2] + counts[3]) / total


def tension_of(one: Sequence[float], other: Sequence[float]) -> float:
    """The tension of two states by the acts of each toward the other.

    Parameters
    ----------
    one, other : sequence of float, 4
        Acts by :data:`QUADS`, in the one direction and the other.

    Returns
    -------
    float
        2.2 times the share of verbal conflict and 3 times that of material conflict, both the
        mean of the two directions, from 0 to 1. The two factors were chosen so that the
        event counts of 2010 to 2014 give about the six tensions that the shipped base states
        by judgement (within 0.12).
    """
    shares = [np.asarray(counts, float) / math.fsum(counts) for counts in (one, other)]
    verbal, material = (float(shares[0][nth] + shares[1][nth]) / 2 for nth in (2, 3))
    return _within(2.2 * verbal + 3 * material, 0, 1)


def ties_of(trade: float, gdp: float) -> float:
    """What one state gains from exchange with another.

    Parameters
    ----------
    trade : float
        Exports of each to the other in a year, summed.
    gdp : float
        GDP of the one that gains, in the same unit and year.

    Returns
    -------
    float
        Twice the square root of trade over GDP, from 0 to 1: a quarter of GDP is 1.
    """
    return _within(2 * math.sqrt(trade / gdp), 0, 1)


def ties_of_share(share: float) -> float:
    """:func:`ties_of` where GDP is missing: by the other's share in all trade of the one.

    Parameters
    ----------
    share : float
        Trade of the pair over all trade of the one that gains, 0 to 1.

    Returns
    -------
    float
        The same formula, with all trade taken as :data:`OPENNESS` of GDP.
    """
    return ties_of(share * OPENNESS, 1)


def commitment_of(obligations: Iterable[str]) -> float:
    """A pledge of help by the obligations that a state has taken on toward another.

    Parameters
    ----------
    obligations : iterable of str
        Keys of :data:`PLEDGES`: its own obligations, not those of the other.

    Returns
    -------
    float
        The largest of their values; 0 without any. Non-aggression alone makes no ally.
    """
    return max((PLEDGES[one] for one in obligations), default=0.0)


def usual_of(counts: Sequence[float], rounds: float) -> tuple[float, ...]:
    """How often per round each kind of act is usual.

    Events are news reports, hundreds a quarter between large states, and a round has room for
    one word and one deed; so what is kept is how many rounds have an act at all, and how the
    acts divide among the kinds.

    Parameters
    ----------
    counts : sequence of float
        Acts of each kind in the time that the record covers.
    rounds : float
        Length of that time in rounds, above 0.

    Returns
    -------
    tuple of float
        For each kind, activity times its share. Activity is ``1 - exp(-acts / rounds)``, the
        chance that a round has an act where they fall independently, at most
        :data:`MOST_ACTIVE`. Half an act is added to each kind, so that what was not counted
        stays possible.
    """
    acts = math.fsum(counts)
    active = min(MOST_ACTIVE, 1 - math.exp(-(acts + 0.5 * len(counts)) / rounds))
    return tuple(active * (count + 0.5) / (acts + 0.5 * len(counts)) for count in counts)


@dataclass(frozen=True)
class Trend:
    """A straight line through yearly values: change per year, its standard error, how many."""

    slope: float
    error: float
    years: int

    @property
    def stated(self) -> bool:
        """Whether a scenario states it: eight years or more, and twice its standard error."""
        return self.years >= 8 and abs(self.slope) > 2 * self.error


def trend_of(values: Mapping[int, float]) -> Trend | None:
    """The trend of yearly values, by least squares.

    Parameters
    ----------
    values : mapping of int to float
        By year.

    Returns
    -------
    Trend or None
        ``None`` with fewer than three values.
    """
    if len(values) < 3:
        return None
    years = np.array(sorted(values), float)
    points = np.array([values[int(year)] for year in years])
    away = years - years.mean()
    slope = float(away @ points / (away @ away))
    left = points - points.mean() - slope * away
    error = math.sqrt(float(left @ left) / (len(years) - 2) / float(away @ away))
    least = _ROUNDING * float(np.abs(points).max())
    slope, error = (0.0 if abs(one) < least else one for one in (slope, error))
    return Trend(slope, error, len(years))


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
