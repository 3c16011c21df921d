"""The debrief on one page: plain words, one table each, nothing that pupils need statistics for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from sim.classroom.debrief.page import ACTS, MOMENTS, QUESTIONS, sheet, sheets_page
from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.debrief.text import Wording
from sim.classroom.game import log_entries as entries
from sim.scenario.loading import load_scenario
from tests.classroom.debrief.test_served import Idle
from tests.fixtures.finished_game import played, workings
from tests.fixtures.paths import ROOT
from tests.fixtures.scenarios import scenario
from tests.fixtures.sessions import Log
from tests.fixtures.teacher_room import TOLD, Desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ["Anna", "<b>Bo</b>", "Cy", "Di"]


@pytest.fixture(scope="module")
def log() -> Log:
    return played(load_scenario(ROOT / "scenarios" / "two-neighbours.yaml"), NAMES, 4, tables=2)


@pytest.fixture(scope="module")
def whole(log: Log) -> SessionRecord:
    return record_session(log.session, workings(log))


def told(found: SessionRecord, number: int = 1) -> SimpleNamespace:
    table = next(one for one in found.tables if one.number == number)
    return SimpleNamespace(**sheet(table, found, Wording.of(found)))


def test_each_table_has_a_page_in_plain_words(whole: SessionRecord) -> None:
    html = sheets_page(whole)
    assert html.count('<article class="sheet"') == 2
    for word in ("deviation", "interval", "median", "95", "±"):
        assert word not in html.split("</style>")[1]
    assert "<b>Bo</b>" not in html
    assert "&lt;b&gt;Bo&lt;/b&gt;" in html
    for text in ("What came of it", "How you fared", "Talk about it"):
        assert html.count(text) >= 2
    page = told(whole)
    assert [people for _, people in page.seats] == ["Anna", "<b>Bo</b>"]
    assert [row["name"] for row in page.reached] == [
        "Affinity of the two", "Tension in the valley", "The valley",
    ]  # fmt: skip
    assert len(page.interests) == 2
    assert 0 < len(page.questions) <= QUESTIONS
    assert 0 < len(page.moments) <= MOMENTS
    for moment in page.moments:
        assert 0 < len(moment["lines"]) <= ACTS
    assert html.count("to end at") == sum(len(told(whole, nth).moments) for nth in (1, 2))


def test_what_it_says_of_the_figures_is_so(whole: SessionRecord) -> None:
    for table in whole.tables:
        page, start = told(whole, table.number), table.start
        assert start is not None
        other = whole.tables[2 - table.number]
        for row, name in zip(page.reached, ("affinity", "tension", "valley"), strict=True):
            low90, low50, _, high50, high90 = (lev[table.played] for lev in start.outcomes[name])
            value = float(table.values(name)[-1])
            if "nearly all" in row["where"]:
                assert not low90 <= value <= high90
            elif "most" in row["where"]:
                assert low90 <= value <= high90
                assert not low50 <= value <= high50
            assert ("higher" in row["where"]) <= (value > low50)
            digits = 1 if name == "valley" else 2
            shown = f"{float(other.values(name)[-1]):.{digits}f}".replace("-", "−")
            assert row["others"].lstrip("−") == shown.lstrip("−")


def test_of_one_table_the_others_are_only_compared(whole: SessionRecord) -> None:
    html = sheets_page(whole, [2])
    assert html.count('<article class="sheet"') == 1
    assert "Cy" in html
    assert "Anna" not in html
    assert "Other tables" in html
    assert "Other tables" not in sheets_page(replace(whole, tables=whole.tables[:1]))


def test_before_the_first_round_and_while_figures_are_missing_there_is_a_page(
    log: Log, whole: SessionRecord
) -> None:
    begun = Log(log.session.scenario)
    begun.seat("north", name="Anna")
    page = told(record_session(begun.session, workings(begun)))
    assert not page.interests
    assert not page.moments
    bare = tuple(
        replace(one, forecasts=(None,) * len(one.forecasts), waiting=3) for one in whole.tables
    )
    html = sheets_page(replace(whole, tables=bare))
    assert html.count("still being worked out") == 2
    assert "How you fared" not in html
    assert {row["model"] for row in told(replace(whole, tables=bare)).reached} == {"–"}


@pytest.mark.browser
def test_it_prints_on_one_sheet_for_each_table(browser: Browser, tmp_path: Path) -> None:
    log = played(load_scenario(ROOT / "scenarios" / "yamaguchi-2016.yaml"),
                 [f"A long name of student {n}" for n in range(8)], 3, tables=2)  # fmt: skip
    page = browser.new_page()
    file = tmp_path / "sheets.html"
    file.write_text(sheets_page(record_session(log.session, workings(log))), encoding="utf-8")
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


# -- served ----------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, scenario(TOLD), tables=2).let_in()
    desk.room.work_with(Idle())
    return desk


def test_a_student_is_shown_the_page_of_its_own_table_once_the_debrief_is_open(desk: Desk) -> None:
    anna, bo = desk.seat("Anna", "north", 1), desk.seat("Bo", "north", 2)
    olga = desk.enter("Olga")
    assert desk.get("/debrief/short", anna).status_code == 409
    assert desk.get("/debrief/short").headers["location"] == "/"
    desk.room.accept(entries.Changed(at=1, debrief=True))
    assert "/debrief/short" in desk.get("/seat", anna).text
    for token, mine, other in ((anna, "Anna", "Bo"), (bo, "Bo", "Anna")):
        page = desk.get("/debrief/short", token)
        assert mine in page.text
        assert f"</b>: {other}" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert desk.get("/debrief/short", olga).text.count('class="sheet"') == 2


def test_the_teacher_shows_and_keeps_it_with_or_without_names(desk: Desk) -> None:
    desk.seat("Anna", "north", 1)
    assert desk.look("/teacher/debrief").text.count('formaction="/teacher/debrief/short"') == 2
    page = desk.look("/teacher/debrief/short?table=all&names=yes")
    assert page.text.count('class="sheet"') == 2
    assert "Anna" in page.text
    kept = desk.look("/teacher/debrief/short?table=1&names=no&file=yes")
    assert kept.text.count('class="sheet"') == 1
    assert "Anna" not in kept.text
    assert 'filename="' in kept.headers["content-disposition"]
    assert "one-page.html" in kept.headers["content-disposition"]
