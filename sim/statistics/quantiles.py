"""What is asked of many runs: of each of them, or of the tally of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import xarray as xr

from sim.arrays import Floats, Ints
from sim.results.bounded_tally import Tally
from sim.statistics.measures import Measure

BINS = 24
"""Columns of a histogram, at most."""
EITHER = np.array([-0.5, 0.5, 1.5])
"""Edges of the columns of what is in force or not."""


class Values(Protocol):
    """The values of outcomes and watched events over complete runs."""

    @property
    def runs(self) -> int:
        """How many runs there are."""

    def quantiles(self, item: Measure, levels: Sequence[float]) -> Floats:
        """Quantiles of an outcome by round, shape ``(levels, rounds + 1)``."""

    def mean(self, item: Measure) -> Floats:
        """Mean of an outcome by round, shape ``(rounds + 1,)``."""

    def ending(self, item: Measure) -> tuple[Floats, Ints]:
        """Where an outcome ends: edges of the columns, and runs in each."""

    def first_rounds(self, watch: str) -> Ints:
        """Runs by the first round of a watched event, shape ``(rounds + 1,)``."""


class OfRuns:
    """Read off every run.

    Parameters
    ----------
    dataset : Dataset
        Labelled results, without runs that failed.
    """

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self._dataset.sizes["run"]

    def course(self, item: Measure) -> Floats:
        """An outcome by run and round."""
        values = self._dataset["reported"].sel(outcome=item.id).transpose("run", "round").values
        return np.asarray(values, dtype=np.float64)

    def quantiles(self, item: Measure, levels: Sequence[float]) -> Floats:
        """As :meth:`Values.quantiles`."""
        return quantiles(self.course(item), levels, item)

    def mean(self, item: Measure) -> Floats:
        """As :meth:`Values.mean`."""
        return np.asarray(self.course(item).mean(axis=0))

    def ending(self, item: Measure) -> tuple[Floats, Ints]:
        """As :meth:`Values.ending`."""
        values = self.course(item)[:, -1]
        edges = _edges(float(values.min()), float(values.max()), item)
        return edges, np.histogram(values, bins=edges)[0].astype(np.int64)

    def first_rounds(self, watch: str) -> Ints:
        """As :meth:`Values.first_rounds`."""
        first = self._dataset["watched"].sel(watch=watch).values
        return np.bincount(first[first >= 0], minlength=self._dataset.sizes["round"])


class OfTally:
    """Read off a tally: quantiles to within a bin, numbers of acts and events exactly.

    Parameters
    ----------
    tally : Tally
    watches : sequence of str
        Its watched events, in their order.
    """

    def __init__(self, tally: Tally, watches: Sequence[str]) -> None:
        self._tally, self._watches = tally, list(watches)

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self._tally.complete

    def quantiles(self, item: Measure, levels: Sequence[float]) -> Floats:
        """As :meth:`Values.quantiles`."""
        return self._tally.quantiles(item.id, levels)

    def mean(self, item: Measure) -> Floats:
        """As :meth:`Values.mean`."""
        place = [*self._tally.counts].index(item.id)
        return np.asarray(self._tally.total[:, place] / self._tally.complete)

    def ending(self, item: Measure) -> tuple[Floats, Ints]:
        """As :meth:`Values.ending`; its columns are made of whole bins."""
        counts, ends = self._tally.counts[item.id][-1], self._tally.bins[item.id].ends
        if item.share:
            return EITHER, np.array([part.sum() for part in np.split(counts, 2)], dtype=np.int64)
        taken = np.flatnonzero(counts)
        first, last = int(taken[0]), int(taken[-1]) + 1
        if item.whole and ends[1] - ends[0] == 1:
            edges = _edges(ends[first] + 0.5, ends[last] - 0.5, item)
            column = np.searchsorted(edges, (ends[:-1] + ends[1:])[first:last] / 2) - 1
        else:
            step = -(-(last - first) // BINS)
            places = np.append(np.arange(first, last, step), last)
            edges = ends[places]
            column = (np.arange(first, last) - first) // step
        runs = np.zeros(len(edges) - 1, dtype=np.int64)
        np.add.at(runs, column, counts[first:last])
        return edges, runs

    def first_rounds(self, watch: str) -> Ints:
        """As :meth:`Values.first_rounds`."""
        return np.asarray(self._tally.watched[self._watches.index(watch)])


def quantiles(values: Floats, levels: Sequence[float], item: Measure) -> Floats:
    """Quantiles over the first axis, shape ``(levels, ...)``; those of counts are counts."""
    if item.whole:
        return np.asarray(np.quantile(values, levels, axis=0, method="inverted_cdf"))
    return np.asarray(np.quantile(values, levels, axis=0))


def _edges(low: float, high: float, item: Measure) -> Floats:
    if item.share:
        return EITHER
    if item.whole:
        step = max(1, int(np.ceil((high - low + 1) / BINS)))
        first = np.floor(low) - 0.5
        steps = max(int(np.ceil((high + 0.5 - first) / step)), 1)
        return np.asarray(first + step * np.arange(steps + 1), dtype=np.float64)
    if high - low < 1e-9:
        half = 10.0**-item.digits
        return np.array([low - half, low + half])
    return np.linspace(low, high, BINS + 1)
