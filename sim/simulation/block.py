"""Play one block of runs, from the start to the end of the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.arrays import Floats
from sim.errors import DISTRIBUTION
from sim.model.choice import Decision
from sim.model.compiled import CompiledScenario
from sim.model.draws import uncertain
from sim.model.world import World
from sim.results.block import Block
from sim.scenario.scenario import Scenario


class OnScenario:
    """Work on a scenario, as workers are given it: the scenario travels, and nothing made of it."""

    scenario: Scenario
    varied: tuple[str, ...] = ()

    @cached_property
    def compiled(self) -> CompiledScenario:
        """The scenario as index arrays; each worker makes its own."""
        return CompiledScenario(self.scenario, varied=self.varied)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "compiled"}


class Observer(Protocol):
    """Looks at a world after each of its rounds, and changes nothing.

    Attributes
    ----------
    parts : bool
        Whether the world must keep each value's parts by component.
    """

    parts: bool

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
) -> Block:
    """Run one block to the end of the calendar.

    An observer is shown the world after each round; ``given`` sets parameters
    run by run.
    """
    parts = observer is not None and observer.parts
    world = World(compiled, seed, first, runs, decisions, given=given, parts=parts)
    for _ in range(compiled.description.calendar.rounds):
        world.step()
        if observer is not None:
            observer.note(world)
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
        state=records.state,
        choice=records.choice,
        accepted=records.accepted,
        happened=records.happened,
        status=records.status,
        promised=records.promised,
        watched=records.watched,
        stopped=records.stopped,
        failed=records.failed,
        reasons={first + run: why for run, why in records.reasons.items()},
        drawn={
            path: np.broadcast_to(world.drawn[path], (world.runs,)).copy()
            for path in uncertain(compiled.source)
        },
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


def package_version() -> str:
    """Version of this package; of a checkout that is not installed, a word that says so."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed"
