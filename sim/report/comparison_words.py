"""A comparison in words: each difference, how sure it is, and where the paths part."""

from __future__ import annotations

import math

from sim.analysis.agreement import Agreement
from sim.analysis.behind import behind
from sim.analysis.contrast import Contrast, Contrasts
from sim.analysis.mechanism_words import told
from sim.analysis.parting import Parting, Partings
from sim.analysis.words import (
    NBSP,
    count,
    enough,
    interval_digits,
    listing,
    month,
    number,
    outward,
    percent,
    sentence,
    signed,
    year_month,
)
from sim.scenario.schema import Description


def in_points(one: Contrast) -> bool:
    """Whether its values are shares of the runs, and differences percentage points."""
    return one.measure is None or one.measure.share


def amount(one: Contrast, value: float) -> str:
    """A value of the measure, as it is shown; of an event, its probability.

    Where both scenarios surely end apart, their values are written apart.
    """
    ends = [float(one.reference[-1]), float(one.changed[-1])] if one.clear else []
    if one.measure is None or one.measure.share:
        return f"{number(100 * value, enough([100 * end for end in ends], 1))}{NBSP}%"
    if not one.measure.whole:
        return number(value, enough(ends, one.measure.digits))
    return one.measure.show(value) if not ends else number(value, enough(ends, 1))


def gap(one: Contrast, value: float) -> str:
    """A difference with its sign: in the measure's unit, or in percentage points.

    Where an interval at the end leaves out zero, it has decimals enough to show it.
    """
    scale, unit, digits = _scale(one)
    return f"{signed(scale * value, digits)}{unit}"


def _scale(one: Contrast) -> tuple[int, str, int]:
    """What differences of a measure are multiplied by, their unit, and their decimals."""
    scale, unit, least = 100, f"{NBSP}points", 1
    if one.measure is not None and not one.measure.share:
        scale, unit, least = 1, "", one.measure.digits + 1
    ends = [(scale * low, scale * high) for low, high in (one.alone, one.among_all)]
    return scale, unit, interval_digits(scale * one.difference, ends, least)


def interval(one: Contrast, ends: tuple[float, float]) -> str:
    """An interval of a difference: ``+0.10 to +0.14``."""
    scale, _, digits = _scale(one)
    low, high = outward(scale * ends[0], scale * ends[1], digits)
    return f"{signed(low, digits)} to {signed(high, digits)}"


def effect(one: Contrast) -> str:
    """The difference in standard deviations, where it has any."""
    if one.event or not math.isfinite(one.effect):
        return ""
    return f"{signed(one.effect, enough((0.0, one.effect), 2) if one.clear else 2)} sd"


def finding(pair: Contrasts, one: Contrast) -> str:
    """One difference in a sentence or two."""
    name = f"“{pair.other.name}”"
    if pair.same:
        return f"{name} is the same scenario: no difference in any run."
    ends = f"{amount(one, float(one.changed[-1]))} against {amount(one, float(one.reference[-1]))}"
    if not one.difference and not one.clear:
        return f"{name}: no difference ({ends})."
    size = f", {effect(one)}" if effect(one) else ""
    what = "the probability by the end is" if one.event else "the mean at the end is"
    if in_points(one) and not one.event:
        what = "the share of the runs in which it is in force at the end is"
    said = (
        f"{name}: {what} {ends}, {gap(one, one.difference)}{size} "
        f"(95{NBSP}% {interval(one, one.alone)}; among all {interval(one, one.among_all)})"
    )
    if not one.clear:
        return f"{said}: these runs cannot tell it from none at the end."
    if not one.told:
        return f"{said}: too small to be seen."
    if one.event:
        return f"{said}."
    sides = f"in {percent(one.above)} of the pairs it ends above, in {percent(one.below)} below"
    return f"{said}; {sides}."


def parts(pair: Contrasts, one: Contrast) -> str:
    """From when on the paths of one measure differ, and what lies behind; empty for never."""
    place = one.parted
    if place is None or pair.same:
        return ""
    if place == 0:
        return f"“{pair.other.name}”: they start apart."
    said = f"“{pair.other.name}”: the paths part by {month(one.dates[place])}"
    if not one.clear:
        said += ", though at the end they are no longer clearly apart"
    found = behind(pair, one, place)
    if found is None or not found.drives:
        return f"{said}."
    return f"{said}. Behind it: {told(found.drives[0], _of_both(pair))}"


def _of_both(pair: Contrasts) -> Description:
    """A description that has the names of both scenarios."""
    mine, theirs = (side.scenario.description for side in (pair.reference, pair.other))
    homes = ("actors", "issues", "levers", "arrangements", "events")
    both = {home: {**getattr(mine, home), **getattr(theirs, home)} for home in homes}
    return theirs.model_copy(update=both)


def when(one: Contrast) -> str:
    """The date by which the paths clearly differ, for a table."""
    if one.parted is None:
        return "–"
    return "the start" if one.parted == 0 else year_month(one.dates[one.parted])


def runs_part(pair: Contrasts, found: Partings) -> str:
    """When and by what single runs part."""
    pairs = f"the first {count(found.pairs, 'pair')}" if pair.partial else ""
    if not found.parted or found.first is None or found.middle is None:
        none = f"In none of {pairs}" if pairs else "In no pair"
        return f"{none} of runs is anything done otherwise, and nothing befalls one of them only."
    dates = pair.shared.dates
    same = "Until they part, the same is done in both of two paired runs. "
    said = (
        f"{same if pair.shared.in_step else ''}They part in "
        f"{found.parted:,} of {pairs or count(found.pairs, 'pair')}: the first by "
        f"{month(dates[found.first])}, half of them by {month(dates[found.middle])}. "
        "The first thing that differs is most often "
    )
    return said + listing([_parting(pair, one) for one in found.by]) + "."


def _parting(pair: Contrasts, one: Parting) -> str:
    side = pair.other if one.other else pair.reference
    described = side.scenario.description
    share = f"(in {percent(one.share)} of them, only in “{side.name}”)"
    if one.kind == "event":
        return f"“{sentence(described.events[one.key[0]].name)}” {share}"
    lever, actor, target = one.key
    refused = ""
    if one.kind == "refusal":  # what can be done once may have been done by the target instead
        refused = ", without effect" if described.levers[lever].once else ", refused"
    names = _names(described, actor, target)
    return f"“{described.levers[lever].name}”, {names}{refused} {share}"


def _names(described: Description, actor: str, target: str) -> str:
    return f"{described.actors[actor].name} toward {described.actors[target].name}"


def disagreement(name: str, found: Agreement) -> str:
    """What the lenses make of one difference, in a sentence."""
    said = []
    for lenses, verb in ((found.rises, "rises"), (found.falls, "falls")):
        if lenses:
            said.append(f"{verb} under {listing(lenses)}")
    if found.still:
        said.append(f"differs too little to see under {listing(found.still)}")
    if found.open:
        said.append(f"may or may not differ under {listing(found.open)}")
    return f"“{name}” {listing(said)}."
