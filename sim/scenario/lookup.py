"""Frequencies, relations, arrangements and promises of a description, by the actors concerned.

What a file may write in several ways (either order of a symmetric pair,
``anyone`` for an actor) is looked up here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from sim.remembered import remembered
from sim.scenario.field_types import Frequency, Quantity
from sim.scenario.phrases import ANYONE, COMPONENTS, SYMMETRIC, Kind, Phrase, pair, parse
from sim.scenario.schema import Description, Lever

NONE, IN_FORCE, SUSPENDED = range(3)
"""Status of an arrangement, as the engine keeps it and results number it."""
OPEN, OVERDUE, KEPT, LATE, BROKEN = range(1, 6)
"""Status of a promise at the end of a round; 0 where nothing is open."""

Tie = Literal["affinity", "tension", "commitment", "ties"]


def theories_of(description: Description) -> dict[str, str]:
    """By actor, the name of the theory that the file gives it: its own before that of all."""
    own = {name: actor.theory or description.theory for name, actor in description.actors.items()}
    return {name: theory for name, theory in own.items() if theory}


def components_of(description: Description) -> tuple[str, ...]:
    """What actors may care for: the five components of interest, then those of the file's own."""
    return (*COMPONENTS, *sorted(description.interests))


def usual(lever: Lever, actor: str, target: str) -> tuple[str, Frequency] | None:
    """How often per round an actor uses a lever toward a target in ordinary times.

    ``actor``, ``target``: ids of two different actors. Gives the key under ``usual`` that holds for
    the two, and its frequency. The most specific key wins: ``A to B``, ``A to anyone``, ``anyone to
    B``, ``anyone to anyone``. ``None`` where the actor never uses it so.
    """
    return _for_pair(lever.usual, actor, target)


def consent(lever: Lever, actor: str, target: str) -> tuple[str, Frequency] | None:
    """How often the target agrees in ordinary times; ``None`` where it is not asked.

    The key is found as in :func:`usual`.
    """
    return _for_pair(lever.consent, actor, target)


def relation(
    description: Description, kind: Tie, first: str, second: str
) -> tuple[str, Quantity] | None:
    """Find a stated quantity of a relation.

    ``kind``: the symmetric two are found in either order of the names; ``first``, ``second``: ids
    of the actors; for the directed two, from first to second. Gives the path of the number
    (``relations.A and B.affinity``) and the number; ``None`` where the file does not state it.
    """
    keys = [f"{first} to {second}"]
    if kind in SYMMETRIC:
        keys = [f"{first} and {second}", f"{second} and {first}"]
    for key in keys:
        found = description.relations.get(key)
        quantity: Quantity | None = getattr(found, kind) if found else None
        if quantity is not None:
            return f"relations.{key}.{kind}", quantity
    return None


def _for_pair(table: dict[str, Frequency], actor: str, target: str) -> tuple[str, Frequency] | None:
    for key in (
        f"{actor} to {target}",
        f"{actor} to {ANYONE}",
        f"{ANYONE} to {target}",
        f"{ANYONE} to {ANYONE}",
    ):
        if key in table:
            return key, table[key]
    return None


# Which arrangements and promises a scenario may come to have, and between whom.

Does = Literal["begins", "ends", "suspends", "resumes"]
DOES: tuple[Does, ...] = ("begins", "ends", "suspends", "resumes")
"""What a lever may do to an arrangement."""


@dataclass(frozen=True, order=True)
class Instance:
    """One arrangement between those whom it concerns.

    Attributes
    ----------
    name : str
        Its key under ``arrangements``.
    parties : tuple of str
        The actors; of a one-sided one the actor that keeps it up, then its target. Else in
        the order of their names.
    one_sided : bool
    """

    name: str
    parties: tuple[str, ...]
    one_sided: bool = False

    @property
    def phrase(self) -> Phrase:
        """``in force X between A and B``: of several parties, the first two stand for all."""
        kind: Kind = "in_force_by" if self.one_sided else "in_force"
        return Phrase(kind, (self.name, *self.parties[:2]))

    @property
    def label(self) -> str:
        """How results name it: ``peace: a and b``, ``sanctions: a toward b``."""
        if self.one_sided:
            return f"{self.name}: {' toward '.join(self.parties)}"
        *most, last = self.parties
        return f"{self.name}: {', '.join(most)} and {last}"

    @property
    def holders(self) -> tuple[str, ...]:
        """Who holds it together; nobody where it is one-sided."""
        return () if self.one_sided else self.parties

    def concerns(self, actor: str, target: str) -> bool:
        """Whether what an actor does toward a target is about it."""
        if self.one_sided:
            return self.parties == (actor, target)
        return actor in self.parties and target in self.parties


@dataclass(frozen=True, order=True)
class Promise:
    """What a lever promises when an actor uses it toward a target.

    Attributes
    ----------
    lever, actor, target : str
        The one that makes the promise.
    owed : tuple of (str, str)
        Who owes it to whom.
    by : tuple of (lever, actor, target)
        What keeps it.
    """

    lever: str
    actor: str
    target: str
    owed: tuple[tuple[str, str], ...]
    by: tuple[tuple[str, str, str], ...]

    @property
    def label(self) -> str:
        """How results name it: ``pledge: a to b``."""
        return f"{self.lever}: {self.actor} to {self.target}"


@remembered(16)
def instances(description: Description) -> tuple[Instance, ...]:
    """All arrangements of which a lever or an event may change the status, or that are in force.

    In the order of their names.
    """
    return tuple(sorted(_instances(description, DOES)))


def place_of(phrase: Phrase, found: Sequence[Instance]) -> int:
    """The number of the arrangement that a phrase names between two actors; -1: none.

    ``phrase``: ``in force X between A and B`` or ``in force X by A toward B``.
    """
    name, actor, target = phrase.names
    return next(
        (
            number
            for number, one in enumerate(found)
            if one.name == name and one.concerns(actor, target)
        ),
        -1,
    )


def beginning(description: Description) -> tuple[Instance, ...]:
    """Those of :func:`instances` that are in force at the start or can be begun."""
    started = _instances(description, DOES[:1])
    return tuple(sorted(one for one in started if _begins(description, one)))


def _instances(description: Description, keys: tuple[Does, ...]) -> set[Instance]:
    """All arrangements that are in force at the start, or that levers do something to."""
    found = set()
    concerned = _concerned(description, keys)
    for name, arrangement in description.arrangements.items():
        if arrangement.parties:
            found.add(Instance(name, tuple(sorted(arrangement.parties))))
            continue
        met = list(concerned.get(name, ()))
        for texts in (arrangement.in_force, _begun_by_events(description, name)):
            met += [(parts[0], parts[2]) for text in texts if (parts := pair(text))]
        for way in met:
            if arrangement.one_sided:
                found.add(Instance(name, way, True))
            else:
                found.add(Instance(name, tuple(sorted(way))))
    return found


def _concerned(
    description: Description, keys: tuple[Does, ...]
) -> dict[str, list[tuple[str, str]]]:
    """Who has a lever toward whom that does something to each arrangement."""
    found: dict[str, list[tuple[str, str]]] = {}
    for lever in description.levers.values():
        if names := {name for key in keys for name in getattr(lever, key)}:
            ways = [one for one in permutations(description.actors, 2) if usual(lever, *one)]
            for name in names:
                found.setdefault(name, []).extend(ways)
    return found


def _begins(description: Description, instance: Instance) -> bool:
    """Whether it is in force at the start, or a lever or an event begins it."""
    if not description.arrangements[instance.name].parties:
        return True
    ways = list(permutations(instance.parties, 2))
    return (
        at_start(description, instance)
        or any(True for _ in _begun_by_events(description, instance.name))
        or any(
            instance.name in lever.begins and any(usual(lever, *way) for way in ways)
            for lever in description.levers.values()
        )
    )


def _begun_by_events(description: Description, name: str) -> Iterator[str]:
    """Between whom events put an arrangement in force, as pairs."""
    for event in description.events.values():
        for text in event.begins:
            if (named := parse_instance(text)) and named[0] == name:
                yield f"{named[1]} to {named[2]}"


def parse_instance(text: str) -> tuple[str, str, str, bool] | None:
    """Read ``X between A and B`` or ``X by A toward B``: name, actors, whether one-sided."""
    phrase = parse(f"in force {text}")
    if phrase is None:
        return None
    name, a, b = phrase.names
    return name, a, b, phrase.kind == "in_force_by"


def at_start(description: Description, instance: Instance) -> bool:
    """Whether an arrangement is in force when the scenario begins."""
    for text in description.arrangements[instance.name].in_force:
        parts = pair(text)
        if parts and instance.concerns(parts[0], parts[2]):
            return True
    return False


@remembered(16)
def promises(description: Description) -> tuple[Promise, ...]:
    """All promises that may be made, in the order of lever, actor and target."""
    return tuple(
        _promise(description, name, lever, actor, target)
        for name, lever in sorted(description.levers.items())
        if lever.delivers
        for actor, target in sorted(permutations(description.actors, 2))
        if usual(lever, actor, target)
    )


def _promise(description: Description, name: str, lever: Lever, actor: str, target: str) -> Promise:
    assert lever.delivers is not None
    owed, kept = lever.delivers.owed(actor, target), lever.delivers.lever
    keeping = tuple((kept, *one) for one in owed if usual(description.levers[kept], *one))
    return Promise(name, actor, target, owed, keeping)


def has_trust(description: Description) -> bool:
    """Whether a scenario has arrangements or promises, and so trust."""
    return bool(description.arrangements) or any(
        lever.delivers for lever in description.levers.values()
    )


def governed_actors(description: Description) -> tuple[str, ...]:
    """The actors whose governments may change, in the order of their names."""
    return tuple(sorted(a for a, part in description.actors.items() if part.government))
