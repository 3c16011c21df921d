"""What really happened, on a page: its course over a chart, its sentences and its source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.reporting.chart_kit import BLACK, ActualCourse, Chart, Table, as_texts
from sim.reporting.outcome_charts import trajectory_chart, trajectory_finding
from sim.reporting.sources import citation
from sim.scenario.calendar import Dates
from sim.scenario.field_types import History
from sim.scenario.scenario import Scenario
from sim.statistics.history import Actual, ActualPoints, actual, points_within
from sim.statistics.measures import Measure
from sim.statistics.summary import Trajectory
from sim.text import NBSP, count, day, listing, month, sentence

NAME = "what happened"
_NAMED = 3
"""Most dates outside a band that a sentence names."""


def happened(points: ActualPoints, name: str = NAME) -> tuple[ActualCourse, ...]:
    """What really happened as a course to draw over a chart; none where there are no points."""
    if not len(points.dates):
        return ()
    course = points.dates, points.values, BLACK, "dot"
    return (ActualCourse(name, *course, sparse=True, symbol="diamond", known=points.known),)


def standing(found: Actual) -> str:
    """At how many of the known dates it lay in the band of the runs, in a sentence."""
    dates, runs = [month(date) for date in found.runs.dates], found.runs
    item = runs.measure
    if not dates:
        return "What happened is known at no date after the start of the calendar, up to its end."
    if item.share:
        shares = as_texts(runs.median, item.show)
        known = zip(dates, map(item.of_run, found.values), shares, strict=True)
        told = [f"{state} in {date}, {share} of the runs" for date, state, share in known]
        if len(told) > _NAMED:
            told = [told[0], f"{len(told) - 2} dates between are in the table", told[-1]]
        return f"What happened, and in how many runs it is in force then: {'; '.join(told)}."
    where = f"the 90{NBSP}% band"
    sides = [("above", found.above.nonzero()[0]), ("below", found.below.nonzero()[0])]
    if len(dates) == 1:
        word = next((word for word, places in sides if len(places)), "inside")
        return f"What happened lay {word} {where} at the one date known ({dates[0]})."
    missed = []
    for word, places in sides:
        if 0 < len(places) <= _NAMED:
            missed.append(f"{word} it in {listing([dates[place] for place in places])}")
        elif len(places):
            missed.append(f"{word} it at {len(places)}")
    said = f"What happened lay inside {where} at {int(found.inside.sum())} of {len(dates)} dates"
    return f"{'; '.join([said, *missed])}."


def beside_bands(found: Sequence[tuple[str, Actual]]) -> Table:
    """What happened at each known date beside the 90 % bands of some scenarios, by their name."""
    every = sorted({date for _, one in found for date in one.runs.dates})
    item = found[0][1].runs.measure
    happened_at: dict[np.datetime64, str] = {}
    bands = []
    for name, one in found:
        shown = item.fitted([one.runs.low90, one.runs.high90])
        values = zip(one.runs.dates, as_texts(one.values, shown.of_run), strict=True)
        happened_at |= dict(values)
        low, high = (as_texts(end, shown.show) for end in (one.runs.low90, one.runs.high90))
        band = [f"{a} to {b}" for a, b in zip(low, high, strict=True)]
        by_date = dict(zip(one.runs.dates, band, strict=True))
        bands.append((f"{name}: {_band(item)}", [by_date.get(date, "–") for date in every]))
    return Table.of(
        f"{item.name}: {NAME}, by date",
        ("Date", [day(date.item()) for date in every]),
        (sentence(NAME), [happened_at[date] for date in every]),
        *bands,
    )


def _band(item: Measure) -> str:
    return f"95{NBSP}% interval of the share" if item.share else f"90{NBSP}% of the runs"


def outside_in_words(points: ActualPoints) -> str:
    """Which known dates the calendar leaves out; empty where it holds all."""
    days = [day(date.item()) for date in points.outside]
    if not days:
        return ""
    named = listing(days) if len(days) <= _NAMED else count(len(days), "known date")
    verb, them = ("lies", "it") if len(days) == 1 else ("lie", "them")
    drawn = f"a line to {them} is drawn up to its end" if len(points.dates) else "nothing is drawn"
    return f"{named} {verb} outside the calendar: {drawn}."


def origin_of(history: History, scenario: Scenario) -> tuple[str, ...]:
    """Notes on a history: its values, how they were found, and the sources they are from."""
    values = ", ".join(f"{day.isoformat()}: {value:g}" for day, value in history.values.items())
    found = [f"Values: {values}."]
    if history.why:
        found.append(f"{sentence(history.why).rstrip('.')}.")
    cited = [citation(source, scenario) for source in history.source]
    if cited:
        found.append(f"Source: {'; '.join(f'{one.work}, {one.place}' for one in cited)}.")
    return tuple(found)


def about(history: History, points: ActualPoints, scenario: Scenario) -> str:
    """What stands under a chart: what is drawn, what is not, and where the values are from."""
    notes = (*origin_of(history, scenario), outside_in_words(points))
    return f"{sentence(NAME)}. {' '.join(filter(None, notes))}"


def chart_with_history(
    runs: Trajectory, scenario: Scenario, beside: tuple[int, int] = (0, 0)
) -> tuple[Chart, str]:
    """An outcome's chart with what really happened over it, and what stands under that.

    The second is empty, and the chart is of the runs alone, where the scenario does not tell it.
    ``beside``: pixels beside the plot that its legend does not have, on a screen and on a phone.
    """
    history = scenario.description.history.get(runs.measure.id)
    if history is None:
        return trajectory_chart(runs, scenario.description), ""
    found = actual(history, runs)
    said = f"{trajectory_finding(runs)} {standing(found)}"
    over = happened(found.course)
    chart = trajectory_chart(runs, scenario.description, over, said, beside)
    return chart, about(history, found.course, scenario)


def real_course(
    history: History, calendar: tuple[np.datetime64, ...], first: float, item: Measure
) -> tuple[Dates, Floats, str]:
    """A history as it is drawn within a calendar, and in a sentence; none where it has none.

    A line between a date inside and the next one outside is drawn up to the calendar's
    edge. A history that never changes is drawn from ``first``, where the class started: it says
    that nothing changed, and its level may be counted otherwise than the scenario's.
    """
    known = np.array(list(history.values), dtype="datetime64[D]")
    values = np.array(list(history.values.values()))
    begin, end = calendar[0], calendar[-1]
    inside = (known >= begin) & (known <= end)
    if known[0] > end or known[-1] < begin:
        return known[:0], values[:0], ""
    if len(values) > 1 and known[-1] > begin and np.ptp(values) == 0:
        both = np.array([max(known[0], begin), min(known[-1], end)])
        said = f"What really happened: unchanged from the start to {month(known[-1])}."
        return both, np.full(2, first), said
    points = points_within(history, begin, end)
    shown = [nth for nth, day in enumerate(known) if inside[nth]]
    shown = sorted({shown[0], shown[-1]}) if shown else []
    if not inside.any():  # the calendar lies between two known dates
        shown = [int(np.flatnonzero(known < begin)[-1])]
    if known[-1] > end:
        shown.append(int(np.flatnonzero(known > end)[0]))
    parts = [f"{item.of_run(float(values[nth]))} in {month(known[nth])}" for nth in shown]
    joint = "; between known dates a straight line" if len(points.dates) > 1 else ""
    return points.dates, points.values, f"What really happened: {', '.join(parts)}{joint}."
