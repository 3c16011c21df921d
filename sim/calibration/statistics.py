"""The figures that a block of simulated runs has for each target.

Runs stand in groups of equal size, one group for each draw of the
coefficients, so that many draws share one block.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.calibration.plan import CalibrationPlan, FitTarget
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.results.block import Block
from sim.scenario.cameo import TRACKS, is_conflict
from sim.scenario.phrases import SYMMETRIC, pair
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.simulation.block import chances, simulate

RUNS_OF_DRAW = 64
"""Runs for each draw of the coefficients."""
DRAWS_IN_BLOCK = 4
"""Draws that share a block: 256 runs, which fit a processor's cache."""


def simulated(
    plan: CalibrationPlan, scenario: Scenario, values: Floats, seed: int, workers: int = 1
) -> Floats:
    """The model's figures for given coefficients: shape ``(draws, targets)``."""
    starts = range(0, len(values), DRAWS_IN_BLOCK)
    jobs = [(n, values[start : start + DRAWS_IN_BLOCK]) for n, start in enumerate(starts)]
    work = partial(_simulated_figures, plan, scenario, seed)
    if workers == 1:
        return np.concatenate(list(map(work, jobs)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return np.concatenate(list(pool.map(work, jobs, chunksize=8)))


_COMPILED: dict[str, CompiledScenario] = {}


def _simulated_figures(
    plan: CalibrationPlan, scenario: Scenario, seed: int, job: tuple[int, Floats]
) -> Floats:
    number, values = job
    if scenario.sha256 not in _COMPILED:
        _COMPILED[scenario.sha256] = CompiledScenario(scenario)
    compiled = _COMPILED[scenario.sha256]
    given = {
        f"coefficients.{name}": np.repeat(values[:, place], RUNS_OF_DRAW)
        for place, name in enumerate(plan.priors)
    }
    propensity = Propensity(compiled)
    first, runs = number * DRAWS_IN_BLOCK * RUNS_OF_DRAW, len(values) * RUNS_OF_DRAW
    block = simulate(compiled, seed, first, runs, observer=propensity, given=given)
    return figures(Sample(block, propensity, scenario.description, RUNS_OF_DRAW), plan.targets)


class Propensity:
    """Probability of any act, and of a conflictual one, by round and direction.

    It is what a count would show in very many runs. ``acts`` and ``conflict`` have one array for
    each round, shape ``(directions, runs)``; an act counts if it takes effect.
    """

    def __init__(self, compiled: CompiledScenario) -> None:
        self._table = compiled.table
        self._directions = len(compiled.layout.directions)
        self._quarrels = np.array([is_conflict(c.lever) for c in compiled.table.rows], dtype=bool)
        self.acts: list[Floats] = []
        self.conflict: list[Floats] = []

    def note(self, world: World) -> None:
        """Take down the probabilities of the round."""
        acts, conflict = np.zeros((2, self._directions, world.runs))
        done = chances(world).done
        for slot, block in self._table.blocks:
            way, chance = slot // len(TRACKS), done[block]
            acts[way] += chance.sum(axis=0)
            conflict[way] += chance[self._quarrels[block]].sum(axis=0)
        self.acts.append(acts)
        self.conflict.append(conflict)


PER_YEAR = {"month": 12, "quarter": 4, "half-year": 2, "year": 1}


def taken(block: Block, a: str, b: str, names: Sequence[str]) -> NDArray[np.bool_]:
    """Whether one of the levers took effect from a to b: ``(round, run)``, rounds from 1."""
    way = list(block.directions).index((a, b))
    numbers = [block.levers.index(name) for name in names]
    done = np.isin(block.choice[1:, way], numbers) & block.accepted[1:, way]
    return np.asarray(done.any(axis=1))  # as a word or as a deed


@dataclass(frozen=True)
class Sample:
    """A block's records with its runs in groups of ``each``, and how likely acts were."""

    block: Block
    propensity: Propensity
    description: Description
    each: int

    @property
    def per_year(self) -> int:
        """Rounds in a year."""
        return PER_YEAR[self.description.calendar.round]

    def grouped(self, values: NDArray[np.generic]) -> Floats:
        """Split the last axis, the runs, into ``(groups, each)``."""
        return np.asarray(values, dtype=np.float64).reshape(*values.shape[:-1], -1, self.each)

    def likely(self, a: str, b: str, *, conflict: bool) -> Floats:
        """Probability of an act, or of a conflictual one, from a to b: ``(round, run)``."""
        way = list(self.block.directions).index((a, b))
        rounds = self.propensity.conflict if conflict else self.propensity.acts
        return np.stack([chances[way] for chances in rounds])

    def by_year(self, values: NDArray[np.generic]) -> Floats:
        """Sum rounds to whole years: ``(years, groups, each)``."""
        years = len(values) // self.per_year
        if years < 2:
            raise ValueError("a swing needs a scenario of two years at least")
        whole = values[: years * self.per_year]
        summed = whole.reshape(years, self.per_year, -1).sum(axis=1)
        return self.grouped(summed)


def figures(sample: Sample, targets: dict[str, FitTarget]) -> Floats:
    """Each target's figure in each group: shape ``(groups, targets)``."""
    return np.stack([_figure(sample, target) for target in targets.values()], axis=1)


def _figure(sample: Sample, target: FitTarget) -> Floats:
    if target.share:
        a, _, b = _ends(target.share)
        conflict, acts = (sample.likely(a, b, conflict=only) for only in (True, False))
        return _ratio(sample, conflict, acts)
    if target.swing:
        return _swing(sample, target.swing[0], target.swing[1])
    if target.after:
        return _after(sample, target)
    if target.change:
        return _change(sample, target)
    if target.uses:
        a, _, b = _ends(target.between or "")
        ways = ((a, b), (b, a))
        done = np.sum([taken(sample.block, *way, [target.uses]) for way in ways], axis=0)
        return np.asarray(sample.grouped(done).mean(axis=(0, 2)))
    used = np.zeros(sample.block.runs, dtype=bool)
    for a, b in sample.block.directions:
        used |= taken(sample.block, a, b, [target.ever or ""]).any(axis=0)
    return np.asarray(sample.grouped(used).mean(axis=-1))


def _ends(text: str) -> tuple[str, str, str]:
    if (found := pair(text)) is None:
        raise ValueError(f"{text!r} names no two actors")
    return found


def _ratio(sample: Sample, conflict: Floats, acts: Floats) -> Floats:
    """Conflict as a share of all acts, over the rounds and the runs of each group."""
    some, every = (sample.grouped(likely).sum(axis=(0, 2)) for likely in (conflict, acts))
    return np.asarray(some / np.maximum(every, 1e-9))


def _swing(sample: Sample, one: str, other: str) -> Floats:
    """Covariance of yearly conflict within runs, over the product of the means."""
    a, _, b = _ends(one)
    if one == other:
        first, second = (sample.likely(*way, conflict=True) for way in ((a, b), (b, a)))
    else:
        c, _, d = _ends(other)
        first, second = (
            sample.likely(*way, conflict=True) + sample.likely(*way[::-1], conflict=True)
            for way in ((a, b), (c, d))
        )
    x, y = sample.by_year(first), sample.by_year(second)
    dx, dy = x - x.mean(axis=0), y - y.mean(axis=0)
    together = (dx * dy).sum(axis=0).mean(axis=-1) / (len(x) - 1)
    level = x.mean(axis=(0, 2)) * y.mean(axis=(0, 2))
    return np.asarray(together / np.maximum(level, 1e-9))


def _after(sample: Sample, target: FitTarget) -> Floats:
    """Conflict share in the year from an event on, over that in all other rounds."""
    a, _, b = _ends(target.between or "")
    event = list(sample.block.events).index(target.after or "")
    happened = sample.block.happened[1:, event]
    recent = np.zeros(happened.shape, dtype=bool)
    for lag in range(sample.per_year):
        recent[lag:] |= happened[: len(happened) - lag]
    conflict, acts = (
        sample.likely(a, b, conflict=only) + sample.likely(b, a, conflict=only)
        for only in (True, False)
    )
    during, otherwise = (
        _ratio(sample, inside * conflict, inside * acts) for inside in (recent, ~recent)
    )
    return np.asarray(during / np.maximum(otherwise, 1e-9))


def _change(sample: Sample, target: FitTarget) -> Floats:
    rows = [
        row
        for row, phrase in enumerate(sample.block.phrases)
        if phrase.kind == target.change and target.of in (None, *phrase.names)
    ]
    width = max(round(float(target.mean_of) * sample.per_year), 1)
    step = max(round(float(target.over) * sample.per_year), 1)
    values = np.asarray(sample.block.state[1:, rows], dtype=np.float64)
    sums = np.cumsum(np.concatenate([np.zeros_like(values[:1]), values]), axis=0)
    means = (sums[width:] - sums[:-width]) / width
    moved = sample.grouped(means[step:] - means[:-step])
    by_row = np.sqrt((moved**2).mean(axis=(0, 3)))
    if target.change in SYMMETRIC:
        return np.asarray(np.sqrt((by_row**2).mean(axis=0)))
    return np.asarray(np.median(by_row, axis=0))
