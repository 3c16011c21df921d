"""Where issues and outcomes stand, as bars: all may see them."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from sim.classroom.game.table import RefusedError, Table
from sim.model.world import World
from sim.scenario.phrases import parse
from sim.statistics.measures import measures
from sim.text import number, sentence


@dataclass(frozen=True)
class Mark:
    """Where an actor wants an issue; ``place`` is its share of the bar, in per cent."""

    name: str
    place: float
    you: bool


@dataclass(frozen=True)
class Bar:
    """A quantity between its two ends; places are shares of the bar, in per cent."""

    name: str
    low: str
    high: str
    shown: str
    place: float
    zero: float
    marks: tuple[Mark, ...] = ()

    @property
    def wanted(self) -> str:
        """Where you want it, in words; empty without a stance."""
        return next((number(mark.place, 0) for mark in self.marks if mark.you), "")


@dataclass(frozen=True)
class Standing:
    """All bars of a table, and outcomes that have no ends."""

    issues: tuple[Bar, ...]
    outcomes: tuple[Bar, ...]
    counts: tuple[tuple[str, str], ...]


def sound(table: Table) -> Table:
    """A table whose numbers can be shown.

    Raises
    ------
    RefusedError
        When the model's numbers ran away.
    """
    if table.world.records.failed[0] >= 0:
        raise RefusedError(
            f"the game of table {table.number} broke off in round {table.round}: its numbers got "
            "out of hand; the teacher can take back the round on the console"
        )
    return table


def standing(table: Table, you: str | None) -> Standing:
    """Where issues and reported outcomes stand at a table now."""
    described = table.setting.description
    issues = []
    for key, issue in described.issues.items():
        value = table.value("issue", key)
        marks = sorted(
            (
                Mark(
                    sentence(described.actors[actor].name),
                    table.value("position", actor, key),
                    actor == you,
                )
                for actor in described.actors
                if actor in issue.stances
                # An event can give a stake; nobody else is told who cares.
                or (actor == you and table.value("salience", actor, key) > 0)
            ),
            key=lambda mark: mark.place,
        )
        shown = number(value, 0)
        issues.append(Bar(issue.name, issue.low, issue.high, shown, value, 0.0, tuple(marks)))
    outcomes, counts = [], []
    values = _reported(table)
    for key, measure in measures(described).items():
        of = described.outcomes[key].of
        phrase = parse(of) if of else None
        if phrase is not None and phrase.kind == "issue":
            continue
        if phrase is not None:  # as it is now, with the events of an open round
            values = {**values, key: table.value(phrase.kind, *phrase.names)}
        shown = measure.of_run(values[key])
        if measure.bounds is None:
            counts.append((measure.name, f"{shown} ({measure.unit})"))
            continue
        low, high = measure.bounds
        place, zero = (100 * (at - low) / (high - low) for at in (values[key], max(low, 0.0)))
        outcomes.append(Bar(measure.name, measure.low, measure.high, shown, place, zero))
    return Standing(tuple(issues), tuple(outcomes), tuple(counts))


_KNOWN: WeakKeyDictionary[World, tuple[int, dict[str, float]]] = WeakKeyDictionary()
"""By world: how many rounds were over, and the outcomes then; every seat's page asks for them."""


def _reported(table: Table) -> dict[str, float]:
    known = _KNOWN.get(table.world)
    if known is None or known[0] != table.played:
        known = _KNOWN[table.world] = (table.played, _worked_out(table))
    return known[1]


def _worked_out(table: Table) -> dict[str, float]:
    last = table.dataset()["reported"].isel(run=0, round=-1)
    return {
        str(key): float(np.asarray(value))
        for key, value in zip(last["outcome"].values, last.values, strict=True)
    }
