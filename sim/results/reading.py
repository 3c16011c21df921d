"""The line by which each program reads a table."""

from __future__ import annotations

import json
from typing import Any

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
