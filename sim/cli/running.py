"""Commands that run: ``run`` and ``rerun``."""

from __future__ import annotations

import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options
from sim.errors import ResultsError

if TYPE_CHECKING:
    import xarray as xr

    from sim.runs.ensemble import Progress
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
    manifest.json into reports/NAME.
    """
    from rich.console import Console

    scenario = options.read(file, settings, rounds, lens)
    console = Console(stderr=True, quiet=quiet)
    runs = runs or scenario.description.runs
    with _progress(console, scenario.description.title, runs) as progress:
        from sim.report.folder import REPORT, check_target, write_folder

        folder = out or Path("reports") / "-".join([scenario.id, *([lens] if lens else [])])
        check_target(folder)
        dataset, seconds = _simulate(scenario, runs, seed, progress)
    with console.status("Writing the report"):
        write_folder(
            dataset,
            scenario,
            folder,
            lens=lens,
            logged=runs if events == "all" else LOGGED,
            seconds=seconds,
        )
    if not quiet:
        from sim.cli.tables import print_summary

        print_summary(dataset, scenario)
        per_second = runs / max(seconds, 1e-9)
        click.echo(f"{runs:,} runs in {seconds:.1f} s ({per_second:,.0f} a second).")
        click.echo(f"Report: {folder / REPORT}")
    if show:
        webbrowser.open((folder / REPORT).absolute().as_uri())


@click.command("rerun")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
def rerun_command(manifest: Path, quiet: bool) -> None:
    """Run a manifest again and check that the results have the same bytes."""
    from rich.console import Console

    from sim.results.store import save
    from sim.runs.manifest import digest, read_manifest, recall, versions

    found = read_manifest(manifest)
    scenario = recall(found)
    runs = int(found["runs"])
    with _progress(Console(stderr=True, quiet=quiet), scenario.description.title, runs) as progress:
        dataset, _ = _simulate(scenario, runs, int(found["seed"]), progress)
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        path = Path(folder) / found["results"]["file"]
        save(dataset, path)
        same = digest(path) == found["results"]["sha256"]
    if same:
        click.echo(f"Same bytes: {runs:,} runs, sha256 {found['results']['sha256']}")
        return
    now = versions()
    other = [
        f"{name} {old} then, {now.get(name, 'absent')} now"
        for name, old in found["versions"].items()
        if now.get(name) != old
    ]
    cause = "; versions differ: " + ", ".join(other) if other else "; the versions are the same"
    raise ResultsError(f"the results differ from those of the manifest{cause}")


def _simulate(
    scenario: Scenario, runs: int, seed: int | None, progress: Progress
) -> tuple[xr.Dataset, float]:
    from sim.runs.ensemble import run

    start = time.perf_counter()
    dataset = run(scenario, runs, seed, progress=progress)
    return dataset, time.perf_counter() - start


@contextmanager
def _progress(console: object, title: str, runs: int) -> Iterator[Progress]:
    """Show a progress bar on standard error while the block runs."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    assert isinstance(console, Console)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(title, total=runs)
        yield lambda done: bar.update(task, completed=done)
