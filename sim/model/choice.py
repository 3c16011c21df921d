"""Consent and choice: quantal response around usual frequencies.

McKelvey and Palfrey (1995) for the choice rule, McFadden (1974) for the constants that make
ordinary times look like the data. Text: ``docs/model.md``, section 6.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.arrangements import close_lasting
from sim.model.conditions import check_requirements
from sim.model.elementary import exp, log, logistic, logit
from sim.model.governments import review
from sim.model.interests import SUPPORT
from sim.model.promises import trust_of_consent
from sim.model.start import NEVER, uniform_of
from sim.model.vectors import (
    Index,
    Numbers,
    Record,
    Rows,
    Vector,
    absolute,
    below,
    helper,
    maximum,
    minimum,
    nearest,
    number,
    section,
    select,
)
from sim.model.workspace import Kept, Keys, Paths, Scratch, Tables
from sim.scenario.cameo import TRACKS
from sim.theories.protocol import PASS

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model

LEAST_IDLE = 1e-3
"""Floor of the usual frequency of passing, where drawn frequencies add up to 1 or more."""
PLACES = 1e12
"""Moves whose worth is the same to so many places rank by name."""
WITHOUT_END = float("inf")


class ChoiceFields(Record):
    """Odds and picks; a *block* is the candidates of one slot, which lie together."""

    blocks: int
    block_slot: Index
    block_start: Index
    block_stop: Index
    block_asks: Index  # whether any of its levers asks
    block_choice: Index  # streams of random numbers
    block_consent: Index
    candidate_slot: Index
    asked: int
    asked_candidate: Index
    kind: Numbers  # by candidate: whether it is friendly, 1, or not, -1
    friendliness: Numbers
    conflictual: Index
    usual_row: Index
    consent_row: Index
    usual: Rows  # by candidate
    consent: Rows  # 1 where it is not asked
    usual_odds: Rows  # against letting the round pass
    consent_odds: Rows  # log-odds, by asked candidate

    usual_answer: Rows  # What of 6.5, by candidate: to the target, and Xhat to the actor
    usual_proposal: Rows
    usual_sentiment: Rows
    usual_trust_of_consent: Rows
    usual_heat: Rows  # by pair
    usual_tension: Rows
    sentiment_felt: Rows  # log-odds, by candidate
    heat_felt: Rows
    trust_felt: Rows
    review_felt: Rows
    agree: Rows
    expected: Rows  # X, by candidate
    score: Rows
    slope_of_support: Rows  # by actor
    heat_odds: Rows  # by pair
    heat: Rows  # by pair

    worn: Rows
    last: Rows
    forbidden: Rows
    open: Rows
    chance: Rows  # weights of the options of one slot, while it is picked from
    pick: Rows  # by slot
    picked_worth: Rows  # by block
    agreed: Rows  # by slot
    accepted: Rows
    active: Rows
    going: Rows

    sparing: int  # actors of too little attention for all their moves
    sparing_start: Index  # their blocks
    sparing_stop: Index
    sparing_most: Index

    once: int
    once_candidate: Index
    once_returned: Index
    crossings: int  # two that are once, toward each other
    crossing_one: Index
    crossing_other: Index
    crossing_draw: Index
    credence: int  # rows of parameters
    review_odds: int


def choice_tables(compiled: CompiledDescription, path: Paths, key: Keys) -> Tables:
    """The tables of consent and choice."""
    layout, table = compiled.layout, compiled.table
    each, pairs = len(table), len(layout.pairs)
    slots = [(way, track) for way in layout.directions for track in TRACKS]
    names = [f"{a} to {t}, {track}" for (a, t), track in slots]
    blocks = table.blocks
    sparing = []
    for number_, name in enumerate(layout.actors):
        own = [n for n, (_, b) in enumerate(blocks) if table.actor[b.start] == number_]
        attention = compiled.description.actors[name].attention
        if attention is not None and attention < len(own):
            sparing.append((own[0], own[-1] + 1, attention))
    back = [(name, target, actor) for name, actor, target in table.keys]
    returned = [table.keys.get(back[k], k) for k in table.once.tolist()]
    crossing = [(k, r) for k, r in zip(table.once.tolist(), returned, strict=True) if k < r]
    return {
        "credence": path("coefficients.credence"),
        "review_odds": path("coefficients.review"),
        "blocks": len(blocks),
        "block_slot": [slot for slot, _ in blocks],
        "block_start": [block.start for _, block in blocks],
        "block_stop": [block.stop for _, block in blocks],
        "block_asks": [int(table.asks[block].any()) for _, block in blocks],
        "block_choice": [key("choice", names[slot]) for slot, _ in blocks],
        "block_consent": [key("consent", names[slot]) for slot, _ in blocks],
        "candidate_slot": table.slot,
        "asked": int(table.asks.sum()),
        "asked_candidate": np.flatnonzero(table.asks),
        "kind": np.sign(table.friendliness[:, 0]),
        "friendliness": table.friendliness[:, 0],
        "conflictual": table.conflictual,
        "usual_row": [path(c.usual) for c in table.rows],
        "consent_row": [path(c.consent) if c.asks else path.constant(1.0) for c in table.rows],
        "usual": Kept(each),
        "consent": Kept(each),
        "usual_odds": Kept(each),
        "consent_odds": Kept(each),
        "usual_answer": Kept(each),
        "usual_proposal": Kept(each),
        "usual_sentiment": Kept(each),
        "usual_trust_of_consent": Kept(each),
        "usual_heat": Kept(pairs),
        "usual_tension": Kept(pairs),
        "sentiment_felt": Scratch(each),
        "heat_felt": Scratch(each),
        "trust_felt": Scratch(each),
        "review_felt": Scratch(each),
        "agree": Scratch(each),
        "expected": Scratch(each),
        "score": Scratch(each),
        "slope_of_support": Scratch(len(layout.actors)),
        "heat_odds": Scratch(pairs),
        "heat": Kept(pairs),
        "worn": Kept(each),
        "last": Kept(each),
        "forbidden": Kept(each),
        "open": Scratch(each),
        "chance": Scratch(each),
        "pick": Scratch(len(slots)),
        "picked_worth": Scratch(len(blocks)),
        "agreed": Scratch(len(slots)),
        "accepted": Scratch(each),
        "active": Kept(1),
        "going": Kept(1),
        "sparing": len(sparing),
        "sparing_start": [start for start, _, _ in sparing],
        "sparing_stop": [stop for _, stop, _ in sparing],
        "sparing_most": [most for _, _, most in sparing],
        "once": len(table.once),
        "once_candidate": table.once,
        "once_returned": returned,
        "crossings": len(crossing),
        "crossing_one": [k for k, _ in crossing],
        "crossing_other": [r for _, r in crossing],
        "crossing_draw": [
            key("precedence", " and ".join(slots[int(table.slot[k])][0])) for k, _ in crossing
        ],
    }


@section
def set_usual(m: Model) -> None:
    """Usual frequencies and consents, and their log-odds."""
    for k in range(m.candidates):
        m.usual[k] = m.parameter[m.usual_row[k]]
        m.consent[k] = m.parameter[m.consent_row[k]]
    for b in range(m.blocks):
        idle = m.usual[m.block_start[b]]
        for k in range(m.block_start[b] + 1, m.block_stop[b]):
            idle = idle + m.usual[k]
        idle = maximum(LEAST_IDLE, 1 - idle)
        for k in range(m.block_start[b], m.block_stop[b]):
            m.usual_odds[k] = log(m.usual[k] / idle)
    for n in range(m.asked):
        m.consent_odds[n] = logit(m.consent[m.asked_candidate[n]])


@helper
def felt(m: Model, change: Vector) -> Vector:
    """Change of log-odds for a change of value against ordinary times, in hundredths."""
    slope = 100 * m.parameter[m.rationality]
    return slope * change / (absolute(change) * 100 / m.parameter[m.felt_scale] + 1)


@helper
def expected_of(m: Model, k: int, agree: Vector) -> Vector:
    """X: what a candidate is worth to its actor, with the chance of a refusal and its cost."""
    a = m.candidate_actor[k]
    worth = m.worth[k]
    cost = m.burden[k] * m.slope_of_support[a] * m.weight[m.components * a + SUPPORT]
    # A move that would hurt is no better for the chance that it is refused.
    return minimum(worth, agree * worth) + cost


@helper
def chance_of_consent(m: Model, n: int, usual: Vector) -> Vector:
    """The chance that the target agrees to what asks it, by what that is worth to it usually."""
    k = m.asked_candidate[n]
    stirred = felt(m, m.worth[m.candidates + k] - usual)
    odds = m.consent_odds[n] + stirred + m.sentiment_felt[k] * m.kind[k]
    return logistic(odds + m.trust_felt[k])


@helper
def score_of(m: Model, k: int, usual: Vector) -> Vector:
    """The log-odds of proposing a candidate, by what is expected of it now, and usually."""
    interest = felt(m, m.expected[k] - usual)
    odds = m.usual_odds[k] + interest + m.sentiment_felt[k]
    return odds + m.heat_felt[k] + m.review_felt[k]


@section
def find_slopes(m: Model) -> None:
    """What a little more support counts, against ordinary times."""
    offset = m.parameter[m.diminishing]
    for a in range(m.actors):
        here = m.x[m.row_support + a] + offset
        m.slope_of_support[a] = (m.usual_support[a] + offset) / here


@section
def find_scores(m: Model) -> None:
    """The chance of consent to every candidate, and the log-odds of proposing it."""
    find_slopes(m)
    for p in range(m.pairs):
        one, other = m.pair_first[p], m.pair_second[p]
        tension = m.usual_tension[p]
        stakes = tension * m.parameter[m.audience_row[one]]
        stakes = stakes * (tension * m.parameter[m.audience_row[other]])
        quick = m.parameter[m.heat_slope] * stakes
        m.heat_odds[p] = log((1 + quick * m.heat[p]) / (1 + quick * m.usual_heat[p]))
    trust_of_consent(m)
    review(m)
    reviewed = log(m.parameter[m.review_odds])
    for k in range(m.candidates):
        p = m.candidate_pair[k]
        liking = m.x[m.row_affinity + p] - m.x[m.row_tension + p] - m.usual_sentiment[k]
        m.sentiment_felt[k] = liking * m.parameter[m.sentiment] * m.friendliness[k]
        doubt = m.consent_trust[k] - m.usual_trust_of_consent[k]
        m.trust_felt[k] = m.parameter[m.credence] * doubt
        m.review_felt[k] = reviewed * m.reviewing[k]
        m.agree[k] = 1.0
        if m.conflictual[k] == 1:
            m.heat_felt[k] = m.heat_odds[p]
        else:
            m.heat_felt[k] = 0.0
    for n in range(m.asked):
        k = m.asked_candidate[n]
        m.agree[k] = chance_of_consent(m, n, m.usual_answer[k])
    for k in range(m.candidates):
        m.expected[k] = expected_of(m, k, m.agree[k])
        m.score[k] = score_of(m, k, m.usual_proposal[k])


@section
def find_open(m: Model, now: int) -> None:
    """Which candidates are open: permitted, required, there, and not used up."""
    check_requirements(m, now)
    for k in range(m.candidates):
        m.open[k] = m.holds[k] * (1 - m.forbidden[k])
    close_lasting(m)
    for n in range(m.once):
        k = m.once_candidate[n]
        fresh = (m.last[k] == NEVER) & (m.last[m.once_returned[n]] == NEVER)
        m.open[k] = select(fresh, m.open[k], 0.0)


@section
def choose(m: Model, first_run: int, now: int) -> None:
    """Let each actor pick a word and a deed toward each other, or let either pass."""
    for b in range(m.blocks):
        start, stop = m.block_start[b], m.block_stop[b]
        most = m.zero[0]
        for k in range(start, stop):
            most = maximum(most, select(m.open[k] != 0, m.score[k], -WITHOUT_END))
        reached = exp(-most)
        whole = reached
        for k in range(start, stop):
            m.chance[k] = select(m.open[k] != 0, exp(m.score[k] - most), 0.0)
            whole = whole + m.chance[k]
        draw = uniform_of(m, m.block_choice[b], first_run, now, 0)
        # A draw close to 1 times the whole may be rounded up to it; no lever is beyond that.
        limit = minimum(below(whole), draw * whole)
        option = number(reached <= limit) - 1
        for k in range(start, stop):
            reached = reached + m.chance[k]
            option = option + number(reached <= limit)
        m.pick[m.block_slot[b]] = select(option >= 0, option + start, option)


@section
def keep_most_valued(m: Model) -> None:
    """Actors of little attention drop the moves that are worth least to them."""
    for s in range(m.sparing):
        for b in range(m.sparing_start[s], m.sparing_stop[s]):
            pick = m.pick[m.block_slot[b]]
            worth = m.zero[0] - WITHOUT_END
            for k in range(m.block_start[b], m.block_stop[b]):
                # What is worth the same must not be told apart by the last bit of a sum.
                rounded = nearest(m.expected[k] * PLACES) / PLACES
                worth = select(pick == k, rounded, worth)
            m.picked_worth[b] = worth
        for b in range(m.sparing_start[s], m.sparing_stop[s]):
            worth = m.picked_worth[b]
            before = m.zero[0]
            for c in range(m.sparing_start[s], m.sparing_stop[s]):
                if c < b:
                    before = before + number(m.picked_worth[c] >= worth)
                else:
                    before = before + number(m.picked_worth[c] > worth)
            slot = m.block_slot[b]
            m.pick[slot] = select(before < m.sparing_most[s], m.pick[slot], float(PASS))


@section
def answer(m: Model, first_run: int, now: int) -> None:
    """Agree to or refuse each proposal; a lever that asks nobody is agreed to."""
    for b in range(m.blocks):
        slot = m.block_slot[b]
        pick = m.pick[slot]
        if m.block_asks[b] == 0:
            m.agreed[slot] = number(pick >= 0)
        else:
            chance = m.zero[0]
            for k in range(m.block_start[b], m.block_stop[b]):
                chance = select(pick == k, m.agree[k], chance)
            draw = uniform_of(m, m.block_consent[b], first_run, now, 0)
            m.agreed[slot] = number(draw < chance)


@section
def settle(m: Model, first_run: int, now: int) -> None:
    """Where two would do to each other what they can do once, let one do it, by a draw."""
    for n in range(m.crossings):
        k, r = m.crossing_one[n], m.crossing_other[n]
        way, back = m.candidate_slot[k], m.candidate_slot[r]
        met = (m.pick[way] == k) & (m.pick[back] == r)
        met = met & (m.agreed[way] != 0) & (m.agreed[back] != 0)
        first = uniform_of(m, m.crossing_draw[n], first_run, now, 0) < 0.5
        m.agreed[way] = select(met & ~first, 0.0, m.agreed[way])
        m.agreed[back] = select(met & first, 0.0, m.agreed[back])
    for k in range(m.candidates):
        slot = m.candidate_slot[k]
        m.accepted[k] = select(m.pick[slot] == k, m.agreed[slot], 0.0)
