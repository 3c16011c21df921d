"""Events that befall the world, and what a scenario watches for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import Table, integers
from sim.model.conditions import Conditions
from sim.model.random_streams import Streams
from sim.model.uncertain import Drawn
from sim.scenario.calendar import round_of
from sim.scenario.phrases import parse
from sim.scenario.schema import Description, Event, Watch

Fall = Callable[[str], Floats]
"""The chance in each run that an actor's government falls."""


class Follow(Protocol):
    """What follows from an event for arrangements and governments, in some runs."""

    def install(self, actor: str, here: Bools) -> None:
        """Give an actor a new government."""

    def decree(self, ends: Ints, begins: Ints, here: Bools) -> None:
        """End and begin arrangements."""


@dataclass(frozen=True)
class _Change:
    row: int
    path: str
    sets: bool
    lasting: bool


@dataclass(frozen=True)
class Happening:
    """One event, ready: when it may happen and what it does."""

    name: str
    first: int
    last: int
    repeats: bool
    changes: tuple[_Change, ...]
    forbids: Ints
    permits: Ints
    ends: Ints
    begins: Ints
    government: str | None


class Events:
    """The events of a scenario, in the order of their names."""

    def __init__(self, description: Description, table: Table) -> None:
        self.names = tuple(sorted(description.events))
        self._layout = table.layout
        self._events = [
            _happening(name, description.events[name], description, table) for name in self.names
        ]
        # Roles have no meaning in an event; conditions name actors.
        nobody = table.layout.actors[0]
        self.conditions = Conditions(
            table,
            [(f"events.{n}.when", description.events[n].when, nobody, nobody) for n in self.names],
        )

    def befall(
        self,
        now: int,
        x: Floats,
        baseline: Floats,
        forbidden: Bools,
        happened: Bools,
        drawn: Drawn,
        streams: Streams,
        thresholds: tuple[Floats, Floats],
        forced: Collection[str] = (),
        begun: Ints | None = None,
        fall: Fall | None = None,
        follow: Follow | None = None,
    ) -> Bools:
        """Let this round's events happen; changes ``x``, ``baseline``, ``forbidden``.

        Parameters
        ----------
        happened : shape (events, runs)
            What happened in earlier rounds.
        thresholds : lower and upper limits of the conditions
        forced : collection of str
            Events that happen in any case, in all runs.
        begun : shape (arrangements, runs), optional
            Round at whose end each arrangement last began.
        fall : callable, optional
            The chance that an actor's government falls, by its id.
        follow : callable, optional
            What an event does to arrangements and governments, where it happens: to
            governments before, and to arrangements after all else.

        Returns
        -------
        Bools, shape (events, runs)
            What happens now.
        """
        holds = self.conditions.hold(x, None, now, thresholds, begun)
        happens = np.zeros_like(happened)
        for number, event in enumerate(self._events):
            if event.name in forced:
                happens[number] = True
                continue
            if not event.first <= now <= event.last:
                continue
            if event.government is None or fall is None:
                chance = drawn[f"events.{event.name}.chance"]
            else:
                chance = fall(event.government)
            here = holds[number] & (streams.uniform("event", event.name, now) < chance)
            if not event.repeats:
                here &= ~happened[number]
            happens[number] = here
        for number, event in enumerate(self._events):
            if happens[number].any():
                if follow is not None and event.government is not None:
                    follow.install(event.government, happens[number])
                self._apply(event, happens[number], x, baseline, drawn)
                forbidden[np.ix_(event.forbids, happens[number])] = True
                forbidden[np.ix_(event.permits, happens[number])] = False
                if follow is not None and len(event.ends) + len(event.begins):
                    follow.decree(event.ends, event.begins, happens[number])
        return happens

    def _apply(
        self,
        event: Happening,
        here: Bools,
        x: Floats,
        baseline: Floats,
        drawn: Drawn,
    ) -> None:
        for change in event.changes:
            amount = drawn[change.path]
            low, high = self._layout.low[change.row], self._layout.high[change.row]
            for level in (x, baseline) if change.lasting else (x,):
                wanted = amount if change.sets else level[change.row] + amount
                level[change.row] = np.where(here, np.clip(wanted, low, high), level[change.row])


def _happening(name: str, event: Event, description: Description, table: Table) -> Happening:
    calendar = description.calendar
    first, last = 1, calendar.rounds
    if event.on is not None:
        first = last = round_of(calendar, event.on)
    if event.since is not None:
        first = max(first, round_of(calendar, event.since))
    if event.until is not None:
        last = min(last, round_of(calendar, event.until))
    return Happening(
        name=name,
        first=first,
        last=last,
        repeats=event.repeats or event.government is not None,
        changes=tuple(_changes(name, event, table)),
        forbids=_of_actor(event.forbids, table),
        permits=_of_actor(event.permits, table),
        ends=_arrangements(event.ends, table),
        begins=_arrangements(event.begins, table),
        government=event.government,
    )


def _changes(name: str, event: Event, table: Table) -> list[_Change]:
    found = []
    for text, change in sorted(event.changes.items()):
        phrase = parse(text)
        if phrase is not None:  # checked when the scenario was built
            row = table.layout.row(phrase)
            sets = change.to is not None
            path = f"events.{name}.changes.{text}.{'to' if sets else 'by'}"
            found.append(_Change(row, path, sets, change.lasting))
    return found


def _of_actor(texts: tuple[str, ...], table: Table) -> Ints:
    """Numbers of the candidates that ``LEVER by A`` means."""
    meant = {tuple(text.split(" by ")) for text in texts}
    names = table.layout.actors
    return integers([k for k, c in enumerate(table.rows) if (c.name, names[c.actor]) in meant])


def _arrangements(texts: tuple[str, ...], table: Table) -> Ints:
    """Numbers of the arrangements that ``X between A and B`` means."""
    meant = (parse(f"in force {text}") for text in texts)
    return integers([table.layout.instance(phrase) for phrase in meant if phrase is not None])


class Watches:
    """What a scenario waits for, in the order of their names."""

    def __init__(self, description: Description, table: Table, events: Events) -> None:
        self.names = tuple(sorted(description.watch))
        watches = [description.watch[name] for name in self.names]
        self.stops = np.array([name in description.stop for name in self.names], dtype=bool)
        nobody = table.layout.actors[0]
        self.conditions = Conditions(
            table,
            [(f"watch.{n}.when", w.when, nobody, nobody)
             for n, w in zip(self.names, watches, strict=True)],
        )  # fmt: skip
        self._states = integers([n for n, w in enumerate(watches) if w.when])
        self._levers = [(n, _used(w, table)) for n, w in enumerate(watches) if w.lever]
        self._events = [(n, events.names.index(w.event)) for n, w in enumerate(watches) if w.event]

    def seen(
        self,
        now: int,
        x: Floats,
        accepted: Bools,
        happens: Bools,
        bounds: tuple[Floats, Floats],
        begun: Ints | None = None,
    ) -> Bools:
        """What is the case at the end of this round, shape ``(watches, runs)``."""
        found = np.zeros((len(self.names), x.shape[1]), dtype=bool)
        found[self._states] = self.conditions.hold(x, None, now, bounds, begun)[self._states]
        for number, used in self._levers:
            found[number] = accepted[used].any(axis=0)
        for number, event in self._events:
            found[number] = happens[event]
        return found


def _used(watch: Watch, table: Table) -> Ints:
    names = table.layout.actors
    return integers(
        [
            k
            for k, c in enumerate(table.rows)
            if c.name == watch.lever
            and watch.by in (None, names[c.actor])
            and watch.toward in (None, names[c.target])
        ]
    )
