"""What comes of a round: effects, costs, warmth, heat, wear, drift and shocks.

Text: ``docs/model.md``, sections 6.1 and 6.6.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from sim.model.arrangements import flows, update_arrangements
from sim.model.changes import clipped
from sim.model.elementary import normal_quantile
from sim.model.governments import count_office
from sim.model.interests import find_values
from sim.model.promises import fade_trust, update_promises
from sim.model.reactions import find_reactions
from sim.model.start import NEVER, REVERTING, of_relation, uniform_of
from sim.model.vectors import (
    Index,
    Numbers,
    Record,
    Rows,
    Vector,
    any_lane,
    helper,
    maximum,
    minimum,
    section,
    select,
)
from sim.model.workspace import Kept, Keys, Paths, Scratch, Tables
from sim.scenario.phrases import Phrase

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model


class ResolveFields(Record):
    """Changes of the rows that move, and what ordinary times bring them."""

    delta: Rows  # by row that moves
    warmed: Rows  # by pair: pushes up
    cooled: Rows  # and down
    hotness: Numbers  # by candidate: what it adds to the heat of its pair

    usual_change: Rows  # by row that moves
    usual_pull: Rows  # by pair
    pull: Rows  # of structural balance, by pair
    triads: int  # of each pair, at least 1
    once_effects: int  # what levers that are once bring in ordinary times
    once_effect_candidate: Index  # place among the levers that are once; -1: never used
    once_effect_row: Index
    once_change: Rows

    reversion_row: Index  # by row that moves
    noise_row: Index
    trend_row: Index
    noisy: int
    noisy_row: Index
    noisy_draw: Index
    shock: Rows
    trend: Rows
    damped: Rows  # what is left of a trend


def resolve_tables(
    compiled: CompiledDescription,
    path: Paths,
    key: Keys,
    known: Container[str],
) -> Tables:
    """The tables of what comes of a round."""
    layout, table = compiled.layout, compiled.table
    moving = layout.phrases[layout.moving]
    noise = [_by_kind(phrase, path, "noise", "volatility") for phrase in moving]
    noisy = [q for q, number in enumerate(noise) if number != path("")]
    return {
        "delta": Scratch(len(moving)),
        "warmed": Scratch(len(layout.pairs)),
        "cooled": Scratch(len(layout.pairs)),
        "hotness": table.heat[:, 0],
        "usual_change": Kept(len(moving)),
        "usual_pull": Kept(len(layout.pairs)),
        "pull": Scratch(len(layout.pairs)),
        "triads": max(len(layout.actors) - 2, 1),
        "reversion_row": [_by_kind(phrase, path, "reversion", "reversion") for phrase in moving],
        "noise_row": noise,
        "trend_row": [_trend(phrase, path, known) for phrase in moving],
        "noisy": len(noisy),
        "noisy_row": noisy,
        "noisy_draw": [key("shock", layout.names[q]) for q in noisy],
        "shock": Scratch(len(moving)),
        "trend": Scratch(len(moving)),
        "damped": Kept(1),
    }


def _by_kind(phrase: Phrase, path: Paths, coefficient: str, of_issue: str) -> int:
    if phrase.kind == "issue":
        return path(f"issues.{phrase.names[0]}.{of_issue}")
    return path(f"coefficients.{coefficient}.{phrase.kind}" if phrase.kind in REVERTING else "")


def _trend(phrase: Phrase, path: Paths, known: Container[str]) -> int:
    kind, names = phrase.kind, phrase.names
    if kind == "power":
        return path(f"actors.{names[0]}.power_growth")
    if kind == "support":
        tries = [f"actors.{names[0]}.support_trend"]
    elif kind == "issue":
        tries = [f"issues.{names[0]}.trend"]
    else:
        tries = of_relation(phrase, "_trend")
    return path(next((one for one in tries if one in known), ""))


@helper
def set_quantity(m: Model, q: int, value: Vector) -> None:
    """Set a quantity in the runs that go on, cut at the ends of its range."""
    m.x[q] = select(m.going[0] != 0, clipped(m, q, value), m.x[q])


@section
def resolve(m: Model) -> None:
    """Let all accepted levers and all arrangements take effect together; every proposal costs."""
    find_warmth(m, m.accepted)
    add_acts(m)
    for k in range(m.candidates):
        proposed = m.pick[m.candidate_slot[k]] == k
        cost = select(proposed, m.parameter[m.cost_row[k]], 0.0)
        m.delta[m.row_support + m.candidate_actor[k]] -= cost
    flows(m)
    for n in range(m.flows):
        m.delta[m.flow_row[n]] += m.flowed[n]
    for q in range(m.moving):
        set_quantity(m, q, m.x[q] + m.delta[q])


@helper
def add_acts(m: Model) -> None:
    """Begin the changes of all quantities: those that accepted acts bring."""
    for q in range(m.moving):
        m.delta[q] = 0.0
    for e in range(m.effects):
        m.delta[m.effect_row[e]] += m.accepted[m.effect_candidate[e]] * m.change[e]


@helper
def find_warmth(m: Model, use: Rows) -> None:
    """Pushes on affinities by what others make of acts, as far as they took effect.

    With V at the look: this comes before the state moves.
    """
    clear_warmth(m)
    for s in range(m.strips):
        if m.strips > 1:  # the last strip's reactions alone are still there
            find_values(m, s)
            find_reactions(m, s)
        add_warmth(m, s, use)


@helper
def clear_warmth(m: Model) -> None:
    """Begin with no pushes on affinities."""
    for p in range(m.pairs):
        m.warmed[p] = 0.0
        m.cooled[p] = 0.0
    for n in range(m.reacting):
        m.reacted[n] = 0.0


@helper
def add_warmth(m: Model, s: int, use: Rows) -> None:
    """Add the pushes of the candidates of one strip, whose reactions are those found last."""
    first = m.strip_candidate[s]
    for k in range(first, m.strip_candidate[s + 1]):
        _warm(m, m.candidate_pair[k], m.answer[k] * use[k])
        for j in range(k * m.thirds, (k + 1) * m.thirds):
            push = m.reaction[j - first * m.thirds] * use[k]
            if m.candidate_asks[k] == 1:  # two bear it
                push = push / 2
                _warm(m, m.target_pair[j], push)
                if m.accounts == 1:
                    m.reacted[m.react_target[j]] += push
            _warm(m, m.actor_pair[j], push)
            if m.accounts == 1:
                m.reacted[m.react_actor[j]] += push


@helper
def _warm(m: Model, pair: int, push: Vector) -> None:
    """Add a push on an affinity to those up, or to those down."""
    m.warmed[pair] += maximum(0.0, push)
    m.cooled[pair] += minimum(0.0, push)


@helper
def warmth(m: Model, p: int) -> Vector:
    """Change of an affinity by what others make of acts, each push fading by itself."""
    q = m.row_affinity + p
    half = (m.high[q] - m.low[q]) / 2
    rise = minimum(1.0, (m.high[q] - m.x[q]) / half)
    fall = minimum(1.0, (m.x[q] - m.low[q]) / half)
    return rise * m.warmed[p] + fall * m.cooled[p]


@section
def react(m: Model, now: int) -> None:
    """Those whom acts concern warm or cool to the actors; quarrels heat, levers wear."""
    update_promises(m, now)
    for p in range(m.pairs):
        set_quantity(m, m.row_affinity + p, m.x[m.row_affinity + p] + warmth(m, p))
        m.heat[p] *= m.parameter[m.heat_persistence]
    rested = 1 - m.parameter[m.recovery]
    wear = m.parameter[m.wear]
    for k in range(m.candidates):
        done = m.accepted[k]
        m.heat[m.candidate_pair[k]] += done * m.hotness[k]
        m.worn[k] = select(done != 0, wear, m.worn[k] * rested)
        m.last[k] = select(done != 0, float(now), m.last[k])
    update_arrangements(m, now)


@section
def find_pull(m: Model) -> None:
    """Pull of structural balance on each affinity: that of the mean product with third actors.

    Heider (1946), Kulakowski et al. (2005), Marvel et al. (2011).
    """
    for p in range(m.pairs):
        m.pull[p] = 0.0
    for n in range(m.triples):
        one, other = m.x[m.triple_first_affinity[n]], m.x[m.triple_second_affinity[n]]
        m.pull[m.triple_pair[n]] += one * other
    for p in range(m.pairs):
        here = m.x[m.row_affinity + p]
        room = m.parameter[m.balance] * (1 - here * here)
        m.pull[p] = room * m.pull[p] / m.triads


@section
def drift(m: Model, first_run: int, now: int) -> None:
    """Less what ordinary times bring: reversion, balance, trends and shocks."""
    for q in range(m.moving):
        m.trend[q] = m.parameter[m.trend_row[q]] * m.damped[0]
        m.delta[q] = m.usual_change[q]
        m.shock[q] = 0.0
    m.damped[0] *= m.parameter[m.trend_damping]
    for a in range(m.actors):
        m.trend[m.row_support + a] -= m.parameter[m.ruling_cost[a]]
    for n in range(m.once_effects):
        change = m.once_change[n]
        if m.once_effect_candidate[n] >= 0:
            # What can be done once brings nothing once it was done, by either, but for this round.
            place = m.once_effect_candidate[n]
            one = m.last[m.once_candidate[place]]
            other = m.last[m.once_returned[place]]
            fresh = ((one == NEVER) | (one == now)) & ((other == NEVER) | (other == now))
            change = select(fresh, change, 0.0)
        m.delta[m.once_effect_row[n]] += change
    for q in range(m.moving):
        set_quantity(m, q, m.x[q] - m.delta[q])
    for n in range(m.noisy):
        q = m.noisy_row[n]
        if any_lane(m.parameter[m.noise_row[q]] != 0):
            m.shock[q] = normal_quantile(uniform_of(m, m.noisy_draw[n], first_run, now, 0))
    find_pull(m)
    for q in range(m.moving):
        here = m.x[q]
        share = (here - m.low[q]) / (m.high[q] - m.low[q])
        after = here + m.parameter[m.reversion_row[q]] * (m.baseline[q] - here)
        noise = m.parameter[m.noise_row[q]] * m.shock[q]
        m.delta[q] = after + 4 * share * (1 - share) * noise + m.trend[q]
    for p in range(m.pairs):
        m.delta[m.row_affinity + p] += m.pull[p] - m.usual_pull[p]
    for q in range(m.moving):
        set_quantity(m, q, m.delta[q])
        risen = clipped(m, q, m.baseline[q] + m.trend[q])
        m.baseline[q] = select(m.going[0] != 0, risen, m.baseline[q])
    fade_trust(m)
    count_office(m)
