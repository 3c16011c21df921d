"""The forecasters that a scenario is held against."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np

from sim.evaluation.distribution import Student, trend
from sim.evaluation.forecast import STILL, Answer, Item
from sim.evaluation.questions import Asked
from sim.evaluation.record import DIRECTIONS, Question

SCENARIO, THEORY_OFF, HALF, UNCHANGED, TREND, SHARE = (
    "scenario", "theory_off", "half", "unchanged", "trend", "share",
)  # fmt: skip
RIVALS: Mapping[str, str] = {
    THEORY_OFF: "usual frequencies",
    HALF: "one half",
    UNCHANGED: "nothing changes",
    TREND: "linear trend",
    SHARE: "constant share",
}
"""What each rival is called. The last is known only once the outcomes are."""
FORECASTERS = (SCENARIO, *RIVALS)
YEARS = 10
"""Years before the start whose values make the trend."""
_DAYS = 365.2425


def half(questions: Sequence[Asked]) -> dict[str, Answer]:
    """One half for what comes true or not, a third for each direction."""
    return {
        one.id: Answer(chances=(1 / 3,) * 3)
        if one.question.sort == "direction"
        else Answer(probability=0.5)
        for one in questions
        if one.question.sort != "quantity" or one.question.has_limits
    }


def trends(questions: Sequence[Asked], start: datetime.date) -> dict[str, Answer]:
    """The straight line through the series of the ten years before, where there is one.

    It is read at the date of a question, and in the middle of a window. A direction is told from
    the last value of the series, so that nothing is said of one that begins after the start; of
    counts limits are met halfway to the next whole number.
    """
    found = {}
    for one in questions:
        first, last = one.dates
        if one.question.sort == "direction":
            line = None if first > start else _line(one.question, last, start)
        else:
            line = _line(one.question, first + (last - first) / 2, start)
        if line is not None:
            found[one.id] = _by_line(one, line)
    return found


def _line(question: Question, date: datetime.date, start: datetime.date) -> Student | None:
    past = {
        day.toordinal() / _DAYS: value
        for day, value in question.series.items()
        if day <= start and (start - day).days <= YEARS * _DAYS
    }
    return trend(list(past), list(past.values()), date.toordinal() / _DAYS) if past else None


def _by_line(one: Asked, line: Student) -> Answer:
    question = one.question
    if question.sort == "direction":
        last = list(question.series.values())[-1]
        step = max(question.by_more_than or 0.0, STILL)
        falls, rises = line.below(last - step), 1.0 - line.below(last + step)
        return Answer(chances=(falls, max(1.0 - falls - rises, 0.0), rises))
    least, most = question.limits
    room = 0.5 if one.whole else 0.0
    probability = line.below(most + room) - line.below(least - room)
    asks = question.sort == "count" or question.has_limits
    return Answer(probability if asks else None, distribution=line)


def constant_share(items: Sequence[Item]) -> dict[str, Answer]:
    """The share of questions that came true, and of directions, given to each of them.

    It is known only afterwards, so that no forecaster could have given it.
    """
    came = [one.question.happened for one in items if one.question.happened is not None]
    ways = [
        DIRECTIONS.index(one.question.came)
        for one in items
        if one.sort == "direction" and one.question.came is not None
    ]
    share = float(np.mean(came)) if came else 0.0
    counted = np.bincount(ways, minlength=len(DIRECTIONS)) / max(len(ways), 1)
    return {
        one.id: Answer(chances=tuple(counted.tolist()))
        if one.sort == "direction"
        else Answer(probability=share)
        for one in items
        if one.sort == "direction" or one.question.happened is not None
    }
