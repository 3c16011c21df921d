"""The odds that candidates would bring about: which leans each moves, and how far."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import Sum, Table
from sim.scenario.phrases import Kind


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

    def __init__(self, table: Table) -> None:
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
        warm, firm = (np.bincount(of, minlength=len(keys)) > 0
                      for of in (of_key[:early], of_key[early:]))  # fmt: skip
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
        self._more_rows, group = np.unique(row[same], return_inverse=True)
        self._more = Sum(group, len(self._more_rows), effect[same], effects, sign[same])
        other = rest[triple[rest] != self._lean[row[rest]]]
        leans = int(triple.max(initial=0)) + 1
        joint, group = np.unique(row[other] * leans + triple[other], return_inverse=True)
        self._joint = Sum(group, len(joint), effect[other], effects, sign[other])
        self._joint_lean = joint % leans
        self._joint_first = self._lean[joint // leans]
        self._joint_rows, group = np.unique(joint // leans, return_inverse=True)
        self._by_row = Sum(group, len(self._joint_rows))

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
        whole = np.abs(leaning, out=leaning)
        whole += around.take(self._lean, axis=0)
        if len(self._joint_rows):
            self._join(change, lean, power, side, whole)
        np.divide(side, whole, out=states[self.still :])
        return states

    def _join(
        self, change: Floats, lean: Floats, power: Floats, side: Floats, whole: Floats
    ) -> None:
        """Add the third actors that lean otherwise beside the first of a row."""
        before = lean.take(self._joint_lean, axis=0)
        after = before + self._joint(change)
        weight = power.take(self._joint_lean % len(power), axis=0)
        weight /= power.take(self._joint_first % len(power), axis=0)
        gained = np.maximum(after, 0) - np.maximum(before, 0)
        side[self._joint_rows] += self._by_row(weight * gained)
        whole[self._joint_rows] += self._by_row(weight * (np.abs(after) - np.abs(before)))


def _moves(table: Table, kind: Kind) -> _Moves:
    """Who is drawn to whom by the effects on affinities, or on commitments."""
    layout = table.layout
    effect = table.of_kind(kind)
    number = table.effect_row[effect] - layout.rows(kind).start
    ends = layout.pair_ends if kind == "affinity" else layout.direction_ends
    third, friend = ends[0][number], ends[1][number]
    if kind == "affinity":  # each of the two is drawn to the other
        effect = np.repeat(effect, 2)
        both = np.stack([third, friend], axis=1)
        third, friend = both.ravel(), both[:, ::-1].ravel()
    rivals = layout.others(third, friend)
    each = rivals.shape[1]
    return _Moves(
        candidate=np.repeat(table.effect_candidate[effect], each),
        effect=np.repeat(effect, each),
        third=np.repeat(third, each),
        friend=np.repeat(friend, each),
        rival=rivals.ravel(),
    )
