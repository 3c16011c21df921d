"""What is in force at a table and what is promised, and how that came about, round by round.

The world records where each arrangement and each promise stands at the end of a round;
what was done and what happened in between say how it came there (``docs/model.md``, 6.8
and 6.9).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sim.classroom.game.table import Table
from sim.model.world import World
from sim.results.arrangements import (
    ArrangementChange,
    ArrangementFate,
    Pledge,
    changes_of_run,
    means,
    pledges_of_run,
)
from sim.scenario.lookup import IN_FORCE, NONE, SUSPENDED, Instance


@dataclass(frozen=True)
class ArrangementStatus:
    """An arrangement that is in force or suspended.

    Attributes
    ----------
    begun : int
        The round in which it was put in force; 0 for the start.
    counts : int
        The round at whose end its term began: it was renewed or resumed since, perhaps.
    suspended : int or None
        The round in which it was suspended, where it is.
    """

    instance: Instance
    begun: int
    counts: int
    suspended: int | None = None


_Over = tuple[int, Sequence[ArrangementChange], Sequence[Pledge]]
"""Rounds that are over, and what became of arrangements and promises in them."""
_KNOWN: WeakKeyDictionary[World, _Over] = WeakKeyDictionary()
"""By world: every seat's page asks for it."""


def _over(table: Table) -> _Over:
    known = _KNOWN.get(table.world)
    if known is None or known[0] != table.played:
        known = table.played, (), ()
        if table.played and (table.instances or table.promises):
            run = table.dataset()
            changes = tuple(changes_of_run(run, table.scenario))
            known = table.played, changes, tuple(pledges_of_run(run, table.scenario))
        _KNOWN[table.world] = known
    return known


def arrangement_changes(table: Table, round: int | None = None) -> tuple[ArrangementChange, ...]:
    """What became of arrangements in a round, or in all; of one that is open, by its events.

    Parameters
    ----------
    round : int, optional
        From 1 to that which is open, or was last; none of another is told.
    """
    found = tuple(_over(table)[1])
    if table.instances and table.round > table.played:
        found += tuple(_by_events(table, table.round))
    return found if round is None else tuple(one for one in found if one.round == round)


_BY_EVENT: dict[int, ArrangementFate] = {NONE: "begun", IN_FORCE: "renewed", SUSPENDED: "resumed"}
"""What becomes of an arrangement that an event begins, by where it stood."""


def _by_events(table: Table, round: int) -> Iterator[ArrangementChange]:
    """What the events of a round that is open did, in their order."""
    status = dict(zip(table.instances, table.status(round - 1), strict=True))
    for name in table.events(round):
        event = table.compiled.description.events[name]
        for instance in (one for text in event.ends for one in status if means(text, one)):
            if status[instance] != NONE:
                status[instance] = NONE
                yield ArrangementChange(round, instance, "ended", name)
        for instance in (one for text in event.begins for one in status if means(text, one)):
            before, status[instance] = status[instance], IN_FORCE
            yield ArrangementChange(round, instance, _BY_EVENT[before], name)


def in_force(table: Table) -> tuple[ArrangementStatus, ...]:
    """What is in force or suspended now, in the order of the scenario's names."""
    return tuple(
        _standing(table, instance)
        for instance, status in zip(table.instances, table.status(), strict=True)
        if status != NONE
    )


def _standing(table: Table, instance: Instance) -> ArrangementStatus:
    """When it began, from when its term counts, and since when it is suspended."""
    found = ArrangementStatus(instance, 0, 0)
    for change in arrangement_changes(table):
        if change.instance != instance:
            continue
        # What an event begins is in force in this very round.
        counts = change.round if change.actor is not None else change.round - 1
        match change.how:
            case "begun":
                found = ArrangementStatus(instance, change.round, counts)
            case "renewed":
                found = replace(found, counts=counts)
            case "resumed":
                found = replace(found, counts=counts, suspended=None)
            case "suspended":
                found = replace(found, suspended=change.round)
            case _:
                pass
    return found


def pledges(table: Table) -> tuple[Pledge, ...]:
    """All promises that were made in the rounds that are over, in the order of their making."""
    return tuple(_over(table)[2])
