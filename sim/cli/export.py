"""The ``export`` command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options

if TYPE_CHECKING:
    from sim.results.formats import TableFile
    from sim.scenario.scenario import Scenario


@click.command("export")
@click.argument("results", type=options.A_PATH)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "xlsx", "stata", "parquet"]),
    default="csv",
    help="CSV for every program, an Excel workbook, Stata files, or Parquet.",
)
@click.option("--all", "everything", is_flag=True, help="Every recorded quantity, too.")
@options.runs(1, "Only the first runs in the tables that go by run.")
@options.folder("Folder to write. [default: tables, beside it; tables-2 for results-2.nc]")
def export_command(
    results: Path, kind: str, everything: bool, runs: int | None, out: Path | None
) -> None:
    """Write results as tidy tables for Excel, R, Stata, pandas and others.

    RESULTS is the folder of a run, or the results.nc in it: quantiles are then those
    of all runs, other tables of all whose whole paths are kept, in results.nc,
    results-2.nc and so on. A results-2.nc by its own name gives tables of its runs,
    a summary.nc the quantiles alone. A README.md says what each column holds and how
    each program reads it, a datapackage.json says the same to programs.
    """
    from sim.errors import ResultsError
    from sim.results.bounded_tally import unlabelled
    from sim.results.export import export
    from sim.results.store import load
    from sim.results.tables import EVENTS, RUNS
    from sim.simulation.checkpoints import RESULTS, SUMMARY

    path = results / RESULTS if results.is_dir() else results
    paths, beside = [path], None
    if path.name == RESULTS:
        paths, beside = _volumes(path), path.with_name(SUMMARY)
    elif "first_round" in load(path):
        beside = path
    tally = None
    if beside is not None and (len(paths) > 1 or beside.exists()):
        tally = unlabelled(load(beside))
    number = re.fullmatch(r"results(-\d+)\.nc", path.name)
    folder = out or path.parent / f"tables{number[1] if number else ''}"
    scenario, why = _played(path.parent)
    written = export((load(one) for one in paths), folder, kind, everything, tally, scenario, runs)
    if not written:
        raise ResultsError(f"{path}: every run failed, so there are no quantiles to export")
    names = {one.table.name for one in written}
    if RUNS in names and EVENTS not in names:
        click.echo(f"Note: no table of events, since {why}", err=True)
    _say(written, folder, kind)


def _played(home: Path) -> tuple[Scenario | None, str]:
    """The scenario of a folder's manifest; and why there are no events, should there be none."""
    from sim.errors import SimError
    from sim.simulation.manifest import read_manifest, recall

    try:
        return recall(read_manifest(home)), "the manifest beside the results is of another run"
    except SimError as error:
        return None, str(error)


def _say(written: Sequence[TableFile], folder: Path, kind: str) -> None:
    """Name the files, and how to read the table by run, or the only one."""
    from sim.results.export import README, lines, resource
    from sim.results.tables import RUNS
    from sim.results.workbook import ROWS

    for one in written:
        sheets = f", {'sheets' if len(one.sheets) > 1 else 'sheet'} {', '.join(one.sheets)}"
        long = kind == "csv" and one.rows >= ROWS
        note = "  (more rows than Excel can show: --runs takes fewer)" if long else ""
        click.echo(f"{one.path}: {one.rows:,} rows{sheets if one.sheets else ''}{note}")
    click.echo(f"{folder / README}: what the columns hold, and how to read each table")
    told = next((one for one in written if one.table.name == RUNS), written[0])
    here = f"{folder.as_posix()}/"
    for program, line in lines(resource(kind, told), here).items():
        click.echo(f"{program + ':':<7} {line}")


def _volumes(first: Path) -> list[Path]:
    """All files of whole paths of a run, in order: those that its manifest lists, if it has one."""
    from sim.errors import ResultsError
    from sim.simulation.manifest import MANIFEST, read_manifest

    there = {path.name for path in first.parent.glob("results-*.nc")}
    with suppress(ResultsError):  # of something else, or too damaged to say more than the files
        there = {saved.file for saved in read_manifest(first.with_name(MANIFEST)).more}
    numbers = [int(one[1]) for name in there if (one := re.fullmatch(r"results-(\d+)\.nc", name))]
    return [first, *(first.with_name(f"results-{number}.nc") for number in sorted(numbers))]
