"""What actors believe of one another beside what is true: courses, charts and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.reporting.document import Exhibit, exhibit_of
from sim.scenario.beliefs import Belief, Held, beliefs_of
from sim.scenario.calendar import Dates
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.text import NBSP, enough, number, percent, sentence

HOW_TO_READ = (
    "The line is what the holder takes the number for, the band its interval: by its own lights "
    f"the number lies in it with a chance of 80{NBSP}%. The holder learns from what the other "
    "does and answers, and knows nothing of the dotted line."
)
_HEIGHT = 320
_MOVED = 0.005
"""Least change of a belief that is told: smaller ones show as none."""


@dataclass(frozen=True, eq=False)
class BeliefCourse:
    """A belief over time: of one run, or on average over runs.

    Attributes
    ----------
    held : Held
    dates : Dates
    mean, low, high, true : Floats, shape (rounds + 1,)
        What is believed, the ends of its interval of 80 %, and the number as it is.
    """

    held: Held
    dates: Dates
    mean: Floats
    low: Floats
    high: Floats
    true: Floats

    @property
    def belief(self) -> Belief:
        """As the scenario states it."""
        return self.held.belief


def number_in_words(held: Held, description: Description) -> str:
    """What a belief is about: ``salience of “The border” to South, 0 to 1``."""
    other = description.actors[held.about.actor].name
    if held.about.issue is None:
        return f"resolve of {other}: support that it loses by giving ground"
    return f"salience of “{description.issues[held.about.issue].name}” to {other}, 0 to 1"


@dataclass(frozen=True, eq=False)
class Learnt:
    """What some runs show of a belief: each pair is of the start, and of the end.

    Attributes
    ----------
    course : BeliefCourse
        On average over the runs.
    runs : int
    off : (float, float)
        How far from the number the mean of the belief lies, on average over the runs.
    inside : (float, float)
        Share of runs in which the number lies in the interval of 80 %.
    varies : bool
        Whether the number at the end is another in each run.
    """

    course: BeliefCourse
    runs: int
    off: tuple[float, float]
    inside: tuple[float, float]
    varies: bool


def learnt(dataset: xr.Dataset, description: Description) -> list[Learnt]:
    """What the runs that came to their end show of each belief; none where nobody doubts."""
    if "belief" not in dataset.dims:
        return []
    complete = dataset.isel(run=(dataset["failed_round"] < 0).values)
    if not complete.sizes["run"]:
        return []
    found = []
    for held in beliefs_of(description):
        own = complete.sel(belief=held.id)
        mean, low, high, true = (
            own[f"belief_{name}"].transpose("run", "round").values
            for name in ("mean", "low", "high", "true")
        )
        over = [values.mean(axis=0) for values in (mean, low, high, true)]
        off, inside = abs(mean - true).mean(axis=0), ((low <= true) & (true <= high)).mean(axis=0)
        found.append(
            Learnt(
                BeliefCourse(held, dataset["until"].values, *over),
                runs=len(mean),
                off=(float(off[0]), float(off[-1])),
                inside=(float(inside[0]), float(inside[-1])),
                varies=bool(np.ptp(true[:, -1]) > _MOVED),
            )
        )
    return found


def of_runs(dataset: xr.Dataset, description: Description) -> list[BeliefCourse]:
    """The beliefs of a scenario, on average over the runs that came to their end."""
    return [one.course for one in learnt(dataset, description)]


def as_numbers(values: Sequence[float]) -> list[str]:
    """Beliefs and what is true, with decimals that tell them apart."""
    digits = min(enough(values, 2, _MOVED), 3)
    return [number(value, digits) for value in values]


def told(course: BeliefCourse, description: Description) -> str:
    """What an actor believed, what it believes now, and what is true, in one or two sentences."""
    holder = sentence(description.actors[course.belief.by].name)
    ends = [float(one) for one in (course.mean[0], course.mean[-1], course.true[-1])]
    first, last, true = as_numbers(ends)
    low, high = as_numbers([float(course.low[-1]), float(course.high[-1])])
    away = [abs(one - ends[2]) for one in ends[:2]]
    if abs(ends[0] - ends[1]) < _MOVED:
        moved, learnt = f"{first} all along", f"{holder} has learnt next to nothing."
    else:
        moved = f"{first} at first and {last} at the end"
        way = "nearer to that" if away[1] < away[0] else "farther from that"
        learnt = f"What {holder} believes is {way} than at first."
    inside = float(course.low[-1]) <= ends[2] <= float(course.high[-1])
    where = "in" if inside else "outside of"
    return (
        f"{sentence(course.belief.name)}: {holder} believes {moved} (interval now {low} to "
        f"{high}). It is {true}, {where} that interval. {learnt}"
    )


def told_of_runs(found: Learnt, description: Description) -> str:
    """The same over many runs: what is believed and true on average, and how near each run came."""
    if found.runs == 1:
        return told(found.course, description)
    course = found.course
    holder = sentence(description.actors[course.belief.by].name)
    ends = [float(one) for one in (course.mean[0], course.mean[-1], course.true[-1])]
    *believed, true = as_numbers(ends)
    off = as_numbers(found.off)
    if abs(found.off[0] - found.off[1]) < _MOVED:
        way = f"{holder} learns next to nothing"
    elif found.off[1] < found.off[0]:
        way = f"{holder} comes nearer to the truth"
    else:
        way = f"{holder} ends farther from the truth than it began"
    each = "on average, and another in each run" if found.varies else "in every run"
    inside = [percent(share) for share in found.inside]
    return (
        f"{sentence(course.belief.name)}: {way}. On average over the runs it believes "
        f"{_pair(believed)}; the number is {true} {each}. What it believes is off by {_pair(off)}, "
        f"on average. The number lies in the interval of 80{NBSP}% in {inside[0]} of the runs at "
        f"first, and in {inside[1]} at the end."
    )


def _pair(two: Sequence[str]) -> str:
    first, last = two
    return f"{first} all along" if first == last else f"{first} at first and {last} at the end"


HEADER = (
    "Belief",
    "Believed at first",
    "Believed at the end",
    "It is",
    "Off at first",
    "Off at the end",
)
"""Columns of a table of beliefs."""


def rows(found: Sequence[Learnt], description: Description) -> list[tuple[str, ...]]:
    """A row for each belief, under :data:`HEADER`; means over the runs."""
    return [_row(one, description) for one in found]


def _row(found: Learnt, description: Description) -> tuple[str, ...]:
    course = found.course
    ends = [float(one) for one in (course.mean[0], course.mean[-1], course.true[-1])]
    return held_by(course, description), *as_numbers(ends), *as_numbers(found.off)


def held_by(course: BeliefCourse, description: Description) -> str:
    """Whose belief it is, and of what."""
    return f"{sentence(description.actors[course.belief.by].name)}: {course.belief.name}"


def doubts(description: Description) -> str:
    """Who does not know what, in sentences; empty where all see the state as it is."""
    return " ".join(
        f"{sentence(description.actors[held.belief.by].name)} does not know {held.belief.name}."
        for held in beliefs_of(description)
    )


def believed(course: BeliefCourse, at: int) -> str:
    """What an actor believes at one time: ``0.50 (interval of 80 %: 0.31 to 0.69)``."""
    values = [float(one[at]) for one in (course.mean, course.low, course.high)]
    mean, low, high = as_numbers(values)
    return f"{mean} (interval of 80{NBSP}%: {low} to {high})"


def believes(course: BeliefCourse, at: int) -> str:
    """The same beside what is true."""
    (true,) = as_numbers([float(course.true[at])])
    return f"{believed(course, at)}; it is {true}"


def chart(course: BeliefCourse, description: Description, said: str, over: str = "") -> Chart:
    """Draw a belief with its interval, and what is true; ``over`` says of what it is the mean."""
    held, days = course.held, kit.iso(course.dates)
    holder = sentence(description.actors[held.belief.by].name)
    figure = go.Figure()
    kit.band(figure, days, (course.low, course.high), kit.BAND50, f"its interval of 80{NBSP}%")
    texts = [
        kit.as_texts(values, lambda value: number(value, 2))
        for values in (course.mean, course.low, course.high, course.true)
    ]
    months = kit.months(course.dates)
    hover = [
        f"<b>{month}: {holder} believes {mean}</b><br>interval {low} to {high}; it is {true}"
        for month, mean, low, high, true in zip(months, *texts, strict=True)
    ]
    kit.line(figure, days, course.mean, hover, kit.BLUE, f"what {holder} believes", width=3)
    kit.line(figure, days, course.true, None, kit.VERMILLION, "what is true", dash="dot")
    low, high = _axis(course)
    words = sentence(number_in_words(held, description))
    figure.update_yaxes(title_text=kit.wrapped(words, 34), range=[low, high])
    figure.update_xaxes(range=[days[0], days[-1]], **kit.DATES)
    figure.update_layout(hovermode="x")
    heads = ("Date", f"{holder} believes", "From", "To", "It is")
    caption = f"{words}: what {holder} believes, and what is true{over}, by date"
    table = Table.of(caption, *zip(heads, (months, *texts), strict=True))
    return kit.finish(figure, sentence(held.belief.name), said, table, _HEIGHT, legend=True)


def _axis(course: BeliefCourse) -> tuple[float, float]:
    """Ends of the axis: all of the range of a salience, and what is drawn of a resolve."""
    top = max(float(np.nanmax(course.high)), float(np.nanmax(course.true)))
    return (-0.02, 1.02) if course.held.about.issue else (0.0, 1.1 * max(top, 0.1))


def run_exhibits(
    dataset: xr.Dataset, scenario: Scenario, arm: str = "", id: str = "belief"
) -> tuple[Exhibit, ...]:
    """A chart of each belief over the runs: nothing where nobody doubts anything.

    ``arm`` names the scenario where several stand side by side; ids begin with ``id``.
    """
    described, found = scenario.description, []
    for one in learnt(dataset, described):
        held = one.course.held
        over = ", means over the runs" if one.runs > 1 else ""
        drawn = chart(one.course, described, told_of_runs(one, described), over)
        name = f"“{arm}”: {held.belief.name}" if arm else ""
        found.append(exhibit_of(f"{id}-{held.id}", drawn, HOW_TO_READ, name=name))
    return tuple(found)
