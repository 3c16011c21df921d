"""Each outcome over time, with its uncertainty, and where it stands at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.reporting.chart import (
    BAND50,
    BAND90,
    BLUE,
    DATES,
    GRID,
    PAPER,
    SAMPLE,
    SKY,
    Chart,
    Line,
    Table,
    draw_over,
    go,
    iso,
    more_below,
    plain,
    rounded,
    styled,
    wrapped,
)
from sim.reporting.event_marks import dated_events, mark_events
from sim.scenario.schema import Description
from sim.statistics.measures import Measure
from sim.statistics.summary import Ending, Trajectory
from sim.text import NBSP, count, enough, month, number, percent, percents, sentence

HEIGHT = 360
BELOW = 78
WIDTHS = 820, 330
"""Pixels that a legend has on a screen, and on a phone."""
LEAST_SPAN = 0.2
"""Least share of a quantity's range that an axis shows: noise must not look like news."""


def finding(trajectory: Trajectory) -> str:
    """State what came of an outcome: quantity, unit, median and band at the end."""
    item = trajectory.measure
    if item.share:
        start, end = percents((float(trajectory.median[0]), float(trajectory.median[-1])))
        said = f"{sentence(item.quantity)}, in {end} of the runs at the end"
        return f"{said}, in {start} at the start." if start != end else f"{said}, as at the start."
    if item.whole:
        said = f"{sentence(item.quantity)}: {trajectory.end} by the end in the median"
        if trajectory.alike:
            return f"{said}, and so it is in nearly all runs."
        return (
            f"{said}; 90{NBSP}% of runs end between {trajectory.low_end} and {trajectory.high_end}."
        )
    change = trajectory.change
    if not change:
        moved = f"stays near {trajectory.end}"
    else:
        moved = f"{'rises' if change > 0 else 'falls'} from {trajectory.start} to {trajectory.end}"
    said = f"{sentence(item.quantity)} ({item.unit}) {moved} in the median"
    if trajectory.alike:
        return f"{said}, and so it does in nearly all runs."
    return f"{said}; 90{NBSP}% of runs end between {trajectory.low_end} and {trajectory.high_end}."


def trajectory_chart(
    trajectory: Trajectory, description: Description, lines: Sequence[Line] = (), said: str = ""
) -> Chart:
    """Draw an outcome's median, its 50 and 90 % bands, sample runs and dated events.

    Parameters
    ----------
    trajectory : Trajectory
        Bands by round.
    description : Description
        Gives the dated events.
    lines : sequence of Line
        Courses that are drawn over the bands.
    said : str
        The finding; that of the bands where not given.
    """
    item, dates = trajectory.measure, iso(trajectory.dates)
    # A count holds for the period that led to its date, the last one too.
    shape = "vh" if item.whole else "linear"
    figure = go.Figure()
    bands = [
        (trajectory.low90, trajectory.high90, BAND90, f"90{NBSP}% of runs"),
        (trajectory.low50, trajectory.high50, BAND50, f"50{NBSP}% of runs"),
    ]
    if item.share:
        bands = [(trajectory.low90, trajectory.high90, BAND50, f"95{NBSP}% interval")]
    for low, high, colour, told in bands:
        edge = {"x": dates, "mode": "lines", "line": {"width": 0, "shape": shape}}
        edge["hoverinfo"] = "skip"
        figure.add_scatter(y=rounded(low), showlegend=False, **edge)
        figure.add_scatter(
            y=rounded(high),
            fill="tonexty",
            fillcolor=colour,
            name=told,
            **edge,
        )
    for place, sample in enumerate(trajectory.samples):
        figure.add_scatter(
            x=dates,
            y=rounded(sample),
            mode="lines",
            line={"width": 1, "color": SAMPLE, "shape": shape},
            hoverinfo="skip",
            name=count(len(trajectory.samples), "run"),
            legendgroup="samples",
            showlegend=place == 0,
        )
    figure.add_scatter(
        x=dates,
        y=rounded(trajectory.median),
        mode="lines",
        line={"width": 3, "color": BLUE, "shape": shape},
        name="share of the runs" if item.share else "median",
        hoverinfo="text",
        hovertext=_hover(trajectory),
    )
    for line in reversed(lines):  # the legend is read backwards
        draw_over(figure, line, item)
    drawn = np.concatenate(
        [
            trajectory.low90,
            trajectory.high90,
            trajectory.samples.ravel(),
            *(o.values for o in lines),
        ]
    )
    low_end, high_end = axis_range(drawn, item)
    rows = mark_events(figure, dated_events(description, trajectory.dates), dates, high_end)
    figure.update_yaxes(title_text=wrapped(item.axis, 34), range=[low_end, high_end])
    figure.update_xaxes(range=[dates[0], dates[-1]], **DATES)
    if item.share:
        figure.update_yaxes(tickformat=".0%")
    if item.whole:
        figure.update_yaxes(tickformat="d", **({"dtick": 1} if high_end - low_end < 8 else {}))
    figure.update_layout(
        hovermode="x",
        legend={
            "orientation": "h",
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "traceorder": "reversed",
            "font": {"size": 11},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    said = said or finding(trajectory)
    styled(figure, item.name, said, HEIGHT)
    # The numbers of the events stand between title and plot, the legend below it.
    wide, narrow = (more_below(figure, width) if lines else 0 for width in WIDTHS)
    narrow = max(narrow, 24)
    figure.update_layout(
        height=figure.layout.height + wide,
        margin={"t": figure.layout.margin.t + 17 * rows, "b": BELOW + wide},
        meta={
            "height": HEIGHT + wide,
            "above": 16 + 17 * rows,
            "narrow": {"height": HEIGHT + narrow, "below": BELOW + narrow},
        },
    )
    figure.update_xaxes(automargin=False)
    return Chart(figure, item.name, said, _table(trajectory, lines))


def _hover(trajectory: Trajectory) -> list[str]:
    show = trajectory.measure.show
    if trajectory.measure.share:
        return [
            f"<b>{month(date)}: in force in {show(share)} of the runs</b><br>"
            f"95{NBSP}% interval {show(low)} to {show(high)}"
            for date, share, low, high in zip(
                trajectory.dates, trajectory.median, trajectory.low90, trajectory.high90,
                strict=True,
            )
        ]  # fmt: skip
    columns = zip(
        trajectory.dates, trajectory.median, trajectory.low50, trajectory.high50,
        trajectory.low90, trajectory.high90, strict=True,
    )  # fmt: skip
    return [
        f"<b>{month(date)}: median {show(median)}</b><br>"
        f"half of the runs between {show(low50)} and {show(high50)}<br>"
        f"90{NBSP}% of the runs between {show(low90)} and {show(high90)}"
        for date, median, low50, high50, low90, high90 in columns
    ]


def axis_range(drawn: Floats, item: Measure) -> tuple[float, float]:
    """Ends of an outcome's axis: what is drawn, and never so little that noise fills it.

    Of a share they are always 0 and 1.
    """
    if item.share:
        return 0.0, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    bounds = item.bounds
    least = LEAST_SPAN * (bounds[1] - bounds[0]) if bounds else 0.1 * max(abs(high), abs(low), 1e-9)
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


def _table(trajectory: Trajectory, lines: Sequence[Line] = ()) -> Table:
    show = trajectory.measure.show
    over = [dict(zip(iso(line.dates), line.values, strict=True)) for line in lines]
    columns: tuple[Floats, ...] = (
        trajectory.median, trajectory.low50, trajectory.high50, trajectory.low90, trajectory.high90
    )  # fmt: skip
    heads: tuple[str, ...] = (
        "Median",
        *(f"{share}{NBSP}% {end}" for share in (50, 90) for end in ("from", "to")),
    )
    if trajectory.measure.share:
        columns, heads = columns[:3], ("Share of the runs", "From", "To")
    return Table(
        caption=f"{trajectory.measure.name}: {trajectory.measure.quantity}, by date",
        header=(
            "Date",
            *heads,
            *(line.name for line in lines),
        ),
        rows=tuple(
            (
                month(date),
                *(show(float(column[nth])) for column in columns),
                *(show(float(values[day])) if day in values else "–" for values in over),
            )
            for nth, (date, day) in enumerate(
                zip(trajectory.dates, iso(trajectory.dates), strict=True)
            )
        ),
    )


def ending_chart(ending: Ending) -> Chart:
    """Draw how the runs are spread over an outcome's values at the end."""
    item, total = ending.measure, max(int(ending.runs.sum()), 1)
    shares = ending.runs / total
    middles = (ending.edges[:-1] + ending.edges[1:]) / 2
    inside = (middles >= ending.low90) & (middles <= ending.high90)
    if item.share:
        inside = middles > 0.5
    values = [_bin(ending, nth) for nth in range(len(ending.runs))]
    figure = go.Figure()
    figure.add_bar(
        x=rounded(middles), y=rounded(shares, 4), width=rounded(np.diff(ending.edges), 4),
        marker={
            "color": [SKY if within else "#C6E0F2" for within in inside],
            "line": {"color": PAPER, "width": 0.5},
        },
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(value)}</b><br>{percent(float(share))} of the runs ({runs:,})"
            for value, share, runs in zip(values, shares, ending.runs, strict=True)
        ],
    )  # fmt: skip
    figure.update_xaxes(title_text=wrapped(item.axis, 34), showgrid=False, nticks=6)
    if item.share:
        figure.update_xaxes(
            title_text="", tickmode="array", tickvals=[0, 1],
            ticktext=[item.of_run(value) for value in (0, 1)],
        )  # fmt: skip
    else:
        figure.add_shape(
            type="line", x0=ending.median, x1=ending.median, y0=0, y1=1, yref="paper",
            line={"color": BLUE, "width": 3},
        )  # fmt: skip
        figure.add_annotation(
            x=ending.median, y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=f"median {item.show(ending.median)}", font={"size": 12, "color": BLUE},
        )  # fmt: skip
    width = ending.edges[-1] - ending.edges[0]
    if item.whole and width < 14:
        figure.update_xaxes(tick0=0, dtick=1 if width < 7 else 2)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", nticks=5, gridcolor=GRID)
    figure.update_layout(bargap=0, showlegend=False)
    said = (
        f"Share of runs by where they end; the darker bars hold the middle 90{NBSP}%, "
        f"{item.show(ending.low90)} to {item.show(ending.high90)}."
    )
    if item.share:
        said = f"Share of runs at the end: in force in {item.show(ending.median)}."
    table = Table(
        caption=f"{item.name}: runs by value at the end",
        header=("Value", "Runs", "Share"),
        rows=tuple(
            (value, f"{runs:,}", percent(float(share)))
            for value, runs, share in zip(values, ending.runs, shares, strict=True)
        ),
    )
    name = f"{item.name} at the end"
    styled(figure, name, said, HEIGHT)
    figure.update_layout(
        margin={"b": BELOW}, meta={"height": HEIGHT, "above": 33, "narrow": {"height": 250}}
    )
    figure.update_xaxes(automargin=False)
    return Chart(figure, name, said, table)


def _bin(ending: Ending, nth: int) -> str:
    low, high = float(ending.edges[nth]), float(ending.edges[nth + 1])
    if ending.measure.share:
        return ending.measure.of_run(nth)
    if ending.measure.whole:
        first, last = low + 0.5, high - 0.5
        return number(first, 0) if first == last else f"{number(first, 0)} to {number(last, 0)}"
    digits = enough(ending.edges, ending.measure.digits + 1)
    return f"{number(low, digits)} to {number(high, digits)}"
