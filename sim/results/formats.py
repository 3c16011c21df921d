"""Tables in the formats of other programs: CSV, Parquet, Stata; Excel has a file of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from sim.results import csv_file
from sim.results.tables import Column, ExportTable, Type

if TYPE_CHECKING:
    import pandas as pd

STATA_NAME, STATA_LABEL, STATA_TEXT = 32, 80, 2045
"""The most characters of a Stata name and of a label, and the most bytes of a plain text."""
STATA_FIRST = np.datetime64("0100-01-01")
"""The first day that Stata can tell as a date."""


@dataclass(frozen=True)
class About:
    """What the tables are of.

    Attributes
    ----------
    title, scenario, scenario_sha256, version : str
    seed : str
        As a text: other programs round numbers above 2^53.
    runs : int
        All runs, of which the tables by run may hold only the first.
    start : datetime64
        The calendar's first day.
    """

    title: str
    scenario: str
    scenario_sha256: str
    version: str
    seed: str
    runs: int
    start: np.datetime64


@dataclass(frozen=True)
class Written:
    """A table in a file.

    Attributes
    ----------
    table : Table
        With the names and the types that its columns have in the file, and without rows.
    path : Path
    rows : int
    sheets : tuple of str
        Of a workbook: the sheets that hold it, one after the other.
    """

    table: ExportTable
    path: Path
    rows: int
    sheets: tuple[str, ...] = ()


class Format(ABC):
    """Tables as files in a folder, written piece by piece, which get their names once whole."""

    kind: ClassVar[str]

    def __init__(self, folder: Path, about: About) -> None:
        self.folder, self.about = folder, about

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(self, *error: object) -> None:
        """Let go of everything, and leave no draft."""

    @abstractmethod
    def add(self, table: ExportTable) -> None:
        """Write a table, or further rows of one."""

    @abstractmethod
    def finish(self) -> list[Written]:
        """Give the files their names."""


@dataclass
class _File:
    """A table's file while it is written."""

    table: ExportTable
    path: Path
    rows: int = 0
    pieces: list[Any] = field(default_factory=list)
    writer: Any = None

    @property
    def draft(self) -> Path:
        return self.path.with_name(self.path.name + ".part")


class _Files(Format):
    """A file for each table."""

    def __init__(self, folder: Path, about: About) -> None:
        super().__init__(folder, about)
        self.files: dict[str, _File] = {}

    def __exit__(self, *error: object) -> None:
        for file in self.files.values():
            self.close(file)
            file.draft.unlink(missing_ok=True)

    def add(self, table: ExportTable) -> None:
        """Write a table, or further rows of one."""
        if table.name not in self.files:
            path = self.folder / f"{table.name}.{self.kind}"
            self.files[table.name] = _File(table.head, path)
        file = self.files[table.name]
        self.write(file, table.rows)
        file.rows += len(table.rows)

    def finish(self) -> list[Written]:
        """Give the files their names."""
        for file in self.files.values():
            self.complete(file)
        for file in self.files.values():
            file.draft.replace(file.path)
        return [Written(file.table, file.path, file.rows) for file in self.files.values()]

    @abstractmethod
    def write(self, file: _File, rows: pd.DataFrame) -> None:
        """Put rows below those that the file has."""

    def complete(self, file: _File) -> None:
        """Write what is still to be written."""

    def close(self, file: _File) -> None:
        """Let go of the file."""


class Csv(_Files):
    """For every program."""

    kind = "csv"

    def write(self, file: _File, rows: pd.DataFrame) -> None:
        """Put rows below those that the file has."""
        csv_file.append(rows, file.draft, new=not file.rows)


class Parquet(_Files):
    """Days as days, and what is missing as null: some readers take NaN for more than any number."""

    kind = "parquet"

    def write(self, file: _File, rows: pd.DataFrame) -> None:
        """Put rows below those that the file has."""
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter

        types = {"integer": pa.int64(), "number": pa.float64(), "string": pa.string()}
        types |= {"date": pa.date32(), "boolean": pa.bool_()}
        if file.writer is None:
            fields = [
                pa.field(one.name, types[one.type], metadata={"description": one.says})
                for one in file.table.columns
            ]
            file.writer = ParquetWriter(file.draft, pa.schema(fields))
        schema = file.writer.schema
        values = [
            rows[one.name].to_numpy().astype("datetime64[D]")
            if one.type == "date"
            else rows[one.name]
            for one in file.table.columns
        ]
        arrays = [
            pa.array(column, type=kind, from_pandas=True)
            for column, kind in zip(values, schema.types, strict=True)
        ]
        file.writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

    def complete(self, file: _File) -> None:
        """Write what is still to be written."""
        file.writer.close()

    def close(self, file: _File) -> None:
        """Let go of the file."""
        if file.writer is not None:
            with suppress(OSError):  # of a full disk, which has been told
                file.writer.close()


class Stata(_Files):
    """Of release 14 and newer, whose texts and names may be in any script."""

    kind = "dta"

    def write(self, file: _File, rows: pd.DataFrame) -> None:
        """Keep the rows: a Stata file begins with their number."""
        file.pieces.append(rows)

    def complete(self, file: _File) -> None:
        """Write what is still to be written."""
        import pandas as pd

        rows = pd.concat(file.pieces, ignore_index=True)
        file.pieces.clear()
        file.table = _for_stata(file.table)
        rows.columns = pd.Index([column.name for column in file.table.columns])
        dates = [one.name for one in file.table.columns if one.type == "date"]
        if self.about.start < STATA_FIRST:
            rows[dates] = rows[dates].apply(csv_file.in_words)
            dates = []
        elif int(pd.__version__.split(".")[0]) < 3:  # counts them in nanoseconds, and overflows
            for name in dates:
                days = rows[name].to_numpy().astype("datetime64[us]").astype(object)
                rows[name] = pd.Series(days, dtype=object)
        texts = [
            one.name
            for one in file.table.columns
            if one.type == "string" and _longest(rows[one.name]) > STATA_TEXT
        ]
        rows.to_stata(
            file.draft,
            write_index=False,
            version=118,
            convert_dates=dict.fromkeys(dates, "td"),
            convert_strl=texts,
            data_label=self.about.title[:STATA_LABEL],
            variable_labels={one.name: one.says[:STATA_LABEL] for one in file.table.columns},
        )
        file.table = stored(file.table, dates=bool(self.about.start >= STATA_FIRST))


def stored(table: ExportTable, *, dates: bool) -> ExportTable:
    """A table with the types that its columns have in a file without booleans, or dates."""
    types: dict[Type, Type] = {"boolean": "integer"} if dates else _NEITHER
    columns = (replace(one, type=types.get(one.type, one.type)) for one in table.columns)
    return replace(table, columns=tuple(columns))


_NEITHER: dict[Type, Type] = {"boolean": "integer", "date": "string"}


def _for_stata(table: ExportTable) -> ExportTable:
    """A table whose columns have names that Stata takes, each its own."""
    taken: set[str] = set()
    columns: list[Column] = []
    for column in table.columns:
        name, nth = column.name[:STATA_NAME], 1
        while name in taken:
            nth += 1
            name = f"{column.name[: STATA_NAME - len(str(nth)) - 1]}_{nth}"
        taken.add(name)
        columns.append(replace(column, name=name))
    return replace(table, columns=tuple(columns))


def _longest(texts: pd.Series[Any]) -> int:
    return max((len(text.encode()) for text in texts.dropna().unique()), default=0)
