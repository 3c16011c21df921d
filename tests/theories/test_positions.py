"""Actors on an issue: what is refused, and with which words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.theories.compromise import compromise
from sim.theories.positions import Positions

GOOD: dict[str, Any] = {
    "names": ("north", "south"), "position": [0.0, 1.0], "salience": [0.5, 1.0],
    "power": [2.0, 1.0],
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"names": ("north",)}, "there are 1 actors"),
        ({"names": ("north", "north")}, "'north' is there twice"),
        ({"position": [0.0]}, r"these have the shape \(1,\)"),
        ({"position": [0.0, np.inf]}, "position.south: inf is not allowed"),
        ({"salience": [0.5, 1.2]}, "salience.south: 1.2 is not allowed"),
        ({"salience": ["much", 1]}, "these are not all numbers"),
        ({"power": [-1.0, 1]}, "power.north: -1 is not allowed"),
        ({"power": np.ones((2, 3)), "salience": np.ones((2, 4))}, "shapes do not match"),
        ({"low": 0.5}, "a position is beyond the scale"),
    ],
)
def test_wrong_numbers_are_refused_with_their_place(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        Positions(**GOOD | wrong)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(ScenarioError) as raised:
        Positions(**GOOD | {"salience": [2.0, 1.0], "power": [np.nan, 1.0]})
    assert [fault.place.path for fault in raised.value.faults] == ["power.north", "salience.north"]


def test_somebody_must_have_weight_in_every_run() -> None:
    with pytest.raises(ScenarioError, match="power times salience is 0"):
        compromise(Positions(**GOOD | {"salience": np.array([[0.0, 1], [0, 1]])}))


def test_distances_are_shares_of_the_scale_and_0_where_it_has_no_length() -> None:
    assert Positions(**GOOD | {"high": 4.0}).distance[0, 1] == 0.25
    assert (Positions(**GOOD | {"position": [3.0, 3.0]}).distance == 0).all()
