"""A scenario started from data: every number by hand, nothing later, and what is missing."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.country_data.start import JUDGEMENT, Start, start_from_data
from sim.country_data.states import STATES
from sim.errors import ScenarioError, SimError
from sim.scenario.yaml_reader import parse
from tests.fixtures import country_files as made
from tests.fixtures.country_files import SHARED, needs_extracts, put

ACTORS = "Japan, Russia, China, United States"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.folder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def start(folder: Path) -> Start:
    return start_from_data(folder, ACTORS, 2010, {"polls.csv": "Japan"})


def relation(start: Start, pair: str, what: str) -> Any:
    return start.document["relations"][pair][what]


def values(part: Any, path: str = "") -> dict[str, object]:
    """Every value and spread of a document, by path; no reason and no name."""
    if not isinstance(part, dict):
        return {path: part}
    found: dict[str, object] = {}
    for key, inside in part.items():
        if key not in ("why", "source", "title", "summary", "name", "says"):
            found |= values(inside, f"{path}.{key}")
    return found


def test_each_number_is_what_its_formula_gives_by_hand(start: Start) -> None:
    actors = start.document["actors"]
    assert actors["japan"]["power"]["value"] == pytest.approx(0.05 * 4 + 0.01)
    assert actors["japan"]["power_growth"]["value"] == pytest.approx(0.001 / 4)
    # Approval of 2010 is 70 per cent in every month, and rises by one point a year.
    assert actors["japan"]["support"]["value"] == pytest.approx(0.70)
    assert actors["japan"]["support_trend"]["value"] == pytest.approx(0.01 / 4)
    # Votes: Japan at 0.7 in 2009 and at 0.5 in 2010, China at -1. Events: of seven acts two.
    votes = 1 - (1.7 + 1.5) / 2 / 2
    events = 1 - 8 * 2 / 7
    blended = 2 / 3 * max(events, -1) + 1 / 3 * votes
    affinity = relation(start, "japan and china", "affinity")
    assert affinity["value"] == pytest.approx(blended, abs=5e-4)
    assert affinity["source"] == ["un-votes", "events"]
    tension = relation(start, "japan and china", "tension")
    assert tension["value"] == pytest.approx(2.2 / 7 + 3 / 7, abs=5e-4)
    ties = relation(start, "japan to china", "ties")
    assert ties["value"] == pytest.approx(2 * math.sqrt((102010e6 + 150000e6) / 5e12), abs=5e-4)
    assert relation(start, "united_states to japan", "commitment")["value"] == 0.8
    assert relation(start, "japan to united_states", "commitment")["value"] == 0.2
    assert relation(start, "japan to russia", "commitment")["value"] == 0


def test_a_crisis_is_watched_for_above_the_tension_of_the_start(start: Start) -> None:
    for pair in ("japan and china", "japan and russia"):
        tension = relation(start, pair, "tension")["value"]
        watch = start.document["watch"][f"crisis_{pair.replace(' and ', '_')}"]
        limit = watch["when"][f"tension of {pair}"]["at_least"]
        assert limit == pytest.approx(min(tension + 0.25, (tension + 1) / 2), abs=0.006)
        assert tension < limit < 1


def test_usual_frequencies_are_shares_of_what_a_round_has_room_for(start: Start) -> None:
    usual = {
        name: lever["usual"]["japan to china"]["value"]
        for name, lever in start.document["levers"].items()
    }
    counts = {
        "friendly_word": 3 * 60, "visit": 60, "friendly_deed": 60, "hostile_word": 60,
        "hostile_deed": 60,
    }  # fmt: skip
    acts = sum(counts.values()) + 2.5
    for name, count in counts.items():
        assert usual[name] == pytest.approx(0.8 * (count + 0.5) / acts, abs=5e-4), name


def test_every_number_says_its_source_year_and_formula(start: Start) -> None:
    said = 0
    for part in ("actors", "relations", "levers"):
        for key, number in _numbers(start.document[part], part):
            why = number["why"]
            if "source" in number:
                said += 1
                cited = number["source"]
                for one in [cited] if isinstance(cited, str) else cited:
                    assert one in start.library["data"], key
                assert any(str(year) in why for year in range(2000, 2011)), (key, why)
                assert "2011" not in why
                assert "2012" not in why
            else:
                assert why.startswith(JUDGEMENT), key
    assert said > 60


def _numbers(part: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(part, dict):
        return []
    if "value" in part:
        return [(path, part)]
    return [
        one
        for key, inside in part.items()
        if key not in ("effects", "weights")
        for one in _numbers(inside, f"{path}.{key}")
    ]


def test_later_rows_change_no_number(folder: Path, start: Start, tmp_path: Path) -> None:
    cut = made.folder(tmp_path)
    made.capabilities(cut / "nmc.csv", range(2000, 2011))
    made.sessions(cut / "votes" / "points.csv", range(2000, 2011))
    made.dyadic_trade(cut / "trade.csv", range(2000, 2011))
    made.gdp(cut / "gdp.csv", range(2000, 2011))
    made.icews(cut / "events.tab", range(2006, 2011))
    assert any((folder / "nmc.csv").read_text().count(str(year)) for year in (2011, 2012))
    short = start_from_data(cut, ACTORS, 2010, {"polls.csv": "Japan"})
    assert values(short.document) == values(start.document)
    assert short.missing == start.missing


@needs_extracts
@pytest.mark.parametrize("name", ["layouts", "calibration"])
def test_later_rows_of_real_extracts_change_no_number(name: str, tmp_path: Path) -> None:
    year = 2008
    for path in (SHARED / name).iterdir():
        if path.suffix.casefold() != ".csv" or "gdelt" in path.name:
            continue
        lines = path.read_text("utf-8").splitlines()
        header = next(csv.reader(lines[:1]))
        columns = [nth for nth, cell in enumerate(header) if cell in ("year", "session", "yrent")]
        kept = [
            line
            for line in lines[1:]
            if not columns
            or float(next(csv.reader([line]))[columns[0]])
            + 1945 * (header[columns[0]] == "session")
            <= year
        ]
        (tmp_path / path.name).write_text("\n".join([lines[0], *kept]) + "\n")
    whole = start_from_data(SHARED / name, ACTORS, year)
    assert values(start_from_data(tmp_path, ACTORS, year).document) == values(whole.document)


@needs_extracts
def test_real_extracts_give_the_figures_of_their_files() -> None:
    found = start_from_data(SHARED / "calibration", ACTORS, 2013)
    actors = found.document["actors"]
    # As scenarios/sources.yaml has them: cinc-2013, itpd-2013, unga-2012-2013.
    powers = {"china": 0.228, "united_states": 0.133, "russia": 0.0390, "japan": 0.0355}
    for name, value in powers.items():
        assert actors[name]["power"]["value"] == pytest.approx(value, abs=6e-4)
    shares = {"japan to china": 0.060, "russia to china": 0.038, "united_states to china": 0.035}
    for pair, share in shares.items():
        assert relation(found, pair, "ties")["value"] == pytest.approx(
            2 * math.sqrt(share), abs=0.005
        )
    assert "1 - mean / 2 = 0.54" in relation(found, "japan and russia", "affinity")["why"]


def test_the_file_is_read_again_and_runs(start: Start, tmp_path: Path) -> None:
    (tmp_path / "four.yaml").write_text(start.text("four"), "utf-8")
    (tmp_path / "four-sources.yaml").write_text(start.sources_text, "utf-8")
    scenario = sim.load_scenario(tmp_path / "four.yaml")
    assert parse(start.text("four"), "four").plain()["actors"] == start.document["actors"]
    assert scenario.description.calendar.start.isoformat() == "2011-01-01"
    assert len(scenario.description.levers) == 5
    results = sim.run(start.scenario, runs=3)
    assert results.data.sizes["run"] == 3


def test_what_is_missing_is_named_and_marked(folder: Path, start: Start) -> None:
    said = "\n".join(start.said_missing)
    assert "support of Russia, China and the United States: no approval series of 2010" in said
    assert "ties of Japan to Russia" in said
    assert "# - support of Russia" in start.text("four")
    silent = start.document["actors"]["russia"]["support"]
    assert silent["value"] == 0.5
    assert silent["why"].startswith(JUDGEMENT)
    unsaid = start_from_data(folder, ACTORS, 2010)
    assert (
        "--approval" in unsaid.not_used["polls.csv"] or "approval" in unsaid.not_used["polls.csv"]
    )
    assert "support of every actor" in unsaid.said_missing[0]


def test_a_missing_part_of_the_index_is_said(tmp_path: Path) -> None:
    path = made.capabilities(tmp_path / "nmc.csv")
    lines = path.read_text().splitlines()
    lines = [
        line.replace("2010,100,", "2010,-9,") if line.startswith("JPN") else line for line in lines
    ]
    path.write_text("\n".join(lines))
    found = start_from_data(tmp_path, "Japan, China", 2010)
    japan, china = (found.document["actors"][name]["power"]["why"] for name in ("japan", "china"))
    assert "milex missing in that year" in japan
    assert "it was 0.209 in 2009" in japan
    assert "missing" not in china


def test_without_gdp_ties_rest_on_the_share_in_all_trade(tmp_path: Path) -> None:
    made.dyadic_trade(tmp_path / "trade.csv")
    header = ("ccode", "statename", "year", "imports", "exports")
    rows = [(740, "Japan", 2010, 700000, 800000), (710, "China", 2010, "", 1500000)]
    put(tmp_path / "national.csv", header, rows)
    found = start_from_data(tmp_path, "Japan, China", 2010)
    ties = relation(found, "japan to china", "ties")
    share = (102010e6 + 150000e6) / 1500000e6
    assert ties["value"] == pytest.approx(2 * math.sqrt(0.4 * share), abs=5e-4)
    assert "an assumption" in ties["why"]
    assert "the file has 1 partner of" in relation(found, "china to japan", "ties")["why"]


def test_gdp_counts_before_all_trade(tmp_path: Path) -> None:
    partners = [one.number for one in STATES if one.existed(2010) and one.number not in (710, 740)]
    rows = [
        {"ccode1": min(one, 740), "ccode2": max(one, 740), "year": 2010, "flow1": 1000, "flow2": 0}
        for one in [710, *partners]
    ]
    put(tmp_path / "trade.csv", made.COW_TRADE, rows)
    without = relation(start_from_data(tmp_path, "Japan, China", 2010), "japan to china", "ties")
    share = 1 / (len(partners) + 1)
    assert without["value"] == pytest.approx(2 * math.sqrt(0.4 * share), abs=5e-4)
    made.gdp(tmp_path / "gdp.csv")
    by_gdp = relation(start_from_data(tmp_path, "Japan, China", 2010), "japan to china", "ties")
    assert by_gdp["value"] == pytest.approx(2 * math.sqrt(1e9 / 5e12), abs=5e-4)


def test_with_few_partners_ties_are_drawn_and_said_to_be_too_high(tmp_path: Path) -> None:
    made.dyadic_trade(tmp_path / "trade.csv")
    found = start_from_data(tmp_path, "Japan, China, Russia", 2010)
    ties = relation(found, "japan to china", "ties")
    pair = 102010 + 150000
    # 2 * sqrt(0.4 * share) is above 1, with hardly a third state in the file.
    assert pair / (pair + 10000) > 0.9
    assert ties["value"] == 1
    assert ties["spread"]["uniform"] == [0.5, 1]
    assert "the file has 2 partners of this state" in ties["why"]
    assert "ties of Japan to China: too high" in "\n".join(found.said_poor)
    assert "# Drawn from too little:" in found.text("three")
    said = "\n".join(found.said_missing)
    assert "no trade of the pair in both directions from 2006 on" in said


def test_totals_of_a_state_are_refused_for_pairs(tmp_path: Path) -> None:
    made.capabilities(tmp_path / "nmc.csv")
    header = ("ccode", "statename", "year", "imports", "exports")
    put(tmp_path / "national.csv", header, [(740, "Japan", 2010, 700000, 800000)])
    found = start_from_data(tmp_path, "Japan, China", 2010)
    assert "who trades with whom" in found.not_used["national.csv"]
    assert any("who trades with whom" in said for said in found.said_missing)


def test_versions_are_not_mixed(tmp_path: Path) -> None:
    made.capabilities(tmp_path / "a.csv")
    made.capabilities(tmp_path / "b.csv", range(2000, 2008))
    made.icews(tmp_path / "one.tab", range(2006, 2009))
    made.icews(tmp_path / "again.tab", range(2006, 2009))
    made.icews(tmp_path / "two.tab", range(2009, 2011))
    found = start_from_data(tmp_path, "Japan, China", 2010)
    assert "versions are not mixed" in found.not_used["b.csv"]
    assert found.not_used["one.tab"] == "all its events of these states are in other files"
    usual = found.document["levers"]["friendly_word"]["usual"]["japan to china"]["why"]
    assert usual.startswith("180 of 420 acts in 19.9 quarters")


def test_few_acts_say_little(tmp_path: Path) -> None:
    header = ("source", "target", "year", "verbCoop", "matlCoop", "verbConf", "matlConf")
    put(tmp_path / "a.csv", header, [("JPN", "CHN", 2010, 8, 0, 1, 1)])
    alone = start_from_data(tmp_path, "Japan, China", 2010)
    tension = relation(alone, "japan and china", "tension")
    assert tension["value"] == pytest.approx(2.2 / 10 + 3 / 10, abs=5e-4)
    assert "one way, the other has none" in tension["why"]
    assert "rests on 10 acts, which are few" in "\n".join(alone.said_poor)
    made.sessions(tmp_path / "points.csv")
    votes = relation(start_from_data(tmp_path, "Japan, China", 2010), "japan and china", "affinity")
    assert votes["value"] == pytest.approx(1 - 1.6 / 2)
    assert "10 acts are too few" in votes["why"]
    # Points up to 2012 serve 2014, too, as long as they are no older than five years.
    late = start_from_data(tmp_path, "Japan, China", 2014)
    assert "0.70 in 2011" not in relation(late, "japan and china", "affinity")["why"]
    assert "1.70 in 2011 and 1.50 in 2012" in relation(late, "japan and china", "affinity")["why"]


def test_sums_of_a_year_are_not_added_up(tmp_path: Path) -> None:
    header = ("source", "target", "year", "verbCoop", "matlCoop", "verbConf", "matlConf")
    rows = [(*pair, 2010, 6, 0, 3, 1) for pair in (("JPN", "CHN"), ("CHN", "JPN"))]
    for name in ("a.csv", "b.csv"):
        put(tmp_path / name, header, rows)
    found = start_from_data(tmp_path, "Japan, China", 2010)
    assert found.not_used["b.csv"] == "a.csv has such counts, and they are not added up"
    assert "visit" not in found.document["levers"]
    usual = found.document["levers"]["hostile_deed"]["usual"]["japan to china"]["value"]
    assert usual == pytest.approx(0.8 * 1.5 / 12, abs=5e-4)


def test_a_day_of_events_is_too_little(tmp_path: Path) -> None:
    made.capabilities(tmp_path / "nmc.csv")
    row = {"Event ID": 1, "Event Date": "2010-05-01", "Source Country": "Japan",
           "Target Country": "China", "CAMEO Code": "040"}  # fmt: skip
    put(tmp_path / "events.tab", made.ICEWS, [row], delimiter="\t")
    found = start_from_data(tmp_path, "Japan, China", 2010)
    assert "event files cover 1 day of 2006 to 2010" in "\n".join(found.said_missing)


@pytest.mark.parametrize(
    ("actors", "year", "said"),
    [
        ("Japan", 2010, "1.state given, 2 to 20 are needed"),
        ("Japan, Nippon", 2010, "'Nippon' is the name of no state"),
        ("Japan, JPN", 2010, "'JPN' and 'Japan' are the same state"),
        ("Japan, France", 2010, "no file says anything of France up to 2010"),
        ("Japan, Kosovo", 2005, "'Kosovo' was no state at the end of 2005"),
        ("Japan, China", 1850, "'Japan' was no state at the end of 1850"),
        ("Japan, China", 12010, "12010 is no year from 1816 to 2100"),
        ("Japan, China", 2040, "no number can be drawn"),
    ],
)
def test_what_cannot_be_asked_for_is_said(folder: Path, actors: str, year: int, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        start_from_data(folder, actors, year)


def test_files_that_make_no_number_are_told_what_is_missing(tmp_path: Path) -> None:
    made.gdp(tmp_path / "gdp.csv")
    with pytest.raises(ScenarioError) as caught:
        start_from_data(tmp_path, "Japan, China", 2010)
    (fault,) = caught.value.faults
    assert fault.problem.startswith("no number can be drawn of 2010: power of every actor: no file")
    assert "ties of every pair: no file of trade between pairs" in fault.problem


def test_all_wrong_names_come_at_once(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        start_from_data(folder, ["Nippon", "Amerika"], 2010)
    assert len(caught.value.faults) == 2


def test_an_approval_file_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"'none\.csv' is no approval series in the folder"):
        start_from_data(folder, ACTORS, 2010, {"none.csv": "Japan"})
    with pytest.raises(SimError, match="there is no such folder"):
        start_from_data(folder / "none", ACTORS, 2010)


def test_many_files_of_a_kind_are_summed_up(tmp_path: Path) -> None:
    made.capabilities(tmp_path / "nmc.csv")
    for year in range(2004, 2011):
        made.icews(tmp_path / f"events.{year}.tab", range(year, year + 1))
    found = start_from_data(tmp_path, "Japan, China", 2010)
    about = found.library["data"]["events"]["about"]
    assert "7 files, events.2004.tab to events.2010.tab" in about
    lines = 7 * 12 * (16 * 5 + 2 * 2)
    assert f"{7 * 12 * 2 * 7:,} of {lines:,} lines used" in about
