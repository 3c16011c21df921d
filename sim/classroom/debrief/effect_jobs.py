"""What people's orders brought about: each played again with the choice left to the model.

For each round, the futures of the class in which all stands as it was played are
paired with those in which one seat's choices of that round are left to the model.
The two have the same luck, so that they differ by the order and what followed
from it. The model's choice has fresh luck in each future: what the order is held
against is all that the model might have done, by its probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.classroom.debrief.order_effects import (
    Answered,
    Chosen,
    Ends,
    Option,
    Reasons,
    Weighed,
    weighed,
)  # fmt: skip
from sim.classroom.game.course import RUN, Course, Turn, by_luck, play, slot
from sim.classroom.game.seat import Toward
from sim.classroom.game.standing import known, scenario_of
from sim.classroom.game.table import Table
from sim.model.choice import PASS, Proposal, View, by_chance, quantal
from sim.model.compiled import Setting
from sim.model.random_streams import Past, Streams
from sim.model.welfare import Welfare
from sim.model.world import World
from sim.scenario.scenario import Scenario
from sim.simulation.block import OnScenario, recorded, spans

T = TypeVar("T")

FUTURES = 400
"""Pairs for each order: differences by the order are small beside the luck they share."""


@dataclass(frozen=True)
class Decided:
    """A task: a round that is over, and the course up to its end."""

    course: Course
    round: int
    futures: int = FUTURES


@dataclass(frozen=True)
class Weigh(OnScenario):
    """The work of weighing rounds; what it keeps serves all rounds of a scenario."""

    scenario: Scenario

    def __call__(self, task: Decided) -> Weighed:
        """Weigh one round: its choices, its answers, and each seat's order."""
        chosen, answers, picked = as_it_was(self.setting, task)
        seats = tuple(dict.fromkeys(one.actor for one in chosen))
        arms: dict[str | None, list[Ends]] = {seat: [] for seat in (None, *seats)}
        for span in spans(RUN + 1, task.futures, self.setting.block):
            turn = Replayed(self.setting, task, picked, *span)
            for seat, parts in arms.items():
                parts.append(turn.ends(seat))
            turn.world.close()
        whole = {seat: Ends.joined(parts) for seat, parts in arms.items()}
        laid = Weighed(task.round, chosen, answers, (), task.futures)
        orders = tuple(
            weighed(
                self.scenario, seat, whole[seat], whole[None],
                laid.levers(seat), laid.offered(seat),
            )
            for seat in seats
        )  # fmt: skip
        return replace(laid, orders=orders)


def of_round(table: Table, round: int, futures: int = FUTURES) -> tuple[Weigh, Decided]:
    """The work and the task of weighing a round of a table that is over."""
    course = known(table.course, round, round)
    return Weigh(scenario_of(table, round)), Decided(course, round, futures)


def as_it_was(
    setting: Setting, task: Decided
) -> tuple[tuple[Chosen, ...], tuple[Answered, ...], Ints]:
    """The round as the class played it, with what the model thought of it."""
    world = play(setting, task.course)
    for _ in range(task.round - 1):
        world.step()
    world.deliberate()
    picked, now = world.pick.copy(), task.round
    chosen, asked = [], []
    for way, block in setting.table.blocks:
        (actor, target), track = setting.slots[way]
        toward = (actor, target, track)
        pick = int(picked[way, 0])
        lever = None if pick == PASS else setting.table.rows[pick].name
        if (now, *toward) in task.course.moves:
            usual = float(
                1 - world.choice.usual[block, 0].sum()
                if pick == PASS
                else world.choice.usual[pick, 0]
            )
            why = None if pick == PASS else _why(world, pick)
            chosen.append(_chosen(world.view(way, block), toward, lever, usual, why))
        if pick != PASS and setting.table.asks[pick, 0]:
            chance = float(world.assessment.agree[pick, 0])
            draw = float(world.streams.uniform("consent", setting.slot_names[way], now)[0])
            usual = float(world.choice.consent[pick, 0])
            asked.append((toward, lever or "", chance, draw, usual, _why(world, pick, 1)))
    answers = tuple(
        Answered(
            *toward, lever,
            agreed=task.course.answers.get((now, *toward), draw < chance),
            asked_by_people=(now, *toward) in task.course.moves,
            by_people=(now, *toward) in task.course.answers,
            chance=chance,
            draw=draw,
            usual=usual,
            why=why,
        )
        for toward, lever, chance, draw, usual, why in asked
    )  # fmt: skip
    world.close()
    return tuple(chosen), answers, picked


def _why(world: World, pick: int, side: int = 0) -> Reasons:
    """What makes a lever likelier or rarer than in ordinary times: 0 to do it, 1 to agree to it."""
    here = world.seen.worth[1] if side else world.assessment.worth
    before = world.ordinary.answer if side else world.ordinary.proposal
    felt = world.theory.felt((here - before)[pick])
    assessed = world.assessment
    return Reasons(
        float(felt[0]),
        float(assessed.sentiment[pick, 0]),
        0.0 if side else float(assessed.heat[pick, 0]),
        float(assessed.trust[pick, 0]) if side else 0.0,
        0.0 if side else float(assessed.review[pick, 0]),
    )


def _chosen(
    view: View, toward: Toward, lever: str | None, usual: float, why: Reasons | None
) -> Chosen:
    chance = view.weight[:, 0] / view.weight[:, 0].sum()
    names = (None, *view.levers)
    options = [Option(n, float(c)) for n, c in zip(names, chance, strict=True) if c > 0]
    options.sort(key=lambda option: -option.chance)
    return Chosen(*toward, lever, tuple(options), float(chance[names.index(lever)]), usual, why)


class Replayed:
    """Some futures brought to a round, and played on with one seat's order or without it.

    Parameters
    ----------
    setting : Setting
    task : Decided
    picked : Ints, shape (slots, 1)
        What was picked in the game.
    first, runs : int
        The futures, by their numbers.
    """

    def __init__(
        self, setting: Setting, task: Decided, picked: Ints, first: int, runs: int
    ) -> None:
        course = task.course
        self._setting, self._round, self._picked = setting, task.round, picked
        self._course, self._free = course, ""
        self._moves, self._answers = dict(course.moves), dict(course.answers)
        self._fresh = Streams(course.seed, first, runs)
        self._welfare = Welfare(setting)
        actors = setting.layout.actors
        self.world = play(
            setting,
            Course(course.seed, self._moves, self._answers, course.forced),
            first=first,
            runs=runs,
            past=Past(RUN, task.round + 1),
            decisions=dict.fromkeys(actors, self._decide),
            answers=dict.fromkeys(actors, self._answer),
        )
        for _ in range(task.round - 1):
            self.world.step()
        self._start = self.world.moment()

    def ends(self, free: str | None) -> Ends:
        """Play on to the end, with one seat's order of the round left to the model."""
        from sim.results.dataset import assemble

        world, laid = self.world, self._course
        self._free = free or ""
        _lay(self._moves, laid.moves, (self._round, self._free))
        _lay(self._answers, laid.answers, (self._round, self._free))
        world.resume(self._start)
        world.step()
        soon = self._interest()
        for _ in range(self._round, self._setting.description.calendar.rounds):
            world.step()
        found = assemble(self._setting.source, recorded(world), {})
        whole = (found["failed_round"].values < 0)[:, None]
        reported = found["reported"].transpose("run", "round", "outcome").values
        seen = found["watched"].transpose("run", "watch").values >= 0
        parts = (reported[:, self._round], soon, reported[:, -1], seen, self._interest())
        return Ends(*(np.where(whole, values.astype(np.float64), np.nan) for values in parts))

    def _interest(self) -> Floats:
        with np.errstate(all="ignore"):  # a run that failed has no numbers
            world = self.world
            return self._welfare.index(world.x, world.theory.concentration, world.levels).T

    def _decide(self, view: View) -> Ints:
        """As the model; the seat's own choices of the round by luck of their own."""
        actor, _ = self._setting.layout.directions[view.direction]
        if view.round == self._round and actor == self._free:
            name = self._setting.slot_names[slot(view.direction, view.track)]
            return by_chance(view.weight, self._fresh.uniform("choice", name, view.round))
        return quantal(view)

    def _answer(self, proposal: Proposal) -> Bools:
        """As it was answered, where the same was asked; else by luck of its own."""
        way, now = slot(proposal.direction, proposal.track), proposal.round
        (actor, target), track = self._setting.slots[way]
        if now != self._round or actor != self._free:
            return by_luck(proposal)
        same = self.world.pick[way] == self._picked[way]
        said = self._course.answers.get((now, actor, target, track))
        as_it_was = by_luck(proposal) if said is None else np.full(same.shape, said)
        fresh = self._fresh.uniform("consent", self._setting.slot_names[way], now)
        found: Bools = np.where(same, as_it_was, fresh < proposal.chance)
        return found


def _lay(mine: dict[Turn, T], laid: Mapping[Turn, T], but: tuple[int, str]) -> None:
    """Lay down again all that was, but for what one seat did in one round."""
    mine.clear()
    mine.update({turn: what for turn, what in laid.items() if turn[:2] != but})
