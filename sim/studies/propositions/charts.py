"""Charts of tested propositions: all effects at a glance, and each measure's course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.results.series import Series
from sim.scenario.schema import Description
from sim.statistics.measures import BECAME, measure, measure_name
from sim.statistics.paired_difference import VISIBLE_SD, VISIBLE_SHARE
from sim.statistics.verdict import Finding, Verdict
from sim.studies.propositions.text import ARROWS, difference, expectation, interval, value
from sim.text import NBSP, number

_VERDICTS: dict[Verdict, tuple[str, str]] = {
    "supported": (kit.BLUE, "circle"),
    "contested": (kit.VERMILLION, "x"),
    "no effect": (kit.MUTED, "circle-open"),
    "unclear": (kit.ORANGE, "diamond-open"),
}
"""Colour and marker of each verdict."""
_COURSE, _DIFFERENCE = 300, 130
"""Pixels of the course of both arms, and of their difference below it."""

Labelled = tuple[str, Finding, Description]
"""Label of a finding in a chart of many, and the scenario that names its parts."""


def findings_chart(labelled: Sequence[Labelled], *, shares: bool) -> Chart | None:
    """Draw the effects of many findings with their intervals, one under the other.

    Those in standard deviations, or those of shares in percentage points; ``None`` where
    no finding is of that kind.
    """
    drawn = [one for one in labelled if _fits(one[1], shares)]
    if not drawn:
        return None
    unit = "percentage points" if shares else "standard deviations"
    least = 100 * VISIBLE_SHARE if shares else VISIBLE_SD
    labels = [label for label, *_ in drawn]
    figure = kit.forest(labels, f"difference in {unit}", least)
    for verdict, look in _VERDICTS.items():
        rows = [row for row, (_, found, _) in enumerate(drawn) if found.verdict == verdict]
        hover = [
            f"<b>{kit.plain(label)}</b><br>{difference(one.difference, one, described)} "
            f"({interval(one, described)})<br>{one.verdict}"
            for label, one, described in (drawn[row] for row in rows)
        ]
        if rows:
            ends = np.array([_scaled(drawn[row][1]) for row in rows])
            kit.dots(figure, rows, ends, hover, look, verdict)
    title = f"Differences in {unit}"
    said = (
        f"Each dot is the difference that the change makes, with its 95{NBSP}% interval. "
        f"Inside the grey band, {number(least, 0 if shares else 1)} to either side, it counts "
        "as too small to see. ▲ was claimed to rise, ▼ to fall, = to stay, "
        "≥ not to fall and ≤ not to rise by more than a margin."
    )
    scaled = np.array([_scaled(found) for _, found, _ in drawn]).T
    differences, low, high = (kit.as_texts(ends, lambda end: number(end, 2)) for ends in scaled)
    table = Table.of(
        title,
        ("Measure", labels),
        ("Difference", differences),
        (f"95{NBSP}% from", low),
        ("to", high),
        ("Verdict", [found.verdict for _, found, _ in drawn]),
    )
    return kit.finish_forest(figure, title, said, table, labels)


def _fits(finding: Finding, shares: bool) -> bool:
    if finding.target.measured.is_level or finding.target.measured.is_share != shares:
        return False
    return bool(np.isfinite(_scaled(finding)).all())


def _scaled(finding: Finding) -> tuple[float, float, float]:
    """Difference and interval in percentage points, or in standard deviations."""
    unit = 100.0 if finding.target.measured.is_share else float("nan")
    if not finding.target.measured.is_share and finding.spread > 0:
        unit = 1 / finding.spread
    return finding.difference * unit, finding.low * unit, finding.high * unit


def arms_chart(
    finding: Finding, reference: Series, changed: Series, description: Description
) -> Chart:
    """Draw the mean course of a measure in both arms, and their difference below.

    A level has one arm, and the limit that it is held against. With a moderator, the two
    are the effects without it and with it.
    """
    target, dates, days = finding.target, kit.iso(changed.dates), kit.months(changed.dates)
    level, scale = target.measured.is_level, 100.0 if target.measured.is_share else 1.0
    what = "moderator" if finding.effects else "change"

    def show(amount: float) -> str:
        return value(amount, finding, description)

    before, after = (kit.as_texts(arm.course, show) for arm in (reference, changed))
    figure = go.Figure()
    if not level:
        hover = [f"{day}: {mean}" for day, mean in zip(days, before, strict=True)]
        name = f"without the {what}"
        kit.line(figure, dates, scale * reference.course, hover, kit.MUTED, name, dash="dash")
    hover = [f"{day}: {mean}" for day, mean in zip(days, after, strict=True)]
    name = "as it is" if level else f"with the {what}"
    kit.line(figure, dates, scale * changed.course, hover, kit.BLUE, name, width=3)
    figure.update_xaxes(range=[dates[0], dates[-1]], **kit.DATES)
    axis = _axis(finding, description)
    axis = f"effect on: {axis}" if finding.effects else axis
    figure.update_yaxes(title_text=kit.wrapped(axis, 30))
    title, height = measure_name(target, description), _COURSE
    columns = [("Date", days)]
    if level:
        _limits(figure, finding)
        columns.append(("Mean", after))
    else:
        _difference(figure, finding, reference, changed, description)
        height += _DIFFERENCE
        gaps = kit.as_texts(
            changed.course - reference.course, lambda gap: difference(gap, finding, description)
        )
        columns += [(f"Without the {what}", before), ("With it", after), ("Difference", gaps)]
    figure.update_layout(hovermode="x", legend=kit.LEGEND_ABOVE)
    said = f"{title}, mean over the runs by date; expected {expectation(target)}."
    table = Table.of(f"{title}: mean by date", *columns)
    return kit.finish(figure, title, said, table, height, above=30)


def _limits(figure: Any, finding: Finding) -> None:
    """The limits that a level is held against, dotted across."""
    measured = finding.target.measured
    limits = [limit for limit in (measured.at_least, measured.at_most) if limit is not None]
    across = {"xref": "x domain", "yref": "y"}
    heights = [100 * limit if measured.is_share else limit for limit in limits]
    look = {"color": kit.VERMILLION, "width": 1.5, "dash": "dot"}
    words = {
        "text": f"expected {expectation(finding.target)}",
        "font": {"size": 11, "color": kit.INK},
        "showarrow": False,
    }
    kit.overlay(
        figure,
        shapes=[
            {"type": "line", "x0": 0, "x1": 1, "y0": at, "y1": at, "line": look, **across}
            for at in heights
        ],
        annotations=[
            {"x": 0, "xanchor": "left", "y": at, "yanchor": "bottom", **words, **across}
            for at in heights
        ],
    )


def _difference(
    figure: Any, finding: Finding, reference: Series, changed: Series, description: Description
) -> None:
    """The difference by date; its interval stands where the finding was read."""
    measured, dates = finding.target.measured, kit.iso(changed.dates)
    unit = 100.0 if measured.is_share else 1.0
    gap = changed.course - reference.course
    hover = [f"difference {difference(one, finding, description)}" for one in gap]
    kit.line(figure, dates, unit * gap, hover, kit.INK, width=2, axis="y2")
    if measured.at == "end" and not measured.until and np.isfinite(finding.difference):
        figure.add_scatter(
            x=dates[-1:],
            y=[unit * finding.difference],
            mode="markers",
            yaxis="y2",
            marker={"color": kit.INK, "size": 7},
            showlegend=False,
            cliponaxis=False,
            error_y={
                "type": "data",
                "symmetric": False,
                "color": kit.INK,
                "thickness": 2,
                "width": 5,
                "array": [unit * (finding.high - finding.difference)],
                "arrayminus": [unit * (finding.difference - finding.low)],
            },
            hoverinfo="text",
            hovertext=[f"95{NBSP}% interval {interval(finding, description)}"],
        )
    short = "difference (points)" if measured.is_share else "difference"
    kit.panel_below(figure, _DIFFERENCE / (_COURSE + _DIFFERENCE), short)


def _axis(finding: Finding, description: Description) -> str:
    """Title of the axis of the measure."""
    target = finding.target
    if target.interest:
        return measure_name(target, description)
    if target.measured.consent:
        return "agreed to so far (%)"
    if target.measured.of and target.measured.is_share:
        return "in force (% of the runs)"
    if target.measured.is_share:
        return "probability (%)"
    if target.measured.promises:
        return f"promises {BECAME[target.measured.verdict]} so far"
    if target.outcome and not target.outcome.acts:
        return measure(target.id, target.outcome, description).axis
    return "proposals so far" if target.measured.proposals else "acts so far"


def label(id: str, finding: Finding, description: Description) -> str:
    """A finding's label in a chart of many: id, direction claimed, measure."""
    arrow = ARROWS.get(finding.target.measured.expect or "", "")
    return f"{id} {arrow} {measure_name(finding.target, description)}"
