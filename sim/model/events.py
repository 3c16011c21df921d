"""Events, and what is waited for. Equations: ``docs/model.md``, 6.7 and 6.12."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Bools, Ints
from sim.model.arrangements import put_status
from sim.model.candidates import CandidateTable, integers
from sim.model.conditions import check_choices, check_conditions
from sim.model.governments import install_government, look_at_governments
from sim.model.layout import Layout
from sim.model.start import uniform_of, within
from sim.model.vectors import (
    Index,
    Mask,
    Record,
    Rows,
    any_lane,
    helper,
    maximum,
    number,
    section,
    select,
)
from sim.model.workspace import Kept, Scratch, Tables, starts
from sim.scenario.calendar import round_of
from sim.scenario.lookup import IN_FORCE, NONE
from sim.scenario.phrases import parse
from sim.scenario.schema import Calendar, Description, Event, Watch

if TYPE_CHECKING:
    from sim.model.record import Model


# What of a description is an event or is waited for.


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
        self.chance = "" if event.government else f"events.{name}.chance"
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


def _changes(name: str, event: Event, table: CandidateTable) -> Iterator[_Change]:
    for text, change in sorted(event.changes.items()):
        phrase = parse(text)
        if phrase is not None:  # checked when the scenario was built
            sets = change.to is not None
            path = f"events.{name}.changes.{text}.{'to' if sets else 'by'}"
            yield _Change(table.layout.row(phrase), path, sets, change.lasting)


def _of_actor(texts: tuple[str, ...], table: CandidateTable) -> list[int]:
    """Numbers of the candidates that ``LEVER by A`` means."""
    meant = {tuple(text.split(" by ")) for text in texts}
    return [k for (lever, actor, _), k in table.keys.items() if (lever, actor) in meant]


def _arrangements(texts: tuple[str, ...], table: CandidateTable) -> list[int]:
    """Numbers of the arrangements that ``X between A and B`` means."""
    meant = (parse(f"in force {text}") for text in texts)
    return [table.layout.instance(phrase) for phrase in meant if phrase is not None]


class Events:
    """The events of a scenario, in the order of their names."""

    def __init__(self, description: Description, table: CandidateTable) -> None:
        self.names = tuple(sorted(description.events))
        self.events = [
            CompiledEvent(name, description.events[name], description.calendar, table)
            for name in self.names
        ]

    def forced(self, rounds: int, wanted: Mapping[int, Collection[str]]) -> Ints:
        """By round and event: 1 where it happens whatever its date, chance and conditions."""
        return integers(
            [name in wanted.get(now, ()) for now in range(rounds + 1) for name in self.names]
        )


NEVER_SEEN, STATE, USE, HAPPENS = range(4)
"""What is waited for: nothing, conditions on the state, a lever, or an event."""


class Watches:
    """What a scenario waits for, in the order of their names.

    Of each its ``kinds``, the ``candidates`` one of which is to be accepted, and its event
    (-1: none). ``stops`` tells which end a run.
    """

    def __init__(self, description: Description, table: CandidateTable, events: Events) -> None:
        self.names = tuple(sorted(description.watch))
        self.stops: Bools = np.array([name in description.stop for name in self.names], dtype=bool)
        watches = [description.watch[name] for name in self.names]
        self.kinds = [_kind(one) for one in watches]
        self.candidates = [
            [
                k
                for (lever, by, toward), k in table.keys.items()
                if lever == one.lever and one.by in (None, by) and one.toward in (None, toward)
            ]
            for one in watches
        ]
        self.events = [events.names.index(one.event) if one.event else -1 for one in watches]


def _kind(watch: Watch) -> int:
    if watch.event:
        return HAPPENS
    if watch.lever:
        return USE
    return STATE if watch.when else NEVER_SEEN


class EventFields(Record):
    """Tables and rows of events and watches. Lists end where the next one begins."""

    events: int
    event_first: Index  # the rounds in which it may happen
    event_last: Index
    event_repeats: Index
    event_chance: Index  # row of its parameter
    event_government: Index  # the one that falls by it; -1: none
    event_key: Index  # of its draw
    forced: Index  # by round and event: 1 where it happens in any case
    event_changes: Index  # where its changes begin
    change_row: Index
    change_amount: Index  # row of its parameter
    change_sets: Index  # 1 where the quantity is set to it, 0 where it is added
    change_lasting: Index
    event_forbids: Index
    forbids: Index  # candidates
    event_permits: Index
    permits: Index
    event_ends: Index
    ends: Index  # arrangements
    event_begins: Index
    begins: Index
    happens: Rows  # by event: 1 where it happens in this round
    ever_happened: Rows
    tension_before: Rows  # by pair: before this round's events
    watches: int
    watch_kind: Index
    watch_event: Index
    watch_uses: Index  # where its candidates begin
    watched_use: Index
    watch_stops: Index  # 1 where it ends a run
    observed: Rows  # by watch: 1 where it is the case


def event_tables(
    events: Events,
    watches: Watches,
    layout: Layout,
    number: Callable[[str], int],
    key: Callable[[str, str], int],
    forced: Ints,
) -> Tables:
    """Make :class:`EventFields`.

    ``number`` gives the row of a parameter, ``key`` the number of a draw's key; ``forced`` is that
    of :meth:`Events.forced`.
    """
    every = events.events
    changes, change = starts([[*range(len(one.changes))] for one in every])
    _, of = starts([[n] * len(one.changes) for n, one in enumerate(every)])
    made = [every[e].changes[c] for e, c in zip(of.tolist(), change.tolist(), strict=True)]
    lists: Tables = {}
    for verb in ("forbids", "permits", "ends", "begins"):
        lists[f"event_{verb}"], lists[verb] = starts([getattr(one, verb) for one in every])
    watch_uses, watched_use = starts(watches.candidates)
    return {
        "events": len(every),
        "event_first": integers([one.first for one in every]),
        "event_last": integers([one.last for one in every]),
        "event_repeats": integers([one.repeats for one in every]),
        "event_chance": integers([number(one.chance) for one in every]),
        "event_government": integers(
            [layout.governed.index(one.government) if one.government else -1 for one in every]
        ),
        "event_key": integers([key("event", one.name) for one in every]),
        "forced": forced,
        "event_changes": changes,
        "change_row": integers([one.row for one in made]),
        "change_amount": integers([number(one.path) for one in made]),
        "change_sets": integers([one.sets for one in made]),
        "change_lasting": integers([one.lasting for one in made]),
        **lists,
        "happens": Scratch(len(every)),
        "ever_happened": Kept(len(every)),
        "tension_before": Scratch(len(layout.pairs)),
        "watches": len(watches.names),
        "watch_kind": integers(watches.kinds),
        "watch_event": integers(watches.events),
        "watch_uses": watch_uses,
        "watched_use": watched_use,
        "watch_stops": integers(watches.stops),
        "observed": Scratch(len(watches.names)),
    }


# The text: 6.7, events.


@section
def apply_events(m: Model, first_run: int, now: int) -> None:
    """Let this round's events happen, and what follows from them.

    All conditions and chances are read before any of them acts. Tension that they bring heats
    quarrels.
    """
    first, last = m.event_conditions, m.watch_conditions
    check_conditions(m, first, last, m.event_groups, m.watch_groups, now, now - 1)
    check_choices(m, m.event_choices, m.watch_choices)
    look_at_governments(m, now)
    for event in range(m.events):
        see_whether(m, event, first_run, now)
    for pair in range(m.pairs):
        m.tension_before[pair] = m.x[m.row_tension + pair]
    for event in range(m.events):
        here = m.happens[event] != 0
        if any_lane(here):
            if m.event_government[event] >= 0:
                install_government(m, event, first_run, now)
            for change in range(m.event_changes[event], m.event_changes[event + 1]):
                bring(m, change, here)
            for n in range(m.event_forbids[event], m.event_forbids[event + 1]):
                m.forbidden[m.forbids[n]] = select(here, 1.0, m.forbidden[m.forbids[n]])
            for n in range(m.event_permits[event], m.event_permits[event + 1]):
                m.forbidden[m.permits[n]] = select(here, 0.0, m.forbidden[m.permits[n]])
            for n in range(m.event_ends[event], m.event_ends[event + 1]):
                put_status(m, m.ends[n], NONE, now, here)
            for n in range(m.event_begins[event], m.event_begins[event + 1]):
                # It counts as begun at the end of the round before: in force from this one on.
                put_status(m, m.begins[n], IN_FORCE, now - 1, here)
    for pair in range(m.pairs):
        rise = maximum(m.x[m.row_tension + pair] - m.tension_before[pair], 0.0)
        m.heat[pair] = m.heat[pair] + m.parameter[m.incident_heat] * rise


@helper
def see_whether(m: Model, event: int, first_run: int, now: int) -> None:
    """Whether an event happens in this round."""
    m.happens[event] = 0.0
    if m.forced[now * m.events + event] != 0:
        m.happens[event] = m.going[0]
    elif m.event_first[event] <= now <= m.event_last[event]:
        chance = m.parameter[m.event_chance[event]]
        if m.event_government[event] >= 0:
            chance = m.fall_chance[m.event_government[event]]
        here = uniform_of(m, m.event_key[event], first_run, now, 1) < chance
        here = here & (m.holds[m.event_groups + event] != 0) & (m.going[0] != 0)
        if m.event_repeats[event] == 0:
            here = here & (m.ever_happened[event] == 0)
        m.happens[event] = number(here)
    m.ever_happened[event] = maximum(m.ever_happened[event], m.happens[event])


@helper
def bring(m: Model, change: int, here: Mask) -> None:
    """Let one change of an event take place: of the state and, where it lasts, of the baseline."""
    row, amount = m.change_row[change], m.parameter[m.change_amount[change]]
    low, high, sets = m.low[row], m.high[row], m.change_sets[change]
    wanted = amount
    if sets == 0:
        wanted = m.x[row] + amount
    m.x[row] = select(here, within(wanted, low, high), m.x[row])
    if m.change_lasting[change] != 0:
        if sets == 0:
            wanted = m.baseline[row] + amount
        m.baseline[row] = select(here, within(wanted, low, high), m.baseline[row])


# 6.12, what is waited for.


@section
def observe(m: Model, now: int) -> None:
    """See what of that which is waited for is the case at the end of this round."""
    check_conditions(m, m.watch_conditions, m.conditions, m.watch_groups, m.groups, now, now)
    check_choices(m, m.watch_choices, m.choices)
    active = m.active[0] != 0
    for watch in range(m.watches):
        kind = m.watch_kind[watch]
        seen = m.active[0] * 0.0
        if kind == STATE:
            seen = m.holds[m.watch_groups + watch]
        if kind == HAPPENS:
            seen = m.happens[m.watch_event[watch]]
        for n in range(m.watch_uses[watch], m.watch_uses[watch + 1]):
            seen = maximum(seen, m.accepted[m.watched_use[n]])
        m.observed[watch] = select(active, seen, 0.0)
