"""A finding in words: what was measured, what was expected, what came of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.claims.checks import Arms
from sim.claims.measure import Target
from sim.claims.proposition import Claim
from sim.reporting.chart_kit import Table
from sim.reporting.html import Prose
from sim.reporting.mechanism_text import contribution_text, opposed_text
from sim.scenario.schema import Description, Outcome
from sim.statistics.measures import (
    BECAME,
    INTERESTS,
    interest_name,
    lever_names,
    measure,
    measure_name,
)
from sim.statistics.mechanism import Mechanism, mechanism
from sim.statistics.paired_difference import VISIBLE_RATIO, VISIBLE_SD, VISIBLE_SHARE, Ratio
from sim.statistics.verdict import (
    STILL,
    Finding,
    NullCheck,
    Verdict,
    findings,
    left_at_most,
    null_check,
    overall,
)
from sim.studies.propositions.result import Experiment, Pair
from sim.text import (
    NBSP,
    day,
    enough,
    number,
    percent,
    percents,
    sentence,
    signed,
)

_EXPECTED = {"rises": "rise", "falls": "fall", "unchanged": "stay as it is"}
_MARGINS = {"not lower": "fall", "not higher": "rise"}
"""What must not happen by more than a margin."""
ARROWS = {"rises": "▲", "falls": "▼", "unchanged": "=", "not lower": "≥", "not higher": "≤"}
"""The expected direction, where there is room for one letter."""
_SAID = Prose("sim.studies.propositions/sentences.j2")


def detail(target: Target, description: Description) -> str:
    """What is measured, in a sentence: quantity, unit, and when it is looked at."""
    measured, quantity = target.measured, ""
    if target.interest:
        unit = INTERESTS[target.interest.component][1]
        quantity = f"{interest_name(target, description)} ({unit})"
    elif target.outcome and not target.outcome.acts:
        item = measure(target.id, target.outcome, description)
        quantity = f"{item.quantity} ({item.unit})"
    levers, became = lever_names(target, description), BECAME[measured.verdict]
    since, until = (day(date) if date else "" for date in (measured.since, measured.until))
    said = _SAID.detail(target, quantity, levers, became, since, until)
    return f"{sentence(said)}."


def expectation(target: Target) -> str:
    """What the claim expects: ``to rise``, ``at least 1``."""
    measured = target.measured
    if measured.expect in _MARGINS:
        return f"not to {_MARGINS[measured.expect]} by more than {_margin(target)}"
    if measured.expect:
        return f"to {_EXPECTED[measured.expect]}"
    limits = (("at least", measured.at_least), ("at most", measured.at_most))
    show = percent if measured.is_share else "{:g}".format
    said = [f"{words} {show(limit)}" for words, limit in limits if limit is not None]
    return f"to be {' and '.join(said)}"


def _margin(target: Target) -> str:
    amount = target.measured.by_more_than or 0.0
    if target.measured.is_share:
        return f"{100 * amount:g} percentage point{'' if amount == 0.01 else 's'}"
    return f"{amount:g}"


def value(amount: float, finding: Finding, description: Description) -> str:
    """One value of the measure, told apart from those that it is judged beside."""
    if finding.effects:
        return difference(amount, finding, description)
    beside = _beside(finding)
    if finding.target.measured.is_share:
        return percents((amount, *beside))[0]
    return number(amount, enough(beside, _digits(finding.target, description)))


def difference(amount: float, finding: Finding, description: Description) -> str:
    """A difference of the measure, with its sign; shares in percentage points."""
    if finding.target.measured.is_level:
        return value(amount, finding, description)
    scale, least = 1, _digits(finding.target, description)
    if finding.target.measured.is_share:
        scale, least = 100, 1
    beside = (one.difference for one in finding.effects)
    return finding.full_text(least, scale, *beside).at(amount)


def _beside(finding: Finding) -> tuple[float, ...]:
    """What a value is compared with: limits and interval of a level, else the other arm."""
    measured = finding.target.measured
    if measured.is_level:
        limits = (measured.at_least, measured.at_most)
        known = (limit for limit in limits if limit is not None)
        return (finding.changed, finding.low, finding.high, *known)
    apart = finding.low > 0 or finding.high < 0
    return (finding.reference, finding.changed) if apart else ()


def interval(finding: Finding, description: Description) -> str:
    """The 95 % interval of the difference, or of the level."""
    low, high = (difference(end, finding, description) for end in (finding.low, finding.high))
    return f"{low} to {high}"


def effect(finding: Finding) -> str:
    """The size by which a difference is judged: ``−0.25 sd``, ``+15.0 points``."""
    if finding.target.measured.is_level:
        return ""
    if finding.target.measured.is_share:
        return f"{finding.full_text(1, 100).at(finding.difference)}{NBSP}points"
    if not math.isfinite(finding.effect):
        return "–"
    return f"{signed(finding.effect, 2)}{NBSP}sd"


def verdict(finding: Finding, description: Description) -> str:
    """The verdict with what it rests on, in a sentence."""
    measured = finding.target.measured
    if not math.isfinite(finding.difference):
        return "Unclear: there is nothing to compare in these runs."
    visible = f"{number(VISIBLE_SD, 1)} standard deviations"
    if measured.is_share:
        visible = f"{number(100 * VISIBLE_SHARE, 0)} percentage points"
    sized = not measured.is_share and math.isfinite(finding.effect)
    shown = {
        "before": value(finding.reference, finding, description),
        "after": value(finding.changed, finding, description),
        "difference": difference(finding.difference, finding, description),
        "interval": interval(finding, description),
        "effect": effect(finding) if sized else "",
        "ratio": ratio(finding.ratio),
        "expected": expectation(finding.target),
        "visible": visible,
        "visible_ratio": number(VISIBLE_RATIO, 1),
    }
    return _SAID.verdict(finding, shown)


def ratio(found: Ratio | None) -> str:
    """A relative effect with its interval: ``× 1.52 (1.20 to 1.93)``; empty where there is none."""
    if found is None or not math.isfinite(found.low):
        return ""
    middle = "" if math.isnan(found.value) else f"{_times(found.value)} "
    return f"{middle}({_times(found.low)} to {_times(found.high).lstrip(f'×{NBSP}')})"


def _times(amount: float) -> str:
    if math.isinf(amount):
        return f"×{NBSP}∞"
    return f"×{NBSP}{number(amount, 1 if amount >= 10 else 2)}"


CHECKED: dict[NullCheck, str] = {
    "passed": "Null check passed",
    "failed": "Null check failed",
    "unclear": "Null check unclear",
    "nothing to check": "Nothing to check",
    "not stated": "No null check is stated",
}
"""What comes of a null check, in a few words."""


def checked(finding: Finding, description: Description) -> str:
    """What comes of a measure's null check, in a sentence."""
    null, left, whole, most, still = finding.null, "", "", "", False
    if null is not None and finding.by_ratio and finding.ratio and null.ratio:
        left, whole = f"the ratio is {ratio(null.ratio)}", ratio(finding.ratio)
        most = f"{_times(left_at_most(finding))}, or as much the other way round"
    elif null is not None:
        gap = difference(null.difference, null, description)
        left = f"the difference is {gap} ({interval(null, description)})"
        whole = difference(finding.difference, finding, description)
        most = difference(left_at_most(finding), finding, description).lstrip("+")
        most += " points" if finding.target.measured.is_share else ""
    if null is not None:
        still = not null.spread >= STILL * finding.spread
    return _SAID.checked(finding, CHECKED[finding.null_check], left, whole, most, still)


def _digits(target: Target, description: Description) -> int:
    if target.interest:
        return INTERESTS[target.interest.component][2]
    if target.outcome is None or target.outcome.acts or target.outcome.of is None:
        return 2
    item = measure(target.id, Outcome(name="-", of=target.outcome.of), description)
    return item.digits + 1


# A tested claim in words and numbers: each measure, its verdict and its mechanism.


@dataclass(frozen=True, eq=False)
class MechanismText:
    """The mechanism behind a difference of two arms, in words; ``title`` says which two."""

    title: str
    mechanism: Mechanism
    drives: tuple[str, ...]
    opposes: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class MeasureRow:
    """One measure of a claim, in words and numbers.

    ``why`` is one line where the claim is not supported, else empty; ``null`` one on the
    null check, empty for a level.
    """

    id: str
    name: str
    detail: str
    expected: str
    finding: Finding
    shown: str
    effect: str
    ratio: str
    said: str
    null: str
    why: str
    mechanisms: tuple[MechanismText, ...]
    numbers: Table


@dataclass(frozen=True, eq=False)
class Judged:
    """A claim with what came of it."""

    claim: Claim
    verdict: Verdict
    null_check: NullCheck
    rows: tuple[MeasureRow, ...]

    @property
    def anchor(self) -> str:
        """Id of its part of the page."""
        return f"claim-{self.claim.id}".replace(" ", "-")


def judged(experiment: Experiment) -> Judged:
    """Judge an experiment and put it in words."""
    claim, found = experiment.claim, findings(experiment)
    rows = tuple(_row(experiment, one) for one in found)
    return Judged(claim, overall(found), null_check(found), rows)


def tally(found: Iterable[Judged]) -> str:
    """How many claims came out how: ``3 of 5 supported, 1 contested, 1 no effect``."""
    counted = Counter(one.verdict for one in found)
    total = sum(counted.values())
    rest = [
        f"{counted[word]} {word}" for word in ("contested", "no effect", "unclear") if counted[word]
    ]
    return ", ".join([f"{counted['supported']} of {total} supported", *rest]) + "."


def checks(found: Iterable[Judged]) -> str:
    """What came of the null checks of the claims that are supported; empty where there is none."""
    counted: Counter[str] = Counter(one.null_check for one in found if one.verdict == "supported")
    order = ("passed", "failed", "unclear", "not stated", "nothing to check")
    said = ", ".join(f"{counted[word]} {word}" for word in order if counted[word])
    return f"Null checks of the supported: {said}." if said else ""


def _row(experiment: Experiment, finding: Finding) -> MeasureRow:
    description = experiment.changed.scenario.description
    target = finding.target
    told = () if target.measured.is_level else tuple(_told(experiment, finding))
    shown = difference(finding.difference, finding, description)
    name = measure_name(target, description)
    return MeasureRow(
        id=target.id,
        name=f"Effect on: {name}" if finding.effects else name,
        detail=detail(target, description),
        expected=expectation(target) + (" with the moderator" if finding.effects else ""),
        finding=finding,
        shown=f"{shown} ({interval(finding, description)})",
        effect=effect(finding),
        ratio=ratio(finding.ratio),
        said=verdict(finding, description),
        null="" if target.measured.is_level else checked(finding, description),
        why=_why(finding, told, description),
        mechanisms=told,
        numbers=_numbers(finding, experiment),
    )


def _told(experiment: Experiment, finding: Finding) -> Iterator[MechanismText]:
    """The mechanism of each effect that the finding rests on, and of what a null check leaves."""
    claim, own = experiment.claim, Pair(experiment.reference, experiment.changed)
    pairs: list[tuple[str, Arms, Finding, Pair]] = [("", claim, finding, own)]
    if finding.effects and claim.moderated and experiment.moderated:
        without, given = finding.effects
        pairs = [
            ("Without the moderator", claim, without, own),
            ("With the moderator", claim.moderated, given, experiment.moderated),
        ]
    if finding.null_check == "failed" and finding.null:
        left = finding.null.effects[-1] if finding.null.effects else finding.null
        title = "Where the matter of the claim does not count"
        pairs.append((title, claim.null[-1], left, experiment.null[-1]))
    description = experiment.changed.scenario.description
    for title, change, found, arms in pairs:
        behind = mechanism(change, found, arms.reference.account, arms.changed.account)
        drives, opposes, elsewhere = (
            tuple(contribution_text(part, description) for part in parts)
            for parts in (behind.drives, behind.opposes, behind.elsewhere)
        )
        yield MechanismText(title, behind, drives, opposes, elsewhere)


def _why(finding: Finding, told: tuple[MechanismText, ...], description: Description) -> str:
    if finding.verdict == "supported" or not told:
        return ""
    if not finding.effects:
        return opposed_text(told[0].mechanism, description)
    said = (
        f"{one.title}: {one.drives[0] if one.drives else 'nothing that moves it changes.'}"
        for one in told[:2]
    )
    return " ".join(said)


def _numbers(finding: Finding, experiment: Experiment) -> Table:
    description = experiment.changed.scenario.description
    item = measure_name(finding.target, description)
    level = finding.target.measured.is_level
    before, after = "Mean without the change", "Mean with the change"
    if finding.effects:
        before, after = "Effect without the moderator", "Effect with the moderator"
    lines = [
        (before, value(finding.reference, finding, description)),
        (after, value(finding.changed, finding, description)),
        ("Difference", difference(finding.difference, finding, description)),
        ("95 % interval", interval(finding, description)),
        ("Standard deviation without the change", number(finding.spread, 4)),
        ("Difference in standard deviations", number(finding.effect, 3)),
        *([("Ratio, 95 % interval", shown)] if (shown := ratio(finding.ratio)) else []),
        *_null_numbers(finding, description),
        ("Pairs of runs", f"{finding.pairs:,}"),
        ("Pairing saves runs, times", number(finding.saved, 1)),
    ]
    if level:
        keep = {
            "Mean with the change": "Mean",
            "95 % interval": "95 % interval",
            "Pairs of runs": "Runs",
        }
        lines = [(keep[words], shown) for words, shown in lines if words in keep]
    return Table(f"{item}: the numbers", ("", "Value"), tuple(lines))


def _null_numbers(finding: Finding, description: Description) -> list[tuple[str, str]]:
    null = finding.null
    if null is None:
        return []
    gap = f"{difference(null.difference, null, description)} ({interval(null, description)})"
    return [
        ("Null check: difference, 95 % interval", gap),
        ("Null check: standard deviation without the change", number(null.spread, 4)),
        ("Null check: pairs of runs", f"{null.pairs:,}"),
    ]
