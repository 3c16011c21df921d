"""One scenario held against another, measure by measure and date by date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.claims.checks import Arms
from sim.claims.measure import Measured, Target
from sim.reporting.scenario_diff import differences as differences_in_words
from sim.results.block import Array, Block
from sim.results.dataset import reported
from sim.results.series import Series
from sim.scenario.calendar import Dates
from sim.scenario.scenario import Scenario
from sim.statistics.measures import Measure, measure
from sim.statistics.mechanism import Mechanism, mechanism
from sim.statistics.paired_difference import (
    CHANGED,
    DIFFERENCE,
    DRAWS,
    REFERENCE,
    Z95,
    Estimate,
    EstimateText,
    Moments,
    Paired,
    identical,
    intervals,
    joint_limit,
    moments,
)
from sim.statistics.verdict import finding
from sim.studies.comparison.common_ground import Partings, Shared, Side, partings, shared
from sim.text import NBSP, enough, number, sentence

# What pairs of runs of two scenarios come to, measure by measure, with or without the runs.


class Key(NamedTuple):
    """A measure: its id, and whether it is a watched event."""

    id: str
    event: bool


def keys(both: Shared) -> tuple[Key, ...]:
    """The measures that two scenarios share, in their order."""
    outcomes = (Key(id, event=False) for id in both.outcomes)
    return *outcomes, *(Key(id, event=True) for id in both.watches)


@dataclass(frozen=True, eq=False)
class RunValues:
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
    def of_data(cls, data: xr.Dataset) -> RunValues:
        """Of labelled results."""
        values = data["reported"].transpose("run", "round", "outcome").values
        watched = data["watched"].transpose("run", "watch").values
        return cls(
            {str(key): values[..., nth] for nth, key in enumerate(data["outcome"].values)},
            {str(key): watched[:, nth] for nth, key in enumerate(data["watch"].values)},
            data["failed_round"].values >= 0,
        )

    @classmethod
    def of_block(cls, scenario: Scenario, block: Block) -> RunValues:
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
    scenario: Scenario,
    reference: RunValues,
    other: RunValues,
    both: Shared,
    most: int | None = None,
) -> Differences:
    """Hold the runs of one scenario against the same runs of another.

    ``scenario`` is the reference; the differences of ``most`` pairs at most are kept.
    """
    found, gaps = [], []
    for mine, theirs in _arms(scenario, reference, other, both):
        found.append(moments(mine, theirs))
        gaps.append((theirs[:most] - mine[:most]).astype(np.float32))
    return Differences(tuple(found), tuple(gaps))


def _arms(
    scenario: Scenario, reference: RunValues, other: RunValues, both: Shared
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


@dataclass(frozen=True, eq=False, kw_only=True)
class Contrast(Estimate):
    """One measure of two scenarios: the estimate is that of the end.

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
    above: float
    below: float

    @property
    def event(self) -> bool:
        """Whether it is a watched event."""
        return self.measure is None

    @property
    def key(self) -> Key:
        """What it is of."""
        return Key(self.id, self.event)

    @property
    def in_points(self) -> bool:
        """Whether its values are shares of the runs, and differences percentage points."""
        return self.measure is None or self.measure.share

    def amount(self, value: float) -> str:
        """A value of the measure, as it is shown; of an event, its probability.

        Where both scenarios surely end apart, their values are written apart.
        """
        ends = [float(self.reference[-1]), float(self.changed[-1])] if self.clear else []
        if self.measure is None or self.measure.share:
            return f"{number(100 * value, enough([100 * end for end in ends], 1))}{NBSP}%"
        if not self.measure.whole:
            return number(value, enough(ends, self.measure.digits))
        return self.measure.show(value) if not ends else number(value, enough(ends, 1))

    @property
    def ends_as(self) -> str:
        """What its values at the end are of the runs."""
        if self.event:
            return "probability by the end"
        return "share of runs at the end" if self.in_points else "mean at the end"

    @property
    def decimals(self) -> int:
        """Decimals of its differences: enough to show an interval at the end that leaves out 0."""
        return self._wording.digits

    def gap(self, value: float, decimals: int | None = None) -> str:
        """A difference with its sign: in the measure's unit, or in percentage points.

        With its own ``decimals`` where no number of them is given.
        """
        wording = self._wording
        if decimals is not None:
            wording = replace(wording, digits=decimals)
        return wording.at(value) + (f"{NBSP}points" if self.in_points else "")

    def interval(self, ends: tuple[float, float]) -> str:
        """An interval of a difference: ``+0.10 to +0.14``."""
        return self._wording.interval(*ends)

    @property
    def sd(self) -> str:
        """The difference in standard deviations, where it has any."""
        return "" if self.event or not np.isfinite(self.effect) else f"{self.effect_text} sd"

    @property
    def _wording(self) -> EstimateText:
        if self.measure is None or self.measure.share:
            return self.text(1, 100, joint=True)
        return self.text(self.measure.digits + 1, joint=True)

    @property
    def saved(self) -> float:
        """How many times more runs it would take unpaired, at the end."""
        return float(self.paired.saved[-1])

    @property
    def parted(self) -> int | None:
        """Place of the first date at which the paths clearly differ; ``None`` for never."""
        low, high = self.paired.interval(self.limit)
        apart = np.flatnonzero((low > 0) | (high < 0))
        return int(apart[0]) if len(apart) else None


@dataclass(frozen=True, eq=False)
class Contrasts:
    """A scenario held against the reference: every measure they share.

    ``same`` says that the two are one and the same, so that nothing can differ;
    ``limited`` is the number of pairs by which the joint limit was found.
    """

    reference: Side
    other: Side
    shared: Shared
    same: bool
    found: tuple[Contrast, ...]
    limited: int

    @cached_property
    def changes(self) -> tuple[str, ...]:
        """What is otherwise than in the reference, in sentences."""
        one, other = self.reference, self.other
        written = differences_in_words(Arms(one.scenario, other.scenario))
        if one.theory == other.theory:
            return written
        return (f"Actors decide by “{other.theory}” instead of “{one.theory}”.", *written)

    @cached_property
    def partings(self) -> Partings:
        """When and by what single runs part."""
        return partings(self.reference, self.other, self.shared)

    def mechanism_of(self, one: Contrast) -> Mechanism | None:
        """What moved one measure otherwise, up to where its paths part; None where they do not.

        ``None``, too, where the two are one and the same, or start apart already.
        """
        place = one.parted
        if self.same or not place:
            return None
        sides = (self.reference, self.other)
        rounds = [int(found[place]) for found in self.shared.rounds]
        target = _target(self.reference.scenario, one)
        means = one.reference[: place + 1], one.changed[: place + 1]
        # Two values give the mean their middle; a mechanism needs its sign alone.
        courses = (Series(one.id, one.dates, mean, np.repeat(mean[-1], 2)) for mean in means)
        return mechanism(
            Arms(self.reference.scenario, self.other.scenario),
            finding(target, *courses),
            *(side.ledger.account(until) for side, until in zip(sides, rounds, strict=True)),
        )

    @property
    def partial(self) -> bool:
        """Whether whole paths are there of the first pairs only."""
        return self.reference.kept < self.reference.runs

    @property
    def shortened(self) -> bool:
        """Whether the two share less than the reference's own time."""
        return len(self.shared.dates) < len(self.reference.data["until"])

    @property
    def most(self) -> float:
        """The size of its largest difference that is clear and visible."""
        return max((abs(one.size) for one in self.notable), default=0.0)

    @property
    def notable(self) -> list[Contrast]:
        """Differences that are clear and visible, the largest first."""
        return [one for one in self._sorted if one.notable]

    @property
    def small(self) -> list[Contrast]:
        """Differences that are clear, though too small to be seen, the largest first."""
        return [one for one in self._sorted if one.clear and not one.notable]

    @property
    def _sorted(self) -> list[Contrast]:
        return sorted(self.found, key=lambda one: -abs(np.nan_to_num(one.size, nan=np.inf)))


def _target(reference: Scenario, one: Contrast) -> Target:
    described = reference.description
    if one.event:
        measured = Measured(watch=one.id, expect="rises")
        return Target(one.id, one.id, measured, (), None, described.watch[one.id])
    measured = Measured(outcome=one.id, expect="rises")
    outcome = described.outcomes[one.id]
    return Target(one.id, one.id, measured, outcome.acts, outcome, None)


def contrasts(
    pairs: Sequence[tuple[Side, Side]], seed: int, further: Sequence[Differences] = ()
) -> tuple[Contrasts, ...]:
    """Hold each second scenario against the first of its pair.

    ``seed`` is that of the bootstrap that finds the joint limit of all intervals; ``further``
    are the differences of each pair in further runs, whose whole paths are not there.

    Raises
    ------
    ScenarioError
        Where two of a pair share nothing.
    """
    common = [shared(one.scenario, two.scenario, (one.name, two.name)) for one, two in pairs]
    same = [one.key == two.key for one, two in pairs]
    found = [
        paired_differences(
            one.scenario, RunValues.of_data(one.data), RunValues.of_data(two.data), both
        )
        for (one, two), both in zip(pairs, common, strict=True)
    ]
    if further:
        found = [one.merged(more) for one, more in zip(found, further, strict=True)]
    gaps = [gap for one, alike in zip(found, same, strict=True) if not alike for gap in one.gaps]
    limit = joint_limit(gaps, seed)
    return tuple(
        Contrasts(
            *pair,
            both,
            alike,
            tuple(
                _contrast(key, pair[0].scenario, moments, both.dates, limit, alike)
                for key, moments in zip(keys(both), one.moments, strict=True)
            ),
            len(one.gaps[0]),
        )
        for pair, both, alike, one in zip(pairs, common, same, found, strict=True)
    )


def end_contrasts(
    reference: tuple[Scenario, RunValues],
    other: tuple[Scenario, RunValues],
    seed: int,
    draws: int = DRAWS,
) -> tuple[Contrast, ...]:
    """Hold the runs of one scenario against the same runs of another, by their values alone.

    ``seed`` is that of both; ``draws`` are those of the bootstrap. The joint interval of each
    allows for the ends of all measures, not for the dates between; what is shared by the two is
    compared.

    Raises
    ------
    ScenarioError
        Where the two share nothing.
    """
    (mine, before), (theirs, after) = reference, other
    both = shared(mine, theirs, (mine.description.title, theirs.description.title))
    found, alike = paired_differences(mine, before, after, both), mine.sha256 == theirs.sha256
    ends = np.concatenate([gap[:, -1:] for gap in found.gaps], axis=1)
    limit = joint_limit([ends], seed, draws)
    return tuple(
        _contrast(key, mine, one, both.dates, limit, alike)
        for key, one in zip(keys(both), found.moments, strict=True)
    )


def _contrast(
    key: Key, scenario: Scenario, found: Moments, dates: Dates, limit: float, alike: bool
) -> Contrast:
    described = scenario.description
    item = None
    if not key.event:
        item = measure(key.id, described.outcomes[key.id], described)
    name = item.name if item else described.watch[key.id].name
    whole = bool(item and (item.whole or item.share))
    gaps = identical(found) if alike else intervals(found, whole=whole, events=key.event)
    spreads = np.sqrt(found.variance[:DIFFERENCE, -1])
    spread = next((float(spread) for spread in spreads if spread > 0), 0.0)
    pairs = found.pairs[-1]
    means = np.where(found.pairs > 0, found.mean, np.nan)
    difference = float(gaps.difference[-1])
    alone, joint = ([float(end[-1]) for end in gaps.interval(one)] for one in (Z95, limit))
    return Contrast(
        difference=difference,
        low=alone[0],
        high=alone[1],
        joint=(joint[0], joint[1]),
        effect=difference / spread if spread and not key.event else np.nan,
        share=key.event,
        id=key.id,
        name=sentence(name),
        measure=item,
        dates=dates,
        reference=means[REFERENCE],
        changed=means[CHANGED],
        paired=gaps,
        limit=limit,
        above=float(found.above[-1]) / max(pairs, 1),
        below=float(found.below[-1]) / max(pairs, 1),
    )
