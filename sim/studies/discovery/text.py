"""What a study of discovery found, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.claims.measure import Target
from sim.reporting.html import Prose
from sim.reporting.sources import parameter
from sim.scenario.schema import Description
from sim.statistics.measures import between_text, conditions_text, measure_name
from sim.studies.discovery.result import Box, Boxes, Discovered, Fit, Limit, Step
from sim.text import enough, listing, number, percents, sentence

_SAID = Prose("sim.studies.discovery/sentences.j2")
FEW = 30
"""Cases below which a box is hardly more than chance."""
_AT = {"mean": "mean of ", "highest": "highest value of ", "lowest": "lowest value of "}


def condition_in_words(target: Target, description: Description) -> str:
    """The condition as a heading: ``A treaty is signed, until 2020-12-31``."""
    measured = target.measured
    if measured.when and not measured.name:
        said = sentence(conditions_text(measured.when, description))
    else:
        said = sentence(f"{_AT.get(measured.at, '')}{measure_name(target, description)}")
    if measured.is_share:
        said = f"Not: {said}" if measured.at_most is not None else said
    else:
        said = f"{said} {between_text(measured.at_least, measured.at_most)}"
    since = f", from {measured.since}" if measured.since else ""
    until = f", until {measured.until}" if measured.until else ""
    return f"{said}{since}{until}"


def figure(value: float, beside: Sequence[float] = ()) -> str:
    """A number with three digits that count, and no zeros at the end.

    Parameters
    ----------
    value : float
    beside : sequence of float
        What it stands beside: three digits of the largest count, next to 0.5, 0.0001
        is 0; but so many that none reads as another.
    """
    size = max(map(abs, beside), default=abs(value))
    if not (size > 0 and math.isfinite(size)):
        return number(value, 0)
    text = number(value, enough(beside, max(2 - math.floor(math.log10(size)), 0)))
    return text.rstrip("0").rstrip(".") if "." in text else text


def edges(limit: Limit) -> tuple[str, str]:
    """The ends of a limit."""
    beside = _beside(limit)
    return figure(limit.low, beside), figure(limit.high, beside)


def reach(limit: Limit) -> tuple[str, str]:
    """The range of a limit's number."""
    beside = _beside(limit)
    return figure(limit.least, beside), figure(limit.most, beside)


def _beside(limit: Limit) -> tuple[float, ...]:
    """The range, and within it the ends that are limits."""
    inner = (limit.low, limit.high)
    return (limit.least, *(end for end in inner if limit.least < end < limit.most), limit.most)


def limit_in_words(limit: Limit, description: Description) -> str:
    """A limit with the range beside it: ``South: power below 0.3 (range 0.1 to 0.5)``."""
    low, high = edges(limit)
    if limit.low > limit.least and limit.high < limit.most:
        said = f"between {low} and {high}"
    else:
        said = f"above {low}" if limit.low > limit.least else f"below {high}"
    where = "(range {} to {})".format(*reach(limit))
    return f"“{parameter(limit.path, description)}” {said} {where}"


def box_in_words(box: Box, description: Description) -> str:
    """All limits of a box."""
    return listing([limit_in_words(limit, description) for limit in box.limits])


def density(fit: Fit) -> str:
    """A density with its interval."""
    shown, low, high = percents((fit.density, fit.low, fit.high))
    return f"{shown} ({low} to {high})"


def lead(found: Discovered) -> str:
    """Say what the first box is and how much likelier the condition is in it."""
    boxes, described = found.boxes, found.scenario.description
    box = box_in_words(boxes.boxes[0], described) if boxes.boxes else ""
    return _SAID.lead(boxes, box, FEW)


def counted(found: Discovered, caption: str) -> str:
    """What the shares of the table are, and of which runs."""
    title = found.scenario.description.title
    return _SAID.counted(found.boxes, found.failed, title, caption)


def refused(found: Discovered) -> tuple[str, ...]:
    """The box that did not hold up; nothing where there is none, or others did."""
    boxes = found.boxes
    if boxes.refused is None or boxes.boxes:
        return ()
    box = box_in_words(boxes.refused, found.scenario.description)
    return (_SAID.refused(boxes, box, density(boxes.refused.held)),)


def tradeoff(boxes: Boxes, chosen: Step | None) -> str:
    """What the box that was taken, if one was, covers and how dense it is."""
    return _SAID.tradeoff(boxes, chosen)
