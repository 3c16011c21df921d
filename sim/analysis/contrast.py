"""One scenario held against another, measure by measure and date by date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.measures import Measure, measure
from sim.analysis.paired import Floats, Paired, identical, joint_limit, paired
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.analysis.shared import Dates, Shared, shared
from sim.analysis.words import sentence
from sim.model.ledger import Ledger
from sim.scenario.scenario import Scenario


class Side(NamedTuple):
    """A scenario with the name it is shown by, its labelled results, and its account."""

    name: str
    scenario: Scenario
    data: xr.Dataset
    ledger: Ledger


@dataclass(frozen=True, eq=False)
class Contrast:
    """One measure of two scenarios.

    Attributes
    ----------
    id, name : str
        Of the outcome or the watched event.
    measure : Measure or None
        Unit and decimals of an outcome; ``None`` for a watched event.
    dates : array of datetime64, (date,)
    reference, changed : array of float, (date,)
        Mean of each over the pairs; of a watched event, the share of runs that have seen it.
    paired : Paired
        The differences, by date.
    limit : float
        Half-width, in standard errors, of the interval that allows for all others.
    effect : float
        Difference at the end over the standard deviation of the reference's runs
        (Glass 1976), or, where they do not vary, of the other's; nan for an event.
    above, below : float
        Share of the pairs in which the other ends above the reference, and below it.
    """

    id: str
    name: str
    measure: Measure | None
    dates: Dates
    reference: Floats
    changed: Floats
    paired: Paired
    limit: float
    effect: float
    above: float
    below: float

    @property
    def event(self) -> bool:
        """Whether it is a watched event."""
        return self.measure is None

    @property
    def difference(self) -> float:
        """Difference at the end."""
        return float(self.paired.difference[-1])

    @property
    def alone(self) -> tuple[float, float]:
        """Its 95 % interval, taken by itself."""
        low, high = self.paired.interval()
        return float(low[-1]), float(high[-1])

    @property
    def among_all(self) -> tuple[float, float]:
        """The interval that holds at once with all others of the comparison."""
        low, high = self.paired.interval(self.limit)
        return float(low[-1]), float(high[-1])

    @property
    def saved(self) -> float:
        """How many times more runs it would take unpaired, at the end."""
        return float(self.paired.saved[-1])

    @property
    def size(self) -> float:
        """How large the difference is beside what a reader sees as one: 1 is just visible."""
        if self.event:
            return self.difference / VISIBLE_SHARE
        return 0.0 if self.difference == 0 else self.effect / VISIBLE_SD

    @property
    def clear(self) -> bool:
        """Whether the interval that allows for all others leaves out zero."""
        low, high = self.among_all
        return low > 0 or high < 0

    @property
    def told(self) -> bool:
        """Whether there is a difference, clear and large enough to be seen."""
        return self.clear and (not np.isfinite(self.size) or abs(self.size) >= 1)

    @property
    def negligible(self) -> bool:
        """Whether the whole interval that allows for all others is too small to be seen."""
        low, high = self.among_all
        if self.event:
            return low > -VISIBLE_SHARE and high < VISIBLE_SHARE
        if self.difference == 0:
            return low == high == 0
        # The interval on the scale of the effect: standard deviations.
        scale = self.effect / self.difference
        return bool(low * scale > -VISIBLE_SD and high * scale < VISIBLE_SD)

    @property
    def parted(self) -> int | None:
        """Place of the first date at which the paths clearly differ; ``None`` for never."""
        low, high = self.paired.interval(self.limit)
        apart = np.flatnonzero((low > 0) | (high < 0))
        return int(apart[0]) if len(apart) else None


@dataclass(frozen=True, eq=False)
class Contrasts:
    """A scenario held against the reference: every measure they share.

    ``same`` says that the two are one and the same, so that nothing can differ.
    """

    reference: Side
    other: Side
    shared: Shared
    same: bool
    found: tuple[Contrast, ...]

    def sorted(self) -> tuple[Contrast, ...]:
        """The measures, the largest difference first."""
        return tuple(sorted(self.found, key=lambda one: -abs(np.nan_to_num(one.size, nan=np.inf))))


def contrasts(pairs: Sequence[tuple[Side, Side]], seed: int) -> tuple[Contrasts, ...]:
    """Hold each second scenario against the first of its pair.

    Parameters
    ----------
    pairs : sequence of (reference, other)
        All of the same runs and seed.
    seed : int
        Of the bootstrap that finds the joint limit of all intervals.

    Raises
    ------
    ScenarioError
        Where two of a pair share nothing.
    """
    common = [shared(one.scenario, two.scenario, (one.name, two.name)) for one, two in pairs]
    same = [one.scenario.sha256 == two.scenario.sha256 for one, two in pairs]
    gaps = [
        (theirs - mine).astype(np.float32)
        for pair, both, alike in zip(pairs, common, same, strict=True)
        if not alike
        for _, mine, theirs in _values(*pair, both)
    ]
    limit = joint_limit(gaps, seed)
    return tuple(
        Contrasts(
            *pair,
            both,
            alike,
            tuple(
                _contrast(key, pair[0].scenario, mine, theirs, both.dates, limit, alike)
                for key, mine, theirs in _values(*pair, both)
            ),
        )
        for pair, both, alike in zip(pairs, common, same, strict=True)
    )


class Key(NamedTuple):
    """A measure: its id, and whether it is a watched event."""

    id: str
    event: bool


def _values(reference: Side, other: Side, both: Shared) -> Iterator[tuple[Key, Floats, Floats]]:
    """Each measure in both, ``(run, date)``; nan in runs that failed in either."""
    sides = [
        (side.data, rounds) for side, rounds in zip((reference, other), both.rounds, strict=True)
    ]
    failed = np.logical_or(*(data["failed_round"].values >= 0 for data, _ in sides))
    for key in both.outcomes:
        counted = bool(reference.scenario.description.outcomes[key].acts)
        values = []
        for data, rounds in sides:
            found = data["reported"].sel(outcome=key).transpose("run", "round").values
            found = found[:, rounds].astype(np.float64)
            # Acts are counted from the first date that both have.
            values.append(found - found[:, :1] if counted else found)
        yield Key(key, False), *_whole(values, failed)
    for key in both.watches:
        values = []
        for data, rounds in sides:
            first = data["watched"].sel(watch=key).values[:, None]
            # So are events: what came before that date came to neither of the two.
            values.append(((first > rounds[0]) & (first <= rounds)).astype(np.float64))
        yield Key(key, True), *_whole(values, failed)


def _whole(values: list[Floats], failed: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Both arms, without the runs that failed in either."""
    first, second = (np.where(failed[:, None], np.nan, one) for one in values)
    return first, second


def _contrast(
    key: Key, scenario: Scenario, mine: Floats, theirs: Floats, dates: Dates, limit: float,
    alike: bool,
) -> Contrast:  # fmt: skip
    described = scenario.description
    item = None
    if not key.event:
        item = measure(key.id, described.outcomes[key.id], described)
    name = item.name if item else described.watch[key.id].name
    found = (
        identical(mine)
        if alike
        else paired(mine, theirs, whole=bool(item and item.whole), events=key.event)
    )
    whole = np.isfinite(mine[:, -1])
    mine, theirs = mine[whole], theirs[whole]
    ends = mine[:, -1], theirs[:, -1]
    pairs = max(len(mine), 1)
    spread = next((sd for end in ends if len(end) > 1 and (sd := float(end.std(ddof=1))) > 0), 0.0)
    gap = float(found.difference[-1])
    return Contrast(
        id=key.id,
        name=sentence(name),
        measure=item,
        dates=dates,
        reference=mine.mean(axis=0),
        changed=theirs.mean(axis=0),
        paired=found,
        limit=limit,
        effect=gap / spread if spread and not key.event else np.nan,
        above=float((ends[1] > ends[0]).sum()) / pairs,
        below=float((ends[1] < ends[0]).sum()) / pairs,
    )
