"""Conditions on the state: what levers require, what events and watches wait for.

Equations: ``docs/model.md``, 6.1 and 6.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.model.candidates import CandidateTable, expand, integers
from sim.model.start import NEVER
from sim.model.vectors import Index, Record, Rows, absolute, maximum, minimum, section, select
from sim.model.windows import Windows, change_over, uses_in
from sim.model.workspace import Scratch, Tables
from sim.scenario.conditions import Condition as Stated
from sim.scenario.conditions import Limits, choices, plain
from sim.scenario.phrases import BEGUN, CHANGE_OF, IN_FORCE_KINDS, Phrase
from sim.scenario.schema import Description

if TYPE_CHECKING:
    from sim.model.record import Model

LEVEL, GAP, SINCE, BEGAN, ABSENT, CHANGE, USES = range(7)
"""What a condition measures: a quantity, how far two lie apart, the rounds since a lever was used
or an arrangement began, or one between two actors that can never have it; how far a quantity
has changed, and how often a lever was used, over some rounds."""


class Condition(NamedTuple):
    """One condition: its group, what it measures, and the paths of its limits, if it has them.

    ``place`` is a row of the state, a candidate, an arrangement, or what is remembered (-1: none
    such), ``other`` the row to which a gap reaches, or the rounds that are looked back over.
    """

    group: int
    phrase: Phrase
    kind: int
    place: int
    other: int
    low: str
    high: str


class Chosen(NamedTuple):
    """A choice that a group asks for: of the groups from ``first`` to ``last`` one, or none."""

    group: int
    none: bool
    first: int
    last: int


class Conditions:
    """Groups of conditions; a group holds where all of its conditions and choices hold.

    ``groups`` are given as the path under which its limits stand, the conditions, and the
    actors that play the two roles. Attributes: how many ``groups`` there are, ``all`` of their
    conditions, in order, and their ``choices``. The tables of choices are groups, too: they come
    after those that were given.
    """

    def __init__(
        self,
        table: CandidateTable,
        windows: Windows,
        groups: Sequence[tuple[str, Mapping[str, Stated], str, str]],
    ) -> None:
        self._table, self._windows = table, windows
        self.all: list[Condition] = []
        self.choices: list[Chosen] = []
        self.groups = len(groups)
        for group, (prefix, stated, *roles) in enumerate(groups):
            self._add(group, prefix, plain(stated), *roles)
        for group, (prefix, stated, *roles) in enumerate(groups):
            for key, tables in choices(stated):
                first = self.groups
                self.groups += len(tables)
                self.choices.append(Chosen(group, key == "none_of", first, self.groups))
                for number, one in enumerate(tables):
                    self._add(first + number, f"{prefix}.{key}.{number}", one, *roles)

    def _add(
        self, group: int, prefix: str, limits: Mapping[str, Limits], actor: str, target: str
    ) -> None:
        for text, ends in limits.items():
            low = f"{prefix}.{text}.at_least" if ends.at_least is not None else ""
            high = f"{prefix}.{text}.at_most" if ends.at_most is not None else ""
            for phrase in expand(text, actor, target, self._table.layout):
                measure = _measure(phrase, actor, target, self._table, self._windows)
                self.all.append(Condition(group, phrase, *measure, low, high))


def _measure(
    phrase: Phrase, actor: str, target: str, table: CandidateTable, windows: Windows
) -> tuple[int, int, int]:
    layout = table.layout
    if phrase.kind == "uses":
        return USES, windows.uses(phrase), phrase.rounds
    if phrase.kind in CHANGE_OF:
        return CHANGE, windows.level(phrase), phrase.rounds
    if phrase.kind == "since":
        return SINCE, table.keys.get((phrase.names[0], actor, target), -1), 0
    if phrase.kind in BEGUN:
        return BEGAN, layout.instance(phrase), 0
    if phrase.kind in IN_FORCE_KINDS and layout.instance(phrase) < 0:
        return ABSENT, 0, 0
    if phrase.kind == "gap":
        (issue,) = phrase.names
        return GAP, layout.at("position", actor, issue), layout.at("position", target, issue)
    return LEVEL, layout.row(phrase), 0


def of_levers(table: CandidateTable, windows: Windows) -> Conditions:
    """What each candidate requires, a group for each."""
    return Conditions(
        table,
        windows,
        [
            (f"levers.{c.name}.requires", c.lever.requires, actor, target)
            for c, (_, actor, target) in zip(table.rows, table.keys, strict=True)
        ],
    )


def of_events(description: Description, table: CandidateTable, windows: Windows) -> Conditions:
    """What each event waits for, in the order of their names."""
    # Roles have no meaning here; conditions name actors.
    nobody = table.layout.actors[0]
    every = sorted(description.events.items())
    return Conditions(
        table, windows, [(f"events.{name}.when", one.when, nobody, nobody) for name, one in every]
    )


def of_watches(description: Description, table: CandidateTable, windows: Windows) -> Conditions:
    """What is waited for of the state, in the order of names."""
    nobody = table.layout.actors[0]
    every = sorted(description.watch.items())
    return Conditions(
        table, windows, [(f"watch.{name}.when", one.when, nobody, nobody) for name, one in every]
    )


class ConditionFields(Record):
    """Conditions of levers, then of events, then of watches, by place; groups and choices alike."""

    condition_kind: Index
    condition_place: Index  # a row, a candidate, an arrangement or what is kept; -1: none such
    condition_other: Index  # the row to which a gap reaches
    condition_group: Index
    condition_low: Index  # rows of the parameters that are its limits
    condition_high: Index
    event_conditions: int  # the first condition of events, and their first group
    event_groups: int
    watch_conditions: int
    watch_groups: int
    conditions: int  # how many there are
    groups: int
    choice_group: Index  # whose choice it is
    choice_none: Index  # 1 where none may hold, 0 where one must
    choice_first: Index  # from which group to which it chooses
    choice_last: Index
    event_choices: int  # the first choice of events, and of watches
    watch_choices: int
    choices: int
    measured: Rows  # what each condition measures
    holds: Rows  # by group: 1 where all of its conditions and choices hold, else 0


def condition_tables(
    levers: Conditions,
    events: Conditions,
    watches: Conditions,
    number: Callable[[str], int],
) -> Tables:
    """Make :class:`ConditionFields`; ``number`` gives the row of a parameter."""
    parts = (levers, 0), (events, levers.groups), (watches, levers.groups + events.groups)
    every = [
        one._replace(group=one.group + before) for several, before in parts for one in several.all
    ]
    chosen = [
        Chosen(one.group + before, one.none, one.first + before, one.last + before)
        for several, before in parts
        for one in several.choices
    ]
    groups = levers.groups + events.groups + watches.groups
    return {
        "condition_kind": integers([one.kind for one in every]),
        "condition_place": integers([one.place for one in every]),
        "condition_other": integers([one.other for one in every]),
        "condition_group": integers([one.group for one in every]),
        "condition_low": integers([number(one.low or "-") for one in every]),
        "condition_high": integers([number(one.high or "+") for one in every]),
        "event_conditions": len(levers.all),
        "event_groups": levers.groups,
        "watch_conditions": len(levers.all) + len(events.all),
        "watch_groups": levers.groups + events.groups,
        "conditions": len(every),
        "groups": groups,
        "choice_group": integers([one.group for one in chosen]),
        "choice_none": integers([one.none for one in chosen]),
        "choice_first": integers([one.first for one in chosen]),
        "choice_last": integers([one.last for one in chosen]),
        "event_choices": len(levers.choices),
        "watch_choices": len(levers.choices) + len(events.choices),
        "choices": len(chosen),
        "measured": Scratch(len(every)),
        "holds": Scratch(groups),
    }


@section
def check_conditions(
    m: Model, first: int, last: int, first_group: int, last_group: int, now: int, done: int
) -> None:
    """See which groups hold now, of a stretch of conditions and of their groups.

    ``done`` is the last round that is over: this one at its end, else the one before.
    """
    for group in range(first_group, last_group):
        m.holds[group] = 1.0
    for c in range(first, last):
        kind, place = m.condition_kind[c], m.condition_place[c]
        if kind == LEVEL:
            m.measured[c] = m.x[place]
        if kind == GAP:
            m.measured[c] = absolute(m.x[place] - m.x[m.condition_other[c]])
        if kind in (SINCE, BEGAN):
            m.measured[c] = now - NEVER  # of what can never be
        if kind == SINCE and place >= 0:
            m.measured[c] = now - m.last[place]
        if kind == BEGAN and place >= 0:
            m.measured[c] = now - m.begun[place]
        if kind in (ABSENT, USES):
            m.measured[c] = 0.0
        if kind == CHANGE:
            m.measured[c] = change_over(m, place, m.condition_other[c], done)
        if kind == USES and place >= 0:
            m.measured[c] = uses_in(m, place, m.condition_other[c], done)
        low, high = m.parameter[m.condition_low[c]], m.parameter[m.condition_high[c]]
        broken = (m.measured[c] < low) | (m.measured[c] > high)
        group = m.condition_group[c]
        m.holds[group] = select(broken, 0.0, m.holds[group])


@section
def check_choices(m: Model, first: int, last: int) -> None:
    """Of groups that were checked, see which hold no more because of a choice."""
    for c in range(first, last):
        found = m.holds[m.choice_first[c]]
        for group in range(m.choice_first[c] + 1, m.choice_last[c]):
            found = maximum(found, m.holds[group])
        if m.choice_none[c] == 1:
            found = 1 - found
        m.holds[m.choice_group[c]] = minimum(m.holds[m.choice_group[c]], found)


@section
def check_requirements(m: Model, now: int) -> None:
    """See whose requirements hold: the groups from 0 on are the candidates."""
    check_conditions(m, 0, m.event_conditions, 0, m.event_groups, now, now - 1)
    check_choices(m, 0, m.event_choices)
