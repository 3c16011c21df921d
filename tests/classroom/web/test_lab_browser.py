"""The lab of a class in real browsers: opened by the teacher, entered by a student."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.classroom.web.app import application
from sim.classroom.web.authentication import SEAT, TEACHER
from sim.web.server import Server
from tests.fixtures.browsing import serious
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.teacher_room import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    listening, up = socket.create_server(("127.0.0.1", 0)), threading.Event()
    server = Server(application(desk.room), up.set, desk.room.close)
    thread = threading.Thread(target=server.serve_at, args=(listening,))
    thread.start()
    assert up.wait(30)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.stop()
        thread.join(30)
        listening.close()
    assert not thread.is_alive()


def device(browser: Browser, base: str, cookie: str, value: str, width: int = 1280) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": cookie, "value": value, "url": base}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def test_the_teacher_opens_it_a_student_pins_and_the_wall_shows_it(
    browser: Browser, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    desk = Desk(tmp_path, scenario(DUEL)).let_in()
    token = desk.enter("Anna")
    with served(desk) as base:
        teacher = device(browser, base, TEACHER, Desk.device)
        teacher.goto(f"{base}/teacher")
        student = device(browser, base, SEAT, token, width=360)
        student.goto(f"{base}/seat")
        expect(student.get_by_text("The lab is open")).to_have_count(0)
        teacher.get_by_role("button", name="Open the lab to all").click()
        expect(teacher.get_by_role("button", name="Close the lab")).to_be_visible()
        student.get_by_role("link", name="turn this scenario over").click()
        expect(student.get_by_role("link", name="Back to the game")).to_be_visible()
        assert student.url == f"{base}/turn"
        student.evaluate(
            """async () => {
              await EntenteLab.ask("/bench/change", { path: "actors.south.power", value: "3" });
              await EntenteLab.ask("/bench/pin", { name: "A strong south" });
            }"""
        )
        teacher.goto(f"{base}/collected")
        row = teacher.get_by_role("row").filter(has_text="A strong south")
        expect(row).to_contain_text("Anna")
        expect(row).not_to_contain_text("is being played")
        assert serious(teacher) == []
        teacher.get_by_role("link", name="Back to the console").click()
        teacher.get_by_role("button", name="Close the lab").click()
        expect(teacher.get_by_role("button", name="Open the lab to all")).to_be_visible()
        student.goto(f"{base}/turn")
        expect(student.get_by_text("Your teacher has not opened the lab")).to_be_visible()
        student.goto(f"{base}/seat")
        expect(student.get_by_text("The lab is open")).to_have_count(0)
