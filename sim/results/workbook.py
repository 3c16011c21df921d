"""Tables as an Excel workbook: a sheet for each, and one that explains the columns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import ResultsError, option
from sim.results import csv_file
from sim.results.formats import About, Format, Written, stored
from sim.results.tables import RUNS, ExportTable

if TYPE_CHECKING:
    import pandas as pd

NAME = "tables.xlsx"
ROWS, COLUMNS, TEXT = 1_048_576, 16_384, 32_767
"""The most rows and columns of a sheet, and the most characters of a cell."""
SHEETS = 5
"""The most sheets of a table; more of them no spreadsheet opens."""
CUT = " [cut]"
"""Ends a text that is longer than a cell."""
FIRST_DAY = np.datetime64("1900-03-01")
"""Days before it are told as texts: Excel counts a 29 February 1900, other programs do not."""
NOUGHT = np.datetime64("1899-12-30")
"""The day from which the days since are those of Excel, from March 1900 on."""


@dataclass
class _Sheets:
    """A table's sheets while they are written."""

    table: ExportTable
    sheets: list[Any] = field(default_factory=list)
    rows: int = 0


class Workbook(Format):
    """One file; sheets are kept in files beside it until they are whole, and not in memory.

    A text stays a text, whatever it begins with and whatever digits it has: a code keeps
    its nought, and a name that begins with ``=`` is no formula. A number that is missing
    is an empty cell; yes and no are 1 and 0, of which a spreadsheet can take the average.
    """

    kind = "xlsx"

    def __init__(self, folder: Path, about: About) -> None:
        from xlsxwriter import Workbook as Book

        super().__init__(folder, about)
        self.path = folder / NAME
        self.draft = folder / f"{NAME}.part"
        self.room = tempfile.TemporaryDirectory(dir=folder, prefix=".xlsx-")
        options = {"constant_memory": True, "tmpdir": self.room.name}
        self.book = Book(str(self.draft), options)
        self.head = self.book.add_format({"bold": True})
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.wrapped = self.book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.facts = self.book.add_worksheet("about")
        self.columns = self.book.add_worksheet("columns")
        self.tables: dict[str, _Sheets] = {}

    def __exit__(self, *error: object) -> None:
        # An abandoned book leaves its sheets' files open; it has no public way to close them.
        for sheet in self.book.worksheets():
            sheet._opt_close()
        with suppress(OSError):
            self.room.cleanup()
        self.draft.unlink(missing_ok=True)

    def add(self, table: ExportTable) -> None:
        """Write a table, or further rows of one; what one sheet cannot hold goes on another.

        Raises
        ------
        ResultsError
            When the table has more columns than a sheet, or rows for more than five.
        """
        if len(table.columns) > COLUMNS:
            raise ResultsError(
                f"the table '{table.name}' has {len(table.columns):,} columns, a sheet of Excel "
                f"{COLUMNS:,}; choose another format ({option('--format')} csv)"
            )
        found = self.tables.setdefault(table.name, _Sheets(table.head))
        if not found.sheets:
            self._sheet(found)
        left = table.rows
        while len(left):
            room = ROWS - 1 - found.rows % (ROWS - 1)
            if found.rows and room == ROWS - 1:
                self._sheet(found)
            self._write(found, left.iloc[:room])
            left = left.iloc[room:]

    def _sheet(self, found: _Sheets) -> None:
        number = len(found.sheets) + 1
        if number > SHEETS:
            raise ResultsError(
                f"the table '{found.table.name}' has more rows than {SHEETS} sheets of Excel "
                f"({SHEETS * (ROWS - 1):,}); take fewer runs ({option('--runs')}), or "
                f"another format ({option('--format')} parquet)"
            )
        sheet = self.book.add_worksheet(found.table.name + (f" {number}" if number > 1 else ""))
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(found.table.columns):
            sheet.write_string(0, place, column.name, self.head)
            sheet.set_column(place, place, max(10, min(len(column.name) + 2, 40)))
        found.sheets.append(sheet)

    def _write(self, found: _Sheets, rows: pd.DataFrame) -> None:
        sheet = found.sheets[-1]
        first = found.rows % (ROWS - 1) + 1
        writers = [
            self._cells(sheet, place, column.type, rows[column.name])
            for place, column in enumerate(found.table.columns)
        ]
        for nth in range(len(rows)):
            for write in writers:
                write(first + nth, nth)
        found.rows += len(rows)

    def _cells(
        self, sheet: Any, place: int, kind: str, column: pd.Series[Any]
    ) -> Callable[[int, int], None]:
        """Something that writes the nth value of a column into a row."""
        if kind == "date" and self.about.start < FIRST_DAY:
            kind, column = "string", csv_file.in_words(column)
        missing = column.isna().to_numpy()
        if kind == "string":
            texts = column.tolist()

            def write(row: int, nth: int) -> None:
                if not missing[nth] and texts[nth]:
                    sheet.write_string(row, place, _fitting(texts[nth]), self.text)

            return write
        numbers = _numbers(kind, column).tolist()
        style = self.day if kind == "date" else None

        def write_number(row: int, nth: int) -> None:
            if not missing[nth]:
                sheet.write_number(row, place, numbers[nth], style)

        return write_number

    def finish(self) -> list[Written]:
        """Give the file its name."""
        from xlsxwriter.exceptions import FileCreateError

        if not self.tables:
            return []
        written = [
            Written(
                stored(one.table, dates=bool(self.about.start >= FIRST_DAY)),
                self.path,
                one.rows,
                tuple(sheet.name for sheet in one.sheets),
            )
            for one in self.tables.values()
        ]
        self._explain(written)
        self._name_columns()
        order = ["about", "columns", *(name for one in written for name in one.sheets)]
        self.book.worksheets_objs.sort(key=lambda sheet: order.index(sheet.name))
        try:
            self.book.close()
        except FileCreateError as error:
            raise (error.args[0] if error.args else OSError("no room")) from None
        self.draft.replace(self.path)
        return written

    def _name_columns(self) -> None:
        """Give the columns of the table by run their names: ``=AVERAGE(came_treaty)``."""
        from xlsxwriter.utility import xl_col_to_name

        runs = self.tables.get(RUNS)
        if runs is not None and len(runs.sheets) == 1 and runs.rows:
            for place, column in enumerate(runs.table.columns):
                letters = xl_col_to_name(place, col_abs=True)
                cells = f"={RUNS}!{letters}$2:{letters}${runs.rows + 1}"
                self.book.define_name(column.name, cells)

    def _explain(self, written: Sequence[Written]) -> None:
        """Fill the two sheets that say what the others hold."""
        about = self.about
        kept = next((one.rows for one in written if one.table.name == RUNS), 0)
        facts = [
            ("title", about.title),
            ("scenario", about.scenario),
            ("seed", about.seed),
            ("runs", f"{about.runs:,}"),
            ("runs in the tables by run", f"{kept:,}"),
            ("written by", f"Entente {about.version}"),
        ]
        self.facts.set_column(0, 0, 26)
        self.facts.set_column(1, 1, 80)
        for row, (name, value) in enumerate(facts):
            self.facts.write_string(row, 0, name, self.head)
            self.facts.write_string(row, 1, _fitting(value), self.wrapped)
        self.columns.freeze_panes(1, 0)
        for place, (name, width) in enumerate(
            (("sheet", 14), ("column", 24), ("type", 10), ("meaning", 90))
        ):
            self.columns.set_column(place, place, width)
            self.columns.write_string(0, place, name, self.head)
        row = 1
        for one in written:
            for column in one.table.columns:
                sheet = ", ".join(one.sheets)
                for place, text in enumerate((sheet, column.name, column.type, column.says)):
                    self.columns.write_string(row, place, _fitting(text), self.wrapped)
                row += 1


def _numbers(kind: str, column: pd.Series[Any]) -> Any:
    """Values as a cell holds them; what is missing is of no matter."""
    if kind == "date":
        return (column.to_numpy().astype("datetime64[D]") - NOUGHT).astype(np.int64)
    if str(column.dtype) == "float32":  # 0.3, and not 0.30000001192092896
        return np.array([float(str(value)) for value in column.to_numpy()])
    return column.to_numpy(dtype=float, na_value=np.nan)


def _fitting(text: str) -> str:
    """A text that a cell can hold; what is cut off is told."""
    return text if len(text) <= TEXT else text[: TEXT - len(CUT)] + CUT
