"""Play one block of runs, from the start to the end of the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.arrays import Floats
from sim.model import native
from sim.model.compiled import CompiledScenario, compiled_scenario
from sim.model.ledger import Ledger
from sim.model.quantiles import uncertain
from sim.model.seats import weights_of_options
from sim.model.world import World
from sim.results.block import ARRAYS, Block
from sim.scenario.scenario import Scenario
from sim.simulation.fingerprint import package_version
from sim.theories.protocol import Answer, Decision


class OnScenario:
    """Work on a scenario, as workers are given it: the scenario travels, and nothing made of it."""

    scenario: Scenario
    varied: tuple[str, ...] = ()

    @cached_property
    def compiled(self) -> CompiledScenario:
        """The scenario as index arrays; each process makes its own.

        With it the runs of a study begin: they are sooner there if all wait for the model, where
        it is being compiled, than if the first are played uncompiled beside that.
        """
        native.sections(wait=True)
        return compiled_scenario(self.scenario, self.varied)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "compiled"}


class Observer(Protocol):
    """Looks at a world after each of its rounds, and changes nothing."""

    def note(self, world: World) -> None:
        """Take down what the round has shown."""


def simulate(
    compiled: CompiledScenario,
    seed: int,
    first: int,
    runs: int,
    decisions: Mapping[str, Decision] | None = None,
    observer: Observer | None = None,
    given: Mapping[str, Floats] | None = None,
    ledger: Ledger | None = None,
    answers: Mapping[str, Answer | None] | None = None,
) -> Block:
    """Run one block to the end of the calendar.

    An observer is shown the world after each round; ``given`` sets parameters
    run by run; the account of the runs is added to a ledger.
    """
    kept = ledger is not None
    world = World(compiled, seed, first, runs, decisions, answers=answers, given=given, ledger=kept)
    if observer is None:
        world.play()
    else:
        for _ in range(compiled.rounds):
            world.step()
            observer.note(world)
    if ledger is not None:
        ledger.enter(world)
    block = recorded(world)
    world.close()
    return block


def recorded(world: World) -> Block:
    """What a world has left behind so far, with the names of its rows."""
    compiled, records, first = world.compiled, world.records, world.streams.first
    return Block(
        first=first,
        phrases=compiled.recorded_phrases,
        directions=compiled.layout.directions,
        levers=sorted(compiled.description.levers),
        events=compiled.events.names,
        watches=compiled.watches.names,
        reasons={first + run: why for run, why in records.reasons.items()},
        drawn=dict(zip(uncertain(compiled.source), records.drawn, strict=True)),
        **{name: getattr(records, name) for name in ARRAYS},
    )


class Span(NamedTuple):
    """Consecutive runs: the number of the first, and how many they are."""

    first: int
    runs: int

    def __str__(self) -> str:
        return f"runs {self.first:,} to {self.first + self.runs - 1:,}"


def spans(first: int, runs: int, size: int) -> Iterator[Span]:
    """Cut runs into pieces of at most ``size``."""
    for start in range(first, first + runs, size):
        yield Span(start, min(size, first + runs - start))


def about(scenario: Scenario, seed: int) -> dict[str, Any]:
    """What labelled results say of the whole."""
    return {
        "title": scenario.description.title,
        "scenario": scenario.id,
        "scenario_sha256": scenario.sha256,
        "seed": seed,
        "version": package_version(),
        "Conventions": "CF-1.10",
    }


# The chances behind the choices that a world makes in a round. A covariance of counted acts is
# mostly chance in single choices; the chances have the same expectation without that noise.


class Chances(NamedTuple):
    """How likely each candidate is in one round, in every run.

    Attributes
    ----------
    proposed : shape (candidates, runs)
        That its actor picks it.
    agreed : shape (candidates, runs)
        That the target agrees if it is proposed; 1 where nobody is asked.
    """

    proposed: Floats
    agreed: Floats

    @property
    def done(self) -> Floats:
        """That it takes effect, shape ``(candidates, runs)``."""
        found: Floats = self.proposed * self.agreed
        return found


def chances(world: World) -> Chances:
    """The chances behind the choices of the round that a world has looked at last."""
    proposed = np.zeros((len(world.compiled.table), world.runs))
    for _, block in world.compiled.table.blocks:
        proposed[block] = options(world, block)[1:]
    return Chances(proposed, world.read("agree").copy())


def options(world: World, block: slice) -> Floats:
    """Chance of passing and of each candidate of a block, shape ``(candidates + 1, runs)``."""
    weight = weights_of_options(world.read("score")[block], world.read("open")[block] != 0)
    found: Floats = weight / weight.sum(axis=0)
    return found
