"""The ``export`` command."""

from __future__ import annotations

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
    "--out", type=click.Path(path_type=Path), help="Folder to write. [default: tables, beside it]"
)
def export_command(results: Path, kind: str, everything: bool, out: Path | None) -> None:
    """Write results as tidy tables.

    RESULTS is a results.nc, or the folder of a run. Quantiles are those of all runs,
    other tables of those whose whole paths are kept.
    """
    from sim.results.export import EXCEL_ROWS, export
    from sim.results.store import load
    from sim.results.tally_file import unlabelled

    path = results / "results.nc" if results.is_dir() else results
    dataset, beside = load(path), path.with_name("summary.nc")
    tally = unlabelled(load(beside)) if path.name == "results.nc" and beside.exists() else None
    folder = out or path.parent / "tables"
    for written, rows in export(dataset, folder, kind, everything, tally):
        long = "  (more rows than Excel can show)" if rows >= EXCEL_ROWS else ""
        click.echo(f"{written}: {rows:,} rows{long}")
