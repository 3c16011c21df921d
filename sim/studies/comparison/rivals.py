"""One scenario under several theories, in words: on what they agree, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

from sim.reporting import document as page
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block, Details, Heading, Note
from sim.reporting.html import Prose
from sim.reporting.issue_forecasts import ABOUT, WORDS
from sim.statistics.issue_forecasts import issue_forecasts
from sim.studies.comparison.contrasts import Key
from sim.studies.comparison.result import Group, Kind, View
from sim.text import count, listing, number, sentence

_SAID = Prose("sim.studies.comparison/rivals.j2")
_NAMED = 3
"""Most measures that the first sentences name."""
_TOLD = 8
"""Most differences that are told at once; the rest can be opened."""


class Apart(NamedTuple):
    """A measure on which theories differ, and the two that come out lowest and highest.

    ``size`` is how far apart they are, in standard deviations of an outcome or in shares of the
    runs that see an event, as the largest differences of a comparison are ordered.
    """

    view: View
    size: float
    low: tuple[str, str]
    high: tuple[str, str]

    @property
    def what(self) -> str:
        """What the values at the end are: means, or shares of the runs."""
        return next(iter(self.view.by_lens.values())).ends_as


def lead(group: Group, runs: int, found: Sequence[View]) -> str:
    """The answer: on how many measures theories agree, and on which they differ most."""
    names = [side.name for side in group.sides]
    widest = [_SAID.span(one) for one in apart(group, found)[:_NAMED]]
    alike = _alike(found)
    short = alike if len(alike) <= _NAMED else []
    return _SAID.lead(names, runs, _kinds(found), short, widest, _differences(group))


def apart(group: Group, found: Sequence[View]) -> list[Apart]:
    """Measures on which some theory clearly and visibly differs, the widest apart first."""
    seen = [view for view in found if view.agreement.rises or view.agreement.falls]
    return sorted((_apart(group, view) for view in seen), key=lambda one: -one.size)


def _apart(group: Group, view: View) -> Apart:
    one = next(iter(view.by_lens.values()))
    ends = {group.sides[0].name: float(one.reference[-1])}
    ends |= {name: float(other.changed[-1]) for name, other in view.by_lens.items()}
    sizes = [0.0, *(other.size for other in view.by_lens.values() if other.notable)]
    low, high = min(ends, key=ends.__getitem__), max(ends, key=ends.__getitem__)
    shown = {name: one.amount(value) for name, value in ends.items()}
    return Apart(view, max(sizes) - min(sizes), (shown[low], low), (shown[high], high))


def ends_table(group: Group, found: Sequence[View]) -> Table:
    """Where each measure ends under the reference's theory, and under which lowest and highest."""
    first, rows = group.sides[0].name, []
    for one in apart(group, found):
        contrast = next(iter(one.view.by_lens.values()))
        own = contrast.amount(float(contrast.reference[-1]))
        rows.append((one.view.name, own, " · ".join(one.low), " · ".join(one.high)))
    caption = "Where theories differ: means and probabilities at the end"
    return Table(caption, ("Measure", first, "Lowest", "Highest"), tuple(rows))


def blocks(group: Group, found: Sequence[View]) -> Iterator[Block]:
    """Where theories agree and where they differ, in sentences."""
    reference = group.sides[0].name
    yield Heading("Where theories agree and where they differ")
    yield _SAID.counted(reference, _kinds(found))
    yield _SAID.nearness(reference, len(found), _differences(group))
    if alike := _alike(found):
        yield f"They agree on {listing(alike)}."
    said = tuple(map(_SAID.differs, apart(group, found)))
    if said:
        told = count(len(said), "measure")
        yield Note(f"The {told} on which they differ, against “{reference}”, widest apart first:")
        yield page.Bullets(said[:_TOLD])
    if more := said[_TOLD:]:
        yield Details(f"Where they differ less: {len(more)}", (page.Bullets(more),))


def forecasts(group: Group, found: Sequence[View]) -> Iterator[Block]:
    """What theories of bargaining forecast of issues, and where these end where they are played."""
    reference, rows = group.sides[0].name, []
    by_outcome = {next(iter(view.by_lens.values())).key: view.by_lens for view in found}
    shown = {side.theory: side.name for side in group.sides}
    for one in issue_forecasts(group.sides[0].scenario.description):
        by_theory = by_outcome.get(Key(one.outcome or "", event=False))
        if by_theory is None:
            continue
        own = next(iter(by_theory.values()))
        start = number(one.start, 1), own.amount(float(own.reference[-1]))
        for name, forecast in one.by_theory.items():
            played = by_theory.get(shown.get(name, ""))
            end = "–" if played is None else played.amount(float(played.changed[-1]))
            rows.append((sentence(one.name), WORDS[name], number(forecast, 1), end, *start))
    if rows:
        yield Heading("Forecasts by theories of bargaining")
        yield ABOUT
        header = ("Issue", "Theory", "Forecast", "End, played by it", "Start", f"End, {reference}")
        yield page.Cards(header, tuple(rows), "Forecasts of issues", numbers=True)


def _differences(group: Group) -> list[tuple[str, int]]:
    """On how many measures each theory clearly and visibly differs, the fewest first."""
    found = [(pair.other.name, len(pair.notable)) for pair in group.contrasts]
    return sorted(found, key=lambda one: one[1])


def _kinds(found: Sequence[View]) -> Counter[str]:
    kinds = Counter(dict.fromkeys(get_args(Kind), 0))
    kinds.update(view.agreement.kind for view in found)
    return kinds


def _alike(found: Sequence[View]) -> list[str]:
    return [f"“{view.name}”" for view in found if view.agreement.kind == "none"]
