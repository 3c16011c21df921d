"""Charts of tested propositions: all effects at a glance, and each measure's course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.reporting.chart import (
    BLUE,
    DATES,
    INK,
    MUTED,
    ORANGE,
    RULE,
    VERMILLION,
    Chart,
    Table,
    cut,
    go,
    in_rows,
    iso,
    overlay,
    plain,
    rounded,
    styled,
    whiskers,
    wrapped,
)  # fmt: skip
from sim.reporting.measure_text import BECAME, measure_name
from sim.results.series import Series
from sim.scenario.schema import Description
from sim.statistics.measures import measure
from sim.statistics.verdict import VISIBLE_SD, VISIBLE_SHARE, Finding, Verdict
from sim.studies.propositions.text import ARROWS, difference, expectation, interval, value
from sim.text import NBSP, month, number

LOOKS: dict[Verdict, tuple[str, str]] = {
    "supported": (BLUE, "circle"),
    "contested": (VERMILLION, "x"),
    "no effect": (MUTED, "circle-open"),
    "unclear": (ORANGE, "diamond-open"),
}
"""Colour and marker of each verdict."""
COURSE, GAP = 300, 130
"""Pixels of the course of both arms, and of their difference below it."""
_LEGEND = {
    "orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom",
    "itemclick": False, "itemdoubleclick": False, "font": {"size": 12},
}  # fmt: skip

Line = tuple[str, Finding, Description]
"""Label of a finding in a chart of many, and the scenario that names its parts."""


def forest(lines: Sequence[Line], *, shares: bool) -> Chart | None:
    """Draw the effects of many findings with their intervals, one under the other.

    Parameters
    ----------
    lines : sequence of (label, Finding, Description)
    shares : bool
        Draw those in percentage points instead of those in standard deviations.

    Returns
    -------
    Chart or None
        ``None`` where no finding is of that kind.
    """
    drawn = [line for line in lines if _fits(line[1], shares)]
    if not drawn:
        return None
    unit = "percentage points" if shares else "standard deviations"
    band = 100 * VISIBLE_SHARE if shares else VISIBLE_SD
    figure = in_rows([label for label, *_ in drawn], f"difference in {unit}", 46, band)
    for verdict, (colour, marker) in LOOKS.items():
        rows = [row for row, line in enumerate(drawn) if line[1].verdict == verdict]
        if rows:
            _dots(figure, drawn, rows, verdict, colour, marker)
    figure.update_layout(legend=_LEGEND)
    title = f"Differences in {unit}"
    said = (
        f"Each dot is the difference that the change makes, with its 95{NBSP}% interval. "
        f"Inside the grey band, {number(band, 0 if shares else 1)} to either side, it counts "
        "as too small to see. ▲ was claimed to rise, ▼ to fall, = to stay, "
        "≥ not to fall and ≤ not to rise by more than a margin."
    )
    height = 90 + 27 * max(len(drawn), 3)
    styled(figure, title, said, height)
    narrow = [cut(label, 20, 2) for label, *_ in drawn]
    lines_of = max(label.count("<br>") + 1 for label in narrow)
    figure.update_yaxes(tickfont={"size": 12, "color": INK}, ticks="")
    figure.update_layout(
        meta={
            "height": height,
            "above": 34,
            "narrow": {
                "height": 110 + max(27, 15 * lines_of) * max(len(drawn), 3),
                "above": 52, "labels": narrow, "font": 10,
            },
        }
    )  # fmt: skip
    table = Table(
        caption=title,
        header=("Measure", "Difference", f"95{NBSP}% from", "to", "Verdict"),
        rows=tuple(
            (label, *(number(end, 2) for end in _scaled(found)), found.verdict)
            for label, found, _ in drawn
        ),
    )
    return Chart(figure, title, said, table)


def _dots(
    figure: Any, drawn: Sequence[Line], rows: list[int], verdict: str, colour: str, marker: str
) -> None:
    found = [drawn[row] for row in rows]
    ends = np.array([_scaled(line[1]) for line in found])
    figure.add_scatter(
        x=rounded(ends[:, 0]), y=rows, mode="markers", name=verdict,
        marker={"color": colour, "symbol": marker, "size": 10, "line": {"width": 2}},
        error_x=whiskers(ends, colour, 2, 4),
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(label)}</b><br>{difference(one.difference, one, described)} "
            f"({interval(one, described)})<br>{one.verdict}"
            for label, one, described in found
        ],
    )  # fmt: skip


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


def course_chart(
    finding: Finding, reference: Series, changed: Series, description: Description
) -> Chart:
    """Draw the mean course of a measure in both arms, and their difference below.

    A level has one arm, and the limit that it is held against. With a moderator, the two
    are the effects without it and with it.
    """
    target, dates = finding.target, iso(changed.dates)
    level = target.measured.is_level
    figure = go.Figure()
    common = {"x": dates, "mode": "lines", "hoverinfo": "text"}
    if not level:
        figure.add_scatter(
            y=_drawn(reference, finding), name=f"without the {_what(finding)}",
            line={"width": 2.5, "color": MUTED, "dash": "dash"},
            hovertext=_hover(reference, finding, description), **common,
        )  # fmt: skip
    figure.add_scatter(
        y=_drawn(changed, finding), name="as it is" if level else f"with the {_what(finding)}",
        line={"width": 3, "color": BLUE}, hovertext=_hover(changed, finding, description), **common,
    )  # fmt: skip
    figure.update_xaxes(range=[dates[0], dates[-1]], **DATES)
    figure.update_yaxes(title_text=wrapped(_axis(finding, description), 30))
    height = COURSE
    if level:
        for limit in (target.measured.at_least, target.measured.at_most):
            if limit is not None:
                at = 100 * limit if target.measured.is_share else limit
                line = {
                    "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": at, "y1": at,
                    "line": {"color": VERMILLION, "width": 1.5, "dash": "dot"},
                }  # fmt: skip
                label = {
                    "x": 0, "xref": "paper", "xanchor": "left", "y": at, "yanchor": "bottom",
                    "showarrow": False, "text": f"expected {expectation(target)}",
                    "font": {"size": 11, "color": INK},
                }  # fmt: skip
                overlay(figure, shapes=[line], annotations=[label])
    else:
        _gap(figure, finding, reference, changed, dates, description)
        height += GAP
    figure.update_layout(hovermode="x", legend=_LEGEND)
    title = measure_name(target, description)
    said = f"{title}, mean over the runs by date; expected {expectation(target)}."
    styled(figure, title, said, height)
    if not level:
        share = GAP / (COURSE + GAP)
        figure.update_layout(
            yaxis={"domain": [share + 0.06, 1]}, yaxis2={"domain": [0, share - 0.04]},
            xaxis={"anchor": "y2"},
        )  # fmt: skip
    figure.update_layout(meta={"height": height, "above": 30, "narrow": {"height": height}})
    return Chart(figure, title, said, _table(finding, reference, changed, description))


def _gap(
    figure: Any,
    finding: Finding,
    reference: Series,
    changed: Series,
    dates: list[str],
    description: Description,
) -> None:
    """The difference by date; its interval stands where the finding was read."""
    unit = 100.0 if finding.target.measured.is_share else 1.0
    gap = changed.course - reference.course
    figure.add_scatter(
        x=dates, y=_plain(unit * gap), mode="lines", yaxis="y2", showlegend=False,
        line={"width": 2, "color": INK}, hoverinfo="text",
        hovertext=[f"difference {difference(one, finding, description)}" for one in gap],
    )  # fmt: skip
    measured = finding.target.measured
    if measured.at == "end" and not measured.until and np.isfinite(finding.difference):
        figure.add_scatter(
            x=dates[-1:], y=[unit * finding.difference], mode="markers", yaxis="y2",
            marker={"color": INK, "size": 7}, showlegend=False, cliponaxis=False,
            error_y={
                "type": "data", "symmetric": False, "color": INK, "thickness": 2, "width": 5,
                "array": [unit * (finding.high - finding.difference)],
                "arrayminus": [unit * (finding.difference - finding.low)],
            },
            hoverinfo="text",
            hovertext=[f"95{NBSP}% interval {interval(finding, description)}"],
        )  # fmt: skip
    short = "difference (points)" if finding.target.measured.is_share else "difference"
    figure.update_layout(yaxis2={"title": {"text": short}, "nticks": 4})
    figure.add_shape(
        type="line", x0=0, x1=1, xref="paper", y0=0, y1=0, yref="y2",
        line={"color": RULE, "width": 1},
    )  # fmt: skip


def _what(finding: Finding) -> str:
    return "moderator" if finding.effects else "change"


def _axis(finding: Finding, description: Description) -> str:
    """Title of the axis: the measure, or the effect on it."""
    axis = _measured(finding, description)
    return f"effect on: {axis}" if finding.effects else axis


def _measured(finding: Finding, description: Description) -> str:
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


def _drawn(series: Series, finding: Finding) -> list[float | None]:
    return _plain((100.0 if finding.target.measured.is_share else 1.0) * series.course)


def _plain(values: Any) -> list[float | None]:
    """Numbers for a figure; a value that is not there leaves a gap."""
    return [None if np.isnan(one) else one for one in rounded(values, 4)]


def _hover(series: Series, finding: Finding, description: Description) -> list[str]:
    return [
        f"{month(date)}: {value(float(mean), finding, description)}"
        for date, mean in zip(series.dates, series.course, strict=True)
    ]


def _table(finding: Finding, reference: Series, changed: Series, description: Description) -> Table:
    title = measure_name(finding.target, description)
    if finding.target.measured.is_level:
        return Table(
            caption=f"{title}: mean by date",
            header=("Date", "Mean"),
            rows=tuple(
                (month(date), value(float(mean), finding, description))
                for date, mean in zip(changed.dates, changed.course, strict=True)
            ),
        )
    return Table(
        caption=f"{title}: mean by date",
        header=("Date", f"Without the {_what(finding)}", "With it", "Difference"),
        rows=tuple(
            (
                month(date),
                value(float(before), finding, description),
                value(float(after), finding, description),
                difference(float(after - before), finding, description),
            )
            for date, before, after in zip(
                changed.dates, reference.course, changed.course, strict=True
            )
        ),
    )


def labelled(id: str, finding: Finding, description: Description) -> str:
    """A finding's label in a chart of many: id, direction claimed, measure."""
    arrow = ARROWS.get(finding.target.measured.expect or "", "")
    return f"{id} {arrow} {measure_name(finding.target, description)}"
