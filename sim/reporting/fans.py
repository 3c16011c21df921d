"""Fans as data for ``static/fans.js``, which draws them in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.reporting.history import about, standing
from sim.reporting.outcome_charts import axis_range, dated_events, top_over
from sim.scenario.calendar import Dates, state_dates
from sim.scenario.scenario import Scenario
from sim.statistics.history import Actual, actual
from sim.statistics.summary import Summary, Trajectory
from sim.text import sentence

_DIGITS = 5
"""Digits of a number that count: a pixel is a thousandth of a chart."""
_ROOM = 0.35
"""Share of what the base takes up that an axis leaves free on either side, for what moves."""
_ABOVE = 1.5
"""How many times the base's highest probability still stands on the axis of an event."""


def frame(summary: Summary, scenario: Scenario) -> dict[str, Any]:
    """What stays while numbers are moved: names, units, scales, and the base.

    Parameters
    ----------
    summary : Summary
        Of the base's runs.
    scenario : Scenario
        The base.
    """
    described = scenario.description
    dates = _dates(summary, scenario)
    outcomes = []
    for one in summary.trajectories:
        item = one.measure
        history = described.history.get(item.id)
        found = actual(history, one) if history else None
        outcomes.append(
            {
                "id": item.id,
                "title": item.name,
                "axis": item.axis,
                "ends": item.ends,
                "digits": item.digits,
                "whole": item.whole,
                "share": item.share,
                "range": list(axis(one, found)),
                "bands": _bands(one),
                "history": _history(found, scenario) if found else None,
            }
        )
    return {
        "dates": _days(dates),
        "runs": summary.counts.runs,
        "failed": summary.counts.failed,
        "marks": [[on.isoformat(), name] for on, name in dated_events(described, dates)],
        "outcomes": outcomes,
        "events": [
            {
                "id": one.id,
                "title": sentence(one.name),
                "top": top_over(_ABOVE * float(one.high.max())),
                "bands": _chances(one.probability, one.low, one.high),
            }
            for one in summary.watched
        ],
    }


def bands(
    summary: Summary, scenario: Scenario, words: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What moves: the bands of each outcome and the probabilities of each event.

    Parameters
    ----------
    summary : Summary
    scenario : Scenario
        Whose runs these are.
    words : mapping, optional
        What is said of a difference from the base, by ``outcome-ID`` and ``event-ID``.
    """
    return {
        "dates": _days(_dates(summary, scenario)),
        "runs": summary.counts.runs,
        "failed": summary.counts.failed,
        "outcomes": {one.measure.id: _bands(one) for one in summary.trajectories},
        "events": {one.id: _chances(one.probability, one.low, one.high) for one in summary.watched},
        "words": dict(words or {}),
    }


def axis(course: Trajectory, happened: Actual | None = None) -> tuple[float, float]:
    """Ends of an outcome's axis, with room for what moves beside the base."""
    drawn = [course.low90, course.high90]
    if happened is not None:
        drawn.append(happened.course.values)
    low, high = axis_range(np.concatenate(drawn), course.measure)
    if course.measure.share:
        return low, high
    room, bounds = _ROOM * (high - low), course.measure.bounds
    if bounds is None:
        return (max(low - room, 0.0) if low >= 0 else low - room), high + room
    edge = 0.02 * (bounds[1] - bounds[0])
    return max(low - room, bounds[0] - edge), min(high + room, bounds[1] + edge)


def _history(found: Actual, scenario: Scenario) -> dict[str, Any]:
    """What really happened, as it is drawn, and what is said of it."""
    course = found.course
    return {
        "dates": _days(course.dates),
        "values": _short(course.values),
        "known": [bool(one) for one in course.known],
        "note": f"{standing(found)} {about(found.history, course, scenario)}",
    }


def _bands(one: Trajectory) -> dict[str, list[float]]:
    levels = (one.low90, one.low50, one.median, one.high50, one.high90)
    names = ("q05", "q25", "q50", "q75", "q95")
    return {name: _short(level) for name, level in zip(names, levels, strict=True)}


def _chances(probability: Floats, low: Floats, high: Floats) -> dict[str, list[float]]:
    return {"p": _short(probability), "low": _short(low), "high": _short(high)}


def _short(values: Sequence[float] | Floats) -> list[float]:
    return [float(f"{value:.{_DIGITS}g}") for value in np.asarray(values).tolist()]


def _dates(summary: Summary, scenario: Scenario) -> Dates:
    for one in summary.trajectories:
        return one.dates
    return state_dates(scenario.description.calendar)


def _days(dates: Dates) -> list[str]:
    return [str(date.astype("datetime64[D]")) for date in dates]
