"""Each kind of file, on rows made up in the layout of its maker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.country_data.folder import read_file
from sim.country_data.table import Table, Wanted
from sim.errors import ScenarioError
from tests.fixtures import country_files as made
from tests.fixtures.country_files import SHARED, needs_extracts, put

USA, RUS, CHN, JPN = 2, 365, 710, 740
FOUR = frozenset((USA, RUS, CHN, JPN))
WANTED = Wanted(FOUR, 2010)


def owed(table: Table, state: int, partner: int, year: int = 2010) -> set[str]:
    return {
        row.measure
        for row in table.rows
        if (row.state, row.partner, row.year) == (state, partner, year)
    }


def reasons(table: Table) -> dict[str, int]:
    return dict(table.unused.count)


def test_rows_later_than_the_year_and_of_other_states_are_counted(tmp_path: Path) -> None:
    table = read_file(made.capabilities(tmp_path / "nmc.csv"), Wanted(frozenset((CHN, JPN)), 2010))
    assert reasons(table) == {"about other states": 22, "later than the year asked for": 8}
    assert (table.lines, table.used) == (52, 22)
    assert table.last_year == 2010


def test_a_session_has_the_year_of_its_opening(tmp_path: Path) -> None:
    table = read_file(made.sessions(tmp_path / "points.csv"), WANTED)
    assert dict(table.series("ideal point", JPN))[2009] == pytest.approx(0.7)
    assert table.vintage == "edition to session 67 of 2012"
    rows = [(1, 740, "x", 1, 0.1)]
    with pytest.raises(ScenarioError, match="column session: 'x' is no number"):
        read_file(put(tmp_path / "odd.csv", ("", "ccode", "session", "n", "IdealPointAll"), rows))


def test_an_obligation_is_the_members_own_and_the_last_phase_counts(tmp_path: Path) -> None:
    table = read_file(made.members(tmp_path / "atop.csv"), WANTED)
    assert owed(table, USA, JPN) == {"defence", "non-aggression"}
    assert owed(table, JPN, USA) == {"consultation", "non-aggression"}
    assert owed(table, RUS, CHN) == {"consultation", "non-aggression"}
    assert owed(table, RUS, JPN) == {"non-aggression"}
    assert owed(table, RUS, JPN, 2004) == {"defence", "non-aggression"}
    assert owed(table, RUS, JPN, 2005) == {"non-aggression"}
    assert owed(table, USA, JPN, 1959) == set()


@pytest.mark.parametrize(("version", "year", "last"), [("4.01", 2030, 2021), ("", 2030, 2030)])
def test_what_is_in_force_lasts_some_years_beyond_the_data(
    tmp_path: Path, version: str, year: int, last: int
) -> None:
    rows = [(1, number, 1960, 0, 0, 1, 0, 0, 0, 0, version) for number in (USA, JPN)]
    header = ("atopid", "member", "yrent", "yrexit", "phase", "defense", "offense", "neutral",
              "nonagg", "consul", "version")  # fmt: skip
    table = read_file(put(tmp_path / "atop.csv", header, rows), Wanted(FOUR, year))
    assert owed(table, USA, JPN, last) == {"defence"}
    assert owed(table, USA, JPN, last + 1) == set()
    assert table.last_year == last


@needs_extracts
def test_the_alliance_of_1960_is_found_in_the_real_extract() -> None:
    table = read_file(SHARED / "layouts" / "atop_4_01_member.csv", WANTED)
    assert owed(table, USA, JPN) == {"defence", "consultation", "non-aggression"}
    assert owed(table, JPN, USA) == {"consultation", "non-aggression"}
    assert owed(table, JPN, CHN) == {"non-aggression"}
    assert owed(table, RUS, CHN) == {"consultation", "non-aggression"}


def test_atop_pairs_with_and_without_a_direction(tmp_path: Path) -> None:
    rest = ("year", "atopally", "defense", "offense", "neutral", "nonagg", "consul")
    rows = [(2, 740, 2010, 1, 1, 0, 0, 0, 0), (740, 2, 2010, 1, 0, 0, 0, 0, 1)]
    directed = read_file(put(tmp_path / "ddyr.csv", ("stateA", "stateB", *rest), rows), WANTED)
    assert (owed(directed, USA, JPN), owed(directed, JPN, USA)) == ({"defence"}, {"consultation"})
    pairs = read_file(put(tmp_path / "dy.csv", ("mem1", "mem2", *rest), rows[:1]), WANTED)
    assert owed(pairs, USA, JPN) == owed(pairs, JPN, USA) == {"defence"}


def test_correlates_of_war_members_by_year(tmp_path: Path) -> None:
    common = {"version4id": 9, "mem_end_year": 2012, "right_censor": 1, "nonaggression": 0,
              "neutrality": 0, "entente": 0, "defense": 0, "version": "4.1"}  # fmt: skip
    rows: list[dict[str, Any]] = []
    for year in (2009, 2010):
        rows += [
            {**common, "ccode": USA, "year": year, "defense": 1, "state_name": '"United States"'},
            {**common, "ccode": JPN, "year": year, "entente": 1},
            # Another alliance, of which one side left in May 2010.
            {**common, "version4id": 10, "ccode": RUS, "year": year, "neutrality": 1},
            {**common, "version4id": 10, "ccode": CHN, "year": year, "neutrality": 1,
             "mem_end_year": 2010, "mem_end_month": 5, "mem_end_day": 1},
        ]  # fmt: skip
    table = read_file(put(tmp_path / "a.csv", made.COW_MEMBER, rows), WANTED)
    assert owed(table, USA, JPN) == {"defence"}
    assert owed(table, JPN, USA) == {"consultation"}
    assert owed(table, RUS, CHN, 2009) == {"neutrality"}
    assert owed(table, RUS, CHN) == set()
    assert reasons(table)["about an alliance that ended in the year"] == 1


def test_correlates_of_war_pairs_by_year_repeat_a_pair(tmp_path: Path) -> None:
    header = ("version4id", "ccode1", "state_name1", "ccode2", "state_name2", "dyad_end_month",
              "dyad_end_year", "defense", "neutrality", "nonaggression", "entente",
              "year")  # fmt: skip
    rows = [
        (1, 2, "a", 740, "b", "", "", 1, 0, 0, 0, 2010),
        (2, 2, "a", 740, "b", "", 2012, 1, 0, 1, 1, 2010),
        (3, 365, "a", 710, "b", 7, 2010, 1, 0, 1, 1, 2010),
    ]
    table = read_file(put(tmp_path / "a.csv", header, rows), WANTED)
    assert owed(table, USA, JPN) == owed(table, JPN, USA)
    assert owed(table, USA, JPN) == {"defence", "non-aggression", "consultation"}
    assert owed(table, RUS, CHN) == set()


def test_correlates_of_war_memberships_with_dates(tmp_path: Path) -> None:
    common = {"version4id": 9, "mem_st_year": 1960, "mem_st_month": 1, "mem_st_day": 19,
              "mem_end_year": 2012, "right_censor": 1, "defense": 0, "entente": 0}  # fmt: skip
    ended = {**common, "version4id": 10, "mem_end_month": 5, "mem_end_day": 1, "mem_end_year": 2008,
             "right_censor": 0, "defense": 1}  # fmt: skip
    rows: list[dict[str, Any]] = [
        {**common, "ccode": USA, "defense": 1},
        {**common, "ccode": JPN, "entente": 1},
        *({**ended, "ccode": number} for number in (RUS, CHN)),
    ]
    header = [name for name in made.COW_MEMBER if name != "year"]
    table = read_file(put(tmp_path / "a.csv", header, rows), WANTED)
    assert (owed(table, USA, JPN), owed(table, JPN, USA)) == ({"defence"}, {"consultation"})
    assert owed(table, RUS, CHN, 2007) == {"defence"}
    assert owed(table, RUS, CHN, 2008) == set()
    # The data end in 2012, and what is in force then lasts five years.
    later = read_file(tmp_path / "a.csv", Wanted(FOUR, 2030))
    assert owed(later, USA, JPN, 2017) == {"defence"}
    assert owed(later, USA, JPN, 2018) == set()
    header = [name.replace("mem_", "dyad_") for name in header if name != "ccode"]
    pairs = [
        {"ccode1": USA, "ccode2": JPN, "dyad_st_year": 1960, "version4id": 9, "right_censor": 1,
         "defense": 1},
        {"ccode1": RUS, "ccode2": CHN, "dyad_st_year": 1960, "version4id": 9, "right_censor": 1,
         "entente": 1},
    ]  # fmt: skip
    path = put(tmp_path / "b.csv", ["ccode1", "ccode2", *header], pairs)
    table = read_file(path, WANTED)
    assert owed(table, USA, JPN, 1965) == owed(table, JPN, USA, 1965) == {"defence"}
    assert owed(table, USA, CHN, 1965) == set()


def test_trade_of_pairs_goes_both_ways_and_minus_nine_is_none(tmp_path: Path) -> None:
    table = read_file(made.dyadic_trade(tmp_path / "trade.csv"), WANTED)
    # flow1: what the first state imports from the second, so exports of the second.
    assert table.series("exports", JPN, CHN)[2010] == 102010e6
    assert table.series("exports", CHN, JPN)[2010] == 150000e6
    assert 2010 not in table.series("exports", RUS, JPN)
    assert reasons(table)["without a value of flow2"] == 11
    assert table.series("partners", JPN)[2010] == 2


def test_all_trade_is_added_up_over_partners(tmp_path: Path) -> None:
    from sim.country_data.states import STATES

    partners = [one.number for one in STATES if one.existed(2010) and one.number != JPN]
    rows = [
        {"ccode1": min(one, JPN), "ccode2": max(one, JPN), "year": 2010, "flow1": 1, "flow2": 2}
        for one in partners
    ]
    few = read_file(put(tmp_path / "few.csv", made.COW_TRADE, rows[:19]), WANTED)
    assert few.series("partners", JPN)[2010] == 19
    table = read_file(put(tmp_path / "all.csv", made.COW_TRADE, rows), WANTED)
    assert table.series("all trade", JPN)[2010] == 3e6 * len(partners)


def test_itpd_is_summed_over_industries_without_what_stays_at_home(tmp_path: Path) -> None:
    header = ("exporter_iso3", "importer_iso3", "year", "industry_id", "trade", "flag_zero")
    rows = [
        ("JPN", "CHN", 2010, 1, 1.5, "p"), ("JPN", "CHN", 2010, 2, 2.5, "p"),
        ("JPN", "JPN", 2010, 1, 900, "p"), ("JPN", "CHN", 2010, 3, 0, "u"),
        ("CHN", "JPN", 2010, 1, 0, "r"), ("CHN", "JPN", 2010, 2, "", ""),
        ("DEU", "FRA", 2010, 1, 9, "p"), ("HKG", "JPN", 2010, 1, 9, "p"),
        ("JPN", "CHN", 2011, 1, 9, "p"),
    ]  # fmt: skip
    table = read_file(put(tmp_path / "itpd.csv", header, rows), WANTED)
    assert dict(table.series("exports", JPN, CHN)) == {2010: 4e6}
    assert dict(table.series("exports", CHN, JPN)) == {2010: 0.0}
    assert reasons(table) == {
        "about what a state sells to itself": 1,
        "with a zero that nobody reported": 1,
        "without a value": 1,
        "between other states": 1,
        "about no state of that year": 1,
        "later than the year asked for": 1,
    }
    twice = put(tmp_path / "itpd.csv", header, [rows[0], ("JPN", "CHN", 2010, 1, 7, "p")])
    with pytest.raises(ScenarioError, match=r"7 stands here and 1\.5 on line 2"):
        read_file(twice, WANTED)


@needs_extracts
def test_a_state_is_not_given_rows_of_years_in_which_it_was_none() -> None:
    path = SHARED / "layouts" / "cow_trade_national_4_0.csv"
    table = read_file(path, Wanted(frozenset((265, 345, 713, JPN)), 2014))
    assert 2007 not in table.series("all trade", 265)
    assert max(table.series("all trade", 345)) < 1993
    assert table.series("all trade", JPN)[2010] > 1e12
    assert reasons(table)["about a state in a year in which it was none"] > 0


def test_gdp_with_a_column_for_each_year(tmp_path: Path) -> None:
    header = (
        "Country Name",
        "Country Code",
        "Indicator Name",
        "Indicator Code",
        "2009",
        "2010",
        "2011",
    )
    rows = [
        ("Japan", "JPN", "GDP", "NY.GDP.MKTP.CD", 5e12, "", 9e12),
        ("World", "WLD", "GDP", "NY.GDP.MKTP.CD", 6e13, 6e13, 6e13),
        ("Japan", "JPN", "People", "SP.POP.TOTL", 1, 1, 1),
    ]
    path = put(tmp_path / "gdp.csv", header, rows)
    assert dict(read_file(path, WANTED).series("gdp", JPN)) == {2009: 5e12}
    # As the World Bank publishes it: lines before the header, quotation marks, a comma at the end.
    before = (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2017-01-03",\n\n'
    )
    lines = path.read_text().splitlines()
    quoted = ["".join(f'"{cell}",' for cell in line.split(",")) for line in lines]
    path.write_text("\ufeff" + before + "\n".join(quoted), "utf-8")
    table = read_file(path, WANTED)
    assert [(row.value, row.line) for row in table.rows] == [(5e12, 6)]


def test_icews_counts_months_of_each_kind(tmp_path: Path) -> None:
    table = read_file(made.icews(tmp_path / "events.tab"), WANTED)
    counted = {
        row.measure: row.value
        for row in table.rows
        if (row.state, row.partner, row.year, row.month) == (JPN, CHN, 2010, 12)
    }
    assert counted == {
        "verbal cooperation": 4, "visits": 1, "material cooperation": 1, "verbal conflict": 1,
        "material conflict": 1,
    }  # fmt: skip
    assert reasons(table)["within one state"] == 4 * 5 * 60
    assert table.days is not None
    assert [str(day) for day in table.days] == ["2006-01-01", "2010-12-28"]


@pytest.mark.parametrize("code", ["36", "411", "4", "43.0", "211"])
def test_codes_that_lost_their_zeros_are_refused(tmp_path: Path, code: str) -> None:
    row = {"Event ID": 1, "Event Date": "2010-01-01", "Source Country": "Japan",
           "Target Country": "China", "CAMEO Code": code}  # fmt: skip
    path = put(tmp_path / "events.tab", made.ICEWS, [row], delimiter="\t")
    with pytest.raises(ScenarioError, match="codes are text with their zeros"):
        read_file(path, WANTED)


def test_polecat_has_event_types_in_words(tmp_path: Path) -> None:
    wanted = Wanted(FOUR, 2020)
    common = {"Event Date": "2020-03-01", "Actor Country": "JPN", "Recipient Country": "CHN",
              "Publication Date": "2020-03-02"}  # fmt: skip
    rows: list[dict[str, Any]] = [
        {**common, "Event ID": 1, "Event Type": "CONSULT", "Event Mode": "visit"},
        {**common, "Event ID": 2, "Event Type": "SANCTION", "Actor COW": 740},
        {**common, "Event ID": 2, "Event Type": "SANCTION"},
        {**common, "Event ID": 3, "Event Type": "DANCE"},
        {**common, "Event ID": 4, "Event Type": "AID", "Publication Date": "2020-09-02"},
        {**common, "Event ID": 5, "Event Type": "AID", "Publication Date": "2021-01-01"},
        {**common, "Event ID": 6, "Event Type": "AID", "Recipient Country": "CHN;USA"},
    ]
    table = read_file(put(tmp_path / "p.txt", made.POLECAT, rows, delimiter="\t"), wanted)
    assert {row.measure: row.value for row in table.rows} == {
        "verbal cooperation": 1, "visits": 1, "material conflict": 1,
    }  # fmt: skip
    assert reasons(table) == {
        "said before": 1,
        "with an event type that PLOVER does not have": 1,
        "reported more than a month after its date": 1,
        "later than the year asked for": 1,
        "without a state on both sides": 1,
    }


def gdelt_line(fields: int = 58, cells: Mapping[str, str] | None = None) -> list[str]:
    line = [""] * fields
    given = {"0": "1", "1": "20101130", "2": "201011", "3": "2010", "7": "JPN", "17": "CHN",
             "26": "043", "27": "043", "28": "04", "29": "1", "56": "20101201"}  # fmt: skip
    for place, cell in {**given, **(cells or {})}.items():
        line[int(place)] = cell
    return line


@pytest.mark.parametrize("fields", [57, 58])
def test_gdelt_is_recognised_without_a_header(tmp_path: Path, fields: int) -> None:
    lines = [
        gdelt_line(fields),
        gdelt_line(fields, {"0": "2", "26": "190", "27": "190", "28": "19", "29": "4"}),
        gdelt_line(fields, {"0": "3", "1": "20091130", "2": "200911", "3": "2009"}),
        gdelt_line(fields, {"0": "4", "56": "20110102"}),
        gdelt_line(fields, {"0": "5", "7": ""}),
    ]
    table = read_file(put(tmp_path / "day.CSV", lines[0], lines[1:], delimiter="\t"), WANTED)
    assert {(row.measure, row.month): row.value for row in table.rows} == {
        ("verbal cooperation", 11): 1, ("visits", 11): 1, ("material conflict", 11): 1,
    }  # fmt: skip
    assert table.lines == 5
    assert reasons(table) == {
        "reported more than a month after its date": 1,
        "later than the year asked for": 1,
        "without a state on both sides": 1,
    }


def test_a_line_that_is_none_of_gdelt_is_a_fault(tmp_path: Path) -> None:
    lines = [gdelt_line(), gdelt_line(58, {"0": "2", "26": "190"})]
    path = put(tmp_path / "day.CSV", lines[0], lines[1:], delimiter="\t")
    with pytest.raises(ScenarioError, match=r"day\.CSV:2:1: the fields do not agree"):
        read_file(path, WANTED)


@needs_extracts
def test_real_records_of_gdelt_are_none_of_a_pair_and_dated_long_before() -> None:
    path = SHARED / "layouts" / "gdelt_1_0_daily_export_3_records.CSV"
    assert reasons(read_file(path, Wanted(FOUR, 2014))) == {
        "reported more than a month after its date": 3
    }


def test_approval_is_a_share_by_month_and_may_say_of_whom(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", ("Date", "Approve"), [("12/1/2010", 65), ("1/1/2011", 60)])
    (row,) = read_file(path, WANTED).rows
    assert (row.state, row.year, row.month, row.value) == (0, 2010, 12, 0.65)
    rows = [("Japan", "2010-11", 40), ("France", "2010-11", 50)]
    path = put(tmp_path / "b.csv", ("country", "month", "approve"), rows)
    (row,) = read_file(path, WANTED).rows
    assert (row.state, row.month, row.value) == (JPN, 11, 0.4)
    header = ("Country", "year", "quarter", "Approval_Smoothed")
    (row,) = read_file(put(tmp_path / "c.csv", header, [("Japan", 2010, 2, 41.5)]), WANTED).rows
    assert (row.state, row.month, row.value) == (JPN, 6, 0.415)
    polls = [("2010-11-03", 40), ("2010-11-20", 50), ("2010-11-20", 60)]
    (row,) = read_file(put(tmp_path / "c.csv", ("date", "approve"), polls), WANTED).rows
    assert row.value == pytest.approx(0.5)
    header = ("year", "month", "approval", "state")
    (row,) = read_file(put(tmp_path / "c.csv", header, [(2010, 2, 41.5, "JPN")]), WANTED).rows
    assert (row.state, row.month, row.value) == (JPN, 2, 0.415)
    (row,) = read_file(
        put(tmp_path / "c.csv", ("year", "quarter", "approve"), [(2010, "Q4", 50)])
    ).rows
    assert (row.month, row.value) == (12, 0.5)
    with pytest.raises(ScenarioError, match="650 is no percentage"):
        read_file(put(tmp_path / "d.csv", ("month", "approve"), [("2010-11", 650)]), WANTED)
    with pytest.raises(ScenarioError, match=r"'31/12/2010' is no date"):
        read_file(put(tmp_path / "e.csv", ("date", "approve"), [("31/12/2010", 60)]), WANTED)


@needs_extracts
def test_tidy_tables_give_series_by_pair_and_year() -> None:
    folder = SHARED / "calibration"
    counts = read_file(folder / "icews_directed_dyad_year_2002_2014.csv")
    assert counts.series("verbal conflict", CHN, JPN)[2002] == 303
    distances = read_file(folder / "unga_ideal_point_distance_dyad_year.csv")
    points = read_file(folder / "unga_ideal_point_country_year.csv")
    for year, distance in distances.series("ideal point distance", CHN, JPN).items():
        apart = points.series("ideal point", CHN)[year] - points.series("ideal point", JPN)[year]
        assert abs(apart) == pytest.approx(distance, abs=2e-4)
    exports = read_file(folder / "itpd_trade_directed_dyad_2000_2016.csv")
    assert exports.series("exports", USA, CHN)[2002] == pytest.approx(35.55e9, rel=1e-3)
