"""What every candidate is worth to every actor: five interests, weighed, and regard for others.

Text: ``docs/model.md``, section 6.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Ints
from sim.model.changes import farther
from sim.model.elementary import log
from sim.model.own_interests import FIRST, find_own_interests, own_level, try_touch
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

    components: int  # of interest: the five, then those of the file's own
    weight: Rows  # by actor, then component; they sum to 1
    usual_support: Rows  # by actor, in ordinary times
    usual_prosperity: Rows
    ties_sum: Rows  # by actor
    ties_squares: Rows
    log_prosperity: Rows  # as it stands now, with its offset
    log_support: Rows

    tie_effect: Index
    tie_place: Index  # among the cells of prosperity
    prosperity_cell: Index
    prosperity_actor: Index
    more_ties: Rows
    more_squares: Rows

    others_power: Rows  # by actor: of all but it
    power_share: Rows  # by actor, then other: power over that of all but the actor
    standing_place: Index  # by affinity effect, either way
    standing_effect: Index
    standing_ends: Index
    standing_cell: Index
    standing: Rows
    strip_tie: Index  # where the effects and cells of each strip begin
    strip_prosperity: Index
    strip_issue: Index
    strip_warm: Index
    strip_standing: Index
    strip_support: Index

    support_effect: Index
    support_actor: Index
    support_cell: Index
    issue_cell: Index  # by effect on an issue: that of the first actor

    value: Rows  # by cell
    strip_cells: int  # of the widest strip
    parts: Rows  # by component, then cell, where they are kept
    keeps_parts: int
    regard_for: Rows  # by actor, then other
    care: Rows  # by candidate: to the actor, then to the target

    level: Rows  # by actor, then component: how well off it is, before it counts
    own_interest: Rows  # by actor, in points


def interest_tables(compiled: CompiledDescription, cuts: Ints, *, parts: bool) -> Tables:
    """The tables of interests; ``cuts`` are the strips of candidates."""
    layout, table = compiled.layout, compiled.table
    actors, components = len(layout.actors), len(layout.components)
    first = np.repeat(cuts[:-1], np.diff(cuts))  # of the strip of each candidate

    def cell(effect: Ints, actor: Ints) -> Ints:
        found: Ints = table.effect_candidate[effect] * actors + actor
        return found

    def within(cells: Ints) -> Ints:
        found: Ints = cells - first[cells // actors] * actors
        return found

    def begins(candidates: Ints) -> Ints:
        return np.searchsorted(candidates, cuts)

    def most(starts: Ints) -> int:
        return int(np.diff(starts).max(initial=0))

    owner = layout.direction_ends[0]
    tie = table.of_kind("ties")
    tie_cell = cell(tie, owner[table.effect_row[tie] - layout.rows("ties").start])
    prosperity, tie_place = np.unique(tie_cell, return_inverse=True)
    strip_prosperity = begins(prosperity // actors)
    warm, one, other = table.effects_toward("affinity")
    standing, standing_place = np.unique(cell(warm, one), return_inverse=True)
    strip_standing = begins(standing // actors)
    backing = table.of_kind("support")
    backer = table.effect_row[backing] - layout.rows("support").start
    issue = table.of_kind("issue")
    cells = most(cuts) * actors
    candidate = table.effect_candidate
    strip_of = np.repeat(np.arange(len(cuts) - 1), np.diff(cuts))
    return {
        "components": components,
        "weight": Scratch(actors * components),
        "usual_support": Kept(actors),
        "usual_prosperity": Kept(actors),
        "ties_sum": Scratch(actors),
        "ties_squares": Scratch(actors),
        "log_prosperity": Scratch(actors),
        "log_support": Scratch(actors),
        "tie_effect": tie,
        "tie_place": tie_place - strip_prosperity[strip_of[candidate[tie]]],
        "prosperity_cell": within(prosperity),
        "prosperity_actor": prosperity % actors,
        "more_ties": Scratch(most(strip_prosperity)),
        "more_squares": Scratch(most(strip_prosperity)),
        "others_power": Scratch(actors),
        "power_share": Scratch(actors * actors),
        "standing_place": standing_place - strip_standing[strip_of[candidate[warm]]],
        "standing_effect": warm,
        "standing_ends": one * actors + other,
        "standing_cell": within(standing),
        "standing": Scratch(most(strip_standing)),
        "support_effect": backing,
        "support_actor": backer,
        "support_cell": within(cell(backing, backer)),
        "issue_cell": within(candidate[issue] * actors),
        "strip_tie": begins(candidate[tie]),
        "strip_prosperity": strip_prosperity,
        "strip_issue": begins(candidate[issue]),
        "strip_warm": begins(candidate[warm]),
        "strip_standing": strip_standing,
        "strip_support": begins(candidate[backing]),
        "value": Scratch(cells),
        "strip_cells": cells,
        "parts": Scratch(components * cells if parts else 0),
        "keeps_parts": int(parts),
        "regard_for": Scratch(actors * actors),
        "level": Scratch(components * actors),
        "own_interest": Scratch(actors),
        "care": Scratch(2 * len(table)),
    }


@section
def find_weights(m: Model) -> None:
    """Weights that sum to 1, and what a unit of security is worth by what it rests on."""
    for a in range(m.actors):
        start = m.row_weight + m.components * a
        whole = m.x[start]
        for c in range(1, m.components):
            whole = whole + m.x[start + c]
        for c in range(m.components):
            m.weight[m.components * a + c] = m.x[start + c] / whole
        secure = m.weight[m.components * a + SECURITY]
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
def _sum_power(m: Model) -> None:
    """The power of all but each actor; to take its own from the whole would lose digits."""
    for a in range(m.actors):
        m.others_power[a] = 0.0
        for b in range(m.actors):
            if b != a:
                m.others_power[a] += m.x[m.row_power + b]


@section
def find_stakes(m: Model) -> None:
    """What candidates are measured against: levels as they count, and shares of power."""
    sum_ties(m)
    _sum_power(m)
    offset = m.parameter[m.diminishing]
    for a in range(m.actors):
        here = prosperity_of(m, m.ties_sum[a], m.ties_squares[a])
        m.log_prosperity[a] = log(here + offset)
        m.log_support[a] = log(m.x[m.row_support + a] + offset)
        others = 1 / m.others_power[a]
        for b in range(m.actors):
            m.power_share[a * m.actors + b] = m.x[m.row_power + b] * others
    find_own_interests(m)


@helper
def _gain(m: Model, after: Vector, log_before: Vector, ordinary: Vector) -> Vector:
    """Change of a quantity as it counts, by its logarithm before and its level after."""
    offset = m.parameter[m.diminishing]
    return (ordinary + offset) * (log(after + offset) - log_before)


@helper
def _add(m: Model, component: int, cell: int, worth: Vector) -> None:
    """Add the worth of one component to the value of a candidate to an actor."""
    m.value[cell] += worth
    if m.keeps_parts == 1:
        m.parts[component * m.strip_cells + cell] += worth


@section
def find_values(m: Model, s: int) -> None:
    """V of every candidate of a strip to every actor."""
    cells = (m.strip_candidate[s + 1] - m.strip_candidate[s]) * m.actors
    find_security(m, s)
    for cell in range(cells):
        m.value[cell] = loss_averse(m, m.security[cell])
    if m.keeps_parts == 1:
        for cell in range(cells):
            m.parts[cell] = m.value[cell]
        for cell in range(m.strip_cells, m.components * m.strip_cells):
            m.parts[cell] = 0.0
    _add_prosperity(m, s)
    _add_issues(m, s)
    _add_standing(m, s)
    _add_support(m, s)
    _add_own(m, s)


@helper
def _add_prosperity(m: Model, s: int) -> None:
    """R: the change of prosperity as it counts."""
    start, stop = m.strip_prosperity[s], m.strip_prosperity[s + 1]
    for n in range(stop - start):
        m.more_ties[n] = 0.0
        m.more_squares[n] = 0.0
    for n in range(m.strip_tie[s], m.strip_tie[s + 1]):
        e = m.tie_effect[n]
        moved = m.meant[e]
        m.more_ties[m.tie_place[n]] += moved
        m.more_squares[m.tie_place[n]] += moved * (2 * m.x[m.effect_row[e]] + moved)
    for n in range(start, stop):
        a = m.prosperity_actor[n]
        total = m.ties_sum[a] + m.more_ties[n - start]
        after = prosperity_of(m, total, m.ties_squares[a] + m.more_squares[n - start])
        gain = _gain(m, after, m.log_prosperity[a], m.usual_prosperity[a])
        stake = m.discount[3 * m.actors + a] * m.weight[m.components * a + PROSPERITY]
        _add(m, PROSPERITY, m.prosperity_cell[n], loss_averse(m, stake * gain))


@helper
def _add_issues(m: Model, s: int) -> None:
    """I: salience-weighted distance to the outcome wanted, issue by issue."""
    for n in range(m.strip_issue[s], m.strip_issue[s + 1]):
        i = m.issue_of_effect[n]
        for a in range(m.actors):
            stake = m.discount_issue[a * m.issues + i] * m.weight[m.components * a + ISSUES]
            lost = farther(m, a, i, m.meant[m.issue_effect[n]])
            _add(m, ISSUES, m.issue_cell[n] + a, loss_averse(m, -lost * stake))


@helper
def _add_standing(m: Model, s: int) -> None:
    """N: affinity with the others, weighted by their power."""
    start, stop = m.strip_standing[s], m.strip_standing[s + 1]
    for n in range(stop - start):
        m.standing[n] = 0.0
    for n in range(m.strip_warm[s], m.strip_warm[s + 1]):
        warmer = m.meant[m.standing_effect[n]] * m.power_share[m.standing_ends[n]]
        m.standing[m.standing_place[n]] += warmer
    for n in range(start, stop):
        cell = m.standing_cell[n]
        a = cell % m.actors
        stake = m.discount[a] * m.weight[m.components * a + STANDING]
        _add(m, STANDING, cell, loss_averse(m, m.standing[n - start] * stake))


@helper
def _add_support(m: Model, s: int) -> None:
    """U: the change of one's own support as it counts (Putnam 1988)."""
    for n in range(m.strip_support[s], m.strip_support[s + 1]):
        a = m.support_actor[n]
        after = m.x[m.row_support + a] + m.meant[m.support_effect[n]]
        gain = _gain(m, after, m.log_support[a], m.usual_support[a])
        stake = m.discount[4 * m.actors + a] * m.weight[m.components * a + SUPPORT]
        _add(m, SUPPORT, m.support_cell[n], loss_averse(m, stake * gain))


@helper
def _add_own(m: Model, s: int) -> None:
    """What the candidate changes of the interests that a file adds to the five."""
    for n in range(m.strip_touch[s], m.strip_touch[s + 1]):
        try_touch(m, n)
        component = FIRST + m.touch_interest[n]
        for a in range(m.actors):
            stake = m.weight[m.components * a + component] * m.own_gain[a]
            _add(m, component, m.touch_cell[n] + a, loss_averse(m, stake))


@section
def find_regard(m: Model) -> None:
    """What each actor makes of another's gain: r of 6.3."""
    regard = m.parameter[m.regard]
    for a in range(m.actors):
        m.regard_for[a * m.actors + a] = 0.0
    for p in range(m.pairs):
        felt = regard * (m.x[m.row_affinity + p] - m.x[m.row_tension + p])
        a, b = m.pair_first[p], m.pair_second[p]
        m.regard_for[a * m.actors + b] = felt
        m.regard_for[b * m.actors + a] = felt


@section
def find_care(m: Model, s: int) -> None:
    """U of 6.3: a friend's gain counts, a rival's counts against; spite is bounded."""
    first = m.strip_candidate[s]
    for k in range(first, m.strip_candidate[s + 1]):
        cells = (k - first) * m.actors
        m.care[k] = _cared(m, cells, m.candidate_actor[k])
        m.care[m.candidates + k] = _cared(m, cells, m.candidate_target[k])


@helper
def _cared(m: Model, cells: int, a: int) -> Vector:
    """What a candidate is worth to one of its two, with what it makes of the others' shares."""
    own = m.value[cells + a]
    care = own
    spite = m.zero[0]
    for b in range(m.actors):
        felt, gain = m.regard_for[a * m.actors + b], m.value[cells + b]
        share = felt * gain
        bad = (gain < 0) & (felt < 0)
        care = care + select(bad, 0.0, share)
        spite = spite + select(bad, share, 0.0)
    return care + minimum(maximum(0.0, own), spite)


@section
def find_interest(m: Model) -> None:
    """How well off every actor is: the levels of its components, and what they come to."""
    find_odds(m)
    find_weights(m)
    _find_levels_now(m)
    for a in range(m.actors):
        prosperity = counted(m, m.level[m.components * a + PROSPERITY], m.usual_prosperity[a])
        support = counted(m, m.level[m.components * a + SUPPORT], m.usual_support[a])
        whole = m.weight[m.components * a + SECURITY] * m.level[m.components * a + SECURITY]
        whole = whole + m.weight[m.components * a + PROSPERITY] * prosperity
        whole = whole + m.weight[m.components * a + ISSUES] * m.level[m.components * a + ISSUES]
        whole = whole + m.weight[m.components * a + STANDING] * m.level[m.components * a + STANDING]
        whole = whole + m.weight[m.components * a + SUPPORT] * support
        for c in range(FIRST, m.components):
            place = m.components * a + c
            m.level[place] = own_level(m, m.x, c - FIRST)
            whole = whole + m.weight[place] * m.level[place]
        m.own_interest[a] = 100 * whole


@helper
def _find_levels_now(m: Model) -> None:
    """Security, prosperity, issues, standing and support of every actor, as they stand."""
    sum_ties(m)
    for a in range(m.actors):
        m.level[m.components * a + SECURITY] = 0.0
        m.level[m.components * a + PROSPERITY] = prosperity_of(m, m.ties_sum[a], m.ties_squares[a])
        far = m.zero[0]
        for i in range(m.issues):
            stance = a * m.issues + i
            away = absolute(m.x[m.row_issue + i] - m.x[m.row_position + stance])
            far = far + away * (m.x[m.row_salience + stance] / 100)
        m.level[m.components * a + ISSUES] = -far
        m.level[m.components * a + STANDING] = 0.0
        m.level[m.components * a + SUPPORT] = m.x[m.row_support + a]
    for p in range(m.pairs):
        one, other = m.pair_first[p], m.pair_second[p]
        tension, warm = m.x[m.row_tension + p], m.x[m.row_affinity + p]
        m.level[m.components * one + SECURITY] -= tension * (1 - m.odds[p])
        m.level[m.components * other + SECURITY] -= tension * m.odds[p]
        m.level[m.components * one + STANDING] += warm * m.x[m.row_power + other]
        m.level[m.components * other + STANDING] += warm * m.x[m.row_power + one]
    _sum_power(m)
    for a in range(m.actors):
        m.level[m.components * a + STANDING] /= m.others_power[a]
