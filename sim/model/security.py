"""Security: how an actor fares in its disputes, given who leans to whom.

After Bueno de Mesquita, *The War Trap* (1981), and Walt, *The Origins of
Alliances* (1987): in a dispute between a and b each third actor c leans to the
side it is closer to, with its power behind it. Equations in ``docs/model.md``,
section 6.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import CandidateTable, Sum, sum_unique
from sim.model.layout import Layout
from sim.scenario.phrases import Kind

# The odds that candidates would bring about: which leans each moves, and how far.


class _Moves(NamedTuple):
    """Effects that draw a third actor to a friend, away from a rival; each an array."""

    candidate: Ints
    effect: Ints
    third: Ints
    friend: Ints
    rival: Ints


class Shifts:
    """Every candidate's shifts of leans, put together by the odds that they move.

    A *row* stands for a candidate and a pair whose odds it moves: once after its
    changes of affinity and, further down, once more after those of commitment,
    since the two last differently long. It takes the side of the pair to which
    its first shift draws a third actor. *Sides* are numbered like pairs, and
    once more, turned round.

    Attributes
    ----------
    candidate, pair, side : Ints, shape ``(rows,)``
    before : Ints, shape ``(rows,)``
        Where the odds before the row's stage stand: see :meth:`__call__`.
    first_pledged : int
        The first row that counts commitments.
    still : int
        Where the odds of the rows begin.
    """

    def __init__(self, table: CandidateTable) -> None:
        layout = table.layout
        self._pairs, thirds = len(layout.pairs), len(layout.actors) - 2
        befriended, pledged = _moves(table, "affinity"), _moves(table, "commitment")
        moves = _Moves(*map(np.concatenate, zip(befriended, pledged, strict=True)))
        pair = layout.pair_number(moves.friend, moves.rival)
        turned = moves.friend > moves.rival
        # A candidate's pair has one side for all of its rows: that of its first move.
        keys, first, of_key = np.unique(
            moves.candidate * self._pairs + pair, return_index=True, return_inverse=True
        )
        sides = pair[first] + self._pairs * turned[first]

        early = len(befriended.effect)
        warm, firm = (
            np.bincount(of, minlength=len(keys)) > 0 for of in (of_key[:early], of_key[early:])
        )
        row_key = np.concatenate([np.flatnonzero(warm), np.flatnonzero(firm)])
        self.first_pledged = int(warm.sum())
        self.side, self.pair = sides[row_key], sides[row_key] % max(self._pairs, 1)
        self.candidate = keys[row_key] // max(self._pairs, 1)
        # The terms of each row: moves of affinity in both stages, pledges in the second.
        late = firm[of_key[:early]]
        move = np.concatenate([np.arange(early), np.flatnonzero(late), np.arange(early, len(pair))])
        row = np.concatenate(
            [
                (np.cumsum(warm) - 1)[of_key[:early]],
                (self.first_pledged + np.cumsum(firm) - 1)[of_key[move[early:]]],
            ]
        )
        own = turned == (sides[of_key] >= self._pairs)
        triple = pair * thirds + layout.place_among_others(
            moves.third,
            np.minimum(moves.friend, moves.rival),
            np.maximum(moves.friend, moves.rival),
        )
        triple += self._pairs * thirds * (sides[of_key] >= self._pairs)
        self._arrange(
            row,
            triple[move],
            moves.effect[move],
            np.where(own, 1.0, -1.0)[move],
            len(table.effects),
        )

        self.still = self._pairs + 2 * self._pairs * thirds
        states = np.full(len(keys) + 1, -1)  # by key; the last stands for none
        self.before = self._pairs + self._lean
        for rows in (slice(0, self.first_pledged), slice(self.first_pledged, None)):
            earlier = states[row_key[rows]]
            self.before[rows] = np.where(earlier < 0, self.before[rows], earlier)
            states[row_key[rows]] = self.still + np.arange(len(row_key))[rows]
        self._keys, self._sides, self._states = keys, np.append(sides, -1), states

    def _arrange(self, row: Ints, triple: Ints, effect: Ints, sign: Floats, effects: int) -> None:
        """Put the first term of each row in front: most rows have no other."""
        first = np.unique(row, return_index=True)[1]
        self._effect, self._lean = effect[first], triple[first]
        rest = np.delete(np.arange(len(row)), first)
        same = rest[triple[rest] == self._lean[row[rest]]]
        self._more_rows, self._more = sum_unique(row[same], effect[same], effects, sign[same])
        other = rest[triple[rest] != self._lean[row[rest]]]
        leans = int(triple.max(initial=0)) + 1
        joint, self._joint = sum_unique(
            row[other] * leans + triple[other], effect[other], effects, sign[other]
        )
        self._joint_lean = joint % leans
        self._joint_first = self._lean[joint // leans]
        self._joint_rows, self._by_row = sum_unique(joint // leans)

    def at_last(self, candidate: Ints, pair: Ints) -> tuple[Ints, Ints]:
        """Side, and where the odds stand, once a candidate has shifted all that it does."""
        key = candidate * self._pairs + pair
        at = np.searchsorted(self._keys, key)
        moved = np.append(self._keys, -1)[at] == key
        return np.where(moved, self._sides[at], pair), np.where(moved, self._states[at], pair)

    def __call__(
        self,
        change: Floats,
        *,
        odds: Floats,
        lean: Floats,
        beside: Floats,
        around: Floats,
        power: Floats,
    ) -> Floats:
        """Reckon the odds of every pair as it is, by each lean on either side, and of every row.

        As they are, odds are reckoned once more by each lean, just as those of rows
        are: what shifts nothing changes nothing, to the last bit.

        Parameters
        ----------
        change : shape (effects, runs)
        odds : shape (pairs, runs)
        lean, beside, around : shape (2 x triples, runs)
            How far a third actor leans; what is on the first's side, and on either,
            without it; in units of its power. Of all triples, then turned round.
        power : shape (triples, runs)
        """
        states = np.empty((self.still + len(self.side), change.shape[1]))
        states[: self._pairs] = odds
        np.divide(
            np.maximum(lean, 0) + beside,
            np.abs(lean) + around,
            out=states[self._pairs : self.still],
        )
        leaning = change.take(self._effect, axis=0)
        if len(self._more_rows):
            leaning[self._more_rows] += self._more(change)
        leaning += lean.take(self._lean, axis=0)
        side = np.maximum(leaning, 0)
        side += beside.take(self._lean, axis=0)
        both_sides = np.abs(leaning, out=leaning)
        both_sides += around.take(self._lean, axis=0)
        if len(self._joint_rows):
            self._join(change, lean, power, side, both_sides)
        np.divide(side, both_sides, out=states[self.still :])
        return states

    def _join(
        self, change: Floats, lean: Floats, power: Floats, side: Floats, both_sides: Floats
    ) -> None:
        """Add the third actors that lean otherwise beside the first of a row."""
        before = lean.take(self._joint_lean, axis=0)
        after = before + self._joint(change)
        weight = power.take(self._joint_lean % len(power), axis=0)
        weight /= power.take(self._joint_first % len(power), axis=0)
        gained = np.maximum(after, 0) - np.maximum(before, 0)
        side[self._joint_rows] += self._by_row(weight * gained)
        both_sides[self._joint_rows] += self._by_row(weight * (np.abs(after) - np.abs(before)))


def _moves(table: CandidateTable, kind: Kind) -> _Moves:
    """Who is drawn to whom by the effects on affinities, or on commitments."""
    effect, third, friend = table.effects_toward(kind)
    rivals = table.layout.others(third, friend)
    each = rivals.shape[1]
    return _Moves(
        candidate=np.repeat(table.effect_candidate[effect], each),
        effect=np.repeat(effect, each),
        third=np.repeat(third, each),
        friend=np.repeat(friend, each),
        rival=rivals.ravel(),
    )


class Leans:
    """Who leans to whom: for each pair (a, b) and third actor c one row."""

    def __init__(self, layout: Layout) -> None:
        first, second = layout.pair_ends
        actors = len(layout.actors)
        self.pair = np.repeat(np.arange(len(first)), actors - 2)
        a, b = first[self.pair], second[self.pair]
        self.third = layout.others(first, second).ravel()
        self.ends = a, b
        tied, pledged = layout.rows("affinity").start, layout.rows("commitment").start
        self._affinity = [tied + layout.pair_number(self.third, end) for end in (a, b)]
        self._commitment = [pledged + layout.direction_number(self.third, end) for end in (a, b)]
        power = layout.rows("power").start
        self._first, self._second = power + first, power + second
        self.power = power + self.third
        self._by_pair = Sum(self.pair, len(first))

    def __call__(self, x: Floats) -> Balance:
        """Weigh both sides of every pair in state ``x``."""
        (to_first, to_second), (for_first, for_second) = self._affinity, self._commitment
        lean = x[to_first] + x[for_first] - x[to_second] - x[for_second]
        power = x[self.power]
        first, second = x[self._first], x[self._second]
        return Balance(
            lean=lean,
            power=power,
            side=first + self._by_pair(power * np.maximum(lean, 0)),
            both_sides=first + second + self._by_pair(power * np.abs(lean)),
        )


@dataclass(frozen=True)
class Balance:
    """Both sides of every pair, as they stand.

    Attributes
    ----------
    lean, power : shape ``(triples, runs)``
        How far and with what power each third actor leans to the first of the pair.
    side, both_sides : shape ``(pairs, runs)``
        Power on the first's side, and all power that takes part.
    """

    lean: Floats
    power: Floats
    side: Floats
    both_sides: Floats


class SecurityComponent:
    """The change of security that each candidate would bring to each actor.

    Odds are reckoned row by row of :class:`sim.model.security.Shifts`: for a
    candidate and a pair whose odds it moves.
    """

    def __init__(self, table: CandidateTable, leans: Leans) -> None:
        layout = table.layout
        self._pair = leans.pair
        self._tension = layout.rows("tension")
        self._shifts = shifts = Shifts(table)

        self._eased = table.of_kind("tension")
        eased_candidate = table.effect_candidate[self._eased]
        eased_side, self._eased_state = shifts.at_last(
            eased_candidate, table.effect_row[self._eased] - self._tension.start
        )
        self._cast(table, eased_candidate, eased_side)

    def _cast(self, table: CandidateTable, eased_candidate: Ints, eased_side: Ints) -> None:
        """Who gains from better odds: the first of the two; the second loses as much."""
        shifts, cells = self._shifts, len(table) * len(table.layout.actors)
        first, second = table.layout.pair_ends
        firsts, seconds = np.concatenate([first, second]), np.concatenate([second, first])

        def gains(rows: Ints) -> tuple[Ints, Ints, Floats]:
            who = np.concatenate([firsts[shifts.side[rows]], seconds[shifts.side[rows]]])
            touched = table.cell(np.tile(shifts.candidate[rows], 2), who)
            return touched, np.tile(rows, 2), np.repeat([1.0, -1.0], len(rows))

        pledged = np.arange(len(shifts.side)) >= shifts.first_pledged
        touched, rows, sign = gains(np.flatnonzero(~pledged))
        self._by_affinity = Sum(touched, cells, rows, len(pledged), sign)
        touched, rows, sign = gains(np.flatnonzero(pledged))
        self._committed, self._by_commitment = sum_unique(touched, rows, len(pledged), sign)
        eased = [table.cell(eased_candidate, who[eased_side]) for who in (firsts, seconds)]
        self._calmed, self._by_tension = sum_unique(np.concatenate(eased))
        self._actor = table.actor_of_cell

    @property
    def rows(self) -> int:
        """How many odds it reckons."""
        return self._shifts.still + len(self._shifts.side)

    def __call__(
        self, x: Floats, change: Floats, balance: Balance, stakes: Mapping[Kind, Floats]
    ) -> Floats:
        """Weighed change of security of every candidate and actor, ``(cells, runs)``.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        change : shape (effects, runs)
            What each effect of each candidate would change.
        stakes : mapping of kind -> shape (actors, runs)
            What a unit of security is worth to each actor, by what it rests on.
        """
        odds = self._odds(change, balance)
        gain = odds[self._shifts.still :] - odds.take(self._shifts.before, axis=0)
        gain *= x[self._tension].take(self._shifts.pair, axis=0)
        calmer = -change.take(self._eased, axis=0)
        to_second = calmer * odds.take(self._eased_state, axis=0)
        # An affinity moves the security of nearly everybody, the others of few.
        total = self._by_affinity(gain)
        by_actor = total.reshape(len(stakes["affinity"]), -1, x.shape[1])
        by_actor *= stakes["affinity"][:, None]
        lasting = self._by_commitment(gain)
        lasting *= stakes["commitment"].take(self._actor(self._committed), axis=0)
        total[self._committed] += lasting
        eased = self._by_tension(np.concatenate([calmer - to_second, to_second]))
        eased *= stakes["tension"].take(self._actor(self._calmed), axis=0)
        total[self._calmed] += eased
        return total

    def _odds(self, change: Floats, balance: Balance) -> Floats:
        """The odds as they are and as candidates would shift them: see ``Shifts``."""
        lean, power, pair = balance.lean, balance.power, self._pair
        # In units of the power of the third actor that leans.
        side, both_sides = balance.side[pair] / power, balance.both_sides[pair] / power
        positive, size = np.maximum(lean, 0), np.abs(lean)
        both = np.concatenate
        return self._shifts(
            change,
            odds=balance.side / balance.both_sides,
            lean=both([lean, -lean]),
            beside=both([side - positive, both_sides - side - (positive - lean)]),
            around=both([both_sides - size] * 2),
            power=power,
        )


class Margin:
    """What a little more affinity with a third actor is worth for security.

    For each ordered pair (p, c): the sum over p's other disputes of the tension
    times the slope of p's odds in c's lean (``docs/model.md``, section 6.4).
    """

    def __init__(self, layout: Layout, leans: Leans) -> None:
        self._pair = leans.pair
        self._tension = layout.rows("tension").start + leans.pair
        ways = [layout.direction_number(end, leans.third) for end in leans.ends]
        rows = np.arange(len(leans.pair))
        self._by_way = Sum(
            np.concatenate(ways), len(layout.directions), np.tile(rows, 2), len(rows)
        )

    def __call__(self, x: Floats, balance: Balance) -> Floats:
        """Slope of each actor's security, shape ``(directions, runs)``."""
        side, both_sides = balance.side[self._pair], balance.both_sides[self._pair]
        lean = np.sign(balance.lean)  # of one that leans to neither, the mean of both slopes
        toward = (1 + lean) / 2 * (both_sides - side) + (1 - lean) / 2 * side
        return self._by_way(x[self._tension] * balance.power * toward / (both_sides * both_sides))
