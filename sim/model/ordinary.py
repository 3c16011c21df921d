"""Ordinary times: what usual acts make of quantities, quarrels and worth.

What is usual is that of the reference: the base file of a scenario, or the scenario itself.
Text: ``docs/model.md``, sections 6.5 (*reference state*, *usual use*) and 6.6 (*what ordinary times
bring*).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Ints
from sim.model.arrangements import close_lasting, flows, start_lasting
from sim.model.candidates import integers
from sim.model.changes import saturated
from sim.model.choice import expected_of, find_slopes, set_usual
from sim.model.conditions import check_requirements
from sim.model.interests import find_levels, find_values
from sim.model.layout import Layout
from sim.model.look import look
from sim.model.parts import find_parts_of_proposal, parts_of
from sim.model.promises import trust_of_consent, usual_trust
from sim.model.reactions import find_reactions
from sim.model.resolve import find_pull, find_warmth, warmth
from sim.model.start import NEVER, set_start, set_theory
from sim.model.vectors import Index, Record, Rows, Vector, helper, maximum, section
from sim.model.workspace import Kept, Scratch, Tables
from sim.scenario.phrases import Kind

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model

RESTING: tuple[Kind, ...] = ("affinity", "tension", "ties", "support")
"""Kinds of quantity that the acts of ordinary times leave where they are."""
LEAST = float(np.finfo(float).tiny)
EFFECT, REACTION, HALF_REACTION, ANSWER, COST = range(5)


class OrdinaryFields(Record):
    """Usual use of every candidate, and what comes of it."""

    is_once: Index  # by candidate
    resting: Index  # by row that moves
    usual_asked: Rows  # by candidate: proposals in a round
    usual_use: Rows  # proposals agreed to
    usual_worn: Rows

    # What levers that are once bring while they are unused, each to one row.
    strip_singles: Index  # where those of each strip begin
    single_kind: Index
    single_source: Index  # the effect, the place of the third party, or the candidate
    single_candidate: Index
    single_row: Index
    single_change: Rows

    has_base: int  # whether ordinary times are those of another description, or other values
    lacking: int  # whether that description lacks anything of this one
    shared: int
    shared_here: Index  # parameters that take this run's draws at the reference, too
    shared_there: Index
    candidate_in_base: Index
    row_in_base: Index
    pair_in_base: Index
    actor_in_base: Index
    direction_in_base: Index
    part_in_base: Index  # parts of worth
    once_effect_known: Index  # whether the base has it
    once_effect_source: Index  # its place among the singles, of the base or one's own


def ordinary_tables(compiled: CompiledDescription, cuts: Ints) -> Tables:
    """The tables of usual use of one description."""
    layout, table = compiled.layout, compiled.table
    singles = list(_singles(compiled))
    each = len(table)
    return {
        "is_once": np.isin(np.arange(each), table.once),
        "resting": _resting(layout),
        "usual_asked": Scratch(each),
        "usual_use": Scratch(each),
        "usual_worn": Kept(each),
        "strip_singles": np.searchsorted([one[2] for one in singles], cuts),
        "single_kind": [one[0] for one in singles],
        "single_source": [one[1] for one in singles],
        "single_candidate": [one[2] for one in singles],
        "single_row": [one[3] for one in singles],
        "single_change": Kept(len(singles)),
    }


def _resting(layout: Layout) -> Ints:
    """By row that moves: 1 where the acts of ordinary times leave it where it is."""
    found = np.zeros(layout.moving.stop, dtype=np.int64)
    for kind in RESTING:
        found[layout.rows(kind)] = 1
    return found


def _singles(compiled: CompiledDescription) -> Iterable[tuple[int, int, int, int]]:
    """Kind, source, candidate and row of each thing that a lever that is once brings."""
    layout, table = compiled.layout, compiled.table
    tied, support = layout.rows("affinity").start, layout.rows("support").start
    resting = _resting(layout)
    for k in table.once.tolist():
        first, last = np.searchsorted(table.effect_candidate, [k, k + 1]).tolist()
        for e in range(first, last):
            row = int(table.effect_row[e])
            if resting[row]:
                yield EFFECT, e, k, row
        asks = bool(table.asks[k, 0])
        movers = (table.actor[k], table.target[k]) if asks else (table.actor[k],)
        for n, third in enumerate(table.thirds[k]):
            for mover in movers:
                pair = int(layout.pair_number(third, mover))
                yield HALF_REACTION if asks else REACTION, n, k, tied + pair
        yield ANSWER, k, k, tied + int(table.pair[k])
        yield COST, k, k, support + int(table.actor[k])


def base_tables(
    own: CompiledDescription, base: CompiledDescription, shared: list[tuple[int, int]] | None
) -> Tables:
    """How a scenario's ordinary times are made of its base's; ``shared`` is None without one."""
    here, there = own.layout, base.layout
    usable = there.trusting or not here.trusting  # where nobody trusts, nothing is missing
    places = {
        "candidate_in_base": _places(own.keys, base.keys),
        "row_in_base": _places(here.phrases[here.moving], there.phrases[there.moving]),
        "pair_in_base": _places(here.pairs, there.pairs),
        "actor_in_base": _places(here.actors, there.actors),
        "direction_in_base": _places(here.directions, there.directions if usable else ()),
    }
    lacking = any((place < 0).any() for place in places.values())
    once = own.table.once.tolist()
    found: list[tuple[int, int, int, int]] = []
    candidate = _inverse(places["candidate_in_base"], len(base.table))
    row = _inverse(places["row_in_base"], there.moving.stop)
    for n, (_, _, k, q) in enumerate(_singles(base)):
        if row[q] >= 0:
            mine = int(candidate[k])
            found.append((once.index(mine) if mine in once else -1, int(row[q]), 1, n))
    if lacking and shared is not None:
        for n, (_, _, k, q) in enumerate(_singles(own)):
            if places["row_in_base"][q] < 0:
                found.append((once.index(k), q, 0, n))
    return {
        "has_base": int(shared is not None),
        "lacking": int(lacking),
        "shared": len(shared or ()),
        "shared_here": [one for one, _ in shared or ()],
        "shared_there": [other for _, other in shared or ()],
        **places,
        "part_in_base": _places(parts_of(own.description), parts_of(base.description)),
        "once_effects": len(found),
        "once_effect_candidate": [one[0] for one in found],
        "once_effect_row": [one[1] for one in found],
        "once_effect_known": [one[2] for one in found],
        "once_effect_source": [one[3] for one in found],
        "once_change": Kept(len(found)),
    }


def _places(own: Iterable[object], base: Iterable[object]) -> Ints:
    """Where each of the own stands among those of the base; -1 where nowhere."""
    known = {one: place for place, one in enumerate(base)}
    return integers([known.get(one, -1) for one in own])


def _inverse(place: Ints, size: int) -> Ints:
    """Who stands at each of so many places; -1 where nobody does."""
    found = np.full(size, -1)
    held = np.flatnonzero(place >= 0)
    found[place[held]] = held
    return found


@section
def find_usual(m: Model, given: int) -> None:
    """What is usual at the start of a description.

    Levels of support and prosperity, and usual trust, are those of the start unless they are
    ``given``. Trust that the description states counts only beside a given one: at the reference
    it is as usual.
    """
    if given == 0:
        usual_trust(m)
    set_start(m, given)
    start_lasting(m)
    for k in range(m.candidates):
        m.last[k] = float(NEVER)
    check_requirements(m, 1)
    for k in range(m.candidates):
        m.open[k] = m.holds[k]
    close_lasting(m)
    for k in range(m.candidates):
        m.usual_asked[k] = m.usual[k] * m.open[k]
        m.usual_use[k] = m.usual_asked[k] * m.consent[k]
        if m.is_once[k] == 1:
            m.usual_use[k] = 0.0
        use = m.usual_use[k]
        # What is never used is not worn, also where nothing recovers.
        renewed = maximum(LEAST, 1 - (1 - m.parameter[m.recovery]) * (1 - use))
        m.worn[k] = use * m.parameter[m.wear] / renewed
        m.usual_worn[k] = m.worn[k]
    if given == 0:
        find_levels(m)
    look(m)
    find_slopes(m)
    for k in range(m.candidates):
        p = m.candidate_pair[k]
        m.usual_answer[k] = m.worth[m.candidates + k]
        m.usual_proposal[k] = expected_of(m, k, m.consent[k])
        m.usual_sentiment[k] = m.x[m.row_affinity + p] - m.x[m.row_tension + p]
        m.agree[k] = m.consent[k]
        m.expected[k] = m.usual_proposal[k]
    if m.keeps_parts == 1:
        find_parts_of_proposal(m)
        for n in range(2 * m.part_count * m.candidates):
            m.usual_parts[n] = m.worth_parts[n]
    trust_of_consent(m)
    for k in range(m.candidates):
        m.usual_trust_of_consent[k] = m.consent_trust[k]
    _find_usual_change(m)
    find_pull(m)
    for p in range(m.pairs):
        m.usual_pull[p] = m.pull[p]
        m.usual_tension[p] = m.x[m.row_tension + p]
        m.usual_heat[p] = 0.0
    for k in range(m.candidates):
        m.usual_heat[m.candidate_pair[k]] += m.usual_use[k] * m.hotness[k]
    for p in range(m.pairs):
        m.usual_heat[p] /= 1 - m.parameter[m.heat_persistence]
    _find_singles(m)


@helper
def _find_usual_change(m: Model) -> None:
    """Delta of 6.6: what usual acts, reactions to them, and arrangements bring in a round."""
    for q in range(m.moving):
        m.delta[q] = 0.0
    for e in range(m.effects):
        m.delta[m.effect_row[e]] += m.usual_use[m.effect_candidate[e]] * m.change[e]
    find_warmth(m, m.usual_use)
    for p in range(m.pairs):
        m.delta[m.row_affinity + p] += warmth(m, p)
    for k in range(m.candidates):
        if m.is_once[k] == 0:
            cost = m.parameter[m.cost_row[k]] * m.usual_asked[k]
            m.delta[m.row_support + m.candidate_actor[k]] -= cost
    for q in range(m.moving):
        if m.resting[q] == 1:
            m.usual_change[q] = m.delta[q]
        else:
            m.usual_change[q] = 0.0
    flows(m)
    for n in range(m.flows):
        m.usual_change[m.flow_row[n]] += m.flowed[n]


@helper
def _find_singles(m: Model) -> None:
    """What levers that are once are expected to bring in a round, as long as they are unused."""
    for strip in range(m.strips):
        start, stop = m.strip_singles[strip], m.strip_singles[strip + 1]
        if m.strips > 1 and stop > start:  # the last strip's reactions alone are still there
            find_values(m, strip)
            find_reactions(m, strip)
        for n in range(start, stop):
            k = m.single_candidate[n]
            first = (k - m.strip_candidate[strip]) * m.thirds
            m.single_change[n] = _single(m, n, k, first)


@helper
def _single(m: Model, n: int, k: int, reactions: int) -> Vector:
    """What a lever that is once is expected to bring to one row; ``reactions`` are its first."""
    kind, source, q = m.single_kind[n], m.single_source[n], m.single_row[n]
    use = m.usual_asked[k] * m.consent[k]
    if kind == EFFECT:
        return m.change[source] * use
    if kind == COST:
        return -(m.parameter[m.cost_row[k]] * m.usual_asked[k])
    if kind == ANSWER:
        return saturated(m, q, m.answer[source]) * use
    push = m.reaction[reactions + source]
    if kind == HALF_REACTION:
        push = push / 2
    return saturated(m, q, push) * use


@section
def find_ordinary_times(m: Model, base: Model) -> None:
    """What is usual: that of the base; what it has not got, that of the scenario's own start."""
    if m.has_base == 0:
        find_usual(m, 0)
        for n in range(m.once_effects):
            m.once_change[n] = m.single_change[m.once_effect_source[n]]
        return
    for n in range(m.shared):
        base.parameter[m.shared_there[n]] = m.parameter[m.shared_here[n]]
    set_theory(base)
    set_usual(base)
    find_usual(base, 0)
    if m.lacking == 1:
        usual_trust(m)
        set_start(m, 0)
        find_levels(m)
        _take_levels(m, base)
        find_usual(m, 1)
    _take_usual(m, base)


@helper
def _take_levels(m: Model, base: Model) -> None:
    """The base's levels of support and prosperity, and its usual trust, where it has them."""
    for a in range(m.actors):
        there = m.actor_in_base[a]
        if there >= 0:
            m.usual_support[a] = base.usual_support[there]
            m.usual_prosperity[a] = base.usual_prosperity[there]
    for d in range(m.trusting):
        there = m.direction_in_base[d]
        if there >= 0:
            m.trust_ref[d] = base.trust_ref[there]


@helper
def _take_usual_parts(m: Model, base: Model, k: int, there: int) -> None:
    """The base's parts of what a candidate is worth; 0 for an interest that it does not have."""
    for part in range(m.part_count):
        known = m.part_in_base[part]
        for side in range(2):
            here = (side * m.part_count + part) * m.candidates + k
            m.usual_parts[here] = 0.0
            if known >= 0:
                source = (side * base.part_count + known) * base.candidates + there
                m.usual_parts[here] = base.usual_parts[source]


@helper
def _take_usual(m: Model, base: Model) -> None:
    """What the base has of ordinary times."""
    _take_levels(m, base)
    for n in range(m.trusted_uses):
        m.consent_trust[m.trusted[n]] = m.trust_ref[m.trusted_row[n] - m.row_trust]
    for k in range(m.candidates):
        there = m.candidate_in_base[k]
        if there >= 0:
            m.usual_answer[k] = base.usual_answer[there]
            m.usual_proposal[k] = base.usual_proposal[there]
            m.usual_worn[k] = base.usual_worn[there]
            m.usual_sentiment[k] = base.usual_sentiment[there]
            # A lever of the base is believed as is usual, also where it promises nothing there.
            m.usual_trust_of_consent[k] = m.consent_trust[k]
            if m.keeps_parts == 1:
                _take_usual_parts(m, base, k, there)
    for q in range(m.moving):
        there = m.row_in_base[q]
        if there >= 0:
            m.usual_change[q] = base.usual_change[there]
    for p in range(m.pairs):
        there = m.pair_in_base[p]
        if there >= 0:
            m.usual_pull[p] = base.usual_pull[there]
            m.usual_heat[p] = base.usual_heat[there]
            m.usual_tension[p] = base.usual_tension[there]
    for n in range(m.once_effects):
        source = m.once_effect_source[n]
        if m.once_effect_known[n] == 1:
            m.once_change[n] = base.single_change[source]
        else:
            m.once_change[n] = m.single_change[source]
