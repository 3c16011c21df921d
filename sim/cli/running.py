"""Commands that run: ``run`` and ``rerun``."""

from __future__ import annotations

import tempfile
import time
import webbrowser
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from sim.cli import bars, options
from sim.errors import ResultsError

if TYPE_CHECKING:
    import xarray as xr

    from sim.cli.bars import Show
    from sim.runs.manifest import Manifest
    from sim.scenario.scenario import Scenario

LOGGED = 100


@click.command("run")
@options.scenario_file
@click.option(
    "--runs", type=click.IntRange(1, options.MOST_RUNS),
    help="Number of runs, instead of the scenario's.",
)  # fmt: skip
@options.seed
@options.changes
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write. [default: reports/NAME]"
)
@click.option(
    "--events", type=click.Choice(["some", "all"]), default="some",
    help=f"Log the moves of {LOGGED} runs, or of all.",
)  # fmt: skip
@options.quiet
@options.show
def run_command(
    file: Path,
    runs: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    out: Path | None,
    events: str,
    quiet: bool,
    show: bool,
) -> None:
    """Run a scenario file and write its report.

    Writes report.html (open it in a browser), results.nc, events.csv and
    manifest.json into reports/NAME. A run with changes gets a folder of its own.
    """
    from sim.scenario.scenario import changes, folder_name

    scenario = options.read(file, settings, rounds, lens)
    runs = runs or scenario.description.runs
    folder = out or Path("reports") / folder_name(scenario)
    with bars.progress(scenario.description.title, runs, quiet) as show_progress:
        from sim.report.folder import REPORT, check_target, write_folder

        check_target(folder)
        dataset, seconds = _simulate(scenario, runs, seed, show_progress)
    with bars.status("Writing the report", quiet):
        logged = runs if events == "all" else LOGGED
        write_folder(dataset, scenario, folder, logged=logged, seconds=seconds)
    from sim.cli.tables import print_failures, print_summary

    if not quiet:
        for change in changes(scenario):
            click.echo(f"Changed for this run: {change}")
        print_summary(dataset, scenario)
        per_second = runs / max(seconds, 1e-9)
        click.echo(f"{runs:,} runs in {seconds:.1f} s ({per_second:,.0f} a second).")
        click.echo(f"Report: {folder / REPORT}")
    print_failures(dataset)
    if show:
        webbrowser.open((folder / REPORT).absolute().as_uri())


@click.command("rerun")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
def rerun_command(manifest: Path, quiet: bool) -> None:
    """Run a manifest again and check that the results have the same bytes.

    MANIFEST is a manifest.json, or the folder of a run.
    """
    from sim.results.store import save
    from sim.runs.manifest import digest, read_manifest, recall

    found = read_manifest(manifest)
    scenario = recall(found)
    with bars.progress(scenario.description.title, found.runs, quiet) as show_progress:
        dataset, _ = _simulate(scenario, found.runs, found.seed, show_progress, found.first)
    wanted = found.results.sha256
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        path = Path(folder) / "results.nc"
        save(dataset, path)
        same = digest(path) == wanted
    if not same:
        raise ResultsError(f"the results differ from those of the manifest; {_cause(found)}")
    click.echo(f"Same bytes: {found.runs:,} runs, sha256 {wanted}")
    home = manifest if manifest.is_dir() else manifest.parent
    kept = home / PurePath(found.results.file).name
    if kept.is_file() and digest(kept) != wanted:
        raise ResultsError(
            f"{kept}: was changed since; the run and its rerun give other bytes than this file has"
        )


def _cause(found: Manifest) -> str:
    from sim.runs.manifest import versions

    now = versions()
    other = [
        f"{name} {old} then, {now.get(name, 'absent')} now"
        for name, old in found.versions.items()
        if now.get(name) != old
    ]
    if other:
        return "versions differ: " + ", ".join(other)
    return (
        "the versions are the same: the manifest or the program was altered, "
        "or this processor rounds otherwise"
    )


def _simulate(
    scenario: Scenario, runs: int, seed: int | None, show: Show, first: int = 0
) -> tuple[xr.Dataset, float]:
    from sim.runs.ensemble import run

    start = time.perf_counter()
    title = scenario.description.title
    dataset = run(scenario, runs, seed, first=first, progress=lambda done: show(title, done, runs))
    return dataset, time.perf_counter() - start
