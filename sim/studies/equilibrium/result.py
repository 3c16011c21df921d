"""What is found of a stage game, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from sim.arrays import Bools, Floats
from sim.scenario.beliefs import Held, beliefs_of
from sim.scenario.scenario import Scenario
from sim.studies.equilibrium.curve import Curve, quantal_curve
from sim.studies.equilibrium.payoffs import StageGame
from sim.studies.equilibrium.solutions import EquilibriumSet, Solutions, solve
from sim.theories.registry import QUANTAL

PASSING = "let the round pass"
_DECADES, _POINTS = 2, 20
"""How far the curve goes on either side of the model's rationality; its points in a decade."""


@dataclass(frozen=True, eq=False)
class Played:
    """A stage game with its solutions.

    Attributes
    ----------
    scenario : Scenario
    game : StageGame
    solutions : Solutions
    curve : Curve
    round, seed : int
    run : int or None
        The run that is looked at; ``None`` for the mean of many.
    theories : mapping of str to str
        By actor, as pages call it, the theory by which it decides; empty where all is built in.
    """

    scenario: Scenario
    game: StageGame
    solutions: Solutions
    curve: Curve
    round: int
    seed: int
    run: int | None
    theories: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, str]:
        """The actors' names."""
        one, other = (self.scenario.description.actors[name].name for name in self.game.actors)
        return one, other

    @cached_property
    def built_in(self) -> bool:
        """Whether both decide by the built-in theory."""
        return all(self.theories.get(name, QUANTAL) == QUANTAL for name in self.names)

    @cached_property
    def doubts(self) -> tuple[Held, ...]:
        """What one of the two does not know of the other."""
        pair = {*self.game.actors}
        held = beliefs_of(self.scenario.description)
        return tuple(one for one in held if {one.belief.by, one.about.actor} == pair)

    @cached_property
    def moves(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the moves of both."""
        levers = self.scenario.description.levers
        one, other = (
            tuple(levers[move.lever].name if move.lever else PASSING for move in side)
            for side in self.game.moves
        )
        return one, other

    @cached_property
    def best(self) -> Bools:
        """Which cells hold a best answer of each player, shape (2, rows, columns)."""
        mine, theirs = self.game.payoffs
        return np.array([mine == mine.max(axis=0), theirs == theirs.max(axis=1)[:, None]])

    @cached_property
    def quantal(self) -> tuple[Floats, Floats] | None:
        """Probabilities of the moves of both on the curve, at the model's own rationality."""
        return self.curve.at(self.game.rationality)

    def worth(self, one: EquilibriumSet) -> tuple[float, float]:
        """What the first equilibrium of a set is worth to both."""
        return self.expected(one.first[0], one.second[0])

    def expected(
        self, first: tuple[Fraction, ...], second: tuple[Fraction, ...]
    ) -> tuple[float, float]:
        """What two mixtures are worth to both."""
        p, q = (np.array([float(share) for share in mixture]) for mixture in (first, second))
        mine, theirs = (float(p @ payoff @ q) for payoff in self.game.payoffs)
        return mine, theirs

    def better_for_both(self, worth: tuple[float, float]) -> list[tuple[int, int]]:
        """Cells in which both have more, the most for both together first."""
        mine, theirs = self.game.payoffs
        cells = np.argwhere((mine > worth[0]) & (theirs > worth[1])).tolist()
        return sorted(((i, j) for i, j in cells), key=lambda cell: -(mine[cell] + theirs[cell]))


def played(
    scenario: Scenario,
    game: StageGame,
    round: int,
    seed: int,
    run: int | None,
    theories: Mapping[str, str],
) -> Played:
    """Solve a stage game, and follow its quantal response curve."""
    curve = quantal_curve(game.payoffs, _levels(game.rationality))
    return Played(scenario, game, solve(game.payoffs), curve, round, seed, run, theories)


def _levels(rationality: float) -> Floats:
    """Rationalities at which the curve is read, the model's own among them."""
    steps = np.arange(-_DECADES * _POINTS, _DECADES * _POINTS + 1) / _POINTS
    levels = (rationality or 1.0) * np.round(10.0**steps, 6)
    return np.concatenate([[0.0], levels])
