"""What lasts: arrangements, promises and trust. Equations: ``docs/model.md``, 6.8 and 6.9."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

from sim.model.candidates import CandidateTable, LastingEffect, columns, flow, integers
from sim.model.changes import saturated
from sim.model.start import NEVER
from sim.model.vectors import (
    Index,
    Mask,
    Record,
    Rows,
    helper,
    maximum,
    minimum,
    number,
    section,
    select,
)
from sim.model.workspace import Kept, Scratch, Tables, starts
from sim.scenario.lookup import (
    IN_FORCE,
    NONE,
    SUSPENDED,
    at_start,
    promises,
)
from sim.scenario.schema import Description

if TYPE_CHECKING:
    from sim.model.record import Model

_UNENDING = 10**9


# What a description's levers, arrangements and promises have to do with one another.


class LastingTable:
    """Arrangements, promises, and the effects of levers that rest on them.

    Attributes
    ----------
    instances, promises : tuple
        See :mod:`sim.scenario.lookup`.
    start : Ints
        Status of each arrangement at the start.
    flowing : list of (int, int)
        The arrangement and the row of each change that one brings while it is in force.
    trusted : Ints
        Candidates that trust weighs the consent to.
    lasting_effect, breach_effect : Ints
        Numbers of the effects with lasting pushes, and of those that breaking off costs.
    breaker : Ints
        The candidate of each of the latter.
    """

    def __init__(self, description: Description, table: CandidateTable) -> None:
        layout = table.layout
        self._table, self._description = table, description
        self.instances, self.promises = layout.instances, promises(description)
        self.start = integers([at_start(description, one) for one in self.instances])
        self._flows = [
            (number, row, path)
            for number in range(len(self.instances))
            for row, path in flow(description, layout, number)
        ]
        self.flowing = [(number, row) for number, row, _ in self._flows]
        every = [
            (table.effect_number[k, one.row], one)
            for k, c in enumerate(table.rows)
            for one in c.lasting.effects
        ]
        self._lasts: list[tuple[int, LastingEffect]] = sorted(every, key=lambda one: one[0])
        self.lasting_effect = integers(list(dict.fromkeys(effect for effect, _ in self._lasts)))
        self.breaker, other = columns(
            (k, other)
            for k, c in enumerate(table.rows)
            if c.lasting.breaks
            for other in range(len(layout.actors))
            if other != c.actor
        )
        actor = table.actor[self.breaker]
        self._breach_pair = layout.pair_number(actor, other)
        self._breach_way = layout.direction_number(other, actor)
        rows = layout.rows("affinity").start + self._breach_pair
        keys = zip(self.breaker.tolist(), rows.tolist(), strict=True)
        self.breach_effect = integers([table.effect_number[key] for key in keys])
        self.trusted = integers([k for k, c in enumerate(table.rows) if c.lasting.trusted])

    def tables(self, number: Callable[[str], int]) -> Tables:
        """Make :class:`ArrangementFields`; ``number`` gives the row of a parameter."""
        terms = [self._description.arrangements[one.name].term for one in self.instances]
        return {
            "arrangements": len(self.instances),
            "status_at_start": self.start,
            "term": integers([term or _UNENDING for term in terms]),
            "status": Kept(len(self.instances)),
            "begun": Kept(len(self.instances)),
            **self._uses(),
            **self._held(),
            "flows": len(self._flows),
            "flow_instance": integers([number for number, _, _ in self._flows]),
            "flow_row": integers([row for _, row, _ in self._flows]),
            "flow_size": integers([number(path) for _, _, path in self._flows]),
            "flowed": Scratch(len(self._flows)),
            **self._lasting(number),
            **self._breaking(number),
            "horizon": number("coefficients.horizon"),
            "breach_cost": number("coefficients.breach"),
        }

    def _uses(self) -> Tables:
        """Which candidates do what to which arrangements."""
        made: Tables = {}
        for verb in ("ends", "suspends", "resumes", "begins"):
            uses = [
                (k, number)
                for k, c in enumerate(self._table.rows)
                for number in getattr(c.lasting, verb)
            ]
            made[f"{verb}_uses"] = len(uses)
            made[f"{verb}_candidate"] = integers([k for k, _ in uses])
            made[f"{verb}_instance"] = integers([number for _, number in uses])
        return made

    def _held(self) -> Tables:
        """Which pairs hold which arrangements together."""
        layout = self._table.layout
        held = [
            (number, layout.pair(*two))
            for number, one in enumerate(self.instances)
            for two in combinations(one.holders, 2)
        ]
        return {
            "held": len(held),
            "held_instance": integers([number for number, _ in held]),
            "held_pair": integers([pair for _, pair in held]),
            "together": Scratch(len(layout.pairs)),
        }

    def _lasting(self, number: Callable[[str], int]) -> Tables:
        layout, every = self._table.layout, [one for _, one in self._lasts]
        place = {effect: n for n, effect in enumerate(self.lasting_effect.tolist())}
        return {
            "lasting_terms": len(every),
            "lasting_place": integers([place[effect] for effect, _ in self._lasts]),
            "lasting_stated": integers([number(one.path) for one in every]),
            "lasting_scale": integers([number(one.scale) if one.scale else -1 for one in every]),
            "lasting_sign": integers([one.sign for one in every]),
            "lasting_rounds": integers(
                [_UNENDING if one.term is None else one.term for one in every]
            ),
            "lasting_trust": integers(
                [layout.at("trust", *one.trust) if one.trust else -1 for one in every]
            ),
            "lasting_gate": integers([one.gate for one in every]),
            "lasting_size": Kept(len(every)),
            "lasting_effects": len(place),
            "lasting_effect": self.lasting_effect,
            "lasting": Scratch(len(place)),
        }

    def _breaking(self, number: Callable[[str], int]) -> Tables:
        instances = self.instances
        solemn = [
            [
                number(f"arrangements.{instances[i].name}.solemnity")
                for i in self._table.rows[k].lasting.ends
                if not instances[i].one_sided
            ]
            for k in self.breaker.tolist()
        ]
        begin, paths = starts(solemn)
        return {
            "breaches": len(self.breaker),
            "breaker": self.breaker,
            "breach_effect": self.breach_effect,
            "breach_pair": self._breach_pair,
            "breach_way": self._breach_way,
            "breach_solemn": begin,
            "solemn": paths,
            "solemnity": Kept(len(self.breaker)),
            "breach": Scratch(len(self.breaker)),
        }


class ArrangementFields(Record):
    """Tables and rows of arrangements. Lists end where the next one begins."""

    arrangements: int
    status_at_start: Index
    term: Index  # rounds after which it runs out
    status: Rows  # 0 none, 1 in force, 2 suspended
    begun: Rows  # the round at whose end it last began
    ends_uses: int  # of each verb: how many, which candidates, and what they do it to
    ends_candidate: Index
    ends_instance: Index
    suspends_uses: int
    suspends_candidate: Index
    suspends_instance: Index
    resumes_uses: int
    resumes_candidate: Index
    resumes_instance: Index
    begins_uses: int
    begins_candidate: Index
    begins_instance: Index
    held: int
    held_instance: Index  # arrangements that are held together, and by whom
    held_pair: Index
    together: Rows  # by pair: 1 where they hold any that is in force
    flows: int
    flow_instance: Index
    flow_row: Index
    flow_size: Index  # row of its parameter
    flowed: Rows  # what each brings in this round
    lasting_terms: int
    lasting_place: Index  # to which of the lasting effects each adds
    lasting_stated: Index  # row of its stated size
    lasting_scale: Index  # row of what multiplies it; -1: the horizon does
    lasting_sign: Index
    lasting_rounds: Index  # the most rounds for which it counts
    lasting_trust: Index  # the trust that weighs it; -1: none does
    lasting_gate: Index  # the arrangement that must not be in force already; -1: none
    lasting_size: Rows
    lasting_effects: int
    lasting_effect: Index  # number of each among the effects
    lasting: Rows  # what is valued of each beside what it does at once
    breaches: int
    breaker: Index  # the candidate that breaks off
    breach_effect: Index  # the effect that it costs
    breach_pair: Index  # who loses affinity by it
    breach_way: Index  # who trusts the breaker less
    breach_solemn: Index  # where what it breaks off begins
    solemn: Index  # rows of parameters
    solemnity: Rows
    breach: Rows  # what it costs
    horizon: int  # rows of parameters
    breach_cost: int


# The text: 6.8, arrangements.


@section
def start_lasting(m: Model) -> None:
    """Begin a run: statuses, and sizes that stay the same."""
    for i in range(m.arrangements):
        m.status[i] = 1.0 * m.status_at_start[i]
        m.begun[i] = select(m.status[i] == IN_FORCE, 0.0, NEVER)
    for n in range(m.lasting_terms):
        factor = minimum(m.parameter[m.horizon], 1.0 * m.lasting_rounds[n])
        if m.lasting_scale[n] >= 0:
            factor = m.parameter[m.lasting_scale[n]]
        m.lasting_size[n] = m.parameter[m.lasting_stated[n]] * (factor * m.lasting_sign[n])
    for n in range(m.breaches):
        m.solemnity[n] = 0.0
        for one in range(m.breach_solemn[n], m.breach_solemn[n + 1]):
            m.solemnity[n] = maximum(m.solemnity[n], m.parameter[m.solemn[one]])


@section
def lasting_pushes(m: Model) -> None:
    """Find what lasts of each candidate, and what breaking off costs, at the look."""
    for place in range(m.lasting_effects):
        m.lasting[place] = 0.0
    for n in range(m.lasting_terms):
        push = m.lasting_size[n]
        if m.lasting_trust[n] >= 0:
            push = push * m.x[m.lasting_trust[n]]
        if m.lasting_gate[n] >= 0:
            push = push * (1.0 - m.x[m.row_in_force + m.lasting_gate[n]])
        place = m.lasting_place[n]
        m.lasting[place] = m.lasting[place] + push
    find_together(m)
    for n in range(m.breaches):
        cost = -m.parameter[m.breach_cost] * m.solemnity[n]
        m.breach[n] = cost * m.together[m.breach_pair[n]]


@helper
def find_together(m: Model) -> None:
    """Find which pairs hold any arrangement together that is in force."""
    for pair in range(m.pairs):
        m.together[pair] = 0.0
    for n in range(m.held):
        pair, here = m.held_pair[n], m.x[m.row_in_force + m.held_instance[n]]
        m.together[pair] = maximum(m.together[pair], here)


@section
def close_lasting(m: Model) -> None:
    """Close what there is nothing to end, to suspend or to resume."""
    for n in range(m.ends_uses):
        k, status = m.ends_candidate[n], m.status[m.ends_instance[n]]
        m.open[k] = select(status == NONE, 0.0, m.open[k])
    for n in range(m.suspends_uses):
        k, status = m.suspends_candidate[n], m.status[m.suspends_instance[n]]
        m.open[k] = select(status != IN_FORCE, 0.0, m.open[k])
    for n in range(m.resumes_uses):
        k, status = m.resumes_candidate[n], m.status[m.resumes_instance[n]]
        m.open[k] = select(status != SUSPENDED, 0.0, m.open[k])


@section
def flows(m: Model) -> None:
    """Find what arrangements in force bring in this round, with the room there was at the look."""
    for n in range(m.flows):
        changed = saturated(m, m.flow_row[n], m.parameter[m.flow_size[n]])
        m.flowed[n] = changed * m.x[m.row_in_force + m.flow_instance[n]]


@helper
def put_status(m: Model, instance: int, status: int, begun: int, here: Mask) -> None:
    """Give an arrangement a status in some runs, and say when it began, where it is in force."""
    m.status[instance] = select(here, 1.0 * status, m.status[instance])
    if status == IN_FORCE:
        m.begun[instance] = select(here, 1.0 * begun, m.begun[instance])
    row = m.row_in_force + instance
    m.x[row] = select(here, number(m.status[instance] == IN_FORCE), m.x[row])


@section
def update_arrangements(m: Model, now: int) -> None:
    """Let arrangements run out, then end, be suspended, resumed and begun by accepted acts."""
    going = m.going[0] != 0
    for i in range(m.arrangements):
        over = (m.status[i] != NONE) & (now - m.begun[i] >= m.term[i])
        put_status(m, i, NONE, now, over & going)
    for n in range(m.ends_uses):
        i, used = m.ends_instance[n], (m.accepted[m.ends_candidate[n]] != 0) & going
        put_status(m, i, NONE, now, used & (m.status[i] != NONE))
    for n in range(m.suspends_uses):
        i, used = m.suspends_instance[n], (m.accepted[m.suspends_candidate[n]] != 0) & going
        put_status(m, i, SUSPENDED, now, used & (m.status[i] == IN_FORCE))
    for n in range(m.resumes_uses):
        i, used = m.resumes_instance[n], (m.accepted[m.resumes_candidate[n]] != 0) & going
        put_status(m, i, IN_FORCE, now, used & (m.status[i] == SUSPENDED))
    for n in range(m.begins_uses):
        i, used = m.begins_instance[n], (m.accepted[m.begins_candidate[n]] != 0) & going
        put_status(m, i, IN_FORCE, now, used)
