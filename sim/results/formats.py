"""Tables in the formats of other programs: CSV, Parquet, Stata; Excel has a file of its own."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

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

    ``seed`` is a text, since other programs round numbers above 2^53; ``runs`` are all runs,
    of which the tables by run may hold only the first; ``start`` is the calendar's first day.
    """

    title: str
    scenario: str
    scenario_sha256: str
    version: str
    seed: str
    runs: int
    start: np.datetime64


@dataclass
class TableFile:
    """A table in a file.

    Attributes
    ----------
    table : ExportTable
        Without rows; once written, with the names and types that its columns have in the file.
    path : Path
    rows : int
    sheets : tuple of str
        Of a workbook: the sheets that hold it, one after the other.
    writer : object
        What a format writes the next rows with, or keeps them in.
    """

    table: ExportTable
    path: Path
    rows: int = 0
    sheets: tuple[str, ...] = ()
    writer: Any = None

    @property
    def draft(self) -> Path:
        """Where the file is until it is whole."""
        return self.path.with_name(self.path.name + ".part")


class Format(ABC):
    """Tables as files in a folder, written piece by piece, which get their names once whole."""

    kind: ClassVar[str]

    def __init__(self, folder: Path, about: About) -> None:
        self.folder, self.about = folder, about
        self.files: dict[str, TableFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Let go of everything, and leave no draft."""
        for file in self.files.values():
            self.close(file)
            file.draft.unlink(missing_ok=True)

    def add(self, table: ExportTable) -> None:
        """Write a table, or further rows of one."""
        if table.name not in self.files:
            self.files[table.name] = TableFile(table.head, self.path(table))
        file = self.files[table.name]
        self.write(file, table.rows)
        file.rows += len(table.rows)

    def finish(self) -> list[TableFile]:
        """Give the files their names."""
        files = [*self.files.values()]
        for file in files:
            self.complete(file)
        for file in files:
            file.draft.replace(file.path)
        return files

    def path(self, table: ExportTable) -> Path:
        """The file of a table."""
        return self.folder / f"{table.name}.{self.kind}"

    @abstractmethod
    def write(self, file: TableFile, rows: pd.DataFrame) -> None:
        """Put rows below those that the file has."""

    def complete(self, file: TableFile) -> None:  # noqa: B027
        """Write what is still to be written."""

    def close(self, file: TableFile) -> None:  # noqa: B027
        """Let go of the file."""


# CSV as every reader takes it: one spelling of dates, of yes and no, and no formulas.

BOM = "utf-8-sig"
"""Encoding that Excel recognises."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet would take for a formula, or skip."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?", re.IGNORECASE)


def append_csv(table: pd.DataFrame, path: Path, *, new: bool = True) -> None:
    """Write a table with the names of its columns, or write further rows of it.

    Dates are written as 2016-12-15, with four digits of the year; yes and no as 1 and 0,
    which every reader takes for numbers; what is missing as nothing; a text that a
    spreadsheet would carry out with an apostrophe before it.
    """
    spelled = table.apply(_spelled)
    spelled.to_csv(
        path,
        mode="w" if new else "a",
        header=new,
        index=False,
        encoding=BOM if new else "utf-8",
        lineterminator="\n",
    )


def harmless(cell: object) -> object:
    """A cell that a spreadsheet shows and does not carry out."""
    if isinstance(cell, str) and cell.startswith(_FORMULAS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _spelled(column: pd.Series[Any]) -> pd.Series[Any]:
    from pandas.api.types import is_bool_dtype, is_datetime64_dtype, is_numeric_dtype

    if is_datetime64_dtype(column.dtype):
        return date_texts(column)
    if is_bool_dtype(column.dtype):
        return column.astype("Int8")
    return column if is_numeric_dtype(column.dtype) else column.map(harmless)


def date_texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """Dates as 2016-12-15, and None where there is none."""
    import pandas as pd

    place, days = pd.factorize(column)
    words = [*np.datetime_as_string(np.asarray(days), unit="D").tolist(), None]
    found = np.array(words, dtype=object)[place]  # the place of a missing one is -1
    return pd.Series(found, index=column.index, dtype=object)


class Csv(Format):
    """For every program."""

    kind = "csv"

    def write(self, file: TableFile, rows: pd.DataFrame) -> None:
        """Put rows below those that the file has."""
        append_csv(rows, file.draft, new=not file.rows)


class Parquet(Format):
    """Days as days, and what is missing as null: some readers take NaN for more than any number."""

    kind = "parquet"

    def write(self, file: TableFile, rows: pd.DataFrame) -> None:
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
        days = {
            one.name: rows[one.name].to_numpy().astype("datetime64[D]").astype(object)
            for one in file.table.columns
            if one.type == "date"
        }
        schema = file.writer.schema
        found = pa.Table.from_pandas(rows.assign(**days), schema, preserve_index=False)
        file.writer.write_table(found.cast(schema))

    def complete(self, file: TableFile) -> None:
        """Write what is still to be written."""
        file.writer.close()

    def close(self, file: TableFile) -> None:
        """Let go of the file."""
        if file.writer is not None:
            with suppress(OSError):  # of a full disk, which has been told
                file.writer.close()


class Stata(Format):
    """Of release 14 and newer, whose texts and names may be in any script."""

    kind = "dta"

    def write(self, file: TableFile, rows: pd.DataFrame) -> None:
        """Keep the rows: a Stata file begins with their number."""
        file.writer = [*(file.writer or ()), rows]

    def complete(self, file: TableFile) -> None:
        """Write what is still to be written."""
        import pandas as pd

        rows = pd.concat(file.writer, ignore_index=True)
        file.writer = None
        file.table = _for_stata(file.table)
        rows.columns = pd.Index([column.name for column in file.table.columns])
        dates = [one.name for one in file.table.columns if one.type == "date"]
        if self.about.start < STATA_FIRST:
            rows[dates] = rows[dates].apply(date_texts)
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
    types: dict[Type, Type] = {"boolean": "integer"}
    if not dates:
        types["date"] = "string"
    columns = (replace(one, type=types.get(one.type, one.type)) for one in table.columns)
    return replace(table, columns=tuple(columns))


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
