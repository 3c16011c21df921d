"""Charts of discovery: what each step of the search gains and gives up, and the boxes' limits."""

from __future__ import annotations

from collections.abc import Sequence

from sim.reporting.chart import (
    BLUE,
    GRID,
    INK,
    MUTED,
    ORANGE,
    RULE,
    Chart,
    Table,
    go,
    overlay,
    plain,
    rounded,
    styled,
    wrapped,
)
from sim.reporting.sources import parameter
from sim.scenario.schema import Description
from sim.studies.discovery.boxes import Box, Boxes, Fit, Limit, Step
from sim.studies.discovery.text import density, edges, figure, limit_in_words, reach
from sim.text import count, percent

LINE, ROOM, MARGIN = 15, 22, 24


def tradeoff_chart(boxes: Boxes) -> Chart:
    """Draw coverage and density of each box on the way from all runs to the smallest."""
    title = "What each step gains and gives up"
    steps = boxes.steps
    chosen = next((step for step in steps if step.chosen), None)
    said = (
        f"The box that was taken covers {percent(chosen.held.coverage)} of the cases, and "
        f"{percent(chosen.held.density)} of its runs are cases; of all runs "
        f"that were not searched {percent(boxes.share)} are."
        if chosen
        else f"No box on the way was worth taking; {percent(boxes.share)} of all runs are cases."
    )
    drawn = go.Figure()
    _line(drawn, [step.made for step in steps], "runs that it was made from", RULE, "circle-open")
    _line(drawn, [step.held for step in steps], "the other runs", BLUE, "circle")
    if chosen:
        drawn.add_scatter(
            x=rounded([chosen.held.coverage]), y=rounded([chosen.held.density], 4),
            mode="markers", name="taken", hoverinfo="skip",
            marker={"symbol": "star", "size": 15, "color": ORANGE,
                    "line": {"color": INK, "width": 1}},
        )  # fmt: skip
    drawn.add_hline(y=boxes.share, line={"color": MUTED, "width": 1.2, "dash": "dot"})
    styled(drawn, title, said, 360)
    drawn.update_xaxes(
        title_text="coverage: share of all cases in the box", tickformat=".0%",
        range=[0, 1.04], automargin=False,
    )  # fmt: skip
    drawn.update_yaxes(
        title_text="density: share of its runs that are cases", tickformat=".0%",
        rangemode="tozero", nticks=7,
    )  # fmt: skip
    drawn.update_layout(
        hovermode="closest",
        legend={"orientation": "h", "x": 0, "xref": "container", "y": 0, "yref": "container",
                "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False},
        margin={"b": 84},
        meta={"height": 360, "narrow": {"height": 400, "below": 128}},
    )  # fmt: skip
    return Chart(drawn, title, said, _steps(steps))


def _line(drawn: go.Figure, fits: Sequence[Fit], name: str, colour: str, symbol: str) -> None:
    drawn.add_scatter(
        x=rounded([fit.coverage for fit in fits]), y=rounded([fit.density for fit in fits], 4),
        mode="lines+markers", name=name, line={"width": 1.2, "color": colour},
        marker={"size": 6, "color": colour, "symbol": symbol}, hoverinfo="text",
        hovertext=[
            f"<b>{plain(name)}</b><br>coverage {percent(fit.coverage)}<br>"
            f"density {percent(fit.density)} of {count(fit.runs, 'run')}"
            for fit in fits
        ],
    )  # fmt: skip


def _steps(steps: Sequence[Step]) -> Table:
    header = (
        "Step", "Numbers limited", "Coverage", "Density", "Share of runs",
        "Density on the runs it was made from",
    )  # fmt: skip
    rows = [
        (
            f"{nth}{' (taken)' if step.chosen else ''}",
            str(step.limited),
            percent(step.held.coverage),
            density(step.held),
            percent(step.held.mass),
            percent(step.made.density),
        )
        for nth, step in enumerate(steps)
    ]
    return Table("The search, step by step; on runs that had no part in it", header, tuple(rows))


def limits_chart(box: Box, number: int, description: Description) -> Chart:
    """Draw a box's limits, each within the range of its number."""
    title, said = f"The limits of box {number}", f"{_ranges(box, description)}."
    limits = list(reversed(box.limits))
    labels = [wrapped(parameter(limit.path, description), 36) for limit in limits]
    drawn = go.Figure()
    drawn.add_bar(
        x=[1.0] * len(limits), y=list(range(len(limits))), orientation="h", width=0.28,
        marker={"color": GRID}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    ends = [_ends(limit) for limit in limits]
    drawn.add_bar(
        x=rounded([high - low for low, high in ends]), base=rounded([low for low, _ in ends]),
        y=list(range(len(limits))), orientation="h", width=0.28, marker={"color": BLUE},
        showlegend=False, hoverinfo="text",
        hovertext=[plain(limit_in_words(limit, description)) for limit in limits],
    )  # fmt: skip
    labelled = []
    for place, (limit, (low, high)) in enumerate(zip(limits, ends, strict=True)):
        marks = list(zip((0.0, 1.0), reach(limit), strict=True))
        marks += [
            (at, end) for at, end in zip((low, high), edges(limit), strict=True) if 0 < at < 1
        ]
        for at, text in marks:
            # Below the bar stands the range, above it what the box asks for.
            edge = at in (0.0, 1.0)
            labelled.append(
                {
                    "x": at, "y": place + (-0.15 if edge else 0.15), "showarrow": False,
                    "text": text,
                    "xanchor": "left" if at == 0 else "right" if at == 1 else "center",
                    "yanchor": "top" if edge else "bottom",
                    "font": {"size": 12, "color": MUTED if edge else INK},
                }
            )  # fmt: skip
    overlay(drawn, annotations=labelled)
    rows = sum(label.count("<br>") + 1 for label in labels)
    height = MARGIN + rows * LINE + ROOM * 2 * len(limits)
    styled(drawn, title, said, height)
    drawn.update_layout(barmode="overlay")
    drawn.update_xaxes(visible=False, range=[-0.02, 1.02])
    drawn.update_yaxes(
        tickvals=list(range(len(limits))), ticktext=labels, showgrid=False,
        range=[-0.6, len(limits) - 0.4],
    )  # fmt: skip
    narrow = [wrapped(parameter(limit.path, description), 20) for limit in limits]
    drawn.update_layout(
        meta={"height": height, "narrow": {"height": height + 30, "labels": narrow, "font": 11}}
    )
    header = ("Number", "Low", "High", "Lowest", "Highest", "Quasi-p-value")
    table = Table(
        f"{title}: a dash is no limit",
        header,
        tuple(
            (
                parameter(limit.path, description),
                edges(limit)[0] if limit.low > limit.least else "–",
                edges(limit)[1] if limit.high < limit.most else "–",
                *reach(limit),
                "under 0.001" if limit.chance < 0.001 else figure(limit.chance),
            )
            for limit in box.limits
        ),
    )
    return Chart(drawn, title, said, table)


def _ranges(box: Box, description: Description) -> str:
    return "; ".join(limit_in_words(limit, description) for limit in box.limits)


def _ends(limit: Limit) -> tuple[float, float]:
    """The limit as shares of its number's range."""
    width = limit.most - limit.least
    low, high = ((end - limit.least) / width for end in (limit.low, limit.high))
    return max(low, 0.0), min(high, 1.0)
