"""Numbers and dates read the same wherever they are shown."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.text import (
    SAME,
    count,
    enough,
    exact,
    interval_digits,
    listing,
    month,
    number,
    outward,
    percent,
    percents,
    sentence,
    signed,
    span_digits,
    titled,
    year_month,
)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.123, 2, "0.12"),
        (-0.5, 1, "−0.5"),
        (-0.004, 2, "0.00"),
        (1234.0, 0, "1,234"),
        (float("nan"), 2, "–"),
    ],
)
def test_a_number_has_a_real_minus_and_no_negative_zero(
    value: float, digits: int, shown: str
) -> None:
    assert number(value, digits) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.5, "50 %"),
        (0.034, "3.4 %"),
        (0.0996, "10 %"),
        (0.9949, "99.5 %"),
        (0.0004, "under 0.1 %"),
        (0.9996, "over 99.9 %"),
        (float("nan"), "–"),
    ],
)
def test_a_share_never_rounds_to_certainty(share: float, shown: str) -> None:
    assert percent(share).replace("\u00a0", " ") == shown


def test_dates_are_written_in_words_and_in_short() -> None:
    date = np.datetime64("2018-01-15", "ns")
    assert month(date) == "January 2018"
    assert year_month(date) == "2018-01"


def test_lists_and_counts_read_as_prose() -> None:
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert count(1, "run").split() == ["1", "run"]
    assert count(2000, "run").split() == ["2,000", "runs"]
    assert sentence("the USA") == "The USA"


VALUES = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8)


def read(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def apart(values: list[float]) -> bool:
    """Whether no two differ by less than floating-point noise."""
    size = max(map(abs, values))
    return size > 1e-6 and all(b - a > 2 * SAME * size for a, b in pairwise(sorted(set(values))))


@given(VALUES, st.integers(0, 3))
def test_values_that_differ_are_written_differently(values: list[float], least: int) -> None:
    values = sorted(set(values))
    assume(apart(values))
    digits = enough(values, least)
    texts = [number(value, digits) for value in values]
    assert digits >= least
    assert len(set(texts)) == len(values)
    for value, text in zip(values, texts, strict=True):
        assert abs(read(text) - value) <= 0.5 * 10.0**-digits + 1e-9 * abs(value)


@given(VALUES, st.integers(0, 3))
def test_no_more_decimals_are_written_than_tell_values_apart(
    values: list[float], least: int
) -> None:
    values = sorted(set(values))
    assume(apart(values))
    digits = enough(values, least)
    if digits > least:
        assert len({number(value, digits - 1) for value in values}) < len(values)


def test_values_as_near_as_is_asked_may_read_alike() -> None:
    assert enough([0.1001, 0.1004], 2, 0.005) == 2
    assert enough([0.1001, 0.1004], 2) == 4
    assert enough([0.104, 0.096], 2, 0.005) == 3
    assert enough([0.1, 0.1 + 1e-12], 1) == 1
    assert enough([], 1) == enough([math.nan, math.inf], 1) == 1


@given(st.floats(-10, 10), st.floats(1e-3, 10), st.integers(0, 3))
def test_an_interval_shows_on_which_side_of_zero_it_lies(
    middle: float, half: float, least: int
) -> None:
    low, high = middle - half, middle + half
    size = max(abs(low), abs(high))
    assume(min(abs(low), abs(high)) > 2 * SAME * size)
    digits = span_digits(middle, (low, high), least)
    first, last = (signed(end, digits) for end in (low, high))
    assert first != last
    assert first.startswith("+" if low > 0 else "−")
    assert last.startswith("+" if high > 0 else "−")


@given(st.floats(-10, 10), st.floats(1e-3, 10), st.integers(0, 3))
def test_an_interval_with_few_decimals_shows_its_sides_and_is_no_narrower(
    middle: float, half: float, least: int
) -> None:
    low, high = middle - half, middle + half
    assume(min(abs(low), abs(high)) > 1e-5)
    digits = interval_digits(middle, [(low, high)], least)
    first, last = outward(low, high, digits)
    assert first <= low + 1e-5
    assert last >= high - 1e-5
    assert signed(first, digits).startswith("+" if low > 0 else "−")
    assert signed(last, digits).startswith("+" if high > 0 else "−")
    if low < 0 < high:
        assert digits == least


def test_counts_of_acts_have_no_more_decimals_than_they_need() -> None:
    digits = interval_digits(-0.0248, [(-0.05, 0.0004)], 2)
    assert [signed(end, digits) for end in outward(-0.05, 0.0004, digits)] == ["−0.05", "+0.01"]
    assert interval_digits(0.0248, [(0.0004, 0.05)], 2) == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_shares_side_by_side_are_told_apart(shares: list[float]) -> None:
    shares = sorted(set(shares))
    assume(all(b - a > 1e-5 for a, b in pairwise(shares)))
    assert len(set(percents(shares))) == len(shares)


def test_shares_are_written_as_ever_where_that_tells_them_apart() -> None:
    assert percents([0.12, 0.1, 0.14]) == tuple(map(percent, [0.12, 0.1, 0.14]))
    shown = [text.replace("\u00a0", " ") for text in percents([3e-6, 1e-6, 9e-6])]
    assert shown == ["0.0003 %", "0.0001 %", "0.0009 %"]


def test_numbers_that_a_few_decimals_write_exactly_are_written_so() -> None:
    assert exact([12.5], 0) == 1
    assert exact([0.405], 2) == 3
    assert exact([1 / 3], 2) == 2
    assert exact([10.0, 20.0], 0) == 0


def test_a_title_that_asks_is_followed_by_a_sentence() -> None:
    assert titled("The valley", "run 3") == "The valley: run 3"
    assert titled("Does it know?", "run 3") == "Does it know? Run 3"
