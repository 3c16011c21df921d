"""The model as the measures see it: its start held still, and its rounds as they pass.

All that this package takes from the engine stands here and in ``sim.simulation.act_chances``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.candidates import Candidate
from sim.model.choice import Answer, Proposal
from sim.model.compiled import CompiledScenario
from sim.model.layout import Layout
from sim.model.world import World
from sim.scenario.orders import Order, rounds_of
from sim.scenario.phrases import Phrase
from sim.scenario.scenario import Scenario
from sim.simulation.act_chances import Chances, chances
from sim.simulation.block import Span, spans
from sim.simulation.ensemble import scripted


class Still:
    """A scenario's start, held still: what is set is all that differs.

    Parameters
    ----------
    scenario : Scenario
    runs : int
        Draws of the uncertain numbers: those of runs 0, 1, ... of an ensemble.
    seed : int
    numbers : mapping of path to value, optional
        Numbers of the file, set in every draw as a change against ordinary times, as
        ``--set`` sets them.
    """

    def __init__(
        self, scenario: Scenario, runs: int, seed: int, numbers: Mapping[str, float] | None = None
    ) -> None:
        numbers = numbers or {}
        self._made_of = scenario, runs, seed
        self._setting = CompiledScenario(scenario, varied=tuple(numbers))
        given = {path: np.full(runs, value) for path, value in numbers.items()}
        self._world = World(self._setting, seed, 0, runs, given=given)

    def with_numbers(self, numbers: Mapping[str, float]) -> Still:
        """The same start with some numbers of the file set."""
        return Still(*self._made_of, numbers)

    @property
    def layout(self) -> Layout:
        """Where each quantity stands."""
        return self._setting.layout

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every lever with its actor and target, in the order of :class:`Chances`."""
        return self._setting.table.rows

    def start(self, phrase: Phrase) -> Floats:
        """Where a quantity starts in each run, shape ``(runs,)``."""
        found: Floats = self._world.x[self.layout.row(phrase)].copy()
        return found

    def read(self, state: Mapping[Phrase, Floats | float] | None = None) -> Chances:
        """Read every chance with some quantities of the state set.

        Parameters
        ----------
        state : mapping of phrase to value or to values, shape (runs,)
        """
        world = self._world
        before = world.x.copy()
        for phrase, value in (state or {}).items():
            world.x[self.layout.row(phrase)] = value
        world.evaluate_options()
        found = chances(world)
        world.x = before
        return found


def weighed(scenario: Scenario) -> int:
    """Candidates times actors: what a run has to weigh in a round."""
    setting = CompiledScenario(scenario)
    return max(len(setting.table), 1) * len(setting.layout.actors)


def cut(scenario: Scenario, rounds: int, **changed: object) -> Scenario:
    """The same with another number of rounds, and what else is changed of its description.

    The reference keeps its own; that of a base file stays the base file itself.
    """
    calendar = scenario.description.calendar.model_copy(update={"rounds": rounds})
    description = scenario.description.model_copy(update={"calendar": calendar, **changed})
    is_base = scenario.reference is scenario.description
    return replace(
        scenario,
        description=description,
        reference=description if is_base else scenario.reference,
    )


def played(
    scenario: Scenario,
    runs: int,
    seed: int,
    *,
    orders: Sequence[Order] = (),
    happens: Mapping[int, Sequence[str]] | None = None,
    numbers: Mapping[str, float] | None = None,
) -> Iterator[tuple[Span, World]]:
    """Play a scenario block by block, and show each world after each of its rounds.

    Parameters
    ----------
    scenario : Scenario
    runs, seed : int
    orders : sequence of Order
        Moves that are made and agreed to wherever they are open.
    happens : mapping of round to events
        Events that happen in a round whatever their date, chance and conditions.
    numbers : mapping of path to value
        Set as a change against ordinary times.

    Yields
    ------
    (Span, World)
        Which runs the world holds, and the world; ``world.now`` is the round that has passed.
    """
    numbers = numbers or {}
    setting = CompiledScenario(scenario, varied=tuple(numbers))
    rules, answers = scripted(orders, setting), _agreeing(orders, setting)
    for span in spans(0, runs, setting.block):
        given = {path: np.full(span.runs, value) for path, value in numbers.items()}
        world = World(
            setting, seed, *span, rules, answers=answers, forced=happens or {}, given=given
        )
        for _ in range(setting.description.calendar.rounds):
            world.step()
            yield span, world
        world.close()


def _agreeing(orders: Sequence[Order], setting: CompiledScenario) -> dict[str, Answer]:
    """Rules of those who are asked by an order: they agree to it."""
    asked: dict[str, set[tuple[int, int, str]]] = {}
    for order in orders:
        way = setting.layout.directions.index((order.by, order.toward))
        kind = setting.table.rows[setting.keys[order.lever, order.by, order.toward]].track
        rounds = rounds_of(order, setting.description.calendar)
        asked.setdefault(order.toward, set()).update((now, way, kind) for now in rounds)

    def rule(laid: set[tuple[int, int, str]]) -> Answer:
        def answer(proposal: Proposal) -> Bools:
            if (proposal.round, proposal.direction, proposal.track) in laid:
                return np.ones_like(proposal.asks)
            return proposal.draw < proposal.chance

        return answer

    return {actor: rule(laid) for actor, laid in asked.items()}
