"""Security: how an actor fares in its disputes, given who leans to whom.

After Bueno de Mesquita, *The War Trap* (1981), and Walt, *The Origins of Alliances* (1987): in a
dispute between a and b each third actor c leans to the side it is closer to, with its power
behind it. Text: ``docs/model.md``, section 6.3.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.arrays import Ints
from sim.model.candidates import CandidateTable
from sim.model.vectors import Index, Record, Rows, Vector, absolute, helper, maximum, section
from sim.model.workspace import Scratch, Tables

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model


class SecurityFields(Record):
    """Disputes as they stand, and as candidates would shift them.

    A *triple* is a pair and a third actor. A *shift* is a candidate and a pair whose odds it
    moves: once after its changes of affinity and, further down, once more after those of
    commitment, since the two last differently long. Each shift has one or more *turns*: a third
    actor whose lean it changes.
    """

    triples: int
    triple_pair: Index
    triple_third: Index
    triple_first_affinity: Index  # rows of the third's affinity and pledge to either side
    triple_second_affinity: Index
    triple_first_pledge: Index
    triple_second_pledge: Index
    lean: Rows  # by triple: how far the third leans to the first
    side: Rows  # by pair: power on the first's side
    both_sides: Rows  # by pair: all power that takes part
    odds: Rows  # by pair, then by shift: that the first prevails

    strip_shift: Index  # where the shifts of each strip begin, and so on
    strip_turn: Index
    strip_again: Index
    strip_further: Index
    strip_joint: Index
    strip_eased: Index
    shift_pair: Index
    shift_before: Index  # the odds from which it starts
    shift_first: Index  # cells of the candidate's value to either side
    shift_second: Index
    shift_first_stake: Index
    shift_second_stake: Index
    # The first turn of each shift, as most have no other.
    turn_triple: Index
    turn_third: Index
    turn_effect: Index
    turn_sign: Index
    turning: Rows
    shift_joint: Index  # place among those of more than one turn, or -1
    shifted_side: Rows  # what further turns add
    shifted_both: Rows
    again_turn: Index  # further effects on a turn
    again_effect: Index
    again_sign: Index
    further_place: Index  # of the shift of a further turn, among those of more than one
    further_triple: Index
    further_third: Index

    eased_effect: Index  # on tensions
    eased_odds: Index  # the odds once the candidate has shifted all that it does
    eased_first: Index
    eased_second: Index
    eased_first_stake: Index
    eased_second_stake: Index

    stake: Rows  # what a unit of security is worth, by kind (affinity, pledge, tension) and actor
    security: Rows  # by cell: candidate, then actor


class _Moves(NamedTuple):
    """Effects that draw a third actor to a friend, away from a rival; each an array."""

    candidate: Ints
    effect: Ints
    third: Ints
    friend: Ints
    rival: Ints


_Toward = tuple[Ints, Ints, Ints]
"""Effects, whose each is, and toward whom."""


def _moves(table: CandidateTable, effects: _Toward, start: int, stop: int) -> _Moves:
    """Who is drawn to whom by some of these effects, from one to before another."""
    here = slice(*np.searchsorted(effects[0], [start, stop]))
    effect, third, friend = (one[here] for one in effects)
    rivals = table.layout.others(third, friend)
    each = rivals.shape[1]
    return _Moves(
        candidate=np.repeat(table.effect_candidate[effect], each),
        effect=np.repeat(effect, each),
        third=np.repeat(third, each),
        friend=np.repeat(friend, each),
        rival=rivals.ravel(),
    )


def security_tables(compiled: CompiledDescription, cuts: Ints) -> Tables:
    """The tables of disputes; ``cuts`` are the strips of candidates."""
    layout = compiled.layout
    first, second = layout.pair_ends
    actors, pairs = len(layout.actors), len(first)
    pair = np.repeat(np.arange(pairs), max(actors - 2, 0))
    third = layout.others(first, second).ravel()
    tied, pledged = layout.rows("affinity").start, layout.rows("commitment").start
    a, b = first[pair], second[pair]
    table = compiled.table
    drawn = [table.effects_toward(kind) for kind in ("affinity", "commitment")]
    calmed = table.of_kind("tension")
    # Of many actors these are hundreds of megabytes: they grow in place, strip by strip.
    grown: dict[str, array[int]] = defaultdict(lambda: array("i"))
    counts: dict[str, list[int]] = defaultdict(list)
    for start, stop in pairwise(cuts.tolist()):
        for name, numbers in _strip(table, start, stop, drawn, calmed).items():
            grown[name].frombytes(numbers.astype(np.int32).tobytes())
            counts[name].append(len(numbers))

    def begins(name: str) -> Ints:
        return np.cumsum([0, *counts[name]])

    starts = {
        "strip_shift": begins("shift_pair"),
        "strip_turn": begins("turn_effect"),
        "strip_again": begins("again_turn"),
        "strip_further": begins("further_place"),
        "strip_joint": begins("joint"),
        "strip_eased": begins("eased_effect"),
        "odds": Scratch(pairs + max(counts["shift_pair"])),
        "turning": Scratch(max(counts["turn_effect"])),
        "shifted_side": Scratch(max(counts["joint"])),
        "shifted_both": Scratch(max(counts["joint"])),
    }
    joined = {n: np.frombuffer(a, np.int32) for n, a in grown.items() if n != "joint"}
    return {
        **starts,
        **joined,
        "triples": len(pair),
        "triple_pair": pair,
        "triple_third": third,
        "triple_first_affinity": tied + layout.pair_number(third, a),
        "triple_second_affinity": tied + layout.pair_number(third, b),
        "triple_first_pledge": pledged + layout.direction_number(third, a),
        "triple_second_pledge": pledged + layout.direction_number(third, b),
        "lean": Scratch(len(pair)),
        "side": Scratch(pairs),
        "both_sides": Scratch(pairs),
        "stake": Scratch(3 * actors),
        "security": Scratch(int(np.diff(cuts).max()) * actors),
    }


def _strip(
    table: CandidateTable, start: int, stop: int, drawn: Sequence[_Toward], calmed: Ints
) -> dict[str, Ints]:
    """The shifts of a strip of candidates; shifts, turns and cells are numbered within it.

    ``drawn`` are the effects on affinities, and on commitments, ``calmed`` those on tensions.
    """
    layout = table.layout
    actors, pairs = len(layout.actors), max(len(layout.pairs), 1)
    thirds = max(actors - 2, 1)
    ends = np.searchsorted(table.effect_candidate, [start, stop])
    befriended, committed = (_moves(table, effects, *ends) for effects in drawn)
    moves = _Moves(*map(np.concatenate, zip(befriended, committed, strict=True)))
    low, high = np.minimum(moves.friend, moves.rival), np.maximum(moves.friend, moves.rival)
    pair = layout.pair_number(low, high)
    triple = pair * thirds + layout.place_among_others(moves.third, low, high)
    sign = np.where(moves.friend < moves.rival, 1, -1)
    # One shift for each candidate, pair and stage; an affinity counts in both.
    keys, key = np.unique((moves.candidate - start) * pairs + pair, return_inverse=True)
    early = np.arange(len(pair)) < len(befriended.effect)
    warm = np.bincount(key[early], minlength=len(keys)) > 0
    firm = np.bincount(key[~early], minlength=len(keys)) > 0
    # Pair after pair: shifts of one candidate that follow one another would wait for each other.
    by_pair = np.argsort(keys % pairs, kind="stable")
    stages = [by_pair[warm[by_pair]], by_pair[firm[by_pair]]]
    shift_key = np.concatenate(stages)
    stage = np.arange(len(shift_key)) >= len(stages[0])
    of_stage = np.zeros((2, len(keys)), dtype=np.int64)
    of_stage[0, stages[0]] = np.arange(len(stages[0]))
    of_stage[1, stages[1]] = len(stages[0]) + np.arange(len(stages[1]))
    move = np.concatenate([np.flatnonzero(early), np.flatnonzero(firm[key])])
    shift = np.concatenate([of_stage[0, key[early]], of_stage[1, key[firm[key]]]])
    # A turn for each shift and triple; the first of each shift in the order of the shifts.
    of_turn = shift * (pairs * thirds) + triple[move]
    _, begins, turn = np.unique(of_turn, return_index=True, return_inverse=True)
    order = np.argsort(begins, kind="stable")
    firsts = np.unique(shift[begins[order]], return_index=True)[1]
    rest = np.setdiff1d(np.arange(len(order)), firsts)
    place = np.empty(len(order), dtype=np.int64)
    place[order[np.concatenate([firsts, rest])]] = np.arange(len(order))
    heads = np.empty(len(order), dtype=np.int64)
    heads[place] = begins
    again = np.setdiff1d(np.arange(len(move)), begins)
    further = heads[len(firsts) :]
    joint = np.unique(shift[further])
    every = np.arange(len(shift_key))

    shift_pair, candidate = keys[shift_key] % pairs, keys[shift_key] // pairs
    first, second = layout.pair_ends
    a, b = first[shift_pair], second[shift_pair]
    at = np.full(len(keys) + 1, -1)
    before = shift_pair.copy()
    for rows in (np.flatnonzero(~stage), np.flatnonzero(stage)):
        earlier = at[shift_key[rows]]
        before[rows] = np.where(earlier < 0, before[rows], earlier)
        at[shift_key[rows]] = len(layout.pairs) + rows

    eased = calmed[slice(*np.searchsorted(calmed, ends))]
    calm = table.effect_row[eased] - layout.rows("tension").start
    eased_candidate = table.effect_candidate[eased] - start
    found = np.searchsorted(keys, eased_candidate * pairs + calm)
    known = np.append(keys, -1)[found] == eased_candidate * pairs + calm
    return {
        "joint": joint,
        "shift_joint": np.where(np.isin(every, joint), np.searchsorted(joint, every), -1),
        "shift_pair": shift_pair,
        "shift_before": before,
        "shift_first": candidate * actors + a,
        "shift_second": candidate * actors + b,
        "shift_first_stake": stage * actors + a,
        "shift_second_stake": stage * actors + b,
        "turn_triple": triple[move][heads],
        "turn_third": moves.third[move][heads],
        "turn_effect": moves.effect[move][heads],
        "turn_sign": sign[move][heads],
        "again_turn": place[turn[again]],
        "again_effect": moves.effect[move][again],
        "again_sign": sign[move][again],
        "further_place": np.searchsorted(joint, shift[further]),
        "further_triple": triple[move][further],
        "further_third": moves.third[move][further],
        "eased_effect": eased,
        "eased_odds": np.where(known, at[found], calm),
        "eased_first": eased_candidate * actors + first[calm],
        "eased_second": eased_candidate * actors + second[calm],
        "eased_first_stake": 2 * actors + first[calm],
        "eased_second_stake": 2 * actors + second[calm],
    }


@section
def find_odds(m: Model) -> None:
    """Who leans to whom as things stand, and the odds of every dispute."""
    for p in range(m.pairs):
        m.side[p] = m.x[m.row_power + m.pair_first[p]]
        m.both_sides[p] = m.side[p] + m.x[m.row_power + m.pair_second[p]]
    for n in range(m.triples):
        to_first = m.x[m.triple_first_affinity[n]] + m.x[m.triple_first_pledge[n]]
        to_second = m.x[m.triple_second_affinity[n]] + m.x[m.triple_second_pledge[n]]
        lean = to_first - to_second
        power = m.x[m.row_power + m.triple_third[n]]
        p = m.triple_pair[n]
        m.lean[n] = lean
        m.side[p] += power * maximum(0.0, lean)
        m.both_sides[p] += power * absolute(lean)
    for p in range(m.pairs):
        m.odds[p] = m.side[p] / m.both_sides[p]


@helper
def _credit(m: Model, s: int, here: int, odds: Vector) -> None:
    """Credit better odds to the first of the two, and what they cost to the second."""
    m.odds[m.pairs + here] = odds
    gain = (odds - m.odds[m.shift_before[s]]) * m.x[m.row_tension + m.shift_pair[s]]
    m.security[m.shift_first[s]] += gain * m.stake[m.shift_first_stake[s]]
    m.security[m.shift_second[s]] -= gain * m.stake[m.shift_second_stake[s]]


@helper
def _gained(before: Vector, after: Vector) -> Vector:
    """How much more of a third actor's power is on the first's side."""
    return maximum(0.0, after) - maximum(0.0, before)


@section
def find_security(m: Model, strip: int) -> None:
    """Weighed change of security by every candidate of a strip, for every actor: S of 6.3."""
    for cell in range((m.strip_candidate[strip + 1] - m.strip_candidate[strip]) * m.actors):
        m.security[cell] = 0.0
    turns = m.strip_turn[strip]
    for n in range(turns, m.strip_turn[strip + 1]):
        m.turning[n - turns] = m.turn_sign[n] * m.meant[m.turn_effect[n]]
    for n in range(m.strip_again[strip], m.strip_again[strip + 1]):
        m.turning[m.again_turn[n]] += m.again_sign[n] * m.meant[m.again_effect[n]]
    start, stop = m.strip_shift[strip], m.strip_shift[strip + 1]
    _add_further_turns(m, strip, stop - start)
    for s in range(start, stop):
        here = s - start
        before = m.lean[m.turn_triple[turns + here]]
        after = before + m.turning[here]
        power = m.x[m.row_power + m.turn_third[turns + here]]
        p = m.shift_pair[s]
        side = m.side[p] + power * _gained(before, after)
        both = m.both_sides[p] + power * (absolute(after) - absolute(before))
        if m.shift_joint[s] >= 0:
            side = side + m.shifted_side[m.shift_joint[s]]
            both = both + m.shifted_both[m.shift_joint[s]]
        _credit(m, s, here, side / both)
    for n in range(m.strip_eased[strip], m.strip_eased[strip + 1]):
        calmer = -m.meant[m.eased_effect[n]]
        to_first = m.odds[m.eased_odds[n]]
        m.security[m.eased_first[n]] += calmer * (1 - to_first) * m.stake[m.eased_first_stake[n]]
        m.security[m.eased_second[n]] += calmer * to_first * m.stake[m.eased_second_stake[n]]


@helper
def _add_further_turns(m: Model, strip: int, shifts: int) -> None:
    """What third actors beside the first of a shift bring to either side."""
    for n in range(m.strip_joint[strip + 1] - m.strip_joint[strip]):
        m.shifted_side[n] = 0.0
        m.shifted_both[n] = 0.0
    start = m.strip_further[strip]
    for n in range(start, m.strip_further[strip + 1]):
        before = m.lean[m.further_triple[n]]
        after = before + m.turning[shifts + n - start]
        power = m.x[m.row_power + m.further_third[n]]
        place = m.further_place[n]
        m.shifted_side[place] += power * _gained(before, after)
        m.shifted_both[place] += power * (absolute(after) - absolute(before))
