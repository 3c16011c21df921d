"""Courses over time: each outcome with its uncertainty, where it ends, and watched events."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.scenario.schema import Description
from sim.statistics.measures import Measure
from sim.statistics.summary import Ending, Trajectory, Watched
from sim.text import NBSP, count, day, enough, month, number, percent, percents, sentence

_HEIGHT = 360
_SAMPLE = "rgba(27,31,36,0.38)"
_LEAST_SPAN = 0.2
"""Least share of a quantity's range that an axis shows: noise must not look like news."""


def trajectory_finding(trajectory: Trajectory) -> str:
    """State what came of an outcome: quantity, unit, median and band at the end."""
    item = trajectory.measure
    if item.share:
        start, end = percents((float(trajectory.median[0]), float(trajectory.median[-1])))
        said = f"{sentence(item.quantity)}, in {end} of the runs at the end"
        return f"{said}, in {start} at the start." if start != end else f"{said}, as at the start."
    change = trajectory.change
    if item.whole:
        said = f"{sentence(item.quantity)}: {trajectory.end} by the end in the median"
        verb = "is"
    else:
        moved = f"stays near {trajectory.end}"
        if change:
            verb = "rises" if change > 0 else "falls"
            moved = f"{verb} from {trajectory.start} to {trajectory.end}"
        said = f"{sentence(item.quantity)} ({item.unit}) {moved} in the median"
        verb = "does"
    if trajectory.alike:
        return f"{said}, and so it {verb} in nearly all runs."
    return f"{said}; 90{NBSP}% of runs end between {trajectory.low_end} and {trajectory.high_end}."


def trajectory_chart(
    trajectory: Trajectory,
    description: Description,
    over: Sequence[kit.ActualCourse] = (),
    said: str = "",
    beside: tuple[int, int] = (0, 0),
    since: datetime.date | None = None,
) -> Chart:
    """Draw an outcome's median, its 50 and 90 % bands, sample runs and dated events.

    ``over`` are courses that are drawn over the bands; ``said`` is the finding, that of the
    bands where not given; ``beside`` is that of :func:`sim.reporting.chart_kit.finish`; the axis
    begins with ``since``, where that is given and earlier than the runs.
    """
    item, dates = trajectory.measure, kit.iso(trajectory.dates)
    # A count holds for the period that led to its date, the last one too.
    shape = "vh" if item.whole else "linear"
    outer = trajectory.low90, trajectory.high90
    inner = trajectory.low50, trajectory.high50
    bands = [(outer, kit.BAND90, f"90{NBSP}% of runs"), (inner, kit.BAND50, f"50{NBSP}% of runs")]
    if item.share:
        bands = [(outer, kit.BAND50, f"95{NBSP}% interval")]
    figure = go.Figure()
    for ends, colour, words in bands:
        kit.band(figure, dates, ends, colour, words, shape=shape, digits=3)
    words = count(len(trajectory.samples), "run")
    for sample in trajectory.samples:
        kit.line(figure, dates, sample, None, _SAMPLE, words, width=1, shape=shape, digits=3)
        words = ""
    name = "share of the runs" if item.share else "median"
    hover, median = _hover(trajectory), trajectory.median
    kit.line(figure, dates, median, hover, kit.BLUE, name, width=3, shape=shape, digits=3)
    for course in reversed(over):  # the legend is read backwards
        course.draw(figure, item.show, whole=item.whole)
    drawn = [*outer, trajectory.samples.ravel(), *(course.values for course in over)]
    low_end, high_end = axis_range(np.concatenate(drawn), item)
    axis = [min(dates[0], since.isoformat()) if since else dates[0], dates[-1]]
    rows = mark_events(figure, dated_events(description, trajectory.dates), axis, high_end)
    figure.update_yaxes(title_text=kit.wrapped(item.axis, 34), range=[low_end, high_end])
    figure.update_xaxes(range=axis, **kit.DATES)
    if item.share:
        figure.update_yaxes(tickformat=".0%")
    if item.whole:
        figure.update_yaxes(tickformat="d", dtick=1 if high_end - low_end < 8 else None)
    figure.update_layout(hovermode="x", legend_traceorder="reversed")
    said = said or trajectory_finding(trajectory)
    # The numbers of the events stand between title and plot, the legend below it.
    above = 16 + 17 * rows
    return kit.finish(
        figure,
        item.name,
        said,
        _table(trajectory, over),
        _HEIGHT,
        above=above,
        legend=True,
        beside=beside,
    )


def _hover(trajectory: Trajectory) -> list[str]:
    """What each date of a course says when pointed at."""
    item, dates = trajectory.measure, kit.months(trajectory.dates)
    median, low50, high50, low90, high90 = _texts(trajectory)
    if item.share:
        return [
            f"<b>{date}: in force in {share} of the runs</b><br>95{NBSP}% interval {low} to {high}"
            for date, share, low, high in zip(dates, median, low90, high90, strict=True)
        ]
    return [
        f"<b>{date}: median {middle}</b><br>half of the runs between {a} and {b}<br>"
        f"90{NBSP}% of the runs between {low} and {high}"
        for date, middle, a, b, low, high in zip(
            dates, median, low50, high50, low90, high90, strict=True
        )
    ]


def _table(trajectory: Trajectory, over: Sequence[kit.ActualCourse]) -> Table:
    """The numbers of a course: a row for each date of the runs.

    Each other date at which a course over them is known has a row too, with its day.
    """
    item, rounds = trajectory.measure, set(kit.iso(trajectory.dates))
    marked = [course.marked for course in over]
    known = [dict(zip(kit.iso(days), values, strict=True)) for days, values in marked]
    every = sorted(rounds.union(*known))
    days = np.array(every, dtype="datetime64[D]")
    dates = [
        month(date) if name in rounds else day(date.item())
        for name, date in zip(every, days, strict=True)
    ]
    first, last = trajectory.dates[0], trajectory.dates[-1]
    within = (days >= first) & (days <= last)
    texts = [_spread(column, within) for column in _texts(trajectory.at(days[within]))]
    if item.share:
        columns = [*zip(("Share of the runs", "From", "To"), texts[:3], strict=True)]
    else:
        ends = (f"{share}{NBSP}% {end}" for share in (50, 90) for end in ("from", "to"))
        columns = [*zip(("Median", *ends), texts, strict=True)]
    for course, at in zip(over, known, strict=True):
        shown = [item.show(at[name]) if name in at else "–" for name in every]
        columns.append((course.name, shown))
    return Table.of(f"{item.name}: {item.quantity}, by date", ("Date", dates), *columns)


def _spread(column: Sequence[str], places: Bools) -> list[str]:
    """A column with dashes where it has nothing."""
    texts = iter(column)
    return [next(texts) if place else "–" for place in places]


def _texts(trajectory: Trajectory) -> list[list[str]]:
    names = ("median", "low50", "high50", "low90", "high90")
    return [kit.as_texts(getattr(trajectory, name), trajectory.measure.show) for name in names]


def axis_range(drawn: Floats, item: Measure) -> tuple[float, float]:
    """Ends of an outcome's axis: what is drawn, and never so little that noise fills it.

    Of a share they are always 0 and 1.
    """
    if item.share:
        return 0.0, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    bounds = item.bounds
    least = 0.1 * max(abs(high), abs(low), 1e-9)
    if bounds:
        least = _LEAST_SPAN * (bounds[1] - bounds[0])
    if item.whole:
        least = 4.0
    grow = max(least - (high - low), 0) / 2
    low, high = low - grow, high + grow
    edge = 0.05 * (high - low)
    low, high = low - edge, high + edge
    if bounds:
        room = 0.02 * (bounds[1] - bounds[0])
        low, high = max(low, bounds[0] - room), min(high, bounds[1] + room)
    elif float(drawn.min()) >= 0:
        low = max(low, -edge)
    return low, high


def ending_chart(ending: Ending) -> Chart:
    """Draw how the runs are spread over an outcome's values at the end."""
    item, total = ending.measure, max(int(ending.runs.sum()), 1)
    shares = ending.runs / total
    middles = (ending.edges[:-1] + ending.edges[1:]) / 2
    inside = (middles >= ending.low90) & (middles <= ending.high90)
    if item.share:
        inside = middles > 0.5
    values = [_bin(ending, nth) for nth in range(len(ending.runs))]
    runs = kit.as_texts(ending.runs, lambda one: f"{one:,.0f}")
    percentages = kit.as_texts(shares, percent)
    figure = go.Figure()
    figure.add_bar(
        x=kit.rounded(middles),
        y=kit.rounded(shares, 4),
        width=kit.rounded(np.diff(ending.edges), 4),
        marker={
            "color": [kit.SKY if within else "#C6E0F2" for within in inside],
            "line": {"color": kit.PAPER, "width": 0.5},
        },
        hoverinfo="text",
        hovertext=[
            f"<b>{kit.plain(value)}</b><br>{share} of the runs ({number})"
            for value, share, number in zip(values, percentages, runs, strict=True)
        ],
    )
    figure.update_xaxes(title_text=kit.wrapped(item.axis, 34), showgrid=False, nticks=6)
    if item.share:
        words = [item.of_run(value) for value in (0, 1)]
        figure.update_xaxes(title_text="", tickmode="array", tickvals=[0, 1], ticktext=words)
        said = f"Share of runs at the end: in force in {item.show(ending.median)}."
    else:
        figure.add_vline(
            ending.median,
            line={"color": kit.BLUE, "width": 3},
            annotation={"text": f"median {item.show(ending.median)}", "font": {"color": kit.BLUE}},
            annotation_position="top",
        )
        said = (
            f"Share of runs by where they end; the darker bars hold the middle 90{NBSP}%, "
            f"{item.show(ending.low90)} to {item.show(ending.high90)}."
        )
    width = ending.edges[-1] - ending.edges[0]
    if item.whole and width < 14:
        figure.update_xaxes(tick0=0, dtick=1 if width < 7 else 2)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", nticks=5)
    figure.update_layout(bargap=0)
    columns = ("Value", values), ("Runs", runs), ("Share", percentages)
    table = Table.of(f"{item.name}: runs by value at the end", *columns)
    name, narrow = f"{item.name} at the end", {"height": 250}
    return kit.finish(figure, name, said, table, _HEIGHT, above=33, below=kit.BELOW, narrow=narrow)


def _bin(ending: Ending, nth: int) -> str:
    low, high = float(ending.edges[nth]), float(ending.edges[nth + 1])
    if ending.measure.share:
        return ending.measure.of_run(nth)
    if ending.measure.whole:
        first, last = low + 0.5, high - 0.5
        return number(first, 0) if first == last else f"{number(first, 0)} to {number(last, 0)}"
    digits = enough(ending.edges, ending.measure.digits + 1)
    return f"{number(low, digits)} to {number(high, digits)}"


# The probability of each watched event, by date.

_TOPS = (0.05, 0.1, 0.2, 0.5, 1.0)


def common_top(events: Sequence[Watched]) -> float:
    """End of the probability axis that all charts of these events share."""
    return top_over(max((float(event.high.max()) for event in events), default=1.0))


def top_over(most: float) -> float:
    """End of a probability axis on which ``most`` still stands."""
    return next((top for top in _TOPS if most <= top), 1.0)


def probability_axis(figure: Any, top: float) -> tuple[float, float]:
    """Give a figure an axis of probabilities up to ``top``; its ends."""
    ends = -0.02 * top, 1.02 * top
    tickformat = ".1%" if top < 0.1 else ".0%"
    ticks = {"tickvals": [0, top / 2, top], "tickformat": tickformat}
    figure.update_yaxes(title_text="probability", range=ends, **ticks)
    return ends


def watched_chart(event: Watched, top: float = 1.0) -> Chart:
    """Draw in what share of the runs an event has happened, by date, with its interval.

    ``top`` is the end of the probability axis.
    """
    dates, days = kit.iso(event.dates), kit.months(event.dates)
    share, low, high = (
        kit.as_texts(one, percent) for one in (event.probability, event.low, event.high)
    )
    hover = [
        f"<b>by {day}: {middle}</b><br>95{NBSP}% interval {least} to {most}"
        for day, middle, least, most in zip(days, share, low, high, strict=True)
    ]
    figure = go.Figure()
    kit.band(figure, dates, (event.low, event.high), kit.BAND50, shape="vh")
    kit.line(figure, dates, event.probability, hover, kit.BLUE, shape="vh")
    probability_axis(figure, top)
    figure.update_xaxes(range=[dates[0], dates[-1]], **(kit.DATES | {"nticks": 5}))
    figure.update_layout(hovermode="x")
    said = f"Probability by {month(event.dates[-1])}: {event.chance} ({event.interval})."
    columns = ("By", days), ("Probability", share), ("From", low), ("To", high)
    table = Table.of(f"{event.name}: probability by date", *columns)
    return kit.finish(figure, sentence(event.name), said, table, 190)


# Dated events, as numbered lines across a chart of time.

_NEAR = 0.055
"""Share of the calendar within which events carry one label: closer ones would overlap."""


def dated_events(description: Description, dates: Any) -> list[tuple[datetime.date, str]]:
    """List the events with a date within the calendar, in time's order."""
    first, last = (date.astype("datetime64[D]").astype(object) for date in (dates[0], dates[-1]))
    found = [
        (event.on, event.name)
        for event in description.events.values()
        if event.on and first <= event.on <= last
    ]
    return sorted(found)


def mark_events(
    figure: Any, events: list[tuple[datetime.date, str]], dates: list[str], top: float
) -> int:
    """Draw a numbered line for each event; say how many rows the numbers take.

    The names stand in the key below the chart and in the hover: as labels they
    would cover one another wherever two events are near.
    """
    if not events:
        return 0
    first_day, last_day = (datetime.date.fromisoformat(dates[nth]) for nth in (0, -1))
    length = max((last_day - first_day).days, 1)
    clusters: list[list[int]] = []
    for nth, (on, _) in enumerate(events):
        near = clusters and (on - events[clusters[-1][0]][0]).days < _NEAR * length
        clusters = [*clusters[:-1], [*clusters[-1], nth]] if near else [*clusters, [nth]]
    row, rows, before = 0, 1, None
    labels = []
    for cluster in clusters:
        first, final = events[cluster[0]][0], events[cluster[-1]][0]
        middle = first + (final - first) / 2
        row = 1 - row if before and (middle - before).days < 2 * _NEAR * length else 0
        rows, before = max(rows, row + 1), middle
        numbers = f"{cluster[0] + 1}" + (f"–{cluster[-1] + 1}" if len(cluster) > 1 else "")
        box = {"bgcolor": kit.PAPER, "bordercolor": kit.RULE, "borderpad": 2}
        box["width"] = 6 + 7 * len(numbers)
        place = {"x": middle.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom"}
        font = {"size": 11, "color": kit.INK}
        labels.append({**place, **box, "yshift": 2 + 17 * row, "text": numbers, "font": font})
    look = {"color": kit.MUTED, "width": 1, "dash": "dot"}
    upright = {"type": "line", "y0": 0, "y1": 1, "yref": "paper", "line": look, "layer": "below"}
    days = [on.isoformat() for on, _ in events]
    shapes = [{**upright, "x0": day, "x1": day} for day in days]
    kit.overlay(figure, shapes=shapes, annotations=labels)
    figure.add_scatter(
        x=days,
        y=[top] * len(events),
        mode="markers",
        marker={"size": 12, "opacity": 0},
        showlegend=False,
        hoverinfo="text",
        hovertext=[
            f"<b>{nth}. {month(np.datetime64(on))}</b><br>{kit.wrapped(name, 40)}"
            for nth, (on, name) in enumerate(events, start=1)
        ],
    )
    return rows
