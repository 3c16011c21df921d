"""Making a study of sensitivity: screening, indices, and what is left out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats, Progress, StageProgress
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.uncertain import at_shares, uncertain
from sim.results.outputs import Output, read_outputs
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import labelled, play
from sim.simulation.executors.base import HERE, Workers
from sim.studies.sensitivity.indices import Screening, Sobol, blocks, screen, sobol
from sim.studies.sensitivity.ranking import FEW_CASES, constant, scores
from sim.studies.sensitivity.result import (
    AFTER_SCREENING,
    CHANCE,
    MOST_SAMPLES,
    NUMBERS,
    REST,
    SAMPLES,
    SOURCES,
    Found,
    SensitivityPlan,
)
from sim.studies.sensitivity.sources import SourceGroup, by_source, merged

FAILED = 0.01
"""Largest share of runs that may fail: the mean of the others takes their place."""


class Worker:
    """One study while it is made."""

    def __init__(
        self,
        scenario: Scenario,
        wanted: tuple[Output, ...],
        asked: bool,
        plan: SensitivityPlan,
        seed: int,
        progress: StageProgress | None,
        workers: Workers = HERE,
    ) -> None:
        self.scenario, self.wanted, self.asked = scenario, wanted, asked
        self.plan, self.seed, self.progress = plan, seed, progress
        self.paths = uncertain(scenario)
        self.workers = workers
        self.title, self.out_of, self.done, self.runs = "", 0, 0, 0
        self.base: xr.Dataset | None = None

    def work(self) -> Found:
        """Run the screening, where there is one, and the designs, and read their indices."""
        screening, score = None, dict.fromkeys(self.paths, 0.0)
        if self.plan.trajectories:
            self._begin("Screening", self.plan.screened)
            screening = screen(self.paths, self._ends, self.plan.trajectories, self.seed)
            score = scores(screening)
        groupings, groups = self._groupings(score, screening is not None)
        self._begin("Indices", self.plan.samples * blocks(groupings, chance=True))
        found, base = sobol(
            self.paths, groupings, self._first, self.plan.samples, self.seed, CHANCE
        )
        failed = base.missing + (screening.missing if screening else 0)
        self._check_failures(failed)
        values = np.concatenate([base.first, base.second])
        keep, left_out = self._varying(values)
        seen = np.nansum(values, axis=0)
        assert self.base is not None
        return Found(
            scenario=self.scenario,
            seed=self.seed,
            plan=self.plan,
            outputs=tuple(self.wanted[place] for place in keep),
            left_out=left_out,
            came=tuple(int(seen[place]) if self._event(place) else None for place in keep),
            looked_at=int(np.isfinite(values).all(axis=1).sum()),
            screening=None if screening is None else _some_of_screening(screening, keep),
            indices={label: _some(one, keep) for label, one in found.items()},
            groups=groups if SOURCES in found else (),
            runs=self.runs,
            failed=failed,
            dataset=self.base,
        )

    def _groupings(
        self, score: dict[str, float], screened: bool
    ) -> tuple[dict[str, list[str]], tuple[SourceGroup, ...]]:
        kept, groups = set(self.paths), by_source(self.scenario, self.paths)
        if screened:
            kept = set(sorted(self.paths, key=lambda path: -score[path])[:AFTER_SCREENING])
            groups = merged(groups, score)
        groupings = {NUMBERS: [path if path in kept else REST for path in self.paths]}
        if 1 < len(groups) < len(self.paths):
            own = {path: group.id for group in groups for path in group.paths}
            groupings[SOURCES] = [own[path] for path in self.paths]
        return groupings, groups

    def _event(self, place: int) -> bool:
        return self.wanted[place].kind == "watch"

    def _varying(self, values: Floats) -> tuple[list[int], tuple[tuple[Output, str], ...]]:
        """Places of what varies enough to be read, and what does not, with the reason.

        Parameters
        ----------
        values : shape (runs, outputs)
            At the points of A and of B.
        """
        same, runs = constant(values), len(values)
        seen = np.nansum(values, axis=0)
        keep, left_out, faults = [], [], []
        for place, output in enumerate(self.wanted):
            rare = min(seen[place], runs - seen[place]) < FEW_CASES and self._event(place)
            if same[place]:
                why, remedy = self._same(place, runs, came=bool(seen[place]))
                problem = f"'{output.id}' cannot be explained: {why}"
                faults.append(Fault(Place(option("--outcome")), problem, remedy))
                left_out.append((output, why))
            elif rare and not self.asked:
                left_out.append((output, f"it came in {int(seen[place]):,} of {runs:,} runs"))
            else:
                keep.append(place)
        if faults and (self.asked or len(faults) == len(self.wanted)):
            raise ScenarioError(faults)
        if not keep:
            raise ScenarioError(
                [
                    Fault(
                        Place(option("--samples")),
                        f"each watched event came, or stayed away, in fewer than {FEW_CASES} runs",
                        f"ask for more samples, or name one of them with {option('--outcome')}",
                    )
                ]
            )
        return keep, tuple(left_out)

    def _same(self, place: int, runs: int, *, came: bool) -> tuple[str, str]:
        """What is said of an output that does not vary, and what can be done."""
        if not self._event(place):
            why = f"it is the same in all {runs:,} runs"
            return why, "ask for another, or give what it depends on a spread"
        why = f"it came in {'all' if came else 'none of'} {runs:,} runs"
        more = max(SAMPLES, 4 * self.plan.samples)
        if more > MOST_SAMPLES:
            return why, "ask for another"
        return why, f"ask for more samples ({option('--samples')} {more}), which a rare case needs"

    def _check_failures(self, failed: int) -> None:
        if failed > FAILED * self.runs:
            why = self.base.attrs["failures"].splitlines() if self.base is not None else []
            raise ScenarioError(
                [
                    Fault(
                        Place(self.scenario.id),
                        f"{failed:,} of {self.runs:,} runs failed, too many to leave out"
                        + (f"; {why[0]}" if why else ""),
                        "narrow the spreads within which the scenario makes sense",
                    )
                ]
            )

    def _ends(self, points: Floats, streams: NDArray[np.int64]) -> Floats:
        return read_outputs(self._play(points, int(streams[0])), self.wanted)

    def _first(self, points: Floats, streams: NDArray[np.int64]) -> Floats:
        """As :meth:`_ends`; the first block, the points of A, is kept for its stories."""
        dataset = self._play(points, int(streams[0]))
        self.base = dataset if self.base is None else self.base
        return read_outputs(dataset, self.wanted)

    def _begin(self, title: str, out_of: int) -> None:
        self.title, self.out_of, self.done = title, out_of, 0

    def _play(self, points: Floats, first: int) -> xr.Dataset:
        before = self.done

        def show(done: int) -> None:
            self.done = before + done
            if self.progress:
                self.progress(self.title, self.done, self.out_of)

        self.runs += len(points)
        return play_at(
            self.scenario, self.paths, points, self.seed, first, workers=self.workers, progress=show
        )


def play_at(
    scenario: Scenario,
    paths: Sequence[str],
    points: Floats,
    seed: int,
    first: int = 0,
    *,
    workers: Workers = HERE,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Play ``first`` and the runs that follow it, one at each point of the unit cube.

    Parameters are set as if they had been drawn (see :func:`sim.model.uncertain.at_shares`);
    run r has the draws of chance that it has in every other study of the same seed.
    """
    found = play(
        scenario,
        len(points),
        seed,
        first=first,
        given=at_shares(scenario, paths, points),
        workers=workers,
        progress=progress,
    )
    return labelled(scenario, found.blocks, seed)


def _some(found: Sobol, keep: list[int]) -> Sobol:
    """The indices of some outputs only."""
    return replace(
        found,
        first=found.first[:, keep],
        first_half=found.first_half[:, keep],
        total=found.total[:, keep],
        total_half=found.total_half[:, keep],
    )


def _some_of_screening(found: Screening, keep: list[int]) -> Screening:
    return replace(
        found,
        mean=found.mean[keep],
        size=found.size[keep],
        half=found.half[keep],
        spread=found.spread[keep],
        deviation=found.deviation[keep],
        moved=found.moved[keep],
    )
