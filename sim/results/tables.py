"""Results as tidy tables, each column with its type and its meaning (``columns.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.results.arrangements import arrangements, promised
from sim.results.beliefs import beliefs
from sim.results.bounded_tally import Tally
from sim.results.variables import PROMISED, STATUS
from sim.scenario.cameo import CODES, goldstein
from sim.scenario.lookup import consent
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SUMMARY, RUNS, OUTCOMES, WATCHED = "summary", "runs", "outcomes", "watched"
HISTORY = "history"
EVENTS, ARRANGEMENTS, PROMISES, DRAWN = "events", "arrangements", "promises", "drawn"
BELIEFS = "beliefs"

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
    """The table of quantiles over the runs of a data set or of a tally, if any is complete."""
    rows = summary_rows(dataset, tally)
    if not len(rows):
        return
    says = "an outcome at a round: quantiles over all runs"
    yield ExportTable(SUMMARY, says, COLUMNS[SUMMARY], ("outcome", "round"), rows)


def history(scenario: Scenario | None) -> Iterator[ExportTable]:
    """The table of what really happened, as the scenario tells it, if it does."""
    import pandas as pd

    told = scenario.description.history if scenario else {}
    if scenario is None or not told:
        return
    names = {key: outcome.name for key, outcome in scenario.description.outcomes.items()}
    rows = [
        (outcome, np.datetime64(date), value, "; ".join(one.source), one.why or "", names[outcome])
        for outcome, one in told.items()
        for date, value in one.values.items()
    ]
    columns = COLUMNS[HISTORY]
    frame = pd.DataFrame(rows, columns=_names(columns))
    yield ExportTable(
        HISTORY, "what really happened, by outcome and day", columns, ("outcome", "date"), frame
    )


def tables_by_run(
    dataset: xr.Dataset, everything: bool, scenario: Scenario | None = None
) -> Iterator[ExportTable]:
    """The tables that go by run; none where the data set, as that of a tally, has no runs.

    ``everything`` asks also for each recorded quantity, and the values drawn for uncertain
    parameters; without the scenario that was played there are no ``events``.
    """
    if "run" not in dataset.dims:
        return
    yield runs_table(dataset)
    value = Column("value", "number", "how it stood on the day 'until'; of acts, how many so far")
    says = "an outcome at a round of a run"
    yield _long(dataset, OUTCOMES, says, "reported", ("outcome",), value)
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
    says = "a belief of an actor at the end of a round of a run"
    for part in cut(dataset) if "belief" in dataset.dims else ():
        key = ("run", "round", "belief")
        yield ExportTable(BELIEFS, says, COLUMNS[BELIEFS], key, beliefs(part))


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


def runs_table(dataset: xr.Dataset) -> ExportTable:
    """A row for each run: how each outcome ended, and whether and when each event came.

    ``end_OUTCOME`` is its last value; ``came_EVENT`` says whether the watched event came, and
    ``round_EVENT`` the first round in which it did, missing where it did not; ``failed_round``
    and ``stopped_round`` are missing where the run did neither. Of a run that failed, all but
    the last two is missing.
    """
    import pandas as pd

    failed = dataset["failed_round"].values >= 0
    columns: dict[Column, Any] = {_STATE[0]: dataset["run"].values}
    last = dataset["reported"].isel(round=-1)
    for name, title in zip(dataset["outcome"].values, dataset["outcome_name"].values, strict=True):
        column = Column(f"end_{name}", "number", f"{title}, at the end")
        columns[column] = np.where(failed, np.nan, last.sel(outcome=name).values)
    for name, title in zip(dataset["watch"].values, dataset["watch_name"].values, strict=True):
        first = dataset["watched"].sel(watch=name).values
        column = Column(f"came_{name}", "boolean", f"1: {title}; 0: not in this run")
        columns[column] = _came(first, failed)
        column = Column(f"round_{name}", "integer", f"first round with: {title}; missing: none")
        columns[column] = _round(first, failed)
    for name, meaning in (
        ("failed_round", "round in which the run failed; missing: it did not"),
        ("stopped_round", "round that ended the run early; missing: none did"),
    ):
        columns[Column(name, "integer", meaning)] = _round(dataset[name].values)
    rows = pd.DataFrame({column.name: values for column, values in columns.items()})
    return ExportTable(RUNS, "a run", tuple(columns), ("run",), rows)


def _watched(dataset: xr.Dataset) -> ExportTable:
    table = dataset["watched"].to_series().rename("first").reset_index()
    first = table.pop("first").to_numpy()
    failed = np.repeat(dataset["failed_round"].values >= 0, dataset.sizes["watch"])
    table["came"], table["round"] = _came(first, failed), _round(first, failed)
    for name in ("from", "until"):
        days = dataset[name].values[np.maximum(first, 0)]
        table[name] = np.where((first >= 0) & ~failed, days, np.array("NaT", days.dtype))
    says = "a watched event in a run"
    return ExportTable(WATCHED, says, COLUMNS[WATCHED], ("run", "watch"), table)


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


# The event log: every move as an analyst's row, beside ICEWS or GDELT.

AT_ONCE = 500
"""Runs whose moves are held in memory."""


def event_log(dataset: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Every move of every run: a row for each, by run, round, direction and track.

    The columns are those of ``events`` in ``columns.csv``. ``move`` is an ``act`` (the lever
    asks nobody), an ``agreement`` (the target agreed), a ``refusal`` (it did not; nothing took
    effect), or ``crossed`` (nothing took effect, since the target did the same in that round,
    and the two can do it only once).
    """
    import pandas as pd

    choice, effect = dataset["choice"].values, dataset["accepted"].values.astype(bool)
    place, now, way, track = np.nonzero(choice >= 0)
    lever = choice[place, now, way, track].astype(np.intp)
    accepted = effect[place, now, way, track]
    ways = [str(one).split(" to ") for one in dataset["direction"].values]
    named = [str(name) for name in dataset["lever"].values]
    levers = [scenario.description.levers[name] for name in named]
    asks = [[consent(one, a, t) is not None for one in levers] for a, t in ways]
    asked = np.array(asks, dtype=bool).reshape(len(ways), len(levers))[way, lever]
    back = np.array([ways.index([target, actor]) for actor, target in ways])[way]
    same = (choice[place, now, back, track] == lever) & effect[place, now, back, track]
    crossed = np.array([one.once for one in levers], dtype=bool)[lever] & same & ~accepted
    codes = [one.cameo for one in levers]
    roots = pd.array([int(code[:2]) if code else None for code in codes], dtype="Int8")
    columns = {
        "run": dataset["run"].values[place],
        "round": dataset["round"].values[now],
        "from": dataset["from"].values[now],
        "until": dataset["until"].values[now],
        "actor": _texts(actor for actor, _ in ways)[way],
        "target": _texts(target for _, target in ways)[way],
        "track": _texts(map(str, dataset["track"].values))[track],
        "lever": _texts(named)[lever],
        "move": np.select(
            [crossed, ~asked, accepted], ["crossed", "act", "agreement"], "refusal"
        ).astype(object),
        "accepted": accepted,
        "cameo": _texts(codes)[lever],
        "cameo_name": _texts(CODES[code].name if code else None for code in codes)[lever],
        "cameo_root": roots.take(lever),
        "goldstein": np.array([goldstein(one) for one in levers], dtype=float)[lever],
    }
    return pd.DataFrame(columns)


def _texts(values: Iterable[str | None]) -> NDArray[np.object_]:
    return np.array([*values], dtype=object)


def cut(dataset: xr.Dataset) -> Iterator[xr.Dataset]:
    """So many runs at a time as take little memory."""
    for first in range(0, dataset.sizes["run"], AT_ONCE):
        yield dataset.isel(run=slice(first, first + AT_ONCE))


def stretches(dataset: xr.Dataset, scenario: Scenario) -> Iterator[pd.DataFrame]:
    """The moves, one table after the other, each of some of the runs."""
    for part in cut(dataset):
        yield event_log(part, scenario)
