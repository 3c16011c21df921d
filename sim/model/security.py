"""Security: how an actor fares in its disputes, given who leans to whom.

After Bueno de Mesquita, *The War Trap* (1981), and Walt, *The Origins of
Alliances* (1987): in a dispute between a and b each third actor c leans to the
side it is closer to, with its power behind it. Equations in ``docs/model.md``,
section 6.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.model.candidates import Ints, Sum, Table, integers
from sim.model.layout import Layout
from sim.model.streams import Floats
from sim.model.theory import Theory
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
        weighing = power * np.abs(lean)
        first, second = x[self._first], x[self._second]
        return Balance(
            lean=lean,
            power=power,
            behind=behind,
            weighing=weighing,
            side=first + self._by_pair(behind),
            whole=first + second + self._by_pair(weighing),
        )


class Balance:
    """Both sides of every pair, as they stand.

    Attributes
    ----------
    lean, power, behind, weighing : shape ``(triples, runs)``
        How far and with what power each third actor leans to the first of the
        pair; its part in ``side`` and in ``whole``.
    side, whole, odds : shape ``(pairs, runs)``
        Power on the first's side, all power that takes part, their ratio p.
    """

    def __init__(
        self,
        lean: Floats,
        power: Floats,
        behind: Floats,
        weighing: Floats,
        side: Floats,
        whole: Floats,
    ) -> None:
        self.lean, self.power = lean, power
        self.behind, self.weighing = behind, weighing
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

    Attributes
    ----------
    cells : Ints
        Which (candidate, actor) cells of the value table change, flattened.
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
        self._row_shift = Sum([row for row, _ in shifts], len(rows))
        self._shift_lean = integers([lean for _, lean in shifts])
        self._shift = Sum(
            [shift for shift, *_ in terms],
            len(shifts),
            of=[effect for _, effect, _ in terms],
            rows=len(table.effects),
            sign=[sign for *_, sign in terms],
        )
        self._tension = layout.rows("tension").start

        self._eased = table.of_kind("tension")
        self._eased_pair = table.effect_row[self._eased] - self._tension
        eased_candidate = table.effect_candidate[self._eased]
        self._eased_state = integers(
            [
                self._state_before(rows, None, int(k), int(pair))
                for k, pair in zip(eased_candidate, self._eased_pair, strict=True)
            ]
        )

        self._cast(layout, keys, eased_candidate)

    def _cast(
        self, layout: Layout, keys: list[tuple[Kind, int, int]], eased_candidate: Ints
    ) -> None:
        """Who gains from better odds: the first of the pair; the second loses as much."""
        actors = len(layout.actors)
        first = integers([layout.actors.index(a) for a, _ in layout.pairs])
        second = integers([layout.actors.index(b) for _, b in layout.pairs])
        of_row = actors * integers([candidate for _, candidate, _ in keys])
        of_eased = actors * eased_candidate
        row_sides = [of_row + first[self._row_pair], of_row + second[self._row_pair]]
        eased_sides = [of_eased + first[self._eased_pair], of_eased + second[self._eased_pair]]
        self.cells, places = np.unique(
            np.concatenate([*row_sides, *eased_sides]), return_inverse=True
        )
        self._actor = self.cells % actors
        rows, count = len(keys), len(self.cells)
        gainer, loser = places[:rows], places[rows : 2 * rows]
        self._eased_first = Sum(places[2 * rows : 2 * rows + len(of_eased)], count)
        self._eased_second = Sum(places[2 * rows + len(of_eased) :], count)
        self._gains = {}
        for stage in STAGES:
            mine = np.array([kind == stage for kind, *_ in keys], dtype=bool)
            number = np.flatnonzero(mine)
            self._gains[stage] = Sum(
                np.concatenate([gainer[mine], loser[mine]]),
                count,
                of=np.concatenate([number, number]),
                rows=rows,
                sign=np.repeat([1.0, -1.0], len(number)),
            )

    def _state_before(
        self, rows: dict[tuple[Kind, int, int], int], stage: Kind | None, candidate: int, pair: int
    ) -> int:
        """Where the odds before a stage stand: the pairs as they are, then the rows."""
        earlier = STAGES if stage is None else STAGES[: STAGES.index(stage)]
        found = [rows[key] for s in earlier if (key := (s, candidate, pair)) in rows]
        return self._pairs + found[-1] if found else pair

    def __call__(self, x: Floats, change: Floats, balance: Balance, theory: Theory) -> Floats:
        """Discounted change of security, shape ``(cells, runs)``.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        change : shape (effects, runs)
            What each effect of each candidate would change.
        """
        lean = balance.lean[self._shift_lean] + self._shift(change)
        power = balance.power[self._shift_lean]
        behind = power * np.maximum(lean, 0) - balance.behind[self._shift_lean]
        weighing = power * np.abs(lean) - balance.weighing[self._shift_lean]
        side = balance.side[self._row_pair] + self._row_shift(behind)
        whole = balance.whole[self._row_pair] + self._row_shift(weighing)
        odds = np.concatenate([balance.odds, side / whole])

        gain = x[self._tension + self._row_pair] * (odds[self._pairs :] - odds[self._row_before])
        eased = change[self._eased]
        eased_odds = eased * odds[self._eased_state]
        change_by_tension = self._eased_first(eased_odds - eased) - self._eased_second(eased_odds)
        total = change_by_tension * theory.discount["tension"][self._actor]
        for stage, by_cell in self._gains.items():
            total += by_cell(gain) * theory.discount[stage][self._actor]
        return total


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
