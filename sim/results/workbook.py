"""Tables as an Excel workbook: a sheet for each, and one that explains the columns."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import ResultsError, option
from sim.results.formats import About, Format, TableFile, date_texts, stored
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
        self.room = tempfile.TemporaryDirectory(dir=folder, prefix=".xlsx-")
        options = {"constant_memory": True, "tmpdir": self.room.name}
        self.draft = folder / f"{NAME}.part"
        self.book = Book(str(self.draft), options)
        self.head = self.book.add_format({"bold": True})
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.wrapped = self.book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.facts = self.book.add_worksheet("about")
        self.columns = self.book.add_worksheet("columns")

    def __exit__(self, *error: object) -> None:
        # An abandoned book leaves its sheets' files open; it has no public way to close them.
        for sheet in self.book.worksheets():
            sheet._opt_close()
        with suppress(OSError):
            self.room.cleanup()
        self.draft.unlink(missing_ok=True)

    def path(self, table: ExportTable) -> Path:
        """The file of all tables."""
        return self.folder / NAME

    def write(self, file: TableFile, rows: pd.DataFrame) -> None:
        """Write rows; what one sheet cannot hold goes on another.

        Raises
        ------
        ResultsError
            When the table has more columns than a sheet, or rows for more than five.
        """
        columns, most = file.table.columns, ROWS - 1
        if len(columns) > COLUMNS:
            raise ResultsError(
                f"the table '{file.table.name}' has {len(columns):,} columns, a sheet of Excel "
                f"{COLUMNS:,}; choose another format ({option('--format')} csv)"
            )
        cells = [self._cells(one.type, rows[one.name]) for one in columns]
        if not file.sheets:
            self._begin_sheet(file)
        for nth, row in enumerate(zip(*cells, strict=True), start=file.rows):
            if nth and not nth % most:
                self._begin_sheet(file)
            for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
                if isinstance(cell, str):
                    file.writer.write_string(nth % most + 1, place, cell, self.text)
                elif cell is not None:
                    style = self.day if column.type == "date" else None
                    file.writer.write_number(nth % most + 1, place, cell, style)

    def _begin_sheet(self, file: TableFile) -> None:
        name, number = file.table.name, len(file.sheets) + 1
        if number > SHEETS:
            raise ResultsError(
                f"the table '{name}' has more rows than {SHEETS} sheets of Excel "
                f"({SHEETS * (ROWS - 1):,}); take fewer runs ({option('--runs')}), or "
                f"another format ({option('--format')} parquet)"
            )
        sheet = self.book.add_worksheet(name + (f" {number}" if number > 1 else ""))
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(file.table.columns):
            sheet.write_string(0, place, column.name, self.head)
            sheet.set_column(place, place, max(10, min(len(column.name) + 2, 40)))
        file.writer = sheet
        file.sheets += (sheet.name,)

    def _cells(self, kind: str, column: pd.Series[Any]) -> list[Any]:
        """The values of a column as cells hold them; None where a cell stays empty."""
        if kind == "date" and self.about.start < FIRST_DAY:
            kind, column = "string", date_texts(column)
        if kind == "string":
            return [_fitting(cell) if isinstance(cell, str) and cell else None for cell in column]
        numbers = zip(_numbers(kind, column).tolist(), column.isna(), strict=True)
        return [None if missing else number for number, missing in numbers]

    def finish(self) -> list[TableFile]:
        """Give the file its name."""
        from xlsxwriter.exceptions import FileCreateError

        files = [*self.files.values()]
        if not files:
            return []
        for file in files:
            file.table = stored(file.table, dates=bool(self.about.start >= FIRST_DAY))
        self._explain(files)
        self._name_columns()
        order = ["about", "columns", *(name for file in files for name in file.sheets)]
        self.book.worksheets_objs.sort(key=lambda sheet: order.index(sheet.name))
        try:
            self.book.close()
        except FileCreateError as error:
            raise (error.args[0] if error.args else OSError("no room")) from None
        files[0].draft.replace(files[0].path)
        return files

    def _name_columns(self) -> None:
        """Give the columns of the table by run their names: ``=AVERAGE(came_treaty)``."""
        from xlsxwriter.utility import xl_col_to_name

        runs = self.files.get(RUNS)
        if runs is not None and len(runs.sheets) == 1 and runs.rows:
            for place, column in enumerate(runs.table.columns):
                letters = xl_col_to_name(place, col_abs=True)
                cells = f"={RUNS}!{letters}$2:{letters}${runs.rows + 1}"
                self.book.define_name(column.name, cells)

    def _explain(self, written: Sequence[TableFile]) -> None:
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
