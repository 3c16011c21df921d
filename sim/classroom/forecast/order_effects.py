"""What people's orders brought about: each played again with the choice left to the model.

For each round, the futures of the class in which all stands as it was played are
paired with those in which one seat's choices of that round are left to the model.
The two have the same luck, so that they differ by the order and what followed
from it. The model's choice has fresh luck in each future: what the order is held
against is all that the model might have done, by its probabilities.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.classroom.forecast.forecast import stand
from sim.classroom.game.course import (
    CLASS_RUN,
    Course,
    RoundSlot,
    Slot,
    agree_by_chance,
    known,
    rules,
    world_of,
)
from sim.classroom.game.table import Table
from sim.model.compiled import CompiledScenario
from sim.model.draws import Past, Streams
from sim.model.world import World
from sim.results.dataset import assemble
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.scenario import Scenario
from sim.simulation.block import OnScenario, recorded, spans
from sim.statistics.measures import measures
from sim.statistics.paired_difference import Estimate, paired
from sim.theories.protocol import PASS, Proposal, View
from sim.theories.quantal import by_chance, quantal

EFFECT_PAIRS = 400
"""Pairs for each order: differences by the order are small beside the luck they share."""

_FEW = 10
"""Pairs that differ: with fewer no interval is worth its name."""


@dataclass(frozen=True)
class OpenOption:
    """Something a seat might have done toward another; no lever is to let the round pass."""

    lever: str | None
    chance: float


@dataclass(frozen=True)
class Reasons:
    """Why a chance is not what it is in ordinary times, as changes of its log-odds.

    Attributes
    ----------
    interest : float
        From what it is worth to who decides.
    sentiment : float
        From how the two stand to one another.
    heat : float
        From the heat of their quarrel; consent does not depend on it.
    trust : float
        From how far who decides on consent trusts who asks.
    review : float
        From a new government's look at what its predecessors signed.
    """

    interest: float
    sentiment: float
    heat: float = 0.0
    trust: float = 0.0
    review: float = 0.0


@dataclass(frozen=True)
class SeatChoice:
    """What a seat did toward another, in words or in deeds, and what the model would have done.

    ``options`` are all that were open, likeliest first; ``chance`` is the probability that the
    model gave to what was done, ``usual`` the one in ordinary times, and ``why``, why the two
    differ (None for letting it pass).
    """

    actor: str
    target: str
    track: Track
    lever: str | None
    options: tuple[OpenOption, ...]
    chance: float
    usual: float
    why: Reasons | None

    @property
    def likeliest(self) -> OpenOption:
        """What the model would most likely have done."""
        return self.options[0]


@dataclass(frozen=True)
class ProposalAnswer:
    """A proposal and its answer, beside the model's probability of consent.

    ``draw`` decided where the model answered: below the chance, it agrees. ``usual`` is the
    probability in ordinary times, and ``why``, why the two differ.
    """

    actor: str
    target: str
    track: Track
    lever: str
    agreed: bool
    by_people: bool
    chance: float
    draw: float
    usual: float
    why: Reasons


@dataclass(frozen=True, kw_only=True)
class PairedEffect(Estimate):
    """A difference: the order as it stood, less the model's choice.

    Attributes
    ----------
    spread : float
        Standard deviation over the futures in which the choice was the model's.
    differ : int
        Pairs of futures that differ at all.
    """

    spread: float
    differ: int

    @property
    def seldom(self) -> bool:
        """Whether too few pairs differ to say how surely."""
        return self.differ < _FEW

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no difference at all, and enough pairs differ."""
        return not self.seldom and super().clear


@dataclass(frozen=True)
class OrderEffects:
    """What one seat's order of a round brought about, at the end of that round and of the game.

    It has each outcome, each actor's own interest in points, and the probability of each
    watched event; but not what an order moves by being given: counts of levers that the seat
    was offered, and events that are the pulling of one that it chose.
    """

    actor: str
    at_once: dict[str, PairedEffect]
    own_at_once: PairedEffect
    outcomes: dict[str, PairedEffect]
    events: dict[str, PairedEffect]
    interest: dict[str, PairedEffect]

    @property
    def own(self) -> PairedEffect:
        """Of the seat's own interest, by the end."""
        return self.interest[self.actor]


@dataclass(frozen=True)
class RoundEffects:
    """What the orders of a round that is over brought about.

    ``choices`` and ``orders`` are of seats that people played, ``answers`` to every proposal;
    ``futures`` are the pairs that each effect rests on, at most.
    """

    round: int
    choices: tuple[SeatChoice, ...]
    answers: tuple[ProposalAnswer, ...]
    orders: tuple[OrderEffects, ...]
    futures: int

    def levers(self, actor: str) -> frozenset[str]:
        """The levers of a seat's order."""
        mine = (one for one in self.choices if one.actor == actor)
        return frozenset(one.lever for one in mine if one.lever is not None)

    def open(self, actor: str) -> frozenset[str]:
        """The levers that were open to it."""
        options = (option for one in self.choices if one.actor == actor for option in one.options)
        return frozenset(option.lever for option in options if option.lever is not None)


class FinalValues(NamedTuple):
    """What runs came to, each of shape ``(runs, columns)``; nan where one failed.

    ``soon`` and ``soon_interest`` are outcomes and own interests at the end of the round itself,
    the others those, and watched events, at the end of the game.
    """

    soon: Floats
    soon_interest: Floats
    outcomes: Floats
    events: Floats
    interest: Floats


def order_effects(
    scenario: Scenario,
    seat: str,
    left: FinalValues,
    stands: FinalValues,
    levers: Set[str] = frozenset(),
    open_levers: Set[str] = frozenset(),
) -> OrderEffects:
    """Compare a seat's order with the choice left to the model, run by run.

    ``levers`` are what the order was of, ``open_levers`` what it might have been of.
    """
    described = scenario.description
    actors = sorted(described.actors)
    soon = _effects(left.soon_interest, stands.soon_interest)
    counts = {
        name
        for name, item in described.outcomes.items()
        if item.by in (None, seat) and not open_levers.isdisjoint(item.acts)
    }
    events = _effects(left.events, stands.events, events=True)
    return OrderEffects(
        actor=seat,
        at_once=_of_outcomes(scenario, left.soon, stands.soon, counts),
        own_at_once=soon[actors.index(seat)],
        outcomes=_of_outcomes(scenario, left.outcomes, stands.outcomes, counts),
        events={
            name: effect
            for (name, watch), effect in zip(described.watch.items(), events, strict=True)
            if watch.lever not in levers or watch.by not in (None, seat)
        },
        interest=dict(zip(actors, _effects(left.interest, stands.interest), strict=True)),
    )


def _of_outcomes(
    scenario: Scenario, left: Floats, stands: Floats, but: Set[str]
) -> dict[str, PairedEffect]:
    return {
        name: _effects(left[:, n : n + 1], stands[:, n : n + 1], whole=item.whole)[0]
        for n, (name, item) in enumerate(measures(scenario.description).items())
        if name not in but
    }


def _effects(
    left: Floats, stands: Floats, *, whole: bool = False, events: bool = False
) -> list[PairedEffect]:
    found = paired(left, stands, whole=whole, events=events)
    low, high = found.interval()
    differ = ((left != stands) & np.isfinite(left) & np.isfinite(stands)).sum(axis=0)
    columns = zip(found.difference, low, high, found.spread, differ, strict=True)
    return [
        PairedEffect(float(mean), float(least), float(most), spread=float(spread), differ=int(n))
        for mean, least, most, spread, n in columns
    ]


# -- the work ------------------------------------------------------------------------


@dataclass(frozen=True)
class EffectsTask:
    """A task: a round that is over, and the course up to its end."""

    course: Course
    round: int
    futures: int = EFFECT_PAIRS


@dataclass(frozen=True)
class MeasureEffects(OnScenario):
    """The work of measuring rounds; what it keeps serves all rounds of a scenario."""

    scenario: Scenario

    def __call__(self, task: EffectsTask) -> RoundEffects:
        """Measure one round: its choices, its answers, and each seat's order."""
        choices, answers, picked = round_as_played(self.compiled, task)
        seats = tuple(dict.fromkeys(one.actor for one in choices))
        parts: list[list[FinalValues]] = []
        for span in spans(CLASS_RUN + 1, task.futures, self.compiled.block):
            replayed = ReplayedRound(self.compiled, task, picked, *span)
            parts.append([replayed.final_values(seat) for seat in (None, *seats)])
            replayed.world.close()
        stands, *left = (
            FinalValues(*map(np.concatenate, zip(*arm, strict=True)))
            for arm in zip(*parts, strict=True)
        )
        found = RoundEffects(task.round, choices, answers, (), task.futures)
        orders = (
            order_effects(self.scenario, seat, own, stands, found.levers(seat), found.open(seat))
            for seat, own in zip(seats, left, strict=True)
        )
        return replace(found, orders=tuple(orders))


def effects_work(
    table: Table, round: int, futures: int = EFFECT_PAIRS
) -> tuple[MeasureEffects, EffectsTask]:
    """The work and the task of measuring a round of a table that is over."""
    course = known(table.course, round, round)
    return MeasureEffects(table.scenario_by(round)), EffectsTask(course, round, futures)


def round_as_played(
    compiled: CompiledScenario, task: EffectsTask
) -> tuple[tuple[SeatChoice, ...], tuple[ProposalAnswer, ...], Ints]:
    """The round as the class played it, with what the model thought of it."""
    world, now = world_of(compiled, task.course), task.round
    for _ in range(now - 1):
        world.step()
    world.deliberate()
    picked = world.pick.copy()
    choices, answers = [], []
    for way, block in compiled.table.blocks:
        (actor, target), track = compiled.slots[way]
        slot, pick = (actor, target, track), int(picked[way, 0])
        lever = None if pick == PASS else compiled.table.rows[pick].name
        if (now, *slot) in task.course.moves:
            each = world.read("usual")
            usual = float(1 - each[block, 0].sum() if pick == PASS else each[pick, 0])
            why = None if pick == PASS else _reasons(world, pick)
            choices.append(_choice(world.view(way, block), slot, lever, usual, why))
        if lever is not None and compiled.table.asks[pick, 0]:
            chance = float(world.read("agree")[pick, 0])
            draw = float(world.streams.uniform("consent", compiled.slot_names[way], now)[0])
            answers.append(
                ProposalAnswer(
                    *slot,
                    lever,
                    agreed=task.course.answers.get((now, *slot), draw < chance),
                    by_people=(now, *slot) in task.course.answers,
                    chance=chance,
                    draw=draw,
                    usual=float(world.read("consent")[pick, 0]),
                    why=_reasons(world, pick, 1),
                )
            )
    world.close()
    return tuple(choices), tuple(answers), picked


def _reasons(world: World, pick: int, side: int = 0) -> Reasons:
    """What makes a lever likelier or rarer than in ordinary times: 0 to do it, 1 to agree to it."""
    here = world.read("worth")[len(world.compiled.table) :] if side else world.read("expected")
    before = world.read("usual_answer" if side else "usual_proposal")
    interest = float(world.felt((here - before)[pick])[0])

    def felt(name: str) -> float:
        return float(world.read(f"{name}_felt")[pick, 0])

    if side:
        return Reasons(interest, felt("sentiment"), trust=felt("trust"))
    return Reasons(interest, felt("sentiment"), heat=felt("heat"), review=felt("review"))


def _choice(
    view: View, slot: Slot, lever: str | None, usual: float, why: Reasons | None
) -> SeatChoice:
    chance = view.weight[:, 0] / view.weight[:, 0].sum()
    names = (None, *view.levers)
    options = [OpenOption(n, float(c)) for n, c in zip(names, chance, strict=True) if c > 0]
    options.sort(key=lambda option: -option.chance)
    return SeatChoice(*slot, lever, tuple(options), float(chance[names.index(lever)]), usual, why)


class ReplayedRound:
    """Some futures brought to a round, and played on with one seat's order or without it.

    ``picked`` is what was picked in the game; the futures go by their numbers.
    """

    def __init__(
        self, compiled: CompiledScenario, task: EffectsTask, picked: Ints, first: int, runs: int
    ) -> None:
        course = task.course
        self._compiled, self._round, self._picked = compiled, task.round, picked
        self._course, self._free = course, ""
        self._moves: dict[RoundSlot, Any] = dict(course.moves)
        self._answers: dict[RoundSlot, Any] = dict(course.answers)
        self._fresh = Streams(course.seed, first, runs)
        self._rules = rules(
            compiled,
            replace(course, moves=self._moves, answers=self._answers),
            self._decide,
            self._answer,
        )
        self._start = stand(compiled, course, task.round - 1)
        self.world = World(
            compiled,
            course.seed,
            first,
            runs,
            forced=course.forced,
            past=Past(CLASS_RUN, task.round + 1),
            interests=True,
        )

    def final_values(self, free: str | None) -> FinalValues:
        """Play on to the end, with one seat's order of the round left to the model."""
        world = self.world
        self._free = free or ""
        left, course = (self._round, self._free), self._course
        for part, decided in ((self._moves, course.moves), (self._answers, course.answers)):
            part.clear()
            part.update((slot, what) for slot, what in decided.items() if slot[:2] != left)
        world.resume(self._start)
        world.seat(*self._rules)
        world.step()
        world.seat()
        world.play()
        found = assemble(self._compiled.source, recorded(world), {})
        whole = (found["failed_round"].values < 0)[:, None]
        reported = found["reported"].transpose("run", "round", "outcome").values
        seen = found["watched"].transpose("run", "watch").values >= 0
        interest = world.records.interest
        soon, own = interest[self._round].T, interest[-1].T
        parts = (reported[:, self._round], soon, reported[:, -1], seen, own)
        return FinalValues(*(np.where(whole, part.astype(np.float64), np.nan) for part in parts))

    def _decide(self, view: View) -> Ints:
        """As the model; the seat's own choices of the round by luck of their own."""
        actor, _ = self._compiled.layout.directions[view.direction]
        if view.round == self._round and actor == self._free:
            name = self._compiled.slot_names[_way(view.direction, view.track)]
            return by_chance(view.weight, self._fresh.uniform("choice", name, view.round))
        return quantal(view)

    def _answer(self, proposal: Proposal) -> Bools:
        """As it was answered, where the same was asked; else by luck of its own."""
        way, now = _way(proposal.direction, proposal.track), proposal.round
        (actor, target), track = self._compiled.slots[way]
        if now != self._round or actor != self._free:
            return agree_by_chance(proposal)
        same = self.world.pick[way] == self._picked[way]
        said = self._course.answers.get((now, actor, target, track))
        as_played = agree_by_chance(proposal) if said is None else np.full(same.shape, said)
        fresh = self._fresh.uniform("consent", self._compiled.slot_names[way], now)
        found: Bools = np.where(same, as_played, fresh < proposal.chance)
        return found


def _way(direction: int, track: Track) -> int:
    """The number of an ordered pair's words, or deeds, among what is picked in a round."""
    return direction * len(TRACKS) + TRACKS.index(track)
