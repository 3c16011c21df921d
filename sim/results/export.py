"""Tidy tables for Excel and R: one row per observation, one column per variable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.results.log import BOM
from sim.results.tally import Tally

if TYPE_CHECKING:
    import pandas as pd

EXCEL_ROWS = 1_048_576
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
OUTCOMES, SUMMARY = "outcomes", "summary"


def tables(
    dataset: xr.Dataset, everything: bool, tally: Tally | None = None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and content of each table.

    ``summary`` (quantiles of each outcome by date), ``outcomes`` (each outcome
    by run and date), ``watched`` (first date by run); with ``everything`` also
    each recorded quantity, and the values drawn for uncertain parameters. The
    quantiles are those of the tally where there is one: of all runs, and not only
    of those whose whole paths are kept.
    """
    complete = dataset.isel(run=(dataset["failed_round"] < 0).values)
    if tally is not None and tally.complete:
        names = [str(name) for name in dataset["outcome"].values]
        yield SUMMARY, _summary(dataset, np.stack([tally.quantiles(n, LEVELS) for n in names], -1))
    elif complete.sizes["run"]:
        yield SUMMARY, _summary(dataset, complete["reported"].quantile(list(LEVELS), "run").values)
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
    dataset: xr.Dataset, folder: Path, kind: str, everything: bool, tally: Tally | None = None
) -> list[tuple[Path, int]]:
    """Write the tables into a folder; returns each file and its number of rows.

    Parameters
    ----------
    kind : {"csv", "parquet"}
    tally : Tally, optional
        Of all runs, where the data set holds only the first of them.

    Raises
    ------
    ResultsError
        When Parquet is asked for and its library is absent, or the folder
        cannot be written.
    """
    if kind == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise ResultsError(
                "Parquet needs one more package; install it with: pip install 'entente[parquet]'"
            ) from None
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: is a file; name a folder (--out)")
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables(dataset, everything, tally):
            path = folder / f"{name}.{kind}"
            _write(table, path, kind)
            written.append((path, len(table)))
    except OSError as error:
        raise ResultsError(
            f"{folder}: cannot be written ({error.strerror or error}); "
            "make room or name another folder (--out)"
        ) from None
    return written


def _write(table: pd.DataFrame, path: Path, kind: str) -> None:
    draft = path.with_name(path.name + ".part")
    try:
        if kind == "csv":
            table.to_csv(draft, index=False, encoding=BOM, date_format="%Y-%m-%d")
        else:
            table.to_parquet(draft, index=False)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _long(dataset: xr.Dataset, name: str, dimension: str) -> pd.DataFrame:
    series = dataset[name].drop_vars([c for c in dataset[name].coords if "_name" in str(c)])
    table = series.rename("value").to_dataframe().reset_index()
    columns: pd.DataFrame = table[["run", "round", "date", dimension, "value"]]
    return columns


def _summary(dataset: xr.Dataset, quantiles: NDArray[np.float64]) -> pd.DataFrame:
    """A row for each outcome and date; quantiles of shape ``(levels, rounds + 1, outcomes)``."""
    import pandas as pd

    rounds, outcomes = dataset["round"].values, dataset["outcome"].values
    columns = {
        "round": np.tile(rounds, len(outcomes)),
        "date": np.tile(dataset["date"].values, len(outcomes)),
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
    dates = dict(zip(dataset["round"].values, dataset["date"].values, strict=True))
    table["date"] = table["round"].map(lambda r: dates.get(r) if r >= 0 else None)
    return table
