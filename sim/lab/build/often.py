"""How often, in words: ``once a year`` for the chance that a round holds such an act."""

from __future__ import annotations

from sim.lab.acts import MOST_USUAL, per_round
from sim.scenario.calendar import MONTHS

NEVER, EACH_ROUND = "never", "each round"
_TIMES_A_YEAR = {
    "once in twenty years": 0.05,
    "once in ten years": 0.1,
    "once in five years": 0.2,
    "once in two years": 0.5,
    "once a year": 1.0,
    "twice a year": 2.0,
    "four times a year": 4.0,
    "once a month": 12.0,
}
AGREES = {
    "hardly ever": 0.05,
    "one time in five": 0.2,
    "one time in three": 0.33,
    "half of the time": 0.5,
    "two times in three": 0.67,
    "four times in five": 0.8,
    "nearly always": 0.95,
}
"""How often the other agrees, in words."""


def frequencies(unit: str) -> dict[str, float]:
    """The words for frequencies, rare ones first, with the share of rounds that each means.

    ``unit``: length of a round: ``quarter``. Once a year with four rounds a year is 0.25;
    what would happen in more than nearly each round is ``each round``.
    """
    found = {words: per_round(times, unit) for words, times in _TIMES_A_YEAR.items()}
    found = {words: chance for words, chance in found.items() if chance < MOST_USUAL}
    return {**found, EACH_ROUND: MOST_USUAL}


def in_words(value: float, words: dict[str, float]) -> str:
    """The words that mean a number; empty where none do."""
    return next((said for said, number in words.items() if abs(number - value) < 1e-9), "")


def about(chance: float, unit: str) -> str:
    """A share of rounds for which there are no words, as times a year: the inverse of words."""
    if chance <= 0:
        return f"{chance:g} a round"
    times = chance * 12 / MONTHS[unit]
    if f"{times:.2g}" == "1":
        return f"once a year ({chance:g})"
    said = f"{times:.2g} times a year" if times > 1 else f"once in {1 / times:.2g} years"
    return f"{said} ({chance:g})"
