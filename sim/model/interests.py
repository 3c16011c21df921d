"""What every candidate is worth to every actor: five interests, weighed, and regard for others.

Text: ``docs/model.md``, section 6.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.elementary import log
from sim.model.security import find_odds, find_security
from sim.model.start import loss_averse
from sim.model.vectors import (
    Index,
    Record,
    Rows,
    Vector,
    absolute,
    helper,
    maximum,
    minimum,
    section,
    select,
)
from sim.model.workspace import Kept, Scratch, Tables
from sim.scenario.phrases import COMPONENTS

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model

SECURITY, PROSPERITY, ISSUES, STANDING, SUPPORT = range(len(COMPONENTS))


class InterestFields(Record):
    """Weights, stakes and levels by actor; values by cell: candidate, then actor."""

    weight: Rows  # by actor, then component; they sum to 1
    usual_support: Rows  # by actor, in ordinary times
    usual_prosperity: Rows
    ties_sum: Rows  # by actor
    ties_squares: Rows
    count_of_prosperity: Rows  # as it counts now
    count_of_support: Rows

    tie_effect: Index
    tie_place: Index  # among the cells of prosperity
    tie_effects: int
    prosperity_cell: Index
    prosperity_actor: Index
    prosperity_cells: int
    more_ties: Rows
    more_squares: Rows

    power_share: Rows  # by actor, then other: power over that of all but the actor
    standing_place: Index  # by affinity effect, either way
    standing_effect: Index
    standing_ends: Index
    standing_effects: int
    standing_cell: Index
    standing_cells: int
    standing: Rows

    support_effect: Index
    support_actor: Index
    support_cell: Index
    support_effects: int
    issue_cell: Index  # by effect on an issue and actor

    value: Rows  # by cell
    parts: Rows  # by component, then cell, where they are kept
    keeps_parts: int
    regard_for: Rows  # by actor, then other
    care: Rows  # by candidate: to the actor, then to the target

    level: Rows  # by actor, then component: how well off it is, before it counts
    own_interest: Rows  # by actor, in points


def interest_tables(compiled: CompiledDescription, *, parts: bool) -> Tables:
    """The tables of interests."""
    layout, table = compiled.layout, compiled.table
    actors, cells = len(layout.actors), len(table) * len(layout.actors)

    def cell(effect: np.ndarray, actor: np.ndarray) -> np.ndarray:
        found: np.ndarray = table.effect_candidate[effect] * actors + actor
        return found

    owner = layout.direction_ends[0]
    tie = table.of_kind("ties")
    tie_cell = cell(tie, owner[table.effect_row[tie] - layout.rows("ties").start])
    prosperity, tie_place = np.unique(tie_cell, return_inverse=True)
    warm, one, other = table.effects_toward("affinity")
    standing, standing_place = np.unique(cell(warm, one), return_inverse=True)
    backing = table.of_kind("support")
    backer = table.effect_row[backing] - layout.rows("support").start
    issue = table.of_kind("issue")
    every = np.arange(actors)
    return {
        "weight": Scratch(actors * len(COMPONENTS)),
        "usual_support": Kept(actors),
        "usual_prosperity": Kept(actors),
        "ties_sum": Scratch(actors),
        "ties_squares": Scratch(actors),
        "count_of_prosperity": Scratch(actors),
        "count_of_support": Scratch(actors),
        "tie_effect": tie,
        "tie_place": tie_place,
        "tie_effects": len(tie),
        "prosperity_cell": prosperity,
        "prosperity_actor": prosperity % actors,
        "prosperity_cells": len(prosperity),
        "more_ties": Scratch(len(prosperity)),
        "more_squares": Scratch(len(prosperity)),
        "power_share": Scratch(actors * actors),
        "standing_place": standing_place,
        "standing_effect": warm,
        "standing_ends": one * actors + other,
        "standing_effects": len(warm),
        "standing_cell": standing,
        "standing_cells": len(standing),
        "standing": Scratch(len(standing)),
        "support_effect": backing,
        "support_actor": backer,
        "support_cell": cell(backing, backer),
        "support_effects": len(backing),
        "issue_cell": (table.effect_candidate[issue][:, None] * actors + every).ravel(),
        "value": Scratch(cells),
        "parts": Scratch(len(COMPONENTS) * cells if parts else 0),
        "keeps_parts": int(parts),
        "regard_for": Scratch(actors * actors),
        "care": Scratch(2 * len(table)),
        "level": Scratch(actors * len(COMPONENTS)),
        "own_interest": Scratch(actors),
    }


@section
def find_weights(m: Model) -> None:
    """Weights that sum to 1, and what a unit of security is worth by what it rests on."""
    for a in range(m.actors):
        start = m.row_weight + 5 * a
        whole = m.x[start] + m.x[start + 1] + m.x[start + 2] + m.x[start + 3] + m.x[start + 4]
        for c in range(5):
            m.weight[5 * a + c] = m.x[start + c] / whole
        secure = m.weight[5 * a + SECURITY]
        m.stake[a] = m.discount[a] * secure
        m.stake[m.actors + a] = m.discount[2 * m.actors + a] * secure
        m.stake[2 * m.actors + a] = m.discount[m.actors + a] * secure


@helper
def prosperity_of(m: Model, total: Vector, squares: Vector) -> Vector:
    """Ties, discounted by their concentration (Hirschman 1945)."""
    lopsided = select(total > 0, squares / total, 0.0)
    return total - m.parameter[m.concentration] * lopsided


@helper
def counted(m: Model, level: Vector, ordinary: Vector) -> Vector:
    """A quantity as it counts: 0 in ordinary times, where its slope is 1 (Bernoulli 1738)."""
    offset = m.parameter[m.diminishing]
    whole = ordinary + offset
    return whole * log((level + offset) / whole)


@section
def sum_ties(m: Model) -> None:
    """The sum of each actor's ties, and of their squares."""
    for a in range(m.actors):
        m.ties_sum[a] = 0.0
        m.ties_squares[a] = 0.0
    for d in range(m.directions):
        tie = m.x[m.row_ties + d]
        m.ties_sum[m.direction_actor[d]] += tie
        m.ties_squares[m.direction_actor[d]] += tie * tie


@section
def find_levels(m: Model) -> None:
    """Take the levels of support and prosperity as they stand for those of ordinary times."""
    sum_ties(m)
    for a in range(m.actors):
        m.usual_support[a] = m.x[m.row_support + a]
        m.usual_prosperity[a] = prosperity_of(m, m.ties_sum[a], m.ties_squares[a])


@helper
def _add(m: Model, component: int, cell: int, worth: Vector) -> None:
    """Add the worth of one component to the value of a candidate to an actor."""
    m.value[cell] += worth
    if m.keeps_parts == 1:
        m.parts[component * m.candidates * m.actors + cell] += worth


@section
def find_values(m: Model) -> None:
    """V of every candidate to every actor."""
    find_security(m)
    for cell in range(m.candidates * m.actors):
        m.value[cell] = loss_averse(m, m.security[cell])
    if m.keeps_parts == 1:
        for cell in range(m.candidates * m.actors):
            m.parts[cell] = m.value[cell]
        for cell in range(m.candidates * m.actors, 5 * m.candidates * m.actors):
            m.parts[cell] = 0.0
    add_prosperity(m)
    add_issues(m)
    add_standing(m)
    add_support(m)


@section
def add_prosperity(m: Model) -> None:
    """R: the change of prosperity as it counts."""
    sum_ties(m)
    for a in range(m.actors):
        here = prosperity_of(m, m.ties_sum[a], m.ties_squares[a])
        m.count_of_prosperity[a] = counted(m, here, m.usual_prosperity[a])
    for n in range(m.prosperity_cells):
        m.more_ties[n] = 0.0
        m.more_squares[n] = 0.0
    for n in range(m.tie_effects):
        e = m.tie_effect[n]
        moved = m.meant[e]
        m.more_ties[m.tie_place[n]] += moved
        m.more_squares[m.tie_place[n]] += moved * (2 * m.x[m.effect_row[e]] + moved)
    for n in range(m.prosperity_cells):
        a = m.prosperity_actor[n]
        total = m.ties_sum[a] + m.more_ties[n]
        after = prosperity_of(m, total, m.ties_squares[a] + m.more_squares[n])
        gain = counted(m, after, m.usual_prosperity[a]) - m.count_of_prosperity[a]
        stake = m.discount[3 * m.actors + a] * m.weight[5 * a + PROSPERITY]
        _add(m, PROSPERITY, m.prosperity_cell[n], loss_averse(m, stake * gain))


@section
def add_issues(m: Model) -> None:
    """I: salience-weighted distance to the outcome wanted, issue by issue."""
    for n in range(m.issue_effects):
        i = m.issue_of_effect[n]
        for a in range(m.actors):
            stake = m.discount_issue[a * m.issues + i] * m.weight[5 * a + ISSUES]
            place = n * m.actors + a
            worth = loss_averse(m, -m.lost[place] * stake)
            _add(m, ISSUES, m.issue_cell[place], worth)


@section
def add_standing(m: Model) -> None:
    """N: affinity with the others, weighted by their power."""
    whole = m.x[m.row_power]
    for a in range(1, m.actors):
        whole = whole + m.x[m.row_power + a]
    for a in range(m.actors):
        others = 1 / (whole - m.x[m.row_power + a])
        for b in range(m.actors):
            m.power_share[a * m.actors + b] = m.x[m.row_power + b] * others
    for n in range(m.standing_cells):
        m.standing[n] = 0.0
    for n in range(m.standing_effects):
        warmer = m.meant[m.standing_effect[n]] * m.power_share[m.standing_ends[n]]
        m.standing[m.standing_place[n]] += warmer
    for n in range(m.standing_cells):
        cell = m.standing_cell[n]
        a = cell % m.actors
        stake = m.discount[a] * m.weight[5 * a + STANDING]
        _add(m, STANDING, cell, loss_averse(m, m.standing[n] * stake))


@section
def add_support(m: Model) -> None:
    """U: the change of one's own support as it counts (Putnam 1988)."""
    for a in range(m.actors):
        here = m.x[m.row_support + a]
        m.count_of_support[a] = counted(m, here, m.usual_support[a])
    for n in range(m.support_effects):
        a = m.support_actor[n]
        after = m.x[m.row_support + a] + m.meant[m.support_effect[n]]
        gain = counted(m, after, m.usual_support[a]) - m.count_of_support[a]
        stake = m.discount[4 * m.actors + a] * m.weight[5 * a + SUPPORT]
        _add(m, SUPPORT, m.support_cell[n], loss_averse(m, stake * gain))


@section
def find_care(m: Model) -> None:
    """U of 6.3: a friend's gain counts, a rival's counts against; spite is bounded."""
    regard = m.parameter[m.regard]
    for a in range(m.actors):
        m.regard_for[a * m.actors + a] = 0.0
    for p in range(m.pairs):
        felt = regard * (m.x[m.row_affinity + p] - m.x[m.row_tension + p])
        a, b = m.pair_first[p], m.pair_second[p]
        m.regard_for[a * m.actors + b] = felt
        m.regard_for[b * m.actors + a] = felt
    for k in range(m.candidates):
        m.care[k] = _cared(m, k, m.candidate_actor[k])
        m.care[m.candidates + k] = _cared(m, k, m.candidate_target[k])


@helper
def _cared(m: Model, k: int, a: int) -> Vector:
    """What a candidate is worth to one of its two, with what it makes of the others' shares."""
    own = m.value[k * m.actors + a]
    care = own
    spite = m.zero[0]
    for b in range(m.actors):
        felt, gain = m.regard_for[a * m.actors + b], m.value[k * m.actors + b]
        share = felt * gain
        bad = (gain < 0) & (felt < 0)
        care = care + select(bad, 0.0, share)
        spite = spite + select(bad, share, 0.0)
    return care + minimum(maximum(0.0, own), spite)


@section
def find_interest(m: Model) -> None:
    """How well off every actor is: the levels of its five components, and what they come to."""
    find_odds(m)
    find_weights(m)
    _find_levels_now(m)
    for a in range(m.actors):
        prosperity = counted(m, m.level[5 * a + PROSPERITY], m.usual_prosperity[a])
        support = counted(m, m.level[5 * a + SUPPORT], m.usual_support[a])
        whole = m.weight[5 * a + SECURITY] * m.level[5 * a + SECURITY]
        whole = whole + m.weight[5 * a + PROSPERITY] * prosperity
        whole = whole + m.weight[5 * a + ISSUES] * m.level[5 * a + ISSUES]
        whole = whole + m.weight[5 * a + STANDING] * m.level[5 * a + STANDING]
        m.own_interest[a] = 100 * (whole + m.weight[5 * a + SUPPORT] * support)


@helper
def _find_levels_now(m: Model) -> None:
    """Security, prosperity, issues, standing and support of every actor, as they stand."""
    sum_ties(m)
    for a in range(m.actors):
        m.level[5 * a + SECURITY] = 0.0
        m.level[5 * a + PROSPERITY] = prosperity_of(m, m.ties_sum[a], m.ties_squares[a])
        far = m.zero[0]
        for i in range(m.issues):
            stance = a * m.issues + i
            away = absolute(m.x[m.row_issue + i] - m.x[m.row_position + stance])
            far = far + away * (m.x[m.row_salience + stance] / 100)
        m.level[5 * a + ISSUES] = -far
        m.level[5 * a + STANDING] = 0.0
        m.level[5 * a + SUPPORT] = m.x[m.row_support + a]
    for p in range(m.pairs):
        one, other = m.pair_first[p], m.pair_second[p]
        tension, warm = m.x[m.row_tension + p], m.x[m.row_affinity + p]
        m.level[5 * one + SECURITY] -= tension * (1 - m.odds[p])
        m.level[5 * other + SECURITY] -= tension * m.odds[p]
        m.level[5 * one + STANDING] += warm * m.x[m.row_power + other]
        m.level[5 * other + STANDING] += warm * m.x[m.row_power + one]
    whole = m.x[m.row_power]
    for a in range(1, m.actors):
        whole = whole + m.x[m.row_power + a]
    for a in range(m.actors):
        m.level[5 * a + STANDING] /= whole - m.x[m.row_power + a]
