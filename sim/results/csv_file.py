"""CSV as every reader takes it: one spelling of dates, of yes and no, and no formulas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

BOM = "utf-8-sig"
"""Encoding that Excel recognises."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet would take for a formula, or skip."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?", re.IGNORECASE)


def append(table: pd.DataFrame, path: Path, *, new: bool = True) -> None:
    """Write a table, or write further rows of it.

    Dates are written as 2016-12-15, with four digits of the year; yes and no as 1 and 0,
    which every reader takes for numbers; what is missing as nothing; a text that a
    spreadsheet would carry out with an apostrophe before it.

    Parameters
    ----------
    table : DataFrame
    path : Path
    new : bool
        Whether the file begins here, with the names of the columns.

    Raises
    ------
    OSError
        When the file cannot be written.
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
    if isinstance(cell, str) and cell.startswith(FORMULAS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _spelled(column: pd.Series[Any]) -> pd.Series[Any]:
    from pandas.api.types import is_bool_dtype, is_datetime64_dtype, is_numeric_dtype

    if is_datetime64_dtype(column.dtype):
        return in_words(column)
    if is_bool_dtype(column.dtype):
        return column.astype("Int8")
    return column if is_numeric_dtype(column.dtype) else column.map(harmless)


def in_words(column: pd.Series[Any]) -> pd.Series[Any]:
    """Dates as 2016-12-15, and None where there is none."""
    import pandas as pd

    place, days = pd.factorize(column)
    words = [*np.datetime_as_string(np.asarray(days), unit="D").tolist(), None]
    found = np.array(words, dtype=object)[place]  # the place of a missing one is -1
    return pd.Series(found, index=column.index, dtype=object)
