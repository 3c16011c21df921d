"""Turning points: which round moved what was expected of the end, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from sim.classroom.debrief.record import (
    TableRecord,
    TurningPoint,
    by_decision,
    by_luck,
    turning_points,
)
from sim.classroom.forecast.forecast import Forecast
from sim.classroom.forecast.order_effects import OrderEffects, PairedEffect, RoundEffects

LEAST = {"trade": 0.1, "peace": 0.1}
NONE = PairedEffect(0.0, 0.0, 0.0, spread=0.0, differ=0)


def expecting(round: int, trade: float, peace: float, war: float = 0.1) -> Forecast:
    return Forecast(
        round=round, opened=False, dates=(), outcomes={}, interest={}, relations={},
        events={"war": war}, ends={"trade": (trade, 2.0), "peace": (peace, 0.5)}, runs=9,
    )  # fmt: skip


def ordered(round: int, trade: float = 0.0, *, surely: bool = True) -> RoundEffects:
    """A round in which one order moved trade by so much."""
    wide = 0.1 if surely else 2 * abs(trade)
    effect = PairedEffect(trade, trade - wide, trade + wide, spread=2.0, differ=99)
    order = OrderEffects("north", {}, NONE, {"trade": effect, "peace": NONE}, {}, {})
    return RoundEffects(round, (), (), (order,), 9)


def turned(
    forecasts: Sequence[Forecast | None],
    effects: Sequence[RoundEffects | None] | None = None,
    opened: Sequence[Forecast | None] | None = None,
) -> tuple[TurningPoint, ...]:
    rounds = range(1, len(forecasts))
    table = SimpleNamespace(
        start=forecasts[0] if forecasts else None,
        forecasts=forecasts,
        events=[() for _ in rounds],
        effects=effects or [ordered(n) for n in rounds],
        opened=opened or [None for _ in rounds],
    )
    return turning_points(cast(TableRecord, table), LEAST)


def test_a_round_moves_as_far_as_the_expected_end_in_spreads_of_the_start() -> None:
    first, second = turned(
        [expecting(0, 10, 1), expecting(1, 11, 1.05), expecting(2, 11, 0.25, war=0.4)]
    )
    assert (first.round, first.largest.outcome) == (1, "trade")
    assert first.largest.size == pytest.approx(0.5)
    assert second.largest.outcome == "peace"
    assert second.largest.size == pytest.approx(-1.6)
    assert (second.largest.before, second.largest.after) == (1.05, 0.25)
    assert second.chances == {"war": (0.1, 0.4)}


def test_what_people_and_events_did_ranks_and_luck_stands_apart() -> None:
    forecasts = [expecting(n, trade, 1) for n, trade in enumerate((10, 13.0, 11.5, 16.5, 16.6))]
    orders = [ordered(1, 0.4), ordered(2, surely=False, trade=3.0), ordered(3), ordered(4, 0.1)]
    opened = [None, expecting(1, 12.0, 1), None, None]
    found = turned(forecasts, orders, opened)
    assert [turn.round for turn in by_decision(found)] == [2, 1]
    assert [turn.round for turn in by_luck(found)] == [3, 1]  # round 2 went by its events
    first, second = found[0].decided, found[1].decided
    assert first.by_order == pytest.approx(0.2)
    assert first.events == 0
    assert first.rest == pytest.approx(2.6)
    assert second.orders == {}  # it may have been luck
    assert second.events == pytest.approx(-1.0)
    assert second.rest == pytest.approx(-0.5)


def test_a_round_of_which_something_lacks_is_left_out() -> None:
    found = turned([expecting(0, 10, 1), None, expecting(2, 12, 1), expecting(3, 9, 1)])
    assert [turn.round for turn in found] == [3]
    assert turned([None, expecting(1, 1, 1)]) == ()
    assert turned([]) == ()
    assert turned([expecting(0, 10, 1), expecting(1, 12, 1)], [None]) == ()


def test_what_hardly_varies_moves_nothing_that_is_told() -> None:
    still = [
        Forecast(0, False, (), {}, {}, {}, {}, {"trade": (mean, 1e-6)}, 9) for mean in (1, 1.001)
    ]
    (turn,) = turned(still)
    assert turn.largest.size == pytest.approx(0.01)
    assert by_decision([turn]) == by_luck([turn]) == ()


def test_a_count_of_what_a_seat_chose_is_no_luck() -> None:
    """An order's own count has no effect that is told, so that all of it would seem luck."""
    forecasts = [expecting(0, 10, 1), expecting(1, 10, 2)]
    (order,) = ordered(1, 1.0).orders
    counted = replace(order, outcomes={"trade": order.outcomes["trade"]})
    (turn,) = turned(forecasts, [RoundEffects(1, (), (), (counted,), 9)])
    assert [move.outcome for move in turn.moves] == ["trade"]
    none = replace(order, outcomes={})
    assert turned(forecasts, [RoundEffects(1, (), (), (none,), 9)]) == ()
