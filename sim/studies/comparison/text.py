"""A comparison in words: each difference, how sure it is, and where the paths part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from sim.reporting.chart import Table
from sim.reporting.mechanism_text import told
from sim.scenario.schema import Description
from sim.simulation.ensemble import ACCOUNTED
from sim.statistics.paired_difference import EstimateText
from sim.studies.comparison.common_ground import Parting
from sim.studies.comparison.contrasts import Contrast, Contrasts
from sim.studies.comparison.result import Group, View
from sim.text import (
    NBSP,
    count,
    enough,
    listing,
    month,
    number,
    percent,
    sentence,
    year_month,
)

# What a comparison says first: the answer, the largest differences, and how sure it is.

HEADLINE = 8
"""Most differences of one scenario that the first table holds."""
_NAMED = 3
"""Most scenarios, or disputed differences, that the first sentences name."""
SAVED = 1.5
"""From how many times the runs on pairing is said to have saved much."""


def comparison_lead(groups: Sequence[Group], runs: int, found: Sequence[View]) -> str:
    """The answer in a sentence for each scenario, then how it was found."""
    reference = groups[0].sides[0]
    said = [_disagree(found)] if found else []
    if not found:
        pairs = groups[0].contrasts
        told = sorted(pairs, key=_most)[:_NAMED] if len(pairs) > _NAMED else pairs
        said += [_differs(pair) for pair in told]
        if len(told) < len(pairs):
            said.append(f"The other {len(pairs) - len(told)} differ less; see below.")
    said.append(f"All against “{reference.name}”, in {count(runs, 'pair')} of runs")
    said[-1] += f" through {count(len(groups), 'theory', 'theories')}" if found else ""
    in_step = all(pair.shared.in_step for pair in groups[0].contrasts)
    said[-1] += " on the same draws of chance." if in_step else "."
    if reference.kept < runs:
        said.append(f"Single runs are looked at in the first {reference.kept:,}.")
    return " ".join([*_short(groups[0].contrasts), *said, *_failed(groups)])


def partial(groups: Sequence[Group]) -> str:
    """What is said where something comes from the first pairs only."""
    pair, reason = groups[0].contrasts[0], "what lies behind a difference"
    kept = pair.reference.kept
    few = kept > ACCOUNTED
    behind = f"{sentence(reason)} comes from the first {ACCOUNTED:,} pairs." if few else ""
    if not pair.partial:
        return behind
    told = ["where single runs part", *(() if few else (reason,)), "the runs in words"]
    return (
        "Differences with their intervals, levels, probabilities and bands are those of all "
        f"{count(pair.reference.runs, 'pair')} of runs. Of the first {kept:,} the whole paths "
        f"were kept: {listing(told)} come from these. {behind}"
    ).rstrip()


def title(group: Group) -> str:
    """What is compared with what."""
    reference, *others = (side.name for side in group.sides)
    named = listing(others) if len(others) <= _NAMED else f"{len(others)} scenarios"
    return f"{named} against {reference}"


def _most(pair: Contrasts) -> float:
    """Sorts the scenario with the largest visible difference first."""
    return -max((abs(one.size) for one in pair.found if one.notable), default=0.0)


def _short(found: Sequence[Contrasts]) -> list[str]:
    """What is compared over less than its own time, said before anything else."""
    said = []
    for pair in found:
        whole = len(pair.reference.data["until"])
        if len(pair.shared.dates) < whole:
            first, last = month(pair.shared.dates[0]), month(pair.shared.dates[-1])
            said.append(
                f"“{pair.other.name}” and the reference share only {first} to {last}; "
                "“at the end” is then."
            )
    return said


def _differs(pair: Contrasts) -> str:
    """What one scenario differs in most."""
    name = f"“{pair.other.name}”"
    if pair.same:
        return f"{name} is the same scenario: nothing differs."
    if not pair.changes:
        return f"In {name} nothing is written otherwise, so nothing differs."
    largest = [one for one in pair.sorted() if one.notable][:2]
    if largest:
        told = [f"“{one.name}” ({_size(one)})" for one in largest]
        return f"{name} differs most in {listing(told)}."
    small = [f"“{one.name}” ({_size(one)})" for one in _small(pair)[:1]]
    rest = f"; {small[0]} is clear, but small" if small else ""
    unsure = sum(not one.negligible for one in pair.found)
    if unsure:
        return (
            f"{name}: no difference that is clear and large enough to see{rest}. Of {unsure} of "
            f"{len(pair.found)} measures these runs cannot tell: more of them (--runs) might."
        )
    return f"{name}: no difference large enough to see{rest}."


def _disagree(found: Sequence[View]) -> str:
    views = [(view.name, view.agreement.kind) for view in found]
    for kind, words in (("opposite", "in opposite directions on"), ("some", "on")):
        named = [f"“{name}”" for name, one in views if one == kind]
        if named:
            more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
            return f"The theories disagree {words} {listing([*named[:_NAMED], *more])}."
    unclear = sum(kind == "unclear" for _, kind in views)
    rest = f"; of {unclear} these runs cannot tell" if unclear else ""
    return f"The theories disagree on none of {count(len(views), 'difference')}{rest}."


def _failed(groups: Sequence[Group]) -> list[str]:
    lost = [
        f"{side.failed:,} of “{side.name}”" + (f" ({group.lens})" if group.lens else "")
        for group in groups
        for side in group.sides
        if side.failed
    ]
    return [f"Runs that failed, and are left out with their pair: {listing(lost)}."] if lost else []


def _size(one: Contrast) -> str:
    return gap(one, one.difference) + (f", {effect_text(one)}" if effect_text(one) else "")


def headlines(found: Sequence[Contrasts]) -> tuple[Table, ...]:
    """The largest differences of each scenario, a table for each."""
    header = ("Measure", "Difference", "95 %, among all", "Effect", "Parts by")
    return tuple(Table(_caption(pair), header, _largest(pair)) for pair in found)


def _caption(pair: Contrasts) -> str:
    said = f"{pair.other.name}, against {pair.reference.name}"
    return f"{said} ({count(len(pair.changes), 'thing')} written otherwise)"


def _largest(pair: Contrasts) -> tuple[tuple[str, ...], ...]:
    told = [one for one in pair.sorted() if one.notable] or _small(pair)
    rows = [
        (
            one.name,
            gap(one, one.difference),
            interval_text(one, one.among_all),
            _effect(one),
            when(one),
        )
        for one in told[:HEADLINE]
    ]
    more = len(told) - len(rows)
    if more:
        rows.append((f"and {more} more", "", "", "", ""))
    return tuple(rows) or (("nothing that is clear", "–", "–", "–", "–"),)


def _effect(one: Contrast) -> str:
    """The effect for a table; a clear difference that is too small to see is called small."""
    if one.notable:
        return effect_text(one) or "–"
    return f"small ({effect_text(one)})" if effect_text(one) else "small"


def _small(pair: Contrasts) -> list[Contrast]:
    """Differences that are clear, though too small to be seen; the largest first."""
    return [one for one in pair.sorted() if one.clear and not one.notable]


def levels(group: Group) -> Table:
    """Where each measure ends in each scenario, side by side: means and probabilities."""
    kinds = {(one.id, one.event): one for pair in group.contrasts for one in pair.found}
    rows = []
    for (id, event), one in kinds.items():
        cells = [amount(one, float(one.reference[-1]))]
        for pair in group.contrasts:
            mine = [other for other in pair.found if (other.id, other.event) == (id, event)]
            cells.append(amount(one, float(mine[0].changed[-1])) if mine else "–")
        rows.append((one.name, *cells))
    names = [side.name for side in group.sides]
    return Table("Means and probabilities at the end", ("Measure", *names), tuple(rows))


def sureness(groups: Sequence[Group]) -> str:
    """How the intervals allow for one another, and what pairing saved."""
    pairs = [pair for group in groups for pair in group.contrasts if not pair.same]
    found = [one for pair in pairs for one in pair.found]
    if not found:
        return ""
    saved = [one.saved for one in found if np.isfinite(one.saved)]
    limit, pair = found[0].limit, groups[0].contrasts[0]
    of = f"first {pair.limited:,} pairs" if pair.limited < pair.reference.runs else "runs"
    said = (
        f"Every measure, date and scenario is looked at, so that some differences would seem clear "
        f"by chance. The intervals “among all” allow for it: {number(limit, 2)} standard errors to "
        f"either side instead of 1.96, so that in 95 of 100 such comparisons all of them hold at "
        f"once (the largest standardised difference, by a multiplier bootstrap of the {of})."
    )
    if not saved:
        return said
    low, middle, high = np.quantile(saved, [0.0, 0.5, 1.0])
    much = "much" if middle >= SAVED else "little"
    return (
        f"{said} Pairing the runs saved {much}: without it, {number(middle, 1)} times as many runs "
        f"would be needed for the same intervals at the end, in the median over the measures "
        f"(from {number(low, 1)} to {number(high, 1)} times)."
    )


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
    unit = f"{NBSP}points" if in_points(one) else ""
    return _text(one).at(value) + unit


def _text(one: Contrast) -> EstimateText:
    """How differences of a measure are written."""
    if one.measure is None or one.measure.share:
        return one.text(1, 100, joint=True)
    return one.text(one.measure.digits + 1, joint=True)


def interval_text(one: Contrast, ends: tuple[float, float]) -> str:
    """An interval of a difference: ``+0.10 to +0.14``."""
    return _text(one).interval(*ends)


def effect_text(one: Contrast) -> str:
    """The difference in standard deviations, where it has any."""
    if one.event or not math.isfinite(one.effect):
        return ""
    return f"{one.effect_text} sd"


def finding(pair: Contrasts, one: Contrast) -> str:
    """One difference in a sentence or two."""
    name = f"“{pair.other.name}”"
    if pair.same:
        return f"{name} is the same scenario: no difference in any run."
    ends = f"{amount(one, float(one.changed[-1]))} against {amount(one, float(one.reference[-1]))}"
    if not one.difference and not one.clear:
        return f"{name}: no difference ({ends})."
    size = f", {effect_text(one)}" if effect_text(one) else ""
    what = "the probability by the end is" if one.event else "the mean at the end is"
    if in_points(one) and not one.event:
        what = "the share of the runs in which it is in force at the end is"
    said = (
        f"{name}: {what} {ends}, {gap(one, one.difference)}{size} "
        f"(95{NBSP}% {interval_text(one, one.alone)}; "
        f"among all {interval_text(one, one.among_all)})"
    )
    if not one.clear:
        return f"{said}: these runs cannot tell it from none at the end."
    if not one.notable:
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
    found = pair.behind(one)
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


def runs_part(pair: Contrasts) -> str:
    """When and by what single runs part."""
    found = pair.partings
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


def disagreements(found: Sequence[View]) -> Iterator[str]:
    """What the lenses make of each difference on which they disagree, opposites first."""
    for kind in ("opposite", "some"):
        for view in found:
            if view.agreement.kind == kind:
                yield _disagreement(view)


def _disagreement(view: View) -> str:
    seen, said = view.agreement, []
    for lenses, words in (
        (seen.rises, "rises"),
        (seen.falls, "falls"),
        (seen.still, "differs too little to see"),
        (seen.open, "may or may not differ"),
    ):
        if lenses:
            said.append(f"{words} under {listing(lenses)}")
    return f"“{view.name}” {listing(said)}."


def agreed(found: Sequence[View]) -> str:
    """On how many differences all lenses agree, in a sentence."""
    alike, none, unclear = (
        sum(view.agreement.kind == kind for view in found) for kind in ("all", "none", "unclear")
    )
    return (
        f"All theories see {count(alike, 'difference')} alike, and none that is large enough to "
        f"see in {none} more. Of {unclear} these runs cannot tell: more of them (--runs) might."
    )


MARKS = {"rises": "▲ ", "falls": "▼ ", "still": ""}
"""What stands before a difference, by the way it goes."""


def way(one: Contrast) -> str:
    """Which way a difference goes; ``still`` where it is not clear, or too small to see."""
    return "still" if not one.notable else "rises" if one.difference > 0 else "falls"


def grid_table(found: Sequence[View], groups: Sequence[Group]) -> Table:
    """The differences that any lens sees, a column for each; what is disputed comes first."""
    order = {"opposite": 0, "some": 1, "all": 2, "unclear": 3}
    seen = [view for view in found if view.agreement.rises or view.agreement.falls]
    rows = []
    for view in sorted(seen, key=lambda view: order[view.agreement.kind]):
        cells = [
            "·" if way(one) == "still" else MARKS[way(one)] + gap(one, one.difference)
            for one in view.by_lens.values()
        ]
        rows.append((view.name, *cells))
    others = listing([pair.other.name for pair in groups[0].contrasts])
    caption = f"{others}, against {groups[0].sides[0].name}: differences through each theory"
    return Table(caption, ("Measure", *(group.lens for group in groups)), tuple(rows))
