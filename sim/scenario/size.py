"""Whether a scenario is small enough to be played: its memory, reckoned before it is laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.scenario.checker import Checker
from sim.scenario.instances import DOES, bonds
from sim.scenario.phrases import ANYONE, pair, parse
from sim.scenario.schema import Description, Lever

BOUND = 3_000_000_000
"""Bytes that a scenario may take; a machine with 8 GB has as much to spare."""
LEAST_RUNS = 4
"""Runs that are played together at least."""
_PER_TRIPLE, _PER_CELL, _PER_DRAW, _PER_CROWD = 800, 190, 250, 900
"""Bytes measured, with that many runs: for each pair and third actor; for each use of a lever
(by an actor, toward a target) and actor who weighs it; for each draw (see :func:`draws`) of
an effect between two; and of an effect on all others at once."""
_PER_MOMENT = 16 * LEAST_RUNS
"""Bytes that an arrangement takes in each round: whether it is in force, and its record."""


def check_size(report: Checker) -> bool:
    """Refuse a scenario that would take more memory than :data:`BOUND`; say whether it fits."""
    size = memory(report.description)
    if size <= BOUND:
        return True
    described = report.description
    count = sum(uses(lever, described) for lever in described.levers.values())
    report.fault(
        ("actors",),
        f"{len(described.actors)} actors with {count:,} uses of levers (each lever by each actor "
        f"toward each other that 'usual' names) and {described.calendar.rounds} rounds would "
        f"take about {size / 1e9:.1f} GB of memory before the first run is over; "
        f"{BOUND / 1e9:.0f} GB is the most",
        "describe fewer actors, or fewer uses: write 'A to B' under 'usual' for those who "
        "matter to each other instead of 'anyone to anyone'",
        True,
    )
    return False


def memory(description: Description) -> int:
    """Bytes that a scenario takes, about, from its numbers of actors and of uses of levers."""
    actors = len(description.actors)
    pairs, ways = actors * (actors - 1) // 2, actors * (actors - 1)
    state = 2 * pairs + 2 * ways + 2 * actors + len(description.issues)
    state += ways if bonds(description) else 0
    state += sum(bool(one.government) for one in description.actors.values())
    state += sum(len(one.in_force) + 1 for one in description.arrangements.values())
    moments = description.calendar.rounds + 1
    total = _PER_TRIPLE * pairs * max(actors - 2, 0)
    total += LEAST_RUNS * moments * (4 * state + 3 * ways + len(description.events))
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
