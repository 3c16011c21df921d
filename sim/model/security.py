"""Security: how an actor fares in its disputes, given who leans to whom.

After Bueno de Mesquita, *The War Trap* (1981), and Walt, *The Origins of
Alliances* (1987): in a dispute between a and b each third actor c leans to the
side it is closer to, with its power behind it. Equations in ``docs/model.md``,
section 6.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import Sum, Table
from sim.model.layout import Layout
from sim.model.shifts import Shifts
from sim.scenario.phrases import Kind

STAGES: tuple[Kind, ...] = ("affinity", "commitment")


class Leans:
    """Who leans to whom: for each pair (a, b) and third actor c one row."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
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

    @cached_property
    def number(self) -> dict[tuple[str, str, str], int]:
        """The row of each pair and third actor, by their names."""
        names = self.layout.actors
        every = zip(*self.ends, self.third, strict=True)
        return {(names[a], names[b], names[c]): row for row, (a, b, c) in enumerate(every)}

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
            whole=first + second + self._by_pair(power * np.abs(lean)),
        )


@dataclass(frozen=True)
class Balance:
    """Both sides of every pair, as they stand.

    Attributes
    ----------
    lean, power : shape ``(triples, runs)``
        How far and with what power each third actor leans to the first of the pair.
    side, whole : shape ``(pairs, runs)``
        Power on the first's side, and all power that takes part.
    """

    lean: Floats
    power: Floats
    side: Floats
    whole: Floats


class Security:
    """The change of security that each candidate would bring to each actor.

    Odds are reckoned row by row of :class:`sim.model.shifts.Shifts`: for a
    candidate and a pair whose odds it moves.
    """

    def __init__(self, table: Table, leans: Leans) -> None:
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

    def _cast(self, table: Table, eased_candidate: Ints, eased_side: Ints) -> None:
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
        self._committed, group = np.unique(touched, return_inverse=True)
        self._by_commitment = Sum(group, len(self._committed), rows, len(pledged), sign)
        eased = [table.cell(eased_candidate, who[eased_side]) for who in (firsts, seconds)]
        self._calmed, group = np.unique(np.concatenate(eased), return_inverse=True)
        self._by_tension = Sum(group, len(self._calmed))
        self._whose = table.whose

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
        lasting *= stakes["commitment"].take(self._whose(self._committed), axis=0)
        total[self._committed] += lasting
        eased = self._by_tension(np.concatenate([calmer - to_second, to_second]))
        eased *= stakes["tension"].take(self._whose(self._calmed), axis=0)
        total[self._calmed] += eased
        return total

    def _odds(self, change: Floats, balance: Balance) -> Floats:
        """The odds as they are and as candidates would shift them: see ``Shifts``."""
        lean, power, pair = balance.lean, balance.power, self._pair
        # In units of the power of the third actor that leans.
        side, whole = balance.side[pair] / power, balance.whole[pair] / power
        positive, size = np.maximum(lean, 0), np.abs(lean)
        both = np.concatenate
        return self._shifts(
            change,
            odds=balance.side / balance.whole,
            lean=both([lean, -lean]),
            beside=both([side - positive, whole - side - (positive - lean)]),
            around=both([whole - size] * 2),
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
        side, whole = balance.side[self._pair], balance.whole[self._pair]
        lean = np.sign(balance.lean)  # of one that leans to neither, the mean of both slopes
        toward = (1 + lean) / 2 * (whole - side) + (1 - lean) / 2 * side
        return self._by_way(x[self._tension] * balance.power * toward / (whole * whole))
