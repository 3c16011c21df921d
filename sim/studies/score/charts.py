"""Charts of a scored record: skill, reliability, and the record over the fans."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np

from sim.arrays import Floats
from sim.evaluation.forecast import Item
from sim.evaluation.skill import Bin, Skill
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import ActualCourse, Chart, Table, go
from sim.reporting.outcome_charts import trajectory_chart
from sim.scenario.calendar import Dates
from sim.scenario.schema import Description
from sim.statistics.summary import Trajectory
from sim.studies.score.text import NAMES, loss, skill_text
from sim.text import NBSP, percent, sentence

_LOOKS = (
    ((kit.BLUE, "circle"), "clear", True),
    ((kit.MUTED, "circle-open"), "may be chance", False),
)
_SQUARE = 420


def skill_chart(score: str, skills: Sequence[Skill]) -> Chart | None:
    """Draw the skill in one score beside each rival; ``None`` where none has a number."""
    drawn = [one for one in skills if np.isfinite(one.value) and np.isfinite(one.other)]
    if not drawn:
        return None
    labels = [sentence(NAMES[one.rival]) for one in drawn]
    figure = kit.forest(labels, "skill: share of the rival's loss that is saved")
    for look, words, clear in _LOOKS:
        rows = [row for row, one in enumerate(drawn) if one.clear == clear]
        hover = [
            f"<b>{kit.plain(labels[row])}</b><br>{kit.plain(skill_text(drawn[row]))}"
            for row in rows
        ]
        if rows:
            kit.dots(figure, rows, _ends([drawn[row] for row in rows]), hover, look, words)
    name = f"Skill in the {score}"
    said = (
        f"1 less the ratio of the scenario's mean loss to the rival's, with its 95{NBSP}% "
        "interval: above 0 it is better than the rival."
    )
    table = Table.of(
        name,
        ("Beside", labels),
        ("Questions", [str(one.questions) for one in drawn]),
        ("Scenario", [loss(one.own) for one in drawn]),
        ("Rival", [loss(one.other) for one in drawn]),
        ("Skill", [skill_text(one) for one in drawn]),
    )
    return kit.finish_forest(figure, name, said, table, labels)


def _ends(skills: Sequence[Skill]) -> Floats:
    rows = [
        (one.value, *((one.low, one.high) if np.isfinite(one.low) else (one.value,) * 2))
        for one in skills
    ]
    return np.array(rows)


def reliability_chart(bins: Sequence[Bin], forecasts: int) -> Chart:
    """Draw how often what was given about the same probability came true."""
    figure = go.Figure()
    kit.line(figure, [0, 1], [0, 1], None, kit.RULE, "reliable", dash="dash", width=1.5)
    means, shares = ([getattr(one, key) for one in bins] for key in ("mean", "share"))
    for one in bins:
        ends = [one.least, one.most]
        kit.line(figure, [one.mean] * 2, ends, None, kit.BAND50, width=14)
    hover = [
        f"<b>given {percent(one.mean)}: {one.came} of {one.forecasts} came true</b><br>"
        f"{percent(one.least)} to {percent(one.most)} if it is right"
        for one in bins
    ]
    figure.add_scatter(
        x=kit.rounded(means),
        y=kit.rounded(shares),
        mode="markers+text",
        text=[str(one.forecasts) for one in bins],
        textposition="top left",
        marker={"size": 11, "color": kit.VERMILLION},
        name="came true",
        hoverinfo="text",
        hovertext=hover,
    )
    axis = {"range": [-0.04, 1.04], "tickformat": ".0%"}
    figure.update_xaxes(title_text="probability given", showgrid=True, **axis)
    figure.update_yaxes(title_text="share that came true", **axis)
    name = "Reliability"
    said = (
        f"Each point is the forecasts of about the same probability ({forecasts} in all, the "
        "number beside it). On the line they are right. Bars: where the point lies in nine of ten "
        "cases if they are right."
    )
    table = Table.of(
        name,
        ("Given", [percent(one.mean) for one in bins]),
        ("Forecasts", [str(one.forecasts) for one in bins]),
        ("Came true", [str(one.came) for one in bins]),
        ("Share", [percent(one.share) for one in bins]),
        ("If right, from", [percent(one.least) for one in bins]),
        ("to", [percent(one.most) for one in bins]),
    )
    return kit.finish(figure, name, said, table, _SQUARE, legend=True)


def course_chart(trajectory: Trajectory, items: Sequence[Item], description: Description) -> Chart:
    """Draw what came over the fan of what was asked, with the series of the years before."""
    before = {date: value for one in items for date, value in one.question.series.items()}
    after = {
        one.question.on or one.dates[1]: value
        for one in items
        if (value := one.question.value) is not None
    }
    over = [
        ActualCourse(name, *_course(values), colour, dash, sparse=True)
        for name, values, colour, dash in (
            ("the record", after, kit.VERMILLION, "dot"),
            ("the record before the start", before, kit.ORANGE, "dot"),
        )
        if values
    ]
    chart = trajectory_chart(trajectory, description, over)
    if before:
        last = kit.iso(trajectory.dates)[-1]
        chart.figure.update_xaxes(range=[min(before).isoformat(), last])
    return chart


def _course(values: Mapping[datetime.date, float]) -> tuple[Dates, Floats]:
    days = sorted(values)
    return np.array(days, "datetime64[us]"), np.array([values[day] for day in days])
