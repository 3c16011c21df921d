"""Charts of discovery: what each step of the search gains and gives up, and the boxes' limits."""

from __future__ import annotations

from collections.abc import Sequence

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.reporting.sources import parameter
from sim.scenario.schema import Description
from sim.studies.discovery.result import Box, Boxes, Fit, Limit, Step
from sim.studies.discovery.text import density, edges, figure, limit_in_words, reach, tradeoff
from sim.text import count, percent


def tradeoff_chart(boxes: Boxes) -> Chart:
    """Draw coverage and density of each box on the way from all runs to the smallest."""
    title = "What each step gains and gives up"
    steps = boxes.steps
    chosen = next((step for step in steps if step.chosen), None)
    drawn = go.Figure()
    _way(
        drawn, [step.made for step in steps], "runs that it was made from", kit.RULE, "circle-open"
    )
    _way(drawn, [step.held for step in steps], "the other runs", kit.BLUE, "circle")
    if chosen:
        edge = {"color": kit.INK, "width": 1}
        drawn.add_scatter(
            x=kit.rounded([chosen.held.coverage]),
            y=kit.rounded([chosen.held.density], 4),
            mode="markers",
            name="taken",
            hoverinfo="skip",
            marker={"symbol": "star", "size": 15, "color": kit.ORANGE, "line": edge},
        )
    drawn.add_hline(boxes.share, line={"color": kit.MUTED, "width": 1.2, "dash": "dot"})
    drawn.update_xaxes(
        title_text="coverage: share of all cases in the box", tickformat=".0%", range=[0, 1.04]
    )
    drawn.update_yaxes(
        title_text="density: share of its runs that are cases",
        tickformat=".0%",
        rangemode="tozero",
        nticks=7,
    )
    drawn.update_layout(hovermode="closest")
    return kit.finish(drawn, title, tradeoff(boxes, chosen), _steps(steps), 360, legend=True)


def _way(drawn: go.Figure, fits: Sequence[Fit], name: str, colour: str, symbol: str) -> None:
    hover = [
        f"<b>{kit.plain(name)}</b><br>coverage {percent(fit.coverage)}<br>"
        f"density {percent(fit.density)} of {count(fit.runs, 'run')}"
        for fit in fits
    ]
    coverage, density = kit.rounded([fit.coverage for fit in fits]), [fit.density for fit in fits]
    kit.line(drawn, coverage, density, hover, colour, name, width=1.2, symbol=symbol)


def _steps(steps: Sequence[Step]) -> Table:
    return Table.of(
        "The search, step by step; on runs that had no part in it",
        ("Step", [f"{nth}{' (taken)' * step.chosen}" for nth, step in enumerate(steps)]),
        ("Numbers limited", [str(step.limited) for step in steps]),
        ("Coverage", [percent(step.held.coverage) for step in steps]),
        ("Density", [density(step.held) for step in steps]),
        ("Share of runs", [percent(step.held.mass) for step in steps]),
        ("Density on the runs it was made from", [percent(step.made.density) for step in steps]),
    )


def limits_chart(box: Box, number: int, description: Description) -> Chart:
    """Draw a box's limits, each within the range of its number."""
    limits = list(reversed(box.limits))
    names = [parameter(limit.path, description) for limit in limits]
    hover = [kit.plain(limit_in_words(limit, description)) for limit in limits]
    places, ends = list(range(len(limits))), [_ends(limit) for limit in limits]
    drawn = go.Figure()
    kit.bars(drawn, places, [1.0] * len(limits), None, kit.GRID, width=0.28)
    widths, base = [high - low for low, high in ends], kit.rounded([low for low, _ in ends])
    kit.bars(drawn, places, widths, hover, kit.BLUE, width=0.28, base=base)
    labelled = []
    for place, limit, inner in zip(places, limits, ends, strict=True):
        marks = list(zip((0.0, 1.0), reach(limit), strict=True))
        marks += [(at, end) for at, end in zip(inner, edges(limit), strict=True) if 0 < at < 1]
        for at, text in marks:
            # Below the bar stands the range, above it what the box asks for.
            edge = at in (0.0, 1.0)
            labelled.append(
                {
                    "x": at,
                    "y": place + (-0.15 if edge else 0.15),
                    "text": text,
                    "xanchor": "left" if at == 0 else "right" if at == 1 else "center",
                    "yanchor": "top" if edge else "bottom",
                    "font": {"color": kit.MUTED if edge else kit.INK},
                }
            )
    kit.overlay(drawn, annotations=labelled)
    labels = [kit.wrapped(name, 36) for name in names]
    drawn.update_layout(barmode="overlay")
    drawn.update_xaxes(visible=False, range=[-0.02, 1.02])
    drawn.update_yaxes(
        tickvals=places, ticktext=labels, showgrid=False, range=[-0.6, len(limits) - 0.4]
    )
    title = f"The limits of box {number}"
    said = f"{'; '.join(limit_in_words(limit, description) for limit in box.limits)}."
    table = Table.of(
        f"{title}: a dash is no limit",
        ("Number", [parameter(one.path, description) for one in box.limits]),
        ("Low", [edges(one)[0] if one.low > one.least else "–" for one in box.limits]),
        ("High", [edges(one)[1] if one.high < one.most else "–" for one in box.limits]),
        ("Lowest", [reach(one)[0] for one in box.limits]),
        ("Highest", [reach(one)[1] for one in box.limits]),
        (
            "Quasi-p-value",
            ["under 0.001" if one.chance < 0.001 else figure(one.chance) for one in box.limits],
        ),
    )
    rows = sum(label.count("<br>") + 1 for label in labels)
    height = 24 + 15 * rows + 44 * len(limits)
    narrow = [kit.wrapped(name, 20) for name in names]
    small = {"height": height + 30, "labels": narrow, "font": 11}
    return kit.finish(drawn, title, said, table, height, narrow=small)


def _ends(limit: Limit) -> tuple[float, float]:
    """The limit as shares of its number's range."""
    width = limit.most - limit.least
    low, high = ((end - limit.least) / width for end in (limit.low, limit.high))
    return max(low, 0.0), min(high, 1.0)
