"""Rules between the parts of a description, which its types cannot know.

A quantity of a relation is written once: ``A and B`` and ``B and A`` may both
stand in a file, but not with the same quantity.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from sim.errors import Fault
from sim.scenario.calendar import date_after, most_rounds
from sim.scenario.checker import Checker
from sim.scenario.checks_levers import check_arrangements, check_levers, check_size
from sim.scenario.field_types import NOTES, History, Quantity, within
from sim.scenario.inherit import SECTIONS
from sim.scenario.lenses import LENSES
from sim.scenario.node import Node, Path, tidy
from sim.scenario.phrases import (
    ANYONE,
    BOUNDS,
    COMPONENTS,
    CONDITIONS,
    DIRECTED,
    MOVED_BY_EVENTS,
    ROLES,
    SHOWN,
    SYMMETRIC,
    Phrase,
    move,
    pair,
    parse,
    range_width,
    same_quantity,
)
from sim.scenario.schema import (
    Actor,
    Calendar,
    Description,
    Event,
    Government,
    Library,
    Outcome,
    Successor,
    event_of_government,
)
from sim.scenario.shocks import on_shelf
from sim.text import did_you_mean


def check(
    description: Description, root: Node, library: Library | None, mended: Collection[Path] = ()
) -> tuple[list[Fault], list[str]]:
    """Check everything that refers to something else: all faults, and what the author should know.

    The shapes and ranges of the description are sound already. The library is ``None`` where
    the sources file has faults of its own. ``mended`` is where the file says something else,
    which has its own fault: nothing is missing there.
    """
    checker = Checker(description, root, mended)
    _names(checker)
    _actors(checker)
    _relations(checker)
    _issues(checker)
    if check_size(checker):  # else to look at every use would take long
        check_levers(checker)
        check_arrangements(checker)
    check_events(checker)
    check_governments(checker)
    _outcomes(checker)
    _watch(checker)
    check_history(checker)
    _answers(checker)
    if library is not None:
        _citations(checker, library)
    return checker.faults, checker.notes


def _names(checker: Checker) -> None:
    """Texts and charts show names alone, so within a section each must be told from the others."""
    for section in SECTIONS:
        first: dict[str, str] = {}
        named = getattr(checker.description, section)
        for key, part in named.items():
            other = first.setdefault(tidy(part.name).casefold(), key)
            if other == key:
                continue
            word = "watched event" if section == "watch" else section.removesuffix("s")
            path = _naming(checker, section, key)
            before = checker.root.place((section, other, "name"))
            here = checker.root.place(path)
            file = f"{before.file}, " if before.file != here.file else ""
            where = f" ({file}line {before.line})" if before.line else ""
            problem = f"the {word} '{other}' is called '{named[other].name}' too{where}"
            remedy = "give each a name of its own: texts and charts show the name alone"
            checker.fault(path, problem, remedy)


def _naming(checker: Checker, section: str, key: str) -> Path:
    """Where a part is named; an event that no file writes is named by its actor's government."""
    part = checker.description.events.get(key) if section == "events" else None
    if part and part.government and key not in checker.root.find(("events",))[1].fields:
        return ("actors", part.government, "government", "name")
    return (section, key, "name")


def _actors(checker: Checker) -> None:
    description = checker.description
    _lens(checker, ("lens",), description.lens)
    for name, actor in description.actors.items():
        path = ("actors", name)
        checker.reserved(path, (*ROLES, ANYONE), "an actor")
        _lens(checker, (*path, "lens"), actor.lens)
        if actor.lens and "weights" in actor.model_fields_set:
            problem = f"the actor '{name}' has a lens and weights"
            checker.fault((*path, "lens"), problem, "keep one: a lens is a set of weights", True)
        if all(getattr(actor.weights, component).value == 0 for component in COMPONENTS):
            problem = f"the actor '{name}' wants nothing: all its weights are 0"
            remedy = f"give one of {', '.join(COMPONENTS)} a weight above 0"
            checker.fault((*path, "weights"), problem, remedy, True)


def _lens(checker: Checker, path: Path, lens: str | None) -> None:
    if lens and lens not in LENSES:
        checker.fault(
            path, f"the lens '{lens}' is not defined", did_you_mean(lens, LENSES, "lenses")
        )


def _relations(checker: Checker) -> None:
    given: dict[tuple[str, frozenset[str]], tuple[str, Quantity]] = {}
    for key, relation in checker.description.relations.items():
        path = ("relations", key)
        parts = pair(key)
        if parts is None:
            near = key.replace("&", " and ").replace(" with ", " and ")
            meant = f"did you mean '{tidy(near)}'? " if pair(near) else ""
            checker.fault(
                path, f"'{key}' is not a pair", f"{meant}write 'A and B' or 'A to B'", True
            )
            continue
        first, joint, second = parts
        for name in (first, second):
            checker.name(path, name, "actors", at_key=True)
        if first == second:
            checker.fault(path, f"'{first}' is related to itself", "name two actors", True)
            continue
        wrong = (*DIRECTED, "trust") if joint == "and" else SYMMETRIC
        for kind in wrong:
            if getattr(relation, kind) is not None:
                other = "to" if joint == "and" else "and"
                remedy = f"write it under '{first} {other} {second}'"
                checker.fault((*path, kind), f"'{kind}' cannot stand between '{key}'", remedy, True)
        if joint == "and":
            for kind in SYMMETRIC:
                if (quantity := getattr(relation, kind)) is not None:
                    _once(checker, given, kind, key, (first, second), quantity)


def _once(
    checker: Checker,
    given: dict[tuple[str, frozenset[str]], tuple[str, Quantity]],
    kind: str,
    key: str,
    names: tuple[str, str],
    quantity: Quantity,
) -> None:
    before = given.setdefault((kind, frozenset(names)), (key, quantity))
    if before[0] == key:
        return
    line = checker.root.place(("relations", before[0], kind), at_key=True).line
    where = f" (line {line})" if line else ""
    values = (before[1].value, quantity.value)
    said = f"as {values[0]:g} and as {values[1]:g}" if values[0] != values[1] else "twice"
    problem = (
        f"the {kind} of {names[0]} and {names[1]} is given {said}: also under '{before[0]}'{where}"
    )
    remedy = "it is the same both ways: write it once"
    checker.fault(("relations", key, kind), problem, remedy, True)


def _issues(checker: Checker) -> None:
    for name, issue in checker.description.issues.items():
        if tidy(issue.low).casefold() == tidy(issue.high).casefold():
            problem = f"both ends of the issue '{name}' are called '{issue.high}'"
            checker.fault(("issues", name, "high"), problem, "say what 0 and what 100 mean")
        for actor in issue.stances:
            checker.name(("issues", name, "stances", actor), actor, "actors", at_key=True)


def _outcomes(checker: Checker) -> None:
    for name, outcome in checker.description.outcomes.items():
        path = ("outcomes", name)
        if (outcome.of is None) == (not outcome.acts):
            problem = f"the outcome '{name}' needs either 'of' or 'acts'"
            remedy = "write of: a quantity, or acts: [levers to count]"
            checker.fault(path, problem, remedy, True, lacks=path)
        if outcome.of is not None:
            checker.phrase((*path, "of"), outcome.of, SHOWN, "an outcome", at_key=False)
        checker.each((*path, "acts"), outcome.acts, "levers")
        _actor_keys(checker, path, outcome, bool(outcome.acts), "acts")


def _watch(checker: Checker) -> None:
    description = checker.description
    for name, watched in description.watch.items():
        path = ("watch", name)
        given = [key for key in ("when", "lever", "event") if getattr(watched, key)]
        if len(given) != 1:
            found = " and ".join(given) if given else "none"
            problem = f"'{name}' needs one of 'when', 'lever' and 'event', here {found}"
            checker.fault(path, problem, "write one thing to wait for", True, lacks=path)
        checker.conditions((*path, "when"), watched.when, CONDITIONS, "a condition")
        if watched.lever:
            checker.name((*path, "lever"), watched.lever, "levers")
        if watched.event:
            checker.name((*path, "event"), watched.event, "events")
        _actor_keys(checker, path, watched, bool(watched.lever), "lever")
    for index, name in enumerate(description.stop):
        if name not in description.watch:
            remedy = did_you_mean(name, description.watch, "entries of 'watch'")
            checker.fault(("stop", index), f"'{name}' is not watched", remedy)


def _answers(checker: Checker) -> None:
    for name in checker.description.notes:
        if name.split(" ")[0] not in NOTES:
            remedy = "copy the name that 'validate' shows in brackets; its first word is one of "
            checker.fault(
                ("notes", name), f"'{name}' is not a note", remedy + ", ".join(NOTES), True
            )


def _actor_keys(checker: Checker, path: Path, part: Any, sensible: bool, needed: str) -> None:
    """Check ``by`` and ``toward``, which narrow a count of levers."""
    for key in ("by", "toward"):
        actor = getattr(part, key)
        if actor is None:
            continue
        checker.name((*path, key), actor, "actors")
        if not sensible:
            checker.needless(path, key, needed)
    if part.by is not None and part.by == part.toward:
        checker.fault((*path, "toward"), "an actor does nothing toward itself", "name another")


def _citations(checker: Checker, library: Library) -> None:
    known = {*library.facts, *library.data}
    for path, cited in _cited(checker.description, ()):
        if cited in known:
            continue
        if known:
            remedy = did_you_mean(cited, known, "facts and data")
        elif checker.description.sources is None:
            remedy = "add 'sources:' with the name of the file that defines it"
        else:
            remedy = "the sources file is empty: define it there"
        checker.fault(path, f"the source '{cited}' is not defined", remedy)


def _cited(part: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in part.model_fields_set:
                continue
            value = getattr(part, name)
            if name == "source":
                for index, cited in enumerate(value):
                    yield (*path, name, index), cited
            else:
                yield from _cited(value, (*path, name))
    elif isinstance(part, Mapping):
        for name, value in part.items():
            yield from _cited(value, (*path, name))


# Rules for what really happened: of an outcome there is, and in its range.


def check_history(checker: Checker) -> None:
    """Check each series; dates beyond the calendar are allowed."""
    for name, history in checker.description.history.items():
        path = ("history", name)
        if checker.name(path, name, "outcomes", at_key=True):
            _values(checker, path, checker.description.outcomes[name], history)


def _values(checker: Checker, path: Path, outcome: Outcome, history: History) -> None:
    if outcome.acts:
        _counts(checker, path, history)
        return
    phrase = parse(outcome.of) if outcome.of else None
    if phrase is None:  # a fault of the outcome itself
        return
    low, high = BOUNDS[phrase.kind]
    for date, value in history.values.items():
        if not low <= value <= high:
            checker.fault(
                _at(path, date), f"{value:g} is out of range", f"write {within(low, high)}"
            )


def _counts(checker: Checker, path: Path, history: History) -> None:
    """What is counted so far is whole, and does not fall."""
    for date, value in history.values.items():
        if value < 0 or value != round(value):
            checker.fault(
                _at(path, date), f"{value:g} is no count", "write how many so far: 0, 1, 2 ..."
            )
    for (_, before), (date, value) in pairwise(history.values.items()):
        if value < before:
            remedy = "write how many acts there were so far, from the start of the calendar"
            checker.fault(_at(path, date), f"{value:g} is fewer than before ({before:g})", remedy)


def _at(path: Path, date: datetime.date) -> Path:
    return (*path, "values", date.isoformat())


# Rules for events and governments: when they happen, what they change, who falls.


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
