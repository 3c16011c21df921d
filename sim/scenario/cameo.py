"""What kind of event a lever is, by its CAMEO code or, where it has none, by its effects."""

from __future__ import annotations

from typing import Literal

from sim.scenario.codes import CODES
from sim.scenario.phrases import parse
from sim.scenario.schema import Lever

QuadClass = Literal[
    "verbal cooperation", "material cooperation", "verbal conflict", "material conflict"
]
QUAD_CLASSES: tuple[QuadClass, ...] = (
    "verbal cooperation", "material cooperation", "verbal conflict", "material conflict",
)  # fmt: skip
Track = Literal["words", "deeds"]
TRACKS: tuple[Track, ...] = ("words", "deeds")
"""What an actor picks toward each other in a round: a word, and a deed."""
Tone = Literal["cooperative", "neutral", "conflictual"]
_LAST_ROOT = (5, 8, 13, 20)
_NEUTRAL = 0.5
"""Goldstein values nearer to 0 are neither friendly nor hostile."""


def quad_class(lever: Lever) -> QuadClass:
    """Words or deeds, friendly or hostile: by the root of the lever's code.

    A lever without a code is a deed where it moves ties, and as friendly as
    :func:`is_conflict` finds it.
    """
    if lever.cameo is not None:
        root = int(lever.cameo[:2])
        return QUAD_CLASSES[next(nth for nth, last in enumerate(_LAST_ROOT) if root <= last)]
    deed = any((phrase := parse(text)) and phrase.kind == "ties" for text in lever.effects)
    return QUAD_CLASSES[deed + 2 * is_conflict(lever)]


def track(lever: Lever) -> Track:
    """Whether a lever is a word or a deed: verbal or material."""
    return "words" if quad_class(lever).startswith("verbal") else "deeds"


def is_conflict(lever: Lever) -> bool:
    """Whether a lever is hostile, in words or in deeds.

    Without a code its Goldstein value says so, and without that its effects: a
    hostile one takes from the affinity of actor and target, or adds to their
    tension.
    """
    if lever.cameo is not None:
        return quad_class(lever).endswith("conflict")
    return (_warmth(lever) if lever.goldstein is None else lever.goldstein) < 0


def goldstein(lever: Lever) -> float | None:
    """The Goldstein value that is stated, else that of the code; ``None`` without both."""
    if lever.goldstein is not None or lever.cameo is None:
        return lever.goldstein
    return CODES[lever.cameo].goldstein


def tone(lever: Lever) -> Tone:
    """How a lever sounds: by its Goldstein value, else by its effects."""
    value = goldstein(lever)
    if value is None:
        value = _warmth(lever)
    elif abs(value) < _NEUTRAL:
        value = 0.0
    return "conflictual" if value < 0 else "cooperative" if value else "neutral"


def _warmth(lever: Lever) -> float:
    """What a use adds to the affinity of actor and target, less what it adds to their tension."""
    signs = {"affinity": 1.0, "tension": -1.0}
    return sum(
        signs[phrase.kind] * amount.value
        for text, amount in lever.effects.items()
        if (phrase := parse(text))
        and phrase.kind in signs
        and set(phrase.names) == {"actor", "target"}
    )
