"""Checking a proposition against its two arms: names, times, expectations, directness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

from sim.claims.measure import WORDS, Measured, Target, has_lever, weighed
from sim.errors import Fault
from sim.scenario import phrases
from sim.scenario.calendar import calendar_dates, rounds_between, rounds_of
from sim.scenario.checker import Checker
from sim.scenario.conditions import texts_in
from sim.scenario.formulas import texts as texts_of
from sim.scenario.lookup import DOES, Instance, instances, promises, usual
from sim.scenario.node import Node
from sim.scenario.phrases import ROLES, Kind, Phrase, expand, move, pair, parse, same_quantity
from sim.scenario.scenario import Scenario, walk
from sim.scenario.schema import Description, Event, Government, Order
from sim.text import did_you_mean

_LISTED = 3
"""Most places of a direct writing that a message names."""


def check_facts(cited: Iterable[str], root: Node, reference: Scenario) -> Iterator[Fault]:
    """Facts and data that the sources of the base must hold."""
    known = {*reference.library.facts, *reference.library.data}
    for number, fact in enumerate(cited):
        if fact not in known:
            problem = f"the source '{fact}' is not defined"
            remedy = did_you_mean(fact, known, "facts and data")
            yield Fault(root.place(("facts", number)), problem, remedy)


def check_names(
    measures: Mapping[str, Measured], root: Node, arms: Iterable[Scenario]
) -> Iterator[Fault]:
    """Names and phrases of the measures, which every arm must know."""
    told: set[Fault] = set()
    for scenario in {id(arm): arm for arm in arms}.values():
        checker = Checker(scenario.description, root)
        for key, measured in measures.items():
            path = ("measures", key)
            if measured.interest:
                checker.name((*path, "of"), str(measured.of), "actors")
            elif measured.of:
                checker.phrase((*path, "of"), measured.of, phrases.SHOWN, "measured", at_key=False)
            checker.conditions((*path, "when"), measured.when, phrases.CONDITIONS, "a condition")
            if measured.outcome:
                checker.name((*path, "outcome"), measured.outcome, "outcomes")
            if measured.watch and measured.watch not in scenario.description.watch:
                remedy = did_you_mean(measured.watch, scenario.description.watch, "watched events")
                checker.fault((*path, "watch"), f"'{measured.watch}' is not watched", remedy)
            known = [
                lever
                for lever in measured.levers
                if lever not in WORDS and checker.name(path, lever, "levers", True)
            ]
            for role in ("by", "toward"):
                if actor := getattr(measured, role):
                    checker.name((*path, role), actor, "actors")
            for lever in known:
                _lacking(checker, path, lever, measured)
        yield from (fault for fault in checker.faults if fault not in told)
        told.update(checker.faults)


def _lacking(checker: Checker, path: tuple[str, ...], lever: str, measured: Measured) -> None:
    """A fault where a lever is looked at that nobody has, or that nobody is asked about."""
    description = checker.description
    named = {role for role in (measured.by, measured.toward) if role}
    if not named <= set(description.actors) or has_lever(lever, measured, description):
        return
    who = f" by '{measured.by}'" if measured.by else ""
    whom = f" toward '{measured.toward}'" if measured.toward else ""
    asked = " that asks for consent" if measured.consent else ""
    asked = " that promises anything" if measured.promises else asked
    where = "'usual' and 'delivers'" if measured.promises else "'usual' and 'consent'"
    checker.refuse(
        "nobody has the lever", path, lever=lever, who=who, whom=whom, asked=asked, where=where
    )


def check_change(
    root: Node, reference: Scenario, changed: Scenario, orders: Iterable[Order]
) -> Iterator[Fault]:
    """An intervention must change something, and its events must be able to happen."""
    place = root.place(())
    for note in sorted(set(reference.notes) ^ set(changed.notes)):
        if "never happens" in note:
            yield Fault(place, note, "date it within the calendar of the base")
    if reference.description == changed.description and not tuple(orders):
        remedy = "change something, or write at_least or at_most and leave 'intervention' out"
        yield Fault(place, "the two arms are the same", remedy)


def check_times(
    measures: Mapping[str, Measured], root: Node, arms: Sequence[Scenario]
) -> Iterator[Fault]:
    """The calendar, which all arms share, and the periods that are looked at."""
    calendar = arms[0].description.calendar
    if any(arm.description.calendar != calendar for arm in arms):
        remedy = "give all the same start, length and number of rounds: they are compared by round"
        yield Fault(root.place(()), "the arms have different calendars", remedy)
    for key, measured in measures.items():
        if not rounds_between(calendar, measured.since, measured.until):
            problem = "no round of the scenario falls into the period looked at"
            yield Fault(root.place(("measures", key)), problem, calendar_dates(calendar))


def check_expectations(
    targets: Iterable[Target], root: Node, is_experiment: bool
) -> Iterator[Fault]:
    """What a claim expects must be possible at all."""
    for target in targets:
        path = ("measures", target.id)
        if target.measured.levers and not target.levers:
            problem = "no lever fits the measure"
            yield Fault(root.place(path), problem, "name one that the actor has")
        if not is_experiment and not target.measured.is_level:
            problem = "nothing is changed, so nothing can rise or fall"
            remedy = "add an 'intervention', or write at_least or at_most with a number"
            yield Fault(root.place((*path, "expect")), problem, remedy)


def check_laid_over_both(
    targets: Iterable[Target], layers: Node, over: Iterable[str]
) -> Iterator[Fault]:
    """What is laid over both arms needs an effect that it can change, or make vanish."""
    laid = [key for key in over if key in layers.fields]
    measured = [target.measured for target in targets]
    if "moderator" in laid and any(one.is_level for one in measured):
        problem = "a level is no effect that could depend on the moderator"
        remedy = "move measures with at_least or at_most to a claim of their own"
        yield Fault(layers.place(("moderator",), at_key=True), problem, remedy)
    if "null_check" in laid and not any(one.expect in ("rises", "falls") for one in measured):
        problem = "nothing here is expected to rise or fall, so there is no effect to vanish"
        yield Fault(layers.place(("null_check",), at_key=True), problem, "delete it")


@dataclass(frozen=True)
class Arms:
    """Two scenarios that are compared.

    Attributes
    ----------
    reference, changed : Scenario
        The same object where nothing is changed.
    reference_orders, changed_orders : tuple of Order
        Moves laid down in each.
    """

    reference: Scenario
    changed: Scenario
    reference_orders: tuple[Order, ...] = ()
    changed_orders: tuple[Order, ...] = ()

    @property
    def alike(self) -> bool:
        """Whether nothing tells the two apart."""
        same = self.reference.description == self.changed.description
        return same and self.reference_orders == self.changed_orders


def check_directness(
    targets: Iterable[Target], root: Node, arms: Arms, who: str
) -> Iterator[Fault]:
    """What is changed, or laid over both arms, must not be what is measured.

    ``who`` names it for the message: ``the intervention``.
    """
    laid = set(arms.reference_orders) ^ set(arms.changed_orders)
    orders = [one for one in (*arms.reference_orders, *arms.changed_orders) if one in laid]
    for target in targets:
        if target.measured.is_level:
            continue
        reference, changed = arms.reference.description, arms.changed.description
        if paths := written_directly(target, reference, changed, orders):
            more = f", and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
            problem = f"{who} writes what is measured: {', '.join(paths[:_LISTED])}{more}"
            remedy = "change what moves the actors, and leave the measured quantity to them"
            yield Fault(root.place(("measures", target.id)), problem, remedy)


# Whether an intervention writes what is measured: a claim that is true because its intervention
# says so tests nothing. What one arm changes is found by laying the two descriptions side by
# side, so that it does not matter how or in which file it was written.

_OF_ACTOR: dict[str, Kind] = {
    **dict.fromkeys(("power", "power_growth"), "power"),
    **dict.fromkeys(("support", "support_trend", "audience_cost"), "support"),
}
"""What each number of an actor sets or moves by itself."""
_OF_EVENT = ("on", "since", "until", "repeats", "forbids", "permits", "changes", "begins", "ends")
_BESIDE_NUMBERS = {
    "levers": ("once", *DOES, "delivers"),
    "arrangements": ("one_sided", "parties", "in_force", "term"),
    "events": _OF_EVENT,
    "actors": ("government",),
}
"""What is no number and tells when or how often something can happen, or what is in force."""
_TRUST = Phrase("trust", ROLES[:2])
"""Trust, whoever has it in whom."""
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
            joint = "in" if kind == "trust" else ends[1]
            found = parse(f"{kind} of {ends[0]} {joint} {ends[2]}")
            yield Writing(path, phrase=found)
        elif part == "actors" and steps[1] in _OF_ACTOR:
            kind = _OF_ACTOR[steps[1]]
            yield Writing(path, phrase=parse(f"{kind} of {steps[0]}"))
        elif part == "actors" and steps[1] == "weights":
            yield Writing(path, phrase=parse(f"weight of {steps[0]} on {steps[2]}"))
        elif part == "actors" and steps[1] == "government":
            yield from _governing(path, steps, (reference, changed))
        elif part == "arrangements":
            yield from _lasting(path, steps, (reference, changed))
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
        elif part == "levers" and steps[1] in DOES:
            meant = [set(_does(one, *steps[:2])) for one in (reference, changed)]
            for name in meant[0] ^ meant[1]:
                yield from _lasting(path, [name, "in_force"], (reference, changed))
        elif part == "levers" and steps[1] == "delivers":
            yield Writing(path, phrase=_TRUST)
        elif part == "coefficients":
            yield from (Writing(path, phrase=phrase) for phrase in _driven(steps))
        elif part == "events":
            yield Writing(path, event=steps[0])
            for description in (reference, changed):
                if event := description.events.get(steps[0]):
                    yield from _happening(steps[0], event)


def _does(description: Description, lever: str, key: str) -> tuple[str, ...]:
    """The arrangements that a lever begins, ends, suspends or resumes; none without the lever."""
    found: tuple[str, ...] = getattr(description.levers.get(lever), key, ())
    return found


def _governing(
    path: str, steps: list[str], arms: tuple[Description, Description]
) -> Iterator[Writing]:
    """What the government of an actor writes: when it falls, and what the next one wants."""
    actor, _, *rest = steps
    match rest:
        case ["successor", "positions" | "saliences" as kind, issue]:
            yield Writing(path, phrase=parse(f"{kind.removesuffix('s')} of {actor} on {issue}"))
        case ["successor", "weights", component]:
            yield Writing(path, phrase=parse(f"weight of {actor} on {component}"))
        case ["successor", "support"] | ["cost_of_ruling"]:
            yield Writing(path, phrase=parse(f"support of {actor}"))
        case ["loses"] | ["hazard"] | []:
            yield Writing(path, phrase=parse(f"rounds in office of {actor}"))
            for name in {name for one in arms for name in one.events}:
                events = [one.events[name] for one in arms if name in one.events]
                if any(event.government == actor for event in events):
                    yield Writing(path, event=name)


def _lasting(
    path: str, steps: list[str], arms: tuple[Description, Description]
) -> Iterator[Writing]:
    """What an arrangement writes: that it is in force, or what it changes while it is."""
    name, key, *rest = steps
    found: dict[Phrase, None] = {}
    for one in arms:
        for instance in instances(one):
            if instance.name != name:
                continue
            if key == "effects":
                found |= dict.fromkeys(_changed(parse(rest[0]), instance, one))
            elif key != "solemnity":
                found |= dict.fromkeys(_of_all(instance))
    for phrase in found:
        yield Writing(path, phrase=phrase)


def _changed(phrase: Phrase | None, instance: Instance, arm: Description) -> Iterator[Phrase]:
    """What an effect of an arrangement moves while it is in force between some."""
    ways = [instance.parties[:2]] if instance.one_sided else permutations(instance.parties, 2)
    for actor, target in ways:
        if phrase is not None:
            yield from expand(phrase, actor, target, arm.actors)


def _of_all(instance: Instance) -> Iterator[Phrase]:
    """That an arrangement is in force, for any two who have it."""
    kind = instance.phrase.kind
    ways = [instance.parties] if instance.one_sided else combinations(instance.parties, 2)
    yield from (Phrase(kind, (instance.name, *way)) for way in ways)


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
        case ["learning"] | ["reversion", "trust"]:
            kinds = ("trust",)
        case ["reversion" | "noise", kind]:
            kinds = tuple(one for one in phrases.MOVED_BY_LEVERS if one == kind)
        case ["effect_scale", _] | ["wear"] | ["recovery"] | ["trend_damping"]:
            kinds = phrases.MOVED_BY_LEVERS
        case ["balance"] | ["breach"]:
            kinds = ("affinity",)
    for kind in kinds:
        yield Phrase(kind, ("actor",) * len(phrases.SLOTS[kind]))


def _happening(name: str, event: Event) -> Iterator[Writing]:
    for text in event.changes:
        yield Writing(f"events.{name}.changes.{text}", phrase=parse(text))
    for text in (*event.forbids, *event.permits):
        if found := move(text):
            yield Writing(f"events.{name}", lever=found[0])
    for text in (*event.begins, *event.ends):
        if phrase := parse(f"in force {text}"):
            yield Writing(f"events.{name}", phrase=same_quantity(phrase))


def written_directly(
    target: Target, reference: Description, changed: Description, orders: Iterable[Order] = ()
) -> tuple[str, ...]:
    """Paths by which the changed arm writes what is measured; none where all is well."""
    measured = {same_quantity(phrase) for phrase in _measured(target, changed)}
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
        if (writing.phrase and any(_could_be(writing.phrase, one) for one in measured))
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
        moved = [phrase for text in lever.effects if (phrase := parse(text))]
        if lever.cost.value:
            moved.append(_COST)
        for phrase in moved:
            for named in expand(phrase, order.by, order.toward, description.actors):
                yield Writing(path, phrase=named)
        done = {name for key in DOES for name in getattr(lever, key)}
        for instance in instances(description):
            if instance.name in done and instance.concerns(order.by, order.toward):
                yield from (Writing(path, phrase=one) for one in _of_all(instance))
        for promise in promises(description):
            if order.lever == promise.lever or any(order.lever == one[0] for one in promise.by):
                for owing, other in promise.owed:
                    yield Writing(path, phrase=Phrase("trust", (other, owing)))


def _measured(target: Target, description: Description) -> Iterator[Phrase]:
    texts = [*texts_of(target.outcome.of)] if target.outcome else []
    if target.watch:
        texts += texts_in(target.watch.when)
    if target.interest:
        texts += weighed(target.interest, description)
    yield from (phrase.changing for text in texts if (phrase := parse(text)))


def _could_be(written: Phrase, measured: Phrase) -> bool:
    """Whether what is written can be what is measured, whoever plays the roles."""
    if written.kind != measured.kind:
        return False
    ways = [written.names]
    if written.kind in phrases.SYMMETRIC:
        ways.append(written.names[::-1])
    slots = phrases.SLOTS[written.kind]
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
    if isinstance(value, Government):  # whose other numbers have paths of their own
        return value.elections, value.every, value.limit, value.in_office
    return value


def check_order(checker: Checker, path: tuple[str | int, ...], order: Order) -> None:
    """Check that the actor has the lever toward the other, in a round of the scenario."""
    known = checker.name((*path, "lever"), order.lever, "levers")
    known &= checker.name((*path, "by"), order.by, "actors")
    known &= checker.name((*path, "toward"), order.toward, "actors")
    if known and order.by == order.toward:
        checker.refuse("toward itself", (*path, "toward"))
    elif known and usual(checker.description.levers[order.lever], order.by, order.toward) is None:
        checker.refuse(
            "order without lever",
            (*path, "lever"),
            by=order.by,
            lever=order.lever,
            toward=order.toward,
        )
    calendar = checker.description.calendar
    if not rounds_of(order, calendar):
        checker.fault(path, "no round of the scenario falls on this time", calendar_dates(calendar))
