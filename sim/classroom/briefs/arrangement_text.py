"""The words of what lasts: what is in force, what is promised, and what changed in a round."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from sim.classroom.briefs.wording import next_election
from sim.classroom.game.arrangements import (
    ArrangementStatus,
    arrangement_changes,
    in_force,
    pledges,
)
from sim.classroom.game.news import round_date
from sim.classroom.game.table import Table
from sim.reporting.arrangement_text import (
    arrangement_became,
    delivery,
    owes,
    parties_text,
    promise_became,
)
from sim.results.arrangements import ArrangementChange, Pledge
from sim.scenario.calendar import date_after
from sim.scenario.lookup import governed_actors
from sim.scenario.schema import Calendar, Description
from sim.text import MONTHS, sentence


@dataclass(frozen=True)
class Line:
    """An arrangement that is in force or suspended, as a list shows it.

    Attributes
    ----------
    name, between : str
        ``The peace treaty`` and ``of North and South``.
    since, until : str
        ``since April 2017``, empty where it is suspended; ``until March 2018``, empty where
        it has no term.
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
            for part in (f"{self.name} {self.between}", self.suspended, self.since, self.until)
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
    governing : tuple of str
        A line for each actor whose government may change: since when it is in office, and
        the next election.
    """

    arranged: bool
    promising: bool
    lines: tuple[Line, ...]
    debts: tuple[Debt, ...]
    governing: tuple[str, ...] = ()


def lists(table: Table) -> Lasting:
    """What is in force, what is promised and who governs at a table now; all may know it."""
    described = table.compiled.description
    return Lasting(
        arranged=bool(table.instances),
        promising=bool(table.promises),
        lines=tuple(_line(one, table) for one in in_force(table)),
        debts=tuple(
            Debt(_owed(one, described), one.state == "overdue")
            for one in pledges(table)
            if one.pending
        ),
        governing=tuple(_governs(table, actor) for actor in governed_actors(described)),
    )


def _governs(table: Table, actor: str) -> str:
    described, reign = table.compiled.description, table.latest_government(actor)
    government = described.actors[actor].government
    assert government is not None
    since = f"in office since {'before ' if government.in_office else ''}the start"
    if reign is not None:
        since = f"new since {round_date(table, reign.round)}"
    votes = next_election(described, actor, table.round)
    election = f"next election in {votes}" if votes else "no election is due"
    return f"{sentence(described.actors[actor].name)}: {since}, {election}"


def _line(one: ArrangementStatus, table: Table) -> Line:
    described = table.compiled.description
    term = described.arrangements[one.instance.name].term
    until = ""
    if term is not None:
        until = until_when(described.calendar, one.counts + term)
        if one.suspended is not None:
            until = f"its term runs {until}"
    since = f"since {round_date(table, one.begun)}" if one.begun else "since the start"
    suspended = ""
    if one.suspended is not None:
        since, suspended = "", f"suspended since {round_date(table, one.suspended)}"
    name = sentence(described.arrangements[one.instance.name].name)
    return Line(name, parties_text(one.instance, described), since, until, suspended)


def _owed(one: Pledge, described: Description) -> str:
    calendar = described.calendar
    said = f"{owes(one.promise, described)}: {delivery(one.promise, described)}"
    if len(one.promise.owed) > 1:
        said = f"{said} (one deed by either keeps it for both)"
    if one.state == "overdue":
        return (
            f"{said}, overdue since the end of {last_month(calendar, one.due)}, which cost trust; "
            f"delivered late, {until_when(calendar, one.due + one.within)}, it counts half, and "
            "after that it is broken and costs trust again"
        )
    return f"{said}, {until_when(calendar, one.due)}"


def last_month(calendar: Calendar, round: int) -> str:
    """The month in which a round ends: ``March 2018``."""
    day = date_after(calendar, round) - datetime.timedelta(days=1)
    return f"{MONTHS[day.month - 1]} {day.year}"


def until_when(calendar: Calendar, round: int) -> str:
    """``until March 2018``; ``until after the end of the game``."""
    if round > calendar.rounds:
        return "until after the end of the game"
    return f"until {last_month(calendar, round)}"


def lasting_news(table: Table, round: int) -> list[str]:
    """What became of arrangements and promises in a round, as sentences.

    Of a round that is open that is what its events did. What an act changed is told with
    the act (:func:`sim.classroom.game.news.act_news`).
    """
    described = table.compiled.description
    found = [
        change_in_words(change, described)
        for change in arrangement_changes(table, round)
        if change.actor is None
    ]
    if 1 <= round <= table.played:
        found += _of_promises(table, round)
    return list(dict.fromkeys(found))


def change_in_words(change: ArrangementChange, described: Description) -> str:
    """What became of an arrangement, as a sentence."""
    return f"{arrangement_became(change.instance, change.how, change.actor, described)}."


def _of_promises(table: Table, round: int) -> Iterator[str]:
    described = table.compiled.description
    for one in pledges(table):
        if one.settled == round:
            yield f"{promise_became(one.promise, one.state, described)}."
        elif one.overdue == round:
            yield f"{promise_became(one.promise, 'overdue', described)}."
    for one in pledges(table):
        if one.made == round:
            due = until_when(described.calendar, one.due)
            yield f"{promise_became(one.promise, 'made', described)}, {due}."
