"""What actors expect of challenging one another on an issue: votes, chances, risk, utilities.

Source
------
Bueno de Mesquita, "Political forecasting: an expected utility method", in Bueno de Mesquita and
Stokman (eds.), European Community Decision Making (1994), and "A decision making model: its
structure and form", International Interactions 23 (1997), pages 235-266 (texts not checked).
The equations are those of Masad, Agents in Conflict (dissertation, George Mason University,
2016), chapter 3, whose text was read, with everybody certain that nothing moves unless it is
challenged (Q = 1). Where Scholz, Calbert and Smith, "Unravelling Bueno de Mesquita's group
decision model" (2011; abstract checked, its rules taken from two public replications), differ, the
choice is a part of :class:`Votes`.

Published check
---------------
Masad's tables of the emissions case: 10 risk exponents and 90 expected utilities, all to their
two decimals (``docs/theories.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import Floats
from sim.model.elementary import exp, log
from sim.theories.positions import Positions, total


@dataclass(frozen=True)
class Votes:
    """How third parties count in a contest between two positions.

    Attributes
    ----------
    out_of : {"contest", "everything"}
        What the votes for a position are divided by: all votes in this contest, so that the
        chances of the two add up to 1, or all votes in all contests, as Scholz and others do.
    bent : bool
        Whether a voter's distances are taken to the power of its risk exponent.
    """

    out_of: Literal["contest", "everything"] = "contest"
    bent: bool = False


@dataclass(frozen=True, eq=False)
class Outlook:
    """What actors expect, each by its own risk exponent.

    Attributes
    ----------
    risk : Floats, shape (actors, ...)
        Risk exponents from 0.5 (avoids risk) to 2 (seeks it).
    own : Floats, shape (actors, actors, ...)
        By actor and other: what the actor expects of challenging the other.
    other : Floats, shape (actors, actors, ...)
        By actor and other: what it thinks that the other expects of challenging it.
    chance : Floats, shape (actors, actors, ...)
        By actor and other: chance that the actor wins a contest with the other.
    """

    risk: Floats
    own: Floats
    other: Floats
    chance: Floats


def votes(actors: Positions, exponent: Floats | float = 1.0) -> Floats:
    """What each voter gives to one side of each contest, shape (voters, actors, actors, ...).

    Above 0 it is for the first of the two positions, below 0 for the second: power times
    salience times how much closer the position is, as a share of the scale.
    """
    apart = power(actors.distance, exponent)
    found: Floats = actors.weight[:, None, None] * (apart[:, None] - apart[:, :, None])
    return found


def chance_of_winning(actors: Positions, cast: Floats, rule: Votes) -> Floats:
    """Chance that an actor's position wins over another's, shape (actors, actors, ...).

    0 where both stand at the same place, or nobody votes.
    """
    for_it, whole = total(np.maximum(cast, 0)), total(np.abs(cast))
    if rule.out_of == "everything":
        whole = np.broadcast_to(total(total(whole)), for_it.shape)
    return np.divide(for_it, whole, out=np.zeros_like(for_it), where=whole > 0)


def expected_utility(
    apart: Floats, risk: Floats | float, chance: Floats, salience: Floats
) -> Floats:
    """What one actor expects of challenging another, against leaving it alone.

    Parameters
    ----------
    apart : Floats
        Distance between the two, as a share of the scale.
    risk : Floats or float
        Risk exponent of who looks at it.
    chance : Floats
        Chance that the challenger wins where the other resists.
    salience : Floats
        Of the challenged: its chance to resist.
    """
    won = 2 - 4 * power(0.5 - 0.5 * apart, risk)
    lost = 2 - 4 * power(0.5 + 0.5 * apart, risk)
    unchanged = 2 - 4 * power(0.5, risk)
    resisted = chance * won + (1 - chance) * lost
    found: Floats = salience * resisted + (1 - salience) * won - unchanged
    return found


def risk_exponents(actors: Positions, rule: Votes) -> Floats:
    """How much risk each actor takes, by how safe its position is, shape (actors, ...).

    The less others expect of challenging an actor, the safer it is, and the less risk its
    position shows it to take. The safest has 2, the least safe 0.5; all have 1 where all are
    equally safe.
    """
    chance = chance_of_winning(actors, votes(actors), rule)
    expected = expected_utility(actors.distance, 1.0, chance, actors.salience[None])
    danger = total(expected)
    least, most = danger.min(axis=0), danger.max(axis=0)
    apart = most - least
    share = np.divide(2 * danger - most - least, apart, out=np.zeros_like(danger), where=apart > 0)
    found: Floats = (1 - share / 3) / (1 + share / 3)
    return found


def outlook(actors: Positions, rule: Votes) -> Outlook:
    """What each actor expects of challenging each other, and of being challenged."""
    risk = risk_exponents(actors, rule)
    cast = votes(actors, risk[:, None] if rule.bent else 1.0)
    chance = chance_of_winning(actors, cast, rule)
    apart, seen = actors.distance, risk[:, None]
    own = expected_utility(apart, seen, chance, actors.salience[None])
    other = expected_utility(apart, seen, chance.swapaxes(0, 1), actors.salience[:, None])
    return Outlook(risk, own, other, chance)


def power(base: Floats | float, exponent: Floats | float) -> Floats:
    """A number from 0 to 1 to a power above 0, the same bits on every processor."""
    base = np.asarray(base, float)
    if np.ndim(exponent) == 0 and exponent == 1:
        return base
    return np.where(base > 0, exp(exponent * log(np.where(base > 0, base, 1.0))), 0.0)
