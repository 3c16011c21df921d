"""Rules for arrangements and promises: between whom, what they change, who begins them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from sim.scenario.checker import Checker
from sim.scenario.instances import DOES, has_trust, instances
from sim.scenario.lookup import usual
from sim.scenario.node import Path
from sim.scenario.phrases import (
    ANYONE,
    IN_FORCE,
    OF_INSTANCES,
    ROLES,
    Phrase,
    expand,
    pair,
    parse,
    same_quantity,
)
from sim.scenario.schema import Arrangement, Event, Lever
from sim.text import quoted

_ALL = ("actor", "target", "others")
_ROLES = ("actor", "target")
_LISTED = 3
"""Most pairs that a message names."""
Way = tuple[str, str]


def check_arrangements(checker: Checker) -> None:
    """Check each arrangement, then what levers and events do to them, then promises."""
    for name, arrangement in checker.description.arrangements.items():
        path = ("arrangements", name)
        checker.reserved(path, (*ROLES, ANYONE), "an arrangement")
        _parties(checker, path, arrangement)
        _in_force(checker, path, arrangement)
        _effects(checker, path, name, arrangement)
        _begun(checker, name)
    for name, lever in checker.description.levers.items():
        _done(checker, ("levers", name), lever)
        _required(checker, ("levers", name), name, lever)
        _delivers(checker, ("levers", name), name, lever)
    for name, event in checker.description.events.items():
        _event(checker, ("events", name), event)
    _trust(checker)


def _parties(checker: Checker, path: Path, arrangement: Arrangement) -> None:
    parties = arrangement.parties
    if not parties:
        return
    checker.each((*path, "parties"), parties, "actors")
    checker.once((*path, "parties"), parties)
    if len(parties) < 2:
        checker.fault(
            (*path, "parties"), "one party holds nothing together with another", "name two or more"
        )
    if arrangement.one_sided:
        problem = "a one-sided arrangement has no parties: one keeps it up toward another"
        checker.fault((*path, "parties"), problem, "delete 'parties', or 'one_sided'", True)


def _in_force(checker: Checker, path: Path, arrangement: Arrangement) -> None:
    met: dict[tuple[str, ...], str] = {}
    joint, form = ("to", "A to B") if arrangement.one_sided else ("and", "A and B")
    for index, text in enumerate(arrangement.in_force):
        here = (*path, "in_force", index)
        parts = pair(text)
        if parts is None:
            checker.fault(here, f"'{text}' is not a pair", f"write '{form}'")
            continue
        first, said, second = parts
        if said != joint:
            sort = "one-sided" if arrangement.one_sided else "held by both"
            better = f"write '{first} {joint} {second}'"
            checker.fault(here, f"'{text}' does not fit: the arrangement is {sort}", better)
            continue
        known = [checker.name(here, actor, "actors") for actor in (first, second)]
        if first == second:
            checker.fault(here, f"'{first}' deals with itself", "name two actors")
        elif all(known) and _strange(arrangement, (first, second)):
            problem = f"'{text}' are not both parties"
            checker.fault(here, problem, f"name two of {quoted(arrangement.parties)}")
        held = (first, second) if arrangement.one_sided else tuple(sorted((first, second)))
        if arrangement.parties:
            held = arrangement.parties
        if met.setdefault(held, text) != text or text in arrangement.in_force[:index]:
            checker.fault(here, f"'{text}' and '{met[held]}' are the same", "keep one")


def _strange(arrangement: Arrangement, way: Way) -> bool:
    """Whether two are not both among the parties; one party alone is a fault of its own."""
    return len(arrangement.parties) > 1 and not set(way) <= set(arrangement.parties)


def _effects(checker: Checker, path: Path, name: str, arrangement: Arrangement) -> None:
    roles = () if arrangement.parties else _ALL
    path = (*path, "effects")
    phrases = checker.effects(path, arrangement.effects, "changed by an arrangement", roles)
    actors = checker.description.actors
    met: set[frozenset[str]] = set()
    remedy = "keep one of them: of an arrangement of two, each is the actor in turn"
    for ways in _turns(checker, name):
        moved = [
            (text, one)
            for text, phrase in phrases
            for way in ways
            for one in expand(phrase, *way, actors)
        ]
        checker.twice(path, moved, met, f"where {' and '.join(ways[0])} have it", remedy)


def _turns(checker: Checker, name: str) -> Iterator[tuple[Way, ...]]:
    """For each instance, who is the actor of whom in its effects."""
    for one in instances(checker.description):
        if one.name == name:
            first, second = one.parties[:2] if len(one.parties) > 1 else (one.parties[0], "")
            turns = one.one_sided or bool(checker.description.arrangements[name].parties)
            yield ((first, second),) if turns else ((first, second), (second, first))


def _begun(checker: Checker, name: str) -> None:
    """Note an arrangement that is in force neither at the start nor later."""
    if not any(one.name == name for one in checker.beginning):
        checker.notes.append(
            f"the arrangement '{name}' is never in force: no lever and no event begins it, and "
            "'in_force' names nobody"
        )


def _ways(checker: Checker, lever: Lever) -> list[Way]:
    actors = sorted(checker.description.actors)
    return [way for way in permutations(actors, 2) if usual(lever, *way)]


def _done(checker: Checker, path: Path, lever: Lever) -> None:
    """Check what a lever does to arrangements."""
    first: dict[str, str] = {}
    arrangements = checker.description.arrangements
    for key in DOES:
        for index, name in enumerate(getattr(lever, key)):
            here = (*path, key, index)
            if not checker.name(here, name, "arrangements"):
                continue
            if (before := first.setdefault(name, key)) != key:
                problem = f"the lever {before} and {key} '{name}'"
                checker.fault(here, problem, "keep one: a lever does one thing to an arrangement")
                continue
            if name in getattr(lever, key)[:index]:
                checker.fault(here, f"'{name}' is named twice", "name it once")
                continue
            parties = arrangements[name].parties
            strange = [way for way in _ways(checker, lever) if _strange(arrangements[name], way)]
            if strange:
                checker.fault(
                    here,
                    f"the lever {key} '{name}' but {_listed(strange)} can use it, who are not both "
                    f"parties to it ({quoted(parties)})",
                    "under 'usual' name pairs of the parties only, or make a lever for the others",
                )
            elif key != "begins" and not any(
                checker.can_be(name, *way) for way in _ways(checker, lever)
            ):
                checker.notes.append(
                    f"levers.{path[-1]}: it can never be used: it {key} '{name}', which is never "
                    "in force between those who have the lever"
                )


def _listed(ways: list[Way]) -> str:
    more = f" and {len(ways) - _LISTED} more pairs" if len(ways) > _LISTED else ""
    return ", ".join(f"{a} toward {b}" for a, b in ways[:_LISTED]) + more


def _required(checker: Checker, path: Path, name: str, lever: Lever) -> None:
    """Check that what is asked of roles may be in force between some two who have the lever.

    And that they have a government, where its rounds in office are asked.
    """
    for text in lever.requires:
        phrase = parse(text)
        if phrase is not None and phrase.kind == "office":
            _governed(checker, (*path, "requires", text), lever, phrase)
        if phrase is None or phrase.kind not in OF_INSTANCES or not set(phrase.actors) & set(ROLES):
            continue
        what = phrase.names[0]
        arrangement = checker.description.arrangements.get(what)
        if arrangement is None or arrangement.one_sided != (phrase.kind.endswith("_by")):
            continue
        named = (one for way in _ways(checker, lever) for one in expand(phrase, *way, ()))
        if not any(checker.can_be(what, *one.actors) for one in named) and checker.all_there:
            problem = f"'{what}' is never in force between those who use '{name}'"
            remedy = (
                f"let a lever or an event begin '{what}' between them, name them under its "
                "'in_force', or ask for something else"
            )
            checker.fault((*path, "requires", text), problem, remedy, True)


def _governed(checker: Checker, path: Path, lever: Lever, phrase: Phrase) -> None:
    """Check that all who may play a role have a government."""
    if phrase.names[0] not in _ROLES:
        return
    actors = checker.description.actors
    cast = {way[_ROLES.index(phrase.names[0])] for way in _ways(checker, lever)}
    lacking = sorted(actor for actor in cast if actors[actor].government is None)
    if lacking and checker.all_there:
        checker.fault(
            path,
            f"'{phrase}' is asked of {quoted(lacking)}, without a government that could change",
            f"add 'government:' to {quoted(lacking)}, or name pairs under 'usual' that leave "
            "them out",
            True,
        )


def _delivers(checker: Checker, path: Path, name: str, lever: Lever) -> None:
    """Check that what is promised can be delivered by somebody who owes it."""
    if lever.delivers is None:
        return
    here = (*path, "delivers", "lever")
    kept = lever.delivers.lever
    if not checker.name(here, kept, "levers"):
        return
    if kept == name:
        problem = f"'{name}' promises itself"
        checker.fault(here, problem, "name the lever by which the promise is kept")
        return
    lacking = []
    for way in _ways(checker, lever):
        back = (way[1], way[0])
        owed = {"actor": (way,), "target": (back,), "either": (way, back)}[lever.delivers.by]
        if not any(usual(checker.description.levers[kept], *one) for one in owed):
            lacking.append(owed[0])
    if lacking and checker.all_there:
        checker.fault(
            here,
            f"'{name}' promises '{kept}', which {_listed(lacking)} cannot use",
            f"add '{' to '.join(lacking[0])}' under 'usual' of '{kept}', or say under 'by' who "
            "else owes it: actor, target or either",
        )


def _event(checker: Checker, path: Path, event: Event) -> None:
    """Check what an event begins and ends."""
    met: dict[Phrase, str] = {}
    for key in ("begins", "ends"):
        for index, text in enumerate(getattr(event, key)):
            here = (*path, key, index)
            if phrase := _instance(checker, here, text):
                first = met.setdefault(same_quantity(phrase), text)
                before = event.begins if key == "ends" else ()
                if first != text or text in (*before, *getattr(event, key)[:index]):
                    checker.fault(here, f"'{text}' is named twice", "keep one")


def _instance(checker: Checker, path: Path, text: str) -> Phrase | None:
    """Check what names one arrangement between two: ``peace between north and south``."""
    phrase = parse(f"in force {text}")
    if phrase is None or phrase.kind not in IN_FORCE:
        near = checker.lasting(text, IN_FORCE)
        better = f"did you mean '{near.removeprefix('in force ')}'? " if near else ""
        remedy = f"{better}write 'X between A and B', or 'X by A toward B' if it is one-sided"
        checker.fault(path, f"'{text}' names no arrangement between two actors", remedy)
        return None
    known = [checker.name(path, name, slot) for slot, name in phrase.slots]
    if not all(known):
        return None
    if phrase.actors[0] == phrase.actors[1]:
        checker.fault(path, f"'{phrase.actors[0]}' deals with itself", "name two actors")
        return None
    if not checker.form(path, text, phrase, False):
        return None
    return phrase if checker.exists(path, phrase.names[0], phrase.actors, False) else None


def _trust(checker: Checker) -> None:
    if has_trust(checker.description) or not checker.all_there:
        return
    for key, relation in checker.description.relations.items():
        if relation.trust is not None:
            checker.notes.append(
                f"relations.{key}.trust has no effect: there are no arrangements and no promises"
            )
