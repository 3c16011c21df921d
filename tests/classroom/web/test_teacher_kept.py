"""The teacher's pages where a session is open elsewhere, of another version, ended, or long."""

from __future__ import annotations

from typing import cast

from sim.classroom.game import log_entries as entries
from sim.classroom.storage import Store, resume_session
from sim.classroom.web.teacher import pages
from tests.fixtures.teacher_room import Desk


def test_a_session_that_another_program_has_open_is_not_picked_up(desk: Desk) -> None:
    desk.send("sessions", do="new", tables="1")
    elsewhere = resume_session(Store(desk.store.path), 1)
    told = desk.send("sessions", do="open", session="1")
    assert "another program has session 1 of" in told
    left = desk.room.recorder
    assert left.number == 2
    elsewhere.release()
    assert desk.send("sessions", do="open", session="1").startswith("Session 1 goes on.")
    resume_session(Store(desk.store.path), 2).release()  # who leaves a session lets it go


def test_a_session_of_another_version_says_so_on_every_page(desk: Desk) -> None:
    assert "was begun with version" not in desk.look().text
    opened = cast(entries.Opened, next(iter(desk.store.entries(1))))
    desk.store.begin(opened.model_copy(update={"version": "0.0.1"}))
    desk.send("sessions", do="open", session="2")
    assert "Session 2 was begun with version 0.0.1" in desk.look().text


def test_an_ending_is_taken_back_with_a_button(desk: Desk) -> None:
    desk.send("rules", rule="minutes", minutes="5")
    desk.send("do", do="open", table="1")
    assert "Take back the ending" not in desk.look().text
    desk.send("do", do="end", table="1")
    assert desk.table().phase == "over"
    assert desk.look().text.count("Take back the ending") == 1
    assert "the ending is taken back" in desk.send("do", do="undo", table="1")
    assert (desk.table().phase, desk.table().round) == ("choosing", 1)
    assert desk.table().deadline == desk.clock() + 300


def test_of_many_messages_the_last_are_shown(desk: Desk) -> None:
    for nth in range(pages.LAST_HEARD + 2):
        desk.room.accept(entries.Said(at=desk.clock(), table=None, text=f"message-{nth}."))
    page = desk.look("/teacher/table/1").text
    assert "Older ones: 2." in page
    assert "message-1." not in page
    assert page.count("message-") == pages.LAST_HEARD


def test_a_full_disk_is_told_on_the_teachers_pages_at_once(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    before = desk.room.version()
    database = desk.store._db
    (pages,) = database.execute("pragma page_count").fetchone()
    database.execute(f"pragma max_page_count={pages}")
    said = 0
    while desk.post("/say", token, text=f"{said}" * 900).status_code == 303:
        said += 1
        desk.clock.now += 60
    assert desk.post("/say", token, text="x" * 900).status_code == 503
    assert len(desk.room.session.messages) == said
    assert desk.room.version() != before
    for path in ("/teacher", "/teacher/table/2", "/teacher/sessions"):
        page = desk.look(path).text
        assert page.count("Nothing can be written down at present: ") == 1
        assert "database or disk is full" in page
    assert "disk is full" in desk.send("say", table="all", text="x" * 900)
    assert "disk is full" not in desk.get("/seat", token).text
    database.execute("pragma max_page_count=1000000")
    assert desk.post("/say", token, text="Hello").status_code == 303
    assert "Nothing can be written down" not in desk.look().text
    assert len(desk.room.session.messages) == said + 1


def test_what_is_refused_is_no_fault_of_the_disk(desk: Desk) -> None:
    desk.send("do", do="close", table="1")
    assert not desk.room.unwritten
