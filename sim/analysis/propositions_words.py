"""A finding in words: what was measured, what was expected, what came of it."""

from __future__ import annotations

import datetime
import math

import numpy as np

from sim.analysis.measures import measure
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE, Finding
from sim.analysis.words import (
    NBSP,
    enough,
    month,
    number,
    percent,
    percents,
    sentence,
    signed,
    span_digits,
)
from sim.scenario.measuring import Target
from sim.scenario.schema import Description, Outcome

EXPECTED = {"rises": "rise", "falls": "fall", "unchanged": "stay as it is"}
ARROWS = {"rises": "▲", "falls": "▼", "unchanged": "＝"}
"""The expected direction, where there is room for one letter."""
_AT = {"mean": "mean of ", "highest": "highest value of ", "lowest": "lowest value of "}


def name(target: Target, description: Description) -> str:
    """A measure in a few words: ``Affinity of North and South``."""
    measured = target.measured
    if measured.name:
        return sentence(measured.name)
    if target.watch:
        return sentence(target.watch.name)
    if target.outcome and not target.outcome.acts:
        item = measure(target.id, target.outcome, description)
        return sentence(item.quantity if measured.of else item.name)
    if measured.outcome and target.outcome:
        return sentence(target.outcome.name)
    if measured.consent:
        return f"Share agreed to of proposals: {_levers(target, description)}"
    kind = "proposals" if measured.proposals else "uses"
    counted = _levers(target, description)
    return f"{sentence(kind)} of {counted}"


def detail(target: Target, description: Description) -> str:
    """What is measured, in a sentence: quantity, unit, and when it is looked at."""
    measured = target.measured
    if target.watch:
        what = f"the probability that this happens: “{target.watch.name}”"
    elif target.outcome and not target.outcome.acts:
        item = measure(target.id, target.outcome, description)
        at = _AT.get(measured.at, "")
        end = " at the end" if measured.at == "end" else ""
        what = f"{at}{item.quantity} ({item.unit}){end}"
    elif measured.consent:
        what = f"the share agreed to of all proposals, {_levers(target, description)}"
    elif measured.proposals:
        what = f"proposals per run, agreed to or not, {_levers(target, description)}"
    else:
        what = f"acts per run that take effect: {_levers(target, description)}"
    since = f" from {_day(measured.since)}" if measured.since else ""
    until = f" until {_day(measured.until)}" if measured.until else ""
    return f"{sentence(what)}{since}{until}."


def expectation(target: Target) -> str:
    """What the claim expects: ``to rise``, ``at least 1``."""
    measured = target.measured
    if measured.expect:
        return f"to {EXPECTED[measured.expect]}"
    limits = (("at least", measured.at_least), ("at most", measured.at_most))
    show = percent if measured.is_share else "{:g}".format
    said = [f"{words} {show(limit)}" for words, limit in limits if limit is not None]
    return f"to be {' and '.join(said)}"


def value(amount: float, finding: Finding, description: Description) -> str:
    """One value of the measure, told apart from those that it is judged beside."""
    beside = _beside(finding)
    if finding.target.measured.is_share:
        return percents((amount, *beside))[0]
    return number(amount, enough(beside, _digits(finding.target, description)))


def difference(amount: float, finding: Finding, description: Description) -> str:
    """A difference of the measure, with its sign; shares in percentage points."""
    if finding.target.measured.is_level:
        return value(amount, finding, description)
    scale, least = 1, _digits(finding.target, description)
    if finding.target.measured.is_share:
        scale, least = 100, 1
    ends = [scale * end for end in (finding.low, finding.high)]
    return signed(scale * amount, span_digits(scale * finding.difference, ends, least))


def _beside(finding: Finding) -> tuple[float, ...]:
    """What a value is compared with: limits and interval of a level, else the other arm."""
    measured = finding.target.measured
    if measured.is_level:
        limits = (measured.at_least, measured.at_most)
        known = (limit for limit in limits if limit is not None)
        return (finding.changed, finding.low, finding.high, *known)
    apart = finding.low > 0 or finding.high < 0
    return (finding.reference, finding.changed) if apart else ()


def interval(finding: Finding, description: Description) -> str:
    """The 95 % interval of the difference, or of the level."""
    low, high = (difference(end, finding, description) for end in (finding.low, finding.high))
    return f"{low} to {high}"


def effect(finding: Finding) -> str:
    """The size by which a difference is judged: ``−0.25 sd``, ``+15.0 points``."""
    if finding.target.measured.is_level:
        return ""
    if finding.target.measured.is_share:
        points = 100 * finding.difference
        ends = (100 * finding.low, 100 * finding.high)
        return f"{signed(points, span_digits(points, ends, 1))}{NBSP}points"
    if not math.isfinite(finding.effect):
        return "–"
    return f"{signed(finding.effect, 2)}{NBSP}sd"


def verdict(finding: Finding, description: Description) -> str:
    """The verdict with what it rests on, in a sentence."""
    target = finding.target
    level = target.measured.is_level
    if not math.isfinite(finding.difference):
        return "Unclear: there is nothing to compare in these runs."
    ends = f"95{NBSP}% interval {interval(finding, description)}"
    if level:
        said = f"it is {value(finding.changed, finding, description)} ({ends})"
        return f"{sentence(finding.verdict)}: {said}; expected {expectation(target)}."
    before, after = (
        value(mean, finding, description) for mean in (finding.reference, finding.changed)
    )
    gap = difference(finding.difference, finding, description)
    unit = " percentage points" if target.measured.is_share else ""
    counted = target.measured.is_share or not math.isfinite(finding.effect)
    size = "" if counted else f"; {effect(finding)}"
    said = f"{before} without the change, {after} with it: {gap}{unit} ({ends}{size})"
    return f"{sentence(finding.verdict)}: {said}. {_because(finding)}"


def _because(finding: Finding) -> str:
    least = (
        f"{number(100 * VISIBLE_SHARE, 0)} percentage points"
        if finding.target.measured.is_share
        else f"{number(VISIBLE_SD, 1)} standard deviations"
    )
    expect = EXPECTED.get(finding.target.measured.expect or "", "")
    match finding.verdict:
        case "supported" if finding.target.measured.expect == "unchanged":
            return f"It was expected to {expect}, and the interval stays within {least}."
        case "supported":
            return f"It was expected to {expect}, and the difference is clear and visible."
        case "contested":
            return f"It was expected to {expect}, and visibly does not."
        case "no effect":
            return f"It was expected to {expect}; any difference there is, is under {least}."
        case _:
            return f"The interval holds differences on both sides of {least}: more pairs may tell."


def _levers(target: Target, description: Description) -> str:
    measured = target.measured
    levers = target.levers or (target.outcome.acts if target.outcome else ())
    by = measured.by or (target.outcome.by if target.outcome else None)
    toward = measured.toward or (target.outcome.toward if target.outcome else None)
    names = [f"“{description.levers[lever].name}”" for lever in levers]
    said = ", ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} others"
    said += f" by {description.actors[by].name}" if by else ""
    return said + (f" toward {description.actors[toward].name}" if toward else "")


def _digits(target: Target, description: Description) -> int:
    if target.outcome is None or target.outcome.acts or not target.outcome.of:
        return 2
    item = measure(target.id, Outcome(name="-", of=target.outcome.of), description)
    return item.digits + 1


def _day(date: datetime.date) -> str:
    return f"{date.day} {month(np.datetime64(date))}"
