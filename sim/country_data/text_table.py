"""Text tables as they are published: delimiter, encoding, header, cells, and their faults.

A table is read line by line, so that a file of gigabytes takes no memory. Columns are found by
their names, in any order. A cell is text until a reader asks for a number, and what stands for
a missing value never becomes one.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, BinaryIO, cast

from sim.errors import Fault, Place, ScenarioError, SimError

MISSING = frozenset(
    {"", "na", "n/a", "nan", "null", "none", ".", "..", "-9", "-9.0", "-99", "-999"}
)
"""Cells that stand for no value, in small letters. Correlates of War files write -9, the World
Bank two dots; none of the measures that are read has such a value."""
PACKED = ".gz"
"""How the name of a file ends that gzip packed."""
MOST_FAULTS = 20
"""Faults of one file that are told one by one."""
_LONGEST = 2**22
"""Characters of a cell; a longer one means a quotation mark that is never closed."""
_MOST_BEFORE = 8
"""First lines among which a header is looked for."""
_FIRST_YEAR, _LAST_YEAR = 1800, 2200


@dataclass(frozen=True)
class Source:
    """A file of a folder, packed by gzip or not, or one inside a zip file.

    Attributes
    ----------
    name : str
        As messages show it: its path below the folder, ``zip file/name`` for one inside.
    path : Path
        Where it, or the zip file, lies.
    inside : tuple of str
        Its name inside the zip file, after that of a zip file in which it lies there; empty for
        a file of its own.
    """

    name: str
    path: Path
    inside: tuple[str, ...] = ()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes."""
        try:
            with ExitStack() as opened:
                stream: IO[bytes] = opened.enter_context(self.path.open("rb"))
                for member in self.inside:
                    packed = opened.enter_context(zipfile.ZipFile(stream))
                    stream = opened.enter_context(packed.open(member))
                if not self.inside and self.path.suffix.casefold() == PACKED:
                    stream = opened.enter_context(cast("IO[bytes]", gzip.GzipFile(fileobj=stream)))
                yield io.BufferedReader(stream)  # type: ignore[type-var]
        except (
            OSError,
            EOFError,
            zlib.error,
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
        ) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise SimError(f"{self.name}: cannot be read ({reason})") from None


@dataclass
class TextTable:
    """A text table: its header, and its lines as cells.

    Attributes
    ----------
    source : Source
        The file.
    encoding, delimiter : str
        As they were found.
    header : tuple of str
        Names of the columns as written, without quotation marks; of a table without header
        the cells of its first line.
    faults : list of Fault
        What was found wrong so far.
    header_line : int
        Where the header stands; 0 where there is none.
    lines : int
        Lines read so far, without the header.
    """

    source: Source
    encoding: str
    delimiter: str
    quoted: bool
    header: tuple[str, ...]
    header_line: int = 1
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns as :func:`plain_name` has them, by which they are found."""
        return tuple(map(plain_name, self.header))

    def at(self, *names: str) -> tuple[int, ...]:
        """Where columns stand."""
        return tuple(self.names.index(plain_name(name)) for name in names)

    def optional(self, name: str) -> int | None:
        """Where a column stands, if it is there."""
        return self.at(name)[0] if self.has(name) else None

    def has(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return plain_name(name) in self.names

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """The lines below the header: number in the file, and cells."""
        width = len(self.header)
        with self.source.open() as stream:
            for line, cells in _cells(stream, self):
                if line <= self.header_line or not any(map(str.strip, cells)):
                    continue
                self.lines += 1
                if len(cells) != width:
                    self.refuse(
                        line,
                        "",
                        f"the line has {len(cells)} cells, the header {width}",
                        "take the file from its maker again; a spreadsheet may have cut it",
                    )
                    continue
                yield line, cells

    def refuse(self, line: int, column: str, problem: str, remedy: str) -> None:
        """Note a fault; too many end the reading."""
        place = self.at(column)[0] + 1 if column and self.has(column) else 1
        spot = Place(self.source.name, line, place, f"column {column}" if column else "")
        self.faults.append(Fault(spot, problem, remedy))
        if len(self.faults) >= MOST_FAULTS:
            raise ScenarioError(self.faults)

    def finish(self) -> None:
        """Raise all that was found wrong."""
        if self.faults:
            raise ScenarioError(self.faults)

    def number(self, text: str, line: int, column: str) -> float | None:
        """A cell as a number; ``None`` where it is missing, or a fault that is noted."""
        word = text.strip()
        if word.casefold() in MISSING:
            return None
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in word:
            self.refuse(
                line, column, f"'{_short(word)}' is no number", "write a number, or leave it empty"
            )
            return None
        return value

    def whole(self, text: str, line: int, column: str) -> int | None:
        """A cell as a whole number; ``2002.0`` is one."""
        value = self.number(text, line, column)
        if value is None:
            return None
        if value != int(value):
            self.refuse(line, column, f"'{_short(text)}' is no whole number", "write one")
            return None
        return int(value)

    def year(self, text: str, line: int, column: str) -> int | None:
        """A cell as a year; 0 stands for none, as in files of alliances by year."""
        value = self.whole(text, line, column) or None
        if value is not None and not _FIRST_YEAR <= value <= _LAST_YEAR:
            self.refuse(
                line,
                column,
                f"{value} is no year from {_FIRST_YEAR} to {_LAST_YEAR}",
                "mend the cell, or leave the line out",
            )
            return None
        return value

    def day(self, text: str, line: int, column: str) -> date | None:
        """A cell as a day: ``2010-01-31``, ``20100131``, ``1/31/2010``, ``2010-01``."""
        word = text.strip()
        if word.casefold() in MISSING:
            return None
        found = day_of(word)
        if found is None:
            self.refuse(
                line,
                column,
                f"'{_short(word)}' is no date",
                "dates are read as 2010-01-31, 20100131, 2010-01 or month/day/year",
            )
        return found


@lru_cache(maxsize=65_536)
def plain_name(name: str) -> str:
    """A column's name in small letters: ``Event Date``, ``Event.Date`` and ``event_date`` are one.

    Programs that read a file and write it again change its spaces so.
    """
    return re.sub(r"[\s._]+", "_", name.strip().casefold())


@lru_cache(maxsize=65_536)
def day_of(word: str) -> date | None:
    """The day that a text names; the first of a month where it names no day."""
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T].*)?", word):
        parts = (int(found[1]), int(found[2]), int(found[3] or 1))
    elif found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", word):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", word):
        parts = (int(found[3]), int(found[1]), int(found[2]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def open_table(source: Source) -> TextTable | None:
    """Find how a text table is written.

    Files of the World Bank tell of their source in a few lines before the header.

    Returns
    -------
    TextTable or None
        ``None`` where the file holds no line with two cells or more.
    """
    encoding = _encoding(source)
    with source.open() as stream:
        heads = _heads(stream, encoding)
    if not heads or any("\0" in head for head in heads):
        return None
    at = 0
    if heads[0].strip('"').casefold().startswith("data source"):
        at = next((nth for nth, head in enumerate(heads) if "country code" in head.casefold()), 0)
    delimiter = max("\t,;|", key=heads[at].count)
    if not heads[at].count(delimiter):
        return None
    # News headlines in tab-separated files hold quotation marks that quote nothing.
    names = heads[at].split(delimiter)
    quoted = delimiter != "\t" or 2 * sum(_unquoted(name) != name for name in names) > len(names)
    header = next(csv.reader([heads[at]], delimiter=delimiter)) if quoted else names
    return TextTable(source, encoding, delimiter, quoted, tuple(header), at + 1)


def _heads(stream: BinaryIO, encoding: str) -> list[str]:
    """The first lines of a file, without their ends."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    heads = [text.readline(_LONGEST).rstrip("\r\n") for _ in range(_MOST_BEFORE)]
    text.detach()
    return heads if heads[0] else []


def _encoding(source: Source) -> str:
    """The encoding of a file: UTF-8 or UTF-16 by their marks, else UTF-8, else Windows-1252.

    Older files of the Correlates of War have names of treaties in Western European letters.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        begin = stream.read(2**20)
        if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        try:
            while begin:
                decoder.decode(begin)
                begin = stream.read(2**20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _cells(stream: BinaryIO, table: TextTable) -> Iterator[tuple[int, list[str]]]:
    """The records of a table, each with the line where it begins."""
    ends = "" if table.quoted else "\n"
    text = io.TextIOWrapper(stream, encoding=table.encoding, errors="replace", newline=ends)
    try:
        if table.quoted:
            yield from _quoted_cells(text, table)
        else:
            for line, written in enumerate(text, 1):
                cells = written.rstrip("\r\n").split(table.delimiter)
                yield line, [_unquoted(cell) for cell in cells] if '"' in written else cells
    finally:
        text.detach()


def _quoted_cells(text: io.TextIOWrapper, table: TextTable) -> Iterator[tuple[int, list[str]]]:
    """Records whose cells may stand in quotation marks, and then hold line ends."""
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(text, delimiter=table.delimiter)
    begin = 1
    try:
        for cells in reader:
            yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ScenarioError(
            [
                Fault(
                    Place(table.source.name, begin, 1),
                    f"the line cannot be read ({error})",
                    "see whether a quotation mark is opened and not closed",
                )
            ]
        ) from None


def _unquoted(cell: str) -> str:
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."


def shown_header(header: Sequence[str]) -> str:
    """The names of columns, as a message shows them."""
    names = [_short(name) or "(no name)" for name in header]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(names[:12]) + more
