"""Whether an intervention writes what a proposition measures.

A claim that is true because its intervention says so tests nothing. What one
arm changes is found by laying the two descriptions side by side, so that it
does not matter how or in which file it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from sim.scenario.lookup import usual
from sim.scenario.measuring import Target, weighed
from sim.scenario.orders import Order
from sim.scenario.parameters import walk
from sim.scenario.phrases import (
    MOVED_BY_LEVERS,
    ROLES,
    SLOTS,
    SYMMETRIC,
    Kind,
    Phrase,
    expand,
    move,
    pair,
    parse,
)
from sim.scenario.schema import Description, Event

_OF_ACTOR: dict[str, Kind] = {
    "power": "power", "power_growth": "power", "support": "support",
    "support_trend": "support", "audience_cost": "support",
}  # fmt: skip
"""What each number of an actor sets or moves by itself."""
_BESIDE_NUMBERS = {
    "levers": ("once",),
    "events": ("on", "since", "until", "repeats", "forbids", "permits", "changes"),
}
"""What is no number and tells when or how often something can happen."""
_COST = Phrase("support", ("actor",))
"""What a lever's cost moves."""


@dataclass(frozen=True)
class Writing:
    """Something one arm states otherwise than the other.

    Attributes
    ----------
    path : str
        Where it stands.
    phrase : Phrase or None
        The quantity that it sets or moves.
    lever : str or None
        The lever whose use it opens, closes or makes more or less usual.
    event : str or None
        The event that it brings about or prevents.
    """

    path: str
    phrase: Phrase | None = None
    lever: str | None = None
    event: str | None = None


def writings(reference: Description, changed: Description) -> Iterator[Writing]:
    """All that differs between two arms and sets a quantity, a lever's use or an event."""
    for path in sorted(_differing(reference, changed)):
        part, *steps = path.split(".")
        if part == "relations" and (ends := pair(steps[0])):
            kind = steps[-1].removesuffix("_trend")
            names = ends[0], ends[2]
            found = parse(f"{kind} of {names[0]} {ends[1]} {names[1]}")
            yield Writing(path, phrase=found)
        elif part == "actors" and steps[1] in _OF_ACTOR:
            kind = _OF_ACTOR[steps[1]]
            yield Writing(path, phrase=parse(f"{kind} of {steps[0]}"))
        elif part == "actors" and steps[1] == "weights":
            yield Writing(path, phrase=parse(f"weight of {steps[0]} on {steps[2]}"))
        elif part == "issues" and steps[1] in ("outcome", "trend", "reversion", "volatility"):
            yield Writing(path, phrase=parse(f"issue {steps[0]}"))
        elif part == "issues" and steps[1] == "stances":
            yield Writing(path, phrase=parse(f"{steps[3]} of {steps[2]} on {steps[0]}"))
        elif part == "levers" and steps[1] in ("effects", "cost"):
            phrase = _COST if steps[1] == "cost" else parse(steps[2])
            for named in _by_users(steps[0], phrase, (reference, changed)):
                yield Writing(path, phrase=named)
        elif part == "levers" and steps[1] in ("usual", "consent", "requires", "once"):
            yield Writing(path, lever=steps[0])
        elif part == "coefficients":
            yield from (Writing(path, phrase=phrase) for phrase in _driven(steps))
        elif part == "events":
            yield Writing(path, event=steps[0])
            for description in (reference, changed):
                if event := description.events.get(steps[0]):
                    yield from _happening(steps[0], event)


def _by_users(
    lever: str, phrase: Phrase | None, arms: tuple[Description, Description]
) -> Iterator[Phrase]:
    """What an effect of a lever moves, for each actor that has it, and toward whom."""
    if phrase is None:
        return
    found: dict[Phrase, None] = {}
    for description in arms:
        if lever not in description.levers:
            continue
        actors = list(description.actors)
        for actor, target in permutations(actors, 2):
            if usual(description.levers[lever], actor, target) is not None:
                found |= dict.fromkeys(expand(phrase, actor, target, actors))
    yield from found


def _driven(steps: list[str]) -> Iterator[Phrase]:
    """The quantities that a coefficient moves by itself, whoever they belong to."""
    kinds: tuple[Kind, ...] = ()
    match steps:
        case ["reversion" | "noise", kind]:
            kinds = tuple(one for one in MOVED_BY_LEVERS if one == kind)
        case ["effect_scale", _] | ["wear"] | ["recovery"] | ["trend_damping"]:
            kinds = MOVED_BY_LEVERS
        case ["balance"]:
            kinds = ("affinity",)
    for kind in kinds:
        yield Phrase(kind, ("actor",) * len(SLOTS[kind]))


def _happening(name: str, event: Event) -> Iterator[Writing]:
    for text in event.changes:
        yield Writing(f"events.{name}.changes.{text}", phrase=parse(text))
    for text in (*event.forbids, *event.permits):
        if found := move(text):
            yield Writing(f"events.{name}", lever=found[0])


def written_directly(
    target: Target,
    reference: Description,
    changed: Description,
    orders: Iterable[Order] = (),
) -> tuple[str, ...]:
    """Paths by which the changed arm writes what is measured; none where all is well."""
    phrases = {_same(phrase) for phrase in _measured(target, changed)}
    levers = set(target.levers)
    events = set()
    if target.outcome:
        levers |= set(target.outcome.acts)
    if target.watch:
        levers |= {target.watch.lever} if target.watch.lever else set()
        events |= {target.watch.event} if target.watch.event else set()
    found = _redefined(target, reference, changed) | {
        writing.path
        for writing in (*writings(reference, changed), *_ordered(orders, changed))
        if (writing.phrase and any(_could_be(writing.phrase, one) for one in phrases))
        or writing.lever in levers
        or writing.event in events
    }
    return tuple(sorted(found))


def _redefined(target: Target, reference: Description, changed: Description) -> set[str]:
    """The outcome or watched event that is measured, where the arms mean another thing by it."""
    found = set()
    for part, name in (("outcomes", target.measured.outcome), ("watch", target.measured.watch)):
        if name and getattr(reference, part)[name] != getattr(changed, part)[name]:
            found.add(f"{part}.{name}")
    return found


def _ordered(orders: Iterable[Order], description: Description) -> Iterator[Writing]:
    """What moves laid down, or ruled out, write: the lever's use, and all it moves by itself."""
    for order in orders:
        never = "never " if order.never else ""
        path = f"moves: {never}{order.lever} by {order.by}"
        yield Writing(path, lever=order.lever)
        lever = description.levers[order.lever]
        phrases = [phrase for text in lever.effects if (phrase := parse(text))]
        if lever.cost.value:
            phrases.append(_COST)
        for phrase in phrases:
            for named in expand(phrase, order.by, order.toward, description.actors):
                yield Writing(path, phrase=named)


def _measured(target: Target, description: Description) -> Iterator[Phrase]:
    texts = [target.outcome.of] if target.outcome and target.outcome.of else []
    if target.watch:
        texts += target.watch.when
    if target.interest:
        texts += weighed(target.interest, description)
    yield from (phrase for text in texts if (phrase := parse(text)))


def _same(phrase: Phrase) -> Phrase:
    names = tuple(sorted(phrase.names)) if phrase.kind in SYMMETRIC else phrase.names
    return Phrase(phrase.kind, names)


def _could_be(written: Phrase, measured: Phrase) -> bool:
    """Whether what is written can be what is measured, whoever plays the roles."""
    if written.kind != measured.kind:
        return False
    ways = [written.names]
    if written.kind in SYMMETRIC:
        ways.append(written.names[::-1])
    slots = SLOTS[written.kind]
    return any(
        all(
            a == b or (slot == "actors" and a in ROLES)
            for slot, a, b in zip(slots, way, measured.names, strict=True)
        )
        for way in ways
    )


def _differing(reference: Description, changed: Description) -> set[str]:
    """Paths of numbers, and of levers and events as a whole, that are not the same."""
    mine = {parameter.path: parameter for parameter in walk(reference)}
    theirs = {parameter.path: parameter for parameter in walk(changed)}
    found = {
        path
        for path in mine.keys() | theirs.keys()
        if path not in mine or path not in theirs or not mine[path].same_number(theirs[path])
    }
    for part, keys in _BESIDE_NUMBERS.items():
        found |= set(_otherwise(part, keys, reference, changed))
    return found


def _otherwise(
    part: str, keys: tuple[str, ...], reference: Description, changed: Description
) -> Iterator[str]:
    before: dict[str, Any] = getattr(reference, part)
    after: dict[str, Any] = getattr(changed, part)
    for name in before.keys() | after.keys():
        for key in keys:
            old, new = (getattr(side.get(name), key, None) for side in (before, after))
            if _plain(old) != _plain(new):
                yield f"{part}.{name}.{key}"


def _plain(value: Any) -> Any:
    """A value without what is said of its origin."""
    if isinstance(value, dict):
        return {
            key: (inner.lasting, inner.by is None) if hasattr(inner, "lasting") else inner
            for key, inner in value.items()
        }
    return value
