"""One run, stopped at one round: what each actor saw, weighed and chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.model.compiled import CompiledScenario
from sim.model.reasons import Decided, explain_choices, lasting_worth
from sim.model.world import World
from sim.scenario.phrases import Phrase
from sim.scenario.scenario import Scenario
from sim.simulation.block import about, recorded
from sim.simulation.branching import must_go_on
from sim.theories.quantal import quantal
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import xarray as xr


_MOST = 40
"""Most decisions that a page tells at length: of more, the moves least to be expected."""


@dataclass(frozen=True, eq=False)
class StoppedRun:
    """A run, stopped at one round.

    Attributes
    ----------
    dataset : Dataset
        Labelled results of the run, up to the end of the round.
    state : dict of Phrase -> float
        The state that the actors saw, after the round's events.
    happened : tuple of str
        The round's events.
    choices : tuple of Decided
        In the scenario's order of actors.
    theories : mapping of actor to name
        Of those who do not decide by the built-in theory.
    """

    dataset: xr.Dataset
    state: Mapping[Phrase, float]
    happened: tuple[str, ...]
    choices: tuple[Decided, ...]
    theories: Mapping[str, str] = field(default_factory=dict)


def stop_run(
    scenario: Scenario, run: int, round: int, seed: int, seats: Seats = NOBODY
) -> StoppedRun:
    """Play one run up to a round, and read why each actor chose as it did.

    Raises
    ------
    ScenarioError
        When the run is over before the round.
    """
    from sim.results.dataset import assemble

    compiled = CompiledScenario(scenario)
    world = World(compiled, seed, run, 1, seats.decisions, answers=seats.answers, parts=True)
    for _ in range(round - 1):
        world.step()
    must_go_on(world, run)
    by_rule = {a.id for a in world.agents if a.decision is not quantal or a.consent is not None}
    world.deliberate()
    state = dict(zip(world.compiled.layout.phrases, map(float, world.x[:, 0]), strict=True))
    seen, lasts = world.snapshot(), lasting_worth(world)
    world.conclude()
    dataset = assemble(scenario, recorded(world), about(scenario, seed))
    order = list(scenario.description.actors)
    choices = sorted(
        explain_choices(world, seen, lasts),
        key=lambda one: (order.index(one.actor), order.index(one.target)),
    )
    return StoppedRun(
        dataset=dataset.isel(round=slice(0, round + 1)),
        state=state,
        happened=tuple(np.array(world.compiled.events.names)[world.happens[:, 0]]),
        choices=tuple(choices),
        theories={
            actor: used.name
            for actor, used in {**compiled.seats.used, **seats.used}.items()
            if actor in by_rule
        },
    )


@dataclass(frozen=True, eq=False)
class Explained:
    """A round of a run, with the decisions that are asked about."""

    scenario: Scenario
    stopped: StoppedRun
    decisions: tuple[Decided, ...]
    run: int
    round: int
    seed: int
    actor: str | None
    toward: str | None

    @cached_property
    def shown(self) -> tuple[Decided, ...]:
        """Those that are told at length, in their order."""
        if len(self.decisions) <= _MOST:
            return self.decisions
        moved = [one for one in self.decisions if one.chosen] or list(self.decisions)
        rare = set(map(id, sorted(moved, key=lambda one: one.chance)[:_MOST]))
        return tuple(one for one in self.decisions if id(one) in rare)
