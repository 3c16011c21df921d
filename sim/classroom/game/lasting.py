"""What is in force at a table and what is promised, and how that came about, round by round.

The world records where each arrangement and each promise stands at the end of a round;
what was done and what happened in between say how it came there (``docs/model.md``, 6.8
and 6.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from sim.classroom.game.table import Table
from sim.model.world import World
from sim.results.lasting import IN_FORCE, NONE, SUSPENDED, arrangements, promised
from sim.scenario.lookup import Instance, Promise, parse_instance
from sim.scenario.schema import Description

if TYPE_CHECKING:
    import xarray as xr

_How = Literal["begun", "renewed", "resumed", "suspended", "ended", "broken off", "run out"]


@dataclass(frozen=True)
class ArrangementChange:
    """What became of one arrangement, in a round.

    Attributes
    ----------
    cause : str or None
        Id of the lever or the event that changed it; None where its term was over.
    actor, target : str or None
        Who used the lever toward whom; None for an event.
    """

    round: int
    instance: Instance
    how: _How
    cause: str | None = None
    actor: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class Pledge:
    """A promise that was made.

    Attributes
    ----------
    made, due : int
        The round in which it was made, and the one by whose end it is to be kept.
    state : {"open", "overdue", "kept", "late", "broken"}
    settled : int or None
        The round in which it was kept, delivered late or broken.
    overdue : int or None
        The round at whose end it was overdue, if it ever was.
    """

    promise: Promise
    made: int
    due: int
    state: Literal["open", "overdue", "kept", "late", "broken"] = "open"
    settled: int | None = None
    overdue: int | None = None

    @property
    def within(self) -> int:
        """Rounds that it may take; for as many more it can be delivered late."""
        return self.due - self.made


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


@dataclass(frozen=True)
class _Over:
    """What became of arrangements and promises in the rounds that are over."""

    played: int
    changes: tuple[ArrangementChange, ...]
    pledges: tuple[Pledge, ...]


_KNOWN: WeakKeyDictionary[World, _Over] = WeakKeyDictionary()
"""By world: every seat's page asks for it."""


def _over(table: Table) -> _Over:
    known = _KNOWN.get(table.world)
    if known is None or known.played != table.played:
        dataset = table.dataset() if table.played and (table.instances or table.promises) else None
        known = _KNOWN[table.world] = _Over(
            table.played,
            () if dataset is None else tuple(_changes(table, dataset)),
            () if dataset is None else tuple(_pledges(table, dataset)),
        )
    return known


def _changes(table: Table, dataset: xr.Dataset) -> Iterator[ArrangementChange]:
    instances = {one.label: one for one in table.instances}
    for row in arrangements(dataset, table.scenario).to_dict("records"):
        # A table's way of saying nothing is no text.
        named = (row[key] for key in ("cause", "actor", "target"))
        by = (one if isinstance(one, str) else None for one in named)
        instance = instances[row["arrangement"]]
        yield ArrangementChange(row["round"], instance, row["change"], *by)


def _pledges(table: Table, dataset: xr.Dataset) -> list[Pledge]:
    found = {one.label: one for one in table.promises}
    open_: dict[str, Pledge] = {}
    closed: list[Pledge] = []
    for row in promised(dataset, table.scenario).to_dict("records"):
        label, round, change = row["promise"], row["round"], row["change"]
        if change == "made":
            due = round + _within(found[label], table.compiled.description)
            open_[label] = Pledge(found[label], round, due)
        elif change == "overdue":
            open_[label] = replace(open_[label], state="overdue", overdue=round)
        else:
            closed.append(replace(open_.pop(label), state=change, settled=round))
    return sorted([*closed, *open_.values()], key=lambda one: one.made)


def _within(promise: Promise, described: Description) -> int:
    delivers = described.levers[promise.lever].delivers
    assert delivers is not None
    return delivers.within


def arrangement_changes(table: Table, round: int | None = None) -> tuple[ArrangementChange, ...]:
    """What became of arrangements in a round, or in all; of one that is open, by its events.

    Parameters
    ----------
    round : int, optional
        From 1 to that which is open, or was last; none of another is told.
    """
    found = _over(table).changes
    if table.instances and table.round > table.played:
        found += tuple(_by_events(table, table.round))
    return found if round is None else tuple(one for one in found if one.round == round)


_BY_EVENT: dict[int, _How] = {NONE: "begun", IN_FORCE: "renewed", SUSPENDED: "resumed"}
"""What becomes of an arrangement that an event begins, by where it stood."""


def _by_events(table: Table, round: int) -> Iterator[ArrangementChange]:
    """What the events of a round that is open did, in their order."""
    status = dict(zip(table.instances, table.status(round - 1), strict=True))
    for name in table.events(round):
        event = table.compiled.description.events[name]
        for instance in _meant(event.ends, status):
            if status[instance] != NONE:
                status[instance] = NONE
                yield ArrangementChange(round, instance, "ended", name)
        for instance in _meant(event.begins, status):
            before, status[instance] = status[instance], IN_FORCE
            yield ArrangementChange(round, instance, _BY_EVENT[before], name)


def _meant(texts: Iterable[str], known: Iterable[Instance]) -> list[Instance]:
    found = []
    for text in texts:
        if (named := parse_instance(text)) is not None:
            name, one, other, _ = named
            found += [i for i in known if i.name == name and i.concerns(one, other)]
    return found


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
    return _over(table).pledges
