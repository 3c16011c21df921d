"""Notes as a whole: order, places, answers, bounds, and shipped scenarios without any."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.plausibility import notes as whole
from sim.plausibility import trial
from sim.plausibility.note import MOST_NOTES, Note
from sim.plausibility.notes import notes
from sim.scenario.field_types import NOTES
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from tests.fixtures.calm_file import CALM, named, odd
from tests.fixtures.paths import BASE, ROOT, SHIPPED, VALLEY
from tests.fixtures.scenarios import changed
from tests.fixtures.strategies import scenarios


@pytest.mark.parametrize(
    "path", [*SHIPPED, ROOT / "sim" / "cli" / "starter.yaml"], ids=lambda path: path.stem
)
def test_shipped_scenarios_have_no_open_notes(path: Path) -> None:
    assert list(notes(load_scenario(path))) == []


def test_answers_of_the_base_are_to_notes_of_it_or_of_what_extends_it() -> None:
    base = load_scenario(BASE)
    files = [load_scenario(path) for path in SHIPPED]
    family = [one for one in files if one.reference == base.reference]
    answered = {note.name for one in family for note in notes(one).answered}
    assert set(base.description.notes) <= answered


def test_an_answered_pair_that_is_crowded_is_told_with_its_answer() -> None:
    name = "crowded north to south"
    asked = {"levers__talk__usual": {"north to south": 0.97, "east to south": 0.96}}
    (open_,) = (one for one in odd(**asked) if one.name.startswith("crowded"))
    assert open_.name == name
    assert "so it is for 1 more pair" in open_.text.replace("\xa0", " ")
    found = odd(**asked, notes={name: "they never stop"})
    assert [one.name for one in found if one.name.startswith("crowded")] == [
        "crowded east to south"
    ]
    assert [(one.name, one.answer) for one in found.answered] == [(name, "they never stop")]


ODD = changed(
    CALM,
    actors__north__power=1.5,
    levers__talk__effects={"issue valley": 4},
    levers__claim__effects={"issue valley": -3},
    watch__crisis__when={"tension of north and south": {"at_least": 0.95}},
)


def test_the_weightiest_come_first_and_the_rest_is_counted() -> None:
    every = odd(ODD)
    assert [one.weight for one in every] == sorted((one.weight for one in every), reverse=True)
    assert named(every)[-1] == "powers"
    few = notes(build(ODD, "valley"), most=2)
    assert named(few) == named(every)[:2]
    assert few.left_out == len(every) - 2
    assert len(notes(build(ODD, "valley"))) <= MOST_NOTES


def test_the_same_scenario_has_the_same_notes() -> None:
    assert odd(ODD) == odd(ODD)


def test_a_note_is_frozen_and_has_place_number_and_remedy() -> None:
    for one in odd(ODD):
        assert one.place.file == "valley.yaml"
        assert one.place.path
        assert one.remedy
        assert 0 < one.weight <= 1
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.value = 0  # type: ignore[misc]


def test_an_answer_closes_its_note_and_changes_no_result() -> None:
    why = "the class should see how talk alone decides"
    open_notes, answered = odd(ODD), odd(ODD, notes={"carried talk": why})
    assert set(named(open_notes)) - set(named(answered)) == {"carried talk"}
    (one,) = answered.answered
    assert (one.name, one.answer) == ("carried talk", why)
    before, after = build(ODD, "x"), build(changed(ODD, notes={"carried talk": why}), "x")
    assert before.sha256 == after.sha256


def test_a_child_inherits_answers_and_may_take_them_back(tmp_path: Path) -> None:
    starter = (ROOT / "sim" / "cli" / "starter.yaml").read_text(encoding="utf-8")
    far = starter.replace("at_least: 0.5", "at_least: 0.95")
    (tmp_path / "base.yaml").write_text(f"{far}\nnotes: {{unreached crisis: as it should be}}\n")
    (tmp_path / "same.yaml").write_text("extends: base.yaml\ntitle: The same\n")
    (tmp_path / "bare.yaml").write_text("extends: base.yaml\nnotes: {unreached crisis: null}\n")
    assert named(notes(load_scenario(tmp_path / "same.yaml"))) == []
    assert named(notes(load_scenario(tmp_path / "bare.yaml"))) == ["unreached crisis"]


def test_an_answer_to_no_kind_of_note_is_a_fault() -> None:
    with pytest.raises(ScenarioError) as caught:
        odd(notes={"careid talk": "why"})
    (fault,) = caught.value.faults
    assert "'careid talk' is not a note" in str(fault)
    assert "carried" in fault.remedy


def test_places_have_the_line_of_the_file_that_says_it(tmp_path: Path) -> None:
    starter = (ROOT / "sim" / "cli" / "starter.yaml").read_text(encoding="utf-8")
    (tmp_path / "base.yaml").write_text(starter)
    child = tmp_path / "child.yaml"
    child.write_text(
        "extends: base.yaml\n"
        "watch:\n"
        "  crisis: {when: {tension of upstream and downstream: {at_least: 0.95}}}\n"
    )
    (note,) = notes(load_scenario(child), tmp_path)
    assert (note.place.file, note.place.line) == (str(child), 3)
    (note,) = notes(load_scenario(tmp_path / "base.yaml", {"actors.upstream.power": 3}), "here")
    assert str(note.place) == "overrides: actors.upstream.power"
    lines = starter.splitlines()
    (note,) = notes(load_scenario(tmp_path / "base.yaml", {"actors.downstream.power": 3}), "here")
    assert note.place.file == str(Path("here/base.yaml"))
    assert "power: 0.6" in lines[note.place.line - 1]


def test_a_large_scenario_is_looked_at_without_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "CELLS", 1)
    found = notes(build(changed(ODD, levers__talk__usual=0.84), "valley"))
    assert (found.runs, found.uses) == (0, ())
    assert set(named(found)) == {"crowded south to north", "powers"}


def test_more_work_means_fewer_runs_and_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = len(CompiledScenario(build(CALM, "valley")).layout.phrases)
    monkeypatch.setattr(trial, "WORK", 100 * 12 * rows)
    assert odd().runs == 100
    assert odd(calendar__rounds=24).runs == 50
    long = odd(changed(ODD, calendar__rounds=120))
    assert long.runs == 0
    assert "carried talk" not in named(long)
    assert "powers" in named(long)


def test_as_a_table() -> None:
    table = odd(ODD, notes={"powers": "as guessed"}).to_dataframe()
    assert list(table["name"])[-1] == "powers"
    assert table["answer"].iloc[-1] == "as guessed"
    assert set(table["file"]) == {"valley.yaml"}
    assert list(odd().to_dataframe().columns) == list(table.columns)


def test_from_a_notebook() -> None:
    import sim

    found = sim.notes(sim.load_scenario(VALLEY))
    assert isinstance(found, sim.Notes)
    assert found._repr_html_() == "<p>no notes</p>"
    assert "<li>" in odd(ODD)._repr_html_()


@given(scenarios(most_actors=4))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_any_scenario_can_be_looked_at(scenario: Scenario) -> None:
    found = notes(scenario, most=99)
    names = [one.name for one in found]
    assert len(names) == len(set(names))
    for one in found:
        assert isinstance(one, Note)
        assert one.name.split()[0] in NOTES
        assert one.value == one.value, "a number"
        assert "nan" not in one.text
