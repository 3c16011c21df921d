"""The words of role briefs: scales of words beside their numbers, and *you* for one actor."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

from sim.reporting.html import Prose
from sim.scenario.calendar import elections
from sim.scenario.cameo import Track
from sim.scenario.lookup import Tie, relation
from sim.scenario.phrases import Phrase
from sim.scenario.schema import Description, Issue
from sim.statistics.measures import component_text, formula_text, quantity_text
from sim.text import exact, month, number, signed

SAY_OR_DO: dict[Track, str] = {"words": "Say", "deeds": "Do"}
"""What a seat does of each in a round."""
TRACK: dict[Track, str] = {"words": "a word", "deeds": "a deed"}
_FINE = 0.0095
"""A size below this is written with three decimals, else with two."""
_IN_POINTS = ("issue", "position", "gap")
"""Kinds that are measured in points of 100; all others have a range of one or two."""
AT_REST = (
    "What is usually done keeps relations as they are: they warm or cool by what is done beyond "
    "it, or left undone. Whoever gains by what you do warms to you, whoever loses by it cools. A "
    "seat that nobody takes is played by the model: it does what it usually does, more of it "
    "where that serves its interests, is friendlier to those it stands well with, and lashes out "
    "while a quarrel is hot."
)
"""How relations move, and what computed actors do, as all may know it."""
_RANKS = ("weighs most", "comes second", "comes third", "comes fourth")
_PLURAL = {"weighs": "weigh", "comes": "come", "does": "do"}
_NEAR_END = 10
"""An issue within so many points of one of its ends is told as being there."""
_GROUND = 10
"""Points of an issue for which it is told what giving them up costs at home."""
_MUTUAL: tuple[Tie, ...] = ("affinity", "tension")
_EACH_WAY: tuple[Tie, ...] = ("commitment", "ties")
SAID = Prose("sim.classroom.briefs/role.j2")


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("sim.classroom.briefs") / name
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


_COMPONENTS = {row["component"]: row for row in _rows("components.csv")}
COMPONENT = {component: row["name"] for component, row in _COMPONENTS.items()}
"""The components of interest, as what one cares about."""


def component_words(component: str, described: Description) -> str:
    """A component of interest, or an interest of the file's own, as what one cares about."""
    return COMPONENT.get(component) or component_text(component, described)


@cache
def _scales() -> dict[str, list[tuple[float, str]]]:
    """Words by scale, each with the bound below which it stands."""
    found: dict[str, list[tuple[float, str]]] = {}
    for row in _rows("scales.csv"):
        found.setdefault(row["scale"], []).append((float(row["below"]), row["words"]))
    return found


def word(value: float, scale: Literal["care"] | Tie) -> str:
    """The word for a salience (``care``) or a relation: ``much``, ``on cool terms``."""
    return next(words for bound, words in _scales()[scale] if value < bound)


@dataclass(frozen=True)
class SecondPerson:
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
        plain = quantity_text(phrase, self.description)
        return SAID.quantity(self, phrase.kind, phrase.names, other, plain)


def toward(track: Track, name: str) -> str:
    """``say to South``, ``do toward South``."""
    return f"{SAY_OR_DO[track].lower()} {'to' if track == 'words' else 'toward'} {name}"


# Numbers.


def level(phrase: Phrase, value: float) -> str:
    """Where a quantity stands: ``0.40``, ``45 of 100``."""
    if phrase.kind == "office":
        return number(value, 0)
    return points(value) if phrase.kind in _IN_POINTS else number(value, exact([value], 2))


def points(value: float) -> str:
    """A place between the two ends of an issue: ``45 of 100``."""
    return f"{number(value, 0 if value == round(value) else exact([value], 1))} of 100"


def place_on_issue(value: float, issue: Issue) -> str:
    """A place on an issue: ``10 of 100, close to “North keeps all of it”``."""
    return SAID.place_on_issue(value, points(value), issue, _NEAR_END)


def size(change: float) -> str:
    """A change with its sign, as finely as it needs; empty where it would show as zero."""
    shown = signed(change, 2 if abs(change) >= _FINE else 3)
    return shown if shown.strip("0.") else ""


def shift(issue: Issue, change: float) -> str:
    """How an issue moves: ``“The border” moves 5 points toward “the ridge”``; empty for nothing."""
    far = number(abs(change), 0 if abs(change) >= 9.95 else 1).removesuffix(".0")
    if far == "0":
        return ""
    end, noun = issue.high if change > 0 else issue.low, "point" if far == "1" else "points"
    return f"“{issue.name}” moves {far} {noun} toward “{end}”"


# What a seat wants, and how it stands with others.


def ranked_wants(weights: Mapping[str, float], described: Description) -> Iterator[tuple[str, str]]:
    """Components of interest by weight, strongest first, each with a sentence.

    Parameters
    ----------
    weights : mapping of component to weight
        Not all zero; they need not sum to 1.
    """
    whole, before = sum(weights.values()), None
    for nth, part in enumerate(sorted(weights, key=lambda part: -weights[part])):
        weight, own = weights[part], described.interests.get(part)
        rank = _RANKS[nth] if nth < len(_RANKS) else "comes next"
        rank = "weighs least" if nth == len(weights) - 1 else rank
        rank = "weighs as much" if weight == before else rank
        said = f"{rank} ({number(100 * weight / whole, 0)} of 100)" if weight else "does not count"
        if part == "issues":
            verb, rest = said.split(" ", 1)
            said = f"{_PLURAL[verb]} {rest}"
        if own:
            meaning = own.about or f"{own.wants} of the {formula_text(own.of, described)}"
            yield part, f"“{own.name}” {said}: {meaning.rstrip('.')}."
        else:
            told = _COMPONENTS[part]
            yield part, f"{told['heading']} {said}: {told['meaning']}."
        before = weight


def at_home(wording: SecondPerson) -> str:
    """Your support at home, and what ground given up on your first issue takes from it.

    By the audience cost before saturation: ``docs/model.md``, section 6.2.
    """
    you, issues = wording.you, wording.description.issues
    actor = wording.description.actors[you]
    mine = [
        (issue.stances[you].salience.value, issue)
        for issue in issues.values()
        if you in issue.stances
    ]
    care, first = max(mine, key=lambda one: one[0], default=(0.0, None))
    lost = size(actor.audience_cost.value * care * _GROUND / 100).lstrip("+")
    return SAID.at_home(actor.support.value, _GROUND, first.name if first else "", lost)


def tie(described: Description, kind: Tie, one: str, other: str) -> float:
    """A relation between two as the description states it; 0 where it does not."""
    found = relation(described, kind, one, other)
    return found[1].value if found else 0.0


def trust_in(described: Description, one: str, other: str) -> float | None:
    """What one expects of another's promises, 0 to 1; None where the description does not say."""
    found = described.relations.get(f"{one} to {other}")
    return found.trust.value if found is not None and found.trust is not None else None


def how_they_stand(other: str, wording: SecondPerson) -> str:
    """How you stand with another actor, in a few sentences."""
    described, you = wording.description, wording.you
    ways = (you, other), (other, you)
    ratio = described.actors[other].power.value / described.actors[you].power.value
    mutual = [tie(described, kind, you, other) for kind in _MUTUAL]
    each = [[tie(described, kind, *way) for way in ways] for kind in _EACH_WAY]
    trust = [trust_in(described, *way) for way in ways]
    names = wording.name(other), wording.whose(other)
    return SAID.how_they_stand(*names, ratio, *mutual, *each, trust, word)


def next_election(described: Description, actor: str, after: int) -> str:
    """When an actor votes next after a round: ``October 2018``; empty where it never does."""
    part = described.actors[actor].government
    if part is None:
        return ""
    last = after + (part.every or 0)
    known = elections(described.calendar, part.elections, part.every, last)
    coming = min((round for round in known if round > after), default=None)
    return "" if coming is None else month(np.datetime64(known[coming]))


def in_office_text(described: Description, actor: str, rounds: float, after: int) -> str:
    """How long a government has been in office and when it stands for election, in a sentence.

    Empty for an actor whose government never changes.
    """
    if described.actors[actor].government is None:
        return ""
    return SAID.office(int(np.rint(rounds)), next_election(described, actor, after))
