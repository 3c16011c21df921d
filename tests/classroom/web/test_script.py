"""The page's script in a browser: news comes in, and nothing half-made is lost."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.web.app import application
from sim.classroom.web.authentication import SEAT, TEACHER
from sim.web.server import Server
from sim.web.tokens import hashed
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.web_room import School

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

SAVED = "#order-form [data-saved]"
REBUKE = "input[name='words.south'][value=rebuke]"


class Class:
    """Two students in a round that is open, at a server of their own."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self.school = School(folder, scenario(DUEL))
        self.tokens = {one: self.school.seat(one, one) for one in ("north", "south")}
        self.school.open()
        self.pages: list[Page] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._up = threading.Event()
        room = self.school.room
        self._server = Server(application(room), self._up.set, room.close)
        self._thread = threading.Thread(target=self._server.serve_at, args=(self._listening,))
        self._thread.start()
        assert self._up.wait(30)

    def page(self, actor: str, *, script: bool = True) -> Page:
        """A device of a student's at its seat."""
        context = self._browser.new_context(java_script_enabled=script)
        context.add_cookies([{"name": SEAT, "value": self.tokens[actor], "url": self.base}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{self.base}/seat", wait_until="domcontentloaded")
        self.pages.append(page)
        return page

    def teacher(self) -> Page:
        """The console on a device of the teacher's."""
        room = self.school.room
        room.session.teachers.add(hashed("the teacher's device"))
        context = self._browser.new_context()
        context.add_cookies([{"name": TEACHER, "value": "the teacher's device", "url": self.base}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{self.base}/teacher", wait_until="domcontentloaded")
        self.pages.append(page)
        return page

    def end(self) -> None:
        for page in self.pages:
            page.context.close()
        self._server.stop()
        self.school.room.close()
        self._thread.join(30)
        self._listening.close()


@pytest.fixture
def room(browser: Browser, tmp_path: Path) -> Iterator[Class]:
    held = Class(browser, tmp_path)
    yield held
    held.end()


def test_a_half_made_choice_and_message_outlive_news_and_a_reload(room: Class) -> None:
    from playwright.sync_api import expect

    north, south = room.page("north"), room.page("south")
    north.check(REBUKE)
    assert north.inner_text(SAVED) == "Not saved yet"
    north.fill("#text", "half a mess")
    south.fill("#text", "Hello there")
    south.click("#say button")
    north.wait_for_selector("#thread >> text=Hello there")
    expect(south.locator("#text")).to_have_value("")
    for _ in range(2):
        assert north.is_checked(REBUKE)
        assert north.input_value("#text") == "half a mess"
        assert north.inner_text(SAVED) == "Not saved yet"
        north.reload(wait_until="domcontentloaded")
    assert room.school.table().orders == {}


def test_what_is_saved_is_said_in_place_and_the_focus_stays(room: Class) -> None:
    from playwright.sync_api import expect

    north, south = room.page("north"), room.page("south")
    north.focus("input[name='words.south'][value='']")
    north.keyboard.press("ArrowDown")
    north.keyboard.press("Enter")
    north.wait_for_selector(f"{SAVED} >> text=Saved by you")
    assert north.evaluate("document.activeElement.textContent") == "Save choices"
    assert "Saved by you" in north.text_content("#told")  # type: ignore[operator]
    south.wait_for_selector(".seats >> text=has chosen >> nth=0")
    expect(south.locator(".seats .done")).to_have_count(1)
    assert north.evaluate("sessionStorage.length") == 0


def test_a_choice_that_meets_a_lost_network_is_kept_and_sent_again(room: Class) -> None:
    north = room.page("north")
    north.check(REBUKE)
    north.context.set_offline(True)
    north.wait_for_selector("#offline >> visible=true")
    north.click("#order-form button")
    north.wait_for_selector("#trouble >> text=this was not sent")
    assert north.is_checked(REBUKE)
    north.context.set_offline(False)
    north.click("#trouble button")
    north.wait_for_selector(f"{SAVED} >> text=Saved by you")
    north.wait_for_selector("#offline", state="hidden")
    assert room.school.table().orders == {("north", "south", "words"): "rebuke"}


def test_a_message_whose_answer_was_lost_is_said_once_when_it_is_sent_again(room: Class) -> None:
    from playwright.sync_api import expect

    north, said = room.page("north"), room.school.room.session.messages
    lose = [True]

    def pass_on(route: Route) -> None:
        if lose.pop() if lose else False:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    north.route("**/say", pass_on)
    north.fill("#text", "Agreed")
    north.click("#say button")
    north.wait_for_selector("#trouble >> text=this was not sent")
    north.wait_for_selector("#thread >> text=Agreed")  # yet it had come
    north.click("#trouble button")
    expect(north.locator("#text")).to_have_value("")
    assert [one.text for one in said] == ["Agreed"]
    # The form is a new one: what is said again is said again.
    north.fill("#text", "Agreed")
    north.click("#say button")
    expect(north.locator("#text")).to_have_value("")
    assert [one.text for one in said] == ["Agreed", "Agreed"]


def test_who_sets_a_devices_clock_sees_the_same_time_left(room: Class) -> None:
    from playwright.sync_api import expect

    school, loop = room.school, room.school.room._loop
    assert loop is not None
    more = entries.Extended(at=school.clock(), table=1, seconds=600)
    loop.call_soon_threadsafe(school.room.accept, more)
    north = room.page("north")
    north.wait_for_selector("[data-deadline] >> text=/^, (10:00|9:)/")
    for hours in (-1, 2):
        north.evaluate(
            "hours => { const real = Date.now; Date.now = () => real() + 3600e3 * hours; }", hours
        )
        north.wait_for_timeout(1500)  # until the page has looked at its clock
        expect(north.locator("[data-deadline]")).to_have_text(re.compile("^, (10:00|9:)"))


HOLD = """() => {
    const fetched = window.fetch, held = new Promise((done) => { window.release = done; });
    let posts = 0;
    window.fetch = async (...asked) => {
        const answer = await fetched(...asked);
        if (asked[1] && ++posts === 1) await held;
        return answer;
    };
}"""
"""Keeps back the answer to what is sent first until the page calls ``release``."""


def test_news_that_comes_before_the_answer_leaves_no_sent_text_in_the_box(room: Class) -> None:
    from playwright.sync_api import expect

    north, said = room.page("north"), room.school.room.session.messages
    north.evaluate(HOLD)
    north.fill("#text", "first")
    north.click("#say button")
    north.wait_for_selector("#thread >> text=first")  # it has come, its answer has not
    north.evaluate("window.release()")
    expect(north.locator("#text")).to_have_value("")
    assert [one.text for one in said] == ["first"]


def test_what_is_sent_while_a_message_is_under_way_is_sent_after_it(room: Class) -> None:
    from playwright.sync_api import expect

    north, said = room.page("north"), room.school.room.session.messages
    north.evaluate(HOLD)
    north.fill("#text", "first")
    north.click("#say button")
    north.wait_for_selector("#thread >> text=first")
    north.click("#say button")  # the same once more: one wish
    north.fill("#text", "second")
    north.click("#say button")
    north.evaluate("window.release()")
    north.wait_for_selector("#thread >> text=second")
    expect(north.locator("#text")).to_have_value("")
    assert [one.text for one in said] == ["first", "second"]


def test_a_round_that_closes_takes_the_form_away_and_says_so(room: Class) -> None:
    north, south = room.page("north"), room.page("south")
    north.check(REBUKE)
    south.check("input[name='words.north'][value=rebuke]")
    south.click("#order-form button")
    south.wait_for_selector(f"{SAVED} >> text=Saved by you")
    loop = room.school.room._loop
    assert loop is not None
    loop.call_soon_threadsafe(room.school.close)
    north.wait_for_selector("#state >> text=Round 1 is over")
    north.wait_for_selector("#order-form", state="detached")
    north.wait_for_selector("#news >> text=South moves to rebuke in public")
    assert "Round 1 is over" in north.text_content("#told")  # type: ignore[operator]


def test_a_refusal_is_said_on_the_page_and_nothing_typed_is_lost(room: Class) -> None:
    north = room.page("north")
    for nth in range(11):
        north.fill("#text", f"message {nth}")
        north.click("#say button")
        if nth < 10:
            north.wait_for_selector(f"#thread >> text=message {nth}")
    north.wait_for_selector("#trouble >> text=too often. Wait a little, then try again.")
    assert north.input_value("#text") == "message 10"


def test_without_a_script_the_round_is_played_all_the_same(room: Class) -> None:
    north = room.page("north", script=False)
    north.check(REBUKE)
    north.click("#order-form button")
    north.wait_for_selector(f"{SAVED} >> text=Saved by you")
    assert room.school.table().orders == {("north", "south", "words"): "rebuke"}
    north.click("text=Go on from another device")
    assert north.text_content("h1") == "Go on from another device"


def said(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("#say button")
    page.wait_for_selector(f"#thread >> text={text}")


def titled(page: Page, start: str) -> None:
    from playwright.sync_api import expect

    expect(page).to_have_title(re.compile("^" + re.escape(start)))


def test_the_title_counts_messages_until_somebody_has_looked_at_them(room: Class) -> None:
    north, south, teacher = room.page("north"), room.page("south"), room.teacher()
    said(north, "first")
    said(north, "second")
    for page in (south, teacher):
        titled(page, "(2) ")
        assert "2 new" in page.inner_text("h2:has([data-unread])")
        assert page.locator("#thread li.new").count() == 2
        page.reload(wait_until="domcontentloaded")
        titled(page, "(2) ")
    titled(north, "North, table 1")  # nobody is told of their own
    for page, name in ((south, "South, table 1"), (teacher, "Two neighbours")):
        page.locator("#thread li").last.scroll_into_view_if_needed()
        titled(page, name)
        assert page.inner_text("h2:has([data-unread])") == "Messages"
        page.evaluate("scrollTo(0, 0)")
    said(north, "third")
    for page in (south, teacher):
        titled(page, "(1) ")
        assert page.locator("#thread li.new").all_inner_texts()[0].endswith("third")
