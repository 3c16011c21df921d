"""Security: how an actor fares in its disputes, given who leans to whom.

After Bueno de Mesquita, *The War Trap* (1981), and Walt, *The Origins of
Alliances* (1987): in a dispute between a and b each third actor c leans to the
side it is closer to, with its power behind it. Equations in ``docs/model.md``,
section 6.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.model.candidates import Ints, Sum, Table, integers
from sim.model.layout import Layout
from sim.model.streams import Floats
from sim.scenario.phrases import Kind

STAGES: tuple[Kind, ...] = ("affinity", "commitment")


class Leans:
    """Who leans to whom: for each pair (a, b) and third actor c one row."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        triples = [(a, b, c) for a, b in layout.pairs for c in layout.actors if c not in (a, b)]
        self.number = {triple: row for row, triple in enumerate(triples)}
        self._plus = [
            integers([layout.at("affinity", c, a) for a, b, c in triples]),
            integers([layout.at("commitment", c, a) for a, b, c in triples]),
        ]
        self._minus = [
            integers([layout.at("affinity", c, b) for a, b, c in triples]),
            integers([layout.at("commitment", c, b) for a, b, c in triples]),
        ]
        self.pair = integers([layout.pair(a, b) for a, b, _ in triples])
        self._first = integers([layout.at("power", a) for a, _ in layout.pairs])
        self._second = integers([layout.at("power", b) for _, b in layout.pairs])
        self.power = integers([layout.at("power", c) for *_, c in triples])
        self._by_pair = Sum(self.pair, len(layout.pairs))

    def __call__(self, x: Floats) -> Balance:
        """Weigh both sides of every pair in state ``x``."""
        lean = x[self._plus[0]] + x[self._plus[1]] - x[self._minus[0]] - x[self._minus[1]]
        power = x[self.power]
        behind = power * np.maximum(lean, 0)
        first, second = x[self._first], x[self._second]
        return Balance(
            lean=lean,
            power=power,
            behind=behind,
            side=first + self._by_pair(behind),
            whole=first + second + self._by_pair(power * np.abs(lean)),
        )


class Balance:
    """Both sides of every pair, as they stand.

    Attributes
    ----------
    lean, power, behind : shape ``(triples, runs)``
        How far and with what power each third actor leans to the first of the
        pair; its part in ``side``.
    side, whole, odds : shape ``(pairs, runs)``
        Power on the first's side, all power that takes part, their ratio p.
    """

    def __init__(
        self,
        lean: Floats,
        power: Floats,
        behind: Floats,
        side: Floats,
        whole: Floats,
    ) -> None:
        self.lean, self.power = lean, power
        self.behind = behind
        self.side, self.whole = side, whole
        self.odds: Floats = side / whole


@dataclass(frozen=True)
class _Moved:
    """An effect that moves a lean: ``sign`` +1 toward the first of the pair."""

    candidate: int
    effect: int
    kind: Kind
    lean: int
    sign: float


class Security:
    """The change of security that each candidate would bring to each actor.

    A *row* stands for a candidate and a pair whose odds it moves: once after
    its changes of affinity and once more after those of commitment, since the
    two last differently long.
    """

    def __init__(self, table: Table, leans: Leans) -> None:
        layout = table.layout
        self._pairs = len(layout.pairs)
        moved = list(_moved(table, leans))

        rows: dict[tuple[Kind, int, int], int] = {}
        shifts: dict[tuple[int, int], int] = {}
        terms: list[tuple[int, int, float]] = []
        for stage in STAGES:
            for this in moved:
                if this.kind == stage:
                    key = (stage, this.candidate, int(leans.pair[this.lean]))
                    rows.setdefault(key, len(rows))
            for this in moved:
                pair = int(leans.pair[this.lean])
                row = rows.get((stage, this.candidate, pair))
                if row is not None and (this.kind == stage or stage == STAGES[1]):
                    shift = shifts.setdefault((row, this.lean), len(shifts))
                    terms.append((shift, this.effect, this.sign))

        keys = list(rows)
        self._row_pair = integers([pair for *_, pair in keys])
        self._row_before = integers([self._state_before(rows, *key) for key in keys])
        # Most rows have one shift. With the first of each row in front, in the order
        # of the rows, only the few that follow need be added up.
        row_of = integers([row for row, _ in shifts])
        first = np.unique(row_of, return_index=True)[1]
        rest = np.setdiff1d(np.arange(len(shifts)), first)
        order = np.concatenate([first, rest])
        self._rest_rows, group = np.unique(row_of[rest], return_inverse=True)
        self._rest = Sum(group, len(self._rest_rows))
        self._shift_lean = integers([lean for _, lean in shifts])[order]
        self._shift = Sum(
            np.argsort(order)[[shift for shift, *_ in terms]],
            len(shifts),
            of=[effect for _, effect, _ in terms],
            rows=len(table.effects),
            sign=[sign for *_, sign in terms],
        )
        self._tension = layout.rows("tension")

        self._eased = table.of_kind("tension")
        self._eased_pair = table.effect_row[self._eased] - self._tension.start
        eased_candidate = table.effect_candidate[self._eased]
        self._eased_state = integers(
            [
                self._state_before(rows, None, int(k), int(pair))
                for k, pair in zip(eased_candidate, self._eased_pair, strict=True)
            ]
        )

        self._cast(table, keys, eased_candidate)

    def _cast(self, table: Table, keys: list[tuple[Kind, int, int]], eased_candidate: Ints) -> None:
        """Who gains from better odds: the first of the pair; the second loses as much."""
        pairs, actors = table.layout.pairs, table.layout.actors
        sides = [integers([actors.index(pair[side]) for pair in pairs]) for side in (0, 1)]
        candidate = integers([candidate for _, candidate, _ in keys])
        row_cells = [table.cell(candidate, side[self._row_pair]) for side in sides]
        eased_cells = [table.cell(eased_candidate, side[self._eased_pair]) for side in sides]
        gains = {}
        for stage in STAGES:
            number = np.flatnonzero([kind == stage for kind, *_ in keys])
            cells = np.concatenate([cells[number] for cells in row_cells])
            gains[stage] = cells, np.tile(number, 2), np.repeat([1.0, -1.0], len(number))
        cells, number, sign = gains["affinity"]
        self._by_affinity = Sum(cells, len(actors) * len(table), number, len(keys), sign)
        cells, number, sign = gains["commitment"]
        self._committed, group = np.unique(cells, return_inverse=True)
        self._by_commitment = Sum(group, len(self._committed), number, len(keys), sign)
        self._calmed, group = np.unique(np.concatenate(eased_cells), return_inverse=True)
        self._by_tension = Sum(group, len(self._calmed))
        self._whose = table.whose

    def _state_before(
        self, rows: dict[tuple[Kind, int, int], int], stage: Kind | None, candidate: int, pair: int
    ) -> int:
        """Where the odds before a stage stand: the pairs as they are, then the rows."""
        earlier = STAGES if stage is None else STAGES[: STAGES.index(stage)]
        found = [rows[key] for s in earlier if (key := (s, candidate, pair)) in rows]
        return self._pairs + found[-1] if found else pair

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
        gain = odds[self._pairs :] - odds.take(self._row_before, axis=0)
        gain *= x[self._tension].take(self._row_pair, axis=0)
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
        """The odds of every pair as they are, then of every row; ``(pairs + rows, runs)``."""
        shift = self._shift(change)
        ahead = balance.lean.take(self._shift_lean, axis=0)
        ahead += shift
        np.maximum(ahead, 0, out=ahead)
        power = balance.power.take(self._shift_lean, axis=0)
        ahead *= power
        ahead -= balance.behind.take(self._shift_lean, axis=0)
        shift *= power
        side = self._by_row(ahead)
        # All that leans, |z|, is twice what leans to the first, max(z, 0), less z.
        whole = balance.whole.take(self._row_pair, axis=0)
        whole -= self._by_row(shift)
        whole += side
        whole += side
        side += balance.side.take(self._row_pair, axis=0)
        odds = np.empty((self._pairs + len(side), side.shape[1]))
        odds[: self._pairs] = balance.odds
        np.divide(side, whole, out=odds[self._pairs :])
        return odds

    def _by_row(self, shifts: Floats) -> Floats:
        """Sum shifts to their rows, in place."""
        rows = shifts[: len(self._row_pair)]
        rows[self._rest_rows] += self._rest(shifts[len(rows) :])
        return rows


def _moved(table: Table, leans: Leans) -> Iterator[_Moved]:
    """Every lean that an effect on an affinity or a commitment moves."""
    for effect, (candidate, stated) in enumerate(table.effects):
        phrase = table.layout.phrases[stated.row]
        if phrase.kind not in STAGES:
            continue
        ends = [phrase.names, phrase.names[::-1]] if phrase.kind == "affinity" else [phrase.names]
        for third, friend in ends:
            for rival in table.layout.actors:
                if rival in (third, friend):
                    continue
                a, b = sorted((friend, rival))
                sign = 1.0 if a == friend else -1.0
                yield _Moved(candidate, effect, phrase.kind, leans.number[a, b, third], sign)


class Margin:
    """What a little more affinity with a third actor is worth for security.

    For each ordered pair (p, c): the sum over p's other disputes of the tension
    times the slope of p's odds in c's lean (``docs/model.md``, section 6.4).
    """

    def __init__(self, layout: Layout, leans: Leans) -> None:
        self._pair = leans.pair
        self._tension = layout.rows("tension").start + leans.pair
        ways = [
            (layout.direction(side, c), row)
            for (a, b, c), row in leans.number.items()
            for side in (a, b)
        ]
        self._rows = integers([row for _, row in ways])
        self._by_way = Sum([way for way, _ in ways], len(layout.directions))

    def __call__(self, x: Floats, balance: Balance) -> Floats:
        """Slope of each actor's security, shape ``(directions, runs)``."""
        side, whole = balance.side[self._pair], balance.whole[self._pair]
        toward = np.where(balance.lean > 0, whole - side, 0) + np.where(balance.lean < 0, side, 0)
        slope = x[self._tension] * balance.power * toward / whole**2
        return self._by_way(slope[self._rows])
