"""Conditions, the events and watches that wait for them, and governments.

Equations: ``docs/model.md``, 6.7 and 6.10.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import CandidateTable, Sum, columns, expand, integers
from sim.model.draws import Drawn, quantile
from sim.scenario.calendar import elections, round_of
from sim.scenario.field_types import Quantity
from sim.scenario.lenses import lens_of, weights_of
from sim.scenario.phrases import BEGUN, COMPONENTS, Phrase, parse
from sim.scenario.schema import Calendar, Description, Event, Limits

if TYPE_CHECKING:
    from sim.model.world import World


# Conditions on the state: what levers require, what events wait for.

NEVER = -(10**6)
"""Round of last use of a lever that was never used."""


class Conditions:
    """Groups of conditions; a group holds where all of its conditions hold.

    A group is given as the path under which its limits stand, the limits by phrase, and the
    actors that play the two roles. ``phrases`` are those of the conditions, ``group`` says to
    which group each belongs.
    """

    def __init__(
        self, table: CandidateTable, groups: Iterable[tuple[str, Mapping[str, Limits], str, str]]
    ) -> None:
        layout = table.layout
        self.phrases: list[Phrase] = []
        self._paths: list[str] = []
        group_of: list[int] = []
        rows: list[int] = []
        gaps: list[tuple[int, int]] = []
        lapses: list[tuple[int, int]] = []
        begun: list[tuple[int, int]] = []
        absent: list[int] = []
        count = 0
        for count, (prefix, limits, actor, target) in enumerate(groups, start=1):
            for text in limits:
                for phrase in expand(text, actor, target, layout):
                    number, row = len(self._paths), 0
                    if phrase.kind == "since":
                        key = (phrase.names[0], actor, target)
                        lapses.append((number, table.keys.get(key, -1)))
                    elif phrase.kind in BEGUN:
                        begun.append((number, layout.instance(phrase)))
                    elif phrase.kind in ("in_force", "in_force_by") and layout.instance(phrase) < 0:
                        absent.append(number)  # between these two it can never be
                    elif phrase.kind == "gap":
                        row = layout.at("position", actor, phrase.names[0])
                        gaps.append((number, layout.at("position", target, phrase.names[0])))
                    else:
                        row = layout.row(phrase)
                    rows.append(row)
                    self.phrases.append(phrase)
                    self._paths.append(f"{prefix}.{text}")
                    group_of.append(count - 1)
        self.groups, self.group = count, integers(group_of)
        self._row, self._absent = integers(rows), integers(absent)
        self._gap, self._other = columns(gaps)
        self._lapse, self._used = columns(lapses)
        self._begun, self._instance = columns(begun)
        self._by_group = Sum(group_of, count)

    def bounds(self, drawn: Drawn) -> tuple[Floats, Floats]:
        """Lower and upper limits, each of shape ``(conditions, cols)``."""
        open_ends = drawn.also("-", np.array([-np.inf])).also("+", np.array([np.inf]))
        ends = [
            open_ends.stack(
                path if (path := f"{stem}.{limit}") in drawn else end for stem in self._paths
            )
            for limit, end in (("at_least", "-"), ("at_most", "+"))
        ]
        return ends[0], ends[1]

    def measure(self, x: Floats, last: Ints | None, now: int, begun: Ints) -> Floats:
        """The quantity of each condition, shape ``(conditions, runs)``.

        ``last`` is the round in which each candidate was last accepted, ``begun`` that in which
        each arrangement last began, ``now`` the present one.
        """
        measured = x[self._row]
        measured[self._gap] = np.abs(measured[self._gap] - x[self._other])
        # A lever that this actor does not have (-1) was never used.
        for place, of, round in (
            (self._lapse, self._used, last),
            (self._begun, self._instance, begun),
        ):
            if len(place) and round is not None:
                known = of >= 0
                measured[place] = now - NEVER
                measured[place[known]] = now - round[of[known]]
        measured[self._absent] = 0
        return measured

    def hold(
        self,
        x: Floats,
        last: Ints | None,
        now: int,
        begun: Ints,
        bounds: tuple[Floats, Floats],
    ) -> Bools:
        """Where each group holds, shape ``(groups, runs)``; see :meth:`measure`."""
        if not len(self._row):
            return np.ones((self.groups, x.shape[1]), dtype=bool)
        measured = self.measure(x, last, now, begun)
        broken = (measured < bounds[0]) | (measured > bounds[1])
        held: Bools = self._by_group(broken.astype(np.float64)) == 0
        return held


REVIEWING = 4
"""Rounds in which a new government looks at what its predecessors signed."""


@dataclass(frozen=True)
class _Change:
    row: int
    path: str
    sets: bool
    lasting: bool


class CompiledEvent:
    """One event, ready: when it may happen and what it does."""

    def __init__(self, name: str, event: Event, calendar: Calendar, table: CandidateTable) -> None:
        self.name, self.government = name, event.government
        self.first, self.last = 1, calendar.rounds
        if event.on is not None:
            self.first = self.last = round_of(calendar, event.on)
        if event.since is not None:
            self.first = max(self.first, round_of(calendar, event.since))
        if event.until is not None:
            self.last = min(self.last, round_of(calendar, event.until))
        self.repeats = event.repeats or event.government is not None
        self.changes = list(_changes(name, event, table))
        self.forbids, self.permits = (
            _of_actor(texts, table) for texts in (event.forbids, event.permits)
        )
        self.ends, self.begins = (
            _arrangements(texts, table) for texts in (event.ends, event.begins)
        )


class Events:
    """The events of a scenario, in the order of their names."""

    def __init__(self, description: Description, table: CandidateTable) -> None:
        self.names = tuple(sorted(description.events))
        self.events = [
            CompiledEvent(name, description.events[name], description.calendar, table)
            for name in self.names
        ]
        # Roles have no meaning in an event; conditions name actors.
        nobody = table.layout.actors[0]
        self.conditions = Conditions(
            table,
            [(f"events.{n}.when", description.events[n].when, nobody, nobody) for n in self.names],
        )


def _changes(name: str, event: Event, table: CandidateTable) -> Iterator[_Change]:
    for text, change in sorted(event.changes.items()):
        phrase = parse(text)
        if phrase is not None:  # checked when the scenario was built
            sets = change.to is not None
            path = f"events.{name}.changes.{text}.{'to' if sets else 'by'}"
            yield _Change(table.layout.row(phrase), path, sets, change.lasting)


def _of_actor(texts: tuple[str, ...], table: CandidateTable) -> Ints:
    """Numbers of the candidates that ``LEVER by A`` means."""
    meant = {tuple(text.split(" by ")) for text in texts}
    return integers([k for (lever, actor, _), k in table.keys.items() if (lever, actor) in meant])


def _arrangements(texts: tuple[str, ...], table: CandidateTable) -> Ints:
    """Numbers of the arrangements that ``X between A and B`` means."""
    meant = (parse(f"in force {text}") for text in texts)
    return integers([table.layout.instance(phrase) for phrase in meant if phrase is not None])


def apply_events(world: World, forced: Collection[str] = ()) -> Bools:
    """Let this round's events happen, and what follows from them, shape ``(events, runs)``.

    New governments come before an event's changes, arrangements after all else. ``forced``
    events happen in any case, in all runs.
    """
    happens = _happening(world, forced)
    for event, here in zip(world.compiled.events.events, happens, strict=True):
        if not here.any():
            continue
        if event.government is not None:
            _install(world, event.government, here & world.going)
        for change in event.changes:
            _apply(world, change, here)
        world.forbidden[np.ix_(event.forbids, here)] = True
        world.forbidden[np.ix_(event.permits, here)] = False
        if len(event.ends) + len(event.begins):
            going = here & world.going
            world.lasting.set_status(event.ends, event.begins, going, world.x, world.now)
    return happens


def _happening(world: World, forced: Collection[str]) -> Bools:
    events, now = world.compiled.events, world.now
    holds = events.conditions.hold(world.x, None, now, world.lasting.begun, world.limits["events"])
    happens = np.zeros_like(world.ever_happened)
    for number, event in enumerate(events.events):
        if event.name in forced:
            happens[number] = True
        elif event.first <= now <= event.last:
            if event.government is None:
                chance = world.drawn[f"events.{event.name}.chance"]
            else:
                chance = _chance_of_fall(world, event.government)
            happens[number] = holds[number] & (
                world.streams.uniform("event", event.name, now) < chance
            )
            if not event.repeats:
                happens[number] &= ~world.ever_happened[number]
    return happens


def _apply(world: World, change: _Change, here: Bools) -> None:
    amount, row, layout = world.drawn[change.path], change.row, world.compiled.layout
    for level in (world.x, world.baseline) if change.lasting else (world.x,):
        wanted = amount if change.sets else level[row] + amount
        level[row] = np.where(here, layout.clip(wanted, row), level[row])


class Watches:
    """What a scenario waits for, in the order of their names."""

    def __init__(self, description: Description, table: CandidateTable, events: Events) -> None:
        self.names = tuple(sorted(description.watch))
        watches = [(name, description.watch[name]) for name in self.names]
        self.stops = np.array([name in description.stop for name in self.names], dtype=bool)
        nobody = table.layout.actors[0]
        self.conditions = Conditions(
            table, [(f"watch.{name}.when", one.when, nobody, nobody) for name, one in watches]
        )
        self._states = integers([n for n, (_, one) in enumerate(watches) if one.when])
        self._events = [
            (n, events.names.index(one.event)) for n, (_, one) in enumerate(watches) if one.event
        ]
        self._levers = [
            (
                n,
                integers(
                    [
                        k
                        for (lever, by, toward), k in table.keys.items()
                        if lever == one.lever
                        and one.by in (None, by)
                        and one.toward in (None, toward)
                    ]
                ),
            )
            for n, (_, one) in enumerate(watches)
            if one.lever
        ]

    def observed(self, world: World) -> Bools:
        """What is the case at the end of this round, shape ``(watches, runs)``."""
        found = np.zeros((len(self.names), world.runs), dtype=bool)
        holds = self.conditions.hold(
            world.x, None, world.now, world.lasting.begun, world.limits["watches"]
        )
        found[self._states] = holds[self._states]
        for number, used in self._levers:
            found[number] = world.accepted[used].any(axis=0)
        for number, event in self._events:
            found[number] = world.happens[event]
        return found


# Governments: elections, falls, and what a new one wants.


@dataclass(frozen=True)
class _Number:
    """One number that a new government draws: its row, or -1 for patience."""

    row: int
    name: str
    path: str
    quantity: Quantity


class _Government:
    """One actor's government, ready; paths are empty where it cannot fall that way."""

    def __init__(self, description: Description, table: CandidateTable, name: str) -> None:
        layout, part = table.layout, description.actors[name].government
        assert part is not None
        path = f"actors.{name}.government"
        self.actor = layout.actors.index(name)
        self.support, self.office = layout.at("support", name), layout.at("office", name)
        calendar = description.calendar
        self.elections = elections(calendar, part.elections, part.every, calendar.rounds)
        self.loses = f"{path}.loses" if part.loses else ""
        self.hazard = f"{path}.hazard" if part.hazard else ""
        self.limit = part.limit or 10**9
        self.numbers = list(_numbers(description, table, name))


class Governments:
    """The governments of a scenario, in the order of their actors.

    ``reviewed`` are the candidates that end or suspend an arrangement, ``reviewer`` the
    governments that review them.
    """

    def __init__(self, description: Description, table: CandidateTable) -> None:
        layout = table.layout
        self.actors = integers([layout.actors.index(name) for name in layout.governed])
        self.rows = layout.rows("office")
        self.support = layout.rows("support").start + self.actors
        self.by_actor = {name: _Government(description, table, name) for name in layout.governed}
        self.reviewed = integers(
            [
                k
                for k, c in enumerate(table.rows)
                if c.actor in self.actors and (c.lasting.ends or c.lasting.suspends)
            ]
        )
        self.reviewer = np.searchsorted(self.actors, table.actor[self.reviewed])

    def cost_of_ruling(self, drawn: Drawn) -> Floats:
        """What each loses of its support in a round in office, ``(governments, cols)``."""
        return drawn.stack(f"actors.{name}.government.cost_of_ruling" for name in self.by_actor)

    def new(self, x: Floats, changed: Bools) -> Bools:
        """Which are new, and review what their predecessors signed, ``(governments, runs)``."""
        found: Bools = changed & (x[self.rows] < REVIEWING)
        return found


def _chance_of_fall(world: World, name: str) -> Floats:
    """Chance that a government falls in this round, ``(runs,)``."""
    government, x, drawn = world.compiled.governments.by_actor[name], world.x, world.drawn
    voting = world.now in government.elections
    found = np.zeros(world.runs)
    if path := government.loses if voting else government.hazard:
        lost = world.reference.support[government.actor] - x[government.support]
        found[:] = expit(logit(drawn[path]) + drawn["coefficients.accountability"] * lost)
    if voting:
        found[x[government.office] >= government.limit] = 1
    return found


def _install(world: World, name: str, here: Bools) -> None:
    """Give an actor a new government in some runs."""
    governments, x = world.compiled.governments, world.x
    government = governments.by_actor[name]
    before = x[government.support].copy()
    x[government.office, here] = 0
    for number in government.numbers:
        if number.quantity.spread is None:
            value = world.drawn[number.path]
        else:
            draw = world.streams.uniform("government", number.name, world.now)
            value = quantile(number.quantity, draw)
        value = np.broadcast_to(value, here.shape)[here]
        if number.row < 0:
            world.lasting.patience[government.actor, here] = value
            continue
        x[number.row, here] = value
        if number.row == government.support:
            world.baseline[number.row, here] = value
    world.lasting.changed[[*governments.by_actor].index(name), here] = True
    world.theory.look_ahead(world.lasting.patience)
    world.renewed[name] = world.renewed.get(name, 0.0) + x[government.support] - before


def _numbers(description: Description, table: CandidateTable, name: str) -> Iterator[_Number]:
    actor = description.actors[name]
    assert actor.government is not None
    new, own = actor.government.successor, f"actors.{name}"

    def number(
        phrase: Phrase, path: str, start: Quantity, to: str, new: Quantity | None
    ) -> _Number:
        row = table.layout.row(phrase)
        if new is None:
            return _Number(row, str(phrase), path, start)
        return _Number(row, str(phrase), f"{own}.government.successor.{to}", new)

    support = Phrase("support", (name,))
    yield number(support, f"{own}.support", actor.support, "support", new.support)
    if new.patience is None:
        yield _Number(-1, f"patience of {name}", f"{own}.patience", actor.patience)
    else:
        path = f"{own}.government.successor.patience"
        yield _Number(-1, f"patience of {name}", path, new.patience)
    after: Quantity | None
    for issue, described in description.issues.items():
        if (stance := described.stances.get(name)) is not None:
            path, names = f"issues.{issue}.stances.{name}", (name, issue)
            phrase, after = Phrase("position", names), new.positions.get(issue)
            yield number(phrase, f"{path}.position", stance.position, f"positions.{issue}", after)
            phrase, after = Phrase("salience", names), new.saliences.get(issue)
            yield number(phrase, f"{path}.salience", stance.salience, f"saliences.{issue}", after)
    if not lens_of(name, description):
        weights = weights_of(name, description)
        for one in COMPONENTS:
            phrase, path = Phrase("weight", (name, one)), f"weights.{one}"
            start, after = getattr(weights, one), new.weights.get(one)
            yield number(phrase, f"{own}.{path}", start, path, after)
