"""Signs: whether conduct moves in the direction on which theory agrees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.model.candidates import Candidate
from sim.scenario.calendar import date_after
from sim.scenario.cameo import is_conflict
from sim.scenario.orders import Order
from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario
from sim.simulation.act_chances import Chances, chances
from sim.soundness.engine import Still, cut, played
from sim.soundness.rows import Read, Sign

LEAST = 0.01
"""A read that moves by less than this share of itself has no direction."""
Z95 = 1.96


@dataclass(frozen=True)
class Judged:
    """A row with what was read.

    Attributes
    ----------
    sign : Sign
    before, after : float
        The read at both ends, or without and with what was laid down: the expected
        number of acts in one round, or a probability.
    error : float
        Standard error of the paired difference; 0 of a static row.
    draws : float or None
        Share of the draws of the uncertain numbers in which a static row's read moves in
        its direction; None of a dynamic one, where single runs are mostly chance.
    """

    sign: Sign
    before: float
    after: float
    error: float = 0.0
    draws: float | None = None

    @property
    def factor(self) -> float:
        """To how many times the read moves; nan where there is nothing to begin with."""
        return self.after / self.before if self.before > 0 else math.nan

    @property
    def right(self) -> bool:
        """Whether it moves in its direction at all, however little."""
        return (self.after > self.before) == (self.sign.row.sign == "rises") and (
            self.after != self.before
        )

    @property
    def hit(self) -> bool:
        """Whether it moves as theory says, far enough, and not by chance alone."""
        row = self.sign.row
        low, high = (self.before, self.after)[:: 1 if row.sign == "rises" else -1]
        clear = high - low > max(Z95 * self.error, LEAST * self.before)
        return clear and high >= (row.at_least or 1) * low


def judge(rows: Sequence[Sign], draws: int, pairs: int) -> tuple[Judged, ...]:
    """Read every row.

    Parameters
    ----------
    rows : sequence of Sign
    draws : int
        Draws of the uncertain numbers over which a static row is averaged.
    pairs : int
        Pairs of runs of a dynamic row.
    """
    found: dict[int, Judged] = {}
    for scenario in {sign.scenario.id: sign.scenario for sign in rows}.values():
        here = {nth: sign for nth, sign in enumerate(rows) if sign.scenario is scenario}
        still = Still(scenario, draws, scenario.description.seed)
        found |= {
            nth: _static(sign, still) for nth, sign in here.items() if not sign.row.is_dynamic
        }
        found |= _dynamic({n: sign for n, sign in here.items() if sign.row.is_dynamic}, pairs)
    return tuple(found[nth] for nth in range(len(rows)))


def _static(sign: Sign, still: Still) -> Judged:
    ends = []
    for end in (0, 1):
        state: dict[Phrase, float] = {}
        numbers: dict[str, float] = {}
        for text, values in sign.row.set.items():
            phrase = parse(text)
            if phrase is None:
                numbers[text] = float(values[end])
            else:
                state[phrase] = float(values[end])
        seen = (still.with_numbers(numbers) if numbers else still).read(state)
        ends.append(_read(sign.row.read, seen, still.candidates, still.layout.actors))
    before, after = ends
    moves = after > before if sign.row.sign == "rises" else after < before
    return Judged(sign, float(before.mean()), float(after.mean()), draws=float(moves.mean()))


def _dynamic(signs: Mapping[int, Sign], pairs: int) -> dict[int, Judged]:
    """Each row's runs, and those without, which all of them share."""
    if not signs:
        return {}
    scenario = next(iter(signs.values())).scenario
    usual = _over(scenario, [sign.row.read for sign in signs.values()], pairs)
    found = {}
    for (nth, sign), before in zip(signs.items(), usual, strict=True):
        happens: dict[int, list[str]] = {}
        for event, now in sign.row.happens.items():
            happens.setdefault(now, []).append(event)
        (after,) = _over(scenario, [sign.row.read], pairs, _orders(sign), happens)
        error = float((after - before).std(ddof=1) / math.sqrt(pairs))
        found[nth] = Judged(sign, float(before.mean()), float(after.mean()), error)
    return found


def _orders(sign: Sign) -> tuple[Order, ...]:
    calendar = sign.scenario.description.calendar
    return tuple(
        Order(
            lever=move.lever,
            by=move.by,
            toward=move.toward,
            since=date_after(calendar, move.rounds[0] - 1),
            until=date_after(calendar, move.rounds[1] - 1),
            never=move.never,
        )
        for move in sign.row.moves
    )


def _over(
    scenario: Scenario,
    reads: Sequence[Read],
    pairs: int,
    orders: Sequence[Order] = (),
    happens: Mapping[int, Sequence[str]] | None = None,
) -> list[Floats]:
    """What each read comes to as the mean over its rounds, shape ``(pairs,)``."""
    spans = [read.rounds or (1, 1) for read in reads]
    last = max(end for _, end in spans)
    sums = [np.zeros(pairs) for _ in reads]
    for span, world in played(
        cut(scenario, last), pairs, scenario.description.seed, orders=orders, happens=happens
    ):
        seen = chances(world)
        table, actors = world.setting.table, world.setting.layout.actors
        here = slice(span.first, span.first + span.runs)
        for read, (first, end), total in zip(reads, spans, sums, strict=True):
            if first <= world.now <= end:
                total[here] += _read(read, seen, table.rows, actors) / (end - first + 1)
    return sums


def _read(
    read: Read, seen: Chances, candidates: Sequence[Candidate], actors: Sequence[str]
) -> Floats:
    """The sum over the acts that are looked at, shape ``(runs,)``."""
    acts = read.acts
    ways = {(acts.by, acts.toward), *([(acts.toward, acts.by)] if acts.both else [])}
    wanted = [
        k
        for k, candidate in enumerate(candidates)
        if (actors[candidate.actor], actors[candidate.target]) in ways
        and (
            candidate.name in acts.levers
            if acts.levers
            else is_conflict(candidate.lever) == (acts.tone == "conflictual")
        )
        and (read.chance or candidate.asks)
    ]
    values = seen.done if read.chance else seen.agreed
    found: Floats = values[wanted].sum(axis=0)
    return found
