"""Editions of the same data: other columns, other packing, and what each means."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.country_data.folder import read_file, read_folder
from sim.country_data.recipes import trend_of
from sim.country_data.start import Start, start_from_data
from sim.country_data.table import Table, Wanted
from sim.errors import ScenarioError
from tests.fixtures import country_files as made
from tests.fixtures.country_files import NMC, put

WANTED = Wanted(frozenset(made.NUMBERS.values()), 2010)
ALL = "Japan, Russia, China, United States"


def reasons(table: Table) -> dict[str, int]:
    return {why: number for why, number, _ in table.unused}


def started(folder: Path, **given: Any) -> Start:
    """A start of a folder to which capabilities of all four are added."""
    made.capabilities(folder / "nmc.csv")
    return start_from_data(folder, ALL, 2010, **given)


# ---------------------------------------------------------------- votes in the UN
def points(path: Path, column: str, when: str, delimiter: str = ",") -> Path:
    rows = [
        (number, year - 1945 if when == "session" else year, point, f'"{letters}"')
        for year in range(2001, 2013)
        for letters, number, point in (("JPN", 740, 0.5), ("CHN", 710, -0.9))
    ]
    return put(path, [f'"{name}"' for name in ("ccode", when, column, "iso3c")], rows, delimiter)


@pytest.mark.parametrize("column", ["IdealPointAll", "IdealPointFP", "IdealPoint", "idealpointfp"])
@pytest.mark.parametrize("when", ["session", "year"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_every_edition_of_ideal_points_is_read(
    tmp_path: Path, column: str, when: str, delimiter: str
) -> None:
    table = read_file(points(tmp_path / "ideal.tab", column, when, delimiter), WANTED)
    assert dict(table.series("ideal point", 740)) == dict.fromkeys(range(2001, 2011), 0.5)
    assert dict(table.series("ideal point", 710)) == dict.fromkeys(range(2001, 2011), -0.9)
    assert reasons(table) == {"later than the year asked for": 4}
    assert table.vintage.startswith("edition to session 67" if when == "session" else "edition to")
    assert ("final votes only" in table.vintage) == column.casefold().endswith("fp")


def test_all_votes_count_before_final_votes(tmp_path: Path) -> None:
    header = ("ccode", "iso3c", "year", "IdealPointFP", "IdealPointAll", "IdealPointLegacy")
    table = read_file(put(tmp_path / "x.csv", header, [(740, "JPN", 2010, 0.1, 0.2, 0.3)]), WANTED)
    assert dict(table.series("ideal point", 740)) == {2010: 0.2}


def test_a_header_in_quotation_marks_but_for_the_row_number_is_read(tmp_path: Path) -> None:
    header = ["", '"ccode"', '"session"', '"IdealPointAll"']
    path = put(tmp_path / "ideal.tab", header, [(1, 740, 65, 0.5)], "\t")
    assert dict(read_file(path, WANTED).series("ideal point", 740)) == {2010: 0.5}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("4", "2021"), ("2011", "2021"), ("6", "2025"), ("3.02", "5"), ("6", "7")],
)
def test_of_two_versions_the_later_counts(tmp_path: Path, earlier: str, later: str) -> None:
    for name, version, cinc in (("a", later, 0.1), ("z", earlier, 0.2)):
        rows = [
            (letters, number, 2010, 1, 1, 1, 1, 1, 1, cinc, version)
            for letters, number in made.NUMBERS.items()
        ]
        put(tmp_path / f"{name}.csv", (*NMC, "version"), rows)
    start = start_from_data(tmp_path, ALL, 2010)
    assert start.document["actors"]["japan"]["power"]["value"] == 0.1
    assert "versions are not mixed" in start.not_used["z.csv"]


def test_of_two_editions_of_ideal_points_the_later_counts(tmp_path: Path) -> None:
    rows = [(number, session) for number in made.NUMBERS.values() for session in (64, 65)]
    later = [(*row, 0.1) for row in rows] + [(2, 75, 0.1)]
    put(tmp_path / "a.csv", ("ccode", "session", "IdealPointAll"), later)
    earlier = [(*row, row[0] / 1000) for row in rows] + [(2, 68, 0.1)]
    put(tmp_path / "z.csv", ("ccode", "session", "IdealPointAll"), earlier)
    start = started(tmp_path)
    assert start.document["relations"]["japan and china"]["affinity"]["value"] == 1
    assert "edition to session 75 of 2020" in start.library["data"]["un-votes"]["about"]


# ---------------------------------------------------------------- capabilities and packing
def test_a_part_of_another_name_or_not_in_the_file_is_not_missing(tmp_path: Path) -> None:
    old = [("energy" if name == "pec" else name) for name in NMC]
    rows = [
        (letters, number, 2010, 100, 10, 5, 1000, 5000, 3000, 0.05)
        for letters, number in made.NUMBERS.items()
    ]
    put(tmp_path / "old" / "nmc.csv", old, rows)
    put(
        tmp_path / "bare" / "cinc.csv",
        ("ccode", "year", "cinc"),
        [row[1:3] + row[9:] for row in rows],
    )
    for name in ("old", "bare"):
        power = start_from_data(tmp_path / name, ALL, 2010).document["actors"]["japan"]["power"]
        assert power["value"] == 0.05
        assert "missing" not in power["why"]


def test_files_packed_by_gzip_and_zip_files_in_zip_files_are_read(tmp_path: Path) -> None:
    text = made.capabilities(tmp_path / "made" / "nmc.csv").read_bytes()
    folder = tmp_path / "packed"
    folder.mkdir()
    (folder / "a.csv.gz").write_bytes(gzip.compress(text))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("NMC-v7-abridged.csv", text)
    with zipfile.ZipFile(folder / "NMCv7.zip", "w") as packed:
        packed.writestr("NMCv7/abridged.zip", inner.getvalue())
        packed.writestr("NMCv7/manual.pdf", b"%PDF")
        packed.writestr("__MACOSX/NMCv7/._abridged.zip", b"no zip")
    tables = read_folder(folder, WANTED).tables
    assert [table.file for table in tables] == [
        "NMCv7.zip/NMCv7/abridged.zip/NMC-v7-abridged.csv", "a.csv.gz",
    ]  # fmt: skip
    for table in tables:
        assert table.series("cinc", 740)[2010] == pytest.approx(0.21)
    (folder / "a.csv.gz").write_bytes(gzip.compress(text)[:-40])
    with pytest.raises(Exception, match=r"a\.csv\.gz: cannot be read"):
        read_folder(folder, WANTED)


def test_actors_are_called_as_the_user_wrote_but_for_codes_and_small_letters(
    tmp_path: Path,
) -> None:
    made.capabilities(tmp_path / "nmc.csv")
    start = start_from_data(tmp_path, "usa, the Russian Federation, prc, 740", 2010)
    assert {key: actor["name"] for key, actor in start.document["actors"].items()} == {
        "united_states": "the United States", "russian_federation": "the Russian Federation",
        "prc": "PRC", "japan": "Japan",
    }  # fmt: skip


# ---------------------------------------------------------------- GDELT
GDELT = {"globaleventid": "1", "sqldate": "20101130", "monthyear": "201011", "year": "2010",
         "actor1countrycode": "JPN", "actor2countrycode": "CHN", "eventcode": "040",
         "dateadded": "20101130"}  # fmt: skip
PLACES = {"globaleventid": 0, "sqldate": 1, "monthyear": 2, "year": 3, "actor1countrycode": 7,
          "actor2countrycode": 17, "eventcode": 26, "dateadded": 56}  # fmt: skip


def gdelt(cells: Mapping[str, str], fields: int = 57) -> list[str]:
    line = [""] * fields
    given = {**GDELT, **cells}
    for name, place in PLACES.items():
        line[place] = given[name]
    line[27], line[28], line[29] = given["eventcode"][:3], given["eventcode"][:2], "1"
    return line


def day(text: str, number: int, added: str) -> list[str]:
    return gdelt({
        "globaleventid": str(number), "sqldate": text, "monthyear": text[:6], "year": text[:4],
        "dateadded": added,
    })  # fmt: skip


def test_events_of_the_back_files_count_by_their_own_date(tmp_path: Path) -> None:
    lines = [day(f"2010{month:02d}07", month, "20130203") for month in range(1, 13)]
    lines.append(day("20110107", 13, "20130203"))
    table = read_file(put(tmp_path / "2010.csv", lines[0], lines[1:], "\t"), WANTED)
    assert sum(table.series("verbal cooperation", 740, 710).values()) == 12
    assert reasons(table) == {"later than the year asked for": 1}
    assert table.days == (date(2010, 1, 7), date(2010, 12, 7))


def test_a_daily_file_covers_its_day(tmp_path: Path) -> None:
    lines = [day("20101130", 1, "20101230"), day("20101230", 2, "20101230")]
    table = read_file(put(tmp_path / "d.csv", lines[0], lines[1:], "\t"), WANTED)
    assert table.used == 2
    assert table.days == (date(2010, 12, 30), date(2010, 12, 30))


@pytest.mark.parametrize("without", ["", "globaleventid"])
def test_columns_of_gdelt_are_found_by_name_too(tmp_path: Path, without: str) -> None:
    names = [name for name in reversed(GDELT) if name != without]
    rows = [{**GDELT, "globaleventid": str(nth)} for nth in range(5)]
    table = read_file(put(tmp_path / "q.csv", [one.upper() for one in names],
                          [[row[name] for name in names] for row in rows]), WANTED)  # fmt: skip
    assert dict(table.series("verbal cooperation", 740, 710)) == {2010: 5}
    again = [*rows, rows[0]]
    table = read_file(put(tmp_path / "r.csv", list(GDELT), again), WANTED)
    assert reasons(table) == {"said before": 1}


def test_the_reduced_file_of_gdelt_says_how_many(tmp_path: Path) -> None:
    header = ("Date", "Source", "Target", "CAMEOCode", "NumEvents", "NumArts", "QuadClass")
    rows = [
        ("20101130", "JPNGOV", "CHN", "043", 3, 9, 1),
        ("20101130", "JPN", "CHNMIL", "190", 2, 9, 4),
        ("20101130", "GOV", "CHN", "043", 3, 9, 1),
        ("20110101", "JPNGOV", "CHN", "043", 3, 9, 1),
    ]
    table = read_file(put(tmp_path / "R.TXT", header, rows, "\t"), WANTED)
    assert {row.measure: row.value for row in table.rows} == {
        "verbal cooperation": 3, "visits": 3, "material conflict": 2,
    }  # fmt: skip
    assert reasons(table) == {
        "without a state on both sides": 1,
        "later than the year asked for": 1,
    }
    put(tmp_path / "S.TXT", header, [("20101130", "JPN", "CHN", "043", 0, 9, 1)], "\t")
    with pytest.raises(ScenarioError, match=r"S\.TXT:2:5: column numevents: 0 is no number"):
        read_file(tmp_path / "S.TXT", WANTED)


@pytest.mark.parametrize("between", [" ", ".", "_"])
def test_words_of_a_name_are_joined_in_any_way(tmp_path: Path, between: str) -> None:
    rows = [{"Event ID": 1, "Event Date": "2010-03-04", "Source Country": "Japan",
             "Target Country": "China", "CAMEO Code": "057"}]  # fmt: skip
    path = put(tmp_path / "icews.csv", made.ICEWS, rows)
    first, rest = path.read_text().split("\n", 1)
    path.write_text(first.replace(" ", between) + "\n" + rest)
    assert dict(read_file(path, WANTED).series("verbal cooperation", 740, 710)) == {2010: 1}
    path.write_text(path.read_text().replace("057", "57"))
    with pytest.raises(ScenarioError, match=r"icews\.csv:2:7: column cameo code: '57' is no CAMEO"):
        read_file(path, WANTED)


def test_lines_of_spaces_are_none(tmp_path: Path) -> None:
    path = made.capabilities(tmp_path / "nmc.csv", [2010])
    path.write_text(path.read_text() + "   \n , , \n\n")
    assert read_file(path, WANTED).lines == len(made.NUMBERS)


# ---------------------------------------------------------------- trade
def itpd(path: Path, more: tuple[str, ...] = ()) -> Path:
    header = ("exporter_iso3", "importer_iso3", "year", "industry_id", "trade", *more)
    rows = [
        (f" {one}", f"{other} ", 2010, industry, 12.5, *("0" for _ in more))
        for one, other in (("JPN", "CHN"), ("CHN", "JPN"), ("CHN", "DEU"), ("FRA", "DEU"))
        for industry in (1, 2)
    ]
    return put(path, header, rows)


def test_both_itpd_are_read_and_named(tmp_path: Path) -> None:
    for more, name in (((), "ITPD-E"), (("flag_itpds",), "ITPD-S")):
        table = read_file(itpd(tmp_path / "trade.csv", more), WANTED)
        assert dict(table.series("exports", 740, 710)) == {2010: 25e6}
        assert dict(table.series("all trade", 710)) == {2010: 75e6}
        assert (table.used, reasons(table)) == (6, {"between other states": 2})
        assert name in table.layout


def test_a_pair_without_either_flow_is_one_line_without_a_value(tmp_path: Path) -> None:
    rows = [
        {"ccode1": 710, "ccode2": 740, "year": year, "flow1": one, "flow2": other}
        for year, one, other in ((2008, -9, -9), (2009, 1, -9), (2010, 1, 2))
    ]
    table = read_file(put(tmp_path / "trade.csv", made.COW_TRADE, rows), WANTED)
    assert (table.used, reasons(table)) == (
        2,
        {"without a value": 1, "without a value of flow2": 1},
    )
    assert dict(table.series("exports", 740, 710)) == {2009: 1e6, 2010: 1e6}
    assert dict(table.series("exports", 710, 740)) == {2010: 2e6}


@pytest.mark.parametrize(
    "form", ["Indicator Code,2009,2010", "Series Code,2009 [YR2009],2010 [YR2010]"]
)
def test_lines_of_gdp_by_columns_are_all_accounted_for(tmp_path: Path, form: str) -> None:
    rows = [
        ("Japan", "JPN", "NY.GDP.MKTP.CD", "..", 5e12),
        ("China", "CHN", "NY.GDP.MKTP.CD", "", ".."),
        ("France", "FRA", "NY.GDP.MKTP.CD", 1, 1),
        ("World", "WLD", "NY.GDP.MKTP.CD", 1, 1),
        ("Japan", "JPN", "SP.POP.TOTL", 1, 1),
    ]
    header = ["Country Name", "Country Code", *form.split(",")]
    table = read_file(put(tmp_path / "gdp.csv", header, rows), WANTED)
    assert dict(table.series("gdp", 740)) == {2010: 5e12}
    assert reasons(table) == {
        "without a value": 1, "about other states": 1, "about no state of our list": 1,
        "of another series than NY.GDP.MKTP.CD": 1,
    }  # fmt: skip
    assert table.used + 4 == table.lines


def test_the_gravity_database_has_trade_and_gdp(tmp_path: Path) -> None:
    header = ("year", "country_id_o", "country_id_d", "iso3_o", "iso3_d", "country_exists_o",
              "country_exists_d", "gdp_o", "gdp_d", "tradeflow_comtrade_o",
              "tradeflow_baci")  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (2010, "JPN", "CHN", "JPN", "CHN", 1, 1, 5e9, 6e9, 1, 1.5e8),
        (2010, "CHN", "JPN", "CHN", "JPN", 1, 1, 6e9, 5e9, 1, 1.7e8),
        (2010, "JPN", "DEU.1", "JPN", "DEU", 1, 0, 5e9, "", "", ""),
        (2010, "JPN", "DEU.2", "JPN", "DEU", 1, 1, 5e9, 3e9, 1, "NA"),
        (2010, "JPN", "JPN", "JPN", "JPN", 1, 1, 5e9, 5e9, "", ""),
        (2010, "FRA", "DEU.2", "FRA", "DEU", 1, 1, 2e9, 3e9, 1, 1),
        (2011, "JPN", "CHN", "JPN", "CHN", 1, 1, 5e9, 6e9, 1, 9e8),
    ]
    table = read_file(put(tmp_path / "Gravity.csv", header, rows), WANTED)
    assert dict(table.series("exports", 740, 710)) == {2010: 1.5e11}
    assert dict(table.series("gdp", 710)) == {2010: 6e12}
    assert reasons(table) == {
        "about a state in a year in which it was none": 1, "without a value": 1,
        "about what a state sells to itself": 1, "between other states": 1,
        "later than the year asked for": 1,
    }  # fmt: skip
    ties = started(tmp_path).document["relations"]["japan to china"]["ties"]
    assert ties["value"] == pytest.approx(2 * (3.2e11 / 5e12) ** 0.5, abs=5e-4)
    assert ties["source"] == "trade"


def test_a_table_that_has_each_pair_from_either_side_counts_it_once(tmp_path: Path) -> None:
    header = ("ccode1", "ccode2", "year", "flow1", "flow2")
    rows = [(710, 740, 2010, 10, 20), (740, 710, 2010, 20, 10), (740, 2, 2010, 5, 6)]
    table = read_file(put(tmp_path / "trade.csv", header, rows), WANTED)
    assert dict(table.series("exports", 740, 710)) == {2010: 10e6}
    assert dict(table.series("exports", 710, 740)) == {2010: 20e6}
    assert dict(table.series("exports", 2, 740)) == {2010: 5e6}
    assert dict(table.series("all trade", 740)) == {2010: 41e6}
    assert reasons(table) == {"said before": 1}
    put(tmp_path / "odd.csv", header, [rows[0], (740, 710, 2010, 10, 20)])
    with pytest.raises(ScenarioError, match=r"odd\.csv:3:1: .* for the same pair and time"):
        read_file(tmp_path / "odd.csv", WANTED)


def test_small_amounts_can_be_reckoned_with(tmp_path: Path) -> None:
    header = ("ccode1", "ccode2", "year", "flow1", "flow2")
    put(tmp_path / "trade.csv", header, [(710, 740, 2010, 0.15, 1), (2, 740, 2010, 2500, 0)])
    why = started(tmp_path).document["relations"]["china to japan"]["ties"]["why"]
    assert "0.00115 bn dollars" in why


# ---------------------------------------------------------------- approval
def test_polls_have_an_end_date_and_other_names(tmp_path: Path) -> None:
    header = ('"President"', '"Start Date"', '"End Date"', '"Approving"', '"Disapproving"')
    rows = [
        ("B", "11/29/2010", f"12/{day}/2010", value, 47) for day, value in ((1, 44), (8, "46%"))
    ]
    put(tmp_path / "gallup.csv", header, rows)
    start = started(tmp_path, approval={"gallup.csv": "USA"})
    support = start.document["actors"]["united_states"]["support"]
    assert support["value"] == pytest.approx(0.45)
    assert "1 month with polls, 2010-12" in support["why"]


def test_approval_of_a_year_has_no_month(tmp_path: Path) -> None:
    header = ("Country", "Year", "Approval_Smoothed", "Approval_Not_Smoothed")
    rows = [("Japan", year, 30 + year - 2000, 20) for year in range(2000, 2013)]
    put(tmp_path / "ead.csv", header, rows)
    actor = started(tmp_path).document["actors"]["japan"]
    assert actor["support"]["value"] == pytest.approx(0.40)
    assert actor["support"]["why"].startswith("mean approval of 2010;")
    assert actor["support_trend"]["value"] == pytest.approx(0.01 / 4)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("country,year,quarter", "Japan,{0},{1}"), ("country,year,quarter", "Japan,{0},Q{1}"),
        ("Country,qtr", "Japan,{0}q{1}"), ("Country,year,qtr", "Japan,{0},{0} Q{1}"),
        ("iso3,quarter", "JPN,{0}-Q{1}"),
    ],
)  # fmt: skip
def test_a_quarter_may_have_its_year_before_it(tmp_path: Path, header: str, form: str) -> None:
    rows = [
        [*form.format(year, nth).split(","), 40 + nth] for year in (2010, 2011) for nth in (1, 4)
    ]
    table = read_file(put(tmp_path / "a.csv", [*header.split(","), "approve"], rows), WANTED)
    assert [row[3:5] for row in table.rows] == [(2010, 3), (2010, 12)]
    assert [row.value for row in table.rows] == pytest.approx([0.41, 0.44])
    assert reasons(table) == {"later than the year asked for": 2}


def test_shares_and_provinces_are_refused(tmp_path: Path) -> None:
    header = ("country", "date", "approve")
    path = put(tmp_path / "a.csv", header, [("Japan", f"2010-{nth:02d}", 0.4) for nth in (1, 2)])
    with pytest.raises(ScenarioError, match=r"a\.csv:2:3: column approve: .* shares"):
        read_file(path, WANTED)
    rows = [(name, "2010-01", 40) for name in ("Georgia", "Alabama", "Alaska")]
    path = put(tmp_path / "b.csv", ("state", *header[1:]), rows)
    with pytest.raises(ScenarioError, match=r"b\.csv:3:1: 'Alabama' is the name of no state"):
        read_file(path, WANTED)


def test_a_file_of_nobody_is_offered_where_a_state_has_no_row(tmp_path: Path) -> None:
    put(tmp_path / "kyodo.csv", ("date", "approve"), [("2010-01", 40)])
    with pytest.raises(ScenarioError, match=r'approval "Japan=kyodo\.csv" says whose'):
        start_from_data(tmp_path, "Japan, China", 2010)


def test_what_rounding_leaves_is_no_trend() -> None:
    value = 0.1 + 0.2  # not 0.3
    trend = trend_of({2001 + nth: value + (nth > 4) * 1e-17 * nth for nth in range(10)})
    flat = trend_of(dict.fromkeys(range(2001, 2011), 0.43))
    for found in (trend, flat):
        assert found is not None
        assert not found.stated
    line = trend_of({2001 + nth: 0.1 + 0.1 * nth for nth in range(10)})
    assert line is not None
    assert (line.error, line.stated) == (0, True)
    small = trend_of({2001 + nth: 1e-6 * (1 + 0.01 * nth) for nth in range(10)})
    assert small is not None
    assert small.stated


# ---------------------------------------------------------------- all of them at once
def downloaded(folder: Path) -> Path:
    """Files as they come: zip files and all, of makers whose layouts differ from the base's."""
    folder.mkdir()
    points(folder / "Idealpointestimates1946-2025.tab", "IdealPointFP", "year", "\t")
    with zipfile.ZipFile(folder / "version4.1_csv.zip", "w") as packed:
        path = put(folder / "a.csv", made.COW_PAIRS, [made.PACT, made.BACK, made.OTHER])
        packed.write(path, "version4.1_csv/alliance_v4.1_by_directed.csv")
        path.unlink()
    partners = [2, 20, 70, 140, 200, 210, 211, 220, 230, 255, 325, 350, 380, 390, 560, 640, 670]
    rows = [
        {"ccode1": min(one, other), "ccode2": max(one, other), "year": 2010, "flow1": 100,
         "flow2": 300}
        for one in (710, 740)
        for other in [*partners, 750, 800, 820]
    ]  # fmt: skip
    rows.append({"ccode1": 710, "ccode2": 740, "year": 2010, "flow1": 1000, "flow2": 600})
    put(folder / "Dyadic_COW_4.0.csv", made.COW_TRADE, rows)
    acts = {"JPN": ("040", "040", "112"), "CHN": ("040", "190", "112", "057")}
    lines, number = [], 0
    for year, month in [(year, month) for year in range(2006, 2011) for month in range(1, 13)]:
        for source, codes in acts.items():
            for code in codes:
                number += 1
                line = day(f"{year}{month:02d}07", number, "20130203")
                line[7], line[17] = source, "CHN" if source == "JPN" else "JPN"
                line[26], line[27], line[28] = code, code, code[:2]
                lines.append(line)
    path = put(folder / "2006-10.csv", lines[0], lines[1:], "\t")
    (folder / "2006-10.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    quarters = [("Japan", year, nth, 40 + nth) for year in range(2000, 2013) for nth in range(1, 5)]
    put(folder / "EAD.csv", ("Country", "year", "quarter", "Approval_Smoothed"), quarters)
    return folder


def test_a_folder_of_downloads_gives_the_numbers_of_the_formulas(tmp_path: Path) -> None:
    folder = downloaded(tmp_path / "data")
    made.capabilities(folder / "NMC.csv")
    start = start_from_data(folder, "Japan, PRC, USA", 2010)
    relations, actors = start.document["relations"], start.document["actors"]
    # Support: the last three quarters of 2010. Power: the fourth of four, 2010.
    assert actors["japan"]["support"]["value"] == pytest.approx((0.42 + 0.43 + 0.44) / 3)
    assert actors["japan"]["power"]["value"] == pytest.approx(0.21)
    assert relations["united_states to japan"]["commitment"]["value"] == 0.8
    assert relations["japan to united_states"]["commitment"]["value"] == 0.2
    # All trade: 20 partners at 400 million each, and 1,600 with one another.
    ties = 2 * (1600 / (20 * 400 + 1600) * 0.4) ** 0.5
    assert relations["japan to prc"]["ties"]["value"] == pytest.approx(ties, abs=5e-4)
    # Votes: 1 - 1.4 / 2. Acts of Japan: one third verbal conflict; of China one quarter of each.
    votes, events = 1 - 1.4 / 2, max(1 - 8 * (1 / 3 + 1 / 2) / 2, -1)
    affinity = relations["japan and prc"]["affinity"]
    assert affinity["value"] == pytest.approx(votes / 3 + events * 2 / 3, abs=5e-4)
    assert "chosen on counts of ICEWS" in affinity["why"]
    tension = min(2.2 * (1 / 3 + 1 / 4) / 2 + 3 * (0 + 1 / 4) / 2, 1)
    assert relations["japan and prc"]["tension"]["value"] == pytest.approx(tension, abs=5e-4)
    # Of 180 acts in five years 120 friendly words; half an act more of each of five kinds.
    usual = start.document["levers"]["friendly_word"]["usual"]["japan to prc"]
    assert usual["value"] == pytest.approx(0.8 * 120.5 / 182.5, abs=5e-4)
    assert any("tension" in said and "ICEWS" in said for said in start.said_poor)
    assert any(
        said.startswith("support of PRC and the United States") for said in start.said_missing
    )
    # The files are written, read again and run.
    (tmp_path / "start.yaml").write_text(start.text("start"))
    (tmp_path / "start-sources.yaml").write_text(start.sources_text)
    assert sim.run(tmp_path / "start.yaml", runs=2, seed=1).data.sizes["run"] == 2
