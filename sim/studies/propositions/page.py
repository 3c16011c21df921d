"""The page of tested propositions: each claim with its verdict, its grounds and its mechanism."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sim.claims.proposition import Claim
from sim.reporting import document as page
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block, Document, Exhibit, Note, Plot, Section
from sim.reporting.scenario_diff import differences, shared
from sim.results.series import Series
from sim.scenario.scenario import SourceFile
from sim.scenario.schema import Library
from sim.scenario.shipped import elsewhere
from sim.simulation.ensemble import ACCOUNTED
from sim.statistics.verdict import Finding
from sim.studies.propositions.charts import arms_chart, findings_chart, label
from sim.studies.propositions.result import Experiment
from sim.studies.propositions.text import CHECKED, Judged, checks, tally
from sim.text import listing

_FOLDER = "sim.studies.propositions"
_LEAD = (
    "Claims about this region, each turned into an experiment: the same world is played many times "
    "on the same draws, with and without the one thing that the claim is about."
)


def propositions_page(
    experiments: Sequence[Experiment], found: Sequence[Judged], seed: int | None
) -> Document:
    """Put what the experiments came to on a page; ``seed`` is that of all, where one was given."""
    claims = tuple(map(_claim, experiments, found))
    pairs = sorted({row.finding.pairs for one in found for row in one.rows})
    seeds = sorted({one.claim.reference.description.seed for one in found})
    return Document(
        kind="Paired experiments",
        title="Propositions put to the test",
        lead=_LEAD,
        headline=_headline(found),
        reproduction=(
            ("Pairs of runs", listing([f"{one:,}" for one in pairs])),
            ("Seed", listing([str(one) for one in (seeds if seed is None else [seed])])),
        ),
        same="files, seed and number of pairs",
        files=_files(one.claim for one in found),
        summary=(
            Note(tally(found), "tally"),
            *filter(None, [checks(found)]),
            page.Passage(f"{_FOLDER}/claims_table.html.j2", {"claims": found, "words": CHECKED}),
            *_forests(found),
            page.how_to_read(f"{_FOLDER}/how_to_read.html.j2", accounted=f"{ACCOUNTED:,}"),
        ),
        sections=(Section("claims", "Claims", claims, listed=True),),
    )


def _headline(found: Sequence[Judged]) -> Table:
    rows = tuple((one.claim.id, one.claim.stated.claim, one.verdict) for one in found)
    return Table("Claims and their verdicts", ("Claim", "It says", "Verdict"), rows)


def _forests(found: Sequence[Judged]) -> list[Exhibit]:
    """All effects beside one another: those in standard deviations, those in points."""
    lines = []
    for one in found:
        described = one.claim.changed.description
        lines += [
            (label(one.claim.id, row.finding, described), row.finding, described)
            for row in one.rows
        ]
    charts = [findings_chart(lines, shares=shares) for shares in (False, True)]
    return [page.exhibit_of(f"effects-{nth}", chart) for nth, chart in enumerate(charts) if chart]


def _claim(experiment: Experiment, judged: Judged) -> Block:
    """A claim: what it rests on, what was changed, and each measure with its chart."""
    claim, description = experiment.claim, experiment.changed.scenario.description
    plots = []
    for row in judged.rows:
        before, after = _courses(experiment, row.finding)
        chart = arms_chart(row.finding, before, after, description)
        plots.append(Plot(f"plot-{claim.id}-{row.id}".replace(" ", "-"), chart, (680, 430)))
    return page.Passage(
        f"{_FOLDER}/claim.html.j2",
        {
            "judged": judged,
            "words": CHECKED,
            "facts": [_fact(id, claim.reference.library) for id in claim.stated.facts],
            "changes": differences(claim),
            "moderator": shared(claim, claim.moderated) if claim.moderated else (),
            "null": shared(claim, claim.null[0]) if claim.null else (),
            "plots": plots,
        },
        tuple(plots),
        page.Cell(claim.id, judged.verdict, judged.anchor),
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


def _fact(id: str, library: Library) -> tuple[str, str, str]:
    """A fact that a claim is drawn from: its id, our words, and where it stands."""
    if fact := library.facts.get(id):
        article = library.articles.get(fact.article)
        work = f"{article.authors}, {article.date.split(',')[0]}" if article else fact.article
        return id, fact.says, f"{work}, paragraph {fact.paragraph}"
    data = library.data[id]
    return id, data.about, f"{data.name}, {data.year}"


def _files(claims: Iterable[Claim]) -> tuple[SourceFile, ...]:
    """Every file that was read, once, the propositions first."""
    claims = tuple(claims)
    read = [replace(claim.file, name=elsewhere(claim.file.name)) for claim in claims]
    read += [
        file for claim in claims for arm in (claim.reference, claim.changed) for file in arm.files
    ]
    return tuple({(file.name, file.sha256): file for file in read}.values())
