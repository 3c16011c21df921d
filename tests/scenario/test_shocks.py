"""Outside shocks: taken off the shelf, they are events of a scenario like any other."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.app import execute
from sim.errors import ScenarioError
from sim.scenario.files import merged_document
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import home
from sim.scenario.shocks import FILE, check_shelf, on_shelf
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS, bound, slips
from tests.fixtures.scenarios import DUEL, changed

TAKEN = changed(DUEL, shocks=["pandemic", "war_elsewhere"])
RECORDS = {"pandemic": 0.04, "financial_crisis": 0.04, "war_elsewhere": 0.35, "nuclear_test": 0.36}


def chance(scenario: Scenario, name: str = "pandemic") -> float:
    return scenario.description.events[name].chance.value


def test_the_shelf_has_its_four_each_with_a_record_up_to_2016() -> None:
    shelf = check_shelf(parse((home() / FILE).read_text("utf-8"), FILE)).shocks
    assert {name: one.chance_per_year.value for name, one in shelf.items()} == RECORDS
    for shock in shelf.values():
        assert "from general knowledge, not checked" in str(shock.chance_per_year.why)
        assert not any(f"20{year}" in str(shock.chance_per_year.why) for year in range(17, 30))
        assert shock.chance_per_year.spread
        for change in shock.changes.values():
            assert change.by
            assert change.by.spread
            assert change.by.why


def test_none_happens_unless_it_is_taken() -> None:
    assert not build(DUEL).description.events
    assert FILE not in [file.name for file in build(DUEL).files]


def test_the_shelf_is_not_opened_unless_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.scenario.shocks._read", None)
    assert not build(DUEL).description.shocks
    with pytest.raises(TypeError):
        build(TAKEN)


@pytest.mark.parametrize(
    ("unit", "months"), [("month", 1), ("quarter", 3), ("half-year", 6), ("year", 12)]
)
def test_a_chance_per_year_is_one_of_the_round(unit: str, months: int) -> None:
    found = build(changed(TAKEN, calendar__round=unit))
    for name in ("pandemic", "war_elsewhere"):
        per_round = chance(found, name)
        assert 1 - (1 - per_round) ** (12 / months) == pytest.approx(RECORDS[name], rel=0.01)
        spread = found.description.events[name].chance.spread
        assert spread
        low, high = spread.ends() or (0, 0)
        assert low < per_round < high
    again = build(TAKEN, overrides={"calendar.round": unit})
    assert chance(again) == chance(found)


def test_anyone_is_each_actor_and_each_two() -> None:
    three = changed(TAKEN, actors__east={"name": "East", "power": 0.1})
    found = build(three).description
    assert set(found.events["pandemic"].changes) == {
        *(f"ties of {a} to {b}" for a, b in permutations(("north", "south", "east"), 2)),
        *(f"support of {actor}" for actor in ("north", "south", "east")),
    }
    tension = [text for text in found.events["war_elsewhere"].changes if "tension" in text]
    assert sorted(tension) == [
        "tension of north and east", "tension of north and south", "tension of south and east",
    ]  # fmt: skip


def test_what_the_file_says_of_it_goes_before(tmp_path: Path) -> None:
    own = changed(
        TAKEN,
        events={
            "pandemic": {"chance": 0.5, "changes": {"support of north": {"by": -0.2}}},
            "war_elsewhere": {"changes": {"ties of north to south": None}, "name": "War"},
        },
    )
    events = build(own).description.events
    assert events["pandemic"].chance.value == 0.5
    assert events["pandemic"].chance.why is None
    by = events["pandemic"].changes["support of north"].by
    assert by is not None
    assert by.value == -0.2
    assert "support of south" in events["pandemic"].changes
    assert events["war_elsewhere"].name == "War"
    assert "ties of north to south" not in events["war_elsewhere"].changes


def over(folder: Path, text: str) -> Scenario:
    base = f"{BONDS}  ill: {{name: ill, event: pandemic}}\nshocks: [pandemic, nuclear_test]\n"
    return bound(folder, f"extends: base.yaml\n{text}\n", base=base)


def test_a_variation_changes_deletes_and_takes_others(tmp_path: Path) -> None:
    found = over(tmp_path, "events: {pandemic: {chance: 0.3}, nuclear_test: null}")
    assert chance(found) == 0.3
    assert found.description.shocks == ("pandemic",)
    assert "shocks: 'nuclear_test' fell away with event 'nuclear_test'" in found.notes
    other = over(tmp_path, "shocks: [financial_crisis]").description
    assert set(other.events) == {"war", "change", "new_government_south", "financial_crisis"}
    assert "ill" not in other.watch
    none = over(tmp_path, "shocks: null").description
    assert "pandemic" not in none.events
    assert none.shocks == ()


def test_a_variation_with_other_actors_and_rounds_befalls_those(tmp_path: Path) -> None:
    found = over(
        tmp_path,
        "calendar: {round: year}\n"
        "actors: {west: {name: West, power: 0.1}, east: null}\n"
        "events: {pandemic: {changes: {support of south: null}}}",
    )
    assert chance(found) == pytest.approx(0.04, rel=0.01)
    touched = found.description.events["pandemic"].changes
    assert {"support of west", "ties of west to north", "ties of south to west"} <= set(touched)
    assert not any("east" in text for text in touched)
    assert "support of south" not in touched


def test_single_changes_by_path() -> None:
    def with_(path: str, value: Any) -> Scenario:
        return build(TAKEN, overrides={path: value})

    assert chance(with_("events.pandemic.chance", 0.3)) == 0.3
    assert "pandemic" not in with_("events.pandemic", None).description.events
    by = with_("events.pandemic.changes.support of north.by", -0.3)
    assert by.parameters["events.pandemic.changes.support of north.by"].value == -0.3
    more = build(DUEL, overrides={"shocks": ["nuclear_test"]})
    assert set(more.description.events) == {"nuclear_test"}


@pytest.mark.parametrize(
    ("text", "path", "problem", "remedy"),
    [
        ("shocks: [pandemik]", "shocks.0", "there is no shock 'pandemik'",
         "did you mean 'pandemic'?"),
        ("shocks: plague", "shocks", "there is no shock 'plague'", "known shocks: financial_"),
        ("shocks: [pandemic, pandemic]", "shocks.1", "'pandemic' is named twice", "once"),
        ("shocks: 5", "shocks", "5 is not a list", "write a list"),
        ("shocks: {pandemic: 1}", "shocks", "a mapping is not a list", "write a list"),
    ],
)  # fmt: skip
def test_slips(tmp_path: Path, text: str, path: str, problem: str, remedy: str) -> None:
    (fault,) = slips(tmp_path, f"{BONDS}{text}\n")
    assert (fault.place.path, fault.problem) == (path, problem)
    assert remedy in fault.remedy


def test_a_shelf_is_checked_and_is_no_scenario(tmp_path: Path) -> None:
    text = (
        "shocks:\n  flood:\n    name: a flood\n    chance_per_year: 2\n"
        "    changes: {support of north: {by: -0.1}, gap on anyone: {by: 1}, power of anyone: {}}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        check_shelf(parse(text, "shelf.yaml"))
    assert [one.problem for one in caught.value.faults] == ["2 is out of range"]
    with pytest.raises(ScenarioError) as caught:
        check_shelf(parse(text.replace("year: 2", "year: 0.2"), "shelf.yaml"))
    assert [(one.place.line, one.problem) for one in caught.value.faults] == [
        (5, "'support of north' names something that not every scenario has"),
        (5, "'gap on anyone' cannot be changed by a shock"),
        (5, "a change needs either 'by' or 'to'"),
    ]
    (tmp_path / "shelf.yaml").write_text(text)
    with pytest.raises(ScenarioError, match="this is a shelf of shocks, not a scenario"):
        sim.load_scenario(tmp_path / "shelf.yaml")


def test_places_and_results_know_where_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    built = build(changed(TAKEN, calendar__rounds=3), overrides={"calendar.round": "year"})
    place = merged_document(built).place(("events", "pandemic", "chance"))
    assert (Path(place.file).name, place.line > 1) == (FILE, True)
    sim.run(built, runs=5, seed=3).write_report(tmp_path / "out")
    assert execute(["rerun", "out/manifest.json"]) == 0
    again = sim.load_scenario(_written(tmp_path, built))
    assert again.description.events == built.description.events


def _written(folder: Path, scenario: Scenario) -> Path:
    for file in scenario.files:
        if not file.shipped:
            (folder / file.name).write_text(file.text)
    (folder / "mine.yaml").write_text(sim.to_yaml(scenario))
    return folder / "mine.yaml"


def test_a_run_lets_them_happen() -> None:
    sure = {name: {"chance": 1} for name in on_shelf()}
    found = sim.run(build(changed(DUEL, shocks=list(on_shelf()), events=sure)), runs=3)
    assert (found.data["failed_round"] < 0).all()
    assert set(found.scenario.description.events) == set(on_shelf())
