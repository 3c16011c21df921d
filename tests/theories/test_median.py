"""The weighted median is what no other position beats, found here by trying all of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.theories.compromise import compromise
from sim.theories.median import weighted_median
from sim.theories.positions import Positions
from tests.theories.published import emissions, needs_tables
from tests.theories.test_expected_utility import drawn, mirrored


@pytest.mark.parametrize("actors", [2, 3, 6, 9])
def test_no_position_beats_the_median(actors: int) -> None:
    many = drawn(actors, actors)
    found = weighted_median(many)
    for place in many.position:
        closer = np.abs(many.position - place) < np.abs(many.position - found)
        farther = np.abs(many.position - place) > np.abs(many.position - found)
        for_it = (many.weight * closer).sum(axis=0)
        assert (for_it <= (many.weight * farther).sum(axis=0) + 1e-12).all()


def test_of_an_even_split_it_is_the_middle_of_the_gap() -> None:
    even = Positions(("a", "b", "c"), [4.0, 0.0, 1.0], [1.0, 0.5, 0.5], [1.0, 1, 1])  # type: ignore[arg-type]
    assert weighted_median(even) == 2.5


def test_who_has_no_weight_does_not_count() -> None:
    one = Positions(("a", "b", "c"), [0.0, 1.0, 5.0], [0.0, 1.0, 0.0], [9.0, 1, 9])  # type: ignore[arg-type]
    assert weighted_median(one) == compromise(one) == 1


def test_it_is_the_same_from_either_end_of_the_scale() -> None:
    many = drawn(21, 7)
    assert np.allclose(weighted_median(mirrored(many)), 1 - weighted_median(many))
    assert np.allclose(compromise(mirrored(many)), 1 - compromise(many))


@needs_tables
def test_median_and_mean_of_the_emissions_case_are_those_printed() -> None:
    assert weighted_median(emissions()) == 7.0
    assert round(float(compromise(emissions())), 1) == 7.4
