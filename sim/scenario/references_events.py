"""Rules for events: when they happen, and what they change."""

from __future__ import annotations

import datetime

from sim.scenario.calendar import date_after, most_rounds
from sim.scenario.checker import Checker
from sim.scenario.node import Path
from sim.scenario.phrases import (
    BOUNDS,
    CONDITIONS,
    MOVED_BY_EVENTS,
    Phrase,
    move,
    range_width,
    same_quantity,
)
from sim.scenario.schema import Calendar, Event
from sim.scenario.shocks import on_shelf
from sim.text import did_you_mean


def check_events(report: Checker) -> None:
    """Check the calendar, then each event."""
    calendar = report.description.calendar
    try:
        end = date_after(calendar, calendar.rounds)
    except ValueError:
        most = most_rounds(calendar)
        remedy = f"write {most:,} at most, or an earlier start" if most else "start earlier"
        report.fault(
            ("calendar", "rounds"),
            "the calendar runs past the year 9999",
            remedy,
            lacks=("calendar",),
        )
        end = datetime.date.max
    _shocks(report)
    for name, event in report.description.events.items():
        path = ("events", name)
        _dates(report, path, event, end)
        report.conditions((*path, "when"), event.when, CONDITIONS, "a condition")
        _changes(report, path, event)
        for key in ("forbids", "permits"):
            for index, text in enumerate(getattr(event, key)):
                _move(report, (*path, key, index), text)


def _shocks(report: Checker) -> None:
    """What is taken off the shelf must stand there."""
    known = on_shelf() if report.description.shocks else {}
    for index, name in enumerate(report.description.shocks):
        if name not in report.description.events and name not in known:
            remedy = did_you_mean(name, known, "shocks")
            report.fault(("shocks", index), f"there is no shock '{name}'", remedy)
        if name in report.description.shocks[:index]:
            report.fault(("shocks", index), f"'{name}' is named twice", "name it once")


def _dates(report: Checker, path: Path, event: Event, end: datetime.date) -> None:
    if event.on and (event.since or event.until):
        report.fault(
            (*path, "on"),
            "the event has a date and a period",
            "keep 'on', or 'since' and 'until'",
            True,
        )
    if event.since and event.until and event.since > event.until:
        report.fault(
            (*path, "since"), "the period ends before it begins", "turn the dates round", True
        )
    if {("calendar",), ("calendar", "start"), ("calendar", "round")}.intersection(report.mended):
        return
    calendar = report.description.calendar
    outside = {
        "on": event.on is not None and not calendar.start <= event.on < end,
        "since": event.since is not None and event.since >= end,
        "until": event.until is not None and event.until < calendar.start,
    }
    for key in (key for key, wrong in outside.items() if wrong):
        span = f"the calendar, which runs from {calendar.start} until before {end}"
        problem = f"{getattr(event, key)} lies outside {span}"
        if _same_file(report, (*path, key)):
            remedy = "change the date, or the calendar's start or rounds"
            report.fault((*path, key), problem, remedy)
        else:
            report.notes.append(f"{'.'.join(map(str, path))}: it never happens: {problem}")


def _same_file(report: Checker, path: Path) -> bool:
    """Whether a date and the calendar were written together.

    A variation may shorten the calendar of its base without deleting events.
    """
    files = {report.root.find(("calendar", key))[1].mark.file for key in Calendar.model_fields}
    return files == {report.root.find(path)[1].mark.file}


def _changes(report: Checker, path: Path, event: Event) -> None:
    met: dict[Phrase, str] = {}
    for text, change in event.changes.items():
        here = (*path, "changes", text)
        if (change.by is None) == (change.to is None):
            report.fault(
                here, "a change needs either 'by' or 'to'", "by adds, to sets", True, lacks=here
            )
        phrase = report.phrase(here, text, MOVED_BY_EVENTS, "changed by an event")
        if phrase is None:
            continue
        limit = range_width(phrase.kind)
        report.range((*here, "by"), change.by, -limit, limit)
        report.range((*here, "to"), change.to, *BOUNDS[phrase.kind])
        first = met.setdefault(same_quantity(phrase), text)
        if first != text:
            report.fault(here, f"'{text}' and '{first}' are the same", "keep one", True)


def _move(report: Checker, path: Path, text: str) -> None:
    parts = move(text)
    if parts is None:
        report.fault(path, f"'{text}' names no lever and actor", "write 'LEVER by A'")
        return
    report.name(path, parts[0], "levers")
    report.name(path, parts[1], "actors")
