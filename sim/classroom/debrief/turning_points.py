"""Turning points: how far each round moved what the model expects of the end, and by what.

A round moves the expected end by what people chose in it, by its events, and by
the rest: luck, answers to proposals (which are not weighed), and what computed
actors did of all that they might have done. In the last rounds luck moves it most,
as little is left to come that could make up for it; so rounds are ranked by what
orders and events did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.classroom.debrief.order_effects import RoundEffects
from sim.classroom.debrief.record import TableRecord
from sim.classroom.forecast.forecast import Forecast

_LEAST = 0.1
"""Moves below a tenth of a standard deviation are not told: chance moves as much."""


@dataclass(frozen=True)
class OutcomeMove:
    """How a round moved the expected end of an outcome.

    Attributes
    ----------
    before, after : float
        The mean over the futures, in the outcome's unit.
    spread : float
        Standard deviation of what was possible at the start, in the outcome's unit.
    orders : dict of actor to float
        By how much each seat's order moved it, of those that did so clearly.
    events : float
        By how much the events of the round did.
    """

    outcome: str
    before: float
    after: float
    spread: float
    orders: dict[str, float]
    events: float = 0.0

    @property
    def size(self) -> float:
        """The change, in standard deviations of what was possible at the start."""
        return self.sized(self.after - self.before)

    @property
    def by_order(self) -> float:
        """The largest effect of one order, in standard deviations; 0 where there is none."""
        return self.sized(max(self.orders.values(), key=abs, default=0.0))

    @property
    def decided(self) -> float:
        """The largest of what an order or the events did, in standard deviations."""
        return max(abs(self.by_order), abs(self.sized(self.events)))

    @property
    def rest(self) -> float:
        """What neither orders nor events did: luck, answers, and what computed actors chose."""
        return self.after - self.before - sum(self.orders.values()) - self.events

    def sized(self, change: float) -> float:
        """A change in standard deviations; 0 where nothing could vary."""
        return change / self.spread if self.spread > 1e-12 else 0.0


@dataclass(frozen=True)
class TurningPoint:
    """A round, and what it moved.

    Attributes
    ----------
    moves : tuple of Move
        The largest first.
    chances : dict of watched event to (before, after)
    """

    round: int
    moves: tuple[OutcomeMove, ...]
    chances: dict[str, tuple[float, float]]

    @property
    def largest(self) -> OutcomeMove:
        """The outcome that it moved most, whatever moved it."""
        return self.moves[0]

    @property
    def decided(self) -> OutcomeMove:
        """The outcome that an order or its events moved most."""
        return max(self.moves, key=lambda move: move.decided)


def table_turns(table: TableRecord, least: Mapping[str, float]) -> tuple[TurningPoint, ...]:
    """The turns of a table, but for rounds of which not all is worked out."""
    whole = [
        None if events and opened is None else weighed
        for events, opened, weighed in zip(table.events, table.opened, table.weighed, strict=True)
    ]
    return turns(table.forecasts, whole, table.opened, least)


def turns(
    forecasts: Sequence[Forecast | None],
    weighed: Sequence[RoundEffects | None],
    opened: Sequence[Forecast | None],
    least: Mapping[str, float],
) -> tuple[TurningPoint, ...]:
    """How each round moved what was expected; a round of which something lacks is left out.

    Parameters
    ----------
    forecasts : sequence of Forecast or None
        By the number of rounds that were over, from none on.
    weighed : sequence of Weighed or None
        By round that is over.
    opened : sequence of Forecast or None
        By round that is over: when its events had happened; None where it had none.
    least : dict of outcome to float
        The least standard deviation that anything is measured in.
    """
    start = forecasts[0] if forecasts else None
    if start is None:
        return ()
    found = []
    for nth, (before, after) in enumerate(pairwise(forecasts)):
        orders = weighed[nth]
        if before is None or after is None or orders is None:
            continue
        at = opened[nth]
        moves = [
            OutcomeMove(
                name,
                before.ends[name][0],
                mean,
                max(start.ends[name][1], least[name]),
                _clear(orders, name),
                0.0 if at is None else at.ends[name][0] - before.ends[name][0],
            )
            for name, (mean, _) in after.ends.items()
            # Counts of what a seat chose, or did not choose, are no luck and no effect either.
            if all(name in order.outcomes for order in orders.orders)
        ]
        if not moves:
            continue
        moves.sort(key=lambda move: -abs(move.size))
        chances = {name: (before.events[name], after.events[name]) for name in after.events}
        found.append(TurningPoint(nth + 1, tuple(moves), chances))
    return tuple(found)


def by_decision(found: Sequence[TurningPoint]) -> tuple[TurningPoint, ...]:
    """Those in which an order or an event moved anything worth telling, the most first."""
    told = [turn for turn in found if turn.decided.decided >= _LEAST]
    return tuple(sorted(told, key=lambda turn: (-turn.decided.decided, turn.round)))


def by_luck(found: Sequence[TurningPoint]) -> tuple[TurningPoint, ...]:
    """Those whose largest move came by the rest, more than by any order or event."""
    told = [turn for turn in found if _by_luck(turn.largest) >= max(_LEAST, turn.largest.decided)]
    return tuple(sorted(told, key=lambda turn: (-_by_luck(turn.largest), turn.round)))


def _by_luck(move: OutcomeMove) -> float:
    return abs(move.sized(move.rest))


def _clear(weighed: RoundEffects, outcome: str) -> dict[str, float]:
    return {
        order.actor: order.outcomes[outcome].difference
        for order in weighed.orders
        if order.outcomes[outcome].clear
    }
