"""Boxes find what is there, find nothing in noise, and are judged on runs they have not seen."""

from __future__ import annotations

import numpy as np
import pytest

from sim.arrays import Floats
from sim.studies.discovery.result import LEVEL, find_boxes, inside

NAMES = tuple("abcdefgh")


def draws(runs: int = 2000, seed: int = 5) -> Floats:
    return np.random.default_rng(seed).uniform(size=(runs, len(NAMES)))


def test_a_threshold_is_found_on_its_number() -> None:
    values = draws()
    found = find_boxes(NAMES, values, values[:, 2] > 0.7)
    assert len(found.boxes) == 1
    (limit,) = found.boxes[0].limits
    assert limit.path == "c"
    assert limit.low == pytest.approx(0.7, abs=0.02)
    assert limit.high == np.inf
    assert limit.chance < 1e-6
    held = found.boxes[0].held
    assert held.coverage > 0.98
    assert held.density > 0.95
    assert held.mass == pytest.approx(0.3, abs=0.05)


def test_two_limits_in_the_midst_of_much_noise() -> None:
    values = draws(4000)
    luck = np.random.default_rng(6).uniform(size=4000)
    inner = (values[:, 0] < 0.5) & (values[:, 4] > 0.6)
    found = find_boxes(NAMES, values, luck < np.where(inner, 0.6, 0.05))
    box = found.boxes[0]
    assert {limit.path for limit in box.limits} == {"a", "e"}
    by_path = {limit.path: limit for limit in box.limits}
    assert by_path["a"].high == pytest.approx(0.5, abs=0.08)
    assert by_path["e"].low == pytest.approx(0.6, abs=0.08)
    assert box.held.density == pytest.approx(0.6, abs=0.08)
    assert box.held.low < box.held.density < box.held.high


def test_both_ends_of_a_range_can_be_limits() -> None:
    values = draws()
    found = find_boxes(NAMES, values, np.abs(values[:, 1] - 0.5) < 0.15)
    (limit,) = found.boxes[0].limits
    assert (limit.low, limit.high) == pytest.approx((0.35, 0.65), abs=0.03)


def test_two_separate_causes_are_two_boxes() -> None:
    values = draws(4000)
    found = find_boxes(NAMES, values, (values[:, 0] > 0.85) | (values[:, 3] < 0.15))
    assert len(found.boxes) == 2
    assert {box.limits[0].path for box in found.boxes} == {"a", "d"}


def test_pure_noise_has_no_box() -> None:
    found = 0
    for seed in range(6):
        cases = np.random.default_rng([1, seed]).uniform(size=800) < 0.2
        sought = find_boxes(NAMES, draws(800, seed), cases)
        found += bool(sought.boxes)
        # Even what did not hold up asks for nothing that chance would explain.
        tried = sought.refused.limits if sought.refused else ()
        assert all(limit.chance <= LEVEL for limit in tried)
    # A box may hold up by luck, once in forty times.
    assert found <= 1


def test_a_box_is_judged_on_runs_that_it_was_not_made_from() -> None:
    values, half = draws(), np.arange(2000) % 2
    # The threshold holds on every second run only: on those that boxes are made from.
    cases = np.where(half == 0, values[:, 2] > 0.7, values[:, 2] <= 0.7)
    found = find_boxes(NAMES, values, cases)
    assert found.boxes == ()
    assert found.refused is not None
    assert found.refused.made.density > 0.95
    assert found.refused.held.density < 0.05
    assert found.share == pytest.approx(0.7, abs=0.05)


def test_numbers_that_do_not_vary_are_passed_over() -> None:
    values = draws()
    values[:, 0] = 3.0
    found = find_boxes(NAMES, values, values[:, 2] > 0.7)
    assert [limit.path for limit in found.boxes[0].limits] == ["c"]
    assert find_boxes(NAMES, np.ones((10, 8)), np.arange(10) < 5).boxes == ()


def test_the_way_leads_from_all_runs_to_the_box() -> None:
    values = draws()
    found = find_boxes(NAMES, values, values[:, 2] > 0.7)
    assert found.steps[0].made.coverage == found.steps[0].made.mass == 1
    assert sum(step.chosen for step in found.steps) == 1
    best = max(found.steps[1:], key=lambda step: step.made.score)
    assert best.made == next(step.made for step in found.steps if step.chosen)
    assert (found.cases, found.runs) == (int((values[:, 2] > 0.7).sum()), 2000)


def test_the_same_runs_give_the_same_boxes() -> None:
    values = draws(600)
    cases = values[:, 2] + values[:, 3] > 1.4
    assert find_boxes(NAMES, values, cases).boxes == find_boxes(NAMES, values, cases).boxes


def test_limits_include_their_ends() -> None:
    values = draws(50)
    box = find_boxes(NAMES, draws(), draws()[:, 2] > 0.7).boxes[0]
    low = box.limits[0].low
    values[0, 2] = low
    values[1, 2] = np.nextafter(low, 0)
    assert inside(NAMES, values, box.limits)[:2].tolist() == [True, False]
