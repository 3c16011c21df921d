"""Rules for what really happened: of an outcome there is, and in its range."""

from __future__ import annotations

import datetime
from itertools import pairwise

from sim.scenario.node import Path
from sim.scenario.phrases import BOUNDS, parse
from sim.scenario.quantity import within
from sim.scenario.report import Report
from sim.scenario.schema import Outcome
from sim.scenario.told import History


def check_history(report: Report) -> None:
    """Check each series; dates beyond the calendar are allowed."""
    for name, history in report.description.history.items():
        path = ("history", name)
        if report.name(path, name, "outcomes", at_key=True):
            _values(report, path, report.description.outcomes[name], history)


def _values(report: Report, path: Path, outcome: Outcome, history: History) -> None:
    if outcome.acts:
        _counts(report, path, history)
        return
    phrase = parse(outcome.of) if outcome.of else None
    if phrase is None:  # a fault of the outcome itself
        return
    low, high = BOUNDS[phrase.kind]
    for date, value in history.values.items():
        if not low <= value <= high:
            report.fault(
                _at(path, date), f"{value:g} is out of range", f"write {within(low, high)}"
            )


def _counts(report: Report, path: Path, history: History) -> None:
    """What is counted so far is whole, and does not fall."""
    for date, value in history.values.items():
        if value < 0 or value != round(value):
            report.fault(
                _at(path, date), f"{value:g} is no count", "write how many so far: 0, 1, 2 ..."
            )
    for (_, before), (date, value) in pairwise(history.values.items()):
        if value < before:
            report.fault(
                _at(path, date),
                f"{value:g} is fewer than before ({before:g})",
                "write how many acts there were so far, from the start of the calendar",
            )


def _at(path: Path, date: datetime.date) -> Path:
    return (*path, "values", date.isoformat())
