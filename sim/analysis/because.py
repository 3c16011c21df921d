"""Why an act is likelier or rarer: by interest, sentiment, and the heat of a quarrel."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.analysis.words import number
from sim.model.candidates import friendliness
from sim.scenario.schema import Lever

PART_WORDS = {
    "security": "its security",
    "prosperity": "its prosperity",
    "issues": "what it wants on the issues",
    "standing": "its standing",
    "support": "its support at home",
    "regard": "what friends and rivals gain or lose by it",
    "reactions": "the reactions of others it foresees",
    "consent": "the chance of a refusal",
    "cost": "the cost at home",
}
LEAST_ODDS = 0.05
"""Least change of log-odds that is told: a factor of 1.05."""
SIDE = 1 / 3
"""Share of the strongest ground from which another is told."""
CONTRARY = 0.5
"""The same of one that works against it."""

Pull = tuple[str, float]
"""A part of value, and its change in hundredths."""


@dataclass(frozen=True)
class Grounds:
    """What moves the odds of an act.

    Attributes
    ----------
    pulls : tuple of Pull
        The one or two parts of interest that speak most for the change, largest first.
    against : Pull or None
        The part that speaks most against it.
    interest, sentiment, heat : float
        Changes of log-odds: by all parts of interest, by how the two stand to one
        another, by the heat of their quarrel.
    trust, review : float
        Changes of log-odds: of agreeing, by trust in who proposes; of proposing, by a new
        government's review of what its predecessors signed.
    friendly : bool
        Whether the act is one of those that warmth makes likelier.
    """

    pulls: tuple[Pull, ...]
    against: Pull | None
    interest: float
    sentiment: float
    heat: float
    friendly: bool
    trust: float = 0.0
    review: float = 0.0


BESIDE = ("sentiment", "heat", "trust", "review")
"""What moves the odds beside interests."""


def because(grounds: Grounds, *, rises: bool) -> str:
    """``, mainly because of its security (+0.50 in value), and because the two stand worse ...``.

    Empty where nothing is to be told.
    """
    side = 1.0 if rises else -1.0
    sized = {
        "interest": side * grounds.interest if grounds.pulls else 0.0,
        **{name: side * getattr(grounds, name) for name in BESIDE},
    }
    strongest = max(sized.values())
    told = sorted(
        (name for name, size in sized.items() if size >= max(LEAST_ODDS, SIDE * strongest)),
        key=lambda name: -sized[name],
    )
    if not told and grounds.pulls:
        told = ["interest"]
    if not told:
        return ""
    said = [_ground(name, grounds) for name in told]
    clauses = [f", mainly because {said[0]}", *(f", and because {one}" for one in said[1:])]
    if grounds.against and ("interest" in told or -side * grounds.interest >= LEAST_ODDS):
        unit = "" if "interest" in told else " in value"
        clauses.append(f", against {part(*grounds.against, unit)}")
    for name in BESIDE:
        if -sized[name] >= max(LEAST_ODDS, CONTRARY * strongest):
            clauses.append(f", although {_state(name, grounds)}")
    return "".join(clauses)


def part(name: str, amount: float, unit: str = "") -> str:
    """A part of interest with its amount: ``its security (+0.50 in value)``."""
    return f"{part_words(name, amount)} ({'+' if amount > 0 else ''}{number(amount, 2)}{unit})"


def listed(parts: Iterable[Pull]) -> str:
    """Parts with their amounts, one after the other."""
    return ", ".join(part(*one) for one in parts)


def mood(grounds: Grounds) -> list[str]:
    """How the two stand, how their quarrel is, and more, where it changes the odds."""
    return [_state(name, grounds) for name in BESIDE if abs(getattr(grounds, name)) >= LEAST_ODDS]


def part_words(name: str, amount: float) -> str:
    """A part that speaks more, or less, for a choice than it usually does."""
    if name == "consent":
        return f"{'less' if amount > 0 else 'more'} to lose by a refusal"
    return PART_WORDS[name]


def stand(lever: Lever) -> bool:
    """Whether a lever is one of those that warmth makes likelier."""
    return friendliness(lever) > 0


def odds(change: float) -> str:
    """A change of log-odds as a factor: ``odds × 1.42``."""
    return f"odds × {number(math.exp(change), 2)}"


def _ground(name: str, grounds: Grounds) -> str:
    """What follows ``because``."""
    if name == "interest":
        first, *more = grounds.pulls
        return f"of {' and '.join([part(*first, ' in value'), *(part(*one) for one in more)])}"
    if name == "heat" and grounds.heat > 0:
        return f"of the heat of their quarrel ({odds(grounds.heat)})"
    return _state(name, grounds)


def _state(name: str, grounds: Grounds) -> str:
    """How the two stand, or how their quarrel is, as a sentence."""
    if name == "heat":
        state = "hotter" if grounds.heat > 0 else "calmer"
        return f"their quarrel is {state} ({odds(grounds.heat)})"
    if name == "trust":
        state = "more" if grounds.trust > 0 else "less"
        return f"it trusts the other's word {state} ({odds(grounds.trust)})"
    if name == "review":
        state = "a" if grounds.review > 0 else "no"
        return f"{state} new government looks at what was signed ({odds(grounds.review)})"
    state = "better" if (grounds.sentiment > 0) == grounds.friendly else "worse"
    return f"the two stand {state} to one another ({odds(grounds.sentiment)})"
