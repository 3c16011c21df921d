"""Commands that run: ``run`` and ``rerun``."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options, progress_bar, scenario_notes, study_command
from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.simulation.manifest import Manifest

LOGGED = 100


def _kept(ctx: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """The number of runs whose whole paths are kept."""
    if value is None:
        return None
    if value.strip().lower() == "all":
        return options.MOST_RUNS
    number = value.replace(",", "")
    if not number.isdecimal() or not 1 <= int(number) <= options.MOST_RUNS:
        raise click.UsageError(f"--keep wants a number of runs, or 'all', not {value!r}", ctx)
    return int(number)


@click.command("run")
@options.scenario_file
@options.runs(1, "Number of runs, instead of the scenario's.")
@options.seed
@options.changes
@options.folder("Folder to write. [default: reports/NAME]")
@click.option(
    "--keep",
    metavar="N|all",
    callback=_kept,
    help="Keep the whole paths of N runs; of more runs only a tally. [default: 10,000, "
    "fewer where they are large]",
)
@click.option(
    "--events",
    type=click.Choice(["some", "all"]),
    default="some",
    help=f"Log the moves of {LOGGED} runs, or of all whose paths are kept.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted.")
@click.option("--restart", is_flag=True, help="Start over where one was interrupted.")
@options.theory
@options.workers
@scenario_notes.option
@options.quiet
@options.show
def run_command(
    runs: int | None,
    out: Path | None,
    keep: int | None,
    events: str,
    resume: bool,
    restart: bool,
    notes: bool,
    theories: tuple[str, ...],
    **given: Any,
) -> None:
    """Run a scenario, by its name or its file, and write its report.

    Writes report.html (open it in a browser), results.nc, events.csv and
    manifest.json into reports/NAME; where not every run's whole path is kept, also
    summary.nc. Of more than 100 runs the log of moves has the first 100, and is
    named events-first-100-runs.csv, unless --events says all. A run with changes
    gets a folder of its own.
    """
    from sim.scenario.scenario import changes, folder_name

    if resume and restart:
        raise click.UsageError("--resume goes on with a run, --restart throws it away: give one")
    file, job = given["file"], study_command.Job(given)
    scenario = job.scenario
    runs = runs or scenario.description.runs
    named = options.theories_named(theories)
    folder = out or Path("reports") / f"{folder_name(scenario)}{options.theory_tail(named)}"
    odd = scenario_notes.noted(scenario, file, notes)
    if not job.quiet:
        scenario_notes.warn(odd)
    with job.playing(scenario.description.title, runs) as (progress, executor):
        from sim.studies.run.study import record

        found = record(
            scenario,
            folder,
            runs,
            job.seed,
            keep=None if keep is None else min(keep, runs),
            logged=None if events == "all" else LOGGED,
            resume=resume,
            restart=restart,
            theories=named,
            workers=executor,
            progress=progress,
            notes=odd,
        )
    from sim.cli.tables import print_beliefs, print_failures, print_summary
    from sim.reporting.output_folder import REPORT, left_tables

    if not job.quiet:
        for change in changes(scenario):
            click.echo(f"Changed for this run: {change}")
        print_summary(found.summary, scenario)
        print_beliefs(found)
        per_second = runs / max(found.seconds, 1e-9)
        click.echo(f"{runs:,} runs in {found.seconds:.1f} s ({per_second:,.0f} a second).")
        if found.tally is not None and keep is None:
            click.echo(
                f"Whole paths are kept of the first {found.data.sizes['run']:,} runs, a tally of "
                "all; --keep N keeps more."
            )
        click.echo(f"Report: {folder / REPORT}")
    print_failures(found)
    if left := left_tables(folder):
        names = ", ".join(path.relative_to(folder).as_posix() for path in left)
        click.echo(
            f"Note: {folder}: changed since they were exported from an earlier run, or not "
            f"exported, so they stay: {names}",
            err=True,
        )
    job.open(folder / REPORT)


@click.command("rerun")
@click.argument("manifest", type=options.A_PATH)
@click.option(
    "--trust-code",
    is_flag=True,
    help="Carry out the code of theories that the manifest holds: read it first.",
)
@options.workers
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
def rerun_command(
    manifest: Path, trust_code: bool, workers: int, cluster: str | None, quiet: bool
) -> None:
    """Run a manifest again and check that the results have the same bytes.

    MANIFEST is a manifest.json, or the folder of a run.
    """
    from sim.simulation.checkpoints import play_into
    from sim.simulation.manifest import digest, read_manifest, recall, recalled_seats

    found = read_manifest(manifest)
    scenario = recall(found)
    seats = recalled_seats(found, scenario, trusted=trust_code)
    title, home = scenario.description.title, manifest if manifest.is_dir() else manifest.parent
    with (
        progress_bar.progress(title, found.runs, quiet) as show,
        options.workers_named(workers, cluster, quiet) as executor,
        tempfile.TemporaryDirectory(prefix="entente-") as folder,
    ):
        play_into(
            Path(folder),
            scenario,
            found.runs,
            found.seed,
            first=found.first,
            kept=found.kept or found.runs,
            volume=None if found.more else found.runs,
            seats=seats,
            workers=executor,
            progress=lambda done: show(title, done, found.runs),
        )
        made = {path.name: digest(path) for path in Path(folder).iterdir()}
    saved = (found.results, *found.more)
    if any(made.get(PurePath(one.file).name) != one.sha256 for one in saved):
        raise ResultsError(f"the results differ from those of the manifest; {_cause(found)}")
    click.echo(f"Same bytes: {found.runs:,} runs, sha256 {found.results.sha256}")
    for one in found.more:
        click.echo(f"Same bytes: {one.file}, sha256 {one.sha256}")
    for one in saved:
        kept = home / PurePath(one.file).name
        if kept.is_file() and digest(kept) != one.sha256:
            raise ResultsError(
                f"{kept}: was changed since; the run and its rerun give other bytes than this "
                "file has"
            )


def _cause(found: Manifest) -> str:
    from sim.simulation.manifest import versions

    now = versions()
    other = [
        f"{name} {old} then, {now.get(name, 'absent')} now"
        for name, old in found.versions.items()
        if now.get(name) != old
    ]
    if other:
        return "versions differ: " + ", ".join(other)
    if found.theories:
        names = ", ".join(sorted({one.name for one in found.theories.values()}))
        return (
            f"the versions are the same: a theory ({names}) may draw random numbers of its own; "
            "take those of view.draw and view.around.uniform"
        )
    return (
        "the versions are the same: the manifest or the program was altered, "
        "or this processor rounds otherwise"
    )
