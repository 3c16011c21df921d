"""The figures that a block of simulated runs has for each target.

Runs stand in groups of equal size, one group for each draw of the
coefficients, so that many draws share one block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.calibration.plan import Target
from sim.calibration.propensity import Propensity
from sim.results.block import Block
from sim.scenario.phrases import SYMMETRIC, pair
from sim.scenario.schema import Description

PER_YEAR = {"month": 12, "quarter": 4, "half-year": 2, "year": 1}


def taken(block: Block, a: str, b: str, names: Sequence[str]) -> NDArray[np.bool_]:
    """Whether one of the levers took effect from a to b: ``(round, run)``, rounds from 1."""
    way = list(block.directions).index((a, b))
    numbers = [block.levers.index(name) for name in names]
    done = np.isin(block.choice[1:, way], numbers) & block.accepted[1:, way]
    return np.asarray(done.any(axis=1))  # as a word or as a deed


@dataclass(frozen=True)
class Sample:
    """A block's records with its runs in groups.

    Attributes
    ----------
    block : Block
    propensity : Propensity
        How likely acts were in its rounds.
    description : Description
    each : int
        Runs in each group.
    """

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


def figures(sample: Sample, targets: dict[str, Target]) -> Floats:
    """Each target's figure in each group: shape ``(groups, targets)``."""
    return np.stack([_figure(sample, target) for target in targets.values()], axis=1)


def _figure(sample: Sample, target: Target) -> Floats:
    if target.share:
        a, _, b = _ends(target.share)
        return _share(sample, a, b)
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


def _share(sample: Sample, a: str, b: str) -> Floats:
    conflict, acts = (
        sample.grouped(sample.likely(a, b, conflict=only)).sum(axis=(0, 2))
        for only in (True, False)
    )
    return np.asarray(conflict / np.maximum(acts, 1e-9))


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


def _after(sample: Sample, target: Target) -> Floats:
    """Conflict share in the year from an event on, over that in all other rounds."""
    a, _, b = _ends(target.between or "")
    event = list(sample.block.events).index(target.after or "")
    happened = sample.block.happened[1:, event]
    recent = np.zeros(happened.shape, dtype=bool)
    for lag in range(sample.per_year):
        recent[lag:] |= happened[: len(happened) - lag]
    shares = []
    for inside in (recent, ~recent):
        conflict, acts = (
            sample.grouped(
                inside * (sample.likely(a, b, conflict=only) + sample.likely(b, a, conflict=only))
            ).sum(axis=(0, 2))
            for only in (True, False)
        )
        shares.append(conflict / np.maximum(acts, 1e-9))
    return np.asarray(shares[0] / np.maximum(shares[1], 1e-9))


def _change(sample: Sample, target: Target) -> Floats:
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
