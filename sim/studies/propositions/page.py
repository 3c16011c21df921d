"""What the page of tested propositions shows."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.claims.checks import TwoArms
from sim.claims.proposition import Claim
from sim.reporting.chart import Table
from sim.reporting.exhibit import Plot
from sim.reporting.html import laid_out, write_page
from sim.reporting.measure_text import measure_name
from sim.reporting.mechanism_text import opposed
from sim.reporting.mechanism_text import told as in_words
from sim.reporting.output_folder import PROPOSITIONS, REPORT, whole
from sim.reporting.scenario_diff import differences, shared
from sim.results.csv_file import BOM, harmless
from sim.results.series import Series
from sim.scenario.scenario import SourceFile
from sim.scenario.schema import Description, Library
from sim.scenario.shipped import elsewhere
from sim.simulation.ensemble import ACCOUNTED
from sim.simulation.manifest import NAME as MANIFEST
from sim.simulation.manifest import versions
from sim.statistics.mechanism import Mechanism, mechanism
from sim.statistics.verdict import (
    Finding,
    NullCheck,
    Verdict,
    findings,
    null_check,
    overall,
)
from sim.studies.propositions.charts import arms_chart, findings_chart, label
from sim.studies.propositions.experiment import Experiment, Pair
from sim.studies.propositions.text import (
    CHECKED,
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
from sim.text import listing, number, span

# Tested propositions as a page, a table and a manifest, in a folder of their own.

RESULTS = "results.csv"
COLUMNS = (
    "id", "measure", "name", "expected", "reference", "changed", "difference", "low", "high",
    "effect", "ratio", "ratio_low", "ratio_high", "pairs", "saved", "verdict",
    "null_difference", "null_low", "null_high", "null_check",
)  # fmt: skip


def write_propositions(
    experiments: Sequence[Experiment],
    folder: str | Path,
    *,
    seed: int | None = None,
    command: str = "",
    seconds: float = 0.0,
) -> tuple[Judged, ...]:
    """Write report.html, results.csv and manifest.json, all or none.

    Returns what the experiments came to.

    Parameters
    ----------
    experiments : sequence of Experiment
        Of :func:`sim.experiments`.
    folder : str or Path
    seed : int, optional
        The seed, where the scenarios' own were not taken.
    command : str
        The command line that tests the same again.
    seconds : float
        Time that the runs took.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    found = tuple(judged(one) for one in experiments)
    facts = _manifest(found, seed, command, seconds)
    page = contents(experiments, found, facts)
    html = laid_out("propositions.html.j2", page, page.plots)
    with whole(Path(folder), PROPOSITIONS) as draft:
        write_page(html, draft / REPORT)
        _write_results(found, draft / RESULTS)
        text = json.dumps(facts, indent=1, ensure_ascii=False)
        (draft / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    return found


def _manifest(
    found: Sequence[Judged], seed: int | None, command: str, seconds: float
) -> dict[str, object]:
    return {
        "format": 1,
        "title": TITLE,
        PROPOSITIONS: [
            {
                "id": one.claim.id,
                "file": elsewhere(one.claim.file.name),
                "reference_sha256": one.claim.reference.sha256,
                "changed_sha256": one.claim.changed.sha256,
                "pairs": max(row.finding.pairs for row in one.rows),
                "seed": one.claim.reference.description.seed if seed is None else seed,
                "verdict": one.verdict,
                "null_check": one.null_check,
            }
            for one in found
        ],
        "seed": seed,
        "command": command,
        "seconds": round(seconds, 3),
        "versions": versions(),
        "files": [
            {"name": file.name, "sha256": file.sha256} for file in files(one.claim for one in found)
        ],
    }


def _write_results(found: Sequence[Judged], path: Path) -> None:
    """One row per measure; numbers as they are, not rounded for reading."""
    with path.open("w", encoding=BOM, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in found:
            for row in one.rows:
                finding = row.finding
                measured, nothing = finding.target.measured, math.nan
                expected = measured.expect or row.expected.removeprefix("to be ")
                if measured.by_more_than is not None:
                    expected = f"{expected} by more than {measured.by_more_than:g}"
                ratio, null = finding.ratio, finding.null
                writer.writerow(
                    (
                        *map(harmless, (one.claim.id, row.id, row.name, expected)),
                        *(f"{number:.9g}" for number in (
                            finding.reference, finding.changed, finding.difference, finding.low,
                            finding.high, finding.effect,
                            *((ratio.value, ratio.low, ratio.high) if ratio else (nothing,) * 3),
                        )),
                        finding.pairs, f"{finding.saved:.9g}", finding.verdict,
                        *(f"{number:.9g}" for number in (
                            (null.difference, null.low, null.high) if null else (nothing,) * 3
                        )),
                        finding.null_check,
                    )
                )  # fmt: skip


# A tested claim in words and numbers: each measure, its verdict and its mechanism.


@dataclass(frozen=True, eq=False)
class Told:
    """The mechanism behind a difference of two arms, in words; ``title`` says which two."""

    title: str
    mechanism: Mechanism
    drives: tuple[str, ...]
    opposes: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Row:
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
    rows: tuple[Row, ...]


def judged(experiment: Experiment) -> Judged:
    """Judge an experiment and put it in words."""
    claim, found = experiment.claim, findings(experiment)
    rows = tuple(_row(experiment, one) for one in found)
    return Judged(claim, overall(found), null_check(found), rows)


def tally(found: Iterable[Judged]) -> str:
    """How many claims came out how: ``3 of 5 supported, 1 contested, 1 no effect``."""
    counted = Counter(one.verdict for one in found)
    total = sum(counted.values())
    rest = [f"{counted[word]} {word}" for word in ("contested", "no effect", "unclear")
            if counted[word]]  # fmt: skip
    return ", ".join([f"{counted['supported']} of {total} supported", *rest]) + "."


def checks(found: Iterable[Judged]) -> str:
    """What came of the null checks of the claims that are supported; empty where there is none."""
    counted = Counter(one.null_check for one in found if one.verdict == "supported")
    order: tuple[NullCheck, ...] = (
        "passed", "failed", "unclear", "not stated", "nothing to check",
    )  # fmt: skip
    said = ", ".join(f"{counted[word]} {word}" for word in order if counted[word])
    return f"Null checks of the supported: {said}." if said else ""


def _row(experiment: Experiment, finding: Finding) -> Row:
    description = experiment.changed.scenario.description
    target = finding.target
    told = () if target.measured.is_level else tuple(_told(experiment, finding))
    shown = difference(finding.difference, finding, description)
    return Row(
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
        keep = {"Mean with the change": "Mean", "95 % interval": "95 % interval",
                "Pairs of runs": "Runs"}  # fmt: skip
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


TITLE = "Propositions put to the test"


@dataclass(frozen=True)
class Fact:
    """A fact that a claim is drawn from: its id, our words, and where it stands."""

    id: str
    says: str
    place: str


@dataclass(frozen=True, eq=False)
class Part:
    """A claim's section of the page."""

    judged: Judged
    facts: tuple[Fact, ...]
    changes: tuple[str, ...]
    moderator: tuple[str, ...]
    null: tuple[str, ...]
    plots: tuple[Plot, ...]

    @property
    def anchor(self) -> str:
        """Id of its section."""
        return f"claim-{self.judged.claim.id}".replace(" ", "-")


@dataclass(frozen=True, eq=False)
class Page:
    """All that the template shows."""

    title: str
    lead: str
    tally: str
    checks: str
    parts: tuple[Part, ...]
    forests: tuple[Plot, ...]
    accounted: str
    command: str
    reproduction: tuple[tuple[str, str], ...]
    files: tuple[SourceFile, ...]

    @property
    def words(self) -> dict[NullCheck, str]:
        """What comes of a null check, in a few words."""
        return CHECKED

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every plot of the page."""
        return (*self.forests, *(plot for part in self.parts for plot in part.plots))


def contents(
    experiments: Sequence[Experiment], found: Sequence[Judged], manifest: Mapping[str, object]
) -> Page:
    """Gather what the page shows.

    Parameters
    ----------
    experiments : sequence of Experiment
    found : sequence of Judged
        What each of them came to.
    manifest : mapping
        How they were run: ``command``, ``seed``, ``seconds``.
    """
    lines = [
        (label(one.claim.id, row.finding, one.claim.changed.description), row.finding,
         one.claim.changed.description)
        for one in found
        for row in one.rows
    ]  # fmt: skip
    forests = tuple(
        Plot(f"plot-effects-{nth}", chart, heading=chart.name)
        for nth, shares in enumerate((False, True))
        if (chart := findings_chart(lines, shares=shares))
    )
    pairs = sorted({row.finding.pairs for one in found for row in one.rows})
    packages = versions()
    seeds = sorted({one.claim.reference.description.seed for one in found})
    return Page(
        title=TITLE,
        lead=(
            "Claims about this region, each turned into an experiment: the same world is played "
            "many times on the same draws, with and without the one thing that the claim is about."
        ),
        tally=tally(found),
        checks=checks(found),
        parts=tuple(_part(one, mine) for one, mine in zip(experiments, found, strict=True)),
        forests=forests,
        accounted=f"{ACCOUNTED:,}",
        command=str(manifest["command"]),
        reproduction=(
            ("Pairs of runs", listing([f"{one:,}" for one in pairs])),
            ("Seed", str(manifest["seed"] if manifest["seed"] is not None else listing(
                [f"{one}" for one in seeds]))),
            ("Time taken", span(float(str(manifest["seconds"])))),
            ("Entente", packages["entente"]),
            ("Python", packages["python"]),
            ("NumPy", packages["numpy"]),
        ),
        files=files(one.claim for one in found),
    )  # fmt: skip


def _part(experiment: Experiment, judged: Judged) -> Part:
    claim, description = experiment.claim, experiment.changed.scenario.description
    plots = []
    for row in judged.rows:
        before, after = _courses(experiment, row.finding)
        chart = arms_chart(row.finding, before, after, description)
        plots.append(Plot(f"plot-{claim.id}-{row.id}".replace(" ", "-"), chart, (680, 430)))
    return Part(
        judged,
        tuple(_fact(id, claim.reference.library) for id in claim.stated.facts),
        differences(claim),
        shared(claim, claim.moderated) if claim.moderated else (),
        shared(claim, claim.null[0]) if claim.null else (),
        tuple(plots),
    )


def _courses(experiment: Experiment, finding: Finding) -> tuple[Series, Series]:
    """A measure by date in both arms; with a moderator, the effect without it and with it."""
    label = finding.target.label
    pairs = [(reference[label], changed[label]) for reference, changed in experiment.pairs]
    if not finding.effects:
        return pairs[0]
    without, given = (
        replace(
            changed,
            course=changed.course - reference.course,
            values=changed.values - reference.values,
        )
        for reference, changed in pairs
    )
    return without, given


def _fact(id: str, library: Library) -> Fact:
    if fact := library.facts.get(id):
        article = library.articles.get(fact.article)
        work = f"{article.authors}, {article.date.split(',')[0]}" if article else fact.article
        return Fact(id, fact.says, f"{work}, paragraph {fact.paragraph}")
    data = library.data[id]
    return Fact(id, data.about, f"{data.name}, {data.year}")


def files(claims: Iterable[Claim]) -> tuple[SourceFile, ...]:
    """Every file that was read, once, the propositions first."""
    claims = tuple(claims)
    read = [replace(claim.file, name=elsewhere(claim.file.name)) for claim in claims]
    read += [file for claim in claims for arm in (claim.reference, claim.changed)
             for file in arm.files]  # fmt: skip
    return tuple({(file.name, file.sha256): file for file in read}.values())
