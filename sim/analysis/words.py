"""Numbers, dates and lists as a reader sees them.

Figures, tables, stories and the command line share these words, so that one
number never appears in two shapes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

NBSP = "\u00a0"
MINUS = "\u2212"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
PERIODS = {"month": "monthly", "quarter": "quarterly", "half-year": "half-yearly", "year": "yearly"}


def number(value: float, digits: int) -> str:
    """Write a number with a real minus sign and ``digits`` decimals.

    A value that rounds to zero loses its sign; a missing one is a dash.
    """
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float, digits: int) -> str:
    """Write a difference with its sign; one that rounds to zero has none."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def percent(share: float) -> str:
    """Write a share of 1 in per cent, finer near the ends where it matters."""
    if not math.isfinite(share):
        return "–"
    hundredths = 100 * share
    if 0 < hundredths < 0.1:
        return f"under{NBSP}0.1{NBSP}%"
    if 99.9 < hundredths < 100:
        return f"over{NBSP}99.9{NBSP}%"
    digits = 1 if 0 < hundredths < 9.95 or 90 < hundredths < 100 else 0
    text = f"{hundredths:.{digits}f}"
    return f"{text.removesuffix('.0')}{NBSP}%"


def count(amount: int, one: str, many: str = "") -> str:
    """Write an amount with its noun: ``1 run``, ``2,000 runs``."""
    return f"{amount:,}{NBSP}{one if amount == 1 else many or one + 's'}"


def year_month(date: np.datetime64) -> str:
    """Write a date as ``2018-01``."""
    return str(date.astype("datetime64[M]"))


def month(date: np.datetime64) -> str:
    """Write a date as ``January 2018``."""
    year, nth = year_month(date).split("-")
    return f"{MONTHS[int(nth) - 1]} {int(year)}"


def listing(items: Sequence[str], joint: str = "and") -> str:
    """Join items as prose: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def sentence(text: str) -> str:
    """Raise the first letter and leave the rest."""
    return text[:1].upper() + text[1:]


def span(seconds: float) -> str:
    """Write a time taken: ``3.2 seconds``, ``4 minutes``."""
    if seconds < 90:
        return f"{number(seconds, 1)}{NBSP}seconds"
    return count(round(seconds / 60), "minute")
