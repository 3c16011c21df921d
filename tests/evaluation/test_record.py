"""What a record may say, and what is told of one that is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.evaluation.questions import asked
from sim.evaluation.record import load_record
from sim.scenario.loading import load_scenario
from tests.fixtures.paths import ROOT
from tests.fixtures.records import NEIGHBOURS, asking
from tests.fixtures.scenarios import DUEL

AFFINITY = "affinity of north and south"


def faults(record: dict[str, Any]) -> list[str]:
    with pytest.raises(sim.ScenarioError) as error:
        asked(load_record(record), load_scenario("two-neighbours"))
    return [f"{one.place.path}: {one.problem} | {one.remedy}" for one in error.value.faults]


@pytest.mark.parametrize(
    ("question", "problem", "remedy"),
    [
        ({"came": True}, "asks about nothing", "add 'name:'"),
        ({"acts": "talk", "watch": "divided"}, "one thing is asked about", "each other question"),
        ({"acts": "talk", "came": 2.5}, "2.5 is no count", "how many there were"),
        ({"acts": "talk", "came": -1}, "-1 is no count", "how many"),
        ({"acts": "talk", "came": float("inf")}, "inf is no outcome", "a plain number"),
        ({"acts": "talk", "came": 10**400}, "is no outcome", "a plain number"),
        ({"watch": "divided", "came": 1}, "1 does not say whether it came", "true or false"),
        ({"watch": "divided", "came": "perhaps"}, "'perhaps' is no outcome", "rises"),
        ({"of": AFFINITY, "until": "2003-01-01", "came": 0.3}, "0.3 is no direction", "on: DATE"),
        ({"of": AFFINITY, "on": "2003-01-01", "came": True}, "no value of a quantity", "at_least"),
        ({"of": AFFINITY, "on": "2003-01-01", "came": 3}, "outside the range", "from -1 to 1"),
        ({"of": AFFINITY, "came": "rises"}, "at which date", "until: DATE"),
        ({"of": "friendship", "on": "2003-01-01"}, "'friendship' is no quantity", "affinity of A"),
        ({"acts": "talk", "on": "2003-01-01"}, "'on' says nothing", "delete 'on'"),
        ({"watch": "divided", "at_least": 2}, "'at_least' says nothing", "delete"),
        ({"watch": "divided", "error": 0.1}, "'error' says nothing", "delete"),
        ({"acts": "talk", "by": "north", "toward": "north"}, "toward itself", "another"),
        ({"acts": "talk", "at_least": 3, "at_most": 1}, "at least 3 and at most 1", "lower"),
        (
            {"acts": "talk", "since": "2003-01-01", "until": "2002-01-01"},
            "ends before it begins",
            "turn the dates round",
        ),
        (
            {"of": AFFINITY, "on": "2003-01-01", "until": "2004-01-01"},
            "at a date or over a window",
            "keep 'on'",
        ),
        ({"acts": "talk", "at_least": 0}, "holds whatever comes", "from 0 on"),
        ({"acts": "talk", "at_most": -1}, "cannot be met", "from 0 on"),
        (
            {"of": "support of north", "on": "2003-01-01", "at_most": 1},
            "holds whatever comes",
            "goes from 0 to 1",
        ),
        (
            {"of": "support of north", "on": "2003-01-01", "at_least": 60},
            "cannot be met",
            "goes from 0 to 1",
        ),
        ({"of": AFFINITY, "on": "2003-01-01", "error": 0}, "0 is out of range", "more than 0"),
        ({"of": AFFINITY, "on": "2003-01-01", "error": 1e-300}, "is none", "leave 'error' out"),
        ({"acts": "talk", "at_least": 1e308, "came": 1}, "out of range", "a plain number"),
        ({"acts": "talk", "cam": True}, "unknown key 'cam'", "did you mean 'came'"),
        ({"acts": "talk", "until": "31.12.2003"}, "is not a date", "write it as"),
    ],
)
def test_a_question_that_is_wrong_is_told_with_place_and_remedy(
    question: dict[str, Any], problem: str, remedy: str
) -> None:
    (told,) = faults(asking(one=question))
    assert told.startswith("questions.one")
    assert problem in told.partition(" | ")[0]
    assert remedy in told.partition(" | ")[2]


@pytest.mark.parametrize(
    ("question", "problem", "remedy"),
    [
        ({"acts": "talk", "until": "2006-02-01"}, "outside the scenario's calendar", "2000-01-01"),
        ({"acts": "talk", "since": "1999-06-01"}, "outside the scenario's calendar", "2000-01-01"),
        ({"of": AFFINITY, "on": "2017-01-01", "came": 0.1}, "outside", "before 2006-01-01"),
        ({"of": AFFINITY, "on": "2000-01-20", "came": 0.1}, "is the start", "2000-06-30"),
        (
            {"of": AFFINITY, "since": "2003-01-02", "until": "2003-01-30", "came": "rises"},
            "the same state",
            "half-year apart",
        ),
        (
            {"of": AFFINITY, "on": "2003-01-01", "series": {"2001-01-01": 0.1}},
            "after the start",
            "leave out",
        ),
        ({"acts": "tlak", "came": True}, "'tlak'", "did you mean 'talk'"),
        ({"acts": "talk", "by": "nort", "came": True}, "'nort'", "did you mean 'north'"),
        ({"watch": "divide", "came": True}, "'divide'", "under 'beyond:'"),
        ({"of": "affinity of north and suoth", "on": "2003-01-01"}, "'suoth'", "'south'"),
    ],
)
def test_what_does_not_fit_the_scenario_is_told_too(
    question: dict[str, Any], problem: str, remedy: str
) -> None:
    (told,) = faults(asking(good={"acts": "talk", "came": 1}, one=question))
    assert told.startswith("questions.one")
    assert problem in told
    assert remedy in told


def test_all_faults_come_at_once() -> None:
    told = faults(
        asking(
            one={"acts": "tlak"},
            two={"acts": "talk", "until": "2017-01-01"},
            three={"acts": "talk"},
        )
    )
    assert [one.partition(":")[0] for one in told] == ["questions.one", "questions.two.until"]


def test_what_the_scenario_lacks_is_listed_and_no_fault() -> None:
    answered, others = asked(load_record(NEIGHBOURS), load_scenario("two-neighbours"))
    assert [one.id for one in answered] == list(NEIGHBOURS["questions"])[:6]
    assert {one.id: one.missing for one in others} == {
        "elsewhere": "the actor 'the_west' is not defined",
        "rain": "no act, event or quantity is named",
    }


def test_a_name_that_is_nearly_one_of_the_scenario_may_be_meant() -> None:
    record = asking(one={"acts": "talks", "came": 2}, two={"acts": "talk", "came": 2})
    assert "under 'beyond:'" in faults(record)[0]
    _, others = asked(load_record({**record, "beyond": ["talks"]}), load_scenario("two-neighbours"))
    assert [one.id for one in others] == ["one"]


def test_a_record_of_which_nothing_can_be_answered_is_refused() -> None:
    (told,) = faults(asking(one={"name": "It rains", "came": True}))
    assert "can speak to none" in told
    assert "no act, event or quantity is named" in told


def test_what_the_scenario_states_at_a_date_is_no_forecast() -> None:
    record = asking(
        one={"event": "crimea", "came": True},
        two={
            "of": "in force gas_contract between russia and china",
            "on": "2016-06-30",
            "at_least": 1,
            "came": True,
        },
        three={
            "of": "in force sanctions by japan toward russia",
            "on": "2016-06-30",
            "at_least": 1,
            "came": True,
        },
        four={"watch": "treaty", "came": False},
    )
    answered, others = asked(load_record(record), load_scenario("crimea-2014"))
    assert [one.id for one in answered] == ["four"]
    assert all(one.missing.startswith("the scenario states it: “") for one in others)


def test_a_question_that_is_asked_twice_would_count_twice() -> None:
    turned = "affinity of south and north"
    record = asking(
        one={"of": AFFINITY, "on": "2003-01-01", "came": 0.1},
        again={"of": turned, "on": "2003-01-01", "came": 0.2, "source": "another"},
        later={"of": turned, "on": "2004-01-01", "came": 0.2},
        talks={"acts": ["talk", "march"], "came": 1},
        words={"acts": ["march", "talk"], "came": 2, "name": "Words and deeds"},
        snow={"name": "It snows"},
        rain={"name": "It rains"},
    )
    first, second = faults(record)
    assert first.startswith("questions.again: 'one' asks the same, and it would count twice | keep")
    assert second.startswith("questions.words: 'talks' asks the same")


def test_sources_are_looked_up_where_the_record_names_a_file(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(
        "data:\n  polls: {name: Polls, year: '2015', about: A poll.}\n", encoding="utf-8"
    )
    text = (
        "title: A record\nsources: sources.yaml\nquestions:\n"
        "  one:\n    acts: talk\n    came: 1\n    source: [polls]\n"
        "  two:\n    acts: march\n    came: 1\n    source: [polsl]\n"
    )
    path = tmp_path / "record.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(sim.ScenarioError) as error:
        load_record(path)
    (told,) = error.value.faults
    assert (told.place.line, told.place.path) == (11, "questions.two.source.0")
    assert "did you mean 'polls'" in told.remedy
    path.write_text(text.replace("sources.yaml", "source.yaml"), encoding="utf-8")
    with pytest.raises(sim.ScenarioError) as error:
        load_record(path)
    assert [one.place.path for one in error.value.faults] == ["sources"]
    path.write_text(text.replace("polsl", "polls"), encoding="utf-8")
    assert load_record(path).library.data["polls"].year == "2015"


@pytest.mark.parametrize("name", ["two-neighbours", "p3-thaw"])
def test_a_file_of_another_sort_is_refused(name: str) -> None:
    found = next((ROOT / "scenarios").rglob(f"{name}.yaml"))
    with pytest.raises(sim.ScenarioError, match="this file is no record"):
        load_record(found)


def test_a_record_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(sim.ScenarioError, match="there is no such record") as error:
        load_record("crimea")
    assert "crimea-2014" in error.value.faults[0].remedy


def test_a_record_is_no_scenario(tmp_path: Path) -> None:
    path = tmp_path / "valley.yaml"
    path.write_text("title: Found\nquestions: {one: {acts: talk, came: 1}}\n", encoding="utf-8")
    with pytest.raises(sim.ScenarioError, match="this is a record, not a scenario") as error:
        load_scenario(path)
    assert "--record" in error.value.faults[0].remedy


def test_a_record_is_found_by_name_before_a_scenario_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "two-neighbours.yaml").write_text(
        "title: Found\nquestions: {one: {acts: talk, came: 1}}\n", encoding="utf-8"
    )
    assert load_record("two-neighbours").stated.title == "Found"


def test_dates_are_read_at_the_nearest_state_and_windows_in_whole_rounds() -> None:
    answered, _ = asked(load_record(NEIGHBOURS), load_scenario("two-neighbours"))
    found = {one.id: (one.states, *map(str, one.dates)) for one in answered}
    assert found["affinity"] == ((7, 7), "2003-07-01", "2003-07-01")
    assert found["marches"] == ((1, 2), "2000-01-01", "2001-01-01")
    assert found["warmer"] == ((0, 12), "2000-01-01", "2006-01-01")
    assert found["talks"] == ((1, 12), "2000-01-01", "2006-01-01")


def test_the_range_of_a_count_is_the_most_that_can_be_counted() -> None:
    answered, _ = asked(load_record(NEIGHBOURS), load_scenario("two-neighbours"))
    widths = {one.id: one.width for one in answered}
    assert widths["talks"] == 2 * 12  # both may talk in each round
    assert widths["marches"] == 2
    assert (widths["affinity"], widths["calm"]) == (2, 1)
    assert not re.search(r"nan|inf", str(widths))


def test_a_record_of_other_years_is_one_fault_and_not_one_for_each_date() -> None:
    document = asking(
        **{
            f"talks_{year}": {
                "acts": "talk", "since": f"{year}-01-01", "until": f"{year}-12-31", "came": 1,
            }
            for year in range(1980, 1990)
        }
    )  # fmt: skip
    document["scenario"] = "another"
    with pytest.raises(sim.ScenarioError) as caught:
        sim.score("two-neighbours", document, runs=100)
    (fault,) = caught.value.faults
    assert (
        "of the 20 dates of the record, 1980-01-01 to 1989-12-31, 20 lie outside" in fault.problem
    )
    assert fault.remedy.startswith("score 'another', for which it was compiled")
    for limit, question in enumerate([*document["questions"].values()][2:], 1):
        question |= {"since": "2001-01-01", "until": "2001-12-31", "at_least": limit}
    with pytest.raises(sim.ScenarioError) as caught:
        sim.score("two-neighbours", document, runs=100)
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("year", ["0001", "1677", "9990"])
def test_any_calendar_can_be_held_to_a_record(year: str) -> None:
    tension = "tension of north and south"
    record = asking(
        acts={"acts": "summit", "came": 1},
        value={"of": tension, "on": f"{year}-05-01", "came": 0.3, "series": {f"{year}-01-01": 0.2}},
        way={"of": tension, "until": f"{year}-05-01", "came": "rises"},
    )
    calendar = {**DUEL["calendar"], "start": f"{year}-01-01"}
    found = sim.score({**DUEL, "calendar": calendar}, record, runs=20)
    assert found.data.sizes["question"] == 3
    assert f"{year}" in found.html()
