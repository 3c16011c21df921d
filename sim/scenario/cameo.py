"""CAMEO event codes: what kind of event a lever is, and the way from words to a code.

CAMEO is the list of event types of event data sets (P. A. Schrodt, *CAMEO: Conflict and
Mediation Event Observations, Event and Actor Codebook*, 2012); the names in ``cameo.csv``
follow its own, shortened. The values are on the scale of J. S. Goldstein ("A
Conflict-Cooperation Scale for WEIS Events Data", *Journal of Conflict Resolution* 36, 1992),
as they are assigned to CAMEO codes. The column ``everyday`` holds everyday words, alone or two
together, for the code that they stand for above others.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from sim.scenario.phrases import parse
from sim.scenario.schema import Lever

QuadClass = Literal[
    "verbal cooperation", "material cooperation", "verbal conflict", "material conflict"
]
QUAD_CLASSES: tuple[QuadClass, ...] = get_args(QuadClass)
Track = Literal["words", "deeds"]
TRACKS: tuple[Track, ...] = ("words", "deeds")
"""What an actor picks toward each other in a round: a word, and a deed."""
Tone = Literal["cooperative", "neutral", "conflictual"]
_LAST_ROOT = (5, 8, 13, 20)
_NEUTRAL = 0.5
"""Goldstein values nearer to 0 are neither friendly nor hostile."""


@dataclass(frozen=True)
class Code:
    """An event type: its digits (a root has two), what is done, and its Goldstein value."""

    code: str
    name: str
    goldstein: float

    def __str__(self) -> str:
        return f"'{self.code}' ({self.name})"


with Path(__file__).with_name("cameo.csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
CODES = {row["code"]: Code(row["code"], row["name"], float(row["goldstein"])) for row in _ROWS}
"""Every code, in order."""


def quad_class(lever: Lever) -> QuadClass:
    """Words or deeds, friendly or hostile: by the root of the lever's code.

    A lever without a code is a deed where it moves ties, and as friendly as
    :func:`is_conflict` finds it.
    """
    if lever.cameo is not None:
        return _quad_of_root(int(lever.cameo[:2]))
    deed = any((phrase := parse(text)) and phrase.kind == "ties" for text in lever.effects)
    return QUAD_CLASSES[deed + 2 * is_conflict(lever)]


def quad_of_code(code: str) -> QuadClass | None:
    """Words or deeds, friendly or hostile, by a code; ``None`` where CAMEO has no such code."""
    return _quad_of_root(int(code[:2])) if code in CODES else None


def _quad_of_root(root: int) -> QuadClass:
    return QUAD_CLASSES[next(nth for nth, last in enumerate(_LAST_ROOT) if root <= last)]


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


_ENDINGS = re.findall(
    "[a-z]+", "ations ation ingly ally ments ment ings ing ies ied ers er ed es s e y"
)
_EVERYDAY_WEIGHT, _LEAST_SCORE = 4.0, 1.5
"""What an everyday word counts for its code, and what a code must come to."""
_SMALL = frozenset(
    re.findall(
        "[a-z]+",
        "a an the of to or and in on for by with at from its their his her own more other others "
        "express intent engage provide use make give take hold keep carry bring conduct out up "
        "off car against attempt target",
    )
)
"""Words that say little of what is done."""


_QUITS = re.compile(
    r"\b(?:quit|leave|break|cancel|renounce|denounce|abandon|exit|repudiate|revoke|annul|scrap|"
    r"rescind)s?\b|\b(?:withdraw|pull out|walk out|back out|step out)\b.*\b(?:from|of)\b"
)
"""Who does so does not do what the rest of the name says: no code of cooperation is meant."""
_FRIENDLY = "08"
"""The last root of cooperation."""


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _stems(text: str) -> tuple[str, ...]:
    words = re.findall(r"[a-z]+", text.lower())
    return tuple(dict.fromkeys(_stem(word) for word in words if word not in _SMALL))


_STEMS = {code: frozenset(_stems(one.name)) for code, one in CODES.items()}
_MEANT = {
    frozenset(_stem(word) for word in words.split()): row["code"]
    for row in _ROWS
    for words in row["everyday"].split(", ")
    if words
}
_HOLDING = Counter(stem for stems in _STEMS.values() for stem in stems)


def matching_codes(words: str) -> tuple[Code, ...]:
    """The codes that begin with some digits, or whose names hold all of some words.

    An everyday word that the names do not use, such as ``treaty``, finds the code that
    it stands for.
    """
    if words.strip().isdigit():
        return tuple(one for one in CODES.values() if one.code.startswith(words.strip()))
    wanted = set(_stems(words))
    meant = {code for said, code in _MEANT.items() if said == wanted}
    return tuple(
        one for code, one in CODES.items() if wanted and (wanted <= _STEMS[code] or code in meant)
    )


def suggested_code(name: str) -> Code | None:
    """The code that the name of a lever speaks of, if one stands out.

    Words in the name of a code count by how rare they are among all codes; an everyday
    word counts for the code that it stands for. The less else a code says, the better.
    """
    wanted = frozenset(_stem(word) for word in re.findall("[a-z]+", name.lower()))
    quits = _QUITS.search(name.lower())
    best, code = max(
        (_likeness(wanted, code), -nth, code)
        for nth, code in enumerate(CODES)
        if len(code) > 2 and not (quits and code[:2] <= _FRIENDLY)
    )[::2]
    return CODES[code] if best >= _LEAST_SCORE else None


def _likeness(wanted: frozenset[str], code: str) -> float:
    stems = _STEMS[code]
    said = sum(math.log(len(CODES) / _HOLDING[stem]) for stem in wanted & stems)
    meant = max(
        (len(one) for one, its in _MEANT.items() if its == code and one <= wanted), default=0
    )
    return said / (1 + 0.3 * len(stems - wanted)) + _EVERYDAY_WEIGHT * meant
