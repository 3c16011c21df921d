"""Rules for governments: when they may fall, what a new one draws, and the event that tells it."""

from __future__ import annotations

from sim.scenario.calendar import date_after
from sim.scenario.checker import Checker
from sim.scenario.node import Path
from sim.scenario.phrases import COMPONENTS
from sim.scenario.schema import Actor, Event, Government, Successor, event_of_government

_OWN = ("chance", "on")
"""What an event of a new government cannot say: when it happens is its government's."""


def check_governments(report: Checker) -> None:
    """Check each government, then the events that bring a new one."""
    for name, actor in report.description.actors.items():
        if actor.government:
            path = ("actors", name, "government")
            _changes(report, path, name, actor.government)
            _dates(report, path, actor.government)
            _successor(report, (*path, "successor"), name, actor, actor.government.successor)
    first: dict[str, str] = {}
    for name, event in report.description.events.items():
        if event.government:
            _event(report, ("events", name), event, first)
    _without(report)


def _changes(report: Checker, path: Path, name: str, ruling: Government) -> None:
    """It must be possible that it changes, and each number must count."""
    if not ruling.elections and ruling.hazard is None:
        report.fault(
            path,
            f"the government of '{name}' never changes: it has neither elections nor a hazard",
            "add elections: [dates] with loses: a chance, or hazard: the chance of a fall in a "
            "round; or delete 'government'",
            True,
            lacks=path,
        )
        return
    if ruling.elections and ruling.loses is None:
        report.fault(
            (*path, "elections"),
            "it is not said how likely an election is lost",
            "add loses: the chance at the support of ordinary times, e.g. loses: 0.4",
            True,
            lacks=path,
        )
    if ruling.elections:
        return
    for key in ("loses", "limit", "every"):
        if getattr(ruling, key) is not None:
            report.fault(
                (*path, key),
                f"'{key}' says nothing without elections",
                "add elections: [dates], or delete it",
                True,
                lacks=path,
            )


def _dates(report: Checker, path: Path, ruling: Government) -> None:
    calendar = report.description.calendar
    if report.mended and any(one[0] == "calendar" for one in report.mended):
        return
    try:
        end = date_after(calendar, calendar.rounds)
    except ValueError:  # a fault of the calendar itself
        return
    for index, date in enumerate(ruling.elections):
        if date in ruling.elections[:index]:
            report.fault((*path, "elections", index), f"{date} is named twice", "name it once")
    within = [calendar.start <= date < end for date in ruling.elections]
    goes_on = ruling.every is not None and any(date < end for date in ruling.elections)
    if ruling.elections and not any(within) and not goes_on:
        report.notes.append(
            f"{'.'.join(map(str, path))}.elections: none is held: all dates lie outside the "
            f"calendar, which runs from {calendar.start} until before {end}"
        )


def _successor(report: Checker, path: Path, name: str, actor: Actor, successor: Successor) -> None:
    issues = report.description.issues
    for key in ("positions", "saliences"):
        for issue in getattr(successor, key):
            here = (*path, key, issue)
            if report.name(here, issue, "issues", at_key=True) and (
                name not in issues[issue].stances
            ):
                report.fault(
                    here,
                    f"'{name}' has no stance on '{issue}' that a new government could change",
                    f"add stances: {{{name}: ...}} to the issue, with a salience of 0 if it does "
                    "not care yet; or delete it here",
                    True,
                )
    for component in successor.weights:
        report.name((*path, "weights", component), component, "components", at_key=True)
    if successor.weights and actor.lens:
        report.fault(
            (*path, "weights"),
            f"the actor '{name}' is seen through a lens, whose weights stay",
            "delete the weights here, or the lens",
            True,
        )
    elif successor.weights and not any(
        (successor.weights.get(one) or getattr(actor.weights, one)).value for one in COMPONENTS
    ):
        report.fault(
            (*path, "weights"),
            f"a new government of '{name}' wants nothing: all its weights are 0",
            f"give one of {', '.join(COMPONENTS)} a weight above 0",
            True,
        )


def _event(report: Checker, path: Path, event: Event, first: dict[str, str]) -> None:
    """Check an event that brings a new government."""
    actor = str(event.government)
    here = (*path, "government")
    if not report.name(here, actor, "actors"):
        return
    if report.description.actors[actor].government is None:
        report.fault(
            here,
            f"the actor '{actor}' has no government that could change",
            f"add 'government:' to the actor '{actor}', with elections or a hazard",
            lacks=("actors", actor),
        )
        return
    if (before := first.setdefault(actor, str(path[-1]))) != path[-1]:
        report.fault(
            here,
            f"'{before}' brings a new government of '{actor}' already",
            "a change of government is one event: join the two",
        )
    for key in _OWN:
        if key in event.model_fields_set and getattr(event, key) is not None:
            report.fault(
                (*path, key),
                f"'{key}' cannot stand here: a new government comes as that of '{actor}' says",
                "delete it; write elections, loses and hazard under the actor's government",
                True,
            )
    if not event.repeats:
        report.fault(
            (*path, "repeats"),
            "a change of government may happen again",
            "delete it; to keep one out, write 'until' a date",
            True,
        )


def _without(report: Checker) -> None:
    """An event that has the name of a change of government must be one."""
    told = {event.government for event in report.description.events.values()}
    for name, actor in report.description.actors.items():
        key = event_of_government(name)
        if actor.government and name not in told and key in report.description.events:
            report.fault(
                ("events", key),
                f"'{key}' is the event of a new government of '{name}', and does not say so",
                f"add government: {name}, or give the event another id",
                True,
            )
