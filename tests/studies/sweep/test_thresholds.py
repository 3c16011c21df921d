"""Where a level crosses the mark of its scale, and how sure that is."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.loading import build
from sim.scenario.schema import Outcome
from sim.statistics.measures import MARKS, mark_of, measure
from sim.studies.sweep.result import EVEN, Item, crossings, with_intervals
from tests.fixtures.scenarios import DUEL

EVENT = Item("war", "a war")
ACROSS = np.array([0.0, 1.0, 2.0, 3.0])


def found(*level: float) -> list[tuple[float, float, float, bool]]:
    met = crossings(EVENT, "path", ACROSS[: len(level)], np.array(level))
    return [(one.value, one.low, one.high, one.rising) for one in met]


def test_a_crossing_lies_on_the_line_between_two_values() -> None:
    assert found(0.2, 0.4, 0.8, 0.9) == [(1.25, 1.0, 2.0, True)]
    ((value, *rest),) = found(0.9, 0.7, 0.2, 0.1)
    assert value == pytest.approx(1.4)
    assert rest == [1.0, 2.0, False]


def test_a_level_on_its_mark_is_crossed_there() -> None:
    assert found(0.2, 0.5, 0.8) == [(1.0, 0.0, 2.0, True)]
    assert found(0.2, 0.5, 0.5, 0.8) == [(1.5, 0.0, 3.0, True)]


def test_a_level_that_only_touches_its_mark_does_not_cross_it() -> None:
    assert found(0.2, 0.5, 0.3, 0.1) == []
    assert found(0.5, 0.6, 0.7, 0.8) == []
    assert found(0.2, 0.3, 0.4, 0.5) == []


def test_every_crossing_is_found() -> None:
    assert [(low, rising) for _, low, _, rising in found(0.0, 1.0, 0.0, 1.0)] == [
        (0.0, True), (1.0, False), (2.0, True),
    ]  # fmt: skip


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_crossings_lie_in_their_brackets_and_alternate(level: list[float]) -> None:
    values = np.arange(len(level), dtype=float)
    met = crossings(EVENT, "path", values, np.array(level))
    for one in met:
        assert one.low <= one.value <= one.high
        assert (level[int(one.high)] > EVEN) == one.rising
        assert (level[int(one.low)] < EVEN) == one.rising
    assert all(before.rising != after.rising for before, after in itertools.pairwise(met))


def test_only_scales_with_a_middle_that_means_something_have_a_mark() -> None:
    for of, at in (
        ("affinity of north and south", 0.0),
        ("tension of north and south", 0.5),
        ("support of north", 0.5),
        ("issue border", 50.0),
    ):
        mark = mark_of(Outcome(name="x", of=of))
        assert mark in MARKS
        assert mark.at == at
    assert mark_of(Outcome(name="x", of="power of north")) is None
    assert mark_of(Outcome(name="x", acts=("summit",))) is None
    assert crossings(Item("x", "x"), "p", ACROSS, np.array([0, 1, 0, 1.0]))
    outcome = Outcome(name="x", of="power of north")
    powerful = Item("x", "x", measure("x", outcome, build(DUEL).description))
    assert powerful.at is None
    assert crossings(powerful, "p", ACROSS, np.array([0, 1, 0, 1.0])) == ()


def drawn(chances: list[float], runs: int, seed: int) -> np.ndarray:
    """Events by run and value; run r has the same luck at every value."""
    luck = np.random.default_rng(seed).random(runs)
    return (luck[:, None] < np.array(chances)[None, :]).astype(float)


def test_the_interval_holds_the_true_threshold_about_as_often_as_it_says() -> None:
    values = np.linspace(0, 1, 11)
    held = 0
    for seed in range(40):
        sample = drawn(list(values), 100, seed)
        known = crossings(EVENT, "p", values, EVENT.level(sample))
        (one,) = with_intervals(known, EVENT, values, sample, seed)
        assert one.interval is not None
        held += one.interval[0] <= 0.5 <= one.interval[1]
    assert 33 <= held <= 40


def test_the_interval_shrinks_with_more_runs() -> None:
    values = np.linspace(0, 1, 11)
    widths = []
    for runs in (50, 3200):
        sample = drawn(list(values), runs, 1)
        known = crossings(EVENT, "p", values, EVENT.level(sample))
        interval = with_intervals(known, EVENT, values, sample, 1)[0].interval
        assert interval is not None
        widths.append(interval[1] - interval[0])
    assert widths[1] < widths[0] / 4


@pytest.mark.parametrize(
    ("chances", "end"), [([0.47, 0.53], "both"), ([0.1, 0.53], "high"), ([0.47, 0.9], "low")]
)
def test_an_interval_that_may_reach_beyond_the_values_says_so(
    chances: list[float], end: str
) -> None:
    luck = (np.arange(40) + 0.5) / 40
    sample = (luck[:, None] < np.array(chances)[None, :]).astype(float)
    values = np.array([0.0, 1.0])
    known = crossings(EVENT, "p", values, EVENT.level(sample))
    interval = with_intervals(known, EVENT, values, sample, 1)[0].interval
    assert interval is not None
    assert math.isinf(interval[0]) == (end in ("both", "low"))
    assert math.isinf(interval[1]) == (end in ("both", "high"))
    assert interval[0] <= known[0].value <= interval[1]
