"""Checking a proposition against its two arms: names, times, expectations, directness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from sim.claims.circularity import written_directly
from sim.claims.measure import WORDS, Measured, Target, has_lever
from sim.errors import Fault
from sim.scenario.calendar import rounds_between
from sim.scenario.checker import Checker
from sim.scenario.node import Node
from sim.scenario.orders import Order, calendar_dates
from sim.scenario.phrases import CONDITIONS, SHOWN
from sim.scenario.scenario import Scenario
from sim.text import did_you_mean

_LISTED = 3
"""Most places of a direct writing that a message names."""


def check_facts(cited: Iterable[str], root: Node, reference: Scenario) -> Iterator[Fault]:
    """Facts and data that the sources of the base must hold."""
    known = {*reference.library.facts, *reference.library.data}
    for number, fact in enumerate(cited):
        if fact not in known:
            problem = f"the source '{fact}' is not defined"
            remedy = did_you_mean(fact, known, "facts and data")
            yield Fault(root.place(("facts", number)), problem, remedy)


def check_names(
    measures: Mapping[str, Measured], root: Node, arms: Iterable[Scenario]
) -> Iterator[Fault]:
    """Names and phrases of the measures, which every arm must know."""
    told: set[Fault] = set()
    for scenario in {id(arm): arm for arm in arms}.values():
        checker = Checker(scenario.description, root)
        for key, measured in measures.items():
            path = ("measures", key)
            if measured.interest:
                checker.name((*path, "of"), str(measured.of), "actors")
            elif measured.of:
                checker.phrase((*path, "of"), measured.of, SHOWN, "measured", at_key=False)
            checker.conditions((*path, "when"), measured.when, CONDITIONS, "a condition")
            if measured.outcome:
                checker.name((*path, "outcome"), measured.outcome, "outcomes")
            if measured.watch and measured.watch not in scenario.description.watch:
                remedy = did_you_mean(measured.watch, scenario.description.watch, "watched events")
                checker.fault((*path, "watch"), f"'{measured.watch}' is not watched", remedy)
            known = [
                lever
                for lever in measured.levers
                if lever not in WORDS and checker.name(path, lever, "levers", True)
            ]
            for role in ("by", "toward"):
                if actor := getattr(measured, role):
                    checker.name((*path, role), actor, "actors")
            for lever in known:
                _lacking(checker, path, lever, measured)
        yield from (fault for fault in checker.faults if fault not in told)
        told.update(checker.faults)


def _lacking(checker: Checker, path: tuple[str, ...], lever: str, measured: Measured) -> None:
    """A fault where a lever is looked at that nobody has, or that nobody is asked about."""
    description = checker.description
    named = {role for role in (measured.by, measured.toward) if role}
    if not named <= set(description.actors) or has_lever(lever, measured, description):
        return
    who = f" by '{measured.by}'" if measured.by else ""
    whom = f" toward '{measured.toward}'" if measured.toward else ""
    asked = " that asks for consent" if measured.consent else ""
    asked = " that promises anything" if measured.promises else asked
    where = "'usual' and 'delivers'" if measured.promises else "'usual' and 'consent'"
    checker.fault(path, f"there is no '{lever}'{who}{whom}{asked}", f"see its {where}")


def check_change(
    root: Node, reference: Scenario, changed: Scenario, orders: Iterable[Order]
) -> Iterator[Fault]:
    """An intervention must change something, and its events must be able to happen."""
    place = root.place(())
    for note in sorted(set(reference.notes) ^ set(changed.notes)):
        if "never happens" in note:
            yield Fault(place, note, "date it within the calendar of the base")
    if reference.description == changed.description and not tuple(orders):
        remedy = "change something, or write at_least or at_most and leave 'intervention' out"
        yield Fault(place, "the two arms are the same", remedy)


def check_times(
    measures: Mapping[str, Measured], root: Node, arms: Sequence[Scenario]
) -> Iterator[Fault]:
    """The calendar, which all arms share, and the periods that are looked at."""
    calendar = arms[0].description.calendar
    if any(arm.description.calendar != calendar for arm in arms):
        remedy = "give all the same start, length and number of rounds: they are compared by round"
        yield Fault(root.place(()), "the arms have different calendars", remedy)
    for key, measured in measures.items():
        if not rounds_between(calendar, measured.since, measured.until):
            problem = "no round of the scenario falls into the period looked at"
            yield Fault(root.place(("measures", key)), problem, calendar_dates(calendar))


def check_expectations(
    targets: Iterable[Target], root: Node, is_experiment: bool
) -> Iterator[Fault]:
    """What a claim expects must be possible at all."""
    for target in targets:
        path = ("measures", target.id)
        if target.measured.levers and not target.levers:
            problem = "no lever fits the measure"
            yield Fault(root.place(path), problem, "name one that the actor has")
        if not is_experiment and not target.measured.is_level:
            problem = "nothing is changed, so nothing can rise or fall"
            remedy = "add an 'intervention', or write at_least or at_most with a number"
            yield Fault(root.place((*path, "expect")), problem, remedy)


def check_laid_over_both(
    targets: Iterable[Target], layers: Node, over: Iterable[str]
) -> Iterator[Fault]:
    """What is laid over both arms needs an effect that it can change, or make vanish."""
    laid = [key for key in over if key in layers.fields]
    measured = [target.measured for target in targets]
    if "moderator" in laid and any(one.is_level for one in measured):
        problem = "a level is no effect that could depend on the moderator"
        remedy = "move measures with at_least or at_most to a claim of their own"
        yield Fault(layers.place(("moderator",), at_key=True), problem, remedy)
    if "null_check" in laid and not any(one.expect in ("rises", "falls") for one in measured):
        problem = "nothing here is expected to rise or fall, so there is no effect to vanish"
        yield Fault(layers.place(("null_check",), at_key=True), problem, "delete it")


class TwoArms(Protocol):
    """Two arms: the scenario that each plays, and the moves laid down in it."""

    @property
    def reference(self) -> Scenario: ...  # noqa: D102
    @property
    def changed(self) -> Scenario: ...  # noqa: D102
    @property
    def reference_orders(self) -> tuple[Order, ...]: ...  # noqa: D102
    @property
    def changed_orders(self) -> tuple[Order, ...]: ...  # noqa: D102


def check_directness(
    targets: Iterable[Target], root: Node, arms: TwoArms, who: str
) -> Iterator[Fault]:
    """What is changed, or laid over both arms, must not be what is measured.

    ``who`` names it for the message: ``the intervention``.
    """
    laid = set(arms.reference_orders) ^ set(arms.changed_orders)
    orders = [one for one in (*arms.reference_orders, *arms.changed_orders) if one in laid]
    for target in targets:
        if target.measured.is_level:
            continue
        reference, changed = arms.reference.description, arms.changed.description
        if paths := written_directly(target, reference, changed, orders):
            more = f", and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
            problem = f"{who} writes what is measured: {', '.join(paths[:_LISTED])}{more}"
            remedy = "change what moves the actors, and leave the measured quantity to them"
            yield Fault(root.place(("measures", target.id)), problem, remedy)
