"""Every page of the classroom: no serious fault by axe, and nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.classroom.test_whole_exercise import SEATS, YAMAGUCHI, Class
from tests.fixtures.served_classroom import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1280)
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def room(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """A class in its second round, with a message and a proposal."""
    folder = tmp_path_factory.mktemp("room")
    with served(folder, YAMAGUCHI, "--rounds", 3, "--tables", 2, "--port", 0) as server:
        room = Class(browser, server)
        room.admit_teacher()
        for name in SEATS:
            room.join(name)
        yield room
        room.close()


def faults(page: Page) -> list[str]:
    """Serious faults that axe finds, with where they are."""
    api = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = api.Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {node['target']}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


def wrong(page: Page) -> list[str]:
    """Faults of a page at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} pixels wide at {width}")
        if width != WIDTHS[1]:  # what axe looks at differs between the narrowest and the widest
            found += [f"at {width}: {fault}" for fault in faults(page)]
    return found


def outside(room: Class, path: str) -> Page:
    page = room.browser.new_context().new_page()
    page.goto(room.server.base + path)
    return page


def test_the_pages_before_the_game_are_accessible(room: Class) -> None:
    found = {path: wrong(outside(room, path)) for path in ("/", "/teacher", "/nowhere")}
    late = outside(room, "/")
    late.get_by_label("The four letters").fill(room.server.code)
    late.get_by_label("Your name").fill("Emil")
    late.get_by_role("button", name="Come in").click()
    late.wait_for_selector("#seats")
    found["seats"] = wrong(late)
    late.get_by_role("button", name="Look on at table 1").click()
    late.wait_for_selector("#state")
    found["looking on"] = wrong(late)
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_the_pages_of_a_round_are_accessible(room: Class) -> None:
    room.do("open")
    anna, boris = room.students["Anna"], room.students["Boris"]
    found = {}
    room.choose("Anna", "hold_summit")
    anna.locator("#text").fill("Shall we talk?")
    anna.get_by_role("button", name="Send").click()
    anna.locator("#thread li", has_text="Shall we talk?").wait_for()
    anna.evaluate(UNFOLD)
    found["choosing"] = wrong(anna)
    room.do("close")
    boris.locator("#answer-form").wait_for()
    found["answering"] = wrong(boris)
    boris.goto(f"{room.server.base}/brief")
    found["brief"] = wrong(boris)
    boris.go_back()
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_the_teachers_pages_are_accessible(room: Class) -> None:
    paths = (
        "/teacher", "/teacher/table/1", "/teacher/projector", "/teacher/projector/1",
        "/teacher/projector/2", "/teacher/sessions", "/teacher/briefs",
    )  # fmt: skip
    found = {}
    for path in paths:
        room.teacher.goto(room.server.base + path)
        room.teacher.evaluate(UNFOLD)
        found[path] = wrong(room.teacher)
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_the_debrief_is_accessible(room: Class) -> None:
    teacher, anna = room.teacher, room.students["Anna"]
    teacher.goto(f"{room.server.base}/teacher/debrief")
    found = {"its door": wrong(teacher)}
    teacher.goto(f"{room.server.base}/teacher")
    form = teacher.locator("form:has(input[name=rule][value=debrief])")
    with teacher.expect_response(lambda answer: answer.request.method == "POST"):
        form.get_by_role("button").click()
    anna.goto(f"{room.server.base}/debrief")
    anna.wait_for_selector("html[data-drawn=all]", state="attached", timeout=60_000)
    found["debrief"] = wrong(anna)
    anna.goto(f"{room.server.base}/debrief/short")
    found["on one page"] = wrong(anna)
    anna.goto(f"{room.server.base}/seat")
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_no_page_asks_for_anything_from_elsewhere(room: Class) -> None:
    asked: list[str] = []
    for page in (room.teacher, *room.students.values()):
        page.on("request", lambda request: asked.append(request.url))
        page.reload()
        page.wait_for_timeout(300)
    assert asked
    assert [url for url in asked if not url.startswith(room.server.base)] == []
    assert room.trouble == []
