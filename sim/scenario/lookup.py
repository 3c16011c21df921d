"""Finding a number of a description by the names it stands between.

What a file may write in several ways (either order of a symmetric pair,
``anyone`` for an actor) is looked up here and nowhere else.
"""

from __future__ import annotations

from typing import Literal

from sim.scenario.phrases import ANYONE, SYMMETRIC
from sim.scenario.quantity import Frequency, Quantity
from sim.scenario.schema import Description, Lever

Tie = Literal["affinity", "tension", "commitment", "ties"]


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
