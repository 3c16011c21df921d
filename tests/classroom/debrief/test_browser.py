"""The debrief in a real browser: it draws, fits a phone, and shows history on request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.classroom.debrief.page import debrief_page
from sim.classroom.debrief.record import record_session
from sim.scenario.loading import build
from tests.fixtures.browsing import opened
from tests.fixtures.finished_game import played, workings
from tests.fixtures.scenarios import QUARTET, changed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    name = next(iter(QUARTET["outcomes"]))
    start = str(QUARTET["calendar"]["start"])
    document = changed(QUARTET, history={name: {"why": "made up", "values": {start: 0.1}}})
    log = played(build(document), ["A" * 40, "B", "C", "D"], 2, tables=2)
    file = tmp_path_factory.mktemp("debrief") / "debrief.html"
    file.write_text(debrief_page(record_session(log.session, workings(log))), encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [1280, 390])
def test_it_draws_every_chart_and_is_as_wide_as_the_screen(
    browser: Browser, path: Path, width: int
) -> None:
    page, trouble = opened(browser, path, width)
    history = page.locator("details.drawn-when-open")
    assert history.count() == 1
    plots = page.locator(".plot")
    assert page.locator(".plot .main-svg").count() >= plots.count() - 1
    hidden = history.locator(".plot")
    assert hidden.locator(".main-svg").count() == 0
    history.locator("summary").first.click()
    hidden.locator(".main-svg").first.wait_for()
    box = hidden.bounding_box()
    assert box is not None
    assert box["width"] > 0.6 * min(width, 900)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert trouble == []
    page.close()
