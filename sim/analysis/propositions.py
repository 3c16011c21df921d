"""What a paired experiment says of a claim: difference, interval, size, verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.analysis.paired import Z95, paired
from sim.analysis.summary import wilson
from sim.results.measured import Series
from sim.scenario.measuring import Target
from sim.scenario.proposition import Claim

Verdict = Literal["supported", "contested", "no effect", "unclear"]

VISIBLE_SD, VISIBLE_SHARE = 0.2, 0.05
"""Least difference that a reader sees: in standard deviations of the measure (a small
effect after Cohen 1988), or, for a probability, five percentage points."""


@dataclass(frozen=True)
class Finding:
    """One measure of one claim.

    Attributes
    ----------
    target : Target
    reference, changed : float
        Mean of the measure in each arm; a probability or share where it is one.
    difference, low, high : float
        Mean of the paired differences and its 95 % interval (see
        :func:`sim.analysis.paired.paired`). For a level: the mean itself.
    spread : float
        Standard deviation of the measure over the runs of the reference arm; nan
        for a level.
    effect : float
        Difference over that standard deviation (Glass 1976); nan where it is 0,
        and for a level.
    pairs : int
        Pairs, or runs, that it rests on; those that failed are left out.
    saved : float
        How many times more runs would be needed unpaired, for the same interval.
    verdict : str
    """

    target: Target
    reference: float
    changed: float
    difference: float
    low: float
    high: float
    spread: float
    effect: float
    pairs: int
    saved: float
    verdict: Verdict

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    @property
    def visible(self) -> bool:
        """Whether a reader would see the difference on a chart."""
        return _visible(self.target, self.difference, self.effect)


def finding(target: Target, reference: Series, changed: Series) -> Finding:
    """Compare the arms of an experiment on one measure.

    Parameters
    ----------
    target : Target
    reference, changed : Series
        Of the same runs; run r of one is compared with run r of the other.
    """
    if target.measured.is_level:
        return _level(target, changed)
    found = paired(
        reference.values[:, None],
        changed.values[:, None],
        whole=bool(target.measured.proposals) or _counted(target),
        events=target.watch is not None,
    )
    low, high, middle, spread, pairs = (
        float(values[0])
        for values in (*found.interval(), found.difference, found.spread, found.pairs)
    )
    if pairs < 2:
        nan = math.nan
        return Finding(target, nan, nan, nan, nan, nan, nan, nan, int(pairs), nan, "unclear")
    both = np.isfinite(reference.values) & np.isfinite(changed.values)
    effect = middle / spread if spread > 0 else (0.0 if middle == 0 else math.nan)
    return Finding(
        target=target,
        reference=float(reference.values[both].mean()),
        changed=float(changed.values[both].mean()),
        difference=middle,
        low=low,
        high=high,
        spread=spread,
        effect=effect,
        pairs=int(pairs),
        saved=float(found.saved[0]),
        verdict=_verdict(target, middle, low, high, effect, spread),
    )


def _counted(target: Target) -> bool:
    """Whether acts are counted."""
    return target.outcome is not None and bool(target.outcome.acts)


def findings(
    claim: Claim, reference: Mapping[str, Series], changed: Mapping[str, Series]
) -> tuple[Finding, ...]:
    """Compare the arms of an experiment on every measure of its claim.

    Parameters
    ----------
    claim : Claim
    reference, changed : mapping of label -> Series
        The series of the two arms.
    """
    return tuple(
        finding(target, reference[target.label], changed[target.label]) for target in claim.targets
    )


def overall(findings: tuple[Finding, ...]) -> Verdict:
    """A claim's verdict: supported where each measure is, contested where one is."""
    verdicts = {one.verdict for one in findings}
    for verdict in ("contested", "unclear", "no effect"):
        if verdict in verdicts:
            return verdict
    return "supported"


def _level(target: Target, arm: Series) -> Finding:
    values = arm.values[np.isfinite(arm.values)]
    runs = len(values)
    mean = float(values.mean()) if runs else math.nan
    if target.watch is not None:
        low, high = (float(end) for end in wilson(values.sum(), runs))
    else:
        half = Z95 * float(values.std(ddof=1)) / math.sqrt(runs) if runs > 1 else math.nan
        low, high = mean - half, mean + half
    least = -math.inf if target.measured.at_least is None else target.measured.at_least
    most = math.inf if target.measured.at_most is None else target.measured.at_most
    verdict: Verdict = "unclear"
    if least <= low and high <= most:
        verdict = "supported"
    elif high < least or low > most:
        verdict = "contested"
    nan = math.nan
    return Finding(target, nan, mean, mean, low, high, nan, nan, runs, nan, verdict)


def _visible(target: Target, difference: float, effect: float) -> bool:
    if target.measured.is_share:
        return abs(difference) >= VISIBLE_SHARE
    # Where the reference never varies, any difference stands out.
    return bool(difference) if math.isnan(effect) else abs(effect) >= VISIBLE_SD


def _verdict(
    target: Target, difference: float, low: float, high: float, effect: float, spread: float
) -> Verdict:
    seen = _visible(target, difference, effect) and (low > 0 or high < 0)
    band = VISIBLE_SHARE if target.measured.is_share else VISIBLE_SD * spread
    # Where the reference never varies, only no difference at all is none.
    inside = (-band < low and high < band) or low == high == 0
    if target.measured.expect == "unchanged":
        if seen:
            return "contested"
        return "supported" if inside else "unclear"
    if not seen:
        return "no effect" if inside else "unclear"
    rises = target.measured.expect == "rises"
    return "supported" if (difference > 0) == rises else "contested"
