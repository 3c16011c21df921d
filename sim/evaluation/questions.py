"""What a scenario can say to the questions of a record, and what it lacks for the others."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from sim.claims.checks import check_names
from sim.claims.measure import Measured, Target, resolve
from sim.errors import Fault, ScenarioError, option
from sim.evaluation.record import Question, Record
from sim.scenario.calendar import calendar_dates, date_after, rounds_between, state_dates
from sim.scenario.cameo import track
from sim.scenario.conditions import texts_in
from sim.scenario.formulas import Formula, phrases_of, scale, single, value
from sim.scenario.lookup import usual
from sim.scenario.node import Node
from sim.scenario.phrases import BOUNDS, Phrase, parse, same_quantity
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Calendar, Description, Event, Watch
from sim.statistics.measures import quantity_text
from sim.text import closest, day, sentence

_EVE = datetime.timedelta(days=1)
"""The last day of a period is as good as the first of the next one."""
_SEVERAL, _MANY = 3, 20
"""With fewer dates outside the calendar each is named: where all of them are, and where not."""


@dataclass(frozen=True)
class Asked:
    """A question with its names resolved in a scenario.

    Attributes
    ----------
    id : str
        Its key in the record.
    question : Question
    target : Target
        What is recorded for it.
    states : (int, int)
        Of a quantity the states that are read, 0 the start: the one at its date twice, or those
        between which its direction is asked. Of acts and events the rounds of the window.
    dates : (date, date)
        The days to which these belong.
    whole : bool
        Whether its values are counts.
    width : float
        The range of its values, for what is averaged over quantities: of a count the most that
        could be counted, of a power its start.
    """

    id: str
    question: Question
    target: Target
    states: tuple[int, int]
    dates: tuple[datetime.date, datetime.date]
    whole: bool
    width: float


@dataclass(frozen=True)
class Unanswered:
    """A question that a scenario cannot speak to, and what is missing for it."""

    id: str
    question: Question
    missing: str


def asked(record: Record, scenario: Scenario) -> tuple[tuple[Asked, ...], tuple[Unanswered, ...]]:
    """Lay the questions of a record before a scenario.

    Parameters
    ----------
    record : Record
    scenario : Scenario

    Returns
    -------
    (tuple of Asked, tuple of Unanswered)
        In the order of the record.

    Raises
    ------
    ScenarioError
        With all faults: dates outside the calendar, names that are nearly those of the scenario;
        or where it can speak to none of the questions.
    """
    if elsewhere := _elsewhere(record, scenario):
        raise ScenarioError([elsewhere])
    faults: list[Fault] = []
    answered: list[Asked] = []
    others: list[Unanswered] = []
    for key, question in record.questions.items():
        if question.sort == "nothing":
            others.append(Unanswered(key, question, "no act, event or quantity is named"))
            continue
        missing, wrong = _names(key, question, record, scenario)
        timed = list(_times(key, question, record.root, scenario.description.calendar))
        faults += [*wrong, *timed]
        if wrong or timed:
            continue
        if missing or (missing := _stated(question, scenario.description)):
            others.append(Unanswered(key, question, missing))
        else:
            answered.append(_resolved(key, question, scenario))
    if not answered and not faults:
        place = record.root.place(("questions",), at_key=True)
        listed = "; ".join(f"{one.id}: {one.missing}" for one in others[:3])
        remedy = f"ask about what the scenario has ({listed})"
        faults.append(Fault(place, "the scenario can speak to none of the questions", remedy))
    if faults:
        raise ScenarioError(faults)
    return tuple(answered), tuple(others)


def measured(question: Question) -> Measured:
    """A question in the words of a proposition's measure."""
    return Measured(
        acts=question.acts,
        by=question.by,
        toward=question.toward,
        watch=question.watch or question.event,
        when=question.when,
        of=question.of,
        outcome=question.outcome,
        at=question.at or "end",
        since=question.since if question.sort != "direction" else None,
        until=question.until if question.sort != "direction" else None,
        at_least=1,
    )


def _names(
    key: str, question: Question, record: Record, scenario: Scenario
) -> tuple[str, list[Fault]]:
    """What of a question's names the scenario lacks, and faults of those it nearly has."""
    node = record.root.get("questions")
    root = Node({"measures": node}, node.mark, node.key)
    if question.event is not None:
        found = [_event(root, key, question.event, scenario.description)]
    else:
        found = list(check_names({key: measured(question)}, root, [scenario]))
    missing, wrong = [], []
    for fault in (one for one in found if one is not None):
        near = "did you mean" in fault.remedy
        if near and not any(f"'{name}'" in fault.problem for name in record.stated.beyond):
            path = fault.place.path.replace("measures", "questions", 1)
            remedy = f"{fault.remedy}; if the scenario lacks it, name it under 'beyond:'"
            place = replace(fault.place, path=path)
            wrong.append(Fault(place, fault.problem, remedy))
        else:
            missing.append(fault.problem)
    return "; ".join(dict.fromkeys(missing)), wrong


def _event(root: Node, key: str, event: str, description: Description) -> Fault | None:
    if event in description.events:
        return None
    near = closest(event, description.events)
    remedy = f"did you mean '{near}'?" if near else "name an event of the scenario"
    place = root.place(("measures", key, "event"))
    return Fault(place, f"the event '{event}' is not defined", remedy)


def _elsewhere(record: Record, scenario: Scenario) -> Fault | None:
    """That a record is of other years: one fault, and not one for each of its dates."""
    calendar = scenario.description.calendar
    first, last = _span(calendar)
    asked = [(one.on, one.since, one.until) for one in record.questions.values()]
    dates = [date for given in asked for date in given if date is not None]
    outside = [date for date in dates if not first <= date <= last]
    if len(outside) < (_SEVERAL if len(outside) == len(dates) else max(_MANY, len(dates) / 2)):
        return None
    place = record.root.place(("questions",), at_key=True)
    problem = (
        f"of the {len(dates)} dates of the record, {min(dates)} to {max(dates)}, "
        f"{len(outside)} lie outside the scenario's calendar"
    )
    remedy, meant = calendar_dates(calendar), record.stated.scenario
    if meant and meant != scenario.id:
        remedy = f"score '{meant}', for which it was compiled; or {remedy}"
    return Fault(place, problem, remedy)


def _span(calendar: Calendar) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a record may name: the eve of the start, and the end."""
    # There is no day before the first of the year 1.
    first = max(calendar.start, datetime.date.min + _EVE) - _EVE
    return first, date_after(calendar, calendar.rounds)


def _times(key: str, question: Question, root: Node, calendar: Calendar) -> Iterator[Fault]:
    """Faults of dates outside the calendar, and of a series that goes beyond its start."""
    first, last = _span(calendar)
    for name in ("on", "since", "until"):
        date: datetime.date | None = getattr(question, name)
        if date is not None and not first <= date <= last:
            place = root.place(("questions", key, name))
            problem = f"{date} lies outside the scenario's calendar"
            longer = f", or ask for more rounds ({option('--rounds')})" if date > last else ""
            yield Fault(place, problem, f"{calendar_dates(calendar)}{longer}")
    for date in question.series:
        if date > calendar.start:
            place = root.place(("questions", key, "series"), at_key=True)
            problem = f"the series goes on to {date}, after the start at {calendar.start}"
            yield Fault(place, problem, "leave out what no forecast from the start could know")
            break
    if question.on and first <= question.on <= last and _state(calendar, question.on) == 0:
        place = root.place(("questions", key, "on"))
        problem = f"the state nearest to {question.on} is the start, which is no forecast"
        yield Fault(place, problem, f"ask at {date_after(calendar, 1) - _EVE} or later")
    inside = question.until is None or question.until >= first
    if question.sort == "direction" and inside and question.until is not None:
        states = _between(question, calendar)
        if states[0] >= states[1] and question.until <= last:
            place = root.place(("questions", key))
            problem = "both ends of the window are nearest to the same state of the scenario"
            yield Fault(place, problem, f"put them at least a {calendar.round} apart")
    elif question.sort != "direction" and not question.on:
        rounds = rounds_between(calendar, question.since, question.until)
        begun = question.since is None or question.since <= last
        if not rounds and inside and begun:
            place = root.place(("questions", key))
            yield Fault(place, "no round falls into the window", calendar_dates(calendar))


def _state(calendar: Calendar, date: datetime.date) -> int:
    """The state nearest to a date, 0 the start; of two as near the earlier one."""
    gaps = np.abs(state_dates(calendar) - np.datetime64(date))
    return int(gaps.argmin())


def _between(question: Question, calendar: Calendar) -> tuple[int, int]:
    """The states between which a direction is asked."""
    first = _state(calendar, question.since) if question.since else 0
    return first, _state(calendar, question.until or calendar.start)


def _stated(question: Question, description: Description) -> str:
    """What the scenario itself brings about at a date, so that it is no forecast; else empty."""
    dated = {name: event for name, event in description.events.items() if event.on}
    if question.event in dated:
        event = dated[question.event]
        return f"the scenario states it: “{event.name}” on {_day(event)}"
    watched = description.watch.get(question.watch or "")
    if watched is not None and watched.event in dated:
        event = dated[watched.event]
        return f"the scenario states it: “{event.name}” on {_day(event)}"
    waited = (question.when, watched.when if watched else {})
    texts = [question.of] if question.of else [text for one in waited for text in texts_in(one)]
    for phrase in (parse(text) for text in texts if text):
        if phrase is None or not phrase.kind.startswith("in_force"):
            continue
        for event in dated.values():
            if any(_same(str(phrase), text) for text in (*event.begins, *event.ends)):
                return f"the scenario states it: “{event.name}” on {_day(event)}"
    return ""


def moving(one: Asked, description: Description) -> tuple[str, ...]:
    """The scenario's own dated events that move the quantity that is asked about, by name."""
    measured = phrases_of(one.target.outcome.of) if one.target.outcome else ()
    quantities = {same_quantity(phrase) for phrase in measured}
    return tuple(
        event.name
        for event in description.events.values()
        if event.on is not None
        and event.on < one.dates[1]
        and any(phrase_key(text) in quantities for text in event.changes)
    )


def phrase_key(text: str | None) -> Phrase | None:
    """By what a quantity is known, whoever is named first."""
    phrase = parse(text or "")
    return phrase and same_quantity(phrase)


def _day(event: Event) -> str:
    return day(event.on) if event.on else ""


def _same(phrase: str, begun: str) -> bool:
    """Whether ``in force X between A and B`` is what an event begins, whoever is named first."""
    one, other = phrase.removeprefix("in force ").split(), begun.split()
    turned = [*other[:2], *other[:1:-1]] if "between" in other else other
    return one in (other, turned)


def _resolved(key: str, question: Question, scenario: Scenario) -> Asked:
    description, calendar = scenario.description, scenario.description.calendar
    meant = measured(question)
    if question.event:
        watch = Watch(name=description.events[question.event].name, event=question.event)
        target = Target(key, f"record {key}", meant, watch=watch)
    else:
        target = _shown(resolve("record", key, meant, description), description)
    if question.sort == "direction":
        states = _between(question, calendar)
    elif question.on:
        states = (_state(calendar, question.on),) * 2
    else:
        rounds = rounds_between(calendar, question.since, question.until)
        states = rounds.start, rounds.stop - 1
    first = states[0] - (question.on is None and question.sort != "direction")
    dates = date_after(calendar, first), date_after(calendar, states[1])
    return Asked(
        key, question, target, states, dates, target.is_counted, _width(target, states, scenario)
    )


def _shown(target: Target, description: Description) -> Target:
    """The same, what is recorded for it named as reports name it."""
    phrase = single(target.outcome.of) if target.outcome else None
    if target.outcome is None or phrase is None:
        return target
    name = sentence(quantity_text(phrase, description))
    return replace(target, outcome=target.outcome.model_copy(update={"name": name}))


def _width(target: Target, states: tuple[int, int], scenario: Scenario) -> float:
    """The range of a quantity, or the most that could be counted."""
    description = scenario.description
    outcome = target.outcome
    if outcome is None:
        return 1.0
    if outcome.acts:
        ways = {
            (one, other, track(description.levers[lever]))
            for one, other in permutations(description.actors, 2)
            for lever in outcome.acts
            if outcome.by in (None, one)
            and outcome.toward in (None, other)
            and usual(description.levers[lever], one, other) is not None
        }
        return float(len(ways) * (states[1] - states[0] + 1))
    if isinstance(outcome.of, Formula):
        return _width_of(outcome.of, description)
    phrase = parse(outcome.of or "")
    if phrase is not None and phrase.kind == "power":
        return description.actors[phrase.names[0]].power.value
    low, high = BOUNDS[phrase.kind] if phrase else (0.0, 1.0)
    return high - low


def _width_of(of: Formula, description: Description) -> float:
    """The range of a formula; where it has no end, its size at the powers of the file, or 1."""
    own = scale(of)
    if own.bounded:
        return own.high - own.low
    powers = {name: actor.power.value for name, actor in description.actors.items()}
    size = value(of, lambda one: np.array(powers[one.names[0]] if one.kind == "power" else 1.0))
    return abs(float(size)) or 1.0
