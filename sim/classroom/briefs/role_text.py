"""Words of a role brief: scales of words beside their numbers, in the *you* voice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.classroom.briefs.second_person import Voice, points, size
from sim.scenario.lookup import Tie, relation
from sim.scenario.schema import Description, Issue
from sim.text import number, sentence, signed

MEANINGS = {
    "security": "to have few live quarrels, and to prevail in those you have: your strength, "
    "and who would stand by you",
    "prosperity": "what you gain from exchange with the others, less what hangs on one partner",
    "issues": "that the issues stand where you want them",
    "standing": "the regard of the others, above all of the powerful",
    "support": "your backing at home",
}
"""What each component of interest means, to the one who has it."""
_NAMES = {"issues": "The issues", "support": "Support at home"}
_RANKS = ("weighs most", "comes second", "comes third", "comes fourth", "weighs least")
_PLURAL = {"weighs": "weigh", "comes": "come", "does": "do"}

CARE = (
    (0.15, "a little"), (0.35, "somewhat"), (0.55, "much"), (0.75, "very much"),
    (1.01, "as much as one can"),
)  # fmt: skip
"""Words for a salience below each bound."""
NO_STAKE = "You have no stake in how it ends."
"""To an actor without a stance."""
AFFINITY = (
    (-0.6, "bitter opponents"), (-0.3, "opponents"), (-0.05, "on cool terms"),
    (0.05, "neither friends nor opponents"), (0.3, "on fair terms"), (0.6, "friends"),
    (1.01, "close friends"),
)  # fmt: skip
TENSION = (
    (0.05, "no dispute in which arms are thinkable"), (0.15, "a dispute that sleeps"),
    (0.3, "a dispute that stays quiet"), (0.5, "a live dispute"), (0.7, "a dangerous dispute"),
    (1.01, "a dispute on the brink of force"),
)  # fmt: skip
NONE = 0.005
"""A pledge below this shows as 0.00."""
PLEDGE = (
    (NONE, "none"), (0.05, "next to none"), (0.25, "a loose one"), (0.6, "a partial one"),
    (0.85, "a firm one"), (1.01, "an unconditional one"),
)  # fmt: skip
TIES = (
    (0.05, "next to nothing"), (0.2, "little"), (0.35, "something"), (0.6, "much"),
    (1.01, "very much"),
)  # fmt: skip
NEAR = 10
"""An issue within so many points of one of its ends is told as being there."""
EQUAL = 1.15
"""Two strengths that differ by less than this factor are about equal."""
GROUND = 10
"""Points of an issue for which it is told what giving them up costs at home."""
AT_REST = (
    "What is usually done keeps relations as they are: they warm or cool by what is done beyond "
    "it, or left undone. Whoever gains by what you do warms to you, whoever loses by it cools. A "
    "seat that nobody takes is played by the model: it does what it usually does, more of it "
    "where that serves its interests, is friendlier to those it stands well with, and lashes out "
    "while a quarrel is hot."
)
"""How relations move, and what computed actors do, as all may know it."""
Scale = tuple[tuple[float, str], ...]


def word(value: float, scale: Scale) -> str:
    """The word for a value: that of the first bound above it."""
    return next(said for bound, said in scale if value < bound)


def ranked(weights: Mapping[str, float]) -> Iterator[tuple[str, str, str]]:
    """Components by weight, strongest first: id, name, and a sentence.

    Parameters
    ----------
    weights : mapping of component to weight
        Not all zero; they need not sum to 1.
    """
    whole, before = sum(weights.values()), None
    for nth, part in enumerate(sorted(weights, key=lambda part: -weights[part])):
        weight, name = weights[part], _NAMES.get(part, sentence(part))
        rank = "weighs as much" if weight == before else _RANKS[nth]
        said = f"{rank} ({number(100 * weight / whole, 0)} of 100)" if weight else "does not count"
        if part == "issues":
            verb, rest = said.split(" ", 1)
            said = f"{_PLURAL[verb]} {rest}"
        yield part, name, f"{name} {said}: {MEANINGS[part]}."
        before = weight


def place(value: float, issue: Issue) -> str:
    """A place on an issue: ``10 of 100, close to “North keeps all of it”``."""
    if value <= NEAR or value >= 100 - NEAR:
        end = issue.low if value <= NEAR else issue.high
        joint = "which is" if value in (0, 100) else "close to"
        return f"{points(value)}, {joint} “{end}”"
    if value == 50:
        return f"{points(value)}, half-way between “{issue.low}” and “{issue.high}”"
    end = issue.low if value < 50 else issue.high
    return f"{points(value)}, nearer to “{end}”"


def at_home(voice: Voice) -> str:
    """Your support at home, and what ground given up on your first issue takes from it.

    By the audience cost before saturation: ``docs/model.md``, section 6.2.
    """
    actor, issues = voice.description.actors[voice.you], voice.description.issues
    said = (
        f"Your support at home stands at {number(actor.support.value, 2)} of 1; the less you have, "
        "the more a loss of it weighs."
    )
    care = {
        name: issue.stances[voice.you].salience.value
        for name, issue in issues.items()
        if voice.you in issue.stances
    }
    if not care:
        return said
    first = max(care, key=lambda name: care[name])
    lost = size(actor.audience_cost.value * care[first] * GROUND / 100).lstrip("+")
    if not lost:
        return said
    name = issues[first].name
    return f"{said} To give up {GROUND} points on “{name}” would cost about {lost} of it."


def standing(other: str, voice: Voice) -> tuple[str, ...]:
    """How you stand with another actor, in sentences."""
    you, name = voice.you, voice.name(other)

    def stated(kind: Tie, first: str, second: str) -> float:
        found = relation(voice.description, kind, first, second)
        return found[1].value if found else 0.0

    affinity, tension = stated("affinity", you, other), stated("tension", you, other)
    gain, given = stated("ties", you, other), stated("ties", other, you)
    return (
        _strength(other, voice),
        f"You and {name} are {word(affinity, AFFINITY)} "
        f"(affinity {signed(affinity, 2)}, from −1 to 1).",
        f"Between you there is {word(tension, TENSION)} (tension {number(tension, 2)} of 1).",
        _pledges(other, voice, stated("commitment", you, other), stated("commitment", other, you)),
        f"From trade and exchange with {name} you gain {word(gain, TIES)} "
        f"(ties {number(gain, 2)} of 1); {name} gains "
        f"{word(given, TIES)} from you ({number(given, 2)}).",
        *_trust(other, voice),
    )


def _trust(other: str, voice: Voice) -> Iterator[str]:
    """How far the two expect each other's promises to be kept."""
    described = voice.description
    mine, theirs = (
        trust(described, *way) for way in ((voice.you, other), (other, voice.you))
    )  # fmt: skip
    if mine is not None and theirs is not None:
        yield (
            f"You expect {voice.name(other)} to keep {number(mine, 2)} of its promises, and it "
            f"expects {number(theirs, 2)} of yours to be kept (trust)."
        )


def _pledges(other: str, voice: Voice, mine: float, theirs: float) -> str:
    if max(mine, theirs) < NONE:
        return "Neither of you has pledged to help the other in need."
    return (
        f"Your pledge to help {voice.name(other)} in need is {word(mine, PLEDGE)} "
        f"({number(mine, 2)} of 1); {voice.whose(other)} pledge to you is "
        f"{word(theirs, PLEDGE)} ({number(theirs, 2)})."
    )


def _strength(other: str, voice: Voice) -> str:
    actors, name = voice.description.actors, voice.name(other)
    ratio = actors[other].power.value / actors[voice.you].power.value
    if 1 / EQUAL < ratio < EQUAL:
        return f"You and {name} are about equally strong."
    times = max(ratio, 1 / ratio)
    shown = number(times, 0 if times >= 3 else 1).removesuffix(".0")
    if ratio > 1:
        return f"{sentence(name)} has about {shown} times your strength."
    return f"You have about {shown} times the strength of {name}."


def trust(described: Description, one: str, other: str) -> float | None:
    """What one expects of another's promises, 0 to 1; None where the description does not say."""
    found = described.relations.get(f"{one} to {other}")
    return found.trust.value if found is not None and found.trust is not None else None
