"""Tidy tables for Excel and R: one row per observation, one column per variable."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.errors import ResultsError, option, with_extra
from sim.results.log import BOM
from sim.results.tally import Tally

if TYPE_CHECKING:
    import pandas as pd

    Tables = Iterator[tuple[str, pd.DataFrame]]

EXCEL_ROWS = 1_048_576
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
OUTCOMES, SUMMARY = "outcomes", "summary"


def tables(dataset: xr.Dataset, everything: bool, tally: Tally | None = None) -> Tables:
    """Name and content of each table.

    ``summary`` (quantiles of each outcome by round), ``outcomes`` (each outcome
    by run and round), ``watched`` (first round by run); with ``everything`` also
    each recorded quantity, and the values drawn for uncertain parameters. The
    quantiles are those of the tally where there is one: of all runs, and not only
    of those whose whole paths are kept. The data set of a tally itself gives
    ``summary`` alone.
    """
    yield from _of_all(dataset, tally)
    yield from _of_each(dataset, everything)


def _of_all(dataset: xr.Dataset, tally: Tally | None) -> Tables:
    """The table that has no runs in it."""
    if tally is not None:
        names = [str(name) for name in dataset["outcome"].values]
        if tally.complete:
            found = [tally.quantiles(name, LEVELS) for name in names]
            yield SUMMARY, _summary(dataset, np.stack(found, -1))
        return
    complete = dataset.isel(run=(dataset["failed_round"] < 0).values)
    if complete.sizes["run"]:
        yield SUMMARY, _summary(dataset, complete["reported"].quantile(list(LEVELS), "run").values)


def _of_each(dataset: xr.Dataset, everything: bool) -> Tables:
    """The tables that go by run; none where the data set has no runs."""
    if "run" not in dataset.dims:
        return
    yield OUTCOMES, _long(dataset, "reported", "outcome")
    if dataset.sizes["watch"]:
        yield "watched", _watched(dataset)
    if everything:
        for name in dataset.data_vars:
            variable = dataset[name]
            if "round" in variable.dims and name not in ("reported",) and variable.size:
                yield str(name), _long(dataset, str(name), str(variable.dims[-1]))
        if dataset.sizes["parameter"]:
            drawn = dataset["drawn"].to_series().rename("value").reset_index()
            yield "drawn", drawn


def export(
    volumes: Iterable[xr.Dataset],
    folder: Path,
    kind: str,
    everything: bool,
    tally: Tally | None = None,
) -> list[tuple[Path, int]]:
    """Write the tables into a folder; returns each file and its number of rows.

    Parameters
    ----------
    volumes : iterable of Dataset
        Stretches of the same runs, one after the other, of which one is held at a time;
        or the data set of a tally.
    kind : {"csv", "parquet"}
    tally : Tally, optional
        Of all runs. Needed where there is more than one volume.

    Raises
    ------
    ResultsError
        When Parquet is asked for and its library is absent, a volume does not go on
        where the one before it ends, or the folder cannot be written.
    """
    if kind == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise ResultsError(
                f"Parquet needs one more package; install it with: {with_extra('parquet')}"
            ) from None
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: is a file; name a folder ({option('--out')})")
    make = _Csv if kind == "csv" else _Parquet
    files: dict[str, _File] = {}
    try:
        with ExitStack() as opened:
            for nth, dataset in enumerate(_in_order(volumes)):
                if not folder.exists():
                    folder.mkdir(parents=True)
                    opened.callback(_remove_empty, folder)
                found = _of_each(dataset, everything) if nth else tables(dataset, everything, tally)
                for name, table in found:
                    if name not in files:
                        files[name] = opened.enter_context(make(folder / f"{name}.{kind}"))
                    files[name].add(table)
            for file in files.values():
                file.finish()
    except OSError as error:
        raise ResultsError(
            f"{folder}: cannot be written ({error.strerror or error}); "
            f"make room or name another folder ({option('--out')})"
        ) from None
    return [(file.path, file.rows) for file in files.values()]


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # it holds something
        folder.rmdir()


def _in_order(volumes: Iterable[xr.Dataset]) -> Iterator[xr.Dataset]:
    """Hand on volumes of the same runs, and refuse others."""
    before: tuple[object, ...] = ()
    for dataset in volumes:
        if "run" in dataset.dims:
            same = (dataset.attrs["scenario_sha256"], dataset.attrs.get("seed"))
            runs = dataset["run"].values
            if before and before != (*same, runs[0]):
                raise ResultsError(
                    "the files of results do not belong together: one of them does not go on "
                    "where the one before it ends; export each by its own name"
                )
            before = (*same, runs[-1] + 1)
        yield dataset


class _File(ABC):
    """A table's file, written piece by piece, which has its name once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self.draft = path.with_name(path.name + ".part")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.draft.unlink(missing_ok=True)

    def add(self, table: pd.DataFrame) -> None:
        """Write further rows."""
        self.write(table)
        self.rows += len(table)

    @abstractmethod
    def write(self, table: pd.DataFrame) -> None:
        """Put rows into the draft, below those that it has."""

    def finish(self) -> None:
        """Give the file its name."""
        self.draft.replace(self.path)


class _Csv(_File):
    def write(self, table: pd.DataFrame) -> None:
        new = not self.rows
        table.to_csv(
            self.draft,
            mode="w" if new else "a",
            header=new,
            index=False,
            encoding=BOM if new else "utf-8",
            date_format="%Y-%m-%d",
        )


class _Parquet(_File):
    writer: Any = None

    def write(self, table: pd.DataFrame) -> None:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter

        schema = self.writer.schema if self.writer else None
        rows = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
        if self.writer is None:
            self.writer = ParquetWriter(self.draft, rows.schema)
        self.writer.write_table(rows)

    def finish(self) -> None:
        self.writer.close()
        super().finish()

    def __exit__(self, *error: object) -> None:
        if self.writer is not None:
            with suppress(OSError):  # of a full disk, which has been told
                self.writer.close()
        super().__exit__(*error)


def _long(dataset: xr.Dataset, name: str, dimension: str) -> pd.DataFrame:
    series = dataset[name].drop_vars([c for c in dataset[name].coords if "_name" in str(c)])
    table = series.rename("value").to_dataframe().reset_index()
    columns: pd.DataFrame = table[["run", "round", "from", "until", dimension, "value"]]
    return columns


def _summary(dataset: xr.Dataset, quantiles: NDArray[np.float64]) -> pd.DataFrame:
    """A row for each outcome and round; quantiles of shape ``(levels, rounds + 1, outcomes)``."""
    import pandas as pd

    rounds, outcomes = dataset["round"].values, dataset["outcome"].values
    columns = {
        "round": np.tile(rounds, len(outcomes)),
        "from": np.tile(dataset["from"].values, len(outcomes)),
        "until": np.tile(dataset["until"].values, len(outcomes)),
        "outcome": np.repeat(outcomes, len(rounds)),
        **{
            f"q{round(level * 100):02d}": values.T.ravel()
            for level, values in zip(LEVELS, quantiles, strict=True)
        },
        "name": np.repeat(dataset["outcome_name"].values, len(rounds)),
    }
    return pd.DataFrame(columns).sort_values(["outcome", "round"], ignore_index=True)


def _watched(dataset: xr.Dataset) -> pd.DataFrame:
    table = dataset["watched"].to_series().rename("round").reset_index()
    rounds = table["round"].to_numpy()
    for name in ("from", "until"):
        days = dataset[name].values[np.maximum(rounds, 0)]
        table[name] = np.where(rounds >= 0, days, np.datetime64("NaT"))
    return table
