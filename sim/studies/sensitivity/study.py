"""Which uncertain numbers drive the outcomes of a scenario, and how much is chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import xarray as xr

from sim.arrays import Floats, Ints, Progress, StageProgress
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.quantiles import at_shares, uncertain
from sim.reporting.document import Document
from sim.results.series import Output, outputs, read_outputs
from sim.scenario.arguments import MOST_RUNS, function_of, names_of, whole_number
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import labelled, play
from sim.simulation.executors.base import HERE, Workers
from sim.studies.arguments import needed, seats_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.sensitivity.indices import blocks, screen, sobol
from sim.studies.sensitivity.page import sensitivity_page
from sim.studies.sensitivity.result import (
    AFTER_SCREENING,
    CHANCE,
    FEW_CASES,
    INDEX_COLUMNS,
    MOST_SAMPLES,
    NUMBERS,
    REST,
    SAMPLES,
    SOURCES,
    Found,
    SensitivityPlan,
    as_dataset,
    by_source,
    constant,
    merged,
    plan,
    rows,
    scores,
)
from sim.theories.protocol import Theories
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import pandas as pd


FAILED = 0.01
"""Largest share of runs that may fail: the mean of the others takes their place."""


@dataclass
class _Work:
    """One study while it is made: what is asked, how far it is, and the runs of the points of A."""

    scenario: Scenario
    wanted: tuple[Output, ...]
    asked: bool
    plan: SensitivityPlan
    seed: int
    progress: StageProgress | None
    workers: Workers
    seats: Seats
    title: str = ""
    out_of: int = 0
    done: int = 0
    runs: int = 0
    base: xr.Dataset | None = None

    def work(self) -> Found:
        """Run the screening, where there is one, and the designs, and read their indices."""
        plan, paths, screening = self.plan, uncertain(self.scenario), None
        kept, groups = set(paths), by_source(self.scenario, paths)
        if plan.trajectories:
            self._begin("Screening", plan.screened)
            screening = screen(paths, self._outputs, plan.trajectories, self.seed)
            score = scores(screening)
            kept = set(sorted(paths, key=lambda path: -score[path])[:AFTER_SCREENING])
            groups = merged(groups, score)
        groupings = {NUMBERS: [path if path in kept else REST for path in paths]}
        if 1 < len(groups) < len(paths):
            own = {path: group.id for group in groups for path in group.paths}
            groupings[SOURCES] = [own[path] for path in paths]
        self._begin("Indices", plan.samples * blocks(groupings, chance=True))
        found, base = sobol(paths, groupings, self._outputs, plan.samples, self.seed, CHANCE)
        assert self.base is not None
        failed = base.missing + (screening.missing if screening else 0)
        if failed > FAILED * self.runs:
            why = self.base.attrs["failures"].splitlines()
            problem = f"{failed:,} of {self.runs:,} runs failed, too many to leave out"
            problem += f"; {why[0]}" if why else ""
            remedy = "narrow the spreads within which the scenario makes sense"
            raise ScenarioError([Fault(Place(self.scenario.id), problem, remedy)])
        values = np.concatenate([base.first, base.second])
        keep, left_out = self._varying(values)
        came = np.nansum(values, axis=0)
        outputs = tuple(self.wanted[place] for place in keep)
        return Found(
            scenario=self.scenario,
            seed=self.seed,
            plan=plan,
            outputs=outputs,
            left_out=left_out,
            came=tuple(
                int(came[place]) if output.kind == "watch" else None
                for place, output in zip(keep, outputs, strict=True)
            ),
            looked_at=int(np.isfinite(values).all(axis=1).sum()),
            screening=screening and screening.of(keep),
            indices={label: one.of(keep) for label, one in found.items()},
            groups=groups if SOURCES in found else (),
            runs=self.runs,
            failed=failed,
            dataset=self.base,
        )

    def _varying(self, values: Floats) -> tuple[list[int], tuple[tuple[Output, str], ...]]:
        """Places of what varies enough to be read, and what does not, with the reason.

        ``values`` are those at the points of A and of B, shape ``(runs, outputs)``.
        """
        same, runs = constant(values), len(values)
        seen = np.nansum(values, axis=0)
        keep, left_out, faults = [], [], []
        for place, output in enumerate(self.wanted):
            rare = min(seen[place], runs - seen[place]) < FEW_CASES and output.kind == "watch"
            if same[place]:
                why, remedy = self._same(output, runs, came=bool(seen[place]))
                problem = f"'{output.id}' cannot be explained: {why}"
                faults.append(Fault(Place(option("--outcome")), problem, remedy))
                left_out.append((output, why))
            elif rare and not self.asked:
                left_out.append((output, f"it came in {int(seen[place]):,} of {runs:,} runs"))
            else:
                keep.append(place)
        if not keep and len(faults) < len(self.wanted):
            problem = f"each watched event came, or stayed away, in fewer than {FEW_CASES} runs"
            remedy = f"ask for more samples, or name one of them with {option('--outcome')}"
            faults = [Fault(Place(option("--samples")), problem, remedy)]
        if faults and (self.asked or not keep):
            raise ScenarioError(faults)
        return keep, tuple(left_out)

    def _same(self, output: Output, runs: int, *, came: bool) -> tuple[str, str]:
        """What is said of an output that does not vary, and what can be done."""
        if output.kind != "watch":
            why = f"it is the same in all {runs:,} runs"
            return why, "ask for another, or give what it depends on a spread"
        why = f"it came in {'all' if came else 'none of'} {runs:,} runs"
        more = max(SAMPLES, 4 * self.plan.samples)
        if more > MOST_SAMPLES:
            return why, "ask for another"
        return why, f"ask for more samples ({option('--samples')} {more}), which a rare case needs"

    def _begin(self, title: str, out_of: int) -> None:
        self.title, self.out_of, self.done, self.base = title, out_of, 0, None

    def _outputs(self, points: Floats, streams: Ints) -> Floats:
        """Play a block of points, and read what is wanted; a stage's first block is kept."""
        before = self.done

        def show(done: int) -> None:
            self.done = before + done
            if self.progress:
                self.progress(self.title, self.done, self.out_of)

        self.runs += len(points)
        dataset = play_at(
            self.scenario,
            uncertain(self.scenario),
            points,
            self.seed,
            int(streams[0]),
            workers=self.workers,
            progress=show,
            seats=self.seats,
        )
        self.base = dataset if self.base is None else self.base
        return read_outputs(dataset, self.wanted)


def play_at(
    scenario: Scenario,
    paths: Sequence[str],
    points: Floats,
    seed: int,
    first: int = 0,
    *,
    workers: Workers = HERE,
    progress: Progress | None = None,
    seats: Seats = NOBODY,
) -> xr.Dataset:
    """Play ``first`` and the runs that follow it, one at each point of the unit cube.

    Parameters are set as if they had been drawn (see :func:`sim.model.quantiles.at_shares`);
    run r has the draws of chance that it has in every other study of the same seed.
    """
    found = play(
        scenario,
        len(points),
        seed,
        first=first,
        given=at_shares(scenario, paths, points),
        seats=seats,
        workers=workers,
        progress=progress,
    )
    return labelled(scenario, found.blocks, seed)


class Sensitivity(Study):
    """Which uncertain numbers drive each outcome.

    Attributes
    ----------
    found : Found
        Everything: plan, indices, screening, groups, the runs of the first base sample.
    data : Dataset
        The indices, labelled by size, outcome and factor; those of the grouping
        by source have names that begin with ``source_``. An event whose id an
        outcome has, too, is labelled ``ID (event)``.
    """

    kind: ClassVar[str] = "sensitivity"

    def __init__(self, found: Found) -> None:
        self.found, self.data = found, as_dataset(found)

    def to_dataframe(self) -> pd.DataFrame:
        """Every index, one row each, in the order of the columns' names.

        ``measure`` is the id of an outcome or event, ``name`` its name, ``kind``
        which of the two it is.

        ``index`` is ``first`` or ``total``, a share of the variance, or, of the
        screening, ``effect``, ``mean effect`` or ``spread of effects`` in the
        outcome's unit; the last two have no interval.
        """
        import pandas as pd

        return pd.DataFrame(list(rows(self.found)), columns=list(INDEX_COLUMNS))

    def _page(self) -> Document:
        return sensitivity_page(self.found)


def sensitivity(
    scenario: ScenarioLike,
    outcomes: str | Sequence[str] = (),
    samples: int = SAMPLES,
    seed: int | None = None,
    *,
    theories: Theories | None = None,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Sensitivity:
    """Find out which uncertain numbers drive each outcome at the end, and how much is chance.

    Each uncertain number is varied over its own spread. With more than 20 of
    them all are screened by elementary effects first; the 16 that move any
    outcome most then get Sobol indices of their own, and all others together
    one: nothing is held fixed. A second grouping of the same runs has one factor
    for each source. The draws of chance of a run are a factor as well.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    outcomes : str or sequence of str, optional
        Ids of outcomes and of watched events; all unless told.
    samples : int
        Base samples, a power of 2. The error of an index falls with their root.
    seed : int, optional
        The scenario's own where not given.
    theories : theory, or mapping of actor to theory, optional
        How actors decide: as for :func:`sim.run`.
    progress : callable, optional
        Called with what is being run, the runs done, and all runs.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ScenarioError
        When nothing is uncertain, an id is unknown, an outcome that was asked
        for is the same in all runs, or more than 1 % of the runs fail.
    SimError
        When SALib is not installed.
    """
    needed("SALib")
    scenario, progress = scenario_of(scenario), function_of("progress", progress)
    named = names_of("outcomes", outcomes)
    wanted = outputs(scenario.description, named)
    planned = plan(scenario, whole_number("samples", samples, 1, MOST_RUNS))
    seed, workers = seed_of(scenario, seed), workers_of(workers)
    seats = seats_of(theories, scenario)
    work = _Work(scenario, wanted, bool(named), planned, seed, progress, workers, seats)
    return Sensitivity(work.work()).under(seats, scenario)
