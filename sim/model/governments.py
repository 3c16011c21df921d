"""Governments: elections, falls, and what a new one wants. Equations: ``docs/model.md``, 6.10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.candidates import CandidateTable, integers
from sim.model.elementary import logistic, logit
from sim.model.quantiles import draw_quantile
from sim.model.start import uniform_of
from sim.model.vectors import Index, Record, Rows, number, section, select
from sim.model.workspace import Kept, Scratch, Tables, starts
from sim.scenario.calendar import elections
from sim.scenario.field_types import Quantity
from sim.scenario.lenses import lens_of, weights_of
from sim.scenario.lookup import components_of
from sim.scenario.phrases import Phrase
from sim.scenario.schema import Description

if TYPE_CHECKING:
    from sim.model.record import Model

REVIEWING = 4
"""Rounds in which a new government looks at what its predecessors signed."""
_UNLIMITED = 10**9


# What of a description is a government.


@dataclass(frozen=True)
class NewNumber:
    """One number that a new government has: its row, or -1 for patience."""

    row: int
    name: str
    path: str
    quantity: Quantity


class Government:
    """One actor's government, ready; paths are empty where it cannot fall that way."""

    def __init__(self, description: Description, table: CandidateTable, name: str) -> None:
        layout, part = table.layout, description.actors[name].government
        assert part is not None
        path = f"actors.{name}.government"
        self.actor = layout.actors.index(name)
        calendar = description.calendar
        self.elections = elections(calendar, part.elections, part.every, calendar.rounds)
        self.loses = f"{path}.loses" if part.loses else ""
        self.hazard = f"{path}.hazard" if part.hazard else ""
        self.limit = part.limit or _UNLIMITED
        self.cost_of_ruling = f"{path}.cost_of_ruling"
        self.numbers = list(_numbers(description, table, name))


class Governments:
    """The governments of a scenario, in the order of their actors.

    ``reviewed`` are the candidates that end or suspend an arrangement, ``reviewer`` the
    governments that review them.
    """

    def __init__(self, description: Description, table: CandidateTable) -> None:
        layout = table.layout
        self.all = [Government(description, table, name) for name in layout.governed]
        actors = [one.actor for one in self.all]
        self.actors = integers(actors)
        self.reviewed = [
            k
            for k, c in enumerate(table.rows)
            if c.actor in actors and (c.lasting.ends or c.lasting.suspends)
        ]
        self.reviewer = [actors.index(table.rows[k].actor) for k in self.reviewed]


def _numbers(description: Description, table: CandidateTable, name: str) -> Iterator[NewNumber]:
    actor = description.actors[name]
    assert actor.government is not None
    new, own = actor.government.successor, f"actors.{name}"

    def number(
        phrase: Phrase, path: str, start: Quantity, to: str, new: Quantity | None
    ) -> NewNumber:
        row = table.layout.row(phrase)
        if new is None:
            return NewNumber(row, str(phrase), path, start)
        return NewNumber(row, str(phrase), f"{own}.government.successor.{to}", new)

    support = Phrase("support", (name,))
    yield number(support, f"{own}.support", actor.support, "support", new.support)
    if new.patience is None:
        yield NewNumber(-1, f"patience of {name}", f"{own}.patience", actor.patience)
    else:
        path = f"{own}.government.successor.patience"
        yield NewNumber(-1, f"patience of {name}", path, new.patience)
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
        for one in components_of(description):
            phrase, path = Phrase("weight", (name, one)), f"weights.{one}"
            stated = f"{own}.{path}" if weights.states(one) else ""
            yield number(phrase, stated, weights.of(one), path, new.weights.get(one))


class GovernmentFields(Record):
    """Tables and rows of governments, in the order of their actors."""

    governments: int
    governor: Index  # the actor of each
    votes: Index  # by round and government: 1 where there is an election
    loses: Index  # rows of parameters; -1: it cannot fall that way
    hazard: Index
    limit: Index  # the most rounds in office
    accountability: int  # row of its parameter
    new_numbers: Index  # where those of each begin
    new_row: Index  # -1: its patience
    new_spread: Index  # place in the table of spreads; -1: it is set to its parameter
    new_parameter: Index
    new_key: Index  # of its draw
    ruling_cost: Index  # by actor: row of the parameter that support falls by in each round
    reviewed: Index  # candidates that end or suspend, and the governments that review them
    reviewer: Index
    reviews: int  # how many there are
    fall_chance: Rows  # by government: chance that it falls in this round
    came: Rows  # 1 where a new one came in this round
    changed: Rows  # 1 where it is not that of the start any more
    renewed: Rows  # change of support by new ones of this round
    reviewing: Rows  # by candidate: 1 where a new government looks at what it ends or suspends


def government_tables(
    governments: Governments,
    table: CandidateTable,
    rounds: int,
    number: Callable[[str], int],
    key: Callable[[str, str], int],
    spread: Callable[[str, Quantity], int],
) -> Tables:
    """Make :class:`GovernmentFields`.

    ``number`` gives the row of a parameter, ``key`` the number of a draw's key, and ``spread`` the
    place in the table of spreads of a number with a spread, given by its path.
    """
    every = governments.all
    begin, _ = starts([[0] * len(one.numbers) for one in every])
    numbers = [one for government in every for one in government.numbers]
    spreads = [spread(n.path, n.quantity) if n.quantity.spread else -1 for n in numbers]
    costs = dict.fromkeys(range(len(table.layout.actors)), "")
    costs |= {one.actor: one.cost_of_ruling for one in every}

    def parameters(paths: list[str]) -> list[int]:
        return [number(path) if path else -1 for path in paths]

    return {
        "governments": len(every),
        "governor": integers([one.actor for one in every]),
        "votes": integers([now in one.elections for now in range(rounds + 1) for one in every]),
        "loses": integers(parameters([one.loses for one in every])),
        "hazard": integers(parameters([one.hazard for one in every])),
        "limit": integers([one.limit for one in every]),
        "accountability": number("coefficients.accountability"),
        "new_numbers": begin,
        "new_row": integers([one.row for one in numbers]),
        "new_spread": integers(spreads),
        "new_parameter": integers([number("" if n.quantity.spread else n.path) for n in numbers]),
        "new_key": integers(
            [key("government", n.name) if n.quantity.spread else -1 for n in numbers]
        ),
        "ruling_cost": integers(
            [number(costs.get(actor, "")) for actor in range(len(table.layout.actors))]
        ),
        "reviewed": integers(governments.reviewed),
        "reviewer": integers(governments.reviewer),
        "reviews": len(governments.reviewed),
        "fall_chance": Scratch(len(every)),
        "came": Scratch(len(every)),
        "changed": Kept(len(every)),
        "renewed": Scratch(len(every)),
        "reviewing": Kept(len(table)),
    }


# The text.


@section
def look_at_governments(m: Model, now: int) -> None:
    """Find the chance that each government falls in this round."""
    for g in range(m.governments):
        m.came[g] = 0.0
        m.renewed[g] = 0.0
        m.fall_chance[g] = 0.0
        voting = m.votes[now * m.governments + g]
        stated = m.loses[g]
        if voting == 0:
            stated = m.hazard[g]
        if stated >= 0:
            actor = m.governor[g]
            lost = m.usual_support[actor] - m.x[m.row_support + actor]
            odds = logit(m.parameter[stated]) + m.parameter[m.accountability] * lost
            m.fall_chance[g] = logistic(odds)
        if voting != 0:
            m.fall_chance[g] = select(m.x[m.row_office + g] >= m.limit[g], 1.0, m.fall_chance[g])


@section
def install_government(m: Model, event: int, first_run: int, now: int) -> None:
    """Give an actor a new government where an event happens.

    What patience then makes of the future is looked at anew by whoever calls, where ``came``.
    """
    g = m.event_government[event]
    here, actor = m.happens[event] != 0, m.governor[g]
    support, office = m.row_support + actor, m.row_office + g
    before = m.x[support]
    m.x[office] = select(here, 0.0, m.x[office])
    for n in range(m.new_numbers[g], m.new_numbers[g + 1]):
        value, row = m.parameter[m.new_parameter[n]], m.new_row[n]
        if m.new_spread[n] >= 0:
            drawn = uniform_of(m, m.new_key[n], first_run, now, 1)
            value = draw_quantile(m, m.new_spread[n], drawn)
        if row < 0:
            m.patience[actor] = select(here, value, m.patience[actor])
        else:
            m.x[row] = select(here, value, m.x[row])
        if row == support:
            m.baseline[row] = select(here, value, m.baseline[row])
    m.came[g] = select(here, 1.0, m.came[g])
    m.changed[g] = select(here, 1.0, m.changed[g])
    m.renewed[g] = m.renewed[g] + (m.x[support] - before)


@section
def count_office(m: Model) -> None:
    """Count the rounds in office."""
    for g in range(m.governments):
        office = m.x[m.row_office + g]
        m.x[m.row_office + g] = select(m.going[0] != 0, office + 1.0, office)


@section
def review(m: Model) -> None:
    """See which candidates a new government reviews now."""
    for n in range(m.reviews):
        g = m.reviewer[n]
        new = (m.changed[g] != 0) & (m.x[m.row_office + g] < REVIEWING)
        m.reviewing[m.reviewed[n]] = number(new)
