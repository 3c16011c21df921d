"""What a paired experiment says of a claim: difference, interval, size, verdict, null check."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from sim.arrays import Floats
from sim.claims.measure import BOUNDED, Target
from sim.claims.proposition import Claim
from sim.errors import Fault, Place, ScenarioError
from sim.results.series import Series
from sim.statistics.paired_difference import (
    RARE,
    VISIBLE_RATIO,
    VISIBLE_SD,
    VISIBLE_SHARE,
    Z95,
    Estimate,
    Ratio,
    paired,
    ratio,
)
from sim.statistics.summary import wilson

Verdict = Literal["supported", "contested", "no effect", "unclear"]
NullCheck = Literal["passed", "failed", "unclear", "nothing to check", "not stated"]
"""What came of looking for the effect where the matter of the claim does not count."""

LEFT = 1 / 3
"""Share of a large effect that may be left where the matter of the claim does not count."""
STILL = 0.5
"""Share of its spread that a count or a probability must keep there: what can hardly
move shows nothing."""


@dataclass(frozen=True, kw_only=True)
class Finding(Estimate):
    """One measure of one claim; of a level, the estimate is the mean itself.

    Attributes
    ----------
    target : Target
    reference, changed : float
        Mean of the measure in each arm; a probability or share where it is one. With
        a moderator: the effect without it, and with it.
    spread : float
        Standard deviation of the measure over the runs of the reference arm; nan
        for a level.
    pairs : int
        Pairs, or runs, that it rests on; those that failed are left out.
    saved : float
        How many times more runs would be needed unpaired, for the same interval.
    verdict : str
    ratio : Ratio or None
        The mean of the changed arm over that of the reference, of acts, probabilities
        and shares of proposals agreed to.
    rare : bool
        Whether it is so rare in the reference that the ratio tells what is visible.
    effects : tuple of Finding
        With a moderator: the effect without it, and with it; else none.
    null : Finding or None
        The same effect where the matter of the claim does not count.
    null_check : str
        What comes of that.
    """

    target: Target
    reference: float = math.nan
    changed: float
    spread: float = math.nan
    pairs: int
    saved: float = math.nan
    verdict: Verdict = "unclear"
    ratio: Ratio | None = None
    rare: bool = False
    effects: tuple[Finding, ...] = ()
    null: Finding | None = None
    null_check: NullCheck = "not stated"

    @property
    def seen(self) -> bool:
        """Whether the difference is clear and visible, by itself or as a ratio."""
        return self.notable or self.seen_as_ratio

    @property
    def seen_as_ratio(self) -> bool:
        """Whether it is rare, and its ratio clear and visible."""
        return self.rare and self.ratio is not None and self.ratio.clear and self.ratio.visible

    @property
    def by_ratio(self) -> bool:
        """Whether it is seen as a ratio alone."""
        return self.seen_as_ratio and not self.notable

    @property
    def band(self) -> float:
        """Least difference that is visible, in the unit of the measure."""
        return VISIBLE_SHARE if self.target.measured.is_share else VISIBLE_SD * self.spread

    @property
    def small(self) -> bool:
        """Whether the interval, and that of the ratio of what is rare, is too small to be seen."""
        # Where the reference never varies, only no difference at all is none.
        inside = (-self.band < self.low and self.high < self.band) or self.low == self.high == 0
        return inside and not (
            self.rare and self.ratio is not None and not self.ratio.within(VISIBLE_RATIO)
        )


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
    found = _compared(target, reference.values, changed.values, events=target.watch is not None)
    if found.pairs < 2:
        return found
    both = np.isfinite(reference.values) & np.isfinite(changed.values)
    before, after = reference.values[both], changed.values[both]
    if target.is_counted or target.measured.is_share:
        whole = target.is_counted or target.watch is not None
        often = float((before > 0).mean()) if target.is_counted else found.reference
        found = replace(found, ratio=ratio(before, after, whole=whole), rare=often < RARE)
    return replace(found, verdict=_verdict(found))


def moderated(
    target: Target, without: tuple[Series, Series], given: tuple[Series, Series]
) -> Finding:
    """Compare the effect under a moderator with the effect without it, run by run.

    Parameters
    ----------
    target : Target
    without, given : (Series, Series)
        Reference and changed arm, without the moderator and with it; of the same runs.
    """
    gaps = [changed.values - reference.values for reference, changed in (without, given)]
    found = _compared(target, *gaps, events=False)
    if found.pairs < 2:
        return found
    whole = np.isfinite(gaps[0]) & np.isfinite(gaps[1])
    arms = [one.values[whole] for one in (*without, *given)]
    spread, own = float(arms[0].std(ddof=1)), float((gaps[1] - gaps[0])[whole].var(ddof=1))
    found = replace(
        found,
        spread=spread,
        effect=_standardised(found.difference, spread),
        saved=sum(float(arm.var(ddof=1)) for arm in arms) / own if own > 0 else math.nan,
        effects=(finding(target, *without), finding(target, *given)),
    )
    return replace(found, verdict=_verdict(found))


def _compared(target: Target, reference: Floats, changed: Floats, *, events: bool) -> Finding:
    """Two columns of the same runs, without a verdict."""
    whole = target.is_counted or target.watch is not None
    found = paired(reference[:, None], changed[:, None], whole=whole, events=events)
    low, high, middle, spread = (
        float(values[0]) for values in (*found.interval(), found.difference, found.spread)
    )
    pairs, share, none = int(found.pairs[0]), target.measured.is_share, math.nan
    if pairs < 2:
        return Finding(none, none, none, target=target, changed=none, pairs=pairs, share=share)
    both = np.isfinite(reference) & np.isfinite(changed)
    return Finding(
        middle,
        low,
        high,
        _standardised(middle, spread),
        target=target,
        reference=float(reference[both].mean()),
        changed=float(changed[both].mean()),
        share=share,
        spread=spread,
        pairs=pairs,
        saved=float(found.saved[0]),
    )


def _standardised(difference: float, spread: float) -> float:
    return difference / spread if spread > 0 else (0.0 if difference == 0 else math.nan)


class Tested(Protocol):
    """A claim with the results of all its arms."""

    @property
    def claim(self) -> Claim: ...  # noqa: D102
    @property
    def pairs(self) -> Sequence[tuple[Mapping[str, Series], Mapping[str, Series]]]: ...  # noqa: D102
    @property
    def null_pairs(self) -> Sequence[tuple[Mapping[str, Series], Mapping[str, Series]]]: ...  # noqa: D102


def findings(
    tested: Tested | Claim,
    reference: Mapping[str, Series] | None = None,
    changed: Mapping[str, Series] | None = None,
) -> tuple[Finding, ...]:
    """Judge every measure of a claim, and its null check.

    Parameters
    ----------
    tested : Experiment or Claim
        An experiment as it was run. Or a claim, with the series of its two arms: then
        its null check is not looked at.
    reference, changed : mapping of label -> Series, optional
        The series of the two arms, with a claim.

    Returns
    -------
    found : tuple of Finding
        One for each measure, with its interval and its verdict.

    Raises
    ------
    ScenarioError
        Where a claim with a moderator comes with two arms: it has four.
    """
    if not isinstance(tested, Claim):
        return tuple(
            _checked(
                _found(target, tested.pairs),
                _found(target, tested.null_pairs) if tested.null_pairs else None,
            )
            for target in tested.claim.targets
        )
    if tested.moderated is not None or reference is None or changed is None:
        remedy = "give the experiment: findings(experiment)"
        raise ScenarioError(
            [Fault(Place("findings"), "not all arms of the claim are here", remedy)]
        )
    found = [_found(target, [(reference, changed)]) for target in tested.targets]
    return tuple(_checked(one, None) for one in found)


def _found(
    target: Target, pairs: Sequence[tuple[Mapping[str, Series], Mapping[str, Series]]]
) -> Finding:
    arms = [(reference[target.label], changed[target.label]) for reference, changed in pairs]
    if len(arms) > 1 and not target.measured.is_level:
        return moderated(target, *arms)
    return finding(target, *arms[-1])


def overall(findings: tuple[Finding, ...]) -> Verdict:
    """A claim's verdict: supported where each measure is, contested where one is."""
    order: tuple[Verdict, ...] = ("contested", "unclear", "no effect")
    verdicts = {one.verdict for one in findings}
    return next((verdict for verdict in order if verdict in verdicts), "supported")


def null_check(findings: tuple[Finding, ...]) -> NullCheck:
    """What comes of a claim's null check: passed where it is for each effect that is seen."""
    order: tuple[NullCheck, ...] = ("failed", "unclear", "not stated", "passed")
    results = {one.null_check for one in findings}
    return next((result for result in order if result in results), "nothing to check")


def _checked(found: Finding, null: Finding | None) -> Finding:
    """A finding with what is left of it where the matter does not count."""
    expects = found.target.measured.expect in ("rises", "falls")
    if not expects or (null is not None and not found.seen):
        return replace(found, null=null, null_check="nothing to check")
    if null is None:
        return found
    return replace(found, null=null, null_check=_left(found, null))


def _left(found: Finding, null: Finding) -> NullCheck:
    """Whether an effect that is seen vanishes, on the scale on which it is seen."""
    limit = left_at_most(found)
    low, high, gap = null.low, null.high, null.difference
    if found.by_ratio and null.ratio is not None:
        limit, gap = math.log(limit), null.ratio.log
        low, high = (
            math.log(end) if end > 0 else math.nan for end in (null.ratio.low, null.ratio.high)
        )
    if (low > 0 or high < 0) and abs(gap) >= limit:
        return "failed"
    moves = found.target.is_counted or found.target.measured.is_share
    if moves and not null.spread >= STILL * found.spread:
        return "unclear"
    return "passed" if -limit < low and high < limit else "unclear"


def left_at_most(found: Finding) -> float:
    """What may be left of an effect that is seen: a difference, or a ratio where that is seen."""
    if found.by_ratio and found.ratio is not None:
        return math.exp(max(math.log(VISIBLE_RATIO), LEFT * abs(found.ratio.log)))
    return max(found.band, LEFT * abs(found.difference))


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
    share = target.measured.is_share
    return Finding(
        mean, low, high, target=target, changed=mean, share=share, pairs=runs, verdict=verdict
    )


def _verdict(found: Finding) -> Verdict:
    expect, margin = found.target.measured.expect, found.target.measured.by_more_than
    if margin is not None:
        # Turned so that what must not happen is a fall.
        low, high = (found.low, found.high)
        if BOUNDED[expect or ""] > 0:
            low, high = -high, -low
        if low > -margin:
            return "supported"
        return "contested" if high < -margin else "unclear"
    if expect == "unchanged":
        if found.seen:
            return "contested"
        return "supported" if found.small else "unclear"
    if not found.seen:
        return "no effect" if found.small else "unclear"
    return "supported" if (found.difference > 0) == (expect == "rises") else "contested"
