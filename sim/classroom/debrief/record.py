"""What there is to tell of a session, gathered at one moment as plain data.

Gathered in the web's own thread, where the session lives; the page is made of
it anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.arrays import Floats
from sim.classroom.forecast.forecast import Forecast
from sim.classroom.forecast.jobs import FailedJob, SessionJobs
from sim.classroom.forecast.order_effects import RoundEffects
from sim.classroom.game.arrangements import arrangement_changes, pledges
from sim.classroom.game.session import Message, Participant, Session
from sim.classroom.game.table import Act, NewGovernment, Table
from sim.reporting.beliefs import BeliefCourse, of_runs
from sim.results.arrangements import ArrangementChange, Pledge
from sim.results.variables import STATUS
from sim.scenario.calendar import state_dates
from sim.scenario.lookup import IN_FORCE, NONE
from sim.scenario.phrases import Kind, Phrase
from sim.scenario.scenario import Scenario

# Names as a debrief shows them: their own, or pseudonyms by seat.

_PART = 3
"""Letters of a part of a name that is looked for in what was written."""


def _names(session: Session, *, pseudonyms: bool) -> tuple[dict[str, str], Callable[[str], str]]:
    """What people are called, by id, and how their names are hidden in what was written.

    Pseudonyms are by seat ("North at table 1, student 2"), and also stand in the place of
    names in a text; else a text stays as it is.
    """
    everybody = {**session.people, **session.removed}
    if not pseudonyms:
        return {key: person.name for key, person in everybody.items()}, str
    actors = session.scenario.description.actors
    shown = {
        member: f"{actors[seat.actor].name} at table {table.number}, student {nth}"
        for table in session.tables
        for seat in table.seats.values()
        for nth, member in enumerate(seat.members, start=1)
    }
    rest = [key for key in everybody if key not in shown]
    shown |= {key: f"student {nth} without a seat" for nth, key in enumerate(rest, start=1)}
    hidden: dict[str, str] = {}
    for key, person in everybody.items():
        for part in (person.name, *person.name.split()):
            if len(part) >= _PART or (part == person.name and len(part) > 1):
                hidden.setdefault(part.casefold(), shown[key])
    if not hidden:
        return shown, str
    longest = "|".join(map(re.escape, sorted(hidden, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{longest})(?!\w)", re.IGNORECASE)
    return shown, partial(pattern.sub, lambda m: hidden.get(m[0].casefold(), "a student"))


@dataclass(frozen=True)
class PersonRecord:
    """One of the class, as it is to be called; without a table, or a seat, where it has none.

    Counted are rounds that are over in which it saved its seat's choices, and answers, and the
    messages that it wrote, at any table.
    """

    name: str
    table: int | None
    actor: str | None
    joined: float
    rounds_chosen: int = 0
    rounds_answered: int = 0
    messages: int = 0


@dataclass(frozen=True)
class EventRecord:
    """An event, and whether the teacher let it happen."""

    id: str
    name: str
    by_teacher: bool


@dataclass(frozen=True)
class IssueDistance:
    """How far an issue stood from where an actor wants it now, in points: at first and now.

    ``shift`` is by how much the issue itself has moved.
    """

    actor: str
    issue: str
    salience: float
    before: float
    now: float
    shift: float

    @property
    def lost(self) -> float:
        """Points lost, by how much the actor cares."""
        return self.salience * (self.now - self.before)


@dataclass(frozen=True)
class BreachCost:
    """How somebody stood to who broke something off, before that round and after it."""

    other: str
    affinity: tuple[float, float]
    trust: tuple[float, float]


@dataclass(frozen=True)
class Breach:
    """An arrangement that was broken off, and how those stood who held one with the breaker."""

    change: ArrangementChange
    costs: tuple[BreachCost, ...]


@dataclass(frozen=True, eq=False)
class TableRecord:
    """A table, as far as its game has come.

    What is kept by round is of rounds that are over; pairs are values at first and now.

    Attributes
    ----------
    seats : dict of actor to names
        Who sits there now; nobody where the model plays.
    rounds_chosen : dict of actor to int
        Rounds in which anybody saved a seat's choices.
    watched : dict of watched event to the round in which it was first seen
    reported : shape (rounds played + 1, outcomes)
    forecasts : by rounds that were over, from none on; None where it is not there (yet)
    opened : by round; the forecast when its events had happened, if it had any
    effects : by round; None where it is not there, empty where nobody chose
    injects : what the teacher let happen
    breaches : tuple of Breach
        Those changes in which an arrangement was broken off.
    trust : dict of (one, other) to (at first, now)
        Of the one in the other; empty where the scenario has neither arrangements nor promises.
    in_force : dict of arrangement's label to "in force" or "suspended"
        Where the last round left those that are either.
    beliefs : tuple of BeliefCourse
        What actors believed of others, and what was true.
    waiting : int
        Figures that are still being worked out.
    faults : tuple of str
        Why some cannot be worked out.
    """

    number: int
    scenario: Scenario
    seats: dict[str, tuple[str, ...]]
    rounds_chosen: dict[str, int]
    played: int
    over: bool
    acts: tuple[tuple[Act, ...], ...]
    events: tuple[tuple[EventRecord, ...], ...]
    watched: dict[str, int]
    reported: Floats
    distances: tuple[IssueDistance, ...]
    support: dict[str, tuple[float, float]]
    forecasts: tuple[Forecast | None, ...]
    opened: tuple[Forecast | None, ...]
    effects: tuple[RoundEffects | None, ...]
    injects: frozenset[Hashable]
    changes: tuple[ArrangementChange, ...]
    breaches: tuple[Breach, ...]
    pledges: tuple[Pledge, ...]
    new_governments: tuple[NewGovernment, ...]
    trust: dict[tuple[str, str], tuple[float, float]]
    in_force: dict[str, str]
    beliefs: tuple[BeliefCourse, ...]
    waiting: int
    faults: tuple[str, ...]

    @property
    def start(self) -> Forecast | None:
        """What the model would have done from the start."""
        return self.forecasts[0]

    @property
    def now(self) -> Forecast | None:
        """The forecast from where the table stands."""
        return self.forecasts[-1]

    @property
    def rounds(self) -> Iterator[RoundEffects]:
        """The effects of rounds, as far as they are there."""
        return (one for one in self.effects if one is not None)

    def values(self, outcome: str) -> Floats:
        """An outcome from the start to where the game stands."""
        found: Floats = self.reported[:, list(self.scenario.description.outcomes).index(outcome)]
        return found


@dataclass(frozen=True, eq=False)
class SessionRecord:
    """A session, or some tables of it: its scenario as opened, and the dates of all states."""

    scenario: Scenario
    seed: int
    tables: tuple[TableRecord, ...]
    messages: tuple[Message, ...]
    people: tuple[PersonRecord, ...]
    dates: tuple[np.datetime64, ...]
    pseudonyms: bool

    @property
    def start(self) -> Forecast | None:
        """What the model would have done from the start; the same for all tables."""
        return next((table.start for table in self.tables if table.start is not None), None)

    @property
    def furthest(self) -> int:
        """Rounds that are over at the table that has come furthest."""
        return max(table.played for table in self.tables)

    @property
    def waiting(self) -> int:
        """Figures that are still being worked out."""
        return sum(table.waiting for table in self.tables)


def record_session(
    session: Session,
    workings: SessionJobs,
    tables: Sequence[int] | None = None,
    *,
    pseudonyms: bool = False,
) -> SessionRecord:
    """Gather what there is to tell of some tables, or all; people go by pseudonyms on request."""
    names, hide = _names(session, pseudonyms=pseudonyms)
    numbers = [table.number for table in session.tables] if tables is None else list(tables)
    calendar = session.scenario.description.calendar
    return SessionRecord(
        scenario=session.scenario,
        seed=session.seed,
        tables=tuple(_table_record(session.table(nth), workings, names, hide) for nth in numbers),
        messages=tuple(
            replace(m, by="the teacher" if m.by is None else names[m.by], text=hide(m.text))
            for m in session.messages
            if m.table is None or m.table in numbers
        ),
        people=tuple(
            _person(one, session, names[one.id])
            for one in (*session.people.values(), *session.removed.values())
            if one.table in numbers or (tables is None and one.table is None)
        ),
        dates=tuple(state_dates(calendar).astype("datetime64[D]")),
        pseudonyms=pseudonyms,
    )


def _person(one: Participant, session: Session, name: str) -> PersonRecord:
    return PersonRecord(
        name=name,
        table=one.table,
        actor=one.actor,
        joined=one.joined,
        rounds_chosen=sum(_rounds(at, at.saved_orders, 2, one.id) for at in session.tables),
        rounds_answered=sum(_rounds(at, at.saved_answers, 2, one.id) for at in session.tables),
        messages=sum(message.by == one.id for message in session.messages),
    )


def _rounds(table: Table, saved: set[tuple[int, str, str]], column: int, who: str) -> int:
    """In how many rounds that are over an actor (column 1) or a participant (2) saved something."""
    return len({one[0] for one in saved if one[column] == who and one[0] <= table.played})


def _table_record(
    table: Table, jobs: SessionJobs, names: Mapping[str, str], hide: Callable[[str], str]
) -> TableRecord:
    rounds = range(1, table.played + 1)
    forecasts = [jobs.forecast(table, n) for n in (0, *rounds)]
    opened = {n: jobs.forecast(table, n - 1, opened=True) for n in rounds if table.events(n)}
    decided = {slot[0] for slot in table.moves}
    effects = [
        jobs.effects(table, n) if n in decided else RoundEffects(n, (), (), (), 0) for n in rounds
    ]
    figures = (*forecasts, *opened.values(), *effects)
    by_teacher = {(n, name) for n, events in table.forced.items() for name in events} | {
        (n, name) for n in rounds for name in table.adhoc_events
    }
    changes = tuple(one for one in arrangement_changes(table) if one.round <= table.played)
    described = table.scenario.description

    def event(round: int, name: str) -> EventRecord:
        shown = described.events[name].name
        adhoc = name in table.adhoc_events
        return EventRecord(name, hide(shown) if adhoc else shown, (round, name) in by_teacher)

    def injected(name: str) -> str:
        """What is the same for the same event: ids of ad-hoc events are given out again."""
        _, adhoc = table.adhoc_events.get(name, (0, None))
        return name if adhoc is None else adhoc.model_dump_json()

    def around(phrase: Phrase) -> tuple[float, float]:
        return _around(table, phrase, 0, table.played)

    return TableRecord(
        number=table.number,
        scenario=table.scenario,
        seats={
            actor: tuple(names[member] for member in seat.members) if seat.by_people else ()
            for actor, seat in table.seats.items()
        },
        rounds_chosen={one: _rounds(table, table.saved_orders, 1, one) for one in table.seats},
        played=table.played,
        over=table.phase == "over",
        acts=tuple(tuple(table.acts(n)) for n in rounds),
        events=tuple(tuple(event(n, name) for name in table.events(n)) for n in rounds),
        watched={name: at for name, at in table.watched().items() if at <= table.played},
        reported=table.dataset()["reported"].isel(run=0).transpose("round", "outcome").values,
        distances=tuple(_distances(table)),
        support={actor: around(Phrase("support", (actor,))) for actor in table.seats},
        forecasts=tuple(one if isinstance(one, Forecast) else None for one in forecasts),
        opened=tuple(one if isinstance(one := opened.get(n), Forecast) else None for n in rounds),
        effects=tuple(one if isinstance(one, RoundEffects) else None for one in effects),
        injects=frozenset(
            (n, injected(name))
            for n in rounds
            for name in table.events(n)
            if (n, name) in by_teacher
        ),
        changes=changes,
        breaches=tuple(_breach(table, one) for one in changes if one.how == "broken off"),
        pledges=pledges(table),
        new_governments=tuple(one for one in table.new_governments if one.round <= table.played),
        trust={
            (phrase.names[0], phrase.names[1]): around(phrase)
            for phrase in table.compiled.layout.phrases
            if phrase.kind == "trust"
        },
        in_force={
            one.label: STATUS[status]
            for one, status in zip(table.instances, table.status(table.played), strict=True)
            if status != NONE
        },
        beliefs=tuple(of_runs(table.dataset(), described)),
        waiting=sum(one is None for one in figures),
        faults=tuple(dict.fromkeys(str(one) for one in figures if isinstance(one, FailedJob))),
    )


def _breach(table: Table, change: ArrangementChange) -> Breach:
    """What a break did to those who held an arrangement in force with the breaker."""
    actor, status = change.actor or "", table.status(change.round - 1)
    held = {
        party
        for one, now in zip(table.instances, status, strict=True)
        if (now == IN_FORCE or one == change.instance) and actor in one.holders
        for party in one.holders
    }

    def around(kind: Kind, *names: str) -> tuple[float, float]:
        return _around(table, Phrase(kind, names), change.round - 1, change.round)

    return Breach(
        change,
        tuple(
            BreachCost(other, around("affinity", actor, other), around("trust", other, actor))
            for other in table.seats
            if other in held and other != actor
        ),
    )


def _around(table: Table, phrase: Phrase, first: int, last: int) -> tuple[float, float]:
    """A quantity at the end of two rounds."""
    row = table.compiled.recorded.index(table.compiled.layout.row(phrase))
    state = table.world.records.state[:, row, 0]
    return float(state[first]), float(state[last])


def _distances(table: Table) -> Iterator[IssueDistance]:
    for actor in table.seats:
        for issue in table.compiled.layout.issues:
            salience = table.value("salience", actor, issue)
            if salience > 0:
                wanted = table.value("position", actor, issue)
                first, last = _around(table, Phrase("issue", (issue,)), 0, table.played)
                before, now = abs(first - wanted), abs(last - wanted)
                yield IssueDistance(actor, issue, salience, before, now, last - first)


# Turning points: how far each round moved what the model expects of the end, and by what.

_LEAST = 0.1
"""Moves below a tenth of a standard deviation are not told: chance moves as much."""


@dataclass(frozen=True)
class OutcomeMove:
    """How a round moved the expected end of an outcome.

    Attributes
    ----------
    before, after : float
        The mean over the futures, in the outcome's unit.
    spread : float
        Standard deviation of what was possible at the start, in the outcome's unit.
    orders : dict of actor to float
        By how much each seat's order moved it, of those that did so clearly.
    events : float
        By how much the events of the round did.
    """

    outcome: str
    before: float
    after: float
    spread: float
    orders: dict[str, float]
    events: float = 0.0

    @property
    def size(self) -> float:
        """The change, in standard deviations of what was possible at the start."""
        return self.sized(self.after - self.before)

    @property
    def by_order(self) -> float:
        """The largest effect of one order, in standard deviations; 0 where there is none."""
        return self.sized(max(self.orders.values(), key=abs, default=0.0))

    @property
    def decided(self) -> float:
        """The largest of what an order or the events did, in standard deviations."""
        return max(abs(self.by_order), abs(self.sized(self.events)))

    @property
    def rest(self) -> float:
        """What neither orders nor events did: luck, answers, and what computed actors chose."""
        return self.after - self.before - sum(self.orders.values()) - self.events

    def sized(self, change: float) -> float:
        """A change in standard deviations; 0 where nothing could vary."""
        return change / self.spread if self.spread > 1e-12 else 0.0


@dataclass(frozen=True)
class TurningPoint:
    """A round, and what it moved.

    Attributes
    ----------
    moves : tuple of OutcomeMove
        The largest first.
    chances : dict of watched event to (before, after)
    """

    round: int
    moves: tuple[OutcomeMove, ...]
    chances: dict[str, tuple[float, float]]

    @property
    def largest(self) -> OutcomeMove:
        """The outcome that it moved most, whatever moved it."""
        return self.moves[0]

    @property
    def decided(self) -> OutcomeMove:
        """The outcome that an order or its events moved most."""
        return max(self.moves, key=lambda move: move.decided)


def turning_points(table: TableRecord, least: Mapping[str, float]) -> tuple[TurningPoint, ...]:
    """How each round moved what was expected; a round of which something lacks is left out.

    ``least`` has the least standard deviation that each outcome is measured in.
    """
    found: list[TurningPoint] = []
    if (start := table.start) is None:
        return ()
    by_round = zip(table.events, table.opened, table.effects, strict=True)
    for nth, (events, opened, effects) in enumerate(by_round):
        before, after = table.forecasts[nth : nth + 2]
        if before is None or after is None or effects is None or (events and opened is None):
            continue
        moves = [
            OutcomeMove(
                name,
                before.ends[name][0],
                mean,
                max(start.ends[name][1], least[name]),
                _clear(effects, name),
                0.0 if opened is None else opened.ends[name][0] - before.ends[name][0],
            )
            for name, (mean, _) in after.ends.items()
            # Counts of what a seat chose, or did not choose, are no luck and no effect either.
            if all(name in order.outcomes for order in effects.orders)
        ]
        if moves:
            moves.sort(key=lambda move: -abs(move.size))
            chances = {name: (before.events[name], after.events[name]) for name in after.events}
            found.append(TurningPoint(nth + 1, tuple(moves), chances))
    return tuple(found)


def by_decision(found: Sequence[TurningPoint]) -> tuple[TurningPoint, ...]:
    """Those in which an order or an event moved anything worth telling, the most first."""
    told = [turn for turn in found if turn.decided.decided >= _LEAST]
    return tuple(sorted(told, key=lambda turn: (-turn.decided.decided, turn.round)))


def by_luck(found: Sequence[TurningPoint]) -> tuple[TurningPoint, ...]:
    """Those whose largest move came by the rest, more than by any order or event."""
    told = [turn for turn in found if _by_luck(turn.largest) >= max(_LEAST, turn.largest.decided)]
    return tuple(sorted(told, key=lambda turn: (-_by_luck(turn.largest), turn.round)))


def _by_luck(move: OutcomeMove) -> float:
    return abs(move.sized(move.rest))


def _clear(effects: RoundEffects, outcome: str) -> dict[str, float]:
    return {
        order.actor: order.outcomes[outcome].difference
        for order in effects.orders
        if order.outcomes[outcome].clear
    }
