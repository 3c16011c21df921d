"""A table: one run of a scenario, with people or the model in its seats, a clock, and phases.

The world is played from what people and the teacher decided, and can be played again from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from sim.arrays import Floats
from sim.classroom.game.course import (
    BranchPoint,
    Course,
    RoundSlot,
    Slot,
    as_it_stands,
    known,
    world_of,
)
from sim.errors import SimError
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.lookup import Instance, Promise
from sim.scenario.phrases import Kind
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Event
from sim.simulation.block import recorded
from sim.simulation.branching import levers_toward
from sim.simulation.ensemble import labelled
from sim.theories.protocol import PASS

if TYPE_CHECKING:
    import xarray as xr


Phase = Literal["waiting", "choosing", "answering", "closed", "over"]
UNDER_WAY: tuple[Phase, ...] = ("choosing", "answering")
_RESTORED = ("phase", "round", "moves", "forced", "adhoc_events", "orders", "draft_answers")
"""What of a game that was ended comes back when its ending is undone."""

_EventsKey = tuple[tuple[str, str], ...]
_SETTINGS: WeakKeyDictionary[CompiledScenario, WeakValueDictionary[_EventsKey, CompiledScenario]]
_SETTINGS = WeakKeyDictionary()
"""By compiled scenario, and by ad-hoc events in it: tables with the same ones share theirs."""

PREFERENCES: tuple[Kind, ...] = ("position", "salience", "weight")
_NOTABLE_CHANGE: dict[Kind, float] = {"position": 0.5, "salience": 0.005, "weight": 0.005}
"""Less than that is no news."""


@dataclass(frozen=True)
class PreferenceChange:
    """What an actor, or its new government, wants otherwise: of an issue, or a component."""

    kind: Kind
    on: str
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class NewGovernment:
    """A government that came into office by an event, at the opening of a round.

    ``before`` are the rounds in office of the one before it, ``support`` is that of the one
    before and its own; ``description``, the scenario as it stood then, has its brief's numbers.
    """

    actor: str
    event: str
    round: int
    before: float
    support: tuple[float, float]
    moved: tuple[PreferenceChange, ...]
    description: Description


def new_governments(
    compiled: CompiledScenario, world: World, before: Floats
) -> Iterator[NewGovernment]:
    """The governments that came into office when a world's round opened, by its state before."""
    layout, events = compiled.layout, compiled.description.events
    for name, did in zip(compiled.events.names, world.happens[:, 0], strict=True):
        actor = events[name].government
        if not did or actor is None:
            continue
        office, support = (layout.at(kind, actor) for kind in ("office", "support"))
        yield NewGovernment(
            actor=actor,
            event=name,
            round=world.now,
            before=float(before[office]),
            support=(float(before[support]), float(world.x[support, 0])),
            moved=tuple(preference_changes(compiled, before, world.x[:, 0], actor)),
            description=as_it_stands(compiled, world),
        )


def preference_changes(
    compiled: CompiledScenario, before: Floats, after: Floats, actor: str
) -> Iterator[PreferenceChange]:
    """What an actor wants otherwise in one state, of shape ``(rows,)``, than in another."""
    for row, phrase in enumerate(compiled.layout.phrases):
        if phrase.kind in PREFERENCES and phrase.names[0] == actor:
            first, now = float(before[row]), float(after[row])
            if abs(now - first) >= _NOTABLE_CHANGE[phrase.kind]:
                yield PreferenceChange(phrase.kind, phrase.names[1], first, now)


class RefusedError(SimError):
    """What was asked for cannot be done now; the message says why, and what can."""


@dataclass
class Seat:
    """An actor's place at a table: who sits in it, and whether it was handed to the model."""

    actor: str
    members: list[str] = field(default_factory=list)
    handed: bool = False

    @property
    def by_people(self) -> bool:
        """Whether people play it; an empty seat is the model's."""
        return bool(self.members) and not self.handed


@dataclass(frozen=True)
class Act:
    """What one actor did toward another in a round that is over, in words or in deeds.

    ``lever`` is None where the round was let pass, ``asked`` whether it needed consent.
    ``crossed``: it gave way, as the target did the same, and the two can do it only once.
    """

    round: int
    actor: str
    target: str
    track: Track
    lever: str | None
    asked: bool
    accepted: bool
    crossed: bool
    by_people: bool
    answered_by_people: bool

    @property
    def open(self) -> bool:
        """Whether all could see it; what had no effect is known to the two alone."""
        return self.lever is not None and self.accepted


@dataclass(frozen=True)
class OpenProposal:
    """A proposal that waits for a person's answer."""

    actor: str
    target: str
    track: Track
    lever: str

    @property
    def slot(self) -> Slot:
        """Who asks, who is asked, and whether for a word or a deed."""
        return self.actor, self.target, self.track


class Table:
    """A game and its seats.

    What changes it is checked by :mod:`sim.classroom.game.permissions` before it is called.

    ``compiled`` is the scenario that the session was opened with; tables share it until a
    teacher enters an ad-hoc event.

    Attributes
    ----------
    round : int
        The round that is open, or was last; 0 before the first.
    deadline : float or None
        When the phase ends; None without a clock, or while it is stopped.
    left : float or None
        Seconds that were left when the clock was stopped.
    orders : dict of (actor, target, track) to lever or None
        Choices of the open round that can still be changed.
    draft_answers : dict of (who asks, who is asked, track) to bool
        Answers that can still be changed.
    open_proposals : list of OpenProposal
        Proposals that wait for answers of people.
    moves, answers, forced
        As of :class:`sim.classroom.game.course.Course`.
    adhoc_events : dict of id to (round, Event)
        Events that the teacher entered in class.
    new_governments : list of NewGovernment
        Governments that came into office, oldest first.
    preference_changes : dict of round to dict of actor to tuple of PreferenceChange
        What events made actors want otherwise, in the rounds in which any did.
    saved_orders, saved_answers : set of (round, actor, participant)
        Who saved choices, and answers, for a seat, also in rounds that are not over.
    taken_back : int
        How many rounds were taken back so far: by it a form of an old page is known.
    world : World
        Where the game stands; once a round is open, with its events.
    """

    phase: Phase
    deadline: float | None
    left: float | None
    paused: bool
    orders: dict[Slot, str | None]
    draft_answers: dict[Slot, bool]
    open_proposals: list[OpenProposal]

    def __init__(
        self, number: int, scenario: Scenario, seed: int, compiled: CompiledScenario
    ) -> None:
        self.number, self.seed = number, seed
        self._as_opened, self._shared = scenario, compiled
        self.seats = {actor: Seat(actor) for actor in scenario.description.actors}
        self.moves: dict[RoundSlot, str | None] = {}
        self.answers: dict[RoundSlot, bool] = {}
        self.forced: dict[int, tuple[str, ...]] = {}
        self.adhoc_events: dict[str, tuple[int, Event]] = {}
        self.round = self.taken_back = 0
        self.saved_orders: set[tuple[int, str, str]] = set()
        self.saved_answers: set[tuple[int, str, str]] = set()
        self._before_end: dict[str, Any] | None = None
        self._dataset: tuple[World, int, int, xr.Dataset] | None = None
        self._start(compiled)
        self._enter("waiting")
        self._clear()

    # -- where the game stands -------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """The scenario with the events that the teacher entered."""
        return self.compiled.source

    @property
    def scenario_now(self) -> Scenario:
        """The scenario as it stands in the world now."""
        return replace(self.scenario, description=as_it_stands(self.compiled, self.world))

    @property
    def rounds(self) -> int:
        """How many rounds the scenario has."""
        return self.compiled.description.calendar.rounds

    @property
    def played(self) -> int:
        """Rounds that are over."""
        return self.round - 1 if self.phase in UNDER_WAY else self.round

    @property
    def ended(self) -> bool:
        """Whether the game was ended before its end."""
        return self._before_end is not None

    @property
    def course(self) -> Course:
        """What was decided so far, as it is now."""
        return Course(self.seed, dict(self.moves), dict(self.answers), dict(self.forced))

    def branch_point(self, played: int | None = None, *, opened: bool = False) -> BranchPoint:
        """Where the table stands now, or stood when a round was over (and the next one opened)."""
        if played is None:
            opened, played = self.phase in UNDER_WAY, self.played
        return BranchPoint(known(self.course, played, played + opened), played, opened)

    def scenario_by(self, round: int) -> Scenario:
        """The scenario with the ad-hoc events that had happened by a round, and no more."""
        later = {name for name, (at, _) in self.adhoc_events.items() if at > round}
        if not later:
            return self.scenario
        described = self.scenario.description
        events = {name: event for name, event in described.events.items() if name not in later}
        return replace(self.scenario, description=described.model_copy(update={"events": events}))

    def value(self, kind: Kind, *names: str) -> float:
        """A quantity as it stands now, e.g. ``value("affinity", "north", "south")``."""
        return float(self.world.x[self.compiled.layout.at(kind, *names), 0])

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The arrangements that may come into force here."""
        return self.compiled.lasting.instances

    @property
    def promises(self) -> tuple[Promise, ...]:
        """The promises that may be made here."""
        return self.compiled.lasting.promises

    def status(self, round: int | None = None) -> tuple[int, ...]:
        """Where each arrangement stands now, or stood at the end of a round (0: the start).

        0 for none, 1 for in force, 2 for suspended.
        """
        found = self.world.read("status") if round is None else self.world.records.status[round]
        return tuple(map(int, found[:, 0]))

    def latest_government(self, actor: str) -> NewGovernment | None:
        """The government that came into office last; None while it is that of the start."""
        return next((one for one in reversed(self.new_governments) if one.actor == actor), None)

    # -- what can be done ------------------------------------------------------

    def targets(self, actor: str) -> tuple[str, ...]:
        """The others toward whom an actor has levers, in the order of the file."""
        described = self.compiled.description
        return tuple(
            other
            for other in described.actors
            if other != actor and levers_toward(described, actor, other)
        )

    def tracks(self, actor: str, target: str) -> tuple[Track, ...]:
        """Whether an actor has words for another, and deeds."""
        return tuple(track for track in TRACKS if self.levers(actor, target, track))

    def levers(self, actor: str, target: str, track: Track | None = None) -> dict[str, bool]:
        """The actor's levers toward another, of one track or of both; whether each is open now."""
        keys = self.compiled.keys
        return {
            lever: bool(self.world.open[keys[lever, actor, target], 0])
            for lever in levers_toward(self.compiled.description, actor, target, track)
        }

    def slots(self, actor: str) -> Iterator[Slot]:
        """What a seat chooses in a round: a word and a deed toward each other, as it has them."""
        for target in self.targets(actor):
            for track in self.tracks(actor, target):
                yield actor, target, track

    def proposals_to(self, actor: str) -> list[OpenProposal]:
        """Proposals that wait for this actor's answer."""
        return [one for one in self.open_proposals if one.target == actor]

    def chosen(self, actor: str) -> bool:
        """Whether a seat has chosen in the open round, or has answered all that it is asked."""
        if self.phase == "answering":
            return all(one.slot in self.draft_answers for one in self.proposals_to(actor))
        return any(one == actor for one, *_ in self.orders)

    @property
    def coming(self) -> int:
        """The round in which something can be let happen: the open one, or the next."""
        return self.round if self.phase == "choosing" else self.round + 1

    def coming_events(self) -> tuple[str, ...]:
        """Ids of what happens in the open round, or will for certain in the next."""
        if self.phase == "choosing":
            return self.events(self.round)
        return self.forced.get(self.coming, ())

    # -- what happened ---------------------------------------------------------

    def acts(self, round: int) -> Iterator[Act]:
        """Each word and deed of a round that is over, by who did it toward whom; passes, too."""
        records, keys = self.world.records, self.compiled.keys
        levers = self.compiled.description.levers
        names = sorted(levers)
        picked, accepted = (
            dict(zip(self.compiled.slots, part[round, ..., 0].ravel().tolist(), strict=True))
            for part in (records.choice, records.accepted)
        )
        for (actor, target), track in self.compiled.slots:
            here, back = ((actor, target), track), ((target, actor), track)
            number = picked[here]
            lever = None if number == PASS else names[number]
            slot = (round, actor, target, track)
            yield Act(
                *slot,
                lever,
                asked=lever is not None
                and bool(self.compiled.table.asks[keys[lever, actor, target], 0]),
                accepted=bool(accepted[here]),
                crossed=lever is not None
                and levers[lever].once
                and not accepted[here]
                and bool(accepted[back] and picked[back] == number),
                by_people=slot in self.moves,
                answered_by_people=slot in self.answers,
            )

    def events(self, round: int) -> tuple[str, ...]:
        """Ids of what happened at the opening of a round that is open or over."""
        now = self._under_way and round == self.world.now
        happened = self.world.happens if now else self.world.records.happened[round]
        names = self.compiled.events.names
        return tuple(name for name, did in zip(names, happened[:, 0], strict=True) if did)

    def watched(self) -> dict[str, int]:
        """What the scenario watches for and has seen, with the round of it."""
        seen = self.world.records.watched[:, 0]
        names = self.compiled.watches.names
        return {name: int(at) for name, at in zip(names, seen, strict=True) if at >= 0}

    def dataset(self) -> xr.Dataset:
        """The game so far as labelled results of one run: the start and the rounds played."""
        now = (self.world, self.world.now, self.played)
        if self._dataset is None or self._dataset[:3] != now:
            whole = labelled(self.scenario, [recorded(self.world)], self.seed)
            self._dataset = (*now, whole.isel(round=slice(0, self.played + 1)))
        return self._dataset[3]

    # -- what the rules carry out ----------------------------------------------

    def open_round(self, deadline: float | None) -> None:
        """Open the next round: its events happen."""
        self.round += 1
        self._enter("choosing", deadline)
        self._clear()
        self._open()

    def close(self, deadline: float | None) -> None:
        """Close what is open: choices become moves, or answers are given and the round ends."""
        if self.phase == "choosing":
            for actor, seat in self.seats.items():
                if seat.by_people:  # who chose nothing lets the round pass
                    for slot in self.slots(actor):
                        self.moves[self.round, *slot] = self.orders.get(slot)
            self._propose()
            if self.open_proposals:
                self._enter("answering", deadline)
                return
        for one in self.open_proposals:
            if self.seats[one.target].by_people:  # silence is a refusal
                self.answers[self.round, *one.slot] = self.draft_answers.get(one.slot, False)
        self._conclude()
        self._clear()
        going = bool(self.world.active[0]) and self.round < self.rounds
        self._enter("closed" if going else "over")

    def undo(self, deadline: float | None) -> None:
        """Take back the last round that is over: it is open again, and nothing chosen in it.

        What was let happen in it stays. Of a game that was ended the ending is taken
        back first: it stands where it stood.
        """
        if self._before_end is not None:
            self._undo_end(self._before_end, deadline)
            return
        self.round = self.played
        self.taken_back += 1
        self._forget(self.round, happened=self.round + 1)
        for saved in (self.saved_orders, self.saved_answers):
            saved -= {one for one in saved if one[0] >= self.round}
        self._enter("choosing", deadline)
        self._clear()
        self._replay(self.round - 1, opened=True)

    def inject(self, event: str, adhoc: Event | None) -> None:
        """Let an event happen in the coming round; choices that it closes are dropped."""
        if adhoc is None:
            self.forced[self.coming] = (*self.forced.get(self.coming, ()), event)
        else:
            self.adhoc_events[event] = (self.coming, adhoc)
        self._replay(self.played, opened=self.phase == "choosing")
        self.orders = {
            (actor, target, track): lever
            for (actor, target, track), lever in self.orders.items()
            if lever is None or self.levers(actor, target)[lever]
        }

    def end(self) -> None:
        """End the game; a round that is open is not played."""
        self._before_end = {name: getattr(self, name) for name in _RESTORED}
        if self.phase in UNDER_WAY:
            self._forget(self.round, happened=self.round)
            self.round -= 1
            self._replay(self.round, opened=False)
        self._enter("over")
        self._clear()

    def _undo_end(self, before: dict[str, Any], deadline: float | None) -> None:
        """Stand where the game stood before it was ended."""
        self._before_end = None
        vars(self).update(before)
        under_way = self.phase in UNDER_WAY
        self._enter(self.phase, deadline if under_way else None)
        self._replay(self.played, opened=under_way)
        if self.phase == "answering":
            self._propose()

    def pause(self, now: float) -> None:
        """Stop the clock."""
        if not self.paused:
            self.left = None if self.deadline is None else max(self.deadline - now, 0)
            self.deadline, self.paused = None, True

    def resume(self, now: float) -> None:
        """Let the clock go on."""
        if self.paused:
            self.deadline = None if self.left is None else now + self.left
            self.left, self.paused = None, False

    def extend(self, seconds: float, now: float) -> None:
        """Put the deadline off; one that has none gets it."""
        if self.paused:
            self.left = (self.left or 0) + seconds
        else:
            self.deadline = max(self.deadline or now, now) + seconds

    def _enter(self, phase: Phase, deadline: float | None = None) -> None:
        self.phase, self.deadline = phase, deadline
        self.left, self.paused = None, False

    def _clear(self) -> None:
        self.orders, self.draft_answers, self.open_proposals = {}, {}, []

    # -- the world -------------------------------------------------------------

    def _start(self, compiled: CompiledScenario) -> None:
        self.compiled = compiled
        # The world reads these as it goes: what is decided now counts when it comes to it.
        self.world = world_of(compiled, Course(self.seed, self.moves, self.answers, self.forced))
        self.world.begin()
        # What is not played yet is read by nobody, but it must be numbers.
        self.world.records.state[1:] = np.nan_to_num(self.world.records.state[:1])
        self._under_way = False
        self.new_governments: list[NewGovernment] = []
        self.preference_changes: dict[int, dict[str, tuple[PreferenceChange, ...]]] = {}

    def _replay(self, over: int, *, opened: bool) -> None:
        """Play again the rounds that are over, and open the next one where it was open."""
        events = {name: event for name, (_, event) in self.adhoc_events.items()}
        known = self._as_opened.description.events
        now = {name for name in self.compiled.description.events if name not in known}
        self._start(self.compiled if now == events.keys() else self._with(events))
        for _ in range(over):
            self._open()
            self.world.propose()
            self._conclude()
        if opened:
            self._open()

    def _open(self) -> None:
        before = self.world.x[:, 0].copy()
        self.world.open_round()
        self._under_way = True
        self.new_governments += new_governments(self.compiled, self.world, before)
        if self.world.happens.any():
            changes = partial(preference_changes, self.compiled, before, self.world.x[:, 0])
            self.preference_changes[self.world.now] = {
                actor: tuple(changes(actor)) for actor in self.seats
            }

    def _propose(self) -> None:
        """Have all choices made, and find what the seats that people play are asked."""
        self.world.propose()
        candidates = self.compiled.table
        self.open_proposals = [
            OpenProposal(actor, target, track, candidates.rows[pick].name)
            for ((actor, target), track), pick in zip(
                self.compiled.slots, self.world.pick[:, 0], strict=True
            )
            if pick != PASS and candidates.asks[pick, 0] and self.seats[target].by_people
        ]

    def _conclude(self) -> None:
        self.world.conclude()
        self._under_way = False

    def _with(self, events: dict[str, Event]) -> CompiledScenario:
        """The compiled scenario with ad-hoc events; ordinary times stay as they were."""
        if not events:
            return self._shared
        known = _SETTINGS.setdefault(self._shared, WeakValueDictionary())
        key = tuple((name, event.model_dump_json()) for name, event in events.items())
        found = known.get(key)
        if found is None:
            described = self._as_opened.description
            added = described.model_copy(update={"events": {**described.events, **events}})
            found = known[key] = CompiledScenario(replace(self._as_opened, description=added))
        return found

    def _forget(self, round: int, *, happened: int) -> None:
        """Forget what people decided from a round on, and what was let happen from another."""
        self.moves = {slot: lever for slot, lever in self.moves.items() if slot[0] < round}
        self.answers = {slot: agreed for slot, agreed in self.answers.items() if slot[0] < round}
        self.forced = {at: events for at, events in self.forced.items() if at < happened}
        self.adhoc_events = {
            name: (at, event) for name, (at, event) in self.adhoc_events.items() if at < happened
        }
