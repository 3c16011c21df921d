"""Scenarios played side by side on the same draws of chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from sim.arrays import StageProgress
from sim.model.ledger import Ledger
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoints import volume_runs
from sim.simulation.ensemble import gather, labelled
from sim.simulation.executors.base import HERE, Workers

if TYPE_CHECKING:
    import xarray as xr

    from sim.results.bounded_tally import Tally

VOLUMES = 4
"""How many volumes of whole paths are held at once, shared by all scenarios."""
SETTLED = 2000
"""Pairs of which the whole paths are kept however many scenarios share the room."""


@dataclass(frozen=True, eq=False)
class Played:
    """A scenario with its labelled results, the account of its first runs, and a tally."""

    scenario: Scenario
    data: xr.Dataset
    ledger: Ledger
    tally: Tally | None


def kept_pairs(scenarios: Iterable[Scenario]) -> int:
    """Of how many pairs of runs the whole paths are kept.

    As many as a volume of any of them holds (:func:`sim.simulation.checkpoints.volume_runs`), less
    where more scenarios than :data:`VOLUMES` share the room, but then no less than
    :data:`SETTLED`.
    """
    different = {scenario.sha256: scenario for scenario in scenarios}
    each = [volume_runs(scenario.description) for scenario in different.values()]
    room = int(VOLUMES / sum(Fraction(1, runs) for runs in each))
    return max(min(*each, max(room, SETTLED)), 2)


def play(
    scenarios: Sequence[Scenario],
    runs: int,
    seed: int,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
    *,
    tallied: bool = False,
) -> tuple[Played, ...]:
    """Play each scenario with the same runs and seed; one that comes twice is run once.

    Parameters
    ----------
    scenarios : sequence of Scenario
    runs, seed : int
        The same for all: run r of one scenario and run r of another share every draw.
    progress : callable, optional
    workers : Workers
        Who plays them; the results are the same.
    tallied : bool
        Make a tally of each, to which that of further runs can be added.
    """
    done: dict[str, Played] = {}
    different = {scenario.sha256: scenario for scenario in scenarios}
    for nth, (digest, scenario) in enumerate(different.items(), 1):
        title = f"{scenario.description.title} ({nth} of {len(different)})"
        shown = partial(_show, progress, title, runs) if progress else None
        done[digest] = _one(scenario, runs, seed, shown, workers, tallied=tallied)
    return tuple(replace(done[scenario.sha256], scenario=scenario) for scenario in scenarios)


def _one(
    scenario: Scenario,
    runs: int,
    seed: int,
    progress: Callable[[int], None] | None,
    workers: Workers,
    *,
    tallied: bool,
) -> Played:
    found = gather(
        scenario, runs, seed, tallied=tallied, accounted=True, workers=workers, progress=progress
    )
    assert found.ledger is not None  # asked for
    data = labelled(scenario, found.blocks, seed)
    return Played(scenario, data, found.ledger, found.tally)


def _show(progress: StageProgress, title: str, runs: int, done: int) -> None:
    progress(title, done, runs)
