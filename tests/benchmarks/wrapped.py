"""The plain model under other people's roofs: AgentPy's, and the EMA workbench's.

The round is :class:`tests.oracle.model.OracleWorld` each time, so that what differs is
what each framework adds: how it makes a model, steps it, and keeps what came out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from sim.scenario.scenario import Scenario
from tests.oracle.flow import phrased
from tests.oracle.model import OracleWorld
from tests.oracle.rules import Key

_UNMOVED = ("position", "salience", "weight")
"""Kinds of quantity that are not recorded: they stay as they are."""


def recorded(world: OracleWorld) -> dict[str, Key]:
    """Name each quantity that is recorded after every round, the same under every roof."""
    moving = (quantity for quantity in world.state if quantity[0] not in _UNMOVED)
    # The workbench wants names that could be Python's.
    return {phrased(quantity).replace(" ", "_"): quantity for quantity in moving}


def agentpy_world() -> Any:
    """AgentPy's kind of model; made on demand, since AgentPy may not be installed."""
    import agentpy

    class AgentPyWorld(agentpy.Model):
        """One run; its parameters are ``run``, its number, and ``steps``, its rounds."""

        def setup(self, scenario: Scenario, chance: int) -> None:
            self.world = OracleWorld(scenario, chance, self.p.run)
            self.quantities = recorded(self.world)

        def step(self) -> None:
            self.world.step()
            if not self.world.running:
                self.stop()

        def update(self) -> None:
            for name, quantity in self.quantities.items():
                self.record(name, self.world.state[quantity])

        def end(self) -> None:
            self.report("choice", self.world.history.choice)
            for name, first in _watched(self.world).items():
                self.report(name, first)

    return AgentPyWorld


def under_agentpy(scenario: Scenario, seed: int, runs: int) -> Any:
    """Play runs 0, 1, 2, ... as an AgentPy experiment, one run for each parameter value.

    Returns
    -------
    agentpy.DataDict
        ``variables``, by run and round, and ``reporters``, by run.
    """
    import agentpy

    sample = agentpy.Sample(
        {"run": agentpy.Values(*range(runs)), "steps": scenario.description.calendar.rounds}
    )
    # Not "seed": AgentPy would draw a new one from it for each run.
    parts = {"scenario": scenario, "chance": seed}
    with warnings.catch_warnings():
        # AgentPy 0.1.5, its latest, is older than pandas 3.1, which is to drop a word it uses.
        warnings.filterwarnings("ignore", message="The inplace keyword")
        experiment = agentpy.Experiment(agentpy_world(), sample, record=True, **parts)
        return experiment.run(display=False)


def under_workbench(scenario: Scenario, seed: int, runs: int) -> tuple[Any, dict[str, Any]]:
    """Play runs 0, 1, 2, ... as experiments of the EMA workbench, one after another.

    Returns
    -------
    (DataFrame, dict of outcome to array)
        The experiments; of each quantity its course, of each watched event its round.
    """
    workbench, points = _workbench()
    model = workbench.Model("world", function=_function(scenario, seed))
    # It allows no range of a single number.
    model.uncertainties = [workbench.IntegerParameter("run", 0, max(runs - 1, 1))]
    model.outcomes = [
        *(workbench.TimeSeriesOutcome(name) for name in recorded(OracleWorld(scenario, seed, 0))),
        workbench.ArrayOutcome("choice"),
        *(workbench.ScalarOutcome(name) for name in scenario.description.watch),
    ]
    with workbench.SequentialEvaluator(model) as evaluator:
        return evaluator.perform_experiments(
            [points.Scenario(str(run), run=run) for run in range(runs)]
        )


def _workbench() -> tuple[Any, Any]:
    with warnings.catch_warnings():
        # It says at import which of its own extras are missing; none is needed here.
        warnings.filterwarnings("ignore", message="ipyparallel not installed")
        import ema_workbench
        from ema_workbench.em_framework import points
    return ema_workbench, points


def _function(scenario: Scenario, seed: int) -> Callable[[int], dict[str, Any]]:
    levers = sorted(scenario.description.levers)

    def play(run: int) -> dict[str, Any]:
        world = OracleWorld(scenario, seed, int(run))
        quantities = recorded(world)
        courses = {name: [world.state[quantity]] for name, quantity in quantities.items()}
        # Its arrays want one length: a run that has stopped stays as it is to the end.
        for _ in range(scenario.description.calendar.rounds):
            world.advance()
            for name, quantity in quantities.items():
                courses[name].append(world.state[quantity])
        choice = [
            [-1 if lever is None else levers.index(lever) for lever in at.values()]
            for at in world.history.choice
        ]
        return {**courses, "choice": choice, **_watched(world)}

    return play


def _watched(world: OracleWorld) -> dict[str, int]:
    """First round of each watched event, -1 for never."""
    return {name: -1 if at is None else at for name, at in world.history.watched.items()}
