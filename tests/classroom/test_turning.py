"""Turning points: which round moved what was expected of the end."""

from __future__ import annotations

import pytest

from sim.classroom.debrief.turning import ranked, turns
from sim.classroom.forecast import Forecast


def expecting(round: int, trade: float, peace: float, war: float = 0.1) -> Forecast:
    return Forecast(
        round=round, opened=False, dates=(), outcomes={}, interest={}, relations={},
        events={"war": war}, ends={"trade": (trade, 2.0), "peace": (peace, 0.5)}, runs=9,
    )  # fmt: skip


def test_a_round_moves_as_far_as_the_expected_end_in_spreads_of_the_start() -> None:
    first, second = turns(
        [expecting(0, 10, 1), expecting(1, 11, 1.05), expecting(2, 11, 0.25, war=0.4)]
    )
    assert (first.round, first.largest.outcome) == (1, "trade")
    assert first.largest.size == pytest.approx(0.5)
    assert second.largest.outcome == "peace"
    assert second.largest.size == pytest.approx(-1.6)
    assert (second.largest.before, second.largest.after) == (1.05, 0.25)
    assert second.chances == {"war": (0.1, 0.4)}


def test_the_round_that_mattered_most_comes_first_and_the_idle_are_left_out() -> None:
    found = turns([expecting(0, 10, 1), expecting(1, 10.1, 1), expecting(2, 12, 1),
                   expecting(3, 9, 1)])  # fmt: skip
    assert [turn.round for turn in ranked(found)] == [3, 2]


def test_a_round_without_forecasts_is_left_out() -> None:
    found = turns([expecting(0, 10, 1), None, expecting(2, 12, 1), expecting(3, 9, 1)])
    assert [turn.round for turn in found] == [3]
    assert turns([None, expecting(1, 1, 1)]) == ()
    assert turns([]) == ()


def test_what_cannot_vary_moves_nothing() -> None:
    still = Forecast(0, False, (), {}, {}, {}, {}, {"trade": (1.0, 0.0)}, 9)
    (turn,) = turns([still, still])
    assert turn.largest.size == 0
    assert ranked([turn]) == ()
