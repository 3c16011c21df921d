"""Draws depend on their key and on nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.draws import Past, Streams
from sim.model.quantiles import uncertain
from sim.scenario.loading import build
from tests.fixtures.drawn import draw
from tests.fixtures.scenarios import DUEL

RUNS = 20_000


@given(first=st.integers(0, 1000), runs=st.integers(1, 50), round=st.integers(0, 500))
def test_a_draw_belongs_to_its_run(first: int, runs: int, round: int) -> None:
    whole = Streams(9, 0, 1100).uniform("choice", "north to south", round)
    part = Streams(9, first, runs).uniform("choice", "north to south", round)
    np.testing.assert_array_equal(part, whole[first : first + runs])


def test_draws_stay_what_they_were_so_that_old_manifests_can_be_run_again() -> None:
    drawn = Streams(2016, 5, 3).uniform("choice", "north to south", 2)
    assert drawn.tolist() == [0.047808383841714486, 0.306061415746824, 0.21328797285233714]


def test_every_part_of_the_key_matters() -> None:
    base = Streams(1, 0, 8).uniform("choice", "a", 1)
    others = [
        Streams(2, 0, 8).uniform("choice", "a", 1),
        Streams(1, 0, 8).uniform("consent", "a", 1),
        Streams(1, 0, 8).uniform("choice", "b", 1),
        Streams(1, 0, 8).uniform("choice", "a", 2),
    ]
    assert all(not np.isin(other, base).any() for other in others)


def test_draws_do_not_depend_on_what_was_drawn_before() -> None:
    streams = Streams(1, 0, 4)
    first = streams.uniform("choice", "a", 3)
    streams.uniform("choice", "b", 1)
    streams.uniform("choice", "a", 1)
    np.testing.assert_array_equal(first, streams.uniform("choice", "a", 3))


def test_a_past_can_share_the_events_of_one_round_more_than_all_else() -> None:
    game, alone = Streams(1, 0, 1), Streams(1, 5, 4)
    shared = Streams(1, 5, 4, Past(0, 3, events=4))
    for purpose, own in (("choice", 3), ("event", 4)):
        for round in range(6):
            drawn = shared.uniform(purpose, "a", round)
            of_game = game.uniform(purpose, "a", round)
            expected = alone.uniform(purpose, "a", round) if round >= own else of_game
            assert (drawn == expected).all()


@pytest.mark.parametrize(
    ("spread", "mean", "deviation"),
    [
        ({"normal": 0.02}, 0.5, 0.02),
        ({"uniform": [0.2, 0.4]}, 0.3, 0.2 / 12**0.5),
        ({"triangular": [0.2, 0.8]}, 0.5, 0.6 / 24**0.5),
        ({"pert": [0.2, 0.8]}, 0.5, 0.6 / (2 * 7**0.5)),
        ({"beta": [2, 6]}, 0.25, (2 * 6 / (8**2 * 9)) ** 0.5),
        ({"cases": [0.1, 0.1, 0.4]}, 0.2, 0.02**0.5),
    ],
)
def test_spreads_have_the_moments_of_their_shape(
    spread: dict[str, object], mean: float, deviation: float
) -> None:
    support = {"value": 0.5, "spread": spread}
    actors = {**DUEL["actors"], "north": {**DUEL["actors"]["north"], "support": support}}
    scenario = build({**DUEL, "actors": actors})
    assert uncertain(scenario) == ["actors.north.support"]
    values = draw(scenario, Streams(4, 0, RUNS))["actors.north.support"]
    assert values.mean() == pytest.approx(mean, abs=5 * deviation / RUNS**0.5)
    assert values.std() == pytest.approx(deviation, rel=0.03)
    assert values.min() >= 0
    assert values.max() <= 1
