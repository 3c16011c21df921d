"""The command ``propositions``: claims tested as paired experiments."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.propositions.text import Judged

STANDARD = 4000
"""Pairs from which the intervals are as narrow as the project wants them."""
SHORT = 40
"""Characters of a claim that the table shows."""


@click.command("propositions")
@options.scenario_files("[FILE]...")
@click.option(
    "--pairs",
    type=options.Whole(2, options.MOST_RUNS),
    help="Pairs of runs of each claim, instead of its own number (4,000 unless it says).",
)
@options.seed
@click.option(
    "--out",
    type=options.A_PATH,
    default=Path("reports") / "propositions",
    help="Folder to write. [default: reports/propositions]",
)
@options.workers
@options.quiet
@options.show
@click.pass_context
def propositions_command(context: click.Context, /, **given: Any) -> None:
    """Test claims as paired experiments.

    FILE is a proposition, by its name or its path, or a folder of them; unless
    told, scenarios/propositions, or those that come with the program. Each claim is
    played twice on the same draws, with and without what it is about. Writes
    report.html and results.csv into reports/propositions.
    """
    from sim.claims.proposition import load_claims
    from sim.reporting.output_folder import PROPOSITIONS as MARK
    from sim.scenario.shipped import PROPOSITIONS, SCENARIOS, home
    from sim.studies.propositions.result import experiments
    from sim.studies.propositions.study import Propositions

    job, files, pairs = study_command.Job(given), given["files"], given["pairs"]
    own = Path(SCENARIOS, PROPOSITIONS)
    claims = load_claims(files or (own if own.is_dir() else home() / PROPOSITIONS,))
    job.into("propositions", MARK)
    begun = time.perf_counter()
    most = max(pairs or claim.stated.pairs for claim in claims)
    with job.playing("Propositions", most) as (bar, workers):
        done = experiments(claims, pairs, job.seed, bar, workers)
    seconds = time.perf_counter() - begun
    study = Propositions(done, job.seed)
    written = job.write(study, study_command.typed(context), seconds)
    if not job.quiet:
        _print(study.judged)
        click.echo(f"Report: {written}")
    job.open(written)


def _print(found: Sequence[Judged]) -> None:
    from sim.cli.tables import show

    lines = []
    for one in found:
        named = (one.claim.id, _short(one.claim.stated.claim))
        for row in one.rows:
            gap = row.shown.replace(" (", "\n(").replace(" to ", " … ")
            size = row.effect.replace("points", "pp")
            if row.ratio:
                size += "\n" + row.ratio.replace(" (", "\n(").replace(" to ", "…")
            result = row.finding.null_check
            told = result in ("passed", "failed", "unclear")
            verdict = (
                f"{row.finding.verdict}\nnull check:\n{result}" if told else (row.finding.verdict)
            )
            lines.append((*named, row.id, gap, size, verdict))
            named = ("", "")
    header = ("id", "claim", "measure", "difference\n(95 %)", "effect", "verdict")
    show("Propositions", header, lines)
    for one in found:
        for row in one.rows:
            if row.why:
                click.echo(f"{one.claim.id}, {row.name}: {row.finding.verdict}. {row.why}")
            if row.finding.null_check in ("failed", "unclear"):
                click.echo(f"{one.claim.id}, {row.name}: {row.null}")
    from sim.studies.propositions.text import checks, tally

    click.echo(tally(found))
    if said := checks(found):
        click.echo(said)
    few = [one.claim.id for one in found if min(row.finding.pairs for row in one.rows) < STANDARD]
    if few:
        which = "" if len(few) == len(found) else f" ({', '.join(few)})"
        click.echo(
            f"Fewer than {STANDARD:,} pairs{which}: "
            "these intervals are wider than this project's standard."
        )


def _short(claim: str) -> str:
    import textwrap

    return textwrap.shorten(claim, SHORT, placeholder=" …")
