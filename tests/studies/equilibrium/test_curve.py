"""The quantal response curve: against Gambit's, by definition, and at its ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import Floats
from sim.studies.equilibrium.curve import quantal_curve
from sim.studies.equilibrium.solutions import solve

GAMBIT: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("gambit.json").read_text("utf-8")
)["quantal"]


@pytest.mark.parametrize("game", GAMBIT, ids=range(len(GAMBIT)))
def test_it_passes_where_gambit_finds_it(game: dict[str, Any]) -> None:
    levels = [0.0, *(point["rationality"] for point in game["points"])]
    found = quantal_curve(np.array(game["payoffs"]) / game["scale"], np.array(levels))
    assert found.whole
    for point in game["points"]:
        chances = found.at(point["rationality"])
        assert chances is not None
        for mine, known in zip(chances, (point["first"], point["second"]), strict=True):
            assert np.abs(mine - known).max() < 5e-6


def logit(worth: Floats, rationality: float) -> Floats:
    weight = np.exp(rationality * (worth - worth.max()))
    return weight / weight.sum()


@settings(max_examples=25, deadline=None)
@given(st.tuples(st.integers(1, 5), st.integers(1, 5)), st.integers(0, 10**6), st.booleans())
def test_each_answers_to_what_the_other_really_does(
    size: tuple[int, int], seed: int, ties: bool
) -> None:
    generator = np.random.default_rng(seed)
    payoffs = 4 * generator.normal(size=(2, *size))
    if ties:
        payoffs = np.round(payoffs)
    levels = np.array([0.0, 0.05, 0.3, 1.0, 4.0])
    found = quantal_curve(payoffs, levels)
    assert found.rationality[0] == 0
    assert np.allclose(found.first[0], 1 / size[0], atol=1e-6)
    for level, p, q in zip(found.rationality, found.first, found.second, strict=True):
        assert np.abs(logit(payoffs[0] @ q, level) - p).max() < 1e-4
        assert np.abs(logit(payoffs[1].T @ p, level) - q).max() < 1e-4


def test_it_ends_at_an_equilibrium() -> None:
    payoffs = np.array([[[9, 0], [0, 1]], [[0, 1], [1, 0]]], dtype=float)
    found = quantal_curve(payoffs, np.array([0.0, 1000.0]))
    ((one,),) = [solve(payoffs).sets]
    assert np.allclose(found.first[-1], [float(share) for share in one.first[0]], atol=0.01)
    assert np.allclose(found.second[-1], [float(share) for share in one.second[0]], atol=0.01)


def test_it_may_turn_back_and_is_read_each_time_that_it_passes() -> None:
    payoffs = np.array([[[7.0, 14], [-1, 13]], [[4, 3], [1, 23]]])
    levels = np.concatenate([[0.0], np.geomspace(0.02, 20, 60)])
    found = quantal_curve(payoffs, levels)
    assert found.whole
    back = np.diff(found.rationality) < 0
    assert back.any()
    level = float(found.rationality[:-1][back][0])
    same = found.rationality == level
    assert same.sum() > 1
    assert len(np.unique(found.first[same, 0])) == same.sum()
    for p, q in zip(found.first[same], found.second[same], strict=True):
        assert np.abs(logit(payoffs[0] @ q, level) - p).max() < 1e-4


@pytest.mark.parametrize(
    ("apart", "first", "second"),
    [(0.001, 0.950994, 0.003827), (0.01, 0.951035, 0.003729), (0.1, 0.95139, 0.002878)],
)
def test_near_a_fork_it_stays_on_its_own_branch(apart: float, first: float, second: float) -> None:
    # As Gambit 16.7 finds it. The branch on which both mix is near by, and ends elsewhere.
    payoffs = np.array([[[0, 7], [2, 6]], [[0, 2 + apart], [7, 6]]])
    chances = quantal_curve(payoffs, np.array([0.0, 3.0])).at(3.0)
    assert chances is not None
    assert [mine[0] for mine in chances] == pytest.approx([first, second], abs=2e-6)


def test_where_both_are_alike_it_goes_straight_on() -> None:
    payoffs = np.array([[[0.0, 7], [2, 6]], [[0, 2], [7, 6]]])
    found = quantal_curve(payoffs, np.array([0.0, 1.0, 30.0]))
    assert found.whole
    assert np.abs(found.first - found.second).max() < 1e-6
