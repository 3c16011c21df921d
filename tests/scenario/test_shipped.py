"""What comes with the program is found by name, from any folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.claims.proposition import load_claims, load_proposition
from sim.errors import ScenarioError
from sim.scenario.files import chain, merged_document
from sim.scenario.loading import load_scenario
from sim.scenario.shipped import ENDINGS, elsewhere, find_file, home, is_name, name_of, scenarios
from tests.fixtures.world_file import WORLD, load, only

BASE = "northeast-asia-2016"
VARIATION = f"extends: {BASE}\ntitle: mine\nactors: {{china: {{power: 0.9}}}}\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")


def test_every_shipped_file_has_its_name() -> None:
    names = [path.stem for path in scenarios()]
    assert {"two-neighbours", "yamaguchi-2016", BASE} <= set(names)
    for name in names:
        assert find_file(name) == home() / f"{name}.yaml"
    assert load_scenario("two-neighbours").id == "two-neighbours"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("river", True), ("a.b", True), ("P 3", True), ("river.yaml", False), ("a.YML", False),
        ("./river", False), ("sub/river", False), ("sub\\river", False), ("C:river", False),
        ("..", False), (" ", False), ("a\0b", False),
    ],
)  # fmt: skip
def test_what_is_a_name(text: str, named: bool) -> None:
    assert is_name(text) is named


def test_a_file_of_ones_own_wins_over_one_that_comes_with_the_program() -> None:
    own = "scenarios/propositions/*.yaml", "scenarios/*.yml", "*.yaml", "*"
    for nearer in (path.replace("*", "two-neighbours") for path in own):
        Path(nearer).parent.mkdir(parents=True, exist_ok=True)
        Path(nearer).write_text(WORLD)
        assert find_file("two-neighbours") == Path(nearer)


def test_a_folder_of_that_name_is_passed_over() -> None:
    Path("two-neighbours").mkdir()
    assert find_file("two-neighbours") == home() / "two-neighbours.yaml"


def test_a_path_is_taken_as_it_is() -> None:
    for path in ("two-neighbours.yaml", "./two-neighbours", "scenarios/two-neighbours.yaml"):
        assert find_file(path) == Path(path)
    assert find_file("x" * 5000) == Path("x" * 5000)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("two-neighbors", "did you mean 'two-neighbours', which comes with the program?"),
        ("two-neighbours.yaml", "did you mean 'two-neighbours', which comes with the program?"),
        ("p3-thor", "did you mean 'p3-thaw', which comes with the program?"),
        ("qqqqqq", "check the name; 'list' shows what comes with the program"),
    ],
)
def test_an_unknown_name_says_what_may_be_meant(name: str, remedy: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    (fault,) = caught.value.faults
    assert (fault.problem, fault.remedy) == ("there is no such file", remedy)


def test_a_file_anywhere_extends_a_shipped_one_by_name(tmp_path: Path) -> None:
    scenario = load(tmp_path, VARIATION)
    assert scenario.description.actors["china"].power.value == 0.9
    assert scenario.reference.actors["china"].power.value < 0.9
    assert [(file.name, file.shipped) for file in scenario.files] == [
        ("world.yaml", False), (f"{BASE}.yaml", True), ("sources.yaml", True),
    ]  # fmt: skip


def test_ones_own_sources_and_those_of_the_base_are_kept_apart(tmp_path: Path) -> None:
    own = "data: {diary: {name: Diary, year: '1999', about: x}}"
    scenario = load(tmp_path, f"sources: sources.yaml\n{VARIATION}", sources=own)
    assert {"diary", "S001"} <= {*scenario.library.data, *scenario.library.facts}
    kept = [(file.name, file.shipped) for file in scenario.files if file.name == "sources.yaml"]
    assert sorted(kept) == [("sources.yaml", False), ("sources.yaml", True)]


def test_what_the_base_says_has_its_place_in_the_shipped_file(tmp_path: Path) -> None:
    root = merged_document(load(tmp_path, VARIATION), tmp_path)
    assert root.place(("actors", "china", "power")).file == str(tmp_path / "world.yaml")
    assert root.place(("actors", "japan", "power")).file == str(home() / f"{BASE}.yaml")


def test_a_file_beside_wins_over_a_shipped_base_of_that_name(tmp_path: Path) -> None:
    scenario = load(tmp_path, f"extends: {BASE}\n", **{BASE: WORLD})
    assert "north" in scenario.description.actors
    assert not any(file.shipped for file in scenario.files)


def test_a_file_may_extend_the_shipped_one_whose_name_it_has(tmp_path: Path) -> None:
    path = tmp_path / f"{BASE}.yaml"
    path.write_text(VARIATION)
    assert [file.home.shipped for file in chain(path)] == [False, True]


def test_sources_are_found_by_name_too(tmp_path: Path) -> None:
    text = WORLD.replace("sources: sources.yaml", "sources: sources")
    (tmp_path / "world.yaml").write_text(text)
    with pytest.raises(ScenarioError, match="the source 'almanac' is not defined"):
        load_scenario(tmp_path / "world.yaml")


@pytest.mark.parametrize("name", [f"{BASE}.yaml", f"./{BASE}", "northeast-asia-2061"])
def test_a_base_that_is_not_there_names_the_shipped_one(tmp_path: Path, name: str) -> None:
    fault = only(tmp_path, f"extends: {name}\n")
    assert fault.problem == f"there is no file '{name}'"
    assert fault.remedy == f"did you mean '{BASE}', which comes with the program?"


def test_a_shelf_stands_in_for_what_comes_with_the_program(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / f"{BASE}.yaml").write_text(WORLD.replace("sources: sources.yaml", ""))
    (tmp_path / "mine.yaml").write_text(f"extends: {BASE}\n")
    opened = chain(tmp_path / "mine.yaml", shelf)
    assert [file.path.parent for file in opened] == [tmp_path, shelf]


def test_propositions_are_found_by_name_with_what_they_name(tmp_path: Path) -> None:
    (claim,) = load_claims(["p3-thaw"])
    assert claim.id == "P3"
    text = (home() / "propositions" / "p3-thaw.yaml").read_text("utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace(".yaml", ""))
    assert load_proposition(mine).reference == claim.reference


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("river.yaml", "river"),
        ("river", "river"),
        ("scenarios/river.yaml", "scenarios/river.yaml"),
        ("-x.yaml", "-x.yaml"),
        ("a.yaml.yml", "a.yaml.yml"),
        (str(Path("river.yaml").absolute()), "river"),
        (str(home() / "two-neighbours.yaml"), "two-neighbours"),
        (str(home() / "propositions" / "p3-thaw.yaml"), "p3-thaw"),
    ],
)
def test_a_name_for_others_has_no_folder_of_this_machine(file: str, name: str) -> None:
    assert name_of(file) == name


def test_a_path_for_others_has_no_folder_of_this_machine(tmp_path: Path) -> None:
    assert elsewhere(str(tmp_path / "x.yaml")) == "x.yaml"
    assert elsewhere(str(home() / "propositions" / "p3-thaw.yaml")) == "propositions/p3-thaw.yaml"
    assert elsewhere("some/x.yaml") == "some/x.yaml"
    assert ENDINGS == (".yaml", ".yml")
