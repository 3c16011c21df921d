"""Which arrangements and promises a scenario may come to have, and between whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from sim.scenario.lookup import usual
from sim.scenario.phrases import Kind, Phrase, pair, parse
from sim.scenario.schema import Description, Lever


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


def instances(description: Description) -> tuple[Instance, ...]:
    """All arrangements that may come into force, in the order of their names.

    Parameters
    ----------
    description : Description
        A checked description.
    """
    return tuple(sorted(_instances(description)))


def place_of(phrase: Phrase, found: Sequence[Instance]) -> int:
    """The number of the arrangement that a phrase names between two actors; -1: none.

    Parameters
    ----------
    phrase : Phrase
        ``in force X between A and B`` or ``in force X by A toward B``.
    found : sequence of Instance
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


def _instances(description: Description) -> set[Instance]:
    found = set()
    for name, arrangement in description.arrangements.items():
        if arrangement.parties:
            found.add(Instance(name, tuple(sorted(arrangement.parties))))
            continue
        met = [
            way
            for way in permutations(description.actors, 2)
            for lever in description.levers.values()
            if name in (*lever.begins, *lever.ends, *lever.suspends, *lever.resumes)
            and usual(lever, *way)
        ]
        for texts in (arrangement.in_force, _begun_by_events(description, name)):
            met += [(parts[0], parts[2]) for text in texts if (parts := pair(text))]
        for way in met:
            if arrangement.one_sided:
                found.add(Instance(name, way, True))
            else:
                found.add(Instance(name, tuple(sorted(way))))
    return found


def _begun_by_events(description: Description, name: str) -> Iterator[str]:
    """Between whom events put an arrangement in force, as pairs."""
    for event in description.events.values():
        for text in event.begins:
            if (named := meant(text)) and named[0] == name:
                yield f"{named[1]} to {named[2]}"


def meant(text: str) -> tuple[str, str, str, bool] | None:
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


def promises(description: Description) -> tuple[Promise, ...]:
    """All promises that may be made, in the order of lever, actor and target.

    Parameters
    ----------
    description : Description
        A checked description.
    """
    return tuple(
        _promise(description, name, lever, actor, target)
        for name, lever in sorted(description.levers.items())
        if lever.delivers
        for actor, target in sorted(permutations(description.actors, 2))
        if usual(lever, actor, target)
    )


def _promise(description: Description, name: str, lever: Lever, actor: str, target: str) -> Promise:
    assert lever.delivers is not None
    way, back = (actor, target), (target, actor)
    owed = {"actor": (way,), "target": (back,), "either": (way, back)}[lever.delivers.by]
    kept = description.levers[lever.delivers.lever]
    return Promise(
        name,
        actor,
        target,
        owed,
        tuple((lever.delivers.lever, *one) for one in owed if usual(kept, *one)),
    )


def bonds(description: Description) -> bool:
    """Whether a scenario has arrangements or promises, and so trust."""
    return bool(description.arrangements) or any(
        lever.delivers for lever in description.levers.values()
    )


def governed(description: Description) -> tuple[str, ...]:
    """The actors whose governments may change, in the order of their names."""
    return tuple(sorted(a for a, part in description.actors.items() if part.government))
