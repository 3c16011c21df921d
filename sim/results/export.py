"""Results as a folder of tables that other programs read, with what each column holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import xarray as xr

from sim.errors import ResultsError, option, with_extra
from sim.results import package
from sim.results.bounded_tally import Tally
from sim.results.formats import About, Csv, Format, Parquet, Stata, Written
from sim.results.tables import summary, tables_by_run
from sim.results.workbook import Workbook
from sim.scenario.scenario import Scenario

FORMATS: dict[str, type[Format]] = {
    "csv": Csv,
    "xlsx": Workbook,
    "stata": Stata,
    "parquet": Parquet,
}


def export(
    volumes: Iterable[xr.Dataset],
    folder: Path,
    kind: str,
    everything: bool,
    tally: Tally | None = None,
    scenario: Scenario | None = None,
    runs: int | None = None,
) -> list[Written]:
    """Write the tables into a folder, with a README.md and a datapackage.json that explain them.

    Parameters
    ----------
    volumes : iterable of Dataset
        Stretches of the same runs, one after the other, of which one is held at a time;
        or the data set of a tally.
    folder : Path
    kind : {"csv", "xlsx", "stata", "parquet"}
    everything : bool
        As of :func:`sim.results.tables.tables`.
    tally : Tally, optional
        Of all runs. Needed where there is more than one volume.
    scenario : Scenario, optional
        The one that was played; without it, or with another, there is no table of events.
    runs : int, optional
        Take only so many runs, the first ones, into the tables that go by run.

    Returns
    -------
    list of Written
        What was written of each table; nothing where there is nothing to write.

    Raises
    ------
    ResultsError
        When the format's library is absent, a volume does not go on where the one before
        it ends, a table is larger than the format allows, or the folder cannot be
        written.
    """
    if kind == "parquet" and find_spec("pyarrow") is None:
        raise ResultsError(
            f"Parquet needs one more package; install it with: {with_extra('parquet')}"
        )
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: is a file; name a folder ({option('--out')})")
    try:
        with ExitStack() as opened:
            writer: Format | None = None
            left = runs
            for dataset in _in_order(volumes):
                if scenario and scenario.sha256 != dataset.attrs["scenario_sha256"]:
                    scenario = None
                pieces = tables_by_run(_first(dataset, left), everything, scenario)
                if writer is None:
                    if not folder.exists():
                        folder.mkdir(parents=True)
                        opened.callback(_remove_empty, folder)
                    about = _about(dataset, tally)
                    writer = opened.enter_context(FORMATS[kind](folder, about))
                    pieces = chain(summary(dataset, tally), pieces)
                for table in pieces:
                    writer.add(table)
                if left is not None:
                    left -= dataset.sizes.get("run", 0)
                    if left <= 0:
                        break
            if writer is None:
                return []
            written = writer.finish()
            if written:
                package.write(folder, kind, about, written)
            return written
    except OSError as error:
        raise ResultsError(
            f"{folder}: cannot be written ({error.strerror or error}); "
            f"make room or name another folder ({option('--out')})"
        ) from None


def _about(dataset: xr.Dataset, tally: Tally | None) -> About:
    attrs = dataset.attrs
    return About(
        title=str(attrs["title"]),
        scenario=str(attrs["scenario"]),
        scenario_sha256=str(attrs["scenario_sha256"]),
        version=str(attrs["version"]),
        seed=str(attrs["seed"]),
        runs=tally.runs if tally else dataset.sizes["run"],
        start=dataset["from"].values[0],
    )


def _first(dataset: xr.Dataset, runs: int | None) -> xr.Dataset:
    """The first runs of a data set that has any."""
    return dataset if runs is None or "run" not in dataset.dims else dataset.isel(run=slice(runs))


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # it holds something
        folder.rmdir()


def _in_order(volumes: Iterable[xr.Dataset]) -> Iterator[xr.Dataset]:
    """Hand on volumes of the same runs, and refuse others."""
    before: tuple[object, ...] = ()
    for dataset in volumes:
        if "run" in dataset.dims:
            same = (dataset.attrs["scenario_sha256"], dataset.attrs.get("seed"))
            numbers = dataset["run"].values
            if before and before != (*same, numbers[0]):
                raise ResultsError(
                    "the files of results do not belong together: one of them does not go on "
                    "where the one before it ends; export each by its own name"
                )
            before = (*same, numbers[-1] + 1)
        yield dataset
