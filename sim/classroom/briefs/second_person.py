"""Speaking to a seat: quantities with the names people know, and *you* for one actor."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.cameo import Track
from sim.scenario.phrases import Phrase
from sim.scenario.schema import Description
from sim.statistics.measures import in_words
from sim.text import exact, number, signed

FINE = 0.0095
"""A size below this is written with three decimals, else with two."""
SAY_OR_DO: dict[Track, str] = {"words": "Say", "deeds": "Do"}
"""What a seat does of each in a round."""
TRACK: dict[Track, str] = {"words": "a word", "deeds": "a deed"}
POINTS = ("issue", "position", "gap")
"""Kinds that are measured in points of 100; all others have a range of one or two."""


@dataclass(frozen=True)
class Voice:
    """Words for one seat.

    Attributes
    ----------
    description : Description
        Gives the names.
    you : str
        Id of the actor that is spoken to.
    """

    description: Description
    you: str

    def name(self, actor: str) -> str:
        """The actor's name, or ``you``."""
        return "you" if actor == self.you else self.description.actors[actor].name

    def whose(self, actor: str) -> str:
        """``your``, ``South's``, ``the Islands'``."""
        if actor == self.you:
            return "your"
        name = self.name(actor)
        return f"{name}'" if name.endswith("s") else f"{name}'s"

    def quantity(self, phrase: Phrase, other: str = "") -> str:
        """A quantity: ``affinity with South``, ``your pledge to South``.

        ``other`` is the actor that stands opposite where the phrase names none.
        """
        kind, names = phrase.kind, phrase.names
        match kind:
            case "affinity" | "tension" if self.you in names:
                opposite = next(name for name in names if name != self.you)
                return f"{kind} with {self.name(opposite)}"
            case "commitment":
                return f"{self.whose(names[0])} pledge to {self.name(names[1])}"
            case "ties":
                return f"{self.whose(names[0])} ties to {self.name(names[1])}"
            case "support":
                return f"{self.whose(names[0])} support at home"
            case "trust":
                return f"{self.whose(names[0])} trust in {self.name(names[1])}"
            case "office":
                return f"the rounds in office of {self.whose(names[0])} government"
            case "power":
                return f"{self.whose(names[0])} power"
            case "gap":
                issue = self.description.issues[names[0]].name
                return f"the distance between your position and {self.whose(other)} on “{issue}”"
            case "issue":
                return f"“{in_words(phrase, self.description)}”"
            case _:
                return in_words(phrase, self.description)


def toward(track: Track, name: str) -> str:
    """``say to South``, ``do toward South``."""
    return f"{SAY_OR_DO[track].lower()} {'to' if track == 'words' else 'toward'} {name}"


def level(phrase: Phrase, value: float) -> str:
    """Where a quantity stands: ``0.40``, ``45 of 100``."""
    if phrase.kind == "office":
        return number(value, 0)
    return points(value) if phrase.kind in POINTS else number(value, exact([value], 2))


def points(value: float) -> str:
    """A place between the two ends of an issue: ``45 of 100``."""
    return f"{number(value, 0 if value == round(value) else exact([value], 1))} of 100"


def size(change: float) -> str:
    """A change with its sign, as finely as it needs; empty where it would show as zero."""
    shown = signed(change, 2 if abs(change) >= FINE else 3)
    return shown if shown.strip("0.") else ""


def steps(change: float) -> str:
    """How far an issue moves, without the sign; empty where it would show as zero."""
    far = abs(change)
    shown = number(far, 0 if far >= 9.95 else 1).removesuffix(".0")
    return shown if shown != "0" else ""
