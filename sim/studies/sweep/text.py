"""A sweep in words: the parameter and its values, what flips where, what moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.reporting.chart_kit import Table
from sim.reporting.html import Prose
from sim.reporting.sources import parameter, path_in_words
from sim.scenario.formulas import single
from sim.scenario.phrases import pair, parse
from sim.scenario.schema import Description
from sim.statistics.measures import quantity_text
from sim.statistics.paired_difference import Estimate
from sim.studies.sweep.design import SweepPlan
from sim.studies.sweep.result import Course, Grid, Item, Swept, Threshold
from sim.text import (
    MOST_DIGITS,
    NBSP,
    count,
    enough,
    exact,
    listing,
    number,
    percent,
    sentence,
)

_SAID = Prose("sim.studies.sweep/sentences.j2")
MOST_FLIPS = 2
"""Most thresholds of one outcome that are told one by one."""
LEADING = 2
"""Most outcomes that the page's first sentences tell of."""


@dataclass(frozen=True)
class Axis:
    """A swept parameter.

    Attributes
    ----------
    path : str
    name : str
        In words, as it stands within a sentence.
    values : tuple of float
        Rising.
    own : float or None
        The scenario's own value.
    uncertain : bool
        Whether the scenario gives it a spread.
    digits : int
        Decimals that its values need.
    """

    path: str
    name: str
    values: tuple[float, ...]
    own: float | None
    uncertain: bool
    digits: int

    @property
    def title(self) -> str:
        """The name at the beginning of a sentence, or on an axis."""
        return sentence(self.name)

    @property
    def ends(self) -> str:
        """The range of its values."""
        return f"{self.show(self.values[0])} to {self.show(self.values[-1])}"

    @property
    def own_within(self) -> float | None:
        """The scenario's own value, where it lies among these."""
        within = self.own is not None and self.values[0] <= self.own <= self.values[-1]
        return self.own if within else None

    def show(self, value: float) -> str:
        """Write one of its values; with more decimals one that is none of them, as its own."""
        return number(value, exact([value], self.digits))

    def finer(self, *values: float) -> tuple[str, ...]:
        """Write values that may lie between two of them, so that they can be told apart."""
        digits = enough(values, self.digits + 1)
        return tuple(number(value, digits) for value in values)


def axes_of(plan: SweepPlan) -> tuple[Axis, ...]:
    """The parameters of a plan."""
    scenario = plan.scenario
    known = scenario.parameters
    return tuple(
        axis(
            path,
            values,
            plan.own[path],
            scenario.description,
            uncertain=path in known and known[path].quantity.spread is not None,
        )
        for path, values in plan.axes.items()
    )


def axis(
    path: str,
    values: Sequence[float],
    own: float | None,
    description: Description,
    *,
    uncertain: bool,
) -> Axis:
    """Name a swept parameter, and find how finely its values must be written."""
    step = min(after - before for before, after in pairwise(values))
    near = next(
        (
            digits
            for digits in range(MOST_DIGITS)
            if all(abs(round(value, digits) - value) <= step / 50 for value in values)
        ),
        MOST_DIGITS,
    )
    digits = exact(values, enough(values, near))
    name = parameter_in_words(path, description)
    return Axis(path, name, tuple(values), own, uncertain, digits)


def parameter_in_words(path: str, description: Description) -> str:
    """Name a parameter within a sentence: ``salience of North on the valley``."""
    words = ""
    match path.split("."):
        case ["actors", actor, kind]:
            words = f"{kind} of {actor}"
        case ["relations", both, kind] if ends := pair(both):
            joint = "and" if ends[1] == "and" else "to"
            words = f"{kind} of {ends[0]} {joint} {ends[2]}"
        case ["issues", issue, "stances", actor, kind]:
            words = f"{kind} of {actor} on {issue}"
        case ["coefficients", *_]:
            name = path_in_words(path, description)
            return f"the coefficient “{name[:1].lower()}{name[1:]}”"
    if phrase := parse(words):
        return quantity_text(phrase, description)
    return parameter(path, description)


def sweep_lead(found: Swept, axes: tuple[Axis, ...]) -> str:
    """What moves most, and how it was found."""
    first, described = found.ranked[0], found.plan.scenario.description
    leading = [
        part
        for part in found.ranked
        if part is first
        or (isinstance(part, Course) and any(one.settled for one in part.thresholds))
    ]
    said = [moves(part, axes, described) for part in leading[:LEADING] if first.largest.clear]
    ranges = [
        f"{axis.name if nth else axis.title} takes {len(axis.values)} values from {axis.ends}"
        for nth, axis in enumerate(axes)
    ]
    return _SAID.lead(ranges, found.runs, said)


def moves(part: Course | Grid, axes: tuple[Axis, ...], description: Description) -> str:
    """A sentence or two on an outcome or event: how far it moves, and where it flips."""
    if isinstance(part, Grid):
        return over_grid(part, (axes[0], axes[1]))
    return mentions(part, axes[0], description)


def sweep_notes(found: Swept, axes: tuple[Axis, ...]) -> list[str]:
    """What a reader must know: values outside the scenario's own spread, failed runs."""
    said = [
        f"The scenario draws {axis.name} anew in each run; here it has the same value in all runs."
        for axis in axes
        if axis.uncertain
    ]
    said += [
        f"The scenario's files do not state {axis.name}; it is set here."
        for axis in axes
        if axis.own is None
    ]
    if found.failed:
        verb = "is" if found.failed == 1 else "are"
        said.append(
            f"{count(found.failed, 'run')} failed at some value and {verb} left out at all values."
        )
    return said


def headline(found: Swept, axes: tuple[Axis, ...]) -> Table:
    """Each outcome and event: its values, how far it moves, and where it flips."""
    return _over(found, axes) if len(axes) > 1 else _along(found, axes[0])


def _over(found: Swept, axes: tuple[Axis, ...]) -> Table:
    rows = []
    for part in found.ranked:
        if isinstance(part, Grid):
            low, high = part.item.shown(float(part.level.min()), float(part.level.max()))
            effects = (effect_cell(change) for change in part.changes)
            rows.append((sentence(part.item.name), low, high, *effects))
    return Table(
        caption=(
            "Lowest and highest median at the end, or probability, over all pairs of values; and "
            "how far the mean moves from end to end of each parameter, in standard deviations of "
            "the runs (sd). What moves most comes first."
        ),
        header=("Outcome", "Lowest", "Highest", *(f"By {axis.name}" for axis in axes)),
        rows=tuple(rows),
    )


def _along(found: Swept, axis: Axis) -> Table:
    inner = [
        value for value in found.plan.nearest if axis.own is not None and value in axis.values[1:-1]
    ]
    shown = (axis.values[0], *inner, axis.values[-1])
    places = [axis.values.index(value) for value in shown]
    own = "" if axis.own is None else f" The scenario's own value is {axis.show(axis.own)}."
    values = (f"At {axis.show(value)}" for value in shown)
    rows = [
        (
            sentence(part.item.name),
            *part.item.finer(*(float(part.mean[place]) for place in places)),
            change(part.item, part.change, short=True),
            effect_cell(part.change, turns=part.turn is not None),
            flipping(part, axis),
        )
        for part in found.ranked
        if isinstance(part, Course)
    ]
    return Table(
        caption=(
            f"Mean at the end, or probability, at values of {axis.name}; and how "
            "far it moves from the first value to the last, with its paired 95 % interval "
            "(of a probability in points of 100), and in standard deviations of the runs (sd). "
            f"What moves most comes first.{own}"
        ),
        header=("Outcome", *values, "From end to end", "Effect", "Flips at"),
        rows=tuple(rows),
    )


def flipping(course: Course, axis: Axis) -> str:
    """The values at which it flips, as a table shows them."""
    settled = [one for one in course.thresholds if one.settled]
    if course.thresholds and not settled:
        return "not settled"
    if len(settled) > MOST_FLIPS:
        return f"{len(settled)} places"
    return listing(axis.finer(*(one.value for one in settled))) or "–"


def flips(item: Item, one: Threshold, moved: Axis, description: Description) -> str:
    """Say what flips, where, between which two values, and how sure that is."""
    up = item.event or one.rising  # events are told as coming
    return _SAID.flip(what_flips(item, description, up=up), one, moved, one.rising == up)


def what_flips(item: Item, description: Description, *, up: bool) -> str:
    """The beginning of a sentence: ``“A crisis” becomes more likely than not``."""
    name = f"“{sentence(item.name)}”"
    if item.mark is None:
        return f"{name} becomes {'more' if up else 'less'} likely than not"
    told = item.mark.above if up else item.mark.below
    phrase = single(description.outcomes[item.id].of)
    if phrase is not None and phrase.kind == "issue":
        issue = description.issues[phrase.names[0]]
        told += f" “{issue.high if up else issue.low}”,"
    return f"{name} {told} in the median"


def mentions(course: Course, moved: Axis, description: Description) -> str:
    """One or two sentences on a course: where it flips, or how far it moves."""
    item, known = course.item, [one for one in course.thresholds if one.settled]
    told = [flips(item, one, moved, description) for one in known]
    moved_by, turn = change(item, course.change), _turn(course, moved)
    return _SAID.course(course, moved, known, told, MOST_FLIPS, mark(item), moved_by, turn)


def mark(item: Item) -> str:
    """The mark on its scale, as it is shown."""
    if item.measure is None or item.mark is None:
        return percent(0.5)
    return number(item.mark.at, 0 if item.mark.at in (0, 50) else 1)


def _turn(course: Course, moved: Axis) -> str:
    """The level at which it turns between the ends of a parameter; empty where it does not."""
    if course.turn is None:
        return ""
    nth, item = moved.values.index(course.turn), course.item
    level = float(course.level[nth])
    if item.event or any(item.moves(float(course.level[end]), level) for end in (0, -1)):
        return item.show(level)
    return f"a mean of {item.finer(float(course.mean[nth]))[0]}"


def _signs(item: Item, one: Estimate) -> tuple[str, str, str]:
    """A difference and the ends of its interval, signed; of a probability in points of 100."""
    least = 1
    if item.measure is not None:
        least = max(item.measure.digits, 1) + (item.measure.digits > 1)
    text = one.full_text(least, 100 if item.event else 1)
    return text.at(one.difference), text.at(one.low), text.at(one.high)


def change(item: Item, one: Estimate, *, short: bool = False) -> str:
    """A difference with its interval: ``+6.8, 95 % interval 5.9 to 7.7``, in a table shorter."""
    difference, low, high = _signs(item, one)
    interval = f"{low} to {high}"
    if short:
        return f"{difference} ({interval})"
    points = f"{NBSP}points" if item.event else ""
    return f"{difference}{points}, 95{NBSP}% interval {interval}"


def effect_cell(one: Estimate, *, turns: bool = False) -> str:
    """A difference in standard deviations of the runs; ``turns``: it moves between the ends."""
    if math.isinf(one.effect):
        return "in every run"
    if not one.clear:
        if turns:
            return "moves between the ends"
        return "not clear" if one.visible else "none seen"
    return f"{one.effect_text}{NBSP}sd"


def over_grid(grid: Grid, axes: tuple[Axis, Axis]) -> str:
    """One or two sentences on a grid: its ends, and where it flips."""
    ends = float(grid.level.min()), float(grid.level.max())
    places = [_place(int(flat), axes) for flat in (grid.level.argmin(), grid.level.argmax())]
    return _SAID.grid(grid, ends, places, mark(grid.item), _line(grid, axes))


def _line(grid: Grid, axes: tuple[Axis, Axis]) -> str:
    """Where the line of a grid runs, told along the parameter that meets it at more values."""
    met: dict[Axis, dict[float, list[float]]] = {one: {} for one in axes}
    for one in grid.thresholds:
        if not one.settled:
            continue
        moved = next(axis for axis in axes if axis.path == one.parameter)
        met[moved].setdefault(one.at[0][1], []).append(one.value)
    moved, other = sorted(axes, key=lambda axis: -len(met[axis]))
    if not met[moved]:
        return ""
    lines = list(met[moved].items())
    (first, places), (last, more) = lines[0], lines[-1]
    said = f"Where {other.name} is {other.show(first)}, it flips at {_places(places, moved)}"
    said += f" of {moved.name}"
    if last != first:
        said += f"; where it is {other.show(last)}, at {_places(more, moved)}"
    return f"{said}."


def _places(values: Sequence[float], moved: Axis) -> str:
    shown = moved.finer(*values)
    if len(shown) > MOST_FLIPS:
        return f"{len(shown)} places between {shown[0]} and {shown[-1]}"
    return listing(shown)


def _place(flat: int, axes: tuple[Axis, Axis]) -> str:
    """The pair of values of a cell, which are counted row by row."""
    first, second = axes
    one, two = divmod(flat, len(second.values))
    return f"{first.show(first.values[one])} and {second.show(second.values[two])}"
