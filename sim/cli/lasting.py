"""Tables of what lasts, for ``describe``: arrangements, promises and governments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.lasting import Arrangement, Government
    from sim.scenario.schema import Description

PAIRS = 6
"""Most pairs that a cell names."""


def arrangements(described: Description) -> None:
    """Show each arrangement: who can hold it, how it begins and ends, what it does."""
    from sim.cli.tables import show

    if not described.arrangements:
        return
    show(
        "Arrangements",
        ("arrangement", "between", "begins and ends", "in each round in force"),
        [
            (
                f"{id}: {arrangement.name}",
                _between(id, described),
                "; ".join(_course(id, arrangement, described)),
                "; ".join(f"{key} {by.value:+g}" for key, by in arrangement.effects.items()),
            )
            for id, arrangement in described.arrangements.items()
        ],
    )


def _between(id: str, described: Description) -> str:
    from sim.scenario.instances import at_start, beginning

    found = [
        one.label.partition(": ")[2] + (" (in force)" if at_start(described, one) else "")
        for one in beginning(described)
        if one.name == id
    ]
    found.sort(key=lambda text: not text.endswith(")"))
    more = f"; {len(found) - PAIRS} more" if len(found) > PAIRS else ""
    return "; ".join(found[:PAIRS]) + more if found else "nobody"


def _course(id: str, arrangement: Arrangement, described: Description) -> Iterator[str]:
    from sim.scenario.instances import DOES, meant

    for key in DOES:
        levers = [name for name, lever in described.levers.items() if id in getattr(lever, key)]
        events = [
            name
            for name, event in described.events.items()
            for text in getattr(event, key, ())
            if (named := meant(text)) and named[0] == id
        ]
        if doers := [*levers, *dict.fromkeys(events)]:
            yield f"{', '.join(doers)} {key[:-1] if len(doers) > 1 else key} it"
    if arrangement.term:
        yield f"runs out after {arrangement.term} rounds"
    if not arrangement.one_sided:
        yield f"solemnity {arrangement.solemnity.value:g}"


def promised(described: Description) -> None:
    """Show which levers promise which others."""
    from sim.cli.tables import show

    rows = [
        (f"{id}: {lever.name}", lever.delivers.lever, str(lever.delivers.within), lever.delivers.by)
        for id, lever in described.levers.items()
        if lever.delivers
    ]
    if rows:
        show("Promises", ("lever", "promises", "within rounds", "owed by"), rows)


def governments(described: Description) -> None:
    """Show how governments may change hands."""
    from sim.cli.tables import show

    rows = [
        (
            actor.name,
            str(actor.government.in_office),
            "; ".join(_changes(actor.government)),
            f"{actor.government.cost_of_ruling.value:g}",
            "; ".join(_wants(actor.government)) or "drawn as at the start",
        )
        for actor in described.actors.values()
        if actor.government
    ]
    if rows:
        show(
            "Governments",
            ("of", "rounds in office", "changes", "cost of ruling", "a new one wants"),
            rows,
        )


def _changes(ruling: Government) -> Iterator[str]:
    if ruling.elections and ruling.loses:
        dates = ", ".join(map(str, ruling.elections))
        every = f", then every {ruling.every} rounds" if ruling.every else ""
        yield f"elections on {dates}{every}; lost with chance {ruling.loses.value:g}"
    if ruling.limit:
        yield f"none is won after {ruling.limit} rounds in office"
    if ruling.hazard:
        yield f"falls in any round with chance {ruling.hazard.value:g}"


def _wants(ruling: Government) -> Iterator[str]:
    successor = ruling.successor
    for key in ("support", "patience"):
        if number := getattr(successor, key):
            yield f"{key} {number.value:g}"
    for key in ("positions", "saliences", "weights"):
        for name, number in getattr(successor, key).items():
            yield f"{key.removesuffix('s')} on {name} {number.value:g}"
