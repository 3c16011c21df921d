"""Rules for events and governments: when they happen, what they change, who falls."""

from __future__ import annotations

import datetime

from sim.scenario.calendar import date_after, most_rounds
from sim.scenario.checker import Checker
from sim.scenario.node import Path
from sim.scenario.phrases import (
    BOUNDS,
    COMPONENTS,
    CONDITIONS,
    MOVED_BY_EVENTS,
    Phrase,
    move,
    range_width,
    same_quantity,
)
from sim.scenario.schema import Actor, Calendar, Event, Government, Successor, event_of_government
from sim.scenario.shocks import on_shelf
from sim.text import did_you_mean


def check_events(checker: Checker) -> None:
    """Check the calendar, then each event."""
    calendar = checker.description.calendar
    try:
        end = date_after(calendar, calendar.rounds)
    except ValueError:
        most = most_rounds(calendar)
        remedy = f"write {most:,} at most, or an earlier start" if most else "start earlier"
        problem = "the calendar runs past the year 9999"
        checker.fault(("calendar", "rounds"), problem, remedy, lacks=("calendar",))
        end = datetime.date.max
    _shocks(checker)
    for name, event in checker.description.events.items():
        path = ("events", name)
        _event_dates(checker, path, event, end)
        checker.conditions((*path, "when"), event.when, CONDITIONS, "a condition")
        _event_changes(checker, path, event)
        for key in ("forbids", "permits"):
            for index, text in enumerate(getattr(event, key)):
                _move(checker, (*path, key, index), text)


def _shocks(checker: Checker) -> None:
    """What is taken off the shelf must stand there."""
    known = on_shelf() if checker.description.shocks else {}
    for index, name in enumerate(checker.description.shocks):
        if name not in checker.description.events and name not in known:
            remedy = did_you_mean(name, known, "shocks")
            checker.fault(("shocks", index), f"there is no shock '{name}'", remedy)
    checker.once(("shocks",), checker.description.shocks)


def _event_dates(checker: Checker, path: Path, event: Event, end: datetime.date) -> None:
    if event.on and (event.since or event.until):
        problem = "the event has a date and a period"
        checker.fault((*path, "on"), problem, "keep 'on', or 'since' and 'until'", True)
    if event.since and event.until and event.since > event.until:
        checker.fault(
            (*path, "since"), "the period ends before it begins", "turn the dates round", True
        )
    if {("calendar",), ("calendar", "start"), ("calendar", "round")}.intersection(checker.mended):
        return
    calendar = checker.description.calendar
    outside = {
        "on": event.on is not None and not calendar.start <= event.on < end,
        "since": event.since is not None and event.since >= end,
        "until": event.until is not None and event.until < calendar.start,
    }
    for key in (key for key, wrong in outside.items() if wrong):
        span = f"the calendar, which runs from {calendar.start} until before {end}"
        problem = f"{getattr(event, key)} lies outside {span}"
        if _same_file(checker, (*path, key)):
            remedy = "change the date, or the calendar's start or rounds"
            checker.fault((*path, key), problem, remedy)
        else:
            checker.notes.append(f"{'.'.join(map(str, path))}: it never happens: {problem}")


def _same_file(checker: Checker, path: Path) -> bool:
    """Whether a date and the calendar were written together.

    A variation may shorten the calendar of its base without deleting events.
    """
    files = {checker.root.find(("calendar", key))[1].mark.file for key in Calendar.model_fields}
    return files == {checker.root.find(path)[1].mark.file}


def _event_changes(checker: Checker, path: Path, event: Event) -> None:
    met: dict[Phrase, str] = {}
    for text, change in event.changes.items():
        here = (*path, "changes", text)
        if (change.by is None) == (change.to is None):
            checker.fault(
                here, "a change needs either 'by' or 'to'", "by adds, to sets", True, lacks=here
            )
        phrase = checker.phrase(here, text, MOVED_BY_EVENTS, "changed by an event")
        if phrase is None:
            continue
        limit = range_width(phrase.kind)
        checker.range((*here, "by"), change.by, -limit, limit)
        checker.range((*here, "to"), change.to, *BOUNDS[phrase.kind])
        first = met.setdefault(same_quantity(phrase), text)
        if first != text:
            checker.fault(here, f"'{text}' and '{first}' are the same", "keep one", True)


def _move(checker: Checker, path: Path, text: str) -> None:
    parts = move(text)
    if parts is None:
        checker.fault(path, f"'{text}' names no lever and actor", "write 'LEVER by A'")
        return
    checker.name(path, parts[0], "levers")
    checker.name(path, parts[1], "actors")


_OWN = ("chance", "on")
"""What an event of a new government cannot say: when it happens is its government's."""


def check_governments(checker: Checker) -> None:
    """Check each government, then the events that bring a new one."""
    for name, actor in checker.description.actors.items():
        if actor.government:
            path = ("actors", name, "government")
            _government_changes(checker, path, name, actor.government)
            _elections(checker, path, actor.government)
            _successor(checker, (*path, "successor"), name, actor, actor.government.successor)
    first: dict[str, str] = {}
    for name, event in checker.description.events.items():
        if event.government:
            _event_of(checker, ("events", name), event, first)
    _unmarked(checker)


def _government_changes(checker: Checker, path: Path, name: str, ruling: Government) -> None:
    """It must be possible that it changes, and each number must count."""
    if not ruling.elections and ruling.hazard is None:
        problem = f"the government of '{name}' never changes: it has neither elections nor a hazard"
        remedy = (
            "add elections: [dates] with loses: a chance, or hazard: the chance of a fall in a "
            "round; or delete 'government'"
        )
        checker.fault(path, problem, remedy, True, lacks=path)
        return
    if ruling.elections and ruling.loses is None:
        problem = "it is not said how likely an election is lost"
        remedy = "add loses: the chance at the support of ordinary times, e.g. loses: 0.4"
        checker.fault((*path, "elections"), problem, remedy, True, lacks=path)
    if ruling.elections:
        return
    for key in ("loses", "limit", "every"):
        if getattr(ruling, key) is not None:
            problem = f"'{key}' says nothing without elections"
            remedy = "add elections: [dates], or delete it"
            checker.fault((*path, key), problem, remedy, True, lacks=path)


def _elections(checker: Checker, path: Path, ruling: Government) -> None:
    calendar = checker.description.calendar
    if checker.mended and any(one[0] == "calendar" for one in checker.mended):
        return
    try:
        end = date_after(calendar, calendar.rounds)
    except ValueError:  # a fault of the calendar itself
        return
    for index, date in enumerate(ruling.elections):
        if date in ruling.elections[:index]:
            checker.fault((*path, "elections", index), f"{date} is named twice", "name it once")
    within = [calendar.start <= date < end for date in ruling.elections]
    goes_on = ruling.every is not None and any(date < end for date in ruling.elections)
    if ruling.elections and not any(within) and not goes_on:
        checker.notes.append(
            f"{'.'.join(map(str, path))}.elections: none is held: all dates lie outside the "
            f"calendar, which runs from {calendar.start} until before {end}"
        )


def _successor(checker: Checker, path: Path, name: str, actor: Actor, successor: Successor) -> None:
    issues = checker.description.issues
    for key in ("positions", "saliences"):
        for issue in getattr(successor, key):
            here = (*path, key, issue)
            if checker.name(here, issue, "issues", at_key=True) and (
                name not in issues[issue].stances
            ):
                problem = f"'{name}' has no stance on '{issue}' that a new government could change"
                remedy = (
                    f"add stances: {{{name}: ...}} to the issue, with a salience of 0 if it does "
                    "not care yet; or delete it here"
                )
                checker.fault(here, problem, remedy, True)
    for component in successor.weights:
        checker.name((*path, "weights", component), component, "components", at_key=True)
    if successor.weights and actor.lens:
        problem = f"the actor '{name}' is seen through a lens, whose weights stay"
        checker.fault((*path, "weights"), problem, "delete the weights here, or the lens", True)
    elif successor.weights and not any(
        (successor.weights.get(one) or getattr(actor.weights, one)).value for one in COMPONENTS
    ):
        problem = f"a new government of '{name}' wants nothing: all its weights are 0"
        remedy = f"give one of {', '.join(COMPONENTS)} a weight above 0"
        checker.fault((*path, "weights"), problem, remedy, True)


def _event_of(checker: Checker, path: Path, event: Event, first: dict[str, str]) -> None:
    """Check an event that brings a new government."""
    actor = str(event.government)
    here = (*path, "government")
    if not checker.name(here, actor, "actors"):
        return
    if checker.description.actors[actor].government is None:
        problem = f"the actor '{actor}' has no government that could change"
        remedy = f"add 'government:' to the actor '{actor}', with elections or a hazard"
        checker.fault(here, problem, remedy, lacks=("actors", actor))
        return
    if (before := first.setdefault(actor, str(path[-1]))) != path[-1]:
        problem = f"'{before}' brings a new government of '{actor}' already"
        checker.fault(here, problem, "a change of government is one event: join the two")
    for key in _OWN:
        if key in event.model_fields_set and getattr(event, key) is not None:
            problem = f"'{key}' cannot stand here: a new government comes as that of '{actor}' says"
            remedy = "delete it; write elections, loses and hazard under the actor's government"
            checker.fault((*path, key), problem, remedy, True)
    if not event.repeats:
        remedy = "delete it; to keep one out, write 'until' a date"
        checker.fault((*path, "repeats"), "a change of government may happen again", remedy, True)


def _unmarked(checker: Checker) -> None:
    """An event that has the name of a change of government must be one."""
    told = {event.government for event in checker.description.events.values()}
    for name, actor in checker.description.actors.items():
        key = event_of_government(name)
        if actor.government and name not in told and key in checker.description.events:
            problem = f"'{key}' is the event of a new government of '{name}', and does not say so"
            remedy = f"add government: {name}, or give the event another id"
            checker.fault(("events", key), problem, remedy, True)
