"""Charts of a scored record: skill, reliability, and the record over the fans."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np

from sim.arrays import Floats
from sim.evaluation.forecast import Item
from sim.evaluation.questions import phrase_key
from sim.evaluation.skill import Bin, Skill
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import ActualCourse, Chart, Table, go
from sim.reporting.history import NAME
from sim.reporting.outcome_charts import trajectory_chart
from sim.scenario.calendar import Dates
from sim.scenario.schema import Description
from sim.statistics.summary import Trajectory
from sim.studies.score.text import NAMES, loss, outside_bars, skill_text, standings
from sim.text import percent, sentence

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
    table = Table.of(
        name,
        ("Beside", labels),
        ("Questions", [str(one.questions) for one in drawn]),
        ("Scenario", [loss(one.own) for one in drawn]),
        ("Rival", [loss(one.other) for one in drawn]),
        ("Skill", [skill_text(one) for one in drawn]),
    )
    return kit.finish_forest(figure, name, standings(drawn), table, labels)


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
    words = "nine of ten cases if right"
    for one in bins:
        ends = [one.least, one.most]
        kit.line(figure, [one.mean] * 2, ends, None, kit.BAND50, words, width=14)
        words = ""
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
        cliponaxis=False,  # the number beside a point at the left is drawn whole
        hoverinfo="text",
        hovertext=hover,
    )
    axis = {"tickformat": ".0%", "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    figure.update_xaxes(title_text="probability given", showgrid=True, range=[-0.1, 1.12], **axis)
    figure.update_yaxes(title_text="share that came true", range=[-0.04, 1.12], **axis)
    name = "Reliability"
    said = (
        f"Each point is the forecasts of about the same probability ({forecasts} in all, the "
        f"number beside it). {outside_bars(bins)}"
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
    """Draw what came over the fan of what was asked, with the years before the start.

    Beside the record's own values stand those of the scenario's history of the same quantity.
    """
    known = dict(_history(items[0], description)) | known_values(
        items, trajectory.dates[0].astype("datetime64[D]").item()
    )
    start, last = (day.astype("datetime64[D]").item() for day in trajectory.dates[[0, -1]])
    before, after = (
        {day: value for day, value in known.items() if (day <= start) == early and day <= last}
        for early in (True, False)
    )
    over = [
        ActualCourse(name, *_course(values), colour, "dot", sparse=True, symbol="diamond")
        for name, values, colour in (
            (NAME, after, kit.BLACK),
            ("before the start", before, kit.MUTED),
        )
        if values
    ]
    return trajectory_chart(trajectory, description, over, since=min(before, default=None))


def known_values(items: Sequence[Item], start: datetime.date) -> dict[datetime.date, float]:
    """What came of a quantity by date, or of acts added up from one window to the next.

    What came over a window, as a mean does, stands in its middle.
    Windows that leave out a time, or of which nothing is known, end what can be added up from the
    first round on.
    """
    if items[0].sort != "count":
        known: dict[datetime.date, float] = {}
        for one in items:
            known |= one.question.series
            if (value := one.question.value) is not None:
                first, last = one.dates
                known[one.question.on or first + (last - first) / 2] = value
        return known
    found, so_far, reached = {}, 0.0, start
    for one in sorted(items, key=lambda one: one.dates):
        value = one.question.value
        if one.dates[0] == reached and value is not None:
            reached, so_far = one.dates[1], so_far + value
            found[reached] = so_far
    return found


def _history(one: Item, description: Description) -> Mapping[datetime.date, float]:
    """What the scenario itself tells of the quantity that is asked about."""
    asked = one.question
    for key, history in description.history.items():
        outcome = description.outcomes[key]
        shown = outcome.of if isinstance(outcome.of, str) else None
        if key == asked.outcome or (asked.of and phrase_key(shown) == phrase_key(asked.of)):
            return history.values
    return {}


def _course(values: Mapping[datetime.date, float]) -> tuple[Dates, Floats]:
    days = sorted(values)
    return np.array(days, "datetime64[us]"), np.array([values[day] for day in days])
