"""Equilibria: against Gambit's, by definition, in games with ties, and where they are too many."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import Floats
from sim.studies.equilibrium.solutions import Mixture, Solutions, solve
from sim.studies.equilibrium.vertices import Work, corners

GAMBIT: dict[str, Any] = json.loads(Path(__file__).with_name("gambit.json").read_text("utf-8"))
"""Games with what Gambit finds: see its first entry."""


def extreme(found: Solutions) -> set[tuple[Mixture, Mixture]]:
    return {(x, y) for one in found.sets for x, y in product(one.first, one.second)}


def gains(mine: list[list[int]], x: Mixture, y: Mixture) -> Fraction:
    """What the row player gains by the best other move; 0 where it has no better one."""
    worth = [sum((a * share for a, share in zip(row, y, strict=True)), Fraction(0)) for row in mine]
    return max(worth) - sum((a * share for a, share in zip(worth, x, strict=True)), Fraction(0))


def is_equilibrium(payoffs: Floats, x: Mixture, y: Mixture) -> bool:
    mine, theirs = (payoffs[n].astype(int).tolist() for n in (0, 1))
    return gains(mine, x, y) == 0 == gains([list(c) for c in zip(*theirs, strict=True)], y, x)


@pytest.mark.parametrize("game", GAMBIT["games"], ids=range(len(GAMBIT["games"])))
def test_they_are_those_that_gambit_finds(game: dict[str, Any]) -> None:
    found = solve(np.array(game["payoffs"], dtype=float))
    known = {tuple(tuple(map(Fraction, one)) for one in pair) for pair in game["extreme"]}
    assert extreme(found) == known
    assert found.complete


GAMES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.integers(-2, 2), min_size=2 * size[0] * size[1], max_size=2 * size[0] * size[1]
    ).map(lambda values: np.array(values, dtype=float).reshape(2, *size))
)


@settings(max_examples=60, deadline=None)
@given(GAMES, st.integers(1, 4), st.integers(1, 4))
def test_every_mixture_of_a_set_is_one_and_no_pure_one_is_missed(
    payoffs: Floats, one: int, other: int
) -> None:
    found = solve(payoffs)
    assert found.sets
    for each in found.sets:
        first, second = (
            tuple(sum(shares) / len(mixtures) for shares in zip(*mixtures, strict=True))
            for mixtures in (each.first[:one], each.second[:other])
        )
        assert is_equilibrium(payoffs, first, second)
    for i, j in product(*map(range, payoffs.shape[1:])):
        x, y = (
            tuple(Fraction(int(n == at)) for n in range(size))
            for at, size in zip((i, j), payoffs.shape[1:], strict=True)
        )
        assert is_equilibrium(payoffs, x, y) == _holds(found, x, y)


def _holds(found: Solutions, x: Mixture, y: Mixture) -> bool:
    """Whether a pure pair is in one of the sets: a pure move is an end of its set."""
    return any(x in one.first and y in one.second for one in found.sets)


@settings(max_examples=30, deadline=None)
@given(GAMES, st.randoms(use_true_random=False))
def test_the_order_of_moves_and_a_move_that_nobody_makes_change_nothing(
    payoffs: Floats, random: Any
) -> None:
    rows = list(range(payoffs.shape[1]))
    random.shuffle(rows)
    turned = solve(payoffs[:, rows])
    back = {(tuple(x[rows.index(n)] for n in range(len(x))), y) for x, y in extreme(turned)}
    assert back == extreme(solve(payoffs))
    worse = np.concatenate([payoffs, payoffs.min(axis=1, keepdims=True) - 1], axis=1)
    more = solve(worse)
    assert {(x[:-1], y) for x, y in extreme(more) if x[-1] == 0} == extreme(solve(payoffs))
    assert all(x[-1] == 0 for x, _ in extreme(more))
    assert (0, len(rows)) in {(one.player, one.move) for one in more.struck}


def test_a_game_without_stakes_is_one_set() -> None:
    (every,) = solve(np.zeros((2, 3, 4))).sets
    assert (len(every.first), len(every.second)) == (3, 4)
    assert not every.single


def test_a_move_that_only_a_mixture_beats_is_named() -> None:
    mine = np.array([[3, 0], [0, 3], [1, 1]], dtype=float)
    theirs = np.array([[0, 1], [1, 0], [0, 0]], dtype=float)
    found = solve(np.array([mine, theirs]))
    assert found.struck == ()
    assert found.never_best == ((2,), ())


def test_ten_by_ten_random_games_are_solved_whole_within_the_limit() -> None:
    generator = np.random.default_rng(20)
    for payoffs in (
        generator.normal(size=(2, 10, 10)),
        generator.integers(0, 4, size=(2, 10, 10)).astype(float),
    ):
        found = solve(payoffs)
        assert found.complete
        assert len(found.sets) > 1


def test_beyond_the_limit_the_pure_ones_are_found_and_it_is_said() -> None:
    payoffs = np.random.default_rng(21).integers(0, 3, size=(2, 12, 12)).astype(float)
    whole, short = solve(payoffs), solve(payoffs, most_work=1000)
    assert not short.complete
    assert all(one.pure for one in short.sets)
    pure = {pair for pair in extreme(whole) if max(pair[0]) == max(pair[1]) == 1}
    assert extreme(short) == pure != set()


def test_corners_of_a_cube_and_of_a_pyramid_that_many_faces_meet_in() -> None:
    cube = corners([[2, 1], [1, 2]], Work(10**9))
    found = {tuple(Fraction(a, one.below) for a in one.above) for one in cube}
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert found == {(0, 0), (half, 0), (0, half), (third, third)}
    # Four faces through one corner: no corner is found twice, and each knows all its faces.
    steep = corners([[1, 1, 1], [2, 1, 1], [1, 2, 1]], Work(10**9))
    top = [one for one in steep if one.above[2] and not any(one.above[:2])]
    assert [bin(one.binding).count("1") for one in top] == [5]


def by_force(rows: list[list[int]]) -> set[tuple[Fraction, ...]]:
    """Corners by trying every set of faces that may meet in one."""
    size = len(rows[0])
    faces = [([int(i == n) for i in range(size)], 0) for n in range(size)]
    faces += [(row, 1) for row in rows]
    found = set()
    for chosen in combinations(faces, size):
        point = solved([[Fraction(a) for a in row] + [Fraction(b)] for row, b in chosen])
        if point and min(point) >= 0:
            sums = (sum(a * x for a, x in zip(row, point, strict=True)) for row in rows)
            if max(sums) <= 1:
                found.add(point)
    return found


def solved(rows: list[list[Fraction]]) -> tuple[Fraction, ...] | None:
    """The one solution of linear equations, by elimination; nothing where there is not one."""
    size = len(rows)
    for n in range(size):
        pivot = next((k for k in range(n, size) if rows[k][n]), None)
        if pivot is None:
            return None
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [value / rows[n][n] for value in rows[n]]
        for k in range(size):
            if k != n:
                share = rows[k][n]
                rows[k] = [a - share * b for a, b in zip(rows[k], rows[n], strict=True)]
    return tuple(row[-1] for row in rows)


@pytest.mark.parametrize("seed", [*range(4), 25, 28, 44])
def test_corners_are_those_that_brute_force_finds(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = generator.integers(1, 4, size=(6, 4)).tolist()
    found = [tuple(Fraction(a, one.below) for a in one.above) for one in corners(rows, Work(10**9))]
    assert len(found) == len(set(found))
    assert set(found) == by_force(rows)
