"""The command ``propositions``: claims tested as paired experiments."""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options, progress_bar, study_command

if TYPE_CHECKING:
    from sim.studies.propositions.page import Judged

STANDARD = 4000
"""Pairs from which the intervals are as narrow as the project wants them."""
SHORT = 40
"""Characters of a claim that the table shows."""


@click.command("propositions")
@click.argument(
    "files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path),
    callback=options.named_in_text,
)  # fmt: skip
@click.option(
    "--pairs", type=options.Whole(2, options.MOST_RUNS),
    help="Pairs of runs of each claim, instead of its own number (4,000 unless it says).",
)  # fmt: skip
@options.seed
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports") / "propositions",
    help="Folder to write. [default: reports/propositions]",
)  # fmt: skip
@options.workers
@options.quiet
@options.show
def propositions_command(
    files: tuple[Path, ...],
    pairs: int | None,
    seed: int | None,
    out: Path,
    workers: int,
    cluster: str | None,
    quiet: bool,
    show: bool,
) -> None:
    """Test claims as paired experiments.

    FILE is a proposition, by its name or its path, or a folder of them; unless
    told, scenarios/propositions, or those that come with the program. Each claim is
    played twice on the same draws, with and without what it is about. Writes
    report.html and results.csv into reports/propositions.
    """
    from sim.claims.proposition import load_claims
    from sim.scenario.shipped import FOLDER, PROPOSITIONS, home

    own = Path(FOLDER, PROPOSITIONS)
    claims = load_claims(files or (own if own.is_dir() else home() / PROPOSITIONS,))
    runs = max(pairs or claim.stated.pairs for claim in claims)
    with (
        progress_bar.progress("Propositions", runs, quiet) as show_progress,
        options.crew(workers, cluster) as crew,
    ):
        from sim.reporting.output_folder import PROPOSITIONS, REPORT, check_target
        from sim.studies.propositions.experiment import experiments
        from sim.studies.propositions.page import write_propositions

        check_target(out, PROPOSITIONS)
        start = time.perf_counter()
        done = experiments(claims, pairs, seed, show_progress, crew)
        seconds = time.perf_counter() - start
    with progress_bar.status("Writing the report", quiet):
        typed = command(files, pairs, seed)
        found = write_propositions(done, out, seed=seed, command=typed, seconds=seconds)
    if not quiet:
        _print(found)
        click.echo(f"Report: {out / REPORT}")
    if show:
        webbrowser.open((out / REPORT).absolute().as_uri())


def command(files: Sequence[Path], pairs: int | None, seed: int | None) -> str:
    """The command line that tests the same again."""
    import shlex

    words = ["entente", "propositions", *map(study_command.named, files)]
    for option, number in (("--pairs", pairs), ("--seed", seed)):
        words += [option, str(number)] if number is not None else []
    return shlex.join(words)


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
    from sim.studies.propositions.page import checks, tally

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
