"""How often, in words: said and told back the same way."""

from __future__ import annotations

import pytest

from sim.lab.build.often import about, frequencies


def test_words_are_shares_of_the_rounds_of_a_year() -> None:
    """Whoever says once a year, with four rounds a year, means one round in four."""
    words = frequencies("quarter")
    assert words["once a year"] == 0.25
    assert words["twice a year"] == 0.5
    assert words["once in five years"] == 0.05
    assert words["each round"] == 0.95
    assert "four times a year" not in words
    assert frequencies("month")["four times a year"] == 0.33
    assert frequencies("year")["once in two years"] == 0.5


@pytest.mark.parametrize(
    ("chance", "unit", "told"),
    [
        (0.31, "quarter", "1.2 times a year (0.31)"),
        (0.05, "quarter", "once in 5 years (0.05)"),
        (0.9, "month", "11 times a year (0.9)"),
        (1.0, "year", "once a year (1)"),
    ],
)
def test_a_share_without_words_is_told_the_same_way(chance: float, unit: str, told: str) -> None:
    """Its share times the rounds of a year."""
    assert about(chance, unit) == told


@pytest.mark.parametrize("unit", ["month", "quarter", "half-year", "year"])
def test_no_two_words_mean_the_same(unit: str) -> None:
    """Rare ones come first."""
    shares = list(frequencies(unit).values())
    assert shares == sorted(set(shares))
