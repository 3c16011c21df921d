"""Who is measured: this engine, and the same model by other means.

Each contestant gets a scenario, makes itself ready, and then plays as many runs
as it is told, from run 0 on. Making ready is timed apart; what it imports is not timed.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.compiled import CompiledScenario

SEED = 1

Play = Callable[[int], object]
"""Plays that many runs."""


@dataclass(frozen=True)
class Contestant:
    """A way to run the model.

    Attributes
    ----------
    name : str
        As tables and charts call it.
    needs : tuple of str
        Modules that must be there; they are imported before anything is timed.
    ready : callable
        Makes ready: scenario and runs per block (``None``: its own choice) to :data:`Play`.
    """

    name: str
    needs: tuple[str, ...]
    ready: Callable[[Scenario, int | None], Play]

    @property
    def missing(self) -> tuple[str, ...]:
        """Modules it needs that are not there."""
        return tuple(name for name in self.needs if find_spec(name) is None)

    def import_needs(self) -> None:
        """Import what it needs."""
        for name in self.needs:
            import_module(name)


def _engine(scenario: Scenario, block: int | None) -> Play:
    """Play from the scenario on, as every study does."""
    from sim.model import native
    from sim.model.compiled import CompiledScenario

    native.sections(wait=True)

    return lambda runs: _blocks(CompiledScenario(scenario), runs, block)


def _engine_laid_out(scenario: Scenario, block: int | None) -> Play:
    """Play the rounds alone: what is the same in every run is made before."""
    from sim.model import native
    from sim.model.compiled import CompiledScenario

    native.sections(wait=True)

    compiled = CompiledScenario(scenario)
    return lambda runs: _blocks(compiled, runs, block)


def _blocks(compiled: CompiledScenario, runs: int, block: int | None) -> None:
    """Play block after block, as a study does; what came out of each is dropped."""
    from sim.simulation.block import simulate, spans

    for first, size in spans(0, runs, block or compiled.block):
        simulate(compiled, SEED, first, size)


def _mesa(scenario: Scenario, block: int | None) -> Play:
    import mesa

    from tests.oracle.batch import BatchWorld

    return lambda runs: mesa.batch_run(
        BatchWorld,
        {"scenario": scenario, "seed": SEED, "run": range(runs)},
        number_processes=1,
        max_steps=scenario.description.calendar.rounds,
        display_progress=False,
    )


def _agentpy(scenario: Scenario, block: int | None) -> Play:
    from tests.benchmarks.wrapped import under_agentpy

    return lambda runs: under_agentpy(scenario, SEED, runs)


def _workbench(scenario: Scenario, block: int | None) -> Play:
    from tests.benchmarks.wrapped import under_workbench

    return lambda runs: under_workbench(scenario, SEED, runs)


def _crew(count: int) -> Callable[[Scenario, int | None], Play]:
    """Play and tally, as a study of many runs does, by so many workers, hired before."""

    def ready(scenario: Scenario, block: int | None) -> Play:
        from sim.model import native
        from sim.simulation.ensemble import play
        from sim.simulation.executors import workers

        native.sections(wait=True)
        hired = ExitStack()
        atexit.register(hired.close)
        crew = hired.enter_context(workers(count))
        # Workers start when there are tasks for them: one for each.
        play(scenario, 2 * count * 4096 if count > 1 else 1, SEED, kept=0, workers=crew)
        return lambda runs: play(scenario, runs, SEED, kept=0, workers=crew)

    return ready


_ENGINE, _WRAPPED, _CREW = (
    "sim.simulation.block",
    "tests.benchmarks.wrapped",
    "sim.simulation.ensemble",
)

CONTESTANTS = {
    "mesa": Contestant("plain Mesa, batch_run", ("mesa", "tests.oracle.batch"), _mesa),
    "agentpy": Contestant("plain, under AgentPy", ("agentpy", _WRAPPED), _agentpy),
    "workbench": Contestant(
        "plain, under the EMA workbench", (_WRAPPED, "ema_workbench"), _workbench
    ),
    "engine": Contestant("this engine", (_ENGINE,), _engine),
}
"""By key, as options name them; :data:`INNER` are not for the main table."""
INNER = {
    "laid-out": Contestant("this engine, laid out", (_ENGINE,), _engine_laid_out),
    "alone": Contestant("one process", (_CREW,), _crew(1)),
    "two": Contestant("two workers", (_CREW,), _crew(2)),
}
