"""Counts of runs by value: a summary that grows with no run, and can be merged.

Every outcome is bounded, so that a histogram of fixed bins tells its
quantiles to within one bin; tallies of different runs add up to the tally of
all of them (mergeable summaries; Agarwal et al. 2013).
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.errors import ResultsError
from sim.results.block import Block
from sim.results.dataset import counted_ways, named_labels, periods, reported
from sim.results.variables import OF_TALLIES, coordinates
from sim.scenario.cameo import track
from sim.scenario.formulas import FARTHEST, Formula, scale
from sim.scenario.phrases import BOUNDS, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Outcome

# A tally as a data set: for a file, a notebook, and back.

TOTALS = ("runs", "failed", "stopped")
BY_ROUND = ("least", "most", "total", "squares")
BY_BIN = {
    "runs": ("counts", "runs in the bin"),
    "low": ("low", "smallest value in the bin; inf: none"),
    "high": ("high", "largest value in the bin; -inf: none"),
}
"""What a file has of each outcome by bin: the tally's own name for it, and what it means."""


def labelled(found: Tally, scenario: Scenario, attrs: Mapping[str, Any]) -> xr.Dataset:
    """Label a tally.

    Variables ``mean``, ``least``, ``most``, ``total`` and ``squares`` by round and
    outcome; ``first_round`` (runs by watched event and round of its first occurrence);
    ``runs_OUTCOME`` (runs by round and bin), with ``low_OUTCOME`` and ``high_OUTCOME``
    (the least and the most of their values), whose bins begin at the coordinate
    ``bin_OUTCOME``.
    """
    described = scenario.description
    mean = found.total / found.complete if found.complete else np.full_like(found.total, np.nan)
    by_round = {name: getattr(found, name) for name in BY_ROUND}
    variables = {
        name: OF_TALLIES[name].of(array)
        for name, array in ({"mean": mean, "first_round": found.watched} | by_round).items()
    }
    labels = named_labels("outcome", described.outcomes) | named_labels("watch", described.watch)
    coords = periods(described.calendar, len(found.total)) | coordinates(labels)
    for name, own in found.bins.items():
        here = f"bin_{name}"
        for kind, (by_outcome, words) in BY_BIN.items():
            values = getattr(found, by_outcome)[name]
            variables[f"{kind}_{name}"] = (("round", here), values, {"long_name": words})
        scale = {"scale": own.scale, "low": own.low, "high": own.high}
        coords[here] = (here, own.ends[:-1], scale)
    counted = {name: getattr(found, name) for name in TOTALS}
    return xr.Dataset(variables, coords, {**attrs, **counted, "failures": "\n".join(found.reasons)})


def unlabelled(dataset: xr.Dataset) -> Tally:
    """The tally that a data set holds, the other way round; ResultsError when it holds none."""
    try:
        names = [str(name) for name in dataset["outcome"].values]
        scales = {name: dataset[f"bin_{name}"] for name in names}
        parts: dict[str, Any] = {name: int(dataset.attrs[name]) for name in TOTALS}
        parts |= {name: dataset[name].values.copy() for name in BY_ROUND}
        for kind, (by_outcome, _) in BY_BIN.items():
            parts[by_outcome] = {name: dataset[f"{kind}_{name}"].values.copy() for name in names}
        return Tally(
            **parts,
            bins={
                name: Bins(
                    at.attrs["scale"], float(at.attrs["low"]), float(at.attrs["high"]), len(at)
                )
                for name, at in scales.items()
            },
            watched=dataset["first_round"].values.copy(),
            reasons=str(dataset.attrs["failures"]).splitlines(),
        )
    except KeyError as error:
        raise ResultsError(f"not a summary of runs: {error} is missing") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ResultsError(f"a damaged summary of runs ({error})") from None


Singles = NDArray[np.float32]

BINS = 1000
"""Bins of a quantity's range: affinity is known to 0.002, an issue to 0.1 points."""
FINE = 4000
"""Bins of power, each 0.7 % wider than the one before, and most bins of a number of acts."""
REASONS = 100
"""Failures that are told with their reason."""

NEAREST = 1e-6
"""Where the bins of a ratio, or of a difference of powers, begin to each side of 0."""

Scale = Literal["range", "ratio", "acts", "signed"]


@dataclass(frozen=True)
class Bins:
    """The bins in which the values of one outcome are counted.

    Attributes
    ----------
    scale : {"range", "ratio", "acts", "signed"}
        Of even width; each wider than the one before by the same ratio; of whole
        numbers (of acts, or of rounds), whose bins reach half a number to each side; or by
        ratio to each side of 0, from :data:`NEAREST` on.
    low, high : float
        Ends of the first and of the last bin.
    number : int
    """

    scale: Scale
    low: float
    high: float
    number: int

    @property
    def ends(self) -> Floats:
        """All ends, shape ``(number + 1,)``, rising."""
        return _ends(self)

    def counted(self, values: NDArray[np.float32]) -> tuple[Ints, Singles, Singles]:
        """How many values of each row fall into each bin, and the least and the most of them.

        Parameters
        ----------
        values : shape (rows, runs)

        Returns
        -------
        (counts, low, high), each of shape (rows, number)
            ``low`` is inf and ``high`` -inf where a bin is empty.
        """
        # Sorted, the values of a bin stand side by side, the least first. No zero has a sign then,
        # which would hang on how it was sorted.
        ordered = np.sort(values, axis=1) + np.float32(0)
        place = self._places(ordered)
        place += self.number * np.arange(len(values))[:, None]
        flat, told = place.ravel(), ordered.ravel()
        first = np.flatnonzero(np.concatenate([[len(flat) > 0], flat[1:] != flat[:-1]]))
        after = np.append(first, len(flat))[1:]
        taken, shape = flat[first], (len(values), self.number)
        counts = np.zeros(shape, np.int64)
        low = np.full(shape, np.inf, np.float32)
        high = np.full(shape, -np.inf, np.float32)
        counts.ravel()[taken] = after - first
        low.ravel()[taken] = told[first]
        high.ravel()[taken] = told[after - 1]
        return counts, low, high

    def _places(self, values: Singles) -> Ints:
        """The number of the bin of each value; the last bin has its upper end."""
        if self.scale == "signed":
            return np.minimum(np.searchsorted(_next(self), values, "right"), self.number - 1)
        if self.scale == "ratio":
            along = np.log(np.maximum(values, np.float32(self.low))) - np.float32(np.log(self.low))
            whole = np.log(self.high / self.low)
        else:
            along, whole = values - np.float32(self.low), self.high - self.low
        along *= np.float32(self.number / whole)
        # Off by a thousandth of a bin at most: a hundredth less is in the bin or in the one below.
        along -= np.float32(0.01)
        place = np.clip(along, 0, self.number - 1).astype(np.int64)
        place += values >= _next(self)[place]
        return place


@lru_cache(maxsize=256)
def _ends(of: Bins) -> Floats:
    # Beside the bins and not in them: they travel with every tally.
    if of.scale == "signed":
        side = np.geomspace(NEAREST, of.high, of.number // 2)
        return np.concatenate([-side[::-1], [0.0], side])
    spaced = np.geomspace if of.scale == "ratio" else np.linspace
    return np.asarray(spaced(of.low, of.high, of.number + 1), dtype=np.float64)


@lru_cache(maxsize=256)
def _next(of: Bins) -> Singles:
    """Where the bin after each begins: the least value of it; after the last there is none."""
    ends = of.ends[1:]
    found = ends.astype(np.float32)
    found = np.where(found < ends, np.nextafter(found, np.float32(np.inf)), found)
    found[-1] = np.inf
    return found


def bins(scenario: Scenario, outcome: str) -> Bins:
    """The bins of an outcome: over the range of its quantity, or each number of acts."""
    found = scenario.description.outcomes[outcome]
    if isinstance(found.of, Formula):
        own = scale(found.of)
        if own.bounded:
            return Bins("range", own.low, own.high, BINS)
        return Bins("signed", -FARTHEST, FARTHEST, 2 * FINE)
    phrase = parse(found.of) if found.of else None
    if phrase is None or phrase.kind == "office":
        most = _longest_term(scenario, phrase.names[0]) if phrase else _most_acts(scenario, found)
        return Bins("acts", -0.5, most + 0.5, min(most + 1, FINE))
    low, high = BOUNDS[phrase.kind]
    if phrase.kind == "power":
        return Bins("ratio", low, high, FINE)
    return Bins("range", low, high, BINS)


def _most_acts(scenario: Scenario, outcome: Outcome) -> int:
    actors = scenario.description.actors
    ways = counted_ways(outcome, [(a, b) for a in actors for b in actors if a != b])
    tracks = {track(scenario.description.levers[name]) for name in outcome.acts}
    return scenario.description.calendar.rounds * len(ways) * len(tracks)


def _longest_term(scenario: Scenario, actor: str) -> int:
    government = scenario.description.actors[actor].government
    assert government is not None  # checked when the scenario was built
    return government.in_office + scenario.description.calendar.rounds


@dataclass(eq=False)
class Tally:
    """What many runs came to, without the runs.

    Runs that failed are counted, and left out of everything else.

    Attributes
    ----------
    runs, failed, stopped : int
        All runs; those that failed; those that stopped early and did not fail.
    bins : dict of outcome -> Bins
    counts : dict of outcome -> Ints, shape (rounds + 1, bins)
        Runs by value.
    low, high : dict of outcome -> float32, shape (rounds + 1, bins)
        The least and the most of the values in each bin: many runs may share one value.
    least, most : shape (rounds + 1, outcomes)
        Smallest and largest value.
    total, squares : shape (rounds + 1, outcomes)
        Sums of the values and of their squares.
    watched : Ints, shape (watches, rounds + 1)
        Runs by the first round of each watched event.
    reasons : list of str
        Why runs failed, the first :data:`REASONS`.
    """

    runs: int
    failed: int
    stopped: int
    bins: dict[str, Bins]
    counts: dict[str, Ints]
    low: dict[str, Singles]
    high: dict[str, Singles]
    least: Floats
    most: Floats
    total: Floats
    squares: Floats
    watched: Ints
    reasons: list[str]

    @property
    def complete(self) -> int:
        """Runs that the summaries rest on."""
        return self.runs - self.failed

    def __reduce__(self) -> tuple[object, ...]:
        # Most bins are empty: a sixth of the bytes, for a hundredth of the time of the runs.
        return _unpacked, (zlib.compress(pickle.dumps(vars(self), pickle.HIGHEST_PROTOCOL), 1),)

    def add(self, other: Tally) -> None:
        """Add the tally of other runs of the same scenario to one that is widened.

        Raises
        ------
        ResultsError
            When it is of another scenario: nothing is added then.

        The counts do not depend on the order in which tallies are added; the two
        sums do, in their last digits.
        """
        if (self.bins, self.total.shape) != (other.bins, other.total.shape):
            raise ResultsError("summaries of different scenarios, or calendars, do not add up")
        self.runs += other.runs
        self.failed += other.failed
        self.stopped += other.stopped
        for name, counts in other.counts.items():
            self.counts[name] += counts
            np.minimum(self.low[name], other.low[name], out=self.low[name])
            np.maximum(self.high[name], other.high[name], out=self.high[name])
        np.minimum(self.least, other.least, out=self.least)
        np.maximum(self.most, other.most, out=self.most)
        self.total += other.total
        self.squares += other.squares
        self.watched += other.watched
        self.reasons = [*self.reasons, *other.reasons][:REASONS]

    def quantiles(self, outcome: str, levels: Sequence[float]) -> Floats:
        """Quantiles of an outcome by round, shape ``(levels, rounds + 1)``.

        Each lies between the least and the most of the values in the bin of the one that
        has the level's rank (the inverse of the distribution of all runs), as far along as
        the rank: so it is off by one bin's width at most, and not at all where a bin holds
        one value, as of numbers of acts. nan where every run failed.

        Raises
        ------
        KeyError
            When there is no such outcome.
        """
        found, low, high = self.counts[outcome], self.low[outcome], self.high[outcome]
        if not self.complete:
            return np.full((len(levels), len(found)), np.nan)
        reached = found.cumsum(axis=1)
        rows = np.arange(len(found))
        lines = []
        for level in levels:
            rank = max(int(np.ceil(level * self.complete)), 1)
            at = rows, (reached < rank).sum(axis=1)
            along = rank - (reached[at] - found[at]) - 1
            share = np.divide(along, found[at] - 1, out=np.zeros(len(rows)), where=found[at] > 1)
            value = low[at] + share * (high[at].astype(np.float64) - low[at])
            lines.append(np.rint(value) if self.bins[outcome].scale == "acts" else value)
        return np.stack(lines)

    def widened(self) -> Tally:
        """The same, with room to add any number of runs."""
        return replace(
            self,
            counts={name: counts.astype(np.int64) for name, counts in self.counts.items()},
            low={name: low.copy() for name, low in self.low.items()},
            high={name: high.copy() for name, high in self.high.items()},
            **{
                name: getattr(self, name).copy()
                for name in ("least", "most", "total", "squares", "watched")
            },
        )


def _unpacked(parcel: bytes) -> Tally:
    return Tally(**pickle.loads(zlib.decompress(parcel)))


def tally(scenario: Scenario, block: Block) -> Tally:
    """Count the runs of a block: small, to be sent; :meth:`Tally.widened` can be added to."""
    described = scenario.description
    whole = block.failed < 0
    values = reported(scenario, block)
    if not whole.all():
        values = values[..., whole]
    ways = {name: bins(scenario, name) for name in described.outcomes}
    counts, low, high = _counted(values, ways, np.min_scalar_type(block.runs))
    # Run after run, so that the last digits of sums hang on nothing but the order of the runs.
    exact = np.ascontiguousarray(np.moveaxis(values, -1, 0), dtype=np.float64)
    exact += 0.0  # no zero has a sign
    order = [block.watches.index(name) for name in described.watch]
    watched = np.zeros((len(order), block.state.shape[0]), dtype=np.int64)
    for row, first in zip(watched, block.watched[order][:, whole], strict=True):
        row += np.bincount(first[first >= 0], minlength=len(row))
    return Tally(
        runs=block.runs,
        failed=int((~whole).sum()),
        stopped=int(((block.stopped >= 0) & whole).sum()),
        bins=ways,
        counts=counts,
        low=low,
        high=high,
        least=exact.min(axis=0, initial=np.inf),
        most=exact.max(axis=0, initial=-np.inf),
        total=exact.sum(axis=0),
        squares=(exact * exact).sum(axis=0),
        watched=watched,
        reasons=[f"run {run}: {why}" for run, why in sorted(block.reasons.items())][:REASONS],
    )


def _counted(
    values: Singles, ways: Mapping[str, Bins], light: np.dtype[Any]
) -> tuple[dict[str, Any], dict[str, Singles], dict[str, Singles]]:
    """Counts and ends of the values by bin and outcome, those with the same bins at once.

    ``values`` are by round, outcome and run; ``light`` is a type that can count all runs.
    """
    alike: dict[Bins, list[int]] = {}
    for place, own in enumerate(ways.values()):
        alike.setdefault(own, []).append(place)
    names, rounds = [*ways], len(values)
    found: dict[str, tuple[Ints, Singles, Singles]] = {}
    for own, places in alike.items():
        rows = values[:, places].swapaxes(0, 1).reshape(len(places) * rounds, -1)
        parts = (part.reshape(-1, rounds, own.number) for part in own.counted(rows))
        for place, *three in zip(places, *parts, strict=True):
            found[names[place]] = three[0], three[1], three[2]
    return (
        {name: found[name][0].astype(light) for name in names},
        {name: found[name][1] for name in names},
        {name: found[name][2] for name in names},
    )
