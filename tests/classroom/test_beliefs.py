"""What a seat does not know of another: in its brief, on its page, and beside the truth after."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from sim.classroom.briefs.beliefs import believed_at_start, believed_now
from sim.classroom.briefs.printed import briefs_page
from sim.classroom.briefs.role import roles
from sim.classroom.debrief.export import export_tables
from sim.classroom.debrief.page import debrief_page, sheets_page
from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.terminal import brief_lines
from sim.scenario.loading import build, load_scenario, revised
from sim.scenario.shipped import scenarios
from tests.fixtures.doubting import doubting
from tests.fixtures.finished_game import played, workings
from tests.fixtures.scenarios import DUEL
from tests.fixtures.sessions import Log
from tests.fixtures.teacher_room import Desk

SCENARIO = build(doubting(calendar__rounds=4))


@pytest.fixture(scope="module")
def log() -> Log:
    return played(SCENARIO, ["Ann"], 3)


@pytest.fixture(scope="module")
def record(log: Log) -> SessionRecord:
    return record_session(log.session, workings(log))


def test_the_brief_of_who_doubts_says_so_and_no_other() -> None:
    mine, theirs = roles(SCENARIO)["north"], roles(SCENARIO)["south"]
    assert mine.beliefs == believed_at_start(SCENARIO.description, "north")
    assert mine.beliefs == (
        "You do not know how much the south minds the border (salience of “Where the border "
        "runs” to South, 0 to 1). You put it at 0.50, give or take 0.20. You learn more from "
        "what South does and answers.",
    )
    assert theirs.beliefs == ()
    assert any("You put it at 0.50" in line for line in brief_lines(mine))
    sections = {section.heading: section for section in mine.sections}
    assert sections["What you are not sure of"].secret
    assert all(one.beliefs == () for one in roles(build(DUEL)).values())


def test_a_seat_sees_what_it_believes_and_not_what_is_true(log: Log) -> None:
    table = log.table(1)
    (line,) = believed_now(table, "north")
    told = table.world.records.belief[table.played, :3, 0]
    assert line.startswith(f"How much the south minds the border: {told[0]:.2f} (interval")
    assert "0.90" not in line
    assert line.endswith("by what South has done so far.")
    assert believed_now(table, "south") == believed_now(table, None) == ()


def test_the_debrief_shows_belief_beside_truth(record: SessionRecord) -> None:
    (course,) = record.tables[0].beliefs
    assert len(course.mean) == 4
    assert course.true.tolist() == pytest.approx([0.9] * 4)
    page = debrief_page(record)
    assert "What was believed, and what was true" in page
    assert "It is 0.90" in page.replace("\xa0", " ")
    assert "North did not know how much the south minds the border. Which of the acts" in page
    assert "How much the south minds the border" in sheets_page(record)


def test_the_tables_of_a_class_have_them(record: SessionRecord) -> None:
    with zipfile.ZipFile(io.BytesIO(export_tables(record))) as archive:
        text = archive.read("beliefs.csv").decode("utf-8-sig")
    rows = [*csv.DictReader(io.StringIO(text))]
    assert [row["round"] for row in rows] == ["1", "2", "3"]
    (course,) = record.tables[0].beliefs
    assert [float(row["mean"]) for row in rows] == pytest.approx(course.mean[1:], rel=1e-3)
    assert {row["true"] for row in rows} == {"0.9"}


def test_only_the_page_of_who_doubts_tells_it(tmp_path: Path) -> None:
    school = Desk(tmp_path, SCENARIO)
    school.let_in()
    for one in ("north", "south"):
        school.seat(one, one)
    school.open()
    mine, theirs = (school.get("/seat", f"token-of-{one}").text for one in ("north", "south"))
    assert "What you are not sure of" in mine
    assert "How much the south minds the border: 0.50" in mine
    assert "before anything is done." in mine
    assert "What you are not sure of" not in theirs
    assert "What you are not sure of" in school.get("/brief", "token-of-north").text


TRUE = 0.8731
"""What the south's salience is, as no other number in a brief is."""


def test_nothing_that_a_seat_gets_has_the_number_that_it_doubts(tmp_path: Path) -> None:
    told = build(doubting(calendar__rounds=4, issues__border__stances__south__salience=TRUE))
    changed = revised(SCENARIO, {"issues.border.stances.south.salience": TRUE})
    for one in (told, changed):
        assert "0.87" in briefs_page(one)  # the south's own sheet has it
        assert "0.87" not in briefs_page(one, ["north"])
    assert not any("0.87" in line for line in brief_lines(roles(told)["north"]))
    school = Desk(tmp_path, told)
    school.let_in()
    for seat in ("north", "south"):
        school.seat(seat, seat)
    school.open()
    assert "0.87" in school.get("/brief", "token-of-south").text
    for path in ("/seat", "/brief"):
        assert "0.87" not in school.get(path, "token-of-north").text


def _threes(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {*zip(words, words[1:], words[2:], strict=False)}


def test_the_summary_of_a_scenario_with_doubts_tells_no_secret() -> None:
    """It stands on the sheet for everyone."""
    told = 0
    for file in scenarios(shelves=False):
        described = load_scenario(file).description
        for belief in described.beliefs.values():
            told += 1
            for actor in described.actors.values():
                secret = (actor.brief and actor.brief.secret) or ""
                assert not _threes(described.summary or "") & _threes(secret), belief.name
    assert told
