"""A comparison in words: each difference, how sure it is, and where the paths part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from sim.reporting.chart_kit import Table
from sim.reporting.html import Prose
from sim.reporting.mechanism_text import contribution_text
from sim.scenario.schema import Description
from sim.simulation.ensemble import ACCOUNTED
from sim.studies.comparison.contrasts import Contrast, Contrasts
from sim.studies.comparison.result import Group, View
from sim.text import count, listing, year_month

_SAID = Prose("sim.studies.comparison/sentences.j2")
_HEADLINE = 8
"""Most differences of one scenario that the first table holds."""
_NAMED = 3
"""Most scenarios that a title names."""
MARKS = {"rises": "▲ ", "falls": "▼ ", "still": ""}
"""What stands before a difference, by the way it goes."""


def comparison_lead(groups: Sequence[Group], runs: int, found: Sequence[View]) -> str:
    """The answer in a sentence for each scenario, then how it was found."""
    return _SAID.lead(groups, runs, found)


def partial(groups: Sequence[Group]) -> str:
    """What is said where something comes from the first pairs only."""
    return _SAID.partial(groups[0].contrasts[0], ACCOUNTED)


def title(group: Group) -> str:
    """What is compared with what."""
    if group.by_theory:
        played = f"under {count(len(group.sides), 'theory', 'theories')}"
        return f"“{group.sides[0].scenario.description.title}” {played}"
    reference, *others = (side.name for side in group.sides)
    named = listing(others) if len(others) <= _NAMED else f"{len(others)} scenarios"
    return f"{named} against {reference}"


def headlines(found: Sequence[Contrasts]) -> tuple[Table, ...]:
    """The largest differences of each scenario, a table for each."""
    header = ("Measure", "Difference", "95 %, among all", "Effect", "Parts by")
    return tuple(Table(_caption(pair), header, tuple(_largest(pair))) for pair in found)


def _caption(pair: Contrasts) -> str:
    said = f"{pair.other.name}, against {pair.reference.name}"
    return f"{said} ({count(len(pair.changes), 'thing')} written otherwise)"


def _largest(pair: Contrasts) -> Iterator[tuple[str, ...]]:
    """The largest visible differences, else those that are clear but small; and called so."""
    told = pair.notable or pair.small
    for one in told[:_HEADLINE]:
        effect = one.sd or "–"
        if not one.notable:
            effect = f"small ({one.sd})" if one.sd else "small"
        yield one.name, one.gap(one.difference), one.interval(one.among_all), effect, _when(one)
    if len(told) > _HEADLINE:
        yield f"and {len(told) - _HEADLINE} more", "", "", "", ""
    if not told:
        yield "nothing that is clear", "–", "–", "–", "–"


def _when(one: Contrast) -> str:
    """The date by which the paths clearly differ."""
    if one.parted is None:
        return "–"
    return "the start" if one.parted == 0 else year_month(one.dates[one.parted])


def levels(group: Group) -> Table:
    """Where each measure ends in each scenario, side by side: means and probabilities."""
    every = [{one.key: one for one in pair.found} for pair in group.contrasts]
    rows = []
    for key, one in {key: one for found in every for key, one in found.items()}.items():
        ends = [
            one.amount(float(found[key].changed[-1])) if key in found else "–" for found in every
        ]
        rows.append((one.name, one.amount(float(one.reference[-1])), *ends))
    names = [side.name for side in group.sides]
    return Table("Means and probabilities at the end", ("Measure", *names), tuple(rows))


def sureness(groups: Sequence[Group]) -> str:
    """How the intervals allow for one another, and what pairing saved."""
    pairs = [pair for group in groups for pair in group.contrasts if not pair.same]
    found = [one for pair in pairs for one in pair.found]
    if not found:
        return ""
    saved = [one.saved for one in found if np.isfinite(one.saved)]
    ends = np.quantile(saved, [0.0, 0.5, 1.0]).tolist() if saved else None
    return _SAID.sureness(groups[0].contrasts[0], found[0].limit, ends)


def finding(pair: Contrasts, one: Contrast) -> str:
    """One difference in a sentence or two."""
    return _SAID.finding(pair, one)


def parts(pair: Contrasts, one: Contrast) -> str:
    """From when on the paths of one measure differ, and what lies behind; empty for never."""
    if one.parted is None or pair.same:
        return ""
    found = pair.mechanism_of(one)
    behind = contribution_text(found.drives[0], _of_both(pair)) if found and found.drives else ""
    return _SAID.parts(pair, one, behind)


def _of_both(pair: Contrasts) -> Description:
    """A description that has the names of both scenarios."""
    mine, theirs = (side.scenario.description for side in (pair.reference, pair.other))
    homes = ("actors", "issues", "levers", "arrangements", "events")
    both = {home: {**getattr(mine, home), **getattr(theirs, home)} for home in homes}
    return theirs.model_copy(update=both)


def runs_part(pair: Contrasts) -> str:
    """When and by what single runs part."""
    return _SAID.runs_part(pair)


def disagreements(found: Sequence[View]) -> Iterator[str]:
    """What the lenses make of each difference on which they disagree, opposites first."""
    for kind in ("opposite", "some"):
        for view in found:
            if view.agreement.kind == kind:
                yield _SAID.disagreement(view)


def agreed(found: Sequence[View]) -> str:
    """On how many differences all lenses agree, in a sentence."""
    kinds = Counter(view.agreement.kind for view in found)
    return _SAID.agreed(kinds["all"], kinds["none"], kinds["partly"] + kinds["unclear"])


def way(one: Contrast) -> str:
    """Which way a difference goes; ``still`` where it is not clear, or too small to see."""
    return "still" if not one.notable else "rises" if one.difference > 0 else "falls"


def grid_table(found: Sequence[View], groups: Sequence[Group]) -> Table:
    """The differences that any lens sees, a column for each; what is disputed comes first."""
    order = {"opposite": 0, "some": 1, "all": 2, "partly": 3}
    seen = [view for view in found if view.agreement.rises or view.agreement.falls]
    rows = []
    for view in sorted(seen, key=lambda view: order[view.agreement.kind]):
        cells = [
            "·" if way(one) == "still" else MARKS[way(one)] + view.gaps[name]
            for name, one in view.by_lens.items()
        ]
        rows.append((view.name, *cells))
    others = listing([pair.other.name for pair in groups[0].contrasts])
    caption = f"{others}, against {groups[0].sides[0].name}: differences through each lens"
    return Table(caption, ("Measure", *found[0].by_lens), tuple(rows))
