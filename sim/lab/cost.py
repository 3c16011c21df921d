"""What it takes to play a scenario, about: by it the lab decides how many runs it plays."""

from __future__ import annotations

import math

from sim.lab.bench import RefusedError
from sim.scenario.scenario import Scenario
from sim.text import count

_PER_CHOICE = 25e-9
"""Seconds for one run, round, ordered pair of actors and lever."""
_BESIDES = 200
"""Choices that the rest of a round is worth."""
_PER_PAIR, _PER_ROUND = 40, 40
"""Bytes of what a run leaves behind each round: for each ordered pair, and besides."""
MOST_SECONDS, MOST_BYTES = 12.0, 256 * 2**20
"""What the runs of one question may take of one scenario."""
LEAST_RUNS = 20
"""With fewer a fan shows nothing: the scenario is refused then."""
QUICK_SECONDS = 0.5
"""What takes longer waits behind all that does not."""
_NICE = (5, 2, 1)


def seconds(scenario: Scenario, runs: int) -> float:
    """Seconds that runs of a scenario take on one thread, about."""
    described = scenario.description
    actors = len(described.actors)
    choices = actors * (actors - 1) * len(described.levers) + _BESIDES
    return runs * described.calendar.rounds * choices * _PER_CHOICE


def size(scenario: Scenario, runs: int) -> int:
    """Bytes of what runs of a scenario leave behind, about."""
    described = scenario.description
    actors = len(described.actors)
    a_round = _PER_PAIR * actors * (actors - 1) + _PER_ROUND
    return runs * (described.calendar.rounds + 1) * a_round


def affordable(runs: int, *scenarios: Scenario, held: bool = True) -> int:
    """As many of the runs as the lab plays of each scenario: all of them, but for large ones.

    ``held``: whether what they leave behind stays in memory until all are played.

    Raises
    ------
    RefusedError
        When a scenario is so large that too few would be left.
    """
    shares = (
        max(seconds(one, runs) / MOST_SECONDS, held * size(one, runs) / MOST_BYTES)
        for one in scenarios
    )
    over = max(shares, default=0.0)
    if over <= 1:
        return runs
    found = _nice(int(runs / over))
    if found < LEAST_RUNS:
        described = max(scenarios, key=lambda one: size(one, 1)).description
        raise RefusedError(
            f"this scenario is too large to be played in the lab: "
            f"{count(len(described.actors), 'actor')}, {count(len(described.levers), 'lever')} "
            f"and {count(described.calendar.rounds, 'round')}; have it play fewer rounds"
        )
    return found


def fewer(played: int, wanted: int) -> str:
    """What is said where not all runs could be afforded; empty where they could."""
    if played >= wanted:
        return ""
    return f"{count(played, 'run')} instead of {wanted:,}: this scenario is large."


def _nice(runs: int) -> int:
    """The next smaller number that is 1, 2 or 5 with zeros."""
    if runs < 1:
        return 0
    power = int(10 ** math.floor(math.log10(runs)))
    return next(step * power for step in _NICE if step * power <= runs)
