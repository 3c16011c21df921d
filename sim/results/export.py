"""Results as a folder of tables that other programs read, and what describes them there.

``datapackage.json`` is a Data Package of the Frictionless standards, version 1: each table
with the type and the meaning of its columns, for which R, Python and others have readers.
``README.md`` says the same to people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import xarray as xr

from sim.errors import ResultsError, option, with_extra
from sim.results.bounded_tally import Tally
from sim.results.formats import About, Csv, Format, Parquet, Stata, TableFile, append_csv
from sim.results.store import written_whole
from sim.results.tables import RUNS, history, stretches, summary, tables_by_run
from sim.results.workbook import Workbook
from sim.scenario.scenario import Scenario

FORMATS: dict[str, type[Format]] = {
    "csv": Csv,
    "xlsx": Workbook,
    "stata": Stata,
    "parquet": Parquet,
}
NAME, README = "datapackage.json", "README.md"
_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "stata": "application/x-stata-dta",
    "parquet": "application/vnd.apache.parquet",
}
_KINDS = ("*.csv", "*.parquet", "*.dta", "tables.xlsx", NAME, README)
"""Files that an export may have written into its folder."""
R, STATA, PANDAS = "R", "Stata", "pandas"

Json = dict[str, Any]


def export(
    volumes: Iterable[xr.Dataset],
    folder: Path,
    kind: str,
    everything: bool,
    tally: Tally | None = None,
    scenario: Scenario | None = None,
    runs: int | None = None,
) -> list[TableFile]:
    """Write the tables into a folder, with a README.md and a datapackage.json that explain them.

    Parameters
    ----------
    volumes : iterable of Dataset
        Stretches of the same runs, one after the other, of which one is held at a time;
        or the data set of a tally.
    folder : Path
    kind : {"csv", "xlsx", "stata", "parquet"}
    everything : bool
        As of :func:`sim.results.tables.tables_by_run`.
    tally : Tally, optional
        Of all runs. Needed where there is more than one volume.
    scenario : Scenario, optional
        The one that was played; without it, or with another, there is no table of events, and
        none of what really happened.
    runs : int, optional
        Take only so many runs, the first ones, into the tables that go by run.

    Returns
    -------
    list of TableFile
        What was written of each table; nothing where there is nothing to write.

    Raises
    ------
    ResultsError
        When the format's library is absent, a volume does not go on where the one before
        it ends, a table is larger than the format allows, or the folder cannot be
        written.
    """
    if kind == "parquet" and find_spec("pyarrow") is None:
        raise ResultsError(
            f"Parquet needs one more package; install it with: {with_extra('parquet')}"
        )
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: is a file; name a folder ({option('--out')})")
    try:
        with ExitStack() as opened:
            writer: Format | None = None
            left = runs
            for dataset in _in_order(volumes):
                if scenario and scenario.sha256 != dataset.attrs["scenario_sha256"]:
                    scenario = None
                shown = dataset
                if left is not None and "run" in dataset.dims:
                    shown = dataset.isel(run=slice(left))
                pieces = tables_by_run(shown, everything, scenario)
                if writer is None:
                    if not folder.exists():
                        folder.mkdir(parents=True)
                        opened.callback(_remove_empty, folder)
                    about = _about(dataset, tally)
                    writer = opened.enter_context(FORMATS[kind](folder, about))
                    pieces = chain(summary(dataset, tally), history(scenario), pieces)
                for table in pieces:
                    writer.add(table)
                if left is not None:
                    left -= dataset.sizes.get("run", 0)
                    if left <= 0:
                        break
            written = writer.finish() if writer else []
            if written:
                _describe(folder, kind, about, written)
            return written
    except OSError as error:
        raise ResultsError(
            f"{folder}: cannot be written ({error.strerror or error}); "
            f"make room or name another folder ({option('--out')})"
        ) from None


def _about(dataset: xr.Dataset, tally: Tally | None) -> About:
    names = ("title", "scenario", "scenario_sha256", "version", "seed")
    texts: dict[str, Any] = {name: str(dataset.attrs[name]) for name in names}
    return About(
        **texts,
        runs=tally.runs if tally else dataset.sizes["run"],
        start=dataset["from"].values[0],
    )


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # it holds something
        folder.rmdir()


def _in_order(volumes: Iterable[xr.Dataset]) -> Iterator[xr.Dataset]:
    """Hand on volumes of the same runs, and refuse others."""
    before: tuple[object, ...] = ()
    for dataset in volumes:
        if "run" in dataset.dims:
            same = (dataset.attrs["scenario_sha256"], dataset.attrs.get("seed"))
            numbers = dataset["run"].values
            if before and before != (*same, numbers[0]):
                raise ResultsError(
                    "the files of results do not belong together: one of them does not go on "
                    "where the one before it ends; export each by its own name"
                )
            before = (*same, numbers[-1] + 1)
        yield dataset


def write_events(volumes: Iterable[xr.Dataset], scenario: Scenario, path: Path, runs: int) -> int:
    """Write the moves of the first ``runs`` runs as CSV; returns the number of rows.

    The runs come in volumes, of which no more are taken than it needs.
    """
    rows, left, new = 0, runs, True
    for dataset in volumes:
        for found in stretches(dataset.isel(run=slice(0, left)), scenario):
            append_csv(found, path, new=new)
            rows, new = rows + len(found), False
        left -= dataset.sizes["run"]
        if left <= 0:
            break
    return rows


# The line by which each program reads a table.

Line = tuple[str, str, str]
_AS_WRITTEN = 'keep_default_na=False, na_values=[""]'


def lines(resource: Json, folder: str = "") -> dict[str, str]:
    """A line for R, for Stata and for pandas, by program.

    They name the type of every column that a reader would guess wrong: codes, days, and
    texts such as ``nan``. ``resource`` is a table of a data package; ``folder`` stands before
    the file's name, with its last slash.
    """
    name = resource["title"].split(":")[0]
    path = folder + resource["path"]
    quoted, for_stata = _quoted(path), f'`"{path}"\''
    match resource["format"]:
        case "csv":
            r, stata, pandas = _csv(quoted, for_stata, resource)
        case "xlsx":
            r, stata, pandas = _xlsx(quoted, for_stata, resource)
        case "stata":
            r, pandas = f"haven::read_dta({quoted})", f"pandas.read_stata({quoted})"
            stata = f"use {for_stata}, clear"
        case _:
            r, pandas = f"arrow::read_parquet({quoted})", f"pandas.read_parquet({quoted})"
            stata = "reads no Parquet; export once more with --format stata"
    return {R: f"{name} <- {r}", STATA: stata, PANDAS: f"{name} = {pandas}"}


def _columns(resource: Json, kind: str) -> list[str]:
    return [one["name"] for one in resource["schema"]["fields"] if one["type"] == kind]


def _csv(quoted: str, for_stata: str, resource: Json) -> Line:
    texts, days = _columns(resource, "string"), _columns(resource, "date")
    classes = [f'{one} = "character"' for one in texts] + [f'{one} = "Date"' for one in days]
    r = f'read.csv({quoted}, fileEncoding = "UTF-8-BOM", na.strings = ""'
    r += f", colClasses = c({', '.join(classes)}))" if classes else ")"
    order = [field["name"] for field in resource["schema"]["fields"]]
    places = " ".join(str(nth) for nth, one in enumerate(order, 1) if one in {*texts, *days})
    stata = f'import delimited {for_stata}, varnames(1) case(preserve) encoding("utf-8")'
    stata += f" bindquotes(strict) stringcols({places}) clear" if places else " clear"
    pandas = f'pandas.read_csv({quoted}, encoding="utf-8-sig", {_AS_WRITTEN}{_as_texts(texts)}'
    return r, stata, pandas + (f", parse_dates={json.dumps(days)})" if days else ")")


def _xlsx(quoted: str, for_stata: str, resource: Json) -> Line:
    sheets = resource["sheets"]
    many = len(sheets) > 1
    sheet = "s" if many else _quoted(sheets[0])
    r = f"readxl::read_excel({quoted}, {sheet}, guess_max = 1048576)"
    if many:
        names = ", ".join(map(_quoted, sheets))
        r = f"do.call(rbind, lapply(c({names}), function(s) {r}))"
    stata = f'import excel {for_stata}, sheet("{sheets[0]}") firstrow clear'
    named = json.dumps(sheets) if many else _quoted(sheets[0])
    texts = _as_texts(_columns(resource, "string"))
    pandas = f"pandas.read_excel({quoted}, {named}, {_AS_WRITTEN}{texts})"
    return r, stata, f"pandas.concat({pandas}, ignore_index=True)" if many else pandas


def _as_texts(names: list[str]) -> str:
    types = ", ".join(f'{_quoted(name)}: "str"' for name in names)
    return f", dtype={{{types}}}" if names else ""


def _quoted(text: str) -> str:
    """A text in R and in Python, which agree on JSON's quotes."""
    return json.dumps(text, ensure_ascii=False)


# The two descriptions beside the tables.


def _describe(folder: Path, kind: str, about: About, written: Sequence[TableFile]) -> None:
    """Write both; tables of the same runs in other formats stay in them."""
    run: Json = {"scenario": about.scenario, "scenario_sha256": about.scenario_sha256}
    run |= {"seed": about.seed, "runs": about.runs, "version": about.version}
    found: Json = {
        "profile": "tabular-data-package",
        "name": about.scenario.lower(),
        "title": about.title,
        "run": run,
        "resources": [resource(kind, one) for one in written],
    }
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
    found["readme"] = {"path": README, "hash": _hash(readme)}
    found["hash"] = _hash(_text(found))
    for name, content in ((NAME, _text(found)), (README, readme)):
        with written_whole(folder / name) as draft:
            draft.write_text(content, encoding="utf-8", newline="\n")


def resource(kind: str, written: TableFile) -> Json:
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
    # A text that breaks no table.
    environment.filters["plain"] = lambda text: " ".join(text.replace("|", "\\|").split())
    text = Path(__file__).with_name("readme.md.j2").read_text(encoding="utf-8")
    return environment.from_string(text).render(
        found, kept=kept, lines=lines, different=different.values()
    )


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
        if own == _hash(_text(found)):
            found["hash"] = own
            hashes[NAME] = _hash(_text(found))
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


def _hash(content: str) -> str:
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _text(found: Json) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
