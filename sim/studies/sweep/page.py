"""The page of a sweep: what moves, where it flips, every outcome and event, single runs."""

from __future__ import annotations

from dataclasses import dataclass

from sim.reporting.chart import Table
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.story import Stories
from sim.reporting.study_page import StudyPage, files
from sim.scenario.scenario import Scenario, changes
from sim.studies.sweep.charts import course_chart, heat_chart, key, lined
from sim.studies.sweep.curves import Change, Course, Grid
from sim.studies.sweep.text import MOST_FLIPS, Axis, change, effect, mentions, over_grid
from sim.studies.sweep.thresholds import DRAWS, Item
from sim.text import count, listing, sentence

LEADING = 2
"""Most outcomes that the page's first sentences tell of."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SweepPage(StudyPage):
    """The page of a sweep.

    Attributes
    ----------
    links : tuple of str
        Where each row of the headline is shown on the page.
    told : tuple of str
        A sentence for each threshold.
    notes : tuple of str
        What a reader must know: values outside the scenario's own spread, failed runs.
    outcomes, watched : tuple of Exhibit
    stories : Stories
        Of the runs at one value.
    story_at : str
        That value, in words.
    two, lined : bool
        Whether two parameters are swept, and whether some map has a line where it flips.
    draws : int
        Resamples behind the interval of a threshold.
    """

    links: tuple[str, ...]
    told: tuple[str, ...]
    notes: tuple[str, ...]
    outcomes: tuple[Exhibit, ...]
    watched: tuple[Exhibit, ...]
    stories: Stories
    story_at: str
    two: bool
    lined: bool
    draws: int = DRAWS


@dataclass(frozen=True, eq=False)
class Swept:
    """What a page is made of.

    Attributes
    ----------
    scenario : Scenario
    axes : tuple of Axis
        One or two.
    parts : tuple of Course, or of Grid
        By the number of axes.
    stories : Stories
    nearest : tuple of float
        The values at which the stories stand.
    runs, failed, seed : int
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    parts: tuple[Course, ...] | tuple[Grid, ...]
    stories: Stories
    nearest: tuple[float, ...]
    runs: int
    failed: int
    seed: int


def contents(made: Swept) -> SweepPage:
    """Gather what the page shows."""
    exhibits = [(part.item, _exhibit(part, made)) for part in made.parts]
    outcomes = tuple(one for item, one in exhibits if not item.event)
    watched = tuple(one for item, one in exhibits if item.event)
    names = listing([axis.name for axis in made.axes])
    cells = listing([count(len(axis.values), "value") for axis in made.axes])
    return SweepPage(
        kind="Sweep",
        title=f"{made.scenario.description.title}: {names}",
        lead=_lead(made),
        headline=_headline(made),
        plots=tuple(plot for one in (*outcomes, *watched) for plot in one.plots),
        changes=changes(made.scenario),
        reproduction=(
            ("Values", cells),
            ("Runs at each", f"{made.runs:,}"),
            ("Seed", str(made.seed)),
        ),
        files=files([made.scenario]),
        links=tuple(_id(part.item) for part in _ranked(made)),
        told=_told(made),
        notes=_notes(made),
        outcomes=outcomes,
        watched=watched,
        stories=made.stories,
        story_at=listing(
            [
                f"{axis.name} at {axis.show(value)}"
                for axis, value in zip(made.axes, made.nearest, strict=True)
            ]
        ),
        two=len(made.axes) > 1,
        lined=any(isinstance(part, Grid) and lined(part) for part in made.parts),
    )


def _exhibit(part: Course | Grid, made: Swept) -> Exhibit:
    item, description = part.item, made.scenario.description
    notes = [] if item.measure is None else [item.measure.ends, item.measure.detail]
    if isinstance(part, Grid):
        chart = heat_chart(part, (made.axes[0], made.axes[1]), description)
        notes.append(key(part))
    else:
        chart = course_chart(part, made.axes[0], description)
    id = _id(item)
    return Exhibit(
        id, chart.name, chart.finding, (Plot(f"plot-{id}", chart),), tuple(filter(None, notes))
    )


def _id(item: Item) -> str:
    return f"{'watched' if item.event else 'outcome'}-{item.id}"


def _lead(made: Swept) -> str:
    ranges = listing(
        [
            f"{axis.name if nth else axis.title} takes {len(axis.values)} values from {axis.ends}"
            for nth, axis in enumerate(made.axes)
        ]
    )
    each = "value" if len(made.axes) == 1 else "pair of values"
    how = f"{ranges}. All else, every draw of chance too, is the same: {count(made.runs, 'run')} "
    how += f"at each {each}."
    first = _ranked(made)[0]
    if not _largest(first).sure:
        return f"Nothing clearly moves from end to end. {how}"
    described = made.scenario.description
    if isinstance(first, Grid):
        told = [over_grid(first, (made.axes[0], made.axes[1]), described)]
        return f"What moves most: {told[0]} {how}"
    told = [
        mentions(one, made.axes[0], described)
        for one in _ranked(made)
        if isinstance(one, Course)
        and (one is first or any(flip.settled for flip in one.thresholds))
    ]
    return f"What moves most: {' '.join(told[:LEADING])} {how}"


def _largest(part: Course | Grid) -> Change:
    """Its change from end to end; of two parameters', the larger."""
    if isinstance(part, Grid):
        return max(part.changes, key=lambda change: (change.sure, abs(change.effect)))
    return part.change


def _ranked(made: Swept) -> list[Course | Grid]:
    """What moves most comes first."""

    def rank(part: Course | Grid) -> tuple[bool, float]:
        change = _largest(part)
        return change.sure, abs(change.effect)

    return sorted(made.parts, key=rank, reverse=True)


def _told(made: Swept) -> tuple[str, ...]:
    described = made.scenario.description
    return tuple(
        over_grid(part, (made.axes[0], made.axes[1]), described)
        if isinstance(part, Grid)
        else mentions(part, made.axes[0], described)
        for part in _ranked(made)
        if part.thresholds
    )


def _notes(made: Swept) -> tuple[str, ...]:
    notes = [
        f"The scenario draws {axis.name} anew in each run; here it has the same value in all runs."
        for axis in made.axes
        if axis.uncertain
    ]
    notes += [
        f"The scenario's files do not state {axis.name}; it is set here."
        for axis in made.axes
        if axis.own is None
    ]
    if made.failed:
        verb = "is" if made.failed == 1 else "are"
        notes.append(
            f"{count(made.failed, 'run')} failed at some value and {verb} left out at all values."
        )
    return tuple(notes)


def _headline(made: Swept) -> Table:
    if len(made.axes) == 1:
        return _along(made, made.axes[0])
    first, second = made.axes
    rows = []
    for part in _ranked(made):
        if isinstance(part, Grid):
            low, high = part.item.shown(float(part.level.min()), float(part.level.max()))
            effects = (effect(part.item, change) for change in part.changes)
            rows.append((sentence(part.item.name), low, high, *effects))
    return Table(
        caption=(
            "Lowest and highest median at the end, or probability, over all pairs of values; and "
            "how far the mean moves from end to end of each parameter, in standard deviations of "
            "the runs (sd). What moves most comes first."
        ),
        header=("Outcome", "Lowest", "Highest", *(f"By {axis.name}" for axis in (first, second))),
        rows=tuple(rows),
    )


def _along(made: Swept, axis: Axis) -> Table:
    inner = [value for value in made.nearest if axis.own is not None and value in axis.values[1:-1]]
    shown = (axis.values[0], *inner, axis.values[-1])
    places = [axis.values.index(value) for value in shown]
    own = "" if axis.own is None else f" The scenario's own value is {axis.show(axis.own)}."
    rows = [
        (
            sentence(part.item.name),
            *part.item.finer(*(float(part.mean[place]) for place in places)),
            change(part.item, part.change, short=True),
            effect(part.item, part.change, turns=part.turn is not None),
            flipping(part, axis),
        )
        for part in _ranked(made)
        if isinstance(part, Course)
    ]
    return Table(
        caption=(
            f"Mean at the end, or probability, at values of {axis.name}; and how "
            "far it moves from the first value to the last, with its paired 95 % interval "
            "(of a probability in points of 100), and in standard deviations of the runs (sd). "
            f"What moves most comes first.{own}"
        ),
        header=(
            "Outcome",
            *(f"At {axis.show(value)}" for value in shown),
            "From end to end",
            "Effect",
            "Flips at",
        ),
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
