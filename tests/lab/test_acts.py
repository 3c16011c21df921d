"""The shelf of ready acts, by use: each one in a scenario of two."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.app import execute
from sim.errors import ScenarioError
from sim.lab.acts import FILE, MOST_USUAL, acts, check_acts, find, is_acts, lever_of, per_round
from sim.plausibility.notes import notes
from sim.scenario.cameo import CODES, QUAD_CLASSES
from sim.scenario.loading import build
from sim.scenario.shipped import home
from sim.scenario.yaml_reader import parse, read_yaml, yaml_text
from tests.fixtures.scenarios import DUEL, Document, changed

OTHER_NOTES = {"unmoved", "unshown", "powers", "flat"}
"""Notes on the issue and the strength of the scenario around, which no act is to blame for."""


def with_act(id: str, **more: object) -> Document:
    """Two neighbours in a quarrel who have nothing but one act."""
    relations = {
        "north and south": {"affinity": -0.1, "tension": 0.45, "why": "a test"},
        "north to south": {"ties": 0.3, "commitment": 0.1, "why": "a test"},
        "south to north": {"ties": 0.3, "commitment": 0.1, "why": "a test"},
    }
    actors = {
        "north": {"name": "North", "power": 0.6, "support": 0.6, "why": "a test"},
        "south": {"name": "South", "power": 0.4, "support": 0.5, "why": "a test"},
    }
    border = {**DUEL["issues"]["border"], "why": "a test"}
    return changed(
        DUEL,
        calendar={"start": "2016-10-01", "round": "quarter", "rounds": 12},
        actors=actors,
        relations=relations,
        issues={"border": border},
        levers={id: lever_of(acts()[id], "quarter")},
        outcomes={"tension": {"name": "Tension", "of": "tension of north and south"}},
        **more,
    )


def test_there_are_acts_of_all_four_sorts_and_enough() -> None:
    counted = {quad: sum(act.quad == quad for act in acts().values()) for quad in QUAD_CLASSES}
    assert sum(counted.values()) >= 45
    assert min(counted.values()) >= 10


def test_no_two_have_the_same_name_or_line() -> None:
    for key in ("name", "says"):
        told = [getattr(act, key) for act in acts().values()]
        assert len(set(told)) == len(told)


@pytest.mark.parametrize("id", acts())
def test_an_act_in_a_scenario_of_two(id: str, tmp_path: Path) -> None:
    act = acts()[id]
    assert act.goldstein == CODES[act.cameo].goldstein
    assert {"{actor}", "{target}"} <= {word.strip(".,") for word in _braces(act.says)}
    scenario = build(with_act(id))
    path = tmp_path / "two.yaml"
    path.write_text(yaml_text(with_act(id)))
    assert execute(["validate", "--strict", str(path)], path.name) == 0
    said = {note.name.split()[0] for note in notes(scenario)}
    assert said <= OTHER_NOTES


def _braces(text: str) -> list[str]:
    return [word for word in text.replace("'s", " ").split() if word.startswith("{")]


def test_effects_point_where_the_goldstein_value_says() -> None:
    for id, act in acts().items():
        for text, amount in act.effects.items():
            warm = -amount.value if text.startswith("tension") else amount.value
            assert act.goldstein == 0 or warm * act.goldstein > 0, (id, text)


def test_the_more_hostile_or_friendly_the_more_is_moved() -> None:
    """Rank correlation of the Goldstein value with what an act adds to affinity less tension."""
    moved = {
        id: sum(
            amount.value * (-1 if text.startswith("tension") else 1)
            for text, amount in act.effects.items()
            if text in ("affinity of actor and target", "tension of actor and target")
        )
        for id, act in acts().items()
    }
    ids = list(acts())
    pairs = [
        (one, two) for one in ids for two in ids if acts()[one].goldstein < acts()[two].goldstein
    ]
    assert sum(moved[one] < moved[two] for one, two in pairs) > 0.85 * len(pairs)


def test_the_search_finds_an_act_by_other_words() -> None:
    assert list(find("blue helmets")) == ["admit_peacekeepers"]
    assert "cyber_raid" in find("HACK")
    assert set(find("163")) == {"tariff", "sanctions", "embargo"}
    assert find("") == acts()
    assert not find("no such words")


@pytest.mark.parametrize("unit", ["month", "quarter", "half-year", "year"])
def test_frequencies_of_rounds_make_up_those_of_years(unit: str) -> None:
    months = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[unit]
    for rate in (0.01, 0.2, 1.0):
        if rate * months / 12 < MOST_USUAL:
            assert per_round(rate, unit) * 12 / months == pytest.approx(rate, rel=0.04)
    assert per_round(50, unit) == MOST_USUAL
    assert per_round(0.01, "month") < per_round(0.01, "year")


def test_a_lever_for_some_pairs_only() -> None:
    lever = lever_of(acts()["treaty"], "year", ["north to south"])
    assert lever["usual"] == {"north to south": 0.04}
    assert build(changed(DUEL, levers={"treaty": lever})).description.levers["treaty"].once


def test_all_slips_are_named_at_once() -> None:
    text = (home() / FILE).read_text("utf-8")
    spoilt = text.replace('cameo: "040"', 'cameo: "999"').replace("goldstein: 1.9", "goldstein: 2")
    spoilt = spoilt.replace(
        "{tension of actor and target: -0.1,", "{tension of north and south: 1,"
    )
    with pytest.raises(ScenarioError) as caught:
        check_acts(parse(spoilt, "acts.yaml"))
    said = str(caught.value)
    assert "'999' is no CAMEO code" in said
    assert "the Goldstein value of '042' (make a visit) is 1.9, here 2" in said
    assert "names something that not every scenario has" in said


def test_the_shelf_is_told_from_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert is_acts(read_yaml(home() / FILE))
    assert execute(["validate", str(home() / FILE)], "entente") == 0
    assert "ready acts" in capsys.readouterr().out
