"""Results as tidy tables, each column with its type and its meaning (``columns.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.results.bounded_tally import Tally
from sim.results.lasting import arrangements, promised
from sim.results.log import cut, stretches
from sim.results.variables import PROMISED, STATUS
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SUMMARY, RUNS, OUTCOMES, WATCHED = "summary", "runs", "outcomes", "watched"
EVENTS, ARRANGEMENTS, PROMISES, DRAWN = "events", "arrangements", "promises", "drawn"

Type = Literal["integer", "number", "string", "date", "boolean"]


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, the type of its values, and what they say."""

    name: str
    type: Type
    says: str


@dataclass(frozen=True, eq=False)
class ExportTable:
    """A table, or some of its rows.

    Attributes
    ----------
    name : str
    says : str
        What a row is.
    columns : tuple of Column
        In the order of the rows' own.
    key : tuple of str
        Columns whose values together are those of one row alone; none where there are
        none such.
    rows : DataFrame
        Numbers, texts, ``datetime64`` and ``bool``; nullable where something is missing.
    """

    name: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: pd.DataFrame

    @property
    def head(self) -> ExportTable:
        """The same without rows."""
        return replace(self, rows=self.rows.iloc[:0].copy())


COLUMNS: dict[str, tuple[Column, ...]] = {}
"""The columns of each table whose columns are always the same; of a state; and of labels."""
with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as _file:
    for _row in csv.DictReader(_file):
        _column = Column(_row["column"], cast(Type, _row["type"]), _row["meaning"])
        COLUMNS[_row["table"]] = (*COLUMNS.get(_row["table"], ()), _column)
_STATE = COLUMNS["state"]
"""The run, the round and its days."""
_LABELS = {column.name: column for column in COLUMNS["labels"]}
_IN_WORDS = {"status": STATUS, "promised": PROMISED}
"""Variables whose numbers say nothing to other programs."""


def summary(dataset: xr.Dataset, tally: Tally | None = None) -> Iterator[ExportTable]:
    """The table of quantiles over the runs; none where every run failed.

    Parameters
    ----------
    dataset : Dataset
        Whole paths of runs, or the data set of a tally.
    tally : Tally, optional
        Of all runs. The quantiles are then of these, and not only of the runs whose whole
        paths are kept.
    """
    rows = summary_rows(dataset, tally)
    if not len(rows):
        return
    says = "an outcome at a round: quantiles over all runs"
    yield ExportTable(SUMMARY, says, COLUMNS[SUMMARY], ("outcome", "round"), rows)


def tables_by_run(
    dataset: xr.Dataset, everything: bool, scenario: Scenario | None = None
) -> Iterator[ExportTable]:
    """The tables that go by run; none where the data set has no runs.

    Parameters
    ----------
    dataset : Dataset
        Whole paths of runs; or the data set of a tally, which has none.
    everything : bool
        Also each recorded quantity, and the values drawn for uncertain parameters.
    scenario : Scenario, optional
        The one that was played; without it there are no ``events``.
    """
    if "run" not in dataset.dims:
        return
    yield ExportTable(RUNS, "a run", _run_columns(dataset), ("run",), run_rows(dataset))
    value = Column("value", "number", "how it stood on the day 'until'; of acts, how many so far")
    yield _long(
        dataset, OUTCOMES, "an outcome at a round of a run", "reported", ("outcome",), value
    )
    if dataset.sizes["watch"]:
        yield _watched(dataset)
    if scenario is not None:
        says = "a move of an actor toward another"
        for moves in stretches(dataset, scenario):
            yield ExportTable(EVENTS, says, COLUMNS[EVENTS], (), moves)
        yield from _lasting(dataset, scenario)
    if everything:
        yield from _recorded(dataset)
        if dataset.sizes["parameter"]:
            drawn = dataset["drawn"].to_series().rename("value").reset_index()
            says = "an uncertain number in a run"
            yield ExportTable(DRAWN, says, COLUMNS[DRAWN], ("run", "parameter"), drawn)


def _lasting(dataset: xr.Dataset, scenario: Scenario) -> Iterator[ExportTable]:
    """What became of arrangements and promises, where there are any."""
    for name, variable, says, found in (
        (ARRANGEMENTS, "status", "something that happened to an arrangement", arrangements),
        (PROMISES, "promised", "something that became of a promise", promised),
    ):
        for part in cut(dataset) if variable in dataset else ():
            yield ExportTable(name, says, COLUMNS[name], (), found(part, scenario))


def summary_rows(dataset: xr.Dataset, tally: Tally | None = None) -> pd.DataFrame:
    """Quantiles over the runs: a row for each outcome and round; none where every run failed."""
    import pandas as pd

    outcomes, rounds = dataset["outcome"].values, dataset["round"].values
    if tally is not None:
        if not tally.complete:
            return pd.DataFrame()
        found = np.stack([tally.quantiles(str(name), LEVELS) for name in outcomes], -1)
    else:
        complete = dataset.isel(run=(dataset["failed_round"] < 0).values)
        if not complete.sizes["run"]:
            return pd.DataFrame()
        found = complete["reported"].quantile(list(LEVELS), "run").values
    columns = {
        **{name: np.tile(dataset[name].values, len(outcomes)) for name in _names(_STATE[1:])},
        "outcome": np.repeat(outcomes, len(rounds)),
        **{_quantile(level): values.T.ravel() for level, values in zip(LEVELS, found, strict=True)},
        "name": np.repeat(dataset["outcome_name"].values, len(rounds)),
    }
    return pd.DataFrame(columns).sort_values(["outcome", "round"], ignore_index=True)


def run_rows(dataset: xr.Dataset) -> pd.DataFrame:
    """A row for each run: how each outcome ended, and whether and when each event came.

    Returns
    -------
    DataFrame
        ``run``; ``end_OUTCOME``, its last value; ``came_EVENT``, whether the watched event
        came, and ``round_EVENT``, the first round in which it did, missing where it did
        not; ``failed_round`` and ``stopped_round``, missing where the run did neither. Of
        a run that failed, all but the last two is missing.
    """
    import pandas as pd

    failed = dataset["failed_round"].values >= 0
    columns: dict[str, Any] = {"run": dataset["run"].values}
    last = dataset["reported"].isel(round=-1)
    for name in dataset["outcome"].values:
        columns[f"end_{name}"] = np.where(failed, np.nan, last.sel(outcome=name).values)
    for name in dataset["watch"].values:
        first = dataset["watched"].sel(watch=name).values
        columns[f"came_{name}"] = _came(first, failed)
        columns[f"round_{name}"] = _round(first, failed)
    for name in ("failed_round", "stopped_round"):
        columns[name] = _round(dataset[name].values)
    return pd.DataFrame(columns)


def _run_columns(dataset: xr.Dataset) -> tuple[Column, ...]:
    found = [_STATE[0]]
    for name, title in zip(dataset["outcome"].values, dataset["outcome_name"].values, strict=True):
        found.append(Column(f"end_{name}", "number", f"{title}, at the end"))
    for name, title in zip(dataset["watch"].values, dataset["watch_name"].values, strict=True):
        found += [
            Column(f"came_{name}", "boolean", f"1: {title}; 0: not in this run"),
            Column(f"round_{name}", "integer", f"first round with: {title}; missing: none"),
        ]
    return (
        *found,
        Column("failed_round", "integer", "round in which the run failed; missing: it did not"),
        Column("stopped_round", "integer", "round that ended the run early; missing: none did"),
    )


def _watched(dataset: xr.Dataset) -> ExportTable:
    table = dataset["watched"].to_series().rename("first").reset_index()
    first = table.pop("first").to_numpy()
    failed = np.repeat(dataset["failed_round"].values >= 0, dataset.sizes["watch"])
    table["came"], table["round"] = _came(first, failed), _round(first, failed)
    for name in ("from", "until"):
        days = dataset[name].values[np.maximum(first, 0)]
        table[name] = np.where((first >= 0) & ~failed, days, np.array("NaT", days.dtype))
    return ExportTable(
        WATCHED, "a watched event in a run", COLUMNS[WATCHED], ("run", "watch"), table
    )


def _came(first: NDArray[Any], failed: NDArray[np.bool_]) -> Any:
    import pandas as pd

    return pd.arrays.BooleanArray(first >= 0, failed.copy())


def _round(first: NDArray[Any], failed: NDArray[np.bool_] | None = None) -> Any:
    import pandas as pd

    missing = first < 0 if failed is None else (first < 0) | failed
    return pd.arrays.IntegerArray(first.astype(np.int32), missing)


def _recorded(dataset: xr.Dataset) -> Iterator[ExportTable]:
    """Each recorded quantity, in the order of the data set."""
    for name, variable in dataset.data_vars.items():
        if "round" not in variable.dims or name == "reported" or not variable.size:
            continue
        says = meaning = str(variable.attrs.get("long_name", name))
        by = tuple(str(dim) for dim in variable.dims if dim not in ("run", "round"))
        shown = dataset
        kind: Type = "number"
        if name == "choice":
            says, meaning = "a choice", "the lever chosen; missing: the round was let pass"
        words = {"choice": [*dataset["lever"].values, None], **_IN_WORDS}.get(str(name))
        if words is not None:  # numbers that say nothing to other programs
            kind = "string"
            told = variable.copy(data=np.array(words, dtype=object)[variable.values])
            shown = dataset.assign({name: told})
        elif variable.dtype == bool:
            kind, meaning = "boolean", f"1: yes; 0: no ({says})"
        yield _long(shown, str(name), says, str(name), by, Column("value", kind, meaning))


def _long(
    dataset: xr.Dataset, name: str, says: str, variable: str, by: tuple[str, ...], value: Column
) -> ExportTable:
    series = dataset[variable].drop_vars([c for c in dataset[variable].coords if "_name" in str(c)])
    rows = series.rename("value").to_dataframe().reset_index()
    keys = (_LABELS.get(one) or Column(one, "string", f"the {one}") for one in by)
    columns = (*_STATE, *keys, value)
    return ExportTable(name, says, columns, ("run", "round", *by), rows[_names(columns)])


def _names(columns: tuple[Column, ...]) -> list[str]:
    return [column.name for column in columns]


def _quantile(level: float) -> str:
    return f"q{round(level * 100):02d}"
