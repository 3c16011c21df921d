"""What stands beside exported tables: a description for programs, and one for people.

``datapackage.json`` is a Data Package of the Frictionless standards, version 1: each table
with the type and the meaning of its columns, for which R, Python and others have readers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.results.formats import About, Written
from sim.results.tables import RUNS

# The line by which each program reads a table.

R, STATA, PANDAS = "R", "Stata", "pandas"


def lines(resource: dict[str, Any], folder: str = "") -> dict[str, str]:
    """A line for R, for Stata and for pandas.

    Parameters
    ----------
    resource : dict
        A table of a data package, as of :mod:`sim.results.package`.
    folder : str
        Before the file's name, with its last slash.

    Returns
    -------
    dict of str to str
        By program. The lines name the type of every column that a reader would guess wrong:
        codes, days, and texts such as ``nan``.
    """
    name = resource["title"].split(":")[0]
    path = folder + resource["path"]
    by_type: dict[str, list[str]] = {}
    for field in resource["schema"]["fields"]:
        by_type.setdefault(field["type"], []).append(field["name"])
    make = {"csv": _csv, "xlsx": _xlsx, "stata": _stata, "parquet": _parquet}[resource["format"]]
    r, stata, pandas = make(path, by_type, resource)
    return {R: f"{name} <- {r}", STATA: stata, PANDAS: f"{name} = {pandas}"}


Line = tuple[str, str, str]
Types = dict[str, list[str]]


def _csv(path: str, types: Types, resource: dict[str, Any]) -> Line:
    texts, days = types.get("string", []), types.get("date", [])
    classes = [f'{one} = "character"' for one in texts] + [f'{one} = "Date"' for one in days]
    r = f'read.csv({_quoted(path)}, fileEncoding = "UTF-8-BOM", na.strings = ""'
    r += f", colClasses = c({', '.join(classes)}))" if classes else ")"
    order = [field["name"] for field in resource["schema"]["fields"]]
    places = " ".join(str(nth) for nth, one in enumerate(order, 1) if one in {*texts, *days})
    stata = f'import delimited {_stata_quoted(path)}, varnames(1) case(preserve) encoding("utf-8")'
    stata += f" bindquotes(strict) stringcols({places}) clear" if places else " clear"
    pandas = f'pandas.read_csv({_quoted(path)}, encoding="utf-8-sig", {_AS_WRITTEN}'
    pandas += f", dtype={_texts(texts)}" if texts else ""
    pandas += f", parse_dates={json.dumps(days)})" if days else ")"
    return r, stata, pandas


_AS_WRITTEN = 'keep_default_na=False, na_values=[""]'


def _xlsx(path: str, types: Types, resource: dict[str, Any]) -> Line:
    sheets = resource["sheets"]
    many = len(sheets) > 1
    sheet = "s" if many else _quoted(sheets[0])
    r = f"readxl::read_excel({_quoted(path)}, {sheet}, guess_max = 1048576)"
    if many:
        names = ", ".join(map(_quoted, sheets))
        r = f"do.call(rbind, lapply(c({names}), function(s) {r}))"
    stata = f'import excel {_stata_quoted(path)}, sheet("{sheets[0]}") firstrow clear'
    named = json.dumps(sheets) if many else _quoted(sheets[0])
    pandas = f"pandas.read_excel({_quoted(path)}, {named}, {_AS_WRITTEN}"
    texts = types.get("string", [])
    pandas += f", dtype={_texts(texts)})" if texts else ")"
    return r, stata, f"pandas.concat({pandas}, ignore_index=True)" if many else pandas


def _stata(path: str, types: Types, resource: dict[str, Any]) -> Line:
    quoted = _quoted(path)
    return (
        f"haven::read_dta({quoted})",
        f"use {_stata_quoted(path)}, clear",
        f"pandas.read_stata({quoted})",
    )


def _parquet(path: str, types: Types, resource: dict[str, Any]) -> Line:
    quoted = _quoted(path)
    return (
        f"arrow::read_parquet({quoted})",
        "reads no Parquet; export once more with --format stata",
        f"pandas.read_parquet({quoted})",
    )


def _texts(names: list[str]) -> str:
    return "{" + ", ".join(f'{_quoted(name)}: "str"' for name in names) + "}"


def _quoted(text: str) -> str:
    """A text in R and in Python, which agree on JSON's quotes."""
    return json.dumps(text, ensure_ascii=False)


def _stata_quoted(text: str) -> str:
    return f'`"{text}"\''


NAME, README = "datapackage.json", "README.md"
_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "stata": "application/x-stata-dta",
    "parquet": "application/vnd.apache.parquet",
}

_KINDS = ("*.csv", "*.parquet", "*.dta", "tables.xlsx", NAME, README)
"""Files that an export may have written into its folder."""

Json = dict[str, Any]


def write(folder: Path, kind: str, about: About, written: Sequence[Written]) -> None:
    """Write both; tables of the same runs in other formats stay in them.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    found = described(kind, about, written)
    marks = {
        path.name: {"bytes": path.stat().st_size, "hash": _hash_of(path)}
        for path in {one.path for one in written}
    }
    for one in found["resources"]:
        one |= marks[one["path"]]
    found["resources"] += _others(folder, found, kind)
    if any(one["format"] != "csv" for one in found["resources"]):
        found["profile"] = "data-package"  # the tabular one is of CSV alone
    readme = _readme(found)
    found["readme"] = {"path": README, "hash": _hash(readme.encode())}
    found["hash"] = _hash(_text(found).encode())
    for name, content in ((NAME, _text(found)), (README, readme)):
        draft = folder / f"{name}.part"
        try:
            draft.write_text(content, encoding="utf-8", newline="\n")
            draft.replace(folder / name)
        finally:
            draft.unlink(missing_ok=True)


def exported(folder: Path) -> list[Path]:
    """The files of a folder that an export may have written."""
    found = {path for kind in _KINDS for path in folder.glob(kind) if path.is_file()}
    return sorted(found)


def unchanged(folder: Path) -> list[Path]:
    """The files of a folder that are still what an export wrote; others may be somebody's work."""
    hashes = {}
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found = json.loads((folder / NAME).read_bytes())
        hashes = {str(one["path"]): one["hash"] for one in [*found["resources"], found["readme"]]}
        own = found.pop("hash")
        if own == _hash(_text(found).encode()):
            found["hash"] = own
            hashes[NAME] = _hash(_text(found).encode())
    return [
        path for path in exported(folder) if path.name in hashes and _is(path, hashes[path.name])
    ]


def _is(path: Path, digest: str) -> bool:
    try:
        return _hash_of(path) == digest
    except OSError:
        return False


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _text(found: Json) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def described(kind: str, about: About, written: Sequence[Written]) -> Json:
    """The data package of tables in one format."""
    return {
        "profile": "tabular-data-package",
        "name": about.scenario.lower(),
        "title": about.title,
        "run": {
            "scenario": about.scenario,
            "scenario_sha256": about.scenario_sha256,
            "seed": about.seed,
            "runs": about.runs,
            "version": about.version,
        },
        "resources": [resource(kind, one) for one in written],
    }


def resource(kind: str, written: Written) -> Json:
    """A table, as the data package describes it."""
    table = written.table
    csv = kind == "csv"
    found: Json = {
        "profile": "tabular-data-resource" if csv else "data-resource",
        "name": table.name if csv else f"{table.name}-{kind}",
        "path": written.path.name,
        "title": f"{table.name}: {table.says}",
        "format": kind,
        "mediatype": _MEDIA[kind],
    }
    if csv:
        found |= {"encoding": "utf-8", "dialect": {"delimiter": ",", "doubleQuote": True}}
    if kind in ("stata", "parquet"):
        found["type"] = "file"  # what reads data packages reads these not at all, or without nulls
    if written.sheets:
        found |= {
            "dialect": {"excel": {"sheet": written.sheets[0]}},
            "sheets": list(written.sheets),
        }
    fields = []
    for column in table.columns:
        one: Json = {"name": column.name, "type": column.type, "description": column.says}
        if csv and column.type == "boolean":
            one |= {"trueValues": ["1"], "falseValues": ["0"]}
        fields.append(one)
    schema: Json = {"fields": fields, "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {**found, "observations": written.rows, "schema": schema}


def _others(folder: Path, found: Json, kind: str) -> list[Json]:
    """Tables in other formats that lie there already, of the same runs."""
    try:
        there = json.loads((folder / NAME).read_bytes())
        if there["run"] != found["run"]:
            return []
        return [
            one
            for one in there["resources"]
            if one["format"] != kind
            and one["format"] in _MEDIA
            and "observations" in one  # not of an earlier version
            and (folder / Path(one["path"]).name).is_file()
        ]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _readme(found: Json) -> str:
    """What the folder holds, for people: ``readme.md.j2``."""
    import jinja2

    kept: dict[str, int] = {}
    different: dict[object, Json] = {}
    for one in found["resources"]:
        name = one["title"].split(":")[0]
        columns = tuple(field["name"] for field in one["schema"]["fields"])
        different.setdefault((name, columns), one)
        if name == RUNS:
            kept[one["format"]] = one["observations"]
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
    environment.filters["plain"] = _plain
    text = Path(__file__).with_name("readme.md.j2").read_text(encoding="utf-8")
    return environment.from_string(text).render(
        found, kept=kept, lines=lines, different=different.values()
    )


def _plain(text: str) -> str:
    """A text that breaks no table."""
    return " ".join(text.replace("|", "\\|").split())
