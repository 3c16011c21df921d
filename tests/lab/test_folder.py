"""The folder that a lab is started in, and a store that cannot be written for a while."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from sim.lab import bench as benches_file
from sim.lab import catalogue as catalogue_file
from sim.lab.catalogue import Catalogue
from sim.lab.lab import AGAIN
from sim.lab.variant import Variant
from sim.results.store import written_whole
from tests.fixtures.lab_room import LabRoom, room, words

__all__ = ["room"]

PATIENCE = 30.0


def own(folder: Path, name: str, title: str, base: str = "two-neighbours") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(f"extends: {base}\ntitle: {title}\n", encoding="utf-8")
    return file


def opened(room: LabRoom, name: str) -> str:
    ann = room.owner()
    assert room.post("/bench/open", ann, scenario=name, then="/turn").status_code == 303
    return ann


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_files_is_no_scenario_and_holds_nobody_up(room: LabRoom) -> None:
    os.mkfifo(room.folder / "waiting.yaml")
    (room.folder / "gone.yaml").symlink_to(room.folder / "nowhere.yaml")
    own(room.folder, "mine", "Mine")
    own(room.folder, "piped", "Piped", "waiting.yaml")
    who, said = room.owner(), []
    asking = threading.Thread(
        target=lambda: said.append(words(room.get("/scenarios", who).text)), daemon=True
    )
    asking.start()
    asking.join(PATIENCE)
    assert said, "the page waits for a pipe that nobody writes to"
    assert "Mine" in said[0]
    assert "there is no file 'waiting.yaml'" in said[0]


def test_files_beyond_the_bound_are_counted_and_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_file, "MOST_OWN", 3)
    for nth in range(5):
        own(tmp_path, f"own-{nth}", f"Own {nth}")
    room = LabRoom(tmp_path)
    who = room.owner()
    said = words(room.get("/scenarios", who).text)
    assert "Own 2" in said
    assert "Own 3" not in said
    assert "2 files of this folder are not shown" in said
    assert room.post("/bench/open", who, scenario="own-4.yaml", then="/").status_code == 303
    room.lab.close()


def test_a_file_whose_base_has_changed_is_read_again_on_wall_and_bench(tmp_path: Path) -> None:
    base = own(tmp_path, "base", "Base")
    top = own(tmp_path, "top", "Top", "base.yaml")
    catalogue, variant = Catalogue(tmp_path), Variant(top)
    first = {one.name: one.digest for one in catalogue.entries()}
    before = variant.digest()
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nowhere.yml")
    base.write_text(
        "extends: two-neighbours\ntitle: Base\ncoefficients: {rationality: 0.123}\n",
        encoding="utf-8",
    )
    second = {one.name: one.digest for one in catalogue.entries()}
    assert second["top.yaml"] != first["top.yaml"] == before
    assert variant.digest() == second["top.yaml"]


def test_what_could_not_be_written_is_written_once_there_is_room(
    room: LabRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = opened(room, "two-neighbours")
    written = written_whole

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(benches_file, "written_whole", full)
    room.ask("/bench/change", who, path="coefficients.rationality", value="0.4")
    assert "No space left" in room.state(who)["unwritten"]
    monkeypatch.setattr(benches_file, "written_whole", written)
    assert room.state(who)["unwritten"], "not at every request"
    room.clock.now += AGAIN
    assert room.state(who)["unwritten"] == ""
    room.restart()
    assert [one["value"] for one in room.state(who)["changes"]] == ["0.4"]


def test_what_could_not_be_written_is_tried_again_when_the_lab_closes(
    room: LabRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = opened(room, "two-neighbours")
    with monkeypatch.context() as patch:
        patch.setattr(benches_file, "written_whole", lambda path: (_ for _ in ()).throw(OSError))
        room.ask("/bench/change", who, path="coefficients.rationality", value="0.4")
    room.restart()
    assert [one["value"] for one in room.state(who)["changes"]] == ["0.4"]


def test_no_page_tells_a_folder_of_the_machine(room: LabRoom) -> None:
    file = own(room.folder, "mine", "Mine")
    who = opened(room, "mine.yaml")
    file.write_text("extends: two-neighbours\ntitle: [1, 2\n", encoding="utf-8")
    told = [
        room.get("/turn/fans", who, accept="application/json").text,
        room.get("/ask", who).text,
        room.get("/keep", who).text,
        room.get("/keep/report", who).text,
        room.get("/scenarios", who).text,
        room.get("/bench", who, accept="application/json").text,
        room.ask("/turn/move", who, do="set", path="coefficients.rationality", value="x").text,
        room.post("/build-copy", who, scenario="mine.yaml").text,
    ]
    for one in told:
        assert str(room.folder) not in one
    assert "mine.yaml" in told[0]
