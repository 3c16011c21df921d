"""Run a scenario many times: blocks of runs, joined into labelled results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.model.decide import Decision
from sim.model.draws import uncertain
from sim.model.ledger import Ledger
from sim.model.setting import Setting
from sim.model.streams import Floats
from sim.model.world import World
from sim.results.block import Block, joined
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr

BLOCK = 256
"""Runs per block: the arrays of one block fit a processor's cache."""
ACCOUNTED = 1024
"""Runs of which a ledger keeps account: means settle long before the runs end."""

Progress = Callable[[int], None]


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


def run(
    scenario: Scenario,
    runs: int | None = None,
    seed: int | None = None,
    *,
    first: int = 0,
    progress: Progress | None = None,
    decisions: Mapping[str, Decision] | None = None,
    ledger: Ledger | None = None,
) -> xr.Dataset:
    """Run a scenario and label what came out.

    Parameters
    ----------
    scenario : Scenario
    runs, seed : int, optional
        The scenario's own where not given.
    first : int
        Number of the first run: run r is the same whatever runs stand beside it.
    progress : callable, optional
        Called with the number of runs done so far.
    decisions : mapping of actor to Decision, optional
        Rules of actors that do not decide by quantal response.
    ledger : Ledger, optional
        Keeps account of the reasons in the first :data:`ACCOUNTED` runs.

    Returns
    -------
    xarray.Dataset
        See :func:`sim.results.dataset.assemble`.
    """
    from sim.results.dataset import assemble

    runs = scenario.description.runs if runs is None else runs
    seed = scenario.description.seed if seed is None else seed
    setting = Setting(scenario) if ledger is None else ledger.setting
    blocks = []
    for start in range(first, first + runs, BLOCK):
        size = min(BLOCK, first + runs - start)
        book = ledger if start - first < ACCOUNTED else None
        blocks.append(simulate(setting, seed, start, size, decisions, book))
        if progress:
            progress(start + size - first)
    return assemble(scenario, joined(blocks), about(scenario, seed))


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


def simulate(
    setting: Setting,
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
    world = World(setting, seed, first, runs, decisions, given=given, parts=parts)
    for _ in range(setting.description.calendar.rounds):
        world.step()
        if observer is not None:
            observer.note(world)
    block = recorded(world)
    world.close()
    return block


def recorded(world: World) -> Block:
    """What a world has left behind so far, with the names of its rows."""
    setting, records, first = world.setting, world.records, world.streams.first
    return Block(
        first=first,
        phrases=setting.recorded_phrases,
        directions=setting.layout.directions,
        levers=sorted(setting.description.levers),
        events=setting.events.names,
        watches=setting.watches.names,
        state=records.state,
        choice=records.choice,
        accepted=records.accepted,
        happened=records.happened,
        watched=records.watched,
        stopped=records.stopped,
        failed=records.failed,
        reasons={first + run: why for run, why in records.reasons.items()},
        drawn={
            path: np.broadcast_to(world.drawn[path], (world.runs,)).copy()
            for path in uncertain(setting.source)
        },
    )


def package_version() -> str:
    """Version of this package; of a checkout that is not installed, a word that says so."""
    try:
        return version("entente")
    except PackageNotFoundError:
        return "not installed"
