"""A difference in words that need no statistics: which way, how much, how sure."""

from __future__ import annotations

import math
import re

from sim.studies.comparison.contrasts import Contrast
from sim.text import enough, month, number, signed

_PER_RUN = re.compile(r"[\d.,]+ (more|less) per run \(([\d.,]+ → [\d.,]+)\)")


def counted_per_run(told: str) -> str:
    """A sentence on how often something is done: both counts, without their rounded difference.

    ``0.02 more per run (0.04 → 0.07)`` becomes ``more often (0.04 → 0.07 per run)``.
    """
    return _PER_RUN.sub(lambda found: f"{found[1]} often ({found[2]} per run)", told)


def chart_of(one: Contrast) -> str:
    """By what name ``fans.js`` knows the chart of a measure."""
    return f"{'event' if one.event else 'outcome'}-{one.id}"


def difference(one: Contrast) -> str:
    """A difference with its interval, or that there is none to be seen.

    The interval allows for all other measures. Of an outcome it is one of averages, and says so.
    """
    if not one.difference and not one.clear:
        return "no difference"
    digits, scale = _digits(one), _scale(one)
    value, *ends = (signed(scale * end, digits) for end in (one.difference, *one.among_all))
    if one.in_points:  # with the digits of the table, as both shares beside it
        said = f"{one.gap(one.difference)} ({' to '.join(ends)})"
    else:
        said = f"on average {value} ({' to '.join(ends)})"
    return said if one.clear else f"{said}: may be chance"


def becomes(one: Contrast) -> str:
    """A clear difference as a sentence: ``“A treaty” becomes likelier by 48 to 54 points``."""
    rises, when = one.difference > 0, month(one.dates[-1])
    if one.event:
        how = "likelier" if rises else "less likely"
        said = f"“{one.name}” becomes {how}, by {_span(one)} points by {when}"
    elif one.in_points:
        how = "more" if rises else "fewer"
        said = f"“{one.name}” is in force in {how} of the runs in {when}, by {_span(one)} points"
    else:
        how = "higher" if rises else "lower"
        unit = one.measure.unit if one.measure else ""
        unit = f" on a scale of {unit}" if " to " in unit else f" ({unit})"
        said = f"“{one.name}” is {how} on average in {when}, by {_span(one)}{unit}"
    return f"{said}: {_both(one)}{'' if one.in_points else ' on average'}"


def _both(one: Contrast) -> str:
    before, after = (one.amount(float(values[-1])) for values in (one.reference, one.changed))
    return f"{after} instead of {before}"


def _span(one: Contrast) -> str:
    """The interval that allows for all others, as two amounts without a sign, the less first."""
    low, high = sorted(abs(_scale(one) * end) for end in one.among_all)
    digits = _digits(one)
    if number(low, digits) == number(high, digits):
        return f"about {number(low, digits)}"
    return f"{number(low, digits)} to {number(high, digits)}"


def _scale(one: Contrast) -> float:
    return 100.0 if one.in_points else 1.0


def _digits(one: Contrast) -> int:
    """Decimals for two digits that count; more where a clear difference would seem none.

    A third digit is written where both ends of the interval would be alike.
    """
    ends = [abs(_scale(one) * end) for end in one.among_all]
    digits = max(1 - math.floor(math.log10(max(ends))), 0) if any(ends) else 0
    if number(ends[0], digits) == number(ends[1], digits):
        digits += 1
    return enough((0.0, min(ends)), digits) if one.clear else digits


def odds(share: float) -> str:
    """How likely, so that one can picture it: ``about 1 in 8``; empty for what is even or sure."""
    if 0 < share < 0.4:
        return f"about 1 in {round(1 / share):,}"
    if 0.6 < share < 1:
        others = round(1 / (1 - share))
        return f"about {others - 1:,} in {others:,}"
    return ""
