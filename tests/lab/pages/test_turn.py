"""Turn: what moving a number answers, and what it refuses."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from sim.lab.knobs import all_numbers
from sim.lab.variant import Variant
from sim.scenario.loading import load_scenario
from tests.fixtures.lab_room import LabRoom, words

NAME = "two-neighbours"
PATH = "coefficients.rationality"
DROUGHT = """events:
  drought:
    name: a drought
    chance: {value: 0.1, why: as an example}
    changes: {tension of north and south: {by: 0.1, why: as an example}}
"""


@pytest.fixture
def visitor(room: LabRoom) -> str:
    who = room.enter()
    room.post("/bench/open", who, scenario=NAME)
    return who


def move(room: LabRoom, who: str, **asked: Any) -> dict[str, Any]:
    answer = room.ask("/turn/move", who, **asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_page_needs_a_scenario_and_has_its_parts(room: LabRoom, visitor: str) -> None:
    empty = room.get("/turn", room.enter())
    assert (empty.status_code, "no scenario is open" in empty.text.lower()) == (409, True)
    page = room.get("/turn", visitor)
    assert page.status_code == 200
    assert "Turn: Two neighbours" in words(page.text)
    for script in ("fans.js", "turn.js", "fans.css", "turn.css"):
        assert f"/static/{script}" in page.text


def test_a_move_changes_the_bench_and_answers_with_both_fans(room: LabRoom, visitor: str) -> None:
    told = move(room, visitor, do="set", path=PATH, value="0.3", base="")
    assert [one["path"] for one in told["changes"]] == [PATH]
    assert told["runs"] == 200
    assert told["frame"]["runs"] == 200
    assert {*told["now"]["outcomes"]} == {one["id"] for one in told["frame"]["outcomes"]}
    assert told["said"][0]["text"]
    assert room.state(visitor)["changes"][0]["value"] == "0.3"


def test_a_base_that_the_page_has_is_not_sent_again(room: LabRoom, visitor: str) -> None:
    told = move(room, visitor, do="set", path=PATH, value="0.3", base="")
    again = move(room, visitor, do="set", path=PATH, value="0.4", base=told["base"])
    assert "frame" not in again
    fine = room.get(f"/turn/fans?runs=2000&base={told['base']}", visitor).json()
    assert (fine["runs"], fine["frame"]["runs"]) == (2000, 2000)
    other = move(room, visitor, do="set", path="seed", value="5", base=again["base"])
    assert other["base"] != again["base"]
    assert "frame" in other


def test_moves_are_taken_back_one_by_one_and_all_at_once(room: LabRoom, visitor: str) -> None:
    move(room, visitor, do="set", path=PATH, value="0.3")
    second = move(room, visitor, do="set", path="actors.north.power", value="0.9")
    assert len(second["changes"]) == 2
    undone = move(room, visitor, do="undo", revision=str(second["revision"]))
    assert [one["path"] for one in undone["changes"]] == [PATH]
    stale = move(room, visitor, do="undo", revision=str(second["revision"]))
    assert stale["stale"]
    assert [one["path"] for one in stale["changes"]] == [PATH]
    assert move(room, visitor, do="take back", path=PATH)["now"] is None
    move(room, visitor, do="undo")
    assert move(room, visitor, do="reset")["changes"] == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("actors.north.power", "-1", "power"),
        (PATH, "much", "number"),
        ("actors.nobody.power", "1", "nobody"),
        ("calendar.rounds", "0", "rounds"),
        (PATH, "[1, 2", ""),
    ],
)
def test_a_value_that_is_not_allowed_is_told_and_changes_nothing(
    room: LabRoom, visitor: str, path: str, value: str, said: str
) -> None:
    move(room, visitor, do="set", path=PATH, value="0.3")
    before = room.state(visitor)
    answer = room.ask("/turn/move", visitor, do="set", path=path, value=value)
    assert answer.status_code == 422
    faults = answer.json()["faults"]
    assert faults
    assert all(one["problem"] for one in faults)
    assert said in " ".join(one["place"] + one["problem"] + one["remedy"] for one in faults)
    assert room.state(visitor) == before


@pytest.mark.parametrize("asked", [{}, {"do": "set"}, {"do": "set", "path": PATH}, {"do": "x"}])
def test_what_no_page_of_ours_sends_is_refused(
    room: LabRoom, visitor: str, asked: dict[str, str]
) -> None:
    assert room.ask("/turn/move", visitor, **asked).status_code == 400


def test_one_visitors_moves_are_not_anothers(room: LabRoom, visitor: str) -> None:
    other = room.enter()
    room.post("/bench/open", other, scenario=NAME)
    move(room, visitor, do="set", path=PATH, value="0.3")
    assert room.get("/turn/fans", other).json()["changes"] == []


def test_knobs_have_what_a_slider_needs(room: LabRoom, visitor: str) -> None:
    told = room.get("/turn/knobs", visitor).json()
    scenario = load_scenario(NAME)
    assert told["numbers"] == len(all_numbers(scenario))
    kinds = {one["kind"] for one in told["knobs"]}
    assert kinds >= {"number", "whole", "choice"}
    for one in told["knobs"]:
        assert one["title"]
        if one["kind"] in ("number", "whole"):
            assert one["low"] <= one["value"] <= one["high"]
            assert one["step"] > 0
            for end in (one["least"], one["most"]):
                assert end is None or math.isfinite(end)


def test_any_number_is_found_by_its_words(room: LabRoom, visitor: str) -> None:
    found = room.get("/turn/search?q=rationality", visitor).json()
    assert PATH in [one["path"] for one in found["knobs"]]
    every = room.get("/turn/search?q=a", visitor).json()
    assert every["found"] > len(every["knobs"])
    whole = room.get("/turn/search?q=a&all=yes", visitor).json()
    assert whole["found"] == len(whole["knobs"]) == every["found"]
    # What is called so comes first, then what only has it in its reason.
    found = room.get("/turn/search?q=power&all=yes", visitor).json()["knobs"]
    named = ["power" in f"{one['title']} {one['path']}".lower() for one in found]
    assert {True, False} == set(named) or all(named)
    assert named == sorted(named, reverse=True)
    soldiers = room.get("/turn/search?q=fifth", visitor).json()  # of a word of a knob
    assert "levers.march.usual.anyone to anyone" in [one["path"] for one in soldiers["knobs"]]
    lever = load_scenario(NAME).description.levers["march"].name.split()[-1]
    named = room.get(f"/turn/search?q={lever}", visitor).json()
    assert "levers.march.cost" in [one["path"] for one in named["knobs"]]
    assert room.get("/turn/search?q=zzzz+nothing", visitor).json()["knobs"] == []
    named = room.get(f"/turn/search?paths={PATH}%0Anothing.there", visitor).json()
    assert [one["path"] for one in named["knobs"]] == [PATH]


def test_a_file_that_changes_on_disk_gives_a_new_base_and_keeps_the_moves(tmp_path: Path) -> None:
    text = (load_scenario(NAME)).files[0].text
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    room = LabRoom(tmp_path, file)
    who = room.owner()
    try:
        room.post("/bench/open", who, scenario=next(iter(room.lab.catalogue.names())))
        first = move(room, who, do="set", path=PATH, value="0.3")
        file.write_text(text.replace("title:", "# changed\ntitle:", 1) + "\nseed: 9\n", "utf-8")
        second = room.get(f"/turn/fans?base={first['base']}", who).json()
        assert second["seed"] == 9
        assert second["base"] != first["base"]
        assert [one["path"] for one in second["changes"]] == [PATH]
        file.write_text("title: broken", encoding="utf-8")
        answer = room.get("/turn/fans", who, accept="application/json")
        assert answer.status_code == 422
        assert answer.json()["faults"]
        file.write_text(text, encoding="utf-8")
        assert room.get("/turn/fans", who).json()["changes"][0]["value"] == "0.3"
    finally:
        room.lab.close()


def test_a_variant_is_what_run_makes_of_it(room: LabRoom, visitor: str) -> None:
    told = move(room, visitor, do="set", path=PATH, value="0.3")
    variant = Variant(Path(NAME)).with_change(PATH, "0.3")
    found = room.lab.ensembles.play(variant, 200)
    assert told["now"]["outcomes"] == found.bands()["outcomes"]


def test_changes_that_a_file_has_no_place_for_are_left_out_and_named_until_it_has(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.yaml"
    plain = "extends: two-neighbours\n"
    file.write_text(f"{plain}{DROUGHT}", encoding="utf-8")
    room = LabRoom(tmp_path, file)
    who = room.owner()
    try:
        room.post("/bench/open", who, scenario=next(iter(room.lab.catalogue.names())))
        move(room, who, do="set", path="events.drought", value="off")
        move(room, who, do="set", path=PATH, value="0.3")
        room.ask("/bench/pin", who, name="Dry")
        move(room, who, do="set", path=PATH, value="0.4")
        file.write_text(plain, encoding="utf-8")
        found = room.get("/turn/fans", who)
        assert found.status_code == 200, found.text
        assert [one["path"] for one in found.json()["changes"]] == [PATH]
        said = "does not happen (there is no such event now)"
        assert said in found.json()["left_out"]
        assert f"in “Dry”: “drought” {said}" in found.json()["left_out"]
        assert "events.drought" not in found.json()["left_out"]
        for page in ("/turn", "/ask", "/keep", "/compare"):
            shown = room.get(page, who)
            assert shown.status_code == 200
            assert f"“drought” {said}" in words(shown.text)
        room.restart()
        assert [one["path"] for one in room.state(who)["pinned"][0]["changes"]] == [PATH]
        assert [one["value"] for one in move(room, who, do="undo")["changes"]] == ["0.3"]
        # The scenario has the event again: so have the changes, and what was pinned.
        file.write_text(f"{plain}{DROUGHT}", encoding="utf-8")
        back = room.get("/turn/fans", who).json()
        assert back["left_out"] == ""
        assert [one["path"] for one in back["changes"]] == ["events.drought", PATH]
        assert back["pinned"][0]["changes"] == back["changes"]
        assert move(room, who, do="reset")["changes"] == []
    finally:
        room.lab.close()


def test_a_page_that_fails_still_leads_to_the_others(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: two-neighbours\n", encoding="utf-8")
    room = LabRoom(tmp_path, file)
    who = room.owner()
    try:
        room.post("/bench/open", who, scenario=next(iter(room.lab.catalogue.names())))
        file.write_text("title: broken", encoding="utf-8")
        shown = room.get("/ask", who)
        assert shown.status_code == 422
        assert 'href="/build"' in shown.text
    finally:
        room.lab.close()
