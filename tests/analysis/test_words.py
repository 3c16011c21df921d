"""Numbers and dates read the same wherever they are shown."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.words import count, listing, month, number, percent, sentence, year_month


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
