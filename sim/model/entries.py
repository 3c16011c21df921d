"""What a lever means beyond what it does at once: arrangements it is about, and what lasts.

Equations: ``docs/model.md``, 6.8 and 6.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.model.layout import Layout
from sim.scenario import phrases
from sim.scenario.cameo import quad_class
from sim.scenario.lookup import usual
from sim.scenario.phrases import Phrase, parse
from sim.scenario.schema import Description, Lever


@dataclass(frozen=True)
class Entry:
    """One push that is valued and not resolved.

    Attributes
    ----------
    row : int
    path : str
        Of its stated size.
    scale : str
        Path of the factor of a promise; empty where the horizon is the factor.
    sign : int
        -1 where the effect is lost.
    term : int or None
        The most rounds that it can last.
    gate : int
        The arrangement that must not be in force already, by its number; -1: none.
    trust : (str, str) or None
        Whose trust in whom weighs it.
    """

    row: int
    path: str
    scale: str = ""
    sign: int = 1
    term: int | None = None
    gate: int = -1
    trust: tuple[str, str] | None = None


@dataclass(frozen=True)
class About:
    """The arrangements that a candidate is about, by their numbers, and what lasts of it.

    ``breaks`` where it ends one that is held together without asking consent.
    """

    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    suspends: tuple[int, ...] = ()
    resumes: tuple[int, ...] = ()
    breaks: bool = False
    trusted: bool = False
    entries: tuple[Entry, ...] = ()

    def rows(self, actor: str, layout: Layout) -> Iterator[int]:
        """Rows that it moves, or is valued by, beside those that the lever states."""
        for entry in self.entries:
            yield entry.row
        if self.breaks:
            for other in layout.actors:
                if other != actor:
                    yield layout.at("affinity", actor, other)


NOTHING = About()


def about(
    description: Description, layout: Layout, lever: Lever, actor: str, target: str, asks: bool
) -> About:
    """What a lever means for arrangements and promises, from an actor toward a target."""
    verbs = {verb: getattr(lever, verb) for verb in ("begins", "ends", "suspends", "resumes")}
    if not any(verbs.values()) and lever.delivers is None:
        return NOTHING
    meant = {verb: tuple(layout.concerned(names, actor, target)) for verb, names in verbs.items()}
    held = [not layout.instances[i].one_sided for i in (*meant["begins"], *meant["resumes"])]
    trust = (target, actor) if any(held) else None
    entries = []
    for number in sorted({*meant["begins"], *meant["resumes"]}):
        term = description.arrangements[layout.instances[number].name].term
        entries += [
            Entry(row, path, term=term, gate=number, trust=trust)
            for row, path in flow(description, layout, number)
        ]
    for number in sorted({*meant["ends"], *meant["suspends"]}):
        entries += [Entry(row, path, sign=-1) for row, path in flow(description, layout, number)]
    believed = any(held)
    if lever.delivers is not None:
        entries += _promised(description, layout, lever, actor, target)
        believed |= lever.delivers.by != "target"
    return About(
        **meant,
        breaks=not asks and any(not layout.instances[i].one_sided for i in meant["ends"]),
        trusted=asks and believed,
        entries=tuple(entries),
    )


def flow(description: Description, layout: Layout, number: int) -> list[tuple[int, str]]:
    """Rows that an arrangement moves in each round, with the paths of the sizes."""
    instance = layout.instances[number]
    found: list[tuple[int, str]] = []
    for text in description.arrangements[instance.name].effects:
        path = f"arrangements.{instance.name}.effects.{text}"
        one, other = instance.parties[:2]
        turns = [(one, other)] if instance.one_sided else [(one, other), (other, one)]
        rows = {
            layout.row(phrase): None
            for actor, target in turns
            for phrase in _expanded(text, actor, target, layout.actors)
        }
        found += [(row, path) for row in rows]
    return found


def _promised(
    description: Description, layout: Layout, lever: Lever, actor: str, target: str
) -> Iterator[Entry]:
    assert lever.delivers is not None
    name, by = lever.delivers.lever, lever.delivers.by
    kept = description.levers[name]
    one, other = actor, target
    if by == "target" or (by == "either" and usual(kept, actor, target) is None):
        one, other = target, actor
    if usual(kept, one, other) is None:
        return
    trust = (actor, target) if by == "target" else (target, actor)
    scale = f"coefficients.effect_scale.{quad_class(kept).replace(' ', '_')}"
    for text in kept.effects:
        for phrase in _expanded(text, one, other, layout.actors):
            path = f"levers.{name}.effects.{text}"
            yield Entry(layout.row(phrase), path, scale=scale, trust=trust)


def _expanded(text: str, actor: str, target: str, actors: Iterable[str]) -> list[Phrase]:
    phrase = parse(text)
    if phrase is None:  # checked when the scenario was built
        raise ValueError(f"not a quantity: {text!r}")
    return phrases.expand(phrase, actor, target, actors)
