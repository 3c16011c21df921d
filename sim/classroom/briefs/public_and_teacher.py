"""The sheets that are nobody's own: what all may know, and what the teacher sees of all."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from sim.classroom.briefs.role_text import AFFINITY, AT_REST, PLEDGE, TENSION, TIES, trust, word
from sim.classroom.briefs.second_person import points
from sim.classroom.game.governments import elections_text, in_office_text
from sim.reporting.lasting_text import whole as named
from sim.scenario.calendar import date_after
from sim.scenario.instances import at_start, instances
from sim.scenario.lenses import weights_of
from sim.scenario.lookup import Tie, relation
from sim.scenario.phrases import COMPONENTS
from sim.scenario.schema import Description, Event
from sim.text import count, listing, month, number, sentence, signed

EACH = {"month": "a month", "quarter": "a quarter", "half-year": "half a year", "year": "a year"}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Seat:
    """Who sits there, as all may know it; ``office`` is empty where no government changes."""

    name: str
    role: str
    strength: str
    office: str


@dataclass(frozen=True)
class Question:
    """One issue: its ends, where it stands, who wants it where, and whether any have no stake."""

    name: str
    low: str
    high: str
    stands: str
    wanted: tuple[tuple[str, str], ...]
    rest: str


@dataclass(frozen=True)
class Everyone:
    """What all may know at the start.

    Attributes
    ----------
    summary : str
        The situation; empty where the scenario says nothing.
    rounds : str
        How many there are, and how long each is.
    rest : str
        How relations move, and how the model plays a seat.
    attention : tuple of str
        A sentence for each actor that can do only so much in a round.
    seats, issues, outcomes
        Who is there, what is at stake, and what is counted in the end.
    pairs : tuple of rows
        Two names, affinity, tension, pledges and ties, in words with the numbers; and trust,
        where the scenario has any.
    trusted : bool
        Whether it has.
    in_force : tuple of str or None
        What is in force, a line each; None where the scenario has no arrangements.
    """

    summary: str
    rounds: str
    rest: str
    attention: tuple[str, ...]
    seats: tuple[Seat, ...]
    issues: tuple[Question, ...]
    pairs: tuple[Row, ...]
    trusted: bool
    in_force: tuple[str, ...] | None
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class ForTeacher:
    """All seats side by side.

    Attributes
    ----------
    names : tuple of str
        The actors, as heads of columns.
    weights : tuple of rows
        A component of interest, then each actor's weight of it, in hundredths.
    issues : tuple of rows
        An issue, then where each actor wants it and how much it cares.
    secrets : tuple of (str, str)
        Name and secret; actors without one are left out.
    events : tuple of (str, str)
        What may happen, and when.
    watched : tuple of str
        What the reports wait for.
    """

    names: tuple[str, ...]
    weights: tuple[Row, ...]
    issues: tuple[Row, ...]
    secrets: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]
    watched: tuple[str, ...]


def everyone(described: Description) -> Everyone:
    """Gather what stands on the public sheet; never a salience, a weight or a secret."""
    calendar, actors = described.calendar, described.actors
    last = date_after(calendar, calendar.rounds) - datetime.timedelta(days=1)
    power = {name: actor.power.value for name, actor in actors.items()}
    whole = sum(power.values())
    return Everyone(
        summary=described.summary or "",
        rounds=f"{sentence(count(calendar.rounds, 'round'))}, each {EACH[calendar.round]}, "
        f"from {month(np.datetime64(calendar.start))} to {month(np.datetime64(last))}.",
        rest=AT_REST,
        attention=tuple(
            f"{sentence(actor.name)} can say or do {count(actor.attention, 'thing')} in a round, "
            "no more."
            for actor in actors.values()
            if actor.attention is not None
        ),
        seats=tuple(
            Seat(
                sentence(actor.name),
                actor.brief.role if actor.brief else "",
                f"{number(100 * power[name] / whole, 0)} of 100",
                _office(described, name),
            )
            for name, actor in actors.items()
        ),
        issues=tuple(
            Question(
                issue.name, issue.low, issue.high, points(issue.outcome.value),
                tuple(
                    (sentence(actors[name].name), number(stance.position.value, 0))
                    for name, stance in issue.stances.items()
                ),
                _rest(len(issue.stances), len(actors)),
            )
            for issue in described.issues.values()
        ),
        pairs=tuple(_pair(first, second, described) for first, second in combinations(actors, 2)),
        trusted=_trusted(described),
        in_force=in_force_at_start(described),
        outcomes=tuple(outcome.name for outcome in described.outcomes.values()),
    )  # fmt: skip


def in_force_at_start(described: Description) -> tuple[str, ...] | None:
    """What is in force at the start, a line each; None where there are no arrangements."""
    if not described.arrangements:
        return None
    return tuple(
        sentence(f"{named(one, described)}.")
        for one in instances(described)
        if at_start(described, one)
    )


def _office(described: Description, actor: str) -> str:
    government = described.actors[actor].government
    if government is None:
        return ""
    return sentence(f"{in_office_text(described, actor, government.in_office, 0)}.")


def _trusted(described: Description) -> bool:
    """Whether trust is known: it is where a game was drawn that has promises."""
    return any(trust(described, *way) is not None for way in permutations(described.actors, 2))


def _rest(stances: int, actors: int) -> str:
    if stances == actors:
        return ""
    return "The others have no stake in it." if stances else "Nobody has a stake in it."


def _pair(first: str, second: str, described: Description) -> Row:
    names = {actor: described.actors[actor].name for actor in (first, second)}

    def stated(kind: Tie, one: str, other: str) -> float:
        found = relation(described, kind, one, other)
        return found[1].value if found else 0.0

    def both_ways(kind: Tie, scale: tuple[tuple[float, str], ...]) -> str:
        return "; ".join(
            f"{sentence(names[one])}: {word(value, scale)} ({number(value, 2)})"
            for one, other in ((first, second), (second, first))
            for value in (stated(kind, one, other),)
        )

    affinity, tension = stated("affinity", first, second), stated("tension", first, second)
    return (
        f"{sentence(names[first])} and {names[second]}",
        f"{word(affinity, AFFINITY)} ({signed(affinity, 2)})",
        f"{word(tension, TENSION)} ({number(tension, 2)})",
        both_ways("commitment", PLEDGE),
        both_ways("ties", TIES),
        *(
            [
                "; ".join(
                    f"{sentence(names[one])}: {number(trust(described, one, other) or 0.0, 2)}"
                    for one, other in ((first, second), (second, first))
                )
            ]
            if _trusted(described)
            else []
        ),
    )


def for_teacher(described: Description) -> ForTeacher:
    """Gather what stands on the teacher's sheet."""
    actors = described.actors
    shares = {actor: _shares(actor, described) for actor in actors}
    return ForTeacher(
        names=tuple(sentence(actor.name) for actor in actors.values()),
        weights=tuple(
            (sentence(part), *(number(100 * shares[actor][part], 0) for actor in actors))
            for part in COMPONENTS
        ),
        issues=tuple(
            (
                f"{issue.name} (now {number(issue.outcome.value, 0)})",
                *(
                    f"{number(issue.stances[actor].position.value, 0)}, "
                    f"cares {number(issue.stances[actor].salience.value, 2)}"
                    if actor in issue.stances
                    else "no stake"
                    for actor in actors
                ),
            )
            for issue in described.issues.values()
        ),
        secrets=tuple(
            (sentence(actor.name), actor.brief.secret)
            for actor in actors.values()
            if actor.brief and actor.brief.secret
        ),
        events=tuple((event.name, _when(event, described)) for event in described.events.values()),
        watched=tuple(watch.name for watch in described.watch.values()),
    )


def _shares(actor: str, described: Description) -> dict[str, float]:
    weights = weights_of(actor, described)
    raw = {part: float(getattr(weights, part).value) for part in COMPONENTS}
    whole = sum(raw.values())
    return {part: weight / whole for part, weight in raw.items()}


def _when(event: Event, described: Description) -> str:
    if event.government is not None:
        return sentence(listing([elections_text(described, event.government), *_conditions(event)]))
    return sentence(listing(list(_conditions(event)))) or "In the first round"


def _conditions(event: Event) -> Iterator[str]:
    if event.on:
        yield f"on {event.on}"
    if event.since:
        yield f"from {event.since}"
    if event.until:
        yield f"until {event.until}"
    if event.when:
        yield "once the state calls for it"
    if event.chance.value < 1:
        yield f"with a chance of {number(100 * event.chance.value, 0)} in 100 each round"
