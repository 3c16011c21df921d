"""Governments that may change hands: elections, falls, and what a new one wants.

Equations: ``docs/model.md``, 6.10.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from sim.arrays import Bools, Floats
from sim.model.candidates import Table, integers
from sim.model.random_streams import Streams
from sim.model.uncertain import Drawn, quantile
from sim.scenario.calendar import MONTHS, round_of
from sim.scenario.lenses import lens_of, weights_of
from sim.scenario.phrases import COMPONENTS, Phrase
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Calendar, Description

REVIEWING = 4
"""Rounds in which a new government looks at what its predecessors signed."""


@dataclass(frozen=True)
class _Number:
    """One number that a new government draws: its row, or -1 for patience."""

    row: int
    name: str
    path: str
    quantity: Quantity


@dataclass(frozen=True)
class _Rule:
    """One actor's government, ready."""

    actor: int
    support: int
    office: int
    elections: frozenset[int]
    loses: str
    hazard: str
    limit: int
    numbers: tuple[_Number, ...]
    ruling: str


class Governments:
    """The governments of a scenario, in the order of their actors."""

    def __init__(self, description: Description, table: Table) -> None:
        layout = table.layout
        self.actors = integers([layout.actors.index(name) for name in layout.governed])
        self.rows = layout.rows("office")
        self.support = layout.rows("support").start + self.actors
        self._rules = {name: _rule(description, table, name) for name in layout.governed}
        self._ruling = [rule.ruling for rule in self._rules.values()]
        self.reviewed = integers(
            [
                k
                for k, c in enumerate(table.rows)
                if layout.actors[c.actor] in layout.governed and (c.about.ends or c.about.suspends)
            ]
        )
        place = {int(actor): n for n, actor in enumerate(self.actors)}
        self._reviewer = integers([place[int(table.actor[k])] for k in self.reviewed])

    def chance(self, name: str, now: int, x: Floats, drawn: Drawn, usual: Floats) -> Floats:
        """Chance that a government falls in a round, ``(runs,)``.

        Parameters
        ----------
        usual : shape (actors, runs)
            Support in ordinary times.
        """
        rule = self._rules[name]
        voting = now in rule.elections
        found = np.zeros(x.shape[1])
        if path := rule.loses if voting else rule.hazard:
            lost = usual[rule.actor] - x[rule.support]
            found[:] = expit(logit(drawn[path]) + drawn["coefficients.accountability"] * lost)
        if voting:
            found[x[rule.office] >= rule.limit] = 1
        return found

    def install(
        self,
        name: str,
        here: Bools,
        x: Floats,
        baseline: Floats,
        patience: Floats,
        now: int,
        drawn: Drawn,
        streams: Streams,
    ) -> int:
        """Give some runs a new government; returns the place of its actor among the governed."""
        rule = self._rules[name]
        x[rule.office, here] = 0
        for number in rule.numbers:
            if number.quantity.spread is None:
                value = drawn[number.path]
            else:
                value = quantile(number.quantity, streams.uniform("government", number.name, now))
            value = np.broadcast_to(value, here.shape)[here]
            if number.row < 0:
                patience[rule.actor, here] = value
                continue
            x[number.row, here] = value
            if number.row == rule.support:
                baseline[number.row, here] = value
        return list(self._rules).index(name)

    def ruling(self, drawn: Drawn) -> Floats:
        """What each loses of its support in a round in office, ``(governments, cols)``."""
        return drawn.stack(self._ruling)

    def reviewing(self, x: Floats, changed: Bools) -> Bools:
        """Where those whose candidates are ``reviewed`` are new, ``(reviewed, runs)``."""
        new = changed & (x[self.rows] < REVIEWING)
        found: Bools = new[self._reviewer]
        return found


def _rule(description: Description, table: Table, name: str) -> _Rule:
    layout, part = table.layout, description.actors[name].government
    assert part is not None
    path = f"actors.{name}.government"
    return _Rule(
        actor=layout.actors.index(name),
        support=layout.at("support", name),
        office=layout.at("office", name),
        elections=_elections(description.calendar, part.elections, part.every),
        loses=f"{path}.loses" if part.loses else "",
        hazard=f"{path}.hazard" if part.hazard else "",
        limit=part.limit or 10**9,
        numbers=tuple(_numbers(description, table, name)),
        ruling=f"{path}.cost_of_ruling",
    )


def _elections(
    calendar: Calendar, dates: tuple[datetime.date, ...], every: int | None
) -> frozenset[int]:
    """Rounds with an election; one before the start counts, too, for those that follow it."""
    rounds = sorted(_round_of(calendar, date) for date in dates)
    if rounds and every:
        rounds += range(rounds[-1] + every, calendar.rounds + 1, every)
    return frozenset(rounds)


def _round_of(calendar: Calendar, date: datetime.date) -> int:
    """The round that holds a date, counted backward before the start."""
    start, length = calendar.start, MONTHS[calendar.round]
    months = (date.year - start.year) * 12 + date.month - start.month
    months -= date.day < min(start.day, 28)
    return round_of(calendar, date) if date >= start else months // length + 1


def _numbers(description: Description, table: Table, name: str) -> list[_Number]:
    layout, actor = table.layout, description.actors[name]
    assert actor.government is not None
    new = actor.government.successor
    own, fresh = f"actors.{name}", f"actors.{name}.government.successor"

    def one(
        phrase: Phrase | None, before: Quantity, path: str, after: Quantity | None, to: str
    ) -> _Number:
        row = -1 if phrase is None else layout.row(phrase)
        told = f"patience of {name}" if phrase is None else str(phrase)
        if after is None:
            return _Number(row, told, path, before)
        return _Number(row, told, f"{fresh}.{to}", after)

    found = [
        one(Phrase("support", (name,)), actor.support, f"{own}.support", new.support, "support"),
        one(None, actor.patience, f"{own}.patience", new.patience, "patience"),
    ]
    for issue, described in description.issues.items():
        if (stance := described.stances.get(name)) is None:
            continue
        for kind, drawn in (("position", new.positions), ("salience", new.saliences)):
            found.append(
                one(
                    Phrase(kind, (name, issue)),  # type: ignore[arg-type]
                    getattr(stance, kind),
                    f"issues.{issue}.stances.{name}.{kind}",
                    drawn.get(issue),
                    f"{kind}s.{issue}",
                )
            )
    if not lens_of(name, description):
        weights = weights_of(name, description)
        for component in COMPONENTS:
            found.append(
                one(
                    Phrase("weight", (name, component)),
                    getattr(weights, component),
                    f"{own}.weights.{component}",
                    new.weights.get(component),
                    f"weights.{component}",
                )
            )
    return found
