"""Keep and share: what is taken away runs where it is taken to."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from sim.scenario.loading import load_scenario
from tests.fixtures.lab_room import LabRoom, words

POWER = "actors.north.power"


def opened(room: LabRoom, name: str) -> str:
    who = room.owner()
    assert room.post("/bench/open", who, scenario=name, then="/turn").status_code == 303
    room.ask("/bench/change", who, path=POWER, value="0.9")
    return who


def main_button(page: str) -> str:
    """Where the first and only full button of the section on files leads."""
    section = page.partition('aria-labelledby="file-title"')[2].partition("</section>")[0]
    found = re.findall(r'<a class="button" href="([^"]+)"', section)
    assert len(found) == 1
    return str(found[0])


def own(room: LabRoom) -> Path:
    file = room.folder / "mine.yaml"
    file.write_text("extends: two-neighbours\ntitle: Mine\n", encoding="utf-8")
    return file


def test_the_main_button_of_a_shipped_scenario_gives_a_file_that_runs(
    room: LabRoom,
) -> None:
    who = opened(room, "two-neighbours")
    page = room.get("/keep", who).text
    assert main_button(page) == "/keep/variant.yaml"
    assert "works only where" not in page
    elsewhere = room.folder / "elsewhere"
    elsewhere.mkdir()
    file = elsewhere / "two-neighbours-changed.yaml"
    file.write_bytes(room.get("/keep/variant.yaml", who).content)
    assert load_scenario(file).parameters[POWER].value == 0.9


def test_the_main_button_of_ones_own_scenario_gives_all_files_that_it_needs(
    room: LabRoom,
) -> None:
    own(room)
    who = opened(room, "mine.yaml")
    page = room.get("/keep", who).text
    assert "This link works only where the file mine.yaml is, too" in words(page)
    button = main_button(page)
    with zipfile.ZipFile(io.BytesIO(room.get(button, who).content)) as packed:
        packed.extractall(room.folder / "unpacked")
    found = load_scenario(room.folder / "unpacked" / "mine-changed.yaml")
    assert found.parameters[POWER].value == 0.9
    assert found.description.title == "Mine"


def test_whoever_lacks_the_file_of_a_link_is_told_its_name_and_no_full_stop_twice(
    room: LabRoom,
) -> None:
    file = own(room)
    who = opened(room, "mine.yaml")
    link = re.search(r'value="[^"]*/open#([^"]+)"', room.get("/keep", who).text)
    assert link
    room.post("/bench/open", who, scenario="two-neighbours", then="/turn")
    file.unlink()
    said = words(room.post("/open", who, link=link[1]).text)
    assert "mine.yaml" in said
    for text in (said, words(room.post("/open", who, link=link[1][:-4]).text)):
        assert ".." not in text


def test_two_own_scenarios_of_one_title_are_told_apart_by_their_files(room: LabRoom) -> None:
    for name in ("one", "two"):
        text = "extends: two-neighbours\ntitle: The same\n"
        (room.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    said = words(room.get("/scenarios", room.owner()).text)
    assert said.count("The same one.yaml") == said.count("The same two.yaml") == 1
