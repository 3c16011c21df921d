"""A scenario may extend files of its own folder, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import load_scenario
from tests.fixtures.world_file import SOURCES, WORLD, faults, line_of, load, only, spoilt


def test_a_variation_changes_its_base_and_keeps_it_as_reference(tmp_path: Path) -> None:
    scenario = load(tmp_path, "extends: base.yaml\nactors:\n  north: {support: 0.9}\n", base=WORLD)
    assert scenario.id == "world"
    assert scenario.description.actors["north"].support.value == 0.9
    assert scenario.description.actors["north"].power.value == 0.1
    assert scenario.reference.actors["north"].support.value == 0.5
    assert [file.name for file in scenario.files] == ["world.yaml", "base.yaml", "sources.yaml"]
    assert scenario.files[1].text == WORLD
    assert len(scenario.files[0].sha256) == 64


def test_a_base_file_is_its_own_reference(tmp_path: Path) -> None:
    scenario = load(tmp_path)
    assert scenario.reference is scenario.description


def test_a_chain_of_three(tmp_path: Path) -> None:
    scenario = load(
        tmp_path,
        "extends: middle.yaml\nactors: {east: {power: 0.9}}\n",
        middle="extends: base.yaml\nactors: {east: {power: 0.8}, north: {power: 0.7}}\n",
        base=WORLD,
    )
    powers = {name: actor.power.value for name, actor in scenario.description.actors.items()}
    assert powers == {"north": 0.7, "south": 0.2, "east": 0.9}
    assert scenario.reference.actors["east"].power.value == 0.3


def test_a_base_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "base.yaml").write_text("extends: ../root.yaml\n")
    scenario = load(tmp_path, "extends: sub/base.yaml\n", root=WORLD)
    assert [file.name for file in scenario.files][1:3] == ["sub/base.yaml", "root.yaml"]


def test_the_sources_of_base_and_variation_join(tmp_path: Path) -> None:
    scenario = load(
        tmp_path,
        "extends: base.yaml\nsources: own.yaml\nactors: {east: {power: {value: 1, source: diary}}}",
        base=WORLD,
        own="data: {diary: {name: Diary, year: '1999', about: x}}",
    )
    assert set(scenario.library.data) == {"almanac", "diary"}


def test_a_missing_base_is_named_with_a_near_one(tmp_path: Path) -> None:
    fault = only(tmp_path, "title: x\nextends: bsae.yaml\n", base=WORLD)
    assert (fault.place.line, fault.place.column, fault.place.path) == (2, 10, "extends")
    assert fault.problem == "there is no file 'bsae.yaml'"
    assert fault.remedy == "did you mean 'base.yaml'?"


def test_a_missing_sources_file_does_not_hide_other_faults(tmp_path: Path) -> None:
    found = faults(tmp_path, spoilt(("sources.yaml", "gone.yaml"), ("power: 0.3", "power: x")))
    assert [fault.problem for fault in found] == [
        "'x' is not a number",
        "there is no file 'gone.yaml'",
    ]


def test_a_circle_is_shown(tmp_path: Path) -> None:
    fault = only(
        tmp_path, "extends: a.yaml\n", a="extends: b.yaml\n", b="title: x\nextends: world.yaml\n"
    )
    assert fault.place.file == str(tmp_path / "b.yaml")
    assert fault.place.line == 2
    assert "in a circle: world.yaml -> a.yaml -> b.yaml -> world.yaml" in fault.problem


def test_a_file_that_extends_itself(tmp_path: Path) -> None:
    fault = only(tmp_path, "extends: world.yaml\n")
    assert "world.yaml -> world.yaml" in fault.problem


def test_a_chain_has_an_end(tmp_path: Path) -> None:
    links = {f"f{n}": f"extends: f{n + 1}.yaml\n" for n in range(30)}
    assert "more than 20 files" in only(tmp_path, "extends: f0.yaml\n", **links).problem


@pytest.mark.parametrize("key", ["extends", "sources"])
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../outside.yaml", "'../outside.yaml' lies outside the scenario's folder"),
        ("sub/../../outside.yaml", "lies outside the scenario's folder"),
        ("..\\outside.yaml", "lies outside the scenario's folder"),
        ("link.yaml", "'link.yaml' lies outside the scenario's folder"),
        ("/etc/passwd", "'/etc/passwd' is an absolute path"),
        ("C:\\base.yaml", "is an absolute path"),
        ("[a.yaml]", "this is not the name of a file"),
        ("7", "this is not the name of a file"),
    ],
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, key: str, name: str, problem: str) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(WORLD if key == "extends" else SOURCES)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(outside)
    text = f"extends: {name}\n" if key == "extends" else WORLD.replace("sources.yaml", name)
    found = [fault for fault in faults(folder, text) if problem in fault.problem]
    assert len(found) == 1
    assert found[0].place.line == line_of(text, f"{key}:")
    assert "name" in found[0].remedy or "write" in found[0].remedy


def test_faults_of_a_base_name_the_base(tmp_path: Path) -> None:
    base = spoilt(("power: 0.3", "power: much"))
    found = faults(tmp_path, "extends: base.yaml\nruns: none\n", base=base)
    assert [(Path(fault.place.file).name, fault.place.line) for fault in found] == [
        ("base.yaml", line_of(base, "power: much")),
        ("world.yaml", 2),
    ]


def test_faults_between_two_files_name_the_line_that_is_wrong(tmp_path: Path) -> None:
    fault = only(
        tmp_path,
        "extends: base.yaml\nlevers:\n  summit:\n    effects: {issue harbour: 1}\n",
        base=WORLD,
    )
    assert (Path(fault.place.file).name, fault.place.line) == ("world.yaml", 4)
    assert fault.problem == "the issue 'harbour' is not defined"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no such file"):
        load_scenario(tmp_path / "none.yaml")


def test_a_sources_file_is_not_a_scenario(tmp_path: Path) -> None:
    fault = only(tmp_path, SOURCES)
    assert (fault.place.line, fault.problem) == (1, "this is a sources file, not a scenario")


def test_names_in_messages_are_as_the_user_wrote_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, "extends: base.yaml\n", base=WORLD)
    (tmp_path / "base.yaml").write_text(spoilt(("power: 0.3", "power: much")))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("world.yaml")
    assert {fault.place.file for fault in caught.value.faults} == {"base.yaml"}
