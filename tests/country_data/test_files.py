"""Files as they are published: how they are written, recognised, refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sim.country_data.folder import LAYOUTS, read_file, read_folder
from sim.country_data.table import Wanted
from sim.errors import ScenarioError, SimError
from tests.fixtures import country_files as made
from tests.fixtures.country_files import NMC, SHARED, needs_extracts, put

ROW = ("JPN", 740, 2010, 100, 10, 0, 1000, 5000, 3000, "3.7E-02")
WANTED = Wanted(frozenset(made.NUMBERS.values()), 2010)


def faults(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_file(path, WANTED)
    return str(caught.value)


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    order = [9, 3, 2, 1, 0, 4, 8, 7, 6, 5]
    header, row = [NMC[nth] for nth in order], [ROW[nth] for nth in order]
    upper = [name.upper() for name in header]
    for names in (header, upper):
        table = read_file(put(tmp_path / "anything.csv", names, [row]))
        assert dict(table.series("cinc", 740)) == {2010: 0.037}
        assert dict(table.series("irst", 740)) == {2010: 0.0}


@pytest.mark.parametrize(
    ("encoding", "delimiter", "ends"),
    [
        ("utf-8", ",", "\r\n"), ("utf-8-sig", ";", "\n"), ("utf-16", "\t", "\r\n"),
        ("cp1252", ",", "\n"), ("utf-8", "|", "\n"),
    ],
)  # fmt: skip
def test_text_is_read_however_it_is_written(
    tmp_path: Path, encoding: str, delimiter: str, ends: str
) -> None:
    lines = [NMC, ("Å\u00e9", *ROW[1:])]
    text = ends.join(delimiter.join(map(str, line)) for line in lines)
    path = tmp_path / "nmc.csv"
    path.write_bytes(text.encode(encoding))
    assert dict(read_file(path).series("cinc", 740)) == {2010: 0.037}


@pytest.mark.parametrize("missing", ["", "-9", "-9.0", "NA", "NaN", "."])
def test_what_stands_for_missing_is_no_value(tmp_path: Path, missing: str) -> None:
    table = read_file(put(tmp_path / "nmc.csv", NMC, [(*ROW[:3], missing, *ROW[4:9], missing)]))
    assert dict(table.series("cinc", 740)) == {}
    assert dict(table.series("milex", 740)) == {}
    assert dict(table.series("tpop", 740)) == {2010: 5000.0}


@pytest.mark.parametrize(
    ("cells", "place", "problem"),
    [
        ({9: "much"}, "nmc.csv:2:10: column cinc", "'much' is no number"),
        ({9: "1_0"}, "nmc.csv:2:10: column cinc", "'1_0' is no number"),
        ({9: "inf"}, "nmc.csv:2:10: column cinc", "'inf' is no number"),
        ({9: "1.5"}, "nmc.csv:2:10: column cinc", "1.5 is out of range"),
        ({2: "210"}, "nmc.csv:2:3: column year", "210 is no year"),
        ({2: "2010.5"}, "nmc.csv:2:3: column year", "'2010.5' is no whole number"),
    ],
)
def test_a_cell_that_cannot_be_read_has_its_place(
    tmp_path: Path, cells: dict[int, str], place: str, problem: str
) -> None:
    row = [cells.get(nth, cell) for nth, cell in enumerate(ROW)]
    said = faults(put(tmp_path / "nmc.csv", NMC, [row]))
    assert f"{place}: {problem}" in said


def test_all_faults_come_at_once_and_many_are_cut_short(tmp_path: Path) -> None:
    bad = [(*ROW[:9], "x"), ROW[:5], (*ROW[:3], "y", *ROW[4:])]
    said = faults(put(tmp_path / "nmc.csv", NMC, bad))
    assert said.startswith("3 faults found:")
    assert "nmc.csv:3:1: the line has 5 cells, the header 10" in said
    assert faults(put(tmp_path / "nmc.csv", NMC, [ROW[:5]] * 100)).startswith("20 faults")


def test_two_values_for_the_same_are_a_fault_and_the_same_twice_is_not(tmp_path: Path) -> None:
    table = read_file(put(tmp_path / "nmc.csv", NMC, [ROW, ROW]), WANTED)
    assert dict(table.series("cinc", 740)) == {2010: 0.037}
    said = faults(put(tmp_path / "nmc.csv", NMC, [ROW, (*ROW[:9], 0.04)]))
    assert "nmc.csv:3:1: cinc is 0.04 here and 0.037 on line 2" in said


@pytest.mark.parametrize("name", ["NMC-60-abridged.csv", "Dyadic_COW_4.0.csv", "alliances.csv"])
def test_a_right_name_with_a_wrong_header_is_refused(tmp_path: Path, name: str) -> None:
    said = faults(put(tmp_path / name, ("a", "b", "flow"), [(1, 2, 3)]))
    assert f"{name}:1:1: no known layout has this header: a, b, flow" in said


def test_a_header_that_lacks_a_column_is_told_the_nearest_layout(tmp_path: Path) -> None:
    said = faults(put(tmp_path / "nmc.csv", NMC[:9], [ROW[:9]]))
    assert "nearest is 'National Material Capabilities (Correlates of War)'" in said
    assert "which also has the column cinc" in said
    twice = faults(put(tmp_path / "nmc.csv", (*NMC, "cinc"), [(*ROW, 1)]))
    assert "the header names a column twice: cinc" in twice


def test_a_folder_is_read_with_those_below_it_and_with_zip_files(tmp_path: Path) -> None:
    made.sessions(tmp_path / "deep" / "er" / "points.csv")
    inside = made.capabilities(tmp_path / "made.csv")
    with zipfile.ZipFile(tmp_path / "nmc.zip", "w") as packed:
        packed.write(inside, "data/NMC.CSV")
        packed.writestr("codebook.pdf", "x")
    inside.unlink()
    (tmp_path / "codebook.txt").write_text("What the columns mean, in words.\n")
    (tmp_path / "old.dta").write_bytes(b"1")
    (tmp_path / ".DS_Store").write_bytes(b"1")
    found = read_folder(tmp_path, WANTED)
    assert [table.file for table in found.tables] == ["deep/er/points.csv", "nmc.zip/data/NMC.CSV"]
    assert dict(found.tables[1].series("cinc", 2))[2010] == pytest.approx(0.06)
    assert set(found.left) == {"codebook.txt", "old.dta"}
    assert ".dta files are not read" in found.left["old.dta"]


def test_folders_without_a_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SimError, match="no table of country data in this folder"):
        read_folder(tmp_path)
    with pytest.raises(SimError, match="there is no such folder"):
        read_folder(tmp_path / "none")
    (tmp_path / "file.csv").write_text("")
    with pytest.raises(SimError, match=r"file\.csv: is a file; name the folder"):
        read_folder(tmp_path / "file.csv")
    with pytest.raises(ScenarioError, match="the file holds no table"):
        read_folder(tmp_path)


def test_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    put(tmp_path / "one.csv", NMC, [(*ROW[:9], "x")])
    put(tmp_path / "two.csv", ("a", "b"), [(1, 2)])
    with pytest.raises(ScenarioError) as caught:
        read_folder(tmp_path)
    assert len(caught.value.faults) == 2


def test_layouts_can_be_told_apart() -> None:
    for one in LAYOUTS:
        same = [other for other in LAYOUTS if set(other.needs) == set(one.needs)]
        assert same == [one], one.name


@needs_extracts
@pytest.mark.parametrize("name", ["layouts", "calibration"])
def test_every_real_extract_is_recognised(name: str) -> None:
    found = read_folder(SHARED / name, WANTED)
    tables = {path.name for path in (SHARED / name).iterdir() if path.suffix.casefold() == ".csv"}
    assert {table.file for table in found.tables} == tables
    for table in found.tables:
        assert all(row.year <= 2010 for row in table.rows)
        left = sum(number for _, number, _ in table.unused)
        assert table.used + left >= table.lines, table.file
