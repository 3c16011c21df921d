"""A tested claim in words and numbers: each measure, its verdict and its mechanism."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.claims.checks import TwoArms
from sim.claims.proposition import Claim
from sim.reporting.chart import Table
from sim.reporting.measure_text import measure_name
from sim.reporting.mechanism_text import opposed
from sim.reporting.mechanism_text import told as in_words
from sim.scenario.schema import Description
from sim.statistics.mechanism import Mechanism, mechanism
from sim.statistics.verdict import Finding, NullCheck, Verdict, findings, null_check, overall
from sim.studies.propositions.experiment import Experiment, Pair
from sim.studies.propositions.text import (
    checked,
    detail,
    difference,
    effect,
    expectation,
    interval,
    ratio,
    value,
    verdict,
)
from sim.text import number


@dataclass(frozen=True, eq=False)
class Told:
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
    mechanisms: tuple[Told, ...]
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
    counted = Counter(one.null_check for one in found if one.verdict == "supported")
    order: tuple[NullCheck, ...] = (
        "passed",
        "failed",
        "unclear",
        "not stated",
        "nothing to check",
    )
    said = ", ".join(f"{counted[word]} {word}" for word in order if counted[word])
    return f"Null checks of the supported: {said}." if said else ""


def _row(experiment: Experiment, finding: Finding) -> MeasureRow:
    description = experiment.changed.scenario.description
    target = finding.target
    told = () if target.measured.is_level else tuple(_told(experiment, finding))
    shown = difference(finding.difference, finding, description)
    return MeasureRow(
        id=target.id,
        name=f"Effect on: {measure_name(target, description)}"
        if finding.effects
        else measure_name(target, description),
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


def _told(experiment: Experiment, finding: Finding) -> Iterator[Told]:
    """The mechanism of each effect that the finding rests on, and of what a null check leaves."""
    claim, own = experiment.claim, Pair(experiment.reference, experiment.changed)
    pairs: list[tuple[str, TwoArms, Finding, Pair]] = [("", claim, finding, own)]
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
            tuple(in_words(part, description) for part in parts)
            for parts in (behind.drives, behind.opposes, behind.elsewhere)
        )
        yield Told(title, behind, drives, opposes, elsewhere)


def _why(finding: Finding, told: tuple[Told, ...], description: Description) -> str:
    if finding.verdict == "supported" or not told:
        return ""
    if not finding.effects:
        return opposed(told[0].mechanism, description)
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
