"""The words of what lasts: what is in force, what is promised, and what changed in a round."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.analysis.words import MONTHS, listing, sentence
from sim.classroom.lasting import (
    Change,
    Pledge,
    Standing,
    changes,
    in_force,
    pledges,
)
from sim.classroom.news import when
from sim.classroom.table import Table
from sim.scenario.calendar import date_after
from sim.scenario.instances import Instance, Promise
from sim.scenario.schema import Calendar, Description

_HEAD = re.compile(r"\b(?:about|against|at|between|by|for|from|in|of|on|over|to|with|without)\b")
"""What follows one of these does not decide whether a name is of one thing or of several."""


@dataclass(frozen=True)
class Line:
    """An arrangement that is in force or suspended, as a list shows it.

    Attributes
    ----------
    name, between : str
        ``The peace treaty`` and ``of Japan and Russia``.
    since, until : str
        ``since April 2017``; ``until March 2018``, empty where it has no term.
    suspended : str
        ``suspended since July 2017``; empty where it is in force.
    """

    name: str
    between: str
    since: str
    until: str
    suspended: str

    @property
    def text(self) -> str:
        """All of it in one line."""
        return ", ".join(
            part
            for part in (f"{self.name} {self.between}", self.since, self.until, self.suspended)
            if part
        )


@dataclass(frozen=True)
class Debt:
    """What is promised and not done yet, as a list shows it."""

    text: str
    overdue: bool


@dataclass(frozen=True)
class Lasting:
    """The standing lists of a table.

    Attributes
    ----------
    arranged, promising : bool
        Whether the scenario has arrangements, and promises, at all.
    """

    arranged: bool
    promising: bool
    lines: tuple[Line, ...]
    debts: tuple[Debt, ...]


def lists(table: Table) -> Lasting:
    """What is in force and what is promised at a table now; all may know it."""
    described = table.setting.description
    return Lasting(
        arranged=bool(table.instances),
        promising=bool(table.promises),
        lines=tuple(_line(one, table) for one in in_force(table)),
        debts=tuple(
            Debt(_owed(one, described), one.state == "overdue")
            for one in pledges(table)
            if one.state in ("open", "overdue")
        ),
    )


def _line(one: Standing, table: Table) -> Line:
    described = table.setting.description
    term = described.arrangements[one.instance.name].term
    until = ""
    if term is not None:
        until = f"until {last_month(described.calendar, one.counts + term)}"
    return Line(
        name=sentence(described.arrangements[one.instance.name].name),
        between=between(one.instance, described),
        since="since the start" if not one.begun else f"since {when(table, one.begun)}",
        until=until,
        suspended="" if one.suspended is None else f"suspended since {when(table, one.suspended)}",
    )


def _owed(one: Pledge, described: Description) -> str:
    due = last_month(described.calendar, one.due)
    said = f"{owes(one.promise, described)}: {delivery(one.promise, described)}"
    if one.state == "overdue":
        return f"{said}, overdue since the end of {due}"
    return f"{said}, until {due}"


def last_month(calendar: Calendar, round: int) -> str:
    """The month in which a round ends: ``March 2018``."""
    day = date_after(calendar, round) - datetime.timedelta(days=1)
    return f"{MONTHS[day.month - 1]} {day.year}"


def between(instance: Instance, described: Description) -> str:
    """``of Japan and Russia``, ``of Washington toward Moscow``."""
    names = [described.actors[party].name for party in instance.parties]
    return f"of {f'{names[0]} toward {names[1]}' if instance.one_sided else listing(names)}"


def whole(instance: Instance, described: Description) -> str:
    """``the peace treaty of Japan and Russia``."""
    return f"{described.arrangements[instance.name].name} {between(instance, described)}"


def delivery(promise: Promise, described: Description) -> str:
    """What is promised: ``carry out the plan``."""
    delivers = described.levers[promise.lever].delivers
    assert delivers is not None
    return described.levers[delivers.lever].name


def owes(promise: Promise, described: Description) -> str:
    """``Japan owes Russia``; ``Japan and Russia owe each other``."""
    (one, other), *back = promise.owed
    names = [described.actors[actor].name for actor in (one, other)]
    if back:
        return f"{sentence(names[0])} and {names[1]} owe each other"
    return f"{sentence(names[0])} owes {names[1]}"


def told(table: Table, round: int) -> list[str]:
    """What became of arrangements and promises in a round, as sentences.

    Of a round that is open that is what its events did.
    """
    described = table.setting.description
    found = [change_in_words(change, described) for change in changes(table, round)]
    if 1 <= round <= table.played:
        found += _of_promises(table, round)
    return list(dict.fromkeys(found))


def change_in_words(change: Change, described: Description) -> str:
    """What became of an arrangement, as a sentence."""
    name = described.arrangements[change.instance.name].name
    full, one = sentence(whole(change.instance, described)), not _several(name)
    if change.how == "broken off" and (actor := change.actor) is not None:
        others = [described.actors[p].name for p in change.instance.parties if p != actor]
        breaks = sentence(described.actors[actor].name)
        return f"{breaks} breaks off {name} with {listing(others)}."
    is_, has = ("is", "has") if one else ("are", "have")
    became = {
        "begun": f"{is_} in force",
        "renewed": f"{is_} renewed",
        "resumed": f"{is_} in force again",
        "suspended": f"{is_} suspended",
        "ended": f"{has} ended",
        "broken off": f"{is_} broken off",
        "run out": f"{has} run out",
    }[change.how]
    return f"{full} {became}."


def _several(name: str) -> bool:
    """Whether a name is of several things, as *sanctions* or *visits without visa* are."""
    head = _HEAD.split(name)[0].split()
    return bool(head) and head[-1].endswith("s") and not head[-1].endswith(("ss", "us", "is"))


def _of_promises(table: Table, round: int) -> Iterator[str]:
    described = table.setting.description
    for one in pledges(table):
        if one.settled == round:
            yield _settled(one, described)
        elif one.overdue == round:
            yield f"{_promise_of(one.promise, described)} is overdue."
    for one in pledges(table):
        if one.made == round:
            yield _made(one, described)


def _made(one: Pledge, described: Description) -> str:
    (debtor, creditor), *back = one.promise.owed
    names = [described.actors[actor].name for actor in (debtor, creditor)]
    who = f"{sentence(names[0])} promises {names[1]}"
    if back:
        who = f"{sentence(names[0])} and {names[1]} promise each other"
    due = last_month(described.calendar, one.due)
    return f"{who} to {delivery(one.promise, described)}, until {due}."


def _settled(one: Pledge, described: Description) -> str:
    (debtor, creditor), *back = one.promise.owed
    names = [described.actors[actor].name for actor in (debtor, creditor)]
    done = delivery(one.promise, described)
    if back:
        who, its, other = f"{sentence(names[0])} and {names[1]}", "their", "each other"
        keep, deliver, have = "keep", "deliver", "have"
    else:
        who, its, other = sentence(names[0]), "its", names[1]
        keep, deliver, have = "keeps", "delivers", "has"
    if one.state == "late":
        return f"{who} {deliver} late on {its} promise to {other} to {done}."
    if one.state == "broken":
        return f"{who} {have} broken {its} promise to {other} to {done}."
    return f"{who} {keep} {its} promise to {other} to {done}."


def _promise_of(promise: Promise, described: Description) -> str:
    (debtor, creditor), *back = promise.owed
    names = [described.actors[actor].name for actor in (debtor, creditor)]
    done = delivery(promise, described)
    if back:
        return f"The promise of {names[0]} and {names[1]} to each other to {done}"
    return f"The promise of {names[0]} to {names[1]} to {done}"
