"""Visitors who send too much, or what no page of ours sends: refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.lab.bench import MOST_DRAFT_BYTES, RefusedError
from sim.lab.build import draft as drafts
from sim.lab.build.sheet import sheet_of
from sim.lab.build.values import put
from sim.scenario.yaml_reader import parse
from tests.fixtures.lab_room import LabRoom, room
from tests.fixtures.paths import SCENARIOS
from tests.lab.build.test_build_pages import draft_file, started
from tests.lab.build.test_edits import bench_in

__all__ = ["room"]
TOO_LONG = "title: x\n#" + "y" * MOST_DRAFT_BYTES


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_text_that_is_too_long_leaves_nothing(tmp_path: Path) -> None:
    """However often it is tried; and it never becomes the draft."""
    bench = bench_in(tmp_path)
    draft = drafts.begin(bench, "one", "title: One\n")
    before = size_of(tmp_path)
    for _ in range(3):
        with pytest.raises(RefusedError):
            draft.written(TOO_LONG)
    assert size_of(tmp_path) == before
    (draft.folder / "draft.json").unlink()
    again = drafts.opened(bench, "one")
    assert again is not None
    assert again.text == "title: One\n"


def test_earlier_texts_are_bounded_in_bytes(tmp_path: Path) -> None:
    """The earliest steps go first; what is there can be undone."""
    draft = drafts.begin(bench_in(tmp_path), "one", "title: One\n")
    for number in range(30):
        draft = draft.written(f"title: {number}\n#{'y' * 250_000}\n")
    assert size_of(draft.folder) < drafts.MOST_BYTES + 10_000
    assert 5 < len(draft.undo) < 15
    again = drafts.opened(draft.bench, "one")
    assert again is not None
    assert again.undo == draft.undo
    assert draft.undone().text.startswith("title: 28")


def test_a_batch_of_fields_is_read_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once for each field."""
    text = (SCENARIOS / "northeast-asia-2016.yaml").read_text("utf-8")
    sheet = sheet_of(drafts.begin(bench_in(tmp_path), "one", text))
    assert sheet is not None
    read = []

    def counted(*given: str) -> object:
        read.append(given)
        return parse(*given)

    monkeypatch.setattr("sim.lab.build.document.parse", counted)
    names = [f"levers.{id}.why" for id in sheet.table("levers")][:40]
    assert len(names) > 20
    made = put(sheet, dict.fromkeys(names, "another reason"))
    assert all(made.get(tuple(name.split("."))) == "another reason" for name in names)
    assert len(read) < 5


@pytest.mark.parametrize("number", ["9" * 300, "9" * 5000, "-1", "one"])
def test_odd_numbers_of_a_text_are_bad_requests(number: str, room: LabRoom) -> None:
    """No fault of the server's."""
    who = room.owner()
    where = started(room, who)
    answer = room.post(f"{where}/fields", who, number=number, part="about", title="x")
    assert answer.status_code == 400


def test_odd_names_of_fields_are_bad_requests(room: LabRoom) -> None:
    """Deep, long or very many."""
    who = room.owner()
    where = started(room, who)
    deep = "actors" + ".a" * 2000
    many = {f"actors.a{number}.name": "x" for number in range(500)}
    for said in ({deep: "x"}, {"actors." + "a" * 1000: "x"}, many):
        answer = room.ask(f"{where}/fields", who, fields=said, was=dict.fromkeys(said, ""))
        assert answer.status_code == 400
    assert room.post(f"{where}/fields", who, number="1", **{deep: "x"}).status_code == 400
    for deed, key in (("row", "where"), ("remove", "path")):
        assert room.post(f"{where}/{deed}", who, **{key: deep}).status_code == 400


def test_a_copy_builds_on_the_file_that_its_original_builds_on(room: LabRoom) -> None:
    """Not on a draft that happens to have that file's name; and such files are no drafts."""
    who = room.owner()
    base = (SCENARIOS / "two-neighbours.yaml").read_text("utf-8")
    body = {"title": "base", "actor0": "Ada", "actor1": "Ben"}
    assert room.post("/build", who, **body).headers["location"] == "/build/base"
    (room.folder / "base.yaml").write_text(base, "utf-8")
    (room.folder / "child.yaml").write_text("extends: base\ntitle: The child\n", "utf-8")
    where = room.post("/build-copy", who, scenario="child.yaml").headers["location"]
    scenario = sim.load_scenario(draft_file(room, where.removeprefix("/build/")))
    assert set(scenario.description.actors) == {"north", "south"}
    listed = room.get("/build-new", who).text
    assert 'href="/build/base"' in listed
    assert listed.count('<li><a href="/build/') == 2
    again = room.post("/build-copy", who, scenario="draft:child").headers["location"]
    copied = sim.load_scenario(draft_file(room, again.removeprefix("/build/")))
    assert set(copied.description.actors) == {"north", "south"}
    room.post(f"{where}/forget", who)
    assert sim.load_scenario(draft_file(room, again.removeprefix("/build/")))


def test_a_draft_never_hides_a_scenario_that_others_build_on(room: LabRoom) -> None:
    """A copy of a base gets another name."""
    who = room.owner()
    where = room.post("/build-copy", who, scenario="northeast-asia-2016").headers["location"]
    assert where != "/build/northeast-asia-2016"
