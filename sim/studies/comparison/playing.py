"""The scenarios of a comparison played on the same draws: first pairs kept whole, others counted.

Of the further pairs moments and tallies are kept, and not the runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from sim.arrays import StageProgress
from sim.results.bounded_tally import Tally
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoints import volume_runs
from sim.simulation.ensemble import Batch, Ensemble, labelled, play
from sim.simulation.executors.base import Workers
from sim.studies.comparison.common_ground import Shared, Side, shared
from sim.studies.comparison.differences import Differences, Seen, paired_differences

VOLUMES = 4
"""How many volumes of whole paths are held at once, shared by all scenarios."""
SETTLED = 2000
"""Pairs of which the whole paths are kept however many scenarios share the room."""


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


def play_sides(
    named: Sequence[tuple[str, Scenario]],
    runs: int,
    seed: int,
    progress: StageProgress | None,
    workers: Workers,
    *,
    tallied: bool,
) -> list[Side]:
    """Play each scenario with the same runs and seed; one that comes twice is played once."""
    different = {scenario.sha256: scenario for _, scenario in named}
    done = {}
    for nth, (digest, scenario) in enumerate(different.items(), 1):
        title = f"{scenario.description.title} ({nth} of {len(different)})"
        shown = partial(_show, progress, title, runs) if progress else None
        found = play(
            scenario, runs, seed, tallied=tallied, accounted=True, workers=workers, progress=shown
        )
        done[digest] = found, labelled(scenario, found.blocks, seed)
        found.blocks = []
    sides = []
    for name, scenario in named:
        found, data = done[scenario.sha256]
        assert found.ledger is not None  # asked for
        sides.append(Side(name, scenario, data, found.ledger, found.tally))
    return sides


def _show(progress: StageProgress, title: str, runs: int, done: int) -> None:
    progress(title, done, runs)


@dataclass(frozen=True, eq=False)
class Pairs:
    """The work of playing batches of runs in every scenario of a comparison.

    Attributes
    ----------
    ensembles : tuple of Ensemble
        One for each scenario, all of one seed.
    pairs : tuple of (int, int, Shared)
        Places of a reference and of what is held against it, and what they share.
    """

    ensembles: tuple[Ensemble, ...]
    pairs: tuple[tuple[int, int, Shared], ...]

    def __call__(self, batch: Batch) -> tuple[int, list[Tally], list[Differences]]:
        """Play a batch in every scenario: its runs, a tally of each, differences of each pair.

        The runs themselves go as soon as they are counted.
        """
        tallies, seen = [], []
        for ensemble in self.ensembles:
            part = ensemble(replace(batch, kept=True, tallied=True))
            assert part.tally is not None  # asked for
            tallies.append(part.tally)
            seen.append(Seen.of_block(ensemble.scenario, part.blocks[0]))
        gaps = max(SETTLED - batch.first, 0)
        found = [
            paired_differences(self.ensembles[one].scenario, seen[one], seen[two], both, gaps)
            for one, two, both in self.pairs
        ]
        return batch.runs, tallies, found


def play_further(
    pairs: Sequence[tuple[Side, Side]],
    kept: int,
    runs: int,
    seed: int,
    progress: StageProgress | None,
    workers: Workers,
) -> tuple[Differences, ...]:
    """Play the pairs of runs beyond those that are kept; give the differences of each pair.

    The sides have tallies of the runs that are kept, to which those of all others are added.
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
    )
    batches = work.ensembles[0].batches(runs - kept, first=kept, kept=0, tallied=True)
    found: tuple[Differences, ...] = ()
    done = 0
    for played, tallies, new in workers.map(work, batches):
        for side, tally in zip(sides.values(), tallies, strict=True):
            assert side.tally is not None  # made of the runs that are kept
            side.tally.add(tally)
        found = tuple(map(Differences.merged, found, new)) if found else tuple(new)
        done += played
        if progress:
            progress(f"The next {runs - kept:,} pairs of runs", done, runs - kept)
    return found
