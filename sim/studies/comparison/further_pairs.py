"""Further pairs of runs, of which moments and tallies are kept, and not the runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.arrays import StageProgress
from sim.results.bounded_tally import Tally
from sim.simulation.ensemble import Batch, Ensemble
from sim.simulation.executors.base import Workers
from sim.simulation.paired import SETTLED
from sim.studies.comparison.common_ground import Shared, shared
from sim.studies.comparison.contrasts import Side
from sim.studies.comparison.differences import Differences, Seen, differences


@dataclass(frozen=True, eq=False)
class Part:
    """What came of a batch: a tally of each scenario, the differences of each pair."""

    batch: Batch
    tallies: tuple[Tally, ...]
    differences: tuple[Differences, ...]


@dataclass(frozen=True, eq=False)
class Pairs:
    """The work of playing batches of runs in every scenario of a comparison.

    Attributes
    ----------
    ensembles : tuple of Ensemble
        One for each scenario, all of one seed.
    pairs : tuple of (int, int, Shared)
        Places of a reference and of what is held against it, and what they share.
    gaps : int
        The differences themselves are wanted of runs before this one.
    """

    ensembles: tuple[Ensemble, ...]
    pairs: tuple[tuple[int, int, Shared], ...]
    gaps: int

    def __call__(self, batch: Batch) -> Part:
        """Play a batch in every scenario; the runs themselves go as soon as they are counted."""
        done = [self._one(ensemble, batch) for ensemble in self.ensembles]
        most = max(self.gaps - batch.first, 0)
        return Part(
            batch,
            tuple(tally for tally, _ in done),
            tuple(
                differences(self.ensembles[one].scenario, done[one][1], done[two][1], both, most)
                for one, two, both in self.pairs
            ),
        )

    @staticmethod
    def _one(ensemble: Ensemble, batch: Batch) -> tuple[Tally, Seen]:
        part = ensemble(replace(batch, kept=True, tallied=True))
        assert part.block is not None  # asked for, as is the tally
        assert part.tally is not None
        return part.tally, Seen.of_block(ensemble.scenario, part.block)


def add_further(
    pairs: Sequence[tuple[Side, Side]],
    kept: int,
    runs: int,
    seed: int,
    progress: StageProgress | None,
    workers: Workers,
) -> tuple[Differences, ...]:
    """Play the pairs of runs beyond those that are kept.

    Parameters
    ----------
    pairs : sequence of (Side, Side)
        With tallies of the runs that are kept, to which those of all others are added.
    kept, runs : int
        Runs that have been played, and all of them.
    seed : int
    progress : callable, optional
        Called with the number of further pairs done.
    workers : Workers
        Who plays them; the results are the same.

    Returns
    -------
    tuple of Differences
        Of each pair, in the further runs.
    """
    sides = {side.scenario.sha256: side for pair in pairs for side in pair}
    place = {digest: nth for nth, digest in enumerate(sides)}
    work = Pairs(
        tuple(Ensemble(side.scenario, seed) for side in sides.values()),
        tuple(
            (
                place[one.scenario.sha256],
                place[two.scenario.sha256],
                shared(one.scenario, two.scenario, (one.name, two.name)),
            )
            for one, two in pairs
        ),
        SETTLED,
    )
    batches = work.ensembles[0].batches(runs - kept, first=kept, kept=0, tallied=True)
    found: tuple[Differences, ...] = ()
    for part in workers.map(work, batches):
        for side, tally in zip(sides.values(), part.tallies, strict=True):
            assert side.tally is not None  # made of the runs that are kept
            side.tally.add(tally)
        new = part.differences
        found = tuple(map(Differences.merged, found, new)) if found else new
        if progress:
            done = part.batch.first + part.batch.runs - kept
            progress(f"The next {runs - kept:,} pairs of runs", done, runs - kept)
    return found
