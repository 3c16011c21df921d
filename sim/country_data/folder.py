"""A folder of published data: which files it holds, and what each is."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.country_data import (
    alliances,
    approval,
    capabilities,
    events,
    ideal_points,
    tidy,
    trade,
)
from sim.country_data.events import GDELT_LAYOUT, looks_like_gdelt
from sim.country_data.layout import Layout
from sim.country_data.table import Table, Wanted
from sim.country_data.text_table import PACKED, Source, TextTable, open_table, shown_header
from sim.errors import Fault, Place, ScenarioError, SimError

LAYOUTS: tuple[Layout, ...] = tuple(
    layout
    for part in (capabilities, ideal_points, alliances, trade, events, approval, tidy)
    for layout in part.LAYOUTS
)
"""Every layout with a header that is known."""
ENDINGS = (".csv", ".tab", ".tsv", ".txt")
"""Names of text tables end so; zip files are looked into for such, and so are zip files in them."""
NO_TABLES = (".dta", ".sav", ".rds", ".rdata", ".rda", ".xls", ".xlsx", ".7z", ".parquet")
"""Data in forms that are not read."""
_ALL = Wanted()


@dataclass(frozen=True)
class Folder:
    """What was read of a folder.

    Attributes
    ----------
    path : Path
        The folder.
    tables : tuple of Table
        What was read of each file of a known layout, in the order of names.
    layouts : tuple of Layout
        Their layouts.
    left : dict of str to str
        Files that were not read, with the reason.
    """

    path: Path
    tables: tuple[Table, ...]
    layouts: tuple[Layout, ...]
    left: dict[str, str]


def layout_of(table: TextTable) -> Layout | None:
    """The layout of a table: of those whose columns it has, the one that asks for most.

    A table of GDELT has no header, which is seen by its fields; its first line is data then.
    """
    if looks_like_gdelt(list(table.header)):
        table.header_line = 0
        return GDELT_LAYOUT
    fitting = [layout for layout in LAYOUTS if layout.fits(table.names)]
    return max(fitting, key=lambda one: len(one.needs), default=None)


def read_file(path: Path, wanted: Wanted = _ALL) -> Table:
    """Read one file of a known layout.

    Parameters
    ----------
    path : Path
        A text table.
    wanted : Wanted
        Which rows are asked for; all unless told.

    Raises
    ------
    ScenarioError
        The layout is not known, or with the line and column of each fault.
    SimError
        The file cannot be read.
    """
    found = _opened(Source(path.name, path))
    if isinstance(found, Fault):
        raise ScenarioError([found])
    text, layout = found
    return layout.table(text, wanted)


def read_folder(path: Path, wanted: Wanted = _ALL) -> Folder:
    """Read every text table in a folder, in the folders below it, and in zip files.

    Parameters
    ----------
    path : Path
        The folder. Names of files count for nothing but their endings.
    wanted : Wanted
        Which rows are asked for.

    Returns
    -------
    Folder
        What was found.

    Raises
    ------
    ScenarioError
        All faults of all files: a layout that is not known, cells that cannot be read.
    SimError
        The folder is not there, or holds no table.
    """
    if not path.is_dir():
        what = "is a file; name the folder" if path.exists() else "there is no such folder"
        raise SimError(f"{path}: {what}")
    faults: list[Fault] = []
    left: dict[str, str] = {}
    ids: dict[str, set[str]] = {}
    tables, layouts = [], []
    for source in _sources(path, left):
        found = _opened(source)
        if isinstance(found, Fault):
            # A text without a known header may be a codebook.
            if source.name.casefold().endswith(".txt"):
                left[source.name] = found.problem
            else:
                faults.append(found)
            continue
        text, layout = found
        try:
            tables.append(layout.table(text, wanted, ids.setdefault(layout.name, set())))
            layouts.append(layout)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    if not tables:
        raise SimError(_nothing(path, left))
    return Folder(path, tuple(tables), tuple(layouts), left)


def _nothing(path: Path, left: dict[str, str]) -> str:
    told = "".join(f"\n    {name}: {why}" for name, why in left.items())
    return (
        f"{path}: no table of country data in this folder{told}\n"
        f"    put files of these kinds into it, as their makers publish them ({_endings()}): "
        f"{', '.join(layout.name for layout in LAYOUTS if not layout.left)}; "
        "docs/data.md says where they are"
    )


def _endings() -> str:
    return f"{', '.join(ENDINGS)}, also with {PACKED} after it, or in a .zip"


def _sources(path: Path, left: dict[str, str]) -> Iterable[Source]:
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        name, ending = file.relative_to(path).as_posix(), file.suffix.casefold()
        if any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        packed = ending == PACKED
        if (Path(file.stem).suffix.casefold() if packed else ending) in ENDINGS:
            yield Source(name, file)
        elif ending == ".zip":
            yield from _packed(file, name, left)
        elif ending in NO_TABLES:
            left[name] = (
                f"{ending} files are not read: take the text version ({', '.join(ENDINGS)})"
            )
        else:
            left[name] = "no table by its ending"


def _packed(file: Path, name: str, left: dict[str, str]) -> Iterable[Source]:
    try:
        with zipfile.ZipFile(file) as packed:
            tables: list[tuple[str, ...]] = [(one,) for one in _members(packed, ENDINGS)]
            for inner in _members(packed, (".zip",)):
                with packed.open(inner) as stream, zipfile.ZipFile(stream) as within:
                    tables += [(inner, one) for one in _members(within, ENDINGS)]
    except (OSError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
        left[name] = f"cannot be opened ({error})"
        return
    if not tables:
        left[name] = "no table inside"
    for inside in tables:
        yield Source("/".join((name, *inside)), file, inside)


def _members(packed: zipfile.ZipFile, endings: tuple[str, ...]) -> list[str]:
    """Files inside a zip file whose names end so, without those that a Mac puts beside them."""
    return sorted(
        one.filename
        for one in packed.infolist()
        if one.file_size
        and one.filename.casefold().endswith(endings)
        and not one.filename.startswith("__MACOSX/")
    )


def _opened(source: Source) -> tuple[TextTable, Layout] | Fault:
    table = open_table(source)
    if table is None:
        return Fault(
            Place(source.name),
            "the file holds no table: its first line has no two cells",
            "put only data files into the folder; other texts may end in .md or .pdf",
        )
    layout = layout_of(table)
    if layout is None:
        return _unknown(table)
    names = [name for name in table.names if name]
    if table.header_line and len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        return Fault(
            Place(source.name, table.header_line, 1),
            f"the header names a column twice: {', '.join(twice)}",
            "keep one of them",
        )
    return table, layout


def _unknown(table: TextTable) -> Fault:
    """Say that a header belongs to no known layout, and which one is nearest."""
    near = min(LAYOUTS, key=lambda one: len(one.lacking(table.names)) / len(one.needs))
    lacks = near.lacking(table.names)
    nearest = (
        f"nearest is '{near.name}', which also has the column{'s' * (len(lacks) > 1)} "
        f"{', '.join(lacks).replace('|', ' or ')}"
        if len(lacks) * 2 <= len(near.needs)
        else "known are: " + "; ".join(one.name for one in LAYOUTS if not one.left)
    )
    return Fault(
        Place(table.source.name, table.header_line, 1),
        f"no known layout has this header: {shown_header(table.header)}",
        f"take the file as its maker publishes it, or move it out of the folder; {nearest}",
    )
