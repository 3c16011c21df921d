"""Levels, bands and changes along a parameter, from made-up results of which all is known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from sim.scenario.loading import build
from sim.statistics.summary import wilson
from sim.studies.sweep.result import complete, courses, grids, samples
from tests.fixtures.scenarios import DUEL

WATCHING = {
    **DUEL,
    "watch": {"acute": {"name": "an acute dispute", "when": {"tension of north and south":
                                                            {"at_least": 0.9}}}},
}  # fmt: skip
SCENARIO = build(WATCHING)
PATH, OTHER = "actors.south.power", "actors.north.power"


def data(
    ended: np.ndarray, watched: np.ndarray, failed: np.ndarray | None = None, *paths: str
) -> xr.Dataset:
    """Results of a sweep with one outcome (an issue) and one event, ``(values..., runs)``."""
    dims = paths or (PATH,)
    none = np.full(ended.shape, -1)
    return xr.Dataset(
        {
            "ended": ((*dims, "run", "outcome"), ended[..., None]),
            "watched": ((*dims, "run", "watch"), np.where(watched, 3, -1)[..., None]),
            "failed_round": ((*dims, "run"), none if failed is None else failed),
        },
        coords={
            **{path: np.arange(size) + 1.0 for path, size in zip(dims, ended.shape, strict=False)},
            "run": np.arange(ended.shape[-1]),
            "outcome": ["border"],
            "outcome_name": ("outcome", ["The border"]),
            "watch": ["acute"],
            "watch_name": ("watch", ["an acute dispute"]),
        },
        attrs={"seed": 1},
    )


LUCK = np.random.default_rng(0).normal(0, 5, 200)


def test_a_course_is_its_medians_bands_and_chances() -> None:
    ended = np.stack([20 + LUCK, 45 + LUCK, 65 + LUCK])
    watched = np.stack([LUCK > 8, LUCK > 0, LUCK > -8])
    border, acute = courses(data(ended, watched), SCENARIO, PATH)
    np.testing.assert_allclose(border.level, np.median(ended, axis=1))
    np.testing.assert_allclose(border.outer, np.quantile(ended, [0.05, 0.95], axis=1))
    assert border.inner is not None
    np.testing.assert_allclose(border.inner, np.quantile(ended, [0.25, 0.75], axis=1))
    np.testing.assert_allclose(acute.level, watched.mean(axis=1))
    np.testing.assert_allclose(acute.outer, np.stack(wilson(watched.sum(axis=1), 200)))
    assert acute.inner is None
    (flip,) = border.thresholds
    middle = np.median(LUCK)
    assert flip.value == pytest.approx(2 + (50 - 45 - middle) / 20)
    assert (flip.low, flip.high, flip.rising, flip.mark) == (2.0, 3.0, True, 50.0)


def test_a_change_is_paired_and_measured_in_standard_deviations() -> None:
    ended = np.stack([20 + LUCK, 25 + LUCK])
    border, _ = courses(data(ended, ended > 30), SCENARIO, PATH)
    assert border.change.difference == pytest.approx(5)
    # Run by run the difference is the same: nothing about it is uncertain.
    assert border.change.low == pytest.approx(5)
    assert border.change.high == pytest.approx(5)
    assert border.change.effect == pytest.approx(5 / LUCK.std())
    assert border.change.clear


def test_what_does_not_move_has_no_change_and_no_turn() -> None:
    ended = np.stack([20 + LUCK] * 3)
    border, acute = courses(data(ended, ended > 20), SCENARIO, PATH)
    for one in (border, acute):
        assert one.change.difference == one.change.effect == 0
        assert not one.change.clear
        assert one.turn is None


def test_a_change_that_is_the_same_in_runs_that_do_not_differ_is_beyond_measure() -> None:
    ended = np.stack([np.full(10, 20.0), np.full(10, 21.0)])
    border, _ = courses(data(ended, ended > 0), SCENARIO, PATH)
    assert border.change.effect == np.inf


def test_no_probability_moves_by_more_than_all_of_it() -> None:
    ended = np.stack([20 + LUCK, 60 + LUCK])
    _, acute = courses(data(ended, np.stack([LUCK > 90, LUCK < 90])), SCENARIO, PATH)
    assert acute.change.difference == acute.change.high == 1.0
    assert acute.change.low < 1.0


def test_a_turn_between_the_ends_is_told_only_where_it_is_visible() -> None:
    humped = np.stack([20 + LUCK, 30 + LUCK[::-1], 21 + LUCK])
    border, _ = courses(data(humped, humped > 90), SCENARIO, PATH)
    assert border.turn == 2.0
    trembling = np.stack([20 + LUCK, 20.3 + LUCK[::-1], 20 + LUCK])
    border, _ = courses(data(trembling, trembling > 90), SCENARIO, PATH)
    assert border.turn is None
    rising = np.stack([20 + LUCK, 30 + LUCK, 40 + LUCK])
    border, _ = courses(data(rising, rising > 90), SCENARIO, PATH)
    assert border.turn is None


def test_a_run_that_failed_at_one_value_is_left_out_at_all() -> None:
    ended = np.stack([20 + LUCK, 25 + LUCK])
    ended[1, 7] = np.nan
    failed = np.full(ended.shape, -1)
    failed[1, 7] = 4
    kept = complete(data(ended, ended > 20, failed))
    assert kept.sizes["run"] == 199
    assert 7 not in kept["run"]
    border, _ = courses(kept, SCENARIO, PATH)
    np.testing.assert_allclose(border.level[0], np.median(np.delete(20 + LUCK, 7)))
    assert np.isfinite(border.level).all()
    whole = data(ended[:, :7], ended[:, :7] > 20)
    assert complete(whole) is whole


def test_a_grid_has_thresholds_along_both_parameters() -> None:
    shift = np.array([[20.0, 30.0, 60.0], [40.0, 70.0, 80.0]])
    ended = shift[:, :, None] + LUCK * 0
    border, _ = grids(data(ended, ended > 50, None, PATH, OTHER), SCENARIO, (PATH, OTHER))
    np.testing.assert_allclose(border.level, shift)
    assert [(flip.value, flip.parameter, flip.at) for flip in border.thresholds] == [
        (1.5, PATH, ((OTHER, 2.0),)),
        (pytest.approx(2 + 2 / 3), OTHER, ((PATH, 1.0),)),
        (pytest.approx(1 + 1 / 3), OTHER, ((PATH, 2.0),)),
    ]
    one, two = border.changes
    assert one.difference == pytest.approx((20 + 40 + 20) / 3)
    assert two.difference == pytest.approx((40 + 40) / 2)


def test_a_line_through_a_grid_is_the_course_of_one_parameter() -> None:
    rng = np.random.default_rng(3)
    ended = rng.uniform(0, 100, (4, 3, 50))
    both = data(ended, ended > 40, None, PATH, OTHER)
    over = grids(both, SCENARIO, (PATH, OTHER))
    line = courses(both.sel({OTHER: 2.0}), SCENARIO, PATH)
    for grid, course in zip(over, line, strict=True):
        np.testing.assert_array_equal(grid.level[:, 1], course.level)
        along = [one.value for one in grid.thresholds if one.at == ((OTHER, 2.0),)]
        assert along == [one.value for one in course.thresholds]


def test_samples_keep_the_order_of_the_data() -> None:
    ended = np.stack([20 + LUCK, 25 + LUCK])
    assert [item.id for item, _ in samples(data(ended, ended > 20), SCENARIO)] == [
        "border", "acute",
    ]  # fmt: skip
