"""The bargaining solution against Nash's own example, and against a search of the whole line."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.theories.compromise import compromise
from sim.theories.nash_bargaining import best_agreement, on_a_line
from tests.theories.test_expected_utility import drawn, mirrored

BILL = {"book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1)}
JACK = {"pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2)}
"""What each good is worth to Bill and to Jack: Nash (1950), as reprinted."""


def test_bill_and_jack_trade_as_nash_says() -> None:
    goods = BILL | JACK
    trades = list(product([0, 1], repeat=len(goods)))
    signs = np.array([-1] * len(BILL) + [1] * len(JACK))
    to_bill, to_jack = np.array(list(goods.values())).T
    gains = np.array([[given * signs @ to_bill, given * -signs @ to_jack]
                      for given in np.array(trades)], float)  # fmt: skip
    best = best_agreement(gains, np.zeros(2))
    traded = {name for name, given in zip(goods, trades[best], strict=True) if given}
    assert traded == {"book", "whip", "ball", "bat", "pen", "toy", "knife"}
    assert gains[best].tolist() == [12, 5]


def test_without_an_agreement_that_is_good_for_all_there_is_none() -> None:
    assert best_agreement(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2)) == -1
    assert best_agreement(np.array([[1.0, -1.0], [0.0, 1.0]]), np.zeros(2)) == 1


def test_a_heavier_actor_gets_more() -> None:
    shares = np.linspace(0, 1, 101)
    cake = np.stack([shares, 1 - shares], axis=1)
    assert cake[best_agreement(cake, np.zeros(2))][0] == 0.5
    assert cake[best_agreement(cake, np.zeros(2), np.array([3.0, 1.0]))][0] == 0.75


@pytest.mark.parametrize("cost", [1.0, 1.7])
def test_on_a_line_no_other_place_has_a_larger_product(cost: float) -> None:
    actors = drawn(31, 6)
    found = on_a_line(actors, cost)
    line = np.linspace(0, 1, 2001)[1:-1]
    gain = cost - (line[:, None, None] - actors.position) ** 2
    value = (actors.weight * np.log(gain)).sum(axis=1)
    best = line[value.argmax(axis=0)]
    assert np.abs(found - best).max() <= 0.0005


def test_where_no_agreement_is_dear_it_is_the_compromise() -> None:
    # Achen (2006).
    actors = drawn(32, 6)
    apart = [np.abs(on_a_line(actors, cost) - compromise(actors)).max() for cost in (1, 10, 1e6)]
    assert apart[0] > 0.005
    assert apart[0] > 5 * apart[1]
    assert apart[2] < 1e-6


def test_it_is_the_same_from_either_end_of_the_scale() -> None:
    actors = drawn(33, 6)
    assert np.allclose(on_a_line(mirrored(actors)), 1 - on_a_line(actors))


def test_a_cost_below_the_end_of_the_scale_is_refused() -> None:
    with pytest.raises(ScenarioError, match="raise it to 1 or more"):
        on_a_line(drawn(34), 0.5)
