"""What pairs of runs of two scenarios come to, measure by measure, with or without the runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.results.block import Array, Block
from sim.results.dataset import reported
from sim.scenario.scenario import Scenario
from sim.statistics.paired_difference import Moments, moments
from sim.studies.comparison.common_ground import Shared


class Key(NamedTuple):
    """A measure: its id, and whether it is a watched event."""

    id: str
    event: bool


def keys(both: Shared) -> tuple[Key, ...]:
    """The measures that two scenarios share, in their order."""
    outcomes = (Key(id, event=False) for id in both.outcomes)
    return *outcomes, *(Key(id, event=True) for id in both.watches)


@dataclass(frozen=True, eq=False)
class Seen:
    """What is compared of the runs of one scenario.

    Attributes
    ----------
    outcomes : mapping of outcome -> shape (runs, rounds + 1)
    watches : mapping of watched event -> shape (runs,)
        First round in which it was the case, -1 for never.
    failed : shape (runs,)
    """

    outcomes: Mapping[str, Array]
    watches: Mapping[str, Array]
    failed: NDArray[np.bool_]

    @classmethod
    def of_data(cls, data: xr.Dataset) -> Seen:
        """Of labelled results."""
        values = data["reported"].transpose("run", "round", "outcome").values
        watched = data["watched"].transpose("run", "watch").values
        return cls(
            {str(key): values[..., nth] for nth, key in enumerate(data["outcome"].values)},
            {str(key): watched[:, nth] for nth, key in enumerate(data["watch"].values)},
            data["failed_round"].values >= 0,
        )

    @classmethod
    def of_block(cls, scenario: Scenario, block: Block) -> Seen:
        """Of a block, of which nothing is held on to."""
        values = reported(scenario, block)
        described = scenario.description
        return cls(
            {key: values[:, nth].T for nth, key in enumerate(described.outcomes)},
            {key: block.watched[block.watches.index(key)].copy() for key in described.watch},
            block.failed >= 0,
        )


@dataclass(frozen=True, eq=False)
class Differences:
    """What pairs of runs come to, measure by measure.

    Attributes
    ----------
    moments : tuple of Moments
        By date, of all pairs.
    gaps : tuple of float32, (pairs, date)
        The differences themselves, of as many of the first pairs as are wanted.
    """

    moments: tuple[Moments, ...]
    gaps: tuple[NDArray[np.float32], ...]

    def merged(self, other: Differences) -> Differences:
        """Those of the pairs of both; the gaps in this order."""
        gaps = self.gaps
        if other.gaps and len(other.gaps[0]):
            gaps = tuple(map(np.concatenate, zip(self.gaps, other.gaps, strict=True)))
        return Differences(
            tuple(one.merged(two) for one, two in zip(self.moments, other.moments, strict=True)),
            gaps,
        )


def paired_differences(
    scenario: Scenario, reference: Seen, other: Seen, both: Shared, most: int | None = None
) -> Differences:
    """Hold the runs of one scenario against the same runs of another.

    Parameters
    ----------
    scenario : Scenario
        The reference.
    reference, other : Seen
    both : Shared
        What the two can be compared on.
    most : int, optional
        Differences of so many pairs at most; of all where not given.
    """
    found, gaps = [], []
    for mine, theirs in _arms(scenario, reference, other, both):
        found.append(moments(mine, theirs))
        gaps.append((theirs[:most] - mine[:most]).astype(np.float32))
    return Differences(tuple(found), tuple(gaps))


def _arms(
    scenario: Scenario, reference: Seen, other: Seen, both: Shared
) -> Iterator[tuple[Floats, Floats]]:
    """Each measure in both, ``(run, date)``; nan in runs that failed in either."""
    sides = tuple(zip((reference, other), both.rounds, strict=True))
    failed = (reference.failed | other.failed)[:, None]
    for key in keys(both):
        values = []
        for side, rounds in sides:
            if key.event:
                first = side.watches[key.id][:, None]
                # Events count from the first date that both have: what came before it
                # came to neither of the two.
                found = ((first > rounds[0]) & (first <= rounds)).astype(np.float64)
            else:
                found = side.outcomes[key.id][:, rounds].astype(np.float64)
                # So are acts.
                if scenario.description.outcomes[key.id].acts:
                    found = found - found[:, :1]
            values.append(np.where(failed, np.nan, found))
        yield values[0], values[1]
