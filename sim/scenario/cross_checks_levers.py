"""Rules for levers and arrangements: who has them, what they change, what fits in memory."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sim.scenario import phrases
from sim.scenario.cameo import CODES, TRACKS, suggested_code, track
from sim.scenario.checker import Checker
from sim.scenario.conditions import every
from sim.scenario.lookup import DOES, has_trust, instances, usual
from sim.scenario.node import Path
from sim.scenario.phrases import ANYONE, OF_INSTANCES, ROLES, Phrase, expand, pair, parse
from sim.scenario.schema import Arrangement, Description, Event, Lever
from sim.text import quoted

_BOTH = ("actor", "target")
_ALL = ("actor", "target", "others")
_OFFER = re.compile(r"\{actor\} (asks|invites|offers|proposes|requests|suggests)\b")
Pair = tuple[str, str]
RESERVED = ("pass", "any", "cooperation", "conflict")
"""Words that stand for no lever, or for several, where a question or a claim names levers."""


def check_levers(checker: Checker) -> None:
    """Check each lever, then how often all of them together are used."""
    for name, lever in checker.description.levers.items():
        path = ("levers", name)
        checker.reserved(path, RESERVED, "a lever")
        _tables(checker, path, lever)
        _effects(checker, path, lever)
        checker.conditions(
            (*path, "requires"), lever.requires, phrases.REQUIRED, "required of a lever", _BOTH
        )
        _log_lines(checker, path, lever)
        if (code := lever.cameo) is not None and code not in CODES:
            meant = _code_meant(lever, code)
            checker.refuse("unknown CAMEO code", (*path, "cameo"), code=code, meant=meant)
    _uncoded(checker)
    _sums(checker)


def _log_lines(checker: Checker, path: Path, lever: Lever) -> None:
    for key, line in (("says", lever.says), ("offers", lever.offers)):
        for word in re.findall(r"\{(.*?)\}", line or ""):
            if word not in _BOTH:
                checker.refuse("word not filled in", (*path, key), word=word)
    if lever.offers and not lever.consent:
        checker.needless(path, "offers", "consent")
    if lever.consent and not lever.offers and (found := _OFFER.match(lever.says or "")):
        checker.notes.append(
            f"the lever '{path[-1]}' tells what was agreed as if it were only proposed: "
            f"'{found[0]}' is a line for 'offers'; 'says' is what is told once it is done"
        )


def _code_meant(lever: Lever, code: str) -> str:
    """The code that was probably meant, or how one is written."""
    likely = suggested_code(lever.name)
    # A group of three digits stands for its finer codes.
    if len(code) == 4 and code[:3] in CODES:
        likely = CODES[code[:3]]
    return f"did you mean {likely}?" if likely else "write two to four digits in quotes: '036'"


def _uncoded(checker: Checker) -> None:
    """Say once which levers have no code, and which would fit by their names."""
    levers = checker.description.levers
    without = [
        f"{name}{f' (by its name {likely}?)' if (likely := suggested_code(lever.name)) else ''}"
        for name, lever in levers.items()
        if lever.cameo is None
    ]
    if without:
        checker.notes.append(
            f"levers without a CAMEO code are sorted by their effects: {', '.join(without)}; "
            "the command 'codes' lists them all"
        )


def _pairs(checker: Checker) -> list[Pair]:
    return list(itertools.permutations(sorted(checker.description.actors), 2))


def _tables(checker: Checker, path: Path, lever: Lever) -> None:
    if not lever.usual:
        checker.refuse("nobody uses the lever", (*path, "usual"), lacks=(*path, "usual"))
    for table, keys in (("usual", lever.usual), ("consent", lever.consent)):
        for key in keys:
            here = (*path, table, key)
            ends = _ends(key)
            if ends is None:
                checker.refuse("no directed pair", here)
                continue
            named = [name for name in ends if name != ANYONE]
            known = [checker.name(here, name, "actors", at_key=True) for name in named]
            if ends[0] == ends[1] != ANYONE:
                checker.refuse("key deals with itself", here, actor=ends[0])
            elif all(known) and table == "consent" and not _used(checker, lever, ends):
                checker.refuse("consent without use", here)


def _ends(key: str) -> Pair | None:
    match = re.fullmatch(r"(\S+) to (\S+)", key)
    return (match[1], match[2]) if match else None


def _used(checker: Checker, lever: Lever, ends: Pair) -> bool:
    ways = _ways(checker, lever)
    return any(ends[0] in (one, ANYONE) and ends[1] in (other, ANYONE) for one, other in ways)


def _effects(checker: Checker, path: Path, lever: Lever) -> None:
    path = (*path, "effects")
    known = checker.effects(path, lever.effects, "moved by a lever", _ALL)
    actors = checker.description.actors
    met: set[frozenset[str]] = set()
    for way in _ways(checker, lever):
        moved = [(text, one) for text, phrase in known for one in expand(phrase, *way, actors)]
        where = f"when {way[0]} uses it toward {way[1]}"
        checker.twice(path, moved, met, where, "keep one of them, with the sum of both")


def _sums(checker: Checker) -> None:
    """One fault for each key that is the largest share of sums of 1 or more."""
    over: dict[Pair, list[tuple[float, str]]] = {}
    # A code that is none is told elsewhere; its lever is then known by its effects.
    tracks = {
        name: track(lever if lever.cameo in CODES else lever.model_copy(update={"cameo": None}))
        for name, lever in checker.description.levers.items()
    }
    for (actor, target), kind in itertools.product(_pairs(checker), TRACKS):
        parts = sorted(
            (
                (-found[1].value, name, found[0])
                for name, lever in checker.description.levers.items()
                if tracks[name] == kind and (found := usual(lever, actor, target))
            )
        )
        total = -sum(part[0] for part in parts)
        # Rounding must not fail a file whose sum is just below 1.
        if total < 1 - 1e-9:
            continue
        most = ", ".join(f"{name} {-value:g}" for value, name, _ in parts[:3])
        _, name, key = parts[0]
        problem = f"the usual frequencies of {kind} of {actor} toward {target} add up to {total:g}"
        over.setdefault((name, key), []).append((total, f"{problem}, most by {most}"))
    for (name, key), sums in over.items():
        _, problem = max(sums, key=lambda one: one[0])
        if others := len(sums) - 1:
            problem += f"; {others} more {'pair' if others == 1 else 'pairs'} at 1 or more"
        remedy = "they are shares of one round: make the sum less than 1"
        checker.fault(("levers", name, "usual", key), problem, remedy, True)


BOUND = 3_000_000_000
"""Bytes that a scenario may take; a machine with 8 GB has as much to spare."""
LEAST_PLAYED = 4
"""Runs that are played together at least."""
_PER_TRIPLE, _PER_CELL, _PER_DRAW, _PER_CROWD = 800, 190, 250, 900
"""Bytes measured, with that many runs: for each pair and third actor; for each use of a lever
(by an actor, toward a target) and actor who weighs it; for each draw (see :func:`draws`) of
an effect between two; and of an effect on all others at once."""
_PER_MOMENT = 16 * LEAST_PLAYED
"""Bytes that an arrangement takes in each round: whether it is in force, and its record."""


def check_size(checker: Checker) -> bool:
    """Refuse a scenario that would take more memory than :data:`BOUND`; say whether it fits."""
    size = memory(checker.description)
    if size <= BOUND:
        return True
    described = checker.description
    count = sum(uses(lever, described) for lever in described.levers.values())
    numbers: dict[str, Any] = {"count": count, "rounds": described.calendar.rounds}
    numbers |= {"actors": len(described.actors), "size": size / 1e9, "most": BOUND / 1e9}
    checker.refuse("too large", ("actors",), **numbers)
    return False


def memory(description: Description) -> int:
    """Bytes that a scenario takes, about, from its numbers of actors and of uses of levers."""
    actors = len(description.actors)
    pairs, ways = actors * (actors - 1) // 2, actors * (actors - 1)
    state = 2 * pairs + 2 * ways + 2 * actors + len(description.issues)
    state += ways if has_trust(description) else 0
    state += sum(bool(one.government) for one in description.actors.values())
    state += sum(len(one.in_force) + 1 for one in description.arrangements.values())
    moments = description.calendar.rounds + 1
    total = _PER_TRIPLE * pairs * max(actors - 2, 0)
    total += LEAST_PLAYED * moments * (4 * state + 3 * ways + len(description.events))
    for lever in description.levers.values():
        single, crowded = draws(lever, description)
        each = _PER_CELL * actors + _PER_DRAW * single + _PER_CROWD * crowded
        each += _PER_MOMENT * moments * sum(len(getattr(lever, key)) for key in DOES)
        total += uses(lever, description) * each
    return total


def draws(lever: Lever, description: Description) -> tuple[int, int]:
    """Draws of one use, by effects between two and by effects on all others at once."""
    actors = len(description.actors)
    single, crowded = _drawn(_moved(lever, description), actors)
    if lever.ends and f"{ANYONE} to {ANYONE}" not in lever.consent:
        # Broken off without the other's consent, it costs the affinity of all others.
        single += 2 * actors * actors
    return single, crowded


def _moved(lever: Lever, description: Description) -> Iterator[str]:
    """What a use moves, by itself and by what it begins, ends or promises."""
    yield from lever.effects
    for name in {name for key in DOES for name in getattr(lever, key)}:
        if arrangement := description.arrangements.get(name):
            both = 1 if arrangement.one_sided else 2  # it moves either party in turn
            yield from (*arrangement.effects,) * both
    if lever.delivers and (kept := description.levers.get(lever.delivers.lever)):
        yield from kept.effects


def uses(lever: Lever, description: Description) -> int:
    """How many actors use a lever toward how many others: ordered pairs that 'usual' names."""
    actors = description.actors.keys()
    keys = [ends for key in lever.usual if (ends := pair(key)) and ends[1] == "to"]
    known = [(a, b) for a, _, b in keys if {a, b} <= {*actors, ANYONE} and (a != b or a == ANYONE)]
    if (ANYONE, ANYONE) in known:
        return len(actors) * (len(actors) - 1)
    by = {a for a, b in known if b == ANYONE}
    toward = {b for a, b in known if a == ANYONE}
    named = {(a, b) for a, b in known if ANYONE not in (a, b)}
    both = len(by) * len(toward) - len(by & toward)
    alone = sum(a not in by and b not in toward for a, b in named)
    return (len(by) + len(toward)) * (len(actors) - 1) - both + alone


def _drawn(effects: Iterable[str], actors: int) -> tuple[int, int]:
    """Draws of some effects, as :func:`draws` tells them apart.

    An affinity draws each of its two toward the other, a pledge one of them, in the
    disputes that it has with everybody else.
    """
    thirds = max(actors - 2, 0)
    single = crowded = 0
    for text in effects:
        phrase = parse(text)
        if phrase is None or phrase.kind not in ("affinity", "commitment"):
            continue
        drawn = thirds * (2 if phrase.kind == "affinity" else 1)
        if "others" in phrase.actors:
            crowded += thirds * drawn
        else:
            single += drawn
    return single, crowded


# Rules for arrangements and promises: between whom, what they change, who begins them.

_LISTED = 3
"""Most pairs that a message names."""


def check_arrangements(checker: Checker) -> None:
    """Check each arrangement, then what levers and events do to them, then promises."""
    for name, arrangement in checker.description.arrangements.items():
        path = ("arrangements", name)
        checker.reserved(path, (*ROLES, ANYONE), "an arrangement")
        _parties(checker, path, arrangement)
        _in_force(checker, path, arrangement)
        _lasting_effects(checker, path, name, arrangement)
        _begun(checker, name)
    for name, lever in checker.description.levers.items():
        _done(checker, ("levers", name), lever)
        _required(checker, ("levers", name), lever)
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
        checker.refuse("one party", (*path, "parties"))
    if arrangement.one_sided:
        checker.refuse("one-sided with parties", (*path, "parties"))


def _in_force(checker: Checker, path: Path, arrangement: Arrangement) -> None:
    met: dict[tuple[str, ...], str] = {}
    joint, sort = ("to", "one-sided") if arrangement.one_sided else ("and", "held by both")
    for index, text in enumerate(arrangement.in_force):
        here = (*path, "in_force", index)
        parts = pair(text)
        if parts is None:
            checker.refuse("no pair in force", here, text=text, joint=joint)
            continue
        first, said, second = parts
        if said != joint:
            better = f"{first} {joint} {second}"
            checker.refuse("wrong pair in force", here, text=text, sort=sort, better=better)
            continue
        known = [checker.name(here, actor, "actors") for actor in (first, second)]
        if first == second:
            checker.refuse("deals with itself", here, actor=first)
        elif all(known) and _strange(arrangement, (first, second)):
            checker.refuse("not both parties", here, text=text, parties=quoted(arrangement.parties))
        held = (first, second) if arrangement.one_sided else tuple(sorted((first, second)))
        if arrangement.parties:
            held = arrangement.parties
        if met.setdefault(held, text) != text or text in arrangement.in_force[:index]:
            checker.refuse("same pair twice", here, text=text, before=met[held])


def _strange(arrangement: Arrangement, way: Pair) -> bool:
    """Whether two are not both among the parties; one party alone is a fault of its own."""
    return len(arrangement.parties) > 1 and not set(way) <= set(arrangement.parties)


def _lasting_effects(checker: Checker, path: Path, name: str, arrangement: Arrangement) -> None:
    roles = () if arrangement.parties else _ALL
    path = (*path, "effects")
    known = checker.effects(path, arrangement.effects, "changed by an arrangement", roles)
    actors = checker.description.actors
    met: set[frozenset[str]] = set()
    remedy = "keep one of them: of an arrangement of two, each is the actor in turn"
    for ways in _turns(checker, name):
        moved = [
            (text, one)
            for text, phrase in known
            for way in ways
            for one in expand(phrase, *way, actors)
        ]
        checker.twice(path, moved, met, f"where {' and '.join(ways[0])} have it", remedy)


def _turns(checker: Checker, name: str) -> Iterator[tuple[Pair, ...]]:
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


def _ways(checker: Checker, lever: Lever) -> list[Pair]:
    """Who has a lever toward whom."""
    return [way for way in _pairs(checker) if usual(lever, *way)]


def _done(checker: Checker, path: Path, lever: Lever) -> None:
    """Check what a lever does to arrangements."""
    first: dict[str, str] = {}
    arrangements = checker.description.arrangements
    for key in DOES:
        for index, name in enumerate(getattr(lever, key)):
            here = (*path, key, index)
            before = first.setdefault(name, key)
            words: dict[str, Any] = {"does": key, "name": name, "before": before}
            ways = _ways(checker, lever)
            if not checker.name(here, name, "arrangements"):
                continue
            if before != key:
                checker.refuse("two things to an arrangement", here, **words)
            elif name in getattr(lever, key)[:index]:
                checker.refuse("named twice", here, name=name)
            elif strange := [way for way in ways if _strange(arrangements[name], way)]:
                words |= {"ways": _listed(strange), "parties": quoted(arrangements[name].parties)}
                checker.refuse("used by others than parties", here, **words)
            elif key != "begins" and not any(checker.can_be(name, *way) for way in ways):
                checker.notes.append(
                    f"levers.{path[-1]}: it can never be used: it {key} '{name}', which is never "
                    "in force between those who have the lever"
                )


def _listed(ways: list[Pair]) -> str:
    more = f" and {len(ways) - _LISTED} more pairs" if len(ways) > _LISTED else ""
    return ", ".join(f"{a} toward {b}" for a, b in ways[:_LISTED]) + more


def _required(checker: Checker, path: Path, lever: Lever) -> None:
    """Check that what is asked of roles may be in force between some two who have the lever.

    And that they have a government, where its rounds in office are asked.
    """
    for steps, text, _ in every(lever.requires):
        phrase, here = parse(text), (*path, "requires", *steps, text)
        if phrase is not None and phrase.kind == "office":
            _governed(checker, here, lever, phrase)
        if phrase is None or phrase.kind not in OF_INSTANCES or not set(phrase.actors) & set(ROLES):
            continue
        what = phrase.names[0]
        arrangement = checker.description.arrangements.get(what)
        if arrangement is None or arrangement.one_sided != (phrase.kind.endswith("_by")):
            continue
        named = (one for way in _ways(checker, lever) for one in expand(phrase, *way, ()))
        if (
            not any(checker.can_be(what, *one.actors) for one in named)
            and checker.arrangements_sound
        ):
            checker.refuse("never in force between users", here, what=what)


def _governed(checker: Checker, path: Path, lever: Lever, phrase: Phrase) -> None:
    """Check that all who may play a role have a government."""
    if phrase.names[0] not in _BOTH:
        return
    actors = checker.description.actors
    cast = {way[_BOTH.index(phrase.names[0])] for way in _ways(checker, lever)}
    lacking = sorted(actor for actor in cast if actors[actor].government is None)
    if lacking and checker.arrangements_sound:
        checker.refuse("asked of no government", path, phrase=phrase, actors=quoted(lacking))


def _delivers(checker: Checker, path: Path, name: str, lever: Lever) -> None:
    """Check that what is promised can be delivered by somebody who owes it."""
    if lever.delivers is None:
        return
    here = (*path, "delivers", "lever")
    kept = lever.delivers.lever
    if not checker.name(here, kept, "levers"):
        return
    if kept == name:
        checker.refuse("promises itself", here)
        return
    keeping = checker.description.levers[kept]
    owing = [lever.delivers.owed(*way) for way in _ways(checker, lever)]
    lacking = [owed[0] for owed in owing if not any(usual(keeping, *one) for one in owed)]
    if lacking and checker.arrangements_sound:
        words: dict[str, Any] = {"ways": _listed(lacking), "pair": " to ".join(lacking[0])}
        checker.refuse("promise cannot be kept", here, kept=kept, **words)


def _event(checker: Checker, path: Path, event: Event) -> None:
    """Check what an event begins and ends."""
    met: dict[Phrase, str] = {}
    for key in ("begins", "ends"):
        for index, text in enumerate(getattr(event, key)):
            here = (*path, key, index)
            if phrase := _instance(checker, here, text):
                first = met.setdefault(phrases.same_quantity(phrase), text)
                before = event.begins if key == "ends" else ()
                if first != text or text in (*before, *getattr(event, key)[:index]):
                    checker.refuse("arrangement twice", here, text=text)


def _instance(checker: Checker, path: Path, text: str) -> Phrase | None:
    """Check what names one arrangement between two: ``peace between north and south``."""
    phrase = parse(f"in force {text}")
    if phrase is None or phrase.kind not in phrases.IN_FORCE_KINDS:
        near = checker.lasting(text, phrases.IN_FORCE_KINDS)
        better = f"did you mean '{near.removeprefix('in force ')}'? " if near else ""
        checker.refuse("no arrangement", path, text=text, better=better)
        return None
    known = [checker.name(path, name, slot) for slot, name in phrase.slots]
    if not all(known):
        return None
    if phrase.actors[0] == phrase.actors[1]:
        checker.refuse("deals with itself", path, actor=phrase.actors[0])
        return None
    if not checker.form(path, text, phrase, False):
        return None
    return phrase if checker.exists(path, phrase.names[0], phrase.actors, False) else None


def _trust(checker: Checker) -> None:
    if has_trust(checker.description) or not checker.arrangements_sound:
        return
    for key, relation in checker.description.relations.items():
        if relation.trust is not None:
            checker.notes.append(
                f"relations.{key}.trust has no effect: there are no arrangements and no promises"
            )
