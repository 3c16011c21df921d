"""The debrief: all that was done is told, of all tables, and nobody's name if it is not to be."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest

from sim.classroom.debrief.export import export_tables
from sim.classroom.debrief.page import debrief_document, debrief_page
from sim.classroom.debrief.questions import questions
from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.debrief.text import Wording
from sim.classroom.forecast.jobs import FailedJob, SessionJobs
from sim.classroom.game import log_entries as entries
from sim.reporting.chart_kit import Table
from sim.reporting.document import Details, Heading, Note, Passage
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from tests.fixtures.finished_game import AtOnce, played, tables_of, workings
from tests.fixtures.paths import VALLEY
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.sessions import Log

NAMES = ["Åsa Öberg", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "Dmitri"]


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return load_scenario(VALLEY)


@pytest.fixture(scope="module")
def log(valley: Scenario) -> Log:
    """Two tables, four students of awkward names, four rounds, messages and an inject."""
    log = played(valley, NAMES, 3, tables=2)
    changes = {"tension of north and south": 0.2}
    log.accept(entries.Injected(at=log.now, table=1, round=4, name="Dmitri <i>falls</i>",
                           changes=changes))  # fmt: skip
    for person, text in (("p0", "Dear asa, DMITRI says <b>no</b>"), ("p3", "@SUM(1+1) öberg")):
        table = log.session.people[person].table
        log.accept(entries.Said(at=log.now, participant=person, table=table, to=(), text=text))
    log.accept(entries.Said(at=log.now, table=None, text="Five more minutes, Dmitri."))
    for number in (1, 2):
        log.open(number)
        log.close(number)
        if log.table(number).phase == "answering":
            log.close(number)
    return log


@pytest.fixture(scope="module")
def worked(log: Log) -> SessionJobs:
    return workings(log)


@pytest.fixture(scope="module")
def whole(log: Log, worked: SessionJobs) -> SessionRecord:
    return record_session(log.session, worked)


def test_all_that_was_done_is_on_the_page(whole: SessionRecord) -> None:
    html = debrief_page(whole)
    for text in ("Table\u00a01", "Table\u00a02", "Questions for discussion", "Own interests",
                 "Turning points", "How to read this", "Messages"):  # fmt: skip
        assert text in html
    assert "Åsa Öberg" in html
    assert whole.waiting == 0
    page = debrief_document(whole)
    assert len(page.section("courses").exhibits) == 3
    assert len(page.section("interests").exhibits) == 2
    parts = [page.section(f"table-{number}") for number in (1, 2)]
    assert [part.title for part in parts] == ["Table\u00a01", "Table\u00a02"]
    for part in parts:
        seats = [one for one in part.blocks if isinstance(one, Passage) and "rounds" in one.values]
        assert [len(one.values["rounds"]) for one in seats] == [4, 4]  # type: ignore[arg-type]
        assert any(isinstance(one, Heading) and one.level == 4 for one in part.blocks)
        folded = [one for one in part.blocks if isinstance(one, Details)]
        (moves,) = next(one.blocks for one in folded if one.summary == "All rounds")
        assert isinstance(moves, Table)
        assert len(moves.rows) == 4


def test_charts_have_the_course_of_every_table_over_the_models_futures(
    whole: SessionRecord,
) -> None:
    (plot,) = debrief_document(whole).section("courses").exhibits[0].plots
    lines = [trace for trace in plot.chart.figure.data if (trace.name or "").startswith("Table")]
    assert [len(line.x) for line in lines] == [5, 5]
    values = whole.tables[0].values("affinity")
    assert list(lines[1].y) == pytest.approx(list(values), abs=5e-4)
    assert plot.chart.table.header[-2:] == ("Table\u00a01", "Table\u00a02")
    assert plot.chart.table.rows[-1][-1] == "–"  # not played yet


def test_a_chart_has_room_for_the_names_of_many_tables(whole: SessionRecord) -> None:
    many = replace(whole, tables=whole.tables * 5)
    few, more = (
        debrief_document(one).section("courses").exhibits[0].plots[0].chart.figure
        for one in (whole, many)
    )
    assert more.layout.meta["height"] > few.layout.meta["height"]
    assert more.layout.meta["narrow"]["below"] > few.layout.meta["narrow"]["below"]
    assert more.layout.margin.b - few.layout.margin.b >= 19


def test_nothing_that_was_written_becomes_markup(whole: SessionRecord) -> None:
    html = debrief_page(whole)
    outside = re.sub(r"<script>.*?</script>|<script type.*?</script>", "", html, flags=re.DOTALL)
    for text in ("<b>no</b>", "<i>falls</i>", "alert(1)</script>"):
        assert text not in outside
    assert "&lt;b&gt;no&lt;/b&gt;" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    figures = html.split('id="figures">')[1].split("</script>")[0]
    assert "<" not in figures
    json.loads(figures)


def test_with_pseudonyms_no_name_is_anywhere(log: Log, worked: SessionJobs) -> None:
    hidden = record_session(log.session, worked, pseudonyms=True)
    html = debrief_page(hidden).split("<script>")[0]
    texts = [html, *map(str, tables_of(export_tables(hidden)).values())]
    for text in texts:
        for name in ("Åsa", "Öberg", "öberg", "cmd", "alert", "Dmitri", "DMITRI"):
            assert name not in text, name
    assert "North at table 1, student 1" in texts[0]
    assert "North at table 1, student 1" in texts[-1]
    assert "South at table 2, student 1 says" in html
    named = debrief_page(record_session(log.session, worked)).split("<script>")[0]
    assert "Åsa" in named
    assert "DMITRI" in named


def test_of_one_table_nothing_of_another_is_told(log: Log, worked: SessionJobs) -> None:
    one = record_session(log.session, worked, [1])
    html = debrief_page(one).split("<script>")[0]
    assert "Åsa Öberg" in html
    assert "@SUM" not in html
    assert "Five more minutes" in html
    assert "Table\u00a02" not in html
    assert "@SUM" not in str(tables_of(export_tables(one)))
    assert {row["name"] for row in tables_of(export_tables(one))["students.csv"]} == {
        "Åsa Öberg",
        "'=cmd|' /C calc'!A0",
    }


def test_questions_are_few_of_several_kinds_and_each_has_its_evidence(whole: SessionRecord) -> None:
    found = questions(whole, Wording.of(whole))
    assert 6 <= len(found) <= 12
    assert len({one.text for one in found}) == len(found)
    assert len({one.kind for one in found}) >= 5
    for one in found:
        assert one.text.rstrip().endswith("?")
        assert one.evidence.endswith(".")
        assert 0 <= one.weight <= 1
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)


def test_tables_with_the_same_luck_are_set_apart_by_their_choices(whole: SessionRecord) -> None:
    page = debrief_document(whole)
    assert "Where tables stand apart though they had the same luck" in debrief_page(whole)
    assert "same luck" in page.lead
    (first,) = next(o.blocks for o in page.section("beside").blocks if isinstance(o, Details))
    assert isinstance(first, Table)
    assert first.header == ("Who toward whom", "Table\u00a01", "Table\u00a02")
    alone = replace(whole, tables=whole.tables[:1])
    assert "Where tables stand apart" not in debrief_page(alone)
    assert "beside" not in {one.id for one in debrief_document(alone).shown}


def test_before_the_first_round_there_is_a_page_that_says_so(valley: Scenario) -> None:
    log = Log(valley)
    found = record_session(log.session, workings(log))
    page = debrief_document(found)
    assert "No round has been played yet" in page.lead
    assert page.section("questions").blocks == ("Nothing has been played yet.",)
    assert "Nothing has been played yet" in debrief_page(found)


def test_what_is_not_worked_out_yet_is_left_out_and_said(log: Log) -> None:
    found = record_session(log.session, SessionJobs(log.session, AtOnce()))
    assert found.waiting == 19  # the round with an inject was looked at twice
    page = debrief_document(found)
    assert isinstance(page.summary[0], Note)
    assert page.summary[0].text.startswith("19\u00a0figures are still being worked out")
    assert page.headline.rows[0][-1] == "–"
    assert "open the debrief again" in debrief_page(found)


def test_what_cannot_be_worked_out_is_said_in_its_place(valley: Scenario) -> None:
    log = played(valley, NAMES, 1)
    worked = workings(log)
    for key in list(worked.background._results):
        worked.background._results[key] = FailedJob("out of memory")
    html = debrief_page(record_session(log.session, worked))
    assert "Cannot be worked out: out of memory" in html


def test_what_really_happened_is_shown_on_request() -> None:
    document = changed(DUEL, history__border__values={"2016-10-01": 40, "2017-02-15": 44.5})
    document["history"]["border"]["why"] = "measured on a map"
    log = played(build(document), ["A", "B"], 2)
    whole = record_session(log.session, workings(log))
    exhibit = debrief_document(whole).exhibit("history-border")
    assert "44.5 in February 2017" in exhibit.finding
    drawn = [trace.name for trace in exhibit.plots[0].chart.figure.data]
    assert drawn[-2:] == ["what really happened", "Table\u00a01"]
    html = debrief_page(whole)
    assert "<summary>And what really happened</summary>" in html
    assert "Measured on a map." in html


def test_between_two_known_dates_history_claims_no_steps() -> None:
    acts = {"acts": {"name": "Summits", "acts": ["summit"]}}
    values = {"acts": {"why": "counted", "values": {"2016-10-01": 0, "2017-02-15": 3}}}
    log = played(build(changed(DUEL, outcomes=acts, history=values)), ["A", "B"], 2)
    exhibit = debrief_document(record_session(log.session, workings(log))).exhibit("history-acts")
    real, table = exhibit.plots[0].chart.figure.data[-2:]
    assert (real.line.shape, table.line.shape) == ("linear", "vh")


def test_a_student_who_was_removed_is_in_the_files_without_a_seat(valley: Scenario) -> None:
    log = played(valley, NAMES[:1], 1)
    log.accept(entries.Removed(at=log.now, participant="p0"))
    found = record_session(log.session, workings(log), pseudonyms=True)
    (row,) = tables_of(export_tables(found))["students.csv"]
    assert row["name"] == "student 1 without a seat"
    assert row["actor"] == row["table"] == row["interest_change"] == ""
    assert row["rounds_chosen"] == "1"


def test_the_table_of_students_has_what_each_chose_wrote_and_came_to(valley: Scenario) -> None:
    log = played(valley, ["Anna", "Bo"], 2)  # both choose in both rounds
    cy = log.seat(None, name="Cy")
    log.accept(entries.Seated(at=1, participant=cy, table=1, actor="north", by_teacher=True))
    log.seat(None, name="Olga")
    log.open()
    log.order(cy, south="talk")
    log.order(cy, south=None)
    log.order("p1", north="trade")
    log.close()
    log.answer("p0", south=False)
    log.answer(cy, south=True)
    log.close()
    log.accept(entries.Said(at=log.now, participant=cy, table=1, text="Done."))
    log.open()
    log.order("p0", south="talk")  # not over yet
    found = record_session(log.session, workings(log))
    rows = {row["name"]: row for row in tables_of(export_tables(found))["students.csv"]}
    assert list(rows) == ["Anna", "Bo", "Cy", "Olga"]
    counted = ("rounds", "rounds_chosen", "rounds_chosen_by_seat", "messages")
    assert [rows["Anna"][name] for name in counted] == ["3", "2", "3", "0"]
    assert [rows["Bo"][name] for name in counted] == ["3", "3", "3", "0"]
    assert [rows["Cy"][name] for name in counted] == ["3", "1", "3", "1"]
    assert [rows["Olga"][name] for name in counted] == ["3", "0", "", "0"]
    assert int(rows["Anna"]["rounds_answered"]) >= 1
    assert rows["Cy"]["rounds_answered"] == "1"
    (table,) = found.tables
    assert table.start is not None
    assert table.now is not None
    for name, actor in (("Anna", "north"), ("Bo", "south"), ("Cy", "north")):
        first, now = table.support[actor]
        assert float(rows[name]["support_change"]) == pytest.approx(now - first, abs=1e-4)
        low, middle, high = (float(rows[name][f"model_{end}"]) for end in ("low", "median", "high"))
        assert low <= middle <= high
        own = table.now.interest[actor][2]
        assert float(rows[name]["interest_change"]) == pytest.approx(own[3] - own[0], abs=0.01)
    assert rows["Olga"]["interest_change"] == ""
    log.close()
    if log.table().phase == "answering":
        log.close()
    log.accept(entries.Undone(at=log.now, table=1))
    log.accept(entries.Undone(at=log.now, table=1))
    again = {
        one.name: one.rounds_chosen for one in record_session(log.session, workings(log)).people
    }
    assert again == {"Anna": 2, "Bo": 2, "Cy": 0, "Olga": 0}


def test_the_files_hold_what_was_done_with_times_in_utc(whole: SessionRecord) -> None:
    found = tables_of(export_tables(whole))
    assert list(found) == ["events.csv", "choices.csv", "messages.csv", "students.csv"]
    (made,) = (row for row in found["events.csv"] if row["by_teacher"] == "1")
    assert (made["table"], made["round"]) == ("1", "4")
    assert (made["from"], made["until"]) == ("2001-07-01", "2002-01-01")
    people = [row for row in found["choices.csv"] if row["by"] == "people"]
    assert len(people) == 2 * 2 * 4 * 2
    assert [row["track"] for row in people[:2]] == ["words", "deeds"]
    for row in people:
        assert 0 < float(row["probability"]) <= float(row["model_probability"]) <= 1
        assert row["move"] in ("pass", "act", "agreement", "refusal")
        assert (row["lever"] == "") == (row["move"] == "pass")
    assert found["messages.csv"][0]["time"].startswith("1970-01-01T00:")
    assert found["messages.csv"][0]["time"].endswith("+00:00")
    assert export_tables(whole) == export_tables(whole)


def test_no_cell_is_a_formula(whole: SessionRecord) -> None:
    with zipfile.ZipFile(io.BytesIO(export_tables(whole))) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert content.startswith(b"\xef\xbb\xbf")
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
                texts = [cell for cell in row if not re.fullmatch(r"-?\d+(\.\d+)?(e-\d+)?", cell)]
                assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in texts)
    assert tables_of(export_tables(whole))["messages.csv"][1]["text"] == "'@SUM(1+1) öberg"


def test_what_is_asked_for_once_is_not_asked_for_again(log: Log) -> None:
    asked: list[object] = []

    class Counting(AtOnce):
        def ask(self, key: object, *rest: object, **more: object) -> None:
            asked.append(key)

    following = SessionJobs(log.session, Counting())
    following.follow()
    first = len(asked)
    following.follow()
    assert len(asked) == first == 2 * (1 + 4 + 5) + 1
    assert len(set(asked)) < first  # all tables stand alike at the start


def test_another_session_at_the_same_point_gets_figures_of_its_own(valley: Scenario) -> None:
    background = AtOnce()
    stronger = build(changed(DUEL, actors__south__power=0.9))
    found = []
    for scenario in (build(DUEL), stronger):
        log = Log(scenario)
        working = SessionJobs(log.session, background, runs=20)
        working.follow()
        found.append(working.forecast(log.table()))
    assert found[0] != found[1]


def test_a_round_that_was_taken_back_is_worked_out_anew(valley: Scenario) -> None:
    log = played(valley, NAMES[:2], 2)
    worked = workings(log)
    before = worked.effects(log.table(), 2)
    assert before is not None
    log.accept(entries.Undone(at=log.now, table=1))
    log.order("p0", south="march")
    log.order("p1", north=None)
    log.close()
    assert worked.effects(log.table(), 2) is None
    worked.follow()
    after = worked.effects(log.table(), 2)
    assert after is not None
    assert after != before
    assert worked.forecast(log.table()) == worked.forecast(log.table(), 2)
