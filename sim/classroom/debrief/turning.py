"""Turning points: how far each round moved what the model expects of the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.classroom.forecast import Forecast

LEAST = 0.1
"""Moves below a tenth of a standard deviation are not told: chance moves as much."""


@dataclass(frozen=True)
class Move:
    """How a round moved the expected end of an outcome.

    Attributes
    ----------
    before, after : float
        The mean over the futures, in the outcome's unit.
    size : float
        The change, in standard deviations of what was possible at the start.
    """

    outcome: str
    before: float
    after: float
    size: float


@dataclass(frozen=True)
class Turn:
    """A round, and what it moved.

    Attributes
    ----------
    moves : tuple of Move
        The largest first.
    chances : dict of watched event to (before, after)
    """

    round: int
    moves: tuple[Move, ...]
    chances: dict[str, tuple[float, float]]

    @property
    def largest(self) -> Move:
        """The outcome that it moved most."""
        return self.moves[0]


def turns(forecasts: Sequence[Forecast | None]) -> tuple[Turn, ...]:
    """How each round moved what was expected; a round without forecasts is left out.

    Parameters
    ----------
    forecasts : sequence of Forecast or None
        By the number of rounds that were over, from none on.
    """
    start = forecasts[0] if forecasts else None
    if start is None:
        return ()
    found = []
    for round, (before, after) in enumerate(pairwise(forecasts), start=1):
        if before is None or after is None:
            continue
        moves = [
            Move(name, before.ends[name][0], mean, _size(mean - before.ends[name][0], spread))
            for name, (mean, _) in after.ends.items()
            for _, spread in (start.ends[name],)
        ]
        moves.sort(key=lambda move: -abs(move.size))
        chances = {name: (before.events[name], after.events[name]) for name in after.events}
        found.append(Turn(round, tuple(moves), chances))
    return tuple(found)


def ranked(found: Sequence[Turn]) -> tuple[Turn, ...]:
    """Those that moved anything worth telling, the one that mattered most first."""
    told = [turn for turn in found if abs(turn.largest.size) >= LEAST]
    return tuple(sorted(told, key=lambda turn: (-abs(turn.largest.size), turn.round)))


def _size(change: float, spread: float) -> float:
    return change / spread if spread > 1e-12 else 0.0
