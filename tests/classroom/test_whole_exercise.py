"""A whole exercise in real browsers: four students and a teacher, from the code to the debrief.

With what happens in a school: a reload, a lost line, a student who goes, a mistake
that is taken back, and a server that dies between a confirmed choice and the end
of its round.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.classroom.storage import DEFAULT_STORE, Recorder, Store
from tests.fixtures.paths import ROOT
from tests.fixtures.served_classroom import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SEATS = {"Anna": "japan", "Boris": "russia", "Chen": "china", "Dora": "united_states"}
ROUNDS = 6
YAMAGUCHI = ROOT / "scenarios" / "yamaguchi-2016.yaml"
TOWARD = {"japan": "russia", "russia": "japan", "china": "russia", "united_states": "japan"}
EVERYDAY = "consult"
"""A lever that each of the four has toward the other, and that is always open."""


class Class:
    """The browsers of a class."""

    def __init__(self, browser: Browser, server: Served) -> None:
        self.browser, self.server = browser, server
        self.trouble: list[str] = []
        self.teacher = self._page(1280)
        self.students: dict[str, Page] = {}

    def _page(self, width: int) -> Page:
        page = self.browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        return page

    def close(self) -> None:
        for page in (self.teacher, *self.students.values()):
            page.context.close()

    def admit_teacher(self) -> None:
        self.teacher.goto(f"{self.server.base}/teacher#{self.server.key}")
        self.teacher.wait_for_selector("#tables")
        assert self.server.key not in self.teacher.url

    def join(self, name: str, width: int = 360) -> Page:
        page = self.students[name] = self._page(width)
        page.goto(self.server.base)
        page.get_by_label("The four letters").fill(self.server.code.lower())
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Come in").click()
        seat = page.locator(f"form:has(input[name=actor][value={SEATS[name]}])").first
        seat.get_by_role("button", name="Take").click()
        page.wait_for_selector("#state")
        return page

    def do(self, what: str, table: int = 1) -> None:
        """Press a button of a table, on the console."""
        self.teacher.goto(f"{self.server.base}/teacher")
        form = self.teacher.locator(f"#tables form:has(input[name=table][value='{table}'])")
        button = form.locator(f"button[name=do][value={what}]")
        if not button.is_visible():
            form.locator("details.rare > summary").click()
        with self.teacher.expect_response(lambda answer: answer.request.method == "POST"):
            button.click()

    def pick(self, name: str, lever: str = EVERYDAY, track: str = "words") -> None:
        page, target = self.students[name], TOWARD[SEATS[name]]
        page.wait_for_selector("#order-form")
        page.check(f'input[name="{track}.{target}"][value="{lever}"]')
        page.get_by_text("Not saved yet").wait_for()

    def save(self, name: str) -> None:
        page = self.students[name]
        page.get_by_role("button", name="Save choices").click()
        page.locator("#order-form [data-saved]", has_text="✓ Saved").wait_for()

    def choose(self, name: str, lever: str = EVERYDAY, track: str = "words") -> None:
        self.pick(name, lever, track)
        self.save(name)

    def chosen(self, name: str) -> str:
        target = TOWARD[SEATS[name]]
        checked = self.students[name].locator(f'input[name="words.{target}"]:checked')
        return checked.get_attribute("value") or ""

    def close_round(self) -> None:
        """Close the round; who is asked something agrees."""
        self.do("close")
        self.teacher.goto(f"{self.server.base}/teacher")
        if not self.teacher.locator("#tables button[name=do][value=close]").count():
            return
        for page in self.students.values():
            if page.is_closed():
                continue
            page.locator("#state .state", has_text="the choices are made").wait_for()
            if page.locator("#answer-form").count():
                for box in page.locator('#answer-form input[value="yes"]').all():
                    box.check()
                page.get_by_role("button", name="Save answers").click()
                page.locator("#answer-form [data-saved]", has_text="✓ Saved").wait_for()
        self.do("close")

    def open_round(self, number: int) -> None:
        self.do("open")
        for page in self.students.values():
            if not page.is_closed():
                page.locator("#head .round", has_text=f"Round {number} of {ROUNDS}").wait_for()


def test_a_class_plays_to_the_debrief_and_nothing_confirmed_is_lost(
    browser: Browser, tmp_path: Path
) -> None:
    with served(tmp_path, YAMAGUCHI, "--rounds", ROUNDS, "--port", 0) as server:
        room = Class(browser, server)
        _five_rounds(room)
        # 6: the server dies after a choice was confirmed, and before the round was closed.
        room.open_round(6)
        room.choose("Anna")
        room.pick("Boris")
        server.stop(signal.SIGKILL)
        room.students["Anna"].locator("#offline").wait_for()
    port = server.base.rpartition(":")[2]
    with served(tmp_path, "--resume", "--port", port) as room.server:
        _sixth_round(room)
        _debrief(room)
        room.close()
        assert room.server.stop()[0] == 0
    _log_holds(tmp_path)


def _five_rounds(room: Class) -> None:
    room.admit_teacher()
    for name in SEATS:
        room.join(name)

    # 1: everybody chooses; a reload keeps what was saved, and what was not saved yet.
    room.open_round(1)
    for name in SEATS:
        room.choose(name)
    room.choose("Dora", "exercise_with_ally", "deeds")
    assert room.chosen("Dora") == EVERYDAY
    room.pick("Anna", "hold_summit")
    anna = room.students["Anna"]
    anna.reload()
    anna.wait_for_selector("#order-form")
    assert room.chosen("Anna") == "hold_summit"
    anna.get_by_text("Not saved yet").wait_for()
    room.save("Anna")
    anna.reload()
    assert room.chosen("Anna") == "hold_summit"
    room.close_round()

    # 2: a lost line; what was typed stays, and is sent when the line is back.
    room.open_round(2)
    boris = room.students["Boris"]
    room.pick("Boris")
    boris.context.set_offline(True)
    boris.get_by_role("button", name="Save choices").click()
    boris.locator("#trouble", has_text="No connection").wait_for()
    assert room.chosen("Boris") == EVERYDAY
    boris.context.set_offline(False)
    boris.get_by_role("button", name="Try again").click()
    boris.locator("#order-form [data-saved]", has_text="✓ Saved").wait_for()
    room.close_round()

    # 3: Chen goes home; the model takes the seat, and gives it back.
    room.students["Chen"].close()
    teacher = room.teacher
    teacher.goto(f"{room.server.base}/teacher")
    teacher.locator("#hand-1-china").click()
    teacher.locator("#notice", has_text="is played by the model").wait_for()
    room.open_round(3)
    room.choose("Anna")
    room.close_round()

    # 4: something happens that nobody foresaw; Chen is back with the seat.
    room.open_round(4)
    teacher.goto(f"{room.server.base}/teacher")
    teacher.locator("#made > summary").click()
    teacher.locator("#made input[name=name]").fill("A typhoon <i>closes</i> the ports")
    teacher.locator("#made").get_by_role("button", name="Let it happen").click()
    anna.locator("#news", has_text="A typhoon <i>closes</i> the ports").wait_for()
    teacher.locator("#hand-1-china").click()
    teacher.locator("#notice", has_text="is played by its people").wait_for()
    room.students["Chen"] = room.students["Chen"].context.new_page()
    room.students["Chen"].goto(room.server.base)
    room.students["Chen"].wait_for_selector("#order-form")
    room.choose("Chen")
    room.close_round()

    # 5: the round was closed too early; it is taken back, and chosen anew.
    room.open_round(5)
    room.choose("Dora")
    room.close_round()
    room.do("undo")
    dora = room.students["Dora"]
    dora.locator("#state .state", has_text="Round 5 is open: choose").wait_for()
    assert room.chosen("Dora") == ""
    room.choose("Dora")
    room.close_round()


def _sixth_round(room: Class) -> None:
    anna, boris = room.students["Anna"], room.students["Boris"]
    boris.locator("#offline").wait_for(state="hidden", timeout=30_000)
    assert room.chosen("Boris") == EVERYDAY
    room.save("Boris")
    anna.reload()
    assert room.chosen("Anna") == EVERYDAY
    anna.locator("#order-form [data-saved]", has_text="✓ Saved").wait_for()
    room.close_round()
    anna.locator("#state .state", has_text="The game is over").wait_for()


def _debrief(room: Class) -> None:
    anna, teacher = room.students["Anna"], room.teacher
    assert anna.request.get(f"{room.server.base}/debrief").status in (403, 404, 409)
    teacher.goto(f"{room.server.base}/teacher")
    teacher.locator("form:has(input[name=rule][value=debrief]) button").click()
    anna.locator("#state").get_by_role("link", name="Look at what you did").click()
    anna.wait_for_selector("html[data-drawn=all]", state="attached", timeout=60_000)
    while "still being worked out" in (anna.text_content("main") or ""):
        anna.wait_for_timeout(1000)
        anna.reload()
    assert "typhoon <i>closes</i>" in (anna.text_content("main") or "")
    assert room.trouble == []


def _log_holds(folder: Path) -> None:
    table = Recorder(Store(folder / DEFAULT_STORE), 1).session.tables[0]
    done = {turn: lever for turn, lever in table.moves.items() if lever is not None}
    assert done == {
        **{(1, seat, TOWARD[seat], "words"): EVERYDAY for seat in SEATS.values()},
        (1, "japan", "russia", "words"): "hold_summit",
        (1, "united_states", "japan", "deeds"): "exercise_with_ally",
        (2, "russia", "japan", "words"): EVERYDAY,
        (3, "japan", "russia", "words"): EVERYDAY,
        (4, "china", "russia", "words"): EVERYDAY,
        (5, "united_states", "japan", "words"): EVERYDAY,
        (6, "japan", "russia", "words"): EVERYDAY,
        (6, "russia", "japan", "words"): EVERYDAY,
    }
    assert (3, "china", "japan", "words") not in table.moves  # the model's own
    assert (2, "china", "japan", "words") in table.moves
    assert table.answers[1, "united_states", "japan", "deeds"]
