"""The drivers meet SALib's reference, and keep chance apart from the inputs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import Floats, Ints
from sim.studies.sensitivity.indices import STEP, blocks, screen, sobol

NAMES = ("a", "b", "c")
EACH = {"each": NAMES}


def ishigami(rows: Floats, streams: Ints) -> Floats:
    """The function of Ishigami and Homma (1990), whose indices are known."""
    x = np.pi * (2 * rows - 1)
    found = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return found[:, None]


def noise(streams: Ints) -> Floats:
    """A value for each stream of draws, as a run's luck gives it."""
    return np.array([np.random.default_rng([7, int(one)]).normal() for one in streams])


def test_ishigami_has_its_analytical_indices() -> None:
    found, base = sobol(NAMES, EACH, ishigami, 1024, seed=1)
    each = found["each"]
    assert each.factors == NAMES
    assert each.sizes == (256, 512, 1024)
    np.testing.assert_allclose(each.first[-1, 0], [0.3139, 0.4424, 0.0], atol=0.03)
    np.testing.assert_allclose(each.total[-1, 0], [0.5576, 0.4424, 0.2437], atol=0.03)
    for values, halves, truth in (
        (each.first, each.first_half, [0.3139, 0.4424, 0.0]),
        (each.total, each.total_half, [0.5576, 0.4424, 0.2437]),
    ):
        assert (np.abs(values[-1, 0] - truth) <= halves[-1, 0] + 1e-3).all()
    assert base.first.shape == base.second.shape == (1024, 1)


def test_intervals_shrink_with_the_samples() -> None:
    each = sobol(NAMES, EACH, ishigami, 1024, seed=1)[0]["each"]
    assert (each.total_half[0] > 1.4 * each.total_half[-1]).all()


def test_a_group_has_the_share_of_its_members_together() -> None:
    groupings = {"two": ("x", "y", "x")}
    two = sobol(NAMES, groupings, ishigami, 1024, seed=1)[0]["two"]
    assert two.factors == ("x", "y")
    # a and c together, their interaction included: the rest after b.
    np.testing.assert_allclose(two.first[-1, 0], [0.5576, 0.4424], atol=0.03)


@settings(max_examples=6)
@given(st.permutations(range(3)), st.integers(0, 2**63 - 1))
def test_permuting_inputs_permutes_indices(order: list[int], seed: int) -> None:
    weights = np.array([1.0, 2.0, 4.0])

    def linear(rows: Floats, streams: Ints) -> Floats:
        return (rows @ weights[order])[:, None]

    each = sobol(NAMES, EACH, linear, 512, seed)[0]["each"]
    truth = weights[order] ** 2 / (weights**2).sum()
    np.testing.assert_allclose(each.total[-1, 0], truth, atol=0.04)
    np.testing.assert_allclose(each.first[-1, 0], truth, atol=0.06)


def test_where_no_input_matters_all_is_chance() -> None:
    def luck(rows: Floats, streams: Ints) -> Floats:
        return noise(streams)[:, None]

    each = sobol(NAMES, EACH, luck, 256, seed=3, chance="chance")[0]["each"]
    assert each.factors == (*NAMES, "chance")
    assert (each.total[-1, 0, :3] == 0).all()
    assert each.total[-1, 0, 3] == pytest.approx(1, abs=0.15)


def test_an_input_that_adds_to_chance_has_the_same_share_in_all_and_by_itself() -> None:
    def both(rows: Floats, streams: Ints) -> Floats:
        # Uniform on a width of root 12 has variance 1: half of the whole.
        return (np.sqrt(12) * rows[:, 0] + noise(streams))[:, None]

    each = sobol(NAMES, EACH, both, 512, seed=3, chance="chance")[0]["each"]
    np.testing.assert_allclose(each.total[-1, 0], [0.5, 0, 0, 0.5], atol=0.1)
    np.testing.assert_allclose(each.first[-1, 0], [0.5, 0, 0, 0.5], atol=0.15)


def test_streams_stay_with_the_matrix_that_a_row_takes_them_from() -> None:
    calls: list[tuple[Floats, Ints]] = []

    def noted(rows: Floats, streams: Ints) -> Floats:
        calls.append((rows, streams))
        return rows[:, :1]

    sobol(NAMES, EACH, noted, 8, seed=0, chance="chance")
    (first, own), *crossed, (luck, other), (second, late) = calls
    assert own.tolist() == list(range(8))
    for place, (rows, streams) in enumerate(crossed):
        assert streams.tolist() == own.tolist()
        np.testing.assert_array_equal(np.delete(rows, place, 1), np.delete(first, place, 1))
        np.testing.assert_array_equal(rows[:, place], second[:, place])
    assert other.tolist() == late.tolist() == list(range(8, 16))
    np.testing.assert_array_equal(luck, first)


def test_groupings_share_their_blocks() -> None:
    groupings = {"each": NAMES, "pairs": ("x", "x", "c"), "again": ("p", "q", "r")}
    calls = 0

    def counted(rows: Floats, streams: Ints) -> Floats:
        nonlocal calls
        calls += 1
        return rows[:, :1]

    sobol(NAMES, groupings, counted, 4, seed=0, chance="chance")
    # A, B and chance; a, b, c; and a with b.
    assert calls == 7 == blocks(groupings, chance=True)
    assert blocks({"one": ("x", "x", "y")}, chance=False) == 4


def test_rows_without_outputs_get_the_mean_and_are_counted() -> None:
    def broken(rows: Floats, streams: Ints) -> Floats:
        found = 1000 + ishigami(rows, streams)
        found[rows[:, 0] > 0.995] = np.nan
        return found

    found, base = sobol(NAMES, EACH, broken, 512, seed=1)
    assert 0 < base.missing < 30
    np.testing.assert_allclose(found["each"].total[-1, 0], [0.5576, 0.4424, 0.2437], atol=0.08)


def test_an_output_that_does_not_vary_has_no_indices() -> None:
    def flat(rows: Floats, streams: Ints) -> Floats:
        return np.stack([rows[:, 0], np.full(len(rows), 0.1)], axis=1)

    each = sobol(NAMES, EACH, flat, 16, seed=0)[0]["each"]
    assert np.isnan(each.total[:, 1]).all()
    assert each.total[-1, 0, 0] > 0.5


@pytest.mark.parametrize("samples", [0, 2, 12, 100])
def test_samples_are_a_power_of_two(samples: int) -> None:
    with pytest.raises(ValueError, match="power of 2"):
        sobol(NAMES, EACH, ishigami, samples, seed=0)


def test_effects_of_a_linear_function_are_its_weights() -> None:
    def linear(rows: Floats, streams: Ints) -> Floats:
        return (rows @ np.array([3.0, -1.0, 0.0]))[:, None]

    found = screen(NAMES, linear, trajectories=6, seed=2)
    # Half of a distribution that runs from 0 to 1.
    np.testing.assert_allclose(found.mean[0], [1.5, -0.5, 0], atol=1e-9)
    np.testing.assert_allclose(found.size[0], [1.5, 0.5, 0], atol=1e-9)
    np.testing.assert_allclose(found.spread[0], 0, atol=1e-9)
    assert pytest.approx(2 / 3) == STEP


def test_each_trajectory_keeps_its_luck() -> None:
    def lucky(rows: Floats, streams: Ints) -> Floats:
        assert streams.tolist() == list(range(5))
        assert ((rows > 0) & (rows < 1)).all()
        return (100 * noise(streams) + rows[:, 0])[:, None]

    found = screen(NAMES, lucky, trajectories=5, seed=2)
    np.testing.assert_allclose(found.size[0], [0.5, 0, 0], atol=1e-6)
