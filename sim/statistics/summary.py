"""What the runs came to: bands, probabilities and the shape of the end.

Nothing here draws or prints: figures, page and command line do, from these
tables. Runs that failed are left out everywhere and counted in
:class:`Counts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from sim.arrays import Floats, Ints
from sim.results.bounded_tally import Tally
from sim.scenario.calendar import Dates
from sim.scenario.scenario import Scenario
from sim.statistics.measures import Measure, measures
from sim.statistics.paired_difference import Z95
from sim.text import percents

# What is asked of many runs: of each of them, or of the tally of all.

BINS = 24
"""Columns of a histogram, at most."""
EITHER = np.array([-0.5, 0.5, 1.5])
"""Edges of the columns of what is in force or not."""


class OfRuns:
    """The values of outcomes and watched events, read off every run; none of them failed."""

    def __init__(self, dataset: xr.Dataset) -> None:
        self.dates = dataset["until"].values
        self._reported = _by_run(dataset["reported"])
        self._outcomes = _places(dataset, "outcome")
        self._watched = dataset["watched"].transpose("watch", "run").values
        self._watches = _places(dataset, "watch")

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self._reported)

    def _course(self, item: Measure) -> NDArray[np.floating]:
        return self._reported[..., self._outcomes[item.id]]

    def course(self, item: Measure, runs: int | None = None) -> Floats:
        """An outcome by run and round: of the first so many runs, or of all."""
        return self._course(item)[:runs].astype(np.float64)

    def quantiles(self, item: Measure, levels: Sequence[float]) -> Floats:
        """Quantiles of an outcome by round, shape ``(levels, rounds + 1)``."""
        return outcome_quantiles(self._course(item), levels, item)

    def mean(self, item: Measure) -> Floats:
        """Mean of an outcome by round, shape ``(rounds + 1,)``."""
        return np.asarray(self.course(item).mean(axis=0))

    def ending(self, item: Measure) -> tuple[Floats, Ints]:
        """Where an outcome ends: edges of the columns, and runs in each."""
        values = self._course(item)[:, -1].astype(np.float64)
        edges = _edges(float(values.min()), float(values.max()), item)
        return edges, np.histogram(values, bins=edges)[0].astype(np.int64)

    def first_rounds(self, watch: str) -> Ints:
        """Runs by the first round of a watched event, shape ``(rounds + 1,)``."""
        first = self._watched[self._watches[watch]]
        return np.bincount(first[first >= 0], minlength=len(self.dates))


def _places(dataset: xr.Dataset, dimension: str) -> dict[str, int]:
    return {str(name): place for place, name in enumerate(dataset[dimension].values)}


def _by_run(reported: xr.DataArray) -> NDArray[np.floating]:
    """What was reported, shape ``(runs, rounds + 1, outcomes)``."""
    found = reported.variable.transpose("run", "round", "outcome").values
    return np.asarray(found)


class OfTally:
    """The same read off a tally: quantiles to within a bin, numbers of acts and events exactly.

    ``watches`` are its watched events, in their order.
    """

    def __init__(self, tally: Tally, watches: Sequence[str]) -> None:
        self._tally, self._watches = tally, list(watches)

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self._tally.complete

    def quantiles(self, item: Measure, levels: Sequence[float]) -> Floats:
        """Quantiles of an outcome by round, shape ``(levels, rounds + 1)``."""
        return self._tally.quantiles(item.id, levels)

    def mean(self, item: Measure) -> Floats:
        """Mean of an outcome by round, shape ``(rounds + 1,)``."""
        place = [*self._tally.counts].index(item.id)
        return np.asarray(self._tally.total[:, place] / self._tally.complete)

    def ending(self, item: Measure) -> tuple[Floats, Ints]:
        """The same; its columns are made of whole bins."""
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
        """Runs by the first round of a watched event, shape ``(rounds + 1,)``."""
        return np.asarray(self._tally.watched[self._watches.index(watch)])


Values = OfRuns | OfTally


def outcome_quantiles(
    values: NDArray[np.floating], levels: Sequence[float], item: Measure
) -> Floats:
    """Quantiles over the first axis, shape ``(levels, ...)``; those of counts are counts."""
    return quantiles(values, levels, whole=item.whole)


def quantiles(
    values: NDArray[np.floating], levels: Sequence[float], *, whole: bool = False
) -> Floats:
    """Quantiles over the first axis, shape ``(levels, ...)``.

    On the straight line between the two values that stand next to a level's rank; ``whole``
    ones are the least value that a level's share of all do not exceed. As NumPy has both
    (``linear`` and ``inverted_cdf``), from one sorting, which takes a tenth of its time.
    """
    ordered = np.sort(values, axis=0)
    last = len(ordered) - 1
    asked = np.asarray(levels, dtype=np.float64)
    rank = len(ordered) * asked - 1 if whole else last * asked
    before = np.floor(rank)
    share = (rank - before).reshape(-1, *(1,) * (ordered.ndim - 1))
    first, second = (np.clip(place, 0, last).astype(np.int64) for place in (before, before + 1))
    low, high = (ordered[place].astype(np.float64) for place in (first, second))
    if whole:
        found = np.where(share == 0, low, high)
    else:
        found = low + (high - low) * share
        found = np.where(share >= 0.5, high - (high - low) * (1 - share), found)
    # No zero has a sign, which would hang on how it was sorted.
    return np.where(np.isnan(ordered[-1]), np.nan, found + 0.0)


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


# Which run stands for the others, and which two are least alike.

CANDIDATES = 1000
"""Runs looked at for the two least alike: those farthest from the medians."""


def _standardised(reported: xr.DataArray) -> NDArray[np.float32]:
    """Deviations from the pointwise medians, in spreads: ``(run, feature)``."""
    values = np.swapaxes(_by_run(reported).astype(np.float32), 1, 2)
    spread = np.sqrt(values.var(axis=0).mean(axis=-1, keepdims=True))
    values -= _medians(values)
    values *= spread > 1e-9
    np.divide(values, spread, out=values, where=spread > 1e-9)
    features = values.reshape(len(values), -1)
    features /= np.sqrt(max(features.shape[1], 1))
    return features


def _medians(values: NDArray[np.float32]) -> NDArray[np.float32]:
    ordered, middle = np.sort(values, axis=0), len(values) // 2
    found: NDArray[np.float32] = (ordered[middle] + ordered[(len(values) - 1) // 2]) / 2
    return found


def distance_from_medians(reported: xr.DataArray) -> NDArray[np.float64]:
    """Distance of each run, none of them failed, from the pointwise medians, in spreads."""
    return _lengths(_standardised(reported))


def representative_run(reported: xr.DataArray) -> int:
    """Label of the run that lies closest to the pointwise medians.

    The medians themselves are no run: no future need pass through all of them.
    Of equally close runs the first is taken.
    """
    return _nearest(_standardised(reported), reported["run"].values)


def most_unlike(reported: xr.DataArray) -> tuple[int, int] | None:
    """Labels of the two runs that differ most from each other.

    Sought among the 1,000 runs farthest from the medians (two runs far apart
    cannot both lie near the middle). ``None`` with fewer than two runs, or
    where all runs are alike.
    """
    return _farthest(_standardised(reported), reported["run"].values)


def _lengths(features: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(features, axis=1), dtype=np.float64)


def _nearest(features: NDArray[np.float32], labels: NDArray[np.integer]) -> int:
    return int(labels[int(np.argmin(_lengths(features)))])


def _farthest(features: NDArray[np.float32], labels: NDArray[np.integer]) -> tuple[int, int] | None:
    if len(features) < 2:
        return None
    radius = np.concatenate(
        [
            np.linalg.norm(features[start : start + CANDIDATES].astype(np.float64), axis=1)
            for start in range(0, len(features), CANDIDATES)
        ]
    )
    outer = np.sort(np.argsort(-radius, kind="stable")[:CANDIDATES])
    points = features[outer].astype(np.float64)
    square = (points**2).sum(axis=1)
    apart = square[:, None] + square[None, :]
    apart -= 2 * points @ points.T
    first, second = np.unravel_index(int(np.argmax(apart)), apart.shape)
    if apart[first, second] <= 1e-12:
        return None
    found = sorted(int(labels[outer[place]]) for place in (first, second))
    return found[0], found[1]


SAMPLES = 5
NEAR = 0.05
"""Share of the band's width below which a median is said to stay."""
BAND_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Counts:
    """How many runs there are, how many failed, how many stopped early."""

    runs: int
    failed: int
    stopped: int

    @property
    def complete(self) -> int:
        """Runs that the summaries rest on."""
        return self.runs - self.failed


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One outcome by round, over the runs.

    Attributes
    ----------
    measure : Measure
        Quantity, unit and ends in words.
    dates : array of datetime64, (round,)
        Date of each state; the first is the start.
    median, low50, high50, low90, high90 : array of float, (round,)
        Quantiles across the runs, in the outcome's unit; of what is in force or not, the
        share of the runs in which it is, and its 95 % interval (twice).
    samples : array of float, (sample, round)
        The first few complete runs.
    """

    measure: Measure
    dates: Dates
    median: Floats
    low50: Floats
    high50: Floats
    low90: Floats
    high90: Floats
    samples: Floats

    def at(self, dates: Dates) -> Trajectory:
        """The same at other dates within its own, without sample runs.

        Between two states on the straight line, as it is drawn; a count is that of the
        round in which the date lies, by its end.
        """
        known, asked = (
            days.astype("datetime64[us]").astype(np.float64) for days in (self.dates, dates)
        )
        levels = (self.median, self.low50, self.high50, self.low90, self.high90)
        if self.measure.whole:
            places = np.searchsorted(known, asked)
            found = [level[places] for level in levels]
        else:
            found = [np.interp(asked, known, level) for level in levels]
        median, low50, high50, low90, high90 = found
        none = np.empty((0, len(dates)))
        return Trajectory(self.measure, dates, median, low50, high50, low90, high90, none)

    @property
    def change(self) -> float:
        """How far the median moves; 0 where that is nothing beside the spread, or too little."""
        change = float(self.median[-1] - self.median[0])
        width = float(self.high90[-1] - self.low90[-1])
        return change if abs(change) >= max(NEAR * width, self.measure.grain) else 0.0

    @property
    def alike(self) -> bool:
        """Whether nearly all runs end at the same value, as far as that is shown."""
        return float(self.high90[-1] - self.low90[-1]) < self.measure.grain

    @cached_property
    def _shown(self) -> Measure:
        ends = [self.median[-1], self.low90[-1], self.high90[-1]]
        return self.measure.telling([*ends, *([self.median[0]] if self.change else [])])

    @property
    def start(self) -> str:
        """The median at the start, as it is shown."""
        return self._shown.show(float(self.median[0]))

    @property
    def end(self) -> str:
        """The median at the end, as it is shown."""
        return self._shown.show(float(self.median[-1]))

    @property
    def band(self) -> str:
        """The range of 90 % of the runs at the end, as it is shown; a dash of a share."""
        if self.measure.share:
            return "–"
        return f"{self.low_end} to {self.high_end}"

    @property
    def low_end(self) -> str:
        """Lower edge of that range, as it is shown."""
        return self._shown.show(float(self.low90[-1]))

    @property
    def high_end(self) -> str:
        """Upper edge of that range, as it is shown."""
        return self._shown.show(float(self.high90[-1]))


@dataclass(frozen=True, eq=False)
class Ending:
    """Where one outcome stands at the end: counts of runs by value.

    ``edges`` has one entry more than ``runs``; both are ``(bin,)`` arrays.
    """

    measure: Measure
    edges: Floats
    runs: NDArray[np.int64]
    median: float
    low90: float
    high90: float


@dataclass(frozen=True, eq=False)
class Watched:
    """One watched event: in how many runs it has happened, by round.

    ``probability``, ``low`` and ``high`` (the 95 % Wilson interval) are
    ``(round,)``; ``happened`` counts the runs at the end. ``usual`` is the
    date by which half of those runs had seen it, ``None`` where none did.
    """

    id: str
    name: str
    dates: Dates
    happened: int
    runs: int
    probability: Floats
    low: Floats
    high: Floats
    usual: np.datetime64 | None

    @property
    def chance(self) -> str:
        """Probability by the end, as it is shown."""
        return self._shown[0]

    @property
    def interval(self) -> str:
        """Its 95 % interval, as it is shown."""
        return f"{self._shown[1]} to {self._shown[2]}"

    @cached_property
    def _shown(self) -> tuple[str, ...]:
        return percents((self.probability[-1], self.low[-1], self.high[-1]))


@dataclass(frozen=True, eq=False)
class Summary:
    """All that the first page of a report says.

    ``kept`` is the number of runs whose whole paths are there: the first ones, where it
    is less than all. Single runs are among these.
    """

    counts: Counts
    trajectories: tuple[Trajectory, ...]
    endings: tuple[Ending, ...]
    watched: tuple[Watched, ...]
    representative: int | None
    unlike: tuple[int, int] | None
    kept: int


def counts(dataset: xr.Dataset) -> Counts:
    """Count the runs, those that failed and those that stopped early."""
    failed = dataset["failed_round"].values >= 0
    stopped = (dataset["stopped_round"].values >= 0) & ~failed
    return Counts(len(failed), int(failed.sum()), int(stopped.sum()))


def complete_runs(dataset: xr.Dataset) -> xr.Dataset:
    """Leave out the runs that failed; the same object comes back where none did."""
    whole = dataset["failed_round"].values < 0
    return dataset if whole.all() else dataset.isel(run=np.flatnonzero(whole))


def wilson(successes: ArrayLike, trials: int) -> tuple[Floats, Floats]:
    """Lower and upper ends of the 95 % intervals of probabilities (Wilson 1927).

    With no trials they are 0 and 1.
    """
    happened = np.asarray(successes, dtype=np.float64)
    if trials == 0:
        return np.zeros_like(happened), np.ones_like(happened)
    share = happened / trials
    scale = 1 + Z95**2 / trials
    middle = (share + Z95**2 / (2 * trials)) / scale
    half = Z95 / scale * np.sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    # Rounding must not leave a sliver beside a certain or an impossible event.
    low = np.where(happened == 0, 0.0, np.maximum(middle - half, 0.0))
    high = np.where(happened == trials, 1.0, np.minimum(middle + half, 1.0))
    return low, high


def summarise(
    dataset: xr.Dataset, scenario: Scenario, tally: Tally | None = None, *, pairs: bool = True
) -> Summary:
    """Summarise a result, without trajectories, endings and watched events if every run failed.

    Where the data set holds only the first runs, a ``tally`` of all gives bands, endings
    and probabilities. Without ``pairs`` the two runs least alike, the slow part, are not sought.
    """
    stored = dataset.sizes["run"]
    tallied = counts(dataset) if tally is None else Counts(tally.runs, tally.failed, tally.stopped)
    if not tallied.complete:
        return Summary(tallied, (), (), (), None, None, stored)
    whole = complete_runs(dataset)
    kept = OfRuns(whole)
    watches = list(scenario.description.watch)
    values: Values = kept if tally is None else OfTally(tally, watches)
    trajectories = _trajectories(values, kept, scenario)
    features = _standardised(whole["reported"]) if kept.runs else None
    return Summary(
        counts=tallied,
        trajectories=trajectories,
        endings=_endings(values, trajectories, scenario),
        watched=_watched(values, kept.dates, scenario),
        representative=None if features is None else _nearest(features, whole["run"].values),
        unlike=_farthest(features, whole["run"].values) if pairs and features is not None else None,
        kept=stored,
    )


def _trajectories(values: Values, kept: OfRuns, scenario: Scenario) -> tuple[Trajectory, ...]:
    """Bands of each reported outcome by round, in the scenario's order."""
    found = []
    dates = kept.dates
    for item in measures(scenario.description).values():
        if item.share:
            share = values.mean(item)
            low, high = wilson(share * values.runs, values.runs)
            none = np.empty((0, len(dates)))
            found.append(Trajectory(item, dates, share, low, high, low, high, none))
            continue
        low90, low50, median, high50, high90 = values.quantiles(item, BAND_LEVELS)
        item = item.fitted([low90, high90])
        bands = item, dates, median, low50, high50, low90, high90
        found.append(Trajectory(*bands, kept.course(item, SAMPLES)))
    return tuple(found)


def _endings(
    values: Values, trajectories: Sequence[Trajectory], scenario: Scenario
) -> tuple[Ending, ...]:
    """Distribution of each reported outcome over the runs at the end."""
    found = []
    items = measures(scenario.description).values()
    for item, course in zip(items, trajectories, strict=True):
        median = course.median[-1]
        low90, high90 = (median, median) if item.share else (course.low90[-1], course.high90[-1])
        edges, runs = values.ending(item.fitted([low90, high90]))
        item = item.fitted(edges)
        found.append(Ending(item, edges, runs, float(median), float(low90), float(high90)))
    return tuple(found)


def _watched(values: Values, dates: Dates, scenario: Scenario) -> tuple[Watched, ...]:
    """Cumulative probability of each watched event by round."""
    trials = values.runs
    found = []
    for key, one in scenario.description.watch.items():
        happened = values.first_rounds(key).cumsum()
        ever = int(happened[-1])
        low, high = wilson(happened, trials)
        found.append(
            Watched(
                id=key,
                name=one.name,
                dates=dates,
                happened=ever,
                runs=trials,
                probability=happened / trials,
                low=low,
                high=high,
                usual=dates[np.searchsorted(happened, ever / 2)] if ever else None,
            )
        )
    return tuple(found)
