"""Runs that are written as they come: whole paths by the volume, and a tally of all of them.

A volume is a file of labelled results that fits in memory. Where the runs are
more than the first volume holds, a tally of all of them is written beside it,
again and again as they come, so that what is lost with the process is little.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Progress
from sim.errors import ResultsError, option
from sim.model.layout import Layout
from sim.results.block import load_blocks, remove_blocks, save_blocks
from sim.results.bounded_tally import Tally, unlabelled
from sim.results.bounded_tally import labelled as labelled_tally
from sim.results.store import load, save
from sim.scenario.cameo import TRACKS
from sim.scenario.lookup import instances, promises
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.simulation.block import about
from sim.simulation.ensemble import Batch, Ensemble, Played, labelled
from sim.simulation.executors.base import HERE, Workers
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import xarray as xr

RESULTS, SUMMARY = "results.nc", "summary.nc"
MOST_RUNS, MOST_BYTES = 10_000, 80 * 2**20
"""What a volume holds at most."""
EVERY = 10.0
"""Seconds between two times that the tally is written."""

Checkpoint = Callable[[int], None]
"""Called with the number of runs that need not be played again."""


@dataclass(frozen=True, eq=False)
class Written:
    """What runs have left.

    Attributes
    ----------
    data : Dataset
        The first volume: the whole paths of the first runs.
    tally : Tally or None
        Of all runs, where they are more.
    volumes : tuple of Path
        The files of whole paths.
    summary : Path or None
        The file of the tally.
    kept : int
        Of how many runs the whole paths are there.
    """

    data: xr.Dataset
    tally: Tally | None
    volumes: tuple[Path, ...]
    summary: Path | None
    kept: int

    def read(self) -> Iterator[xr.Dataset]:
        """The whole paths, volume by volume."""
        yield self.data
        yield from map(load, self.volumes[1:])

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self.tally.runs if self.tally else self.data.sizes["run"]


def volume_runs(description: Description) -> int:
    """How many runs' whole paths are kept unless told otherwise, and held in memory at most."""
    layout = Layout.of(description)
    moves = 3 * len(layout.directions) * len(TRACKS) + len(description.events)
    moves += len(instances(description)) + len(promises(description))
    lasting = len(layout.phrases) - layout.in_force.start
    state = 4 * (layout.moving.stop + lasting + len(description.outcomes))
    size = (description.calendar.rounds + 1) * (state + moves)
    return int(np.clip(MOST_BYTES // size, 1, MOST_RUNS))


def play_into(
    folder: Path,
    scenario: Scenario,
    runs: int,
    seed: int,
    *,
    first: int = 0,
    kept: int | None = None,
    volume: int | None = None,
    resume: bool = False,
    seats: Seats = NOBODY,
    workers: Workers = HERE,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> Written:
    """Play runs, and write them into a folder as they come.

    The files have the same bytes whoever plays them, and however often the work
    was broken off and taken up again.

    Parameters
    ----------
    folder : Path
    scenario : Scenario
    runs, seed, first : int
        How many runs, the seed of all draws, and the number of the first run.
    kept : int, optional
        Whole paths of so many runs; by default of :func:`volume_runs`.
    volume : int, optional
        Whole paths of so many to a file; by default of :func:`volume_runs`.
    resume : bool
        Go on from what an earlier time has left in the folder.
    seats : Seats
        The theories by which actors decide and answer.
    workers : Workers
    progress : callable, optional
        Called with the number of runs done so far.
    checkpoint : callable, optional

    Raises
    ------
    ResultsError
        When a file cannot be written, or what an earlier time has left cannot be read.
    """
    usual = volume_runs(scenario.description)
    volume = usual if volume is None else volume
    kept = min(usual if kept is None else kept, runs)
    cuts = [*range(volume, kept, volume), kept]
    tallied = runs > cuts[0]
    names = [folder / RESULTS, *(folder / f"results-{nth + 1}.nc" for nth in range(1, len(cuts)))]
    work = Ensemble(scenario, seed, seats=seats)
    found = _left(folder, work, cuts, first, tallied=tallied) if resume else Played()
    try:
        data = load(names[0]) if found.runs >= cuts[0] else None
    except ResultsError as error:
        raise _unfit(error) from None
    attrs = about(scenario, seed)
    unwritten = len(found.blocks)
    written = time.monotonic()
    batches = work.batches(
        runs, first=first, kept=kept, volume=volume, tallied=tallied, done=found.runs
    )
    for part in workers.map(work, batches):
        found.add(part)
        if progress:
            progress(found.runs)
        full = bool(found.blocks) and found.runs in cuts
        now = time.monotonic()
        if not full and found.runs < runs and now - written < EVERY:
            continue
        if full:
            here = labelled(scenario, found.blocks, seed)
            found.blocks = []  # they take as much room again
            _give_back_memory()
            save(here, names[cuts.index(found.runs)])
            data = here if data is None else data
        elif found.blocks:
            save_blocks(found.blocks[unwritten:], folder)
        unwritten, written = len(found.blocks), now
        if found.tally is not None:
            save(labelled_tally(found.tally, scenario, attrs), folder / SUMMARY)
        if checkpoint:
            checkpoint(found.runs)
        if full:
            remove_blocks(folder)
    remove_blocks(folder)  # a time that was broken off may have left some
    assert data is not None  # the first volume has a run at least
    return Written(data, found.tally, tuple(names), folder / SUMMARY if tallied else None, kept)


def _give_back_memory() -> None:
    """Have the C library hand back to the system what was freed, where it can (glibc)."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _left(folder: Path, work: Ensemble, cuts: list[int], first: int, *, tallied: bool) -> Played:
    """What an earlier time has left.

    Whole paths are written before the tally that counts them, so that there may
    be more of them than count.
    """
    (like,) = work(Batch(first, 1)).blocks
    blocks = load_blocks(folder, like)
    summary = folder / SUMMARY
    if not tallied:
        done = cuts[0] if (folder / RESULTS).exists() else sum(block.runs for block in blocks)
        return Played(done, blocks if done < cuts[0] else [])
    if not summary.exists():
        return Played()
    try:
        tally = unlabelled(load(summary))
    except ResultsError as error:
        raise _unfit(error) from None
    begun = max((cut for cut in cuts if cut <= tally.runs), default=0)
    open_ = [block for block in blocks if begun <= block.first - first < tally.runs]
    return Played(tally.runs, open_, tally)


def _unfit(error: Exception) -> ResultsError:
    return ResultsError(
        f"what the interrupted run has left cannot be taken up ({error}); "
        f"start over with {option('--restart')}"
    )
