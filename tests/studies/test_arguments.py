"""Whatever a notebook hands over is taken for what it stands for, or told in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.errors import ScenarioError, SimError
from sim.theories.protocol import PASS, View
from tests.fixtures.scenarios import DUEL

ONE = sim.build(DUEL)
POWER = "actors.south.power"
ASKED = {"title": "A record", "questions": {"one": {"acts": "summit", "came": 1}}}
LATER = {"title": "A record", "questions": {"one": {"acts": "summit"}}}
GIVEN: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "run": (sim.run, {"scenario": ONE, "runs": 2, "seed": 1, "first": 0, "keep": 1,
                      "theories": None, "workers": None, "progress": None}),
    "record": (sim.record, {"scenario": ONE, "folder": "out", "runs": 2, "seed": 1, "keep": 1,
                            "logged": 1, "theories": None, "workers": None, "progress": None}),
    "compare": (sim.compare, {"scenarios": [ONE, ONE], "reference": 0, "lenses": (), "runs": 2,
                              "seed": 1, "theories": None, "under": None, "workers": None,
                              "progress": None}),
    "sweep": (sim.sweep, {"scenario": ONE, "over": {POWER: [0.1, 0.2]}, "runs": 2, "seed": 1,
                          "outcomes": None, "theories": None, "workers": None, "progress": None}),
    "whatif": (sim.whatif, {"scenario": ONE, "round": 2, "actor": "north", "lever": "summit",
                            "toward": "south", "runs": 2, "seed": 1, "run": 0, "theories": None,
                            "only": False, "workers": None, "progress": None}),
    "explain": (sim.explain, {"scenario": ONE, "run": 0, "round": 2, "actor": "north",
                              "toward": "south", "seed": 1, "theories": None}),
    "discover": (sim.discover, {"scenario": ONE, "where": "watch: talks", "runs": 4, "seed": 1}),
    "sensitivity": (sim.sensitivity, {"scenario": ONE, "outcomes": (), "samples": 16, "seed": 1}),
    "score": (sim.score, {"scenario": ONE, "record": ASKED, "runs": 2, "seed": 1,
                          "workers": None, "progress": None}),
    "freeze": (sim.freeze, {"scenario": ONE, "record": LATER, "file": "f.yaml", "runs": 2,
                            "seed": 1, "after_the_fact": True, "workers": None,
                            "progress": None}),
    "score_frozen": (sim.score_frozen, {"frozen": "f.yaml", "record": ASKED}),
    "load_record": (sim.load_record, {"given": ASKED}),
    "load": (sim.load, {"given": DUEL, "overrides": (), "lens": None, "id": "duel",
                        "folder": "."}),
    "load_scenario": (sim.load_scenario, {"path": "world.yaml", "overrides": (), "lens": None}),
    "build": (sim.build, {"document": DUEL, "id": "duel", "library": None, "overrides": (),
                          "lens": None}),
    "experiments": (sim.experiments, {"claims": [], "pairs": 2, "seed": 1}),
    "notes": (sim.notes, {"scenario": ONE, "folder": "", "most": 3}),
    "to_yaml": (sim.to_yaml, {"scenario": ONE}),
    "start_from_data": (sim.start_from_data, {"folder": ".", "actors": "Japan, China",
                                              "year": 2010, "approval": {"a.csv": "Japan"}}),
    "load_results": (sim.load_results, {"path": "results.nc"}),
    "load_claims": (sim.load_claims, {"paths": "."}),
}  # fmt: skip


class _Anything:
    """A class that can be called with whatever a callback gets."""

    def __init__(self, *given: object) -> None:
        self.given = given


ODD = {
    "a number": 5, "below nought": -3, "not whole": 1.5, "no number": float("nan"), "text": "xyz",
    "empty text": "", "bytes": b"x", "a list": [1, 2], "an empty list": [], "a dict": {"a": 1},
    "an object": object(), "a date": datetime.date(2017, 1, 1), "an array": np.array([1.0, 2.0]),
    "a table": pd.DataFrame({"a": [1]}), "a class": _Anything, "pairs": [("a", 1)], "none": None,
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("name", "argument"), [(n, a) for n, (_, g) in GIVEN.items() for a in g])
def test_a_wrong_argument_is_told_in_words(
    name: str, argument: str, odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if (argument, odd) == ("workers", "a table"):
        pytest.skip("pandas' tables have a method 'map' of their own")
    study, given = GIVEN[name]
    told = {key: value for key, value in given.items() if value is not None}
    told[argument] = ODD[odd]
    said = ""
    try:
        study(**told)
    except SimError as error:
        said = str(error)
    assert "--" not in said, "the words of the command line"


@pytest.mark.parametrize("given", [DUEL, "world.yaml", Path("world.yaml"), ONE])
def test_a_scenario_is_a_path_a_mapping_or_itself(
    given: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(sim.to_yaml(ONE), encoding="utf-8")
    found = sim.run(given, runs=4, seed=1)
    assert found.data.attrs["scenario_sha256"] == ONE.sha256
    assert sim.compare([given, DUEL], runs=2, seed=1).runs == 2
    assert sim.explain(given, 0, 2).round == 2


@pytest.mark.parametrize(
    "number",
    [np.float64(0.25), np.float32(0.25), Decimal("0.25"), pd.Series([0.25])[0], np.array(0.25)],
)
def test_numbers_of_other_libraries_are_numbers(number: Any) -> None:
    plain = sim.build(DUEL, overrides={POWER: 0.25})
    assert sim.build(DUEL, overrides={POWER: number}).sha256 == plain.sha256
    document = {**DUEL, "actors": {**DUEL["actors"], "south": {"name": "South", "power": number}}}
    assert sim.build(document).description.actors["south"].power.value == 0.25


@pytest.mark.parametrize(
    "date",
    [
        datetime.date(2017, 1, 1),
        datetime.datetime(2017, 1, 1),
        np.datetime64("2017-01-01"),
        np.datetime64("2017-01-01", "ns"),
        pd.Timestamp("2017-01-01"),
    ],
)
def test_dates_of_other_libraries_are_dates(date: Any) -> None:
    document = {**DUEL, "calendar": {**DUEL["calendar"], "start": date}}
    assert str(sim.build(document).description.calendar.start) == "2017-01-01"


@pytest.mark.parametrize("text", [f"{POWER}=0.1:0.3:3", [f"{POWER}=0.1,0.2,0.3"]])
def test_sweep_takes_the_text_of_the_command_line(text: Any) -> None:
    found = sim.sweep(DUEL, text, runs=2, seed=1)
    assert found.plan.axes == {POWER: (0.1, 0.2, 0.3)}


def _north(pick: Any) -> Callable[[View], Any]:
    return lambda view: pick(view) if callable(pick) else pick


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"nort": _north(0)}, "there is no actor 'nort'"),
        ({"north": 3}, "3 is no theory"),
        ([1], "is no theory"),
        ({"north": _north(7)}, "the rule picked lever number 7 of 2"),
        ({"north": _north(-2)}, "the rule picked lever number -2 of 2"),
        ({"north": _north(0.5)}, "the rule returned float64 of shape ()"),
        ({"north": _north("summit")}, "return 4 whole numbers"),
        ({"north": _north(lambda view: np.zeros(3, int))}, "int64 of shape (3,)"),
    ],
)
def test_rules_pick_levers_that_there_are(rules: Any, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        sim.whatif(DUEL, 2, "south", "summit", runs=4, seed=1, theories=rules)
    assert said in str(caught.value)


def test_a_rule_may_pass_or_pick_one_lever_everywhere() -> None:
    found = sim.whatif(DUEL, 2, "south", "summit", runs=4, seed=1, theories={"north": _north(PASS)})
    assert not (
        found.own["choice"].sel(direction="north to south").isel(round=slice(1, None)) >= 0
    ).any()


def test_a_rule_may_not_pick_what_is_closed() -> None:
    once = {**DUEL["levers"]["summit"], "once": True}
    document = {**DUEL, "levers": {**DUEL["levers"], "summit": once}}
    with pytest.raises(ScenarioError, match="the rule picked 'summit', which is not open"):
        sim.whatif(document, 6, "south", "summit", runs=50, seed=1, theories={"north": _north(1)})
