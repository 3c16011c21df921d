"""What the page of tested propositions shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.analysis.propositions import Finding, NullCheck
from sim.analysis.propositions_words import CHECKED
from sim.analysis.words import listing, span
from sim.report.arms import differences, shared
from sim.report.contents import Plot
from sim.report.judged import Judged, checks, tally
from sim.report.propositions_charts import course_chart, forest, labelled
from sim.results.measured import Series
from sim.runs.ensemble import ACCOUNTED
from sim.runs.experiment import Experiment
from sim.runs.manifest import versions
from sim.scenario.proposition import Claim
from sim.scenario.scenario import SourceFile
from sim.scenario.schema import Library
from sim.scenario.shipped import elsewhere

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
        (labelled(one.claim.id, row.finding, one.claim.changed.description), row.finding,
         one.claim.changed.description)
        for one in found
        for row in one.rows
    ]  # fmt: skip
    forests = tuple(
        Plot(f"plot-effects-{nth}", chart, heading=chart.name)
        for nth, shares in enumerate((False, True))
        if (chart := forest(lines, shares=shares))
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
        chart = course_chart(row.finding, before, after, description)
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
