"""The lab of a class: who may enter, whose bench is whose, and what it is opened on."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx2 import Response

from sim.classroom.game import log_entries as entries
from sim.classroom.game.log_entries import pack, unpack
from sim.classroom.storage import begin_session
from sim.classroom.web.app import pages
from sim.classroom.web.lab import closed_pages, written_files
from sim.errors import SimError
from sim.lab.app import routes
from sim.lab.lab import Lab
from sim.lab.places import PLACES
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import home
from tests.fixtures.lab_room import words
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.teacher_room import Desk
from tests.fixtures.web_room import BASE

POWER = "actors.south.power"


def opened(desk: Desk) -> Desk:
    assert "The lab is open to all" in desk.send("lab", to="yes")
    return desk


def ask(desk: Desk, at: str, token: str, **fields: object) -> Response:
    headers = {"origin": BASE, "accept": "application/json", "cookie": f"entente-seat={token}"}
    return desk.client.post(at, json=fields, headers=headers)


def test_a_lab_and_a_class_use_no_address_both(desk: Desk, tmp_path: Path) -> None:
    lab = Lab(tmp_path / "other")
    of_lab = {route.path.split("/")[1] for route in routes(lab)} - {""}
    lab.close()
    assert of_lab <= set(PLACES)
    of_class = {route.path.split("/")[1] for route in pages(desk.room)}
    assert not of_class & {*PLACES}
    assert desk.room.lab is not None
    assert {route.path.split("/")[1] for route in closed_pages(desk.room.lab)} == {*PLACES}


def test_before_it_is_opened_nobody_but_the_teacher_gets_in(desk: Desk) -> None:
    token = desk.enter("Anna")
    for path in ("/turn", "/keep", "/keep/files.zip", "/scenarios", "/bench"):
        assert desk.get(path).headers["location"] == "/"
        answer = desk.get(path, token)
        assert answer.status_code == 409
        assert "Your teacher has not opened the lab." in words(answer.text)
        assert desk.post(path, token).status_code in (405, 409)
    assert "The lab is open" not in desk.get("/seat", token).text
    first = desk.look("/scenarios")
    assert (first.status_code, first.headers["location"]) == (303, "/scenarios")
    assert "Choose a situation" in desk.look("/scenarios").text


def test_each_student_has_a_bench_that_begins_with_the_sessions_scenario(desk: Desk) -> None:
    anna, bo = desk.enter("Anna"), desk.seat("Bo", "north")
    opened(desk)
    for token in (anna, bo):
        assert "/turn" in desk.get("/seat", token).text
        desk.get("/keep", token)
    title = desk.room.session.scenario.description.title
    page = words(desk.get("/keep", anna).text)
    assert f"“{title}” as its file has it" in page
    assert "Back to the game" in page
    assert ask(desk, "/bench/change", anna, path=POWER, value="2").status_code == 200
    assert "1 change" in words(desk.get("/keep", anna).text)
    assert "nothing is changed yet" in words(desk.get("/keep", bo).text)
    assert desk.get("/static/lab.js").status_code == 200


def test_what_students_pin_stands_on_one_wall_with_their_names(desk: Desk) -> None:
    anna, bo = desk.enter("Anna"), desk.enter("Bo <b>")
    opened(desk)
    for token, value in ((anna, "2"), (bo, "3")):
        desk.get("/keep", token)
        ask(desk, "/bench/change", token, path=POWER, value=value)
        ask(desk, "/bench/pin", token, name=f"South {value}")
    assert desk.get("/collected", anna).status_code == 409
    desk.look("/collected")
    text = desk.look("/collected").text
    for name in ("Anna", "Bo &lt;b&gt;", "South 2", "South 3"):
        assert name in text
    hidden = words(desk.look("/collected?names=no").text)
    assert "Anna" not in hidden
    assert "South 2" in hidden


def test_what_was_made_is_there_after_the_lab_was_closed_and_the_class_begun_again(
    desk: Desk,
) -> None:
    anna = desk.enter("Anna")
    opened(desk)
    desk.get("/keep", anna)
    ask(desk, "/bench/change", anna, path=POWER, value="2")
    assert "closed to students" in desk.send("lab", to="no")
    assert desk.get("/keep", anna).status_code == 409
    opened(desk)
    assert "1 change" in words(desk.get("/keep", anna).text)


def test_a_removed_student_is_out_of_the_lab_at_once(desk: Desk) -> None:
    anna = desk.enter("Anna")
    opened(desk)
    desk.get("/keep", anna)
    desk.room.accept(entries.Removed(at=desk.clock(), participant="id-Anna"))
    assert desk.get("/keep", anna).headers["location"] == "/"


# What it is opened on.


def kept(given: Scenario) -> Scenario:
    """A scenario as a session has it after it was read from the log."""
    return unpack(pack(given))


@pytest.mark.parametrize("name", ["two-neighbours", "yamaguchi-2016"])
def test_the_lab_has_the_scenario_that_the_session_was_begun_with(
    name: str, tmp_path: Path
) -> None:
    plain = load_scenario(name)
    file = written_files(kept(plain), None, tmp_path / "plain")
    assert load_scenario(file).sha256 == plain.sha256
    changed = load_scenario(name, {"calendar.rounds": 5, "seed": 3})
    file = written_files(kept(changed), home() / f"{name}.yaml", tmp_path / "changed")
    assert load_scenario(file).sha256 == changed.sha256


def test_without_its_file_a_plain_scenario_is_written_from_the_log(tmp_path: Path) -> None:
    made = scenario(DUEL)
    file = written_files(kept(made), None, tmp_path)
    assert load_scenario(file).sha256 == made.sha256


def test_a_file_that_changed_since_then_is_not_mistaken_for_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: two-neighbours\ntitle: Mine\nactors: {south: {power: 0.7}}\n")
    begun = kept(load_scenario(file))
    assert load_scenario(written_files(begun, file, tmp_path / "a")).sha256 == begun.sha256
    file.write_text("extends: two-neighbours\ntitle: Mine\nactors: {south: {power: 0.9}}\n")
    with pytest.raises(SimError, match="is not the one that this session was begun with"):
        written_files(begun, file, tmp_path / "b")


def test_a_rehearsal_has_the_scenario_itself(desk: Desk, tmp_path: Path) -> None:
    plain = load_scenario("two-neighbours")
    recorder = begin_session(desk.store, plain, desk.clock(), rehearsal=True)
    file = written_files(recorder.session.scenario, None, tmp_path / "r")
    assert load_scenario(file).sha256 == plain.sha256
    recorder.release()


def test_on_a_full_disk_it_says_so_and_stays_closed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> Path:
        raise SimError("the lab cannot be opened: kept: No space left on device")

    monkeypatch.setattr("sim.classroom.web.lab.written_files", full)
    assert "No space left on device" in desk.send("lab", to="yes")
    assert not desk.room.session.settings.lab
