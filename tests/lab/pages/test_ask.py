"""Ask: a run in words, why each chose, and what if it had not, as the studies have it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from sim.lab.asking import first_in, run_to_tell, told_round
from sim.lab.ensembles import play_runs
from sim.scenario.loading import load_scenario
from sim.studies.explanation.study import explain
from sim.studies.explanation.text import paragraph
from sim.studies.run.study import run
from tests.fixtures.lab_room import LabRoom, words

NAME = "yamaguchi-2016"
EVENT = "tokyo_changes"


@pytest.fixture
def visitor(room: LabRoom) -> str:
    who = room.enter()
    room.post("/bench/open", who, scenario=NAME)
    return who


def test_the_run_is_one_that_run_tells_too() -> None:
    scenario = load_scenario(NAME)
    played = play_runs(scenario, 60, scenario.description.seed)
    watched = run(scenario, 60)["watched"].sel(watch=EVENT).values
    typical = run_to_tell(played, "typical", "", 1)
    assert typical == played.summary.representative
    having = run_to_tell(played, "with", EVENT, 7)
    assert having is not None
    assert watched[having] >= 0
    assert abs(watched[having] - 7) == min(abs(watched[watched >= 0] - 7))
    assert first_in(played, EVENT, having) == watched[having]
    lacking = run_to_tell(played, "without", EVENT, 7)
    assert lacking is not None
    assert watched[lacking] < 0
    assert first_in(played, EVENT, lacking) == 0


def test_a_round_is_told_whole_and_explained_as_explain_does() -> None:
    scenario = load_scenario(NAME)
    found = told_round(scenario, 3, 5, 4)
    entries = [one for part in (found.before, found.now, found.after) for _, group in part
               for one in group]  # fmt: skip
    assert [one.round for one in entries] == sorted(one.round for one in entries)
    assert {one.round for _, group in found.now for one in group} <= {4}
    plain = explain(scenario, 5, 4, seed=3)
    assert sorted(one.figures for one in found.decisions) == sorted(
        paragraph(one, scenario.description) for one in plain.decisions
    )
    for one in found.decisions:
        assert not re.search("odds|in value|in affinity|[+−][0-9]", one.told)
        chances = re.findall(r"chance of [^,]*,", one.figures)
        assert re.findall(r"chance of [^,]*,", one.told) == chances
    moved = [one.moved for one in found.decisions]
    assert moved == sorted(moved, reverse=True)


def test_a_date_of_a_chart_is_the_round_that_ended_then(room: LabRoom, visitor: str) -> None:
    told = room.get("/turn/fans", visitor).json()
    date = told["frame"]["dates"][5]
    page = room.get(f"/ask?event={EVENT}&date={date}", visitor)
    assert re.search(r'<option value="5" selected>', page.text)
    part = room.get(f"/ask/told?event={EVENT}&date={date}", visitor)
    assert part.status_code == 200
    said = words(part.text)
    assert "Why they did it" in said
    assert "happens in" in said
    assert "In this one it first does" in said


def test_an_old_address_still_answers(room: LabRoom, visitor: str) -> None:
    for query in ("event=gone&outcome=gone&round=999", "date=1900-01-01&which=x", "run=abc"):
        assert room.get(f"/ask?{query}", visitor).status_code == 200
        assert room.get(f"/ask/told?{query}", visitor).status_code == 200


def test_another_choice_is_played_as_whatif_does(room: LabRoom, visitor: str) -> None:
    part = room.get("/ask/told?round=3&run=7", visitor).text
    form = re.search(r'<form class="if-not".*?</form>', part, re.S)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    choices = [unescape(one) for one in re.findall(r'<option value="([^"]+)"', form[0])]
    assert (fields["run"], fields["round"]) == ("7", "3")
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    answer = room.get(f"/ask/otherwise?{query}&lever={choices[0]}", visitor)
    assert answer.status_code == 200, answer.text
    plain, _, figures = answer.text.partition("<details>")
    assert "In run 7" in words(plain)
    assert "Had it " in words(plain)
    assert not re.search("standard deviation|interval|odds", plain)
    assert figures


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("run=99999", "There is no run “99999”: write a whole number from 0 to 1,999"),
        ("run=2000", "There is no run “2000”"),
        ("run=abc", "There is no run “abc”"),
        ("run=-1", "There is no run “-1”"),
        ("which=with", "No event is chosen: choose one"),
        ("run=1999", "Run 1999,"),
    ],
)
def test_what_is_asked_for_is_told_or_the_page_says_why_not(
    room: LabRoom, visitor: str, query: str, said: str
) -> None:
    room.post("/bench/open", visitor, scenario="two-neighbours")
    part = words(room.get(f"/ask/told?{query}", visitor).text)
    assert said in part
    assert ("Why they did it" in part) == said.startswith("Run ")


def test_an_event_is_looked_for_among_all_runs(room: LabRoom, visitor: str) -> None:
    room.post("/bench/open", visitor, scenario="two-neighbours")
    event = next(iter(load_scenario("two-neighbours").description.watch))
    part = words(room.get(f"/ask/told?event={event}", visitor).text)
    assert "of 2,000 runs" in part.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("run=1&round=1&actor=nobody&toward=x&track=words", 422),
        ("run=1&round=99&actor=japan&toward=russia&track=words", 422),
        ("run=1&round=1&actor=japan&toward=russia&track=words&lever=none", 422),
        ("run=1&round=1&actor=" + 200 * "a", 400),
    ],
)
def test_what_cannot_be_asked_is_told(room: LabRoom, visitor: str, query: str, status: int) -> None:
    answer = room.get(f"/ask/otherwise?{query}", visitor)
    assert answer.status_code == status
    assert "data-remedy" in answer.text
