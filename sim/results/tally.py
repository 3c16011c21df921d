"""Counts of runs by value: a summary that grows with no run, and can be merged.

Every outcome is bounded, so that a histogram of fixed bins tells its
quantiles to within one bin; tallies of different runs add up to the tally of
all of them (mergeable summaries; Agarwal et al. 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.results.block import Block
from sim.results.dataset import counted_ways, reported
from sim.scenario.calendar import date_after
from sim.scenario.phrases import BOUNDS, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Outcome

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 1000
"""Bins of a quantity's range: affinity is known to 0.002, an issue to 0.1 points."""
POWERS = 4000
"""Bins of power, each 0.7 % wider than the one before: its range is twelve decades."""
REASONS = 100
"""Failures that are told with their reason."""


@dataclass(eq=False)
class Tally:
    """What many runs came to, without the runs.

    Runs that failed are counted, and left out of everything else.

    Attributes
    ----------
    runs, failed, stopped : int
        All runs; those that failed; those that stopped early and did not fail.
    counts : dict of outcome -> Ints, shape (rounds + 1, bins)
        Runs by value, in the bins of :func:`edges`.
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
    counts: dict[str, Ints]
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

    def add(self, other: Tally) -> None:
        """Add the tally of other runs of the same scenario.

        The counts do not depend on the order in which tallies are added; the two
        sums do, in their last digits.
        """
        self.runs += other.runs
        self.failed += other.failed
        self.stopped += other.stopped
        for name, counts in other.counts.items():
            self.counts[name] += counts
        np.minimum(self.least, other.least, out=self.least)
        np.maximum(self.most, other.most, out=self.most)
        self.total += other.total
        self.squares += other.squares
        self.watched += other.watched
        self.reasons = [*self.reasons, *other.reasons][:REASONS]


def tally(scenario: Scenario, block: Block) -> Tally:
    """Count the runs of a block."""
    described = scenario.description
    whole = block.failed < 0
    states = block.state.shape[0]
    values = reported(scenario, block)[..., whole].astype(np.float64)
    counts = {
        name: _counted(values[:, place], edges(scenario, name))
        for place, name in enumerate(described.outcomes)
    }
    order = [block.watches.index(name) for name in described.watch]
    first = block.watched[order][:, whole]
    return Tally(
        runs=block.runs,
        failed=int((~whole).sum()),
        stopped=int(((block.stopped >= 0) & whole).sum()),
        counts=counts,
        least=values.min(axis=-1, initial=np.inf),
        most=values.max(axis=-1, initial=-np.inf),
        total=values.sum(axis=-1),
        squares=(values * values).sum(axis=-1),
        watched=np.stack([np.bincount(row[row >= 0], minlength=states) for row in first]).astype(
            np.int64
        )
        if len(first)
        else np.zeros((0, states), dtype=np.int64),
        reasons=[f"run {run}: {why}" for run, why in sorted(block.reasons.items())][:REASONS],
    )


def _counted(values: Floats, ends: Floats) -> Ints:
    """Runs by round and bin; the last bin has its upper end."""
    bins = len(ends) - 1
    place = np.clip(np.searchsorted(ends, values, side="right") - 1, 0, bins - 1)
    place += bins * np.arange(len(values))[:, None]
    flat = np.bincount(place.ravel(), minlength=bins * len(values))
    return flat.reshape(len(values), bins).astype(np.int64)


def edges(scenario: Scenario, outcome: str) -> Floats:
    """Ends of an outcome's bins, shape ``(bins + 1,)``, rising.

    Even over the range of a quantity, by equal ratios for power; of a number of
    acts each whole number has its own, unless they are more than :data:`POWERS`.
    """
    found = scenario.description.outcomes[outcome]
    phrase = parse(found.of) if found.of else None
    if phrase is None:
        most = _most_acts(scenario, found)
        return np.linspace(-0.5, most + 0.5, min(most + 1, POWERS) + 1)
    low, high = BOUNDS[phrase.kind]
    if phrase.kind == "power":
        return np.geomspace(low, high, POWERS + 1)
    return np.linspace(low, high, BINS + 1)


def _most_acts(scenario: Scenario, outcome: Outcome) -> int:
    actors = scenario.description.actors
    ways = counted_ways(outcome, [(a, b) for a in actors for b in actors if a != b])
    return scenario.description.calendar.rounds * len(ways)


def labelled(found: Tally, scenario: Scenario, attrs: dict[str, Any]) -> xr.Dataset:
    """A tally as a data set, for a file or a notebook.

    Variables ``mean``, ``least``, ``most``, ``total``, ``squares`` by round and
    outcome; ``first_round`` (runs by watch and round of its first occurrence);
    ``runs_OUTCOME`` (runs by round and bin), with the lower ends of the bins as
    coordinate ``bin_OUTCOME``.
    """
    described = scenario.description
    names, watches = list(described.outcomes), list(described.watch)
    states = len(found.total)
    by = ("round", "outcome")
    runs = max(found.complete, 1)
    variables: dict[str, Any] = {
        "mean": (by, found.total / runs, {"long_name": "mean over the runs"}),
        "least": (by, found.least, {"long_name": "smallest value"}),
        "most": (by, found.most, {"long_name": "largest value"}),
        "total": (by, found.total, {"long_name": "sum over the runs"}),
        "squares": (by, found.squares, {"long_name": "sum of squares over the runs"}),
        "first_round": (
            ("watch", "round"), found.watched, {"long_name": "runs by the event's first round"},
        ),
    }  # fmt: skip
    dates = [date_after(described.calendar, nth) for nth in range(states)]
    coords: dict[str, Any] = {
        "round": np.arange(states),
        "date": ("round", np.array(dates, dtype="datetime64[ns]")),
        "outcome": np.array(names, dtype=object),
        "watch": np.array(watches, dtype=object),
    }
    for name in names:
        ends = edges(scenario, name)
        variables[f"runs_{name}"] = (
            ("round", f"bin_{name}"), found.counts[name], {"long_name": "runs by value"},
        )  # fmt: skip
        coords[f"bin_{name}"] = (
            f"bin_{name}", ends[:-1], {"long_name": "lower end of the bin", "last": ends[-1]},
        )  # fmt: skip
    counted = {name: getattr(found, name) for name in ("runs", "failed", "stopped")}
    reasons = "\n".join(found.reasons)
    return xr.Dataset(variables, coords, {**attrs, **counted, "failures": reasons})


def unlabelled(dataset: xr.Dataset) -> Tally:
    """The tally that a data set holds: the other way round.

    Raises
    ------
    ResultsError
        When it holds none.
    """
    try:
        names = [str(name) for name in dataset["outcome"].values]
        return Tally(
            runs=int(dataset.attrs["runs"]),
            failed=int(dataset.attrs["failed"]),
            stopped=int(dataset.attrs["stopped"]),
            counts={name: dataset[f"runs_{name}"].values.copy() for name in names},
            least=dataset["least"].values.copy(),
            most=dataset["most"].values.copy(),
            total=dataset["total"].values.copy(),
            squares=dataset["squares"].values.copy(),
            watched=dataset["first_round"].values.copy(),
            reasons=str(dataset.attrs["failures"]).splitlines(),
        )
    except KeyError as error:
        raise ResultsError(f"not a summary of runs: {error} is missing") from None
