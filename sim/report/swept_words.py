"""A sweep in words: the parameter and its values, what flips where, what moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.analysis.measures import in_words
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.analysis.swept import Change, Course, Grid
from sim.analysis.thresholds import Item, Threshold
from sim.analysis.words import MINUS, NBSP, listing, number, percent, sentence
from sim.report.parameter_words import parameter
from sim.report.sources import path_in_words
from sim.scenario.phrases import pair, parse
from sim.scenario.schema import Description

MOST_DIGITS = 8
MOST_FLIPS = 2
"""Most thresholds of one outcome that are told one by one."""


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

    def show(self, value: float) -> str:
        """Write one of its values."""
        return number(value, self.digits)

    def finer(self, value: float) -> str:
        """Write a value that may lie between two of them."""
        return number(value, self.digits + 1)


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
    digits = next(
        (
            digits
            for digits in range(MOST_DIGITS)
            if all(abs(round(value, digits) - value) <= step / 50 for value in values)
        ),
        MOST_DIGITS,
    )
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
        return in_words(phrase, description)
    return parameter(path, description)


def flips(item: Item, one: Threshold, moved: Axis, description: Description) -> str:
    """Say what flips, where, between which two values, and how sure that is."""
    way = "rises above" if one.rising == _upward(one, item) else "falls below"
    where = f"between {moved.show(one.low)} and {moved.show(one.high)}{_sure(one, moved)}"
    return (
        f"{what_flips(item, description, up=_upward(one, item))} when {moved.name} {way} "
        f"{moved.finer(one.value)} ({where})."
    )


def _upward(one: Threshold, item: Item) -> bool:
    """Whether the flip is told as going above the mark: events are told as coming."""
    return True if item.event else one.rising


def what_flips(item: Item, description: Description, *, up: bool) -> str:
    """The beginning of a sentence: ``“A crisis” becomes more likely than not``."""
    name = f"“{sentence(item.name)}”"
    if item.mark is None:
        return f"{name} becomes {'more' if up else 'less'} likely than not"
    told = item.mark.above if up else item.mark.below
    of = description.outcomes[item.id].of
    phrase = parse(of) if of else None
    if phrase is not None and phrase.kind == "issue":
        issue = description.issues[phrase.names[0]]
        told += f" “{issue.high if up else issue.low}”,"
    return f"{name} {told} in the median"


def _sure(one: Threshold, moved: Axis) -> str:
    if one.interval is None:
        return ""
    low, high = one.interval
    if math.isinf(low):
        said = f"below {moved.finer(high)}"
    elif math.isinf(high):
        said = f"above {moved.finer(low)}"
    else:
        closer = moved.finer(low) == moved.finer(high)
        ends = [number(end, moved.digits + 1 + closer) for end in one.interval]
        if ends[0] == ends[1]:
            return ""
        said = " to ".join(ends)
    return f"; 95{NBSP}% interval {said}"


def mentions(course: Course, moved: Axis, description: Description) -> str:
    """One or two sentences on a course: where it flips, or how far it moves."""
    item, known = course.item, course.thresholds
    if known and not any(one.settled for one in known):
        said = (
            f"“{sentence(item.name)}” stays so near {mark(item)} that these runs do not settle "
            "where it passes it."
        )
    elif len(known) > MOST_FLIPS:
        first, last = (moved.finer(one.value) for one in (known[0], known[-1]))
        said = (
            f"“{sentence(item.name)}” trembles about {mark(item)}: it crosses it {len(known)} "
            f"times between {first} and {last}."
        )
    elif known:
        said = " ".join(flips(item, one, moved, description) for one in known)
    else:
        said = _stays(course, moved)
    return f"{said}{_turn(course, moved)}"


def mark(item: Item) -> str:
    """The mark on its scale, as it is shown."""
    if item.measure is None or item.mark is None:
        return percent(0.5)
    return number(item.mark.at, 0 if item.mark.at in (0, 50) else 1)


def _stays(course: Course, moved: Axis) -> str:
    item, name = course.item, sentence(course.item.name)
    first, last = (item.show(float(course.level[end])) for end in (0, -1))
    low, high = (item.finer(float(course.mean[end])) for end in (0, -1))
    flat = "" if item.at is None else f" does not pass {mark(item)} in this range:"
    if not course.change.sure:
        joint = " it" if flat else ""
        said = "shows no clear move" if _wide(item, course.change) else "does not visibly move"
        what = "" if item.event else "mean "
        return f"“{name}”{flat}{joint} {said} ({what}{low} to {high})."
    its = " its" if flat else ":"
    ends = [moved.show(moved.values[end]) for end in (0, -1)]
    if item.event:
        path = f"goes from {first} at {ends[0]} to {last} at {ends[1]}"
        return f"“{name}”{flat}{its} probability {path} ({change(item, course.change)})."
    path = (
        f"stays at {first}, and its mean goes from {low} at {ends[0]} to {high} at {ends[1]}"
        if first == last
        else f"goes from {first} at {ends[0]} to {last} at {ends[1]}"
    )
    of = "" if first == last else "in the mean "
    return f"“{name}”{flat}{its} median {path} ({of}{change(item, course.change)})."


def _turn(course: Course, moved: Axis) -> str:
    if course.turn is None:
        return ""
    nth = moved.values.index(course.turn)
    level = course.item.show(float(course.level[nth]))
    return f" Between the ends it reaches {level} at {moved.show(course.turn)}."


def signed(item: Item, difference: float) -> str:
    """Write a difference with its sign, of a probability in points of 100."""
    text = number(100 * difference, 1) if item.event else item.finer(difference)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def change(item: Item, one: Change, *, short: bool = False) -> str:
    """A difference with its interval: ``+6.8, 95 % interval 5.9 to 7.7``, in a table shorter."""
    interval = f"{signed(item, one.low)} to {signed(item, one.high)}"
    if short:
        return f"{signed(item, one.difference)} ({interval})"
    points = f"{NBSP}points" if item.event else ""
    return f"{signed(item, one.difference)}{points}, 95{NBSP}% interval {interval}"


def _wide(item: Item, one: Change) -> bool:
    """Whether a difference is large enough for a reader to see it, sure or not."""
    if item.event:
        return abs(one.difference) >= VISIBLE_SHARE
    return abs(one.effect) >= VISIBLE_SD


def effect(item: Item, one: Change) -> str:
    """A difference in standard deviations of the runs."""
    if math.isinf(one.effect):
        return "in every run"
    if not one.sure:
        return "not clear" if _wide(item, one) else "none seen"
    text = number(one.effect, 2)
    return f"{text if text.startswith(MINUS) else '+' + text}{NBSP}sd"


def over_grid(grid: Grid, axes: tuple[Axis, Axis], description: Description) -> str:
    """One or two sentences on a grid: its ends, and where it flips."""
    item = grid.item
    low, high = (item.show(float(end)) for end in (grid.level.min(), grid.level.max()))
    what = "probability" if item.event else "median"
    if low == high:
        return f"“{sentence(item.name)}”: the {what} is {low} all over."
    least, most = (_place(int(flat), axes) for flat in (grid.level.argmin(), grid.level.argmax()))
    said = (
        f"“{sentence(item.name)}”: the {what} goes from {low} (at {least}) to {high} (at {most})."
    )
    if item.at is None:
        return said
    above = int((grid.level > item.at).sum())
    if above in (0, grid.level.size):
        return f"{said} It does not pass {mark(item)} anywhere here."
    said += f" It stands above {mark(item)} at {above:,} of {grid.level.size:,} pairs."
    return f"{said}{_line(grid, axes)}"


def _line(grid: Grid, axes: tuple[Axis, Axis]) -> str:
    """Where the line of a grid runs, told along the parameter that meets it at more values."""
    met: dict[Axis, dict[float, list[float]]] = {one: {} for one in axes}
    for one in grid.thresholds:
        moved = next(axis for axis in axes if axis.path == one.parameter)
        met[moved].setdefault(one.at[0][1], []).append(one.value)
    moved, other = sorted(axes, key=lambda axis: -len(met[axis]))
    if not met[moved]:
        return ""
    lines = list(met[moved].items())
    (first, places), (last, more) = lines[0], lines[-1]
    said = f" Where {other.name} is {other.show(first)}, it flips at {_places(places, moved)}"
    said += f" of {moved.name}"
    return f"{said}." if last == first else (
        f"{said}; where it is {other.show(last)}, at {_places(more, moved)}."
    )  # fmt: skip


def _places(values: Sequence[float], moved: Axis) -> str:
    shown = [moved.finer(value) for value in values]
    if len(shown) > MOST_FLIPS:
        return f"{len(shown)} places between {shown[0]} and {shown[-1]}"
    return listing(shown)


def _place(flat: int, axes: tuple[Axis, Axis]) -> str:
    """The pair of values of a cell, which are counted row by row."""
    first, second = axes
    one, two = divmod(flat, len(second.values))
    return f"{first.show(first.values[one])} and {second.show(second.values[two])}"
