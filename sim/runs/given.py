"""Runs whose parameters a study sets, run by run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.model.streams import Floats
from sim.results.block import Block
from sim.runs.blocks import OnScenario, Span, simulate, spans
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Values:
    """A block of runs, as a task, with the values that its parameters take.

    Attributes
    ----------
    first, runs : int
    given : dict of path to array, shape (runs,)
    """

    first: int
    runs: int
    given: Mapping[str, Floats]

    def __str__(self) -> str:
        return str(Span(self.first, self.runs))


@dataclass(frozen=True)
class Given(OnScenario):
    """The work of playing blocks of runs with given values.

    Attributes
    ----------
    scenario : Scenario
    seed : int
        Of all other draws.
    varied : tuple of str
        Parameters that are set as a change, from which ordinary times do not move.
    """

    scenario: Scenario
    seed: int
    varied: tuple[str, ...] = ()

    def __call__(self, task: Values) -> Block:
        """Play a block."""
        return simulate(self.setting, self.seed, task.first, task.runs, given=task.given)

    def tasks(self, given: Mapping[str, Floats], runs: int, first: int = 0) -> Iterator[Values]:
        """Cut runs, and the values that belong to them, into blocks.

        Parameters
        ----------
        given : mapping of path to array, shape (runs,)
        runs, first : int
            How many runs, and the number of the first.
        """
        for start, size in spans(0, runs, self.setting.block):
            own = {path: values[start : start + size] for path, values in given.items()}
            yield Values(first + start, size, own)
