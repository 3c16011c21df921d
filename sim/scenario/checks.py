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
from sim.scenario.checker import Checker
from sim.scenario.checks_arrangements import check_arrangements
from sim.scenario.checks_events import check_events, check_governments
from sim.scenario.checks_levers import check_levers, check_size
from sim.scenario.field_types import NOTES, History
from sim.scenario.lenses import LENSES
from sim.scenario.node import Node, Path, tidy
from sim.scenario.phrases import (
    ANYONE,
    BOUNDS,
    COMPONENTS,
    CONDITIONS,
    DIRECTED,
    ROLES,
    SHOWN,
    SYMMETRIC,
    pair,
    parse,
)
from sim.scenario.prune import SECTIONS
from sim.scenario.quantity import Quantity, within
from sim.scenario.schema import Description, Library, Outcome
from sim.text import did_you_mean

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
