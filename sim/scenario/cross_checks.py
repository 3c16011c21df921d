"""Rules between the parts of a description, which its types cannot know.

A quantity of a relation is written once: ``A and B`` and ``B and A`` may both
stand in a file, but not with the same quantity.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from sim.errors import Fault
from sim.scenario import phrases
from sim.scenario.calendar import date_after, most_rounds
from sim.scenario.checker import Checker
from sim.scenario.cross_checks_beliefs import check_beliefs
from sim.scenario.cross_checks_formulas import check_formula
from sim.scenario.cross_checks_knobs import check_knobs
from sim.scenario.cross_checks_levers import check_arrangements, check_levers, check_size
from sim.scenario.cross_checks_wants import check_interests, check_lenses, check_weights
from sim.scenario.field_types import NOTES, Quantity
from sim.scenario.formulas import scale, texts
from sim.scenario.lenses import lenses_of
from sim.scenario.lookup import components_of, usual
from sim.scenario.node import Node, Path, tidy
from sim.scenario.phrases import DIRECTED, SYMMETRIC, Phrase, move, pair, parse
from sim.scenario.pruning import SECTIONS, one_of
from sim.scenario.recorded import counts, ways
from sim.scenario.schema import (
    Actor,
    Calendar,
    Description,
    Event,
    Government,
    Library,
    Outcome,
    Watch,
    event_of_government,
)
from sim.scenario.shocks import on_shelf
from sim.text import did_you_mean
from sim.theories.registry import names


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
    check_interests(checker)
    check_lenses(checker)
    _actors(checker)
    _relations(checker)
    _issues(checker)
    if check_size(checker):  # else to look at every use would take long
        check_levers(checker)
        check_arrangements(checker)
    _events(checker)
    _governments(checker)
    check_beliefs(checker)
    _outcomes(checker)
    _watch(checker)
    _history(checker)
    _recorded(checker)
    check_knobs(checker)
    for name in description.notes:
        if name.split(" ")[0] not in NOTES:
            checker.refuse("no such note", ("notes", name), kinds=", ".join(NOTES))
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
            path = _naming(checker, section, key)
            before = checker.root.place((section, other, "name"))
            file = f"{before.file}, " if before.file != checker.root.place(path).file else ""
            where = f" ({file}line {before.line})" if before.line else ""
            called = named[other].name
            word = one_of(section)
            checker.refuse("same name", path, word=word, other=other, name=called, where=where)


def _naming(checker: Checker, section: str, key: str) -> Path:
    """Where a part is named; an event that no file writes is named by its actor's government."""
    part = checker.description.events.get(key) if section == "events" else None
    if part and part.government and key not in checker.root.table("events"):
        return ("actors", part.government, "government", "name")
    return (section, key, "name")


def _actors(checker: Checker) -> None:
    description = checker.description
    _lens(checker, ("lens",), description.lens)
    _theory(checker, ("theory",), description.theory)
    for name, actor in description.actors.items():
        path = ("actors", name)
        checker.reserved(path, (*phrases.ROLES, phrases.ANYONE), "an actor")
        _lens(checker, (*path, "lens"), actor.lens)
        _theory(checker, (*path, "theory"), actor.theory)
        if actor.lens and "weights" in actor.model_fields_set:
            checker.refuse("lens and weights", (*path, "lens"))
        check_weights(checker, path, actor.weights, "actor")


def _lens(checker: Checker, path: Path, lens: str | None) -> None:
    if lens and lens not in (known := lenses_of(checker.description)):
        checker.refuse("no such lens", path, lens=lens, meant=did_you_mean(lens, known, "lenses"))


def _theory(checker: Checker, path: Path, theory: str | None) -> None:
    if theory and theory not in (known := names()):
        meant = did_you_mean(theory, known, "theories")
        checker.refuse("no such theory", path, theory=theory, meant=meant)


def _relations(checker: Checker) -> None:
    given: dict[tuple[str, frozenset[str]], tuple[str, Quantity]] = {}
    for key, relation in checker.description.relations.items():
        path = ("relations", key)
        parts = pair(key)
        if parts is None:
            near = key.replace("&", " and ").replace(" with ", " and ")
            meant = f"did you mean '{tidy(near)}'? " if pair(near) else ""
            checker.refuse("no pair of a relation", path, meant=meant)
            continue
        first, joint, second = parts
        for name in (first, second):
            checker.name(path, name, "actors", at_key=True)
        if first == second:
            checker.refuse("relation to itself", path, first=first)
            continue
        other, wrong = ("to", (*DIRECTED, "trust")) if joint == "and" else ("and", SYMMETRIC)
        for kind in wrong:
            if getattr(relation, kind) is not None:
                right = f"{first} {other} {second}"
                checker.refuse("wrong pair of a relation", (*path, kind), right=right)
        for kind in SYMMETRIC if joint == "and" else ():
            if (quantity := getattr(relation, kind)) is not None:
                before = given.setdefault((kind, frozenset((first, second))), (key, quantity))
                if before[0] != key:
                    _given_twice(checker, (*path, kind), before, quantity)


def _given_twice(
    checker: Checker, path: Path, before: tuple[str, Quantity], quantity: Quantity
) -> None:
    key, said = before[0], "twice"
    line = checker.root.place(("relations", key, path[-1]), at_key=True).line
    if before[1].value != quantity.value:
        said = f"as {before[1].value:g} and as {quantity.value:g}"
    where = f" (line {line})" if line else ""
    first, _, second = str(path[1]).split()
    checker.refuse(
        "relation given twice", path, first=first, second=second, said=said, before=key, where=where
    )


def _issues(checker: Checker) -> None:
    for name, issue in checker.description.issues.items():
        if tidy(issue.low).casefold() == tidy(issue.high).casefold():
            checker.refuse("same ends of an issue", ("issues", name, "high"), high=issue.high)
        for actor in issue.stances:
            checker.name(("issues", name, "stances", actor), actor, "actors", at_key=True)


def _outcomes(checker: Checker) -> None:
    for name, outcome in checker.description.outcomes.items():
        path = ("outcomes", name)
        if (outcome.of is None) == (not outcome.acts):
            checker.refuse("nothing to report", path, lacks=path)
        if outcome.of is not None:
            check_formula(checker, (*path, "of"), outcome.of, phrases.SHOWN, "an outcome")
        checker.each((*path, "acts"), outcome.acts, "levers")
        _actor_keys(checker, path, outcome, "acts")


def _watch(checker: Checker) -> None:
    description = checker.description
    for name, watched in description.watch.items():
        path = ("watch", name)
        given = [key for key in ("when", "lever", "event") if getattr(watched, key)]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            checker.refuse("nothing to wait for", path, lacks=path, found=found)
        checker.conditions((*path, "when"), watched.when, phrases.CONDITIONS, "a condition")
        for key in ("lever", "event"):
            if named := getattr(watched, key):
                checker.name((*path, key), named, f"{key}s")
        _actor_keys(checker, path, watched, "lever")
    for index, name in enumerate(description.stop):
        if name not in description.watch:
            meant = did_you_mean(name, description.watch, "entries of 'watch'")
            checker.refuse("not watched", ("stop", index), name=name, meant=meant)


def _actor_keys(checker: Checker, path: Path, part: Outcome | Watch, needed: str) -> None:
    """Check ``by`` and ``toward``, which narrow a count of levers."""
    for key in ("by", "toward"):
        if (actor := getattr(part, key)) is not None:
            checker.name((*path, key), actor, "actors")
            if not getattr(part, needed):
                checker.needless(path, key, needed)
    if part.by is not None and part.by == part.toward:
        checker.refuse("toward itself", (*path, "toward"))


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
        checker.refuse("no such source", path, cited=cited, remedy=remedy)


def _cited(part: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in part.model_fields_set:
                continue
            value = getattr(part, name)
            if name == "source":
                yield from (((*path, name, index), cited) for index, cited in enumerate(value))
            else:
                yield from _cited(value, (*path, name))
    elif isinstance(part, Mapping):
        for name, value in part.items():
            yield from _cited(value, (*path, name))


def _history(checker: Checker) -> None:
    """What really happened: of an outcome there is, in its range; dates may lie anywhere."""
    for name, history in checker.description.history.items():
        path = ("history", name)
        if not checker.name(path, name, "outcomes", at_key=True):
            continue
        outcome = checker.description.outcomes[name]
        ends = _range(outcome)
        values = history.values.items()
        dated = [((*path, "values", day.isoformat()), value) for day, value in values]
        for here, value in dated:
            if outcome.acts and (value < 0 or value != round(value)):
                checker.refuse("no count", here, value=value)
            elif ends and not outcome.acts:
                checker.in_range(here, [value], *ends)
        for (_, before), (here, value) in pairwise(dated):
            if outcome.acts and value < before:
                checker.refuse("count falls", here, value=value, before=before)


def _range(outcome: Outcome) -> tuple[float, float] | None:
    """The range of what an outcome shows; ``None`` of acts, or where it has a fault of its own."""
    if all(parse(text) for text in texts(outcome.of)):
        with contextlib.suppress(PydanticCustomError):
            found = scale(outcome.of) if outcome.of is not None else None
            return (found.low, found.high) if found else None
    return None


def _recorded(checker: Checker) -> None:
    """How often levers were used before the start: by two who use them, no more than they can."""
    description = checker.description
    counted = {(one.lever, one.between): one for one in counts(description)}
    for name, lever in description.levers.items():
        for key, record in lever.recorded.items():
            path = ("levers", name, "recorded", key)
            found = ways(key)
            if not found:
                checker.refuse("no pair on record", path)
                continue
            known = [checker.name(path, actor, "actors", at_key=True) for actor in found[0]]
            if found[0][0] == found[0][1]:
                checker.refuse("key deals with itself", path, True, actor=found[0][0])
                continue
            checker.each((*path, "also"), record.also, "levers")
            levers = [lever, *(description.levers[one] for one in record.also
                               if one in description.levers)]  # fmt: skip
            if all(known) and not any(usual(one, *way) for one in levers for way in found):
                checker.notes.append(
                    f"the record of '{name}' for '{key}' has nothing beside it: nobody uses the "
                    "lever there"
                )
            most = counted.get((name, key))
            if most and most.times > most.rounds * len(found):
                checker.refuse("more than all rounds", (*path, "count"), value=most.times,
                               most=most.rounds * len(found), rounds=most.rounds)  # fmt: skip


def _events(checker: Checker) -> None:
    """Check the calendar, the shocks taken, then each event."""
    calendar, shocks = checker.description.calendar, checker.description.shocks
    try:
        end = date_after(calendar, calendar.rounds)
    except ValueError:
        most = most_rounds(calendar)
        remedy = f"write {most:,} at most, or an earlier start" if most else "start earlier"
        checker.refuse(
            "past the year 9999", ("calendar", "rounds"), lacks=("calendar",), remedy=remedy
        )
        end = datetime.date.max
    known = on_shelf() if shocks else {}
    for index, name in enumerate(shocks):
        if name not in checker.description.events and name not in known:
            meant = did_you_mean(name, known, "shocks")
            checker.refuse("no such shock", ("shocks", index), name=name, meant=meant)
    checker.once(("shocks",), shocks)
    for name, event in checker.description.events.items():
        path = ("events", name)
        _event_dates(checker, path, event, end)
        checker.conditions((*path, "when"), event.when, phrases.CONDITIONS, "a condition")
        _event_changes(checker, path, event)
        for key in ("forbids", "permits"):
            for index, text in enumerate(getattr(event, key)):
                if parts := move(text):
                    checker.name((*path, key, index), parts[0], "levers")
                    checker.name((*path, key, index), parts[1], "actors")
                else:
                    checker.refuse("no lever and actor", (*path, key, index), text=text)


def _event_dates(checker: Checker, path: Path, event: Event, end: datetime.date) -> None:
    if event.on and (event.since or event.until):
        checker.refuse("date and period", (*path, "on"))
    if event.since and event.until and event.since > event.until:
        checker.refuse("period turned round", (*path, "since"))
    if {("calendar",), ("calendar", "start"), ("calendar", "round")}.intersection(checker.mended):
        return
    start = checker.description.calendar.start
    outside = {
        "on": event.on is not None and not start <= event.on < end,
        "since": event.since is not None and event.since >= end,
        "until": event.until is not None and event.until < start,
    }
    # A variation may shorten the calendar of its base without deleting events.
    files = {checker.root.find(("calendar", key))[1].mark.file for key in Calendar.model_fields}
    for key in (key for key, wrong in outside.items() if wrong):
        span = f"the calendar, which runs from {start} until before {end}"
        problem = f"{getattr(event, key)} lies outside {span}"
        if files == {checker.root.find((*path, key))[1].mark.file}:
            remedy = "change the date, or the calendar's start or rounds"
            checker.fault((*path, key), problem, remedy)
        else:
            checker.notes.append(f"{'.'.join(map(str, path))}: it never happens: {problem}")


def _event_changes(checker: Checker, path: Path, event: Event) -> None:
    met: dict[Phrase, str] = {}
    for text, change in event.changes.items():
        here = (*path, "changes", text)
        if (change.by is None) == (change.to is None):
            checker.refuse("neither by nor to", here, lacks=here)
        if phrase := checker.phrase(here, text, phrases.MOVED_BY_EVENTS, "changed by an event"):
            limit = phrases.range_width(phrase.kind)
            checker.range((*here, "by"), change.by, -limit, limit)
            checker.range((*here, "to"), change.to, *phrases.BOUNDS[phrase.kind])
            first = met.setdefault(phrases.same_quantity(phrase), text)
            if first != text:
                checker.refuse("same change twice", here, first=first)


def _governments(checker: Checker) -> None:
    """Check each government, then the events that bring a new one."""
    description = checker.description
    for name, actor in description.actors.items():
        if actor.government:
            path = ("actors", name, "government")
            _government_changes(checker, path, actor.government)
            _elections(checker, path, actor.government)
            _successor(checker, (*path, "successor"), name, actor, actor.government)
    first: dict[str, str] = {}
    for name, event in description.events.items():
        if event.government:
            _event_of(checker, ("events", name), event, first)
    told = {event.government for event in description.events.values()}
    for name, actor in description.actors.items():
        key = event_of_government(name)
        if actor.government and name not in told and key in description.events:
            checker.refuse("unmarked change of government", ("events", key), name=name)


def _government_changes(checker: Checker, path: Path, ruling: Government) -> None:
    """It must be possible that it changes, and each number must count."""
    if not ruling.elections and ruling.hazard is None:
        checker.refuse("government never changes", path, lacks=path)
    elif not ruling.elections:
        for key in ("loses", "limit", "every"):
            if getattr(ruling, key) is not None:
                checker.refuse("needs elections", (*path, key), lacks=path)
    elif ruling.loses is None:
        checker.refuse("election never lost", (*path, "elections"), lacks=path)


def _elections(checker: Checker, path: Path, ruling: Government) -> None:
    calendar, dates = checker.description.calendar, ruling.elections
    if any(one[0] == "calendar" for one in checker.mended):
        return
    try:
        end = date_after(calendar, calendar.rounds)
    except ValueError:  # a fault of the calendar itself
        return
    for index, date in enumerate(dates):
        if date in dates[:index]:
            checker.refuse("date twice", (*path, "elections", index), date=date)
    held = any(calendar.start <= date < end for date in dates)
    goes_on = ruling.every is not None and any(date < end for date in dates)
    if dates and not held and not goes_on:
        checker.notes.append(
            f"{'.'.join(map(str, path))}.elections: none is held: all dates lie outside the "
            f"calendar, which runs from {calendar.start} until before {end}"
        )


def _successor(checker: Checker, path: Path, name: str, actor: Actor, ruling: Government) -> None:
    issues, successor = checker.description.issues, ruling.successor
    for key in ("positions", "saliences"):
        for issue in getattr(successor, key):
            here = (*path, key, issue)
            known = checker.name(here, issue, "issues", at_key=True)
            if known and name not in issues[issue].stances:
                checker.refuse("no stance to change", here)
    for component in successor.weights:
        checker.name((*path, "weights", component), component, "components", at_key=True)
    if successor.weights and actor.lens:
        checker.refuse("weights under a lens", (*path, "weights"))
    elif successor.weights and not any(
        (successor.weights.get(one) or actor.weights.of(one)).value
        for one in components_of(checker.description)
    ):
        checker.refuse("successor wants nothing", (*path, "weights"))


def _event_of(checker: Checker, path: Path, event: Event, first: dict[str, str]) -> None:
    """Check an event that brings a new government."""
    actor = str(event.government)
    here = (*path, "government")
    if not checker.name(here, actor, "actors"):
        return
    if checker.description.actors[actor].government is None:
        checker.refuse("no government to change", here, lacks=("actors", actor), actor=actor)
        return
    if (before := first.setdefault(actor, str(path[-1]))) != path[-1]:
        checker.refuse("change of government twice", here, before=before, actor=actor)
    for key in ("chance", "on"):  # when it happens is its government's
        if key in event.model_fields_set and getattr(event, key) is not None:
            checker.refuse("key of a change of government", (*path, key), actor=actor)
    if not event.repeats:
        checker.refuse("change of government once", (*path, "repeats"))
