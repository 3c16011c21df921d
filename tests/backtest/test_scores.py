"""Bands and skill are their formulas, and intervals what a bootstrap by pair and year gives."""

from __future__ import annotations

import numpy as np
import pytest

from sim.backtest.history import Series
from sim.backtest.scores import Scored, of, score, skill


def test_bands_and_what_lies_inside() -> None:
    members = np.linspace(0, 1, 201)
    one = score(Series("ties", ("DEU", "FRA")), 2005, 1, 0.2, members)
    assert one.bands[0.5] == pytest.approx((0.25, 0.75))
    assert one.bands[0.9] == pytest.approx((0.05, 0.95))
    assert (one.inside(0.5), one.inside(0.9)) == (False, True)


def _scored(crps: dict[tuple[str, str, int], float]) -> list[Scored]:
    return of(
        [Scored(Series("ties", (a, b)), year, 1, 0.0, x, {}) for (a, b, year), x in crps.items()],
        "ties",
        range(3000),
    )


def test_skill_by_hand() -> None:
    own = {("A", "B", 2003): 1.0, ("A", "B", 2004): 3.0, ("C", "D", 2003): 1.0}
    other = {("A", "B", 2003): 2.0, ("A", "B", 2004): 6.0, ("C", "D", 2003): 1.0}
    found = skill(_scored(own), _scored(other), 1)
    assert found.mean == pytest.approx((0.5 + 0.0) / 2)
    assert found.pooled == pytest.approx(1 - 5 / 9)
    assert (found.low, found.high) == pytest.approx((0.0, 0.5))  # the one pair alone, or the other


def test_a_forecaster_has_no_skill_over_itself() -> None:
    rng = np.random.default_rng(3)
    crps = {(a, "Z", year): rng.random() for a in "ABCDEF" for year in range(2003, 2013)}
    same = skill(_scored(crps), _scored(crps), 1)
    assert (same.mean, same.low, same.high) == (0, 0, 0)
    half = skill(_scored({k: v / 2 for k, v in crps.items()}), _scored(crps), 1)
    assert (half.mean, half.low, half.high, half.pooled) == pytest.approx((0.5,) * 4)


def test_intervals_hold_both_directions_of_a_pair_together() -> None:
    """Twice the same direction says nothing more than once."""
    rng = np.random.default_rng(4)
    one: list[dict[tuple[str, str, int], float]] = [{}, {}]
    both: list[dict[tuple[str, str, int], float]] = [{}, {}]
    for place in (0, 1):
        for a in "ABCDEF":
            for year in range(2003, 2011):
                value = rng.random() + place
                one[place][a, "Z", year] = value
                both[place][a, "Z", year] = both[place]["Z", a, year] = value
    single, double = (skill(_scored(x), _scored(y), 5) for x, y in (one, both))
    assert list(vars(double).values()) == pytest.approx(list(vars(single).values()))


def test_an_interval_covers_about_as_often_as_it_says() -> None:
    """Of pairs and years that have luck of their own, more so than if forecasts were apart."""
    rng = np.random.default_rng(6)
    inside = 0
    for _ in range(60):
        by_pair, by_year = rng.normal(0, 0.2, 8), rng.normal(0, 0.2, 10)
        own = {
            (chr(65 + p), "Z", 2000 + y): 1 + by_pair[p] + by_year[y] + rng.normal(0, 0.1)
            for p in range(8)
            for y in range(10)
        }
        found = skill(_scored(own), _scored(dict.fromkeys(own, 1.0)), 7)
        inside += found.low <= 0 <= found.high
    assert 45 <= inside <= 60
