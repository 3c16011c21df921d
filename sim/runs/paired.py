"""Scenarios played side by side on the same draws of chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sim.model.ledger import Ledger
from sim.runs.ensemble import gather, labelled
from sim.runs.workers import HERE, Workers
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[str, int, int], None]
"""Called with what is being run, its runs that are done, and all its runs."""


@dataclass(frozen=True, eq=False)
class Played:
    """A scenario with its labelled results, and the account of its first runs."""

    scenario: Scenario
    data: xr.Dataset
    ledger: Ledger


def play(
    scenarios: Sequence[Scenario],
    runs: int,
    seed: int,
    progress: Progress | None = None,
    workers: Workers = HERE,
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
    """
    done: dict[str, Played] = {}
    different = {scenario.sha256: scenario for scenario in scenarios}
    for nth, (digest, scenario) in enumerate(different.items(), 1):
        title = f"{scenario.description.title} ({nth} of {len(different)})"
        shown = partial(_show, progress, title, runs) if progress else None
        found = gather(scenario, runs, seed, accounted=True, workers=workers, progress=shown)
        assert found.ledger is not None  # asked for
        done[digest] = Played(scenario, labelled(scenario, found.blocks, seed), found.ledger)
    return tuple(
        Played(scenario, done[scenario.sha256].data, done[scenario.sha256].ledger)
        for scenario in scenarios
    )


def _show(progress: Progress, title: str, runs: int, done: int) -> None:
    progress(title, done, runs)
