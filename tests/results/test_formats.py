"""What was written in each format comes back the same by a reader that others have written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import ResultsError
from sim.results import workbook
from sim.results.export import NAME, PANDAS, README, export, lines
from sim.results.formats import STATA_NAME
from sim.results.tables import summary, tables_by_run
from sim.studies.run.study import Runs
from tests.fixtures.exported_results import LONG, TITLE, exported, results

KINDS = ("csv", "xlsx", "stata", "parquet")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return results(tmp_path_factory.mktemp("formats"))


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return results(tmp_path_factory.mktemp("early"), "1618-05-23")


def wanted(found: Runs) -> dict[str, pd.DataFrame]:
    told = [*summary(found.data), *tables_by_run(found.data, True, found.scenario)]
    return {table.name: table.rows for table in told}


def same(read: pd.DataFrame, told: pd.DataFrame, *, guarded: bool = False) -> None:
    """Hold what was read against what was told, whatever types the reader has made of it."""
    assert len(read) == len(told)
    for (_, mine), (_, theirs) in zip(told.items(), read.items(), strict=True):
        if mine.dtype.kind == "M":
            days = pd.Series(theirs.astype("string")).str[:10].fillna("NaT")
            assert days.tolist() == [str(day)[:10] for day in mine.to_numpy()]
        elif mine.dtype == object or str(mine.dtype) == "str":
            texts = [text or "" for text in mine.where(mine.notna(), "")]
            if guarded:
                texts = [f"'{text}" if text.startswith("=") else text for text in texts]
            assert theirs.astype("string").fillna("").tolist() == texts
        else:
            one, other = (
                column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
                for column in (mine, theirs)
            )
            np.testing.assert_allclose(one, other, rtol=2e-7)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", ["found", "early"])
def test_the_line_for_pandas_reads_the_same(
    kind: str, start: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    pytest.importorskip({"xlsx": "openpyxl", "parquet": "pyarrow"}.get(kind, "pandas"))
    runs: Runs = request.getfixturevalue(start)
    exported(runs, tmp_path, kind, everything=True)
    package = json.loads((tmp_path / NAME).read_text("utf-8"))
    told = wanted(runs)
    assert len(package["resources"]) == len(told)
    for resource in package["resources"]:
        name = resource["title"].split(":")[0]
        line = lines(resource, f"{tmp_path.as_posix()}/")[PANDAS]
        names: dict[str, Any] = {"pandas": pd}
        exec(line, names)
        assert resource["observations"] == len(told[name])
        same(names[name], told[name], guarded=kind == "csv")


def test_a_workbook_as_openpyxl_reads_it(found: Runs, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    (*_, last) = exported(found, tmp_path, "xlsx")
    assert last.path.name == workbook.NAME
    book = openpyxl.load_workbook(last.path)
    sheets = ["about", "columns", "summary", "runs", "outcomes", "watched", "events"]
    assert book.sheetnames == sheets
    assert all(len(name) <= 31 for name in sheets)
    facts = {row[0].value: row[1] for row in book["about"].iter_rows()}
    assert (facts["seed"].value, facts["seed"].data_type) == (str(2**53 + 1), "s")
    for name in sheets[2:]:
        head, *rows = book[name].iter_rows()
        columns = [cell.value for cell in head]
        told = {row[1].value for row in book["columns"].iter_rows() if row[0].value == name}
        assert told == set(columns)
        for row in rows:
            for column, cell in zip(columns, row, strict=True):
                text = column in {"outcome", "name", "watch", "actor", "cameo", "cameo_name"}
                assert cell.data_type != "f", f"{name}!{cell.coordinate}"
                if text:
                    assert cell.data_type in ("s", "inlineStr"), f"{name}!{cell.coordinate}"
                if column in ("from", "until") and cell.value is not None:
                    assert cell.is_date
                if column in ("came", "accepted"):
                    assert cell.value in (0, 1, None)
    titles = {row[9].value for row in book["summary"].iter_rows(min_row=2)}
    assert TITLE in titles
    codes = {row[10].value for row in book["events"].iter_rows(min_row=2)}
    assert codes == {"061", "138"}


def test_days_before_march_1900_are_texts_in_a_workbook(early: Runs, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    exported(early, tmp_path, "xlsx")
    book = openpyxl.load_workbook(tmp_path / workbook.NAME)
    cells = [row[1] for row in book["summary"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert cells[0].value == "1618-05-23"


def test_what_a_sheet_cannot_hold_goes_on_the_next(
    found: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr(workbook, "ROWS", 151)
    rows = found.data["reported"].size
    written = {one.table.name: one for one in exported(found, tmp_path, "xlsx")}
    assert written["outcomes"].sheets == ("outcomes", "outcomes 2", "outcomes 3")
    book = openpyxl.load_workbook(tmp_path / workbook.NAME)
    assert book.sheetnames[4:7] == ["outcomes", "outcomes 2", "outcomes 3"]
    assert [book[name].max_row for name in book.sheetnames[4:7]] == [151, 151, rows - 300 + 1]
    (resource,) = (
        one
        for one in json.loads((tmp_path / NAME).read_text("utf-8"))["resources"]
        if one["name"] == "outcomes-xlsx"
    )
    names: dict[str, Any] = {"pandas": pd}
    exec(lines(resource, f"{tmp_path.as_posix()}/")[PANDAS], names)
    same(names["outcomes"], wanted(found)["outcomes"])
    assert "`=AVERAGE(end_border)`" in (tmp_path / README).read_text("utf-8")
    assert "sheets outcomes, outcomes 2, outcomes 3" in (tmp_path / README).read_text("utf-8")


@pytest.mark.parametrize(
    ("bound", "value", "said"),
    [("ROWS", 51, "more rows than 5 sheets"), ("COLUMNS", 13, "has 14 columns, a sheet")],
)
def test_more_than_a_workbook_holds_is_refused(
    bound: str, value: int, said: str, found: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, bound, value)
    with pytest.raises(ResultsError, match=said):
        exported(found, tmp_path / "t", "xlsx")
    assert not (tmp_path / "t").exists()


def test_a_text_longer_than_a_cell_is_cut_and_says_so(
    found: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    long = found.data.copy()
    long["outcome_name"] = ("outcome", np.array(["ü" * 40_000, *"abc"], dtype=object))
    export([long], tmp_path, "xlsx", False)
    book = openpyxl.load_workbook(tmp_path / workbook.NAME)
    texts = {row[9].value for row in book["summary"].iter_rows(min_row=2)}
    (text,) = texts - {*"abc"}
    assert (len(text), text[-6:]) == (workbook.TEXT, " [cut]")


def test_a_file_of_stata_as_readstat_reads_it(found: Runs, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    long = found.data.copy()
    titles = ["ü" * 2_000, TITLE, "b", "c"]
    long["outcome_name"] = ("outcome", np.array(titles, dtype=object))
    written = export([long], tmp_path, "stata", False, scenario=found.scenario)
    for one in written:
        rows, facts = pyreadstat.read_dta(str(one.path))
        names = [column.name for column in one.table.columns]
        assert facts.column_names == names
        assert len({name.lower() for name in names}) == len(names)
        assert all(len(name) <= STATA_NAME for name in names)
        assert facts.column_labels[0]
        kinds = facts.original_variable_types
        assert all(kinds[day] == "%td" for day in ("from", "until") if day in kinds)
        if one.table.name == "summary":
            assert set(rows["name"]) == set(titles)
        if one.table.name == "events":
            assert set(rows["cameo"]) == {"061", "138"}
        if one.table.name == "watched":
            assert rows["came"].isna().sum() == 1
            assert rows["round"].count() == 1
        if one.table.name == "runs":
            cut = [f"end_{LONG}"[:STATA_NAME], f"end_{LONG}"[: STATA_NAME - 2] + "_2"]
            assert [name for name in names if name.startswith("end_cross")] == cut
            np.testing.assert_allclose(
                rows[cut[1]][1:], found.to_dataframe(by="run")[f"end_{LONG}_too"][1:]
            )


def test_days_before_the_year_100_are_texts_in_stata(tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    exported(results(tmp_path, "0044-03-15"), tmp_path, "stata")
    rows, _ = pyreadstat.read_dta(str(tmp_path / "summary.dta"))
    assert rows["from"][0] == "0044-03-15"


def test_a_file_of_parquet_has_days_booleans_and_nulls(found: Runs, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    compute = pytest.importorskip("pyarrow.compute")
    exported(found, tmp_path, "parquet")
    watched = parquet.read_table(tmp_path / "watched.parquet")
    kinds = {field.name: field.type for field in watched.schema}
    assert kinds == {
        "run": pyarrow.int64(), "watch": pyarrow.string(), "came": pyarrow.bool_(),
        "round": pyarrow.int64(), "from": pyarrow.date32(), "until": pyarrow.date32(),
    }  # fmt: skip
    assert (watched["came"].null_count, watched["round"].null_count) == (1, 11)
    values = parquet.read_table(tmp_path / "outcomes.parquet")["value"]
    missing = int(np.isnan(found.data["reported"]).sum())
    assert missing
    assert values.null_count == missing
    assert compute.sum(compute.is_nan(values)).as_py() == 0
    field = watched.schema.field("round")
    assert field.metadata[b"description"].startswith(b"first round in which")


def test_the_data_package_describes_each_file(found: Runs, tmp_path: Path) -> None:
    exported(found, tmp_path, "csv", everything=True)
    package = json.loads((tmp_path / NAME).read_text("utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert package["run"]["seed"] == str(2**53 + 1)
    assert len({one["name"] for one in package["resources"]}) == len(package["resources"])
    for one in package["resources"]:
        assert one["profile"] == "tabular-data-resource"
        raw = pd.read_csv(
            tmp_path / one["path"], dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
        fields = one["schema"]["fields"]
        assert [field["name"] for field in fields] == list(raw)
        for field in fields:
            values = raw[field["name"]]
            pattern = {
                "boolean": "[01]",
                "integer": "-?[0-9]+",
                "number": r"-?[0-9.]+(e[+-]?[0-9]+)?",
                "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
                "string": "[^\0]+",
            }[field["type"]]
            given = values[values != one["schema"]["missingValues"][0]]
            assert given.str.fullmatch(pattern).all(), f"{one['name']}.{field['name']}"
            if field["type"] == "boolean":
                assert (field["trueValues"], field["falseValues"]) == (["1"], ["0"])


@pytest.mark.parametrize(
    ("start", "kind", "types"),
    [
        ("found", "csv", {"date", "boolean"}),
        ("early", "csv", {"date", "boolean"}),
        ("found", "xlsx", {"date"}),
        ("early", "xlsx", set()),
        ("early", "stata", {"date"}),
        ("early", "parquet", {"date", "boolean"}),
    ],
)
def test_the_data_package_claims_the_types_that_a_file_has(
    start: str, kind: str, types: set[str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    pytest.importorskip({"parquet": "pyarrow"}.get(kind, "pandas"))
    exported(request.getfixturevalue(start), tmp_path, kind)
    package = json.loads((tmp_path / NAME).read_text("utf-8"))
    fields = [field for one in package["resources"] for field in one["schema"]["fields"]]
    assert {field["type"] for field in fields} == {"integer", "number", "string", *types}
    assert any("trueValues" in field for field in fields) == (kind == "csv")


def test_the_readme_says_of_each_format_how_many_runs_it_has(found: Runs, tmp_path: Path) -> None:
    exported(found, tmp_path, "csv")
    assert "The tables that go by run" not in (tmp_path / README).read_text("utf-8")
    export([found.data], tmp_path, "xlsx", False, runs=5)
    text = (tmp_path / README).read_text("utf-8")
    assert "The tables that go by run hold the first 5 of these runs (xlsx)." in text
    assert "The tables that go by run hold all these runs (csv)." in text
    export([found.data], tmp_path, "csv", False, runs=5)
    text = (tmp_path / README).read_text("utf-8")
    assert text.count("The tables that go by run hold the first 5 of these runs.") == 1


def test_a_second_format_is_added_to_the_package(found: Runs, tmp_path: Path) -> None:
    exported(found, tmp_path, "csv")
    exported(found, tmp_path, "stata")
    exported(found, tmp_path, "stata")
    package = json.loads((tmp_path / NAME).read_text("utf-8"))
    assert package["profile"] == "data-package"
    assert [one["path"] for one in package["resources"]] == [
        f"{name}.{kind}"
        for kind in ("dta", "csv")
        for name in ("summary", "runs", "outcomes", "watched", "events")
    ]
    other = found.data.assign_attrs(seed=5)
    export([other], tmp_path, "xlsx", False)
    package = json.loads((tmp_path / NAME).read_text("utf-8"))
    assert {one["format"] for one in package["resources"]} == {"xlsx"}


@pytest.mark.parametrize("there", [b"junk", b"[]", b'{"run": 1, "resources": 2}'])
def test_a_damaged_package_is_written_anew(there: bytes, found: Runs, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(there)
    exported(found, tmp_path, "csv")
    assert json.loads((tmp_path / NAME).read_text("utf-8"))["resources"]


def test_the_readme_of_an_export_is_whole(found: Runs, tmp_path: Path) -> None:
    exported(found, tmp_path, "csv")
    text = (tmp_path / README).read_text("utf-8")
    assert f"seed {2**53 + 1}, 12 runs" in text
    assert text.count("\nR:      ") == text.count("\nStata:  ") == text.count("\npandas: ") == 5
    assert "| `end_border` | number | =SUM(1;1) \\| 国境 — за мир, at the end |" in text
    assert "| `came_settled` | boolean | 1: settled; 0: not in this run |" in text
