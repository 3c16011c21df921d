"""The ``export`` command."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import click


@click.command("export")
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv",
    help="CSV opens in Excel and R; Parquet is smaller and faster to read.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Every recorded quantity, too.")
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Folder to write. [default: tables, beside it; tables-2 for results-2.nc]",
)  # fmt: skip
def export_command(results: Path, kind: str, everything: bool, out: Path | None) -> None:
    """Write results as tidy tables.

    RESULTS is the folder of a run, or the results.nc in it: quantiles are then those
    of all runs, other tables of all whose whole paths are kept, in results.nc,
    results-2.nc and so on. A results-2.nc by its own name gives tables of its runs,
    a summary.nc the quantiles alone.
    """
    from sim.errors import ResultsError
    from sim.results.export import EXCEL_ROWS, export
    from sim.results.store import load
    from sim.results.tally_file import unlabelled
    from sim.runs.volumes import RESULTS, SUMMARY

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
    written = export((load(one) for one in paths), folder, kind, everything, tally)
    if not written:
        raise ResultsError(f"{path}: every run failed, so there are no quantiles to export")
    for file, rows in written:
        long = "  (more rows than Excel can show)" if rows >= EXCEL_ROWS else ""
        click.echo(f"{file}: {rows:,} rows{long}")


def _volumes(first: Path) -> list[Path]:
    """All files of whole paths of a run, in order: those that its manifest lists, if it has one."""
    from sim.errors import ResultsError
    from sim.runs.manifest import NAME, read_manifest

    there = {path.name for path in first.parent.glob("results-*.nc")}
    with suppress(ResultsError):  # of something else, or too damaged to say more than the files
        there = {saved.file for saved in read_manifest(first.with_name(NAME)).more}
    numbers = [int(one[1]) for name in there if (one := re.fullmatch(r"results-(\d+)\.nc", name))]
    return [first, *(first.with_name(f"results-{number}.nc") for number in sorted(numbers))]
