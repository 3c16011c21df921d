"""One scenario held against another, measure by measure and date by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats
from sim.claims.measure import Measured, Target
from sim.reporting.scenario_diff import differences as differences_in_words
from sim.results.series import Series
from sim.scenario.calendar import Dates
from sim.scenario.scenario import Scenario
from sim.statistics.contributions import Between
from sim.statistics.estimate import Estimate
from sim.statistics.measures import Measure, measure
from sim.statistics.mechanism import Mechanism, mechanism
from sim.statistics.paired_difference import (
    CHANGED,
    DIFFERENCE,
    REFERENCE,
    Z95,
    Moments,
    Paired,
    identical,
    intervals,
    joint_limit,
)
from sim.statistics.verdict import finding
from sim.studies.comparison.common_ground import Shared, Side, shared
from sim.studies.comparison.differences import Differences, Key, Seen, keys, paired_differences
from sim.studies.comparison.divergence import Partings, partings
from sim.text import sentence


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
        """What is written otherwise than in the reference, in sentences."""
        return differences_in_words(Between(self.reference.scenario, self.other.scenario))

    @cached_property
    def partings(self) -> Partings:
        """When and by what single runs part."""
        return partings(self.reference, self.other, self.shared)

    def behind(self, one: Contrast) -> Mechanism | None:
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
            Between(self.reference.scenario, self.other.scenario),
            finding(target, *courses),
            *(side.ledger.account(until) for side, until in zip(sides, rounds, strict=True)),
        )

    @property
    def partial(self) -> bool:
        """Whether whole paths are there of the first pairs only."""
        return self.reference.kept < self.reference.runs

    def sorted(self) -> tuple[Contrast, ...]:
        """The measures, the largest difference first."""
        return tuple(sorted(self.found, key=lambda one: -abs(np.nan_to_num(one.size, nan=np.inf))))


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

    Parameters
    ----------
    pairs : sequence of (reference, other)
        All of the same runs and seed.
    seed : int
        Of the bootstrap that finds the joint limit of all intervals.
    further : sequence of Differences, optional
        Of each pair in further runs, whose whole paths are not there.

    Raises
    ------
    ScenarioError
        Where two of a pair share nothing.
    """
    common = [shared(one.scenario, two.scenario, (one.name, two.name)) for one, two in pairs]
    same = [one.scenario.sha256 == two.scenario.sha256 for one, two in pairs]
    found = [
        paired_differences(one.scenario, Seen.of_data(one.data), Seen.of_data(two.data), both)
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
