"""A difference in words that need no statistics: which way, how much, how sure."""

from __future__ import annotations

from sim.studies.comparison.contrasts import Contrast
from sim.text import MINUS, NBSP, month, sentence


def chart_of(one: Contrast) -> str:
    """By what name ``fans.js`` knows the chart of a measure."""
    return f"{'event' if one.event else 'outcome'}-{one.id}"


def difference(one: Contrast) -> str:
    """A difference with its interval, or that there is none to be seen."""
    if not one.difference and not one.clear:
        return "no difference"
    said = f"{one.gap(one.difference)}, 95{NBSP}% interval {one.interval(one.among_all)}"
    return said if one.clear else f"{said}: may be chance"


def instead(one: Contrast) -> str:
    """A difference with both values: ``A treaty by October 2020: 23 % instead of 31 %``."""
    when = month(one.dates[-1])
    what = f"{sentence(one.name)} {'by' if one.event else 'in'} {when}"
    mean = "" if one.in_points else "on average "
    return f"{what}: {mean}{_both(one)} (difference {difference(one)})"


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
        unit = f" ({one.measure.unit})" if one.measure else ""
        said = f"“{one.name}” is {how} on average in {when}, by {_span(one)}{unit}"
    return f"{said}: {_both(one)}"


def _both(one: Contrast) -> str:
    before, after = (one.amount(float(values[-1])) for values in (one.reference, one.changed))
    return f"{after} instead of {before}"


def _span(one: Contrast) -> str:
    """The interval that allows for all others, as two amounts without a sign, the less first."""
    ends = [end.strip(f"+{MINUS}") for end in one.interval(one.among_all).split(" to ")]
    return " to ".join(ends if one.difference > 0 else reversed(ends))


def odds(share: float) -> str:
    """How likely, so that one can picture it: ``about 1 in 8``; empty for what is even or sure."""
    if 0 < share < 0.4:
        return f"about 1 in {round(1 / share):,}"
    if 0.6 < share < 1:
        return f"all but about 1 in {round(1 / (1 - share)):,}"
    return ""
