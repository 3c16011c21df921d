"""Scenarios played side by side on the same draws of chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sim.model.ledger import Ledger
from sim.model.setting import Setting
from sim.runs.ensemble import run
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
    scenarios: Sequence[Scenario], runs: int, seed: int, progress: Progress | None = None
) -> tuple[Played, ...]:
    """Play each scenario with the same runs and seed; one that comes twice is run once.

    Parameters
    ----------
    scenarios : sequence of Scenario
    runs, seed : int
        The same for all: run r of one scenario and run r of another share every draw.
    progress : callable, optional
    """
    done: dict[str, Played] = {}
    different = {scenario.sha256: scenario for scenario in scenarios}
    for nth, (digest, scenario) in enumerate(different.items(), 1):
        ledger = Ledger(Setting(scenario))
        title = f"{scenario.description.title} ({nth} of {len(different)})"
        shown = partial(_show, progress, title, runs) if progress else None
        data = run(scenario, runs, seed, ledger=ledger, progress=shown)
        done[digest] = Played(scenario, data, ledger)
    return tuple(
        Played(scenario, done[scenario.sha256].data, done[scenario.sha256].ledger)
        for scenario in scenarios
    )


def _show(progress: Progress, title: str, runs: int, done: int) -> None:
    progress(title, done, runs)
