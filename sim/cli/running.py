"""Commands that run: ``run`` and ``rerun``."""

from __future__ import annotations

import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from sim.cli import options
from sim.errors import ResultsError

if TYPE_CHECKING:
    import xarray as xr

    from sim.runs.ensemble import Progress
    from sim.runs.manifest import Manifest
    from sim.scenario.scenario import Scenario

LOGGED = 100


@click.command("run")
@options.scenario_file
@click.option(
    "--runs", type=click.IntRange(1, options.MOST_RUNS),
    help="Number of runs, instead of the scenario's.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, options.MOST_SEED),
    help="Seed of all random draws, instead of the scenario's.",
)  # fmt: skip
@options.changes
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write. [default: reports/NAME]"
)
@click.option(
    "--events", type=click.Choice(["some", "all"]), default="some",
    help=f"Log the moves of {LOGGED} runs, or of all.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress bar, no tables.")
@click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
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
    with _progress(scenario.description.title, runs, quiet) as progress:
        from sim.report.folder import REPORT, check_target, write_folder

        check_target(folder)
        dataset, seconds = _simulate(scenario, runs, seed, progress)
    with _status("Writing the report", quiet):
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
    with _progress(scenario.description.title, found.runs, quiet) as progress:
        dataset, _ = _simulate(scenario, found.runs, found.seed, progress, found.first)
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
    scenario: Scenario, runs: int, seed: int | None, progress: Progress, first: int = 0
) -> tuple[xr.Dataset, float]:
    from sim.runs.ensemble import run

    start = time.perf_counter()
    dataset = run(scenario, runs, seed, first=first, progress=progress)
    return dataset, time.perf_counter() - start


@contextmanager
def _progress(title: str, runs: int, quiet: bool) -> Iterator[Progress]:
    """Show a progress bar on standard error, if that is a terminal, while the block runs."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_interactive,
    )
    with bar:
        task = bar.add_task(title, total=runs)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def _status(doing: str, quiet: bool) -> Iterator[None]:
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_interactive:
        yield
        return
    with console.status(doing):
        yield
