"""Answers, reactions, and what those who take part foresee of them.

Text: ``docs/model.md``, section 6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Ints
from sim.model.interests import SECURITY, STANDING
from sim.model.own_interests import add_own_prices
from sim.model.vectors import Index, Record, Rows, Vector, absolute, helper, section, select
from sim.model.workspace import Scratch, Tables

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model


class ReactionFields(Record):
    """Pushes on affinities, by candidate; the price of affinity, by actor and other."""

    thirds: int  # of each candidate
    third: Index  # by candidate, then its third parties
    actor_pair: Index  # the pair of the actor, and of the target, with each of them
    target_pair: Index
    reaction: Rows  # by candidate of a strip, then third party: on one who bears it alone
    answer: Rows  # by candidate
    price: Rows  # by actor, then other
    triple_first_way: Index  # by triple: the price of the first, and of the second, for the third
    triple_second_way: Index
    worth: Rows  # by candidate: to the actor, then to the target


def reaction_tables(compiled: CompiledDescription, cuts: Ints) -> Tables:
    """The tables of reactions."""
    layout, table = compiled.layout, compiled.table
    actors = len(layout.actors)
    first, second = layout.pair_ends
    pair = np.repeat(np.arange(len(first)), max(actors - 2, 0))
    third = layout.others(first, second).ravel()
    return {
        "thirds": max(actors - 2, 0),
        "third": table.thirds.ravel(),
        "actor_pair": layout.pair_number(table.actor[:, None], table.thirds).ravel(),
        "target_pair": layout.pair_number(table.target[:, None], table.thirds).ravel(),
        "reaction": Scratch(int(np.diff(cuts).max(initial=0)) * max(actors - 2, 0)),
        "answer": Scratch(len(table)),
        "price": Scratch(actors * actors),
        "triple_first_way": first[pair] * actors + third,
        "triple_second_way": second[pair] * actors + third,
        "worth": Scratch(2 * len(table)),
    }


@helper
def reaction_to(m: Model, value: Vector) -> Vector:
    """Push on an affinity from what an act is worth to one who bears with it."""
    return (
        value * m.parameter[m.reciprocity] / (absolute(value) + m.parameter[m.reaction_scale] / 100)
    )


@section
def find_reactions(m: Model, s: int) -> None:
    """What third parties, and the two themselves, make of every candidate of a strip."""
    first = m.strip_candidate[s]
    for k in range(first, m.strip_candidate[s + 1]):
        cells = (k - first) * m.actors
        for j in range(m.thirds):
            value = m.value[cells + m.third[k * m.thirds + j]]
            m.reaction[(k - first) * m.thirds + j] = reaction_to(m, value)
        theirs = reaction_to(m, m.value[cells + m.candidate_target[k]])
        if m.candidate_asks[k] == 1:
            mine = reaction_to(m, m.value[cells + m.candidate_actor[k]])
            m.answer[k] = (mine + theirs) / 2
        else:
            m.answer[k] = theirs


@section
def find_prices(m: Model) -> None:
    """G: what each actor would give for a little more affinity with another."""
    for a in range(m.actors):
        for b in range(m.actors):
            ends = a * m.actors + b
            m.price[ends] = m.weight[m.components * a + STANDING] * m.power_share[ends]
    for n in range(m.triples):
        p = m.triple_pair[n]
        side, both = m.side[p], m.both_sides[p]
        lean = m.lean[n]
        one = select(lean > 0, 1.0, select(lean < 0, 0.0, 0.5))
        # Of one that leans to neither, the mean of both slopes.
        slope = one * (both - side) + (1 - one) * side
        power = m.x[m.row_power + m.triple_third[n]]
        gain = m.x[m.row_tension + p] * power * slope / (both * both)
        first, second = m.triple_first_way[n], m.triple_second_way[n]
        m.price[first] += m.weight[m.components * m.pair_first[p] + SECURITY] * gain
        m.price[second] += m.weight[m.components * m.pair_second[p] + SECURITY] * gain
    add_own_prices(m)
    for a in range(m.actors):
        for b in range(m.actors):
            m.price[a * m.actors + b] *= m.discount[a]


@helper
def faded(m: Model, pair: int, push: Vector) -> Vector:
    """What saturation leaves of a push on an affinity."""
    return push * select(push > 0, m.rise[m.row_affinity + pair], m.fall[m.row_affinity + pair])


@section
def find_worth(m: Model, s: int) -> None:
    """W: care, with what the others will make of the move, of every candidate of a strip."""
    start = m.strip_candidate[s]
    for k in range(start, m.strip_candidate[s + 1]):
        a, t = m.candidate_actor[k], m.candidate_target[k]
        mine, theirs = m.zero[0], m.zero[0]
        for j in range(k * m.thirds, (k + 1) * m.thirds):
            push, c = m.reaction[j - start * m.thirds], m.third[j]
            mine = mine + faded(m, m.actor_pair[j], push) * m.price[a * m.actors + c]
            theirs = theirs + faded(m, m.target_pair[j], push) * m.price[t * m.actors + c]
        answered = faded(m, m.candidate_pair[k], m.answer[k])
        if m.candidate_asks[k] == 1:
            mine = mine / 2
            theirs = theirs / 2 + answered * m.price[t * m.actors + a]
        mine = mine + answered * m.price[a * m.actors + t]
        m.worth[k] = m.care[k] + mine
        m.worth[m.candidates + k] = m.care[m.candidates + k] + theirs
