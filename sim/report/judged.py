"""A tested claim in words and numbers: each measure, its verdict and its mechanism."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sim.analysis.mechanism import Mechanism, mechanism
from sim.analysis.mechanism_words import opposed, told
from sim.analysis.propositions import Finding, Verdict, findings, overall
from sim.analysis.propositions_words import (
    detail,
    difference,
    effect,
    expectation,
    interval,
    name,
    value,
    verdict,
)
from sim.analysis.words import number
from sim.report.chart import Table
from sim.runs.experiment import Experiment
from sim.scenario.proposition import Claim


@dataclass(frozen=True, eq=False)
class Row:
    """One measure of a claim, in words and numbers.

    ``why`` is one line where the claim is not supported, else empty.
    """

    id: str
    name: str
    detail: str
    expected: str
    finding: Finding
    shown: str
    effect: str
    said: str
    why: str
    mechanism: Mechanism | None
    drives: tuple[str, ...]
    opposes: tuple[str, ...]
    elsewhere: tuple[str, ...]
    numbers: Table


@dataclass(frozen=True, eq=False)
class Judged:
    """A claim with what came of it."""

    claim: Claim
    verdict: Verdict
    rows: tuple[Row, ...]


def judged(experiment: Experiment) -> Judged:
    """Judge an experiment and put it in words."""
    claim = experiment.claim
    found = findings(claim, experiment.reference.series, experiment.changed.series)
    return Judged(claim, overall(found), tuple(_row(experiment, one) for one in found))


def tally(found: Iterable[Judged]) -> str:
    """How many claims came out how: ``3 of 5 supported, 1 contested, 1 no effect``."""
    counted = Counter(one.verdict for one in found)
    total = sum(counted.values())
    rest = [f"{counted[word]} {word}" for word in ("contested", "no effect", "unclear")
            if counted[word]]  # fmt: skip
    return ", ".join([f"{counted['supported']} of {total} supported", *rest]) + "."


def _row(experiment: Experiment, finding: Finding) -> Row:
    claim, description = experiment.claim, experiment.changed.scenario.description
    target = finding.target
    behind = None
    if not target.measured.is_level:
        behind = mechanism(claim, finding, experiment.reference.account, experiment.changed.account)
    supported = finding.verdict == "supported"
    shown = difference(finding.difference, finding, description)
    return Row(
        id=target.id,
        name=name(target, description),
        detail=detail(target, description),
        expected=expectation(target),
        finding=finding,
        shown=f"{shown} ({interval(finding, description)})",
        effect=effect(finding),
        said=verdict(finding, description),
        why=opposed(behind, description) if behind and not supported else "",
        mechanism=behind,
        drives=tuple(told(part, description) for part in behind.drives) if behind else (),
        opposes=tuple(told(part, description) for part in behind.opposes) if behind else (),
        elsewhere=tuple(told(part, description) for part in behind.elsewhere) if behind else (),
        numbers=_numbers(finding, experiment),
    )


def _numbers(finding: Finding, experiment: Experiment) -> Table:
    description = experiment.changed.scenario.description
    item = name(finding.target, description)
    level = finding.target.measured.is_level
    lines = [
        ("Mean without the change", value(finding.reference, finding, description)),
        ("Mean with the change", value(finding.changed, finding, description)),
        ("Difference", difference(finding.difference, finding, description)),
        ("95 % interval", interval(finding, description)),
        ("Standard deviation without the change", number(finding.spread, 4)),
        ("Difference in standard deviations", number(finding.effect, 3)),
        ("Pairs of runs", f"{finding.pairs:,}"),
        ("Pairing saves runs, times", number(finding.saved, 1)),
    ]
    if level:
        keep = {"Mean with the change": "Mean", "95 % interval": "95 % interval",
                "Pairs of runs": "Runs"}  # fmt: skip
        lines = [(keep[words], shown) for words, shown in lines if words in keep]
    return Table(f"{item}: the numbers", ("", "Value"), tuple(lines))
